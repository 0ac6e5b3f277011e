"""`gongkai reports`: the reports known."""

from pathlib import Path

import click

from archive import Archive, ReportRow
from gongkai.cli.options import archive_option, as_of_option, examples, json_option
from gongkai.cli.output import is_screen, paged, print_json, print_rows, styled

_COLUMNS = ("id", "form", "published", "version", "last_seen", "status", "title")
_STYLES = {"withdrawn": "red"}
_DAY_LENGTH = len("2026-03-01")


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
        with paged():
            print_rows(_COLUMNS, list(map(_to_cells, rows)), numbers=frozenset({"version"}), cut="title")
    else:
        when = f"was known as of {as_of}" if as_of else "is known yet"
        click.echo(f"gongkai: no report {when} that fits; `gongkai sites` lists the sites crawled", err=True)


def _to_cells(row: ReportRow) -> list[object]:
    """Return what is printed of a report; a terminal has no room for the second in which it was last seen."""
    cells: dict[str, object] = {name: getattr(row, name) for name in _COLUMNS}
    if is_screen():
        cells["last_seen"] = row.last_seen[:_DAY_LENGTH]
        cells["status"] = styled(row.status, _STYLES.get(row.status, ""))
    return list(cells.values())
