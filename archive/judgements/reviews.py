"""What people said of findings and cells: rows that are only ever added, and what of them holds for a version.

A review is bound to the bytes that a report was read from. It holds for each version that these bytes, or others that
say the same of the report, were seen to show: a page's surroundings may change, the report may not.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from archive.errors import UnknownReportError
from archive.file.database import atomic, durable
from archive.judgements.review import Figure, FindingKey, Review, Said, Subject, to_columns
from archive.questions.queries import find_report
from parsers.report import CellKey

_EVER = "9999-12-31T23:59:59Z"
_NAMED = """
named (uid, sha256, report_id) AS (
  SELECT uid, sha256, reports.id FROM reviews JOIN reports ON reports.key = reviews.report
  UNION SELECT uid, sha256, reports.id FROM reviews JOIN ids ON ids.key = reviews.report
        JOIN reports USING (agency_key, year, division)
)
"""
"""The reports that reviews name, by the ids that they have, or had when the review was made."""
_REVIEWS = f"""
WITH {_NAMED}
SELECT * FROM reviews
WHERE reviewed_at <= :as_of AND (:report IS NULL OR uid IN (SELECT uid FROM named WHERE report_id = :report))
ORDER BY reviewed_at, uid
"""  # noqa: S608 - statements of ours
_SHOWN = f"""
WITH {_NAMED}, shown (uid, version_id) AS (
  SELECT uid, versions.id FROM named JOIN versions USING (report_id) JOIN captures ON captures.id = versions.capture_id
  JOIN bodies ON bodies.id = captures.body_id AND bodies.sha256 = named.sha256
  UNION SELECT uid, version_id FROM named CROSS JOIN bodies ON bodies.sha256 = named.sha256
  CROSS JOIN captures ON captures.body_id = bodies.id AND captures.status IS NOT 304 AND captures.fetched_at <= :as_of
  CROSS JOIN sightings ON sightings.capture_id = captures.id AND sightings.report_id = named.report_id
)
SELECT named.uid, reports.key, versions.number, states.version_id IS NOT NULL AS stands
FROM named JOIN reports ON reports.id = named.report_id
LEFT JOIN shown ON shown.uid = named.uid
LEFT JOIN versions ON versions.id = shown.version_id AND versions.report_id = named.report_id
LEFT JOIN states ON states.report_id = named.report_id AND states.version_id = versions.id
  AND states.known_from <= :as_of AND (states.known_until IS NULL OR states.known_until > :as_of)
WHERE :report IS NULL OR named.report_id = :report
ORDER BY named.uid, versions.number IS NULL, versions.number, reports.key
"""  # noqa: S608 - the same
"""The reports that each review is of, with the versions that show its bytes; `stands` marks what is known of it.

No 304 was ever read: to leave it out is what lets the index over bodies be used.
"""


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person wants to stand in a cell of the version that is known of a report, beside what is printed there.

    `value` is in `unit`, and None where nothing is to stand there.
    """

    report: str
    version: int
    cell: CellKey
    raw: str
    value: int | float | None
    unit: str | None
    note: str
    reviewer: str | None
    reviewed_at: str


def save_reviews(connection: sqlite3.Connection, reviews: Iterable[Review]) -> list[bool]:
    """Keep reviews, all or none, and say of each whether it is new; durable when this returns."""
    with durable(connection), atomic(connection):
        return [add_review(connection, review) for review in reviews]


def add_review(connection: sqlite3.Connection, review: Review) -> bool:
    """Keep a review where it is not kept yet, within the caller's transaction."""
    if connection.execute("SELECT 1 FROM reviews WHERE uid = ?", (review.uid,)).fetchone():
        return False
    connection.execute(
        """
        INSERT INTO reviews (uid, report, sha256, reviewed_at, rule, place, "table", "row", "column", verdict, raw,
                             value, unit, note, reviewer)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (review.uid, review.report, review.sha256, review.reviewed_at, *to_columns(review.said).values()),
    )
    return True


def list_reviews(
    connection: sqlite3.Connection,
    report: str | None = None,
    *,
    version: int | None = None,
    as_of: str | None = None,
    with_lapsed: bool = False,
) -> list[Review]:
    """Return what holds of the reports as they stand, oldest first; with `with_lapsed` all that was ever said.

    `report` is a report's name, `version` one of its versions instead of the one that stands, `as_of` a moment: as it
    was known then. `UnknownReportError` where no report has that name.
    """
    asked = {
        "as_of": as_of or _EVER,
        "report": None if report is None else find_report(connection, report, as_of),
    }
    if version is not None and report is None:
        raise UnknownReportError("a version is one of a report; name the report as well")
    shown: dict[str, list[sqlite3.Row]] = {}
    for row in connection.execute(_SHOWN, asked):
        shown.setdefault(row["uid"], []).append(row)
    found = [_place(row, shown.get(row["uid"], ()), version) for row in connection.execute(_REVIEWS, asked).fetchall()]
    told = _mark_last(found)
    return told if with_lapsed else [review for review in told if review.stands and not review.lapsed]


def list_corrections(connection: sqlite3.Connection, as_of: str | None = None) -> list[Correction]:
    """Return the corrections that hold, by report, oldest first: those of the versions that stand, at a moment."""
    found = [
        Correction(
            review.id, review.version, review.subject, *review.figure, review.note, review.reviewer, review.reviewed_at
        )
        for review in list_reviews(connection, as_of=as_of)
        if review.id and review.version and review.figure and isinstance(review.subject, CellKey)
    ]
    return sorted(found, key=lambda correction: correction.report)


def read_review(row: sqlite3.Row) -> Review:
    """Return the review that a row of the table holds, as it was said."""
    subject: Subject = (
        CellKey(row["table"], row["row"], row["column"])
        if row["rule"] is None
        else FindingKey(row["rule"], row["place"])
    )
    figure = None if row["raw"] is None else Figure(row["raw"], row["value"], row["unit"])
    said = Said(subject, row["verdict"], figure, row["note"], row["reviewer"])
    return Review(row["uid"], row["report"], row["sha256"], said, row["reviewed_at"])


def _place(row: sqlite3.Row, shown: Sequence[sqlite3.Row], version: int | None) -> Review:
    """Return a review with the version that it holds for: the one asked for, else the one that stands."""
    holds = (one for one in shown if (one["stands"] if version is None else one["number"] == version))
    about = next(holds, None)
    known = about or next(iter(shown), None)
    return replace(read_review(row), id=known["key"] if known else None, version=about["number"] if about else None)


def _mark_last(reviews: Sequence[Review]) -> list[Review]:
    """Return reviews, oldest first as they are given, each with whether it is the last word and was not taken back."""
    last = {_word(review): review.uid for review in reviews}
    return [
        replace(review, stands=last[_word(review)] == review.uid and review.verdict != "retracted")
        for review in reviews
    ]


def _word(review: Review) -> tuple[str, str, Subject]:
    """Return what a word is on: a subject of a version; of bytes that are not its own, of those."""
    return review.id or review.report, review.sha256 if review.lapsed else "", review.subject
