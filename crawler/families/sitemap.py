"""Sitemaps (站点地图): the addresses that a site itself lists. They come without words, so their paths must do."""

import re
from html import unescape

from crawler.families.family import Expansion, Family
from crawler.links import Link, Page, find_absolute
from crawler.words import LIKELY_COLUMN, column_score

_PLACE = re.compile(r"<loc>\s*([^<\s]+)\s*</loc>", re.IGNORECASE)
_PLACES_LIMIT = 50_000
"""What the protocol allows in one file."""

_INDEX_LIMIT = 20
"""So many parts of a sitemap that is an index are read."""


def read_sitemap(page: Page, asked: Link) -> Expansion:
    """Return the addresses that are named like a column of annual reports, and the parts of an index of sitemaps."""
    del asked
    found = [
        url
        for _, match in zip(range(_PLACES_LIMIT), _PLACE.finditer(page.source), strict=False)
        if (url := find_absolute(unescape(match[1]), page.url))
    ]
    if "<sitemapindex" in page.source[:2048].lower():
        parts = (url for url in found if url.lower().endswith(".xml"))
        return Expansion(
            tuple(Link(url, "站点地图", family="sitemap", rel="guess") for url in list(parts)[:_INDEX_LIMIT])
        )
    return Expansion(links=tuple(Link(url) for url in found if column_score("", url) >= LIKELY_COLUMN))


FAMILY = Family(
    name="sitemap",
    title="sitemaps.org",
    recognises=lambda _: False,
    expand=lambda _: Expansion(),
    read=read_sitemap,
)
