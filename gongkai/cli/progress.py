"""A crawl while it goes on: on a terminal a line that moves for each site under way, nothing elsewhere; and its log."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click
from rich.cells import cell_len
from rich.progress import Progress as Bars
from rich.progress import SpinnerColumn, TaskID, TextColumn

from archive import Archive, VisitMode
from crawler import Progress, Site
from gongkai.cli.output import clean, clean_text, stderr
from gongkai.crawling import SiteSummary, crawl_sites


class StderrHandler(logging.Handler):
    """Prints what the crawler warns of, a line each."""

    def __init__(self, level: int = logging.WARNING) -> None:
        super().__init__(level)

    def emit(self, record: logging.LogRecord) -> None:
        """Print one."""
        click.echo(f"gongkai: {clean(record.getMessage())}", err=True)


def crawl_shown(
    sites: Sequence[Site],
    archive: Archive,
    *,
    modes: Mapping[str, VisitMode] | None = None,
    log: logging.Handler | None = None,
) -> tuple[SiteSummary, ...]:
    """Crawl, and show how far it is on standard error where that is a terminal; `log` takes every answer."""
    shown = StderrHandler()
    handler = shown if log is None else _Both(shown, log)
    with progress_shown([site.name for site in sites], _say_crawl) as show:
        return crawl_sites(sites, archive, modes=modes, on_progress=show, log_handler=handler)


def _say_crawl(progress: Progress) -> str:
    failed = f", {progress.failed} failed" if progress.failed else ""
    return f"{progress.requests} requests, {progress.reports_met} report pages{failed}"


@contextmanager
def progress_shown(names: Sequence[str], say: Callable[[Progress], str]) -> Iterator[Callable[[Progress], None] | None]:
    """Give what shows the progress of these sites on a terminal, in the words of `say`; None elsewhere.

    A site has a line that moves while it is walked, and one that stays when it is done.
    """
    console = stderr()
    if not console.is_terminal:
        yield None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TextColumn("{task.fields[state]}"))
    width = max(map(cell_len, names), default=0)
    with Bars(*columns, console=console, transient=True) as bars:
        yield _Lines(bars, {name: name + " " * (width - cell_len(name)) for name in names}, say)


class _Lines:
    """The lines of the sites under way; `labels` are their names, all of one width."""

    def __init__(self, bars: Bars, labels: Mapping[str, str], say: Callable[[Progress], str]) -> None:
        self._bars, self._labels, self._say = bars, labels, say
        self._tasks: dict[str, TaskID] = {}
        self._all = bars.add_task("", total=None, state=self._count(0))
        self._done: set[str] = set()

    def __call__(self, progress: Progress) -> None:
        """Show how far a site is."""
        name, state = progress.site, self._say(progress)
        if name in self._done:
            return
        label = self._labels.get(name, name)
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(label, total=None, state=state)
        self._bars.update(self._tasks[name], state=state)
        if progress.finished:
            self._done.add(name)
            self._bars.remove_task(self._tasks.pop(name))
            self._bars.console.print(f"✓ {label} {state}")
            self._bars.update(self._all, state=self._count(len(self._done)))

    def _count(self, done: int) -> str:
        return f"{done} of {len(self._labels)} {'site' if len(self._labels) == 1 else 'sites'} done"


@contextmanager
def open_log(path: Path | None) -> Iterator[logging.Handler | None]:
    """Open the file that takes what happens, a line each with the moment in UTC; None where none is asked for."""
    if path is None:
        yield None
        return
    try:
        log = logging.FileHandler(path, encoding="utf-8")
    except OSError as problem:
        said = f"{path} cannot be written ({problem.strerror}); name another file"
        raise click.BadParameter(said, param_hint="--log-file") from problem
    log.setLevel(logging.INFO)
    log.setFormatter(_LogFormatter("%(asctime)s %(message)s", "%Y-%m-%dT%H:%M:%SZ"))
    with ExitStack() as stack:
        stack.callback(log.close)
        yield log


def write_log(log: logging.Handler | None, text: str) -> None:
    """Put a line into a log."""
    if log is not None:
        log.handle(logging.LogRecord("gongkai", logging.INFO, "", 0, text, None, None))


class _LogFormatter(logging.Formatter):
    """Writes a record in one line, with its level where that is more than information."""

    @staticmethod
    def converter(seconds: float | None) -> time.struct_time:
        """Take moments as UTC."""
        return time.gmtime(seconds)

    def formatException(self, ei: Any) -> str:  # noqa: ANN401, N802 - logging's type and name
        """Return a traceback whose words steer no terminal: an error may say what a page says."""
        return clean_text(super().formatException(ei))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Return the line of a record; a traceback that comes with it follows."""
        level = f"{record.levelname.lower()}: " if record.levelno > logging.INFO else ""
        record.message = f"{level}{clean(record.message)}"
        return super().formatMessage(record)


class _Both(logging.Handler):
    """Hands each record to two handlers."""

    def __init__(self, *handlers: logging.Handler) -> None:
        super().__init__(min(handler.level for handler in handlers))
        self._handlers = handlers

    def emit(self, record: logging.LogRecord) -> None:
        """Hand one on."""
        for handler in self._handlers:
            if record.levelno >= handler.level:
                handler.handle(record)
