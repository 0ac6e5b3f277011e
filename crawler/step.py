"""One request worth making: what is believed to stand there, how urgent it is, and how it was met."""

from dataclasses import dataclass

from archive import PageKind
from crawler.links import Link, Post, request_key


@dataclass(frozen=True, slots=True)
class Step:
    """One URL to visit.

    `column` is the list of reports under which it stands; `depth` counts clicks since the start or since that
    column, `turns` the pages turned inside one list, `barren` how many of the last of them brought nothing new.
    `family` reads the answer where it is data. A guess may not be there, and that is no loss; a recheck is a page
    known from an earlier crawl that nothing leads to any more.
    """

    url: str
    kind: PageKind
    priority: int
    depth: int = 0
    turns: int = 0
    barren: int = 0
    column: str | None = None
    found_on: str | None = None
    link_text: str | None = None
    family: str | None = None
    post: Post | None = None
    is_guess: bool = False
    is_recheck: bool = False

    @property
    def key(self) -> str:
        """One name for the request; the archive keeps it as the page's address."""
        return request_key(self.url, self.post)

    @property
    def link(self) -> Link:
        """The link that this step follows."""
        return Link(self.url, text=self.link_text or "", family=self.family, post=self.post)
