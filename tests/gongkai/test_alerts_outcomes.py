"""What came of sending, by the words of a service, and when a site is told to fail, by its visits."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from archive import PastVisit
from gongkai.alerts.addresses import Target, judge_failure
from gongkai.alerts.sources import visits_to_events

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
WALL = ("http://127.0.0.1:9/", "blocked:jsl, 3 links not visited")
TIMEOUT = ("http://127.0.0.1:9/nb/", "timeout")


class One:
    """A service that does not say how many receivers it has: one."""


class Many:
    """A service with as many receivers as it says."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __len__(self) -> int:
        """Return how many receivers it has."""
        return self.count


@pytest.mark.parametrize(("service", "state"), [(One(), "failed"), (Many(1), "failed"), (Many(2), "unknown")])
def test_a_no_to_many_receivers_may_have_reached_some(service: object, state: str) -> None:
    """A server's no is certain where one receiver was asked; of many some may have the message."""
    outcome = judge_failure([(logging.WARNING, "not sent error=500")], Target("desk", "json://…", service))

    assert outcome.state == state


def make_visit(day: int, *failed: tuple[str, str]) -> PastVisit:
    """Make a visit of a day, complete where nothing failed."""
    at = NOON + timedelta(days=day)
    return PastVisit("qingshi", "full", at, at, 1, 1, 0, 0, 0, failed, not failed, ())


@pytest.mark.parametrize(
    ("reasons", "kinds"),
    [
        ([WALL], ["source_failing"]),
        ([TIMEOUT], []),
        ([TIMEOUT, WALL], ["source_failing"]),
        ([TIMEOUT, TIMEOUT], []),
        ([TIMEOUT, TIMEOUT, TIMEOUT], ["source_failing"]),
        ([WALL, WALL, WALL, WALL], ["source_failing"]),
        ([WALL, None], ["source_failing", "source_recovered"]),
        ([TIMEOUT, None, TIMEOUT, TIMEOUT], []),
    ],
    ids=["wall", "once", "then a wall", "twice", "thrice", "goes on", "well again", "begun anew"],
)
def test_a_wall_is_told_at_once_and_other_failures_when_they_last(
    reasons: list[tuple[str, str] | None], kinds: list[str]
) -> None:
    """A wall stands until somebody acts; a page that does not answer once is no news before the third visit."""
    visits = [make_visit(day, *([reason] if reason else [])) for day, reason in enumerate(reasons)]

    assert [event.kind for event in visits_to_events(visits, {}, 3)] == kinds
