"""`gongkai demo`: the main job, end to end, on sites of its own."""

import os
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep
from typing import NoReturn

import click

from archive import Archive
from crawler import Site, load_sites
from gongkai.cli import FAILED
from gongkai.cli.changes import print_changes
from gongkai.cli.crawl import exit_code, print_summaries, tell_failures
from gongkai.cli.options import archive_option, examples
from gongkai.cli.output import print_rows, stdout
from gongkai.cli.progress import crawl_shown
from gongkai.crawling import SiteSummary
from gongkai.demo import DAY_TWO, DemoServers, serve_sites
from gongkai.demo.mark import DEMO_COMMAND, holds_demo

_QUERY = "电梯"
_LONG = 3_600.0


@click.command(
    "demo",
    short_help="Run the main job end to end on three made-up sites.",
    epilog=examples("gongkai demo", "gongkai demo --archive /tmp/demo.db", "gongkai demo --serve"),
)
@archive_option
@click.option("--serve", "only_serve", is_flag=True, help="Serve the sites until Ctrl-C, to practise on; no crawl.")
def command(archive_path: Path, *, only_serve: bool) -> int:
    """Run the main job end to end, without a network.

    Three made-up district sites are served on this machine and crawled; their reports are rebuilt and archived; the
    sites change and are crawled again; what changed is printed, and a search is run.

    An archive of an earlier demo is made anew. One that holds real sites is not touched.
    """
    if only_serve:
        _serve()
    if archive_path.exists():
        with Archive.open(archive_path) as archive:
            is_ours = holds_demo(archive) or not archive.list_commands()
        if not is_ours:
            click.echo(
                f"gongkai: {archive_path} holds real sites, which a demo must not mix with; "
                "name a new file with --archive, or remove it",
                err=True,
            )
            return FAILED
        Archive.discard(archive_path)
    with serve_sites(1) as servers:
        return _run(servers, archive_path)


def _serve() -> NoReturn:
    """Serve the sites until interrupted."""
    with serve_sites(1) as servers:
        _tell_sites(_load(servers))
        sys.stdout.flush()
        click.echo("gongkai: in another shell try `gongkai discover ADDRESS --dry-run`; Ctrl-C ends it", err=True)
        while True:
            sleep(_LONG)


def _tell_sites(sites: tuple[Site, ...]) -> None:
    _say("Three made-up district sites are being served on this machine:")
    print_rows(("site", "title", "address"), [(site.name, site.title, site.start_urls[0]) for site in sites])


def _run(servers: DemoServers, archive_path: Path) -> int:
    sites = _load(servers)
    _tell_sites(sites)
    _say("Day 1: crawl them from their home pages, rebuild the reports, record them.")
    first = _crawl(sites, archive_path)
    added, edited = DAY_TWO.added, DAY_TWO.edited
    _say(
        f"Day 2: {added.street} publishes its report for {added.year}, somebody edits one figure of "
        f"{edited.street} {edited.year}, and a visitor counter ticks. Crawl again."
    )
    servers.switch(2)
    second = _crawl(sites, archive_path)
    with Archive.open(archive_path) as archive:
        since = [change for change in archive.list_changes() if change.kind != "new"]
        new = archive.list_changes(kind="new")[-sum(one.new for one in second) :]
        matches = archive.search(_QUERY, 3).matches
    _say("What changed between the two days (the counter is no change):")
    print_changes([*new, *since])
    _say(f"Reports that hold the word {_QUERY}, the closest first:")
    print_rows(("id", "snippet"), [(match.id, match.snippet) for match in matches])
    _say_next(archive_path, since[0].id if since else "")
    return exit_code([*first, *second])


def _load(servers: DemoServers) -> tuple[Site, ...]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sites.toml"
        path.write_text(servers.sites_toml(), encoding="utf-8")
        return load_sites(path).sites


def _crawl(sites: tuple[Site, ...], archive_path: Path) -> tuple[SiteSummary, ...]:
    with Archive.create(archive_path, DEMO_COMMAND) as archive:
        summaries = crawl_shown(sites, archive)
    print_summaries(summaries)
    tell_failures(summaries)
    return summaries


def _say(text: str) -> None:
    stdout().print(f"\n{text}", style="bold", soft_wrap=True)


def _say_next(archive_path: Path, report: str) -> None:
    option = "" if archive_path == Path("gongkai.db") else f" --archive {archive_path}"
    tool = _command_as_typed()
    _say(f"Everything is in {archive_path}, an SQLite file that other tools open too. Try next:")
    for line in (
        f"{tool} show {report}{option}",
        f"{tool} changes --json{option}",
        f"{tool} search 依申请公开{option}",
        f"{tool.removesuffix('gongkai')}sqlite-utils rows {archive_path} figures_now --limit 5",
    ):
        stdout().print(f"  {line}", soft_wrap=True)
    real = f"With real sites: `{tool} sites add NAME URL --contact YOU`, then `{tool} crawl --archive real.db`"
    stdout().print(real, soft_wrap=True)


def _command_as_typed() -> str:
    """Return what starts this program from here: its name, or its path where the shell does not find it."""
    here = Path(sys.argv[0])
    if here.name != "gongkai" or shutil.which("gongkai"):
        return "gongkai"
    return os.path.relpath(here)
