"""Rows of figures to cells: what stands behind a label, put into the cells of its line, or left in doubt."""

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from parsers.atoms import Atom
from parsers.headers import say_where
from parsers.hits import Hit, in_printed_row
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


def place_row(hit: Hit, atoms: Sequence[Atom], doubt: str | None, options: Options) -> Row:
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
    if extra < 0 and hit.line.text and _is_empty_row(hit, values, atoms):
        return Row(hit, values, (values[0],) * wanted, None)
    placed: tuple[int | None, ...] = (None,) * wanted
    if 0 < extra <= options.max_extra_figures:
        windows = [values[number : number + extra + 1] for number in range(wanted)]
        placed = tuple(window[0] if len({atoms[index].raw for index in window}) == 1 else None for window in windows)
    figures = " ".join(atoms[index].raw or "□" for index in values[: 2 * wanted])
    return Row(hit, values, placed, f"{say_where(hit, atoms)}: {len(values)} figures for {wanted} cells ({figures})")


def _is_empty_row(hit: Hit, values: Sequence[int], atoms: Sequence[Atom]) -> bool:
    """Whether one empty cell is all that a printed row has behind its label."""
    (first, *more) = values
    is_last = first + 1 >= len(atoms) or atoms[first + 1].row != atoms[first].row
    return in_printed_row(hit, atoms) and not more and not atoms[first].raw and is_last


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
    if (
        len(values) != sum(spans)
        or len(values) == len(spans)
        or atoms[values[0]].setting not in {"grid", "pipes", "tabs"}
    ):
        return values
    ends = list(accumulate(spans))
    groups = [values[end - span : end] for end, span in zip(ends, spans, strict=True)]
    if any(len({atoms[index].raw for index in group}) > 1 for group in groups):
        return values
    return tuple(group[0] for group in groups)
