"""Verification: an archive as it was written is whole, and whatever is done to it behind its back is named."""

import sqlite3
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from shutil import copyfile

import pytest

from archive import Archive, ArchiveError, DamagedError, Reading
from archive.captures.ledger import next_link
from archive.captures.records import iter_records
from archive.file.connection import open_for_reading
from archive.proof.verifying import Problem, Verification, repair_archive, verify, verify_archive, verify_readings
from parsers import Report
from tests.archive.made_reports import (
    HOST,
    PAGE,
    SITE,
    crawl,
    make_capture,
    make_cell,
    make_report,
    select,
)
from tests.archive.tamperings import BASE, SAYS, TAMPERINGS, make_rich_archive

REPAIRABLE = {
    "works it out anew",
    "crawl",
    "search does not find",
    "a search meets",
    "makes it again",
    "drops it",
}


@pytest.fixture(scope="session")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an archive that nobody has touched."""
    path = tmp_path_factory.mktemp("rich") / "rich.db"
    make_rich_archive(path)
    return path


@pytest.fixture
def touched(rich: Path, path: Path) -> Callable[..., Path]:
    """Copy the archive and run statements on it past gongkai, its triggers put aside and back."""

    def touch(*statements: str) -> Path:
        copyfile(rich, path)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for name, _ in triggers:
                connection.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                connection.executescript(statement)
            for _, sql in triggers:
                connection.execute(sql)
        return path

    return touch


def test_an_archive_that_nobody_touched_is_whole(rich: Path) -> None:
    """What gongkai wrote holds in every respect, and what was looked at is counted."""
    found = verify_archive(rich)

    assert (found.problems, found.is_whole, found.waiting) == ((), True, 0)
    kinds = {row[0] for row in select(rich, "SELECT kind FROM changes")}
    assert kinds >= {"new", "figures", "withdrawn"}
    assert select(rich, "SELECT count(*) FROM findings WHERE rule = 'report.locations'") == [(1,)]
    assert select(rich, "SELECT count(*) FROM bodies WHERE base_id IS NOT NULL")[0][0] > 0
    assert (found.captures, found.reports) == (select(rich, "SELECT count(*) FROM captures")[0][0], 3)


def test_what_is_found_does_not_change_the_archive(rich: Path) -> None:
    """Verification writes nothing, not even through a connection that is open to read."""
    before = rich.read_bytes()

    verify_archive(rich)

    assert rich.read_bytes() == before
    with closing(open_for_reading(rich)) as connection:
        verify(connection)
        with pytest.raises(ArchiveError):
            connection.execute("DELETE FROM changes")


def test_an_empty_archive_is_whole(path: Path) -> None:
    """An archive without a capture is whole, and has no head."""
    Archive.create(path).close()

    found = verify_archive(path)

    assert (found.problems, found.heads) == ((), ())


@pytest.mark.parametrize("name", TAMPERINGS)
def test_every_tampering_is_found_and_named(touched: Callable[..., Path], name: str) -> None:
    """Whatever is changed past gongkai is a problem that says where it stands and what it means."""
    statement, where, meaning = TAMPERINGS[name]

    found = verify_archive(touched(statement))

    assert not found.is_whole
    assert [problem for problem in found.problems if where in problem.where and meaning in problem.meaning]


@pytest.mark.parametrize("name", SAYS)
def test_what_is_wrong_is_said_in_words(touched: Callable[..., Path], name: str) -> None:
    """A problem says what was done, as far as that can be told from what is left."""
    found = verify_archive(touched(TAMPERINGS[name][0]))

    assert [problem for problem in found.problems if SAYS[name] in problem.what]


@pytest.mark.parametrize("name", [name for name, (_, _, meaning) in TAMPERINGS.items() if meaning in REPAIRABLE])
def test_repair_works_out_anew_what_can_be(touched: Callable[..., Path], name: str) -> None:
    """What captures and readings say can be worked out again; they and their chain are not touched by that."""
    path = touched(TAMPERINGS[name][0])
    before = select(path, "SELECT * FROM captures"), select(path, "SELECT * FROM ledger")

    repair_archive(path, "gongkai verify --repair")

    assert verify_archive(path).problems == ()
    assert before == (select(path, "SELECT * FROM captures"), select(path, "SELECT * FROM ledger"))


def test_a_trigger_that_is_gone_is_said(rich: Path, path: Path) -> None:
    """Without its triggers the file could be changed unhindered: that they are gone is a problem, and can be mended."""
    copyfile(rich, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TRIGGER ledger_is_not_edited")

    found = verify_archive(path)
    repair_archive(path, "gongkai")

    assert [problem.where for problem in found.problems] == ["trigger ledger_is_not_edited of table ledger"]
    assert verify_archive(path).is_whole


def test_what_is_removed_at_the_end_shows_by_the_noted_head(touched: Callable[..., Path], rich: Path) -> None:
    """A capture that is removed with its entry at the end of the chain is missed by whoever noted the head."""
    head = verify_archive(rich).heads[0]
    path = touched(
        "DELETE FROM changes WHERE capture_id = (SELECT max(id) FROM captures)",
        "DELETE FROM ledger WHERE capture_id = (SELECT max(id) FROM captures)",
        "DELETE FROM captures WHERE id = (SELECT max(id) FROM captures)",
    )
    repair_archive(path, "gongkai")

    alone, noted = verify_archive(path), verify_archive(path, noted=head.link)

    assert alone.problems == ()
    assert [problem.where for problem in noted.problems] == [f"link {head.link}"]


def test_a_chain_made_anew_shows_by_the_noted_head(touched: Callable[..., Path], rich: Path) -> None:
    """An archive whose chain was made anew after an edit is whole by itself, and not what was noted."""
    head = verify_archive(rich).heads[0]
    path = touched("UPDATE captures SET failure = 'http 410' WHERE failure = 'http 404'")
    with closing(open_for_reading(path)) as connection:
        digests = [record.digest for record in iter_records(connection, with_bodies=False)]
    link, updates = "", []
    for number, digest in enumerate(digests, 1):
        link = next_link(link, digest)
        updates.append(f"UPDATE ledger SET link = '{link}' WHERE capture_id = {number}")  # noqa: S608 - of ours
    path = touched("UPDATE captures SET failure = 'http 410' WHERE failure = 'http 404'", *updates)

    assert verify_archive(path).problems == ()
    assert not verify_archive(path, noted=head.link).is_whole


def test_a_head_that_was_noted_holds_while_the_archive_grows(rich: Path, path: Path) -> None:
    """Every link that ever was the head stays in the chain, whatever comes after it."""
    copyfile(rich, path)
    noted = verify_archive(path).heads[0]

    with Archive.create(path) as archive:
        archive.save_capture(make_capture(PAGE, b"<p>later</p>", day=40))

    found = verify_archive(path, noted=noted.link)
    assert found.problems == ()
    assert [head.captures for head in found.heads] == [noted.captures + 1]
    assert not verify_archive(path, noted="0" * 64).is_whole


def test_a_break_before_the_noted_link_is_told_from_one_after_it(touched: Callable[..., Path], rich: Path) -> None:
    """What was noted is proven up to there: an edit after it leaves it standing, one before it does not."""
    noted = select(rich, "SELECT link FROM ledger WHERE id = 6")[0][0]

    after = verify_archive(touched("UPDATE captures SET status = 503 WHERE id = 9"), noted=noted)
    before = verify_archive(touched("UPDATE captures SET status = 503 WHERE id = 3"), noted=noted)

    assert [problem for problem in after.problems if problem.where == f"link {noted}"] == []
    assert [problem for problem in before.problems if problem.where == f"link {noted}"]


def test_a_file_that_sqlite_cannot_open_is_damaged(path: Path, tmp_path: Path) -> None:
    """A file whose beginning is gone, or that is empty, is one clear line; one that is not there is not damaged."""
    path.write_bytes(b"no archive at all")
    (tmp_path / "empty.db").touch()

    with pytest.raises(DamagedError, match="does not begin as an SQLite file does; restore a copy"):
        verify_archive(path)
    with pytest.raises(DamagedError, match="is empty; restore a copy"):
        verify_archive(tmp_path / "empty.db")
    with pytest.raises(ArchiveError, match="no archive at"):
        verify_archive(tmp_path / "none.db")


def test_a_page_of_the_file_that_is_overwritten_is_found(rich: Path, path: Path) -> None:
    """Noise anywhere in the file, a page at a time, never looks whole and never stops verification with an error."""
    whole = rich.read_bytes()
    size = 4096
    for start in range(size, len(whole), size):
        damaged = bytearray(whole)
        damaged[start : start + size] = bytes((number * 37 + start) % 251 for number in range(size))
        path.write_bytes(damaged)

        assert not _verify_or_refuse(path), f"page {start // size + 1}"


def _verify_or_refuse(path: Path) -> bool:
    try:
        return verify_archive(path).is_whole
    except DamagedError:
        return False


@pytest.mark.parametrize("start", [16, 40])
def test_a_head_of_the_file_that_is_overwritten_is_damage(rich: Path, path: Path, start: int) -> None:
    """A file that begins as SQLite's do and then is none is damaged, and not another program's."""
    content = bytearray(rich.read_bytes())
    content[start : start + 20] = b"\xa5" * 20
    path.write_bytes(content)

    with pytest.raises(DamagedError, match="restore a copy"):
        verify_archive(path)


def test_quick_looks_at_file_chain_and_counters(touched: Callable[..., Path]) -> None:
    """When quick, an edited capture is found, and a body is not unpacked."""
    edited = verify_archive(touched("UPDATE captures SET failure = 'http 410' WHERE id = 9"), quick=True)
    body = verify_archive(touched("UPDATE bodies SET data = x'00' WHERE id = 1"), quick=True)

    assert (edited.is_whole, body.is_whole, edited.quick) == (False, True, True)


def test_what_waits_to_be_worked_out_is_no_damage(rich: Path, path: Path) -> None:
    """Reports whose history is still to be told are counted, and not compared with what stands of them."""
    copyfile(rich, path)
    with Archive.create(path) as archive:
        archive.begin_run()
        archive.save_capture(make_capture(HOST, BASE, "home", day=50))
        archive.save_capture(make_capture(PAGE, None, day=50, status=404, failure="http 404"))
        found = verify_archive(path)

    assert (found.problems, found.waiting) == ((), 1)


def test_a_clock_that_went_back_is_no_damage(archive: Archive, path: Path) -> None:
    """Pages count their captures as they come; whether their moments go up is no matter of the archive's health."""
    for day, body in ((5, b"<p>five</p>"), (2, b"<p>two</p>"), (4, None)):
        archive.begin_run()
        archive.save_capture(make_capture(PAGE, body, "list", day=day))

    assert verify_archive(path).problems == ()


def test_a_document_that_is_lost_hides_nothing_else(touched: Callable[..., Path]) -> None:
    """What is damaged in one report stops no check of the others."""
    path = touched(
        "UPDATE documents SET codec = 'raw', data = CAST('{}' AS BLOB) WHERE id = 1",
        "DELETE FROM changes WHERE kind = 'withdrawn'",
        "INSERT INTO search_words (rowid, words) VALUES (99, '电梯')",
    )

    where = " ".join(problem.where for problem in verify_archive(path).problems)

    assert all(words in where for words in ("document 1,", "听松街道", "白杨街道", "search_words"))


def test_a_report_that_cannot_be_told_is_no_damage(rich: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report that trips the archive is noted beside its captures, and that note is as it should be."""

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    copyfile(rich, path)
    monkeypatch.setattr("archive.histories.telling.tell_changes", fail)
    monkeypatch.setattr("archive.proof.checks_of_worked_out.tell_changes", fail)
    with Archive.create(path) as archive:
        crawl(archive, 60, {PAGE: make_report(make_cell(value=100))})
    noted = select(path, "SELECT count(*) FROM sightings WHERE note LIKE 'it cannot be filed (%'")

    problems = verify_archive(path).problems

    assert noted[0][0] > 0
    assert [problem.where for problem in problems if "听松街道" in problem.where] == []


def test_many_problems_of_a_kind_are_counted(touched: Callable[..., Path]) -> None:
    """Of a kind some are listed one by one, the others as a number: a broken archive of any size gives a short list."""
    found = verify_archive(
        touched(
            """
            WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 139)
            INSERT INTO cell_names SELECT i, 't', 'r' || i, 'c' FROM n
            """,
            "INSERT INTO figures SELECT 1, id, '1', 1, NULL, 'reported', NULL FROM cell_names WHERE id >= 100",
        )
    )

    assert len(found.problems) == 21
    assert found.problems[-1].what.startswith("and 20 more")


def test_progress_is_told_step_by_step(rich: Path) -> None:
    """Whoever waits hears what is looked at, with numbers that never pass the total."""
    told: list[tuple[str, int, int]] = []

    verify_archive(rich, on_progress=lambda progress: told.append(tuple(progress)))

    assert {"captures and their chain", "bodies", "documents", "reports"} <= {step for step, _, _ in told}
    assert all(done <= total for _, done, total in told if total)


def test_a_parser_that_reads_otherwise_is_found(rich: Path, path: Path) -> None:
    """Bytes that are parsed again by the version that read them must give the same document, or the same error."""
    copyfile(rich, path)
    with Archive.create(path) as archive:
        number = archive.save_capture(make_capture(f"{HOST}/z.html", b"noise", day=60))
        archive.file_reading(Reading(number, "1", None, "not read"))
    stored = dict(_iter_read(path))

    def parse(body: bytes, _: str | None) -> tuple[Report | None, str | None]:
        return (stored[body], None) if body in stored else (None, "not read")

    def parse_wrong(body: bytes, _: str | None) -> tuple[Report | None, str | None]:
        report = stored.get(body)
        return (replace(report, title="改"), None) if report and report.title == "年度报告" else (report, "nothing")

    assert verify_readings(path, "1", parse) == ()
    problems = verify_readings(path, "1", parse_wrong)
    assert [(type(problem), problem.where.rpartition("/")[2]) for problem in problems] == [
        (Problem, "u.html)"),
        (Problem, "z.html)"),
    ]


def _iter_read(path: Path) -> Iterator[tuple[bytes, Report]]:
    with Archive.open(path) as archive:
        for (number,) in select(path, "SELECT capture_id FROM sightings"):
            found = archive.find_reading(number, "1")
            if found and found[0]:
                yield archive.load_capture_body(number), found[0]


def test_a_check_beside_a_writer_sees_one_moment(rich: Path, path: Path) -> None:
    """While another process writes, verification sees the archive as it stood when it began."""
    copyfile(rich, path)
    written: list[int] = []
    with Archive.create(path) as archive:
        archive.begin_run()

        def write(_: object) -> None:
            if len(written) < 20:
                written.append(archive.save_capture(make_capture(f"{HOST}/{len(written)}", b"x", "list", day=60)))

        found = verify_archive(path, on_progress=write)

    assert len(written) > 3
    assert found.problems == ()


def test_memory_does_not_grow_with_the_archive(path: Path) -> None:
    """What verification holds at once is bounded: ten times the captures take no more."""
    peaks = []
    for captures in (200, 2000):
        with Archive.create(path) as archive:
            archive.save_site(SITE)
            archive.begin_run()
            for number in range(captures):
                archive.save_capture(make_capture(f"{HOST}/{captures}/{number}", BASE + str(number).encode(), "list"))
        tracemalloc.start()
        assert verify_archive(path).is_whole
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] * 2 + 5_000_000


def test_a_verification_is_an_object_for_programs(touched: Callable[..., Path]) -> None:
    """The whole outcome can be handed on as JSON."""
    found: Verification = verify_archive(touched("UPDATE captures SET status = 403 WHERE id = 9"))

    value = found.to_json()
    assert (value["whole"], value["captures"]) == (False, found.captures)
    assert value["problems"][0].keys() == {"what", "where", "meaning"}
    assert value["heads"][0].keys() == {"link", "capture_id", "captures"}
