"""Hanweb JCMS (大汉), the module of government information (信息公开目录), and its annual-report page.

A column is a shell: a script fills it by POST from `/module/xxgk/search.jsp`, which brings rows of HTML and says 共N页.
The search does not keep to the column that asked: it brings the entries of the whole district, so the others are left
out by the column number in their addresses. Where a tree of subjects (`tree.jsp`) stands beside the list, the subject
of annual reports is searched alone, which spares the others.

`xxgkAnnualReport.jsp?area=&fbtime=` shows one agency's report of one year; where a page lists agencies and years, each
pair is an address.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from itertools import islice, product

from crawler.families._hanweb import (
    GUESS,
    PAGES_LIMIT,
    find_article_column,
    find_column,
    find_own,
    join_query,
    query_of,
    rows_to_links,
    split_query,
    with_query,
)
from crawler.families.family import Expansion, Family
from crawler.links import Link, Page, Post
from crawler.words import LIKELY_COLUMN, column_score, has_year, is_agency, is_report_title

NAME = "hanweb_xxgk"
SEARCH_PATH = "/module/xxgk/search.jsp"
ANNUAL_PAGE = "xxgkannualreport.jsp"

REPORTS_LIMIT = 2000
"""Agencies times years that one page is believed to list."""

_BEFORE = r"""["'=(]\s*([\w/.:-]{0,120}?"""  # anchored at a sign, so that long runs of letters cost nothing
_MODULE = re.compile(_BEFORE + r"module/xxgk/)\w+\.jsp", re.IGNORECASE)
_ANNUAL = re.compile(_BEFORE + rf"module/xxgk/{re.escape(ANNUAL_PAGE)})", re.IGNORECASE)
_SERVICE = re.compile(r"module/xxgk/(?:search|tree)\.jsp\?([^\"'<>\s]*)", re.IGNORECASE)
_VALUE = r"""["']?\s*[:=]\s*["']?([\w,:-]+)"""
_FIELDS = ("infotypeId", "jdid", "area", "divid", "standardXxgk", "sortfield")
_FIELD = re.compile(rf"\b({'|'.join(_FIELDS)}){_VALUE}")
_TREE_FIELDS = ("standardXxgk", "area", "divid", "jdid", "requestUrl")
_SUBJECT = re.compile(r"funclick\(\s*\\?['\"](\w+)[^)]{0,200}\)[^<>]{0,80}>\s*([^<]{1,40})", re.IGNORECASE)
_ROW = re.compile(r"<(?P<tag>tr|li|dd)\b(?:(?!<(?P=tag)\b).)*?</(?P=tag)>", re.DOTALL | re.IGNORECASE)
_PAGES = re.compile(r"共\s*(?:<[^<>]{0,80}>\s*){0,3}(\d{1,9})\s*(?:<[^<>]{0,80}>\s*){0,3}页")
_OPTION = re.compile(r"<option\b[^<>]{0,400}\bvalue\s*=\s*[\"']?([\w-]+)[\"']?[^<>]{0,400}>([^<]+)", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d{2}")
_DEFAULTS = {
    "infotypeId": "",
    "jdid": "1",
    "area": "",
    "divid": "",
    "vc_title": "",
    "vc_number": "",
    "sortfield": ",compaltedate:0",
    "currpage": "1",
    "vc_filenumber": "",
    "vc_all": "",
    "texttype": "0",
    "fbtime": "-1",
    "standardXxgk": "0",
    "isAllList": "1",
    "requestUrl": "",
}
_REPEATED = (
    "standardXxgk",
    "isAllList",
    "texttype",
    "fbtime",
    "vc_all",
    "vc_filenumber",
    "vc_title",
    "vc_number",
    "currpage",
    "sortfield",
)
"""Fields that the module's own script sends twice, in the body and in the query."""


def recognises(page: Page) -> bool:
    """Whether a page names the module."""
    return _MODULE.search(page.source) is not None or ANNUAL_PAGE in page.url.lower()


def expand(page: Page) -> Expansion:
    """Find the first page of a column's search, and the reports that an annual-report page lists."""
    return Expansion(tuple(iter_annual_reports(page)), tuple(_iter_searches(page)))


def read(page: Page, asked: Link) -> Expansion:
    """Read the rows of a search, of which the first page names the others; or a tree of subjects."""
    if asked.post is None:
        return read_tree(page, asked)
    form = split_query(asked.post.body)
    rows = [match[0] for match in _ROW.finditer(page.source)] or [page.source]
    column = find_column(form.get("requestUrl", ""))
    links = (link if _is_of_column(link, column) else _without_words(link) for link in rows_to_links(rows, page.url))
    return Expansion(tuple(links), tuple(_iter_pages_behind(page.source, asked, form)))


def find_form(page: Page) -> dict[str, str] | None:
    """Find what a column's script sends to the search; None where no search stands on the page.

    What the addresses of the module on the page say counts more than variables anywhere in its scripts.
    """
    services = [split_query(match[1]) for match in _SERVICE.finditer(page.source)]
    if not services and SEARCH_PATH not in page.source:
        return None
    form = dict(_DEFAULTS)
    form |= {match[1]: match[2] for match in reversed(list(_FIELD.finditer(page.scripts)))}
    for params in reversed(services):
        form |= {name: value for name, value in params.items() if name in _FIELDS and re.fullmatch(r"[\w,:-]+", value)}
    column = find_column(page.url)
    form["area"] = query_of(page.url).get("vc_xxgkarea") or form["area"]
    form["infotypeId"] = query_of(page.url).get("number") or form["infotypeId"]
    form["divid"] = form["divid"] or (f"div{column}" if column else "")
    form["requestUrl"] = page.url
    return form


def read_tree(page: Page, asked: Link) -> Expansion:
    """Read a tree of subjects: each leads to its own search, and where none is of annual reports, to that of all."""
    url = asked.url.partition("?")[0].removesuffix("tree.jsp") + "search.jsp"
    form = _DEFAULTS | query_of(asked.url)
    subjects = {name.strip(): kind for kind, name in _SUBJECT.findall(page.source)}
    links = [replace(make_search(url, {**form, "infotypeId": kind}, 1), text=name) for name, kind in subjects.items()]
    is_told = any(column_score(name) >= LIKELY_COLUMN for name in subjects)
    return Expansion(tuple(links), () if is_told else (make_search(url, form, 1),))


def _iter_searches(page: Page) -> Iterator[Link]:
    """Ask for the tree first where one stands there and the page names no subject."""
    form, match = find_form(page), _MODULE.search(page.source)
    url = find_own(f"{match[1]}search.jsp", page.url) if match else None
    if form is None or url is None or not (form["area"] or form["infotypeId"]):
        return
    if form["infotypeId"] or "xxgk/tree.jsp" not in page.source:
        yield make_search(url, form, 1)
    else:
        asked = {name: form[name] for name in _TREE_FIELDS}
        yield Link(with_query(url.removesuffix("search.jsp") + "tree.jsp", asked), text="tree", family=NAME)


def make_search(url: str, form: dict[str, str], number: int) -> Link:
    """Write the request for one page of a search, counted from 1."""
    fields = {**form, "currpage": str(number)}
    repeated = {name: fields[name] for name in _REPEATED if name in fields}
    return Link(with_query(url, repeated), text=f"{number}", family=NAME, post=Post(join_query(fields)))


def _iter_pages_behind(source: str, asked: Link, form: dict[str, str]) -> Iterator[Link]:
    current, pages = form.get("currpage", ""), _PAGES.search(source)
    if pages and re.fullmatch(r"[0-9]{1,9}", current):
        for number in range(int(current) + 1, min(int(pages[1]), PAGES_LIMIT) + 1):
            yield make_search(asked.url, form, number)


def _is_of_column(link: Link, column: str | None) -> bool:
    """Whether an entry belongs to the column that asked, or is a report of whichever column."""
    own = find_article_column(link.url)
    return column is None or own is None or own == column or is_report_title(link.words)


def _without_words(link: Link) -> Link:
    """Leave an entry of another column without words: it leads nowhere, and its page is not taken for an empty one."""
    return replace(link, text="", title="", context="")


def iter_annual_reports(page: Page) -> Iterator[Link]:
    """Walk agencies times years where a page offers both for `xxgkAnnualReport.jsp`; not every pair need exist."""
    match = _ANNUAL.search(page.source)
    url = page.url if ANNUAL_PAGE in page.url.lower() else find_own(match[1], page.url) if match else None
    if url is None:
        return
    options = [(value, unescape(name).strip()) for value, name in _OPTION.findall(page.source)]
    agencies = [(value, name) for value, name in options if is_agency(name) and not _YEAR.fullmatch(value)]
    years = [value for value, name in options if _YEAR.fullmatch(value) and has_year(name)]
    for (area, agency), year in islice(product(dict(agencies).items(), dict.fromkeys(years)), REPORTS_LIMIT):
        address = with_query(url, {"area": area, "fbtime": year})
        yield Link(address, text=f"{agency}{year}年政府信息公开工作年度报告", rel=GUESS)


FAMILY = Family(NAME, "Hanweb JCMS xxgk (大汉信息公开目录)", recognises, expand, read)
