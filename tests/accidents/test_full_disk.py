"""Writers and commands on a disk that is full: one line says so, and nothing is half done."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive import Archive, ArchiveError
from archive.proof.verifying import verify_archive
from gongkai.cli import DONE, FAILED, run
from tests.accidents.small_disks import SAID, Disk, make_disk
from tests.archive.kill_story import live
from tests.archive.made_reports import HOST, SITE, make_capture, select


@pytest.fixture(params=["disk", "limit"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    """Return a small disk in memory, where this user may mount one, and a folder in which files may not grow."""
    with make_disk(request.param, tmp_path / "small") as made:
        yield made


def is_refused(act: Callable[[], object]) -> bool:
    """Whether this is refused for want of room, which is said in one line; it may also be done."""
    said = ""
    try:
        act()
    except ArchiveError as problem:
        said = str(problem)
    assert not said or SAID.fullmatch(said)
    return bool(said)


def test_a_capture_is_saved_or_it_is_not(disk: Disk, struck: Callable[..., None]) -> None:
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
    struck("full disk", "one capture after the other", 4)


def save_large(archive: Archive, number: int) -> int:
    """Save a capture whose bytes cannot be made smaller."""
    content = b"".join(bytes([number % 256]) + os.urandom(999) for _ in range(20))
    return archive.save_capture(make_capture(f"{HOST}/{number}", content, "list"))


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
    disk: Disk, command: list[str], capsys: pytest.CaptureFixture[str], struck: Callable[..., None]
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
    struck("full disk", "each command", code == FAILED)
