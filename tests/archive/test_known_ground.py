"""What is known of pages before they are asked for again."""

from pathlib import Path

import pytest

from archive import Archive, KnownPage, PastCapture
from tests.archive.made_reports import HOST, MIRROR, PAGE, SITE, at_day, crawl, make_capture, make_cell, make_report

HISTORIES = {
    # what a page answered day by day (a letter: bytes, =: 304, !: failure) → last good and last changed day, failures
    "a": (1, 1, 0),
    "a=a": (3, 1, 0),
    "aab": (3, 3, 0),
    "aba": (3, 3, 0),
    "ab=b=": (5, 2, 0),
    "a!!": (1, 1, 2),
    "a!b": (3, 3, 0),
    "a!!a": (4, 1, 0),
    "!": (None, None, 1),
    "!!a!": (3, 3, 1),
    "=": (None, None, 0),
    "!=!": (None, None, 2),
    "a!=": (3, 1, 0),
}


def act(archive: Archive, history: str) -> None:
    """Visit the page once a day."""
    for day, answer in enumerate(history, 1):
        if answer == "!":
            archive.save_capture(make_capture(body=None, day=day, status=None, failure="timeout"))
        else:
            archive.save_capture(make_capture(body=None if answer == "=" else answer.encode(), day=day))


@pytest.mark.parametrize("history", HISTORIES)
def test_a_page_is_known_by_what_its_captures_add_up_to(archive: Archive, history: str) -> None:
    """Last good answer, first of the present bytes, and failures since come out right whatever the page answered."""
    act(archive, history)
    good, changed, failures = HISTORIES[history]

    (page,) = archive.list_known_pages(SITE.name)

    assert page == KnownPage(
        url=PAGE,
        kind="report",
        found_on=None,
        link_text=None,
        first_seen=at_day(1),
        last_good=at_day(good) if good else None,
        last_changed=at_day(changed) if changed else None,
        failures=failures,
        tells_report=False,
    )


def test_known_pages_are_those_of_the_site_in_the_order_of_meeting(archive: Archive) -> None:
    """Each page tells how it was met and as what, and whether a report stands there; other sites have others."""
    archive.save_capture(make_capture(f"{HOST}/", b"home", "home"))
    archive.save_capture(make_capture(f"{HOST}/nb/", b"list", "list", found_on=f"{HOST}/", link_text="年报"))
    crawl(archive, 2, {PAGE: make_report(make_cell("granted", 1)), MIRROR: None})

    pages = archive.list_known_pages(SITE.name)

    assert [(page.url, page.kind, page.found_on, page.link_text, page.tells_report) for page in pages] == [
        (f"{HOST}/", "home", None, None, False),
        (f"{HOST}/nb/", "list", f"{HOST}/", "年报", False),
        (PAGE, "report", None, None, True),
        (MIRROR, "report", None, None, False),
    ]
    assert archive.list_known_pages("unknown") == ()


def test_known_pages_cost_no_look_at_their_captures(archive: Archive) -> None:
    """A hundred captures a page make the list no slower than one."""
    plan = [
        row["detail"]
        for row in archive._connection.execute(  # noqa: SLF001,RUF100
            "EXPLAIN QUERY PLAN " + _spy_on_list_known_pages(archive), (SITE.name,)
        )
    ]

    assert not [step for step in plan if "captures" in step or step.startswith("SCAN")]


def _spy_on_list_known_pages(archive: Archive) -> str:
    said: list[str] = []
    archive._connection.set_trace_callback(said.append)  # noqa: SLF001,RUF100
    archive.list_known_pages(SITE.name)
    archive._connection.set_trace_callback(None)  # noqa: SLF001,RUF100
    return said[0].replace(f"'{SITE.name}'", "?")


# The captures of the visit under way


def test_a_capture_of_the_visit_under_way_is_found(archive: Archive, path: Path) -> None:
    """Whoever goes on with an interrupted visit finds what it fetched, the last answer of each URL, as it came."""
    archive.begin_visit(SITE.name, "full")
    archive.save_capture(make_capture(body=None, day=1, status=None, failure="timeout"))
    archive.save_capture(make_capture(day=2, headers=(("Content-Type", "text/html"),), final_url=MIRROR))
    archive.save_capture(make_capture(MIRROR, None, "list", day=3, status=404, failure="http 404"))
    archive.close()

    with Archive.create(path) as again:
        again.begin_visit(SITE.name, "full", resume_after=at_day(1))
        found = [again.find_capture(SITE.name, url) for url in (PAGE, MIRROR, f"{HOST}/never")]

    headers = (("Content-Type", "text/html"),)
    assert found == [
        PastCapture(200, headers, b"<p>one</p>", None, MIRROR, "report", at_day(2)),
        PastCapture(404, (), None, "http 404", None, "list", at_day(3)),
        None,
    ]


def test_a_304_is_found_with_what_it_confirms(archive: Archive) -> None:
    """Its bytes are those of the good answer before, and so are the headers that it does not repeat."""
    first = (("Content-Type", "text/html; charset=gbk"), ("ETag", '"1"'))
    archive.save_capture(make_capture(body=b"other", day=1, headers=(("Content-Type", "text/plain"),)))
    archive.save_capture(make_capture(body=b"kept", day=2, headers=first))
    archive.save_capture(make_capture(body=None, day=3))
    archive.begin_visit(SITE.name, "full")
    archive.save_capture(make_capture(body=None, day=4, headers=(("etag", '"2"'),)))

    found = archive.find_capture(SITE.name, PAGE)

    headers = (("etag", '"2"'), ("Content-Type", "text/html; charset=gbk"))
    assert found == PastCapture(304, headers, b"kept", None, None, "report", at_day(4))


def test_captures_of_other_visits_are_not_found(archive: Archive) -> None:
    """What an earlier visit fetched is to be fetched again, and without a visit there is nothing to go on with."""
    archive.begin_visit(SITE.name, "full")
    archive.save_capture(make_capture())
    archive.begin_visit(SITE.name, "full")

    assert archive.find_capture(SITE.name, PAGE) is None
    archive.save_capture(make_capture(day=2))
    assert archive.find_capture(SITE.name, PAGE) is not None
    assert archive.find_capture("unknown", PAGE) is None
