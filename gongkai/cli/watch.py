"""`gongkai watch`: crawl what is due, as a service."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import click

from crawler.schedule import Forecast
from gongkai import crawling
from gongkai.cli import INTERRUPTED
from gongkai.cli.crawl import exit_code, say_counts, tell_failures
from gongkai.cli.options import archive_option, examples, json_option, sites_option
from gongkai.cli.output import clean, print_json, stderr
from gongkai.cli.progress import StderrHandler
from gongkai.cli.sites import say_moment
from gongkai.crawling import SiteSummary
from gongkai.watching import Round, Watch, World, hold_watch


@click.command(
    "watch",
    short_help="Crawl what is due, as a service.",
    epilog=examples(
        "gongkai watch", "gongkai watch --sites sites.toml --archive 2026.db --json", "gongkai watch --once"
    ),
)
@sites_option
@archive_option
@click.option("--once", is_flag=True, help="Crawl what is due now, and end.")
@json_option
def command(sites_path: Path, archive_path: Path, *, once: bool, as_json: bool) -> int:
    """Crawl each site when it is due, until stopped by Ctrl-C or SIGTERM; `gongkai sites` says when that is.

    A line for each visit goes to standard output, what could not be had to standard error. The list of sites is read
    anew each time. Another crawl of the same archive is waited for; a second watch of it is refused.
    """
    world = World(partial(crawling.crawl_due, log_handler=StderrHandler()))
    watch = Watch(sites_path, archive_path, world=world, teller=_Lines(as_json=as_json))
    try:
        with _stopped_by_sigterm(), hold_watch(archive_path):
            if once:
                return _end_once(watch.run_once())
            watch.run()
    except KeyboardInterrupt:
        pass  # said below, as for a crawl that was stopped
    click.echo("gongkai: stopped; what was stored stays", err=True)
    return INTERRUPTED


def _end_once(done: Round) -> int:
    """Say to a person that nothing was due, and to cron nothing; return the exit code."""
    found = done.find_next()
    if not done.summaries and found is not None and stderr().is_terminal:
        click.echo(f"gongkai: nothing is due; {_say_next(*found)}", err=True)
    return exit_code(done.summaries)


def _say_next(site: str, forecast: Forecast) -> str:
    return f"next is {clean(site)}, {say_moment(forecast.due_at)} ({forecast.reason})"


class _Lines:
    """Tells what a watch does, a line each."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json

    def tell_round(self, done: Round) -> None:
        """Print a line for each site that was visited, and say what could not be had."""
        plans = dict(done.forecasts)
        for summary in done.summaries:
            row = make_row(summary, plans.get(summary.site), say_moment(done.ended_at))
            if self._as_json:
                print_json([row])
            else:
                click.echo(say_visit(summary, row))
        tell_failures(done.summaries)

    def tell_problem(self, problem: Exception | None) -> None:
        """Say what stops the watch for now, or that it goes on."""
        click.echo(f"gongkai: {clean(problem)}; trying again" if problem else "gongkai: going on", err=True)

    def tell_next(self, site: str, forecast: Forecast) -> None:
        """Say which site is due next."""
        click.echo(f"gongkai: {_say_next(site, forecast)}", err=True)


def make_row(summary: SiteSummary, forecast: Forecast | None, at: str) -> dict[str, Any]:
    """Return what is said of a visit: the summary of a crawl, when it ended, and when the site is due next."""
    following = {
        "next_due": say_moment(forecast.due_at) if forecast else None,
        "next_mode": forecast.mode if forecast else None,
    }
    return {"at": at, **summary.to_json(), **following}


def say_visit(summary: SiteSummary, row: dict[str, Any]) -> str:
    """Return a visit, and its row, as a person reads them in a log."""
    following = f"; due {row['next_due']} ({row['next_mode']})" if row["next_due"] else ""
    return clean(f"{row['at']} {summary.site}: {say_counts(summary)}{following}")


@contextmanager
def _stopped_by_sigterm() -> Iterator[None]:
    """Let SIGTERM do what Ctrl-C does, while this lasts; a crawl under way has its own way to end for both."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
