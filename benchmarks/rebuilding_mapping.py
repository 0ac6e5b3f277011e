"""From what another tool gives, grids or text, to the cells of a form: the most generous honest reading.

Other tools rebuild tables or text; none of them knows the official forms. So that they can be compared at all, what
they give is read here with what this project knows of the forms: which form it is, all spellings of all labels, and how
figures are written.

* A grid of the very shape of a printed table, with its labels in their places, is read by place, but for rows that
  stand too far to the left, as those behind a cut do.
* Any other row is read by its label: the cells behind it are its figures, if there are as many as the form prints.
* Text is read by label and next figures: a label, then as many figures as the form prints behind it.

A row with too many or too few figures is left unread: it would be easy to be wrong there, and that is not held against
the tool.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from parsers.figures import parse_figure
from parsers.forms import Form, Table, load_forms
from parsers.forms.printed import table_to_printed
from parsers.labels import FormLine, label_key, load_vocabulary, short_key
from parsers.report import CellKey

Said = dict[CellKey, int | float | None]
"""What is said of cells: a number, or None for a blank one. Of a cell that is not there nothing is said."""
Grid = Sequence[Sequence[str]]
Place = tuple[int, str, CellKey | None]
"""A cell of a printed line: its column, its label, and its name where it holds a figure."""
SHARE_OF_LABELS = 0.5
"""How many of a grid's labels must stand where the form prints them, for the grid to be read by place."""
PIECES = 4
"""Pieces of a text, divided by white space, that one label may be broken into."""
_RULE = re.compile(r"[\s|:+-]*-{3}[\s|:+-]*")
_NUMBERS = "0123456789一二三四五六七八九十"
_DIVIDED = re.compile(r"[|\t]")


def grids_to_said(form_key: str, grids: Iterable[Grid]) -> Said:
    """Return what some grids say of the cells of a form; spans may be repeated, or empty but for the first place."""
    said: Said = {}
    rest: list[Sequence[str]] = []
    form = load_forms()[form_key]
    for grid in grids:
        table = _find_table_of_shape(form, grid)
        for number, row in enumerate(grid):
            found = _read_by_place(table, number, row) if table else None
            if found is None:
                rest.append(row)
            else:
                said.update(found)
    lines = [line for line in _lines_of(form) if line.cells[0] not in said]
    for row in rest:
        said.update(_read_row(row, lines))
    return said


def text_to_said(form_key: str, text: str) -> Said:
    """Return what a text says of the cells of a form: rows of pipes or tabs as a grid, all else by the next figures."""
    rows = [_divide(line) for line in text.splitlines() if not _RULE.fullmatch(line)]
    grids: list[list[list[str]]] = [[]]
    for row in rows:
        if len(row) > 1:
            grids[-1].append(row)
        elif grids[-1]:
            grids.append([])
    said = grids_to_said(form_key, grids)
    lines = [line for line in _lines_of(load_forms()[form_key]) if line.cells[0] not in said]
    pieces = [piece for row in rows if len(row) == 1 for piece in row[0].split()]
    for run in _iter_runs(pieces, lines):
        said.update(_read_row(run, lines))
    return said


def _divide(line: str) -> list[str]:
    """Return the cells of a line that pipes or tabs divide, empty ones too; a line without has one."""
    inner = line.strip(" ").removeprefix("|").removesuffix("|")
    return [cell.strip() for cell in _DIVIDED.split(inner.removeprefix("\t"))]


def _lines_of(form: Form) -> list[FormLine]:
    """Return the lines of a form that have figures, in printed order."""
    frames = load_vocabulary(form.series).frames
    return [line for table in form.tables for line in frames[form.key, table.key].lines]


def _find_table_of_shape(form: Form, grid: Grid) -> Table | None:
    """Return the printed table that has as many rows and columns as a grid and enough of its labels in their places."""
    for table in form.tables:
        if len(grid) == len(table.lines) and all(len(row) == table.width for row in grid):
            places = [
                (text, grid[number][column])
                for number, line in enumerate(list_places(table))
                for column, text, key in line
                if key is None
            ]
            alike = sum(label_key(text) == label_key(printed) for text, printed in places)
            if alike >= SHARE_OF_LABELS * len(places):
                return table
    return None


def _read_by_place(table: Table, number: int, row: Sequence[str]) -> Said | None:
    """Return the figures of a row of a table by their places, None where the row stands too far to the left."""
    places = list_places(table)[number]
    if _is_shifted(places, row):
        return None
    figures = {key: parse_figure(row[column]) for column, _, key in places if key is not None}
    return {key: figure.value for key, figure in figures.items() if figure.kind != "text"}


def _is_shifted(places: Sequence[Place], row: Sequence[str]) -> bool:
    """Return whether a figure, or the label of another place, stands where a row should have a label."""
    first = min((column for column, _, key in places if key is not None), default=0)
    has_figure = any(parse_figure(text).kind == "figure" for text in row[:first])
    letters = [label_key(text) for text in row[:first]]
    labels = [(column, label_key(text)) for column, text, key in places if key is None and column < first]
    return has_figure or any(text in letters[:column] and letters[column] != text for column, text in labels)


@cache
def list_places(table: Table) -> list[list[Place]]:
    """Return the cells of each printed line with their columns, those that spans take counted."""
    taken: set[tuple[int, int]] = set()
    lines = []
    for number, line in enumerate(table_to_printed(table, {})):
        places = []
        column = 0
        for cell in line:
            while (number, column) in taken:
                column += 1
            taken.update(
                (number + down, column + right) for down in range(cell.rowspan) for right in range(cell.colspan)
            )
            places.append((column, cell.text, cell.key))
            column += cell.colspan
        lines.append(places)
    return lines


def _read_row(row: Sequence[str], lines: list[FormLine]) -> Said:
    """Return what a row says of the first of `lines` that its last label names, and take that line off the list."""
    for at in range(len(row) - 1, -1, -1):
        line = _find_line(row[at], lines)
        covers = line is not None and line.span > 1 and row[at - 1 : at] != [row[at]]
        said = _read_figures(row[at + 1 :], line, pads=line.span - 1 if covers else 0) if line else None
        if line and said is not None:
            lines.remove(line)
            return said
    bare = next((line for line in lines if not line.keys), None)
    said = _read_figures(row, bare, pads=0) if bare and any(row) else None
    if bare and said is not None:
        lines.remove(bare)
    return said or {}


def _find_line(text: str, lines: Iterable[FormLine]) -> FormLine | None:
    letters = label_key(text)
    keys = {letters, letters.lstrip(_NUMBERS), short_key(text)} - {""}  # some tools tear the mark off a number
    return next((line for line in lines if keys & line.keys), None)


def _read_figures(texts: Sequence[str], line: FormLine, *, pads: int) -> Said | None:
    """Return the figures of a line, None where they are not as many as the form prints.

    Before them there may be a unit, or `pads` empty places that the label covers, behind them empty places without
    number; a figure stands once, or in each place that it covers. If nothing else fits, the places without a figure are
    left out.
    """
    figures = [parse_figure(text) for text in texts]
    while figures and figures[0].kind == "text":
        figures.pop(0)
    if any(figure.kind == "text" for figure in figures):
        return None
    starts = [sum(line.spans[:number]) for number in range(len(line.spans))]
    for skipped in (pads, 0) if not any(texts[:pads]) else (0,):
        behind = figures[skipped:]
        for size, places in ((line.width, starts), (len(line.cells), range(len(line.cells)))):
            if len(behind) >= size and not any(figure.kind == "figure" for figure in behind[size:]):
                return {key: behind[place].value for key, place in zip(line.cells, places, strict=True)}
    printed = [figure.value for figure in figures if figure.kind == "figure"]
    return dict(zip(line.cells, printed, strict=True)) if len(printed) == len(line.cells) else None


def _iter_runs(pieces: Sequence[str], lines: Sequence[FormLine]) -> Iterator[list[str]]:
    """Yield every word of a text with the figures, units and signs for none that come next, before another word does.

    Words that are one label together are one word.
    """
    units = {line.unit for line in lines}
    run: list[str] = []
    at = 0
    while at < len(pieces):
        if parse_figure(pieces[at]).kind != "text" or pieces[at] in units:
            run.append(pieces[at])
            at += 1
            continue
        yield run
        sizes = (size for size in range(PIECES, 1, -1) if _find_line("".join(pieces[at : at + size]), lines))
        size = next(sizes, 1)
        run = ["".join(pieces[at : at + size])]
        at += size
    yield run
