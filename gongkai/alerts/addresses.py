"""Where messages go: addresses as Apprise knows them, and what came of sending there, without a secret in any word."""

import logging
import os
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from types import ModuleType
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from archive.judgements.alerts import Settled
from gongkai.alerts.errors import AlertsError
from gongkai.alerts.messages import Message, fit_body
from gongkai.alerts.plain import plain
from gongkai.alerts.rules import AlertRule

UID_HEADER = "X-Gongkai-Alert"
"""The header of a mail or a webhook that names the message, the same however often it is tried."""
UID_FIELD = "uid"
"""The same in the object of a JSON webhook."""
SECONDS_TO_ANSWER = 30.0
"""How long one address is waited for, to connect and to answer each."""
SHORTEST_SECRET = 4
"""Parts of an address from this many signs on are kept out of what is said of it."""
_SIGNS_OF_NAME = 8
"""Hexadecimal digits of a hash in the name of an address: enough to tell a few apart, too few to try secrets by."""
_SECRET_ARGUMENT = re.compile("pass|secret|token|key|auth|sign", re.IGNORECASE)
"""Arguments of an address that are no part of what it is."""
_OPEN_HOSTS = frozenset({"json", "jsons", "xml", "xmls", "form", "forms", "mailto", "mailtos"})
"""Schemes whose host is a host; in many others a password stands in its place."""
_TROUBLE = "Socket Exception"
"""How the lines of a log begin that say what the network said; others may hold words of the message."""
_NOBODY = re.compile(
    r"refused|Name or service not known|nodename nor servname|name resolution|NameResolutionError"
    r"|Network is unreachable|No route to host|ConnectTimeout|connect timeout"
)
"""What is said where a message was given to nobody."""
_ANSWERED = re.compile(r"error=([45]\d\d)\b|\(([45]\d\d), ")
"""How a server's no is said, of HTTP and of mail."""
_MAY_HAVE_ARRIVED = frozenset({"408", "502", "504"})
"""Answers of one who stands between, and has not heard what came of it."""


class Outcome(NamedTuple):
    """What came of sending; `error` says why it did not arrive for certain."""

    state: Settled
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """One address of a rule: its `name` in the archive, how it is `shown`, and Apprise's own object for it."""

    name: str
    shown: str
    service: Any = field(repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)


def find_targets(rule: AlertRule, environment: Mapping[str, str] = os.environ) -> tuple[Target, ...]:
    """Return the addresses of a rule; `AlertsError` where there is none, or one that Apprise does not know.

    What waits for an address must never go to another: they are named by what they are, and not by their order.
    """
    urls = [*rule.to, *_read_environment(rule, environment)]
    targets: dict[str, Target] = {}
    for number, url in enumerate(urls, 1):
        scheme = url.partition("://")[0].lower()
        service = _open(url)
        if service is None:
            called = scheme if re.fullmatch(r"[a-z0-9]{1,20}", scheme) else "no scheme"
            raise AlertsError(f"alert {rule.name!r}: Apprise does not know address {number} ({called}): correct it")
        name = name_address(url)
        if name in targets:
            raise AlertsError(f"alert {rule.name!r}: address {number} is there twice, but for secrets: leave one off")
        targets[name] = Target(name, _show(scheme, service), service, _find_secrets(url))
    return tuple(targets.values())


def name_address(url: str) -> str:
    """Return a name of an address that stays the same when its password is another; nothing in it can be read back.

    >>> name_address("json://ann:old@a.example/x?to=b") == name_address("json://ann:new@a.example/x?to=b")
    True
    """
    scheme, _, rest = url.partition("://")
    place, _, query = rest.partition("?")
    people, _, where = place.rpartition("@")
    arguments = sorted(part for part in query.split("&") if not _SECRET_ARGUMENT.search(part.partition("=")[0]))
    told = "\n".join((scheme.lower(), people.partition(":")[0], where.rstrip("/"), *arguments))
    return f"{scheme.lower()}-{sha256(told.encode()).hexdigest()[:_SIGNS_OF_NAME]}"


def _read_environment(rule: AlertRule, environment: Mapping[str, str]) -> list[str]:
    if rule.to_env is None:
        return []
    urls = environment.get(rule.to_env, "").split()
    if not urls and not rule.to:
        raise AlertsError(f"alert {rule.name!r}: ${rule.to_env} is empty: set it to addresses with spaces between them")
    return urls


def _import_apprise() -> ModuleType:
    try:
        import apprise  # noqa: PLC0415 - it is asked for only where something is sent
    except ImportError as error:
        raise AlertsError("alerts need a library that is not installed: pip install 'gongkai[alerts]'") from error
    module: ModuleType = apprise
    return module


def _open(url: str) -> Any:  # noqa: ANN401 - Apprise has no types
    """Return Apprise's object for an address, None where it knows none such."""
    apprise = _import_apprise()
    asset = apprise.AppriseAsset(app_id="gongkai", app_desc="gongkai", async_mode=False, interpret_emojis=False)
    with _listening():
        service = apprise.Apprise.instantiate(url, asset=asset)
    if service is not None:
        service.socket_connect_timeout = service.socket_read_timeout = SECONDS_TO_ANSWER
        service.notify_format = apprise.NotifyFormat.TEXT
    return service


def _show(scheme: str, service: Any) -> str:  # noqa: ANN401 - Apprise has no types
    """Return an address as it may be shown: what it is and where, and nothing that lets anyone in."""
    shown = f"{scheme}://{plain(service.host)}" if scheme in _OPEN_HOSTS and service.host else f"{scheme}://…"
    if scheme in {"mailto", "mailtos"}:
        people = ", ".join(plain(address) for _, address in service.targets)
        shown = f"{shown} to {people}"
    return shown


def _find_secrets(url: str) -> tuple[str, ...]:
    """Return the parts of an address that no message about it may show, the longest first."""
    rest = url.partition("://")[2]
    parts = {part for piece in (rest, unquote(rest)) for part in re.split(r"[:/?#&=@,\s]+", piece)}
    known = {urlsplit(f"//{rest}").hostname} if url.partition("://")[0].lower() in _OPEN_HOSTS else set()
    return tuple(sorted((part for part in parts - known if len(part) >= SHORTEST_SECRET), key=len, reverse=True))


class _Collector(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.records: list[tuple[int, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self.records.append((record.levelno, record.getMessage()))


@contextmanager
def _listening() -> Iterator[_Collector]:
    """Collect what Apprise logs, which is the only place where it says why, and let nobody else hear it."""
    logger = logging.getLogger("apprise")
    before = logger.level, logger.propagate, logger.handlers[:]
    collector = _Collector()
    logger.handlers[:] = [collector]
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # what Apprise loads is its own affair
            yield collector
    finally:
        level, logger.propagate, logger.handlers[:] = before
        logger.setLevel(level)


def send(target: Target, message: Message, uid: str, rule: AlertRule) -> Outcome:
    """Give a message to an address, once, and return what came of that."""
    apprise = _import_apprise()
    service = target.service
    _mark(service, uid)
    box = apprise.Apprise(asset=service.asset)
    box.add(service)
    body = fit_body(message.body, uid, getattr(service, "body_maxlen", 0), rule.language)
    with _listening() as heard:
        try:
            is_sent = bool(box.notify(body=body, title=message.title, body_format=apprise.NotifyFormat.TEXT))
        except Exception as error:  # noqa: BLE001,RUF100 - whatever a service trips over, others are to be told
            heard.records.append((logging.ERROR, f"{type(error).__name__}: {error}"))
            is_sent = False
    return Outcome("sent") if is_sent else judge_failure(heard.records, target)


def _mark(service: Any, uid: str) -> None:  # noqa: ANN401 - Apprise has no types
    """Let a service that has headers, or an object of its own, carry the uid."""
    for name, key in (("headers", UID_HEADER), ("payload_extras", UID_FIELD)):
        held = getattr(service, name, None)
        if isinstance(held, dict):
            held[key] = uid


def judge_failure(records: list[tuple[int, str]], target: Target) -> Outcome:
    """Return whether a message that Apprise could not send has arrived nowhere for certain, and what is said of why.

    It says no whether nobody answered, or somebody took the message and then broke off; and of one service that has
    many receivers, some may have it.
    """
    said = [text for level, text in records if level >= logging.WARNING] or ["Apprise does not say why"]
    troubles = "\n".join(text for _, text in records if text.startswith(_TROUBLE))
    nobody = _NOBODY.search(troubles)
    answer = _ANSWERED.search(f"{said[-1]}\n{troubles}")
    code = (answer[1] or answer[2]) if answer else None
    is_refused = code is not None and code not in _MAY_HAVE_ARRIVED and _count_receivers(target.service) <= 1
    told = [said[-1], *([f"({nobody[0]})"] if nobody else []), *([f"({code})"] if code else [])]
    return Outcome("failed" if nobody or is_refused else "unknown", _hide(" ".join(told), target.secrets))


def _count_receivers(service: Any) -> int:  # noqa: ANN401 - Apprise has no types
    try:
        return len(service)
    except TypeError:
        return 1


def _hide(text: str, secrets: tuple[str, ...]) -> str:
    for secret in secrets:
        text = text.replace(secret, "****")
    return plain(text)
