"""Statements that wait for the end of their transaction: in their order, all or none, and never lost."""

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from archive import Archive
from archive.file import database
from archive.file.database import Connection, atomic, postpone, undone_on_error
from tests.archive.made_reports import SITE, crawl, make_cell, make_report, select


@pytest.fixture
def connection() -> Iterator[Connection]:
    """Return a database with a table of words."""
    opened = sqlite3.connect(":memory:", isolation_level=None, factory=Connection)
    opened.execute("CREATE TABLE words (word TEXT)")
    yield opened
    opened.close()


def add(connection: Connection, word: str) -> None:
    """Put a word in at the end of the transaction."""
    postpone(connection, "INSERT INTO words VALUES (?)", (word,))


def list_words(connection: Connection) -> list[str]:
    """Return the words that are in, in their order."""
    return [word for (word,) in connection.execute("SELECT word FROM words ORDER BY rowid")]


def test_they_run_at_the_end_in_their_order(connection: Connection) -> None:
    """What is postponed stands behind what is done at once, one behind the other."""
    with atomic(connection):
        add(connection, "二")
        add(connection, "三")
        connection.execute("INSERT INTO words VALUES ('一')")
        before = list_words(connection)

    assert before == ["一"]
    assert list_words(connection) == ["一", "二", "三"]


def test_without_a_transaction_they_run_at_once(connection: Connection) -> None:
    """Nothing waits where nobody would run it."""
    add(connection, "一")

    assert list_words(connection) == ["一"]


def test_a_failure_takes_them_away(connection: Connection) -> None:
    """What was postponed in a transaction that failed is not run by the next one."""
    with suppress(ZeroDivisionError), atomic(connection):
        add(connection, "一")
        _ = 1 / 0
    with atomic(connection):
        add(connection, "二")

    assert list_words(connection) == ["二"]


def test_what_is_undone_takes_its_own_away(connection: Connection) -> None:
    """A part that fails takes back what it postponed, and nothing of what was postponed before or behind it."""
    with atomic(connection):
        add(connection, "一")
        with suppress(ZeroDivisionError), undone_on_error(connection):
            add(connection, "二")
            _ = 1 / 0
        add(connection, "三")

    assert list_words(connection) == ["一", "三"]


def test_no_more_wait_than_memory_holds(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a long transaction those that wait are run from time to time."""
    monkeypatch.setattr(database, "_POSTPONED_AT_MOST", 2)

    with atomic(connection):
        for word in "一二三":
            add(connection, word)
        inside = list_words(connection)

    assert inside == ["一", "二"]
    assert list_words(connection) == ["一", "二", "三"]


def test_no_more_wait_than_memory_holds_however_few(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those with many words are run sooner: of one page there may be millions."""
    monkeypatch.setattr(database, "_POSTPONED_LENGTH", 4)

    with atomic(connection):
        for word in ("一二三", "四", "五"):
            add(connection, word)
        inside = list_words(connection)

    assert inside == ["一二三", "四"]
    assert list_words(connection) == ["一二三", "四", "五"]


def test_a_batch_of_reports_makes_one_part_of_the_index(tmp_path: Path) -> None:
    """Reports that are filed together are written into the search index together, which has less to merge later."""
    pages = {f"http://127.0.0.1:9/{year}": make_report(make_cell(), year=year) for year in range(2001, 2011)}

    with Archive.create(tmp_path / "gongkai.db") as archive:
        archive.save_site(SITE)
        crawl(archive, 1, pages)

    assert select(tmp_path / "gongkai.db", "SELECT count(DISTINCT segid) FROM search_words_idx") == [(1,)]
