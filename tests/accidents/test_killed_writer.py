"""A process that crawls and files is killed at random moments of its life, and what it had saved is there."""

import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from archive import Archive
from gongkai.reading import read_captures
from tests.archive.accident import DAYS, LOADED, PAGES_A_DAY, visit
from tests.archive.made_reports import SITE, find_broken_links, select

ROOT = Path(__file__).parents[2]
HISTORY = """
    SELECT reports.key, versions.number, figures_hash, words_hash, versions.first_seen, versions.last_seen,
           changes.kind, captures.id, pages.url
    FROM versions JOIN reports ON reports.id = versions.report_id JOIN changes ON changes.version_id = versions.id
    JOIN captures ON captures.id = versions.capture_id JOIN pages ON pages.id = reports.page_id
    ORDER BY reports.key, versions.number
"""
TABLES = (
    *("reports", "versions", "changes", "states", "sightings", "identities"),
    *("locations", "readings", "ledger", "figures", "search_words"),
)


def kill_after(path: Path, seconds: float) -> list[int]:
    """Let the process write for a while, kill it, and return the numbers of the captures that it had saved."""
    command = [sys.executable, "-m", "tests.archive.accident", path]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:  # noqa: S603
        assert child.stdout
        assert child.stdout.readline().strip() == LOADED
        time.sleep(seconds)
        child.kill()
        said = child.stdout.read().splitlines(keepends=True)
    return [int(line) for line in said if line.endswith("\n")]


def tell_history(path: Path) -> tuple[list[tuple[object, ...]], list[int]]:
    """Return all versions and changes, and how many rows there are of all that filing writes."""
    counts = [select(path, f"SELECT count(*) FROM {table}")[0][0] for table in TABLES]  # noqa: S608
    return select(path, HISTORY), counts


def live_without_accident(path: Path, captures: int) -> None:
    """Make the archive that the process would have made of so many captures, were it not killed."""
    with Archive.create(path) as archive:
        archive.save_site(SITE)
        for day in range(DAYS):
            archive.begin_run()
            for page in range(PAGES_A_DAY):
                if captures:
                    visit(archive, day, page)
                    captures -= 1
            if not captures:
                break
        read_captures(archive)


@pytest.mark.parametrize("number", range(5))
def test_a_process_that_is_killed_loses_nothing_that_it_had_saved(
    tmp_path: Path, number: int, struck: Callable[..., None]
) -> None:
    """After a kill at any moment the file is whole, has every capture saved, and reading it again ends as without."""
    path = tmp_path / "killed.db"
    seconds = random.Random(number).uniform(0.05, 1.0)  # noqa: S311 - not for secrets

    saved = kill_after(path, seconds)
    with Archive.create(path) as archive:
        archive.save_site(SITE)
        read_captures(archive)
        unread = list(archive.iter_unread())

    kept = [row[0] for row in select(path, "SELECT id FROM captures ORDER BY id")]
    assert select(path, "PRAGMA integrity_check") == [("ok",)]
    assert select(path, "PRAGMA foreign_key_check") == []
    assert find_broken_links(path) == []
    assert (kept[: len(saved)], len(kept) - len(saved) in {0, 1}, unread) == (saved, True, [])
    live_without_accident(tmp_path / "whole.db", len(kept))
    assert tell_history(path) == tell_history(tmp_path / "whole.db")
    struck("killed at random", "crawl and file")
