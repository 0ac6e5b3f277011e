"""A report's history as the rows in which it is kept: what `telling` writes, and `verifying` compares with."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from archive.histories.history import Change, History, Look, Sight, Version
from archive.histories.looks import Contents
from archive.histories.versions import VersionRow
from archive.readings.identifying import Identity
from archive.readings.naming import split_series

DIFFERENCE_RULE = "report.locations"
"""The rule of a finding that says where another page of a report prints other figures."""

Row = tuple[object, ...]


def tell_locations(report_id: int, history: History) -> list[Row]:
    """Return report, page, first and last seen, body and presence of each page at which the report was met."""
    return [
        (report_id, one.look.page_id, one.first_seen, one.look.moment, one.look.body, not one.gone_visits)
        for one in history.locations.values()
    ]


def tell_version(connection: sqlite3.Connection, version: Version, contents: Contents) -> VersionRow:
    """Return what is kept of a version beside its figures and words."""
    standing, report = contents.standing(version.look.body), contents.load(version.look.body)
    identity = _identify(connection, version.look)
    return VersionRow(
        version.number,
        standing.reading_id if standing else 0,
        version.look.capture_id,
        version.look.moment,
        version.last_seen,
        report.title,
        split_series(identity.agency)[0],
        identity.district,
        report.form,
        report.published.isoformat() if report.published else identity.published,
        *(standing.hashes if standing else ("", "")),
    )


def _identify(connection: sqlite3.Connection, look: Look) -> Identity:
    row = connection.execute(
        """
        SELECT agency, district, year, published FROM sightings JOIN identities ON identities.id = identity_id
        WHERE capture_id = ?
        """,
        (look.capture_id,),
    ).fetchone()
    return Identity(*row)


def tell_changes(report_id: int, history: History, numbers: Sequence[int]) -> list[Row]:
    """Return the entries of the change log, in order; `numbers` are the rows of the versions."""
    return [_tell_change(report_id, change, numbers) for change in history.changes]


def _tell_change(report_id: int, change: Change, numbers: Sequence[int]) -> Row:
    cells = json.dumps([asdict(cell) for cell in change.cells], ensure_ascii=False)
    version_id = numbers[change.version - 1]
    evidence = (change.page_id, change.url, change.capture_id, change.previous_capture_id)
    return (report_id, change.kind, change.seen_at, version_id, *evidence, change.new_url, cells)


def tell_states(report_id: int, history: History, numbers: Sequence[int]) -> list[Row]:
    """Return what was known from when until when, in order."""
    starts = [state.known_from for state in history.states]
    return [
        (report_id, state.known_from, until, numbers[state.version - 1], state.page_id, state.url, state.status)
        for state, until in zip(history.states, [*starts[1:], None], strict=True)
    ]


def tell_sightings(
    connection: sqlite3.Connection, report_id: int, history: History, numbers: Sequence[int], contents: Contents
) -> list[Row]:
    """Return capture, version where it says the same, and note of every capture that showed the report."""
    notes = dict(_iter_notes(connection, report_id, history, contents))
    return [
        (capture_id, numbers[sight.version - 1] if sight.is_same else None, notes.get(capture_id))
        for capture_id, sight in history.shown.items()
    ]


def _iter_notes(
    connection: sqlite3.Connection, report_id: int, history: History, contents: Contents
) -> Iterator[tuple[int, str]]:
    """Yield what is odd about a capture: the most telling thing last."""
    yield from _iter_strangers(connection, report_id)
    for before, version in zip(history.versions, history.versions[1:], strict=False):
        if gone := contents.find_lost_tables(before.look.body, version.look.body):
            yield (
                version.look.capture_id,
                f"tables that stood in it are gone ({', '.join(gone)}); the change is recorded",
            )
    said: dict[Sight, str | None] = {}
    for capture_id, sight in history.shown.items():
        if not sight.is_same and sight not in said:
            told = history.versions[sight.version - 1].look.body
            said[sight] = _tell_difference(contents, told, sight.body, sight.told_at)
        if note := said.get(sight):
            yield capture_id, note


def _iter_strangers(connection: sqlite3.Connection, report_id: int) -> Iterator[tuple[int, str]]:
    """Yield the captures that show this report where their page showed another one the last time."""
    rows = connection.execute(
        """
        SELECT capture_id, key, before FROM (
          SELECT captures.id AS capture_id, reports.id AS report_id, reports.key,
                 lag(reports.key) OVER pages AS before, lag(reports.id) OVER pages AS id_before
          FROM locations JOIN captures ON captures.page_id = locations.page_id JOIN runs ON runs.id = captures.run_id
          JOIN sightings ON sightings.capture_id = captures.id JOIN reports ON reports.id = sightings.report_id
          WHERE locations.report_id = ?1
          WINDOW pages AS (PARTITION BY captures.page_id ORDER BY captures.fetched_at, runs.uid, captures.id)
        ) WHERE report_id = ?1 AND id_before <> ?1
        """,
        (report_id,),
    )
    for row in rows:
        yield row["capture_id"], f"it shows {row['key']} now, and showed {row['before']} before"


def _tell_difference(contents: Contents, told: int, other: int, told_at: str) -> str | None:
    """Say where a second page of the same agency and year prints other figures than the one whose history is told."""
    differing = contents.find_differing_figures(told, other)
    if not differing:
        return None
    first = ".".join(differing[0])
    return f"{len(differing)} figures differ from those at {told_at}, which has the same agency and year ({first})"


def tell_differences(history: History, version_id: int, contents: Contents) -> list[Row]:
    """Return version, rule, place and text of findings: which other pages of the report print other figures now."""
    told = history.current.look.body
    found: dict[str, Row] = {}
    for look in sorted((one.look for one in history.locations.values() if not one.gone_visits), key=_by_address):
        if look.page_id == history.teller or look.address in found or contents.is_same(told, look.body):
            continue
        if text := _tell_difference(contents, told, look.body, history.address):
            found[look.address] = (version_id, DIFFERENCE_RULE, look.address, text)
    return list(found.values())


def _by_address(look: Look) -> tuple[str, str, int]:
    return look.address, look.moment, look.capture_id
