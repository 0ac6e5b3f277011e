"""How a table's rows end: what stands behind their last cell, which only its whole rows can tell."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise, takewhile
from typing import NamedTuple

from parsers.atoms import Atom
from parsers.hits import Hit, in_printed_row, with_figures
from parsers.labels import Frame, label_key
from parsers.options import Options

_SERIAL = frozenset({"序号", "行次", "编号"})


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


def keep_rhythm(hit: Hit, frame: Frame, rhythm: Rhythm, atoms: Sequence[Atom], *, is_padded: bool | None) -> Hit:
    """Return a hit with the empty lines that are its empty cells, or without the empty cell that ends every row."""
    if not hit.line.text:
        return _with_empty_lines(_without_ends(hit, rhythm, atoms), rhythm, atoms)
    run = _run_behind(hit, atoms)
    if run is None:
        return _without_padding(hit, atoms, is_padded=is_padded)
    if any(atoms[index].kind == "break" for index in run):
        own = _own_lines(run, rhythm, atoms)
        is_whole = len(own) == len(hit.line.cells) > len(hit.figures)
        is_open = is_whole and atoms[own[-1]].kind == "break" and not _is_of_table(frame, atoms[hit.stop])
        return with_figures(hit, tuple(own), atoms) if is_whole and not is_open else hit
    own = run[: -rhythm.empty_cells] if rhythm.empty_cells else run
    return with_figures(hit, tuple(run if any(atoms[index].raw for index in run[len(own) :]) else own), atoms)


def _own_lines(run: range, rhythm: Rhythm, atoms: Sequence[Atom]) -> range:
    """Return a row's cells and the empty lines among them, none where they are not known to be cells."""
    if rhythm.empty_lines is None or any(atoms[index].setting == "tabs" for index in run):
        return range(0)
    own = run[: len(run) - rhythm.empty_lines]
    return own if all(atoms[index].kind == "break" for index in run[len(own) :]) else range(0)


def _is_of_table(frame: Frame, atom: Atom) -> bool:
    key = label_key(atom.raw)
    return key in frame.heads or any(key in line.keys for line in frame.lines)


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
    wanted, figures, ending = len(hit.line.cells), hit.figures, rhythm.empty_cells
    if in_printed_row(hit, atoms):
        figures = figures[:wanted] if _are_empty(figures[wanted:], atoms) and atoms[figures[0]].raw else figures
        return with_figures(hit, figures, atoms)
    if ending and _are_empty(figures[:ending], atoms):
        figures = figures[ending:]
        if len(figures) == wanted + ending and _are_empty(figures[wanted:], atoms):
            figures = figures[:wanted]
        elif len(figures) == wanted and _are_empty(figures[-1:], atoms):
            figures = figures[:-1]  # it may be its own last cell, or what ends the row
    elif len(figures) > wanted and _are_empty(figures[wanted:], atoms) and atoms[figures[0]].raw:
        figures = figures[:wanted]
    return with_figures(hit, figures, atoms)


def _are_empty(figures: Sequence[int], atoms: Sequence[Atom]) -> bool:
    return not any(atoms[index].raw for index in figures)


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


def without_codes(chain: Sequence[Hit], atoms: Sequence[Atom], options: Options) -> Sequence[Hit]:
    """Return a table's hits without the line codes that stand before their figures, or before the next label.

    Codes are numbers that count up from line to line; where one stands alone it is no figure.
    """
    for place, own in ((0, slice(1, None)), (-1, slice(None, -1))):
        if _count_up(chain, place, atoms, options) or (place and _are_numbered(chain, atoms, options)):
            chain = [
                with_figures(hit, hit.figures[own] if len(hit.figures) == len(hit.line.cells) + 1 else (), atoms)
                for hit in chain
            ]
    return chain


def _are_numbered(chain: Sequence[Hit], atoms: Sequence[Atom], options: Options) -> bool:
    """Whether a header says that each line begins with its number, where only the order of lines is known."""
    if not chain or any(in_printed_row(hit, atoms) for hit in chain):
        return False
    above = atoms[max(0, chain[0].start - options.max_texts_in_header) : chain[-1].end]
    return any(atom.raw in _SERIAL and not atom.row for atom in above)


def _count_up(chain: Sequence[Hit], place: int, atoms: Sequence[Atom], options: Options) -> bool:
    """Whether the first, or the last, figures behind the labels are a count of the lines, and more than cells."""
    figures = [atoms[hit.figures[place]].figure for hit in chain if hit.figures]
    numbers = [figure.value for figure in figures if figure and isinstance(figure.value, int)]
    counting = sum(0 < after - before <= options.max_code_step for before, after in pairwise(numbers))
    if counting < options.min_codes or counting < options.min_code_share * (len(numbers) - 1):
        return False
    if counting >= 2 * options.min_codes and all(len(hit.line.cells) == 1 for hit in chain):
        return True
    return 2 * sum(len(hit.figures) == len(hit.line.cells) + 1 for hit in chain) > len(figures)
