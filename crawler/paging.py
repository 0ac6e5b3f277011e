"""The other pages of a list, found by what the page shows. One strategy a way of paging; a new CMS adds one.

A strategy takes the page and returns the URLs that it believes in, in any order. `next_pages` runs
them all and keeps what lies on the list's own host and path, each once, bounded.
"""

import re
from collections.abc import Callable, Iterable
from urllib.parse import parse_qsl, urljoin, urlsplit

from crawler.hosts import netloc_of
from crawler.links import Link, Page
from crawler.words import plain

PAGES_LIMIT = 500

_NEXT_WORDS = frozenset({"下一页", "下页", "后一页", "下1页", "next", "nextpage", "下一頁"})
_NEXT_MARKS = frozenset({">", "›", "»", "→"})
_PAGE_KEYS = frozenset(
    {"page", "pageindex", "pageno", "pagenum", "pagenumber", "currpage", "currentpage", "curpage", "pn", "p"}
)
_TREE_PAGE_KEY = re.compile(r"a\d+p")  # VSB names the parameter after the column: a1154p
_CREATE_PAGE = re.compile(
    r"""createPage(?:HTML)?\s*\(\s*\$?\{?\s*(\d+)\s*\}?\s*,\s*\$?\{?\s*(\d+)\s*\}?\s*,
        \s*["']([\w-]+)["']\s*,\s*["'](\w+)["']""",
    re.VERBOSE,
)
_PAGE_NAMES = re.compile(r"createPage(?:HTML)?\s*\([^()\"']*,\s*[\"']([\w-]+)[\"']\s*,\s*[\"'](\w+)[\"']")
_COUNT_PAGE = re.compile(r"\bcountPage\s*=\s*[\"']?(\d+)")
_CURRENT_PAGE = re.compile(r"\bcurrentPage\s*=\s*[\"']?(\d+)")
_HTML_NAME = re.compile(
    r"^(?P<stem>.*?)(?:[_-](?P<number>\d{1,4}))?\.(?P<ending>s?html?|jhtml|jsp|aspx?|php)$", re.IGNORECASE
)

Strategy = Callable[[Page], Iterable[str]]


def follow_next_link(page: Page) -> list[str]:
    """Follow a link that says 下一页, or is marked rel=next."""
    return [link.url for link in page.links if _is_next(link) and is_page_of(link.url, page.url)]


def follow_numbered_links(page: Page) -> list[str]:
    """Follow links whose text is a small number and whose URL is that of another page of the same list."""
    return [link.url for link in page.links if _page_number(link) and is_page_of(link.url, page.url)]


def expand_create_page(page: Page) -> list[str]:
    """Spell out the pages that TRS writes by script: `createPageHTML(3, 0, "index", "html")`."""
    match = _CREATE_PAGE.search(page.scripts)
    if not match:
        return []
    return _trs_pages(page.url, int(match[1]), int(match[2]), match[3], match[4])


def expand_count_page(page: Page) -> list[str]:
    """Spell out the pages that TRS counts in `var countPage = 25; var currentPage = 0`.

    Their names stand in the call that follows, `createPageHTML(countPage, currentPage, "index", "shtml")`, or are those
    of the page itself.
    """
    count, current = _COUNT_PAGE.search(page.scripts), _CURRENT_PAGE.search(page.scripts)
    if not count or not current:
        return []
    named = _PAGE_NAMES.search(page.scripts)
    own = _HTML_NAME.match(urlsplit(page.url).path.rpartition("/")[2])
    stem, ending = (named[1], named[2]) if named else (own["stem"], own["ending"]) if own else ("index", "html")
    return _trs_pages(page.url, int(count[1]), int(current[1]), stem, ending)


STRATEGIES: tuple[Strategy, ...] = (
    expand_create_page,
    expand_count_page,
    follow_numbered_links,
    follow_next_link,
)


def next_pages(page: Page, limit: int = PAGES_LIMIT) -> list[str]:
    """Return the other pages of a list, each once, on its own host, at most `limit`."""
    found: dict[str, None] = {}
    for strategy in STRATEGIES:
        for url in strategy(page):
            if url != page.url and netloc_of(url) == netloc_of(page.url):
                found[url] = None
    return list(found)[:limit]


def is_page_of(url: str, list_url: str) -> bool:
    """Whether a URL is another page of the list at `list_url`: same host and path but for a number."""
    if netloc_of(url) != netloc_of(list_url) or url == list_url:
        return False
    ours, theirs = urlsplit(list_url), urlsplit(url)
    if _other_query(ours.query) != _other_query(theirs.query):
        return False
    if ours.path == theirs.path:
        return ours.query != theirs.query
    return bool(_list_names(ours.path) & _list_names(theirs.path))


def _trs_pages(url: str, count: int, current: int, stem: str, ending: str) -> list[str]:
    """Name all pages but the current one: page 0 is `index.html`, page k is `index_k.html`."""
    names = (
        f"{stem}.{ending}" if k == 0 else f"{stem}_{k}.{ending}" for k in range(min(count, PAGES_LIMIT)) if k != current
    )
    return [urljoin(url, name) for name in names]


def _is_next(link: Link) -> bool:
    if "next" in link.rel.split():
        return True
    raw = re.sub(r"\s+", "", link.text)
    return raw in _NEXT_MARKS or plain(link.text).lower() in _NEXT_WORDS or plain(link.title).lower() in _NEXT_WORDS


def _page_number(link: Link) -> int | None:
    digits = plain(link.text)
    return int(digits) if re.fullmatch(r"\d{1,3}", digits) and int(digits) > 0 else None


def _other_query(query: str) -> list[tuple[str, str]]:
    """Return what stands in a query beside the page's number."""
    pairs = parse_qsl(query, keep_blank_values=True)
    return sorted(pair for pair in pairs if pair[0].lower() not in _PAGE_KEYS and not _TREE_PAGE_KEY.fullmatch(pair[0]))


def _list_names(path: str) -> set[str]:
    """Return the names under which the list of this page may be known.

    `/nb/`, `/nb/index.html`, `/nb/index_2.html`, `/nb/2.html` and `/nb/2/` are pages of `/nb`; so is
    `/nb.htm` with `/nb/3.htm` (VSB). A page named otherwise has its own path alone.
    """
    folder, _, name = path.rpartition("/")
    match = _HTML_NAME.match(name)
    if match is None:
        parent, _, last = folder.rpartition("/")
        is_number = not name and re.fullmatch(r"\d{1,3}", last)
        return {folder, parent} if is_number else {folder} if not name else {path}
    stem = match["stem"]
    if re.fullmatch(r"\d{1,4}", stem):
        return {folder}
    return {folder, f"{folder}/{stem}"} if stem in {"index", "list", "default"} else {f"{folder}/{stem}"}
