"""A crawl while it goes on: a line that moves for each site on a terminal, nothing elsewhere."""

import logging
from collections.abc import Sequence

import click
from rich.progress import Progress as Bars
from rich.progress import SpinnerColumn, TaskID, TextColumn

from archive import Archive
from crawler import Progress, Site
from gongkai.cli.output import stderr
from gongkai.crawling import SiteSummary, crawl_sites


class StderrHandler(logging.Handler):
    """Prints what the crawler warns of, a line each."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print one."""
        click.echo(f"gongkai: {record.getMessage()}", err=True)


def crawl_shown(sites: Sequence[Site], archive: Archive) -> tuple[SiteSummary, ...]:
    """Crawl, and show how far it is on standard error where that is a terminal."""
    console = stderr()
    if not console.is_terminal:
        return crawl_sites(sites, archive, log_handler=StderrHandler())
    columns = (SpinnerColumn(finished_text="✓"), TextColumn("{task.description}"), TextColumn("{task.fields[state]}"))
    with Bars(*columns, console=console) as bars:
        tasks: dict[str, TaskID] = {site.name: bars.add_task(site.name, total=1, state="waiting") for site in sites}

        def show(progress: Progress) -> None:
            failed = f", {progress.failed} failed" if progress.failed else ""
            state = f"{progress.requests} requests, {progress.reports_met} report pages{failed}"
            bars.update(tasks[progress.site], state=state, completed=int(progress.finished))

        return crawl_sites(sites, archive, on_progress=show, log_handler=StderrHandler())
