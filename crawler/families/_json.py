"""Data in answers (JSON, JSONP), and the rows of lists found in data, wherever it stood."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import islice
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawler.families._literals import SIZE_LIMIT, read_literal
from crawler.links import Link, find_absolute
from crawler.paging import PAGES_LIMIT
from crawler.words import is_rejected

ROWS_LIMIT = 5_000
"""Links taken from one piece of data."""

_CALLED = re.compile(r"(?:/\*\*/)?\s*+[\w.$]+\s*+\(\s*+")
_TAG = re.compile(r"<[^<>]{0,500}>")
_ADDRESS = re.compile(r"[^\s<>\"'{}]{1,2000}")

_TITLE_KEYS = (
    "realtitle",  # Epoint, whose title is cut
    "title",
    "doctitle",
    "infotitle",
    "articletitle",
    "newstitle",
    "msgtitle",
    "titlename",
    "showtitle",
    "subject",
    "name",
    "filename",
    "columnname",
    "channelname",
    "catename",
    "text",
    "label",
    "bt",
)
_ADDRESS_KEYS = (
    "url",
    "posturl",
    "puburl",
    "docpuburl",  # TRS
    "infourl",  # Epoint
    "linkurl",
    "link",
    "href",
    "docurl",
    "articleurl",
    "newsurl",
    "contenturl",
    "htmlurl",
    "htmlpath",
    "viewurl",
    "jumpurl",
    "fileurl",
    "filepath",
)
_DAY_KEYS = (
    "publishedtimestr",
    "publishedtimeformat",
    "displaypublishtime",
    "firstpublishtime",
    "pubdate",
    "publishdate",
    "publishtime",
    "pubtime",
    "releasetime",
    "infodate",
    "docreltime",
    "date",
    "createtime",
    "createdat",
    "time",
)
_DAY = re.compile(r"((?:19|20)\d\d)\s?[-./年]\s?(\d{1,2})\s?[-./月]\s?(\d{1,2})")
_CHINA = timedelta(hours=8)
_MOMENTS = range(631_152_000, 4_102_444_800)
"""Seconds since 1970 that are moments from 1990 to 2100."""


def parse_data(source: str) -> object:
    """Return the value of an answer in JSON or JSONP; None where it is neither.

    >>> parse_data('cb({"result": 1});'), parse_data("<p>"), parse_data(' [1, 2]')
    ({'result': 1}, None, [1, 2])
    """
    text = source.lstrip("\ufeff \t\r\n")
    try:
        return json.loads(text) if len(text) <= SIZE_LIMIT else None
    except (ValueError, RecursionError):
        called = _CALLED.match(text)
        at = called.end() if called else 0
        value = read_literal(text, at)
        return value if isinstance(value, dict | list | str) else None


def as_dict(value: object) -> Mapping[str, object]:
    """Return an object, also one that is written as a string of JSON; an empty one for anything else."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        value = parse_data(value)
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    """Return a list, also one that is written as a string of JSON; an empty one for anything else."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        value = parse_data(value)
    return value if isinstance(value, list) else []


def as_text(value: object) -> str:
    """Return a text, white space squeezed and tags off; numbers as digits, anything else as nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return " ".join(unescape(_TAG.sub("", str(value))).split())


def as_count(value: object) -> int:
    """Return a whole number of zero or more, also one in digits; 0 for anything else."""
    text = as_text(value)
    return int(text) if re.fullmatch(r"\d{1,9}", text) else 0


def find_count(values: Mapping[str, object], names: Iterable[str]) -> int:
    """Return the first count above zero that stands under one of these names, whatever their case; 0 without one."""
    known = _by_plain_key(values)
    return next((count for name in names if (count := as_count(known.get(name)))), 0)


def _by_plain_key(values: Mapping[str, object]) -> dict[str, object]:
    return {key.replace("_", "").replace("-", "").lower(): value for key, value in values.items()}


def find_row(values: Mapping[str, object], base: str) -> Link | None:
    """Return the link that an object stands for; None where it has no title or no address.

    >>> found = find_row({"TITLE": "年报", "docPubUrl": "//a.cn/1.html", "date": 1611900000}, "http://b.cn/")
    >>> found.url, found.text, found.context
    ('http://a.cn/1.html', '年报', '年报 2021-01-29')
    """
    known = _by_plain_key(values)
    title = next((text for key in _TITLE_KEYS if (text := as_text(known.get(key)))), "")
    addresses = (known.get(key) for key in _ADDRESS_KEYS)
    address = next((url for value in addresses if (url := _find_address(value, base))), None)
    if not title or address is None:
        return None
    day = next((text for key in _DAY_KEYS if (text := find_day(known.get(key)))), "")
    return Link(address, text=title, context=f"{title} {day}".strip())


def _find_address(value: object, base: str) -> str | None:
    """Return an absolute address; None for a word, a script or nothing, none of which leads anywhere."""
    text = value.strip() if isinstance(value, str) else ""
    return find_absolute(text, base) if _ADDRESS.fullmatch(text) and re.search(r"[/.?]", text) else None


def find_day(value: object) -> str:
    """Return the day of a date, or of a moment in seconds or milliseconds, as it was in China; else nothing.

    >>> find_day("2021年1月9日 10:00"), find_day(1611900000), find_day("1611900000000"), find_day("soon")
    ('2021-01-09', '2021-01-29', '2021-01-29', '')
    """
    text = as_text(value)
    if match := _DAY.search(text):
        return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"
    if not re.fullmatch(r"\d{9,13}", text):
        return ""
    seconds = int(text) // (1000 if len(text) > 10 else 1)
    return f"{datetime.fromtimestamp(seconds, UTC) + _CHINA:%Y-%m-%d}" if seconds in _MOMENTS else ""


def find_rows(value: object, base: str) -> tuple[Link, ...]:
    """Return the links of all objects in a value, outer before inner; nothing of what a look-alike holds."""
    return tuple(islice(_iter_rows(value, base), ROWS_LIMIT))


def _iter_rows(value: object, base: str) -> Iterator[Link]:
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value))
        elif isinstance(value, dict):
            link = find_row(value, base)
            if link is not None:
                yield link
            if link is None or not is_rejected(link.words):
                waiting.extend(inner for inner in reversed(value.values()) if isinstance(inner, dict | list))


def with_query(url: str, **values: object) -> str:
    """Return a URL with these values in its query, in the place of those that it has, else at its end.

    >>> with_query("http://a.cn/l?page=1&sid=7", page=2, size=15)
    'http://a.cn/l?page=2&sid=7&size=15'
    """
    parts = urlsplit(url)
    pairs = dict(parse_qsl(parts.query, keep_blank_values=True)) | {name: str(value) for name, value in values.items()}
    return urlunsplit(parts._replace(query=urlencode(pairs)))


def find_query(url: str, name: str) -> str:
    """Return a value of a URL's query, the name in any case; nothing without one."""
    pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    return next((value for key, value in pairs if key.lower() == name.lower()), "")


def count_pages(total: int, rows: int, *, usual: int = 0) -> int:
    """Return how many pages a list of `total` rows has, of which one holds `rows`.

    `usual` is the size of a page as it was asked for, where the page at hand may be the last, and shorter.

    >>> count_pages(101, 50), count_pages(100, 10, usual=50), count_pages(7, 0)
    (3, 2, 0)
    """
    size = max(rows, usual)
    return min(-(-total // size), PAGES_LIMIT) if size else 0
