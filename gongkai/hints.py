"""What a person can do about a URL that could not be had, by the reason that the crawl gives."""

from collections.abc import Mapping

_BY_BEGINNING: Mapping[str, str] = {
    "refused": "check the address and that the site is up, then crawl again",
    "timeout": "the site is slow or down: crawl again later",
    "dns": "check the address and your connection",
    "connection lost": "crawl again later",
    "incomplete": "crawl again later",
    "empty": "open it in a browser; crawl again later",
    "robots": "the site's robots.txt does not allow it: ask the site",
    "tls": "its certificate cannot be trusted: tell the site, or set verify_tls = false for it",
    "http 4": "open it in a browser; a link to it may be dead",
    "http 5": "the site has a fault: crawl again later",
    "gone": "open it in a browser; a link to it may be dead",
    "not a file": "the link leads to a page and not to the file: open it in a browser",
    "taken for a report": "open it in a browser",
    "known from an earlier crawl": "it left the list or moved: open it in a browser; what was stored stays",
    "no reader for": "it is stored; a later version may read it",
    "its official tables": "they are stored; a later version may read them",
    "tables that stood": "open it in a browser; `gongkai changes` has the cells",
    "it shows": "open it in a browser; both reports are kept",
    "too large": "open it in a browser",
    "no annual-report column": "put the address of its list of annual reports into start_urls",
    "no report found": "open the list in a browser; put the address of the right list into start_urls",
    "max_requests reached": "raise max_requests for this site",
    "interrupted": "crawl again to go on",
    "private address": "only a site whose own start URL is local may be led to one",
    "off site": "add it to start_urls if it belongs to the site",
}


def find_hint(reason: str) -> str | None:
    """Return what to do about a failure, None where its reason says enough.

    >>> find_hint("http 503")
    'the site has a fault: crawl again later'
    """
    return next((hint for beginning, hint in _BY_BEGINNING.items() if reason.startswith(beginning)), None)
