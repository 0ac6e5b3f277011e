"""Dictionaries of Zstandard that the archive keeps: which one a new body is packed with, and those that are there.

A dictionary is trained on pages of all sites, or it is one page of a site, which holds what all pages of that kind
there have in common. It is never removed and never changed: a few hundred of them are smaller than a thousand pages.
"""

import hashlib
import sqlite3
from datetime import UTC, datetime
from typing import NamedTuple

from archive.captures.packing import TRAINED, Prepared, make_dictionary
from archive.errors import DamagedError
from archive.file.database import kept_numbers, kept_packing

DICTIONARY_WEIGHT = 3 << 20
"""Bytes of memory that a dictionary takes when it is worked through: 0.5 MB for the fast level, 1.7 for the other."""


class Kin(NamedTuple):
    """What a page is likely to resemble: the pages of its site of its kind."""

    site: str
    kind: str


class StoredDictionary(NamedTuple):
    """A dictionary that is stored, ready for use."""

    id: int
    dictionary: Prepared


def find_dictionary(connection: sqlite3.Connection, kin: Kin | None) -> StoredDictionary | None:
    """Return the dictionary that a new body is packed with, None where there is none.

    It is the one that most of its kin are packed with, else the newest that was trained on all sites. A connection
    asks once for each kin.
    """
    kept = kept_numbers(connection)
    key = ("dictionary", *(kin or ()))
    if key not in kept:
        kept[key] = (kin and find_kin_dictionary(connection, kin)) or find_general_dictionary(connection) or 0
    return StoredDictionary(kept[key], load_dictionary(connection, kept[key])) if kept[key] else None


def find_kin_dictionary(connection: sqlite3.Connection, kin: Kin) -> int | None:
    """Return the number of the dictionary that most pages of a site of one kind are packed with."""
    row = connection.execute(
        """
        SELECT coalesce(bodies.dictionary_id, bases.dictionary_id) AS dictionary_id
        FROM sites JOIN pages ON pages.site_id = sites.id JOIN bodies ON bodies.id = pages.present_body_id
        LEFT JOIN bodies AS bases ON bases.id = bodies.base_id
        WHERE sites.name = ? AND pages.kind = ? AND coalesce(bodies.dictionary_id, bases.dictionary_id) IS NOT NULL
        GROUP BY 1 ORDER BY count(*) DESC, 1 DESC LIMIT 1
        """,
        kin,
    ).fetchone()
    return row and int(row["dictionary_id"])


def find_general_dictionary(connection: sqlite3.Connection) -> int | None:
    """Return the number of the newest dictionary that was trained on pages of all sites."""
    row = connection.execute(
        "SELECT id FROM dictionaries WHERE substr(data, 1, ?) = ? ORDER BY trained_at DESC, sha256 LIMIT 1",
        (len(TRAINED), TRAINED),
    ).fetchone()
    return int(row["id"]) if row is not None else None


def load_dictionary(connection: sqlite3.Connection, dictionary_id: int) -> Prepared:
    """Return a dictionary that is stored; `DamagedError` where it is not what was stored."""
    memory, key = kept_packing(connection), f"dictionary {dictionary_id}"
    return memory.find(key) or memory.keep(key, _load(connection, dictionary_id), DICTIONARY_WEIGHT)


def _load(connection: sqlite3.Connection, dictionary_id: int) -> Prepared:
    row = connection.execute("SELECT sha256, data FROM dictionaries WHERE id = ?", (dictionary_id,)).fetchone()
    if row is None:
        raise DamagedError(f"dictionary {dictionary_id} is not there; restore a copy of the archive")
    if hashlib.sha256(row["data"]).hexdigest() != row["sha256"]:
        raise DamagedError(f"dictionary {dictionary_id} is not what was stored; restore a copy of the archive")
    return make_dictionary(row["data"])


def save_dictionary(connection: sqlite3.Connection, data: bytes) -> int:
    """Store a dictionary once, as `packing` made it, and return its number. To be called in a transaction."""
    sha256 = hashlib.sha256(data).hexdigest()
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    connection.execute(
        "INSERT INTO dictionaries (sha256, trained_at, data) VALUES (?, ?, ?) ON CONFLICT (sha256) DO NOTHING",
        (sha256, now, data),
    )
    return int(connection.execute("SELECT id FROM dictionaries WHERE sha256 = ?", (sha256,)).fetchone()["id"])
