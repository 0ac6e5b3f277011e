"""VSB 博达: lists as `list.jsp?…&wbtreeid=1154&a1154p=2`, or as static pages that count down.

A static list begins at `nb.htm`; of five pages the second is `nb/4.htm` and the last `nb/1.htm`, so that old pages keep
their addresses while new ones come in front.
"""

import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from crawler.families.family import Expansion, Family
from crawler.hosts import netloc_of
from crawler.links import Link, Page
from crawler.paging import PAGES_LIMIT, order_pages
from crawler.words import plain

_MARKS = (
    "_showDynClicks",
    "/system/resource/",
    "/system/_content/",
    "vsb_content",
    "v_news_content",
    "urltype=tree.TreeTempUrl",
    "_simple_list_gotopage_fun",
)
_GO_TO_PAGE = re.compile(r"_simple_list_gotopage_fun\(\s*(\d{1,6})")
_SHOWN_COUNT = re.compile(r"共\s*\d+\s*条\s*\d{1,6}\s*/\s*(\d{1,6})|共\s*(\d{1,6})\s*页")
_PAGE_KEY = re.compile(r"a\d+p|pagenum", re.IGNORECASE)
_COUNT_KEY = re.compile(r"a\d+t|totalpage", re.IGNORECASE)
_SIZE_KEY = re.compile(r"a\d+c", re.IGNORECASE)
_PAGER_WORDS = re.compile(r"\d{1,4}|(?:上|下|首|尾|末|前一|后一|第一|最后)一?页")
_STATIC_NAME = re.compile(r"(?P<folder>.*/)(?P<stem>[^/]+)\.(?P<ending>html?)", re.IGNORECASE)


def recognise(page: Page) -> bool:
    """Whether a page was made by VSB: its scripts, its containers, or its addresses."""
    return any(mark in page.source for mark in _MARKS)


def expand(page: Page) -> Expansion:
    """Spell out the other pages of a list, by its program's parameter or counting down."""
    return Expansion(more=expand_program(page) or expand_static(page))


def expand_program(page: Page) -> tuple[Link, ...]:
    """Spell out the pages of a program: the pager's own links say the parameter and how many pages there are."""
    own_pairs = parse_qsl(urlsplit(page.url).query, keep_blank_values=True)
    shown = [found for link in page.links if (found := _find_page_link(link.url, page.url, own_pairs))]
    if not shown:
        return ()
    url, key = shown[0][0], shown[0][1]
    last = max([number for _, _, number, _ in shown] + [count for _, _, _, count in shown])
    current = next((int(value) for name, value in own_pairs if name == key and value.isdecimal()), 1)
    return tuple(Link(_set_page(url, key, number)) for number in order_pages(current, last))


def _find_page_link(url: str, list_url: str, own_pairs: list[tuple[str, str]]) -> tuple[str, str, int, int] | None:
    """Read a link to another page of this list as (url, page parameter, page, pages); None where it is none."""
    if netloc_of(url) != netloc_of(list_url) or urlsplit(url).path != urlsplit(list_url).path:
        return None
    pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    page = next(((name, value) for name, value in pairs if _PAGE_KEY.fullmatch(name) and value.isdecimal()), None)
    if page is None or _other_pairs(pairs) != _other_pairs(own_pairs):
        return None
    count = next((int(value) for name, value in pairs if _COUNT_KEY.fullmatch(name) and value.isdecimal()), 0)
    return url, page[0], int(page[1]), count


def _other_pairs(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return what says which list it is: all but page, count and size."""
    keys = (_PAGE_KEY, _COUNT_KEY, _SIZE_KEY)
    return sorted(pair for pair in pairs if not any(key.fullmatch(pair[0]) for key in keys))


def _set_page(url: str, key: str, number: int) -> str:
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    return parts._replace(
        query=urlencode([(name, str(number) if name == key else old) for name, old in pairs])
    ).geturl()


def expand_static(page: Page) -> tuple[Link, ...]:
    """Spell out static pages, the next one first: below `nb.htm` lie `nb/4.htm` to `nb/1.htm`, for five pages."""
    match = _STATIC_NAME.fullmatch(urlsplit(page.url).path)
    if match is None:
        return ()
    is_first = not re.fullmatch(r"\d{1,4}", match["stem"])
    folder = f"{match['folder']}{match['stem']}/" if is_first else match["folder"]
    shown = [int(found[1]) for link in page.links if (found := _find_number(link, page.url, folder))]
    if not shown and not is_first:
        return ()  # the number in its name may be that of an article: only a pager could say
    highest = max(shown) if shown else (_find_count(page) or 1) - 1
    current = highest + 1 if is_first else int(match["stem"])
    numbers = [*range(current - 1, 0, -1), *range(current + 1, highest + 1)][:PAGES_LIMIT]
    return tuple(Link(urljoin(page.url, f"{folder}{number}.{match['ending']}")) for number in numbers)


def _find_number(link: Link, list_url: str, folder: str) -> re.Match[str] | None:
    """Read a link of the pager to a numbered page in that folder; articles may have numbers as well."""
    path = urlsplit(link.url).path
    is_pager = _PAGER_WORDS.fullmatch(plain(link.text)) is not None
    if not is_pager or netloc_of(link.url) != netloc_of(list_url) or not path.startswith(folder):
        return None
    return re.fullmatch(r"(\d{1,4})\.html?", path[len(folder) :], re.IGNORECASE)


def _find_count(page: Page) -> int | None:
    """Find how many pages the pager says there are, in its script or in words."""
    match = _GO_TO_PAGE.search(page.source) or _SHOWN_COUNT.search(page.text)
    return next((int(number) for number in match.groups() if number), None) if match else None


FAMILY = Family("vsb", "VSB (博达)", recognise, expand)
