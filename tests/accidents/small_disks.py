"""Disks with little room: a small one in memory, or a limit on how large a file may grow."""

import os
import re
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.archive.tools import run_tool

SIZE = 8 << 20
"""Bytes of the small disk."""
LEVELS = (0, 4096, 12_288, 36_864, 69_632, 118_784, 200_704, 331_776, 480_000, 640_000)
"""How many bytes are left: none, a page, not quite enough for a log, and so on."""
SAID = re.compile(
    r"no room for the copy: [^\n]+|(no room|cannot (open|write|copy)|\S+ cannot be written)[^\n]*; [^\n]+"
)
"""How want of room is said: in one line, with what to do."""


class Disk(NamedTuple):
    """A folder on a disk, and how to leave only so many bytes there for a while."""

    folder: Path
    leave: Callable[[int], AbstractContextManager[None]]


@contextmanager
def fill(folder: Path, left: int) -> Iterator[None]:
    """Fill the disk but for so many bytes."""
    filler = folder / "filler"
    taken = shutil.disk_usage(folder).free - left
    with filler.open("wb") as file:
        if taken > 0:
            os.posix_fallocate(file.fileno(), 0, taken)
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def limit(folder: Path, left: int, *, from_zero: bool = False) -> Iterator[None]:
    """Let no file grow beyond the largest one there by more than so many bytes, or beyond so many at all."""
    size = max((file.stat().st_size for file in folder.iterdir()), default=0)
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (left if from_zero else size + left, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))


@contextmanager
def make_disk(kind: str, folder: Path) -> Iterator[Disk]:
    """Give a disk at a folder that is not there yet; skip the test where this user may mount none.

    `disk` is a small one in memory. On `limit` no file may grow, and on `log` none beyond a size that the log beside an
    archive soon has.
    """
    folder.mkdir()
    if kind != "disk":
        yield Disk(folder, lambda left: limit(folder, left, from_zero=kind == "log"))
        return
    if run_tool("mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", folder):
        pytest.skip("this user may mount no disk; the limit on the size of files stands for it")
    try:
        yield Disk(folder, lambda left: fill(folder, left))
    finally:
        assert run_tool("umount", "--lazy", folder) == 0


def empty(folder: Path) -> None:
    """Remove what is in a folder."""
    for one in folder.iterdir():
        shutil.rmtree(one) if one.is_dir() else one.unlink()
