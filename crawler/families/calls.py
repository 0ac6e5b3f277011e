"""Links that call a function with a number, where the function says the address.

`onclick="view('7')"` with `function view(id) { window.open('/view.jsp?id=' + id) }` leads to `/view.jsp?id=7`.

No CMS of its own. Only functions that put one argument between literals are read; what else they do is not known.
"""

import re
from collections.abc import Iterator
from html import unescape
from itertools import islice

from crawler.families.family import Expansion, Family
from crawler.links import Link, Page, find_absolute

CALLS_LIMIT = 2000
"""So many calls are read on one page; no list shows so many rows."""

NAME_REACH = 80
"""So many characters before a function without a name the variable stands that holds it."""

_FUNCTION = re.compile(
    r"""function\s*+(?P<name>[A-Za-z_$][\w$]{0,60})?\s*+\(\s*+(?P<argument>[A-Za-z_$][\w$]{0,30})\s*[,)][^{}]{0,80}\{[^{}]{0,400}?
        (?:\bopen\s*\(|\blocation(?:\.href)?\s*=|\.(?:assign|replace)\s*\()\s*
        (?P<quote>["'])(?P<front>[^"'<>\s]{1,200})(?P=quote)\s*\+\s*(?P=argument)\b
        (?:\s*\+\s*(?P<mark>["'])(?P<back>[^"'<>\s]{0,200})(?P=mark))?""",
    re.VERBOSE,
)
_ASSIGNED = re.compile(r"([A-Za-z_$][\w$]{0,60})\s*[=:]\s*$")
_ANCHOR = re.compile(r"<a\b(?P<attributes>[^<>]{10,800})>(?P<inside>.{0,600}?)</a>", re.IGNORECASE | re.DOTALL)
_CALL = re.compile(r"\b(?P<name>[A-Za-z_$][\w$]{0,60})\(\s*(?:['\"]|&#39;|&quot;)?(?P<value>[\w.-]{1,80})")
_TITLE = re.compile(r"\btitle\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


def recognise(page: Page) -> bool:
    """Whether a function of the page makes addresses of an argument."""
    may_go = "open(" in page.scripts or "location" in page.scripts
    return may_go and _FUNCTION.search(page.scripts) is not None


def expand(page: Page) -> Expansion:
    """Return the links that call such a function, with the address that it makes."""
    return Expansion(links=tuple(islice(_iter_calls(page), CALLS_LIMIT)))


def find_makers(scripts: str) -> dict[str, tuple[str, str]]:
    """Return what functions put before and behind their argument, by their names.

    >>> find_makers("function view(id) { window.open('/view.jsp?id=' + id); }")
    {'view': ('/view.jsp?id=', '')}
    """
    makers = {}
    for match in _FUNCTION.finditer(scripts):
        assigned = _ASSIGNED.search(scripts[max(0, match.start() - NAME_REACH) : match.start()])
        if name := match["name"] or (assigned[1] if assigned else None):
            makers[name] = (match["front"], match["back"] or "")
    return makers


def _iter_calls(page: Page) -> Iterator[Link]:
    makers = find_makers(page.scripts)
    for anchor in _ANCHOR.finditer(page.source):
        call = next((found for found in _CALL.finditer(anchor["attributes"]) if found["name"] in makers), None)
        if call is None:
            continue
        front, back = makers[call["name"]]
        url = find_absolute(f"{front}{call['value']}{back}", page.url)
        if url is not None:
            title = _TITLE.search(anchor["attributes"])
            named = title[1] or title[2] if title else ""
            yield Link(url, _squeeze(_TAG.sub("", anchor["inside"])), _squeeze(named or ""))


def _squeeze(text: str) -> str:
    return " ".join(unescape(text).split())


FAMILY = Family("calls", "addresses made by a function (函数跳转)", recognise, expand)
