"""`gongkai sites`: the list of sites to crawl."""

import json
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import click

from archive import Archive
from crawler import SitesFileError, load_sites
from crawler.contact import make_user_agent
from gongkai.cli.options import archive_option, examples, json_option, sites_option
from gongkai.cli.output import print_json, print_rows

_COLUMNS = ("name", "title", "division", "last_visit", "reports", "start_urls")


@click.group(
    "sites",
    short_help="List, check or add the sites to crawl.",
    epilog=examples(
        "gongkai sites list",
        "gongkai sites check --sites sites.toml",
        "gongkai sites add kuancheng http://www.jckc.gov.cn/ --division 220103",
    ),
)
def command() -> None:
    """List, check or add the sites to crawl."""


@command.command("list", epilog=examples("gongkai sites list", "gongkai sites list --json"))
@sites_option
@archive_option
@json_option
def list_sites(sites_path: Path, archive_path: Path, *, as_json: bool) -> None:
    """List the sites of the file and those of the archive, with the last visit and the number of reports known."""
    rows: dict[str, dict[str, Any]] = {}
    if sites_path.exists() or not archive_path.exists():
        for site in load_sites(sites_path).sites:
            rows[site.name] = {"title": site.title, "division": site.division, "start_urls": list(site.start_urls)}
    if archive_path.exists():
        with Archive.open(archive_path) as archive:
            for known in archive.list_sites():
                rows[known["name"]] = {**known, **rows.get(known["name"], {})}
    fields = ("title", "division", "start_urls", "last_visit", "captures", "reports")
    full = [{"name": name, **{field: row.get(field) for field in fields}} for name, row in rows.items()]
    if as_json:
        print_json(full)
    else:
        print_rows(_COLUMNS, [[_say(row[name]) for name in _COLUMNS] for row in full], numbers=frozenset({"reports"}))


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
    entry = {"name": name, **more, "start_urls": list(start_urls)}
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in entry.items() if value]
    try:
        before = sites_path.read_bytes().rstrip() if sites_path.exists() else b""
        text = "\n".join(["\n\n[[site]]" if before else "[[site]]", *lines, ""])
        _require_sound(before + text.encode(), sites_path)
        sites_path.write_bytes(before + text.encode())
    except OSError as problem:
        raise SitesFileError(f"{sites_path}: cannot be written ({problem.strerror}); name another file") from problem
    click.echo(f"{sites_path}: added {name}; `gongkai crawl --site {name}` visits it")


def _require_sound(content: bytes, sites_path: Path) -> None:
    """Read a file to be as a crawl will, before it is written; messages name the file itself."""
    with NamedTemporaryFile(suffix=".toml") as file:
        file.write(content)
        file.flush()
        try:
            load_sites(file.name)
        except SitesFileError as problem:
            raise SitesFileError(str(problem).replace(file.name, str(sites_path))) from problem


def _say(value: object) -> object:
    return " ".join(map(str, value)) if isinstance(value, list) else value
