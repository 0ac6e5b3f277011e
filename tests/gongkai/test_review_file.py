"""One entry of a file of reviews: the moment at which it may have been said."""

from datetime import UTC, datetime, timedelta

import pytest

from archive import ReviewError
from gongkai.review_file import CLOCKS_DIFFER, parse_entry

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
ENTRY = {
    "report": "990101-听松街道办事处-2020",
    "cell": "requests.new_requests.total",
    "verdict": "confirmed",
    "sha256": "0" * 64,
}


def test_clocks_may_differ_by_a_day() -> None:
    """A review that was said on a machine whose clock is ahead comes in, up to a day."""
    review = parse_entry({**ENTRY, "at": NOW + timedelta(days=1)}, NOW)

    assert (CLOCKS_DIFFER, review.reviewed_at) == (timedelta(days=1), "2026-03-02T08:00:00Z")


def test_what_nobody_can_have_said_yet_is_refused() -> None:
    """A moment beyond that has not come yet, and is named."""
    with pytest.raises(ReviewError, match="it was said at 2026-03-02T08:00:01Z, which has not come yet"):
        parse_entry({**ENTRY, "at": NOW + timedelta(days=1, seconds=1)}, NOW)
