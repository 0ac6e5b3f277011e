"""All that happened, as events, from everywhere that the rules ask for."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from archive import Archive
from gongkai.alerts.changes import changes_to_events
from gongkai.alerts.events import Event, Place
from gongkai.alerts.judged import iter_findings, iter_standings
from gongkai.alerts.rules import AlertsFile, Kind
from gongkai.alerts.sources import visits_to_events
from gongkai.register import Register

_OF_CHANGES: frozenset[Kind] = frozenset({"new", "figures", "text", "moved", "withdrawn", "restored"})
_OF_FINDINGS: frozenset[Kind] = frozenset({"finding", "copied"})
_OF_CALENDAR: frozenset[Kind] = frozenset({"missing", "late"})
_OF_SOURCES: frozenset[Kind] = frozenset({"source_failing", "source_recovered"})


@dataclass(frozen=True, slots=True)
class World:
    """What else events are told from: the day in China, and which agencies are to report by when."""

    today: date
    register: Register


def gather_events(archive: Archive, file: AlertsFile, since: str, world: World) -> tuple[Event, ...]:
    """Return what was noticed since a moment (UTC text) of the kinds that any rule asks for, in no order."""
    kinds = {kind for rule in file.alerts for kind in rule.kinds}
    found = {event.key: event for event in _iter_events(archive, file, since, world, kinds)}
    return tuple(event for event in found.values() if event.noticed_at >= since)


def _iter_events(
    archive: Archive, file: AlertsFile, since: str, world: World, kinds: Collection[Kind]
) -> Iterator[Event]:
    if not _OF_CHANGES.isdisjoint(kinds):
        rows = archive.list_changes(since)
        yield from changes_to_events(rows, {row.id: row for row in archive.list_reports()} if rows else {})
    if not _OF_SOURCES.isdisjoint(kinds):
        yield from visits_to_events(archive.list_visits(), _list_places(archive), file.failing_after)
    if not _OF_FINDINGS.isdisjoint(kinds):
        yield from iter_findings(archive, world.register)
    if not _OF_CALENDAR.isdisjoint(kinds):
        yield from iter_standings(archive, world.register, world.today)


def _list_places(archive: Archive) -> Mapping[str, Place]:
    """Return where each site belongs, by its name."""
    districts = {site: one for one in archive.list_districts() for site in one.sites}
    return {
        row["name"]: Place(
            row["name"], districts[row["name"]].name if row["name"] in districts else "", row["division"] or ""
        )
        for row in archive.list_sites()
    }
