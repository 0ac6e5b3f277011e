"""Lists whose rows stand as data in a script of the page, or that a script fetches from an address in plain sight.

No CMS of its own: whatever the variable is called, an object with a title and an address is a row. An address is asked
only where the script spells it out, on the page's own host, as an interface, with a page's number in its query.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from urllib.parse import parse_qsl, urljoin, urlsplit

from crawler.families._json import (
    ROWS_LIMIT,
    as_count,
    as_dict,
    count_pages,
    find_count,
    find_query,
    find_rows,
    parse_data,
    with_query,
)
from crawler.families._literals import iter_literals
from crawler.families.family import Expansion, Family
from crawler.folders import lists_reports
from crawler.hosts import netloc_of
from crawler.html import parse_links
from crawler.links import Link, Page
from crawler.paging import PAGES_LIMIT

_NAME = "embedded"
_SERVICES_LIMIT = 3
"""Interfaces asked of one page."""

_TITLE_SIGN = re.compile(r"(?i)(?:title|name|subject)[\"']?\s{0,4}:")
_ADDRESS_SIGN = re.compile(r"(?i)(?:url|href|link|path)[\"']?\s{0,4}:")
_NAMES = "page|pageNo|pageNum|pageIndex|pageNumber|currPage|currentPage|curPage|pn"
_SERVICE = re.compile(
    r"""["'](?P<url>(?:https?:)?/[\w./:-]{1,200}\?[^"'<>\s]{0,400}?
        (?<=[?&])(?P<name>"""
    + _NAMES
    + r""")=(?P<number>\d{0,4})
        (?:&[^"'<>\s]{0,400})?)["'](?=\s{0,8}(?:\+\s{0,8}[\w.]{1,60}\s{0,8})?[,;)}])""",
    re.VERBOSE | re.IGNORECASE,
)
"""The whole of an address: what a script puts together of pieces, but for the number at its end, is not known."""

_PAGE_NAME = re.compile(_NAMES, re.IGNORECASE)
_IS_INTERFACE = re.compile(
    r"/api/|/rest/|/interface|/json|\.json|\.do$|(?:get|query|load|find|page|select)\w{0,20}(?:list|data|page)",
    re.IGNORECASE,
)
_IS_PAGE = re.compile(r"\.(?:s?html?|jsp|aspx?|php)$|search|login|captcha|visit|count|comment|hits", re.IGNORECASE)
_IS_FRAGMENT = re.compile(r"\s*<(?:li|tr|dl|dd|div|ul|table|p|a)\b", re.IGNORECASE)
_SIZE_NAMES = ("pageSize", "page_size", "rows", "limit", "size", "perpage")
_TOTALS = ("total", "totalcount", "totalrecord", "totalrecords", "totalnum", "recordcount", "rowcount", "allrow")
_PAGE_COUNTS = ("totalpage", "totalpages", "pagecount", "totalpagenum", "allpage")


def _recognises(page: Page) -> bool:
    has_rows = _TITLE_SIGN.search(page.scripts) is not None and _ADDRESS_SIGN.search(page.scripts) is not None
    return has_rows or _SERVICE.search(page.scripts) is not None


def _expand(page: Page) -> Expansion:
    rows = (link for literal in iter_literals(page.scripts) for link in find_rows(literal, page.url))
    links = {link.url: link for link in islice(rows, ROWS_LIMIT)}
    more = {link.url: link for link in _iter_services(page)}
    return Expansion(tuple(links.values()), tuple(islice(more.values(), _SERVICES_LIMIT)))


def _iter_services(page: Page) -> Iterator[Link]:
    """Yield the first pages of the lists behind interfaces on the page's own host."""
    for match in _SERVICE.finditer(page.scripts):
        url = urljoin(page.url, match["url"])
        path = urlsplit(url).path
        if netloc_of(url) == netloc_of(page.url) and _IS_INTERFACE.search(path) and not _IS_PAGE.search(path):
            # Where the page shows its first rows itself, the first answer may be the same rows again.
            numbers = [match["number"] or 1] if match["number"] or not lists_reports(page) else [1, 2]
            for number in numbers:
                yield Link(with_query(url, **{match["name"]: number}), rel="guess", family=_NAME)


def _read_fragment(page: Page) -> tuple[Link, ...]:
    """Take the links of an answer that is a piece of HTML: rows to be put into the page."""
    return parse_links(page.source, page.url) if _IS_FRAGMENT.match(page.source) else ()


def _read(page: Page, asked: Link) -> Expansion:
    """Take the rows of an answer; it names all pages behind it, or the next where nothing says how many there are."""
    data = parse_data(page.source)
    links = find_rows(data, page.url) or _read_fragment(page)
    name = next((key for key, _ in parse_qsl(urlsplit(asked.url).query) if _PAGE_NAME.fullmatch(key)), "")
    number = as_count(find_query(asked.url, name))
    if not links or not name or number >= PAGES_LIMIT:
        return Expansion(links)
    first = min(number, 1)
    pages = _count_all(data, asked.url, len(links) if number == first else 0)
    last = first + pages - 1 if pages else number + 1
    numbers = range(number + 1, min(last, PAGES_LIMIT) + 1)
    return Expansion(links, tuple(Link(with_query(asked.url, **{name: n}), rel="guess", family=_NAME) for n in numbers))


def _count_all(data: object, url: str, rows: int) -> int:
    """Return how many pages an answer says that there are, given the rows of a full one; 0 where it does not say."""
    asked = next((count for name in _SIZE_NAMES if (count := as_count(find_query(url, name)))), 0)
    size = min(asked, rows) or asked or rows
    for values in _iter_outer(data):
        if pages := find_count(values, _PAGE_COUNTS):
            return pages
        if total := find_count(values, _TOTALS):
            return count_pages(total, size)
    return 0


def _iter_outer(data: object, depth: int = 3) -> Iterator[Mapping[str, object]]:
    """Yield the outer objects of an answer, which say how much there is."""
    values = as_dict(data)
    if values:
        yield values
        for inner in values.values():
            if depth:
                yield from _iter_outer(inner, depth - 1)


FAMILY = Family(_NAME, "data in the page (页面内数据)", _recognises, _expand, _read)
