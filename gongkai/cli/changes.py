"""`gongkai changes`: what changed, and when it was noticed."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import click
from rich.text import Text

from archive import Archive, ChangeKind, ChangeRow
from gongkai.cli.options import MomentOrDay, archive_option, examples, json_option
from gongkai.cli.output import is_screen, paged, print_json, print_rows, styled

_STYLES = {
    "new": "green",
    "figures": "bold yellow",
    "text": "yellow",
    "moved": "cyan",
    "withdrawn": "bold red",
    "restored": "green",
}
_COLUMNS = ("seen_at", "kind", "id", "version", "what")


@click.command(
    "changes",
    short_help="List what changed, and when it was noticed.",
    epilog=examples("gongkai changes", "gongkai changes --kind figures --since 2026-01-01", "gongkai changes --json"),
)
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"]), help="Only what was noticed from then on (UTC)."
)
@click.option(
    "--until",
    type=MomentOrDay(),
    help="Only what was noticed until the end of that day, or that moment (UTC).",
)
@click.option("--kind", type=click.Choice(get_args(ChangeKind)), help="Only changes of this kind.")
@click.option("--site", help="Only changes at this site.")
@archive_option
@json_option
def command(  # noqa: PLR0913 - one argument an option
    since: datetime | None,
    until: str | None,
    kind: str | None,
    site: str | None,
    archive_path: Path,
    *,
    as_json: bool,
) -> None:
    """List the change log, oldest first.

    Reports that are new, figures that differ (old → new), words that differ, reports that moved (new address), are
    withdrawn, or are there again.
    """
    moment = since.strftime("%Y-%m-%dT%H:%M:%SZ") if since else None
    with Archive.open(archive_path) as archive:
        rows = archive.list_changes(moment, kind, site, until=until)
    if as_json:
        print_json(row.to_json() for row in rows)
    elif rows:
        with paged():
            print_changes(rows)
    else:
        click.echo("gongkai: no change fits", err=True)


def print_changes(rows: list[ChangeRow]) -> None:
    """Print changes, one line for each cell that differs."""
    print_rows(_COLUMNS, [line for row in rows for line in _iter_lines(row)], numbers=frozenset({"version"}))


def _iter_lines(row: ChangeRow) -> Iterator[tuple[object, ...]]:
    names = (row.seen_at, styled(row.kind, _STYLES.get(row.kind, "")), row.id, row.version)
    if row.new_url:
        old, new = _shorten_urls(row.url, row.new_url) if is_screen() else (row.url, row.new_url)
        yield (*names, _changed(old, new))
    elif not row.cells:
        yield (*names, row.title)
    for cell in row.cells:
        where = ".".join((cell["table"], cell["row"], cell["column"]))
        yield (*names, _changed(_figure(cell["old"]), _figure(cell["new"]), f"{where}: "))


def _changed(old: str, new: str, before: str = "") -> Text:
    return Text.assemble(before, styled(old, "red"), " → ", styled(new, "green"))


def _shorten_urls(old: str, new: str) -> tuple[str, str]:
    """Return two addresses without their scheme, the second without the host that it shares with the first.

    >>> _shorten_urls("http://127.0.0.1:9/nb/a.html", "http://127.0.0.1:9/zt/b.html")
    ('127.0.0.1:9/nb/a.html', '/zt/b.html')
    """
    before, after = urlsplit(old), urlsplit(new)
    shown = [part._replace(scheme="").geturl().removeprefix("//") for part in (before, after)]
    return shown[0], shown[1].removeprefix(after.netloc) if before.netloc == after.netloc else shown[1]


def _figure(value: float | None) -> str:
    return "no figure" if value is None else str(value)
