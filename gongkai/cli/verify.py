"""`gongkai verify`: is the archive whole."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gongkai.cli import DAMAGED, DONE
from gongkai.cli.options import archive_option, examples, json_option
from gongkai.cli.output import clean, print_json, stderr, stdout

if TYPE_CHECKING:
    from archive.proof.checking import Problem, VerifyProgress
    from archive.proof.verifying import Verification

_LINK = re.compile(r"[0-9a-f]{64}")


def require_link(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Return a link as the archive writes it; wrong usage where it is none."""
    del context, parameter
    link = value and value.strip().lower()
    if link is not None and not _LINK.fullmatch(link):
        raise click.BadParameter("a link is 64 figures and letters from a to f, as `gongkai verify` prints it")
    return link


@click.command(
    "verify",
    short_help="See whether the archive is whole, and say what is wrong.",
    epilog=examples(
        "gongkai verify",
        "gongkai verify --quick",
        "gongkai verify --head 3c89748c6a1523d1280c85990458895057800536d5d2e703e65196cbaa37f19d",
        "gongkai verify --repair",
    ),
)
@click.option(
    "--head",
    "noted",
    metavar="LINK",
    callback=require_link,
    help="See that a link noted earlier is still in the chain.",
)
@click.option("--quick", is_flag=True, help="Only file, schema, chain and counters: bodies and histories are let be.")
@click.option("--deep", is_flag=True, help="Parse the stored bytes again as well, and compare.")
@click.option(
    "--repair", is_flag=True, help="First work out anew all that captures and readings say, and the search index."
)
@archive_option
@json_option
def command(  # noqa: PLR0913 - the options of the command
    archive_path: Path, noted: str | None, *, quick: bool, deep: bool, repair: bool, as_json: bool
) -> int:
    """See whether the archive is whole: unpack and hash every body, walk the chain of captures, work histories out.

    Prints what is wrong, where, and what that means, and the link at the end of the chain: noted elsewhere, on paper or
    in a mail, it proves later that nothing up to it was changed. Nothing is written without --repair, which never
    touches captures, their bytes or the chain. Exits 4 where anything is wrong.
    """
    from archive.proof.verifying import repair_archive, verify_archive  # noqa: PLC0415 - help must answer at once

    if repair:
        repair_archive(archive_path, "gongkai verify --repair")
    with _progress_shown() as show:
        verification = verify_archive(archive_path, on_progress=show, quick=quick, noted=noted)
        more = _parse_again(archive_path, show) if deep else ()
    problems = (*verification.problems, *more)
    if as_json:
        found = {"whole": not problems, "problems": [asdict(problem) for problem in problems]}
        print_json([{**verification.to_json(), **found}])
    else:
        _print(verification, problems, noted)
    return DAMAGED if problems else DONE


def _parse_again(path: Path, show: "Callable[[VerifyProgress], None] | None") -> "tuple[Problem, ...]":
    from archive.proof.verifying import verify_readings  # noqa: PLC0415 - the parsers take a while to load
    from gongkai.reading import parse_body  # noqa: PLC0415 - the same
    from parsers import PARSER_VERSION  # noqa: PLC0415 - the same

    return verify_readings(path, PARSER_VERSION, parse_body, on_progress=show)


def _print(verification: "Verification", problems: "tuple[Problem, ...]", noted: str | None) -> None:
    for line in _iter_lines(verification, problems, noted):
        stdout().print(line, soft_wrap=True)


def _iter_lines(verification: "Verification", problems: "tuple[Problem, ...]", noted: str | None) -> Iterator[str]:
    """Yield what a person reads: what is wrong, then what was looked at, then the links to note."""
    for problem in problems:
        yield f"✗ {clean(problem.where)}: {clean(problem.what)}"
        yield f"    {clean(problem.meaning)}"
    counts = f"{verification.captures} captures, {verification.bodies} bodies, {verification.reports} reports looked at"
    if verification.quick:
        counts = f"{verification.captures} captures looked at, their bodies and the histories of reports not"
    yield f"damaged ({counts})" if problems else f"whole ({counts})"
    if verification.waiting:
        yield f"{verification.waiting} reports wait to be worked out, which the next command that writes does"
    if noted is not None and not problems:
        yield "the link noted earlier is in the chain, and nothing up to it was changed"
    for head in verification.heads:
        yield f"head {head.link} (capture {head.capture_id}, {head.captures} in the chain)"


@contextmanager
def _progress_shown() -> "Iterator[Callable[[VerifyProgress], None] | None]":
    """Give what shows how far it is, where standard error is a terminal."""
    from rich.progress import Progress, SpinnerColumn, TextColumn  # noqa: PLC0415 - not needed where nobody looks

    console = stderr()
    if not console.is_terminal:
        yield None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=console, transient=True) as bars:
        task = bars.add_task("the file")

        def show(progress: "VerifyProgress") -> None:
            share = f" {progress.done} of {progress.total}" if progress.total else ""
            bars.update(task, description=f"{progress.step}{share}")

        yield show
