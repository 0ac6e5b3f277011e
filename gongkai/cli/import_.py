"""`gongkai import`: captures that stand elsewhere, and saved pages."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from archive import Archive, SiteIdentity
from gongkai.cli import DONE, FAILED, INCOMPLETE
from gongkai.cli.options import archive_option, examples, json_option
from gongkai.cli.output import clean, print_json
from gongkai.importing import IMPORT_COMMAND, ImportOutcome, import_files
from gongkai.reading import SiteReadings, read_captures
from gongkai.saved_pages import Origin
from gongkai.surveying import ImportOptions

_TOLD = 20
"""Troubles that are told one by one."""


@click.command(
    "import",
    short_help="Take in WARC files of any crawler, and saved pages.",
    epilog=examples(
        "gongkai import warcs/*.warc.gz",
        "gongkai import --dry-run --json crawl.wacz",
        "gongkai import --site kuancheng old-crawl.warc.gz",
        "gongkai import --url http://www.jckc.gov.cn/nb/2015.html --date 2016-04-01 2015.html",
    ),
)
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--site", help="Whose pages they are, where the archive has no pages on their host.")
@click.option("--title", help="The name of that site, where the archive does not know it yet.")
@click.option("--division", help="The 6-digit code of its district, where the archive does not know it yet.")
@click.option("--all", "take_all", is_flag=True, help="Take pages that are no report as well.")
@click.option("--url", help="Where the one saved page was saved from.")
@click.option(
    "--date", "saved_at", metavar="DATE", help="When saved pages were saved: a day, or a moment with its zone."
)
@click.option("--date-from-mtime", "trust_mtime", is_flag=True, help="Saved pages are as old as their files.")
@click.option("--dry-run", is_flag=True, help="Say what would be taken, and write nothing.")
@archive_option
@json_option
def command(  # noqa: PLR0913 - the options of the command
    files: tuple[Path, ...],
    site: str | None,
    title: str | None,
    division: str | None,
    url: str | None,
    saved_at: str | None,
    archive_path: Path,
    *,
    take_all: bool,
    trust_mtime: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Take in captures that stand elsewhere, so that old ones become history with their own dates.

    WARC files of `gongkai export` give back the very same captures. Of those of other crawlers (.warc, .warc.gz, .arc,
    .wacz) the reports are taken, and the files that they link to. Saved pages and documents need to know where they
    are from and of when. What was taken in before is not taken twice.
    """
    if url is not None and len(files) > 1:
        raise click.UsageError("--url is the address of one file; import them one by one")
    if (title or division) and site is None:
        raise click.UsageError("--title and --division are those of a --site")
    identity = SiteIdentity(site, title, division) if site is not None else None
    options = ImportOptions(identity, take_all, Origin(url, _parse_date(saved_at), trust_mtime))
    readings: dict[str, SiteReadings] = {}
    if not dry_run:
        with Archive.create(archive_path, IMPORT_COMMAND) as archive:
            outcome = import_files(archive, files, options)
            if outcome.added:
                archive.work_out()
                readings = read_captures(archive)
    elif archive_path.exists():
        with Archive.open(archive_path) as archive:
            outcome = import_files(archive, files, options, dry_run=True)
    else:
        outcome = import_files(None, files, options, dry_run=True)
    read = sum(readings.values(), SiteReadings())
    counts = {"reports": len(read.reports), "new": read.new, "changed": read.changed}
    if as_json:
        print_json([{"files": len(files), **outcome.to_json(), **counts}])
    else:
        _tell(outcome, counts, dry_run=dry_run)
    if outcome.troubles:
        return INCOMPLETE if outcome.captures else FAILED
    return DONE


def _parse_date(text: str | None) -> datetime | None:
    """Return a moment; a day is its beginning in UTC."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as problem:
        raise click.BadParameter(
            f"{text!r} is no day (2026-01-31) and no moment (2026-01-31T08:00:00Z)", param_hint="--date"
        ) from problem
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _tell(outcome: ImportOutcome, counts: Mapping[str, int], *, dry_run: bool) -> None:
    """Say for a person what was taken, what was left and why, and what is broken."""
    if dry_run:
        click.echo(f"{outcome.captures} captures can be taken")
    else:
        click.echo(f"{outcome.captures} captures: {outcome.added} new here, {outcome.known} known")
        click.echo("reports met: {reports}, new: {new}, changed: {changed}".format(**counts))
    for reason, count in sorted(outcome.skipped.items()):
        click.echo(f"gongkai: left out {count}: {clean(reason)}", err=True)
    for trouble in outcome.troubles[:_TOLD]:
        place = f" (byte {trouble.at})" if trouble.at is not None else ""
        click.echo(f"gongkai: {clean(trouble.file)}{place}: {clean(trouble.reason)}", err=True)
    if len(outcome.troubles) > _TOLD:
        click.echo(f"gongkai: and {len(outcome.troubles) - _TOLD} more; --json lists them all", err=True)
