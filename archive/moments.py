"""How the archive writes moments: UTC text to the second, which sorts as time does."""

from datetime import UTC, datetime

_LENGTH = len("2026-01-31T08:00:00")


def moment(value: datetime) -> str:
    """Return a moment as the archive writes it, in UTC to the second.

    >>> moment(datetime(2026, 1, 31, 8, tzinfo=UTC))
    '2026-01-31T08:00:00Z'
    """
    return f"{value.astimezone(UTC).isoformat(timespec='seconds')[:_LENGTH]}Z"
