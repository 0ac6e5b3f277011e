"""`gongkai backup`: a copy of the archive, made while others use it."""

from pathlib import Path

import click

from archive.upkeep.copies import back_up
from gongkai.cli.options import archive_option, examples, json_option
from gongkai.cli.output import print_json
from gongkai.cli.steps import steps_shown


@click.command(
    "backup",
    short_help="Copy the archive as it stands, while a crawl goes on.",
    epilog=examples("gongkai backup /mnt/disk/gongkai-2026-03-01.db", "gongkai backup copy.db --force"),
)
@click.argument("target", metavar="PATH", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace what is at PATH.")
@archive_option
@json_option
def command(target: Path, archive_path: Path, *, force: bool, as_json: bool) -> None:
    """Copy the archive to PATH as it stands now, and see that the copy is whole before it gets its name.

    A crawl may go on meanwhile. The copy is one file; to use it, name it with --archive, or put it in the archive's
    place while nothing is running (with its -wal and -shm beside it removed).
    """
    with steps_shown() as show:
        summary = back_up(archive_path, target, replace=force, show=show)
    if as_json:
        print_json([summary.to_json()])
    else:
        last = f", the last of {summary.last_capture}" if summary.last_capture else ""
        click.echo(f"{summary.path}: {summary.size / 1e6:.1f} MB, {summary.captures} captures{last}; whole")
