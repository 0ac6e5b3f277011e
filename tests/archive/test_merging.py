"""Archives that were filled on different machines, joined into one."""

import gzip
import random
import shutil
import sqlite3
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import Archive, ArchiveError, CannotOpenError, DamagedError, Reading
from archive.captures.ledger import next_link
from archive.captures.records import iter_records
from archive.file.connection import open_for_reading
from archive.joining.imports import import_captures
from archive.joining.merging import MergeSummary, merge
from archive.joining.sources import Source, require_whole
from archive.proof.verifying import verify_archive
from archive.upkeep.compaction import compact_archive
from tests.archive.contents import digest_contents, tell_union
from tests.archive.machines import (
    ALL,
    CORRECTED,
    FIRST,
    GONE,
    NEIGHBOUR,
    NEW_URL,
    OWN,
    REWORDED,
    SITES,
    UNSIGNED,
    Crawl,
    Step,
    at,
    record,
    record_three,
)
from tests.archive.made_reports import HOST, SITE, make_capture, make_cell, make_report, select
from tests.archive.merger import LOADED
from tests.archive.old_archives import make

ROOT = Path(__file__).parents[2]
OLD = Path(make.__file__).parent
Three = tuple[Path, Path, Path]


def join(target: Path, *sources: Path) -> Path:
    """Merge archives into a file, made where it is not there."""
    merge_into(target, *sources)
    return target


def merge_into(target: Path, *sources: Path) -> MergeSummary:
    """Merge archives and return what came of it."""
    with Archive.create(target) as archive:
        return merge(archive._connection, sources)  # noqa: SLF001,RUF100


def copy(source: Path, target: Path) -> Path:
    """Copy an archive that nobody writes."""
    return Path(shutil.copy(source, target))


def edit(path: Path, statement: str) -> None:
    """Change an archive past its triggers."""
    with closing(sqlite3.connect(path)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)
        connection.commit()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Three:
    """Return what three machines recorded, the first two of which began as copies of one archive."""
    return record_three(tmp_path_factory.mktemp("machines"))


@pytest.fixture(scope="module")
def union(world: Three, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the three joined."""
    return join(tmp_path_factory.mktemp("union") / "all.db", *world)


def test_a_union_is_what_one_machine_would_have_recorded(union: Path, tmp_path: Path) -> None:
    """Captures, readings, histories and search are those of a machine that made all the visits itself."""
    one = record(tmp_path / "one.db", ALL)

    assert tell_union(union, with_ledger=False) == tell_union(one, with_ledger=False)


def test_the_union_tells_what_no_machine_could_tell_alone(world: Three, union: Path) -> None:
    """A report is seen to be withdrawn, and another to have moved, by visits of several machines."""
    found = {path: select(path, "SELECT kind, new_url FROM changes") for path in (*world, union)}

    assert [("withdrawn", None) in found[path] for path in (*world, union)] == [False, False, False, True]
    assert ("moved", NEW_URL) in found[union]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_archives_does_not_matter(
    world: Three, union: Path, tmp_path: Path, order: tuple[int, int, int]
) -> None:
    """In each of six orders the same comes of it, at once and one after the other, and the archive is whole."""
    at_once = join(tmp_path / "at-once.db", *(world[number] for number in order))
    for number in order:
        join(tmp_path / "by-and-by.db", world[number])

    assert digest_contents(at_once) == digest_contents(union)
    assert digest_contents(tmp_path / "by-and-by.db") == digest_contents(union)
    assert verify_archive(at_once).problems == ()


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_unions_of_unions_are_the_same_union(
    world: Three, union: Path, tmp_path: Path, order: tuple[int, int, int]
) -> None:
    """A machine that took part may merge the others into its own, and unions are merged as any archive is."""
    one, two, three = (world[number] for number in order)
    pair = join(copy(one, tmp_path / "pair.db"), two)
    other = join(copy(three, tmp_path / "other.db"), two)

    assert digest_contents(join(copy(three, tmp_path / "into-one.db"), pair)) == digest_contents(union)
    assert digest_contents(join(pair, three)) == digest_contents(union)
    assert digest_contents(join(other, one, two)) == digest_contents(union)


def test_an_archive_merged_with_its_own_copy_stays_as_it_is(world: Three, tmp_path: Path) -> None:
    """Nothing is added, nothing is changed, and nothing is worked out again."""
    mine = copy(world[0], tmp_path / "mine.db")

    summary = merge_into(mine, world[0])

    assert (summary.changed, set(summary.sources[0].added.values())) == (False, {0})
    assert dump(mine) == dump(world[0])


def test_merging_again_changes_nothing(world: Three, union: Path, tmp_path: Path) -> None:
    """The same archives, taken again, bring nothing: not one row differs."""
    mine = copy(union, tmp_path / "mine.db")

    summary = merge_into(mine, *reversed(world))

    assert not summary.changed
    assert dump(mine) == dump(union)


def dump(path: Path) -> list[str]:
    """Return all rows of a file."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def test_an_archive_merged_into_an_empty_one_is_the_same(world: Three, tmp_path: Path) -> None:
    """Nothing is lost and nothing is told otherwise on the way into a new file."""
    for number, path in enumerate(world):
        assert tell_union(join(tmp_path / f"{number}.db", path)) == tell_union(path)


def test_sources_stay_as_they_are(world: Three, tmp_path: Path) -> None:
    """A source is read and not a byte of it is written."""
    before = [path.read_bytes() for path in world]

    join(tmp_path / "all.db", *world)

    assert [path.read_bytes() for path in world] == before


def test_what_came_of_each_source_is_counted(world: Three, tmp_path: Path) -> None:
    """What the first brought is not new any more with the second."""
    first, second, _ = merge_into(tmp_path / "all.db", *world).sources

    assert (first.captures, first.added["captures"], first.added["sites"]) == (16, 16, 1)
    assert (second.captures, second.added["captures"], second.added["sites"]) == (15, 8, 0)
    assert first.to_json()["added"] == {
        "sites": 1, "pages": 6, "captures": 16, "bodies": 6, "readings": 6, "reviews": 0
    }  # fmt: skip


def test_links_noted_before_are_still_proven(world: Three, union: Path) -> None:
    """Whoever noted a link of any of the ledgers finds it in the union, with an unbroken chain up to it."""
    with closing(sqlite3.connect(union)) as connection:
        connection.row_factory = sqlite3.Row
        digests = {record.id: record.digest for record in iter_records(connection, with_bodies=False)}
    entries = {row[0]: row[1:] for row in select(union, "SELECT ledger.id, capture_id, previous_id, link FROM ledger")}
    proven = set()
    for capture_id, previous_id, link in entries.values():
        before = entries[previous_id][2] if previous_id else ""
        assert link == next_link(before, digests[capture_id])
        proven.add(link)

    noted = {link for path in world for (link,) in select(path, "SELECT link FROM ledger")}

    assert noted == proven
    for path in world:
        ((last,),) = select(path, "SELECT link FROM ledger ORDER BY id DESC LIMIT 1")
        assert verify_archive(union, noted=last).problems == ()


def test_a_union_is_crawled_on_like_any_archive(union: Path, tmp_path: Path) -> None:
    """The next capture is hashed onto one of the chains, and all is whole."""
    mine = copy(union, tmp_path / "mine.db")

    record(mine, [Crawl("20", at(40), (Step(OWN, FIRST), Step(GONE, failure="http 404")))])

    assert verify_archive(mine).problems == ()
    assert len(verify_archive(mine).heads) == len(verify_archive(union).heads)


# What two archives say differently


def test_a_site_is_called_as_its_newest_visit_calls_it(tmp_path: Path) -> None:
    """Whichever order: the archive with the newest capture of a site says its name, its division and its rule."""
    named = {}
    for day, title in ((3, "新名"), (1, "旧名"), (2, "中名")):
        path = record(tmp_path / f"{day}.db", [Crawl(f"0{day}", at(day), (Step(OWN, FIRST),))])
        with Archive.create(path) as archive:
            archive.save_site(replace(SITE, title=title, division=None if day == 3 else SITE.division))
        named[day] = path
    for number, order in enumerate(permutations(named.values())):
        union = join(tmp_path / f"union{number}.db", *order)

        assert select(union, "SELECT title, division FROM sites") == [("新名", None)]


def test_of_a_visit_the_account_that_ended_stands(tmp_path: Path) -> None:
    """A copy that was made while a visit was under way does not hide how that ended."""
    ended = record(tmp_path / "ended.db", [Crawl("01", at(1), (Step(OWN, FIRST),))])
    begun = copy(ended, tmp_path / "begun.db")
    edit(begun, "UPDATE visits SET ended_at = NULL, complete = NULL, failed = NULL, notes = NULL")

    for number, order in enumerate(permutations([ended, begun])):
        union = join(tmp_path / f"union{number}.db", *order)
        assert select(union, "SELECT ended_at, complete FROM visits") == [("2026-01-01T08:00:01Z", 1)]


def test_of_two_readings_by_the_same_parser_the_first_stands(tmp_path: Path) -> None:
    """It is said that they differ, and whichever order, the one that was read first stands."""
    first = record(tmp_path / "first.db", [Crawl("01", at(1), (Step(OWN, FIRST),))])
    other = copy(first, tmp_path / "other.db")
    with Archive.create(other) as archive:
        record(tmp_path / "donor.db", [Crawl("01", at(1), (Step(OWN, CORRECTED),))])
        merge(archive._connection, [tmp_path / "donor.db"])  # noqa: SLF001,RUF100
    edit(first, "UPDATE readings SET read_at = '2026-02-01T08:00:00Z', accepted = 0")
    edit(other, "UPDATE readings SET read_at = '2026-02-02T08:00:00Z', document_id = 2, accepted = 1 WHERE id = 1")
    query = "SELECT accepted, read_at, quality FROM readings JOIN documents ON documents.id = document_id ORDER BY 2"

    told = [
        (merge_into(tmp_path / f"union{number}.db", *order), select(tmp_path / f"union{number}.db", query))
        for number, order in enumerate(permutations([first, other]))
    ]

    assert told[0][1] == told[1][1]
    assert told[0][1][0][:2] == (1, "2026-02-01T08:00:00Z")
    for summary, _ in told:
        (problem,) = (problem for source in summary.sources for problem in source.problems)
        assert problem == f"parser 1 read {OWN} differently on two machines; what it read first stands"
    assert digest_contents(tmp_path / "union0.db") == digest_contents(tmp_path / "union1.db")


def test_what_one_machine_has_read_needs_no_reading_again(tmp_path: Path) -> None:
    """Captures that one copy left unread are filed as the other filed them."""
    crawl = Crawl("01", at(1), (Step(OWN, FIRST), Step(UNSIGNED, CORRECTED)))
    unread = record(tmp_path / "unread.db", [replace(crawl, is_read=False)])
    read = record(tmp_path / "read.db", [crawl])

    for number, order in enumerate(permutations([unread, read])):
        union = join(tmp_path / f"union{number}.db", *order)
        assert digest_contents(union) == digest_contents(read)


def test_two_machines_that_fail_in_the_same_second_made_two_visits(tmp_path: Path) -> None:
    """Captures that say the same and belong to two runs are two."""
    step = Step(GONE, failure="http 404")
    paths = [record(tmp_path / f"{uid}.db", [Crawl(uid, at(1), (step,))]) for uid in ("01", "02")]

    unions = [join(tmp_path / f"union{number}.db", *order) for number, order in enumerate(permutations(paths))]

    assert select(unions[0], "SELECT count(*) FROM captures") == [(2,)]
    assert digest_contents(unions[0]) == digest_contents(unions[1])
    assert not merge_into(unions[0], *paths).changed


def test_captures_that_were_imported_elsewhere_are_not_doubled(tmp_path: Path) -> None:
    """The same capture may stand in two ledgers, onto other ones: it is one capture, and both ledgers are kept."""
    crawled = record(tmp_path / "crawled.db", [Crawl("02", at(2), (Step(OWN, FIRST), Step(GONE, CORRECTED)))])
    other = record(tmp_path / "other.db", [Crawl("01", at(1), (Step(OWN, FIRST),))])
    with closing(open_for_reading(crawled)) as source, Archive.create(other) as archive:
        import_captures(
            archive._connection,  # noqa: SLF001,RUF100
            [(one.run, one.capture, one.body_sha256) for one in iter_records(source)],
        )

    unions = [
        join(tmp_path / f"union{number}.db", *order) for number, order in enumerate(permutations([crawled, other]))
    ]

    assert select(unions[0], "SELECT count(*) FROM captures") == [(3,)]
    assert select(unions[0], "SELECT count(*) FROM ledger") == [(5,)]
    assert digest_contents(unions[0]) == digest_contents(unions[1])
    assert verify_archive(unions[0]).problems == ()


def test_of_two_accounts_of_a_capture_the_one_that_found_a_report_stands(tmp_path: Path) -> None:
    """One that found none gives way, then the older parser's; whichever order."""
    step = Step(OWN, FIRST)
    renamed = replace(FIRST, agency="云汀区松原街道办事处")
    paths = [record(tmp_path / "1.db", [Crawl("01", at(1), (step,))])]
    for parser, report in (("2", renamed), ("3", None)):
        paths.append(record(tmp_path / f"{parser}.db", [Crawl("01", at(1), (step,), is_read=False)]))
        names = (report.agency, report.district, report.year) if report else (None, None, None)
        with Archive.create(paths[-1]) as archive:
            archive.file_reading(Reading(1, parser, report, None if report else "not read", *names))
    query = """
        SELECT parser, agency FROM sightings JOIN readings ON readings.id = reading_id
        JOIN identities ON identities.id = identity_id
    """

    for number, order in enumerate(permutations(paths)):
        union = join(tmp_path / f"union{number}.db", *order)
        assert select(union, query) == [("2", renamed.agency)]
        assert digest_contents(union) == digest_contents(tmp_path / "union0.db")


# Bodies


def make_pages(path: Path, seed: int, days: range) -> None:
    """Crawl pages that resemble each other and change a little from day to day."""
    rng = random.Random(seed)  # noqa: S311,RUF100 - not for secrets
    words = [f"第{number}条公开信息" for number in range(300)]
    frames = {page: "".join(rng.choices(words, k=400)) for page in range(40)}
    with Archive.create(path) as archive:
        archive.save_site(SITE)
        for day in days:
            archive.begin_run()
            for page, frame in frames.items():
                body = f"<html>{frame}<p>{page}</p>{'' if page % 3 else day}</html>".encode()
                archive.save_capture(make_capture(f"{HOST}/{page}.html", body, "list", day))


def test_bodies_come_packed_as_they_are_and_whole(tmp_path: Path) -> None:
    """Dictionaries and bases come with what needs them, whichever way each archive has packed the same bytes."""
    for name, days in (("one.db", range(1, 6)), ("two.db", range(4, 10)), ("three.db", range(9, 0, -1))):
        make_pages(tmp_path / name, 1, days)
    for name in ("one.db", "two.db"):
        compact_archive(tmp_path / name)
    sources = [tmp_path / name for name in ("one.db", "two.db", "three.db")]
    wanted = {sha for path in sources for (sha,) in select(path, "SELECT sha256 FROM bodies")}

    for number, order in enumerate(permutations(sources)):
        union = join(tmp_path / f"union{number}.db", *order)

        assert verify_archive(union).problems == ()
        assert {sha for (sha,) in select(union, "SELECT sha256 FROM bodies")} == wanted
        assert select(union, "SELECT count(*) FROM dictionaries") != [(0,)]
        assert select(union, DEEP) == [(0,)]
        assert select(union, LEANING) != [(0,)]


DEEP = "SELECT count(*) FROM bodies JOIN bodies AS bases ON bases.id = bodies.base_id WHERE bases.base_id IS NOT NULL"
LEANING = "SELECT count(*) FROM bodies WHERE base_id IS NOT NULL"


def test_memory_does_not_grow_with_what_is_merged(tmp_path: Path) -> None:
    """Bodies go from file to file one by one."""
    rng = random.Random(1)  # noqa: S311,RUF100 - not for secrets
    with Archive.create(tmp_path / "large.db") as archive:
        archive.save_site(SITE)
        for number in range(40):
            archive.save_capture(make_capture(f"{HOST}/{number}.pdf", rng.randbytes(1 << 20), "attachment"))
    Archive.create(tmp_path / "union.db").close()

    tracemalloc.start()
    try:
        merge_into(tmp_path / "union.db", tmp_path / "large.db")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert select(tmp_path / "union.db", "SELECT count(*) FROM bodies") == [(40,)]
    assert peak < 16 << 20


# What is refused

DAMAGES = {
    "a capture": ("UPDATE captures SET status = 404 WHERE id = 3", "capture 3 "),
    "a capture removed": ("DELETE FROM captures WHERE id = 3", "capture 3"),
    "an entry removed": ("DELETE FROM ledger WHERE id = 3", "entry 3 of the ledger"),
    "the last entry removed": ("DELETE FROM ledger WHERE id = (SELECT max(id) FROM ledger)", "no entry in the ledger"),
    "a body": (
        "UPDATE bodies SET data = CAST('x' AS BLOB), codec = 'raw' WHERE id = (SELECT max(id) FROM bodies)",
        "body ",
    ),
    "the size of a body": (
        "UPDATE bodies SET size = size + 1 WHERE id = (SELECT max(id) FROM bodies)",
        "is not as large",
    ),
    "a body removed": ("DELETE FROM bodies WHERE id = 2", "capture 2"),
    "a document": (
        "UPDATE documents SET data = CAST('{}' AS BLOB), codec = 'raw' WHERE id = (SELECT max(id) FROM documents)",
        "a document is not",
    ),
    "what is said of a document": (
        "UPDATE documents SET figures_hash = 'f' WHERE id = (SELECT max(id) FROM documents)",
        "does not say what",
    ),
    "a document removed": ("DELETE FROM documents WHERE id = 1", "document 1 is named and not there"),
    "a sighting": ("UPDATE sightings SET reading_id = 2 WHERE capture_id = 1", "capture 1 "),
    "an identity removed": ("DELETE FROM identities WHERE id = 1", "identity 1 is named and not there"),
    "a page removed": ("DELETE FROM pages WHERE id = 1", "capture 1"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_source_is_refused_and_nothing_is_taken(world: Three, tmp_path: Path, damage: str) -> None:
    """The message names the file and what is wrong with it; the target is left as it was."""
    statement, where = DAMAGES[damage]
    bad = copy(world[1], tmp_path / "bad.db")
    edit(bad, statement)
    mine = copy(world[2], tmp_path / "mine.db")

    with pytest.raises(DamagedError) as problem:
        merge_into(mine, world[0], bad)

    assert str(bad) in str(problem.value)
    assert where in str(problem.value)
    assert "\n" not in str(problem.value)
    assert dump(mine) == dump(world[2])


def make_text(path: Path) -> None:
    """Write what is no database."""
    path.write_text("no archive")


def make_database(path: Path) -> None:
    """Write the database of another program."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE other (id)")


@pytest.mark.parametrize(
    "spoil", [lambda path: None, Path.touch, make_text, make_database], ids=["none", "empty", "text", "other"]
)
def test_what_is_no_archive_is_refused(world: Three, tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    """A file that is not there, is empty, is no database or another program's: nothing is merged."""
    spoil(tmp_path / "other.db")
    mine = copy(world[2], tmp_path / "mine.db")

    with pytest.raises(CannotOpenError, match=r"other\.db"):
        merge_into(mine, world[0], tmp_path / "other.db")

    assert dump(mine) == dump(world[2])


def test_an_archive_is_not_merged_into_itself(world: Three, tmp_path: Path) -> None:
    """Under whatever name."""
    mine = copy(world[0], tmp_path / "mine.db")
    (tmp_path / "link.db").symlink_to(mine)

    for name in ("mine.db", "link.db"):
        with pytest.raises(CannotOpenError, match="leave it out"):
            merge_into(mine, tmp_path / name)


# Sources as they are found


@pytest.mark.parametrize("schema", [1, 2])
def test_an_older_archive_is_merged_by_way_of_a_copy(tmp_path: Path, schema: int) -> None:
    """It stays what it is, comes in as this program would have made it, and is known again when it comes again."""
    old, mine = tmp_path / "old.db", tmp_path / "mine.db"
    old.write_bytes(gzip.decompress((OLD / f"schema_{schema}.db.gz").read_bytes()))
    before = old.read_bytes()
    copy(old, tmp_path / "migrated.db")
    Archive.create(tmp_path / "migrated.db").close()

    first = merge_into(mine, old)
    again = merge_into(mine, old)

    assert (first.changed, again.changed) == (True, False)
    assert old.read_bytes() == before
    assert verify_archive(mine).problems == ()
    told = [tell_union(path) for path in (mine, tmp_path / "migrated.db")]
    for name in ("pages", "bodies", "documents", "readings", "reports", "locations", "states", "figures"):
        assert told[0][name] == told[1][name], name


def test_an_archive_that_is_being_crawled_is_taken_as_it_stands(world: Three, tmp_path: Path) -> None:
    """What its writer has committed comes; what it is about to write does not, and it goes on undisturbed."""
    busy = copy(world[0], tmp_path / "busy.db")
    with Archive.create(busy) as writer:
        writer.save_site(SITE)
        writer.save_capture(make_capture(f"{HOST}/committed.html", b"committed", day=30))
        writer._connection.execute("BEGIN IMMEDIATE")  # noqa: SLF001,RUF100
        writer._connection.execute("UPDATE sites SET title = 'half'")  # noqa: SLF001,RUF100
        join(tmp_path / "mine.db", busy)
        writer._connection.execute("COMMIT")  # noqa: SLF001,RUF100
        writer.save_capture(make_capture(f"{HOST}/later.html", b"later", day=31))

    urls = {url for (url,) in select(tmp_path / "mine.db", "SELECT url FROM pages")}
    assert (f"{HOST}/committed.html" in urls, f"{HOST}/later.html" in urls) == (True, False)
    assert select(tmp_path / "mine.db", "SELECT title FROM sites") == [(SITE.title,)]


def test_what_is_crawled_while_a_merge_goes_on_waits_for_the_next(
    world: Three, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A source is read as it stood at one moment, from the first look at it to the last row."""
    busy = copy(world[0], tmp_path / "busy.db")
    with Archive.create(busy) as writer:

        def go_on(source: Source) -> None:
            writer.save_capture(make_capture(f"{HOST}/later.html", b"later", day=30))
            require_whole(source)

        monkeypatch.setattr("archive.joining.merging.require_whole", go_on)
        join(tmp_path / "mine.db", busy)

    assert digest_contents(tmp_path / "mine.db") == digest_contents(world[0])
    assert select(busy, "SELECT count(*) FROM captures") == [(17,)]


# Interruptions


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Three:
    """Return three archives that take a while to merge."""
    folder = tmp_path_factory.mktemp("large")
    reports = [make_report(make_cell(value=number), agency=f"云汀区第{number}街道办事处") for number in range(40)]

    def crawl(day: int, uid: str) -> Crawl:
        steps = (Step(f"{HOST}/{number}.html", one, surroundings=str(day // 4)) for number, one in enumerate(reports))
        return Crawl(uid, at(day), tuple(steps))

    shared = [crawl(day, f"{day:02}") for day in range(1, 4)]
    first, second = (
        [crawl(day, f"{day:02}{name}") for day in range(4 + skip, 20, 2)] for skip, name in ((0, "a"), (1, "b"))
    )
    third = [crawl(20, "20c")]
    parts = {"a": [*shared, *first], "b": [*shared, *second], "c": third}
    paths = [record(folder / f"{name}.db", part) for name, part in parts.items()]
    return paths[0], paths[1], paths[2]


@pytest.fixture(scope="module")
def large_union(large: Three, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, float]:
    """Return what has to come of merging the second and third into the first, and how long that takes."""
    mine = copy(large[0], tmp_path_factory.mktemp("large") / "union.db")
    start = time.monotonic()
    join(mine, *large[1:])
    return digest_contents(mine), time.monotonic() - start


@pytest.mark.parametrize("number", range(10))
def test_a_merge_that_is_killed_is_made_good_by_the_next(
    large: Three, large_union: tuple[str, float], tmp_path: Path, number: int
) -> None:
    """After a kill at any moment the target holds all of the sources or nothing, and merging again completes it."""
    mine = copy(large[0], tmp_path / "mine.db")
    wanted, seconds = large_union
    command = [sys.executable, "-m", "tests.archive.merger", mine, *large[1:]]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:  # noqa: S603
        assert child.stdout
        assert child.stdout.readline().strip() == LOADED
        time.sleep(seconds * 1.1 * (number + 0.5) / 10)
        child.kill()

    assert select(mine, "PRAGMA integrity_check") == [("ok",)]
    Archive.create(mine).close()  # the next writer works out what was left
    assert digest_contents(mine) in {digest_contents(large[0]), wanted}
    join(mine, *large[1:])
    assert digest_contents(mine) == wanted


def test_an_error_half_way_leaves_the_target_as_it_was(
    world: Three, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of all sources comes in, or nothing."""
    mine = copy(world[2], tmp_path / "mine.db")

    def fail(_: object) -> None:
        raise ArchiveError("no room")

    monkeypatch.setattr("archive.joining.merging.unite_readings", fail)
    with pytest.raises(ArchiveError, match="no room"):
        merge_into(mine, *world[:2])

    assert dump(mine) == dump(world[2])


# Random histories

REPORTS = {
    "first": FIRST,
    "corrected": CORRECTED,
    "reworded": REWORDED,
    "other": make_report(make_cell(value=2), agency="云汀区白杨街道办事处"),
    "unsigned": make_report(make_cell(value=4), agency=None, title="2020年年度报告", district=None),
    "no district": make_report(make_cell(value=6), agency="听松街道办事处", district=None),
}
URLS = ("/nb/1.html", "/nb/1.docx", "/xxgk/3.html")


class Drawn(NamedTuple):
    """A step of a random visit: what stands at a page (a report by its name, or a failure), and how it is told."""

    url: str
    shows: str
    is_304: bool = False
    surroundings: str = ""
    leads_on: bool = False

    def to_step(self, site: str) -> Step:
        """Return the step at a page of a site."""
        place = f"{HOST}/{site}"
        report = REPORTS.get(self.shows)
        return Step(
            f"{place}{self.url}",
            report,
            None if report else self.shows,
            is_304=self.is_304,
            kind="attachment" if self.url.endswith("docx") else "report",
            surroundings=self.surroundings,
            final_url=f"{place}{self.url}?moved" if self.leads_on and report else None,
        )


class DrawnVisit(NamedTuple):
    """A random visit: days since the last, its site, what it saw, which parser read it, which machines made it."""

    days: int
    site: str
    steps: list[Drawn]
    parser: str
    is_read: bool
    machines: frozenset[int]


def draw_visits(sites: Sequence[str], parsers: str, *, lead_on: bool) -> st.SearchStrategy[list[DrawnVisit]]:
    """Return random visits of these sites, read by these parsers; whether pages of theirs may lead to others."""
    steps = st.builds(
        Drawn,
        st.sampled_from(URLS),
        st.sampled_from((*REPORTS, "http 404", "http 410", "timeout")),
        is_304=st.booleans(),
        surroundings=st.sampled_from(("", "<!--a-->")),
        leads_on=st.booleans() if lead_on else st.just(value=False),
    )
    visit = st.builds(
        DrawnVisit,
        st.sampled_from((0, 1, 7)),
        st.sampled_from(sites),
        st.lists(steps, min_size=1, max_size=3, unique_by=lambda step: step.url),
        st.sampled_from(parsers),
        st.sampled_from((True, True, True, False)),
        st.frozensets(st.integers(0, 2), min_size=1),
    )
    return st.lists(visit, min_size=1, max_size=6)


def deal(visits: list[DrawnVisit], folder: Path, apart: int, pace: int) -> tuple[list[Crawl], list[Path]]:
    """Return the visits, and the archives of the machines that made them; some were made by several (a copy)."""
    day, crawls = 1, list[Crawl]()
    for number, visit in enumerate(visits):
        day += visit.days
        steps = tuple(step.to_step(visit.site) for step in visit.steps)
        start = at(day, second=number * apart)
        crawls.append(Crawl(f"{number:02}", start, steps, visit.site, visit.parser, is_read=visit.is_read, pace=pace))
    parts = []
    for machine in range(3):
        own = [crawl for crawl, visit in zip(crawls, visits, strict=True) if machine in visit.machines]
        parts.append(record(folder / f"{machine}.db", own))
    return crawls, parts


@settings(max_examples=40, deadline=None, report_multiple_bugs=False)
@given(draw_visits((SITE.name, NEIGHBOUR.name), "1", lead_on=False))
def test_however_visits_are_dealt_out_their_union_is_that_of_one_machine(
    tmp_path_factory: pytest.TempPathFactory, visits: list[DrawnVisit]
) -> None:
    """Random visits, dealt out to machines at random: merged in either direction they are what one would have."""
    folder = tmp_path_factory.mktemp("dealt")
    crawls, parts = deal(visits, folder, apart=10, pace=1)

    forth = join(folder / "forth.db", *parts)
    back = join(copy(parts[-1], folder / "back.db"), *reversed(parts[:-1]))

    assert digest_contents(forth) == digest_contents(back)
    assert tell_union(forth, with_ledger=False) == tell_union(record(folder / "one.db", crawls), with_ledger=False)


@settings(max_examples=30, deadline=None, report_multiple_bugs=False)
@given(draw_visits(sorted(SITES), "12", lead_on=True))
def test_visits_at_the_same_time_are_merged_in_any_order(
    tmp_path_factory: pytest.TempPathFactory, visits: list[DrawnVisit]
) -> None:
    """Where machines go through a site side by side and parsers differ, the order of merging makes no difference."""
    folder = tmp_path_factory.mktemp("dealt")
    _, parts = deal(visits, folder, apart=1, pace=10)

    forth = join(folder / "forth.db", *parts)
    back = join(copy(parts[-1], folder / "back.db"), *reversed(parts[:-1]))

    assert digest_contents(forth) == digest_contents(back)
    assert verify_archive(back).problems == ()
