"""What parsers made of bodies, and what captures were taken for, of one archive into another."""

import sqlite3
from typing import Any

from archive.errors import DamagedError
from archive.histories.compare import figures_hash, measure_quality, words_hash
from archive.histories.looks import parser_order
from archive.joining.union import Union, sortable
from archive.readings.documents import unpack_document
from archive.readings.identifying import Identity, save_identity

_DOCUMENT = ("sha256", "codec", "data", "figures_hash", "words_hash", "quality")
_DOCUMENTS = f"SELECT id, {', '.join(_DOCUMENT)} FROM documents ORDER BY id"  # noqa: S608 - names of ours
_OUTCOME = ("read_at", "kind", "form", "document_id", "error")
_READINGS = """
SELECT readings.id, body_id, parser, read_at, kind, form, document_id, error, accepted, documents.sha256
FROM readings LEFT JOIN documents ON documents.id = document_id
"""
_SIGHTINGS = """
SELECT capture_id, reading_id, identity_id, parser, agency, district, year, published,
       readings.body_id IS captures.body_id AS is_of_its_body
FROM sightings JOIN captures ON captures.id = capture_id JOIN readings ON readings.id = reading_id
LEFT JOIN identities ON identities.id = identity_id
"""


def unite_readings(union: Union) -> None:
    """Join documents, readings, identities and sightings."""
    _unite_documents(union)
    for row in union.iter_rows(f"{_READINGS} ORDER BY readings.id"):
        _unite_reading(union, row)
    for row in union.iter_rows("SELECT id, agency, district, year, published FROM identities ORDER BY id"):
        union.identities[row["id"]] = save_identity(union.target, Identity(*tuple(row)[1:]))
    for row in union.iter_rows(f"{_SIGHTINGS} ORDER BY capture_id"):
        _unite_sighting(union, row)


def _unite_documents(union: Union) -> None:
    for row in union.iter_rows(_DOCUMENTS):
        mine = union.find("SELECT id FROM documents WHERE sha256 = ?", (row["sha256"],))
        if mine is not None:
            union.documents[row["id"]] = mine["id"]
            continue
        report = unpack_document(row)
        if (figures_hash(report), words_hash(report), measure_quality(report)) != tuple(row)[4:]:
            raise DamagedError(f"document {row['id']} does not say what its row says of it")
        union.documents[row["id"]] = union.insert("documents", _DOCUMENT, tuple(row)[1:])


def _unite_reading(union: Union, row: sqlite3.Row) -> None:
    """Take a reading; where the same parser read the same otherwise, the one that was read first stands."""
    body_id = union.bodies[row["body_id"]]
    mine = union.find(f"{_READINGS} WHERE body_id = ? AND parser = ?", (body_id, row["parser"]))
    said = (row["read_at"], row["kind"], row["form"], union.documents.find(row["document_id"]), row["error"])
    if mine is None:
        columns = ("body_id", "parser", *_OUTCOME, "accepted")
        values = (body_id, row["parser"], *said, row["accepted"])
        union.readings[row["id"]] = union.insert("readings", columns, values)
        return
    union.readings[row["id"]] = mine["id"]
    if (row["sha256"], row["error"]) != (mine["sha256"], mine["error"]):
        union.problems.append(_tell_difference(union, row))
    if _rank_outcome(row) < _rank_outcome(mine):
        union.update("readings", mine["id"], _OUTCOME, said)
    if row["accepted"] > mine["accepted"]:
        union.update("readings", mine["id"], ("accepted",), (row["accepted"],))


def _tell_difference(union: Union, row: sqlite3.Row) -> str:
    found = union.source.connection.execute(
        "SELECT url FROM captures JOIN pages ON pages.id = page_id WHERE body_id = ? LIMIT 1", (row["body_id"],)
    ).fetchone()
    page = found["url"] if found is not None else f"body {row['body_id']}"
    return f"parser {row['parser']} read {page} differently on two machines; what it read first stands"


def _rank_outcome(row: sqlite3.Row) -> tuple[Any, ...]:
    return sortable((row["read_at"], row["sha256"], row["error"]))


def _unite_sighting(union: Union, row: sqlite3.Row) -> None:
    """Take what a capture was taken for; of two the one that found a report stands, then the newer parser's."""
    if not row["is_of_its_body"]:
        raise DamagedError(f"capture {row['capture_id']} is said to be read as bytes that are not its own")
    capture_id = union.captures[row["capture_id"]]
    mine = union.find(f"{_SIGHTINGS} WHERE capture_id = ?", (capture_id,))
    columns = ("reading_id", "identity_id")
    said = (union.readings[row["reading_id"]], union.identities.find(row["identity_id"]))
    if mine is None:
        union.insert("sightings", ("capture_id", *columns), (capture_id, *said))
    elif _rank_sighting(row) > _rank_sighting(mine):
        union.target.execute(
            "UPDATE sightings SET reading_id = ?, identity_id = ? WHERE capture_id = ?", (*said, capture_id)
        )


def _rank_sighting(row: sqlite3.Row) -> tuple[Any, ...]:
    names = sortable((row["agency"], row["district"], row["year"], row["published"]))
    return row["identity_id"] is not None, parser_order(row["parser"]), names
