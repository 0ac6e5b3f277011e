"""An archive of a stranger: whatever is in the file, a command ends, in words, and takes no more than its share."""

# ruff: noqa: S608 - every word of these statements is ours

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from archive import Archive, ArchiveError
from archive.captures import packing
from archive.captures.packing import MOST_OF_PAGE, MOST_UNPACKED, pack
from archive.errors import CannotOpenError, DamagedError
from archive.file.connection import open_for_reading
from archive.file.migrations import table_names
from archive.joining.merging import merge_archives
from archive.proof.verifying import verify_archive
from archive.readings.documents import MOST_OF_DOCUMENT, unpack_document
from gongkai.cli import run
from tests.archive.made_reports import select
from tests.archive.tamperings import make_rich_archive

ZEROS = 1 << 20
"""Bytes of a piece of which bombs are made."""
LEAST_MEMORY = 1_500 << 20
"""Bytes of address space in which a command must do: less than what the bombs below unpack to."""
DEEP = "[" * 200_000 + "]" * 200_000
ENDLESS = "WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x)"
COMMANDS = (("reports",), ("show", "听松"), ("search", "公开"), ("verify",), ("changes",))
Change = Callable[[sqlite3.Connection], None]


def make_bomb(size: int) -> bytes:
    """Return a frame of some kilobytes that unpacks to `size` bytes, and says so."""
    packer = packing.zstd.ZstdCompressor()
    packer.set_pledged_input_size(size)
    pieces = [packer.compress(bytes(ZEROS)) for _ in range(size // ZEROS)]
    return b"".join([*pieces, packer.flush()])


def make_silent_bomb(size: int) -> bytes:
    """Return such a frame that does not say what it unpacks to."""
    packer = packing.zstd.ZstdCompressor()
    return b"".join([*(packer.compress(bytes(ZEROS)) for _ in range(size // ZEROS)), packer.flush()])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an archive of every kind of row."""
    path = tmp_path_factory.mktemp("strange") / "whole.db"
    make_rich_archive(path)
    return path


@pytest.fixture
def change(whole: Path, tmp_path: Path) -> Callable[[Change], Path]:
    """Return what makes a copy of it and changes that past gongkai, its triggers out of the way."""

    def make(edit: Change) -> Path:
        path = tmp_path / "strange.db"
        shutil.copy(whole, path)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for name, _ in rows:
                connection.execute(f'DROP TRIGGER "{name}"')
            edit(connection)
            for _, sql in rows:
                with suppress(sqlite3.OperationalError):  # of a table that is a view now
                    connection.execute(sql)
        return path

    return make


def store_body(data: bytes, size: int) -> Change:
    """Put packed bytes in the place of the first body."""

    def edit(connection: sqlite3.Connection) -> None:
        parts = "size = ?, data = ?, codec = 'zstd', base_id = NULL, dictionary_id = NULL"
        connection.execute(f"UPDATE bodies SET {parts} WHERE id = 1", (size, data))

    return edit


def store_dictionary(data: bytes) -> Change:
    """Let the first body be packed with these bytes, whose hash is right."""

    def edit(connection: sqlite3.Connection) -> None:
        row = (99, hashlib.sha256(data).hexdigest(), "2026-01-01T00:00:00Z", data)
        connection.execute("INSERT INTO dictionaries (id, sha256, trained_at, data) VALUES (?, ?, ?, ?)", row)
        connection.execute("UPDATE bodies SET dictionary_id = 99, base_id = NULL, codec = 'zstd' WHERE id = 1")

    return edit


def store_documents(data: bytes, content: bytes) -> Change:
    """Put packed bytes in the place of every document, each under a hash that holds for the first."""

    def edit(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE documents SET data = ?, codec = 'zstd'", (data,))
        first = "WHERE id = (SELECT min(id) FROM documents)"
        connection.execute(f"UPDATE documents SET sha256 = ? {first}", (hashlib.sha256(content).hexdigest(),))

    return edit


def run_in_little_memory(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run gongkai in as much memory as a bomb may not fill."""
    limited = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, ({0}, {0})); import gongkai.cli as c; c.main()"
    )
    command = [sys.executable, "-c", limited.format(LEAST_MEMORY), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603 - our own


@pytest.mark.parametrize("make", [make_bomb, make_silent_bomb])
@pytest.mark.parametrize("size", [ZEROS, MOST_UNPACKED])
def test_a_body_that_unpacks_to_more_than_it_says_is_not_unpacked(
    change: Callable[[Change], Path], make: Callable[[int], bytes], size: int
) -> None:
    """A body of a size that lies, or beyond all bounds, is damage, before the memory for it is filled."""
    path = change(store_body(make(2 * ZEROS) if size == ZEROS else make_bomb(ZEROS), size if size == ZEROS else 8))

    with Archive.open(path) as archive, pytest.raises(DamagedError, match="too many"):
        archive.load_capture_body(1)


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(lambda: store_body(make_bomb(3 * MOST_UNPACKED), 3 * MOST_UNPACKED), id="body"),
        pytest.param(lambda: store_documents(make_bomb(3 * MOST_UNPACKED), b""), id="document"),
        pytest.param(lambda: store_dictionary(make_bomb(3 * MOST_UNPACKED)), id="dictionary"),
    ],
)
def test_no_bomb_fills_the_memory(change: Callable[[Change], Path], edit: Callable[[], Change], tmp_path: Path) -> None:
    """Three gigabytes of nothing, said or not, end a command in a line of its own, in half of that memory."""
    path = change(edit())

    ended = [
        run_in_little_memory("verify", "--archive", str(path)),
        run_in_little_memory("merge", str(path), "--archive", str(tmp_path / "target.db")),
    ]

    assert [one.returncode for one in ended] == [4, 4]
    assert not any("Traceback" in one.stderr or "MemoryError" in one.stderr for one in ended)
    assert len(ended[1].stderr.splitlines()) == 1


def test_the_bounds_are_those_of_what_is_stored() -> None:
    """What is written keeps to the bounds that are held when it is read."""
    assert MOST_OF_PAGE < MOST_OF_DOCUMENT < MOST_UNPACKED < LEAST_MEMORY


@pytest.mark.parametrize(
    "content",
    [DEEP, "[]", "{}", "null", '"x"', '{"cells": 1}', '{"cells": [], "checks": []}', "9" * 6000, "NaN", "{"],
    ids=lambda text: text[:12],
)
def test_a_document_of_another_make_is_damage(change: Callable[[Change], Path], content: str) -> None:
    """JSON whose hash holds and that no program of ours has written is said to be none, however deep it is."""
    data, sha256 = packing.zstd.compress(content.encode()), hashlib.sha256(content.encode()).hexdigest()
    path = change(store_documents(data, content.encode()))

    with pytest.raises(DamagedError, match="none that gongkai has written"):
        unpack_document({"sha256": sha256, "codec": "zstd", "data": data})
    with Archive.open(path) as archive:
        for row in archive.list_reports():
            with pytest.raises(DamagedError):
                archive.show_report(row.id)
    assert verify_archive(path).problems


@pytest.mark.parametrize("table", ["header_shapes.shape", "facts.facts"])
@pytest.mark.parametrize("text", [DEEP, "[[1]]", '{"a": {}}', '{"a": ' + "9" * 6000 + "}"], ids=lambda text: text[:10])
def test_columns_of_json_of_another_make_are_damage(
    change: Callable[[Change], Path], table: str, text: str, tmp_path: Path
) -> None:
    """Headers and facts of any depth and size end verification and merging in words."""
    name, _, column = table.partition(".")
    sql = f"UPDATE {name} SET {column} = ? WHERE id = (SELECT min(id) FROM {name})"
    path = change(lambda connection: connection.execute(sql, (text,)) and None)

    assert verify_archive(path).problems
    with pytest.raises(ArchiveError):
        merge_archives(tmp_path / "target.db", [path])


@pytest.mark.parametrize("table", ["reports", "sites", "captures", "bodies", "ledger", "search_words"])
def test_a_view_in_the_place_of_a_table_is_refused(
    change: Callable[[Change], Path], table: str, tmp_path: Path
) -> None:
    """A table that was replaced by a question without an end is not asked: by no command, and not in a merge."""

    def edit(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA legacy_alter_table = ON")
        names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        connection.execute(f"ALTER TABLE {table} RENAME TO hidden")
        columns = ", ".join(f"hidden.{name}" for name in names)
        connection.execute(f"CREATE VIEW {table.upper()} AS {ENDLESS} SELECT {columns} FROM x, hidden")

    path = change(edit)

    with pytest.raises(DamagedError, match=f"{table} is a view"):
        Archive.open(path)
    assert [run([*command, "--archive", str(path)]) for command in COMMANDS] == [4] * len(COMMANDS)
    with pytest.raises(DamagedError, match="is a view"):
        merge_archives(tmp_path / "target.db", [path])
    assert not (tmp_path / "target.db").exists()


def test_every_table_is_known_as_one(whole: Path) -> None:
    """The names that a view may not have are those of the tables of a new archive."""
    tables = {name for (name,) in select(whole, "SELECT name FROM sqlite_master WHERE type = 'table'")}
    own = {name for name in tables if not name.startswith(("sqlite_", "_sqlite")) and not name.endswith(_OF_FTS)}

    assert own <= table_names()


_OF_FTS = ("_data", "_idx", "_content", "_docsize", "_config")


def test_a_merge_runs_nothing_that_stands_in_a_source(change: Callable[[Change], Path], tmp_path: Path) -> None:
    """Triggers and views of a source do nothing to the target, and the source is not written."""

    def edit(connection: sqlite3.Connection) -> None:
        for table in ("captures", "bodies", "sites"):
            connection.execute(f"CREATE TRIGGER evil_{table} AFTER INSERT ON {table} BEGIN DELETE FROM bodies; END")
        connection.execute(f"CREATE VIEW evil AS {ENDLESS} SELECT n FROM x")
        connection.execute("CREATE TABLE stranger (a)")

    path = change(edit)
    before = path.read_bytes()

    merge_archives(tmp_path / "target.db", [path])

    names = {name for (name,) in select(tmp_path / "target.db", "SELECT name FROM sqlite_master")}
    assert verify_archive(tmp_path / "target.db").problems == ()
    assert not {name for name in names if "evil" in name or name == "stranger"}
    assert path.read_bytes() == before


def test_what_stands_in_a_file_reaches_nothing_outside_of_it(whole: Path) -> None:
    """No function that reaches out of SQLite can be named by what is stored in an archive, and none can be loaded."""
    with closing(open_for_reading(whole)) as connection:
        functions = {name for (name,) in connection.execute("SELECT name FROM pragma_function_list")}
        with pytest.raises(sqlite3.OperationalError, match="not authorized"):
            connection.execute("SELECT load_extension('x')")

    assert "json" in functions
    assert not functions & {"readfile", "writefile", "fsdir", "edit", "system", "shell"}


def test_a_file_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    """No database, that of another program, one with our mark and nothing else, a device: each is refused in words."""
    (tmp_path / "text.db").write_text("no database")
    for name, sql in (("other.db", "CREATE TABLE a (b)"), ("mark.db", "PRAGMA application_id = 1735090537")):
        with closing(sqlite3.connect(tmp_path / name)) as connection:
            connection.execute(sql)
            connection.execute("CREATE TABLE IF NOT EXISTS a (b)")
            connection.commit()
    (tmp_path / "link.db").symlink_to(tmp_path / "text.db")
    (tmp_path / "loop.db").symlink_to(tmp_path / "loop.db")
    before = {file: file.read_bytes() for file in tmp_path.glob("*.db") if file.exists()}

    for name in ("text.db", "other.db", "mark.db", "link.db", "loop.db"):
        with pytest.raises((CannotOpenError, DamagedError)):
            Archive.open(tmp_path / name)

    assert {file: file.read_bytes() for file in before} == before


def test_a_link_leads_to_its_archive_and_its_lock(whole: Path, tmp_path: Path) -> None:
    """Whoever opens an archive by a link reads the archive that it leads to."""
    (tmp_path / "link.db").symlink_to(whole)

    with Archive.open(tmp_path / "link.db") as by_link, Archive.open(whole) as by_name:
        assert by_link.list_reports() == by_name.list_reports()


def test_less_memory_than_the_bombs_is_enough_for_an_archive(whole: Path) -> None:
    """In the memory of these tests a whole archive is read: else they would prove nothing."""
    ended = run_in_little_memory("verify", "--archive", str(whole))

    assert (ended.returncode, os.linesep in ended.stdout) == (0, True)
    assert pack(b"").data == b""
