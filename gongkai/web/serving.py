"""The archive, Datasette and our pages put together, listening on this machine."""

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import uvicorn
from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm

from archive.questions.sample_queries import SAMPLE_QUERIES
from archive.search.index import TABLES as SEARCH_TABLES
from gongkai.register import Register
from gongkai.web.guarding import App, guard
from gongkai.web.plugin import ArchivePlugin
from gongkai.web.readers import Readers

DATABASE = "archive"
"""The archive's name in Datasette's addresses, whatever its file is called."""
SETTINGS = {"default_page_size": 100, "max_returned_rows": 5000, "sql_time_limit_ms": 3000, "force_https_urls": False}
_HERE = Path(__file__).parent
pm.get_plugin("datasette.handle_exception").rich = None  # it prints a hundred lines for an address that is not there
_DESCRIPTION = (
    "政府信息公开工作年度报告存档。先看 reports_now（现行报告）与 figures_now（现行数字）；各表含义见 docs/schema.md。 "
    "Begin with the views reports_now and figures_now; docs/schema.md says what each table holds."
)
_TABLES = {"_sqlite_migrations": {"hidden": True}}
_WAITING = 128
"""Connections that may wait to be taken."""


class CannotListenError(OSError):
    """Nobody can be answered at that address; the text says why."""


@dataclass(frozen=True, slots=True)
class Site:
    """A served archive: the app, and what must be closed when it ends."""

    app: App
    datasette: Datasette
    readers: Readers
    plugin: ArchivePlugin

    def close(self) -> None:
        """Let go of the archive."""
        pm.unregister(self.plugin)
        self.readers.close()
        for database in self.datasette.databases.values():
            database.close()


class _ServedDatabase(Database):  # type: ignore[misc] # it has no types
    """The archive as Datasette sees it."""

    async def table_names(self) -> list[str]:
        """Return the tables that can be looked through: an index that keeps no text answers nothing but MATCH."""
        names: list[str] = await super().table_names()
        return [name for name in names if name not in SEARCH_TABLES]


def build_site(path: Path, hosts: frozenset[str] | None = frozenset(), register: Register = Register()) -> Site:  # noqa: B008 - it is frozen
    """Return the app for an archive that is there; `hosts` are answered beside this machine itself (None: any).

    `register` says which agencies are expected, beside those found.
    """
    readers = Readers(path)
    plugin = ArchivePlugin(readers, register)
    pm.register(plugin, f"gongkai-{id(plugin)}")
    datasette = Datasette(
        settings=SETTINGS,
        metadata=_describe(),
        template_dir=str(_HERE / "templates"),
        static_mounts=[("gongkai-static", str(_HERE / "static"))],
    )
    plugin.owner = datasette
    datasette.remove_database("_memory")
    datasette.add_database(_ServedDatabase(datasette, str(path)), name=DATABASE)
    return Site(guard(datasette.app(), hosts), datasette, readers, plugin)


def _describe() -> dict[str, Any]:
    """Return what Datasette says of the archive, and the queries to begin with."""
    queries = {
        one.name: {"sql": one.sql, "title": f"{one.title_zh} {one.title_en}", "hide_sql": False}
        for one in SAMPLE_QUERIES
    }
    return {
        "title": "gongkai 公开",
        "databases": {DATABASE: {"description": _DESCRIPTION, "queries": queries, "tables": _TABLES}},
    }


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens there.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0"), is_loopback("example.org")
    (True, True, False, False)
    """
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def answered_hosts(host: str, names: Sequence[str]) -> frozenset[str] | None:
    """Return the names that are answered beside this machine's own; None is any, where nobody knows them.

    What listens on this machine alone answers to no other name: no page elsewhere can have its own name lead here.
    """
    if names or is_loopback(host):
        return frozenset(name.lower() for name in (host, *names))
    return None


def listen_at(host: str, port: int) -> socket.socket:
    """Return a socket that listens there; `CannotListenError` says why where it cannot."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_WAITING)
    except (OSError, TypeError, UnicodeError) as problem:  # what can be no name of a host is of no type for Python
        listening.close()
        said = getattr(problem, "strerror", None) or problem
        raise CannotListenError(
            f"{host} port {port} cannot be listened at ({said}); try another --port or --host"
        ) from problem
    return listening


def answer(site: Site, listening: socket.socket) -> None:
    """Answer requests until interrupted."""
    config = uvicorn.Config(site.app, log_level="warning", server_header=False, lifespan="on", access_log=False)
    uvicorn.Server(config).run(sockets=[listening])
