"""The command line: each command in a module of its own, imported when it is asked for."""

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

DONE, FAILED, WRONG_USAGE, INCOMPLETE, DAMAGED, INTERRUPTED = 0, 1, 2, 3, 4, 130
"""Exit codes, as the contract fixes them."""

COMMANDS = {
    "demo": ("gongkai.cli.demo", "Run the main job end to end on three made-up sites."),
    "crawl": ("gongkai.cli.crawl", "Visit sites, find their reports, record what is new or changed."),
    "discover": ("gongkai.cli.discover", "See what stands behind a home page, and list the site."),
    "watch": ("gongkai.cli.watch", "Crawl what is due, as a service."),
    "sites": ("gongkai.cli.sites", "List, check or add the sites to crawl."),
    "parse": ("gongkai.cli.parse", "Rebuild the tables of documents, without an archive."),
    "reparse": ("gongkai.cli.reparse", "Read again, with the present parser, what an older one read."),
    "reports": ("gongkai.cli.reports", "List the reports known."),
    "show": ("gongkai.cli.show", "Show one report with its tables as printed."),
    "check": ("gongkai.cli.check", "List what does not add up."),
    "review": ("gongkai.cli.review", "Confirm, dismiss or correct findings and cells."),
    "notify": ("gongkai.cli.notify", "Tell people what happened, each event once."),
    "coverage": ("gongkai.cli.coverage", "See who has published when."),
    "changes": ("gongkai.cli.changes", "List what changed, and when it was noticed."),
    "diff": ("gongkai.cli.diff", "Show two versions of a report side by side."),
    "search": ("gongkai.cli.search", "Find reports by the words in them."),
    "serve": ("gongkai.cli.serve", "Open the archive in a browser."),
    "evidence": ("gongkai.cli.evidence", "Write what proves a report or a figure, to be checked offline."),
    "verify": ("gongkai.cli.verify", "See whether the archive is whole, and say what is wrong."),
    "backup": ("gongkai.cli.backup", "Copy the archive as it stands, while a crawl goes on."),
    "compact": ("gongkai.cli.compact", "Make the archive smaller; nothing in it is lost."),
    "merge": ("gongkai.cli.merge", "Join archives that were filled on different machines."),
    "export": ("gongkai.cli.export", "Write figures (CSV, Parquet, XLSX, data package) or captures (WARC, WACZ)."),
    "import": ("gongkai.cli.import_", "Take in WARC files of any crawler, and saved pages."),
}
"""Every command: where it lives, and what it does."""


class LazyGroup(click.Group):
    """A group that lists its commands without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, in the order of the route."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command that is asked for."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list from what is known of them here."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=(
        "\b\nExamples:\n  gongkai demo\n  gongkai crawl --sites sites.toml\n"
        "  gongkai changes --since 2026-01-01\n  gongkai search 依申请公开"
    ),
)
@click.version_option(package_name="gongkai", prog_name="gongkai")
def cli() -> None:
    """Follow what China's districts report on disclosure of government information (政府信息公开工作年度报告).

    gongkai crawls district sites, rebuilds the tables of their yearly reports, and keeps every version in one
    SQLite archive.

    What is longer than the screen goes through $GONGKAI_PAGER, else $PAGER, else less; GONGKAI_PAGER=cat is none.
    NO_COLOR and FORCE_COLOR are obeyed.
    """


_OBJECTS_BETWEEN_COLLECTIONS = 100_000
"""A command that lists ten thousand reports makes no circles; looking for them took a third of its time."""


def main() -> NoReturn:
    """Run the command line and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    sys.exit(run())


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; whatever a room says no to is one line on standard error."""
    try:
        result: Any = cli.main(arguments, prog_name="gongkai", standalone_mode=False)
    except (click.Abort, KeyboardInterrupt):
        click.echo("gongkai: interrupted; what was stored stays", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:  # the reader, `head` for example, has all it wanted
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        code = _find_exit_code(error)
        if code is None:
            raise
        from gongkai.cli.output import clean  # noqa: PLC0415 - help must answer at once

        click.echo(f"gongkai: {clean(error)}", err=True)  # it may name what a page or a strange archive says
        return code
    return result if isinstance(result, int) else DONE


def _find_exit_code(error: Exception) -> int | None:
    """Return the exit code of an error that a room has foreseen; None for a fault of the program itself."""
    from archive.errors import ArchiveError, DamagedError, QueryError  # noqa: PLC0415 - help must answer at once
    from crawler.errors import CrawlerError  # noqa: PLC0415 - the same
    from parsers.errors import FormError  # noqa: PLC0415 - the same

    codes = (
        (DamagedError, DAMAGED), (QueryError, WRONG_USAGE), (ArchiveError, FAILED), (CrawlerError, WRONG_USAGE),
        (FormError, FAILED),
    )  # fmt: skip
    return next((code for kind, code in codes if isinstance(error, kind)), None)
