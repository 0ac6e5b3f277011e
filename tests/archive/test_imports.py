"""Captures that were made elsewhere, into an archive."""

import hashlib
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive import Archive, Capture, SiteIdentity
from archive.captures import captures as crawled
from archive.captures.records import Run, iter_records
from archive.joining.imports import Import, ImportSummary, import_captures
from archive.joining.places import KIND_RANK, MetPage, join_pages
from archive.readings.refiling import finish, is_stale, work_out
from tests.archive.made_reports import HOST, PAGE, SITE, find_broken_links, make_capture, select

RUN = Run("01", "2026-01-01T08:00:00Z", "gongkai crawl")
NEXT_RUN = Run("02", "2026-01-02T08:00:00Z", "gongkai crawl")
PAGES = "SELECT url, kind, found_on, link_text, first_seen, last_good, last_changed, failures FROM pages ORDER BY url"


def sha256(content: bytes) -> str:
    """Return the name of bytes."""
    return hashlib.sha256(content).hexdigest()


def make_imports() -> list[Import]:
    """Make captures of three days: a page that changes, a 304 of it, one that fails, a file."""
    old, new, file = b"<p>old</p>" * 40, b"<p>new</p>" * 40, bytes(range(256))
    return [
        (RUN, make_capture(PAGE, old, day=1, link_text="年报", headers=(("ETag", '"1"'),)), sha256(old)),
        (RUN, make_capture(f"{HOST}/f.pdf", file, "attachment", 1, found_on=PAGE, facts={"tries": 2}), None),
        (NEXT_RUN, make_capture(PAGE, None, day=2), sha256(old)),
        (NEXT_RUN, make_capture(f"{HOST}/gone.html", None, "list", 2, status=404, failure="http 404"), None),
        (NEXT_RUN, replace(make_capture(PAGE, new, day=3), final_url=f"{HOST}/moved.html"), sha256(new)),
    ]


def list_captures(path: Path) -> list[tuple[object, ...]]:
    """Return what stands on record, without numbers of rows."""
    with Archive.open(path) as archive:
        records = iter_records(archive._connection)  # noqa: SLF001,RUF100
        return sorted((one.digest, one.run.uid, one.body_sha256 or "", one.capture.body or b"") for one in records)


def test_captures_are_imported_once(archive: Archive, path: Path) -> None:
    """What is imported stands on record as it was captured; importing it again adds nothing."""
    first = import_captures(archive._connection, make_imports())  # noqa: SLF001,RUF100
    captures = list_captures(path)

    again = import_captures(archive._connection, make_imports())  # noqa: SLF001,RUF100

    assert first == ImportSummary(5, 0, 3)
    assert again == ImportSummary(0, 5, 0)
    assert list_captures(path) == captures
    assert find_broken_links(path) == []


def test_a_capture_that_was_kept_with_a_cookie_is_known_without_it(archive: Archive) -> None:
    """A file of another program that was imported before cookies were left out adds nothing when it comes again."""
    connection = archive._connection  # noqa: SLF001,RUF100
    kept = make_capture(headers=(("Set-Cookie", "a=1"), ("Server", "nginx")), facts={"imported": "1"})
    bare = replace(kept, headers=(("Server", "nginx"),))
    other = replace(bare, headers=(("Server", "apache"),))

    found = [import_captures(connection, [(RUN, one, None)]) for one in (kept, bare, kept, other)]

    assert [(one.added, one.known) for one in found] == [(1, 0), (0, 1), (0, 1), (1, 0)]


def test_an_import_of_all_that_is_on_record_adds_nothing(archive: Archive) -> None:
    """What the archive says of its own captures names them as they are named there, halves of characters too."""
    connection = archive._connection  # noqa: SLF001,RUF100
    archive.save_capture(make_capture(headers=(("ETag", "5"), ("Server", "nginx")), facts={"tls": None, "a": 1.5}))
    archive.save_capture(make_capture(f"{HOST}/\ud800.html", day=2, headers=(("X", "\ud800"),)))
    archive.save_capture(make_capture(body=None, day=3))
    records = list(iter_records(connection))

    summary = import_captures(connection, [(one.run, one.capture, one.body_sha256) for one in records])

    assert summary == ImportSummary(0, 3, 0)


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_an_import_does_not_matter(tmp_path: Path, seed: int) -> None:
    """Whatever the order, as long as bytes come before what confirms them, pages and captures are the same."""
    bodies = [one for one in make_imports() if one[1].body is not None]
    others = [one for one in make_imports() if one[1].body is None]
    random.Random(seed).shuffle(bodies)  # noqa: S311,RUF100 - not for secrets
    random.Random(seed).shuffle(others)  # noqa: S311,RUF100 - not for secrets
    found = []
    for name, items in (("ordered", make_imports()), ("shuffled", [*bodies, *others])):
        with Archive.create(tmp_path / name) as archive:
            archive.save_site(SITE)
            import_captures(archive._connection, items)  # noqa: SLF001,RUF100
            work_out(archive._connection)  # noqa: SLF001,RUF100
        found.append((list_captures(tmp_path / name), select(tmp_path / name, PAGES)))

    assert found[0] == found[1]


def test_what_cannot_be_taken_is_refused_with_its_reason(archive: Archive, path: Path) -> None:
    """A site that is unknown, bytes that are not there, bytes of another hash: each is said, all else is taken."""
    elsewhere = replace(make_capture(), site="elsewhere")
    items: list[Import] = [
        (RUN, elsewhere, None),
        (RUN, make_capture(PAGE, None, day=2), "f" * 64),
        (RUN, make_capture(PAGE, b"other", day=3), "f" * 64),
        (RUN, make_capture(PAGE, None, day=4, status=404, failure="http 404"), "f" * 64),
        (RUN, make_capture(PAGE, b"taken", day=5), None),
    ]

    summary = import_captures(archive._connection, items)  # noqa: SLF001,RUF100

    assert (summary.added, summary.known) == (1, 0)
    assert [reason.split(": ")[0] for reason in summary.refused] == [
        f"{PAGE} at 2026-01-0{day}T08:00:00Z" for day in (1, 2, 3, 4)
    ]
    assert "no site elsewhere is known" in summary.refused[0]
    assert "are not there" in summary.refused[1]
    assert select(path, "SELECT url, body_id IS NOT NULL FROM pages JOIN captures ON page_id = pages.id") == [(PAGE, 1)]


def test_a_304_that_confirmed_nothing_stays_that(archive: Archive, path: Path) -> None:
    """A 304 without bytes does not confirm those that came later."""
    archive.save_capture(make_capture(PAGE, b"later", day=5))

    summary = import_captures(archive._connection, [(RUN, make_capture(PAGE, None, day=1), None)])  # noqa: SLF001,RUF100

    assert summary.added == 1
    assert select(path, "SELECT body_id FROM captures ORDER BY id") == [(1,), (None,)]


def test_an_interrupted_import_leaves_a_whole_archive(path: Path) -> None:
    """What was taken before stays, marked for the next writer to work out; taken up again it is complete."""

    def cut_short() -> Iterator[Import]:
        yield from make_imports()[:2]
        yield from ((RUN, make_capture(f"{HOST}/{number}.html", b"%d" % number), None) for number in range(500))
        raise KeyboardInterrupt

    with Archive.create(path) as archive:
        archive.save_site(SITE)
        with pytest.raises(KeyboardInterrupt):
            import_captures(archive._connection, cut_short())  # noqa: SLF001,RUF100
        assert is_stale(archive._connection)  # noqa: SLF001,RUF100
        finish(archive._connection)  # noqa: SLF001,RUF100
        assert not is_stale(archive._connection)  # noqa: SLF001,RUF100

    assert select(path, "SELECT count(*) FROM captures") == [(400,)]
    assert find_broken_links(path) == []


def test_bytes_of_a_page_are_packed_against_those_before_them(archive: Archive, path: Path) -> None:
    """A page that changes little costs little when it is imported, as it does when it is crawled."""
    rng = random.Random(1)  # noqa: S311,RUF100 - not for secrets
    body = bytes(rng.randrange(33, 127) for _ in range(20_000))
    items: list[Import] = [(RUN, make_capture(PAGE, body + b"%d" % day, day=day), None) for day in (1, 2, 3)]

    import_captures(archive._connection, items)  # noqa: SLF001,RUF100

    assert select(path, "SELECT base_id FROM bodies ORDER BY id") == [(None,), (1,), (1,)]


def make_mets() -> list[MetPage]:
    """Make every way in which a page can have been met, of a few values each."""
    return [
        MetPage(kind, found_on, text, day)  # type: ignore[arg-type]
        for kind in ("list", "report")
        for found_on in (None, "/a")
        for text in (None, "年报", "2020年年报")
        for day in ("2026-01-01", "2026-01-02")
    ]


def test_ways_in_which_a_page_was_met_join_in_any_order() -> None:
    """Joining is commutative, associative and idempotent."""
    mets = make_mets()

    for one in mets:
        assert join_pages(one, one) == one
        for other in mets:
            assert join_pages(one, other) == join_pages(other, one)
            for third in mets:
                joined = join_pages(join_pages(one, other), third)
                assert joined == join_pages(one, join_pages(other, third))


def test_a_crawl_and_a_join_rank_kinds_alike() -> None:
    """A page that was met as a list and as a report is a report, whether crawled or joined."""
    assert KIND_RANK is crawled.KIND_RANK


def test_a_capture_of_another_site_at_the_same_address_is_another(archive: Archive) -> None:
    """A mirror is known by its own site."""
    archive.save_site(SiteIdentity("mirror"))
    capture = make_capture()
    mirrored: Capture = replace(capture, site="mirror")

    summary = import_captures(archive._connection, [(RUN, capture, None), (RUN, mirrored, None)])  # noqa: SLF001,RUF100

    assert (summary.added, summary.bodies) == (2, 1)
