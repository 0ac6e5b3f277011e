"""A rule tried at one place: its check, and the cells that it looked at."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from parsers.report import Cell, CellKey, Check

Number = int | float
_PLACES = 6  # decimals beyond these are noise of binary fractions
_UNREAD = frozenset({"ambiguous", "missing"})
ByKey = Mapping[CellKey, Cell]


class Tried(NamedTuple):
    """A check with its cells; where `is_compared`, a figure read otherwise could have made it come out otherwise."""

    check: Check
    cells: tuple[CellKey, ...] = ()
    is_compared: bool = True


class Added(NamedTuple):
    """The sum of some cells: how many of them are blank and count as 0, how many are unread and leave it open."""

    total: Number
    blank: int
    unread: int


def add_cells(keys: Iterable[CellKey], by_key: ByKey) -> Added:
    """Add up cells; `total` is that of those that can be read."""
    total: Number = 0
    blank = unread = 0
    for key in keys:
        if is_unread(key, by_key):
            unread += 1
        elif (value := by_key[key].value) is None:
            blank += 1
        else:
            total += value
    return Added(tidy(total), blank, unread)


def is_unread(key: CellKey, by_key: ByKey) -> bool:
    """Whether a cell is not there or something stands in it that cannot be placed."""
    return key not in by_key or by_key[key].status in _UNREAD


def tidy(total: Number) -> Number:
    """Return a sum without the noise of binary fractions."""
    return round(total, _PLACES) if isinstance(total, float) else total


def say_blanks(blank: int) -> str:
    """Say of a sum how many blanks it counts as 0."""
    return f" ({blank} blank cells counted as 0)" if blank else ""


def say_unread(unread: int, of: int) -> str:
    """Say why nothing can be told."""
    return f"cannot be told, {unread} of {of} cells are ambiguous or missing"


def name_cells(keys: Sequence[CellKey], most: int) -> str:
    """Name cells by row and column, so many of them at most."""
    more = f" and {len(keys) - most} more" if len(keys) > most else ""
    return ", ".join(f"{key.row}.{key.column}" for key in keys[:most]) + more
