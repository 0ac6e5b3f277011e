"""Reports on disclosure whose words are alike: what is compared, what was found, and of that what still stands.

A pair is kept by the bytes that its two reports were read from: of a report that is read from others it says nothing.
"""

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from archive.file.database import atomic, relaxed
from archive.questions.queries import find_report
from archive.readings.documents import dump_json, load_json, unpack_document

ResemblanceKind = Literal["own_year", "other_agency"]

_EVER = "9999-12-31T23:59:59Z"
_STANDS = "states.known_from <= :as_of AND (states.known_until IS NULL OR states.known_until > :as_of)"
_AT_ONCE = 1000
"""Reports whose outcome is written in one transaction, so that a crawl waits for none of them long."""
_STANDING = """
SELECT reports.key, bodies.sha256, reports.division, reports.district, reports.agency_key, reports.year,
       versions.agency, coalesce(versions.published, versions.first_seen) AS known_since, documents.sha256 AS document,
       documents.codec, documents.data
FROM states
CROSS JOIN reports ON reports.id = states.report_id
CROSS JOIN versions ON versions.id = states.version_id
CROSS JOIN captures ON captures.id = versions.capture_id
CROSS JOIN bodies ON bodies.id = captures.body_id
CROSS JOIN readings ON readings.id = versions.reading_id
CROSS JOIN documents ON documents.id = readings.document_id
WHERE states.known_until IS NULL AND reports.agency_key NOT GLOB '*〕' ORDER BY reports.id
"""
_UNCOMPARED = """
SELECT count(*) FROM states
CROSS JOIN versions ON versions.id = states.version_id
CROSS JOIN reports ON reports.id = states.report_id
CROSS JOIN captures ON captures.id = versions.capture_id
CROSS JOIN bodies ON bodies.id = captures.body_id
LEFT JOIN compared ON compared.report = reports.key AND compared.sha256 = bodies.sha256
 AND compared.detector = :detector
WHERE states.known_until IS NULL AND compared.report IS NULL AND reports.agency_key NOT GLOB '*〕'
"""
_SIDES = f"""
SELECT reports.key AS report, bodies.sha256, states.url, versions.title, versions.agency, reports.district,
       nullif(reports.division, sites.name) AS division, sites.name AS site, reports.year, versions.number AS version,
       captures.id AS capture_id, sources.url AS capture_url, captures.fetched_at, versions.first_seen
FROM reports
CROSS JOIN states ON states.report_id = reports.id AND {_STANDS}
CROSS JOIN versions ON versions.id = states.version_id
CROSS JOIN captures ON captures.id = versions.capture_id
CROSS JOIN bodies ON bodies.id = captures.body_id
CROSS JOIN pages AS sources ON sources.id = captures.page_id
CROSS JOIN pages ON pages.id = states.page_id
CROSS JOIN sites ON sites.id = pages.site_id
WHERE reports.key IN (SELECT report FROM resemblances UNION SELECT other_report FROM resemblances)
"""  # noqa: S608 - a condition of ours


class ReadFrom(NamedTuple):
    """A report, by its id, as it was read from bytes, by their SHA-256."""

    report: str
    sha256: str


class Passage(NamedTuple):
    """A passage that two reports share, as the one prints it and as the other does; names and figures may differ."""

    text: str
    other: str


@dataclass(frozen=True, slots=True)
class StandingText:
    """The words of a report as it stands, and its figures.

    `parts` are the preamble and the text of each section; `figures` the values other than zero by the dotted name of
    their cell. `agency_key` is the agency's name without district and suffix; `known_since` is the date of publication,
    else when it was first seen.
    """

    source: ReadFrom
    division: str
    district: str
    agency_key: str
    year: int
    agency: str | None
    known_since: str
    parts: tuple[str, ...]
    figures: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two reports that are alike, the later one first; `similarity` is 0 to 1, `tables` the keys of equal tables."""

    source: ReadFrom
    other: ReadFrom
    kind: ResemblanceKind
    similarity: float
    passages: tuple[Passage, ...] = ()
    tables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resembling:
    """One side of a pair: a report as it stands, and the capture that was the first to show that version of it."""

    id: str
    sha256: str
    url: str
    title: str | None
    agency: str | None
    district: str
    division: str | None
    site: str
    year: int
    version: int
    capture_id: int
    capture_url: str
    fetched_at: str
    first_seen: str

    def to_json(self) -> dict[str, Any]:
        """Return an object for programs."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Resemblance:
    """A pair of reports that are alike, both as they stand; `report` is the later one, `found_at` is UTC text."""

    report: Resembling
    other: Resembling
    kind: ResemblanceKind
    similarity: float
    passages: tuple[Passage, ...]
    tables: tuple[str, ...]
    detector: str
    found_at: str

    def to_json(self) -> dict[str, Any]:
        """Return an object for programs."""
        return {
            "kind": self.kind,
            "report": self.report.to_json(),
            "other": self.other.to_json(),
            "similarity": self.similarity,
            "passages": [passage._asdict() for passage in self.passages],
            "tables": list(self.tables),
            "detector": self.detector,
            "found_at": self.found_at,
        }


def count_uncompared(connection: sqlite3.Connection, detector: str) -> int:
    """Return how many of the reports that stand were not yet compared by this detector as they are read now."""
    return int(connection.execute(_UNCOMPARED, {"detector": detector}).fetchone()[0])


def iter_standing_texts(connection: sqlite3.Connection) -> Iterator[StandingText]:
    """Yield the words of each report that stands, the withdrawn among them, in the order in which they were found."""
    for row in connection.execute(_STANDING):
        said = unpack_document({"sha256": row["document"], "codec": row["codec"], "data": row["data"]})
        yield StandingText(
            source=ReadFrom(row["key"], row["sha256"]),
            division=row["division"],
            district=row["district"],
            agency_key=row["agency_key"],
            year=row["year"],
            agency=row["agency"],
            known_since=row["known_since"],
            parts=(said.preamble, *(section.text for section in said.sections)),
            figures=tuple((".".join(cell.key), cell.value) for cell in said.cells if cell.value),
        )


def save_pairs(
    connection: sqlite3.Connection, compared: Sequence[ReadFrom], pairs: Sequence[Pair], detector: str, now: str
) -> int:
    """Record what was compared with each other at a moment, and all that was found; return how many pairs are new.

    Pairs among these that were found before and are not now are dropped. Written in short transactions: what one that
    is interrupted has not written yet is compared again.
    """
    found: dict[ReadFrom, list[Pair]] = {}
    for pair in pairs:
        found.setdefault(pair.source, []).append(pair)
    among, new = frozenset(compared), 0
    for start in range(0, len(compared), _AT_ONCE):
        with relaxed(connection), atomic(connection):
            for source in compared[start : start + _AT_ONCE]:
                new += _save_of_one(connection, source, found.get(source, ()), among, (detector, now))
    return new


def _save_of_one(
    connection: sqlite3.Connection,
    source: ReadFrom,
    pairs: Sequence[Pair],
    among: Collection[ReadFrom],
    made: tuple[str, str],
) -> int:
    """Record the pairs of one report, and return how many are new."""
    kept = {
        ReadFrom(row["other_report"], row["other_sha256"])
        for row in connection.execute(
            "SELECT other_report, other_sha256 FROM resemblances WHERE report = ? AND sha256 = ?", source
        )
    }
    gone = (kept & set(among)) - {pair.other for pair in pairs} if kept else set()
    connection.executemany(
        "DELETE FROM resemblances WHERE report = ? AND sha256 = ? AND other_report = ? AND other_sha256 = ?",
        [(*source, *other) for other in sorted(gone)],
    )
    connection.executemany(
        """
        INSERT INTO resemblances VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET kind = excluded.kind, similarity = excluded.similarity,
          passages = excluded.passages, detector = excluded.detector
        """,
        [(*source, *pair.other, pair.kind, pair.similarity, _dump(pair), *made) for pair in pairs],
    )
    connection.execute(
        """
        INSERT INTO compared VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET detector = excluded.detector, compared_at = excluded.compared_at
        """,
        (*source, *made),
    )
    return len({pair.other for pair in pairs} - kept)


def _dump(pair: Pair) -> str:
    return dump_json([*(passage._asdict() for passage in pair.passages), *({"table": key} for key in pair.tables)])


def list_resemblances(  # noqa: PLR0913 - each of them is a filter of its own
    connection: sqlite3.Connection,
    report: str | None = None,
    site: str | None = None,
    year: int | None = None,
    kind: ResemblanceKind | None = None,
    *,
    as_of: str | None = None,
) -> list[Resemblance]:
    """Return the pairs of which both reports still stand as they were compared, the most alike first.

    `report` is the name of one of the two; site and year are those of the later one. `as_of` is a moment: pairs of what
    was known then.
    """
    moment = as_of or _EVER
    wanted = None if report is None else _find_key(connection, report, as_of)
    sides = {ReadFrom(row["report"], row["sha256"]): Resembling(*row) for row in _select_sides(connection, moment)}
    rows = connection.execute(
        """
        SELECT * FROM resemblances
        WHERE (:report IS NULL OR :report IN (report, other_report)) AND (:kind IS NULL OR kind = :kind)
        ORDER BY similarity DESC, report, other_report, sha256, other_sha256
        """,
        {"report": wanted, "kind": kind},
    )
    found = (_to_resemblance(row, sides) for row in rows)
    return [one for one in found if one and site in {None, one.report.site} and year in {None, one.report.year}]


def _find_key(connection: sqlite3.Connection, name: str, as_of: str | None) -> str:
    number = find_report(connection, name, as_of)
    return str(connection.execute("SELECT key FROM reports WHERE id = ?", (number,)).fetchone()["key"])


def _select_sides(connection: sqlite3.Connection, as_of: str) -> list[sqlite3.Row]:
    return connection.execute(_SIDES, {"as_of": as_of}).fetchall()


def _to_resemblance(row: sqlite3.Row, sides: Mapping[ReadFrom, Resembling]) -> Resemblance | None:
    """Return what a row tells, None where one of its reports is read from other bytes by now."""
    report = sides.get(ReadFrom(row["report"], row["sha256"]))
    other = sides.get(ReadFrom(row["other_report"], row["other_sha256"]))
    if report is None or other is None:
        return None
    shared = load_json(row["passages"])
    return Resemblance(
        report=report,
        other=other,
        kind=row["kind"],
        similarity=row["similarity"],
        passages=tuple(Passage(one["text"], one["other"]) for one in shared if "text" in one),
        tables=tuple(one["table"] for one in shared if "table" in one),
        detector=row["detector"],
        found_at=row["found_at"],
    )
