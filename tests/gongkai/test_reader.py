import signal
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive import Archive, ArchiveError, CannotOpenError, Capture, Reading
from archive.histories import versions as versions_module
from archive.readings import filing as filing_module
from archive.search.index import IndexedVersion, index_words
from crawler import Failure
from gongkai import reader as reader_module
from gongkai import reading as reading_module
from gongkai.reader import BackgroundReader, background_reader, read_from_the_end
from gongkai.reading import SiteReadings, read_captures
from parsers import PARSER_VERSION, Report, parse
from tests.archive.contents import tell_contents
from tests.archive.made_reports import select
from tests.gongkai.reader_world import HOST, POISON, SITE, make_crawl, make_page, store

PATIENCE = 60
"""Seconds after which a process that should have come to something is given up."""


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """Return an archive that is open to write."""
    with Archive.create(tmp_path / "gongkai.db") as opened:
        yield opened


def file_alone(path: Path, captures: list[Capture]) -> tuple[dict[str, SiteReadings], object]:
    """Store and file in one process, a reading a transaction; return what came of it and what the archive holds."""
    with Archive.create(path) as archive, pytest.MonkeyPatch.context() as patch:
        patch.setattr(filing_module, "_BATCH", 1)
        store(archive, captures)
        found = read_captures(archive)
    contents = tell_contents(path)
    assert contents["search_words"]
    return found, contents


def start(archive: Archive, module: str = "gongkai.reader") -> BackgroundReader:
    """Start a reader of what an archive holds."""
    reader = BackgroundReader(archive.path, module)
    for _ in range(reader_module._ENOUGH):  # noqa: SLF001,RUF100
        reader.note_stored()
    return reader


def wait_for(reader: BackgroundReader) -> int:
    """Wait until the process of a reader has ended by itself, and return its code."""
    assert reader._process  # noqa: SLF001,RUF100
    return reader._process.wait(PATIENCE)  # noqa: SLF001,RUF100


@pytest.mark.parametrize("seed", range(8))
def test_whoever_reads_the_archive_ends_the_same(archive: Archive, tmp_path: Path, seed: int) -> None:
    """Whatever was read ahead, from either end and in whatever portions, filing ends with the same rows."""
    captures = make_crawl(seed)
    alone = file_alone(tmp_path / "alone.db", captures)

    store(archive, captures[: seed * 4])
    with Archive.join(archive.path) as joined:
        read_from_the_end(joined)
    store_rest(archive, captures[seed * 4 :])
    found = read_captures(archive)

    assert (found, tell_contents(archive.path)) == alone


def test_the_two_stop_where_they_meet(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """The crawling process comes down from the newest, and reads nothing that the other one has read meanwhile."""
    captures = [replace(one, url=f"{one.url}?{n}", body=b"%d" % n) for n, one in enumerate(make_crawl(1, 30)[:30])]
    store(archive, captures)
    parsed: list[bytes] = []

    def watch(body: bytes, content_type: str | None) -> tuple[Report | None, str | None]:
        parsed.append(body)
        return reading_module.parse_body(body, content_type)

    def read_beside() -> None:
        archive.save_readings([Reading(1 + number, PARSER_VERSION, None, "read beside") for number in range(23)])

    monkeypatch.setattr(reader_module, "parse_body", watch)
    count = read_from_the_end(archive, before_batch=read_beside)

    assert (count, sorted(parsed)) == (7, sorted(b"%d" % number for number in range(23, 30)))


def test_the_first_capture_says_what_the_same_bytes_are(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes that came under two content types are read once, as the first says, whoever reads them."""
    (page,) = make_crawl(0, 1)[:1]
    types = ("text/html; charset=gbk", "text/html; charset=utf-8")
    parsed: list[str | None] = []

    def watch(body: bytes, content_type: str | None) -> Report:
        parsed.append(content_type)
        return parse(body, content_type)

    monkeypatch.setattr(reading_module, "parse", watch)
    for crawl in range(2):
        captures = [
            replace(page, url=f"{HOST}/{n}.html", body=b"%d" % crawl, headers=(("Content-Type", said),))
            for n, said in enumerate(types)
        ]
        store(archive, captures)
        if crawl:
            read_from_the_end(archive)
        read_captures(archive)

    assert parsed == [types[0], types[0]]


def store_rest(archive: Archive, captures: list[Capture]) -> None:
    """Save what comes later in the same run."""
    for capture in captures:
        archive.save_capture(capture)


def test_two_processes_read_all_of_it_and_end_the_same(archive: Archive, tmp_path: Path) -> None:
    """What the second process and the crawling one read together is filed as if one process had done it all."""
    captures = make_crawl(1, 60)
    alone = file_alone(tmp_path / "alone.db", captures)

    store(archive, captures)
    with background_reader(archive.path) as reader:
        for _ in captures:
            reader.note_stored()
    unread = list(archive.iter_unparsed(PARSER_VERSION))
    found = read_captures(archive)

    assert unread == []
    assert (found, tell_contents(archive.path)) == alone


def test_a_reader_that_was_killed_is_done_without(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second process that somebody kills while it parses costs nothing but its help."""
    captures = [*make_crawl(2, 30), poison(), *make_crawl(2, 10)]
    alone = file_alone(tmp_path / "alone.db", captures)
    monkeypatch.setenv("FAILING_READER", "stop")
    store(archive, captures)

    reader = start(archive, "tests.gongkai.failing_reader")
    wait_until_some_are_read(archive.path)
    reader._process.kill()  # type: ignore[union-attr]  # noqa: SLF001,RUF100
    reader.finish()
    found = read_captures(archive)

    assert (found, tell_contents(archive.path)) == alone


def wait_until_some_are_read(path: Path) -> None:
    """Wait until the second process has kept a reading."""
    for _ in range(PATIENCE * 20):
        if select(path, "SELECT 1 FROM readings LIMIT 1"):
            return
        time.sleep(0.05)
    raise AssertionError("nothing was read")


def poison() -> Capture:
    """Make the page of a report that a failing reader does not survive."""
    title = "松间街道办事处2020年政府信息公开工作年度报告"
    body = make_page(title, "本街道认真公开。") + POISON
    (capture,) = make_crawl(0, 1)[:1]
    return Capture(SITE.name, f"{HOST}/poison.html", "report", capture.fetched_at, 200, body=body, link_text=title)


def test_a_document_that_brings_the_reader_down_is_recorded(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash of the parser is what is known of the document that caused it: nobody parses that again, or less else."""
    captures = [*make_crawl(3, 20), poison(), *make_crawl(3, 10)]
    others, _ = file_alone(tmp_path / "alone.db", [one for one in captures if POISON not in (one.body or b"")])
    monkeypatch.setenv("FAILING_READER", "crash")
    store(archive, captures)

    reader = start(archive, "tests.gongkai.failing_reader")
    code = wait_for(reader)
    reader.finish()
    found = read_captures(archive)[SITE.name]

    assert code == -signal.SIGSEGV
    assert found.reports == others[SITE.name].reports
    assert Failure(f"{HOST}/poison.html", "the parser crashed (SIGSEGV)") in found.failed
    assert len(found.failed) == len(others[SITE.name].failed) + 1
    assert list(archive.iter_unread()) == []


@pytest.mark.parametrize("code", [signal.SIGKILL, signal.SIGTERM])
def test_a_reader_that_was_stopped_from_outside_accuses_no_document(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, code: signal.Signals
) -> None:
    """A signal that came from outside says nothing of the document that was being parsed."""
    monkeypatch.setenv("FAILING_READER", "stop")
    store(archive, [*make_crawl(4, 10), poison()])

    reader = start(archive, "tests.gongkai.failing_reader")
    wait_until_some_are_read(archive.path)
    reader._process.send_signal(code)  # type: ignore[union-attr]  # noqa: SLF001,RUF100
    reader.finish()

    assert "990101-松间街道办事处-2020" in read_captures(archive)[SITE.name].reports
    assert select(archive.path, "SELECT error FROM readings WHERE error LIKE '%crash%'") == []


def test_a_reader_without_room_to_write_is_done_without(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A second process whose disk is full ends quietly, and the crawling process does its work."""
    captures = make_crawl(5, 30)
    alone = file_alone(tmp_path / "alone.db", captures)
    monkeypatch.setenv("FAILING_READER", "full")
    store(archive, captures)

    reader = start(archive, "tests.gongkai.failing_reader")
    code = wait_for(reader)
    read_by_it = select(archive.path, "SELECT 1 FROM readings")
    reader.finish()
    found = read_captures(archive)

    assert (code, read_by_it, capfd.readouterr().err) == (1, [], "")
    assert (found, tell_contents(archive.path)) == alone


def test_trouble_with_the_archive_is_left_to_whoever_files(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk that both processes meet is said by the filing, and not while the reader is waited for."""
    store(archive, make_crawl(6, 30))

    def fail(*_: object) -> None:
        raise CannotOpenError("no room left")

    monkeypatch.setattr(Archive, "save_readings", fail)
    monkeypatch.setattr(Archive, "file_readings", fail)
    start(archive).finish()

    with pytest.raises(ArchiveError, match="no room left"):
        read_captures(archive)


def test_few_reports_are_worth_no_second_process(archive: Archive) -> None:
    """Below some number nothing is started, and nothing is read before the filing."""
    store(archive, make_crawl(7, 10))

    with background_reader(archive.path) as reader:
        for _ in range(reader_module._ENOUGH - 1):  # noqa: SLF001,RUF100
            reader.note_stored()

    assert select(archive.path, "SELECT 1 FROM readings") == []
    assert read_captures(archive)[SITE.name].reports


def test_no_second_process_to_be_had_is_no_trouble(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no process can be started, the crawl goes on without."""
    store(archive, make_crawl(7, 10))
    monkeypatch.setattr("sys.executable", "/nowhere/python")

    start(archive).finish()

    assert read_captures(archive)[SITE.name].reports


def test_one_reading_that_cannot_be_filed_keeps_no_other_from_it(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a batch cannot be filed its readings are filed one by one, and the one that cannot be is said."""
    store(archive, [*make_crawl(9, 4), poison()])

    def fail_at_one(connection: sqlite3.Connection, version: IndexedVersion, *, stands: bool) -> None:
        if "松间" in version.segments[1]:
            raise ZeroDivisionError("by zero")
        index_words(connection, version, stands=stands)

    monkeypatch.setattr(versions_module, "index_words", fail_at_one)
    found = read_captures(archive)[SITE.name]

    assert Failure(f"{HOST}/poison.html", "it cannot be filed (ZeroDivisionError: by zero)") in found.failed
    assert list(archive.iter_unread()) == []
    assert len(found.reports) == len(archive.list_reports()) > 0
