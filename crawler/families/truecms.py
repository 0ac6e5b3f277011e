"""truecms (南通 and others): rows come as JSONP around XML, by the number of the first and of the last row.

How many rows a server gives at once differs: some answer more with an empty list, some with an error. The page's own
script says how many it asks for; where it does not, 50 are asked, then 20, then 10.
"""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from crawler.families._json import as_count, as_dict, find_query, parse_data, with_query
from crawler.families.family import Expansion, Family
from crawler.html import parse_links
from crawler.links import Link, Page
from crawler.paging import PAGES_LIMIT

_NAME = "truecms"
_SERVICE = "messageController/getMessage.do"
_SIZES = (50, 20, 10)
"""Rows asked for where the page does not say how many are given at once, the next where the last brought none."""

_PAGES_AT_ONCE = 3
"""The list's script fetches so many pages of rows at once, unless its `groupSize` says otherwise."""

_PATH = re.compile(r"[\"'](?P<path>[^\"'\s?]{0,200}messageController/getMessage\.do)")
_COLUMN = re.compile(r"columnId[\"']?\s{0,4}[:=]\s{0,4}[\"']([\w-]{1,64})[\"']")
_NUMBER = r"[\"']?\s{0,4}[:=]\s{0,4}[\"']?(\d{1,6})"
_RECORD = re.compile(r"<record>\s*+<!\[CDATA\[((?:(?!<record>).)*?)\]\]>", re.DOTALL)
_TOTAL = re.compile(r"<totalrecord>\s*+(\d{1,7})", re.IGNORECASE)


def _recognises(page: Page) -> bool:
    return _SERVICE in page.source


def _expand(page: Page) -> Expansion:
    """Take the rows that the page brings along, and ask for all where those are not all."""
    shown = _RECORD.findall(page.source)
    links = parse_links("\n".join(shown), page.url) if shown else ()
    path, column = _PATH.search(page.source), _COLUMN.search(page.source)
    total = _find_number(page.scripts, "totalRecord")
    if path is None or column is None or (total and len(shown) >= total):
        return Expansion(links)
    url = with_query(urljoin(page.url, path["path"]), columnId=column[1], callback="cb")
    size = _find_number(page.scripts, "perPage")
    if not size:
        return Expansion(links, (_ask(url, 1, _SIZES[0], _SIZES[0]),))
    window = size * (_find_number(page.scripts, "groupSize") or _PAGES_AT_ONCE)
    return Expansion(links, tuple(_iter_windows(url, 1, total or window, (window, size))))


def _find_number(scripts: str, name: str) -> int:
    match = re.search(rf"\b{name}{_NUMBER}", scripts, re.IGNORECASE)
    return int(match[1]) if match else 0


def _iter_windows(url: str, start: int, total: int, sizes: tuple[int, int]) -> Iterator[Link]:
    """Yield the requests for the rows from `start` to `total`; `sizes` are the rows of a request and of a page."""
    window, size = sizes
    for first in range(start, total + 1, window)[:PAGES_LIMIT]:
        yield _ask(url, first, window, size)


def _ask(url: str, first: int, window: int, size: int, rel: str = "") -> Link:
    asked = with_query(url, startrecord=first, endrecord=first + window - 1, perpage=size)
    return Link(asked, rel=rel, family=_NAME)


def _read(page: Page, asked: Link) -> Expansion:
    result = as_dict(parse_data(page.source)).get("result")
    text = result if isinstance(result, str) else page.source
    records = _RECORD.findall(text)
    links = parse_links("\n".join(records), page.url) if records else ()
    first, last, size = (as_count(find_query(asked.url, name)) for name in ("startrecord", "endrecord", "perpage"))
    window = last - first + 1
    if not records:
        return Expansion(links, tuple(_iter_smaller(asked.url, first, window)))
    total = _TOTAL.search(text)
    if total:
        more = _iter_windows(asked.url, last + 1, int(total[1]), (window, size))
        return Expansion(links, tuple(more))
    is_full = len(records) >= window and first < PAGES_LIMIT * window
    return Expansion(links, (_ask(asked.url, last + 1, window, size, "guess"),) if is_full else ())


def _iter_smaller(url: str, first: int, window: int) -> Iterator[Link]:
    """Yield the next smaller request for the beginning of a list; behind it, nothing means that it has ended."""
    smaller = next((size for size in _SIZES if size < window), None)
    if first == 1 and smaller is not None:
        yield _ask(url, 1, smaller, smaller, "guess" if smaller == _SIZES[-1] else "")


FAMILY = Family(_NAME, "truecms", _recognises, _expand, _read)
