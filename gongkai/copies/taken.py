"""Reports that hold words of another agency's."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from archive.judgements.resemblances import Pair
from gongkai.copies.agency import Agency, may_be_same
from gongkai.copies.candidates import iter_candidates
from gongkai.copies.corpus import Corpus
from gongkai.copies.passages import find_stretches, print_passages

_PRECISION = 3


class Suspicion(NamedTuple):
    """Two reports by their numbers, the later first, and the kept shingles that both hold and few others do."""

    number: int
    other: int
    shared: frozenset[int]


def iter_taken(corpus: Corpus) -> Iterator[Pair]:
    """Yield the reports that hold words of another agency's, for each of these that with which most is shared.

    Told in the report in which the words came up first: what an agency goes on saying it has from itself.
    """
    best: dict[tuple[int, Agency], Suspicion] = {}
    for found in _iter_suspicions(corpus):
        key = (found.number, corpus.owns[found.other].agency)
        if key not in best or _is_closer(corpus, found, best[key]):
            best[key] = found
    yield from filter(None, (_verify(corpus, found) for _, found in sorted(best.items())))


def _iter_suspicions(corpus: Corpus) -> Iterator[Suspicion]:
    owns, options = corpus.owns, corpus.options
    reports: dict[Agency, list[int]] = {}
    for number, own in enumerate(owns):
        reports.setdefault(own.agency, []).append(number)
    for one, two in iter_candidates([own.shingles for own in owns], options):
        number, other = (one, two) if corpus.is_later(one, two) else (two, one)
        mine, theirs = owns[number], owns[other]
        shared = corpus.own_shingles(number) & corpus.own_shingles(other)
        if len(shared) * options.one_in < options.min_shared or may_be_same(mine.agency, theirs.agency):
            continue
        is_near = mine.agency.where == theirs.agency.where
        least = options.min_overlap_in_district if is_near else options.min_overlap
        if len(shared) < least * min(len(mine.shingles), len(theirs.shingles)):
            continue
        earlier = (corpus.own_shingles(past) for past in reports[mine.agency] if corpus.is_later(number, past))
        if not any(len(shared & past) >= options.inherited * len(shared) for past in earlier):
            yield Suspicion(number, other, shared)


def _is_closer(corpus: Corpus, found: Suspicion, best: Suspicion) -> bool:
    """Whether more is shared, or as much with a report that is nearer in time."""

    def rank(one: Suspicion) -> tuple[int, int, int]:
        years = corpus.owns[one.number].text.year - corpus.owns[one.other].text.year
        return len(one.shared), -years, -one.other

    return rank(found) > rank(best)


def _verify(corpus: Corpus, found: Suspicion) -> Pair | None:
    """Return the pair with its passages, None where no passage is longer than a slogan."""
    options, mine, theirs = corpus.options, corpus.owns[found.number], corpus.owns[found.other]
    parts, others = corpus.prepare(found.number), corpus.prepare(found.other)

    def is_rare(shingles: Sequence[int | None]) -> bool:
        kept = [shingle for shingle in shingles if shingle is not None and not shingle % options.one_in]
        return bool(kept) and len(found.shared.intersection(kept)) >= options.min_rare * len(set(kept))

    stretches = find_stretches(parts, others, options, is_rare)
    if max((stretch.length for stretch in stretches), default=0) < options.min_longest:
        return None
    similarity = len(found.shared) / min(len(mine.shingles), len(theirs.shingles))
    passages = print_passages(parts, others, stretches, options)
    return Pair(mine.text.source, theirs.text.source, "other_agency", round(similarity, _PRECISION), passages)
