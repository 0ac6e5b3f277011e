"""Whether what is worked out from the captures is what they add up to: counters, histories, figures, findings."""

import sqlite3
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple, TypeVar

from archive.captures.pages import count_page
from archive.histories.histories import tell_history
from archive.histories.history import History
from archive.histories.looks import Contents, load_looks, load_rules
from archive.histories.told import (
    tell_changes,
    tell_differences,
    tell_locations,
    tell_sightings,
    tell_states,
    tell_version,
)
from archive.histories.versions import VersionRow, iter_figures, iter_findings
from archive.proof.checking import REPAIR, RESTORE, Problems, Show, VerifyProgress
from archive.proof.checks_of_search import SearchCheck
from archive.readings.identifying import UNSIGNED
from archive.readings.naming import agency_key, split_series
from archive.search.index import make_indexed
from parsers.report import Report

STUCK = "it cannot be filed ("
"""How the note of a sighting begins whose report could not be told, and was left as it was told before."""
_AT_ONCE = 100
_WRONG = f"what is said of this report is not what its captures show; {REPAIR}"
_COLUMNS = {
    "locations": ("report_id", "page_id", "first_seen", "last_seen", "body_id", "is_present"),
    "changes": (
        *("report_id", "kind", "seen_at", "version_id", "page_id", "url", "capture_id", "previous_capture_id"),
        *("new_url", "cells"),
    ),
    "states": ("report_id", "known_from", "known_until", "version_id", "page_id", "url", "status"),
}
_NAMES = {"locations": "its locations", "changes": "its change log", "states": "what was known of it from when on"}
_COUNTED = """
SELECT captures.page_id, fetched_at, failure, body_id, captures.id, url, present_body_id, last_good, last_changed,
       failures
FROM captures JOIN pages ON pages.id = captures.page_id JOIN runs ON runs.id = captures.run_id
ORDER BY captures.page_id, fetched_at, runs.uid, captures.id
"""
_FIGURES = """
SELECT "table", "row", "column", raw, value, unit, status, at
FROM figures JOIN cell_names ON cell_names.id = cell_name_id WHERE version_id = ?
"""
_FINDINGS = """
SELECT rule, place, left_sum, right_sum, text, level, origin, suspects FROM findings WHERE version_id = ?
"""
_SIGHTINGS = """
SELECT sightings.capture_id, sightings.version_id, sightings.note FROM locations
JOIN captures ON captures.page_id = locations.page_id JOIN sightings ON sightings.capture_id = captures.id
WHERE locations.report_id = ?1 AND sightings.report_id = ?1
"""


_Name = TypeVar("_Name", bound=Hashable)


class _Told(NamedTuple):
    """A report with its history as its captures tell it; `numbers` are the rows of its versions on record."""

    id: int
    key: str
    history: History
    contents: Contents
    numbers: Sequence[int]


def check_counters(connection: sqlite3.Connection, problems: Problems) -> None:
    """See that each page says what its captures add up to."""
    for page_id, group in groupby(connection.execute(_COUNTED), key=itemgetter("page_id")):
        rows = list(group)
        stands = tuple(rows[0])[6:]
        # Where a clock went back between two visits, the page was counted in the order in which they came.
        in_turn = sorted(rows, key=itemgetter("id"))
        if stands not in {_count(rows), _count(in_turn)}:
            what = "its counters (present_body_id, last_good, last_changed, failures) are not those of its captures"
            meaning = f"a crawl may ask for the wrong pages, or take old bytes for those that stand there; {REPAIR}"
            problems.add("counters", what, f"page {page_id} ({rows[0]['url']})", meaning)
    rows = connection.execute(
        """
        SELECT id, url FROM pages WHERE id NOT IN (SELECT page_id FROM captures)
          AND (present_body_id, last_good, last_changed, failures) IS NOT (NULL, NULL, NULL, 0)
        """
    ).fetchall()
    for page_id, url in rows:
        what = "it has counters and no captures"
        problems.add("counters", what, f"page {page_id} ({url})", f"captures of it were removed; {RESTORE}")


def _count(rows: Iterable[sqlite3.Row]) -> tuple[object, ...]:
    return count_page((row["fetched_at"], row["failure"], row["body_id"]) for row in rows)


def check_sightings(connection: sqlite3.Connection, problems: Problems) -> None:
    """See that each capture that was read is filed under a report of the agency and year that it was taken for."""
    rows = connection.execute(
        """
        SELECT sightings.capture_id, identities.agency, identities.district, identities.year, identity_id,
               sightings.report_id,
               reports.key, reports.agency_key, reports.year AS filed_year, reports.is_stale, sightings.note,
               sightings.version_id, versions.report_id AS version_of,
               EXISTS (SELECT 1 FROM locations JOIN captures USING (page_id)
                       WHERE locations.report_id = sightings.report_id AND captures.id = sightings.capture_id) AS is_met
        FROM sightings LEFT JOIN identities ON identities.id = identity_id
        LEFT JOIN reports ON reports.id = sightings.report_id LEFT JOIN versions ON versions.id = sightings.version_id
        ORDER BY sightings.capture_id
        """
    )
    for row in rows:
        if not row["is_stale"] and (what := _find_misfiling(connection, row)):
            problems.add("sighting", what, f"capture {row['capture_id']}", _WRONG)


def _is_named_by_another_parser(connection: sqlite3.Connection, row: sqlite3.Row) -> bool:
    """Whether the page showed the report as another parser read it, which may have called it otherwise."""
    found = connection.execute(
        """
        SELECT 1 FROM captures AS own JOIN sightings AS its ON its.capture_id = own.id
        JOIN readings AS now ON now.id = its.reading_id JOIN captures AS others ON others.page_id = own.page_id
        JOIN sightings ON sightings.capture_id = others.id JOIN readings ON readings.id = sightings.reading_id
        WHERE own.id = ? AND sightings.report_id = ? AND readings.parser <> now.parser
        """,
        (row["capture_id"], row["report_id"]),
    ).fetchone()
    return found is not None


def _find_misfiling(connection: sqlite3.Connection, row: sqlite3.Row) -> str | None:
    """Say what is wrong with where a capture is filed."""
    if row["report_id"] is None:
        is_due = row["identity_id"] is not None and row["year"] is not None
        if row["version_id"] is not None or is_due:
            return "it shows a report, and is filed under none"
        return None
    if row["key"] is None:
        return "it is filed under a report that is not there"
    is_named_so = row["identity_id"] is not None and row["year"] == row["filed_year"] and _is_of_agency(row)
    if not is_named_so and not _is_named_by_another_parser(connection, row):
        return f"it is filed under {row['key']}, and was taken for a report of another agency or year"
    if row["version_id"] is not None and row["version_of"] != row["report_id"]:
        return f"it is filed under {row['key']}, and under a version of another report"
    return None if row["is_met"] else f"it is filed under {row['key']}, which is not said to have been met at its page"


def _is_of_agency(row: sqlite3.Row) -> bool:
    if split_series(row["agency"])[0] is None:
        return bool(row["agency_key"].startswith(UNSIGNED))
    return bool(row["agency_key"] == agency_key(row["agency"], row["district"]))


def check_reports(connection: sqlite3.Connection, problems: Problems, show: Show) -> int:
    """See that each report's history is the one that its captures tell; return how many there are."""
    total: int = connection.execute("SELECT count(*) FROM reports").fetchone()[0]
    search = SearchCheck()
    rows = connection.execute("SELECT id, key, page_id, status FROM reports WHERE NOT is_stale ORDER BY id")
    for done, row in enumerate(rows):
        try:
            _check_history(connection, problems, row, search)
        except Exception as problem:
            if not _is_stuck(connection, row["id"]):
                what = f"its history cannot be told ({type(problem).__name__}: {problem})"
                problems.add("untold report", what, f"report {row['key']}", _WRONG)
        if done % _AT_ONCE == 0:
            show(VerifyProgress("reports", done, total))
    search.check(connection, problems, show)
    return total


def _check_history(connection: sqlite3.Connection, problems: Problems, row: sqlite3.Row, search: SearchCheck) -> None:
    told = _tell(connection, row)
    count = len(told.history.versions)
    if len(told.numbers) == count:
        _check_report(connection, problems, row, told)
        _check_versions(connection, problems, told, search)
    else:
        _try_rows(connection, told._replace(numbers=range(1, count + 1)))
        what = f"{len(told.numbers)} versions are on record, and its captures show {count}"
        problems.add("number of versions", what, f"report {told.key}", _WRONG)


def _try_rows(connection: sqlite3.Connection, told: _Told) -> None:
    """Make all rows of a report: whatever kept it from being told when it was filed keeps it from that again."""
    for version in told.history.versions:
        tell_version(connection, version, told.contents)
    tell_changes(told.id, told.history, told.numbers)
    tell_states(told.id, told.history, told.numbers)
    tell_sightings(connection, told.id, told.history, told.numbers, told.contents)
    if told.numbers:
        tell_differences(told.history, told.numbers[-1], told.contents)


def _is_stuck(connection: sqlite3.Connection, report_id: int) -> bool:
    """Whether a report could not be told when it was last tried, which is said beside its captures."""
    statement = "SELECT 1 FROM sightings WHERE report_id = ? AND substr(note, 1, ?) = ? LIMIT 1"
    return connection.execute(statement, (report_id, len(STUCK), STUCK)).fetchone() is not None


def _tell(connection: sqlite3.Connection, row: sqlite3.Row) -> _Told:
    """Tell a report's history from its captures."""
    report_id = row["id"]
    visits, contents = load_looks(connection, report_id)
    rules = load_rules(connection, {look.page_id for visit in visits for look in visit})
    history = tell_history(visits, contents, rules.__getitem__)
    rows = connection.execute("SELECT id FROM versions WHERE report_id = ? ORDER BY number", (report_id,)).fetchall()
    return _Told(report_id, row["key"], history, contents, [int(one["id"]) for one in rows])


def _check_report(connection: sqlite3.Connection, problems: Problems, row: sqlite3.Row, told: _Told) -> None:
    """Compare what is kept of a report with what its history says."""
    history = told.history
    if (row["page_id"], row["status"]) != (history.teller, history.status):
        what = "the page that tells it, or whether it was withdrawn, is not what its captures say"
        problems.add("report", what, f"report {told.key}", _WRONG)
    rows = {
        "locations": tell_locations(told.id, history),
        "changes": tell_changes(told.id, history, told.numbers),
        "states": tell_states(told.id, history, told.numbers),
    }
    for table, wanted in rows.items():
        statement = f"SELECT {', '.join(_COLUMNS[table])} FROM {table} WHERE report_id = ? ORDER BY {_ORDERS[table]}"  # noqa: S608 - names of ours
        stored = [tuple(one) for one in connection.execute(statement, (told.id,))]
        if table == "locations":
            wanted.sort(key=lambda one: int(str(one[1])))
        if stored != wanted:
            what = f"{_NAMES[table]} (table {table}) differs from what its captures say{_say_first(stored, wanted)}"
            problems.add(table, what, f"report {told.key}", _WRONG)
    seen = {one[0]: tuple(one)[1:] for one in connection.execute(_SIGHTINGS, (told.id,))}
    shown = {row[0]: row[1:] for row in tell_sightings(connection, told.id, history, told.numbers, told.contents)}
    for number in sorted(seen):
        if seen[number] != shown.get(number, (None, seen[number][1])):
            what = "the version that it shows, or the note on it, is not what its history says"
            problems.add("sighting", what, f"capture {number}, of report {told.key}", _WRONG)


_ORDERS = {"locations": "page_id", "changes": "id", "states": "known_from"}


def _say_first(stored: list[tuple[object, ...]], wanted: list[tuple[object, ...]]) -> str:
    """Say where two lists of rows first differ, by the number of the row."""
    if len(stored) != len(wanted):
        return f": {len(stored)} rows, and not {len(wanted)}"
    number = next(number for number, (one, other) in enumerate(zip(stored, wanted, strict=True), 1) if one != other)
    return f" in row {number} of {len(stored)}"


def _check_versions(connection: sqlite3.Connection, problems: Problems, told: _Told, search: SearchCheck) -> None:
    """Compare what is kept of each version with what its reading says."""
    differences = tell_differences(told.history, told.numbers[-1], told.contents) if told.numbers else []
    for version_id, version in zip(told.numbers, told.history.versions, strict=True):
        where = f"report {told.key}, version {version.number}"
        wanted, report = tell_version(connection, version, told.contents), told.contents.load(version.look.body)
        names = _find_differing(connection, version_id, wanted)
        if names:
            problems.add("version", f"its {', '.join(names)} are not what its captures say", where, _WRONG)
        _check_figures(connection, problems, (version_id, where), report)
        more = [
            (one[1], one[2], None, None, one[3], "hard", "unknown", "[]") for one in differences if one[0] == version_id
        ]
        _check_findings(connection, problems, (version_id, where), [*iter_findings(report), *more])
        stands = version.number == told.history.states[-1].version
        search.add(make_indexed(connection, version_id, report, wanted.agency), stands=stands)


def _find_differing(connection: sqlite3.Connection, version_id: int, wanted: VersionRow) -> list[str]:
    statement = f"SELECT {', '.join(VersionRow._fields)} FROM versions WHERE id = ?"  # noqa: S608 - names of ours
    stored = connection.execute(statement, (version_id,)).fetchone()
    return [name for name, one, other in zip(VersionRow._fields, stored, wanted, strict=True) if one != other]


def _check_figures(connection: sqlite3.Connection, problems: Problems, named: tuple[int, str], report: Report) -> None:
    stored = {".".join(row[:3]): repr(tuple(row)[3:]) for row in connection.execute(_FIGURES, (named[0],))}
    wanted = {".".join(key): repr(figure) for key, figure in iter_figures(report)}
    for name in _iter_differing(stored, wanted):
        what = f"the figure {name} is not the one that was read: it was changed, removed or put in"
        problems.add("figure", what, named[1], _WRONG)


def _check_findings(
    connection: sqlite3.Connection, problems: Problems, named: tuple[int, str], findings: Iterable[tuple[object, ...]]
) -> None:
    stored = {row[:2]: repr(row[2:]) for row in map(tuple, connection.execute(_FINDINGS, (named[0],)))}
    wanted: dict[tuple[object, ...], str] = {}
    for finding in findings:
        wanted.setdefault(finding[:2], repr(finding[2:]))
    for rule, place in _iter_differing(stored, wanted):
        what = f"the finding {rule} at {place} is not what its reading says: it was changed, removed or put in"
        problems.add("finding", what, named[1], _WRONG)


def _iter_differing(stored: Mapping[_Name, str], wanted: Mapping[_Name, str]) -> Iterator[_Name]:
    for name in (*wanted, *(name for name in stored if name not in wanted)):
        if stored.get(name) != wanted.get(name):
            yield name
