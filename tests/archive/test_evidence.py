"""Evidence of a version: captures with all that their digests cover, and the chain from them to the head."""

import gzip
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from shutil import copyfile

import pytest

from archive import Archive, ArchiveError, DamagedError, UnknownReportError
from archive.captures.ledger import next_link
from archive.captures.records import iter_records
from archive.file.connection import open_for_reading
from archive.proof.evidence import CaptureProof, gather_from
from archive.proof.verifying import verify_archive
from tests.archive.made_reports import PAGE, SITE, crawl, file_report, make_capture, make_cell, make_report, select
from tests.archive.tamperings import make_rich_archive

KEY = "990101-听松街道办事处-2020"


@pytest.fixture(scope="session")
def proven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an archive that nobody has touched."""
    path = tmp_path_factory.mktemp("proven") / "proven.db"
    make_rich_archive(path)
    return path


@pytest.fixture
def touched(proven: Path, path: Path) -> Callable[..., Path]:
    """Copy the archive and run statements on it past gongkai."""

    def touch(*statements: str) -> Path:
        copyfile(proven, path)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                connection.executescript(statement)
        return path

    return touch


def recompute_head(proof: CaptureProof) -> str:
    """Return the head that a proof's own parts and chain lead to."""
    digest = sha256(json.dumps(list(proof.parts.values()), ensure_ascii=False).encode()).hexdigest()
    assert proof.chain.digests[0] == digest
    link = proof.chain.previous
    for one in proof.chain.digests:
        link = sha256(f"{link}{one}".encode()).hexdigest()
    return link


def test_a_version_is_proven_up_to_the_head(proven: Path) -> None:
    """From the parts of a capture its digest follows, and from that and those after it the head of the archive."""
    evidence = gather_from(proven, KEY, 1)

    proof = evidence.capture
    assert proof.body is not None
    assert recompute_head(proof) == proof.chain.head == verify_archive(proven).heads[0].link
    assert sha256(proof.body).hexdigest() == proof.parts["body_sha256"] == proof.record.body_sha256
    assert (proof.parts["url"], proof.record.id, evidence.shown.version) == (PAGE, 1, 1)
    assert (evidence.change, evidence.before, evidence.reading.parser) == (None, None, "1")


def test_a_changed_figure_comes_with_what_stood_before(proven: Path) -> None:
    """A version that a change made is proven with both captures, and says what changed."""
    evidence = gather_from(proven, KEY)

    assert evidence.change is not None
    assert evidence.before is not None
    assert evidence.shown_before is not None
    assert [(cell["row"], cell["old"], cell["new"]) for cell in evidence.change.cells] == [("new_requests", 5, 9)]
    assert [proof.record.id for proof in (evidence.before, evidence.capture)] == [1, 4]
    assert (evidence.shown_before.version, evidence.shown.version) == (1, 2)
    assert recompute_head(evidence.before) == evidence.capture.chain.head


def test_as_of_a_day_the_version_known_then_is_proven(proven: Path) -> None:
    """What is proven can be the version that the archive knew on a day; on a day before it there is none."""
    assert gather_from(proven, KEY, as_of="2026-01-01T23:59:59Z").shown.version == 1
    with pytest.raises(UnknownReportError):
        gather_from(proven, KEY, as_of="2025-12-31T23:59:59Z")


def test_bytes_that_a_304_confirms_are_in_its_proof(path: Path) -> None:
    """A version that was first seen by a 304 is proven by the bytes that it confirms."""
    with Archive.create(path) as archive:
        archive.save_site(SITE)
        report = make_report(make_cell(value=3))
        archive.save_capture(make_capture(PAGE, b"<p>three</p>"))
        archive.begin_run()
        number = archive.save_capture(make_capture(PAGE, None, day=2))
        file_report(archive, number, report)

    proof = gather_from(path, KEY).capture

    assert (proof.parts["status"], proof.body) == (304, b"<p>three</p>")
    assert proof.warc is not None
    assert b"<p>three</p>" in gzip.decompress(proof.warc)
    assert recompute_head(proof) == proof.chain.head


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE bodies SET codec = 'raw', data = CAST('x' AS BLOB), base_id = NULL "
        "WHERE id = (SELECT body_id FROM captures WHERE id = 4)",
        "UPDATE captures SET final_url = 'http://a/' WHERE id = 4",
        "UPDATE captures SET status = 203 WHERE id = 1",
        "UPDATE captures SET failure = 'x' WHERE id = 9",
        "UPDATE ledger SET link = replace(link, 'a', 'b') WHERE id = 6",
        "DELETE FROM captures WHERE id = 7",
        "DELETE FROM ledger WHERE id = 7",
        "DELETE FROM ledger WHERE id = 4",
        "UPDATE documents SET codec = 'raw', data = CAST('{}' AS BLOB)",
        "UPDATE versions SET reading_id = 1 WHERE number = 2",
        "UPDATE sites SET name = 'x' WHERE id = 1",
    ],
)
def test_what_is_damaged_proves_nothing(touched: Callable[..., Path], statement: str) -> None:
    """Where a body, a capture, a reading, or any link up to the head does not hold, there is no evidence."""
    with pytest.raises(DamagedError, match="restore a copy"):
        gather_from(touched(statement), KEY, 2)


def test_a_chain_that_forks_is_followed_to_the_newest_head_that_proves_it(path: Path) -> None:
    """In a ledger with several heads, as a merge leaves it, a capture is proven up to one that comes after it."""
    with Archive.create(path) as archive:
        archive.save_site(SITE)
        crawl(archive, 1, {PAGE: make_report(make_cell(value=3))})
        archive.save_capture(make_capture(PAGE, b"<p>home</p>", "home", day=1))
    with closing(open_for_reading(path)) as reading:
        first, second = (record.digest for record in iter_records(reading, with_bodies=False))
    other = next_link("", second)
    head = next_link(other, first)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO ledger VALUES (3, 2, NULL, ?), (4, 1, 3, ?)", (other, head))

    proof = gather_from(path, KEY).capture

    assert verify_archive(path).problems == ()
    assert (proof.chain.head, recompute_head(proof), proof.chain.previous) == (head, head, other)


def test_the_proof_grows_with_the_archive_and_stays_the_same(proven: Path, path: Path) -> None:
    """Captures that come later lengthen the chain; digest and beginning stay what they were."""
    before = gather_from(proven, KEY, 1).capture
    copyfile(proven, path)
    with Archive.create(path) as archive:
        archive.save_capture(make_capture(PAGE, b"<p>later</p>", day=40))

    after = gather_from(path, KEY, 1).capture

    assert after.parts == before.parts
    assert after.chain.digests[:-1] == before.chain.digests
    assert after.chain.head == select(path, "SELECT link FROM ledger ORDER BY id DESC LIMIT 1")[0][0]


def test_a_version_can_be_proven_up_to_a_link_that_was_noted(proven: Path) -> None:
    """Whoever noted a link gets a chain that ends there; one from before the capture, or of nowhere, is refused."""
    links = dict(select(proven, "SELECT capture_id, link FROM ledger"))

    chain = gather_from(proven, KEY, 2, noted=links[6]).capture.chain

    assert (chain.head, len(chain.digests)) == (links[6], 3)
    with pytest.raises(ArchiveError, match="does not prove capture 4"):
        gather_from(proven, KEY, 2, noted=links[3])
    with pytest.raises(ArchiveError, match="does not hold link 000"):
        gather_from(proven, KEY, 2, noted="0" * 64)
