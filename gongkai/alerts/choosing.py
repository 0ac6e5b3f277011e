"""Which events an alert asks for."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from operator import itemgetter

from archive import Archive
from archive.questions.pictures import AgencyHistory, Measure
from gongkai.alerts.events import Event, Line, make_line
from gongkai.alerts.plain import plain
from gongkai.alerts.rules import JUDGED, MEASURED, AlertRule
from gongkai.indicators import INDICATORS, find_figure


def choose_events(
    archive: Archive, rule: AlertRule, events: Iterable[Event], since: str, latest: Mapping[str, str]
) -> Iterator[Event]:
    """Yield the events that a rule asks for and that were noticed since a moment, with what it asks of figures.

    `latest` says when the figures of each report were last new: what they are now is no news of any event before.
    """
    for event in events:
        if event.noticed_at < since or not fits(rule, event):
            continue
        if rule.indicator is None:
            yield event
        elif event.noticed_at != latest.get(event.report or ""):
            continue
        elif (line := _measure(archive, rule, event)) is not None:
            yield replace(event, lines=(line, *event.lines))


def find_latest(events: Iterable[Event]) -> dict[str, str]:
    """Return when the figures of each report were last new (UTC text)."""
    moments = [(event.report, event.noticed_at) for event in events if event.report and event.kind in MEASURED]
    return dict(sorted(moments, key=itemgetter(1)))


def fits(rule: AlertRule, event: Event) -> bool:
    """Whether an event is of a kind and at a place that the rule asks for; of figures it says nothing."""
    place = event.where
    return (
        event.kind in rule.kinds
        and _is_named(rule.districts, place.district, place.division)
        and _is_named(rule.sites, place.site)
        and _is_meant(rule.agencies, place.agency)
        and (event.kind not in JUDGED or (_is_named(rule.rules, event.rule) and rule.level in {None, event.level}))
    )


def find_strangers(archive: Archive, rule: AlertRule) -> list[str]:
    """Return the names of a rule that mean no district, site or agency of the archive: mistyped, or not there yet."""
    places = archive.list_places()
    known = [one for place in places for one in archive.list_presences(place.division)]
    agencies, districts = {one.name for one in known}, {one.district for one in known}
    meant = {
        pattern: any(_is_named((pattern,), place.division, place.name) for place in places)
        or _is_named((pattern,), *districts)
        for pattern in rule.districts
    }
    meant |= {pattern: any(_is_named((pattern,), *place.sites) for place in places) for pattern in rule.sites}
    meant |= {pattern: any(_is_meant((pattern,), name) for name in agencies) for pattern in rule.agencies}
    return [pattern for pattern, is_known in meant.items() if not is_known]


def _is_named(patterns: tuple[str, ...], *names: str) -> bool:
    """Whether one of the names is one of the patterns; any is where there are none."""
    return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns for name in names if name)


def _is_meant(patterns: tuple[str, ...], name: str) -> bool:
    """Whether a name has one of the texts in it, or is a pattern's; any is where there are none."""
    return not patterns or any(pattern in name or fnmatchcase(name, pattern) for pattern in patterns if name)


def _measure(archive: Archive, rule: AlertRule, event: Event) -> Line | None:
    """Return what a report says of the rule's indicator, None where that is within bounds or not known."""
    indicator = INDICATORS[rule.indicator or ""]
    if event.report is None or event.year is None:
        return None
    history = archive.tell_agency(event.report, (indicator.measure,))
    value, before = (_find_value(history, year, indicator.measure) for year in (event.year, event.year - 1))
    if value is None or not is_beyond(rule, value, before):
        return None
    line = Line(
        make_line("indicator", name=indicator.zh, value=plain(value), unit=indicator.unit_zh).zh,
        make_line("indicator", name=indicator.en, value=plain(value), unit=indicator.unit_en).en,
    )
    if before is None:
        return line
    last = make_line("year_before", value=plain(before))
    return Line(line.zh + last.zh, line.en + last.en)


def _find_value(history: AgencyHistory, year: int, measure: Measure) -> float | None:
    report = next((report for report in history.reports if report.year == year), None)
    return find_figure(report, measure.key).value


def is_beyond(rule: AlertRule, value: float, before: float | None) -> bool:
    """Whether a figure is beyond all the thresholds of a rule; `before` is that of the year before, None if unknown.

    From 0 to anything else is more than any share.
    """
    if rule.above is not None and value <= rule.above:
        return False
    if rule.below is not None and value >= rule.below:
        return False
    if rule.change_above is None:
        return True
    return before is not None and abs(value - before) > rule.change_above * abs(before)
