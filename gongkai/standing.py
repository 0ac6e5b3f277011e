"""How one agency stands in one year, with what proves it, as a value."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from archive.questions.absences import ListPage
from gongkai.calendar import Basis, Reason, StateName


@dataclass(frozen=True, slots=True)
class Evidence:
    """The good looks at the lists that did not find a report: how many, the first and the last (UTC text).

    `pages` are what the last of them read, each a capture with its SHA-256.
    """

    looks: int
    first: str
    last: str
    pages: tuple[ListPage, ...]

    def to_json(self) -> dict[str, Any]:
        """Return an object for programs."""
        pages = [page._asdict() for page in self.pages]
        return {"looks": self.looks, "first": self.first, "last": self.last, "pages": pages}


@dataclass(frozen=True, slots=True)
class Standing:
    """How one agency stands in one year.

    `key` is what the ids of its reports begin with, `reason` the key of a sentence. `published` is the date printed,
    `first_seen` the moment of the first capture, `absent_at` that of the last good look before it; `report` is None
    where there is none. `noticed_at` is the moment from which the state could be told.
    """

    division: str
    district: str
    site: str
    agency: str
    key: str
    year: int
    state: StateName
    reason: Reason
    days_late: int | None
    due: date
    basis: Basis
    published: str | None
    first_seen: str | None
    absent_at: str | None
    report: str | None
    noticed_at: str | None
    evidence: Evidence | None

    def to_json(self) -> dict[str, Any]:
        """Return an object for programs."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        evidence = self.evidence.to_json() if self.evidence else None
        return {**plain, "due": self.due.isoformat(), "evidence": evidence}
