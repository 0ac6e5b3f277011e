"""Who has published when: every agency that is expected and every year, each with its state and what proves it.

The route: `_iter_divisions` (the register and the archive joined) ─▶ `_expect` (agencies and years) ─▶ `calendar`
(pure: the states) ─▶ `Standing`. Nothing is written.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from archive import Archive
from archive.questions.absences import ListLook
from archive.questions.coverage import choose_place
from archive.questions.pictures import AgencyPresences, Place, Presence
from crawler import ExpectedAgency
from gongkai.calendar import (
    Due,
    Looks,
    Seen,
    State,
    StateName,
    end_of,
    find_due,
    is_government,
    is_walled,
    state_of_absence,
    state_of_report,
)
from gongkai.register import MonthDay, Register, SiteRegister, key_of, stem_in
from gongkai.standing import Evidence, Standing

_DAY_LENGTH = len("2026-03-01")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?=年)")
_OF_PLACE = re.compile(r"(?:人民政府|政府)?(?:[（(]?(?:19|20)\d\d|(?:政府)?信息公开|$)")
"""What stands behind the name of a place where its government is meant, and none of its offices."""
_PAGES_KEPT = 5
"""So many pages of a look are named as evidence."""
_WITHOUT: frozenset[StateName] = frozenset({"late", "in_time", "unknown"})
"""States of a report that was first seen after looks that may not have found it."""


@dataclass(frozen=True, slots=True)
class _Expected:
    """An agency that is expected: from which year on, until which, by which day of its own."""

    key: str
    name: str
    agency_key: str
    site: str
    listed: ExpectedAgency | None
    presences: Mapping[int, Presence] = field(default_factory=dict)

    def list_years(self, first: int, last: int) -> list[int]:
        """Return the years in which a report is expected or known; `first` and `last` are those of the district."""
        since = self.listed.since if self.listed else None
        until = self.listed.until if self.listed else None
        begin = since or min(self.presences, default=first)
        return sorted({*self.presences, *range(begin, min(until or last, last) + 1)})


class _Sights:
    """The looks at the lists of each site, loaded when they are asked for."""

    def __init__(self, archive: Archive, as_of: str | None) -> None:
        self._archive = archive
        self._as_of = as_of
        self._looks: dict[str, tuple[Sequence[ListLook], Looks, frozenset[str]]] = {}
        self._walled: dict[str, bool] = {}

    def is_walled(self, site: str) -> bool:
        """Whether the last visit of a site was turned away."""
        if site not in self._walled:
            self._walled[site] = is_walled(self._archive.tell_visits(site, as_of=self._as_of))
        return self._walled[site]

    def looks_for(
        self, site: str, agency_key: str, year: int, others: Sequence[str]
    ) -> tuple[Sequence[ListLook], Looks]:
        """Return the looks at a site that prove something of an agency's year; `others` are the keys in its district.

        Where a page failed that may have been its report, a look proves nothing of it; a page that was called by the
        name of another agency alone, or by another year, was not.
        """
        if site not in self._looks:
            found = self._archive.list_looks(site, until=self._as_of)
            self._looks[site] = found, _to_looks(found), frozenset(called for look in found for called in look.doubts)
        every, moments, doubts = self._looks[site]
        own_doubts = {called for called in doubts if _may_be(called, agency_key, year, others)}
        if not own_doubts:
            return every, moments
        own = [look for look in every if own_doubts.isdisjoint(look.doubts)]
        return own, _to_looks(own)


def _to_looks(looks: Sequence[ListLook]) -> Looks:
    return Looks([look.at for look in looks], [look.until for look in looks])


def _may_be(called: str, agency_key: str, year: int, others: Sequence[str]) -> bool:
    """Whether a page that is called so may be an agency's report on a year.

    >>> names = ("财政局2025年年报", "2025年年报", "", "教育局2018年年报", "青石区教体局2025年年报", "青石区2025年年报")
    >>> [_may_be(called, "教育局", 2025, ["教育局", "财政局", "青石区"]) for called in names]
    [False, True, True, False, True, False]
    """
    years = _YEAR.findall(called)
    if years and str(year) not in years:
        return False
    return agency_key in called or not any(_names(called, other) for other in others)


def _names(called: str, agency_key: str) -> bool:
    """Whether a page is called by an agency's name; that of a place stands before its offices' as well."""
    _, found, rest = called.partition(agency_key)
    return bool(found) and (not is_government(agency_key) or _OF_PLACE.match(rest) is not None)


def cover(  # noqa: PLR0913 - each of them is a filter of its own
    archive: Archive,
    register: Register,
    *,
    today: date,
    as_of: str | None = None,
    site: str | None = None,
    district: str | None = None,
    agency: str | None = None,
    year: int | None = None,
) -> list[Standing]:
    """Return how each agency stands in each year, by division, agency and year.

    `as_of` is a moment: what was known then, on that day, of what was due. `district` is a division, its name or one
    of its sites (`UnknownReportError` where there is none); `agency` a part of a name or the beginning of its ids.
    """
    return list(
        iter_standings(
            archive, register, today=today, as_of=as_of, site=site, district=district, agency=agency, year=year
        )
    )


def iter_standings(  # noqa: PLR0913 - each of them is a filter of its own
    archive: Archive,
    register: Register,
    *,
    today: date,
    as_of: str | None = None,
    site: str | None = None,
    district: str | None = None,
    agency: str | None = None,
    year: int | None = None,
) -> Iterator[Standing]:
    """Yield how each agency stands in each year, by division, agency and year; a division at a time is in memory.

    What is asked for is told at `cover`.
    """
    if as_of is not None:
        today = min(today, date.fromisoformat(as_of[:_DAY_LENGTH]))
    places = _join_places(archive.list_places(), register)
    chosen = places if district is None else [choose_place(places, district)]
    sights = _Sights(archive, as_of)
    return (
        standing
        for place in chosen
        if site is None or site in place.sites
        for standing in _Division(place, register, today, sights).iter_standings(
            archive.list_presences(place.division, as_of=as_of), _choose(agency), year
        )
        if site in {None, standing.site}  # an agency's reports may stand on several
    )


def is_place(archive: Archive, register: Register, name: str) -> bool:
    """Whether a name is that of a district, by its division, its name or one of its sites."""
    places = _join_places(archive.list_places(), register)
    return any(name in (one.division, one.name, *one.sites) for one in places)


def _choose(agency: str | None) -> Callable[[_Expected], bool]:
    return lambda one: agency is None or one.key == agency or agency in one.name


def _join_places(known: Sequence[Place], register: Register) -> list[Place]:
    """Return the divisions of the archive and those of the register alone, by division."""
    places = {place.division: place for place in known}
    for one in register.sites:
        if one.division not in places:
            places[one.division] = Place(one.division, one.district or one.division, (one.site,))
        elif one.site not in (place := places[one.division]).sites:
            places[one.division] = Place(place.division, place.name, (*place.sites, one.site))
    return [places[division] for division in sorted(places)]


class _Division:
    """One division: the agencies expected there, and how they stand."""

    def __init__(self, place: Place, register: Register, today: date, sights: _Sights) -> None:
        self._place = place
        self._sites = register.list_division(place.division)
        self._streets = {one.site: one.streets_due for one in self._sites}
        self._today = today
        self._sights = sights

    def iter_standings(
        self, known: Sequence[AgencyPresences], is_chosen: Callable[[_Expected], bool], year: int | None
    ) -> Iterator[Standing]:
        """Yield the standings of the agencies that are chosen, in one year or all; `known` are those found."""
        expected = sorted(_expect(self._place, known, self._sites), key=_by_key)
        years = {one for agency in known for one in agency.presences}
        last = max((self._today.year - 1, *years))
        first = min(years, default=last)
        keys = [one.agency_key for one in expected]
        for one in filter(is_chosen, expected):
            for each in one.list_years(first, last):
                if year in {None, each}:
                    presence = one.presences.get(each)
                    site = presence.site if presence else one.site
                    yield self._stand(one, each, self._sights.looks_for(site, one.agency_key, each, keys))

    def _stand(self, one: _Expected, year: int, known: tuple[Sequence[ListLook], Looks]) -> Standing:
        own: MonthDay | None = one.listed.due if one.listed else None
        due = find_due(one.name, year, own, self._streets.get(one.site))
        presence = one.presences.get(year)
        looks, moments = known
        if presence is None:
            walled = self._sights.is_walled(one.site)
            state = state_of_absence(due, moments, self._today, is_walled=walled)
        else:
            state = state_of_report(year, due, _to_seen(presence), moments)
        without = _find_without(state, due, presence, moments)
        before = moments.between("", presence.first_seen) if presence else range(0)
        return Standing(
            division=self._place.division,
            district=self._place.name,
            site=presence.site if presence else one.site,
            agency=one.name,
            key=one.key,
            year=year,
            state=state.name,
            reason=state.reason,
            days_late=state.days_late,
            due=due.day,
            basis=due.basis,
            published=presence.published if presence else None,
            first_seen=presence.first_seen if presence else None,
            absent_at=looks[before[-1]].at if before else None,
            report=presence.report if presence else None,
            noticed_at=_find_noticed(state, due, presence, without, looks),
            evidence=_to_evidence([looks[number] for number in without]),
        )


def _expect(place: Place, known: Sequence[AgencyPresences], sites: Sequence[SiteRegister]) -> Iterator[_Expected]:
    """Yield the agencies found, each with what the register says of it, and those that it alone names."""
    titled = next((site.district for site in sites if site.district), None)
    districts = dict.fromkeys(filter(None, (place.name, titled, *(agency.district for agency in known))))
    listed = {
        _split(agency.name, districts): (site.site, agency) for site in reversed(sites) for agency in site.agencies
    }
    for agency in known:
        district, key = _split(agency.name, districts)
        named = ((agency.district or district, key), ("", key))
        own = next((listed.pop(one)[1] for one in named if one in listed), None)
        yield _Expected(agency.key, agency.name, agency.agency_key, agency.site, own, agency.presences)
    for (district, key), (where, alone) in listed.items():
        yield _Expected(stem_in(place.division, alone.name, district or None), alone.name, key, where, alone)


def _split(name: str, districts: Mapping[str, None]) -> tuple[str, str]:
    """Return which of these districts an agency's name has, "" for none, and the name without it."""
    district = next((one for one in districts if one in name), None)
    return district or "", key_of(name, district)


def _by_key(one: _Expected) -> str:
    return one.key


def _to_seen(presence: Presence) -> Seen:
    published = date.fromisoformat(presence.published) if presence.published else None
    is_withdrawn = presence.status == "withdrawn"
    return Seen(published, presence.first_seen, is_withdrawn, presence.restored_at is not None)


def _find_without(state: State, due: Due, presence: Presence | None, looks: Looks) -> range:
    """Return the numbers of the looks that did not have the report when it counts."""
    if presence is None:
        return looks.between(end_of(due.day)) if state.name == "missing" else range(0)
    if state.name in _WITHOUT:
        return looks.between(end_of(due.day), presence.first_seen)
    return looks.between(looks.begin_of(presence.withdrawn_at or ""), presence.restored_at)


def _find_noticed(
    state: State, due: Due, presence: Presence | None, without: range, looks: Sequence[ListLook]
) -> str | None:
    if presence is None:
        waits = end_of(due.day) if state.name == "unknown" else None
        return looks[without[0]].until if without else waits
    if state.name == "withdrawn":
        return presence.withdrawn_at
    return presence.restored_at if state.name == "republished" else presence.first_seen


def _to_evidence(looks: Sequence[ListLook]) -> Evidence | None:
    if not looks:
        return None
    return Evidence(len(looks), looks[0].at, looks[-1].at, looks[-1].pages[:_PAGES_KEPT])
