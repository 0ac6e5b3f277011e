"""A small web server for the demo sites: each on its own port of 127.0.0.1, with ETag and 304."""

import hashlib
import json
import socketserver
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from gongkai.demo.pages import build_sites
from gongkai.demo.site import DemoSite, Page

HOST = "127.0.0.1"
_NOT_FOUND = "<!DOCTYPE html><html><title>404</title><body><p>您访问的页面不存在</p></body></html>".encode()


class DemoServers:
    """The running demo sites; `switch` changes what they show, and their addresses stay."""

    def __init__(self, servers: Mapping[str, "_SiteServer"], day: int) -> None:
        self._servers = servers
        self._sites: Sequence[DemoSite] = ()
        self.switch(day)

    @property
    def base_urls(self) -> Mapping[str, str]:
        """Return the address of each site's home page by the site's name."""
        return {name: f"http://{HOST}:{server.server_port}/" for name, server in self._servers.items()}

    def switch(self, day: int) -> None:
        """Show the sites as they stand on another day."""
        self._sites = build_sites(day)
        for site in self._sites:
            self._servers[site.name].pages = site.files

    def sites_toml(self) -> str:
        """Return a sites.toml that names these sites by their home pages."""
        return "\n".join(_site_table(site, self.base_urls[site.name]) for site in self._sites)


@contextmanager
def serve_sites(day: int = 1) -> Iterator[DemoServers]:
    """Serve the demo sites on free ports of this machine until the block ends."""
    with ExitStack() as stack:
        servers = {site.name: stack.enter_context(_running()) for site in build_sites(day)}
        yield DemoServers(servers, day)


def page_etag(page: Page) -> str:
    """Return the entity tag of a page's bytes."""
    return f'"{hashlib.sha256(page.body).hexdigest()[:16]}"'


def is_unchanged(page: Page, if_none_match: str | None, if_modified_since: str | None) -> bool:
    """Return whether a visitor with these two headers already has the page (RFC 9110: the tag decides)."""
    if if_none_match is not None:
        tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
        return "*" in tags or page_etag(page) in tags
    since = _parse_date(if_modified_since)
    return since is not None and page.last_modified.replace(microsecond=0) <= since


def _parse_date(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
    if moment is None:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _site_table(site: DemoSite, home: str) -> str:
    lines = (
        "[[site]]",
        f"name = {json.dumps(site.name)}",
        f"title = {json.dumps(site.title, ensure_ascii=False)}",
        f"division = {json.dumps(site.division)}",
        f"start_urls = [{json.dumps(home)}]",
        "delay = 0",
        "",
    )
    return "\n".join(lines)


@contextmanager
def _running() -> Iterator["_SiteServer"]:
    with _SiteServer((HOST, 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _SiteServer(ThreadingHTTPServer):
    daemon_threads = True
    pages: Mapping[str, Page] = {}  # replaced as a whole by `switch`, never filled

    def server_bind(self) -> None:
        """Bind without asking for the machine's full name, as http.server does: the question can go out."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.socket.getsockname()[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay quiet about a visitor who hangs up; report anything else as http.server does."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type] # handed on unread


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "gongkai-demo", ""
    timeout = 30  # seconds that an idle connection is kept
    disable_nagle_algorithm = True  # else the body, sent after the head, waits for the head's receipt
    server: _SiteServer

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in http.server
        """Stay quiet."""

    def _answer(self) -> None:
        page = self.server.pages.get(self.path)
        if page is None:
            self._send(HTTPStatus.NOT_FOUND, {"Content-Type": "text/html; charset=utf-8"}, _NOT_FOUND)
            return
        validators = {
            "Last-Modified": format_datetime(page.last_modified.astimezone(UTC), usegmt=True),
            "ETag": page_etag(page),
        }
        if is_unchanged(page, self.headers["If-None-Match"], self.headers["If-Modified-Since"]):
            self._send(HTTPStatus.NOT_MODIFIED, validators, None)
        else:
            self._send(HTTPStatus.OK, {"Content-Type": page.content_type, **validators}, page.body)

    def _send(self, status: HTTPStatus, headers: Mapping[str, str], body: bytes | None) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if body is not None:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if body is not None and self.command != "HEAD":
            self.wfile.write(body)
