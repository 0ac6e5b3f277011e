"""WARC files, whoever wrote them, to whole records: each checked, all bounded, what is broken said and passed by.

A page can hold anything, the text of a WARC record too. So after a broken record reading goes on at the next member of
a file compressed record by record, and nowhere else: in any other file the rest is given up.
"""

import base64
import binascii
import hashlib
import logging
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from archive.warc.records import load_warcio
from archive.warc.source import MAX_HEAD, Readable, Source, SourceError

MAX_BLOCK = 64 * 1024 * 1024 + 512 * 1024
"""Bytes of one record that are read: a body as large as a crawl takes, and its headers."""

_NO_RECORD = "no WARC record begins here"
_HTTP_TYPES = frozenset({"response", "request", "revisit"})
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(r"HTTP/\d(?:\.\d)? +(\d{3})(?!\d)", re.IGNORECASE)
_ZIP = b"PK\x03\x04"
_WARC_NAMES = (".warc", ".warc.gz", ".arc", ".arc.gz")
_ALGORITHMS = frozenset({"sha1", "md5", "sha256", "sha512", "sha384", "sha224"})


@dataclass(frozen=True, slots=True)
class WarcTrouble:
    """What could not be read, where it began (bytes into the file, compressed ones for a compressed file), and why."""

    at: int
    reason: str


@dataclass(frozen=True, slots=True)
class HttpHead:
    """The first line and the headers of an answer or a request, one character a byte as they were received."""

    first_line: str
    headers: tuple[tuple[str, str], ...]

    @property
    def status(self) -> int | None:
        """The status of an answer."""
        found = _STATUS.match(self.first_line)
        return int(found[1]) if found else None

    @property
    def method(self) -> str:
        """The method of a request, in capitals."""
        return self.first_line.partition(" ")[0].upper()


@dataclass(frozen=True, slots=True)
class WarcRecord:
    """One whole record. `fields` are its own headers by their names in small letters.

    `content` is what stands behind the headers of HTTP, where it has those (`http`), in whatever encoding it came.
    """

    at: int
    type: str
    id: str
    url: str
    date: datetime | None
    fields: Mapping[str, str]
    http: HttpHead | None
    content: bytes


class _RecordError(Exception):
    """One record is not what it says, and the file goes on behind it; the text is the reason."""


def iter_warc(raw: Readable) -> Iterator[WarcRecord | WarcTrouble]:
    """Yield the records of a file, and in the place of each that cannot be taken what is wrong with it."""
    parse_head = _find_parser()
    try:
        source = Source(raw)
    except SourceError as problem:
        yield WarcTrouble(0, str(problem))
        return
    while True:
        at = source.at
        try:
            if not source.skip_line_ends():
                return
            at = source.at
            record = _read_record(parse_head, source)
        except _RecordError as problem:
            yield WarcTrouble(at, str(problem))
            continue
        except SourceError as problem:
            yield WarcTrouble(at, str(problem))
            if not _skip_member(source):
                return
            continue
        yield record


def _skip_member(source: Source) -> bool:
    try:
        return source.skip_member()
    except SourceError:
        return False


@contextmanager
def open_warcs(path: Path) -> Iterator[Iterator[tuple[str, IO[bytes]] | WarcTrouble]]:
    """Give the WARC files that a file holds with their names: itself, or those packed in a .wacz."""
    with path.open("rb") as file:
        is_zip = file.read(len(_ZIP)) == _ZIP
        file.seek(0)
        yield _iter_packed(file) if is_zip else iter([(path.name, file)])


def _iter_packed(file: IO[bytes]) -> Iterator[tuple[str, IO[bytes]] | WarcTrouble]:
    """Yield the WARC files of a zip. Nothing is unpacked onto the disk, so that no name in it leads anywhere."""
    try:
        packed = zipfile.ZipFile(file)
    except Exception as problem:  # whatever the library makes of bytes that are no zip
        yield WarcTrouble(0, f"not a whole zip ({problem})")
        return
    with packed:
        for member in packed.infolist():
            if not member.filename.lower().endswith(_WARC_NAMES):
                continue
            try:
                stream = packed.open(member)
            except Exception as problem:  # the same: a member may be packed or locked in ways that it does not know
                yield WarcTrouble(member.header_offset, f"{member.filename} cannot be unpacked ({problem})")
                continue
            with stream:
                yield member.filename, stream


def matches_digest(stated: str, content: bytes) -> bool | None:
    """Whether a digest as WARC writes it is that of the bytes; None for one in an algorithm that is not known here.

    >>> matches_digest("sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", b""), matches_digest("sha1:XY", b"")
    (True, False)
    """
    algorithm, _, value = stated.strip().partition(":")
    name = algorithm.lower().replace("-", "")
    if name not in _ALGORITHMS:
        return None
    found = hashlib.new(name, content, usedforsecurity=False).digest()
    return _to_digest(value, len(found)) == found


def _to_digest(value: str, size: int) -> bytes | None:
    """Return the bytes of a digest in hexadecimal, base 32 or base 64, told apart by its length."""
    try:
        if len(value) == 2 * size:
            return bytes.fromhex(value)
        padded = value + "=" * (-len(value) % 8)
        if len(value.rstrip("=")) == -(-8 * size // 5):
            return base64.b32decode(padded, casefold=True)
        return base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_" if {*"-_"} & {*value} else None)
    except (ValueError, binascii.Error):
        return None


def _find_parser() -> Any:  # noqa: ANN401 - the library has no types
    """Return what reads the head of a record of WARC or of ARC, its forerunner."""
    make_loader = load_warcio("recordloader").ArcWarcRecordLoader
    logging.getLogger("warcio").setLevel(logging.ERROR)  # it warns of spaces in addresses, which it mends
    return make_loader(verify_http=False).parse_record_stream


def _read_record(parse_head: Any, source: Source) -> WarcRecord:  # noqa: ANN401 - the same
    """Return the record that begins here."""
    at = source.at
    with source.bounded_head():
        first = source.readline()
        if b":" not in first.split(b" ")[0] and not first.startswith(b"WARC/"):
            raise SourceError(_NO_RECORD)  # the library takes any line of five words for one of ARC
        try:
            head = parse_head(source, statusline=first, no_record_parse=True)
        except SourceError:
            raise
        except Exception as problem:  # whatever a library makes of bytes that are no record
            raise SourceError(_NO_RECORD) from problem
    fields = {name.lower(): value for name, value in head.rec_headers.headers}
    length = fields.get("content-length", "")
    if not (length.isascii() and length.isdigit()):
        raise SourceError("a record without a length")
    size = int(head.length or 0)
    if size > MAX_BLOCK:
        source.skip(size)
        _require_end(source, first)
        raise _RecordError(f"a record of {size} bytes, more than the {MAX_BLOCK} that are read")
    block = source.read(size)
    if len(block) < size:
        raise SourceError(f"cut short: {len(block)} of {size} bytes of a record are there")
    _require_end(source, first)
    return _make_record(at, head.rec_type or "", fields, block)


def _require_end(source: Source, first_line: bytes) -> None:
    """Hold that a record ends where it says: two line ends follow, one in ARC."""
    if not source.finish_record(2 if first_line.startswith(b"WARC/") else 1):
        raise SourceError("a record that does not end where its length says")


def _make_record(at: int, kind: str, fields: dict[str, str], block: bytes) -> WarcRecord:
    stated = fields.get("warc-block-digest")
    if stated and matches_digest(stated, block) is False:
        raise _RecordError(f"its bytes are not those of its digest ({stated})")
    url = fields.get("warc-target-uri", "").strip().removeprefix("<").removesuffix(">")
    http, content = None, block
    if kind in _HTTP_TYPES and url.startswith(("http:", "https:")) and block:
        http, content = _split_http(block)
    return WarcRecord(
        at,
        kind,
        fields.get("warc-record-id", ""),
        url,
        _to_moment(fields.get("warc-date", "")),
        fields,
        http,
        content,
    )


def _split_http(block: bytes) -> tuple[HttpHead, bytes]:
    """Return the head of an answer or a request, and what follows; lines that go on on the next are joined."""
    end = _HEAD_END.search(block, 0, MAX_HEAD)
    if end is None and len(block) > MAX_HEAD:
        raise _RecordError(f"its headers do not end within {MAX_HEAD} bytes")
    head = block[: end.start()] if end else block
    first, *lines = head.decode("latin-1").replace("\r\n", "\n").split("\n")
    headers: list[tuple[str, list[str]]] = []
    for line in lines:
        if line[:1] in {" ", "\t"} and headers:
            headers[-1][1].append(line.strip())
            continue
        name, colon, value = line.partition(":")
        if colon:
            headers.append((name.strip(), [value.strip()]))
    joined = tuple((name, " ".join(filter(None, parts))) for name, parts in headers)
    return HttpHead(first.strip(), joined), block[end.end() :] if end else b""


def _to_moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
