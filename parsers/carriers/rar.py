"""The files inside a rar archive, by the package `rarfile`.

What was stored without packing is read in this process. For the rest, rarfile starts an outside tool (unrar, unar, 7z
or bsdtar): the one place where the parsers leave their process. It gets a copy of the archive in the system's temporary
folder, writes to a pipe alone, has a limit of time, and every byte from it is counted.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Timer
from types import ModuleType
from typing import IO, Protocol

from parsers.carriers.unpack import Budget, Member, Unread, decode_name, is_left_out, show_name, too_many
from parsers.errors import DamagedError, EncryptedError, ParserError, ReaderMissingError, TooLargeError

_NO_TOOL = "packed rar archives need a tool: install the Debian package unar or libarchive-tools"
_UNICODE_NAME = 0x200


class _Info(Protocol):
    """What rarfile says of a file in an archive."""

    filename: str
    orig_filename: bytes | str
    flags: int
    compress_type: int

    def is_file(self) -> bool: ...
    def needs_password(self) -> bool: ...


class _Archive(Protocol):
    def infolist(self) -> list[_Info]: ...
    def needs_password(self) -> bool: ...
    def strerror(self) -> str | None: ...
    def open(self, info: _Info) -> IO[bytes]: ...


def iter_rar(body: bytes, budget: Budget) -> Iterator[Member | Unread]:
    """Yield the files of a rar archive in its order; for errors see `iter_members`."""
    rarfile = _load_rarfile()
    with _named_errors(rarfile, "rar archive cut short or damaged; ask for it again"):
        archive: _Archive = rarfile.RarFile(io.BytesIO(body), part_only=True)
        infos = archive.infolist()
    if not infos and archive.needs_password():
        raise EncryptedError("the rar archive asks for a password; ask for an open copy")
    if not infos and archive.strerror():
        raise DamagedError("rar archive cut short or damaged; ask for it again")
    wanted = [(name, info) for info in infos if info.is_file() and not is_left_out(name := _rar_name(info))]
    for name, info in wanted[: budget.options.max_members]:
        shown = show_name(name, budget.options)
        try:
            yield Member(shown, _read_packed(rarfile, archive, info, budget))
        except ParserError as error:
            yield Unread(shown, error)
    if rest := wanted[budget.options.max_members :]:
        yield too_many(len(rest), budget.options)
    if archive.strerror():
        yield Unread("the rest of the archive", DamagedError("it is cut short or damaged; ask for it again"))


def _load_rarfile() -> ModuleType:
    try:
        import rarfile  # type: ignore[import-untyped]  # noqa: PLC0415 - few bodies need it
    except ImportError as error:
        raise ReaderMissingError("rar archives need the package rarfile: pip install rarfile") from error
    # A packed comment would start a tool while the table of contents is read; nobody asks for comments.
    rarfile.rar3_decompress = _leave_comment
    module: ModuleType = rarfile
    return module


def _leave_comment(*_: object, **__: object) -> bytes:
    return b""


def _rar_name(info: _Info) -> str:
    """Return a file's name; older archives hold it in the encoding of the machine that made them."""
    raw = info.orig_filename
    if isinstance(raw, bytes) and not info.flags & _UNICODE_NAME and (name := decode_name(raw)):
        return name
    return str(info.filename)


def _read_packed(rarfile: ModuleType, archive: _Archive, info: _Info, budget: Budget) -> bytes:
    if info.needs_password():
        raise EncryptedError("it asks for a password; ask for an open copy")
    if info.compress_type != rarfile.RAR_M0:
        _check_tool(rarfile)
    damage, seconds = "it is cut short or damaged; ask for it again", budget.options.max_unpack_seconds
    with _named_errors(rarfile, damage), archive.open(info) as file, _time_limit(file, seconds):
        return budget.read(file.read)


def _check_tool(rarfile: ModuleType) -> None:
    """Ask for the tool before a file is opened; rarfile would leave its temporary copy behind if there is none."""
    try:
        rarfile.tool_setup()
    except rarfile.RarCannotExec as error:
        raise ReaderMissingError(_NO_TOOL) from error


@contextmanager
def _named_errors(rarfile: ModuleType, damage: str) -> Iterator[None]:
    """Turn whatever rarfile raises into an error with a name."""
    try:
        yield
    except ParserError:
        raise
    except (rarfile.PasswordRequired, rarfile.NoCrypto, rarfile.RarWrongPassword) as error:
        raise EncryptedError("it asks for a password; ask for an open copy") from error
    except rarfile.NeedFirstVolume as error:
        raise DamagedError("it is one part of a rar archive in several; ask for all in one") from error
    except Exception as error:  # besides its own, rarfile lets struct, value and system errors through
        raise DamagedError(damage) from error


@contextmanager
def _time_limit(file: IO[bytes], seconds: float) -> Iterator[None]:
    """End the tool behind an open file when its time is over; rarfile itself would wait for ever."""
    process = getattr(file, "_proc", None)
    if process is None:
        yield
        return
    is_over = Event()

    def end() -> None:
        is_over.set()
        process.kill()

    timer = Timer(seconds, end)
    timer.start()
    try:
        yield
    except Exception as error:
        if is_over.is_set():
            raise TooLargeError(f"unpacking it took more than {seconds:g} seconds; leave it") from error
        raise
    finally:
        timer.cancel()
        process.kill()  # closing waits for the tool, which may be waiting for us
