"""Ruling lines to frames: the cells that they enclose, with their spans."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from parsers.carriers.pdf_drawn import Rule
from parsers.options import Options


class Area(NamedTuple):
    """Where a cell stands in its frame, zero-based, and how far it spans."""

    row: int
    column: int
    rowspan: int
    colspan: int


@dataclass(frozen=True, slots=True)
class Frame:
    """Lines that hang together. `owners` gives, by row and column, the index of the area there."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    areas: tuple[Area, ...]
    owners: tuple[tuple[int, ...], ...]

    def find_area(self, x: float, y: float) -> int | None:
        """Return the index of the area in which a point lies."""
        column, row = bisect_right(self.xs, x) - 1, bisect_right(self.ys, y) - 1
        if 0 <= row < len(self.owners) and 0 <= column < len(self.owners[row]):
            return self.owners[row][column]
        return None

    @property
    def size(self) -> float:
        """Return how large a part of the page it takes, in square points."""
        return (self.xs[-1] - self.xs[0]) * (self.ys[-1] - self.ys[0])


def rules_to_frames(across: Sequence[Rule], upright: Sequence[Rule], options: Options) -> tuple[Frame, ...] | None:
    """Return the frames of a page, the smallest first; None for a drawing, of which no tables are made."""
    across, upright = _merge_rules(across, options), _merge_rules(upright, options)
    if len(across) + len(upright) > options.max_pdf_rules:
        return None
    frames = []
    for lying, standing in _group_rules(across, upright, options):
        xs, ys = _borders(standing, lying, options), _borders(lying, standing, options)
        if (len(xs) - 1) * (len(ys) - 1) > options.max_pdf_boxes:
            return None
        if len(xs) > 1 and len(ys) > 1:
            frames.append(_make_frame(xs, ys, lying, standing))
    return tuple(sorted(frames, key=lambda frame: frame.size))


def _merge_rules(rules: Iterable[Rule], options: Options) -> tuple[Rule, ...]:
    """Make one line of those that lie on each other or follow each other, and leave out what stays short."""
    merged = []
    for level in _group_close(sorted(rules), options.pdf_rule_tolerance):
        at = sum(rule.at for rule in level) / len(level)
        level.sort(key=_rule_start)
        start = end = level[0].start
        for rule in level:
            if rule.start > end + options.pdf_rule_gap:
                merged.append(Rule(at, start, end))
                start = end = rule.start
            end = max(end, rule.end)
        merged.append(Rule(at, start, end))
    return tuple(rule for rule in merged if rule.end - rule.start >= options.pdf_min_rule)


def _rule_start(rule: Rule) -> float:
    return rule.start


def _group_close(rules: Sequence[Rule], tolerance: float) -> Iterator[list[Rule]]:
    """Yield the runs of sorted lines that lie no further from the one before than `tolerance`."""
    level: list[Rule] = []
    for rule in rules:
        if level and rule.at - level[-1].at > tolerance:
            yield level
            level = []
        level.append(rule)
    if level:
        yield level


def _group_rules(
    across: Sequence[Rule], upright: Sequence[Rule], options: Options
) -> Iterator[tuple[list[Rule], list[Rule]]]:
    """Yield the lines that touch each other, lying and standing ones."""
    near = options.pdf_rule_tolerance
    roots = list(range(len(across) + len(upright)))
    places = [rule.at for rule in upright]
    for number, line in enumerate(across):
        first, last = bisect_left(places, line.start - near), bisect_right(places, line.end + near)
        for other in range(first, last):
            if upright[other].start - near <= line.at <= upright[other].end + near:
                _unite(roots, number, len(across) + other)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for number in range(len(roots)):
        lying, standing = groups.setdefault(_find_root(roots, number), ([], []))
        if number < len(across):
            lying.append(across[number])
        else:
            standing.append(upright[number - len(across)])
    return (group for group in groups.values() if all(group))


def _find_root(roots: list[int], number: int) -> int:
    while roots[number] != number:
        roots[number] = roots[roots[number]]
        number = roots[number]
    return number


def _unite(roots: list[int], one: int, other: int) -> None:
    roots[_find_root(roots, other)] = _find_root(roots, one)


def _borders(rules: Sequence[Rule], crossing: Sequence[Rule], options: Options) -> tuple[float, ...]:
    """Return where columns (or rows) end: at the lines, and where the crossing lines end beyond the last of them.

    Many tables have no lines at their sides, and a table cut by the page's end may have none there.
    """
    places = sorted({rule.at for rule in rules})
    first, last = min(rule.start for rule in crossing), max(rule.end for rule in crossing)
    if first < places[0] - options.pdf_min_rule:
        places.insert(0, first)
    if last > places[-1] + options.pdf_min_rule:
        places.append(last)
    return tuple(places)


def _make_frame(xs: tuple[float, ...], ys: tuple[float, ...], lying: Sequence[Rule], standing: Sequence[Rule]) -> Frame:
    """Unite the boxes between which no line stands."""
    width, height = len(xs) - 1, len(ys) - 1
    floors, walls = _find_walls(lying, ys, xs), _find_walls(standing, xs, ys)
    roots = list(range(width * height))
    for row in range(height):
        for column in range(width):
            number = row * width + column
            if column + 1 < width and (column + 1, row) not in walls:
                _unite(roots, number, number + 1)
            if row + 1 < height and (row + 1, column) not in floors:
                _unite(roots, number, number + width)
    found = [[_find_root(roots, row * width + column) for column in range(width)] for row in range(height)]
    areas = tuple(_regions_to_areas(found))
    owners = [[0] * width for _ in range(height)]
    for index, area in enumerate(areas):
        for row in range(area.row, area.row + area.rowspan):
            owners[row][area.column : area.column + area.colspan] = [index] * area.colspan
    return Frame(xs, ys, areas, tuple(map(tuple, owners)))


def _find_walls(rules: Sequence[Rule], places: Sequence[float], borders: Sequence[float]) -> set[tuple[int, int]]:
    """Return the sides that lines cover by half or more: number of the border they lie on, number of the box."""
    numbers = {place: number for number, place in enumerate(places)}
    walls = set()
    for rule in rules:
        number = numbers[rule.at]
        first = max(0, bisect_right(borders, rule.start) - 1)
        for box in range(first, min(bisect_left(borders, rule.end), len(borders) - 1)):
            covered = min(rule.end, borders[box + 1]) - max(rule.start, borders[box])
            if covered * 2 >= borders[box + 1] - borders[box]:
                walls.add((number, box))
    return walls


def _regions_to_areas(found: Sequence[Sequence[int]]) -> Iterator[Area]:
    """Yield the rectangles that regions make; a region of another shape is cut into several."""
    open_runs: dict[tuple[int, int, int], int] = {}  # region, first column, end: the row in which it began
    for row, regions in enumerate([*found, ()]):
        bounds = [0, *(place for place in range(1, len(regions)) if regions[place] != regions[place - 1]), len(regions)]
        runs = {(regions[first], first, end) for first, end in pairwise(bounds)} if regions else set()
        for run in [run for run in open_runs if run not in runs]:
            start = open_runs.pop(run)
            yield Area(start, run[1], row - start, run[2] - run[1])
        for run in runs:
            open_runs.setdefault(run, row)
