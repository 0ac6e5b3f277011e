import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from archive import Archive, BusyError, CannotOpenError, DamagedError
from archive.errors import ArchiveError
from archive.file.migrations import APPLICATION_ID
from archive.upkeep import copies
from archive.upkeep.copies import BackupSummary, back_up
from tests.archive import steady_writer
from tests.archive.made_reports import find_broken_links, select
from tests.archive.stored_pages import fill, hash_all, load_all, opened

ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Make an archive of a few pages, each seen twice."""
    folder = tmp_path / "here"
    folder.mkdir()
    fill(folder / "archive.db", range(3), 1, 2)
    return folder / "archive.db"


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """Make a folder for copies."""
    folder = tmp_path / "there"
    folder.mkdir()
    return folder


@contextmanager
def written(path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Let another process save captures all the time."""
    command = [sys.executable, "-m", steady_writer.__name__, path]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:  # noqa: S603
        assert child.stdout
        assert child.stdout.readline().strip() == steady_writer.LOADED
        yield child


def names(folder: Path) -> list[str]:
    """Return what lies in a folder."""
    return sorted(file.name for file in folder.iterdir())


def test_a_copy_holds_what_the_archive_holds(path: Path, there: Path) -> None:
    """A copy is one file, read by the same means, and the summary says what is in it."""
    summary = back_up(path, there / "copy.db")

    assert names(there) == ["copy.db"]
    assert summary == BackupSummary(
        str(there / "copy.db"), (there / "copy.db").stat().st_size, 12, 12, "2026-01-02T08:00:00Z"
    )
    everything = "SELECT * FROM captures JOIN bodies ON bodies.id = body_id ORDER BY captures.id"
    assert select(there / "copy.db", everything) == select(path, everything)
    assert load_all(there / "copy.db") == load_all(path)


def test_a_copy_can_be_read_where_nothing_can_be_written(path: Path, there: Path) -> None:
    """A copy has no journal beside it, and needs none to be read: it is not in WAL mode."""
    back_up(path, there / "copy.db")

    assert (there / "copy.db").read_bytes()[18:20] == b"\1\1"
    with closing(sqlite3.connect(f"file:{there}/copy.db?mode=ro", uri=True)) as connection:
        assert connection.execute("SELECT count(*) FROM captures").fetchone() == (12,)
    assert names(there) == ["copy.db"]


def test_a_copy_goes_on_as_an_archive(path: Path, there: Path) -> None:
    """A crawl can go on in a copy."""
    back_up(path, there / "copy.db")
    fill(there / "copy.db", range(2), 3)

    assert len(hash_all(there / "copy.db")) == 16
    assert find_broken_links(there / "copy.db") == []


def test_a_copy_that_is_made_while_a_crawl_writes_is_of_one_moment(
    path: Path, there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside a process that writes without a pause a copy ends, is whole, and has all that was saved before it."""
    monkeypatch.setattr(copies, "STEP_PAGES", 5)
    with written(path) as writer:
        saved = [read_number(writer) for _ in range(5)]

        def wait(step: str, _done: int, total: int) -> None:
            if step == "copying":
                saved.append(read_number(writer))
                assert len(saved) < total, "the copy began again and again"

        summary = back_up(path, there / "copy.db", show=wait)

        writer.communicate("\n", timeout=60)
    copy = there / "copy.db"
    assert (saved[4] <= summary.captures < saved[-1], len(saved) > 10, writer.returncode) == (True, True, 0)
    assert select(copy, "SELECT id FROM captures ORDER BY id") == [(n,) for n in range(1, summary.captures + 1)]
    assert (select(copy, "PRAGMA integrity_check"), find_broken_links(copy)) == ([("ok",)], [])
    assert len(hash_all(copy)) == summary.bodies


def read_number(writer: "subprocess.Popen[str]") -> int:
    """Wait until the writer has saved another capture, and return its number."""
    assert writer.stdout
    return int(writer.stdout.readline())


def test_what_is_there_already_stays(path: Path, there: Path) -> None:
    """A copy replaces nothing unless it is told to."""
    (there / "copy.db").write_text("mine")

    with pytest.raises(CannotOpenError, match="is there already; name another file, or replace it with --force"):
        back_up(path, there / "copy.db")

    assert ((there / "copy.db").read_text(), names(there)) == ("mine", ["copy.db"])


def test_a_copy_may_replace_another_with_its_journal(path: Path, there: Path) -> None:
    """A file that is replaced leaves no journal behind that would be taken for the new one's."""
    fill(there / "copy.db", range(2), 9)
    with closing(sqlite3.connect(there / "copy.db")) as reader:
        reader.execute("SELECT * FROM captures").fetchone()
        with opened(there / "copy.db") as connection:
            connection.execute("UPDATE pages SET failures = 7")
        assert "copy.db-wal" in names(there)

        back_up(path, there / "copy.db", replace=True)

    assert [name for name in names(there) if not name.endswith(".lock")] == ["copy.db"]
    assert (load_all(there / "copy.db"), select(there / "copy.db", "PRAGMA integrity_check")) == (
        load_all(path),
        [("ok",)],
    )


def test_an_archive_that_is_being_written_is_not_replaced(path: Path, there: Path) -> None:
    """A copy does not take the place of a file into which a crawl writes."""
    with Archive.create(there / "copy.db", "gongkai crawl"), pytest.raises(BusyError, match="gongkai crawl"):
        back_up(path, there / "copy.db", replace=True)

    assert select(there / "copy.db", "SELECT count(*) FROM captures") == [(0,)]
    assert [name for name in names(there) if name.endswith(".part")] == []


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("here/archive.db", "is the archive itself; name another file"),
        ("here", "is a folder; name a file in it"),
        ("nowhere/copy.db", "there is no folder .*nowhere; make it"),
    ],
)
def test_a_target_that_cannot_be_is_refused(path: Path, tmp_path: Path, target: str, said: str) -> None:
    """What cannot take a copy is said before anything is copied."""
    with pytest.raises(CannotOpenError, match=said):
        back_up(path, tmp_path / target, replace=True)

    assert names(path.parent) == ["archive.db", "archive.db.lock"]


def test_without_an_archive_there_is_no_copy(there: Path) -> None:
    """A mistyped name of the archive is said, and leaves nothing."""
    with pytest.raises(CannotOpenError, match="no archive at"):
        back_up(there / "none.db", there / "copy.db")

    assert names(there) == []


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE bodies SET data = zeroblob(50) WHERE id = 1", "body 1 cannot be read"),
        ("DELETE FROM pages WHERE id = 1", "row 1 of .* refers to a row of pages that is not there"),
        ("UPDATE sqlite_master SET rootpage = rootpage + 1 WHERE name = 'pages_found_on'", "reference to page"),
    ],
)
def test_a_damaged_archive_gives_no_copy(path: Path, there: Path, damage: str, said: str) -> None:
    """A copy that would not be whole is not kept, and what was there before stays."""
    (there / "copy.db").write_text("the last good one")
    with opened(path) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(damage)

    with pytest.raises(DamagedError, match=said):
        back_up(path, there / "copy.db", replace=True)

    assert ((there / "copy.db").read_text(), names(there)) == ("the last good one", ["copy.db"])


def test_a_damaged_page_of_the_file_gives_no_copy(path: Path, there: Path) -> None:
    """What SQLite itself finds wrong is found in the copy."""
    with path.open("r+b") as file:
        for page in range(8, 30):
            file.seek(page * 4096)
            file.write(b"\xff" * 64)

    with pytest.raises(DamagedError, match=r"no copy was kept|is damaged"):
        back_up(path, there / "copy.db")

    assert names(there) == []


@pytest.mark.parametrize("step", ["copying", "verifying"])
def test_an_interruption_leaves_nothing(path: Path, there: Path, step: str) -> None:
    """A copy that is interrupted is not there, and no part of it is."""

    def interrupt(now: str, _done: int, _total: int) -> None:
        if now == step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        back_up(path, there / "copy.db", show=interrupt)

    assert names(there) == []


def test_a_disk_without_room_is_said_before_anything_is_copied(
    path: Path, there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How much room a copy takes is known."""
    monkeypatch.setattr(copies.shutil, "disk_usage", lambda _: SimpleNamespace(free=100_000))

    with pytest.raises(CannotOpenError, match=r"no room for the copy: it takes 0\.\d MB, 0.1 MB are free there"):
        back_up(path, there / "copy.db")

    assert names(there) == []


def test_a_disk_that_fills_up_meanwhile_leaves_nothing(path: Path, there: Path) -> None:
    """A copy that cannot be written to its end is one clear line, and no file."""
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(CannotOpenError, match=r"copy\.db") as problem:
            back_up(path, there / "copy.db")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)

    assert "\n" not in str(problem.value)
    assert names(there) == []


def test_what_comes_to_the_target_meanwhile_stays(path: Path, there: Path) -> None:
    """A file that another program makes while the copy is made is not replaced."""

    def make(_now: str, _done: int, _total: int) -> None:
        (there / "copy.db").write_text("theirs")

    with pytest.raises(ArchiveError, match="made by another program meanwhile"):
        back_up(path, there / "copy.db", show=make)

    assert ((there / "copy.db").read_text(), names(there)) == ("theirs", ["copy.db"])


def test_an_archive_of_an_older_version_is_copied_as_it_is(there: Path) -> None:
    """Before it is brought up to date an archive can be copied."""
    with closing(sqlite3.connect(there / "older.db")) as connection:
        for name in ("001_first.sql", "002_visits.sql"):
            connection.executescript((ROOT / "archive/schema" / name).read_text(encoding="utf-8"))
        connection.execute("INSERT INTO bodies (sha256, size, codec, data) VALUES ('', 1, 'raw', x'61')")
        connection.commit()
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("PRAGMA user_version = 2")

    assert back_up(there / "older.db", there / "copy.db").bodies == 1
    assert select(there / "copy.db", "PRAGMA user_version") == [(2,)]
