"""`gongkai check`: what does not add up."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import click
from rich.text import Text

from archive import Archive, FindingRow
from gongkai.cli.options import archive_option, as_of_option, examples, json_option
from gongkai.cli.output import is_screen, paged, print_json, print_lines, print_rows, styled

_COLUMNS = ("id", "version", "rule", "where", "left", "right", "text")


@click.command(
    "check",
    short_help="List what does not add up.",
    epilog=examples("gongkai check", "gongkai check 柳影街道办事处-2020", "gongkai check --year 2020 --json"),
)
@click.argument("report", required=False)
@click.option("--site", help="Only reports of this site.")
@click.option("--year", type=click.IntRange(1, 9999), help="Only reports about this year.")
@as_of_option
@archive_option
@json_option
def command(  # noqa: PLR0913 - one argument an option
    report: str | None, site: str | None, year: int | None, as_of: str | None, archive_path: Path, *, as_json: bool
) -> None:
    """List the sums that do not add up in the reports as they stand, and the pages of one report that differ.

    What is printed is never corrected. REPORT is an id as `gongkai reports` prints it, or part of one, or a URL.
    """
    with Archive.open(archive_path) as archive:
        rows = archive.list_findings(site, year, report, as_of=as_of)
        is_known = bool(rows or archive.list_reports(site, year, as_of=as_of))
    if as_json:
        print_json(row.to_json() for row in rows)
    elif rows:
        with paged():
            _print_findings(rows)
    else:
        said = "nothing that does not add up" if is_known else "no report was known that fits"
        click.echo(f"gongkai: {said}{f' as of {as_of}' if as_of else ''}", err=True)


def _print_findings(rows: list[FindingRow]) -> None:
    """Print findings: report by report on a terminal, one a line elsewhere."""
    if is_screen():
        print_lines(_iter_findings(rows))
    else:
        print_rows(_COLUMNS, [[getattr(row, name) for name in _COLUMNS] for row in rows])


def _iter_findings(rows: list[FindingRow]) -> Iterator[Text]:
    for (name, version), own in groupby(rows, key=lambda row: (row.id, row.version)):
        found = list(own)
        yield Text.assemble(
            styled(name, "bold"), "  ", styled(f"version {version}", "dim"), "  ", styled(found[0].title)
        )
        for row in found:
            yield Text.assemble("  ", ("✗ ", "red"), styled(row.rule, "cyan"), "  ", styled(row.where))
            yield Text.assemble("    ", styled(row.text))
        yield Text()
