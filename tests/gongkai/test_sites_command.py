"""`gongkai sites`: what is known of each site, and when it is visited next."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive import Archive, PastVisit, SiteIdentity, VisitOutcome
from crawler import Site
from gongkai.cli.sites import make_rows
from tests.gongkai.conftest import Outcome

Gongkai = Callable[..., Outcome]

SITES = '[[site]]\nname = "qingshi"\ntitle = "青石区"\nstart_urls = ["http://127.0.0.1:9/"]\n'
FORECAST = ("name", "title", "reports", "last_visit", "last_result", "next_due", "next_mode", "why")


@pytest.fixture
def listed(gongkai: Gongkai, tmp_path: Path) -> Gongkai:
    """Run `gongkai sites` where one site is listed."""
    (tmp_path / "sites.toml").write_text(SITES, encoding="utf-8")
    return lambda *arguments: gongkai("sites", *arguments)


def rows(outcome: Outcome) -> list[dict[str, object]]:
    """Return the objects that were printed."""
    return [json.loads(line) for line in outcome.out.splitlines()]


def save_visit(path: Path, site: str, *, complete: bool = True) -> None:
    """Put a visit into an archive."""
    failed = () if complete else (("http://127.0.0.1:9/", "timeout"),)
    with Archive.create(path) as archive:
        archive.save_site(SiteIdentity(site))
        archive.begin_visit(site, "full")
        archive.end_visit(site, VisitOutcome(3, 3 * complete, 1, 1, 0, failed, complete=complete))


def test_sites_alone_lists(listed: Gongkai) -> None:
    """Without a subcommand the sites are listed, whatever options are given."""
    assert [row["name"] for row in rows(listed("--json"))] == ["qingshi"]
    assert listed().out.splitlines()[0].split("\t") == list(FORECAST)
    assert listed().out == listed("list").out
    assert listed("--sites", "absent.toml").code == 2


def test_sites_still_has_its_help_and_subcommands(listed: Gongkai) -> None:
    """Help is that of the group, and a wrong subcommand is wrong usage."""
    assert "check" in listed("--help").out
    assert listed("check").code == 0
    assert listed("nonsense").code == 2
    assert listed("--json", "check").code == 2


def test_a_new_site_is_due(listed: Gongkai) -> None:
    """A site that was never visited is due now, in full."""
    (row,) = rows(listed("--json"))

    assert (row["last_visit"], row["last_result"], row["failures"]) == (None, None, 0)
    assert (row["next_mode"], row["why"]) == ("full", "never visited")
    assert abs(datetime.fromisoformat(str(row["next_due"])) - datetime.now(UTC)).total_seconds() < 3600


def test_a_visit_is_listed_with_what_came_of_it(listed: Gongkai, tmp_path: Path) -> None:
    """A site that was visited says how it went and when it is due again; failures in a row are counted."""
    save_visit(tmp_path / "gongkai.db", "qingshi")
    (good,) = rows(listed("--json"))
    save_visit(tmp_path / "gongkai.db", "qingshi", complete=False)
    save_visit(tmp_path / "gongkai.db", "qingshi", complete=False)

    (bad,) = rows(listed("--json"))

    assert (good["last_result"], good["failures"], good["next_mode"]) == ("complete", 0, "light")
    assert str(good["next_due"]) > datetime.now(UTC).isoformat()
    assert (bad["last_result"], bad["failures"], bad["next_mode"]) == ("incomplete", 2, "full")
    assert str(bad["why"]).startswith("the last 2 visits brought nothing (timeout), tried again after ")


def test_a_site_that_is_not_listed_is_not_due(listed: Gongkai, tmp_path: Path) -> None:
    """What only the archive knows is listed too, and is never visited."""
    save_visit(tmp_path / "gongkai.db", "gone")

    told = {str(row["name"]): (row["next_due"] is None, row["why"]) for row in rows(listed("--json"))}

    assert told == {"qingshi": (False, "never visited"), "gone": (True, "not in the list of sites")}


def test_the_list_says_more_of_a_site_than_the_archive() -> None:
    """Where list and archive differ the list is right; the keys are those of the contract and the forecast."""
    now = datetime(2026, 7, 20, tzinfo=UTC)
    visit = PastVisit("qingshi", "full", now, None, *([None] * 8))  # type: ignore[arg-type] # it is under way
    known = {"name": "qingshi", "title": "旧名", "division": None, "last_visit": "2026-07-19T00:00:00Z", "reports": 4}

    (row,) = make_rows([Site("qingshi", ("http://127.0.0.1:9/",), title="青石区")], [known], [visit], now)

    assert row == {
        "name": "qingshi",
        "title": "青石区",
        "division": None,
        "start_urls": ["http://127.0.0.1:9/"],
        "last_visit": "2026-07-19T00:00:00Z",
        "captures": None,
        "reports": 4,
        "last_result": None,
        "failures": 0,
        "next_due": "2026-07-20T00:00:00Z",
        "next_mode": "full",
        "why": "the visit of 2026-07-20 did not end",
    }
