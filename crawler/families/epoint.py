"""Epoint (新点): lists come as JSON for a POST of column, agency and site.

The site's number stands in the page or in a script file, which is then asked for first. Whether the first page is 0
or 1 differs from site to site: asked for are 0 and all that the total leaves room for; where 0 brings nothing, 1.
"""

import json
import re
from collections.abc import Iterator, Mapping
from urllib.parse import urljoin, urlsplit

from crawler.families._json import (
    as_count,
    as_dict,
    as_list,
    as_text,
    count_pages,
    find_count,
    find_query,
    find_rows,
    parse_data,
    with_query,
)
from crawler.families._literals import find_literal
from crawler.families.family import Expansion, Family
from crawler.links import Link, Page, Post
from crawler.paging import PAGES_LIMIT

_NAME = "epoint"
_ROWS = 50
"""Rows asked for a page."""

_COMMON_SCRIPT = "/js/webBuilderCommon.js"
_FRONT = "/EWB-FRONT"
_SERVICE = "/rest/lightfrontaction/getgovinfolist"
_SIGNS = re.compile(r"EWB-FRONT|govInfoPub|webBuilderCommon\.js|lightfrontaction/getgovinfolist")
_SCRIPT_FILE = re.compile(r"[\"'](?P<path>[^\"'\s?]{0,200}/webBuilderCommon\.js)")
_SERVICE_NAMED = re.compile(r"[\"'](?P<front>[\w./:-]{0,100})/rest/lightfrontaction/getgovinfolist")
_COLUMN_KEYS = ("categorynum", "deptcode")
_TOTALS = ("total", "totalcount", "count", "rowcount", "recordcount")

Body = Mapping[str, object]


def _recognises(page: Page) -> bool:
    return _SIGNS.search(page.source) is not None


def _expand(page: Page) -> Expansion:
    column = _find_column(page)
    if not column.get("categorynum"):
        return Expansion()
    site = _find_in_script(page.source, "siteGuid")
    if site:
        front = _SERVICE_NAMED.search(page.scripts)
        return Expansion(more=(_first_request(page.url, front["front"] if front else _FRONT, site, column),))
    file = _SCRIPT_FILE.search(page.source)
    script = with_query(urljoin(page.url, file["path"] if file else _COMMON_SCRIPT), **column)
    return Expansion(more=(Link(script, family=_NAME),))


def _find_column(page: Page) -> dict[str, str]:
    """Return the numbers of column and agency, from the page's address or its scripts."""
    return {name: find_query(page.url, name) or _find_in_script(page.source, name) for name in _COLUMN_KEYS}


def _find_in_script(source: str, name: str) -> str:
    """Return what a script gives to a name, or a hidden field of that id holds; nothing without one."""
    value = r"[\"']([\w-]{1,64})[\"']"
    given = re.search(rf"\b{name}[\"']?\s{{0,4}}[:=]\s{{0,4}}{value}", source, re.IGNORECASE)
    match = given or re.search(rf"\bid=[\"']{name}[\"'][^<>]{{0,80}}\bvalue={value}", source, re.IGNORECASE)
    return match[1] if match else ""


def _first_request(base: str, front: str, site: str, column: Body) -> Link:
    url = urljoin(base, front if front.startswith(("/", "http")) else f"/{front}") + _SERVICE
    return _ask(url, {**column, "siteGuid": site, "pageIndex": 0, "pageSize": _ROWS})


def _ask(url: str, body: Body, rel: str = "") -> Link:
    post = Post(json.dumps(body, ensure_ascii=False), "application/json")
    return Link(url, rel=rel, family=_NAME, post=post)


def _read(page: Page, asked: Link) -> Expansion:
    return _read_list(page, asked) if asked.post else _read_site(page, asked)


def _read_site(page: Page, asked: Link) -> Expansion:
    """Take the number of the site from its common script, and ask for the column for which the script was asked."""
    info = as_dict(find_literal(page.source, "siteInfo"))
    site = as_text(info.get("siteGuid"))
    if not site:
        return Expansion()
    column = {name: find_query(asked.url, name) for name in _COLUMN_KEYS}
    return Expansion(more=(_first_request(page.url, as_text(info.get("projectName")) or _FRONT, site, column),))


def _read_list(page: Page, asked: Link) -> Expansion:
    sent = as_dict(parse_data(asked.post.body)) if asked.post else {}
    is_wrapped = "params" in sent
    body = as_dict(sent["params"]) if is_wrapped else sent
    answer = as_dict(as_dict(parse_data(page.source)).get("custom"))
    rows = as_list(answer.get("data"))
    bodies = _iter_further(body, len(rows), find_count(answer, _TOTALS))
    more = [_ask(asked.url, {"params": one} if is_wrapped else one, rel) for one, rel in bodies]
    if not rows and not is_wrapped and not as_count(body.get("pageIndex")):
        more.append(_ask(asked.url, {"params": body}, "guess"))  # some take what they are asked in an envelope
    return Expansion(find_rows(rows, _site_root(page.url)), tuple(more))


def _iter_further(body: Body, rows: int, total: int) -> Iterator[tuple[Body, str]]:
    """Yield the bodies that ask for further pages, each with `guess` where there may be none."""
    number, size = as_count(body.get("pageIndex")), as_count(body.get("pageSize"))
    if total and rows:
        last = count_pages(total, rows, usual=size if number else 0)
        yield from (({**body, "pageIndex": n}, "guess" if n == last else "") for n in range(number + 1, last + 1))
    elif (number == 0 and not rows) or (rows >= size and number < PAGES_LIMIT):
        yield {**body, "pageIndex": number + 1}, "guess"


def _site_root(url: str) -> str:
    """Return the root of the host: addresses in the data are meant from there, also those without a slash."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


FAMILY = Family(_NAME, "Epoint EWB (新点)", _recognises, _expand, _read)
