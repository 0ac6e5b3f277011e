"""What a CMS family is to the crawler: how its pages are known, and where its lists keep their entries."""

from collections.abc import Callable
from dataclasses import dataclass

from crawler.links import Link, Page


@dataclass(frozen=True, slots=True)
class Expansion:
    """What a page or an answer of a family holds beside its HTML links.

    `links` are entries of a list or columns of a tree, judged by their words as any link is. `more` are further pages
    of the same list, nearest first; those whose answer is data carry the family's name.
    """

    links: tuple[Link, ...] = ()
    more: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Family:
    """One CMS family. `recognises` and `expand` take an HTML page; `read` takes an answer and the link that asked.

    All are pure. Pages are known by their fingerprint, never by their host.
    """

    name: str
    title: str
    recognises: Callable[[Page], bool]
    expand: Callable[[Page], Expansion]
    read: Callable[[Page, Link], Expansion] | None = None
