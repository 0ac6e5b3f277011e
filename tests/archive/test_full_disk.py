"""A disk that is full: one line says so, nothing is half done, and once there is room the next run completes."""

import gzip
import os
import re
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from archive import Archive, ArchiveError
from archive.proof.verifying import verify_archive
from archive.upkeep.compaction import compact_archive
from archive.upkeep.copies import back_up
from gongkai.cli import DONE, FAILED, run
from tests.archive.contents import tell_contents
from tests.archive.kill_story import live
from tests.archive.made_reports import HOST, SITE, make_capture, select
from tests.archive.old_archives import make
from tests.archive.tools import run_tool

SIZE = 8 << 20
"""Bytes of the small disk."""
LEVELS = (0, 4096, 12_288, 36_864, 69_632, 118_784, 200_704, 331_776, 480_000, 640_000)
"""How many bytes are left: none, a page, not quite enough for a log, and so on."""
SAID = re.compile(
    r"no room for the copy: [^\n]+|(no room|cannot (open|write|copy)|\S+ cannot be written)[^\n]*; [^\n]+"
)


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
def limit(folder: Path, left: int) -> Iterator[None]:
    """Let no file grow beyond the largest one there by more than so many bytes."""
    size = max((file.stat().st_size for file in folder.iterdir()), default=0)
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + left, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))


@pytest.fixture(params=["disk", "limit"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    """Return a small disk in memory, where this user may mount one, and a folder in which files may not grow."""
    folder = tmp_path / "small"
    folder.mkdir()
    if request.param == "limit":
        yield Disk(folder, lambda left: limit(folder, left))
        return
    if run_tool("mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", folder):
        pytest.skip("this user may mount no disk; the limit on the size of files stands for it")
    yield Disk(folder, lambda left: fill(folder, left))
    assert run_tool("umount", "--lazy", folder) == 0


def is_refused(act: Callable[[], object]) -> bool:
    """Whether this is refused for want of room, which is said in one line; it may also be done."""
    said = ""
    try:
        act()
    except ArchiveError as problem:
        said = str(problem)
    assert not said or SAID.fullmatch(said)
    return bool(said)


def tell(path: Path) -> dict[str, Any]:
    """Return what an archive holds, once it is found to be whole."""
    assert verify_archive(path).problems == ()
    return tell_contents(path)


def test_a_crawl_stops_and_the_next_one_goes_on(disk: Disk, tmp_path: Path) -> None:
    """Wherever the room ends, no capture is lost or half there, and the next crawl ends as one that had room."""
    live(tmp_path / "whole.db")
    expected = tell(tmp_path / "whole.db")
    path = disk.folder / "gongkai.db"
    refusals = 0

    for level in LEVELS:
        empty(disk.folder)
        saved: list[int] = []
        with disk.leave(level):
            refusals += is_refused(partial(live, path, saved.append))
        if saved:
            assert verify_archive(path).problems == ()
            assert [row[0] for row in select(path, "SELECT id FROM captures ORDER BY id")][: len(saved)] == saved
        live(path)
        assert tell(path) == expected, level

    assert refusals >= len(LEVELS) // 2


def test_a_capture_is_saved_or_it_is_not(disk: Disk) -> None:
    """A writer that runs out of room keeps all that it saved, says so each time, and saves again when there is room."""
    path = disk.folder / "gongkai.db"
    with Archive.create(path) as archive:
        archive.save_site(SITE)
        numbers = [archive.save_capture(make_capture())]

        with disk.leave(300_000):
            while not is_refused(lambda: numbers.append(save_large(archive, len(numbers)))):
                assert len(numbers) < 1000
            assert all(is_refused(lambda: save_large(archive, len(numbers))) for _ in range(3))
            assert all(archive.load_capture_body(number) for number in numbers)
        numbers.append(save_large(archive, 999))

    assert [row[0] for row in select(path, "SELECT id FROM captures ORDER BY id")] == numbers
    assert verify_archive(path).problems == ()


def save_large(archive: Archive, number: int) -> int:
    """Save a capture whose bytes cannot be made smaller."""
    content = b"".join(bytes([number % 256]) + os.urandom(999) for _ in range(20))
    return archive.save_capture(make_capture(f"{HOST}/{number}", content, "list"))


def empty(folder: Path) -> None:
    """Remove the files of a folder."""
    for file in folder.iterdir():
        file.unlink()


def put_old(path: Path) -> None:
    """Put an archive of the first schema at a path, and nothing of what was there before."""
    empty(path.parent)
    path.write_bytes(gzip.decompress((Path(make.__file__).parent / "schema_1.db.gz").read_bytes()))


def test_a_migration_without_room_changes_nothing(disk: Disk) -> None:
    """An older archive stays what it was, and the next writer brings it up to date."""
    path = disk.folder / "gongkai.db"
    put_old(path)
    Archive.create(path).close()
    expected = tell(path)
    refusals = 0

    for level in LEVELS:
        put_old(path)
        before = path.read_bytes()
        with disk.leave(level):
            is_late = is_refused(lambda: Archive.create(path).close())
        if is_late:
            assert select(path, "PRAGMA user_version") == [(1,)]
            assert select(path, "SELECT count(*) FROM captures WHERE chain <> ''") == [(44,)]
            assert path.read_bytes() == before
        Archive.create(path).close()
        assert tell(path) == expected, level
        refusals += is_late

    assert refusals >= 2


def test_a_copy_without_room_leaves_nothing(disk: Disk) -> None:
    """A backup for which there is no room is refused, and neither a part of it nor a changed older copy stays."""
    path, copy = disk.folder / "gongkai.db", disk.folder / "copy.db"
    live(path)
    expected = tell(path)
    back_up(path, copy)
    before = copy.read_bytes()

    for level in LEVELS:
        with disk.leave(level):
            is_late = is_refused(lambda: back_up(path, copy, replace=True))
        assert {file.suffix for file in disk.folder.iterdir()} <= {".db", ".lock", ".db-wal", ".db-shm"}
        if is_late:
            assert copy.read_bytes() == before
        assert tell(copy) == tell(path) == expected


def test_compacting_without_room_loses_nothing(disk: Disk) -> None:
    """Making an archive smaller takes room; without it every body stays readable, and it can be done later."""
    path = disk.folder / "gongkai.db"
    live(path)
    expected = tell(path)

    for level in LEVELS:
        with disk.leave(level):
            is_refused(lambda: compact_archive(path))
        assert tell(path) == expected, level
    compact_archive(path)

    assert tell(path) == expected


@pytest.mark.parametrize(
    "command",
    [
        ["compact"],
        ["backup", "copy.db"],
        ["reparse"],
        ["verify", "--repair"],
        ["reports"],
        ["changes"],
        ["search", "公开"],
        ["verify"],
    ],
)
def test_a_command_without_room_says_so_in_one_line(
    disk: Disk, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A command ends well or with exit code 1 and one line, and never with a traceback."""
    path = disk.folder / "gongkai.db"
    live(path)
    arguments = [str(disk.folder / word) if word.endswith(".db") else word for word in command]

    with disk.leave(0):
        code = run([*arguments, "--archive", str(path)])

    said = capsys.readouterr().err
    assert code in {DONE, FAILED}
    assert code == DONE or (said.count("\n") == 1 and SAID.fullmatch(said.removeprefix("gongkai: ").strip())), said
    assert run(["verify", "--archive", str(path)]) == DONE
