"""gkmlpt (政府信息公开目录平台, Guangdong): a shell whose script's `_CONFIG` holds the tree of columns, or the article.

A column has no page of its own: behind `index#2801` stands `api/all/2801?page=1&sid=…`, a hundred articles a page.
"""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urljoin

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
from crawler.html import parse_links
from crawler.links import Link, Page, find_absolute, is_file_url
from crawler.words import LIKELY_COLUMN, column_score, is_rejected

_NAME = "gkmlpt"
_PATH = "/gkmlpt/"
_ROWS = 100
"""Articles on a page."""

_ANNUAL_PAGE = re.compile(r"gkmlpt/annualreport#(\d{1,12})")
"""The page of annual reports names its column behind the #, which no server is ever sent."""

Node = Mapping[str, object]


def _recognises(page: Page) -> bool:
    return "_CONFIG" in page.scripts and "gkmlpt" in page.source


def _expand(page: Page) -> Expansion:
    config = as_dict(find_literal(page.scripts, "_CONFIG"))
    detail = as_dict(config.get("DETAIL"))
    return Expansion(links=(*_find_columns(page, config), *_find_files(page, detail)))


def _find_columns(page: Page, config: Node) -> tuple[Link, ...]:
    """Return the columns of annual reports: those that the tree names, and the one that the page links to."""
    number = as_text(config.get("SID"))
    linked = (_column_link(page.url, found, number, "政府信息公开年报") for found in _ANNUAL_PAGE.findall(page.source))
    tree = _iter_columns(as_list(config.get("TREE")), page.url, number)
    return tuple({link.url: link for link in (*tree, *linked)}.values())


def _iter_columns(nodes: list[object], base: str, site: str, above: str = "") -> Iterator[Link]:
    """Yield, of a tree, what jumps to a page, and the columns of annual reports with all under them."""
    for node in map(as_dict, nodes):
        name = as_text(node.get("name"))
        if is_rejected(name):
            continue
        annual = name if column_score(name) >= LIKELY_COLUMN else above
        target = find_absolute(as_text(node.get("jump_url")), base)
        if target is not None:
            yield Link(target, text=name)
        elif annual and as_text(node.get("id")):
            yield _column_link(base, as_text(node.get("id")), site, annual)
        for inner in node.values():
            yield from _iter_columns(as_list(inner), base, site, annual)


def _column_link(base: str, column: str, site: str, name: str) -> Link:
    """Return the request for the first page of a column; departments have the platform under a path of their own."""
    front, found, _ = base.partition(_PATH)
    root = front + _PATH if found else urljoin(base, _PATH)
    return Link(with_query(f"{root}api/all/{column}", page=1, sid=site), text=name, family=_NAME)


def _find_files(page: Page, detail: Node) -> tuple[Link, ...]:
    """Return the files of an article whose text stands in the script, those named in it and those beside it."""
    content = detail.get("content")
    inside = parse_links(content, page.url) if isinstance(content, str) else ()
    beside = (link for value in detail.values() if as_list(value) for link in find_rows(value, page.url))
    return tuple(link for link in (*inside, *beside) if is_file_url(link.url))


def _read(page: Page, asked: Link) -> Expansion:
    data = as_dict(parse_data(page.source))
    articles = as_list(data.get("articles"))
    number = max(as_count(find_query(asked.url, "page")), 1)
    total = max(find_count(as_dict(data.get("classify")), ["postcount"]), find_count(data, ["total"]))
    pages = count_pages(total, len(articles), usual=_ROWS if number > 1 else 0)
    more = tuple(Link(with_query(asked.url, page=n), family=_NAME) for n in range(number + 1, pages + 1))
    return Expansion(find_rows(articles, page.url), more)


FAMILY = Family(_NAME, "gkmlpt (广东省政府信息公开目录平台)", _recognises, _expand, _read)
