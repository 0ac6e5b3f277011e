"""What commands print: JSON for programs, tables for people, tab-separated lines for a pipe."""

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

PIPED_WIDTH = 100


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
    for value in values:
        click.echo(json.dumps(value, ensure_ascii=False))


def print_rows(
    columns: Sequence[str], rows: Sequence[Sequence[object]], *, numbers: frozenset[str] = frozenset()
) -> None:
    """Print rows as a table on a terminal, as tab-separated lines elsewhere; `numbers` are set to the right."""
    console = stdout()
    if not console.is_terminal:
        click.echo("\t".join(columns))
        for row in rows:
            click.echo("\t".join(clean(value).replace("\t", " ") for value in row))
        return
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, justify="right" if column in numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(clean(value)) for value in row))
    console.print(table)


def clean(value: object) -> str:
    r"""Return a value in one line without control characters, so that no page can steer the terminal.

    >>> clean("a\x1b[31mb\nc"), clean(None), clean(0)
    ('a[31mb c', '', '0')
    """
    text = "" if value is None else str(value)
    spaced = " ".join(text.split())
    return "".join(character for character in spaced if unicodedata.category(character) not in {"Cc", "Cf", "Cs"})
