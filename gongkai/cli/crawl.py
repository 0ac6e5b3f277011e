"""`gongkai crawl`: visit sites, and record what they show."""

from collections.abc import Sequence
from pathlib import Path

import click

from archive import Archive
from crawler import Site, load_sites
from crawler.contact import make_user_agent
from crawler.sites import select_sites
from gongkai.cli import DONE, FAILED, INCOMPLETE, INTERRUPTED
from gongkai.cli.options import archive_option, examples, json_option, sites_option
from gongkai.cli.output import print_json, print_rows
from gongkai.cli.progress import crawl_shown
from gongkai.crawling import SiteSummary
from gongkai.demo.mark import holds_demo
from gongkai.hints import find_hint

_SHOWN_FAILURES = 5
_COLUMNS = ("site", "requests", "captures", "reports", "new", "changed", "failed", "complete")


@click.command(
    "crawl",
    short_help="Visit sites, find their reports, record what is new or changed.",
    epilog=examples(
        "gongkai crawl", "gongkai crawl --sites sites.toml --site kuancheng", "gongkai crawl --archive 2026.db --json"
    ),
)
@sites_option
@click.option("--site", "names", multiple=True, help="Only this site; may be given several times.")
@archive_option
@json_option
def command(sites_path: Path, names: tuple[str, ...], archive_path: Path, *, as_json: bool) -> int:
    """Visit every site of the list from its home page and record what is new or changed.

    At each site the column of annual reports is found by its links, and every list page and report is stored as it
    came; then the reports are rebuilt, and new ones and changes recorded.

    Exits 3 where something that was expected is missing or failed: what it was is said, and all else is stored.
    """
    file = load_sites(sites_path)
    for warning in file.warnings:
        click.echo(f"gongkai: {warning}", err=True)
    sites = select_sites(file.sites, names)
    make_user_agent(sites)  # a public site without a contact is refused before anything is opened
    with Archive.create(archive_path, "gongkai crawl") as archive:
        if holds_demo(archive) and not all(site.is_local for site in sites):
            click.echo(
                f"gongkai: {archive_path} holds the made-up sites of the demo; name another file with --archive, "
                "or remove it",
                err=True,
            )
            return FAILED
        summaries = crawl_shown(sites, archive)
    if as_json:
        print_json(summary.to_json() for summary in summaries)
    else:
        print_summaries(summaries)
    tell_failures(sites, summaries)
    return exit_code(summaries)


def print_summaries(summaries: Sequence[SiteSummary]) -> None:
    """Print what came of each site."""
    rows = [
        [len(one.failed) if name == "failed" else _say(getattr(one, name)) for name in _COLUMNS] for one in summaries
    ]
    print_rows(_COLUMNS, rows, numbers=frozenset(_COLUMNS[1:-1]))


def tell_failures(sites: Sequence[Site], summaries: Sequence[SiteSummary]) -> None:
    """Say on standard error what could not be had, a line each: what, where, why, what to do."""
    for summary in summaries:
        for failure in summary.failed[:_SHOWN_FAILURES]:
            hint = find_hint(failure.reason)
            click.echo(
                f"gongkai: {summary.site}: {failure.url}: {failure.reason}{f' ({hint})' if hint else ''}", err=True
            )
        if (more := len(summary.failed) - _SHOWN_FAILURES) > 0:
            click.echo(f"gongkai: {summary.site}: {more} more could not be had; --json lists them all", err=True)


def exit_code(summaries: Sequence[SiteSummary]) -> int:
    """Return what the command leaves with."""
    if any(summary.interrupted for summary in summaries):
        return INTERRUPTED
    return DONE if all(summary.complete for summary in summaries) else INCOMPLETE


def _say(value: object) -> object:
    return ("yes" if value else "no") if isinstance(value, bool) else value
