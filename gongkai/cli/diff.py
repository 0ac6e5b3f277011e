"""`gongkai diff`: two versions of a report side by side."""

from pathlib import Path

import click

from archive import Archive, ShownReport
from gongkai.cli.diff_view import iter_drawn, iter_plain
from gongkai.cli.options import archive_option, examples, json_option
from gongkai.cli.output import clean, has_colours, is_screen, paged, print_json, print_lines, stdout
from gongkai.comparing import compare_versions, comparison_to_json

_VERSION = click.IntRange(1, 1_000_000)


@click.command(
    "diff",
    short_help="Show two versions of a report side by side.",
    epilog=examples(
        "gongkai diff 220103-柳影街道办事处-2020",
        "gongkai diff 柳影街道办事处-2020 2",
        "gongkai diff 柳影街道办事处-2020 1 3",
        "gongkai diff --json 柳影",
    ),
)
@click.argument("report")
@click.argument("a", type=_VERSION, required=False)
@click.argument("b", type=_VERSION, required=False)
@archive_option
@json_option
def command(report: str, a: int | None, b: int | None, archive_path: Path, *, as_json: bool) -> None:
    """Show what differs between versions A and B of a report: figures cell by cell, words with what came and went.

    Without numbers the newest version is set beside the one before it, with one number that version. REPORT is an id as
    `gongkai reports` prints it, any part of one that no other has, or the URL of its page.
    """
    with Archive.open(archive_path) as archive:
        after = archive.show_report(report, b or a)
        number = a if b else _find_predecessor(after)
        before = archive.show_report(after.row.id, number) if number else None
    if before is None:
        said = "has one version only" if len(after.versions) == 1 else f"has no version before {after.version}"
        click.echo(f"gongkai: {clean(after.row.id)} {said}; there is nothing to compare", err=True)
        return
    comparison = compare_versions(before, after)
    if as_json:
        print_json([comparison_to_json(comparison)])
    elif not comparison.differs:
        same = f"versions {before.version} and {after.version} say the same"
        click.echo(f"gongkai: {clean(after.row.id)}: {same}", err=True)
    else:
        with paged():
            is_drawn = is_screen()
            print_lines(
                iter_drawn(comparison, stdout().width, with_marks=not has_colours())
                if is_drawn
                else iter_plain(comparison)
            )


def _find_predecessor(shown: ShownReport) -> int | None:
    """Return the version before the one that is shown."""
    return max((number for number in shown.versions if number < shown.version), default=None)
