"""Findings, and the calendar of who has published when, as events."""

from collections.abc import Iterator
from datetime import date

from archive import Archive
from gongkai.alerts.changes import name_cell
from gongkai.alerts.events import Event, Evidence, Line, Place, make_line
from gongkai.alerts.plain import plain, plain_url
from gongkai.alerts.rules import TOLD_AS_LATE
from gongkai.calendar import Reason, day_of
from gongkai.coverage import cover
from gongkai.finding import Finding, Scope
from gongkai.findings import list_findings
from gongkai.register import Register, key_of
from gongkai.standing import Standing
from gongkai.web.exchange import make_path
from gongkai.web.leading import REPEATS, lead_to_cell, lead_to_report, name_finding
from gongkai.web.words import say
from parsers.report import CellKey, Suspect
from parsers.rules import load_rules

_SHOWN_OF_HASH = 16
_BY_LAW = frozenset({"article_49", "before_2019"})
_DOUBTFUL: frozenset[Reason] = frozenset({"not_there_now", "late_or_posted_again"})
"""Reasons why nobody may be blamed for what is told."""


def iter_findings(archive: Archive, register: Register) -> Iterator[Event]:
    """Yield an event for each finding in the reports as they stand, but for those that a person has dismissed."""
    for finding in list_findings(archive, Scope(), register):
        if finding.review != "dismissed" and finding.rule != TOLD_AS_LATE:
            yield _to_event(finding)


def _to_event(finding: Finding) -> Event:
    cell = finding.suspects[0] if finding.suspects else None
    named = (".".join(cell[:3]),) if cell else ()
    return Event(
        key=":".join(("finding", *name_finding(finding))),
        kind="copied" if finding.rule.startswith(REPEATS) else "finding",
        noticed_at=finding.noticed_at,
        title=finding.title or finding.id,
        where=Place(finding.site, finding.district or "", finding.division or "", finding.agency or ""),
        evidence=Evidence(
            lead_to_cell(finding, cell) if cell else lead_to_report(finding),
            finding.url,
            ("gongkai", "evidence", finding.id, *named, "--version", str(finding.version)),
        ),
        lines=tuple(_tell_finding(finding)),
        report=finding.id,
        year=finding.year,
        versions=(finding.version,),
        captures=finding.captures,
        rule=finding.rule,
        level=finding.level,
    )


def _tell_finding(finding: Finding) -> Iterator[Line]:
    text = load_rules().get(finding.rule)
    place = f"{plain(finding.rule)} · {plain(finding.where)}"
    yield Line(f"{text.zh}（{place}）", f"{text.en} ({place})") if text else Line(place, place)
    said = plain(finding.text)
    yield Line(said, said)
    if finding.left is not None and finding.right is not None:
        yield make_line("sides", left=plain(finding.left), right=plain(finding.right))
    is_alone = len(finding.suspects) == 1
    if len(finding.suspects) > 1:
        yield make_line("explain_together")
    for suspect in finding.suspects:
        yield _tell_suspect(suspect, "explains" if is_alone else "explains_too")
    if finding.level == "soft":
        yield make_line("level_soft")
    if finding.origin == "reading":
        yield make_line("origin_reading")


def _tell_suspect(suspect: Suspect, phrase: str) -> Line:
    name = name_cell(CellKey(suspect.table, suspect.row, suspect.column))
    none = make_line("no_figure")
    value = Line(plain(suspect.value), plain(suspect.value)) if suspect.value is not None else none
    wanted = plain(suspect.wanted)
    return Line(
        make_line(phrase, cell=name, value=value.zh, wanted=wanted).zh,
        make_line(phrase, cell=name, value=value.en, wanted=wanted).en,
    )


def iter_standings(archive: Archive, register: Register, today: date) -> Iterator[Event]:
    """Yield an event for each report that was not there in time by the calendar, or came late."""
    for standing in cover(archive, register, today=today):
        if standing.state in {"missing", "late"} and standing.noticed_at is not None:
            yield _to_calendar_event(standing)


def _to_calendar_event(standing: Standing) -> Event:
    is_late = standing.state == "late"
    command = ("gongkai", "coverage", standing.key, "--year", str(standing.year))
    evidence = Evidence(make_path("district", standing.division), None, command)
    if standing.report is not None:
        evidence = Evidence(make_path("report", standing.report), None, ("gongkai", "evidence", standing.report))
    return Event(
        key=f"{standing.state}:{standing.division}:{key_of(standing.agency, standing.district)}:{standing.year}",
        kind="late" if is_late else "missing",
        noticed_at=standing.noticed_at or "",
        title=f"{standing.agency} {standing.year}",
        where=Place(standing.site, standing.district, standing.division, standing.agency),
        evidence=evidence,
        lines=tuple(_tell_standing(standing)),
        report=standing.report,
        year=standing.year,
    )


def _tell_standing(standing: Standing) -> Iterator[Line]:
    due = make_line("due", year=standing.year, day=standing.due.isoformat())
    practice = Line("", "") if standing.basis in _BY_LAW else make_line("by_practice")
    yield Line(due.zh + practice.zh, due.en + practice.en)
    if standing.reason in _DOUBTFUL:
        key = f"reason_{standing.reason}"
        yield Line(say("zh", key), say("en", key))
    if standing.state == "late":
        seen = day_of(standing.first_seen).isoformat() if standing.first_seen else ""
        day = min(filter(None, (standing.published, seen)), default="")
        yield make_line("days_late" if standing.published else "seen_late", day=day, days=standing.days_late)
        return
    if standing.evidence is not None:
        looks = standing.evidence
        yield make_line("not_seen", count=looks.looks, first=looks.first, last=looks.last)
        for page in looks.pages:
            yield make_line(
                "looked_at", url=plain_url(page.url), moment=page.fetched_at, sha256=page.sha256[:_SHOWN_OF_HASH]
            )
