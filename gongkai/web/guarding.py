"""What stands around every answer: which hosts are answered, what a page may load, and CSV that no program runs."""

import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from ipaddress import ip_address
from typing import Any

from gongkai.web.spreadsheets import CSV, CsvGuard

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

OWN_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""What a page of ours may load: its style and its charts, from here. It has no script."""
DATASETTE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
"""What a page of Datasette may load: the scripts and styles that it brings, from here."""
_COMMON = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_POLICY = b"content-security-policy"
MOST_ARGUMENTS = 200
"""Arguments of an address from which on it is refused: Datasette's pages take a second for some hundreds."""
_TOO_MANY = f"An address has fewer than {MOST_ARGUMENTS} arguments here.\n"
_METHODS = ("GET", "HEAD")
"""Nothing is written by way of these pages, Datasette's among them."""
_OTHER_HOST = "This archive is not served under that name; ask for http://127.0.0.1 with its port.\n"
_ONLY_READ = "These pages are only read: ask with GET.\n"
_COOKIE = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]+=[!-:<-~]*")
"""A cookie as it should be sent; what other programs at this host have set need not be one."""
_CSV_TYPES = (CSV.encode(), b"text/plain")


def guard(app: App, hosts: frozenset[str] | None) -> App:
    """Return an app that answers for these hosts alone (None: for any), each answer with what a page may load.

    A page elsewhere that has its own name lead to this machine would otherwise read the archive in a visitor's browser.
    """

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
        elif hosts is not None and not is_answered(_find_host(scope), hosts):
            await _refuse(_add_headers(send), 421, _OTHER_HOST)
        elif scope["query_string"].count(b"&") >= MOST_ARGUMENTS:
            await _refuse(_add_headers(send), 400, _TOO_MANY)
        elif scope["method"] not in _METHODS:
            await _refuse(_add_headers(send), 405, _ONLY_READ)
        else:
            is_table = scope["path"].endswith(".csv")
            await app(
                {**scope, "headers": _keep_sound_cookies(scope["headers"])},
                receive,
                _add_headers(_guard_csv(send) if is_table else send),
            )

    return guarded


def is_answered(host: str, hosts: frozenset[str]) -> bool:
    """Whether a request that names this host is answered: one of the hosts, or any name of this machine for itself.

    >>> [is_answered(host, frozenset({"gongkai.example"})) for host in ("127.0.0.1:8001", "localhost", "[::1]:80")]
    [True, True, True]
    >>> [is_answered(host, frozenset({"gongkai.example"})) for host in ("gongkai.example", "evil.example", "")]
    [True, False, False]
    """
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    name = name.strip("[]").lower()
    if name in hosts or name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def _find_host(scope: Scope) -> str:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")


def _keep_sound_cookies(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return headers without the cookies over which Datasette would fall: those of all ports of a host come along."""
    kept = []
    for name, value in headers:
        if name == b"cookie":
            parts = (part.strip() for part in value.split(b";"))
            kept.append((name, b"; ".join(part for part in parts if _COOKIE.fullmatch(part))))
        else:
            kept.append((name, value))
    return kept


async def _refuse(send: Send, status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"allow", ", ".join(_METHODS).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})


def _guard_csv(send: Send) -> Send:
    """Let no CSV through, of Datasette's tables either, that a spreadsheet program would run.

    Datasette calls its CSV plain text unless it is to be saved.
    """
    csv_guard: CsvGuard | None = None

    async def send_guarded(message: Message) -> None:
        nonlocal csv_guard
        if message["type"] == "http.response.start":
            headers = [(name.lower(), value) for name, value in message.get("headers", [])]
            if any(name == b"content-type" and value.startswith(_CSV_TYPES) for name, value in headers):
                csv_guard = CsvGuard()
                kept = [(name, value) for name, value in headers if name != b"content-length"]
                message = {**message, "headers": kept}
        elif csv_guard is not None:
            body = csv_guard.feed(message.get("body", b""))
            if not message.get("more_body", False):
                body += csv_guard.finish()
            message = {**message, "body": body}
        await send(message)

    return send_guarded


def _add_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = list(message.get("headers", []))
            names = {name.lower() for name, _ in given}
            added = [*_COMMON, (_POLICY, DATASETTE_POLICY.encode())]
            message = {**message, "headers": [*given, *((name, value) for name, value in added if name not in names)]}
        await send(message)

    return send_with_headers
