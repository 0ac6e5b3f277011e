"""What is found not to add up, as a value, and which of it is asked for."""

from dataclasses import dataclass, fields
from typing import Any

from archive import CaptureRef, FindingRow, ReportCells
from parsers.report import Check, Level, Origin, Suspect


@dataclass(frozen=True, slots=True)
class Scope:
    """Which findings are asked for, None all; `as_of` is a moment: as they were known then.

    `report` is a report's name, `district` a district's name or a division, `level` hard or soft. Those that a person
    dismissed are left out unless `with_dismissed`.
    """

    site: str | None = None
    year: int | None = None
    report: str | None = None
    district: str | None = None
    rule: str | None = None
    level: str | None = None
    as_of: str | None = None
    with_dismissed: bool = False

    def fits(self, finding: "Finding") -> bool:
        """Whether a finding is asked for, of whichever report."""
        return (
            self.site in {None, finding.site}
            and self.year in {None, finding.year}
            and self.rule in {None, finding.rule}
            and self.level in {None, finding.level}
            and self.district in {None, finding.district, finding.division or finding.site}
            and (self.with_dismissed or finding.review != "dismissed")
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not add up, with what proves it.

    `captures` show the version of the report, then those of the other reports it is about; `other` is the one other,
    where there is one. `noticed_at` (UTC text) is when the newest of these versions was first seen; `review` is what a
    person said of it (confirmed or dismissed), None where nobody did.
    """

    id: str
    url: str
    title: str | None
    agency: str | None
    district: str | None
    division: str | None
    site: str
    year: int
    version: int
    rule: str
    where: str
    level: Level
    origin: Origin
    left: int | float | None
    right: int | float | None
    text: str
    suspects: tuple[Suspect, ...]
    captures: tuple[CaptureRef, ...]
    other: str | None
    noticed_at: str
    review: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return an object for programs."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        suspects = [suspect._asdict() for suspect in self.suspects]
        return {**plain, "suspects": suspects, "captures": [capture.to_json() for capture in self.captures]}


def from_row(row: FindingRow) -> Finding:
    """Return a finding that a single report has."""
    return Finding(
        row.id, row.url, row.title, row.agency, row.district, row.division, row.site, row.year, row.version, row.rule,
        row.where, row.level, row.origin, row.left, row.right, row.text, row.suspects, (row.capture,), None,
        row.first_seen,
    )  # fmt: skip


def from_check(check: Check, report: ReportCells, *others: ReportCells, named: bool = True) -> Finding:
    """Return what a check over several reports found; `named` says whether the first other is the one other."""
    return Finding(
        report.id, report.url, report.title, report.agency, report.district, report.division, report.site, report.year,
        report.version, check.rule, check.where, check.level, check.origin, check.left, check.right, check.text,
        check.suspects, tuple(one.capture for one in (report, *others)), others[0].id if named and others else None,
        max(one.first_seen for one in (report, *others)),
    )  # fmt: skip
