"""A folder that is there whole or not at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from gongkai.exports.errors import ExportError


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to write into beside `folder`, which takes its name once all is written and on the disk.

    `ExportError` where `folder` holds anything already, or cannot be written. What is interrupted leaves nothing there.
    An empty folder that was there is replaced by one with its rights; the root of a disk cannot be.
    """
    target = folder.resolve()
    try:
        _require_empty(target, folder)
        scratch = target.with_name(f".{target.name}.unfinished-{token_hex(4)}")
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch.mkdir()
        try:
            yield scratch
            for file in sorted(scratch.rglob("*")):
                _synchronise(file)
            _take_place(scratch, target, folder)
            _synchronise(target.parent)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    except OSError as problem:
        said = problem.strerror or str(problem)
        raise ExportError(f"{folder} cannot be written ({said}); make room, or name another folder") from problem


def _take_place(scratch: Path, target: Path, folder: Path) -> None:
    """Give what is written its name, unless somebody has taken that meanwhile."""
    _require_empty(target, folder)
    if target.is_dir():
        shutil.copymode(target, scratch)
    try:
        scratch.replace(target)
    except OSError:
        _require_empty(target, folder)  # another export was quicker by a moment
        raise


def _require_empty(target: Path, folder: Path) -> None:
    if target.exists() and not target.is_dir():
        raise ExportError(f"{folder} is a file; name a folder that is not there yet")
    if target.is_dir() and any(target.iterdir()):
        raise ExportError(f"{folder} holds files already; name another folder, or remove it")
    if target.is_mount():
        raise ExportError(f"{folder} is a disk of its own, and a folder takes its place whole; name a folder in it")
    if target == Path.cwd():  # the folder that takes its place would not be the one that the shell stands in
        raise ExportError(f"{folder} is the folder you are in; name one in it")


def _synchronise(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk when this returns."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
