"""`gongkai crawl`: visit sites, and record what they show."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import click

from archive import Archive, utc_now
from crawler import Site, load_sites
from crawler.contact import make_user_agent
from crawler.sites import select_sites, shard_sites
from gongkai.cli import DONE, INCOMPLETE, INTERRUPTED
from gongkai.cli.options import archive_option, examples, json_option, sites_option
from gongkai.cli.output import clean, print_json, print_rows
from gongkai.cli.progress import crawl_shown, open_log, write_log
from gongkai.crawling import SiteSummary, choose_due, require_no_demo
from gongkai.hints import find_hint

_SHOWN_FAILURES = 5
_COLUMNS = ("site", "requests", "captures", "reports", "new", "changed", "failed", "complete")


def _parse_shard(context: click.Context, parameter: click.Parameter, value: str | None) -> tuple[int, int] | None:
    if value is None:
        return None
    number, _, count = value.partition("/")
    if not (number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        raise click.BadParameter("write I/N, like 1/3 for the first of three parts", context, parameter)
    return int(number), int(count)


@click.command(
    "crawl",
    short_help="Visit sites, find their reports, record what is new or changed.",
    epilog=examples("gongkai crawl", "gongkai crawl --sites sites.toml --site kuancheng", "gongkai crawl --due --json"),
)
@sites_option
@click.option("--site", "names", multiple=True, help="Only this site; may be given several times.")
@click.option("--due", is_flag=True, help="Only the sites that are due, and of their reports those that are.")
@click.option("--shard", metavar="I/N", callback=_parse_shard, help="Only part I of N, for N machines.")
@click.option("--log-file", type=click.Path(path_type=Path), help="Add a line for each answer and each result to it.")
@archive_option
@json_option
def command(  # noqa: PLR0913 - one argument an option
    sites_path: Path,
    names: tuple[str, ...],
    archive_path: Path,
    log_file: Path | None,
    shard: tuple[int, int] | None,
    *,
    due: bool,
    as_json: bool,
) -> int:
    """Visit every site of the list from its home page and record what is new or changed.

    At each site the column of annual reports is found by its links, and every list page and report is stored as it
    came; then the reports are rebuilt, and new ones and changes recorded.

    A crawl that was interrupted goes on where it was. With --due, sites are visited as often as reports appear
    there, and lists are read from the top until they show nothing new (`gongkai sites` shows what is due when).

    Exits 3 where something that was expected is missing or failed: what it was is said, and all else is stored.
    """
    file = load_sites(sites_path)
    for warning in file.warnings:
        click.echo(f"gongkai: {warning}", err=True)
    sites = select_sites(file.sites, names)
    if shard is not None:
        sites = shard_sites(sites, *shard)
    make_user_agent(sites)  # a public site without a contact is refused before anything is opened
    with ExitStack() as stack:
        log = stack.enter_context(open_log(log_file))
        archive = stack.enter_context(Archive.create(archive_path, "gongkai crawl"))
        require_no_demo(archive, sites)
        modes = choose_due(archive, sites, utc_now()) if due else {}
        chosen = [site for site in sites if site.name in modes] if due else list(sites)
        summaries = crawl_shown(chosen, archive, modes=modes, log=log) if chosen else ()
        for line in iter_lines(summaries):
            write_log(log, line)
    if not chosen:
        click.echo(f"gongkai: {_say_nothing_due(sites, due=due)}", err=True)
    if as_json:
        print_json(summary.to_json() for summary in summaries)
    elif summaries:
        print_summaries(summaries)
    tell_failures(summaries)
    return exit_code(summaries)


def print_summaries(summaries: Sequence[SiteSummary]) -> None:
    """Print what came of each site."""
    rows = [
        [len(one.failed) if name == "failed" else _say(getattr(one, name)) for name in _COLUMNS] for one in summaries
    ]
    print_rows(_COLUMNS, rows, numbers=frozenset(_COLUMNS[1:-1]))


def _say_nothing_due(sites: Sequence[Site], *, due: bool) -> str:
    if due and sites:
        return "nothing is due; `gongkai sites` shows what will be, and when"
    return "no site falls into this part"


def tell_failures(summaries: Sequence[SiteSummary]) -> None:
    """Say on standard error what could not be had, a line each: what, where, why, what to do; then what is notable."""
    for summary in summaries:
        failures = list(_iter_failures(summary))
        lines = failures[:_SHOWN_FAILURES]
        if (more := len(failures) - _SHOWN_FAILURES) > 0:
            lines.append(f"{more} more could not be had; --json lists them all")
        for line in (*lines, *_iter_notes(summary)):
            click.echo(f"gongkai: {clean(f'{summary.site}: {line}')}", err=True)


def iter_lines(summaries: Sequence[SiteSummary]) -> Iterator[str]:
    """Yield what came of each site for a log: its counts, all that could not be had, what is notable."""
    for summary in summaries:
        yield f"{summary.site}: {say_counts(summary)}"
        yield from (f"{summary.site}: {line}" for line in (*_iter_failures(summary), *_iter_notes(summary)))


def say_counts(summary: SiteSummary) -> str:
    """Return what came of a site in a few words."""
    counts = ", ".join(f"{getattr(summary, name)} {name}" for name in ("requests", "reports", "new", "changed"))
    if summary.interrupted:
        return f"{counts}, interrupted"
    return counts if summary.complete else f"{counts}, {len(summary.failed)} failed, incomplete"


def say_failure(url: str, reason: str) -> str:
    """Return what could not be had, why, and what to do, in one line."""
    hint = find_hint(reason)
    return clean(f"{url}: {reason}{f' ({hint})' if hint else ''}")


def _iter_failures(summary: SiteSummary) -> Iterator[str]:
    return (say_failure(failure.url, failure.reason) for failure in summary.failed)


def _iter_notes(summary: SiteSummary) -> Iterator[str]:
    if summary.resumed:
        yield "went on where the last crawl was interrupted"
    yield from map(clean, summary.notes)


def exit_code(summaries: Sequence[SiteSummary]) -> int:
    """Return what the command leaves with."""
    if any(summary.interrupted for summary in summaries):
        return INTERRUPTED
    return DONE if all(summary.complete for summary in summaries) else INCOMPLETE


def _say(value: object) -> object:
    return ("yes" if value else "no") if isinstance(value, bool) else value
