"""What the archive answers: rows as frozen values that know their JSON."""

from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Literal

from parsers.report import Level, Origin, Report, Suspect


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One report as it is now, with where it was met and since when it is known."""

    id: str
    url: str
    urls: tuple[str, ...]
    title: str | None
    agency: str | None
    district: str | None
    division: str | None
    year: int
    form: str | None
    published: str | None
    site: str
    version: int
    first_seen: str
    last_seen: str
    status: str

    def to_json(self) -> dict[str, Any]:
        """Return the object of the contract."""
        return {**dict(zip(self.__slots__, _REPORT_FIELDS(self), strict=True)), "urls": list(self.urls)}


_REPORT_FIELDS = attrgetter(*ReportRow.__slots__)


@dataclass(frozen=True, slots=True)
class ShownReport:
    """One version of a report in full; `versions` are the numbers of all."""

    row: ReportRow
    report: Report
    version: int
    versions: tuple[int, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the object of the contract."""
        names = {
            "id": self.row.id,
            "url": self.row.url,
            "version": self.version,
            "versions": list(self.versions),
        }
        return {**names, **self.report.to_json()}


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One entry of the change log."""

    kind: str
    id: str
    url: str
    title: str | None
    site: str
    seen_at: str
    version: int
    cells: tuple[dict[str, Any], ...]
    new_url: str | None

    def to_json(self) -> dict[str, Any]:
        """Return the object of the contract."""
        return {**{name: getattr(self, name) for name in self.__slots__}, "cells": list(self.cells)}


@dataclass(frozen=True, slots=True)
class CaptureRef:
    """A capture as proof: its number, the address, the moment, and the SHA-256 of what it brought or confirmed."""

    id: int
    url: str
    fetched_at: str
    sha256: str

    def to_json(self) -> dict[str, Any]:
        """Return an object for programs."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class FindingRow:
    """Something that does not add up in a version of a report.

    `suspects` are the fewest cells that would explain it; `capture` is the first that showed the version, seen then.
    """

    id: str
    url: str
    title: str | None
    site: str
    version: int
    rule: str
    where: str
    left: int | float | None
    right: int | float | None
    text: str
    year: int
    agency: str | None
    district: str | None
    division: str | None
    level: Level
    origin: Origin
    suspects: tuple[Suspect, ...]
    capture: CaptureRef
    first_seen: str

    def to_json(self) -> dict[str, Any]:
        """Return an object for programs."""
        suspects = [suspect._asdict() for suspect in self.suspects]
        fields = {name: getattr(self, name) for name in self.__slots__}
        return {**fields, "suspects": suspects, "capture": self.capture.to_json()}


@dataclass(frozen=True, slots=True)
class Match:
    """One version of a report that a search found.

    `pieces` are the snippet as texts, each with whether it is a word that was found; `snippet` marks those `[so]`.
    """

    id: str
    url: str
    title: str | None
    year: int
    snippet: str
    agency: str | None
    district: str | None
    site: str
    form: str | None
    published: str | None
    status: str
    version: int
    pieces: tuple[tuple[str, bool], ...]

    def to_json(self) -> dict[str, Any]:
        """Return the object of the contract, with what else identifies the version."""
        return {name: getattr(self, name) for name in self.__slots__ if name != "pieces"}


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: some of the matches in their order, and how many there are of all.

    `notes` say, each in a sentence, what of the query was taken otherwise than it looks.
    """

    matches: tuple[Match, ...]
    total: int
    order: Literal["relevance", "date"]
    notes: tuple[str, ...] = ()
