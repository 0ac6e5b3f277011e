"""All reports as they are compared: the signs of each, and the shingles that are its own."""

from array import array
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from archive.judgements.resemblances import StandingText
from gongkai.copies.agency import Agency, District, agency_of
from gongkai.copies.options import CopyOptions
from gongkai.copies.prepared import Prepared, prepare
from gongkai.copies.shingles import count_sayers, find_template

_PREPARED_KEPT, _SETS_KEPT = 256, 1024
"""Reports that are kept prepared: one that is looked at is mostly compared with several."""


Shingles = Sequence[int]
"""The kept shingles of a report, in an array: a set of them takes ten times the room."""


class Own(NamedTuple):
    """A report and those of its kept shingles that are neither the form's nor common property, each once."""

    text: StandingText
    agency: Agency
    shingles: Shingles


class Corpus:
    """All reports, each by its number, its place in `texts`."""

    def __init__(self, texts: Sequence[StandingText], options: CopyOptions) -> None:
        self.options = options
        self.owns = _set_common_aside([_cut_own(text, options) for text in texts], options)
        self._prepare = lru_cache(_PREPARED_KEPT)(lambda number: prepare(texts[number], options))
        self._sets = lru_cache(_SETS_KEPT)(lambda number: frozenset(self.owns[number].shingles))

    def own_shingles(self, number: int) -> frozenset[int]:
        """Return the kept shingles that are a report's own."""
        return self._sets(number)

    def prepare(self, number: int) -> tuple[Prepared, ...]:
        """Return the parts of a report."""
        return self._prepare(number)

    def is_later(self, number: int, other: int) -> bool:
        """Whether a report is the later one of two: about a later year, or published or met later."""
        mine, theirs = self.owns[number].text, self.owns[other].text
        return (mine.year, mine.known_since, mine.source) > (theirs.year, theirs.known_since, theirs.source)


def _cut_own(text: StandingText, options: CopyOptions) -> Own:
    kept = {
        shingle
        for part in prepare(text, options)
        for shingle in part.shingles
        if shingle is not None and not shingle % options.one_in
    }
    return Own(text, agency_of(text), array("I", sorted(kept)))


def _set_common_aside(owns: list[Own], options: CopyOptions) -> tuple[Own, ...]:
    """Return the reports without what many agencies say; what one says in many years counts once."""
    reports: dict[Agency, list[Shingles]] = {}
    for own in owns:
        reports.setdefault(own.agency, []).append(own.shingles)
    counts, agencies = count_sayers((set(chain(*said)) for said in reports.values()), options)
    most = max(options.most_agencies, options.share_of_agencies * agencies)
    districts: dict[District, list[Agency]] = {}
    for agency in reports:
        districts.setdefault(agency.where, []).append(agency)
    templates = {
        where: find_template([set(chain(*reports[agency])) for agency in inside], options)
        for where, inside in districts.items()
    }

    def is_own(shingle: int, template: frozenset[int]) -> bool:
        return counts[shingle % options.counters] <= most and shingle not in template

    return tuple(
        own._replace(shingles=array("I", [one for one in own.shingles if is_own(one, templates[own.agency.where])]))
        for own in owns
    )
