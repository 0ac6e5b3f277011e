"""What commands print: JSON for programs, tables for people, tab-separated lines for a pipe."""

import json
import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from gongkai.cli.columns import Columns, iter_table_lines
from gongkai.cli.pager import paged
from gongkai.cli.wrapping import hang_text

__all__ = [
    "clean",
    "clean_text",
    "has_colours",
    "is_screen",
    "paged",
    "print_json",
    "print_lines",
    "print_rows",
    "stderr",
    "stdout",
    "styled",
]

PIPED_WIDTH = 100
_ENCODER = json.JSONEncoder(ensure_ascii=False)
_UNSEEN = re.compile(
    "[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Control characters that JSON lets stand, and signs of direction."""
_UNSEEN_KINDS = frozenset({"Cc", "Cf", "Cs"})
"""Unicode's kinds of characters that show nothing: controls, formats, halves."""
_LINES_AT_ONCE = 200


class _Output(Console):
    """Standard output, whose reader may leave when he has all he wanted."""

    def on_broken_pipe(self) -> None:
        """Let whoever began to print, or the command line, deal with it."""
        raise BrokenPipeError


@cache
def stdout() -> Console:
    """Return standard output as a place to draw; NO_COLOR leaves no escape sequence at all, of bold text either."""
    width, height = shutil.get_terminal_size()
    return _Output(
        highlight=False,
        markup=False,
        emoji=False,
        width=width if is_screen() else PIPED_WIDTH,
        height=height,  # with a width alone rich takes any terminal that is dumb for one of 80 columns
        color_system=None if os.environ.get("NO_COLOR") else "auto",
    )


@cache
def stderr() -> Console:
    """Return standard error as a place to draw."""
    console = Console(stderr=True, highlight=False, markup=False, emoji=False)
    return (
        console
        if console.is_terminal
        else Console(stderr=True, highlight=False, markup=False, emoji=False, width=PIPED_WIDTH)
    )


def has_colours() -> bool:
    """Whether what is printed can be coloured: on a terminal that knows colours, or where FORCE_COLOR asks for it."""
    return stdout().color_system is not None


def is_screen() -> bool:
    """Whether a person looks at standard output: then tables are drawn, to the width of the terminal."""
    return sys.stdout.isatty()


def print_json(values: Iterable[Mapping[str, Any]]) -> None:
    """Print one object a line. Signs that are not seen, and might steer a terminal, are escaped in it."""
    _print_plain(map(_to_line, values))


def _to_line(value: Mapping[str, Any]) -> str:
    line = _ENCODER.encode(value)
    return line if line.isprintable() else _UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], line)


def print_lines(lines: Iterable[Text]) -> None:
    """Print lines of which none is wider than the terminal; in a pipe each stays as long as it is."""
    console = stdout()
    seen = (_without_steering(line) for line in lines)
    waiting = (piece for line in seen for piece in (hang_text(line, console.width) if is_screen() else (line,)))
    while some := list(islice(waiting, _LINES_AT_ONCE)):
        console.print(Text("\n").join(some), soft_wrap=True)


def _print_plain(lines: Iterable[str]) -> None:
    """Print lines some at a time: each call costs as much as the making of a line."""
    waiting = iter(lines)
    while some := list(islice(waiting, _LINES_AT_ONCE)):
        try:
            click.echo("\n".join(some))
        except BrokenPipeError as error:
            raise BrokenPipeError from error  # without its number, at which click would leave with exit code 1


def print_rows(
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    numbers: frozenset[str] = frozenset(),
    cut: str | None = None,
) -> None:
    """Print rows as a table on a terminal, as tab-separated lines elsewhere.

    Columns in `numbers` are set to the right. Text that is too long is broken, that of the column `cut` is cut. A value
    is cleaned, unless it is a `Text`, which `styled` makes of clean ones.
    """
    if not is_screen():
        _print_plain(["\t".join(columns), *("\t".join(map(clean, row)) for row in rows)])
        return
    values = [[value if isinstance(value, Text) else Text(clean(value)) for value in row] for row in rows]
    print_lines(iter_table_lines(Columns(columns, numbers, cut), values, stdout().width))


def styled(value: object, style: str = "") -> Text:
    """Return a value, cleaned, in a style."""
    return Text.assemble((clean(value), style))


def clean(value: object) -> str:
    r"""Return a value in one line without control characters, so that no page can steer the terminal.

    >>> clean("a\x1b[31mb\nc"), clean(None), clean(0)
    ('a[31mb c', '', '0')
    """
    text = "" if value is None else str(value)
    if text.isprintable() and "  " not in text:  # as most are; what is printable has no other white space
        return text.strip()
    spaced = " ".join(text.split())
    return _without_signs(spaced)


def clean_text(text: str) -> str:
    r"""Return a text without control characters; its lines and spaces stay where they are.

    >>> clean_text(" a\x1b[31mb\r\n c")
    ' a[31mb \n c'
    """
    if text.isprintable():
        return text
    return "\n".join(_without_signs(re.sub(r"\s", " ", line)) for line in text.split("\n"))


def _without_steering(line: Text) -> Text:
    """Return a line in whose text nothing steers a terminal, whoever made it; its styles stay where they are."""
    if not line.plain.isprintable():
        line.plain = "".join("\ufffd" if _steers(sign) else sign for sign in line.plain)
    return line


def _steers(sign: str) -> bool:
    return sign != "\n" and unicodedata.category(sign) in _UNSEEN_KINDS


def _without_signs(text: str) -> str:
    return "".join(character for character in text if unicodedata.category(character) not in _UNSEEN_KINDS)
