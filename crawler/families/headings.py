"""Blocks whose heading is no link: `<h3>信息公开年报</h3> … <a href="…">更多</a>`, called after their headings here.

No CMS of its own. Only headings that name a column, a folder of one or the way there are taken.
"""

import re
from collections.abc import Iterator
from html import unescape

from crawler.families.family import Expansion, Family
from crawler.html import parse_links
from crawler.links import Link, Page
from crawler.words import column_score, is_folder, plain

REACH = 500
"""So many characters before a link its heading may stand, tags included."""

HEADING_LIMIT = 24
MORE_LIMIT = 100
"""So many links to more are looked at on one page."""

_MORE = re.compile(
    r"<a\b[^<>]{0,400}>(?:\s++|<[^<>]{1,200}>|&nbsp;|\[){0,30}+(?:(?:查看|点击)?更多|more\b|&gt;&gt;|>>|》|\+)[^<]{0,20}",
    re.IGNORECASE,
)
_TAG = re.compile(r"<(?:script|style)\b.*?(?:</(?:script|style)>|\Z)|<[^<>]*>", re.IGNORECASE | re.DOTALL)
_CUT_TAG = re.compile(r"^[^<>]*>")


def recognise(page: Page) -> bool:
    """Whether a page has links to more of something."""
    return _MORE.search(page.source) is not None


def expand(page: Page) -> Expansion:
    """Return the links to more, each under the name of its block."""
    return Expansion(links=tuple(_iter_named(page)))


def _iter_named(page: Page) -> Iterator[Link]:
    for _, match in zip(range(MORE_LIMIT), _MORE.finditer(page.source), strict=False):
        heading = find_heading(page.source[max(0, match.start() - REACH) : match.start()])
        if column_score(heading) or is_folder(heading):
            yield from (Link(link.url, heading) for link in parse_links(match[0] + "</a>", page.url))


def find_heading(before: str) -> str:
    """Return the last words before a link, if they are as short as a heading.

    >>> find_heading('<div><h3>信息公开年报</h3><span>')
    '信息公开年报'
    """
    pieces = [
        piece for text in _TAG.sub("\\n", _CUT_TAG.sub("", before)).splitlines() if (piece := unescape(text).strip())
    ]
    return pieces[-1] if pieces and len(plain(pieces[-1])) <= HEADING_LIMIT else ""


FAMILY = Family("headings", "blocks with a link to more (更多)", recognise, expand)
