from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from crawler.hours import is_within_hours
from crawler.politeness import MAX_CRAWL_DELAY, find_slot_delay, raise_slot_delay
from crawler.results import SiteResult
from crawler.run import run_crawl
from crawler.sites import Site
from tests.crawler import faults
from tests.crawler.faults import FaultServer, serve_faults
from tests.crawler.served import MemoryArchive, link, page, report

TITLE = "青石区白杨街道办事处2020年政府信息公开工作年度报告"
REPORT = report(TITLE).body
LIST = page("政府信息公开年报", link("/a.html", TITLE)).body
QUICK = {"GONGKAI_RETRY_PAUSE": 0.01}


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """Hold what a test opens."""
    with ExitStack() as opened:
        yield opened


def crawl(server: FaultServer, archive: MemoryArchive, settings: dict[str, Any], **fields: Any) -> SiteResult:
    """Crawl one served site, from its list of reports."""
    site = Site("qingshi", (server.url + "/",), **{"delay": 0.0, **fields})
    return run_crawl([site], open_archive=lambda: archive, settings_overrides=QUICK | settings)["qingshi"]


@pytest.mark.parametrize(
    ("hours", "utc", "inside"),
    [
        (None, "2026-02-01T03:00", True),
        (("22:00", "06:00"), "2026-02-01T14:00", True),  # 22:00 in China
        (("22:00", "06:00"), "2026-02-01T13:59", False),
        (("22:00", "06:00"), "2026-02-01T21:59", True),  # 05:59
        (("22:00", "06:00"), "2026-02-01T22:00", False),  # 06:00
        (("09:00", "17:00"), "2026-02-01T01:00", True),
        (("09:00", "17:00"), "2026-02-01T09:00", False),
        (("00:00", "00:00"), "2026-02-01T09:00", True),
    ],
)
def test_the_hours_are_those_of_china(hours: tuple[str, str] | None, utc: str, inside: bool) -> None:  # noqa: FBT001 - a case
    """Hours are China's, may go over midnight, begin with their first minute and end before their last."""
    assert is_within_hours(hours, datetime.fromisoformat(utc).replace(tzinfo=UTC)) is inside


def test_hours_that_are_none_are_an_error() -> None:
    """A naive moment and a text that is no time of day are errors, not guesses; now is always a moment."""
    with pytest.raises(ValueError, match="time zone"):
        is_within_hours(("22:00", "06:00"), datetime(2026, 2, 1))  # noqa: DTZ001 - the point of the test
    with pytest.raises(ValueError, match="isoformat"):
        is_within_hours(("night", "06:00"), datetime(2026, 2, 1, tzinfo=UTC))


def test_a_delay_is_only_ever_raised() -> None:
    """The longest delay asked for counts, for the slot in use and for later ones; of two sites, the lower number."""
    slot = SimpleNamespace(delay=1.0, concurrency=4)
    downloader = SimpleNamespace(per_slot_settings={}, slots={"h:80": slot})
    crawler = cast("Any", SimpleNamespace(engine=SimpleNamespace(downloader=downloader)))

    for delay, concurrency in ((2.0, 3), (3.0, 2), (0.5, 5)):
        raise_slot_delay(crawler, "h:80", delay, concurrency=concurrency)

    assert (slot.delay, slot.concurrency) == (3.0, 2)
    assert downloader.per_slot_settings == {"h:80": {"concurrency": 2, "delay": 3.0, "jitter": 0.0}}
    assert (find_slot_delay(crawler, "h:80"), find_slot_delay(crawler, "other:80")) == (3.0, 0.0)


def test_a_good_host_is_not_slowed_down(stack: ExitStack) -> None:
    """A site with `delay = 0` that answers well is asked without a pause, each page once."""
    titles = [f"青石区第{number}街道办事处2020年政府信息公开工作年度报告" for number in range(60)]
    answers = {f"/{n}.html": faults.good(report(title).body) for n, title in enumerate(titles)}
    answers["/"] = faults.good(page("政府信息公开年报", *(link(f"/{n}.html", t) for n, t in enumerate(titles))).body)
    server = stack.enter_context(serve_faults(answers))

    crawl(server, MemoryArchive(), {})

    assert len(server.paths) == 61
    assert server.asked[-1][1] - server.asked[0][1] < 15  # a delay of half a second would take twice as long


def test_the_wish_to_be_left_alone_is_kept(stack: ExitStack) -> None:
    """Retry-After is waited for, in seconds and as a date, before the page is asked for again."""
    busy = faults.status("503 Service Unavailable", b"", "Retry-After: 1")
    server = stack.enter_context(
        serve_faults({"/": faults.good(LIST), "/a.html": faults.after(1, busy, faults.good(REPORT))})
    )
    archive = MemoryArchive()

    result = crawl(server, archive, {})

    assert result.reports_met == 1
    assert server.times("/a.html") == 2
    assert server.gaps("/a.html")[0] >= 1.0


@pytest.mark.parametrize(
    "wish", ["3600", format_datetime(datetime(2999, 1, 1, tzinfo=UTC), usegmt=True)], ids=["seconds", "date"]
)
def test_a_wish_that_a_crawl_cannot_keep_ends_it_for_that_host(stack: ExitStack, wish: str) -> None:
    """A host that asks for more than the bound is not asked again, for this page or another."""
    busy = faults.status("429 Too Many Requests", b"", f"Retry-After: {wish}")
    titles = [TITLE.replace("白杨", name) for name in ("白杨", "柏树", "松林")]
    rows = [link(f"/{n}.html", title) for n, title in enumerate(titles)]
    server = stack.enter_context(
        serve_faults({"/": faults.good(page("政府信息公开年报", *rows).body), "/0.html": busy})
    )
    archive = MemoryArchive()

    result = crawl(server, archive, {"GONGKAI_MAX_WAIT": 5})

    assert server.paths == ["/", "/0.html"]
    assert not result.complete
    assert [failure for _, _, _, failure in archive.seen()][2:] == ["retry after, longer than a crawl waits"] * 2


def test_one_host_that_waits_does_not_hold_up_another(stack: ExitStack) -> None:
    """While one host is left alone another is crawled to its end, even where one request may be under way in all."""
    busy = faults.status("503 Service Unavailable", b"", "Retry-After: 3")
    waiting = stack.enter_context(serve_faults({"/": faults.after(1, busy, faults.good(LIST))}, "127.0.0.2"))
    going = stack.enter_context(serve_faults({"/": faults.good(LIST), "/a.html": faults.good(REPORT)}, "127.0.0.3"))
    sites = [Site(name, (server.url + "/",), delay=0) for name, server in (("one", waiting), ("two", going))]

    results = run_crawl(sites, open_archive=MemoryArchive, settings_overrides=QUICK | {"CONCURRENT_REQUESTS": 1})

    assert results["two"].reports_met == 1
    assert going.asked[-1][1] < waiting.asked[-1][1] - 1


def test_a_slow_host_is_asked_more_slowly(stack: ExitStack) -> None:
    """After an answer that took long, the host rests as long as it worked."""
    answers = {"/": faults.slow(1.2, LIST), "/a.html": faults.good(REPORT)}
    server = stack.enter_context(serve_faults(answers))

    crawl(server, MemoryArchive(), {})

    first, second = (moment for path, moment in server.asked if path != "/robots.txt")
    assert second - first >= 2.0


def test_an_overloaded_host_is_asked_more_slowly_afterwards(stack: ExitStack) -> None:
    """A 429 slows what comes after it, though the next try of the page itself was good."""
    titles = [TITLE.replace("白杨", name) for name in ("白杨", "柏树")]
    rows = [link(f"/{n}.html", title) for n, title in enumerate(titles)]
    answers = {
        "/": faults.good(page("政府信息公开年报", *rows).body),
        "/0.html": faults.after(1, faults.status("429 Too Many Requests"), faults.good(report(titles[0]).body)),
        "/1.html": faults.good(report(titles[1]).body),
    }
    server = stack.enter_context(serve_faults(answers))

    result = crawl(server, MemoryArchive(), {})

    moments = dict(server.asked)
    assert result.reports_met == 2
    assert moments["/1.html"] - moments["/0.html"] >= 0.3  # what is left of half a second after a good answer


def test_pauses_between_tries_grow(stack: ExitStack) -> None:
    """A page that stays away is tried as often as the settings say, each time after a longer pause."""
    answers = {"/": faults.good(LIST), "/a.html": faults.status("502 Bad Gateway")}
    server = stack.enter_context(serve_faults(answers))
    archive = MemoryArchive()

    crawl(server, archive, {"GONGKAI_RETRY_PAUSE": 0.1, "RETRY_TIMES": 3})

    first, second, third = server.gaps("/a.html")
    assert (first >= 0.1, second >= 0.2, third >= 0.4) == (True, True, True)
    assert archive.seen()[-1] == ("/a.html", "report", 502, "http 502")


def test_a_host_that_keeps_failing_is_given_no_more_tries(stack: ExitStack) -> None:
    """After some pages that came to nothing, each further one is asked for once."""
    titles = [f"青石区第{number}街道办事处2020年政府信息公开工作年度报告" for number in range(8)]
    rows = [link(f"/{n}.html", title) for n, title in enumerate(titles)]
    answers = {f"/{n}.html": faults.reset for n in range(8)}
    answers["/"] = faults.good(page("政府信息公开年报", *rows).body)
    server = stack.enter_context(serve_faults(answers))

    crawl(server, MemoryArchive(), {"RETRY_TIMES": 1})

    times = [server.times(f"/{n}.html") for n in range(8)]
    assert min(times[:5]) >= 2  # a connection that was kept and is gone is opened anew without being counted
    assert times[5:] == [1, 1, 1]


def test_a_crawl_delay_that_nobody_can_keep_is_a_refusal(stack: ExitStack) -> None:
    """A Crawl-delay of more than ten minutes is taken as a wish not to be crawled, and said."""
    rules = f"User-agent: *\nCrawl-delay: {MAX_CRAWL_DELAY + 1}\n".encode()
    server = stack.enter_context(serve_faults({"/robots.txt": faults.good(rules), "/": faults.good(LIST)}))
    archive = MemoryArchive()

    crawl(server, archive, {})

    assert server.paths == []
    assert archive.seen() == [("/", "home", None, "robots, a longer delay than a crawl can keep")]
