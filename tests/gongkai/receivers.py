"""A webhook and a mail server on loopback, which keep what comes, and lists of alerts that lead there."""

import email
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

SINCE = "2000-01-01"
SECRET = "hunter2geheim"  # noqa: S105 - of nobody
"""What stands as a password in the addresses of these tests."""


class Webhook(ThreadingHTTPServer):
    """Keeps the objects that are posted to it, and answers with `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got: list[dict[str, Any]] = []
        self.status = 200

    @property
    def url(self) -> str:
        """Its address as Apprise writes it."""
        return f"json://desk:{SECRET}@127.0.0.1:{self.server_port}/hook"


class _Handler(BaseHTTPRequestHandler):
    server: Webhook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(json.loads(body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def listen_for_posts() -> Iterator[Webhook]:
    """Listen on loopback."""
    with Webhook() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class Mailbox:
    """Keeps the mails that come."""

    def __init__(self, port: int) -> None:
        self.got: list[bytes] = []
        self.url = f"mailto://127.0.0.1:{port}?from=a@b.example&to=c@d.example&mode=insecure"

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 - as it is called
        """Take a mail."""
        self.got.append(envelope.content)
        return "250 OK"

    def read(self) -> list[EmailMessage]:
        """Return the mails."""
        return [email.message_from_bytes(one, policy=default) for one in self.got]


@contextmanager
def listen_for_mails() -> Iterator[Mailbox]:
    """Listen on loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    mailbox = Mailbox(port)
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


def write_alerts(folder: Path, *to: str, **more: object) -> Path:
    """Write a list of one alert that tells all since ever, and return its place."""
    values = {"name": "desk", "to": to, "since": SINCE, **more}
    lines = "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())
    path = folder / "alerts.toml"
    path.write_text(f'base_url = "http://a.example"\n[[alert]]\n{lines}', encoding="utf-8")
    return path
