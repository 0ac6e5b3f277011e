import hashlib
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

import archive.captures.captures as captures_module
from archive import Archive, Capture, PageKind, StoredBody, Validators
from archive.captures.records import iter_records
from tests.archive.made_reports import PAGE, SITE, at_day, find_broken_links, make_capture, select

NOTHING = """
    SELECT 1 FROM pages UNION SELECT 2 FROM bodies UNION SELECT 3 FROM captures UNION SELECT 4 FROM ledger
    UNION SELECT 5 FROM header_shapes UNION SELECT 6 FROM facts
"""


def tamper(path: Path, statement: str) -> None:
    """Change the file past the archive."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE captures SET status = 404",
        "UPDATE captures SET body_id = NULL WHERE id = 1",
        "DELETE FROM captures",
        "INSERT INTO captures (id, page_id, run_id, fetched_at, shape_id) VALUES (1, 1, 1, '', 1)"
        " ON CONFLICT (id) DO UPDATE SET status = 404",
        "REPLACE INTO captures (id, page_id, run_id, fetched_at, shape_id) VALUES (1, 1, 1, '', 1)",
        "UPDATE ledger SET link = ''",
        "UPDATE ledger SET previous_id = NULL",
        "DELETE FROM ledger WHERE id = 2",
        "INSERT INTO ledger (id, capture_id, link) VALUES (1, 1, '') ON CONFLICT (id) DO UPDATE SET link = ''",
        "REPLACE INTO ledger (id, capture_id, link) VALUES (2, 1, '')",
    ],
)
def test_the_file_itself_refuses_to_change_a_capture(archive: Archive, path: Path, statement: str) -> None:
    """A capture and its place in the ledger are neither edited, replaced nor deleted, whatever opens the file."""
    archive.save_capture(make_capture())
    archive.save_capture(make_capture(day=2))
    before = select(path, "SELECT * FROM captures"), select(path, "SELECT * FROM ledger")

    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        tamper(path, statement)

    assert (select(path, "SELECT * FROM captures"), select(path, "SELECT * FROM ledger")) == before


@pytest.mark.parametrize("step", ["save_body", "save_headers", "add_link"])
def test_saving_a_capture_is_one_transaction(
    archive: Archive, path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """An error in the middle of saving leaves neither a page nor bytes behind, and the visit can be saved again."""

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(captures_module, step, fail)
        with pytest.raises(KeyboardInterrupt):
            archive.save_capture(make_capture())

    assert select(path, NOTHING) == []
    assert archive.save_capture(make_capture()) == 1
    assert find_broken_links(path) == []


def sha256(text: str) -> str:
    """Return the SHA-256 of a text in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def list_links(path: Path) -> list[tuple[object, ...]]:
    """Return the ledger: capture, the entry before, link."""
    return select(path, "SELECT capture_id, previous_id, link FROM ledger ORDER BY id")


def test_each_capture_is_hashed_onto_the_one_before(archive: Archive, path: Path) -> None:
    """A link is the hash of the link before and of the capture's digest, which covers all that the visit was."""
    headers = (("ETag", "一"), ("Date", "Thu, 01 Jan 2026 08:00:00 GMT"), ("X", "中"))
    archive.save_capture(make_capture(headers=headers, final_url=f"{PAGE}?1", facts={"tries": 2, "file": "年报.doc"}))
    archive.save_capture(make_capture(body=None, day=2, status=None, failure="timeout"))
    archive.save_capture(make_capture(body=None, day=3, facts={}))

    links = list_links(path)

    body = hashlib.sha256(b"<p>one</p>").hexdigest()
    said = '[["ETag", "一"], ["Date", "Thu, 01 Jan 2026 08:00:00 GMT"], ["X", "中"]]'
    facts = '{"file": "年报.doc", "tries": 2}'
    visits = [
        [SITE.name, PAGE, "2026-01-01T08:00:00Z", 200, None, said, body, f"{PAGE}?1", facts],
        [SITE.name, PAGE, "2026-01-02T08:00:00Z", None, "timeout", "[]", None, None, None],
        [SITE.name, PAGE, "2026-01-03T08:00:00Z", 304, None, "[]", body, None, "{}"],
    ]
    expected: list[tuple[object, ...]] = []
    last = ""
    for number, visit in enumerate(visits, 1):
        last = sha256(last + sha256(json.dumps(visit, ensure_ascii=False)))
        expected.append((number, number - 1 or None, last))
    assert links == expected


def test_the_ledger_goes_on_when_the_archive_is_opened_again(archive: Archive, path: Path) -> None:
    """The same visit in two archives that differ in one earlier row has two links."""
    archive.save_capture(make_capture(body=b"first"))
    archive.close()
    with Archive.create(path) as again:
        again.save_capture(make_capture(body=b"second", day=2))
    other = path.with_name("other.db")
    with Archive.create(other) as archive_of_another_past:
        archive_of_another_past.save_site(SITE)
        archive_of_another_past.save_capture(make_capture(body=b"FIRST"))
    with Archive.create(other) as again:
        again.save_capture(make_capture(body=b"second", day=2))

    ledgers = [list_links(file) for file in (path, other)]

    assert [links[1][:2] for links in ledgers] == [(2, 1), (2, 1)]
    assert ledgers[0][1] != ledgers[1][1]


def test_a_304_carries_the_body_that_it_confirms(archive: Archive) -> None:
    """A visit that was answered by 304 has the bytes of the last good one, across failures in between."""
    archive.save_capture(make_capture(body=b"old"))
    archive.save_capture(make_capture(body=b"new", day=2))
    archive.save_capture(make_capture(body=None, day=3, status=503, failure="http 503"))
    confirmed = archive.save_capture(make_capture(body=None, day=4))

    assert archive.load_capture_body(confirmed) == b"new"
    assert confirmed in [unread.capture_id for unread in archive.iter_unread()]


def test_a_304_for_a_page_never_fetched_is_kept_and_read_by_nobody(archive: Archive, path: Path) -> None:
    """A 304 that confirms nothing is a row without a body, and is not offered to the parser."""
    archive.save_capture(make_capture(body=None))

    assert select(path, "SELECT status, body_id FROM captures") == [(304, None)]
    assert list(archive.iter_unread()) == []


def test_a_body_is_stored_once(archive: Archive, path: Path) -> None:
    """The same bytes at several URLs and days are one body, named by its SHA-256."""
    contents = [b"same" * 100, b"same" * 100, b"", b"\x00\xff", b"same" * 100]
    numbers = [
        archive.save_capture(make_capture(f"{PAGE}?{number}", body, day=number + 1))
        for number, body in enumerate(contents)
    ]

    assert [archive.load_capture_body(number) for number in numbers] == contents
    assert select(path, "SELECT sha256, size FROM bodies ORDER BY id") == [
        (hashlib.sha256(body).hexdigest(), len(body)) for body in (b"same" * 100, b"", b"\x00\xff")
    ]


def test_validators_and_body_are_those_of_the_last_good_answer(archive: Archive) -> None:
    """What makes the next request conditional comes from the last 200 alone, and never from a failure or a 304."""
    archive.save_capture(make_capture(body=b"old", headers=(("ETag", '"1"'),)))
    good = make_capture(body=b"new", day=2, headers=(("eTaG", '"2"'), ("Last-Modified", "Thu"), ("X", "中")))
    archive.save_capture(good)
    archive.save_capture(make_capture(body=None, day=3, headers=(("ETag", '"304"'),)))
    archive.save_capture(make_capture(body=None, day=4, status=404, failure="http 404", headers=(("ETag", '"gone"'),)))

    assert archive.find_validators(SITE.name, PAGE) == Validators('"2"', "Thu")
    assert archive.find_body(SITE.name, PAGE) == StoredBody(b"new", good.headers, at_day(2))


def test_nothing_is_known_of_a_page_that_never_answered_well(archive: Archive) -> None:
    """A page that only failed has neither validators nor a body, and one without either header has no validators."""
    archive.save_capture(make_capture(body=None, status=500, failure="http 500", headers=(("ETag", '"error page"'),)))
    archive.save_capture(make_capture(f"{PAGE}?plain", b"plain"))

    assert (archive.find_validators(SITE.name, PAGE), archive.find_body(SITE.name, PAGE)) == (None, None)
    assert archive.find_validators(SITE.name, f"{PAGE}?plain") is None
    assert archive.find_validators(SITE.name, f"{PAGE}?unknown") is None
    assert archive.find_validators("another site", f"{PAGE}?plain") is None


@pytest.mark.parametrize(
    ("met", "kept"),
    [
        (("home", "column", "list", "attachment", "report"), "report"),
        (("report", "attachment", "list", "column", "home"), "report"),
        (("attachment", "list"), "attachment"),
        (("list", "column"), "list"),
        (("column", "home"), "column"),
    ],
)
def test_the_kind_of_a_page_only_rises(archive: Archive, path: Path, met: tuple[PageKind, ...], kept: str) -> None:
    """A page that is met in several roles keeps the highest, in whatever order they came."""
    for day, kind in enumerate(met, 1):
        archive.save_capture(make_capture(kind=kind, day=day))

    assert select(path, "SELECT url, kind FROM pages") == [(PAGE, kept)]


def test_a_page_that_rises_takes_the_link_that_made_it_rise(archive: Archive, path: Path) -> None:
    """The words of the link to a report are kept over those of an earlier link, and are not lost to a bare one."""
    archive.save_capture(make_capture(kind="list", link_text="更多"))
    archive.save_capture(make_capture(kind="attachment", day=2, link_text="年报"))
    archive.save_capture(make_capture(kind="report", day=3))
    archive.save_capture(make_capture(kind="list", day=4, link_text="返回"))

    assert select(path, "SELECT kind, link_text FROM pages") == [("report", "年报")]


def test_a_failure_carries_no_body(archive: Archive, path: Path) -> None:
    """A visit that failed has its reason and no bytes, not even those of an earlier one, and is not read."""
    archive.save_capture(make_capture(kind="list", body=b"good"))
    archive.save_capture(make_capture(body=None, day=2, status=404, failure="http 404"))
    archive.save_capture(make_capture(body=None, day=3, status=304, failure="off site"))

    rows = select(path, "SELECT status, failure, body_id FROM captures WHERE id > 1")

    assert rows == [(404, "http 404", None), (304, "off site", None)]
    assert [unread.capture_id for unread in archive.iter_unread()] == [1]  # the page rose to a report


def test_a_visit_that_failed_has_no_body() -> None:
    """The words of an error page cannot be handed in as what stands at the URL."""
    with pytest.raises(ValueError, match="has no body"):
        make_capture(body=b"error page", status=404, failure="http 404")


def test_a_moment_without_a_zone_is_refused() -> None:
    """A capture says when it was in a way that means one moment."""
    with pytest.raises(ValueError, match="aware"):
        Capture(SITE.name, PAGE, "report", datetime(2026, 1, 1))  # noqa: DTZ001 - the point


def test_a_moment_is_kept_in_utc(archive: Archive, path: Path) -> None:
    """A visit at eight in the morning in Beijing is one at midnight."""
    beijing = datetime.fromisoformat("2026-01-01T08:00:00+08:00")
    archive.save_capture(Capture(SITE.name, PAGE, "report", beijing, status=200, body=b""))

    assert select(path, "SELECT fetched_at FROM captures") == [("2026-01-01T00:00:00Z",)]
    assert archive.find_body(SITE.name, PAGE) == StoredBody(b"", (), datetime(2026, 1, 1, tzinfo=UTC))


def test_captures_of_one_crawl_carry_its_number(archive: Archive, path: Path) -> None:
    """A run begins by itself with the first capture, and anew when it is said."""
    archive.save_capture(make_capture())
    archive.save_capture(make_capture(day=2))
    number = archive.begin_run()
    archive.save_capture(make_capture(day=3))

    assert [row[0] for row in select(path, "SELECT run_id FROM captures ORDER BY id")] == [1, 1, number]


def test_a_site_is_kept_as_it_was_last_told(archive: Archive, path: Path) -> None:
    """A site saved again keeps its row and takes what is new."""
    told = "SELECT id, name, title, division, withdrawn_after_days, withdrawn_after_visits FROM sites"
    archive.save_site(SITE)
    archive.save_site(type(SITE)(SITE.name, "云汀区政府门户", "990102"))
    before = select(path, told)
    archive.save_site(type(SITE)(SITE.name, "云汀区政府门户", "990102", 30, 5))

    assert before == [(1, "yunting", "云汀区政府门户", "990102", None, None)]
    assert select(path, told) == [(1, "yunting", "云汀区政府门户", "990102", 30, 5)]


# Facts: how a capture came about


FACTS = "SELECT facts FROM captures LEFT JOIN facts ON facts.id = facts_id ORDER BY captures.id"


def test_facts_are_kept_once_as_sorted_json(archive: Archive, path: Path) -> None:
    """Captures that came about in the same way share a row, whatever the order in which that was noted."""
    archive.save_capture(make_capture(facts={"tries": 2, "file_name": "年报.doc", "tls": {"verified": False}}))
    archive.save_capture(make_capture(day=2, facts={"tls": {"verified": False}, "file_name": "年报.doc", "tries": 2}))
    archive.save_capture(make_capture(day=3, facts={"tries": 3}))

    same = '{"file_name": "年报.doc", "tls": {"verified": false}, "tries": 2}'
    assert select(path, FACTS) == [(same,), (same,), ('{"tries": 3}',)]
    assert select(path, "SELECT count(*) FROM facts") == [(2,)]


def test_no_facts_and_empty_facts_are_told_apart(archive: Archive, path: Path) -> None:
    """A capture of which nothing is noted has none; one of which there was nothing to note has an empty object."""
    archive.save_capture(make_capture())
    archive.save_capture(make_capture(day=2, facts={}))

    assert select(path, FACTS) == [(None,), ("{}",)]


# Headers: what many answers share is kept once

ANSWERS = [
    (("Server", "nginx/1.2"), ("ETag", '"5e-1"'), ("Date", "Thu, 01 Jan 2026 08:00:00 GMT"), ("X-A", "")),
    (("Server", "nginx/1.2"), ("ETag", '"5e-2"'), ("Date", "Fri, 02 Jan 2026 08:00:00 GMT"), ("X-A", "")),
    (("server", "nginx/1.2"), ("ETag", '"5e-2"')),
    (("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("Set-Cookie", "none"), ("1", "0"), ("", "")),
    (("X", '"], 0, ["'), ("Y", "[0]"), ("Z", "０"), ("公", "开 3\t\x85")),
    (),
]


def test_headers_come_back_as_they_were_received(archive: Archive, path: Path) -> None:
    """Names, values and order are what the server sent, in the records, the view and the last good answer."""
    for day, headers in enumerate(ANSWERS, 1):
        archive.save_capture(make_capture(headers=headers, day=day))
        stored = archive.find_body(SITE.name, PAGE)
        assert stored is not None
        assert stored.headers == headers

    records = iter_records(archive._connection)  # noqa: SLF001,RUF100 - no command shows headers
    assert [record.capture.headers for record in records] == ANSWERS
    whole = [json.loads(row[0]) for row in select(path, "SELECT headers FROM captures_whole ORDER BY id")]
    assert whole == [[list(pair) for pair in headers] for headers in ANSWERS]


def test_answers_of_one_server_share_the_shape_of_their_headers(archive: Archive, path: Path) -> None:
    """What differs between two answers are values of their own beside the one shape."""
    for day, headers in enumerate(ANSWERS[:2] * 20, 1):
        archive.save_capture(make_capture(headers=headers, day=day % 28 + 1))

    assert select(path, "SELECT count(*) FROM header_shapes") == [(1,)]
    assert len(select(path, "SELECT DISTINCT header_values FROM captures")) == 2


def test_a_shape_that_a_rollback_took_back_is_not_taken_for_stored(
    archive: Archive, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the writer remembers of rows is forgotten where those were never committed."""

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(captures_module, "add_link", fail)
        with pytest.raises(KeyboardInterrupt):
            archive.save_capture(make_capture(headers=ANSWERS[0], facts={"tries": 2}))
    archive.save_capture(make_capture(headers=ANSWERS[2]))
    archive.save_capture(make_capture(headers=ANSWERS[0], facts={"tries": 2}))

    assert [record.capture.headers for record in iter_records(archive._connection)] == [  # noqa: SLF001,RUF100
        ANSWERS[2],
        ANSWERS[0],
    ]
    assert select(path, "PRAGMA foreign_key_check") == []


def test_captures_with_facts_are_compared_and_are_no_one_elses(archive: Archive) -> None:
    """Two captures with the same facts are equal, can be in a set, and do not change with what was handed in."""
    facts = {"tries": 1}
    one, same, other = make_capture(facts=facts), make_capture(facts={"tries": 1}), make_capture(facts={"tries": 2})

    facts["tries"] = 9

    assert one == same != other
    assert len({one, same, other}) == 2


def test_facts_that_are_no_json_are_refused_and_nothing_is_stored(archive: Archive, path: Path) -> None:
    """A visit whose facts cannot be kept is not kept without them."""
    for facts in ({"page": object()}, {"score": float("nan")}):
        with pytest.raises((TypeError, ValueError)):
            archive.save_capture(make_capture(facts=facts))

    assert select(path, NOTHING) == []


def test_half_a_character_does_not_end_a_crawl(archive: Archive, path: Path) -> None:
    """A title that a server cut in the middle of a character is kept with a mark, a fact or header with its escape."""
    half = "公开\ud83d"

    archive.save_capture(make_capture(f"{PAGE}?{half}", link_text=half, headers=(("X", half),), facts={"name": half}))

    assert select(path, "SELECT url, link_text FROM pages") == [(f"{PAGE}?公开?", "公开?")]
    ((headers, facts),) = select(path, "SELECT headers, facts FROM captures_whole")
    assert (json.loads(headers), json.loads(facts)) == ([["X", half]], {"name": half})
    assert find_broken_links(path) == []
