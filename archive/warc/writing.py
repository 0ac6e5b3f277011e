"""Captures to WARC files: each a record that replays, and one that holds the whole of it.

The same captures give the same bytes: names come from digests, moments from the captures, nothing from a clock.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urlsplit

from archive.captures.capture import SiteIdentity
from archive.captures.records import CaptureRecord
from archive.moments import moment
from archive.warc.records import (
    BODY_SCHEME,
    CAPTURE_FIELD,
    CAPTURE_TYPE,
    MADE_FIELD,
    describe_capture,
    load_warcio,
    record_id,
    split_key,
    to_uri,
)

FILE_SIZE = 1_000_000_000
"""Bytes after which a file is ended and the next begun; the last capture in it may lead beyond."""

PAGES_NAME = "pages.jsonl"
"""The list of the reports in the export, as programs that make a .wacz of it want it."""

FILE_NAME = "gongkai-{:05}.warc.gz"
"""What the files of an export are called, by their numbers from 1."""
_FORMAT = "WARC File Format 1.1"
_Http = tuple[str, Sequence[tuple[str, str]]]
_NOTHING_FOLLOWS = ("Content-Length", "0")
_PROFILE = "http://netpreserve.org/warc/1.1/revisit/{}"
_ORIGINAL = "X-Archive-Orig-"
"""Put before the name of a header that was true of the bytes on the wire and is not of those in the record."""
_WIRE_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]+")
_ASCII = "".join(map(chr, range(0x20, 0x7F)))
NOT_MODIFIED = 304
"""Status of an answer that confirms bytes already held."""


@dataclass(frozen=True, slots=True)
class WarcExport:
    """What was written: `responses` with their bytes, `revisits` of bytes that stand elsewhere, visits without any."""

    files: tuple[Path, ...]
    pages: Path
    captures: int
    responses: int
    revisits: int
    failures: int


class WarcWriter:
    """Writes captures one after the other into numbered files of a folder."""

    def __init__(self, folder: Path, size: int = FILE_SIZE) -> None:
        self._headers = load_warcio("statusandheaders").StatusAndHeaders
        self._make_writer = load_warcio("warcwriter").WARCWriter
        self._folder = folder
        self._size = size
        self._out: IO[bytes] | None = None
        self._writer: Any = None
        self._pages = (folder / PAGES_NAME).open("w", encoding="utf-8", newline="\n")
        self._list_page({"format": "json-pages-1.0", "id": "pages", "title": "Reports"})
        self._files: list[str] = []
        self._bodies: dict[str, tuple[str, str]] = {}
        self._met: Counter[bytes] = Counter()
        self._counts: Counter[str] = Counter()

    def holds(self, record: CaptureRecord) -> bool:
        """Whether the bytes that a capture brought or confirmed stand in a record already."""
        return record.body_sha256 is None or record.body_sha256 in self._bodies

    def write(self, record: CaptureRecord, site: SiteIdentity, confirmed: bytes | None = None) -> None:
        """Write the records of a capture; `confirmed` are the bytes that a 304 speaks of, where none holds them yet."""
        if self._out is None or self._out.tell() >= self._size:
            self._begin_file(record)
        key = bytes.fromhex(record.digest)[:16]
        occurrence = self._met[key]
        self._met[key] += 1
        group = _Group(self, record, occurrence)
        if confirmed is not None and record.body_sha256 is not None:
            self._bodies[record.body_sha256] = group.write_bytes(confirmed, record.body_sha256)
        self._counts["captures"] += 1
        answer = group.write_answer(self._bodies)
        self._counts[answer] += 1
        group.write_capture(describe_capture(record, site))
        if record.capture.kind == "report" and answer != "none":
            self._list_page(group.describe_page())

    def _list_page(self, value: Mapping[str, str]) -> None:
        self._pages.write(f"{json.dumps(value)}\n")

    def _begin_file(self, first: CaptureRecord) -> None:
        from importlib.metadata import version  # noqa: PLC0415 - slow to import, and no other command needs it

        self._end_file()
        name = FILE_NAME.format(len(self._files) + 1)
        self._files.append(name)
        self._out = (self._folder / name).open("wb")
        self._writer = self._make_writer(self._out, gzip=True, warc_version="1.1")
        info = f"software: gongkai/{version('gongkai')}\r\nformat: {_FORMAT}\r\n".encode()
        fields = {
            "WARC-Record-ID": record_id(first.digest, name),
            "WARC-Filename": name,
            "WARC-Date": moment(first.capture.fetched_at),
        }
        self.add("warcinfo", "", fields, info)

    def add(  # noqa: PLR0913 - the parts of a record
        self,
        kind: str,
        uri: str,
        fields: Mapping[str, str],
        content: bytes = b"",
        *,
        http: _Http | None = None,
        content_type: str = "",
    ) -> None:
        """Write one record; `http` is the first line of an answer or of a request, and its headers."""
        headers = None
        if http is not None:
            line, pairs = http
            protocol, _, rest = line.partition(" ")
            headers = self._headers(rest, list(pairs), protocol=protocol)
            headers.percent_encode_non_ascii_headers()
            # What the library leaves as it is, a name in quotes that never close for one, would trip it when it writes.
            headers.headers = [(name, quote(value, safe=_ASCII)) for name, value in headers.headers]
        record = self._writer.create_warc_record(
            uri,
            kind,
            payload=BytesIO(content),
            length=len(content),
            warc_content_type=content_type,
            warc_headers_dict=dict(fields),
            http_headers=headers,
        )
        self._writer.write_record(record)

    def close(self) -> None:
        """End what is under way; of an export without captures nothing stays."""
        try:
            self._end_file()
        finally:
            if not self._pages.closed:
                _close_durably(self._pages)
                if not self._files:
                    (self._folder / PAGES_NAME).unlink()

    def _end_file(self) -> None:
        if self._out is not None:
            ended, self._out = self._out, None
            _close_durably(ended)

    def sum_up(self, folder: Path) -> WarcExport:
        """Return what was written; `folder` is where the files stand by now."""
        files = tuple(folder / name for name in self._files)
        return WarcExport(
            files, folder / PAGES_NAME, *(self._counts[name] for name in ("captures", "response", "revisit", "none"))
        )


class _Group:
    """The records of one capture, which name each other."""

    def __init__(self, writer: WarcWriter, record: CaptureRecord, occurrence: int) -> None:
        self._writer = writer
        self._record = record
        self._occurrence = occurrence
        self._date = moment(record.capture.fetched_at)
        self._answer_id = self._name("answer")
        self._has_answer = False

    def _name(self, part: str) -> str:
        return record_id(self._record.digest, part, self._occurrence)

    def _fields(self, part: str, **more: str) -> dict[str, str]:
        """Return the fields that all records of the capture have, and those named (`_` stands for `-`)."""
        fields = {
            "WARC-Record-ID": self._name(part),
            "WARC-Date": self._date,
            CAPTURE_FIELD: f"sha256:{self._record.digest}",
        }
        return {**fields, **{name.replace("_", "-"): value for name, value in more.items()}}

    def write_bytes(self, content: bytes, sha256: str) -> tuple[str, str]:
        """Write bytes without the answer that brought them; return where they stand (address and moment)."""
        fields = self._fields("bytes", WARC_Payload_Digest=f"sha256:{sha256}")
        self._writer.add("resource", f"{BODY_SCHEME}{sha256}", fields, content, content_type=self._content_type())
        return f"{BODY_SCHEME}{sha256}", self._date

    def describe_page(self) -> dict[str, str]:
        """Return the entry of the capture in the list of pages."""
        capture = self._record.capture
        uri = to_uri(capture.final_url or split_key(capture.url).url)
        name = self._answer_id.removeprefix("<urn:uuid:").removesuffix(">")
        return {"id": name, "url": uri, "ts": self._date, "title": capture.link_text or uri}

    def write_answer(self, bodies: dict[str, tuple[str, str]]) -> str:
        """Write what replays, and return `response`, `revisit` or `none`.

        `bodies` says of each body that was written where it stands (address and moment), and is added to.
        """
        capture, sha256 = self._record.capture, self._record.body_sha256
        if not capture.is_good or sha256 is None:
            return "none"
        request = split_key(capture.url)
        uri = to_uri(capture.final_url or request.url)
        if capture.body is None and capture.status == NOT_MODIFIED:
            self._write_revisit(uri, "server-not-modified", bodies.get(sha256, (uri, self._date)))
            found = "revisit"
        elif capture.body is not None and sha256 in bodies and capture.status is not None:
            self._write_revisit(uri, "identical-payload-digest", bodies[sha256])
            found = "revisit"
        elif capture.body is not None:
            self._write_response(uri, capture.body, sha256)
            bodies.setdefault(sha256, (uri, self._date))
            found = "response"
        else:
            return "none"
        self._has_answer = True
        self._write_way(uri, to_uri(request.url), request.body, request.content_type)
        return found

    def _write_response(self, uri: str, body: bytes, sha256: str) -> None:
        capture = self._record.capture
        fields = self._fields("answer", WARC_Payload_Digest=f"sha256:{sha256}")
        if capture.status is None or not uri.startswith(("http:", "https:")):
            self._writer.add("resource", uri, fields, body, content_type=self._content_type())
            return
        http = (_status_line(capture.status), _to_replay(capture.headers, len(body)))
        self._writer.add("response", uri, fields, body, http=http)

    def _write_revisit(self, uri: str, profile: str, original: tuple[str, str]) -> None:
        capture = self._record.capture
        fields = self._fields(
            "answer",
            WARC_Profile=_PROFILE.format(profile),
            WARC_Refers_To_Target_URI=original[0],
            WARC_Refers_To_Date=original[1],
            WARC_Payload_Digest=f"sha256:{self._record.body_sha256}",
        )
        http: _Http = (_status_line(capture.status or 200), _to_replay(capture.headers))
        if capture.status == NOT_MODIFIED:
            # pywb answers a revisit of status 304 with an empty page, and one without headers with those of the answer
            # that it confirms, as a browser would. The server's own status and headers stand in the capture's record.
            http = (_status_line(200), ())
            fields[MADE_FIELD] = "status"
        self._writer.add("revisit", uri, fields, http=http)

    def _write_way(self, uri: str, asked: str, body: bytes | None, content_type: str) -> None:
        """Write how the answer was come by, where that is more than asking for its address."""
        if body is not None:
            parts = urlsplit(asked)
            path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
            pairs = (("Host", parts.netloc), ("Content-Type", content_type), ("Content-Length", str(len(body))))
            fields = self._fields("request", WARC_Concurrent_To=self._answer_id)
            self._writer.add("request", uri, fields, body, http=(f"POST {path} HTTP/1.1", pairs))
        elif _place(uri) != _place(asked):
            fields = self._fields("redirect", WARC_Concurrent_To=self._answer_id, **{MADE_FIELD: "redirect"})
            self._writer.add("response", asked, fields, http=(_status_line(302), [("Location", uri), _NOTHING_FOLLOWS]))

    def write_capture(self, description: bytes) -> None:
        """Write the record that the capture is made from again."""
        fields = self._fields("capture")
        if self._has_answer:
            fields["WARC-Concurrent-To"] = self._answer_id
        self._writer.add("metadata", "", fields, description, content_type=CAPTURE_TYPE)

    def _content_type(self) -> str:
        named = _CONTROLS.sub(" ", self._record.capture.header("Content-Type") or "").strip()
        return named if named.isascii() and named else "application/octet-stream"


def _close_durably(file: IO[Any]) -> None:
    """Close a file that is on the disk then, and not only handed to the system."""
    try:
        file.flush()
        os.fsync(file.fileno())
    finally:
        file.close()


def _status_line(status: int) -> str:
    known = status in HTTPStatus._value2member_map_
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase if known else 'Unknown'}"


def _to_replay(headers: Sequence[tuple[str, str]], size: int | None = None) -> list[tuple[str, str]]:
    """Return headers that fit bytes without content and transfer encoding; `size` is None where none follow.

    Nothing in a value can end its line, and a name that is none is left out; the capture's record has them all.
    """
    pairs = []
    for name, value in headers:
        if _TOKEN.fullmatch(name):
            wire = f"{_ORIGINAL}{name}" if name.lower() in _WIRE_HEADERS else name
            pairs.append((wire, _CONTROLS.sub(" ", _to_text(value)).strip()))
    return [*pairs, ("Content-Length", str(size))] if size is not None else pairs


def _to_text(value: str) -> str:
    """Return a value as it was meant: it was read as one character a byte, whatever it was written in."""
    if value.isascii():
        return value
    try:
        received = value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode(errors="replace").decode()
    for encoding in ("utf-8", "gb18030"):
        try:
            return received.decode(encoding)
        except UnicodeDecodeError:
            continue
    return value


def _place(uri: str) -> str:
    """Return what replay tools take an address for: they do not tell http from https, nor `www.` from none."""
    parts = urlsplit(uri)
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path or '/'}?{parts.query}"
