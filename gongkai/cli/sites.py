"""`gongkai sites`: the list of sites to crawl."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from archive import Archive, PastVisit, utc_now
from crawler import Site, load_sites
from crawler.contact import make_user_agent
from crawler.schedule import Forecast, count_failures, forecast_sites
from gongkai.cli.options import archive_option, examples, json_option, sites_option
from gongkai.cli.output import print_json, print_rows, stdout
from gongkai.sites_file import append_entry

_COLUMNS = ("name", "title", "reports", "last_visit", "last_result", "next_due", "next_mode", "why")
_SHORT_COLUMNS = tuple(name for name in _COLUMNS if name != "title")
_DAY = len("2026-01-31")
_KNOWN = ("title", "division", "start_urls", "last_visit", "captures", "reports", "last_result")
_NOT_LISTED = "not in the list of sites"


class _ListingGroup(click.Group):
    """A group whose options alone mean its `list`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `list` where no subcommand is named."""
        is_bare = not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names)
        return super().parse_args(ctx, ["list", *args] if is_bare else args)


@click.group(
    "sites",
    cls=_ListingGroup,
    short_help="List, check or add the sites to crawl.",
    epilog=examples(
        "gongkai sites",
        "gongkai sites --json",
        "gongkai sites check --sites sites.toml",
        "gongkai sites add kuancheng http://www.jckc.gov.cn/ --division 220103",
    ),
)
def command() -> None:
    """List, check or add the sites to crawl. Without a subcommand: list them."""


@command.command("list", epilog=examples("gongkai sites list", "gongkai sites list --json"))
@sites_option
@archive_option
@json_option
def list_sites(sites_path: Path, archive_path: Path, *, as_json: bool) -> None:
    """List the sites of the file and those of the archive: the reports known, the last visit, the next one and why.

    A site that is due says so with a moment that has gone by; `gongkai crawl --due` and `gongkai watch` visit it.
    """
    sites: tuple[Site, ...] = ()
    known: list[dict[str, Any]] = []
    visits: list[PastVisit] = []
    if sites_path.exists() or not archive_path.exists():
        sites = load_sites(sites_path).sites
    if archive_path.exists():
        with Archive.open(archive_path) as archive:
            known, visits = archive.list_sites(), archive.list_visits()
    rows = make_rows(sites, known, visits, utc_now())
    if as_json:
        print_json(rows)
    else:
        _print_table(rows)


def _print_table(rows: list[dict[str, Any]]) -> None:
    """Print the rows; on a terminal with days for moments, and as much of the reason as fits behind them."""
    if stdout().is_terminal:
        rows = [{**row, **{name: (row[name] or "")[:_DAY] for name in ("last_visit", "next_due")}} for row in rows]
        columns = _SHORT_COLUMNS
    else:
        columns = _COLUMNS
    cells = [[row[name] for name in columns] for row in rows]
    print_rows(columns, cells, numbers=frozenset({"reports"}), cut="why")


def make_rows(
    sites: Iterable[Site], known: Iterable[dict[str, Any]], visits: Iterable[PastVisit], now: datetime
) -> list[dict[str, Any]]:
    """Return what is said of each site: those of the list first, then what the archive has besides.

    `known` are the sites of the archive, `visits` its visits, newest first.
    """
    sites, visits = list(sites), list(visits)
    plans = forecast_sites(sites, visits, now)
    past: dict[str, list[PastVisit]] = {}
    for visit in visits:
        past.setdefault(visit.site, []).append(visit)
    rows = {
        site.name: {"title": site.title, "division": site.division, "start_urls": list(site.start_urls)}
        for site in sites
    }
    for row in known:
        rows[row["name"]] = {**row, **rows.get(row["name"], {})}
    return [
        {
            "name": name,
            **{field: row.get(field) for field in _KNOWN},
            "failures": count_failures(past.get(name, ())),
            **_say_plan(plans.get(name)),
        }
        for name, row in rows.items()
    ]


def _say_plan(plan: Forecast | None) -> dict[str, Any]:
    if plan is None:
        return {"next_due": None, "next_mode": None, "why": _NOT_LISTED}
    return {"next_due": say_moment(plan.due_at), "next_mode": plan.mode, "why": plan.reason}


def say_moment(moment: datetime) -> str:
    """Return a moment as it stands in every output.

    >>> say_moment(datetime(2026, 1, 31, 8, tzinfo=UTC))
    '2026-01-31T08:00:00Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@command.command("check", epilog=examples("gongkai sites check", "gongkai sites check --sites others.toml"))
@sites_option
def check_sites(sites_path: Path) -> None:
    """Say whether the list of sites can be crawled as it is written. Nothing is visited."""
    file = load_sites(sites_path)
    for warning in file.warnings:
        click.echo(f"gongkai: {warning}", err=True)
    agent = make_user_agent(file.sites)
    noun = "site" if len(file.sites) == 1 else "sites"
    click.echo(f"{sites_path}: {len(file.sites)} {noun}, to be visited as {agent}")


@command.command("add", epilog=examples("gongkai sites add kuancheng http://www.jckc.gov.cn/ --division 220103"))
@click.argument("name")
@click.argument("start_urls", nargs=-1, required=True)
@click.option("--title", help="What the site is called.")
@click.option("--division", help="The 6-digit code of its district.")
@click.option("--contact", help="Who the site can write to about this crawl, where the file does not say it for all.")
@sites_option
def add_site(sites_path: Path, name: str, start_urls: tuple[str, ...], **more: str | None) -> None:
    """Add a site to the list: its NAME, short and unique, and the address of its home page."""
    append_entry(sites_path, {"name": name, **more, "start_urls": list(start_urls)})
    click.echo(f"{sites_path}: added {name}; `gongkai crawl --site {name}` visits it")
