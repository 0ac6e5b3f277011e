"""UCAP (开普): lists come as JSON from a search over the channel, whose number of 32 digits the page names."""

import re
from urllib.parse import urljoin

from crawler.families._json import (
    as_count,
    as_dict,
    as_list,
    count_pages,
    find_count,
    find_query,
    find_rows,
    parse_data,
    with_query,
)
from crawler.families.family import Expansion, Family
from crawler.links import Link, Page

_NAME = "ucap"
_ROWS = 15
"""Rows asked for a page, as the sites' own scripts do; servers cap more at a number of their own."""

_CHANNEL = re.compile(r"[0-9a-f]{32}")
_ARTICLE = re.compile(r"<UCAPTITLE|<UCAPCONTENT|id=[\"']UCAP-CONTENT", re.IGNORECASE)
_SEARCH = re.compile(r"(?P<path>/[\w./-]{0,80}?search(?:List)?/)(?P<channel>[0-9a-f]{32})")


def _recognises(page: Page) -> bool:
    has_channel = _CHANNEL.fullmatch(page.meta("channelid")) is not None
    return has_channel or _ARTICLE.search(page.source) is not None or _SEARCH.search(page.scripts) is not None


def _expand(page: Page) -> Expansion:
    """Ask for the list of a channel's page. Articles name their channel as well, and list nothing."""
    if _ARTICLE.search(page.source) or page.meta("articletitle"):
        return Expansion()
    path = _find_search(page)
    if path is None:
        return Expansion()
    url = with_query(urljoin(page.url, path), page=1, _pageSize=_ROWS, _isAgg="true", _isJson="true", _template="index")
    return Expansion(more=(Link(url, family=_NAME),))


def _find_search(page: Page) -> str | None:
    """Return the path of the search over the page's own channel; None where several are shown and none is its own."""
    shown = {match["channel"]: match["path"] for match in _SEARCH.finditer(page.scripts)}
    own = page.meta("channelid")
    if not _CHANNEL.fullmatch(own):
        own = next(iter(shown)) if len(shown) == 1 else ""
    return f"{shown.get(own, '/common/search/')}{own}" if own else None


def _read(page: Page, asked: Link) -> Expansion:
    data = as_dict(as_dict(parse_data(page.source)).get("data"))
    results = as_list(data.get("results"))
    number = max(as_count(find_query(asked.url, "page")), 1)
    pages = count_pages(find_count(data, ["total"]), len(results), usual=_ROWS if number > 1 else 0)
    more = tuple(Link(with_query(asked.url, page=n), family=_NAME) for n in range(number + 1, pages + 1))
    return Expansion(find_rows(results, page.url), more)


FAMILY = Family(_NAME, "UCAP (开普)", _recognises, _expand, _read)
