"""`gongkai search`: reports by the words in them."""

from pathlib import Path

import click

from archive import Archive
from gongkai.cli.options import archive_option, as_of_option, examples, json_option
from gongkai.cli.output import print_json, print_rows

_COLUMNS = ("id", "year", "snippet")


@click.command(
    "search",
    short_help="Find reports by the words in them.",
    epilog=examples(
        "gongkai search 复议", "gongkai search '听松 依申请公开'", "gongkai search '\"主动 公开\"' --limit 5"
    ),
)
@click.argument("query", nargs=-1, required=True)
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=20, show_default=True, help="At most so many reports."
)
@click.option("--all-versions", is_flag=True, help="Look into earlier versions too.")
@as_of_option
@archive_option
@json_option
def command(  # noqa: PLR0913 - one argument an option
    query: tuple[str, ...], limit: int, as_of: str | None, archive_path: Path, *, all_versions: bool, as_json: bool
) -> None:
    """Find the reports that hold all the words of QUERY, the closest first; the words found stand in [brackets].

    A word is found wherever it stands, of two characters or of ten. What stands in quotes is one word.
    """
    with Archive.open(archive_path) as archive:
        matches = archive.search(" ".join(query), limit, all_versions=all_versions, as_of=as_of)
    if as_json:
        print_json(match.to_json() for match in matches)
    elif matches:
        print_rows(_COLUMNS, [[getattr(match, name) for name in _COLUMNS] for match in matches])
    else:
        when = f" as of {as_of}" if as_of else ""
        click.echo(f"gongkai: nothing found for {' '.join(query)}{when}", err=True)
