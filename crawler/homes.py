"""A site's home page, remembered so that it is known again where the site serves it for every unknown address."""

import re
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

from archive import PageKind
from crawler.hosts import netloc_of, seen_key
from crawler.links import Page
from crawler.signs import is_ended

ALIKE = 0.9
"""The share of links, and of pieces of text, that a page must have in common with the home page to be taken for it."""

LINKS_NEEDED = 5
"""A home page with fewer links is known again only where every byte but white space and digits is the same."""

_LEFT_OUT = b" \t\r\n\f\v0123456789"
_FRONT_NAMES = frozenset({"", "index", "default", "main", "home"})


@dataclass(frozen=True, slots=True)
class HomePage:
    """What a home page is known by: its address, its bytes, its title, and the words of its links and its text.

    `is_ended` says whether the site ends its pages by a tag, as all but careless ones do. Links are compared by their
    words, since relative ones lead elsewhere from another address. They keep their digits: the lists of two years
    differ in nothing else. The text loses them, and with them its counters.
    """

    url: str
    digest: bytes
    title: str
    link_words: frozenset[str]
    pieces: frozenset[str]
    is_ended: bool = True


def make_home(page: Page, body: bytes) -> HomePage:
    """Return what a site's home page will be known by; `body` is the page as it came."""
    words, pieces = _link_words(page), _pieces(page.text)
    return HomePage(page.url, _digest(body), page.title, words, pieces, is_ended(page))


def is_at_home(home: HomePage, url: str) -> bool:
    """Whether an address is the home page's own, in any spelling."""
    return seen_key(url) == seen_key(home.url)


def is_home_served(home: HomePage, page: Page, body: bytes) -> bool:
    """Whether a page is the home page: the same title, links and text but for a few.

    Counters, dates and tokens differ from one visit to the next; the title, nine links in ten and nine pieces of text
    in ten do not.
    """
    if _without_digits(page.title) != _without_digits(home.title):
        return False
    link_words = _link_words(page)
    if len(home.link_words) < LINKS_NEEDED:
        same_words = page.title == home.title and link_words == home.link_words
        return same_words and _digest(body) == home.digest
    return _share(link_words, home.link_words) >= ALIKE and _share(_pieces(page.text), home.pieces) >= ALIKE


def is_home_alias(home: HomePage, url: str, kind: PageKind) -> bool:
    """Whether a page that looks like the home page may well do so: it is asked for under a second name of it.

    `/index.jsp` is one of `/`. On the way and in lists a query makes no difference (`/nb/?page=1` begins the list that
    a site starts with); a report that is asked for by its number and answered with the home page is gone.
    """
    own, asked = urlsplit(home.url), urlsplit(url)
    if netloc_of(home.url) != netloc_of(url) or (asked.query and kind not in {"column", "list"}):
        return False
    return asked.path == own.path or _front_folder(asked.path) == _front_folder(own.path) is not None


def _front_folder(path: str) -> str | None:
    """Return the folder whose front page a path names; None for any other page in it."""
    folder, _, name = path.rpartition("/")
    return folder if name.partition(".")[0].lower() in _FRONT_NAMES else None


def _digest(body: bytes) -> bytes:
    return sha256(body.translate(None, _LEFT_OUT)).digest()


def _link_words(page: Page) -> frozenset[str]:
    return frozenset(words for link in page.links if (words := link.words))


def _pieces(text: str) -> frozenset[str]:
    return frozenset(_without_digits(text).split())


def _without_digits(text: str) -> str:
    return re.sub(r"\d+", "", text)


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    """Return how much of two sets is common to both: 1 for equal ones."""
    return len(one & other) / max(len(one | other), 1)
