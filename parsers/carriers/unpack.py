"""What all kinds of archive share: the files found in them, and the limits under which they are unpacked.

Sizes are counted while reading, never believed from headers. One `Budget` holds for a body and all archives in it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from parsers.errors import ParserError, TooLargeError
from parsers.options import Options

_CHUNK = 64 * 1024
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ufeff]+")
_LEFT_OUT = re.compile(r"(?:^|/)(?:__macosx/|\.(?!\.?/)|~\$|thumbs\.db$|desktop\.ini$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive, unpacked."""

    name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Unread:
    """A file in an archive that could not be had, and why."""

    name: str
    error: ParserError


@dataclass(slots=True)
class Budget:
    """How much may still be unpacked; it only ever falls."""

    options: Options
    packed: int
    bytes_left: int = field(init=False)

    def __post_init__(self) -> None:
        by_ratio = max(self.packed * self.options.max_ratio, self.options.min_unpacked_bytes)
        self.bytes_left = min(by_ratio, self.options.max_unpacked_bytes)

    @property
    def is_spent(self) -> bool:
        """Whether nothing more may be unpacked."""
        return self.bytes_left < 0

    def spend(self, count: int) -> None:
        """Take off what was unpacked, or raise `TooLargeError`."""
        self.bytes_left -= count
        if self.is_spent:
            raise TooLargeError(
                f"the archive of {self.packed} bytes unpacks to more than allowed; raise the limits, or leave it"
            )

    def read(self, read_chunk: Callable[[int], bytes]) -> bytes:
        """Return all that `read_chunk` gives, a bounded piece at a time."""
        chunks: list[bytes] = []
        size = 0
        while chunk := read_chunk(_CHUNK):
            self.spend(len(chunk))
            size += len(chunk)
            if size > self.options.max_bytes:
                raise TooLargeError(f"it unpacks to more than the limit of {self.options.max_bytes} bytes")
            chunks.append(chunk)
        return b"".join(chunks)


def is_left_out(name: str) -> bool:
    r"""Whether a file is made by a system for itself: hidden, a thumbnail, the lock of an open document.

    >>> [is_left_out(name) for name in ("a/.x/b", "__MACOSX/a", "年报/~$报告.docx", "..\\年报.docx")]
    [True, True, True, False]
    """
    return bool(_LEFT_OUT.search(name.replace("\\", "/")))


def decode_name(raw: bytes) -> str | None:
    """Return a name whose encoding is not stated, None where it is neither UTF-8 nor GB18030."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def show_name(name: str, options: Options) -> str:
    """Return a name in one line of bounded length, its signs that steer a screen left out."""
    shown = " ".join(_CONTROLS.sub(" ", name.replace("\\", "/")).split()) or "a file without a name"
    return shown if len(shown) <= options.max_member_name else shown[: options.max_member_name] + "…"


def too_many(count: int, options: Options) -> Unread:
    """Say that an archive holds more files than are read."""
    return Unread(f"{count} more files", TooLargeError(f"only the first {options.max_members} files were read"))
