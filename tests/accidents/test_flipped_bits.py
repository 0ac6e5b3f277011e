"""A bit of the file is turned over, in the pages of each table and index: `verify` says so, or nothing was changed."""

import random
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive import ArchiveError
from archive.proof.verifying import verify_archive
from gongkai.cli import DAMAGED, run
from tests.accidents.small_disks import empty
from tests.archive.contents import tell_contents
from tests.archive.kill_story import live

PAGE_SIZE = 4096
FLIPS = 4
"""Bits turned over in the pages of each table and index, among bytes that hold something."""


def find_pages(path: Path) -> dict[str, list[int]]:
    """Return the pages of each table and index; of all together where this SQLite cannot say which are whose."""
    pages = defaultdict[str, list[int]](list)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        try:
            for name, page in connection.execute("SELECT name, pageno FROM dbstat").fetchall():
                pages[name].append(page)
        except sqlite3.OperationalError:
            (count,) = connection.execute("PRAGMA page_count").fetchone()
            pages["the file"] = list(range(1, count + 1))
    return pages


def dump(path: Path) -> dict[str, Any]:
    """Return the rows of every table as SQLite reads them, or its complaint."""
    told: dict[str, Any] = {}
    with closing(sqlite3.connect(path)) as connection:
        connection.text_factory = bytes
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            try:
                told[name.decode()] = connection.execute(f'SELECT * FROM "{name.decode()}"').fetchall()  # noqa: S608
            except sqlite3.Error as problem:
                told[name.decode()] = str(problem)
    return told


def is_found(path: Path) -> bool:
    """Whether a verification of the archive finds something wrong."""
    try:
        return bool(verify_archive(path).problems)
    except ArchiveError:
        return True


def test_a_flipped_bit_is_found_or_changes_nothing_that_was_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], struck: Callable[..., None]
) -> None:
    """Either `verify` ends with exit code 4, or captures, readings, figures and changes are what they were."""
    live(tmp_path / "whole.db")
    (folder := tmp_path / "flipped").mkdir()
    pages = find_pages(tmp_path / "whole.db")
    whole, rows = (tmp_path / "whole.db").read_bytes(), dump(tmp_path / "whole.db")
    told, path, dice = tell_contents(tmp_path / "whole.db"), folder / "gongkai.db", random.Random(1)  # noqa: S311
    unproven, found = Counter[str](), 0

    for numbers in pages.values():
        for _ in range(FLIPS):
            begin = (dice.choice(numbers) - 1) * PAGE_SIZE
            place = dice.choice([begin + offset for offset in range(PAGE_SIZE) if whole[begin + offset]] or [begin])
            content = bytearray(whole)
            content[place] ^= 1 << dice.randrange(8)
            empty(folder)
            path.write_bytes(content)
            if is_found(path):
                found += 1
                assert run(["verify", "--archive", str(path)]) == DAMAGED
                capsys.readouterr()
            else:
                assert tell_contents(path) == told, place
                now = dump(path)
                unproven.update(name for name in rows if rows[name] != now.get(name))

    others = sum(len(numbers) > 0 for numbers in pages.values()) * FLIPS - found
    struck("flipped bit", "an archive at rest", found, "what stood there; `verify` says so with exit code 4")
    unseen = ", ".join(sorted(unproven)) or "no row"
    struck("flipped bit", "an archive at rest", others, f"of {others} that `verify` does not see: {unseen}")
    assert found > others
