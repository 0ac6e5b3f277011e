"""What a parser made of a body, kept as the JSON of the report; the same outcome is kept once."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from json.encoder import encode_basestring
from operator import itemgetter
from typing import Any, NamedTuple

from archive.captures.bodies import digest, pack, unpack
from archive.errors import ArchiveError, DamagedError
from archive.histories.compare import figures_hash, measure_quality, words_hash
from archive.readings.reading import Reading
from parsers.report import Cell, Check, Report

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_COLUMN_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, allow_nan=False)
_CELL_FIELDS = itemgetter(*Cell._fields)
_NAMES_KEPT = 4096
"""Names of cells whose JSON is kept: some times those of all forms."""
MOST_OF_DOCUMENT = 512 << 20
"""Bytes of the largest report that is kept: several times the largest page that a crawl takes."""


class PackedDocument(NamedTuple):
    """A report as it is kept: the SHA-256 of its JSON, that packed, and what histories need to know of it."""

    sha256: str
    codec: str
    data: bytes
    figures_hash: str
    words_hash: str
    quality: int


def load_document(connection: sqlite3.Connection, reading_id: int) -> Report:
    """Return the report of a reading that has one."""
    return unpack_document(_load_row(connection, reading_id))


def load_texts(connection: sqlite3.Connection, reading_id: int) -> tuple[Report, tuple[str, ...]]:
    """Return the report of a reading without its cells and checks, and what its cells print: all that a snippet needs.

    It takes a third of the time of the whole report.
    """
    row = _load_row(connection, reading_id)
    with _held_to_form():
        value = _unpack_value(row)
        raws = tuple(cell["raw"] for cell in value["cells"])
        return Report.from_json({**value, "cells": (), "checks": ()}), raws


def _load_row(connection: sqlite3.Connection, reading_id: int) -> sqlite3.Row:
    row: sqlite3.Row | None = connection.execute(
        """
        SELECT documents.sha256, documents.codec, documents.data
        FROM readings JOIN documents ON documents.id = readings.document_id WHERE readings.id = ?
        """,
        (reading_id,),
    ).fetchone()
    if row is None:
        raise DamagedError(f"reading {reading_id} has lost its document; restore a copy of the archive")
    return row


def unpack_document(row: sqlite3.Row | Mapping[str, Any]) -> Report:
    """Return the report that a row with the columns `sha256`, `codec` and `data` of a document holds."""
    with _held_to_form():
        value = _unpack_value(row)
        cells, checks = map(_CELL_FIELDS, value.pop("cells")), map(Check.from_json, value.pop("checks"))
        report = Report.from_json({**value, "cells": (), "checks": ()})
        return replace(report, cells=tuple(map(Cell._make, cells)), checks=tuple(checks))


def _unpack_value(row: sqlite3.Row | Mapping[str, Any]) -> dict[str, Any]:
    content = unpack(row["codec"], row["data"], most=MOST_OF_DOCUMENT)
    if digest(content) != row["sha256"]:
        raise DamagedError("a document is not what was stored (its hash differs); restore a copy of the archive")
    value: dict[str, Any] = json.loads(content)
    return value


@contextmanager
def _held_to_form() -> Iterator[None]:
    """Raise `DamagedError` where the hash of a document holds, and its content is none that a program of ours wrote."""
    try:
        yield
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError) as problem:
        said = f"a document is none that gongkai has written ({type(problem).__name__})"
        raise DamagedError(f"{said}; restore a copy of the archive") from problem


def pack_document(report: Report) -> PackedDocument:
    """Return a report as it is kept.

    `UnicodeEncodeError` where it holds half a character, `ArchiveError` where it is too large to be kept.
    """
    content = _to_bytes(report)
    if len(content) > MOST_OF_DOCUMENT:
        raise ArchiveError(f"a report takes {len(content)} bytes, more than the {MOST_OF_DOCUMENT} that are kept")
    codec, data = pack(content)
    hashes = (figures_hash(report), words_hash(report))
    return PackedDocument(digest(content), codec, data, *hashes, measure_quality(report))


def save_document(connection: sqlite3.Connection, document: PackedDocument) -> int:
    """Keep a report and return its number."""
    found = connection.execute("SELECT id FROM documents WHERE sha256 = ?", (document.sha256,)).fetchone()
    if found:
        return int(found["id"])
    cursor = connection.execute(
        "INSERT INTO documents (sha256, codec, data, figures_hash, words_hash, quality) VALUES (?, ?, ?, ?, ?, ?)",
        document,
    )
    return int(cursor.lastrowid or 0)


def make_storable(reading: Reading) -> Reading:
    """Return a reading without halves of characters (lone surrogates), which no UTF-8 file has room for."""
    report = reading.report and Report.from_json(json.loads(_to_bytes(reading.report, errors="replace")))
    return make_named(replace(reading, report=report, error=_whole(reading.error)))


def make_named(reading: Reading) -> Reading:
    """Return a reading whose names are whole characters."""
    return replace(reading, agency=_whole(reading.agency), district=_whole(reading.district))


def dump_json(value: object) -> str:
    """Return JSON for a column, keys sorted; half a character stands in it as the escape that it is."""
    text = _COLUMN_ENCODER.encode(value)
    return text if text.isascii() else text.encode(errors="backslashreplace").decode()


def load_json(text: str) -> Any:  # noqa: ANN401 - what stands in the column is known to who asks
    """Return what a column of JSON holds; `DamagedError` where it holds none."""
    try:
        return json.loads(text)
    except (ValueError, TypeError, RecursionError) as problem:
        raise DamagedError(f"a column of JSON cannot be read ({problem}); restore a copy of the archive") from problem


def _to_bytes(report: Report, errors: str = "strict") -> bytes:
    """Return the report's JSON, byte for byte what one call of the encoder makes, its cells written by hand.

    They are nearly all of it, and cost five times as much by way of a dict each.
    """
    fields = replace(report, cells=()).to_json()
    texts = {name: _ENCODER.encode(value) for name, value in fields.items()}
    texts["cells"] = f"[{','.join(map(_cell_to_json, report.cells))}]"
    content = ",".join(f'"{name}":{text}' for name, text in texts.items())
    return f"{{{content}}}".encode(errors=errors)


def _cell_to_json(cell: Cell) -> str:
    table, row, column, raw, value, unit, status, at = cell
    figure = str(value) if type(value) is int else _ENCODER.encode(value)
    named = "null" if unit is None else encode_basestring(unit)
    place = "null" if at is None else encode_basestring(at)
    start = _name_to_json(table, row, column)
    return f'{start}{encode_basestring(raw)},"value":{figure},"unit":{named},"status":"{status}","at":{place}}}'


@lru_cache(_NAMES_KEPT)
def _name_to_json(table: str, row: str, column: str) -> str:
    """Return how the JSON of a cell begins, up to its raw text."""
    return _ENCODER.encode({"table": table, "row": row, "column": column, "raw": ""}).removesuffix('""}')


def _whole(text: str | None) -> str | None:
    return text.encode(errors="replace").decode() if text else text
