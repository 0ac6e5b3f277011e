"""LonSun (龙讯): `/public/column/<agency>?type=3` is an agency's column of annual reports.

A script fetches the rows of a column as a piece of HTML.
"""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urljoin, urlsplit

from crawler.families._json import as_count, find_query, with_query
from crawler.families.family import Expansion, Family
from crawler.html import parse_links
from crawler.links import Link, Page
from crawler.paging import PAGES_LIMIT
from crawler.words import COLUMN_TEXT_LIMIT, is_agency

_NAME = "lonsun"
_ANNUAL_TYPE = "3"
"""1 制度, 2 指南, 3 年报, 4 目录, 5 依申请公开."""

_AGENCIES_LIMIT = 400
"""Agencies of a directory whose columns are asked for."""

_COLUMN = re.compile(r"(?P<front>.*)/public/column/(?P<agency>\d{1,12})/?")
_ENTRY = re.compile(r"/public/\d{1,12}/\d{1,12}\.html")
_LABEL = re.compile(r"[\"'](?P<path>[^\"'\s?]{0,80}/site/label/\d{1,8})(?:\?(?P<query>[^\"']{0,2000}))?[\"']")
_QUERY_PIECE = re.compile(r"[\"']&((?:\w{1,30}+=[^\"'&]{0,200}+&?+){1,30}+)[\"']")
_PAGE_COUNT = re.compile(r"\bpageCount[\"']?\s{0,4}[:=]\s{0,4}[\"']?(\d{1,5})")
_SCRIPT_VALUE = re.compile(
    r"""\b(siteId|pageSize|catId|catIds|file)["']?\s{0,4}[:=]\s{0,4}["']?((?<=["'])/[\w/.-]{1,80}|\d{1,12})"""
)
_USUAL = {
    "IsAjax": "1",
    "dataType": "html",
    "labelName": "publicInfoList",
    "siteId": "",
    "pageSize": "15",
    "pageIndex": "1",
    "action": "list",
    "isDate": "true",
    "dateFormat": "yyyy-MM-dd",
    "length": "80",
    "organId": "",
    "type": "",
    "catId": "",
    "result": "暂无相关信息",
    "file": "/xxgk/publicInfoList_newest2020",
}
"""What the script of a column sends, in its order; a page's own values stand before these."""


def _recognises(page: Page) -> bool:
    return "/public/column/" in page.source or _LABEL.search(page.scripts) is not None


def _expand(page: Page) -> Expansion:
    return Expansion(tuple(_iter_agency_columns(page)), _find_list(page))


def _iter_agency_columns(page: Page) -> Iterator[Link]:
    """Yield, for the agencies that a page lists, the column of annual reports that each has at the same place."""
    agencies: dict[str, None] = {}
    for link in page.links:
        match = _COLUMN.fullmatch(link.url.partition("?")[0])
        if match is None or not is_agency(link.words) or len(agencies) >= _AGENCIES_LIMIT:
            continue
        url = with_query(match[0], type=_ANNUAL_TYPE, action="list")
        if url not in agencies:
            agencies[url] = None
            name = f"{link.words}政府信息公开年报"
            yield Link(url, text=name if len(name) <= COLUMN_TEXT_LIMIT else "政府信息公开年报", context=name)


def _find_list(page: Page) -> tuple[Link, ...]:
    """Return the requests for a column's rows: all pages, or the first not shown where their number is unknown."""
    column = _COLUMN.fullmatch(page.url.partition("?")[0])
    label = next((match for match in _LABEL.finditer(page.scripts) if _is_list(page.scripts, match)), None)
    if column is None and label is None:
        return ()
    path = label["path"] if label else f"{urlsplit(column['front']).path if column else ''}/site/label/8888"
    values = _USUAL | _find_values(page, column["agency"] if column else "", (label["query"] if label else "") or "")
    if not values["organId"] or not values["type"]:
        return ()
    is_first_shown = any(_ENTRY.search(link.url) for link in page.links)
    counted = _PAGE_COUNT.search(page.scripts)
    first = 2 if is_first_shown else 1
    last = min(int(counted[1]), PAGES_LIMIT) if counted else first
    address = urljoin(page.url, path)
    rel = "" if counted or not is_first_shown else "guess"
    numbers = range(first, max(last, 1) + 1)
    return tuple(Link(with_query(address, **values | {"pageIndex": str(n)}), rel=rel, family=_NAME) for n in numbers)


def _is_list(scripts: str, label: re.Match[str]) -> bool:
    """Whether a script asks there for a list of public information, by this address or by what it adds to it."""
    return "publicInfoList" in scripts[label.start() : label.end() + 2000]


def _find_values(page: Page, agency: str, query: str) -> dict[str, str]:
    """Return what the page says about its list: in its address, in the address that its script asks, in its script."""
    values = {name: value for name, value in _SCRIPT_VALUE.findall(page.scripts) if value}
    pieces = (query, *_QUERY_PIECE.findall(page.scripts))
    values |= {name: value for piece in pieces for name, value in parse_qsl(piece) if value}
    own = {name: find_query(page.url, name) for name in ("type", "catId", "action")} | {"organId": agency}
    values |= {name: value for name, value in own.items() if value}
    if page.meta("siteid"):
        values["siteId"] = page.meta("siteid")
    values.pop("_", None)  # a random number against caches
    return values


def _read(page: Page, asked: Link) -> Expansion:
    links = parse_links(page.source, page.url)
    number = as_count(find_query(asked.url, "pageIndex"))
    counted = _PAGE_COUNT.search(page.source)
    if counted:
        numbers = range(number + 1, min(int(counted[1]), PAGES_LIMIT) + 1)
        return Expansion(links, tuple(Link(with_query(asked.url, pageIndex=n), family=_NAME) for n in numbers))
    entries = {link.url for link in links if _ENTRY.search(link.url)}
    is_full = len(entries) >= as_count(find_query(asked.url, "pageSize"))
    if not is_full or number >= PAGES_LIMIT:
        return Expansion(links)
    return Expansion(links, (Link(with_query(asked.url, pageIndex=number + 1), rel="guess", family=_NAME),))


FAMILY = Family(_NAME, "LonSun (龙讯)", _recognises, _expand, _read)
