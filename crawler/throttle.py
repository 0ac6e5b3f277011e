"""How a host's pace is learned: slower when it is slow or asks for it, slowly faster again. No network, no clock.

All moments are seconds of one monotonic clock; all delays count from the start of one request to the start of the
next. The site's own delay (`crawler.politeness`) is the floor, and is kept elsewhere: a pace only adds to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


@dataclass(frozen=True, slots=True)
class PaceOptions:
    """What a pace goes by; all times in seconds."""

    slow_after: float = 1.0
    """An answer within this time is quick, and slows nothing."""
    slowness: float = 2.0
    """Times the time of a slow answer make a delay: a server rests as long as it worked."""
    first_backoff: float = 0.5
    """The delay after the first answer that says "too much", where there was none."""
    max_delay: float = 60.0
    """No delay is learned beyond this."""
    recovery: float = 0.8
    """Each good answer leaves this part of a delay."""
    negligible: float = 0.05
    """A learned delay under this is none."""
    first_pause: float = 1.0
    """The pause before a second try; each further one is twice as long."""
    max_wait: float = 600.0
    """What a host's own `Retry-After` may cost a crawl, all in all; beyond it the host is left alone."""
    lost_in_a_row: int = 5
    """A host that failed so often in a row, second tries included, is given no second tries any more."""


@dataclass(slots=True)
class Pace:
    """What a crawl learned of one host."""

    options: PaceOptions = PaceOptions()
    delay: float = 0.0
    resting_until: float = 0.0
    """No request before this moment."""
    last_start: float = float("-inf")
    """The moment at which the last request was let go."""
    waited: float = 0.0
    """Seconds given to `Retry-After` so far."""
    closed_until: float = 0.0
    """Until this moment the host asked to be left alone, for longer than a crawl waits."""
    lost: int = 0
    """Requests that came to nothing, in a row."""

    def note_answer(self, latency: float) -> None:
        """Learn from an answer: `latency` is the time that it took to begin."""
        self.lost = 0
        if self.delay == 0.0 and latency <= self.options.slow_after:
            return
        target = self.options.slowness * latency if latency > self.options.slow_after else 0.0
        learned = max(target, self.delay * self.options.recovery)
        self.delay = 0.0 if learned < self.options.negligible else min(learned, self.options.max_delay)

    def note_overload(self, floor: float) -> None:
        """Learn from an answer that says "too much": the delay, at least that of the site, is doubled."""
        doubled = 2 * max(self.delay, floor)
        self.delay = min(max(doubled, self.options.first_backoff), self.options.max_delay)

    def pause_before(self, retry: int) -> float:
        """Return the pause before the first, second, … new try of a request."""
        return min(self.options.first_pause * 2.0 ** (retry - 1), self.options.max_delay)

    def rest(self, seconds: float, now: float) -> None:
        """Leave the host alone for so long from now."""
        self.resting_until = max(self.resting_until, now + seconds)

    def accept_wait(self, seconds: float, now: float) -> bool:
        """Rest as long as the host asks for, if the crawl can wait so long; else close the host for that time."""
        if self.waited + seconds > self.options.max_wait:
            self.closed_until = max(self.closed_until, now + seconds)
            return False
        self.waited += seconds
        self.rest(seconds, now)
        return True

    def reserve(self, now: float) -> float:
        """Return the moment at which the next request may start, and count it as started then."""
        self.last_start = max(now, self.resting_until, self.last_start + self.delay)
        return self.last_start


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Read `Retry-After`, a number of seconds or a date, as seconds from `now` (aware); None for anything else."""
    text = (value or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())
