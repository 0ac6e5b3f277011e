"""What `gongkai parse --explain` prints: every line with its part and why; coloured and cut on a terminal only."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click
from rich.cells import cell_len, set_cell_size
from rich.text import Text

from gongkai.cli.output import clean, stdout
from parsers.explain import ExplainedLine, Part, PartKind

_COLUMNS = ("place", "part", "text", "why")
_GAP = "  "
_WIDEST_PLACE = 26
_TEXT_SHARE = 0.38  # of the room that place and part leave
_TOLD_WHOLE = frozenset({"doubt", "loose"})  # kinds whose reason is broken over lines rather than cut
_STYLES: Mapping[PartKind, str] = {
    "title": "bold",
    "heading": "bold",
    "page": "dim",
    "header": "blue",
    "label": "cyan",
    "doubt": "bold yellow",
    "figure": "green",
    "blank": "green",
    "unplaced": "bold red",
    "loose": "bold red",
    "strange": "magenta",
    "plain": "blue",
    "empty": "dim",
}


def print_explained(lines: Sequence[ExplainedLine]) -> None:
    """Print a line for each part: cut to the width of a terminal, with tabs between the columns elsewhere."""
    parts = [part for line in lines for part in line.parts]
    console = stdout()
    if console.is_terminal:
        for text in iter_drawn(parts, console.width):
            console.print(text, no_wrap=True, overflow="crop")
        return
    click.echo("\t".join(_COLUMNS))
    for part in parts:
        click.echo("\t".join(clean(value) for value in (part.at, part.kind, part.text, part.why)))


def iter_drawn(parts: Sequence[Part], width: int) -> Iterator[Text]:
    """Yield the lines for a terminal of that width, its columns under each other."""
    place = min(_WIDEST_PLACE, max((cell_len(part.at) for part in parts), default=0))
    kind = max((len(part.kind) for part in parts), default=0)
    room = max(0, width - place - kind - 3 * len(_GAP))
    words = min(int(room * _TEXT_SHARE), max((cell_len(clean(part.text)) for part in parts), default=0))
    for part in parts:
        style = _STYLES.get(part.kind, "")
        whys = _wrap(clean(part.why), room - words) if part.kind in _TOLD_WHOLE else [clean(part.why)]
        yield Text.assemble(
            (_fit(clean(part.at), place), "dim"),
            _GAP,
            (_fit(part.kind, kind), style),
            _GAP,
            (_fit(clean(part.text), words), style),
            _GAP,
            (_fit(whys[0], room - words).rstrip(), "" if part.kind in _TOLD_WHOLE else "dim"),
        )
        yield from (Text(" " * (width - room + words) + why) for why in whys[1:])


def _wrap(text: str, width: int) -> list[str]:
    return [line.plain.rstrip() for line in Text(text).wrap(stdout(), width)] if width > 0 else [text]


def _fit(text: str, width: int) -> str:
    """Return a text that takes just so many columns of a terminal, of which a Chinese character takes two.

    >>> _fit("规章", 6), _fit("行政规范性文件", 6)
    ('规章  ', '行政… ')
    """
    if cell_len(text) <= width:
        return text + " " * (width - cell_len(text))
    return set_cell_size(set_cell_size(text, max(0, width - 1)).rstrip() + "…", width) if width else ""


def iter_json(source: str, lines: Sequence[ExplainedLine]) -> Iterator[dict[str, Any]]:
    """Yield one object a line of the document."""
    for line in lines:
        yield {
            "source": source,
            "line": line.number,
            "at": line.at,
            "text": line.text,
            "parts": [_part_to_json(part) for part in line.parts],
            "error": None,
        }


def error_to_json(source: str, error: str | None) -> dict[str, Any]:
    """Return the one object of a file that could not be read."""
    return {"source": source, "line": None, "at": None, "text": None, "parts": [], "error": error}


def _part_to_json(part: Part) -> dict[str, Any]:
    return {
        "kind": part.kind,
        "text": part.text,
        "why": part.why,
        "at": part.at,
        "section": part.section,
        "form": part.form,
        "cells": [{"table": key.table, "row": key.row, "column": key.column} for key in part.cells],
        "status": part.status,
    }
