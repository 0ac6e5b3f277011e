"""Pages that another program kept: a record of its WARC file to plain bytes, and bytes to what they are to us."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.captures.headers import drop_cookies
from archive.warc.reading import MAX_BLOCK, matches_digest
from crawler.filenames import looks_like_file_link
from crawler.html import parse_page
from crawler.integrity import BodyTooLargeError, BrokenBodyError, decode_body
from crawler.links import is_file_body, is_file_url, is_html_body
from parsers import ParserError, parse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Literal

    from archive.warc.reading import WarcRecord

_WIRE_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_CHUNK = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")
_LINE_END = re.compile(rb"\r?\n")


class BrokenPageError(ValueError):
    """A record whose bytes are not whole, or not what it says of them; its text is the reason."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page as another program kept it: its bytes without any encoding, `source` the name of what it was taken from.

    `status` is None where no answer of a server was kept.
    """

    url: str
    fetched_at: datetime
    status: int | None
    headers: tuple[tuple[str, str], ...]
    body: bytes
    source: str

    @property
    def content_type(self) -> str | None:
        """The media type as the server named it."""
        return next((value for name, value in self.headers if name.lower() == "content-type"), None)


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether bytes are a report and whether they are a file; of a page the files that it links to, with words."""

    kind: Literal["report", "other"]
    is_file: bool = False
    files: tuple[tuple[str, str], ...] = ()


def decode_record(record: WarcRecord) -> Found:
    """Return the page of a `response` or `resource`; `BrokenPageError` says what is wrong with it."""
    if record.date is None:
        raise BrokenPageError("it says no moment that can be read (WARC-Date)")
    if "warc-truncated" in record.fields:
        raise BrokenPageError(f"it was cut by the program that wrote it ({record.fields['warc-truncated']})")
    if "warc-segment-number" in record.fields:
        raise BrokenPageError("it is one of several parts that a page was cut into")
    headers = record.http.headers if record.http else ()
    plain = _undo_chunks(record.content) if "chunked" in _join(headers, "transfer-encoding").lower() else record.content
    try:
        body = decode_body(plain, _join(headers, "content-encoding").split(","), MAX_BLOCK)
    except BodyTooLargeError as problem:
        raise BrokenPageError(f"it grows beyond {MAX_BLOCK} bytes") from problem
    except BrokenBodyError as problem:
        raise BrokenPageError(str(problem)) from problem
    stated = record.fields.get("warc-payload-digest")
    # Programs disagree on whether the payload is what went over the wire.
    if stated and all(matches_digest(stated, content) is False for content in (record.content, plain, body)):
        raise BrokenPageError(f"its bytes are not those of its digest ({stated})")
    if record.http is None:
        named = record.fields.get("content-type")
        return Found(record.url, record.date, None, (("Content-Type", named),) if named else (), body, record.id)
    kept = tuple(
        pair for pair in drop_cookies(headers) if body is record.content or pair[0].lower() not in _WIRE_HEADERS
    )
    return Found(record.url, record.date, record.http.status, kept, body, record.id)


def judge_page(found: Found) -> Judged:
    """Say what a page is, by what the parser makes of it."""
    is_file = is_file_body(found.body)
    if found.status is not None and not is_file and not is_html_body(found.body):
        return Judged("other")
    try:
        is_report = parse(found.body, found.content_type).kind == "annual_report"
    except ParserError:
        is_report = False
    except Exception:  # a page that trips the parser must not end an import; when it is read, its error is kept
        is_report = True
    if not is_report:
        return Judged("other", is_file)
    return Judged("report", is_file, () if is_file else _find_files(found))


def _find_files(found: Found) -> tuple[tuple[str, str], ...]:
    page = parse_page(found.body, found.url, found.content_type)
    links = (link for link in page.links if is_file_url(link.url) or looks_like_file_link(link))
    return tuple((link.url, link.words) for link in links)


def _join(headers: Sequence[tuple[str, str]], wanted: str) -> str:
    return ",".join(value for name, value in headers if name.lower() == wanted)


def _undo_chunks(body: bytes) -> bytes:
    r"""Return a body that went over the wire in chunks; as it is where it is in none, as many programs keep it.

    >>> _undo_chunks(b"3\r\nabc\r\n0\r\n\r\n"), _undo_chunks(b"<html>")
    (b'abc', b'<html>')
    """
    parts: list[bytes] = []
    place = 0
    while found := _CHUNK.match(body, place):
        size = int(found[1], 16)
        if not size:
            return b"".join(parts)
        end = found.end() + size
        parts.append(body[found.end() : end])
        ended = _LINE_END.match(body, end)
        if end > len(body) or not ended:
            break
        place = ended.end()
    if not parts:
        return body
    raise BrokenPageError("its chunks do not come to an end")
