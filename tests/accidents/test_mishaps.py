"""What befalls a file: damage, discs that cannot be written, other writers, clocks that go back."""

import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from archive import Archive, ArchiveError, CannotOpenError, DamagedError, ReportRow
from archive.file.connection import open_for_joining, open_for_writing
from archive.file.database import durable, relaxed
from archive.proof.verifying import verify_archive
from gongkai.cli import DAMAGED, DONE, FAILED, run
from tests.archive.contents import tell_contents
from tests.archive.kill_story import live
from tests.archive.made_reports import (
    MIRROR,
    PAGE,
    SITE,
    at_day,
    crawl,
    make_capture,
    make_cell,
    make_reading,
    make_report,
    select,
)
from tests.archive.tools import run_tool

READING = (
    ["reports"],
    ["changes"],
    ["search", "公开"],
    ["show", "听松"],
    ["check"],
    ["sites", "list"],
    ["verify"],
    ["verify", "--quick"],
)
WRITING = (["compact"], ["reparse"], ["verify", "--repair"])
PAGE_SIZE = 4096


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an archive with all that an archive can hold."""
    path = tmp_path_factory.mktemp("lived") / "gongkai.db"
    live(path)
    return path


def copy_of(lived: Path, folder: Path) -> Path:
    """Return a copy of that archive, with nothing beside it."""
    for file in folder.glob("gongkai.db*"):
        file.unlink()
    return Path(shutil.copy(lived, folder / "gongkai.db"))


def said_by(capsys: pytest.CaptureFixture[str]) -> str:
    """Return what was said on standard error since the last time."""
    return capsys.readouterr().err


# Damage


@pytest.mark.parametrize("seed", range(24))
def test_a_damaged_page_ends_each_command_in_one_line(
    lived: Path, tmp_path: Path, seed: int, capsys: pytest.CaptureFixture[str], struck: Callable[..., None]
) -> None:
    """Whatever was overwritten, a command ends well or with exit code 4 and one line; `verify` finds what others do."""
    content = damage(lived.read_bytes(), random.Random(seed))  # noqa: S311 - not for secrets
    codes = {}

    for number, command in enumerate((*READING, *WRITING, ["backup", str(tmp_path / "copy.db")])):
        path = tmp_path / f"{number}.db"  # a file of its own: no command meets what another left beside it
        path.write_bytes(content)
        codes[" ".join(command[:2])] = code = run([*command, "--archive", str(path)])
        said = said_by(capsys)
        assert code in {DONE, DAMAGED}, (command, said)
        assert code == DONE or command[0] == "verify" or said.count("\n") == 1, (command, said)

    assert codes["verify"] == DAMAGED or set(codes.values()) == {DONE}
    struck("page overwritten", "each command", len(codes), "what stood there; exit code 4 and one line say so")


def damage(whole: bytes, dice: random.Random) -> bytes:
    """Return a file with some of it overwritten, often the beginning of a page, where SQLite keeps its order."""
    content = bytearray(whole)
    for _ in range(dice.randint(1, 3)):
        page = dice.randrange(1, len(content) // PAGE_SIZE)
        start = page * PAGE_SIZE + dice.choice((0, dice.randrange(PAGE_SIZE - 600)))
        content[start : start + 600] = dice.randbytes(600)
    return bytes(content)


def tamper(path: Path, *statements: str) -> None:
    """Change a file past the archive and past its rules."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def test_a_row_that_others_refer_to_and_that_is_gone_is_damage(archive: Archive, path: Path) -> None:
    """What can only be written where other rows are, and they are not, is said to be damage."""
    number = archive.save_capture(make_capture())
    tamper(path, "DELETE FROM bodies")

    with pytest.raises(DamagedError, match=r"gongkai\.db is damaged \(FOREIGN KEY"):
        archive.file_reading(make_reading(number, make_report()))


def test_a_report_without_what_stands_of_it_is_damage(lived: Path, tmp_path: Path) -> None:
    """A report whose present state was removed is not said to be known later than now."""
    path = copy_of(lived, tmp_path)
    tamper(path, "DELETE FROM states WHERE known_until IS NULL")

    with Archive.open(path) as archive, pytest.raises(DamagedError, match=r"what is known of 990101-听松.* is gone"):
        archive.show_report("听松")


def test_what_a_damaged_text_holds_is_not_printed(lived: Path, tmp_path: Path) -> None:
    """The line about damage has no character of it that steers a terminal."""
    path = copy_of(lived, tmp_path)
    tamper(path, "UPDATE versions SET title = CAST(x'ff0a1b5b33316d' AS TEXT)")

    with Archive.open(path) as archive, pytest.raises(DamagedError) as caught:
        archive.list_reports()

    assert str(caught.value).isprintable()


@pytest.mark.parametrize("unforeseen", [TypeError("NoneType"), KeyError("1"), ValueError("x")])
def test_what_nobody_foresaw_is_damage_where_the_file_is_damaged(
    lived: Path, tmp_path: Path, unforeseen: Exception
) -> None:
    """An error of the program on a damaged file is told as damage; on a sound one it stays what it is."""
    path = copy_of(lived, tmp_path)
    with pytest.raises(type(unforeseen)), Archive.open(path):
        raise unforeseen
    tamper(path, "PRAGMA writable_schema = ON", "UPDATE sqlite_master SET rootpage = 3 WHERE name = 'changes_seen'")

    with pytest.raises(DamagedError, match="is damaged"), Archive.open(path):
        raise unforeseen


def test_a_file_that_shrinks_under_a_reader_is_said_to_be_damaged(
    lived: Path, tmp_path: Path, struck: Callable[..., None]
) -> None:
    """A reader whose file is cut short meanwhile is told, and is given nothing made up."""
    path = copy_of(lived, tmp_path)
    with Archive.open(path) as archive:
        whole = archive.list_reports()
        os.truncate(path, PAGE_SIZE * 3)

        with pytest.raises(ArchiveError, match=r"gongkai\.db (is damaged|cannot be written|cannot be read)"):
            show_all(archive, whole)
    struck("file cut short", "a reader", 1, "what was cut off; one line says so")


def show_all(archive: Archive, rows: list[ReportRow]) -> None:
    """Have all these reports shown."""
    for row in rows:
        archive.show_report(row.id)


def test_an_archive_of_a_newer_program_is_refused_by_each_command(
    lived: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was written by a newer program is left as it is, and the line says to update."""
    path = copy_of(lived, tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = path.read_bytes()

    for command in (*READING, *WRITING, ["backup", str(tmp_path / "copy.db")]):
        assert run([*command, "--archive", str(path)]) == FAILED, command
        said = said_by(capsys)
        assert said.count("\n") == 1, said
        assert "newer gongkai (schema 99" in said, command
        assert "update gongkai" in said, command

    assert path.read_bytes() == before


# Others who write


def test_each_command_that_writes_names_who_writes_already(
    lived: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], struck: Callable[..., None]
) -> None:
    """While one process writes, those that want to are refused in a line, and those that read are not."""
    path = copy_of(lived, tmp_path)
    with Archive.create(path, "gongkai crawl --site qingshi"):
        for command in WRITING:
            assert run([*command, "--archive", str(path)]) == FAILED, command
            said = said_by(capsys)
            assert said.count("\n") == 1, said
            assert f"being written by `gongkai crawl --site qingshi` (process {os.getpid()}, since" in said
        for command in (*READING, ["backup", str(tmp_path / "copy.db")]):
            assert run([*command, "--archive", str(path)]) == DONE, command
    struck("another writer", "each command", len(WRITING))


def test_a_reader_sees_whole_states_only(path: Path, struck: Callable[..., None]) -> None:
    """Whoever reads beside a crawl is never kept waiting, and sees versions, states and log of one moment."""
    child = os.fork()
    if child == 0:
        try:
            live(path)
            os._exit(0)
        finally:
            os._exit(1)
    seen, looks = set(), 0
    ended, status = 0, 0
    while not ended:
        ended, status = os.waitpid(child, os.WNOHANG)
        with suppress(CannotOpenError), Archive.open(path) as archive:
            looks += 1
            seen.add(look_at(archive._connection))  # noqa: SLF001,RUF100 - several questions about one moment

    problems = {problem for one in seen for problem in one}
    assert (problems, status) == (set(), 0)
    assert verify_archive(path).problems == ()
    struck("reader beside a writer", "crawl, file, reparse, import", looks)


def look_at(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return what does not fit together in what is there at one moment."""
    connection.execute("BEGIN")
    found = []
    for what, query in {
        "a report without a state": """
            SELECT id FROM reports WHERE NOT is_stale AND id NOT IN (SELECT report_id FROM states)
        """,
        "a version without a change": """
            SELECT id FROM versions WHERE number = 1 AND id NOT IN (SELECT version_id FROM changes WHERE kind = 'new')
        """,
        "a version that stands without words": """
            SELECT version_id FROM states WHERE known_until IS NULL
            AND (version_id NOT IN (SELECT rowid FROM search_words)
                 OR version_id NOT IN (SELECT rowid FROM search_characters))
        """,
        "another version without words": """
            SELECT id FROM versions WHERE id NOT IN (SELECT version_id FROM states WHERE known_until IS NULL)
            AND id NOT IN (SELECT rowid FROM search_past)
        """,
        "words in two places": "SELECT rowid FROM search_past WHERE rowid IN (SELECT rowid FROM search_words)",
        "a capture outside of the ledger": "SELECT id FROM captures WHERE id NOT IN (SELECT capture_id FROM ledger)",
        "two present states": "SELECT 1 FROM states WHERE known_until IS NULL GROUP BY report_id HAVING count(*) > 1",
    }.items():
        found += [what for _ in connection.execute(query).fetchall()]
    connection.execute("ROLLBACK")
    return tuple(found)


# Discs that cannot be written


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Callable[[], Path]]:
    """Return what makes a folder one that cannot be written, as on a disc that is only read, and gives it."""
    folder = tmp_path / "disc"
    folder.mkdir()
    is_mounted = run_tool("mount", "-t", "tmpfs", "tmpfs", folder) == 0

    def close() -> Path:
        if is_mounted:
            assert run_tool("mount", "-o", "remount,ro", folder) == 0
        else:
            for file in (*folder.iterdir(), folder):
                file.chmod(0o555 if file.is_dir() else 0o444)
            if os.access(folder, os.W_OK):
                pytest.skip("this user may write anything and mount nothing")
        return folder

    yield close
    if is_mounted:
        assert run_tool("umount", "--lazy", folder) == 0
    else:
        folder.chmod(0o755)


def test_an_archive_on_a_read_only_disc_is_read_and_not_written(
    lived: Path,
    tmp_path: Path,
    read_only: Callable[[], Path],
    capsys: pytest.CaptureFixture[str],
    struck: Callable[..., None],
) -> None:
    """Commands that read do, whole; those that write say in one line that nothing can be written there."""
    shutil.copy(lived, tmp_path / "disc" / "gongkai.db")
    path = read_only() / "gongkai.db"

    for command in READING:
        assert run([*command, "--archive", str(path)]) == DONE, command
    said_by(capsys)
    assert tell_contents_of(path) == tell_contents(lived)
    for command in WRITING:
        assert run([*command, "--archive", str(path)]) == FAILED, command
        said = said_by(capsys)
        assert said.count("\n") == 1, said
        assert "cannot open" in said, command
    struck("disk that is read only", "each command", len(READING) + len(WRITING))


def tell_contents_of(path: Path) -> object:
    """Return what an archive that cannot be written holds, by way of a copy."""
    copy = path.parent.parent / "read.db"
    assert run(["backup", str(copy), "--archive", str(path)]) == DONE
    return tell_contents(copy)


@pytest.mark.parametrize("beside", [("-wal", "-shm"), ("-wal",)])
def test_a_log_left_by_a_crash_is_read_or_it_is_said_that_it_cannot_be(
    tmp_path: Path,
    read_only: Callable[[], Path],
    beside: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
    struck: Callable[..., None],
) -> None:
    """What a crash left in the log is never passed over: it is read, or one line says why it cannot be."""
    path = tmp_path / "gongkai.db"
    with Archive.create(path) as archive:
        archive.save_site(SITE)
        crawl(archive, 1, {PAGE: make_report(make_cell("granted", 1))})
    with Archive.create(path) as archive:
        crawl(archive, 2, {PAGE: make_report(make_cell("granted", 2))})
        for ending in ("", *beside):  # as a crash leaves them
            shutil.copy(f"{path}{ending}", tmp_path / "disc" / f"gongkai.db{ending}")
    stranded = read_only() / "gongkai.db"

    code = run(["reports", "--json", "--archive", str(stranded)])

    said = capsys.readouterr()
    assert (code == DONE and '"version": 2' in said.out) or (code == FAILED and said.err.count("\n") == 1), said
    struck("log left by a crash", "reports")


# Clocks, and power


def test_a_clock_that_goes_back_loses_nothing(archive: Archive, path: Path, struck: Callable[..., None]) -> None:
    """Captures of earlier moments than those before are told in the order of their moments, and all is whole."""
    for day, value in ((5, 1), (6, 2), (3, 3), (4, None), (2, 2)):
        crawl(
            archive,
            day,
            {
                PAGE: make_report(make_cell("granted", value)) if value else None,
                MIRROR: make_report(make_cell("granted", 1)),
            },
        )
    archive.save_capture(make_capture(PAGE, None, day=1))

    told = [(change.kind, change.seen_at) for change in archive.list_changes()]
    (report,) = archive.list_reports()

    moments = {day: f"{at_day(day):%Y-%m-%dT%H:%M:%SZ}" for day in range(7)}
    assert told == [("new", moments[2]), *(("figures", moments[day]) for day in (3, 5, 6))]
    assert (report.version, report.first_seen, report.last_seen) == (4, moments[2], moments[6])
    spans = select(path, "SELECT first_seen, last_seen FROM versions UNION SELECT first_seen, last_seen FROM locations")
    assert all(first <= last for first, last in spans)
    assert len(select(path, "SELECT * FROM captures")) == 11
    assert verify_archive(path).problems == ()
    struck("clock jumps back", "crawl, file", 4)


def test_a_clock_that_goes_back_after_all_was_worked_out_anew_is_no_damage(
    archive: Archive, path: Path, struck: Callable[..., None]
) -> None:
    """Pages whose captures came in no order of any kind are whole, and asking for them goes on."""
    for day in (5, 3):
        crawl(archive, day, {PAGE: make_report(make_cell("granted", day))})
    archive.work_out()
    for day in (4, 2):
        crawl(archive, day, {PAGE: make_report(make_cell("granted", day))})

    assert verify_archive(path).problems == ()
    before = tell_contents(path)
    archive.work_out()
    assert tell_contents(path) == before
    struck("clock jumps back", "crawl, file", 3)


def test_what_no_crawl_can_bring_back_is_synchronised(path: Path) -> None:
    """SQLite itself says that commits wait for the disk, but for those of what can be worked out again."""

    def level(connection: sqlite3.Connection) -> int:
        return int(connection.execute("PRAGMA synchronous").fetchone()[0])

    normal, full = 1, 2
    with closing(open_for_writing(path)) as connection, closing(open_for_joining(path)) as joined:
        for one in (connection, joined):
            with durable(one):
                assert level(one) == full
            assert level(one) == full
            with relaxed(one):
                assert level(one) == normal
            with pytest.raises(ZeroDivisionError), relaxed(one):
                1 / 0  # noqa: B018
            assert level(one) == full


def test_a_capture_is_committed_while_commits_wait_for_the_disk(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the moment of the commit of a capture, whatever came before it, SQLite waits for the disk."""
    connection = archive._connection  # noqa: SLF001,RUF100 - what is asked of SQLite
    levels = []
    execute = type(connection).execute

    def watched(self: sqlite3.Connection, statement: str, *values: object) -> sqlite3.Cursor:
        if statement == "BEGIN IMMEDIATE":
            levels.append(execute(self, "PRAGMA synchronous").fetchone()[0])
        return execute(self, statement, *values)

    crawl(archive, 1, {PAGE: make_report(make_cell("granted", 1))})
    monkeypatch.setattr(type(connection), "execute", watched)
    archive.save_capture(make_capture(day=2))

    assert levels == [2]
