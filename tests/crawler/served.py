"""Small sites on 127.0.0.1, and an archive in memory: what these tests crawl, and look at."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from archive import (
    Capture,
    KnownPage,
    PastCapture,
    SiteIdentity,
    StoredBody,
    Validators,
    VisitMode,
    VisitStart,
    utc_now,
)

REPORT_TEXT = (
    "<p>一、总体情况</p><p>二、主动公开政府信息情况</p><p>三、收到和处理政府信息公开申请情况</p>"
    "<p>四、政府信息公开行政复议、行政诉讼情况</p><p>五、存在的主要问题及改进情况</p>"
)


@dataclass(frozen=True)
class Served:
    """What a path answers with."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)


def page(title: str, *inner: str) -> Served:
    """Make a UTF-8 page."""
    return Served(f"<html><head><title>{title}</title></head><body>{''.join(inner)}</body></html>".encode())


def link(url: str, text: str) -> str:
    """Make a row of a list."""
    return f'<li><a href="{url}">{text}</a><span>2021-01-20</span></li>'


def report(title: str, *inner: str) -> Served:
    """Make a page that has the parts of a report."""
    return page(title, f"<h1>{title}</h1>", REPORT_TEXT, *inner)


def moved(url: str) -> Served:
    """Make a redirect."""
    return Served(status=302, headers=(("Location", url),))


@dataclass
class Server:
    """A site being served; `asked` holds every path asked for, with the headers that came along."""

    url: str
    pages: dict[str, Served]
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        """The paths asked for, in order, without robots.txt."""
        return [path for path, _ in self.asked if path != "/robots.txt"]


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else the body, sent after the head, waits for the head's receipt

        def do_GET(self) -> None:
            server.asked.append((self.path, dict(self.headers.items())))
            answer = server.pages.get(self.path, Served("没有这个地址".encode(), 404))
            etag = dict(answer.headers).get("ETag")
            since = dict(answer.headers).get("Last-Modified")
            is_known = (etag and self.headers.get("If-None-Match") == etag) or (
                since and self.headers.get("If-Modified-Since") == since
            )
            body = b"" if is_known else answer.body
            self.send_response(304 if is_known else answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def serve(pages: dict[str, Served], certificate: Path | None = None) -> Iterator[Server]:
    """Serve pages on a free port of 127.0.0.1 while inside."""
    server = Server("", pages)
    web = ThreadingHTTPServer(("127.0.0.1", 0), _handler(server))
    web.daemon_threads = True
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        web.socket = context.wrap_socket(web.socket, server_side=True)
        web.handle_error = lambda *_: None  # type: ignore[method-assign] # a client that refuses is the test
    server.url = f"{'https' if certificate else 'http'}://127.0.0.1:{web.server_port}"
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        web.shutdown()
        web.server_close()
        thread.join(5)


class MemoryArchive:
    """An archive without a disk; `on_save` is called before each capture is stored.

    With `is_interrupted` set, the next crawl goes on with the last one instead of beginning anew.
    """

    def __init__(self, on_save: Callable[[Capture], None] = lambda _: None) -> None:
        self.sites: list[SiteIdentity] = []
        self.captures: list[Capture] = []
        self.times_closed = 0
        self.is_interrupted = False
        self._on_save = on_save
        self._visit_began: dict[str, int] = {}

    def save_site(self, site: SiteIdentity) -> None:
        """Keep the site."""
        self.sites.append(site)

    def begin_visit(self, site: str, mode: VisitMode, *, resume_after: datetime | None = None) -> VisitStart:
        """Begin a crawl, or go on with the last one."""
        is_resumed = self.is_interrupted and resume_after is not None
        if not is_resumed:
            self._visit_began[site] = len(self.captures)
        return VisitStart(mode, utc_now(), is_resumed)

    def find_capture(self, site: str, url: str) -> PastCapture | None:
        """Find what the crawl that goes on brought of a URL."""
        own = (one for one in reversed(self.captures[self._visit_began.get(site, 0) :]) if one.url == url)
        one = next((one for one in own if one.site == site), None)
        if one is None:
            return None
        stored = self.find_body(site, url) if one.status == 304 else None
        body = stored.content if stored else one.body
        return PastCapture(one.status, one.headers, body, one.failure, one.final_url, one.kind, one.fetched_at)

    def list_known_pages(self, site: str) -> tuple[KnownPage, ...]:
        """Return what is known of every page met."""
        urls = dict.fromkeys(one.url for one in self.captures if one.site == site)
        return tuple(self._known(site, url) for url in urls)

    def _known(self, site: str, url: str) -> KnownPage:
        visits = [one for one in self.captures if (one.site, one.url) == (site, url)]
        good = [one for one in visits if one.is_good]
        bodies = [one for one in good if one.body is not None]
        changed = next((one for one in bodies if one.body == bodies[-1].body), None) if bodies else None
        return KnownPage(
            url=url,
            kind=good[-1].kind if good else visits[-1].kind,
            found_on=visits[0].found_on,
            link_text=visits[0].link_text,
            first_seen=visits[0].fetched_at,
            last_good=good[-1].fetched_at if good else None,
            last_changed=changed.fetched_at if changed else None,
            failures=len(visits) - 1 - visits.index(good[-1]) if good else len(visits),
            tells_report=bool(good) and good[-1].kind in {"report", "attachment"},
        )

    def save_capture(self, capture: Capture) -> int:
        """Keep the capture."""
        self._on_save(capture)
        self.captures.append(capture)
        return len(self.captures)

    def _last_body(self, site: str, url: str) -> Capture | None:
        own = (one for one in reversed(self.captures) if (one.site, one.url) == (site, url))
        return next((one for one in own if one.is_good and one.body is not None), None)

    def find_validators(self, site: str, url: str) -> Validators | None:
        """Find what came with the last bytes."""
        last = self._last_body(site, url)
        return Validators(last.header("ETag"), last.header("Last-Modified")) if last else None

    def find_body(self, site: str, url: str) -> StoredBody | None:
        """Find the last bytes."""
        last = self._last_body(site, url)
        return StoredBody(last.body or b"", last.headers, last.fetched_at) if last else None

    def close(self) -> None:
        """Count."""
        self.times_closed += 1

    def seen(self) -> list[tuple[str, str, int | None, str | None]]:
        """Return what was handed in, as (path, kind, status, failure), in order."""
        return [("/" + one.url.split("/", 3)[-1], one.kind, one.status, one.failure) for one in self.captures]
