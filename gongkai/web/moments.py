"""Days and moments as they stand in addresses."""

from datetime import datetime

from gongkai.web.exchange import BadRequestError

_DAY_LENGTH = len("2026-03-01")


def parse_as_of(text: str) -> str | None:
    """Return the moment that a day (its last second) or a moment in UTC means, None for nothing.

    >>> parse_as_of("2026-03-01"), parse_as_of("2026-03-01T08:00:00Z"), parse_as_of("")
    ('2026-03-01T23:59:59Z', '2026-03-01T08:00:00Z', None)
    """
    if not text:
        return None
    try:
        if len(text) == _DAY_LENGTH:
            return f"{datetime.strptime(text, '%Y-%m-%d'):%Y-%m-%d}T23:59:59Z"  # noqa: DTZ007 - days of UTC
        return f"{datetime.strptime(text, '%Y-%m-%dT%H:%M:%SZ'):%Y-%m-%dT%H:%M:%SZ}"  # noqa: DTZ007 - the same
    except ValueError:
        raise BadRequestError(f"{text!r} is no day like 2026-03-01 and no moment like 2026-03-01T08:00:00Z") from None
