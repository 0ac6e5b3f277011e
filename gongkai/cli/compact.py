"""`gongkai compact`: the archive smaller, with all that it holds."""

from pathlib import Path

import click

from archive.upkeep.compaction import CompactionSummary, compact_archive
from gongkai.cli import DAMAGED, DONE
from gongkai.cli.options import archive_option, examples, json_option
from gongkai.cli.output import clean, print_json
from gongkai.cli.steps import steps_shown


@click.command(
    "compact",
    short_help="Make the archive smaller; nothing in it is lost.",
    epilog=examples("gongkai compact", "gongkai compact --archive /srv/gongkai.db --json"),
)
@archive_option
@json_option
def command(archive_path: Path, *, as_json: bool) -> int:
    """Make the archive smaller: its pages packed with dictionaries that are made of them, empty room given back.

    Nothing is dropped, and who reads the archive meanwhile notices nothing; a crawl has to wait until it is done. It
    may be interrupted and called again at any time: after a large first crawl, say, and then once a year.
    """
    with steps_shown() as show:
        summary = compact_archive(archive_path, show)
    if as_json:
        print_json([summary.to_json()])
    else:
        for line in _describe(summary):
            click.echo(line)
    for line in summary.damaged:
        click.echo(f"gongkai: {clean(line)}", err=True)
    return DAMAGED if summary.damaged else DONE


def _describe(summary: CompactionSummary) -> list[str]:
    """Return what was done, for a person."""
    return [
        f"file        {_say_size(summary.before)} → {_say_size(summary.after)}; {summary.room}",
        f"bodies      {_say_size(summary.bodies_before)} → {_say_size(summary.bodies_after)};"
        f" {summary.repacked} of {summary.bodies} packed anew",
        f"dictionary  {summary.dictionary}; {summary.site_dictionaries} made for one site",
    ]


def _say_size(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
