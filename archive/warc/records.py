"""A capture in WARC: which records it becomes, under which names, and what of it only a record of ours can hold.

Each capture ends with a `metadata` record of `CAPTURE_TYPE`: a JSON object with all that the visit was, from which the
very same capture is made again. What stands before it is for other tools: `writing` makes it, and
`reading` reads WARC files whoever wrote them.
"""

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import import_module
from typing import Any, get_args
from urllib.parse import quote, unquote

from archive.captures.capture import Capture, PageKind, SiteIdentity
from archive.captures.ledger import capture_digest
from archive.captures.records import CaptureRecord, Run
from archive.errors import ArchiveError
from archive.moments import moment
from archive.readings.documents import dump_json

CAPTURE_TYPE = "application/vnd.gongkai.capture+json"
"""Content-Type of the `metadata` record that holds a capture."""

CAPTURE_FIELD = "WARC-Gongkai-Capture"
"""Field of every record of a capture: `sha256:` and the capture's digest."""

MADE_FIELD = "WARC-Gongkai-Made"
"""Field of a record that no server sent so: a redirect of which only the two ends are known."""

BODY_SCHEME = "urn:sha256:"
"""Address of a `resource` record that brings bytes which no record of the export says it received."""

_NAMES = uuid.UUID("5f0b9a52-9b1c-5f0e-9f0c-6d0e6f6e676b")
"""Where the names of our records come from; never to be changed, or the same archive gives other files."""
_VERSION = 1
_POST_KEY = re.compile(r"[?&]__wb_method=POST(?:&|$)")
_POST_DATA = "__wb_post_data="
_NOT_IN_URI = re.compile(r"[^!-~]|[<>\"\\^`{|}]")
_RUN_UID = re.compile(r"[0-9A-Za-z-]{1,64}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_KINDS = frozenset(get_args(PageKind))


class MissingWarcError(ArchiveError):
    """The library that WARC files need is not installed."""


class BrokenCaptureError(ValueError):
    """A record that says it is a capture of ours and is not; its text is the reason."""


def load_warcio(module: str) -> Any:  # noqa: ANN401 - it has no types
    """Return a module of warcio, which is an extra; `MissingWarcError` where it is not installed."""
    try:
        return import_module(f"warcio.{module}")
    except ImportError as problem:
        raise MissingWarcError(
            "WARC files need a library that is not installed: pip install 'gongkai[warc]'"
        ) from problem


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for: the address as it went over the wire, and for a POST its body with its media type."""

    url: str
    body: bytes | None = None
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class RestoredCapture:
    """A capture as a record of ours holds it, without its bytes."""

    run: Run
    site: SiteIdentity
    capture: Capture
    body_sha256: str | None
    digest: str


def split_key(key: str) -> Request:
    """Return the request that a page's name stands for: a POST has its body in it, as WARC tools write it.

    >>> split_key("http://a/list.jsp?x=1&__wb_method=POST&page=2").body
    b'page=2'
    >>> split_key("http://a/?__wb_method=POST&__wb_post_data=%7B%22page%22%3A2%7D").content_type
    'application/json'
    """
    found = _POST_KEY.search(key)
    if found is None:
        return Request(key)
    url, body = key[: found.start()], key[found.end() :]
    if not body.startswith(_POST_DATA):
        return Request(url, body.encode(errors="replace"), "application/x-www-form-urlencoded")
    data = unquote(body.removeprefix(_POST_DATA))
    content_type = "application/json" if data[:1] in {"{", "["} else "text/plain"
    return Request(url, data.encode(errors="replace"), content_type)


def to_uri(url: str) -> str:
    r"""Return an address in the characters that a URI may have, so that it can neither end a line nor begin one.

    >>> to_uri("http://a/年报 1.html\r\nX: y")
    'http://a/%E5%B9%B4%E6%8A%A5%201.html%0D%0AX:%20y'
    """
    return _NOT_IN_URI.sub(lambda found: quote(found[0], errors="replace"), url)


def record_id(digest: str, part: str, occurrence: int = 0) -> str:
    """Return the name of a record, the same for the same capture: `part` says which of its records it is."""
    return f"<urn:uuid:{uuid.uuid5(_NAMES, f'{digest}/{part}/{occurrence}')}>"


def describe_capture(record: CaptureRecord, site: SiteIdentity) -> bytes:
    """Return the JSON that holds all of a capture but its bytes."""
    capture = record.capture
    value = {
        "version": _VERSION,
        "digest": record.digest,
        "run": {"uid": record.run.uid, "started_at": record.run.started_at, "command": record.run.command},
        "site": {"name": capture.site, "title": site.title, "division": site.division},
        "url": capture.url,
        "kind": capture.kind,
        "fetched_at": moment(capture.fetched_at),
        "status": capture.status,
        "failure": capture.failure,
        "headers": capture.headers,
        "body_sha256": record.body_sha256,
        "final_url": capture.final_url,
        "found_on": capture.found_on,
        "link_text": capture.link_text,
        "facts": None if capture.facts is None else dict(capture.facts),
    }
    return dump_json(value).encode()


def restore_capture(content: bytes) -> RestoredCapture:
    """Return the capture that the JSON of a record holds; `BrokenCaptureError` where its digest is another."""
    try:
        restored = _restore(json.loads(content))
        facts = None if restored.capture.facts is None else dump_json(dict(restored.capture.facts))
    except (ValueError, TypeError, KeyError, RecursionError) as problem:
        raise BrokenCaptureError(f"not a capture ({type(problem).__name__}: {problem})") from problem
    found = capture_digest(restored.capture, dump_json(restored.capture.headers), restored.body_sha256, facts)
    if found != restored.digest:
        raise BrokenCaptureError(f"its digest is {found}, not the {restored.digest} that it states")
    return restored


def attach_body(restored: RestoredCapture, body: bytes | None) -> Capture:
    """Return the capture with its bytes, where it is one that has some of its own."""
    return restored.capture if body is None else replace(restored.capture, body=body)


def _restore(value: Mapping[str, Any]) -> RestoredCapture:
    if value["version"] != _VERSION:
        raise ValueError(f"version {value['version']!r} is not known here")
    run, site, kind = value["run"], value["site"], value["kind"]
    facts, status, headers = value["facts"], value["status"], value["headers"]
    _require(kind in _KINDS, "kind")
    _require(status is None or (type(status) is int and 0 <= status < 1000), "status")
    _require(facts is None or isinstance(facts, dict), "facts")
    _require(_is_text(run["uid"]) and _RUN_UID.fullmatch(run["uid"]), "run")
    _require(_is_text(run["command"]) and _is_text(site["name"]) and _is_text(value["url"]), "name")
    body_sha256 = _find_text(value, "body_sha256")
    _require(body_sha256 is None or _SHA256.fullmatch(body_sha256), "body_sha256")
    _require(body_sha256 is None or value["failure"] is None, "failure")
    _require(all(_is_text(name) and _is_text(text) for name, text in headers), "headers")
    capture = Capture(
        site["name"],
        value["url"],
        kind,
        _to_moment(value["fetched_at"]),
        status,
        tuple((name, text) for name, text in headers),
        None,
        _find_text(value, "final_url"),
        _find_text(value, "failure"),
        _find_text(value, "found_on"),
        _find_text(value, "link_text"),
        facts,
    )
    named = SiteIdentity(site["name"], _find_text(site, "title"), _find_text(site, "division"))
    begun = Run(run["uid"], moment(_to_moment(run["started_at"])), run["command"])
    return RestoredCapture(begun, named, capture, body_sha256, str(value["digest"]))


def _to_moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    _require(moment(found) == text, "moment")
    return found


def _find_text(value: Mapping[str, Any], name: str) -> str | None:
    text = value[name]
    _require(text is None or _is_text(text), name)
    return text if isinstance(text, str) else None


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _require(holds: object, name: str) -> None:
    if not holds:
        raise ValueError(f"`{name}` is not what it must be")
