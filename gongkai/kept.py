"""What stands in a file that is to be imported, item by item, whatever program kept it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from archive.captures.headers import drop_cookies
from archive.warc.reading import WarcRecord, WarcTrouble, iter_warc, open_warcs
from archive.warc.records import (
    BODY_SCHEME,
    CAPTURE_FIELD,
    CAPTURE_TYPE,
    MADE_FIELD,
    BrokenCaptureError,
    restore_capture,
)
from crawler.hosts import without_user
from crawler.links import Post, request_key
from gongkai.foreign import BrokenPageError, Found, decode_record
from gongkai.saved_pages import Origin, SavedPageError, is_saved_page, read_saved

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from archive.warc.records import RestoredCapture

_READ_TYPES = frozenset({"response", "resource", "revisit", "request"})
_SECONDS = len("2026-01-31T08:00:00")
_POST_LIMIT = 4096
"""Bytes of the body of a POST that become part of a page's name; one with more is no question for a list."""


@dataclass(frozen=True, slots=True)
class FileTrouble:
    """What could not be taken of a file: `at` says where in it, in bytes, where that is known."""

    file: str
    at: int | None
    reason: str

    def to_json(self) -> dict[str, str | int | None]:
        """Return the object that is printed."""
        return {"file": self.file, "at": self.at, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Own:
    """A capture of an export of ours; `body` is None for one that has none of its own, or has it elsewhere."""

    restored: RestoredCapture
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Page:
    """An answer that another program kept; `beside` is the name of the record that was kept with it."""

    found: Found
    beside: str = ""
    payload: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A visit of another program that brought bytes which it had before; `originals` are their possible names."""

    url: str
    fetched_at: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    source: str
    originals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Posted:
    """A POST that another program sent: the names of its record and of the one kept with it, and the page's own."""

    records: tuple[str, str]
    key: str


@dataclass(frozen=True, slots=True)
class Passed:
    """A record that is nothing to an archive, and why."""

    reason: str


Kept = Own | Page | Named | Posted | Passed | FileTrouble


def iter_kept(path: Path, origin: Origin) -> Iterator[Kept]:
    """Yield what stands in a file, in its order; the same at every call while the file is the same."""
    try:
        if is_saved_page(path):
            yield Page(read_saved(path, origin))
            return
        with open_warcs(path) as streams:
            for one in streams:
                if isinstance(one, WarcTrouble):
                    yield FileTrouble(str(path), one.at, one.reason)
                    continue
                name, stream = one
                label = str(path) if name == path.name else f"{path}: {name}"
                yield from _join_records(iter_warc(stream), label)
    except SavedPageError as problem:
        yield FileTrouble(str(path), None, str(problem))
    except OSError as problem:
        yield FileTrouble(str(path), None, f"it cannot be read ({problem.strerror or problem})")


def _join_records(records: Iterable[WarcRecord | WarcTrouble], label: str) -> Iterator[Kept]:
    """Put the records of each of our captures together; each record of others stands alone."""
    waiting: WarcRecord | None = None
    for record in records:
        if isinstance(record, WarcTrouble):
            yield FileTrouble(label, record.at, record.reason)
            continue
        ours = record.fields.get(CAPTURE_FIELD.lower())
        if waiting is not None and ours != waiting.fields[CAPTURE_FIELD.lower()]:
            yield _lost_capture(label, waiting)
            waiting = None
        if ours is None and record.fields.get("content-type") != CAPTURE_TYPE:
            yield from _to_foreign(record, label)
        elif record.type == "metadata":
            yield _to_own(record, waiting, label)
            waiting = None
        elif _brings_bytes(record):
            waiting = record
    if waiting is not None:
        yield _lost_capture(label, waiting)


def _brings_bytes(record: WarcRecord) -> bool:
    is_made = MADE_FIELD.lower() in record.fields and not record.url.startswith(BODY_SCHEME)
    return record.type in {"response", "resource"} and not is_made


def _lost_capture(label: str, record: WarcRecord) -> FileTrouble:
    return FileTrouble(label, record.at, f"the record that says what this answer was is not there: {record.url}")


def _to_own(record: WarcRecord, waiting: WarcRecord | None, label: str) -> Kept:
    """Return a capture of ours with its bytes, where its digest and theirs are what they state."""
    try:
        restored = restore_capture(record.content)
    except BrokenCaptureError as problem:
        return FileTrouble(label, record.at, str(problem))
    if waiting is None:
        return Own(restored, None)
    if sha256(waiting.content).hexdigest() != restored.body_sha256:
        return FileTrouble(label, waiting.at, f"its bytes are not those of the capture: {restored.capture.url}")
    return Own(restored, waiting.content)


def _to_foreign(record: WarcRecord, label: str) -> Iterator[Kept]:
    """Yield what a record of another program is to us; nothing for those that only tell of others."""
    if record.type not in _READ_TYPES or not _is_web(record.url):
        return
    record = replace(record, url=without_user(record.url))
    try:
        if record.type == "request":
            yield from _find_post(record)
        elif record.type == "revisit":
            yield _to_named(record)
        elif record.http is not None and not _is_page(record.http.status or 0):
            yield Passed("answers that are no page (redirects, errors)")
        elif _is_decoration(record):
            yield Passed("pictures, styles and scripts")
        else:
            beside = record.fields.get("warc-concurrent-to", "")
            yield Page(decode_record(record), beside, record.fields.get("warc-payload-digest", ""))
    except BrokenPageError as problem:
        yield FileTrouble(label, record.at, f"{problem}: {record.url}")


def _is_web(url: str) -> bool:
    try:
        return url.startswith(("http:", "https:")) and bool(urlsplit(url).hostname)
    except ValueError:
        return False


def _is_page(status: int) -> bool:
    """Whether an answer brings a page, and that whole."""
    return 200 <= status < 300 and status != HTTPStatus.PARTIAL_CONTENT


def _is_decoration(record: WarcRecord) -> bool:
    headers = record.http.headers if record.http else (("content-type", record.fields.get("content-type", "")),)
    named = next((value.lower() for name, value in headers if name.lower() == "content-type"), "")
    return named.startswith(("image/", "video/", "audio/", "font/", "text/css")) or "javascript" in named


def _find_post(record: WarcRecord) -> Iterator[Posted]:
    if record.http is None or record.http.method != "POST" or len(record.content) > _POST_LIMIT:
        return
    named = (value for name, value in record.http.headers if name.lower() == "content-type")
    post = Post(record.content.decode(errors="replace"), next(named, Post("").content_type))
    yield Posted((record.id, record.fields.get("warc-concurrent-to", "")), request_key(record.url, post))


def _to_named(record: WarcRecord) -> Named:
    if record.date is None:
        raise BrokenPageError("it says no moment that can be read (WARC-Date)")
    is_unchanged = record.fields.get("warc-profile", "").endswith("server-not-modified")
    status = 304 if is_unchanged else (record.http.status if record.http else None) or 200
    fields = record.fields
    referred = without_user(fields.get("warc-refers-to-target-uri", "").strip("<>")) or record.url
    names = (
        fields.get("warc-payload-digest", ""),
        f"{referred} {fields.get('warc-refers-to-date', '')[:_SECONDS]}Z",
        record.url if is_unchanged else "",
    )
    headers = drop_cookies(record.http.headers) if record.http else ()
    return Named(record.url, record.date, status, headers, record.id, tuple(filter(None, names)))
