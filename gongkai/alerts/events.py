"""What can be told: something that happened to a report, an agency or a site, with the place of its evidence."""

from dataclasses import dataclass
from typing import NamedTuple

from archive import CaptureRef
from gongkai.alerts.phrases import phrase
from gongkai.alerts.plain import plain_command, plain_url
from gongkai.alerts.rules import Kind, Language


class Line(NamedTuple):
    """A line of a message in both languages."""

    zh: str
    en: str

    def say(self, language: Language) -> str:
        """Return it in a language."""
        return self.en if language == "en" else self.zh


def make_line(key: str, **values: object) -> Line:
    """Return a phrase as a line, its places filled; values are to be plain by then."""
    return Line(phrase("zh", key, **values), phrase("en", key, **values))


class Evidence(NamedTuple):
    """Where an event is proved: a path of `gongkai serve`, the source's own address, a command for a stranger."""

    path: str
    url: str | None = None
    command: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `key` says what, the same at every look; `noticed_at` is UTC text.

    `where` names it for filters: site, district, division, agency, each "" where it has none; `report` is the report's
    id and `versions` those that are proof of it, the last one first; `captures` are, where they are known already.
    """

    key: str
    kind: Kind
    noticed_at: str
    title: str
    where: "Place"
    evidence: Evidence
    lines: tuple[Line, ...] = ()
    report: str | None = None
    year: int | None = None
    versions: tuple[int, ...] = ()
    captures: tuple[CaptureRef, ...] = ()
    rule: str = ""
    level: str = ""


class Place(NamedTuple):
    """Where something happened, by its names as they are known."""

    site: str
    district: str = ""
    division: str = ""
    agency: str = ""


def say_evidence(evidence: Evidence, base_url: str | None, language: Language) -> list[str]:
    """Return the lines that lead to the evidence: a page of ours where one is served, else what proves it without."""
    if base_url is not None:
        return [phrase(language, "evidence", where=f"{base_url}{evidence.path}")]
    lines = [phrase(language, "source", url=plain_url(evidence.url))] if evidence.url else []
    if evidence.command:
        lines.append(phrase(language, "evidence", where=plain_command(*evidence.command)))
    return lines
