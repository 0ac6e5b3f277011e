"""`gongkai merge`: archives of several machines into one."""

from pathlib import Path

import click

from gongkai.cli.options import archive_option, examples, json_option
from gongkai.cli.output import clean, print_json, print_rows
from gongkai.merging import MergeOutcome, merge_files

_COUNTED = ("sites", "pages", "captures", "bodies", "readings")
_TOLD = 20
"""Disagreements that are told one by one."""


@click.command(
    "merge",
    short_help="Join archives that were filled on different machines.",
    epilog=examples(
        "gongkai merge north.db south.db",
        "gongkai merge --archive all.db north.db south.db west.db",
        "gongkai merge --json laptop.db",
    ),
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@archive_option
@json_option
def command(files: tuple[Path, ...], archive_path: Path, *, as_json: bool) -> None:
    """Join archives into the one that --archive names, made where it is not there.

    What several of them hold is kept once; versions and changes are worked out anew from all that they saw. Merging
    again adds nothing, the order makes no difference, and FILEs stay as they are: one that is being crawled is taken
    as it stands. All of them come in, or none.
    """
    outcome = merge_files(archive_path, files)
    sources = outcome.merged.sources
    if as_json:
        print_json(source.to_json() for source in sources)
    else:
        rows = [[source.path, *(source.added[name] for name in _COUNTED)] for source in sources]
        print_rows(("new from", *_COUNTED), rows, numbers=frozenset(_COUNTED))
    _tell(outcome, archive_path)


def _tell(outcome: MergeOutcome, archive_path: Path) -> None:
    """Say on standard error where machines disagree, and what was read on this one."""
    problems = [f"{source.path}: {problem}" for source in outcome.merged.sources for problem in source.problems]
    lines = problems[:_TOLD]
    if (more := len(problems) - _TOLD) > 0:
        lines.append(f"{more} more were read differently; --json lists them all")
    if reviews := sum(source.added["reviews"] for source in outcome.merged.sources):
        lines.append(f"{reviews} reviews were new")
    if outcome.read.reports:
        lines.append(f"read here: {len(outcome.read.reports)} reports that no machine had read")
    if outcome.reread:
        lines.append(f"read again by the present parser: {outcome.reread} states of reports that several had read")
    if outcome.waiting:
        lines.append(
            f"{outcome.waiting} of them say other figures now and wait; see `gongkai reparse --archive {archive_path}`"
        )
    if not outcome.merged.changed:
        lines.append(f"nothing was new; {archive_path} stays as it was")
    for line in lines:
        click.echo(f"gongkai: {clean(line)}", err=True)
