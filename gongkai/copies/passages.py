"""What two reports both say: the stretches of signs that they share, and how they stand in their texts."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from archive.judgements.resemblances import Passage
from gongkai.copies.options import CopyOptions
from gongkai.copies.prepared import Prepared

Judge = Callable[[Sequence[int | None]], bool]
"""Whether the shingles of a stretch make it worth telling."""
Parts = Sequence[Prepared]


class Stretch(NamedTuple):
    """Signs that two reports share: from `start` to `end` in a part of the one, and those of the other."""

    part: int
    start: int
    end: int
    other_part: int
    other_start: int
    other_end: int

    @property
    def length(self) -> int:
        """Return how many signs of the first report it has."""
        return self.end - self.start


def find_stretches(parts: Parts, others: Parts, options: CopyOptions, is_telling: Judge | None = None) -> list[Stretch]:
    """Return what two reports share of their own words, in the order of the first, edited places bridged.

    Only what `is_telling` says so of, where it is given.
    """
    places: dict[int | None, tuple[int, int]] = {}
    for number, part in enumerate(others):
        for place, shingle in enumerate(part.shingles):
            places.setdefault(shingle, (number, place))
    places.pop(None, None)
    runs = (run for number in range(len(parts)) for run in _iter_runs(number, parts, others, places))
    size = options.shingle - 1
    told = (run for run in runs if is_telling is None or is_telling(parts[run.part].shingles[run.start : run.end]))
    whole = (run._replace(end=run.end + size, other_end=run.other_end + size) for run in told)
    return [stretch for stretch in _bridge(whole, options.bridged_gap) if stretch.length >= options.min_passage]


def _iter_runs(
    number: int, parts: Parts, others: Parts, places: dict[int | None, tuple[int, int]]
) -> Iterator[Stretch]:
    """Yield the runs of shingles of a part that stand in the other report without a difference."""
    mine, start = parts[number].shingles, 0
    while start < len(mine):
        if mine[start] not in places:
            start += 1
            continue
        other, place = places[mine[start]]
        theirs, end = others[other].shingles, start
        shift = place - start
        while end < len(mine) and end + shift < len(theirs) and mine[end] == theirs[end + shift] is not None:
            end += 1
        yield Stretch(number, start, end, other, place, end + shift)
        start = end


def _bridge(runs: Iterable[Stretch], gap: int) -> list[Stretch]:
    """Put runs together that follow each other in both reports with little between them."""
    bridged: list[Stretch] = []
    for run in runs:
        last = bridged[-1] if bridged else None
        if last and _is_near(last, run, gap):
            bridged[-1] = last._replace(end=run.end, other_end=run.other_end)
        else:
            bridged.append(run)
    return bridged


def _is_near(last: Stretch, run: Stretch, gap: int) -> bool:
    same_parts = (last.part, last.other_part) == (run.part, run.other_part)
    follows = run.other_start > last.other_start
    return same_parts and follows and max(run.start - last.end, run.other_start - last.other_end) <= gap


def print_passages(
    parts: Parts, others: Parts, stretches: Sequence[Stretch], options: CopyOptions
) -> tuple[Passage, ...]:
    """Return the longest stretches as both reports print them, in the order of the first."""
    longest = sorted(stretches, key=lambda stretch: (-stretch.length, stretch))[: options.most_passages]
    return tuple(
        Passage(
            parts[stretch.part].print(stretch.start, stretch.end),
            others[stretch.other_part].print(stretch.other_start, stretch.other_end),
        )
        for stretch in sorted(longest)
    )
