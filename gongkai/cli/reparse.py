"""`gongkai reparse`: what an older parser read, read again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from archive import Archive, CellChange, Rereading
from gongkai.cli.options import archive_option, examples, json_option
from gongkai.cli.output import print_json, print_rows

_COLUMNS = ("report", "stands", "cell", "old", "new")


@click.command(
    "reparse",
    short_help="Read again, with the present parser, what an older one read.",
    epilog=examples("gongkai reparse", "gongkai reparse --accept", "gongkai reparse --json"),
)
@click.option("--accept", is_flag=True, help="Let the new reading stand also where it changes figures that were read.")
@archive_option
@json_option
def command(archive_path: Path, *, accept: bool, as_json: bool) -> int:
    """Read all stored reports again with the present parser, and say cell by cell what it reads otherwise.

    The source has not changed: no version and no change is recorded, and the older readings are kept. A reading that
    fills cells which were lost or unclear stands at once. One that reads another figure where one was `reported` is
    kept aside until you have looked at it and said --accept; until then the command ends with exit code 3.
    """
    from gongkai.rereading import reread  # noqa: PLC0415 - the parsers take their time to import

    if not archive_path.exists():
        Archive.open(archive_path)  # says so, where opening to write would make one
    with Archive.create(archive_path, "gongkai reparse") as archive:
        done = list(reread(archive, accept=accept))
    aside = [one for one in done if not one.accepted and not accept]
    differing = [one for one in done if one.cells or one.note]
    if as_json:
        print_json(_to_json(one, accepted=one not in aside) for one in done)
    elif differing:
        print_rows(_COLUMNS, [line for one in differing for line in _iter_lines(one, stands=one not in aside)])
    click.echo(_sum_up(done, differing, aside), err=True)
    return 3 if aside else 0


def _sum_up(done: list[Rereading], differing: list[Rereading], aside: list[Rereading]) -> str:
    if not done:
        return "gongkai: nothing to read again: the present parser has read all that is stored"
    text = f"gongkai: {len(done)} stored pages looked at again, {len(differing)} of them read otherwise"
    if not aside:
        return text
    return f"{text}; {len(aside)} change figures that were read before and are kept aside: look, then add --accept"


def _to_json(one: Rereading, *, accepted: bool) -> dict[str, Any]:
    return {
        "reports": list(one.reports),
        "url": one.url,
        "old_parser": one.old_parser,
        "accepted": accepted,
        "cells": [_cell(cell, one) for cell in one.cells],
        "note": one.note,
    }


def _cell(cell: CellChange, one: Rereading) -> dict[str, Any]:
    names = {name: getattr(cell, name) for name in ("table", "row", "column", "old", "new")}
    return {**names, "was_reported": cell in one.reported}


def _iter_lines(one: Rereading, *, stands: bool) -> Iterator[tuple[object, ...]]:
    name = ", ".join(one.reports) or one.url
    if one.note:
        yield (name, "old", one.note, "", "")
    for cell in one.cells:
        where = ".".join((cell.table, cell.row, cell.column))
        yield (name, "new" if stands else "old", where, _figure(cell.old), _figure(cell.new))


def _figure(value: float | None) -> str:
    return "no figure" if value is None else str(value)
