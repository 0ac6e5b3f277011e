"""What commands print: JSON for programs, tables for people, tab-separated lines for a pipe."""

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any

import click
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

PIPED_WIDTH = 100
_ENCODER = json.JSONEncoder(ensure_ascii=False)
_LINES_AT_ONCE = 500
_GAP = 2
_LEAST_CUT = 12


@cache
def stdout() -> Console:
    """Return standard output as a place to draw."""
    return _console(stderr=False)


@cache
def stderr() -> Console:
    """Return standard error as a place to draw."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    return (
        console
        if console.is_terminal
        else Console(stderr=stderr, highlight=False, markup=False, emoji=False, width=PIPED_WIDTH)
    )


def print_json(values: Iterable[Mapping[str, Any]]) -> None:
    """Print one object a line."""
    _print_lines(map(_ENCODER.encode, values))


def _print_lines(lines: Iterable[str]) -> None:
    """Print lines some at a time: each call costs as much as the making of a line."""
    waiting = iter(lines)
    while some := list(islice(waiting, _LINES_AT_ONCE)):
        click.echo("\n".join(some))


def print_rows(
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    numbers: frozenset[str] = frozenset(),
    cut: str | None = None,
) -> None:
    """Print rows as a table on a terminal, as tab-separated lines elsewhere.

    Columns in `numbers` are set to the right. Text that is too long is broken, that of the column `cut` is cut.
    """
    console = stdout()
    if not console.is_terminal:
        _print_lines(["\t".join(columns), *("\t".join(map(clean, row)) for row in rows)])
        return
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, _GAP, 0, 0))
    for column in columns:
        is_cut = column == cut
        table.add_column(
            column,
            justify="right" if column in numbers else "left",
            overflow="ellipsis" if is_cut else "fold",
            min_width=cell_len(column),
            no_wrap=cut is not None,
            max_width=_room_left(columns, rows, column, console.width) if is_cut else None,
        )
    for row in rows:
        table.add_row(*(Text(clean(value)) for value in row))
    console.print(table)


def _room_left(columns: Sequence[str], rows: Sequence[Sequence[object]], cut: str, width: int) -> int:
    """Return how wide the column `cut` can be where all others have what they need."""
    others = [number for number, column in enumerate(columns) if column != cut]
    taken = sum(max(cell_len(clean(row[number])) for row in (columns, *rows)) + _GAP for number in others)
    return max(_LEAST_CUT, width - taken - _GAP)


def clean(value: object) -> str:
    r"""Return a value in one line without control characters, so that no page can steer the terminal.

    >>> clean("a\x1b[31mb\nc"), clean(None), clean(0)
    ('a[31mb c', '', '0')
    """
    text = "" if value is None else str(value)
    if text.isprintable() and "  " not in text:  # as most are; what is printable has no other white space
        return text.strip()
    spaced = " ".join(text.split())
    return "".join(character for character in spaced if unicodedata.category(character) not in {"Cc", "Cf", "Cs"})
