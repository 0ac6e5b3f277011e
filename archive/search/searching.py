"""A search from the query to what it found: how many, in which order, and each with a part of its text."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from archive.questions.answers import Found, Match
from archive.readings.documents import load_texts
from archive.search.index import year_token
from archive.search.plan import Plan, make_plan
from archive.search.query import Query, parse_query
from archive.search.ranking import Hit, weigh
from archive.search.snippets import make_snippet, mark_snippet
from archive.search.text import fold, iter_texts

RANKED_AT_MOST = 50
"""Hits up to which each is weighed: for that the text of each is loaded, which takes about half a millisecond."""
SORTED_AT_MOST = 2_000
"""Hits up to which the rows of all are sorted by date; of more the newest are looked up in the index, year by year."""
COUNTED_AT_ONCE = 10_000
"""Hits up to which all are fetched and counted so; more are counted by another look through the index."""
_APART = "\ue000"
"""Parts what is folded together; no one writes it."""
_EVER = "9999-12-31T23:59:59Z"
_JOINED = """
JOIN reports ON reports.id = versions.report_id JOIN states ON states.report_id = reports.id
"""
_NOW = "states.known_until IS NULL AND states.version_id = versions.id"
_THEN = """
states.known_from <= ? AND (states.known_until IS NULL OR states.known_until > ?)
AND (states.version_id = versions.id OR ? AND versions.first_seen <= ?)
"""
"""A version that was known at a moment, or that had been seen by then, of a report that was known at that moment."""


class _Question(NamedTuple):
    """A statement of SQL without its beginning, from FROM on, and the values of its question marks."""

    sql: str
    values: tuple[object, ...]


class _Asked(NamedTuple):
    """What is asked: the query, how it is put, and of which versions; `as_of` a moment, None: now."""

    query: Query
    plan: Plan
    all_versions: bool
    as_of: str | None


def search_reports(  # noqa: PLR0913 - keyword-only beyond the usual
    connection: sqlite3.Connection,
    query: str,
    limit: int = 20,
    *,
    offset: int = 0,
    all_versions: bool = False,
    as_of: str | None = None,
) -> Found:
    """Return the reports that a query means, `limit` of them from `offset` on, and how many there are.

    They come the closest first where they are few enough to weigh, else by date: the newest year first, and within a
    year what was put on record last. With `all_versions` earlier versions are found too; `as_of` a moment, as they
    were known then.
    """
    parsed = parse_query(query)
    plan = make_plan(connection, parsed, is_wide=all_versions or as_of is not None)
    asked = _Asked(parsed, plan, all_versions, as_of)
    total, numbers = _find_hits(connection, asked, limit, offset)
    is_ranked = plan.all_words is not None and total <= RANKED_AT_MOST
    if is_ranked:
        is_any = limit > 0 and total > offset
        numbers = _rank(connection, parsed, numbers)[offset : offset + limit] if is_any else []
    matches = tuple(_iter_matches(connection, asked, numbers))
    return Found(matches, total, "relevance" if is_ranked else "date", parsed.notes)


def _find_hits(connection: sqlite3.Connection, asked: _Asked, limit: int, offset: int) -> tuple[int, list[int]]:
    """Return how many versions there are, and their rows: all of few, else those asked for, the newest first."""
    if not asked.plan.is_plain:
        rows = _from_rows(asked)
        statement = f"SELECT versions.id {rows.sql} ORDER BY reports.year DESC, versions.id DESC"
        numbers = [row[0] for row in connection.execute(statement, rows.values)]
        is_few = len(numbers) <= RANKED_AT_MOST and asked.plan.all_words is not None
        return len(numbers), numbers if is_few else numbers[offset : offset + limit]
    matches = _match_now(asked.plan)
    some = [row["rowid"] for row in connection.execute(*matches).fetchmany(COUNTED_AT_ONCE)]
    total = len(some) if len(some) < COUNTED_AT_ONCE else _count(connection, matches)
    if total <= RANKED_AT_MOST:
        return total, some
    if total <= SORTED_AT_MOST:
        return total, _sort_by_date(connection, some)[offset : offset + limit]
    is_any = limit > 0 and total > offset
    return total, _list_newest(connection, asked.plan, limit, offset) if is_any else []


def _count(connection: sqlite3.Connection, matches: _Question) -> int:
    return int(connection.execute(f"SELECT count(*) FROM ({matches.sql})", matches.values).fetchone()[0])  # noqa: S608 - ours


def _sort_by_date(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[int]:
    rows = connection.execute(
        """
        SELECT versions.id FROM json_each(?) AS wanted CROSS JOIN versions ON versions.id = wanted.value
        CROSS JOIN reports ON reports.id = versions.report_id ORDER BY reports.year DESC, versions.id DESC
        """,
        (json.dumps(numbers),),
    )
    return [row[0] for row in rows]


def _rank(connection: sqlite3.Connection, query: Query, numbers: Sequence[int]) -> list[int]:
    """Return the rows of a few versions, the closest first; of those that are as close the newest year."""
    rows = connection.execute(
        """
        SELECT versions.id, reading_id, title, agency FROM json_each(?) AS wanted
        CROSS JOIN versions ON versions.id = wanted.value CROSS JOIN reports ON reports.id = versions.report_id
        ORDER BY reports.year DESC, reports.key, versions.number DESC
        """,
        (json.dumps(list(numbers)),),
    ).fetchall()
    hits = [_load_hit(connection, row) for row in rows]
    weights = weigh(hits, [word.spellings for word in query.words])
    order = sorted(range(len(rows)), key=lambda place: -weights[place])
    return [rows[place]["id"] for place in order]


def _load_hit(connection: sqlite3.Connection, row: sqlite3.Row) -> Hit:
    report, raws = load_texts(connection, row["reading_id"])
    names = (name for name in (row["title"], row["agency"]) if name)
    return Hit(fold(_APART.join(names)), fold(_APART.join(iter_texts(report, row["agency"], raws))))


def _list_newest(connection: sqlite3.Connection, plan: Plan, limit: int, offset: int) -> list[int]:
    """Return the newest of very many: year by year out of the index itself, so that those before are never met."""
    found: list[int] = []
    for year in _iter_years(connection):
        matches = _match_now(plan, year)
        wanted = offset + limit - len(found)
        statement = f"{matches.sql} ORDER BY rowid DESC LIMIT ?"
        found += [row["rowid"] for row in connection.execute(statement, (*matches.values, wanted))]
        if len(found) >= offset + limit:
            break
    return found[offset:]


def _iter_years(connection: sqlite3.Connection) -> Iterator[int]:
    """Yield the years of reports, the newest first."""
    year: int | None = 1_000_000
    while True:
        year = connection.execute("SELECT max(year) FROM reports WHERE year < ?", (year,)).fetchone()[0]
        if year is None:
            return
        yield year


def _match_now(plan: Plan, year: int | None = None) -> _Question:
    """Return the question for the rows of the versions that stand now and hold the words, of a year if one is named."""
    within = "" if year is None else f' AND "{year_token(year)}"'
    if plan.words is None:
        return _Question(
            "SELECT rowid FROM search_characters WHERE search_characters MATCH ?", (f"({plan.characters}){within}",)
        )
    sql, values = "SELECT rowid FROM search_words WHERE search_words MATCH ?", (f"({plan.words}){within}",)
    if plan.characters is None:
        return _Question(sql, values)
    # The plus keeps SQLite from asking the index once for each row of the list.
    held = "SELECT rowid FROM search_characters WHERE search_characters MATCH ?"
    return _Question(f"{sql} AND +rowid IN ({held})", (*values, f"({plan.characters}){within}"))


def _from_rows(asked: _Asked) -> _Question:
    """Return the question for the rows of the versions found, as states, versions and reports."""
    hits = _match_rows(asked.plan)
    conditions = asked.plan.conditions
    source = "versions" if hits is None else f"({hits.sql}) AS hits CROSS JOIN versions ON versions.id = hits.rowid"
    moment = asked.as_of or _EVER
    stands = (
        _Question(_THEN, (moment, moment, asked.all_versions, moment)) if asked.plan.is_wide else _Question(_NOW, ())
    )
    where = " AND ".join([stands.sql, *(condition.sql for condition in conditions)])
    values = (*(hits.values if hits else ()), *stands.values, *(value for one in conditions for value in one.values))
    return _Question(f"FROM {source} {_JOINED} WHERE {where}", values)


def _match_rows(plan: Plan) -> _Question | None:
    """Return the question for the rows of what holds the words; None where no word is asked for."""
    if plan.all_words is None:
        return None
    now = _match_now(plan)
    if not plan.is_wide:
        return now
    past = "SELECT rowid FROM search_past WHERE search_past MATCH ?"
    return _Question(f"{now.sql} UNION ALL {past}", (*now.values, plan.all_words))


def _iter_matches(connection: sqlite3.Connection, asked: _Asked, numbers: Sequence[int]) -> Iterator[Match]:
    """Yield the matches of versions, in their order."""
    moment = asked.as_of or _EVER
    rows = connection.execute(
        f"""
        SELECT versions.id AS version_id, reading_id, reports.key, states.url, versions.title, reports.year,
               versions.agency, versions.district, sites.name AS site, versions.form, versions.published, states.status,
               versions.number
        FROM json_each(?) AS wanted CROSS JOIN versions ON versions.id = wanted.value {_JOINED}
        JOIN pages ON pages.id = states.page_id JOIN sites ON sites.id = pages.site_id
        WHERE states.known_from <= ? AND (states.known_until IS NULL OR states.known_until > ?)
        ORDER BY wanted.key
        """,  # noqa: S608 - joins of ours
        (json.dumps(numbers), moment, moment),
    ).fetchall()
    words = [word.spellings for word in asked.query.words]
    for row in rows:
        pieces = make_snippet(_load_texts(connection, row, is_worded=bool(words)), words)
        yield Match(
            row["key"], row["url"], row["title"], row["year"], mark_snippet(pieces), row["agency"], row["district"],
            row["site"], row["form"], row["published"], row["status"], row["number"], pieces,
        )  # fmt: skip


def _load_texts(connection: sqlite3.Connection, row: sqlite3.Row, *, is_worded: bool) -> Iterator[str]:
    """Yield the texts of a version; where nothing in them is looked for, from the overview on."""
    report, raws = load_texts(connection, row["reading_id"])
    if not is_worded:
        yield from (section.text for section in report.sections if section.key == "overview")
    yield from iter_texts(report, row["agency"], raws)
