"""The bytes of a WARC file, undone from gzip where it is compressed, never more at a time than was asked for."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

MAX_HEAD = 256 * 1024
"""Bytes that the headers of a record, or of the answer in it, may take."""

_PIECE = 64 * 1024
_GZIP = b"\x1f\x8b"
_MEMBER = b"\x1f\x8b\x08"
_LINE_ENDS = frozenset({b"\r", b"\n"})


class SourceError(Exception):
    """The file cannot be read on from here; its text is the reason."""


class Readable(Protocol):
    """What gives bytes: a file, or a member of a zip."""

    def read(self, size: int = ..., /) -> bytes:
        """Return at most so many bytes."""


class Source:
    """Bytes to be read as those of a file, and where in the file they stand."""

    def __init__(self, raw: Readable) -> None:
        first = _read(raw)
        self._pieces = _Members(raw, first) if first.startswith(_GZIP) else _Plain(raw, first)
        self._piece = b""
        self._next = 0
        self._head_left: int | None = None

    @property
    def at(self) -> int:
        """How far into the file the next bytes are; within a compressed member, where that begins."""
        return self._pieces.find_place(len(self._piece) - self._next)

    def read(self, size: int = -1) -> bytes:
        """Return so many bytes, fewer at the end of the file."""
        parts: list[bytes] = []
        while size > 0 and self._fill():
            part = self._piece[self._next : self._next + size]
            parts.append(part)
            self._next += len(part)
            size -= len(part)
        return b"".join(parts)

    def readline(self, _size: int = -1) -> bytes:
        """Return the next line with its end; what is read within a head may not go beyond what that may take."""
        left = MAX_HEAD if self._head_left is None else self._head_left
        parts: list[bytes] = []
        while self._fill():
            end = self._piece.find(b"\n", self._next) + 1
            part = self._piece[self._next : end or len(self._piece)]
            left -= len(part)
            if left < 0:
                raise SourceError(f"the headers of a record do not end within {MAX_HEAD} bytes")
            parts.append(part)
            self._next += len(part)
            if end:
                break
        if self._head_left is not None:
            self._head_left = left
        return b"".join(parts)

    @contextmanager
    def bounded_head(self) -> Iterator[None]:
        """Count what is read as the head of a record."""
        self._head_left = MAX_HEAD
        try:
            yield
        finally:
            self._head_left = None

    def skip(self, size: int) -> None:
        """Pass over bytes."""
        while size > 0 and (part := self.read(min(size, _PIECE))):
            size -= len(part)

    def skip_line_ends(self) -> bool:
        """Pass over what stands between two records; False at the end of the file."""
        while self._fill():
            if self._piece[self._next : self._next + 1] not in _LINE_ENDS:
                return True
            self._next += 1
        return False

    def finish_record(self, line_ends: int) -> bool:
        """Pass over the line ends behind a record; whether there are so many, or nothing else follows.

        Where a record fills a member, that is read to its own end, which says whether its bytes were the right ones.
        """
        found = 0
        while True:
            if self._next >= len(self._piece):
                self._piece, self._next = self._pieces.finish_piece(), 0
                if not self._piece:
                    return True
            byte = self._piece[self._next : self._next + 1]
            if byte not in _LINE_ENDS:
                return found >= line_ends
            found += byte == b"\n"
            self._next += 1

    def skip_member(self) -> bool:
        """Go to where the next member of a compressed file begins; False where there is none."""
        self._piece, self._next = b"", 0
        return self._pieces.skip_member()

    def _fill(self) -> bool:
        """Have at least a byte ready; False at the end of the file."""
        if self._next >= len(self._piece):
            self._piece, self._next = self._pieces.read_piece(), 0
        return bool(self._piece)


class _Plain:
    """A file as it is, piece by piece."""

    def __init__(self, raw: Readable, first: bytes) -> None:
        self._raw = raw
        self._first = first
        self._offset = 0

    def find_place(self, left: int) -> int:
        return self._offset - left

    def read_piece(self) -> bytes:
        piece, self._first = self._first or _read(self._raw), b""
        self._offset += len(piece)
        return piece

    def finish_piece(self) -> bytes:
        return self.read_piece()

    def skip_member(self) -> bool:
        return False


class _Members:
    """A file of gzip, member after member, each piece of them bounded however well they are packed."""

    def __init__(self, raw: Readable, first: bytes) -> None:
        self._raw = raw
        self._packed = first
        self._offset = 0
        self._began = 0
        self._stream: Any = None

    def find_place(self, left: int) -> int:
        return self._offset if self._stream is None and not left else self._began

    def read_piece(self) -> bytes:
        piece = b""
        while not piece and (self._stream is not None or self._begin()):
            piece = self._inflate()
        return piece

    def finish_piece(self) -> bytes:
        """Return what is left of a member, piece by piece; nothing where it has ended."""
        piece = b""
        while not piece and self._stream is not None:
            piece = self._inflate()
        return piece

    def skip_member(self) -> bool:
        try:
            while self._stream is not None:
                self._inflate()
        except SourceError:
            pass
        while (start := self._packed.find(_MEMBER)) < 0:
            self._drop(max(0, len(self._packed) - len(_MEMBER) + 1))
            more = _read(self._raw)
            if not more:
                return False
            self._packed += more
        self._drop(start)
        return True

    def _begin(self) -> bool:
        """Begin a member behind whatever padding; False at the end of the file."""
        while not self._packed.lstrip(b"\0"):
            self._drop(len(self._packed))
            self._packed = _read(self._raw)
            if not self._packed:
                return False
        self._drop(len(self._packed) - len(self._packed.lstrip(b"\0")))
        self._began = self._offset
        self._stream = zlib.decompressobj(wbits=31)
        return True

    def _inflate(self) -> bytes:
        """Return one more piece of a member."""
        stream, packed = self._stream, self._packed or _read(self._raw)
        self._packed = packed
        if not packed:
            self._stream = None
            raise SourceError("the file ends in the middle of a record")
        try:
            piece: bytes = stream.decompress(packed, _PIECE)
        except zlib.error as problem:
            self._stream = None
            self._drop(1)  # so that the search for the next member goes on
            raise SourceError(f"broken gzip ({problem})") from problem
        rest = stream.unused_data if stream.eof else stream.unconsumed_tail
        self._drop(len(packed) - len(rest))
        if stream.eof:
            self._stream = None
        return piece

    def _drop(self, size: int) -> None:
        self._packed = self._packed[size:]
        self._offset += size


def _read(raw: Readable) -> bytes:
    try:
        return raw.read(_PIECE)
    except Exception as problem:  # of a member of a zip whatever the library makes of its bytes
        raise SourceError(f"it cannot be read ({problem})") from problem
