"""`gongkai serve`: the archive in a browser."""

from pathlib import Path

import click

from gongkai.cli import DONE, FAILED
from gongkai.cli.options import archive_option, examples, register_option
from gongkai.cli.output import clean

_PORT = 8001
_HIGHEST_PORT = 65_535


@click.command(
    "serve",
    short_help="Open the archive in a browser.",
    epilog=examples(
        "gongkai serve",
        "gongkai serve --port 8080 --archive ten-years.db",
        "gongkai serve --host 0.0.0.0 --name data.example",
    ),
)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="The address to listen at; by default this machine alone."
)
@click.option(
    "--port", type=click.IntRange(0, _HIGHEST_PORT), default=_PORT, show_default=True, help="0 takes any that is free."
)
@click.option(
    "--name", "names", multiple=True, help="A host name under which it is asked for, beside this machine's own."
)
@register_option
@archive_option
def command(host: str, port: int, names: tuple[str, ...], sites_path: Path | None, archive_path: Path) -> int:
    """Serve the archive, read-only, until interrupted: search, reports, changes, charts, Datasette's JSON, CSV, SQL.

    It listens on this machine alone. Elsewhere nobody is asked for a password: what stands in the archive is open to
    whoever reaches the address.
    """
    from archive import Archive  # noqa: PLC0415 - help must answer at once
    from gongkai.register import load_register  # noqa: PLC0415 - the same

    Archive.open(archive_path).close()
    register = load_register(sites_path)
    try:
        from gongkai.web import serving  # noqa: PLC0415 - it loads all of Datasette
    except ModuleNotFoundError as problem:
        click.echo(
            f"gongkai: {problem.name} is not installed; the web pages need `pip install 'gongkai[web]'`", err=True
        )
        return FAILED
    try:
        listening = serving.listen_at(host, port)
    except serving.CannotListenError as problem:
        click.echo(f"gongkai: {clean(problem)}", err=True)
        return FAILED
    if not serving.is_loopback(host):
        click.echo("gongkai: other machines reach this address; anybody there can read the archive", err=True)
    shown = f"[{host}]" if ":" in host else host
    click.echo(
        f"gongkai: {archive_path} is served at http://{shown}:{listening.getsockname()[1]}/ (Ctrl-C ends it)", err=True
    )
    site = serving.build_site(archive_path, serving.answered_hosts(host, names), register)
    try:
        serving.answer(site, listening)
    finally:
        site.close()
        listening.close()
    return DONE
