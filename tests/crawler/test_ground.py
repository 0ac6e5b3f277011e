from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from archive import KnownPage, PageKind
from archive import VisitMode as Mode
from crawler.ground import Ground
from crawler.step import Step

HOST = "http://127.0.0.1"
LAST_MONTH = datetime(2026, 1, 5, 8, tzinfo=UTC)
BEGAN = LAST_MONTH + timedelta(days=30)


def known(path: str, kind: PageKind, **fields: object) -> KnownPage:
    """Make a page that was had last month."""
    page = KnownPage(
        url=f"{HOST}{path}",
        kind=kind,
        found_on=None,
        link_text=None,
        first_seen=LAST_MONTH,
        last_good=LAST_MONTH,
        last_changed=LAST_MONTH,
        failures=0,
        tells_report=kind == "report",
    )
    return replace(page, **fields)  # type: ignore[arg-type] # of the dataclass's own types


def make_ground(*pages: KnownPage, mode: Mode = "light", due: bool = False, **fields: object) -> Ground:
    """Make the ground of these pages, of which all are due, or none."""
    return replace(Ground.of(mode, pages, lambda _: due), **fields)  # type: ignore[arg-type] # as above


def step(path: str, kind: PageKind, **fields: object) -> Step:
    """Make a step to a page."""
    return replace(Step(f"{HOST}{path}", kind, 50), **fields)  # type: ignore[arg-type] # as above


def paths(steps: list[Step]) -> list[str]:
    """Return where steps lead."""
    return [one.url.removeprefix(HOST) for one in steps]


@pytest.mark.parametrize("kind", ["report", "attachment"])
def test_a_light_crawl_leaves_known_reports_alone_until_they_are_due(kind: PageKind) -> None:
    """One that is due is asked for again, as is all in a full crawl."""
    page = known("/a", kind)

    assert make_ground(page).may_skip(step("/a", kind))
    assert not make_ground(page, due=True).may_skip(step("/a", kind))
    assert not make_ground(page, mode="full").may_skip(step("/a", kind))
    assert not make_ground(page).may_skip(step("/b", kind))


def test_a_light_crawl_never_leaves_out_a_list() -> None:
    """New reports show there first."""
    assert not make_ground(known("/nb/", "list")).may_skip(step("/nb/", "list"))


def test_a_light_crawl_leaves_out_what_led_nowhere() -> None:
    """Of the pages on the way it takes those over which a list was reached, from the first one on."""
    pages = (
        known("/zwgk/", "column", found_on=f"{HOST}/"),
        known("/zfxxgk/", "column", found_on=f"{HOST}/zwgk/"),
        known("/zn/", "column", found_on=f"{HOST}/zfxxgk/"),
        known("/nb/", "list", found_on=f"{HOST}/zfxxgk/"),
    )
    ground = make_ground(*pages)

    skipped = [page.url.removeprefix(HOST) for page in pages if ground.may_skip(step(page.url[16:], page.kind))]

    assert skipped == ["/zn/"]


def test_what_was_never_had_is_not_known() -> None:
    """A page that only failed is asked for wherever it is met."""
    page = known("/a", "report", last_good=None, failures=1)

    assert not make_ground(page).knows(step("/a", "report"))
    assert not make_ground(page).may_skip(step("/a", "report"))


def test_addresses_are_compared_as_the_walk_does() -> None:
    """Another scheme or index.html makes no other page."""
    ground = make_ground(known("/nb/index.html", "list"))

    assert ground.knows(Step("https://127.0.0.1/nb/", "list", 50))


def test_what_a_crawl_had_before_it_was_interrupted_is_no_known_ground() -> None:
    """Else a list that brought it would seem to show nothing new, and its files would never be met."""
    before, since = known("/a", "report"), known("/b", "report", first_seen=BEGAN, last_good=BEGAN)
    again = known("/c", "report", last_good=BEGAN)
    ground = make_ground(before, since, again, began=BEGAN)

    reports = [step(f"/{name}", "report") for name in "abc"]

    assert [ground.knows(one) for one in reports] == [True, False, True]
    assert [ground.may_skip(one) for one in reports] == [True, False, False]
    assert paths(ground.recheck_steps()) == ["/b", "/c"]


def test_a_full_crawl_asks_for_every_known_report() -> None:
    """Also for those that no list shows any more; for pages that never held a report it does not."""
    pages = (known("/a", "report"), known("/b", "report", tells_report=False), known("/c", "list"))

    steps = make_ground(*pages, mode="full").recheck_steps()

    assert paths(steps) == ["/a"]
    assert steps[0].is_recheck


def test_a_light_crawl_asks_for_what_is_due_and_for_what_failed() -> None:
    """Lists are not read to their end, so that it is not left to them to show it."""
    failed = known("/b", "report", last_good=None, failures=1, tells_report=False)
    pages = (known("/a", "report"), failed, known("/c", "column", last_good=None, failures=1))

    assert paths(make_ground(*pages, due=True).recheck_steps()) == ["/a", "/b"]
    assert make_ground(*pages).recheck_steps() == []


def test_known_lists_are_there_where_none_is_found() -> None:
    """But for those that never answered, and those that are no address alone."""
    pages = (
        known("/nb/", "list"),
        known("/old/", "list", last_good=None),
        known("/data?__wb_method=POST&page=2", "list"),
    )

    assert paths(make_ground(*pages).list_steps()) == ["/nb/"]


def test_who_looks_for_columns_wants_no_reports() -> None:
    """Nor the further pages of a list."""
    ground = make_ground(known("/a", "report"), mode="full", wants_reports=False)

    assert ground.may_skip(step("/a", "report"))
    assert ground.may_skip(step("/b", "attachment"))
    assert not ground.may_skip(step("/nb/", "list"))
