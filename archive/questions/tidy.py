"""Every figure with what tells whose it is and what proves it, version by version: what exports are made from."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from parsers.report import Cell, CellKey

_EVER = "9999-12-31T23:59:59Z"
Standing = Literal["current", "withdrawn", "superseded"]
"""How a version stands: it is what the report says, what it said when it was taken away, or an earlier one."""


@dataclass(frozen=True, slots=True)
class TidyScope:
    """Which reports: of a site, about a year, of a district (its division or its name); None is all.

    `as_of` is a moment (`2026-03-01T23:59:59Z`); with `all_versions` those before the one that stands come as well.
    """

    site: str | None = None
    year: int | None = None
    district: str | None = None
    as_of: str | None = None
    all_versions: bool = False

    def to_values(self) -> dict[str, object]:
        """Return what the statements here ask for."""
        return {
            "site": self.site,
            "year": self.year,
            "district": self.district,
            "as_of": self.as_of or _EVER,
            "all_versions": self.all_versions,
        }


class TidyCount(NamedTuple):
    """How much a scope holds."""

    versions: int
    cells: int


@dataclass(frozen=True, slots=True)
class TidyVersion:
    """A version of a report with its cells, and the capture that first showed it.

    `published` is a date, `first_seen` and `fetched_at` are moments in UTC, as text; `division` is None where the site
    has none. `agency_id` is the agency's in every year, whatever it calls itself.
    `capture` is a row of this file alone, `sha256` the hash of the bytes, its name everywhere.
    """

    report: str
    version: int
    standing: Standing
    division: str | None
    district: str | None
    agency_id: str
    agency: str | None
    year: int
    form: str | None
    title: str | None
    published: str | None
    first_seen: str
    site: str
    url: str
    capture: int
    fetched_at: str
    sha256: str
    cells: tuple[Cell, ...]


_CHOSEN = """
FROM states AS stands
JOIN reports ON reports.id = stands.report_id
JOIN versions ON versions.report_id = reports.id
 AND (versions.id = stands.version_id OR :all_versions AND versions.first_seen <= :as_of)
JOIN pages ON pages.id = stands.page_id
JOIN sites ON sites.id = pages.site_id
JOIN captures AS shown ON shown.id = versions.capture_id
JOIN bodies ON bodies.id = shown.body_id
WHERE stands.known_from <= :as_of AND (stands.known_until IS NULL OR stands.known_until > :as_of)
  AND (:site IS NULL OR sites.name = :site) AND (:year IS NULL OR reports.year = :year)
  AND (:district IS NULL OR :district IN (reports.division, reports.district, versions.district))
"""
_VERSIONS = f"""
SELECT reports.key, versions.number,
       CASE WHEN versions.id = stands.version_id THEN stands.status ELSE 'superseded' END,
       nullif(reports.division, sites.name), versions.district,
       reports.division || '-' || CASE WHEN (
         SELECT count(DISTINCT nullif(others.district, '')) FROM reports AS others
         WHERE others.agency_key = reports.agency_key AND others.division = reports.division
           AND EXISTS (SELECT 1 FROM states AS met WHERE met.report_id = others.id AND met.known_from <= :as_of)
       ) > 1 THEN reports.district || '-' ELSE '' END || reports.agency_key,
       versions.agency, reports.year, versions.form,
       versions.title, versions.published, versions.first_seen, sites.name,
       CASE WHEN versions.id = stands.version_id THEN stands.url ELSE coalesce((
         SELECT told.url FROM states AS told
         WHERE told.report_id = reports.id AND told.version_id = versions.id AND told.known_from <= :as_of
         ORDER BY told.known_from DESC LIMIT 1), stands.url) END,
       versions.capture_id, shown.fetched_at, bodies.sha256,
       versions.id
{_CHOSEN}
ORDER BY reports.division, reports.agency_key, reports.district, reports.year, reports.key, versions.number
"""  # noqa: S608 - conditions of ours
_CELLS = "SELECT cell_name_id, raw, value, unit, status, at FROM figures WHERE version_id = ?"


def iter_tidy(connection: sqlite3.Connection, scope: TidyScope, order: Sequence[CellKey] = ()) -> Iterator[TidyVersion]:
    """Yield the versions of a scope by division, agency, year and number; the cells of one version at a time.

    Cells come in `order`, those that it does not name after the others, by name.
    """
    names = _load_names(connection)
    ranks = _rank_names(names, order)
    for *facts, version_id in connection.execute(_VERSIONS, scope.to_values()):
        rows = connection.execute(_CELLS, (version_id,)).fetchall()
        rows.sort(key=lambda row: ranks[row[0]])
        cells = tuple(Cell(*names[row[0]], *row[1:]) for row in rows)
        yield TidyVersion(*[*facts, cells])


def count_tidy(connection: sqlite3.Connection, scope: TidyScope) -> TidyCount:
    """Return how many versions and cells a scope holds."""
    row = connection.execute(
        f"""
        SELECT count(*), coalesce(sum((SELECT count(*) FROM figures WHERE figures.version_id = versions.id)), 0)
        {_CHOSEN}
        """,  # noqa: S608 - conditions of ours
        scope.to_values(),
    ).fetchone()
    return TidyCount(*row)


def find_newest_moment(connection: sqlite3.Connection) -> str | None:
    """Return the last moment at which anything that an export holds came in, None where nothing ever did.

    That is a visit, a person's word, or a comparison of the words of reports.
    """
    row = connection.execute(
        """
        SELECT max(at) FROM (
          SELECT max(fetched_at) AS at FROM captures
          UNION ALL SELECT max(reviewed_at) FROM reviews UNION ALL SELECT max(compared_at) FROM compared
        )
        """
    ).fetchone()
    newest: str | None = row[0]
    return newest


def _load_names(connection: sqlite3.Connection) -> dict[int, CellKey]:
    rows = connection.execute('SELECT id, "table", "row", "column" FROM cell_names')
    return {number: CellKey(*key) for number, *key in rows}


def _rank_names(names: Mapping[int, CellKey], order: Sequence[CellKey]) -> dict[int, int]:
    """Return the place of each name among all."""
    places = {key: place for place, key in enumerate(order)}
    ranked = sorted(names, key=lambda number: (places.get(names[number], len(places)), names[number]))
    return {number: rank for rank, number in enumerate(ranked)}
