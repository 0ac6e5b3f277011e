"""Bytes by their hash, compressed; a body that is already there is not stored again."""

import hashlib
import sqlite3
import sys
from typing import NamedTuple

from archive.errors import DamagedError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_LEVEL = 3


def digest(content: bytes) -> str:
    """Return the SHA-256 of `content` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def pack(content: bytes) -> tuple[str, bytes]:
    """Return codec and data, whichever form is smaller."""
    packed = zstd.compress(content, _LEVEL)
    return ("zstd", packed) if len(packed) < len(content) else ("raw", content)


def unpack(codec: str, data: bytes) -> bytes:
    """Return the content that `pack` was given."""
    try:
        return zstd.decompress(data) if codec == "zstd" else data
    except (zstd.ZstdError, TypeError) as problem:
        raise DamagedError(f"stored bytes cannot be unpacked ({problem}); restore a copy of the archive") from problem


class SavedBody(NamedTuple):
    """Bytes that are stored: their number and their SHA-256."""

    id: int
    sha256: str


def save_body(connection: sqlite3.Connection, content: bytes) -> SavedBody:
    """Store bytes once and return their number."""
    sha256 = digest(content)
    found = connection.execute("SELECT id FROM bodies WHERE sha256 = ?", (sha256,)).fetchone()
    if found:
        return SavedBody(found["id"], sha256)
    codec, data = pack(content)
    cursor = connection.execute(
        "INSERT INTO bodies (sha256, size, codec, data) VALUES (?, ?, ?, ?)",
        (sha256, len(content), codec, data),
    )
    return SavedBody(cursor.lastrowid or 0, sha256)


def load_body(connection: sqlite3.Connection, body_id: int) -> bytes:
    """Return stored bytes as they were received; `DamagedError` where they are not."""
    row = connection.execute("SELECT sha256, codec, data FROM bodies WHERE id = ?", (body_id,)).fetchone()
    if row is None:
        raise DamagedError(f"body {body_id} is not there; restore a copy of the archive")
    content = unpack(row["codec"], row["data"])
    if digest(content) != row["sha256"]:
        raise DamagedError(f"body {body_id} is not what was stored (its hash differs); restore a copy of the archive")
    return content
