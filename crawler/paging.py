"""The other pages of a list, found by what any page may show. What only one CMS does stands in its family's file.

First what its pager links to: 下一页, page numbers. Where a pager has no addresses (`javascript:next(2)`, 共4页) the
address of the next page is guessed, by templates seen in the field; nobody knows a guess to be there, so the walk keeps
one only if it brings new links.
"""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from crawler.hosts import netloc_of
from crawler.links import Link, Page
from crawler.words import has_date, plain

PAGES_LIMIT = 500
"""No list is turned further."""

GUESSES_LIMIT = 6
"""Addresses tried for one second page."""

_NEXT_WORDS = frozenset({"下一页", "下页", "后一页", "下1页", "next", "nextpage", "下一頁"})
_NEXT_LIMIT = 20
"""No name of such a link is longer, spaces and arrows around it included."""

_NEXT_MARKS = frozenset({">", "›", "»", "→"})
_PAGE_KEYS = (
    *("page", "pageindex", "pageno", "pagenum", "pagenumber", "currpage", "currentpage", "curpage"),
    *("pg", "cpage", "topage", "nowpage", "pn", "p"),
)
"""Names of the query parameter that holds the page's number, in lower case."""

_COUNT_KEYS = frozenset({"totalpage", "totalpages", "pagecount", "totalcount", "pagesize", "perpage"})
"""Names that pagers add beside it: they say how long the list is, not which one."""

_HTML_NAME = re.compile(
    r"^(?P<stem>.*?)(?:[_-](?P<number>\d{1,4}))?\.(?P<ending>s?html?|jhtml|jsp|aspx?|php)$", re.IGNORECASE
)
_PROGRAM_NAME = re.compile(r"[^.]*\.(?:jsp|aspx?|php|do|action|jspx)|[^.]+", re.IGNORECASE)
_FOLDER_NAMES = frozenset({"index", "list", "default"})
_FOLDER_PAGES = ("index_1.html", "index_2.html", "index_1.shtml", "list_2.html", "2.html", "2/")
_STEM_PAGES = (
    "{stem}_1.{ending}",
    "{stem}_2.{ending}",
    "{stem}/2.{ending}",
    "{stem}/index_1.{ending}",
    "{stem}-2.{ending}",
)

_COUNT_WORDS = re.compile(
    r"共\s*(?P<all>\d{1,5})\s*页"
    r"|总页数\s*+[:：]?\s*+(?P<sum>\d{1,5})"
    r"|(?:条|页次|页码|第|当前)\s*+[:：]?\s*+\d{1,5}\s*/\s*(?P<of>\d{1,5})"
    r"|(?<![\d/])\d{1,5}\s*/\s*(?P<before>\d{1,5})\s*页"
)
_CURRENT_WORDS = re.compile(
    r"第\s*(?P<said>\d{1,5})\s*页"
    r"|(?:条|页次|页码|第|当前)\s*+[:：]?\s*+(?P<of>\d{1,5})\s*/\s*\d{1,5}"
    r"|(?<![\d/])(?P<before>\d{1,5})\s*/\s*\d{1,5}\s*页"
)
_COUNT_VARIABLE = re.compile(r"\b(?:totalPages?|pageCount|pageTotal|allPage)\s*[=:]\s*[\"']?(\d{1,5})\b", re.IGNORECASE)
_ENTRIES_WORDS = re.compile(r"共\s*+(?:有|计)?\s*+(\d{1,6})\s*(?:条|篇|项|个)(?:记录|信息|数据)?")
_CALLED_NEXT = re.compile(
    r"<a\b[^<>]{0,300}?(?:href\s*=\s*[\"']?\s*(?:javascript:|#)|onclick\s*=)[^<>]{0,300}>\s*"
    r"(?:<[^<>]{1,100}>\s*)?(?:下一?页|后一页|&gt;|›|»|\d{1,3}\s*</a>)",
    re.IGNORECASE,
)
_PAGER_ELEMENT = re.compile(
    r"<(?:div|ul|td|p|nav|span)\b[^<>]{0,200}?(?:class|id)\s*=\s*[\"'][^\"'<>]{0,80}?"
    r"\b(?:pagination|pager|fenye|page[-_]?(?:bar|nav|num|number|list))\b",
    re.IGNORECASE,
)
_SMALL_NUMBER = re.compile(r"\d{1,3}")
_LAST_NUMBER = re.compile(r"\d{1,4}(?=\D*$)")


def next_pages(page: Page, limit: int = PAGES_LIMIT) -> list[Link]:
    """Return the other pages of a list, each once, on its own host, at most `limit`.

    They are guesses (rel `guess`) where the page shows that there are more and neither links to them nor has a family
    that names them.
    """
    shown = {link.url: Link(link.url) for link in (*follow_next_link(page), *follow_numbered_links(page))}
    if shown or page.more:
        return list(shown.values())[:limit]
    return guess_pages(page) if shows_more(page) else []


def follow_next_link(page: Page) -> list[Link]:
    """Follow a link that says 下一页, or is marked rel=next."""
    return [link for link in page.links if _is_next(link) and is_page_of(link.url, page.url)]


def follow_numbered_links(page: Page) -> list[Link]:
    """Follow links whose text is a page's number and whose URL is that of another page of the same list.

    The first page is left out: it was read under its other name, that without a number.
    """
    return [link for link in page.links if (_page_number(link) or 0) > 1 and is_page_of(link.url, page.url)]


def order_pages(current: int, last: int) -> list[int]:
    """Return the numbers of the pages of a list but the first and the current one, those behind it first.

    >>> order_pages(3, 5)
    [4, 5, 2]
    """
    last = min(last, PAGES_LIMIT)
    return [*range(current + 1, last + 1), *range(min(current, last + 1) - 1, 1, -1)]


def count_pages(page: Page) -> int | None:
    """Find how many pages a list has, as its pager says it: 共4页, 1/4, `totalPage = 4`."""
    match = _COUNT_WORDS.search(page.text) or _COUNT_VARIABLE.search(page.scripts)
    return _first_number(match)


def find_current(page: Page) -> int | None:
    """Find which page of the list this is, as its pager says it: 第2页, 2/4."""
    return _first_number(_CURRENT_WORDS.search(page.text))


def shows_more(page: Page) -> bool:
    """Whether a page shows that its list goes on, by a count, a pager without addresses, or an empty pager."""
    count = count_pages(page)
    if count is not None:
        return (find_current(page) or 1) < count
    entries = _ENTRIES_WORDS.search(page.text)
    if entries and find_current(page) is None:
        return sum(has_date(link.context) for link in page.links) < int(entries[1])
    return _CALLED_NEXT.search(page.source) is not None or _PAGER_ELEMENT.search(page.source) is not None


def guess_pages(page: Page) -> list[Link]:
    """Return addresses at which the next page may lie, the likeliest first; one that counts goes on counting."""
    return [Link(url, rel="guess") for url in list(dict.fromkeys(_iter_guesses(page)))[:GUESSES_LIMIT]]


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


def _first_number(match: re.Match[str] | None) -> int | None:
    return next((int(number) for number in match.groups() if number), None) if match else None


def _iter_guesses(page: Page) -> Iterator[str]:
    parts = urlsplit(page.url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    numbered = [name for name, value in pairs if name.lower() in _PAGE_KEYS and value.isdecimal()]
    if numbered:
        counted = [(name, str(int(value) + 1) if name == numbered[0] else value) for name, value in pairs]
        yield parts._replace(query=urlencode(counted)).geturl()
        return
    folder, _, name = parts.path.rpartition("/")
    if name and not _SMALL_NUMBER.fullmatch(name) and (pairs or _PROGRAM_NAME.fullmatch(name)):
        for key in _likely_keys(page):
            yield parts._replace(query=urlencode([*pairs, (key, "2")])).geturl()
        if "." not in name:
            yield urljoin(page.url, f"{name}/2")
        return
    for guess in _guess_names(folder, name):
        yield urljoin(page.url, guess)


def _likely_keys(page: Page) -> Iterable[str]:
    """Return names of the page parameter, those first that the page itself mentions, as it spells them."""
    mentioned = re.findall(rf"[\"'?&]({'|'.join(_PAGE_KEYS[:-1])})(?:[\"']|=)", page.source, re.IGNORECASE)
    return dict.fromkeys((*mentioned, "page", "pageIndex", "pageNo", "currentPage"))


def _guess_names(folder: str, name: str) -> Iterator[str]:
    """Yield the names that the next page may have, seen from this one."""
    last = folder.rpartition("/")[2]
    match = _HTML_NAME.match(name)
    if not name and _SMALL_NUMBER.fullmatch(last):
        yield f"../{int(last) + 1}/"
    elif _SMALL_NUMBER.fullmatch(name):
        yield str(int(name) + 1)
    elif not name:
        yield from _FOLDER_PAGES
    elif match and (match["number"] or match["stem"].isdecimal()):
        yield _LAST_NUMBER.sub(lambda number: str(int(number[0]) + 1), name.rpartition(".")[0]) + f".{match['ending']}"
    elif match:
        yield from (form.format(stem=match["stem"], ending=match["ending"]) for form in _STEM_PAGES)
        if match["stem"] in _FOLDER_NAMES:
            yield f"2.{match['ending']}"


def _is_next(link: Link) -> bool:
    if "next" in link.rel.split():
        return True
    if re.sub(r"\s+", "", link.text) in _NEXT_MARKS:
        return True
    return any(len(name) <= _NEXT_LIMIT and plain(name).lower() in _NEXT_WORDS for name in (link.text, link.title))


def _page_number(link: Link) -> int | None:
    digits = plain(link.text) if len(link.text) <= _NEXT_LIMIT else ""
    return int(digits) if re.fullmatch(r"\d{1,3}", digits) else None


def _other_query(query: str) -> list[tuple[str, str]]:
    """Return what stands in a query beside the page's number and the list's length."""
    pairs = parse_qsl(query, keep_blank_values=True)
    return sorted(pair for pair in pairs if pair[0].lower() not in _PAGE_KEYS and pair[0].lower() not in _COUNT_KEYS)


def _list_names(path: str) -> set[str]:
    """Return the names under which the list of this page may be known.

    `/nb/`, `/nb/index.html`, `/nb/index_2.html`, `/nb/2.html`, `/nb/2` and `/nb/2/` are pages of `/nb`; so is
    `/nb.htm` with `/nb/3.htm`. A page named otherwise has its own path alone.
    """
    folder, _, name = path.rpartition("/")
    match = _HTML_NAME.match(name)
    if match is None:
        if name:
            return {folder, path} if _SMALL_NUMBER.fullmatch(name) else {path}
        parent, _, last = folder.rpartition("/")
        return {folder, parent} if _SMALL_NUMBER.fullmatch(last) else {folder}
    stem = match["stem"]
    if re.fullmatch(r"\d{1,4}", stem):
        return {folder}
    return {folder, f"{folder}/{stem}"} if stem in _FOLDER_NAMES else {f"{folder}/{stem}"}
