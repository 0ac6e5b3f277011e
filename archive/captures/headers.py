"""Headers that many answers share are kept once, with places for the values that each answer has of its own."""

import re
import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from archive.errors import DamagedError
from archive.file.database import kept_numbers
from archive.readings.documents import dump_json, load_json

Headers = tuple[tuple[str, str], ...]

_SHARED = re.compile(
    r"accept-ranges|access-control-.*|allow|cache-control|connection|content-(?:encoding|language|security-policy|type)"
    r"|keep-alive|p3p|pragma|referrer-policy|server|strict-transport-security|transfer-encoding|vary|via"
    r"|x-(?:content-type-options|frame-options|powered-by|ua-compatible|xss-protection)"
)
"""Headers whose values belong to the server and not to one answer, though they may have figures in them."""
_KEPT = 20_000
"""Rows whose numbers a connection remembers: shapes are few, and where each answer has its own none is met again."""
_FIGURE = re.compile(r"\d")


_SETS_COOKIE = ("set-cookie", "set-cookie2")
"""How the name of a header ends that sets a cookie; other archives keep such headers under longer names."""


def drop_cookies(headers: Iterable[tuple[str, str]]) -> Headers:
    """Return the headers of an answer as they are kept: without those that let whoever has them go on as us.

    >>> drop_cookies([("Server", "nginx"), ("Set-Cookie", "session=1"), ("X-Archive-Orig-Set-Cookie", "a=2")])
    (('Server', 'nginx'),)
    """
    return tuple((name, value) for name, value in headers if not name.lower().endswith(_SETS_COOKIE))


class StoredHeaders(NamedTuple):
    """The row of the shape, and the JSON list of the values that stand in its places (None where it has none)."""

    shape_id: int
    values: str | None


def split_headers(headers: Sequence[tuple[str, str]]) -> tuple[str, str | None]:
    r"""Return shape and values of headers, both as JSON. A value with a figure in it is taken for the answer's own.

    >>> split_headers([("Server", "nginx/1.2"), ("ETag", '"5e"')])
    ('[["Server", "nginx/1.2"], ["ETag", 0]]', '["\\"5e\\""]')
    """
    shape: list[tuple[str, str | int]] = []
    values: list[str] = []
    for name, value in headers:
        if _FIGURE.search(value) and not _SHARED.fullmatch(name.lower()):
            shape.append((name, len(values)))
            values.append(value)
        else:
            shape.append((name, value))
    return dump_json(shape), dump_json(values) if values else None


def join_headers(shape: str, values: str | None) -> Headers:
    """Return the headers that `split_headers` was given."""
    own = load_json(values) if values is not None else ()
    try:
        return tuple((name, own[value] if isinstance(value, int) else value) for name, value in load_json(shape))
    except (IndexError, TypeError, ValueError) as problem:
        raise DamagedError("headers have lost their values; restore a copy of the archive") from problem


def save_headers(connection: sqlite3.Connection, headers: Sequence[tuple[str, str]]) -> StoredHeaders:
    """Keep headers, their shape once."""
    shape, values = split_headers(headers)
    return StoredHeaders(keep_text(connection, "header_shapes", "shape", shape), values)


def keep_text(connection: sqlite3.Connection, table: str, column: str, text: str) -> int:
    """Return the number of a text that is kept once in a table, put there where it is new."""
    numbers = kept_numbers(connection)
    key = (table, column, text)
    if len(numbers) > _KEPT:
        numbers.clear()
    if key not in numbers:
        row = connection.execute(f"SELECT id FROM {table} WHERE {column} = ?", (text,)).fetchone()  # noqa: S608 - names of ours
        if row is None:
            cursor = connection.execute(f"INSERT INTO {table} ({column}) VALUES (?)", (text,))  # noqa: S608 - the same
        numbers[key] = int(row["id"]) if row is not None else int(cursor.lastrowid or 0)
    return numbers[key]
