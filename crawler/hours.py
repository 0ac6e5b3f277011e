"""The hours of the day, China time, in which a site may be crawled."""

from datetime import UTC, datetime, time, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "China")
"""All of China keeps the time of Beijing (UTC+8), without summer time."""


def is_within_hours(hours: tuple[str, str] | None, now: datetime) -> bool:
    """Whether a moment lies in the hours of the day (`HH:MM`, China time) in which a site may be crawled.

    The first minute counts, the last does not; a span may go over midnight; equal ends, and no hours, are the
    whole day. Raises ValueError for a naive moment or for what is no time of day.
    """
    if hours is None:
        return True
    if now.tzinfo is None:
        raise ValueError("a moment without its time zone")
    begin, end = (time.fromisoformat(text) for text in hours)
    clock = now.astimezone(CHINA).time()
    if begin == end:
        return True
    return begin <= clock < end if begin < end else clock >= begin or clock < end


def find_open_moment(moment: datetime, hours: tuple[str, str] | None) -> datetime:
    """Return the first moment from that one on in hours of the day like ("22:00", "06:00"), China time.

    >>> find_open_moment(datetime(2026, 1, 5, 4, tzinfo=UTC), ("22:00", "06:00")).isoformat()
    '2026-01-05T14:00:00+00:00'
    """
    if hours is None or is_within_hours(hours, moment):
        return moment
    here, opens = moment.astimezone(CHINA), time.fromisoformat(hours[0])
    day = here.date() if here.time() < opens else here.date() + timedelta(days=1)
    return datetime.combine(day, opens, CHINA).astimezone(UTC)
