"""Where pages were met, by several archives or crawls, joined so that it does not matter in which order."""

import sqlite3
from typing import NamedTuple

from archive.captures.capture import PageKind
from archive.captures.captures import KIND_RANK


class MetPage(NamedTuple):
    """What is kept of how a page was met: its columns of that name."""

    kind: PageKind
    found_on: str | None
    link_text: str | None
    first_seen: str


def join_pages(one: MetPage, other: MetPage) -> MetPage:
    """Return what both say of a page: commutative, associative, and the page itself for twice the same.

    The higher kind stands, with what it was called as that; of two names the longer one, for lists cut them short.
    Where it was found goes with the moment at which it was first seen.

    >>> join_pages(MetPage("list", "/", "更多", "2026-01-01"), MetPage("report", None, "2020年年报", "2026-01-02"))
    MetPage(kind='report', found_on='/', link_text='2020年年报', first_seen='2026-01-01')
    """
    named = max(one, other, key=_rank_name)
    found = min(one, other, key=_rank_finding)
    return MetPage(named.kind, found.found_on, named.link_text, found.first_seen)


def _rank_name(page: MetPage) -> tuple[int, int, str]:
    text = page.link_text or ""
    return KIND_RANK[page.kind], len(text), text


def _rank_finding(page: MetPage) -> tuple[str, bool, str]:
    return page.first_seen, page.found_on is None, page.found_on or ""


def keep_page(connection: sqlite3.Connection, site_id: int, url: str, met: MetPage) -> int:
    """Add a page, or join what is new of it to what is kept, and return its number.

    What its captures add up to is left to `archive.readings.refiling.recount_pages`.
    """
    row = connection.execute(
        "SELECT id, kind, found_on, link_text, first_seen FROM pages WHERE site_id = ? AND url = ?", (site_id, url)
    ).fetchone()
    if row is None:
        cursor = connection.execute(
            "INSERT INTO pages (site_id, url, kind, found_on, link_text, first_seen) VALUES (?, ?, ?, ?, ?, ?)",
            (site_id, url, *met),
        )
        return int(cursor.lastrowid or 0)
    kept = MetPage(*row[1:])
    joined = join_pages(kept, met)
    if joined != kept:
        connection.execute(
            "UPDATE pages SET kind = ?, found_on = ?, link_text = ?, first_seen = ? WHERE id = ?", (*joined, row["id"])
        )
    return int(row["id"])
