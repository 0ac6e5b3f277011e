"""A place that nobody may ever reach: it counts who comes."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

PATIENCE = 1.0
"""Seconds that a visitor has to say something."""


@dataclass
class Trap:
    """An address on another loopback host, and what each who connected to it said first."""

    host: str
    heard: list[bytes] = field(default_factory=list)


@contextmanager
def set_trap() -> Iterator[Trap]:
    """Listen on 127.0.0.2 for as long as this lasts."""
    with socket.create_server(("127.0.0.2", 0)) as server:
        trap = Trap(f"127.0.0.2:{server.getsockname()[1]}")
        thread = threading.Thread(target=_listen, args=(server, trap), daemon=True)
        thread.start()
        try:
            yield trap
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def _listen(server: socket.socket, trap: Trap) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            connection.settimeout(PATIENCE)
            trap.heard.append(b"")
            with suppress(OSError):
                trap.heard[-1] = connection.recv(200)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
