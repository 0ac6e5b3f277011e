"""Rows of figures to cells: what stands behind a label, put into the cells of its line, or left in doubt."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, takewhile
from typing import NamedTuple

from parsers.atoms import Atom
from parsers.headers import say_where
from parsers.hits import Hit, in_printed_row, make_hit
from parsers.labels import label_key, load_vocabulary
from parsers.options import Options


class Row(NamedTuple):
    """A line of a form with the atoms of its figures, one for each cell; None where a cell's atom is not certain.

    `values` are all atoms that stand behind the label, in order: more or fewer than cells where `is_whole` is False.
    """

    hit: Hit
    values: tuple[int, ...]
    placed: tuple[int | None, ...]
    doubt: str | None

    @property
    def is_whole(self) -> bool:
        """Whether each cell has its atom."""
        return None not in self.placed


class Rhythm(NamedTuple):
    """What ends a row where only the order of lines is known: so many empty lines, or empty cells of pipes.

    `is_padded`: in printed rows a label that covers several columns has an empty cell for each further one; None
    where no whole row shows it.
    """

    empty_lines: int | None
    empty_cells: int
    is_padded: bool | None


def find_rhythm(own: Sequence[Hit], chains: Iterable[Sequence[Hit]], atoms: Sequence[Atom], options: Options) -> Rhythm:
    """Learn from the whole rows of a document what stands behind a row's last cell, and from a table's own its padding."""
    lines: Counter[int] = Counter()
    cells: Counter[int] = Counter()
    padding: Counter[bool | None] = Counter()
    for hit in (hit for chain in chains for hit in chain):
        run = _run_behind(hit, atoms)
        if run is None:
            continue
        kinds = [atoms[index].kind for index in run]
        if "break" not in kinds:
            cells[len(run) - len(hit.line.cells)] += 1
        if len(hit.figures) == len(hit.line.cells) and "break" not in kinds[: len(hit.figures)]:
            lines[len(run) - len(hit.figures)] += 1
    for hit in own:
        if hit.line.span > 1 and (row := _row_behind(hit, atoms)):
            padding[_find_padding(hit, row, atoms)] += 1
    if not padding[True] + padding[False] and _are_aligned(own, atoms):
        padding[True] += 1
    tail, share = _most_common(lines)
    empty_cells, cells_share = _most_common(cells)
    agreed = 1 - options.max_break_share / 2
    return Rhythm(
        tail if share >= agreed and lines.total() >= options.min_rows_found else None,
        empty_cells if cells_share >= agreed and empty_cells > 0 else 0,
        padding[True] > padding[False] if _are_agreed(padding[True], padding[False], agreed) else None,
    )


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


def _find_padding(hit: Hit, row: Sequence[int], atoms: Sequence[Atom]) -> bool | None:
    """Whether empty cells stand between a label and the figures of a whole row, as many as the label covers more."""
    figures = [place for place, index in enumerate(row) if atoms[index].kind == "figure"]
    if len(figures) != len(hit.line.cells) or figures[-1] - figures[0] >= len(figures):
        return None
    return {0: False, hit.line.span - 1: True}.get(figures[0])


def _without_padding(hit: Hit, rhythm: Rhythm, atoms: Sequence[Atom]) -> Hit:
    """Return a hit whose figures are the cells of its printed row, those of its label's further columns left out."""
    row = _row_behind(hit, atoms)
    wanted = len(hit.line.cells)
    if len(row) <= wanted:
        return hit
    if rhythm.is_padded is None and hit.line.span > 1 and atoms[row[0]].kind == "blank":
        return make_hit(hit.line, hit.start, hit.end, tuple(row), atoms, sure=hit.sure)
    begin = hit.line.span - 1 if rhythm.is_padded else 0
    padding = [*row[:begin], *row[begin + wanted :]]
    figures = row if any(atoms[index].kind != "blank" for index in padding) else row[begin : begin + wanted]
    return make_hit(hit.line, hit.start, hit.end, tuple(figures), atoms, sure=hit.sure)


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
    return make_hit(hit.line, hit.start, hit.end, figures, atoms)


def _with_empty_lines(hit: Hit, rhythm: Rhythm, atoms: Sequence[Atom]) -> Hit:
    """Return a line without a label of its own with the empty lines that are its empty cells."""
    wanted = len(hit.line.cells)
    if rhythm.empty_lines is None or len(hit.figures) == wanted or in_printed_row(hit, atoms):
        return hit
    run = list(takewhile(lambda index: atoms[index].kind != "text", range(hit.end, len(atoms))))
    own, end = run[:wanted], run[wanted:]
    if len(end) != rhythm.empty_lines or any(atoms[index].kind != "break" for index in end):
        return hit
    return make_hit(hit.line, hit.start, hit.end, tuple(own), atoms)


def _run_behind(hit: Hit, atoms: Sequence[Atom]) -> list[int] | None:
    """Return everything between a label and the next text, None where printed rows are known or nothing follows."""
    if in_printed_row(hit, atoms) or not hit.line.text or (hit.figures and hit.figures[0] < hit.end):
        return None
    run = list(takewhile(lambda index: atoms[index].kind != "text", range(hit.end, len(atoms))))
    if not run or any(atoms[index].row for index in run) or run[-1] + 1 >= len(atoms):
        return None
    return run


def keep_rhythm(hit: Hit, rhythm: Rhythm, atoms: Sequence[Atom]) -> Hit:
    """Return a hit with the empty lines that are its empty cells, or without the empty cell that ends every row."""
    if not hit.line.text:
        return _with_empty_lines(_without_ends(hit, rhythm, atoms), rhythm, atoms)
    run = _run_behind(hit, atoms)
    if run is None:
        return _without_padding(hit, rhythm, atoms)
    wanted = len(hit.line.cells)
    if all(atoms[index].kind != "break" for index in run):
        own = run[: -rhythm.empty_cells] if rhythm.empty_cells else run
        if any(atoms[index].raw for index in run[len(own) :]):
            own = run
        return make_hit(hit.line, hit.start, hit.end, tuple(own), atoms, sure=hit.sure)
    if rhythm.empty_lines is None or any(atoms[index].setting == "tabs" for index in run):
        return hit
    own = run[: len(run) - rhythm.empty_lines]
    is_ended = all(atoms[index].kind == "break" for index in run[len(own) :])
    if len(own) == wanted and is_ended and len(hit.figures) < wanted:
        return make_hit(hit.line, hit.start, hit.end, tuple(own), atoms, sure=hit.sure)
    return hit


def without_codes(chain: Sequence[Hit], atoms: Sequence[Atom], options: Options) -> tuple[Sequence[Hit], bool]:
    """Return a table's hits without the line codes that stand before their figures, and whether codes were seen.

    Codes are numbers that count up from line to line; a figure that is alone where they stand may be one of them.
    """
    firsts = [atoms[hit.figures[0]].figure for hit in chain if hit.figures]
    numbers = [figure.value for figure in firsts if figure and isinstance(figure.value, int)]
    steps = [after - before for before, after in zip(numbers, numbers[1:], strict=False)]
    counting = sum(0 < step <= options.max_code_step for step in steps)
    if counting < options.min_codes or counting < options.min_code_share * len(steps):
        return chain, False
    return [
        hit._replace(figures=hit.figures[1:])
        if len(hit.figures) == len(hit.line.cells) + 1
        else hit._replace(figures=())
        for hit in chain
    ], True


def place_row(hit: Hit, chain: Sequence[Hit], atoms: Sequence[Atom], doubt: str | None, options: Options) -> Row:
    """Return the cells of one line.

    With as many figures as cells each has its own. With few more, a cell is certain where every placement that keeps
    the order gives it the same; with fewer, nothing is, for any of the cells may be the one that was lost. Blanks
    alone stand for a row of blanks, where the row ends with them.
    """
    wanted = len(hit.line.cells)
    values = _without_repeated(hit, _expand_spans(hit.figures, atoms, wanted), atoms)
    if doubt or not values:
        return Row(hit, values, (None,) * wanted, doubt or f"{say_where(hit, atoms)}: no figure follows")
    extra = len(values) - wanted
    if extra == 0:
        return Row(hit, values, values, None)
    if extra < 0 and hit.line.text and _are_empty(values, atoms) and _ends_row(hit, chain, atoms):
        return Row(hit, values, (values[0],) * wanted, None)
    placed: tuple[int | None, ...] = (None,) * wanted
    if 0 < extra <= options.max_extra_figures:
        windows = [values[number : number + extra + 1] for number in range(wanted)]
        placed = tuple(window[0] if len({atoms[index].raw for index in window}) == 1 else None for window in windows)
    figures = " ".join(atoms[index].raw or "□" for index in values[: 2 * wanted])
    return Row(hit, values, placed, f"{say_where(hit, atoms)}: {len(values)} figures for {wanted} cells ({figures})")


def _are_empty(values: Sequence[int], atoms: Sequence[Atom]) -> bool:
    return all(atoms[index].kind == "blank" and not atoms[index].raw for index in values)


def _expand_spans(figures: tuple[int, ...], atoms: Sequence[Atom], wanted: int) -> tuple[int, ...]:
    """Repeat blanks of a grid that span several columns, where that and only that gives each column its cell."""
    if len(figures) >= wanted or sum(atoms[index].span for index in figures) != wanted:
        return figures
    if any(atoms[index].setting != "grid" for index in figures):
        return figures
    if any(atoms[index].span > 1 and atoms[index].kind != "blank" for index in figures):
        return figures
    return tuple(index for index in figures for _ in range(atoms[index].span))


def _without_repeated(hit: Hit, values: tuple[int, ...], atoms: Sequence[Atom]) -> tuple[int, ...]:
    """Return one figure for each cell where a cell that covers several columns is printed once in each of them."""
    spans = hit.line.spans
    if len(values) != sum(spans) or len(values) == len(spans):
        return values
    ends = list(accumulate(spans))
    groups = [values[end - span : end] for end, span in zip(ends, spans, strict=True)]
    if any(len({atoms[index].raw for index in group}) > 1 for group in groups):
        return values
    return tuple(group[0] for group in groups)


def _ends_row(hit: Hit, chain: Sequence[Hit], atoms: Sequence[Atom]) -> bool:
    """Whether nothing stands between the last empty cell of a line and the next label of the table."""
    last = atoms[hit.figures[-1]]
    behind = next((index for index in range(hit.figures[-1] + 1, len(atoms)) if atoms[index].kind != "break"), None)
    if last.row:
        return behind is None or atoms[behind].row != last.row
    following = next((other.start for other in chain if other.start > hit.start), None)
    return behind is not None and following is not None and behind >= following


def find_disorder(tables: Sequence[Sequence[Row]], atoms: Sequence[Atom], options: Options) -> str | None:
    """Say why no row can be trusted of which only the order of lines is known, None where nothing is against them."""
    rows = [row for table in tables for row in table if row.hit.line.text and not in_printed_row(row.hit, atoms)]
    if not rows:
        return None
    for table in tables:
        if _are_unrepeated(table, atoms, options):
            return "no line stands twice, so that repeated figures and labels must have been removed"
    if _follow_empty_labels(rows):
        return "labels stand together, then figures; which are whose cannot be told"
    too_many = sum(len(row.values) > len(row.placed) for row in rows)
    none = sum(not row.values for row in rows)
    if not _follow_labels(tables, atoms) or (too_many and none > 1):
        return "figures stand before the labels as well as behind; which are whose cannot be told"
    return None


def _follow_empty_labels(rows: Sequence[Row]) -> bool:
    """Whether a row with figures stands right behind labels that have none, as where a column of labels was torn off."""
    triples = zip(rows, rows[1:], rows[2:], strict=False)
    return any(not first.values and not second.values and third.values for first, second, third in triples)


def _are_unrepeated(table: Sequence[Row], atoms: Sequence[Atom], options: Options) -> bool:
    rows = [row for row in table if not in_printed_row(row.hit, atoms)]
    if not rows:
        return False
    begin = max(0, rows[0].hit.start - options.min_lines_to_repeat)
    end = max(max((row.hit.end, *row.values)) for row in rows)
    lines = [atom.raw for atom in atoms[begin : end + 1] if atom.kind in {"text", "figure"} and not atom.row]
    is_broken = 2 * sum(row.is_whole for row in rows) < len(rows)
    return is_broken and len(lines) >= 2 * options.min_lines_to_repeat and len(set(lines)) == len(lines)


def _follow_labels(tables: Iterable[Sequence[Row]], atoms: Sequence[Atom]) -> bool:
    """Whether the figures stand behind their labels, not before them as in text torn out of a page.

    Asked of rows of which only the order of lines is known: more of them must have as many figures as cells behind
    the label than before it, and hardly any may have figures before it that belong to no label.
    """
    claimed = {index for rows in tables for row in rows for index in row.values}
    behind = before = torn = 0
    for row in (row for rows in tables for row in rows):
        if in_printed_row(row.hit, atoms) or not row.hit.line.text:
            continue
        wanted = len(row.placed)
        run = _run_before(row.hit, atoms)
        behind += len(row.values) == wanted
        before += len(run) == wanted
        is_torn = len(run) == wanted and claimed.isdisjoint(run) and any(atoms[n].kind == "figure" for n in run)
        torn += min(wanted, 2) if is_torn else 0
    return behind == 0 or (behind >= before and torn < 2)


def _run_before(hit: Hit, atoms: Sequence[Atom]) -> list[int]:
    """Return the figures and blanks between a label and the text before it, words of headers left out."""
    run: list[int] = []
    words = load_vocabulary().heads
    for index in range(hit.start - 1, -1, -1):
        atom = atoms[index]
        if atom.kind == "text":
            if run or label_key(atom.raw) not in words:
                break
        elif atom.kind != "break":
            run.append(index)
    return run


def find_junctions(
    rows: Sequence[tuple[Row, int]], lines_between: Mapping[int, int], atoms: Sequence[Atom]
) -> Iterator[int]:
    """Yield the numbers of rows that may be the beginning of one row and the end of another.

    `rows` come in document order with the number of labelled lines that the form has between them and the next row
    (`lines_between`, by number). Where a line that should follow is not there, and no strange text stands in its
    place, its label may be lost together with the end of the row before it. In printed rows that cannot be.
    """
    words = load_vocabulary().words
    for number, (row, end) in enumerate(rows):
        lost = lines_between.get(number, 0)
        if not lost or not row.values or in_printed_row(row.hit, atoms):
            continue
        between = (atom.raw for atom in atoms[row.values[-1] + 1 : end] if atom.kind == "text")
        strange = sum(1 for raw in between if label_key(raw) not in words)
        if strange < lost:
            yield number
