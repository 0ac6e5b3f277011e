"""`gongkai show`: one report in full."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from rich.text import Text

from archive import Archive, Review, ShownReport
from gongkai.cli.options import archive_option, as_of_option, examples, json_option
from gongkai.cli.output import clean, paged, print_json, print_lines, stdout, styled
from gongkai.cli.view import iter_report_lines


@click.command(
    "show",
    short_help="Show one report with its tables as printed.",
    epilog=examples(
        "gongkai show 220103-柳影街道办事处-2020",
        "gongkai show 柳影街道办事处-2020 --version 1",
        "gongkai show 柳影街道办事处-2020 --as-of 2026-03-01",
        "gongkai show --json 柳影",
    ),
)
@click.argument("report")
@click.option("--version", type=click.IntRange(1, 1_000_000), help="An earlier version, by its number.")
@as_of_option
@archive_option
@json_option
def command(report: str, version: int | None, as_of: str | None, archive_path: Path, *, as_json: bool) -> None:
    """Show one report: who and when, its tables in their printed layout, its sections, what does not add up.

    What people said of it stands beside what is printed, which is never altered. REPORT is an id as `gongkai reports`
    prints it, any part of one that no other has, or the URL of its page.
    """
    with Archive.open(archive_path) as archive:
        shown = archive.show_report(report, version, as_of=as_of)
        reviews = archive.list_reviews(shown.row.id, version=shown.version, as_of=as_of)
    if as_json:
        said = [review.to_json() for review in reviews]
        print_json([{"source": shown.row.url, **shown.to_json(), "reviews": said, "error": None}])
        return
    with paged():
        print_lines(_iter_lines(shown, reviews))


def _iter_lines(shown: ShownReport, reviews: Sequence[Review]) -> Iterator[Text]:
    yield from iter_report_lines(shown.report, stdout().width, reviews)
    yield Text()
    yield Text.assemble((f"{clean(shown.row.id)}, version {shown.version} of {len(shown.versions)}", "dim"))
    for url in shown.row.urls:
        yield styled(url, "dim")
