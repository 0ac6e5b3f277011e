"""A pager for what is longer than the screen; without a terminal nothing of it is to be noticed."""

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from typing import TextIO

from rich.cells import cell_len

USUAL_PAGER = "less -FRX"
"""What is asked for where neither $GONGKAI_PAGER nor $PAGER says otherwise: colours kept, the screen left as it is."""
_NO_PAGER = ("", "cat")
_SETTINGS = {"LESS": "FRX", "LESSCHARSET": "utf-8", "LV": "-c"}
"""What pagers are told beside their own arguments, unless the reader has told them otherwise."""
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@contextmanager
def paged() -> Iterator[None]:
    """Send standard output through a pager as soon as it is more than the terminal shows at once.

    What is printed goes on to it as it comes. A reader who leaves early ends the block, and that is no failure.
    Where standard output is no terminal, or no pager is wanted or found, all is as if this were not there.
    """
    command = find_pager() if sys.stdout.isatty() and os.environ.get("TERM", "") != "dumb" else None
    if command is None:
        yield
        return
    screen = _Screen(sys.stdout, command)
    try:
        with redirect_stdout(screen):
            yield
        screen.flush()
    except BrokenPipeError:
        if not screen.is_left:
            raise
    finally:
        screen.finish()


def find_pager() -> list[str] | None:
    """Return the command of the pager, None where none is wanted or there is none.

    `GONGKAI_PAGER=cat`, or an empty one, means none.
    """
    wanted = next((os.environ[name] for name in ("GONGKAI_PAGER", "PAGER") if name in os.environ), USUAL_PAGER)
    if wanted.strip() in _NO_PAGER:
        return None
    try:
        command = shlex.split(wanted)
    except ValueError:  # a quote that is not closed
        return None
    return command if shutil.which(command[0]) else None


class _Screen(io.TextIOBase):
    """A terminal that holds back what it is given until that is more than it shows at once."""

    encoding = "utf-8"
    errors = "backslashreplace"

    def __init__(self, terminal: TextIO, command: list[str]) -> None:
        self._terminal = terminal
        self._command = command
        self._size = shutil.get_terminal_size()
        self._waiting: list[str] = []
        self._rows = 0
        self._pager: subprocess.Popen[bytes] | None = None
        self.is_left = False

    def isatty(self) -> bool:
        """Say that what is written here is seen on a terminal."""
        return True

    def fileno(self) -> int:
        """Return the terminal's number, for those who ask how wide it is."""
        return self._terminal.fileno()

    def writable(self) -> bool:
        """Say that this can be written to."""
        return True

    def write(self, text: str) -> int:
        """Keep a text while all still fits the screen, and hand it to the pager from then on."""
        if self._pager is None:
            self._waiting.append(text)
            self._rows += self._count_rows(text)
            if self._rows < self._size.lines:  # the last line is the prompt's
                return len(text)
            self._pager = self._start()
            self._send("".join(self._waiting))
        else:
            self._send(text)
        return len(text)

    def flush(self) -> None:
        """Let the pager show what it has been given."""
        if not self.is_left:
            self._send("")

    def finish(self) -> None:
        """Show what is held back, or wait until the reader leaves the pager."""
        pager, self._pager = self._pager, None
        if pager is None:
            self._terminal.write("".join(self._waiting))
            self._terminal.flush()
            return
        if pager.stdin:
            with suppress(BrokenPipeError):  # the reader has left
                pager.stdin.close()
        _wait_patiently(pager)

    def _start(self) -> subprocess.Popen[bytes]:
        self._terminal.flush()
        return subprocess.Popen(  # noqa: S603 - the reader's own pager
            self._command, stdin=subprocess.PIPE, env={**_SETTINGS, **os.environ}
        )

    def _send(self, text: str) -> None:
        if self._pager is None or self._pager.stdin is None:
            return
        try:
            self._pager.stdin.write(text.encode("utf-8", "backslashreplace"))
            self._pager.stdin.flush()
        except BrokenPipeError:
            self.is_left = True
            raise

    def _count_rows(self, text: str) -> int:
        """Return how many rows of the screen a text takes."""
        ends = text.count("\n")
        if ends >= self._size.lines:
            return ends
        lines = _COLOURS.sub("", text).split("\n")
        return ends + sum(max(0, cell_len(line) - 1) // self._size.columns for line in lines)


def _wait_patiently(pager: subprocess.Popen[bytes]) -> None:
    """Wait until a pager is left; an interrupt is its own business."""
    while True:
        try:
            pager.wait()
        except KeyboardInterrupt:
            continue
        return
