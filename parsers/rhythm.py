"""How a table's rows end: what stands behind their last cell, which only its whole rows can tell."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise, takewhile
from typing import NamedTuple

from parsers.atoms import Atom
from parsers.hits import Hit, in_printed_row, with_figures
from parsers.options import Options


class Rhythm(NamedTuple):
    """What stands behind the last cell of a row where only the order of lines is known.

    So many empty lines (None where whole rows do not agree on it), or so many empty cells.
    """

    empty_lines: int | None
    empty_cells: int


def find_rhythm(chains: Iterable[Sequence[Hit]], atoms: Sequence[Atom], options: Options) -> Rhythm:
    """Learn from the whole rows of a document what stands behind a row's last cell."""
    lines: Counter[int] = Counter()
    cells: Counter[int] = Counter()
    for hit in (hit for chain in chains for hit in chain):
        run = _run_behind(hit, atoms)
        if run is None:
            continue
        wanted = len(hit.line.cells)
        kinds = [atoms[index].kind for index in run]
        if "break" not in kinds:
            cells[len(run) - wanted] += 1
        if len(hit.figures) == wanted and "break" not in kinds[:wanted]:
            lines[len(run) - wanted] += 1
    tail, share = _most_common(lines)
    empty_cells, cells_share = _most_common(cells)
    agreed = 1 - options.max_break_share / 2
    return Rhythm(
        tail if share >= agreed and lines.total() >= options.min_rows_found else None,
        empty_cells if cells_share >= agreed and empty_cells > 0 else 0,
    )


def find_padding(hits: Sequence[Hit], atoms: Sequence[Atom], options: Options) -> bool | None:
    """Whether a label that covers several columns has an empty cell for each further one in its printed row.

    Told from whole rows, else from all rows being as much longer than the form's; None where nothing shows it.
    """
    padding: Counter[bool | None] = Counter()
    for hit in hits:
        if hit.line.span > 1 and (row := _row_behind(hit, atoms)):
            padding[_has_padding(hit, row, atoms)] += 1
    if not padding[True] + padding[False]:
        return True if _are_aligned(hits, atoms) else None
    agreed = 1 - options.max_break_share / 2
    return padding[True] > padding[False] if _are_agreed(padding[True], padding[False], agreed) else None


def _are_agreed(ours: int, theirs: int, share: float) -> bool:
    return ours + theirs > 0 and max(ours, theirs) >= share * (ours + theirs)


def _most_common(counts: Counter[int]) -> tuple[int, float]:
    if not counts:
        return 0, 0.0
    value, count = counts.most_common(1)[0]
    return value, count / counts.total()


def _row_behind(hit: Hit, atoms: Sequence[Atom]) -> list[int]:
    """Return the cells behind a label in its printed row, where its columns are known by their count alone."""
    row = atoms[hit.end - 1].row
    if not row or not hit.line.text or atoms[hit.end - 1].setting == "spaces" or not in_printed_row(hit, atoms):
        return []
    cells = takewhile(lambda index: atoms[index].row == row and atoms[index].kind != "text", range(hit.end, len(atoms)))
    return list(cells)


def _are_aligned(hits: Sequence[Hit], atoms: Sequence[Atom]) -> bool:
    """Whether rows whose labels cover different numbers of columns have as many cells more than the form's."""
    rows = [(hit, row) for hit in hits if (row := _row_behind(hit, atoms))]
    spans = {hit.line.span for hit, _ in rows}
    return len(spans) > 1 and all(len(row) == len(hit.line.cells) + hit.line.span - 1 for hit, row in rows)


def _has_padding(hit: Hit, row: Sequence[int], atoms: Sequence[Atom]) -> bool | None:
    """Whether empty cells stand between a label and the figures of a whole row, as many as the label covers more."""
    figures = [place for place, index in enumerate(row) if atoms[index].kind == "figure"]
    if len(figures) != len(hit.line.cells) or figures[-1] - figures[0] >= len(figures):
        return None
    return {0: False, hit.line.span - 1: True}.get(figures[0])


def keep_rhythm(hit: Hit, rhythm: Rhythm, atoms: Sequence[Atom], *, is_padded: bool | None) -> Hit:
    """Return a hit with the empty lines that are its empty cells, or without the empty cell that ends every row."""
    if not hit.line.text:
        return _with_empty_lines(_without_ends(hit, rhythm, atoms), rhythm, atoms)
    run = _run_behind(hit, atoms)
    if run is None:
        return _without_padding(hit, atoms, is_padded=is_padded)
    wanted = len(hit.line.cells)
    if all(atoms[index].kind != "break" for index in run):
        own = run[: -rhythm.empty_cells] if rhythm.empty_cells else run
        if any(atoms[index].raw for index in run[len(own) :]):
            own = run
        return with_figures(hit, tuple(own), atoms)
    if rhythm.empty_lines is None or any(atoms[index].setting == "tabs" for index in run):
        return hit
    own = run[: len(run) - rhythm.empty_lines]
    is_ended = all(atoms[index].kind == "break" for index in run[len(own) :])
    if len(own) == wanted and is_ended and len(hit.figures) < wanted:
        return with_figures(hit, tuple(own), atoms)
    return hit


def _without_padding(hit: Hit, atoms: Sequence[Atom], *, is_padded: bool | None) -> Hit:
    """Return a hit whose figures are the cells of its printed row, those of its label's further columns left out."""
    row = _row_behind(hit, atoms)
    wanted = len(hit.line.cells)
    if len(row) <= wanted:
        return hit
    if is_padded is None and hit.line.span > 1 and atoms[row[0]].kind == "blank":
        return with_figures(hit, tuple(row), atoms)
    begin = hit.line.span - 1 if is_padded else 0
    padding = [*row[:begin], *row[begin + wanted :]]
    figures = row if any(atoms[index].kind != "blank" for index in padding) else row[begin : begin + wanted]
    return with_figures(hit, tuple(figures), atoms)


def _without_ends(hit: Hit, rhythm: Rhythm, atoms: Sequence[Atom]) -> Hit:
    """Return a line without a label of its own without the empty cells that end the rows before it and itself.

    In a printed row the cells too many at its end are empty columns.
    """
    wanted, figures = len(hit.line.cells), hit.figures
    extra = len(figures) - wanted
    blank_end = next((n for n, index in enumerate(reversed(figures)) if atoms[index].raw), len(figures))
    blank_begin = next((n for n, index in enumerate(figures) if atoms[index].raw), 0)
    if extra <= 0:
        return hit
    if in_printed_row(hit, atoms):
        figures = figures[:wanted] if blank_end >= extra and not blank_begin else figures
    elif extra == 2 * rhythm.empty_cells and min(blank_begin, blank_end) >= rhythm.empty_cells:
        figures = figures[rhythm.empty_cells : -rhythm.empty_cells]
    elif blank_begin == extra and not blank_end:
        figures = figures[extra:]
    elif blank_end == extra and not blank_begin:
        figures = figures[:wanted]
    return with_figures(hit, figures, atoms)


def _with_empty_lines(hit: Hit, rhythm: Rhythm, atoms: Sequence[Atom]) -> Hit:
    """Return a line without a label of its own with the empty lines that are its empty cells."""
    wanted = len(hit.line.cells)
    if rhythm.empty_lines is None or len(hit.figures) == wanted or in_printed_row(hit, atoms):
        return hit
    run = list(takewhile(lambda index: atoms[index].kind != "text", range(hit.end, len(atoms))))
    tail = rhythm.empty_lines  # behind the header's last row, and behind this one
    own = run[tail : len(run) - tail]
    if len(own) != wanted or any(atoms[index].kind != "break" for index in (*run[:tail], *run[len(run) - tail :])):
        return hit
    return with_figures(hit, tuple(own), atoms)


def _run_behind(hit: Hit, atoms: Sequence[Atom]) -> range | None:
    """Return everything between a label and the next text, None where printed rows are known or nothing follows."""
    figures = hit.figures
    if hit.stop <= hit.end or hit.stop >= len(atoms) or not hit.line.text or atoms[hit.stop - 1].row:
        return None
    if atoms[figures[0] if figures else hit.end - 1].row or (figures and figures[0] < hit.end):
        return None
    return range(hit.end, hit.stop)


def without_codes(chain: Sequence[Hit], atoms: Sequence[Atom], options: Options) -> tuple[Sequence[Hit], bool]:
    """Return a table's hits without the line codes that stand before their figures, and whether codes were seen.

    Codes are numbers that count up from line to line; a figure that is alone where they stand may be one of them.
    """
    firsts = [atoms[hit.figures[0]].figure for hit in chain if hit.figures]
    numbers = [figure.value for figure in firsts if figure and isinstance(figure.value, int)]
    steps = [after - before for before, after in pairwise(numbers)]
    counting = sum(0 < step <= options.max_code_step for step in steps)
    if counting < options.min_codes or counting < options.min_code_share * len(steps):
        return chain, False
    return [
        hit._replace(figures=hit.figures[1:])
        if len(hit.figures) == len(hit.line.cells) + 1
        else hit._replace(figures=())
        for hit in chain
    ], True
