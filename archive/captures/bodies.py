"""Bytes by their hash: stored once, packed alone, with a dictionary, or against an earlier state of the same page.

A body that is packed against another, its base, needs that and no more: a base is whole, which means packed alone or
with a dictionary. So no body is further from its bytes than two steps, and a base that is packed anew stays the same.
"""

import hashlib
import sqlite3
from typing import NamedTuple

from archive.captures.dictionaries import Kin, find_dictionary, load_dictionary
from archive.captures.packing import (
    FAST_LEVEL,
    LEAST_REFERENCE,
    Packed,
    Prepared,
    make_base,
    pack,
    pack_against,
    pack_with,
    unpack,
    unpack_against,
)
from archive.errors import DamagedError
from archive.file.database import kept_packing

__all__ = ("Kin", "SavedBody", "StoredAs", "digest", "load_body", "pack", "pack_whole", "save_body", "unpack")
MOST_AGAINST = 8 << 20
"""Bytes of the largest body that is packed against another, or is a base: 20 ms, and some 30 MB of memory."""
MOST_WITH_DICTIONARY = 1 << 20
"""Bytes of the largest body that is packed with a dictionary: what a page shares with others is the least of more."""
BASE_PAYS = 4
"""A body is packed against a base where that is so many times smaller than whole. One that has less in common with it
is a new state of its page; the next ones resemble that, and each is then smaller by more than a quarter of a whole."""
_HEAD = 4096
"""Bytes in which a file that is no text shows a zero."""


class SavedBody(NamedTuple):
    """Bytes that are stored: their number and their SHA-256."""

    id: int
    sha256: str


class StoredAs(NamedTuple):
    """How a body is stored: packed, against which body, with which dictionary."""

    packed: Packed
    base_id: int | None = None
    dictionary_id: int | None = None


class _Base(NamedTuple):
    """A whole body that another can be packed against; `stored` is how many bytes it takes."""

    id: int
    sha256: str
    stored: int


def digest(content: bytes) -> str:
    """Return the SHA-256 of `content` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def save_body(
    connection: sqlite3.Connection, content: bytes, previous: SavedBody | None = None, kin: Kin | None = None
) -> SavedBody:
    """Store bytes once and return their number.

    `previous` is the body that the page had before; `kin` says which pages it is likely to resemble. Both only make it
    smaller.
    """
    sha256 = digest(content)
    found = connection.execute("SELECT id FROM bodies WHERE sha256 = ?", (sha256,)).fetchone()
    if found:
        return SavedBody(found["id"], sha256)
    (codec, data), base_id, dictionary_id = _choose(connection, content, previous, kin)
    cursor = connection.execute(
        "INSERT INTO bodies (sha256, size, codec, data, base_id, dictionary_id) VALUES (?, ?, ?, ?, ?, ?)",
        (sha256, len(content), codec, data, base_id, dictionary_id),
    )
    return SavedBody(cursor.lastrowid or 0, sha256)


def load_body(connection: sqlite3.Connection, body_id: int) -> bytes:
    """Return stored bytes as they were received; `DamagedError` where they are not."""
    row = connection.execute(
        "SELECT sha256, size, codec, data, base_id, dictionary_id FROM bodies WHERE id = ?", (body_id,)
    ).fetchone()
    if row is None:
        raise DamagedError(f"body {body_id} is not there; restore a copy of the archive")
    try:
        content = _unpack_row(connection, row)
    except DamagedError as problem:
        raise DamagedError(f"body {body_id} cannot be read: {problem}") from problem
    if digest(content) != row["sha256"]:
        raise DamagedError(f"body {body_id} is not what was stored (its hash differs); restore a copy of the archive")
    return content


def pack_whole(content: bytes, dictionary: tuple[int, Prepared] | None, level: int = FAST_LEVEL) -> StoredAs:
    """Return bytes packed with a dictionary where there is one and that helps, else alone."""
    if dictionary is not None and is_text(content):
        number, prepared = dictionary
        packed = pack_with(content, prepared, level)
        if packed.codec == "zstd":
            return StoredAs(packed, dictionary_id=number)
    return StoredAs(pack(content, level))


def is_text(content: bytes) -> bool:
    """Whether bytes are text of a size that a dictionary makes smaller, whatever its encoding."""
    return LEAST_REFERENCE <= len(content) <= MOST_WITH_DICTIONARY and b"\0" not in content[:_HEAD]


def load_base(connection: sqlite3.Connection, body_id: int, sha256: str) -> Prepared:
    """Return a whole body as what others are packed against."""
    memory = kept_packing(connection)
    found = memory.find(sha256)
    if found is None:
        content = load_body(connection, body_id)
        found = memory.keep(sha256, make_base(content), len(content))
    return found


def _choose(connection: sqlite3.Connection, content: bytes, previous: SavedBody | None, kin: Kin | None) -> StoredAs:
    """Return the smallest form within the rules; what is damaged among the stored bytes is left out of it."""
    try:
        base = _find_base(connection, content, previous)
        against = base and StoredAs(pack_against(content, load_base(connection, base.id, base.sha256)), base.id)
        if base and against and len(against.packed.data) * BASE_PAYS <= base.stored:
            return against
        whole = pack_whole(content, find_dictionary(connection, kin) if is_text(content) else None)
    except DamagedError:
        return StoredAs(pack(content))
    if against and len(against.packed.data) * BASE_PAYS <= len(whole.packed.data):
        return against
    return whole


def _find_base(connection: sqlite3.Connection, content: bytes, previous: SavedBody | None) -> _Base | None:
    """Return the whole body that a page's next one is compared with: its last one, or the base of that."""
    if previous is None or not LEAST_REFERENCE <= len(content) <= MOST_AGAINST:
        return None
    row = connection.execute(
        """
        SELECT bases.id, bases.sha256, bases.size, length(bases.data) AS stored
        FROM bodies JOIN bodies AS bases ON bases.id = coalesce(bodies.base_id, bodies.id)
        WHERE bodies.id = ? AND bases.base_id IS NULL
        """,
        (previous.id,),
    ).fetchone()
    if row is None or not LEAST_REFERENCE <= row["size"] <= MOST_AGAINST:
        return None
    return _Base(row["id"], row["sha256"], row["stored"])


def _unpack_row(connection: sqlite3.Connection, row: sqlite3.Row) -> bytes:
    codec, data, size = row["codec"], row["data"], row["size"]
    if row["base_id"] is not None:
        return unpack_against(data, size, _load_base_of(connection, row["base_id"]))
    if row["dictionary_id"] is not None:
        return unpack(codec, data, size, load_dictionary(connection, row["dictionary_id"]))
    return unpack(codec, data, size)


def _load_base_of(connection: sqlite3.Connection, base_id: int) -> Prepared:
    row = connection.execute("SELECT sha256, base_id FROM bodies WHERE id = ?", (base_id,)).fetchone()
    if row is None or row["base_id"] is not None:
        raise DamagedError(f"body {base_id}, which it is packed against, is not whole; restore a copy of the archive")
    return load_base(connection, base_id, row["sha256"])
