"""`gongkai reports`: the reports known."""

from pathlib import Path

import click

from archive import Archive
from gongkai.cli.options import archive_option, as_of_option, examples, json_option
from gongkai.cli.output import print_json, print_rows

_COLUMNS = ("id", "form", "published", "version", "last_seen", "status", "title")


@click.command(
    "reports",
    short_help="List the reports known.",
    epilog=examples(
        "gongkai reports",
        "gongkai reports --year 2020",
        "gongkai reports --as-of 2026-03-01",
        "gongkai reports --site kuancheng --json",
    ),
)
@click.option("--site", help="Only reports of this site.")
@click.option("--year", type=click.IntRange(1, 9999), help="Only reports about this year.")
@as_of_option
@archive_option
@json_option
def command(site: str | None, year: int | None, as_of: str | None, archive_path: Path, *, as_json: bool) -> None:
    """List the reports known, as they stand now or as they were known on a day, by site, agency and year."""
    with Archive.open(archive_path) as archive:
        rows = archive.list_reports(site, year, as_of=as_of)
    if as_json:
        print_json(row.to_json() for row in rows)
    elif rows:
        lines = [[getattr(row, name) for name in _COLUMNS] for row in rows]
        print_rows(_COLUMNS, lines, numbers=frozenset({"version"}), cut="title")
    else:
        when = f"was known as of {as_of}" if as_of else "is known yet"
        click.echo(f"gongkai: no report {when} that fits; `gongkai sites` lists the sites crawled", err=True)
