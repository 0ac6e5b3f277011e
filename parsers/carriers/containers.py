"""The files inside an archive: zip, gzip and, by `rar`, rar. Nothing is written where a name in an archive says.

Which files count is told later from their bytes; here only folders and what systems make for themselves stay out.
"""

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Literal

from parsers.carriers.sniff import open_zip
from parsers.carriers.unpack import Budget, Member, Unread, decode_name, is_left_out, show_name, too_many
from parsers.errors import DamagedError, EncryptedError, ParserError, UnknownCarrierError
from parsers.options import Options

_UTF_8_NAME = 0x800
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The others are unpacked by libraries that know no bound, and are not met in what agencies publish."""


def iter_members(body: bytes, container: Literal["gzip", "rar", "zip"], budget: Budget) -> Iterator[Member | Unread]:
    """Yield the files of an archive in its order, each as it is unpacked.

    Raises `DamagedError`, `EncryptedError`, `TooLargeError` or `ReaderMissingError` where the archive as a whole cannot
    be opened; what is wrong with one file is yielded as `Unread`.
    """
    if container == "zip":
        return _iter_zip(body, budget)
    if container == "gzip":
        return _iter_gzip(body, budget)
    from parsers.carriers.rar import iter_rar  # noqa: PLC0415 - the library is loaded for the few that need it

    return iter_rar(body, budget)


def _iter_zip(body: bytes, budget: Budget) -> Iterator[Member | Unread]:
    with open_zip(body, budget.options) as archive:
        named = ((_zip_name(info), info) for info in archive.infolist() if not info.is_dir())
        wanted = [(name, info) for name, info in named if not is_left_out(name)]
        for name, info in wanted[: budget.options.max_members]:
            shown = show_name(name, budget.options)
            try:
                yield Member(shown, read_zipped(archive, info, budget))
            except ParserError as error:
                yield Unread(shown, error)
    if rest := wanted[budget.options.max_members :]:
        yield too_many(len(rest), budget.options)


def _zip_name(info: zipfile.ZipInfo) -> str:
    """Return a member's name; without the flag for UTF-8, archives made in China hold GBK (zipfile reads cp437)."""
    if info.flag_bits & _UTF_8_NAME:
        return info.filename
    try:
        return decode_name(info.orig_filename.encode("cp437")) or info.filename
    except UnicodeEncodeError:
        return info.filename


def read_zipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> bytes:
    """Return an entry unpacked; raises a `ParserError` that says what is wrong with it."""
    if info.flag_bits & _ENCRYPTED:
        raise EncryptedError("it asks for a password; ask for an open copy")
    if info.compress_type not in _METHODS:
        raise UnknownCarrierError("it is packed by a method that is not read; ask for a plain zip archive")
    try:
        with archive.open(info) as file:
            return budget.read(file.read)
    except ParserError:
        raise
    except Exception as error:  # besides its own, zipfile lets zlib, struct, decoding and value errors through
        raise DamagedError("it is cut short or damaged; ask for it again") from error


def _iter_gzip(body: bytes, budget: Budget) -> Iterator[Member | Unread]:
    """Yield the one file of a gzip archive; several streams one after the other are one file."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
            unpacked = budget.read(file.read)
    except (OSError, EOFError, ValueError, zlib.error, struct.error) as error:
        raise DamagedError("gzip archive cut short or damaged; ask for it again") from error
    yield Member(_gzip_name(body, budget.options), unpacked)


def _gzip_name(body: bytes, options: Options) -> str:
    """Return the name that the header may hold behind ten bytes and an extra field."""
    flags, start = body[3:4], 10
    if not flags or not flags[0] & 0x08:
        return "the file"
    if flags[0] & 0x04:
        start += 2 + int.from_bytes(body[10:12], "little")
    raw = body[start : start + 1024].split(b"\x00", 1)[0]
    return show_name(decode_name(raw) or raw.decode("latin-1"), options)
