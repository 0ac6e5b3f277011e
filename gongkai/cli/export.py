"""`gongkai export`: figures as tables, and captures, for other tools."""

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from archive import Archive, ArchiveError, UnknownReportError
from archive.questions.coverage import choose_place
from archive.questions.tidy import TidyScope
from archive.warc.export import Selection
from archive.warc.writing import WarcExport
from gongkai.cli import DONE, INCOMPLETE
from gongkai.cli.options import archive_option, as_of_option, examples, json_option
from gongkai.cli.output import print_json

_TOLD = ("reports", "figures", "changes", "findings")
_TABLES = ("csv", "parquet", "xlsx", "datapackage")
_CAPTURES = ("warc", "wacz")
_MEGABYTE = 1_000_000
_WACZ_NAME = "gongkai.wacz"
_NO_WACZ = "the program `wacz` is not installed: pip install wacz, best in an environment of its own"


@click.command(
    "export",
    short_help="Write figures (CSV, Parquet, XLSX, data package) or captures (WARC, WACZ).",
    epilog=examples(
        "gongkai export --format csv figures",
        "gongkai export --format xlsx book --district 云汀区 --year 2023",
        "gongkai export --format datapackage package --as-of 2026-03-01 --all-versions",
        "gongkai export --format warc warcs --site kuancheng --year 2020",
        "gongkai export --format wacz out 220103-柳影街道办事处-2020 --as-of 2026-03-01",
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.argument("reports", metavar="[REPORT]...", nargs=-1)
@click.option("--format", "form", type=click.Choice([*_TABLES, *_CAPTURES]), required=True, help="What to write.")
@click.option("--site", help="Only what is of this site.")
@click.option("--year", type=click.IntRange(1, 9999), help="Only reports about this year, or their pages.")
@click.option("--district", help="Only reports of this district, by its name or its division; not for captures.")
@as_of_option
@click.option("--all-versions", is_flag=True, help="Earlier versions of the reports as well; not for captures.")
@click.option("--size", type=click.IntRange(min=1), default=1000, show_default=True, help="Megabytes of one WARC file.")
@archive_option
@json_option
def command(  # noqa: PLR0913 - the options of the command
    folder: Path,
    reports: tuple[str, ...],
    form: str,
    site: str | None,
    year: int | None,
    district: str | None,
    as_of: str | None,
    size: int,
    archive_path: Path,
    *,
    all_versions: bool,
    as_json: bool,
) -> int:
    """Write figures as tables, or captures as they were received.

    csv, parquet, xlsx and datapackage hold the figures of the reports: one row a figure, one row a report for each
    form, what changed, what does not add up, and what explains every column and cell in Chinese and English. DIR must
    not be there yet, or be empty. The same archive as of the same moment gives the same bytes.

    warc and wacz hold captures, whole, with all that is known of each visit: any tool for web archives replays them,
    and `gongkai import` makes the same captures of them again. Without REPORT, all pages that were visited; with it
    the pages of these reports and the files behind them.
    """
    if form in _TABLES:
        if reports:
            raise click.UsageError(f"--format {form} takes no REPORT; choose with --site, --year or --district")
        with Archive.open(archive_path) as archive:
            chosen = TidyScope(site, year, district and _find_division(archive, district), as_of, all_versions)
            return _export_figures(archive, folder, form, chosen, as_json=as_json)
    if district is not None or all_versions:
        raise click.UsageError(f"--format {form} holds captures; --district and --all-versions are for figures")
    with Archive.open(archive_path) as archive:
        keys = tuple(archive.show_report(name).row.id for name in reports)
        selection = Selection(site, year, keys, as_of)
        if form == "wacz":
            written, files = _export_wacz(archive, folder, selection)
        else:
            written = archive.export_warc(folder, selection, size=size * _MEGABYTE)
            files = written.files
    _print_outcome(written, files, as_json=as_json)
    if not written.captures:
        click.echo("gongkai: no capture fits; `gongkai reports` and `gongkai sites` list what there is", err=True)
        return INCOMPLETE
    return DONE


def _find_division(archive: Archive, name: str) -> str:
    """Return the division that a name of a district means; a name that only reports have, of parts of a city, stays."""
    try:
        return choose_place(archive.list_places(), name).division
    except UnknownReportError:
        return name


def _export_figures(archive: Archive, folder: Path, form: str, scope: TidyScope, *, as_json: bool) -> int:
    from gongkai.exports.export import FORMATS, export_tables  # noqa: PLC0415 - help must answer at once

    exported = export_tables(archive, folder, FORMATS[_TABLES.index(form)], scope)
    if exported is None:
        click.echo("gongkai: no report fits; `gongkai reports` and `gongkai sites` list what there is", err=True)
        return INCOMPLETE
    if as_json:
        print_json(
            [
                {
                    "files": [str(file) for file in exported.files],
                    "rows": dict(exported.rows),
                    "as_of": exported.moment,
                    "left_out": list(exported.left_out),
                }
            ]
        )
    else:
        for file in exported.files:
            click.echo(file)
    names = {"reports": "versions" if scope.all_versions else "reports"}
    told = ", ".join(f"{exported.rows[table]} {names.get(table, table)}" for table in _TOLD)
    click.echo(f"gongkai: {told}, as of {exported.moment}", err=True)
    for name in exported.left_out:
        click.echo(f"gongkai: a sheet of XLSX cannot hold {name}; --format csv or parquet has them", err=True)
    return DONE


def _print_outcome(written: WarcExport, files: tuple[Path, ...], *, as_json: bool) -> None:
    counts = {name: getattr(written, name) for name in ("captures", "responses", "revisits", "failures")}
    if as_json:
        print_json([{"files": [str(file) for file in files], **counts}])
        return
    for file in files:
        click.echo(file)
    click.echo(
        "gongkai: {captures} captures: {responses} with their bytes, {revisits} of bytes met before, "
        "{failures} without any".format(**counts),
        err=True,
    )


def _export_wacz(archive: Archive, folder: Path, chosen: Selection) -> tuple[WarcExport, tuple[Path, ...]]:
    """Write WARC files to the side and have them packed, with an index and a list of the reports."""
    program, target = shutil.which("wacz"), folder / _WACZ_NAME
    if program is None:
        raise ArchiveError(_NO_WACZ)
    if target.exists():
        raise ArchiveError(f"{target} is there already; name another folder, or remove it")
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".gongkai-", dir=folder) as name:
        scratch = Path(name)
        written = archive.export_warc(scratch, chosen)
        if not written.captures:
            return written, ()
        arguments = ["create", "-o", str(scratch / _WACZ_NAME), "-p", str(written.pages), *map(str, written.files)]
        done = subprocess.run(  # noqa: S603 - a program found on the path, and names of ours
            [program, *arguments], capture_output=True, text=True, check=False
        )
        if done.returncode:
            said = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
            raise ArchiveError(f"`wacz` could not pack the export ({''.join(said)})")
        (scratch / _WACZ_NAME).replace(target)
    return written, (target,)
