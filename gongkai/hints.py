"""What a person can do about a URL that could not be had, by the reason that the crawl gives."""

from collections.abc import Mapping

_LATER = "crawl again later"
_LOOK = "open it in a browser"
_DEAD = "open it in a browser; a link to it may be dead"

_BY_BEGINNING: Mapping[str, str] = {
    "refused": "check the address and that the site is up, then crawl again",
    "no connection": "check the address and that the site is up, then crawl again",
    "no route": "check your connection, then crawl again",
    "timeout": "the site is slow or down: crawl again later",
    "dns": "check the address and your connection",
    "connection lost": _LATER,
    "incomplete": _LATER,
    "broken ": "it came damaged every time: crawl again later",
    "not http": _LOOK,
    "headers too large": _LOOK,
    "empty": "open it in a browser; crawl again later",
    "blocked:": "the site turns programs away: wait some days, ask the site, or visit it from another network",
    "robots unreachable": "nothing is asked for while robots.txt is not to be had: crawl again later",
    "robots, a longer delay": "the site asks for a longer delay than ten minutes: ask the site",
    "robots": "the site's robots.txt does not allow it: ask the site",
    "retry after": "the site asks for time: crawl again later",
    "tls": "its certificate or its protocol: tell the site, or set verify_tls = false or legacy_tls = true for it",
    "too many redirects": _DEAD,
    "redirect to": _DEAD,
    "http 304": _LATER,
    "http 401": "the page asks for a password: open it in a browser",
    "http 403": "the site does not give it to this program: open it in a browser, ask the site",
    "http 429": "the site asks for time: crawl again later, with a longer delay",
    "http 4": _DEAD,
    "http 5": "the site has a fault: crawl again later",
    "gone": _DEAD,
    "out of order": _LATER,
    "login page": _LOOK,
    "list without entries": "open it in a browser: it may be empty, or made in a way that is not known yet",
    "filled by a script, and no browser": "install both, then crawl again",
    "filled by a script": "its list is loaded in a way that is not known yet: set render = true for the site",
    "not a page": _LOOK,
    "not a file": "the link leads to a page and not to the file: open it in a browser",
    "taken for a report": _LOOK,
    "known from an earlier crawl": "it left the list or moved: open it in a browser; what was stored stays",
    "no reader for": "it is stored; a later version may read it",
    "its official tables": "they are stored; a later version may read them",
    "tables that stood": "open it in a browser; `gongkai changes` has the cells",
    "it shows": "open it in a browser; both reports are kept",
    "too large": "open it in a browser; max_bytes is the limit",
    "no annual-report column": "put the address of its list of annual reports into start_urls",
    "no report found": "open the list in a browser; put the address of the right list into start_urls",
    "no report, where": "open the site in a browser: its column may have moved",
    "nothing new or changed": "open the site in a browser: its column may have moved",
    "max_requests reached": "raise max_requests for this site",
    "outside the hours": "crawl within its hours to go on",
    "the site has stopped answering": _LATER,
    "interrupted": "crawl again to go on",
    "private address": "only a site whose own start URL is local may be led to one",
    "off site": "add it to start_urls if it belongs to the site",
}
"""What to do, by how a reason begins; where two begin alike, the longer one stands first."""

_BY_WORDS: Mapping[str, str] = {
    "fewer than the": "open the site in a browser; lower min_reports if it has no more",
}


def find_hint(reason: str) -> str | None:
    """Return what to do about a failure, None where its reason says enough.

    >>> find_hint("http 503")
    'the site has a fault: crawl again later'
    """
    begun = next((hint for beginning, hint in _BY_BEGINNING.items() if reason.startswith(beginning)), None)
    return begun or next((hint for words, hint in _BY_WORDS.items() if words in reason), None)
