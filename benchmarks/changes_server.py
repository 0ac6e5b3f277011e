"""Many small sites on the loopback, a port each, which answer as their pages stand on the day that is served."""

import asyncio
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import unquote

from benchmarks.changes_kinds import Pair
from benchmarks.changes_pages import State, draw_home, draw_list, draw_page, make_document

_WALL = "<html><head><title>访问验证</title><script>document.cookie='k=1';location.reload()</script></head></html>"
_BUSY = "<html><head><title>系统提示</title></head><body><p>系统繁忙，请稍后再试！</p></body></html>"
_HTML = "text/html; charset=utf-8"
_STATUS = {200: "OK", 301: "Moved Permanently", 404: "Not Found", 412: "Precondition Failed", 500: "Error"}
_NOT_FOUND = "没有这个地址"


@dataclass
class MadeSite:
    """A site of some pairs: what it answers on each day, by path; `url` once it is served."""

    name: str
    pairs: Sequence[Pair]
    url: str = ""
    days: Sequence[Mapping[str, bytes]] = field(default_factory=tuple)

    def __post_init__(self) -> None:
        """Draw both days."""
        states = ([pair.first for pair in self.pairs], [pair.second for pair in self.pairs])
        self.days = tuple(self._draw_day(day) for day in states)

    def _draw_day(self, states: Sequence[State]) -> dict[str, bytes]:
        home = respond(draw_home(self.name).encode())
        answers = {"/": home, "/nb/": respond(draw_list(states).encode())}
        for pair, state in zip(self.pairs, states, strict=True):
            answers[state.path] = answer_page(state, home)
            if state.session:  # the address that a watcher wrote down still answers
                answers[pair.first.path] = answers[state.path]
            if state.served == "redirect":
                answers[pair.first.path] = respond(b"", 301, location=state.path)
            if state.is_attached:
                answers[state.file_path] = respond(make_document(state), kind="application/octet-stream")
        return answers


def answer_page(state: State, home: bytes) -> bytes:
    """Return what the address of a page answers."""
    body = draw_page(state).encode(state.charset)
    whole = respond(body, kind=f"text/html; charset={state.charset}")
    middle = body.find("政府信息公开行政复议".encode(state.charset))
    middle = body.rfind(b"<", 0, middle) if middle > 0 else len(body) // 2
    return {
        "page": whole,
        "redirect": whole,
        "gone": respond(_NOT_FOUND.encode(), 404),
        "refused": respond(_WALL.encode(), 412),
        "wall": respond(_WALL.encode()),
        "broken": respond(_BUSY.encode(), 500),
        "busy": respond(_BUSY.encode()),
        "home": home,
        "cut": whole[: len(whole) - len(body) + middle],
        "half": respond(body[:middle]),
    }[state.served]


def respond(body: bytes, status: int = 200, *, kind: str = _HTML, location: str = "") -> bytes:
    """Return a whole answer of HTTP, after which the connection ends."""
    lines = [f"HTTP/1.1 {status} {_STATUS[status]}", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    lines += ["Connection: close", *([f"Location: {location}"] if location else [])]
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass
class Served:
    """Sites that are served, and the day on which they stand."""

    sites: Sequence[MadeSite]
    day: int = 0

    def answer(self, site: MadeSite, target: str) -> bytes:
        """Return the answer of a site to a target."""
        return site.days[self.day].get(unquote(target), respond(_NOT_FOUND.encode(), 404))

    async def run(self, ready: threading.Event, stop: asyncio.Event) -> None:
        """Serve until told to stop."""
        servers = [await self._start(site) for site in self.sites]
        ready.set()
        await stop.wait()
        for server in servers:
            server.close()

    async def _start(self, site: MadeSite) -> asyncio.Server:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(self.answer(site, head.split(b" ", 2)[1].decode()))
                await writer.drain()
            except (asyncio.IncompleteReadError, ConnectionError):
                pass
            finally:
                writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        site.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        return server


@contextmanager
def serve_sites(sites: Sequence[MadeSite]) -> Iterator[Served]:
    """Serve the sites on their first day while inside; another day is set on the value."""
    served = Served(sites)
    loop, ready = asyncio.new_event_loop(), threading.Event()
    stop = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(served.run(ready, stop)), daemon=True)
    thread.start()
    ready.wait()
    try:
        yield served
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(5)
        loop.close()
