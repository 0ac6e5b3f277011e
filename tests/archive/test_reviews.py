"""What people said of findings and cells is kept, bound to the bytes looked at, and lapses once they are others."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from shutil import copyfile

import pytest

from archive import Archive, Figure, FindingKey, Review, ReviewError, Said, make_review
from archive.errors import DamagedError
from archive.joining.merging import merge_archives
from archive.proof.verifying import verify_archive
from archive.upkeep.compaction import compact_archive
from archive.upkeep.copies import back_up
from parsers.report import CellKey
from tests.archive.made_reports import (
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

ID = "990101-听松街道办事处-2020"
CELL = CellKey("requests", "new_requests", "total")
FINDING = FindingKey("requests.balance", "total")
OLD, NEW = make_report(make_cell(value=3)), make_report(make_cell(value=5))
FIX = Said(CELL, "corrected", Figure("4", 4), "原件为4")


def say(archive: Archive, said: Said, day: int = 2, report: str = ID) -> Review:
    """Keep what is said of the report as it stands, on a day."""
    review = make_review(report, archive.list_versions(ID)[-1].sha256, said, at_day(day))
    archive.save_review(review)
    return review


def words(archive: Archive, **asked: object) -> list[tuple[str, bool, bool]]:
    """Return verdict, whether it stands and whether it has lapsed, of all that was ever said."""
    told = archive.list_reviews(ID, with_lapsed=True, **asked)  # type: ignore[arg-type]
    return [(one.verdict, one.stands, one.lapsed) for one in told]


@pytest.fixture
def reviewed(archive: Archive) -> Archive:
    """Return an archive with one report, of which a cell is corrected."""
    crawl(archive, 1, {PAGE: OLD})
    say(archive, FIX)
    return archive


def test_a_correction_stands_beside_what_is_printed(reviewed: Archive, path: Path) -> None:
    """The cell stays as it is printed, and the correction is a row of its own."""
    (found,) = reviewed.list_corrections()

    assert (found.report, found.version, found.cell) == (ID, 1, CELL)
    assert (found.raw, found.value, found.unit, found.note) == ("4", 4, None, "原件为4")
    assert select(path, "SELECT raw, value FROM cells") == [("3", 3)]


def test_a_review_lapses_when_the_source_changes_and_holds_again_when_it_is_back(reviewed: Archive) -> None:
    """It is of the bytes that were looked at: of others it says nothing, of the same again it holds."""
    crawl(reviewed, 3, {PAGE: NEW})
    changed = (words(reviewed), reviewed.list_reviews(ID), reviewed.list_corrections())

    crawl(reviewed, 4, {PAGE: OLD})

    assert changed == ([("corrected", True, True)], [], [])
    assert [one.version for one in reviewed.list_reviews(ID)] == [3]


def test_a_review_outlives_a_change_of_the_surroundings(reviewed: Archive) -> None:
    """A version goes on while the page around it changes; what was said of it, of any of its bytes, holds."""
    reviewed.begin_run()
    body = f"<!-- 2 -->{OLD!r}".encode()
    reviewed.file_readings([make_reading(reviewed.save_capture(make_capture(PAGE, body, day=3)), OLD)])
    sha256 = select(reviewed.path, "SELECT sha256 FROM bodies ORDER BY id DESC LIMIT 1")[0][0]

    reviewed.save_review(make_review(ID, sha256, Said(FINDING, "dismissed"), at_day(4)))

    assert words(reviewed) == [("corrected", True, False), ("dismissed", True, False)]


def test_the_last_word_on_a_subject_stands(reviewed: Archive) -> None:
    """Nothing is taken away: what was said later stands, and what is retracted stands no more."""
    say(reviewed, Said(CELL, "confirmed"), 3)
    before = words(reviewed)

    say(reviewed, Said(CELL, "retracted"), 4)

    assert before == [("corrected", False, False), ("confirmed", True, False)]
    assert [one[1] for one in words(reviewed)] == [False, False, False]
    assert reviewed.list_reviews(ID) == []


def test_reviews_are_known_from_the_moment_on_at_which_they_were_said(reviewed: Archive) -> None:
    """As of a moment before it, nothing was said."""
    crawl(reviewed, 5, {PAGE: NEW})

    asked = [reviewed.list_corrections(as_of=f"2026-01-0{day}T23:59:59Z") for day in (1, 2, 5)]

    assert [len(found) for found in asked] == [0, 1, 0]


def test_a_version_that_stands_no_more_keeps_what_was_said_of_it(reviewed: Archive) -> None:
    """Whoever asks for an older version is told what was said of that."""
    crawl(reviewed, 3, {PAGE: NEW})

    found = [len(reviewed.list_reviews(ID, version=number)) for number in (1, 2)]

    assert found == [1, 0]


def test_the_same_review_is_kept_once(reviewed: Archive) -> None:
    """A review is named by what it says: said again it is the same, and any other word makes another one."""
    first = say(reviewed, FIX)

    again = reviewed.save_reviews([first, make_review(ID, first.sha256, replace(FIX, note=""), at_day(2))])

    assert again == [False, True]
    assert len(words(reviewed)) == 2


def test_reviews_survive_what_is_worked_out_anew_packed_and_copied(reviewed: Archive, path: Path) -> None:
    """Working out anew, compacting and a backup leave all that was said as it is."""
    before = reviewed.list_reviews(ID)
    reviewed.work_out()
    after = reviewed.list_reviews(ID)
    reviewed.close()

    compact_archive(path)
    back_up(path, path.with_name("copy.db"))

    assert before == after
    for file in (path, path.with_name("copy.db")):
        with Archive.open(file) as opened:
            assert opened.list_reviews(ID) == before


@pytest.mark.parametrize("statement", ["UPDATE reviews SET note = ''", "DELETE FROM reviews"])
def test_reviews_are_append_only(reviewed: Archive, path: Path, statement: str) -> None:
    """No tool changes or removes by mistake what was said."""
    with closing(sqlite3.connect(path)) as connection, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    assert len(reviewed.list_reviews(ID)) == 1


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (Said(CELL, "confirmed", note="一\n二"), "U+000A"),
        (Said(CELL, "confirmed", note="\u202e倒"), "U+202E"),
        (Said(CELL, "confirmed", reviewer="\x1b[31m"), "U+001B"),
        (Said(CELL, "confirmed", note="长" * 2001), "2,000 are the most"),
        (Said(CELL, "corrected"), "figure belongs to a correction"),
        (Said(CELL, "confirmed", Figure("1", 1)), "figure belongs to a correction"),
        (Said(FINDING, "corrected", Figure("1", 1)), "finding cannot be corrected"),
        (Said(FindingKey("a", "\ud800"), "confirmed"), "half a character"),
    ],
)
def test_what_does_not_fit_is_no_review(said: Said, reason: str) -> None:
    """Hidden signs, endless notes and figures without a correction are refused with the reason."""
    with pytest.raises(ReviewError) as refused:
        make_review(ID, "0" * 64, said, at_day(1))

    assert reason in str(refused.value)


def test_merging_says_the_same_in_any_order(reviewed: Archive, path: Path, tmp_path: Path) -> None:
    """The union has every review once, and the last word is the same whichever archive came first."""
    reviewed.close()
    other = Path(copyfile(path, tmp_path / "other.db"))
    for file, said, day in ((path, Said(CELL, "dismissed"), 3), (other, Said(CELL, "confirmed"), 4)):
        with Archive.create(file) as opened:
            say(opened, said, day)

    told = []
    for number, order in enumerate(([path, other], [other, path, other])):
        merge_archives(tmp_path / f"{number}.db", order)
        with Archive.open(tmp_path / f"{number}.db") as union:
            told.append((words(union), union.list_reviews(ID)))

    assert told[0] == told[1]
    assert told[0][0] == [("corrected", False, False), ("dismissed", False, False), ("confirmed", True, False)]


def test_an_earlier_capture_from_elsewhere_does_not_let_a_review_lapse(reviewed: Archive, tmp_path: Path) -> None:
    """Where another machine saw the same version first, around other words, what was said of it here still holds."""
    with Archive.create(tmp_path / "other.db") as other:
        other.save_site(SITE)
        other.begin_run()
        early = replace(make_capture(PAGE, f"<!-- 0 -->{OLD!r}".encode()), fetched_at=at_day(1) - timedelta(days=3))
        other.file_readings([make_reading(other.save_capture(early), OLD)])
    reviewed.close()

    merge_archives(tmp_path / "all.db", [reviewed.path, tmp_path / "other.db"])

    with Archive.open(tmp_path / "all.db") as union:
        assert words(union) == [("corrected", True, False)]


TAMPERED: list[tuple[str, str]] = [
    ("UPDATE reviews SET raw = '9', value = 9", "is not what was said"),
    ("UPDATE reviews SET report = '990101-没有街道-2020'", "no report ever had the id"),
]


def tamper(path: Path, statement: str) -> None:
    """Change an archive past its triggers, and put them back."""
    with closing(sqlite3.connect(path)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)
        for _, sql in triggers:
            connection.execute(sql)
        connection.commit()


@pytest.mark.parametrize(("statement", "said"), TAMPERED)
def test_what_was_tampered_with_is_found(reviewed: Archive, path: Path, statement: str, said: str) -> None:
    """Verification names a review that is not what was said, and one of a report that never was."""
    reviewed.close()
    assert verify_archive(path).problems == ()

    tamper(path, statement)

    assert any(said in problem.what for problem in verify_archive(path).problems)


def test_nothing_of_an_archive_with_a_changed_review_is_merged(reviewed: Archive, path: Path, tmp_path: Path) -> None:
    """A word that is nobody's does not come into the union."""
    reviewed.close()
    tamper(path, TAMPERED[0][0])

    with pytest.raises(DamagedError, match="not what was said"):
        merge_archives(tmp_path / "all.db", [path])


def test_words_on_other_bytes_do_not_outdo_each_other(reviewed: Archive) -> None:
    """Of bytes that stand no more each has its own last word: that of the one says nothing of the other."""
    crawl(reviewed, 3, {PAGE: NEW})
    say(reviewed, Said(CELL, "confirmed"), 4)
    crawl(reviewed, 5, {PAGE: make_report(make_cell(value=9))})

    assert words(reviewed) == [("corrected", True, True), ("confirmed", True, True)]


def test_a_word_on_a_version_is_one_whatever_bytes_show_it(reviewed: Archive) -> None:
    """A later word on other bytes of the same version is the last word on that version."""
    reviewed.begin_run()
    body = b"another frame around it"
    reviewed.file_reading(make_reading(reviewed.save_capture(make_capture(PAGE, body, day=3)), OLD))
    reviewed.save_review(make_review(ID, sha256(body).hexdigest(), Said(CELL, "confirmed"), at_day(4)))

    assert words(reviewed) == [("corrected", False, False), ("confirmed", True, False)]
