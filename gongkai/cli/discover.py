"""`gongkai discover`: what stands behind a home page."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from crawler import MissingContactError, Progress, Site, SitesFile, load_sites
from crawler.contact import make_user_agent
from crawler.hosts import seen_key, split_url
from crawler.sites import is_contact
from crawler.toml_files import load_toml
from crawler.walk import NO_COLUMN
from gongkai.cli import DONE, INCOMPLETE, INTERRUPTED
from gongkai.cli.crawl import say_failure
from gongkai.cli.options import examples, json_option, sites_option
from gongkai.cli.output import clean, clean_text, print_json, print_rows
from gongkai.cli.progress import StderrHandler, progress_shown
from gongkai.discovering import Discovery, discover_site, name_site
from gongkai.sites_file import append_entry, format_entry

_COLUMNS = ("column", "entries", "pages", "cms", "url")
_REQUESTS = 200
_DELAY = Site("", ()).delay


@dataclass(frozen=True, slots=True)
class _Listed:
    """The list of sites as it is before the visit; `contact` is the one that it gives for all."""

    path: Path
    file: SitesFile
    contact: str | None

    @property
    def names(self) -> set[str]:
        return {site.name for site in self.file.sites}

    @property
    def any_contact(self) -> str | None:
        return self.contact or next((site.contact for site in self.file.sites if site.contact), None)

    def find(self, url: str) -> Site | None:
        """Return the site that starts at an address, in any spelling."""
        key = seen_key(url)
        return next((site for site in self.file.sites if key in map(seen_key, site.start_urls)), None)


def _parse_url(context: click.Context, parameter: click.Parameter, value: str) -> str:
    if split_url(value) is None:
        raise click.BadParameter(f"{value!r} does not begin with http:// or https:// and a host", context, parameter)
    return value


def _parse_division(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"[1-9][0-9]{5}", value):
        raise click.BadParameter("write a code of 6 digits, like 220103", context, parameter)
    return value


def _parse_contact(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not is_contact(value):
        raise click.BadParameter("write an e-mail address or a URL in plain ASCII", context, parameter)
    return value


def _parse_name(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not (value.strip() and value.isprintable()):
        raise click.BadParameter("write a short text", context, parameter)
    return value


@click.command(
    "discover",
    short_help="See what stands behind a home page, and list the site.",
    epilog=examples(
        "gongkai discover http://www.jckc.gov.cn/",
        "gongkai discover http://www.jckc.gov.cn/ --name kuancheng --dry-run",
    ),
)
@click.argument("url", callback=_parse_url)
@click.option("--name", callback=_parse_name, help="What to call the site; else a part of its address.")
@click.option("--division", callback=_parse_division, help="The 6-digit code of its district, where no page tells.")
@click.option("--contact", callback=_parse_contact, help="Who the site can write to about this crawler.")
@click.option(
    "--delay", type=click.FloatRange(0, 86_400), default=_DELAY, show_default=True, help="Seconds between requests."
)
@click.option(
    "--max-requests", type=click.IntRange(1), default=_REQUESTS, show_default=True, help="Stop after so many."
)
@click.option("--dry-run", is_flag=True, help="Print the entry, and write nothing.")
@sites_option
@json_option
def command(  # noqa: PLR0913 - one argument an option
    url: str,
    name: str | None,
    division: str | None,
    contact: str | None,
    delay: float,
    max_requests: int,
    sites_path: Path,
    *,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Find the columns of annual reports behind the home page URL, and add the site to the list of sites.

    No report is fetched, and of every list the first page alone. Exits 3 where no column is found; nothing is written
    then.
    """
    listed = _read_listed(sites_path)
    site = Site(
        name=_choose_name(name, url, listed),
        start_urls=(url,),
        division=division,
        delay=delay,
        max_requests=max_requests,
        contact=contact or listed.any_contact,
    )
    _require_contact(site)
    with progress_shown([site.name], _say_progress) as show:
        found = discover_site(site, on_progress=show, log_handler=StderrHandler())
    _print(found, as_json=as_json)
    if found.interrupted:
        return INTERRUPTED
    if not any(column.entries for column in found.columns):
        click.echo(f"gongkai: nothing is added to {sites_path}: {clean(_say_nothing(found))}", err=True)
        return INCOMPLETE
    entry = _make_entry(found, site, listed)
    known = listed.find(url)
    if known is not None:
        click.echo(f"gongkai: {sites_path} has this address already, as {known.name}; nothing is added", err=True)
    elif dry_run:
        click.echo(f"\n{clean_text(format_entry(entry))}", err=as_json)
    else:
        append_entry(sites_path, entry)
        click.echo(f"gongkai: {sites_path}: added {site.name}; `gongkai crawl --site {site.name}` visits it", err=True)
    return DONE


def _read_listed(path: Path) -> _Listed:
    """Read the list of sites; one that is not there, or has a contact and no site yet, lists none."""
    try:
        table = load_toml(path) if path.exists() else {}
    except ValueError:
        table = {"site": None}  # what is wrong with it is said below
    contact = table.get("contact")
    is_empty = "site" not in table and (contact is None or is_contact(contact))
    return _Listed(path, SitesFile(()) if is_empty else load_sites(path), contact)


def _choose_name(name: str | None, url: str, listed: _Listed) -> str:
    """Return the name asked for, or a free one; a name that is taken is refused before anything is visited."""
    if name is not None:
        if name in listed.names and listed.find(url) is None:
            said = f"{listed.path} has another site named {name!r}; choose another name"
            raise click.BadParameter(said, param_hint="--name")
        return name
    known = listed.find(url)
    if known is not None:
        return known.name
    plain = name_site(url)
    free = (f"{plain}-{number}" for number in range(2, len(listed.names) + 3))
    return next(one for one in (plain, *free) if one not in listed.names)


def _require_contact(site: Site) -> None:
    """Refuse a visit of a public site by somebody whom it cannot reach."""
    try:
        make_user_agent([site])
    except MissingContactError as problem:
        raise MissingContactError(f"{problem}, or give --contact") from problem


def _say_progress(progress: Progress) -> str:
    return f"{progress.requests} requests"


def _print(found: Discovery, *, as_json: bool) -> None:
    """Print the columns, and say what could not be had."""
    if as_json:
        print_json([_to_json(found)])
    elif found.columns:
        rows = [[one.title, one.entries, one.pages, " ".join(one.families), one.url] for one in found.columns]
        print_rows(_COLUMNS, rows, numbers=frozenset({"entries", "pages"}))
    noun = "request" if found.requests == 1 else "requests"
    click.echo(f"gongkai: {clean(found.title or found.url)}: {found.requests} {noun}", err=True)
    for failure in found.failed:
        if failure.reason != NO_COLUMN:
            click.echo(f"gongkai: {clean(say_failure(failure.url, failure.reason))}", err=True)


def _say_nothing(found: Discovery) -> str:
    if [failure.reason for failure in found.failed] == [NO_COLUMN]:
        return (
            f"no column of annual reports (政府信息公开年报) was found behind {found.url}. Look for it in a browser "
            "and give its address: gongkai discover ADDRESS"
        )
    return "no list of annual reports could be read"


def _to_json(found: Discovery) -> dict[str, Any]:
    names = ("name", "url", "title", "division", "requests")
    columns = [
        {"url": one.url, "title": one.title, "entries": one.entries, "pages": one.pages, "families": list(one.families)}
        for one in found.columns
    ]
    failed = [{"url": failure.url, "reason": failure.reason} for failure in found.failed]
    return {**{name: getattr(found, name) for name in names}, "columns": columns, "failed": failed}


def _make_entry(found: Discovery, site: Site, listed: _Listed) -> dict[str, object]:
    """Return the entry of a site, with all that a crawl of it needs and the list does not say for all."""
    return {
        "name": site.name,
        "title": found.title,
        "division": site.division or found.division,
        "start_urls": [found.url],
        "delay": site.delay if site.delay != _DELAY else None,
        "contact": site.contact if site.contact != listed.contact else None,
    }
