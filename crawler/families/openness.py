"""OpennessContent (宣城, 呼伦贝尔 …): lists `/OpennessContent/showList/<site>/<column>/page_N.html`.

Articles lie at `/OpennessContent/show/<id>.html`, files at `/OpennessContent/download/<id>.html`.
`BranchOpennessContent` holds the columns of one agency, `News` and `Content` the ordinary ones.
"""

import re
from urllib.parse import urlsplit

from crawler.families.family import Expansion, Family
from crawler.hosts import netloc_of
from crawler.links import Link, Page
from crawler.paging import count_pages, order_pages, shows_more

_FINGERPRINT = re.compile(r"/(?:\w*OpennessContent|News|Content)/show(?:List)?/\w+")
_LIST_PAGE = re.compile(r"(?P<list>.*/showList/(?:[\w-]+/)+)page_(?P<number>\d{1,5})\.html")


def recognise(page: Page) -> bool:
    """Whether a page has the addresses of this family, its own or those of its links."""
    return any("/show" in text and _FINGERPRINT.search(text) for text in (urlsplit(page.url).path, page.source))


def expand(page: Page) -> Expansion:
    """Spell out `page_2.html` to the last; where nothing says which that is, guess the next."""
    own = _LIST_PAGE.fullmatch(urlsplit(page.url).path)
    if own is None:
        return Expansion()
    current = int(own["number"])
    shown = (_LIST_PAGE.fullmatch(urlsplit(link.url).path) for link in page.links if _is_near(link, page))
    numbers = [int(match["number"]) for match in shown if match and match["list"] == own["list"]]
    last = max(count_pages(page) or 0, *numbers, 0)
    if last == 0 and shows_more(page):
        return Expansion(more=(Link(_name_page(page.url, own, current + 1), rel="guess"),))
    return Expansion(more=tuple(Link(_name_page(page.url, own, number)) for number in order_pages(current, last)))


def _is_near(link: Link, page: Page) -> bool:
    return netloc_of(link.url) == netloc_of(page.url)


def _name_page(url: str, own: re.Match[str], number: int) -> str:
    return urlsplit(url)._replace(path=f"{own['list']}page_{number}.html").geturl()


FAMILY = Family("openness", "OpennessContent", recognise, expand)
