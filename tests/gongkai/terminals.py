"""A terminal of any size for a command to run on, and what stands on it afterwards."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_SECONDS = 60
_SET_BY_US = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "PAGER", "GONGKAI_PAGER", "LESS", "COLORTERM")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def run_on_terminal(
    *arguments: str, archive: Path, columns: int = 80, rows: int = 24, settings: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Run gongkai on a terminal of this size, without a pager, and return its exit code and all that was written."""
    command = [sys.executable, "-m", "gongkai", *arguments, "--archive", str(archive)]
    return watch_on_terminal(command, columns, rows, settings)


def watch_on_terminal(
    command: Sequence[str], columns: int = 80, rows: int = 24, settings: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Run any command on a terminal of this size, and return its exit code and all that was written."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    process = subprocess.Popen(  # noqa: S603 - our own command
        command,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=make_environment({"TERM": "xterm-256color", "GONGKAI_PAGER": "cat", **(settings or {})}),
        start_new_session=True,
    )
    os.close(theirs)
    try:
        written = _read_all(ours)
        return process.wait(_SECONDS), written
    finally:
        os.close(ours)
        process.kill()
        process.wait()


def make_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment with `settings`, and nothing else that a terminal's look depends on."""
    return {**{name: value for name, value in os.environ.items() if name not in _SET_BY_US}, **settings}


def plain_lines(written: str) -> list[str]:
    """Return the lines without their colours; any other escape sequence stays."""
    return _COLOURS.sub("", written).replace("\r\n", "\n").splitlines()


def _read_all(terminal: int) -> str:
    """Return what is written until nobody holds the other end."""
    read = b""
    deadline = time.monotonic() + _SECONDS
    while select.select([terminal], [], [], max(0.0, deadline - time.monotonic()))[0]:
        try:
            some = os.read(terminal, 65536)
        except OSError:  # how Linux says that the other end is closed
            break
        if not some:
            break
        read += some
    return read.decode()
