"""A second process beside the one that crawls: it reads what is stored, and leaves readings for whoever files them."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from archive import Archive, CannotOpenError, Reading, Unparsed
from archive.readings.documents import load_document
from gongkai import reading as reading_module
from gongkai.reading import read_captures
from parsers import PARSER_VERSION, Report, parse
from tests.archive.accident import make_body
from tests.archive.joiner import BATCH
from tests.archive.made_reports import HOST, PAGE, SITE, make_capture, make_cell, make_report, select

ROOT = Path(__file__).parents[2]
FILED = """
    SELECT reports.key, versions.number, figures_hash, words_hash, versions.first_seen, versions.last_seen,
           versions.agency, versions.title, changes.kind, changes.cells, changes.capture_id
    FROM versions JOIN reports ON reports.id = versions.report_id
    LEFT JOIN changes ON changes.version_id = versions.id ORDER BY reports.key, versions.number
"""
SIGHTED = """
    SELECT capture_id, body_id, kind, form, error, version_id, note FROM sightings
    JOIN readings ON readings.id = reading_id ORDER BY capture_id
"""


def fill(archive: Archive, days: int = 2) -> None:
    """Save what a few crawls bring: reports in two drafts, the same bytes twice, a 304, a failure, no PDF."""
    for day in range(1, days + 1):
        archive.begin_run()
        for page in range(4):
            archive.save_capture(make_capture(f"{HOST}/{page}.html", make_body(page, day), day=day))
        archive.save_capture(make_capture(f"{HOST}/mirror.html", make_body(0, day), day=day))
        archive.save_capture(make_capture(f"{HOST}/3.html", None, day=day))
        archive.save_capture(make_capture(f"{HOST}/gone", None, day=day, status=None, failure="timeout"))
        archive.save_capture(make_capture(f"{HOST}/a.pdf", b"%PDF-1.4 cut off", "attachment", day=day))


def read_ahead(path: Path) -> list[int]:
    """Do what the second process does, and return the captures whose bytes it read."""
    with Archive.join(path) as joined:
        unparsed = list(joined.iter_unparsed(PARSER_VERSION))
        joined.save_readings(
            [
                Reading(
                    one.capture_id,
                    PARSER_VERSION,
                    *reading_module.parse_body(joined.load_capture_body(one.capture_id), one.content_type),
                )
                for one in unparsed
            ]
        )
    return [one.capture_id for one in unparsed]


def make_reading(capture_id: int, report: Report | None = None, **fields: str) -> Reading:
    """Make a reading of parser 1."""
    return Reading(capture_id, "1", report or (None if fields else make_report(make_cell())), **fields)


def test_what_was_read_ahead_is_filed_without_a_parse_and_as_if_it_were_not(
    archive: Archive, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Filing finds every reading of the second process, and ends with the rows that it makes without one."""
    fill(archive)
    other = path.with_name("other.db")
    with Archive.create(other) as alone:
        alone.save_site(SITE)
        fill(alone)
        read_captures(alone)
    read_ahead(path)
    parsed: list[bytes] = []

    def count(body: bytes, content_type: str | None) -> Report:
        parsed.append(body)
        return parse(body, content_type)

    monkeypatch.setattr(reading_module, "parse", count)
    read_captures(archive)

    assert parsed == []
    assert select(path, FILED) == select(other, FILED) != []
    assert select(path, SIGHTED) == select(other, SIGHTED) != []
    assert select(path, "SELECT count(*) FROM readings") == select(other, "SELECT count(*) FROM readings")


def test_what_is_left_to_read_is_what_will_be_filed(archive: Archive, path: Path) -> None:
    """Good captures of reports and files come once a body, in order, after the one named, until they are read."""
    fill(archive, days=1)
    archive.save_capture(make_capture(f"{HOST}/nb/", b"list", "list", headers=(("content-type", "text/html"),)))
    typed = archive.save_capture(make_capture(PAGE, b"typed", headers=(("content-TYPE", "text/html; charset=gbk"),)))

    with Archive.join(path) as joined:
        unparsed = list(joined.iter_unparsed("1"))
        assert [one.capture_id for one in unparsed] == [1, 2, 3, 4, 8, typed]
        assert unparsed[-1] == Unparsed(
            typed, select(path, "SELECT max(id) FROM bodies")[0][0], "text/html; charset=gbk"
        )
        assert [one.capture_id for one in joined.iter_unparsed("1", after=2)] == [3, 4, 5, 8, typed]
        joined.save_readings([make_reading(2), make_reading(8, error="not read")])
        assert [one.capture_id for one in joined.iter_unparsed("1")] == [1, 3, 4, typed]
        archive.file_reading(make_reading(3))

    assert [one.capture_id for one in archive.iter_unparsed("1")] == [1, 4, typed]
    assert [one.capture_id for one in archive.iter_unparsed("2")] == [1, 2, 4, 8, typed]


def test_what_is_stored_meanwhile_comes_as_well(archive: Archive, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that takes its time sees the captures that were saved since it began."""
    monkeypatch.setattr("archive.readings.unread._UNPARSED_AT_ONCE", 2)
    numbers = [archive.save_capture(make_capture(f"{PAGE}?{n}", b"%d" % n)) for n in range(3)]

    with Archive.join(path) as joined:
        rest = joined.iter_unparsed("1")
        met = [next(rest).capture_id]
        numbers.append(archive.save_capture(make_capture(f"{PAGE}?later", b"later")))
        numbers.append(archive.save_capture(make_capture(f"{PAGE}?same", b"0")))
        met += [one.capture_id for one in rest]

    assert met == numbers[:-1]


def test_a_reading_is_found_by_whoever_files(archive: Archive, path: Path) -> None:
    """A report and an error both come back for every capture of the same bytes, and neither is filed yet."""
    report = make_report(make_cell("granted", 3))
    numbers = [archive.save_capture(make_capture(f"{PAGE}?{n}", body)) for n, body in enumerate((b"a", b"b", b"a"))]

    with Archive.join(path) as joined:
        joined.save_readings([make_reading(numbers[0], report), make_reading(numbers[1], error="no report")])

    found = [archive.find_reading(number, "1") for number in numbers]
    assert found == [(report, None), (None, "no report"), (report, None)]
    assert archive.list_reports() == []
    assert len(list(archive.iter_unread())) == 3


def test_readings_of_a_batch_are_kept_all_or_none(archive: Archive, path: Path) -> None:
    """One that cannot be kept takes the others with it, and one that is there already is left as it is."""
    number = archive.save_capture(make_capture())
    failed = archive.save_capture(make_capture(f"{PAGE}?gone", None, status=None, failure="timeout"))
    for wrong in (failed, 99):
        with pytest.raises(ValueError, match=f"capture {wrong} has no bytes"):
            archive.save_readings([make_reading(number), make_reading(wrong)])
    assert select(path, "SELECT 1 FROM readings UNION SELECT 2 FROM documents") == []

    archive.save_readings([make_reading(number, error="first"), make_reading(number)])
    archive.save_readings([])

    assert archive.find_reading(number, "1") == (None, "first")


def test_half_a_character_in_a_reading_is_kept_with_a_mark(archive: Archive) -> None:
    """What no file has room for does not keep the rest of the batch from being kept."""
    numbers = [archive.save_capture(make_capture(f"{PAGE}?{n}", b"%d" % n)) for n in range(2)]

    archive.save_readings(
        [make_reading(numbers[0], make_report(words="公开\ud800")), make_reading(numbers[1], error="\udfff")]
    )

    assert archive.find_reading(numbers[0], "1") == (make_report(words="公开?"), None)
    assert archive.find_reading(numbers[1], "1") == (None, "?")


def test_both_processes_write(archive: Archive, path: Path) -> None:
    """Captures and readings that are saved in turns are all there, and the chain of the captures holds."""
    with Archive.join(path) as joined:
        for number in range(1, 6):
            archive.save_capture(make_capture(f"{PAGE}?{number}", b"%d" % number))
            joined.save_readings([make_reading(number, error="read")])

    assert select(path, "SELECT count(*) FROM captures") == select(path, "SELECT count(*) FROM readings") == [(5,)]


def test_joining_takes_no_lock_and_makes_no_file(archive: Archive, path: Path) -> None:
    """The process that joins leaves the writer its lock and note; without an archive there is nothing to join."""
    note = path.with_name("gongkai.db.writer").read_bytes()
    with Archive.join(path) as joined:
        assert joined.path == path
    nowhere = path.with_name("nowhere.db")

    with pytest.raises(CannotOpenError, match="no archive at"):
        Archive.join(nowhere)

    assert path.with_name("gongkai.db.writer").read_bytes() == note
    assert not nowhere.exists()
    assert archive.save_capture(make_capture()) == 1


def test_a_second_process_that_is_killed_leaves_nothing_half(archive: Archive, path: Path) -> None:
    """After a kill at any moment there are whole batches of whole readings, and the rest is still to be read."""
    numbers = [archive.save_capture(make_capture(f"{PAGE}?{n}", make_body(0, 2 * n))) for n in range(40 * BATCH)]
    dice = random.Random(1)  # noqa: S311 - not for secrets
    command = [sys.executable, "-m", "tests.archive.joiner", path]

    kept = 0
    for _ in range(4):
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:  # noqa: S603
            assert child.stdout
            said = [child.stdout.readline() for _ in range(dice.randint(1, 4))]
            time.sleep(dice.uniform(0, 0.05))
            child.kill()
        before, kept = kept, select(path, "SELECT count(*) FROM readings")[0][0]
        assert (kept - before) % BATCH == 0
        assert kept - before >= BATCH * len(said)

    assert select(path, "PRAGMA integrity_check") == [("ok",)]
    for (reading_id,) in select(path, "SELECT id FROM readings"):
        assert load_document(archive._connection, reading_id).year == 2020  # noqa: SLF001,RUF100
    left = [one.capture_id for one in archive.iter_unparsed(PARSER_VERSION)]
    assert len(left) == len(numbers) - kept
    assert archive.save_capture(make_capture(day=3)) == len(numbers) + 1
