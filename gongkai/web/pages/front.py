"""The front page: a search box, what is new, what changed, how much is covered, how the last crawl went."""

from archive import Archive
from gongkai.web.exchange import Answer, Ask, Page
from gongkai.web.pages.changes import label_change
from gongkai.web.pages.search import EXAMPLES

_NEWEST = 8
"""Changes that are shown."""
_VISITS = 8
"""Visits that are shown."""


def show_front(archive: Archive, ask: Ask) -> Answer:
    """Show the archive at a glance."""
    return Page(
        "front.html",
        {
            "overview": archive.summarise(),
            "changes": archive.list_changes(newest=_NEWEST),
            "visits": archive.list_visits(limit=_VISITS),
            "examples": EXAMPLES,
            "labels": label_change,
        },
    )
