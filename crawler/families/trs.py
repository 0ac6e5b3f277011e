"""TRS WCM (拓尔思): static pages; page 0 of a list is `index.html`, page k is `index_k.html`, counted by a script."""

import re
from urllib.parse import urljoin, urlsplit

from crawler.families.family import Expansion, Family
from crawler.links import Link, Page
from crawler.paging import PAGES_LIMIT

_MARKS = ("createPage(", "createPageHTML(", "countPage", "TRS_Editor", "TRS_UEDITOR", "trs_editor")
_ARTICLE_ADDRESS = re.compile(r"/t(?:19|20)\d{6}_\d+\.s?html?")
_CREATE_PAGE = re.compile(
    r"""createPage(?:HTML)?\s*+\(\s*+\$?\{?\s*+(\d{1,6})\s*+\}?\s*+,\s*+\$?\{?\s*+(\d{1,6})\s*+\}?\s*+,
        \s*+["']([\w-]{1,60})["']\s*+,\s*+["'](\w{1,10})["']""",
    re.VERBOSE,
)
_PAGE_NAMES = re.compile(
    r"createPage(?:HTML)?\s*\([^()\"']{0,200},\s*[\"']([\w-]{1,60})[\"']\s*,\s*[\"'](\w{1,10})[\"']"
)
_COUNT_PAGE = re.compile(r"\bcountPage\s*=\s*[\"']?(\d{1,6})")
_CURRENT_PAGE = re.compile(r"\bcurrentPage\s*=\s*[\"']?(\d{1,6})")
_OWN_NAME = re.compile(r"(?P<stem>[^.]*?)(?:_\d{1,4})?\.(?P<ending>s?html?)", re.IGNORECASE)


def recognise(page: Page) -> bool:
    """Whether a page was made by TRS: its pager's script, its editor's marks, or addresses of its articles."""
    return any(mark in page.source for mark in _MARKS) or _ARTICLE_ADDRESS.search(page.source) is not None


def expand(page: Page) -> Expansion:
    """Spell out the other pages of a list, as its script counts them."""
    return Expansion(more=expand_create_page(page) or expand_count_page(page))


def expand_create_page(page: Page) -> tuple[Link, ...]:
    """Spell out the pages of a call with figures: `createPageHTML(3, 0, "index", "html")`."""
    match = _CREATE_PAGE.search(page.scripts)
    if not match:
        return ()
    return _name_pages(page.url, (int(match[1]), int(match[2])), (match[3], match[4]))


def expand_count_page(page: Page) -> tuple[Link, ...]:
    """Spell out the pages that variables count: `var countPage = 25; var currentPage = 0`.

    Their names stand in the call that follows, `createPageHTML(countPage, currentPage, "index", "shtml")`, or are those
    of the page itself.
    """
    count, current = _COUNT_PAGE.search(page.scripts), _CURRENT_PAGE.search(page.scripts)
    if not count or not current:
        return ()
    named = _PAGE_NAMES.search(page.scripts)
    own = _OWN_NAME.fullmatch(urlsplit(page.url).path.rpartition("/")[2])
    names = (named[1], named[2]) if named else (own["stem"], own["ending"]) if own else ("index", "html")
    return _name_pages(page.url, (int(count[1]), int(current[1])), names)


def _name_pages(url: str, counted: tuple[int, int], names: tuple[str, str]) -> tuple[Link, ...]:
    """Name all pages but the current one, those behind it first. `counted` is (pages, current page from 0)."""
    (count, current), (stem, ending) = counted, names
    total = min(count, PAGES_LIMIT)
    numbers = (*range(current + 1, total), *range(min(current, total) - 1, -1, -1))
    files = (f"{stem}_{number}.{ending}" if number else f"{stem}.{ending}" for number in numbers)
    return tuple(Link(urljoin(url, name)) for name in files)


FAMILY = Family("trs", "TRS WCM (拓尔思)", recognise, expand)
