"""What the families of Hanweb (大汉) share: rows of HTML, query strings kept as they are written, page counts."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from html import unescape
from urllib.parse import quote, unquote, urlencode, urlsplit, urlunsplit

from crawler.hosts import netloc_of
from crawler.html import parse_links
from crawler.links import CONTEXT_LIMIT, Link, find_absolute

PAGES_LIMIT = 500
"""No list is read further than this."""

GUESS = "guess"
"""What a link is marked with whose address no page names."""

_BROKEN_DATE = re.compile(r"((?:19|20)\d{2})\s*([-./年])\s*(\d{1,2})\s*([-./月])\s*(\d{1,2})")
_MARKUP = re.compile(r"<[^<>]*+>")
_COLUMN = re.compile(r"/col/col(\d+)(?:/|$)")
_ARTICLE_COLUMN = re.compile(r"/art_(\d+)_\d+\.")
_QUOTED = r"""["'](\w++)["']|(?<!\w)(\w++)"""
_PAIR = re.compile(rf"""(?:{_QUOTED})\s*+:\s*+(?:'([^']*)'|"([^"]*)"|([\w./-]+))""")


def find_column(url: str) -> str | None:
    """Find the number of a column in its address: `/col/col123/index.html`."""
    match = _COLUMN.search(urlsplit(url).path)
    return match[1] if match else None


def find_article_column(url: str) -> str | None:
    """Find the number of the column that an article belongs to: `art_<column>_<id>.html`; new addresses have none."""
    match = _ARTICLE_COLUMN.search(urlsplit(url).path)
    return match[1] if match else None


def mend_dates(text: str) -> str:
    r"""Put together dates that a template breaks over lines.

    >>> mend_dates("2026-\n01-\n23")
    '2026-01-23'
    """
    return _BROKEN_DATE.sub(r"\1\2\3\4\5", text)


def rows_to_links(rows: Iterable[str], base: str) -> tuple[Link, ...]:
    """Read rows of HTML, one entry of a list each; the text of the row is the context of its links."""
    return tuple(link for row in rows for link in _iter_row(mend_dates(row), base))


def _iter_row(row: str, base: str) -> Iterable[Link]:
    context = " ".join(unescape(_MARKUP.sub(" ", row)).split())[:CONTEXT_LIMIT]
    return (replace(link, context=link.context or context) for link in parse_links(row, base))


def split_query(query: str) -> dict[str, str]:
    """Read a query string or a form. A plus stays one: where identifiers are encrypted it is a digit of theirs.

    Of entities only `&amp;` is one: `unescape` would read a sign of its own in `&paramJson`.
    """
    pairs = (part.partition("=") for part in query.replace("&amp;", "&").split("&") if part)
    return {unquote(name): unquote(value) for name, _, value in pairs}


def join_query(params: Mapping[str, str]) -> str:
    """Write a query string or a form."""
    return urlencode(params, quote_via=quote, safe="")


def with_query(url: str, params: Mapping[str, str]) -> str:
    """Return a URL with another query."""
    return urlunsplit(urlsplit(url)._replace(query=join_query(params)))


def query_of(url: str) -> dict[str, str]:
    """Return the query of a URL."""
    return split_query(urlsplit(url).query)


def find_own(href: str, page_url: str) -> str | None:
    """Make the address of a service absolute; None where it is not on the page's own host."""
    url = find_absolute(href.replace("&amp;", "&"), page_url)
    return url if url is not None and netloc_of(url) == netloc_of(page_url) else None


def read_object(literal: str) -> dict[str, str]:
    """Read the plain values of a JavaScript object: `{webid:60, path:'/'}`; nested objects are passed over."""
    return {m[1] or m[2]: next((v for v in m.groups()[2:] if v is not None), "") for m in _PAIR.finditer(literal)}


def count_pages(total: int, size: int) -> int:
    """Return how many pages of a size a list has, never more than are read."""
    return min(-(-total // size), PAGES_LIMIT) if size else 0
