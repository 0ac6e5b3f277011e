"""What a PDF page draws beside its text: ruling lines and pictures."""

import ctypes
from dataclasses import dataclass, field
from itertools import pairwise
from types import ModuleType
from typing import NamedTuple

from parsers.options import Options

_PATH, _IMAGE, _FORM = 2, 3, 5  # FPDF_PAGEOBJ_…
_LINE_TO = 0  # FPDF_SEGMENT_LINETO
_LOOKED_AT = frozenset((_PATH, _IMAGE, _FORM))
_MAX_FORM_DEPTH = 4
_TURNS = ((1, 0, 0, -1), (0, 1, 1, 0), (-1, 0, 0, 1), (0, -1, -1, 0))
"""For text that runs to the right, up, to the left, down: what x and y become, as a, b, c, d of x' = ax + by."""


Point = tuple[float, float]
Box = tuple[float, float, float, float]
_Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Rule(NamedTuple):
    """A ruling line: `at` is its y if it lies across, its x if it stands; `start` and `end` along it."""

    at: float
    start: float
    end: float


@dataclass(slots=True)
class Reader:
    """The library, and how much may still be read."""

    raw: ModuleType
    options: Options
    objects_left: int
    characters_left: int


@dataclass(slots=True)
class Drawn:
    """What the objects of a page draw, in the page's own directions."""

    lines: list[tuple[Point, Point]] = field(default_factory=list)
    picture_area: float = 0.0
    paths: int = 0


def turn_point(x: float, y: float, turn: int) -> Point:
    """Return a point in the directions of text that was turned by so many quarters, to the left."""
    across_x, across_y, down_x, down_y = _TURNS[turn]
    return across_x * x + across_y * y, down_x * x + down_y * y


def collect_drawn(reader: Reader, page: object) -> Drawn:
    """Go through the objects of a page, and of the forms drawn on it, for lines and pictures."""
    drawn = Drawn()
    raw = reader.raw
    waiting = [(page, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject, _IDENTITY, 0)]
    while waiting:
        holder, count_objects, get_object, outer, depth = waiting.pop()
        count = min(count_objects(holder), reader.objects_left)
        reader.objects_left -= count
        for index in range(count):
            item = get_object(holder, index)
            kind = raw.FPDFPageObj_GetType(item)
            if kind not in _LOOKED_AT:
                continue
            matrix = _compose(_matrix_of(raw, item), outer)
            if kind == _PATH:
                drawn.paths += 1
                drawn.lines.extend(_path_to_lines(reader, item, matrix))
            elif kind == _IMAGE:
                drawn.picture_area += _unit_area(matrix)
            elif depth < _MAX_FORM_DEPTH:
                waiting.append((item, raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject, matrix, depth + 1))
    return drawn


def _matrix_of(raw: ModuleType, item: object) -> _Matrix:
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(item, matrix)
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _compose(inner: _Matrix, outer: _Matrix) -> _Matrix:
    """Return the matrix that does `inner` first."""
    if outer is _IDENTITY:
        return inner
    a, b, c, d, e, f = inner
    oa, ob, oc, od, oe, of = outer
    return (
        *(a * oa + b * oc, a * ob + b * od),
        *(c * oa + d * oc, c * ob + d * od),
        *(e * oa + f * oc + oe, e * ob + f * od + of),
    )


def _unit_area(matrix: _Matrix) -> float:
    return abs(matrix[0] * matrix[3] - matrix[1] * matrix[2])


def _path_to_lines(reader: Reader, path: object, matrix: _Matrix) -> list[tuple[Point, Point]]:
    """Return the straight lines that a path draws: those that are stroked, and thin filled bars by their middle."""
    raw = reader.raw
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(path, fill, stroke)
    if not fill.value and not stroke.value:
        return []
    runs = _path_to_runs(reader, path, matrix)
    if stroke.value:
        return [line for run in runs for line in pairwise(run)]
    return [bar for run in runs if (bar := _run_to_bar(run, reader.options))]


def _path_to_runs(reader: Reader, path: object, matrix: _Matrix) -> list[list[Point]]:
    """Return the points of a path, a list for each unbroken run of straight lines; pdfium has closed what is closed."""
    raw = reader.raw
    a, b, c, d, e, f = matrix
    count = min(raw.FPDFPath_CountSegments(path), reader.objects_left)
    reader.objects_left -= count
    x, y = ctypes.c_float(), ctypes.c_float()
    runs: list[list[Point]] = []
    for index in range(count):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        if raw.FPDFPathSegment_GetType(segment) == _LINE_TO and runs:
            runs[-1].append(point)
        else:
            runs.append([point])
    return runs


def _run_to_bar(run: list[Point], options: Options) -> tuple[Point, Point] | None:
    """Return the line that a thin filled rectangle draws, along its middle."""
    xs, ys = [x for x, _ in run], [y for _, y in run]
    x0, x1, y0, y1 = min(xs), max(xs), min(ys), max(ys)
    if min(x1 - x0, y1 - y0) > options.pdf_rule_width:
        return None
    if x1 - x0 >= y1 - y0:
        return (x0, (y0 + y1) / 2), (x1, (y0 + y1) / 2)
    return ((x0 + x1) / 2, y0), ((x0 + x1) / 2, y1)


def lines_to_rules(
    lines: list[tuple[Point, Point]], turn: int, options: Options
) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """Return the lines that lie across the page and those that stand upright; slanted ones rule nothing."""
    across, upright = [], []
    for begin, end in lines:
        (x0, y0), (x1, y1) = turn_point(*begin, turn), turn_point(*end, turn)
        width, height = abs(x1 - x0), abs(y1 - y0)
        if height <= options.pdf_rule_tolerance and width >= height:
            across.append(Rule((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif width <= options.pdf_rule_tolerance:
            upright.append(Rule((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
    return tuple(across), tuple(upright)
