"""The clock of the machine jumps, back or forward, between captures and between visits."""

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from archive import Archive, PastVisit, utc_now
from archive.proof.verifying import verify_archive
from crawler.schedule import DEFAULTS, plan_next
from tests.archive.contents import tell_contents
from tests.archive.made_reports import PAGE, SITE, THIRD, crawl, make_cell, make_report, select

JUMPS = (-3650, -40, -1, 1, 40, 3650)
"""Days by which a clock is wrong from one visit on, until it is set right."""
VISITS = 8


@pytest.mark.parametrize("jump", JUMPS)
def test_a_clock_that_jumps_loses_no_capture(tmp_path: Path, jump: int, struck: Callable[..., None]) -> None:
    """Whatever the clock says each capture is kept, each state is a version, and all is told anew as it was told."""
    path, dice = tmp_path / "gongkai.db", random.Random(jump)  # noqa: S311 - not for secrets
    wrong = set(dice.sample(range(1, VISITS), 3))

    with Archive.create(path) as archive:
        archive.save_site(SITE)
        for visit in range(VISITS):
            day = 4000 + visit + (jump if visit in wrong else 0)
            shown = {url: make_report(make_cell("granted", visit), agency=name) for url, name in AGENCIES.items()}
            crawl(archive, day, shown)
        archive.tell_stale()
        before = tell_contents(path)
        archive.work_out()

    assert tell_contents(path) == before
    assert verify_archive(path).problems == ()
    assert len(select(path, "SELECT 1 FROM captures")) == VISITS * len(AGENCIES)
    values = "SELECT DISTINCT value FROM cells JOIN versions ON versions.id = version_id ORDER BY 1"
    assert select(path, values) == [(visit,) for visit in range(VISITS)]
    spans = select(path, "SELECT first_seen, last_seen FROM versions UNION SELECT first_seen, last_seen FROM locations")
    assert all(first <= last for first, last in spans)
    struck(f"clock jumps {'back' if jump < 0 else 'forward'}", "crawl, file", len(wrong))


AGENCIES = {PAGE: "云汀区听松街道办事处", THIRD: "云汀区白杨街道办事处"}


@pytest.mark.parametrize("ahead", [1, 40, 3650])
def test_a_clock_that_was_ahead_puts_no_visit_off(ahead: int, struck: Callable[..., None]) -> None:
    """A site whose last visit has a moment that has not come is due at once, and in full."""
    now = utc_now()
    wrong = now + timedelta(days=ahead)
    past = PastVisit(SITE.name, "full", wrong, wrong, 5, 5, 1, 1, 0, (), complete=True, notes=())

    forecast = plan_next([past], now, DEFAULTS)

    assert (forecast.due_at <= now, forecast.mode) == (True, "full")
    struck("clock was ahead", "schedule")
