"""Tables flattened as PDF tools do: by place on the page, or in the order of the drawing."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from parsers.forms.printed import PrintedCell
from tests.parsers.flattenings import Flattening, Grid, texts, to_places

WIDTHS = {
    "proactive_disclosure": (17, 13, 13, 13),
    "requests": (6, 9, 26, 7, 7, 7, 7, 7, 7, 7),
    "review_and_litigation": (7,) * 15,
    "statistics": (44, 8, 12),
}


@dataclass(frozen=True, slots=True)
class Layout:
    """How a page is laid out: `narrow` wraps labels, `loose` leaves lines between rows, `breaks` ends a page inside."""

    narrow: int = 0
    loose: int = 0
    breaks: bool = False
    cramped: bool = False

    def __call__(self, grid: Grid, rng: Random) -> list[str]:
        """Draw a table by the places of its characters, one column of text a character."""
        printed = WIDTHS[grid.key]
        further = (6,) * (grid.width - len(printed))
        is_first = any(row[0].text == "序号" for row in grid.rows)
        printed = further + printed if is_first else printed[:-1] + further + printed[-1:]
        widths = [max(8, w - self.narrow) if w > 8 else w for w in printed]
        widths = [w - 1 if self.cramped and w <= 7 else w for w in widths]
        widths = _widen(grid, widths)
        heights, boxes = _measure(grid, widths)
        breaks_at = rng.randrange(3, len(grid.rows)) if self.breaks else None
        tops, canvas_height = [], 0
        for height in heights:
            tops.append(canvas_height)
            canvas_height += height + 2 * rng.randint(0, self.loose)
        tops.append(canvas_height)
        canvas: dict[int, dict[int, str]] = {}
        for box in boxes:
            _draw(canvas, box, tops, widths)
        lines = []
        for y in range(canvas_height):
            if breaks_at is not None and y == tops[breaks_at]:
                lines += [
                    "",
                    " " * rng.choice([0, 5, 40, 70]) + f"-{rng.randint(2, 5)}-",
                    "",
                    "\f"[: rng.randint(0, 1)],
                ]
                breaks_at = None
            if y in canvas:
                lines.append(_to_line(canvas[y]))
            elif y % 2 == 0 and self.loose:
                lines.append("")
        return lines


@dataclass(frozen=True, slots=True)
class _Box:
    cell: PrintedCell
    row: int
    column: int
    lines: tuple[str, ...]


def _widen(grid: Grid, widths: list[int]) -> list[int]:
    """Return widths that leave room for every figure: those are not broken over lines."""
    widths = [*widths]
    for places in to_places(grid):
        for column, (cell, how) in enumerate(places):
            if cell.key and how == "first" and cell.colspan == 1:
                widths[column] = max(widths[column], len(cell.text) + 2)
    return widths


def _measure(grid: Grid, widths: list[int]) -> tuple[list[int], list[_Box]]:
    """Return the height of each row in half lines, and every cell with its place and its wrapped words."""
    boxes = []
    for number, places in enumerate(to_places(grid)):
        for column, (cell, how) in enumerate(places):
            if how == "first":
                room = max(1, sum(widths[column : column + cell.colspan]) - 2)
                boxes.append(_Box(cell, number, column, (cell.text,) if cell.key else _wrap(cell.text, room)))
    heights = [2] * len(grid.rows)
    for box in sorted(boxes, key=lambda box: box.cell.rowspan):
        rows = slice(box.row, box.row + box.cell.rowspan)
        heights[rows.stop - 1] += max(0, 2 * len(box.lines) - sum(heights[rows]))
    return heights, boxes


def _wrap(text: str, room: int) -> tuple[str, ...]:
    """Break words to fit; numbers and what follows them stay whole."""
    lines: list[str] = []
    for part in text.split("\n"):
        if part.isascii():
            lines.append(part)
        else:
            lines += [part[at : at + room] for at in range(0, len(part), room)]
    return tuple(lines)


def _draw(canvas: dict[int, dict[int, str]], box: _Box, tops: list[int], widths: list[int]) -> None:
    top, below = tops[box.row], tops[min(len(tops) - 1, box.row + box.cell.rowspan)]
    if box.cell.rowspan == 1:
        below = min(below, top + 2 * max(1, len(box.lines)) + (below - top) // 2 * 2)
    left = sum(widths[: box.column])
    room = sum(widths[box.column : box.column + box.cell.colspan])
    stretch = 4 if box.cell.rowspan > 12 else 2
    start = top + max(0, (below - top - stretch * len(box.lines)) // 2)
    for number, line in enumerate(box.lines):
        x = left + max(0, (room - len(line)) // 2) if box.cell.key or box.cell.colspan > 3 else left
        row = canvas.setdefault(start + stretch * number, {})
        for at, character in enumerate(line):
            row[x + at] = character


def _to_line(row: dict[int, str]) -> str:
    return "".join(row.get(x, " ") for x in range(max(row, default=-1) + 1)).rstrip()


def spaced_lines(grid: Grid, rng: Random) -> list[str]:
    """Write a row a line with a few spaces between the cells, long labels broken around their figures."""
    lines = []
    for row in grid.rows:
        labels = [cell.text.replace("\n", "") for cell in row if not cell.key]
        figures = [cell.text for cell in row if cell.key]
        behind = ""
        if figures and labels and len(labels[-1]) > 18 and rng.random() < 0.7:
            at = rng.randrange(10, len(labels[-1]) - 3)
            labels[-1], behind = labels[-1][:at], labels[-1][at:]
            if rng.random() < 0.5:
                lines += ["  ".join(labels), (" " * rng.randint(1, 4)).join(filter(None, figures)), behind]
                continue
        lines.append((" " * rng.randint(2, 6)).join([*labels, *filter(None, figures)]))
        lines += [behind] if behind else []
    return lines


def raw_order(grid: Grid, rng: Random) -> list[str]:
    """Write cells in the order of a PDF's drawing: values before labels, columns torn from their rows."""
    lines: list[str] = []
    rows = list(grid.rows)
    while rows:
        count = rng.choice([1, 1, 1, 2, 4, 10])
        block, rows = rows[:count], rows[count:]
        labels = [cell.text for row in block for cell in row if not cell.key and cell.text]
        figures = [[cell.text for cell in row if cell.key] for row in block]
        way = rng.choice(["straight", "values first", "torn"])
        if way == "straight" or not any(figures):
            lines += [line for row in block for text in texts(row) if text for line in (text, "")]
        elif way == "values first":
            lines += [line for row in figures for text in row if text for line in (text, "")] + labels + [""]
        else:
            width = max(map(len, figures))
            for column in range(width):
                lines += [row[column] for row in figures if len(row) > column and row[column]] + [""]
            lines += [*labels, ""]
    return lines


BY_PLACE: Mapping[str, Flattening] = {
    "layout": Layout(),
    "layout_wrapped": Layout(narrow=9),
    "layout_loose": Layout(narrow=5, loose=2),
    "layout_broken": Layout(narrow=5, loose=1, breaks=True),
    "layout_cramped": Layout(narrow=4, cramped=True),
    "spaced_lines": spaced_lines,
}
TORN: Mapping[str, Flattening] = {"raw_order": raw_order}
