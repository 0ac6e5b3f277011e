"""What a second crawl costs, and what it finds: on a real archive, served with ETags."""

import shutil
import socketserver
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from archive import Archive, utc_now
from gongkai.crawling import SiteSummary
from tests.crawler.sites import generic, gkmlpt, trs, ucap
from tests.crawler.world import Answer, World, html_answer
from tests.gongkai.district import NEW, District, crawl, edit_report, make_district, make_report, serve_district

REPORTS = 500
FEW = 30
SHARE = 0.05
"""The part of the first crawl's requests, or bytes, that a later one may cost."""

FAMILIES = {"trs": trs.build, "next link": generic.build, "gkmlpt": gkmlpt.build, "ucap": ucap.build}


@pytest.fixture(autouse=True, scope="module")
def _without_waiting() -> Iterator[None]:
    """Let the server send the body of an answer without waiting for the receipt of its head."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socketserver.StreamRequestHandler, "disable_nagle_algorithm", True)
        yield


@dataclass(frozen=True)
class First:
    """A district that was crawled once: the archive of that, and what it cost."""

    world: World
    district: District
    archive: Path
    summary: SiteSummary
    targets: frozenset[str]
    sent: int


@pytest.fixture(scope="module", params=FAMILIES)
def first(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[First]:
    """Crawl a district of 500 reports for the first time."""
    world, path = make_district(REPORTS), tmp_path_factory.mktemp("first") / "gongkai.db"
    with serve_district(FAMILIES[request.param], world) as district:
        summary = crawl(district, path)
        yield First(world, district, path, summary, frozenset(district.targets), district.running.sent)


@pytest.fixture
def again(first: First, tmp_path: Path) -> Path:
    """Return a copy of the first crawl's archive, with its district as it was then."""
    first.district.change(first.world)
    first.district.forget()
    return Path(shutil.copy(first.archive, tmp_path / "again.db"))


@pytest.fixture
def few(tmp_path: Path) -> Iterator[tuple[District, Path]]:
    """Crawl a small district for the first time."""
    with ExitStack() as stack:
        district = stack.enter_context(serve_district(trs.build, make_district(FEW)))
        crawl(district, tmp_path / "few.db")
        district.forget()
        yield district, tmp_path / "few.db"


def test_a_first_crawl_has_everything(first: First) -> None:
    """All that follows is measured against a crawl that met all 500 reports and missed nothing."""
    summary = first.summary

    assert (summary.reports, summary.new, summary.failed, summary.complete) == (REPORTS, REPORTS, (), True)
    assert first.district.site.reports <= first.targets


def test_an_unchanged_site_costs_one_conditional_request_a_page(first: First, again: Path) -> None:
    """A full crawl of it asks once, and conditionally, for what the first asked for, at 5 % of its bytes at most."""
    summary = crawl(first.district, again)

    asked = [entry for entry in first.district.asked if entry[0] != "/robots.txt"]
    assert sorted(target for target, _ in asked) == sorted(first.targets)
    assert all(is_conditional for _, is_conditional in asked)
    assert first.district.running.sent <= SHARE * first.sent
    assert (summary.reports, summary.new, summary.changed, summary.failed) == (REPORTS, 0, 0, ())
    assert (summary.complete, summary.urls) == (True, {"unchanged": len(first.targets)})


def test_a_light_crawl_of_an_unchanged_site_reads_only_the_top_of_its_list(first: First, again: Path) -> None:
    """It costs a handful of requests, and calls nothing missing that it did not ask for."""
    summary = crawl(first.district, again, "light")

    assert not set(first.district.targets) & first.district.site.reports
    assert len(first.district.targets) <= 6
    assert first.district.running.sent <= SHARE * first.sent
    assert (summary.reports, summary.new, summary.changed, summary.failed) == (REPORTS, 0, 0, ())
    assert (summary.complete, summary.mode, summary.notes) == (True, "light", ())
    assert summary.urls["unchanged"] == len(first.district.targets)
    assert summary.urls["known"] >= 10  # those that the top of the list shows


def test_one_new_report_among_many_is_found_by_a_light_crawl(first: First, again: Path) -> None:
    """With at most 5 % of the first crawl's requests, whatever the CMS."""
    first.district.change(replace(first.world, annual=(NEW, *first.world.annual)))

    summary = crawl(first.district, again, "light")

    (new,) = first.district.site.reports - first.targets
    assert set(first.district.targets) & first.district.site.reports == {new}
    assert len(first.district.targets) <= SHARE * len(first.targets)
    assert (summary.reports, summary.new, summary.failed, summary.complete) == (REPORTS + 1, 1, (), True)


def test_a_new_report_at_the_end_of_a_list_waits_for_the_full_crawl(few: tuple[District, Path]) -> None:
    """A light crawl stops at known ground: what a list shows first on its last page comes with the next full one."""
    district, path = few
    world = make_district(FEW)
    late = make_report(19_991, "青石区水务局", 2018, min(item.day for item in world.annual))
    district.change(replace(world, annual=(*world.annual, late)))

    light, full = crawl(district, path, "light"), crawl(district, path)

    assert (light.new, light.complete) == (0, True)
    assert (full.new, full.reports, full.complete) == (1, FEW + 1, True)


def test_a_changed_report_is_found_by_a_full_crawl(few: tuple[District, Path]) -> None:
    """However deep in the list it stands."""
    district, path = few
    district.change(edit_report(make_district(FEW), make_district(FEW).reports[-1].number))

    light, full = crawl(district, path, "light"), crawl(district, path)

    assert (light.changed, full.changed, full.new) == (0, 1, 0)


def test_a_changed_report_is_found_by_a_light_crawl_once_it_is_due(
    few: tuple[District, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Months later every known report is asked for again, and those are not all that the top of the list shows."""
    district, path = few
    district.change(edit_report(make_district(FEW), make_district(FEW).reports[-1].number))
    monkeypatch.setattr("crawler.pipelines.utc_now", lambda: utc_now() + timedelta(days=100))

    summary = crawl(district, path, "light")

    assert district.site.reports <= set(district.targets)
    assert (summary.changed, summary.new, summary.reports, summary.failed) == (1, 0, FEW, ())


def test_a_light_crawl_asks_again_for_what_failed(tmp_path: Path) -> None:
    """A report that answered 500 comes with it, though it stands on a page of the list that is not read."""
    world = make_district(FEW)
    with serve_district(trs.build, world) as district:
        target = district.target_of(world.reports[-1].number)
        district.broken[target] = Answer(b"", 500)
        first = crawl(district, tmp_path / "a.db")
        district.forget()
        district.broken.clear()
        light = crawl(district, tmp_path / "a.db", "light")

    assert [failure.reason for failure in first.failed] == ["http 500"]
    assert set(district.targets) & district.site.reports == {target}
    assert (light.new, light.reports, light.complete) == (1, FEW, True)


def test_a_light_crawl_does_not_call_a_failing_site_well(tmp_path: Path) -> None:
    """What a full crawl missed and a light one did not ask for is not said to be complete again, until a full one."""
    world = make_district(FEW)
    with serve_district(trs.build, world) as district:
        target = district.target_of(world.reports[-1].number)
        district.broken[target] = html_answer("<html><title>青石区</title><p>正在建设</p></html>")
        first = crawl(district, tmp_path / "a.db")
        light = crawl(district, tmp_path / "a.db", "light")
        district.broken.clear()
        full = crawl(district, tmp_path / "a.db")

    day = f"{utc_now():%Y-%m-%d}"
    assert (first.complete, len(first.failed)) == (False, 1)
    assert (light.complete, light.notes) == (
        True,
        (f"what the full visit of {day} missed was not all asked for again",),
    )
    assert (full.complete, full.new, full.notes) == (True, 1, ("complete again, after 1 in a row that were not",))


def test_a_report_that_no_list_shows_is_no_loss_of_a_light_crawl(few: tuple[District, Path]) -> None:
    """A light crawl does not ask for it, and says nothing of it."""
    district, path = few
    world = make_district(FEW)
    district.change(replace(world, annual=tuple(item for item in world.annual if item != world.reports[0])))

    summary = crawl(district, path, "light")

    assert (summary.reports, summary.failed, summary.complete) == (FEW, (), True)


def test_a_list_that_is_emptied_is_a_loss_of_a_light_crawl_too(few: tuple[District, Path]) -> None:
    """A site that had 30 reports and shows none is a failure, however little is asked of it."""
    district, path = few
    world = make_district(FEW)
    district.change(replace(world, annual=()))

    summary = crawl(district, path, "light")

    assert not summary.complete
    assert any("no report" in failure.reason for failure in summary.failed)


def test_visits_are_told_apart_in_the_archive(few: tuple[District, Path]) -> None:
    """The archive knows of each visit how it was meant and how it ended."""
    district, path = few
    crawl(district, path, "light")

    with Archive.open(path) as archive:
        visits = archive.list_visits()

    assert [(visit.mode, visit.complete, visit.new, visit.reports) for visit in visits] == [
        ("light", True, 0, FEW),
        ("full", True, FEW, FEW),
    ]
