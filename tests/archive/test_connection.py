import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from archive import Archive, ArchiveError, BusyError, CannotOpenError, DamagedError
from archive.captures.bodies import unpack
from tests.archive.made_reports import HOST, PAGE, SITE, crawl, make_capture, make_cell, make_report

OPENERS: list[Callable[[Path], Archive]] = [Archive.open, Archive.create]


def tamper(path: Path, *statements: str) -> None:
    """Change a file past the archive."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def make_archive(path: Path) -> None:
    """Make an archive with one report, all of it in the one file."""
    with Archive.create(path) as archive:
        archive.save_site(SITE)
        crawl(archive, 1, {PAGE: make_report(make_cell("granted", 1))})


@pytest.mark.parametrize("opener", OPENERS)
@pytest.mark.parametrize("content", [b"<html></html>" * 100, b"SQLite format 3\x00" + b"\xff" * 2000, b"x" * 4096])
def test_what_is_no_sqlite_file_is_refused(path: Path, opener: Callable[[Path], Archive], content: bytes) -> None:
    """A file of another kind is named, is not opened, and stays as it is."""
    path.write_bytes(content)

    with pytest.raises(CannotOpenError, match=r"gongkai\.db is not an SQLite file"):
        opener(path)

    assert path.read_bytes() == content


@pytest.mark.parametrize("opener", OPENERS)
def test_the_database_of_another_program_is_refused(path: Path, opener: Callable[[Path], Archive]) -> None:
    """An SQLite file that is no archive is named, is not opened, and stays as it is."""
    tamper(path, "CREATE TABLE captures (id)", "PRAGMA user_version = 1")
    before = path.read_bytes()

    with pytest.raises(CannotOpenError, match="is not an archive of gongkai"):
        opener(path)

    assert path.read_bytes() == before


@pytest.mark.parametrize("opener", OPENERS)
def test_an_archive_of_a_newer_program_is_refused(path: Path, opener: Callable[[Path], Archive]) -> None:
    """An archive whose schema is newer is not touched, and the text says what to do."""
    make_archive(path)
    tamper(path, "PRAGMA user_version = 99")

    with pytest.raises(CannotOpenError, match=r"newer gongkai.*schema 99.*update gongkai"):
        opener(path)


def test_an_empty_file_becomes_an_archive_and_is_none_before(path: Path) -> None:
    """A file of no bytes is no archive to read, and may be made one."""
    path.touch()

    with pytest.raises(CannotOpenError, match="is not an archive of gongkai"):
        Archive.open(path)
    Archive.create(path).close()
    with Archive.open(path) as archive:
        assert archive.list_reports() == []


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Neither reading nor writing makes folders, and both say which one is missing."""
    path = tmp_path / "none" / "gongkai.db"

    with pytest.raises(CannotOpenError, match="there is no folder"):
        Archive.create(path)
    with pytest.raises(CannotOpenError, match="no archive at"):
        Archive.open(path)

    assert not path.parent.exists()


@pytest.mark.parametrize("opener", OPENERS)
def test_a_folder_in_place_of_the_file_is_refused(path: Path, opener: Callable[[Path], Archive]) -> None:
    """A folder is no archive, and stays."""
    path.mkdir()

    with pytest.raises(CannotOpenError, match="cannot open"):
        opener(path)

    assert path.is_dir()


def test_a_path_may_begin_with_two_slashes(path: Path) -> None:
    """`//tmp/a.db` is `/tmp/a.db`."""
    Archive.create(f"/{path}").close()


@pytest.mark.parametrize(
    "name",
    [
        "with space.db",
        "a?b.db",
        "a#b.db",
        "a%b.db",
        "a%20b.db",
        "云汀区 档案.db",
        "a&mode=ro.db",
        "a?mode=ro#%3f.db",
        "'\".db",
    ],
)
def test_a_path_is_taken_as_it_is(tmp_path: Path, name: str) -> None:
    """No character of a path is read as part of a URI, in the name of the file or of its folder."""
    folder = tmp_path / name.replace(".db", "")
    folder.mkdir()

    make_archive(folder / name)

    assert {file.name for file in folder.iterdir()} == {name, f"{name}.lock"}
    with Archive.open(str(folder / name)) as archive:
        assert len(archive.list_reports()) == 1


# One writer, many readers


def test_a_second_writer_is_told_who_writes(path: Path) -> None:
    """While one process writes, another is refused at once, and told the command, process and since when."""
    with Archive.create(path, "gongkai crawl"):
        with pytest.raises(BusyError, match=r"being written by `gongkai crawl` \(process \d+, since 20.*Z\); wait"):
            Archive.create(path, "gongkai watch")
        with pytest.raises(BusyError, match="gongkai crawl"):
            Archive.discard(path)
        assert path.exists()


def test_a_writer_in_another_process_is_named_and_its_end_frees_the_archive(path: Path) -> None:
    """The lock holds across processes, names the process, and goes when that is killed."""
    code = (
        "import sys; from archive import Archive; held = Archive.create(sys.argv[1], 'gongkai crawl'); input(print())"
    )
    with subprocess.Popen([sys.executable, "-uc", code, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:  # noqa: S603
        assert child.stdout
        child.stdout.readline()
        try:
            with pytest.raises(BusyError, match=rf"`gongkai crawl` \(process {child.pid},"):
                Archive.create(path)
        finally:
            child.kill()

    Archive.create(path).close()


def test_the_lock_is_given_back(path: Path) -> None:
    """Closing, leaving by an error and failing to open all leave the archive to the next writer."""
    Archive.create(path).close()
    with pytest.raises(ZeroDivisionError), Archive.create(path):
        1 / 0  # noqa: B018
    tamper(path, "PRAGMA user_version = 99")
    held = []  # an error that is kept keeps what its frames hold
    for _ in range(2):
        with pytest.raises(CannotOpenError) as caught:
            Archive.create(path)
        held.append(caught)
    tamper(path, "PRAGMA user_version = 1")

    with Archive.create(path) as archive:
        archive.close()  # closing twice does no harm
    Archive.create(path).close()
    assert not path.with_name("gongkai.db.writer").exists()


def test_readers_read_while_a_writer_writes(path: Path) -> None:
    """A reader is not kept waiting by an open transaction, and sees what was there before it."""
    make_archive(path)
    with Archive.create(path) as writer, Archive.open(path) as reader:
        writer._connection.execute("BEGIN IMMEDIATE")  # noqa: SLF001,RUF100 - half a write
        writer._connection.execute("UPDATE versions SET title = 'half'")  # noqa: SLF001,RUF100
        during = [row.title for row in reader.list_reports()]
        with Archive.open(path) as late:
            assert [row.title for row in late.list_reports()] == during
        writer._connection.execute("COMMIT")  # noqa: SLF001,RUF100

        assert during == ["云汀区听松街道办事处2020年政府信息公开工作年度报告"]
        assert [row.title for row in reader.list_reports()] == ["half"]


def test_a_reader_cannot_write(path: Path) -> None:
    """What is opened to read refuses every write, and leaves the file as it is."""
    make_archive(path)
    before = path.read_bytes()

    with Archive.open(path) as archive:
        for write in (
            lambda: archive.save_site(SITE),
            lambda: archive.save_capture(make_capture()),
            lambda: archive._connection.execute("DELETE FROM changes"),  # noqa: SLF001,RUF100 - past the front door
        ):
            with pytest.raises(CannotOpenError, match="may not be written"):
                write()

    assert path.read_bytes() == before


@pytest.mark.parametrize("with_log", [False, True])
def test_an_archive_on_a_disc_that_cannot_be_written_is_read(
    path: Path, monkeypatch: pytest.MonkeyPatch, *, with_log: bool
) -> None:
    """Where nothing may be written, an archive is read as it stands, with its write-ahead log or without one."""
    make_archive(path)
    monkeypatch.setattr("archive.file.connection.os.access", lambda *_: False)
    writer = Archive.create(path) if with_log else None
    if writer:
        crawl(writer, 2, {PAGE: make_report(make_cell("granted", 2))})

    with Archive.open(path) as archive:
        assert [row.version for row in archive.list_reports()] == [2 if with_log else 1]
        assert path.with_name("gongkai.db-wal").exists() == with_log
    if writer:
        writer.close()


def test_discarding_removes_the_file_and_what_sqlite_keeps_beside_it(path: Path) -> None:
    """Nothing that holds data of the archive is left, and it may be discarded again."""
    make_archive(path)
    path.with_name("gongkai.db-wal").touch()
    path.with_name("gongkai.db-shm").touch()

    Archive.discard(path)
    Archive.discard(path)

    assert [file.name for file in path.parent.iterdir()] == ["gongkai.db.lock"]


# Damage


def read_everything(path: Path) -> None:
    """Ask an archive for all that it holds."""
    with Archive.open(path) as archive:
        for row in archive.list_reports():
            for version in range(1, row.version + 1):
                archive.show_report(row.id, version)
        archive.list_changes()
        archive.list_sites()
        archive.search("公开", all_versions=True)
        list(archive.iter_unread())
        for number in (1, 20, 40):
            archive.load_capture_body(number)
            archive.find_reading(number, "1")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the bytes of an archive of twenty reports in two versions."""
    path = tmp_path_factory.mktemp("sound") / "gongkai.db"
    with Archive.create(path) as archive:
        archive.save_site(SITE)
        for day in (1, 2):
            reports = {
                f"{HOST}/{n}": make_report(
                    *(make_cell(f"row{row}", n * day + row) for row in range(20)),
                    agency=f"云汀区第{n}街道",
                    words=f"第{n}街道第{day}天公开。" * 9,
                )
                for n in range(20)
            }
            crawl(archive, day, reports)
    read_everything(path)
    return path.read_bytes()


def test_a_damaged_page_is_said_to_be_damage(path: Path, sound: bytes) -> None:
    """Where SQLite finds a page of the file not to be what it was, reading ends in `DamagedError`."""
    path.write_bytes(sound[:100] + sound[100:4096] + b"\xa5" * (len(sound) - 4096))

    with pytest.raises(DamagedError, match=r"gongkai\.db is damaged .*; restore a copy"):
        read_everything(path)


def test_a_file_that_was_cut_off_is_said_to_be_damaged(path: Path, sound: bytes) -> None:
    """A file that lost its second half is damaged."""
    path.write_bytes(sound[: len(sound) // 2])

    with pytest.raises(DamagedError):
        read_everything(path)


def test_a_body_that_is_not_what_was_stored_is_damage(path: Path) -> None:
    """Bytes whose hash is another are not handed out."""
    with Archive.create(path) as archive:
        archive.save_site(SITE)
        number = archive.save_capture(make_capture(body=b"x"))
        tamper(path, "UPDATE bodies SET data = CAST('y' AS BLOB)")

        with pytest.raises(DamagedError, match="body 1 is not what was stored"):
            archive.load_capture_body(number)


def test_a_body_that_cannot_be_unpacked_is_damage(path: Path) -> None:
    """Bytes that were packed and cannot be unpacked are not what was stored."""
    with Archive.create(path) as archive:
        archive.save_site(SITE)
        number = archive.save_capture(make_capture(body=b"x" * 1000))
        tamper(path, "UPDATE bodies SET data = zeroblob(9)")

        with pytest.raises(DamagedError):
            archive.load_capture_body(number)


def test_a_document_that_is_not_what_was_stored_is_damage(path: Path) -> None:
    """A report whose stored figures were changed is not shown as if it were sound."""
    make_archive(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        codec, data = connection.execute("SELECT codec, data FROM documents").fetchone()
        changed = unpack(codec, data).replace(b'"value":1,', b'"value":9,')
        connection.execute("UPDATE documents SET codec = 'raw', data = ?", (changed,))

    with Archive.open(path) as archive, pytest.raises(DamagedError):
        archive.show_report("2020")


def test_no_damage_ends_in_an_error_of_sqlite(path: Path, sound: bytes) -> None:
    """Whatever bytes of the file are flipped, reading ends well or in an `ArchiveError`."""
    dice = random.Random(1)  # noqa: S311 - not for secrets
    strange = set()
    for _ in range(240):
        content = bytearray(sound)
        at = dice.randrange(4096, len(content) - 64)
        content[at : at + 64] = bytes(byte ^ 0xA5 for byte in content[at : at + 64])
        path.write_bytes(bytes(content))
        try:
            read_everything(path)
        except ArchiveError:
            pass
        except Exception as error:  # noqa: BLE001,RUF100 - any other is what is looked for
            strange.add(type(error).__name__)
        for ending in ("-wal", "-shm"):
            path.with_name(f"gongkai.db{ending}").unlink(missing_ok=True)

    assert strange == set()
