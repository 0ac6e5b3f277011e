import json
from collections.abc import Callable
from pathlib import Path

import pytest

from archive import Archive
from gongkai.cli import DAMAGED, DONE, FAILED, WRONG_USAGE
from tests.archive.made_reports import select
from tests.archive.stored_pages import fill, load_all, opened
from tests.gongkai.conftest import Outcome

Command = Callable[..., Outcome]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Make an archive of a few pages, each seen twice, where commands look for it."""
    fill(tmp_path / "gongkai.db", range(10), 1, 2)
    return tmp_path / "gongkai.db"


def test_backup_says_what_the_copy_holds(gongkai: Command, path: Path) -> None:
    """A copy is told in one line on standard output, and nothing else is said."""
    outcome = gongkai("backup", "copy.db")

    size = path.with_name("copy.db").stat().st_size / 1e6
    said = f"copy.db: {size:.1f} MB, 40 captures, the last of 2026-01-02T08:00:00Z; whole\n"
    assert outcome == Outcome(DONE, said, "")
    assert load_all(path.with_name("copy.db")) == load_all(path)


def test_backup_tells_programs_the_same(gongkai: Command, path: Path) -> None:
    """With --json a copy is one object."""
    outcome = gongkai("backup", "copy.db", "--json")

    assert json.loads(outcome.out) == {
        "path": "copy.db",
        "size": path.with_name("copy.db").stat().st_size,
        "captures": 40,
        "bodies": 40,
        "last_capture": "2026-01-02T08:00:00Z",
    }


def test_backup_replaces_a_file_only_when_it_is_told_to(gongkai: Command, path: Path) -> None:
    """What is at PATH stays, with a line that says what to do; --force replaces it."""
    copy = path.with_name("copy.db")
    copy.write_text("mine")

    refused, kept = gongkai("backup", "copy.db"), copy.read_bytes()
    forced = gongkai("backup", "copy.db", "--force")

    said = "gongkai: copy.db is there already; name another file, or replace it with --force\n"
    assert (refused, kept) == (Outcome(FAILED, "", said), b"mine")
    assert (forced.code, load_all(copy)) == (DONE, load_all(path))


def test_backup_wants_to_know_where_to(gongkai: Command) -> None:
    """A command without PATH is wrong usage."""
    assert gongkai("backup").code == WRONG_USAGE


@pytest.mark.parametrize("words", [("backup", "copy.db"), ("compact",)])
def test_without_an_archive_none_is_made(gongkai: Command, tmp_path: Path, words: tuple[str, ...]) -> None:
    """A name that is mistyped is said, and makes no file."""
    outcome = gongkai(*words, "--archive", "none.db")

    assert (outcome.code, outcome.out) == (FAILED, "")
    assert outcome.err.startswith("gongkai: no archive at none.db; make one with")
    assert list(tmp_path.iterdir()) == []


def test_backup_of_a_damaged_archive_is_told_by_its_exit_code(gongkai: Command, path: Path) -> None:
    """Exit 4, one line that names what is lost, and no copy."""
    with opened(path) as connection:
        connection.execute("UPDATE bodies SET data = zeroblob(60) WHERE id = 3")

    outcome = gongkai("backup", "copy.db")

    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (DAMAGED, "", 1)
    assert outcome.err.startswith("gongkai: the archive is damaged, so that no copy was kept (body 3 cannot be read: ")
    assert not path.with_name("copy.db").exists()


def test_compact_says_what_came_of_it(gongkai: Command, path: Path) -> None:
    """It tells the sizes of file and bodies before and after, how many were packed anew, and with what."""
    before = load_all(path)

    outcome = gongkai("compact")

    file, bodies, dictionary = outcome.out.splitlines()
    assert (outcome.code, outcome.err) == (DONE, "")
    assert file.startswith("file        0.")
    assert file.endswith(" MB; given back")
    assert bodies.endswith(" MB; 20 of 40 packed anew")
    assert dictionary.endswith("; 2 made for one site")
    assert load_all(path) == before


def test_compact_tells_programs_the_same(gongkai: Command, path: Path) -> None:
    """With --json it is one object, with sizes in bytes."""
    first, second = (json.loads(gongkai("compact", "--json").out) for _ in range(2))

    stored = select(path, "SELECT total(length(data)) FROM bodies")[0][0]
    assert (first["bodies"], first["bodies_after"], first["repacked"], first["damaged"]) == (40, stored, 20, [])
    assert (second["repacked"], second["before"]) == (0, first["after"])


def test_compact_names_what_is_damaged(gongkai: Command, path: Path) -> None:
    """Exit 4, the body that cannot be read named on standard error; the rest is done."""
    with opened(path) as connection:
        connection.execute("UPDATE bodies SET data = zeroblob(60) WHERE id = 3")

    outcome = gongkai("compact")

    assert (outcome.code, "19 of 40 packed anew" in outcome.out) == (DAMAGED, True)
    assert outcome.err.startswith("gongkai: body 3 cannot be read: ")


def test_compact_waits_for_no_crawl(gongkai: Command, path: Path) -> None:
    """While a crawl writes, the command says who does and leaves."""
    with Archive.create(path, "gongkai crawl"):
        outcome = gongkai("compact")

    assert (outcome.code, outcome.out, "is being written by `gongkai crawl`" in outcome.err) == (FAILED, "", True)
