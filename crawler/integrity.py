"""Bodies as they were before their transfer encoding, whole or not at all.

Scrapy's own gunzip gives what could be read of a cut body and says nothing; a report would lose its last tables.
"""

from __future__ import annotations

import sys
import zlib
from typing import TYPE_CHECKING

import brotli  # type: ignore[import-untyped] # no stubs
from scrapy.http import Response

from crawler.failures import BROKEN_KEY, TOO_LARGE, RefusedRequestError
from crawler.links import is_file_body, is_html_body

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scrapy import Request
    from scrapy.crawler import Crawler

ACCEPTED = "gzip, deflate, br, zstd"

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_ZLIB = (b"x\x01", b"x^", b"x\x9c", b"x\xda")
_PLAIN_HEAD = 1024
"""Bytes of a body by which it is told whether it is compressed at all."""
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f")


class BrokenBodyError(Exception):
    """A body that is not whole, or not in the encoding that it claims; its text is the reason."""


class BodyTooLargeError(Exception):
    """A body that grows beyond what was allowed."""


def decode_body(body: bytes, encodings: Sequence[str], limit: int = 0) -> bytes:
    """Undo encodings, the last applied first; unknown ones are passed by, as browsers do.

    A body that is plain although an encoding is claimed is taken as it is. Raises `BrokenBodyError` for one that
    is cut or damaged, `BodyTooLargeError` for one of more than `limit` bytes (0: no limit).
    """
    for name in reversed(encodings):
        decode = _DECODERS.get(name.strip().lower())
        if decode is None or not body:
            continue
        try:
            body = decode(body, limit)
        except BrokenBodyError:
            if not is_plain(body):
                raise
    return body


def is_plain(body: bytes) -> bool:
    """Whether bytes begin as a page, a document or a text, and not as something compressed."""
    head = body[:_PLAIN_HEAD]
    if head.startswith((_GZIP, _ZSTD, *_ZLIB)):
        return False
    if is_file_body(head) or is_html_body(head):
        return True
    return not _CONTROLS.intersection(head) and (_is_text(head, "utf-8") or _is_text(head, "gb18030"))


def _is_text(head: bytes, encoding: str) -> bool:
    """Whether bytes read as text; a character cut at their end does no harm."""
    try:
        head.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start > 0 and error.start >= len(head) - 3
    return True


def _gunzip(body: bytes, limit: int) -> bytes:
    """Undo gzip: one member after the other; padding behind the last is common, and passed by."""
    parts: list[bytes] = []
    while not parts or body.startswith(_GZIP):
        part, body = _inflate_stream(body, limit, 31, "gzip")
        parts.append(part)
        _hold_limit(sum(map(len, parts)), limit)
    return b"".join(parts)


def _inflate(body: bytes, limit: int) -> bytes:
    """Undo deflate, with its frame or, as some servers send it, without."""
    try:
        return _inflate_stream(body, limit, 15, "deflate")[0]
    except BrokenBodyError:
        return _inflate_stream(body, limit, -15, "deflate")[0]


def _inflate_stream(body: bytes, limit: int, window: int, name: str) -> tuple[bytes, bytes]:
    """Return what one stream holds, and the bytes behind it; zlib checks sums and lengths at its end."""
    stream = zlib.decompressobj(wbits=window)
    try:
        plain = stream.decompress(body, limit + 1 if limit else 0)
    except zlib.error as error:
        raise BrokenBodyError(f"broken {name}") from error
    _hold_limit(len(plain), limit)
    if not stream.eof:
        raise BrokenBodyError(f"broken {name}")
    return plain, stream.unused_data


def _unbrotli(body: bytes, limit: int) -> bytes:
    stream = brotli.Decompressor()
    parts: list[bytes] = []
    size = 0
    try:
        part = stream.process(body, output_buffer_limit=limit or sys.maxsize)
        while part:
            parts.append(part)
            size += len(part)
            _hold_limit(size, limit)
            part = b"" if stream.is_finished() else stream.process(b"", output_buffer_limit=limit or sys.maxsize)
    except brotli.error as error:
        raise BrokenBodyError("broken br") from error
    if not stream.is_finished():
        raise BrokenBodyError("broken br")
    return b"".join(parts)


def _unzstd(body: bytes, limit: int) -> bytes:
    parts: list[bytes] = []
    while not parts or body.startswith(_ZSTD):
        stream = zstd.ZstdDecompressor()
        try:
            parts.append(stream.decompress(body, limit + 1 if limit else -1))
        except zstd.ZstdError as error:
            raise BrokenBodyError("broken zstd") from error
        _hold_limit(sum(map(len, parts)), limit)
        if not stream.eof:
            raise BrokenBodyError("broken zstd")
        body = stream.unused_data
    return b"".join(parts)


def _hold_limit(size: int, limit: int) -> None:
    if limit and size > limit:
        raise BodyTooLargeError


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}


class IntegrityMiddleware:
    """Asks for compressed bodies, and hands on whole ones; of a broken one it tells the middleware that retries."""

    def __init__(self, limit: int) -> None:
        self._limit = limit

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> IntegrityMiddleware:
        """Return the middleware of a crawl."""
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_request(self, request: Request) -> None:
        """Say which encodings are understood."""
        request.headers.setdefault("Accept-Encoding", ACCEPTED)

    def process_response(self, request: Request, response: Response) -> Response:
        """Undo the encodings of a body."""
        request.meta.pop(BROKEN_KEY, None)
        claimed = response.headers.getlist("Content-Encoding")
        if not claimed or request.method == "HEAD":
            return response
        encodings = b",".join(claimed).decode("latin-1").split(",")
        try:
            body = decode_body(response.body, encodings, request.meta.get("download_maxsize", self._limit))
        except BodyTooLargeError as error:
            raise RefusedRequestError(TOO_LARGE) from error
        except BrokenBodyError as error:
            request.meta[BROKEN_KEY] = str(error)
            return response
        return _with_body(response, body)


def _with_body(response: Response, body: bytes) -> Response:
    """Return the response with its body undone. Not by `replace`, which guesses at the encoding of text first."""
    headers = response.headers.copy()
    del headers["Content-Encoding"]
    return Response(
        response.url,
        status=response.status,
        headers=headers,
        body=body,
        flags=response.flags,
        certificate=response.certificate,
        ip_address=response.ip_address,
        protocol=response.protocol,
    )
