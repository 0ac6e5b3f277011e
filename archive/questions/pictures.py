"""What the pages of the web show: overviews, agencies over years, districts as a matrix, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from parsers.report import CellKey, CellStatus


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure that is asked of reports: one cell, or the sum of several.

    `ways` are the cells that hold it, one way for each generation of the form; a report answers by the way that it
    prints. With `is_money` amounts are brought to 万元, and one without a unit is ambiguous.
    """

    key: str
    ways: tuple[tuple[CellKey, ...], ...]
    is_money: bool = False


class Figure(NamedTuple):
    """What a report says of a measure. `value` is None unless every cell of it has a figure or is blank.

    `status` is that of its weakest cell: `inferred` where one is, `blank` where all are. `blanks` is how many of
    several cells are blank and count as 0.
    """

    value: float | None
    status: CellStatus
    blanks: int = 0


MISSING = Figure(None, "missing")
"""What a report says of a measure that it has no cell of."""


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """One report in a table of many, as it is known now. `changes` counts those after it was found.

    `version` is the one that stands, `versions` how many there were; `published` is a date, None where no one says.
    """

    id: str
    url: str
    title: str | None
    agency: str | None
    site: str
    year: int
    form: str | None
    published: str | None
    status: str
    version: int
    versions: int
    changes: int
    findings: int
    figures: Mapping[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AgencyHistory:
    """One agency with all its reports, the oldest first. `key` is the id of the newest without its year."""

    key: str
    name: str
    names: tuple[str, ...]
    district: str | None
    division: str
    sites: tuple[str, ...]
    reports: tuple[ReportFacts, ...]


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """An agency in the matrix of its district: its reports by year."""

    key: str
    name: str
    reports: Mapping[int, ReportFacts]


@dataclass(frozen=True, slots=True)
class Place:
    """A division (the code of a district, or the name of a site that names none), its name and its sites."""

    division: str
    name: str
    sites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Presence:
    """When a report was there, as it was known at a moment: what a calendar is told from.

    `published` is the date of its first version that has one. Moments are UTC text: when it was first seen, when it
    was last taken to be withdrawn, when it was first seen again after that; None where it was not.
    """

    report: str
    district: str
    agency_key: str
    agency: str | None
    year: int
    site: str
    published: str | None
    status: str
    first_seen: str
    withdrawn_at: str | None
    restored_at: str | None


@dataclass(frozen=True, slots=True)
class AgencyPresences:
    """An agency of a division with its reports by year; `key` is the id of the newest without its year.

    `district` is empty where no report names it; `site` is where the newest report stands.
    """

    key: str
    name: str
    district: str
    agency_key: str
    site: str
    presences: Mapping[int, Presence]


@dataclass(frozen=True, slots=True)
class SiteVisits:
    """How the visits of a site went.

    `last_good` is when the last complete one began, `failed_since` how many ended after it without being complete.
    Of the last one that ended (None, nothing where none did): whether it was complete, how many good captures it
    `brought`, and the `reasons` of all that failed in it, each once.
    """

    site: str
    title: str | None
    last_visit: datetime | None
    last_good: datetime | None
    failed_since: int
    is_complete: bool | None
    brought: int | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DistrictCoverage:
    """A district's agencies and years, from the first year that is known there to the last, none left out."""

    division: str
    name: str
    years: tuple[int, ...]
    agencies: tuple[AgencyRow, ...]
    sites: tuple[SiteVisits, ...]


@dataclass(frozen=True, slots=True)
class YearCount:
    """The reports of a year: those that stand, those withdrawn."""

    year: int
    current: int
    withdrawn: int


@dataclass(frozen=True, slots=True)
class FormCount:
    """The reports of a form, the withdrawn among them; None is what has no table of a known form."""

    form: str | None
    reports: int


@dataclass(frozen=True, slots=True)
class DistrictCount:
    """What is known of a district. `division` is its code, or the name of its site where that names none.

    `findings` are those of the reports as they stand; `last_visit` is the moment of the last visit that brought
    something, None where none did.
    """

    division: str
    name: str
    sites: tuple[str, ...]
    agencies: int
    current: int
    withdrawn: int
    findings: int
    first_year: int | None
    last_year: int | None
    last_visit: str | None


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole archive in numbers; years from the first to the last, districts by division."""

    sites: int
    agencies: int
    current: int
    withdrawn: int
    versions: int
    captures: int
    findings: int
    years: tuple[YearCount, ...]
    forms: tuple[FormCount, ...]
    districts: tuple[DistrictCount, ...]


@dataclass(frozen=True, slots=True)
class Publication:
    """When a report was published, as far as it is known: what lateness is told from."""

    agency: str | None
    year: int
    published: str | None


@dataclass(frozen=True, slots=True)
class FindingCounts:
    """What does not add up in the reports as they stand, by rule and by site, the most first."""

    rules: Mapping[str, int]
    sites: Mapping[str, int]
