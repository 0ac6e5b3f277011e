"""Hanweb jpaas (大汉 JPaaS, pages built of units).

A list is a unit that a script fetches: `<script url="/api-gateway/jpaas-publish-server/…/build/unit"
queryData="{'webId':…,'pageId':…,'tagId':…,'tplSetId':…}">` answers with JSON that holds HTML, and in that HTML a pager
says `rows` and `count`. The number of a page must stand inside `paramJson`: beside it, the service brings page 1 again.
"""

import json
import re
from collections.abc import Iterator
from html import unescape

from crawler.families._hanweb import count_pages, find_own, mend_dates, query_of, read_object, with_query
from crawler.families.family import Expansion, Family
from crawler.html import parse_links
from crawler.links import Link, Page

NAME = "jpaas"
SERVICE_PATH = "/api-gateway/jpaas-publish-server/front/page/build/unit"

UNITS_LIMIT = 6
"""Units asked for on one page: menus and counters are units too, and the list is not the last of many."""

_SERVICE = "jpaas-publish-server"
_NEEDED = frozenset({"webId", "pageId", "tplSetId"})
_DEFAULTS = {"parseType": "bulidstatic", "pageType": "column"}  # the vendor's own spelling
_TAG = re.compile(r"<(?:script|div|ul)\b[^<>]{0,1000}\bqueryData\s*=[^<>]*+>", re.IGNORECASE)
_DATA = re.compile(r"""\bqueryData\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_URL = re.compile(r"""\surl\s*=\s*["']([^"']*)""", re.IGNORECASE)
_PAGER = re.compile(r"<\w{1,20}\b[^<>]{0,400}\bclass\s*=\s*[\"'][^\"'<>]{0,400}\bpagination\b[^<>]*+>", re.IGNORECASE)
_COUNTS = re.compile(r"\b(rows|count)\s*=\s*[\"']?(\d{1,9})", re.IGNORECASE)


def recognises(page: Page) -> bool:
    """Whether a page has units that are fetched from the publishing service."""
    return _SERVICE in page.source and "querydata" in page.source.lower()


def expand(page: Page) -> Expansion:
    """Find the requests for the units of a page."""
    units = dict.fromkeys(with_query(url, params) for url, params in iter_units(page))
    return Expansion(more=tuple(Link(url, family=NAME) for url in list(units)[:UNITS_LIMIT]))


def iter_units(page: Page) -> Iterator[tuple[str, dict[str, str]]]:
    """Walk the units of a page, as (address of the service, what to ask it); lists come first."""
    units = [unit for match in _TAG.finditer(page.source) if (unit := _read_unit(match[0], page.url)) is not None]
    yield from sorted(units, key=lambda unit: not re.search("列表|list|内容", unit[1].get("tagId", ""), re.IGNORECASE))


def _read_unit(tag: str, page_url: str) -> tuple[str, dict[str, str]] | None:
    data, named = _DATA.search(tag), _URL.search(tag)
    params = read_object(unescape(data[1] or data[2] or "")) if data else {}
    url = find_own(named[1] if named and _SERVICE in named[1] else SERVICE_PATH, page_url)
    return (url, {**_DEFAULTS, **params}) if url and params.keys() >= _NEEDED else None


def read(page: Page, asked: Link) -> Expansion:
    """Read a unit: its links, and the other pages that its pager counts."""
    markup = find_markup(page.source)
    links = parse_links(mend_dates(markup), page.url)
    return Expansion(links, tuple(_iter_pages_behind(markup, asked.url)))


def find_markup(source: str) -> str:
    """Return the HTML in an answer, which is `data.html` or `data` itself; nothing where it is no such answer."""
    try:
        answer = json.loads(source)
    except ValueError:
        return ""
    data = answer.get("data") if isinstance(answer, dict) else None
    markup = data.get("html") if isinstance(data, dict) else data
    return markup if isinstance(markup, str) else ""


def _iter_pages_behind(markup: str, asked_url: str) -> Iterator[Link]:
    params = query_of(asked_url)
    current = _page_number(params.get("paramJson", ""))
    counts = next((dict(_COUNTS.findall(match[0].lower())) for match in _PAGER.finditer(markup)), {})
    size = int(counts.get("rows", 0))
    for number in range(current + 1, count_pages(int(counts.get("count", 0)), size) + 1):
        asked = json.dumps({"pageNo": number, "pageSize": str(size)}, separators=(",", ":"))
        yield Link(with_query(asked_url, {**params, "paramJson": asked}), text=f"{number}", family=NAME)


def _page_number(asked: str) -> int:
    """Return the number of the page that was asked for; without one it was the first."""
    match = re.search(r'"pageNo"\s*:\s*"?(\d{1,6})', asked)
    return int(match[1]) if match else 1


FAMILY = Family(NAME, "Hanweb jpaas (大汉 JPaaS)", recognises, expand, read)
