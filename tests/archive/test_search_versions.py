"""The words of a version stand in one place of the index: with those that stand now, or with those of the past."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from archive import Archive, Reading
from archive.proof.verifying import verify_archive
from archive.upkeep.compaction import compact_archive
from parsers import Report
from tests.archive.contents import tell_contents
from tests.archive.made_reports import (
    HOST,
    MIRROR,
    PAGE,
    SITE,
    crawl,
    make_capture,
    make_cell,
    make_reading,
    make_report,
    select,
)

STANDING = "SELECT version_id FROM states WHERE known_until IS NULL ORDER BY 1"
PAST = "SELECT id FROM versions WHERE id NOT IN (SELECT version_id FROM states WHERE known_until IS NULL) ORDER BY 1"


def assert_in_place(path: Path) -> None:
    """See that each version's words are where its state says, and just those that it has."""
    for table in ("search_words", "search_characters"):
        assert select(path, f"SELECT rowid FROM {table} ORDER BY 1") == select(path, STANDING)  # noqa: S608,RUF100
    assert select(path, "SELECT rowid FROM search_past ORDER BY 1") == select(path, PAST)
    assert [problem for problem in verify_archive(path).problems if "search" in problem.what + problem.meaning] == []


def count(archive: Archive, word: str) -> tuple[int, int]:
    """Return how many reports hold a word now, and how many versions ever did."""
    return archive.search(word).total, archive.search(word, all_versions=True).total


def say(words: str, figure: int = 1) -> Report:
    """Make a report that says something."""
    return make_report(make_cell(value=figure), words=words)


def test_words_go_to_the_past_with_their_version(path: Path, archive: Archive) -> None:
    """Where figures or a text change, the words of the version before are found among all versions alone."""
    crawl(archive, 1, {PAGE: say("旧话甲")})
    crawl(archive, 2, {PAGE: say("旧话甲", 2)})
    crawl(archive, 3, {PAGE: say("新话乙", 2)})

    assert [count(archive, word) for word in ("旧话", "新话", "甲", "乙", "一")] == [
        (0, 2),
        (1, 1),
        (0, 2),
        (1, 1),
        (1, 3),
    ]
    assert_in_place(path)


def test_a_withdrawn_report_stays_where_it_is(path: Path, archive: Archive) -> None:
    """What was withdrawn is found with its status, and again when it is restored."""
    crawl(archive, 1, {PAGE: say("甲乙")})
    statuses = []
    for day in (4, 9, 25):
        archive.begin_run()
        archive.save_capture(make_capture(HOST, f"{day}".encode(), "home", day=day))
        archive.save_capture(make_capture(PAGE, None, day=day, status=404, failure="http 404"))
        archive.tell_stale()
    statuses.append(archive.search("甲乙").matches[0].status)
    assert_in_place(path)
    crawl(archive, 26, {PAGE: say("甲乙")})
    statuses.append(archive.search("甲乙").matches[0].status)

    assert statuses == ["withdrawn", "current"]
    assert_in_place(path)


def test_another_reading_changes_the_words_in_their_place(path: Path, archive: Archive) -> None:
    """Words of a newer parser take the place of those of the older one, in the past too."""
    first = archive.save_capture(make_capture(PAGE, b"one", day=1))
    archive.file_reading(make_reading(first, say("旧读一", 1)))
    second = archive.save_capture(make_capture(PAGE, b"two", day=2))
    archive.file_reading(make_reading(second, say("旧读二", 2)))
    for outdated in list(archive.iter_outdated("2", whole=True)):
        words = "新读一" if outdated.capture_id == first else "新读二"
        report = say(words, 1 if outdated.capture_id == first else 2)
        archive.file_rereading(Reading(outdated.capture_id, "2", report))

    assert [count(archive, word) for word in ("旧读", "新读", "新读一", "新读二")] == [(0, 0), (1, 2), (0, 1), (1, 1)]
    assert_in_place(path)


def test_a_capture_that_comes_late_moves_words_back(path: Path, archive: Archive) -> None:
    """Where a version that was thought the newest turns out not to be, its words go to the past."""
    crawl(archive, 5, {PAGE: say("第五天", 5)})
    crawl(archive, 3, {PAGE: say("第三天", 3)})
    crawl(archive, 9, {PAGE: say("第九天", 9)})
    archive.work_out()

    assert [count(archive, f"第{day}天") for day in "三五九"] == [(0, 1), (0, 1), (1, 1)]
    assert_in_place(path)


@pytest.mark.parametrize("seed", range(6))
def test_words_are_in_place_whatever_comes(path: Path, seed: int) -> None:
    """After visits in any order, of two pages that say different things, nothing is where it does not belong."""
    dice = random.Random(seed)  # noqa: S311 - not for secrets
    days = [dice.randrange(1, 12) for _ in range(10)]
    with Archive.create(path) as archive:
        archive.save_site(SITE)
        for day in days:
            page = dice.choice((PAGE, MIRROR))
            crawl(archive, day, {page: dice.choice([None, say("甲话", 1), say("乙话", 2), say("丙话", 2)])})
            assert_in_place(path)
        told = tell_contents(path)["search_words"]
        archive.work_out()

    assert tell_contents(path)["search_words"] == told
    assert_in_place(path)


def test_a_smaller_archive_finds_the_same(path: Path) -> None:
    """Joining the parts of the index changes nothing of what is found."""
    with Archive.create(path) as archive:
        archive.save_site(SITE)
        crawl(archive, 1, {f"{HOST}/{n}": replace(say(f"第{n}份"), agency=f"第{n}街道") for n in range(30)})
        crawl(archive, 2, {f"{HOST}/{n}": replace(say(f"新{n}份", 2), agency=f"第{n}街道") for n in range(9)})
        before = [count(archive, word) for word in ("份", "第1", "新", "公开", "一")]
    compact_archive(path)

    with Archive.open(path) as archive:
        assert [count(archive, word) for word in ("份", "第1", "新", "公开", "一")] == before
    assert before[0] == (30, 39)
    assert_in_place(path)
