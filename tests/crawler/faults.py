"""A server that fails in every way that servers do, byte by byte: what `http.server` would never send."""

import gzip
import socket
import ssl
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

HTML = "text/html; charset=utf-8"
PATIENCE = 10.0
"""Seconds after which a connection of this server ends, whatever is going on: no test may hang."""

Answer = Callable[["Exchange"], None]


@dataclass
class Exchange:
    """One request that came in, and the socket on which it is answered; `turn` counts those for its path, from 1."""

    connection: Any
    path: str
    headers: dict[str, str]
    turn: int
    base: str

    def send(self, raw: bytes) -> None:
        """Send bytes as they are."""
        self.connection.sendall(raw)

    def drop(self) -> None:
        """End the connection with a reset in the place of a goodbye."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


@dataclass
class FaultServer:
    """A site being served; `asked` holds the paths asked for, in order, with the moment of each."""

    url: str
    answers: dict[str, Answer]
    asked: list[tuple[str, float]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        """The paths asked for, in order, without robots.txt."""
        return [path for path, _ in self.asked if path != "/robots.txt"]

    def times(self, path: str) -> int:
        """Return how often a path was asked for."""
        return Counter(asked for asked, _ in self.asked)[path]

    def gaps(self, path: str) -> list[float]:
        """Return the seconds between two requests for a path."""
        moments = [moment for asked, moment in self.asked if asked == path]
        return [later - earlier for earlier, later in pairwise(moments)]


def response(body: bytes, status: str = "200 OK", *headers: str, length: int | None = None) -> bytes:
    """Return an HTTP response as bytes; `length` is what it claims to hold, where that is not the truth."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers]
    if not any(line.lower().startswith("content-type") for line in headers):
        lines.append(f"Content-Type: {HTML}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def good(body: bytes, *headers: str) -> Answer:
    """Answer as asked."""
    return lambda exchange: exchange.send(response(body, "200 OK", *headers))


def status(line: str, body: bytes = b"", *headers: str) -> Answer:
    """Answer with another status."""
    return lambda exchange: exchange.send(response(body, line, *headers))


def moved(target: str, *headers: str) -> Answer:
    """Send on to another address."""
    return status("302 Found", b"", f"Location: {target}", *headers)


def after(times: int, fault: Answer, then: Answer) -> Answer:
    """Fail the first times, then do another thing."""
    return lambda exchange: fault(exchange) if exchange.turn <= times else then(exchange)


def reset(exchange: Exchange) -> None:
    """Drop the connection in the place of an answer."""
    exchange.drop()


def short(body: bytes) -> Answer:
    """Claim the whole body, send half of it, and end."""

    def answer(exchange: Exchange) -> None:
        exchange.send(response(body[: len(body) // 2], length=len(body)))
        exchange.connection.close()

    return answer


def cut_chunks(body: bytes) -> Answer:
    """Send one chunk of a body, and end without the last one."""

    def answer(exchange: Exchange) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {HTML}\r\nTransfer-Encoding: chunked\r\n\r\n"
        exchange.send(head.encode() + f"{len(body):x}\r\n".encode() + body + b"\r\n")
        exchange.connection.close()

    return answer


def slow(seconds: float, body: bytes) -> Answer:
    """Wait before answering."""

    def answer(exchange: Exchange) -> None:
        time.sleep(seconds)
        exchange.send(response(body))

    return answer


def dripping(exchange: Exchange) -> None:
    """Send a body bit by bit, and never its end."""
    exchange.send(f"HTTP/1.1 200 OK\r\nContent-Type: {HTML}\r\n\r\n<html><body>".encode())
    for _ in range(int(PATIENCE / 0.05)):
        exchange.send(b"<p>.</p>")
        time.sleep(0.05)


def flooding(exchange: Exchange) -> None:
    """Send a body as fast as it goes, and never its end."""
    exchange.send(f"HTTP/1.1 200 OK\r\nContent-Type: {HTML}\r\n\r\n<html><body>".encode())
    for _ in range(100_000):
        exchange.send(b"<p>." * 4096)


def header_flood(exchange: Exchange) -> None:
    """Send headers, and never the end of them."""
    exchange.send(b"HTTP/1.1 200 OK\r\n")
    for number in range(200_000):
        exchange.send(f"X-{number}: {'a' * 1000}\r\n".encode())


def cut_gzip(body: bytes) -> Answer:
    """Send the first half of a compressed body, as if it were the whole."""
    packed = gzip.compress(body)
    return good(packed[: len(packed) // 2], "Content-Encoding: gzip")


def packed_gzip(body: bytes) -> Answer:
    """Send a body compressed, whole."""
    return good(gzip.compress(body), "Content-Encoding: gzip")


def _read_request(connection: Any) -> tuple[str, dict[str, str]] | None:
    raw = b""
    while b"\r\n\r\n" not in raw:
        received = connection.recv(65536)
        if not received:
            return None
        raw += received
    first, *lines = raw.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return first.split(" ")[1], headers


class _Listener:
    """Takes connections in threads of its own, and answers each by the table of the server."""

    def __init__(self, server: FaultServer, address: str, certificate: Path | ssl.SSLContext | None) -> None:
        self.server = server
        self._seen: Counter[str] = Counter()
        self._context = _tls_context(certificate)
        self._socket = socket.create_server((address, 0), backlog=64)
        self._socket.settimeout(0.05)
        self._closing = threading.Event()
        self._open: set[Any] = set()
        scheme = "https" if self._context else "http"
        server.url = f"{scheme}://{address}:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        self._thread.join(5)
        self._socket.close()
        for connection in list(self._open):
            with suppress(OSError):
                connection.close()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._socket.accept()
            except TimeoutError:
                continue
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: Any) -> None:
        connection.settimeout(PATIENCE)
        self._open.add(connection)
        try:
            with suppress(OSError, ssl.SSLError):  # a client that goes away is the test
                if self._context is not None:
                    connection = self._context.wrap_socket(connection, server_side=True)
                while (request := _read_request(connection)) is not None:
                    self._answer(connection, *request)
        finally:
            self._open.discard(connection)
            with suppress(OSError):
                connection.close()

    def _answer(self, connection: Any, path: str, headers: dict[str, str]) -> None:
        self._seen[path] += 1
        self.server.asked.append((path, time.monotonic()))
        self.server.headers.append(headers)
        missing = status("404 Not Found", "没有这个地址".encode())
        answer = self.server.answers.get(path) or self.server.answers.get(path.partition("?")[0] + "?*", missing)
        answer(Exchange(connection, path, headers, self._seen[path], self.server.url))


def _tls_context(certificate: Path | ssl.SSLContext | None) -> ssl.SSLContext | None:
    if certificate is None or isinstance(certificate, ssl.SSLContext):
        return certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@contextmanager
def serve_faults(
    answers: dict[str, Answer], address: str = "127.0.0.1", certificate: Path | ssl.SSLContext | None = None
) -> Iterator[FaultServer]:
    """Serve a table of answers on a free port of a loopback address while inside; `path?*` is any query."""
    server = FaultServer("", answers)
    listener = _Listener(server, address, certificate)
    try:
        yield server
    finally:
        listener.close()
