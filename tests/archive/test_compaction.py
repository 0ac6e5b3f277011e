import random
import shutil
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from archive import Archive, ArchiveError, BusyError, CannotOpenError, SiteIdentity
from archive.captures.bodies import pack
from archive.file.connection import open_for_reading
from archive.upkeep import compaction, training
from archive.upkeep.compaction import CompactionSummary, compact_archive
from archive.upkeep.repacking import Repacker
from benchmarks.packing import MadeSite
from tests.archive import compacting, steady_reader
from tests.archive.made_reports import MIRROR, SITE, find_broken_links, make_capture, select
from tests.archive.stored_pages import SITES, count_far, fill, hash_all, load_all, opened, save_page

ROOT = Path(__file__).parents[2]
CAPTURES = "SELECT * FROM captures ORDER BY id"
PAGES = range(12)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an archive of two sites: each of their pages was seen with two counters."""
    path = tmp_path_factory.mktemp("made") / "made.db"
    fill(path, PAGES, 4711, 4799)
    return path


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    """Give a copy of it."""
    return Path(shutil.copy(made, tmp_path / "archive.db"))


def shares(path: Path) -> tuple[float, int]:
    """Return the share of their HTML that whole bodies take, and the bytes that the largest other one takes."""
    ((whole, largest),) = select(
        path,
        """
        SELECT (SELECT total(length(data)) / total(size) FROM bodies WHERE base_id IS NULL),
               (SELECT max(length(data)) FROM bodies WHERE base_id IS NOT NULL)
        """,
    )
    return whole, largest


def run_beside(module: str, path: Path) -> "subprocess.Popen[str]":
    """Start one of the processes beside this one, and wait until it is ready."""
    command = [sys.executable, "-m", module, path]
    child = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert child.stdout
    assert child.stdout.readline().strip() == "loaded"
    return child


def test_an_archive_is_smaller_afterwards_and_holds_the_same(path: Path) -> None:
    """Every body is what it was, captures are as they were, and first bodies take a twentieth of their HTML."""
    before, captures = load_all(path), select(path, CAPTURES)

    summary = compact_archive(path)

    assert load_all(path) == before
    assert (select(path, CAPTURES), find_broken_links(path)) == (captures, [])
    whole, largest = shares(path)
    assert (whole < 0.05, largest < 60) == (True, True)
    assert (summary.repacked, summary.site_dictionaries, summary.damaged, summary.room) == (24, 2, (), "given back")
    assert summary.bodies_after < summary.bodies_before / 2
    assert summary.after == path.stat().st_size < summary.before
    assert select(path, "PRAGMA integrity_check") == [("ok",)]
    assert select(path, "PRAGMA foreign_key_check") == []


def test_a_second_time_nothing_is_left_to_do(path: Path) -> None:
    """What was packed anew is not packed again, no dictionary is trained twice, and the bytes stay the same."""
    compact_archive(path)
    stored = select(path, "SELECT id, data FROM bodies ORDER BY id")

    again = compact_archive(path)

    assert (again.repacked, again.site_dictionaries, again.bodies_before) == (0, 0, again.bodies_after)
    assert again.dictionary == "kept: nothing is new since the last time"
    assert select(path, "SELECT id, data FROM bodies ORDER BY id") == stored


def test_what_came_since_is_packed_the_next_time(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few new pages are packed with the dictionaries that are there; those seen to before are not looked at again."""
    compact_archive(path)
    fill(path, range(20, 22), 1)
    before, stored = load_all(path), select(path, "SELECT id, data FROM bodies WHERE id <= 48")
    seen = list[int]()
    pack_with = Repacker.pack_with
    monkeypatch.setattr(Repacker, "pack_with", lambda own, row, one: (seen.append(row.id), pack_with(own, row, one)))

    summary = compact_archive(path)

    assert (summary.repacked, summary.site_dictionaries, sorted(seen)) == (4, 0, [49, 50, 51, 52])
    assert select(path, "SELECT id, data FROM bodies WHERE id <= 48") == stored
    assert load_all(path) == before
    assert shares(path)[0] < 0.05


def test_the_states_of_a_page_that_an_older_version_stored_whole_are_packed_against_its_first(path: Path) -> None:
    """Bodies that are all whole, each alone, end as those that a crawl of today stores."""
    with opened(path) as connection:
        for number, content in enumerate_bodies(path):
            codec, data = pack(content)
            connection.execute(
                "UPDATE bodies SET codec = ?, data = ?, base_id = NULL WHERE id = ?", (codec, data, number)
            )
    before = load_all(path)

    compact_archive(path)

    with closing(open_for_reading(path)) as connection:
        assert count_far(connection) == 0
        assert connection.execute("SELECT count(*) FROM bodies WHERE base_id IS NOT NULL").fetchone()[0] == 24
    assert (load_all(path), shares(path)[1] < 60) == (before, True)


def enumerate_bodies(path: Path) -> list[tuple[int, bytes]]:
    """Return number and content of each body."""
    contents = load_all(path)
    return [(number, contents[sha256]) for number, sha256 in select(path, "SELECT id, sha256 FROM bodies")]


def test_a_body_that_others_are_packed_against_stays_whole(tmp_path: Path) -> None:
    """A whole body that is the base of another is never packed against a third, however near it is to that."""
    path = tmp_path / "bases.db"
    fill(path, range(1), 1, sites=SITES[:1])
    with Archive.create(path) as archive:
        archive.save_site(SITE)
        for counter in (2, 3):  # another page with the same content: the first is whole, and the base of the second
            archive.save_capture(make_capture(MIRROR, SITES[0].make_page(0, counter)))
    with opened(path) as connection:
        connection.execute("DROP TRIGGER captures_are_not_edited")
        connection.execute("UPDATE captures SET page_id = 1")
    before = load_all(path)

    compact_archive(path)

    assert select(path, "SELECT id, base_id FROM bodies ORDER BY id") == [(1, None), (2, None), (3, 2)]
    assert load_all(path) == before


def test_a_dictionary_that_does_not_pay_is_not_kept(tmp_path: Path) -> None:
    """Where pages are few a dictionary would take more than it saves: the archive has none."""
    path = tmp_path / "small.db"
    fill(path, range(1), 1)

    summary = compact_archive(path)

    assert select(path, "SELECT count(*) FROM dictionaries") == [(0,)]
    assert (summary.dictionary, summary.site_dictionaries) == ("not trained: 2 pages are too few", 0)


def test_pages_with_nothing_in_common_have_no_dictionary(tmp_path: Path) -> None:
    """Where what a dictionary saves is less than what it takes, none is stored, however many pages there are."""
    path = tmp_path / "apart.db"
    with Archive.create(path) as archive:
        archive.save_site(SITE)
        for number in range(30):
            body = random.Random(number).randbytes(500).hex().encode()  # noqa: S311 - not for secrets
            archive.save_capture(make_capture(f"{MIRROR}?{number}", body))

    summary = compact_archive(path)

    assert select(path, "SELECT count(*) FROM dictionaries") == [(0,)]
    assert summary.dictionary == "not trained: it would not pay"


def test_a_dictionary_for_all_sites_is_trained_on_pages_of_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many sites of a few pages each have one dictionary in common, which is deterministic and serves new sites too."""
    monkeypatch.setattr(training, "DICTIONARY_SIZES", (16 << 10,))
    path = tmp_path / "many.db"
    fill(path, range(2), 1, sites=[MadeSite(number) for number in range(20)])
    twin = Path(shutil.copy(path, tmp_path / "twin.db"))

    summary = compact_archive(path)
    compact_archive(twin)

    assert summary.dictionary.startswith("trained: it saves some")
    assert summary.site_dictionaries == 0
    content = "SELECT sha256, data FROM dictionaries"
    assert (select(path, content), len(select(path, content))) == (select(twin, content), 1)
    with Archive.create(path) as archive:
        fill_stranger(archive)
    assert select(path, "SELECT dictionary_id FROM bodies ORDER BY id DESC LIMIT 1") == [(1,)]


def fill_stranger(archive: Archive) -> None:
    """Save a page of a site that was not there before."""
    archive.save_site(SiteIdentity("site77", "site77", "990101"))
    save_page(archive, MadeSite(77), 1, 1)


def test_a_damaged_body_is_left_and_named(path: Path) -> None:
    """What cannot be read is said and left as it is; everything else is packed, and the file is not written anew."""
    with opened(path) as connection:
        connection.execute("UPDATE bodies SET data = zeroblob(60) WHERE id = 3")

    summary = compact_archive(path)

    assert [line.split(":")[0] for line in summary.damaged] == ["body 3 cannot be read"]
    assert select(path, "SELECT data FROM bodies WHERE id = 3") == [(bytes(60),)]
    assert (summary.repacked, summary.room.split(":")[0]) == (23, "none given back")
    assert select(path, "SELECT count(*) FROM properties WHERE name = 'compacted'") == [(0,)]


def test_a_disk_without_room_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the file cannot be written anew its bodies are smaller all the same, and the reason is told."""
    monkeypatch.setattr(compaction.shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))

    summary = compact_archive(path)

    assert summary.room.startswith("none given back: to write the file anew ")
    assert (summary.repacked, select(path, "PRAGMA freelist_count")[0][0] > 0) == (24, True)


def test_a_disk_that_fills_up_meanwhile_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full while the file is written anew leaves it as it was."""

    def fail(_: object) -> None:
        raise CannotOpenError("no room left to write it")

    monkeypatch.setattr(compaction, "_vacuum", fail)

    assert compact_archive(path).room == "none given back: no room left to write it"
    assert len(hash_all(path)) == 48


def test_an_archive_that_is_being_written_is_left_alone(path: Path) -> None:
    """A crawl has the archive for itself: who holds it is named."""
    with Archive.create(path, "gongkai crawl"), pytest.raises(BusyError, match="gongkai crawl"):
        compact_archive(path)


def test_where_there_is_no_archive_none_is_made(tmp_path: Path) -> None:
    """A name that is mistyped makes no file."""
    with pytest.raises(CannotOpenError, match="no archive at"):
        compact_archive(tmp_path / "none.db")

    assert list(tmp_path.iterdir()) == []


def test_readers_notice_nothing(path: Path) -> None:
    """A process that reads all bodies again and again reads them all, while they are packed anew and after."""
    with run_beside(steady_reader.__name__, path) as reader:
        summaries = [compact_archive(path), compact_archive(path)]
        said, _ = reader.communicate("\n", timeout=60)

    assert (reader.returncode, int(said) > 0) == (0, True)
    assert [summary.repacked for summary in summaries] == [24, 0]


def test_room_that_a_reader_holds_is_given_back_later(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who began to read before goes on seeing the archive as it was; the summary says what that means for the file."""
    monkeypatch.setattr("archive.file.connection._BUSY_MILLISECONDS", 50)
    with closing(open_for_reading(path)) as reader:
        reader.execute("BEGIN")
        before = reader.execute("SELECT id, data FROM bodies").fetchall()

        summary = compact_archive(path)

        assert reader.execute("SELECT id, data FROM bodies").fetchall() == before
    assert summary.room.startswith("given back once no program reads")


def test_a_kill_at_any_moment_leaves_every_body_readable(made: Path, tmp_path: Path) -> None:
    """Killed twenty times at random moments, the archive has all its bodies each time, and the next run completes."""
    whole, hashes = Path(shutil.copy(made, tmp_path / "whole.db")), hash_all(made)
    path = tmp_path / "killed.db"
    started = time.monotonic()
    compact_archive(whole)
    seconds = time.monotonic() - started
    for number in range(20):
        if number % 5 == 0:
            for file in tmp_path.glob("killed.db*"):
                file.unlink()
            shutil.copy(made, path)

        with run_beside(compacting.__name__, path) as child:
            time.sleep(random.Random(number).uniform(0, seconds))  # noqa: S311 - not for secrets
            child.kill()

        assert hash_all(path) == hashes
        assert select(path, "PRAGMA integrity_check") == [("ok",)]
        with closing(open_for_reading(path)) as connection:
            assert count_far(connection) == 0
    last = compact_archive(path)
    assert (hash_all(path), shares(path)) == (hashes, shares(whole))
    assert isinstance(last, CompactionSummary)


def test_a_body_is_replaced_only_by_what_gives_its_bytes(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new form that does not unpack to the same bytes stops everything, and nothing of it is written."""
    stored = select(path, "SELECT id, data FROM bodies")
    monkeypatch.setattr("archive.upkeep.repacking.unpack", lambda *_: b"something else")

    with pytest.raises(ArchiveError, match="is not the same; it was left as it is"):
        compact_archive(path)

    assert select(path, "SELECT id, data FROM bodies") == stored
