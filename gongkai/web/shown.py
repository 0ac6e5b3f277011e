"""How values are shown in templates: text without signs that are not seen, moments as people read them."""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import urlsplit

from jinja2 import Environment
from markupsafe import Markup

CHINA = timezone(timedelta(hours=8))
"""The one time of all of China; the archive keeps UTC."""
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_KEPT = "\t\n"
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"


def show_text(value: object) -> object:
    r"""Return a value as it may be shown: of text, the signs that are not seen are left off; markup of ours stays.

    >>> show_text("a\x1b[31m\u202eb"), show_text(5), show_text(None)
    ('a[31mb', 5, '')
    """
    if value is None:
        return ""
    if type(value) is not str or value.isprintable():
        return value
    return "".join(sign for sign in value if sign in _KEPT or unicodedata.category(sign) not in _HIDDEN)


def show_moment(moment: str | None) -> str:
    """Return a moment of the archive in China's time, to the minute.

    >>> show_moment("2026-01-31T17:05:09Z"), show_moment(None)
    ('2026-02-01 01:05', '')
    """
    if not moment:
        return ""
    return datetime.strptime(moment, _MOMENT).replace(tzinfo=UTC).astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


def show_day(moment: str | None) -> str:
    """Return the day of a moment in China's time."""
    return show_moment(moment)[:10]


def show_number(value: float | None) -> str:
    """Return a number with its thousands apart, "" where there is none.

    >>> show_number(1234567), show_number(0.5), show_number(None)
    ('1,234,567', '0.5', '')
    """
    return "" if value is None else f"{value:,}"


def show_pieces(pieces: Sequence[tuple[str, bool]]) -> Markup:
    """Return the pieces of a snippet, the words found marked."""
    marked = (Markup("<mark>{}</mark>") if is_found else Markup("{}") for _, is_found in pieces)
    return Markup("").join(how.format(show_text(text)) for how, (text, _) in zip(marked, pieces, strict=True))


def is_web_address(url: str) -> bool:
    """Whether a link may lead there; what an archive holds as an address need not be one.

    >>> is_web_address("https://qs.example/1.html"), is_web_address("javascript:alert(1)"), is_web_address("//[")
    (True, False, False)
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def register_filters(environment: Environment) -> None:
    """Give a template environment these ways to show, the first of them for everything."""
    environment.finalize = show_text
    environment.tests["web_address"] = is_web_address
    environment.filters.update({"moment": show_moment, "day": show_day, "number": show_number, "pieces": show_pieces})
