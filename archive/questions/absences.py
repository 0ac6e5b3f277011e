"""Looks at the lists of a site: what proves that a report was not there.

A look is a visit that read the lists. Where a page failed that no report is known to stand at, or could not be read as
one, that page may have been the report that is sought: the look says how it was called, as a doubt, and proves nothing
of whoever that may mean. So do later ones that do not ask for the page again, as light visits do.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from archive.histories.looks import GONE
from archive.readings.documents import load_json

_EVER = "9999-12-31T23:59:59Z"
_NO_FAULT_OF_LISTS = ("nothing new or changed", "known from an earlier crawl")
"""How reasons begin that say something of reports, and nothing against the lists that were read."""
_VISITS = """
SELECT run_id, ended_at, mode, complete, failed, (
  SELECT json_group_array(pages.url) FROM pages
  CROSS JOIN captures ON captures.run_id = visits.run_id AND captures.page_id = pages.id
  WHERE pages.site_id = sites.id AND pages.kind IN ('report', 'attachment')
    AND captures.fetched_at <= ended_at AND NOT EXISTS (
      SELECT 1 FROM locations WHERE locations.page_id = pages.id AND locations.first_seen < visits.started_at
    )
) AS asked FROM visits JOIN sites ON sites.id = visits.site_id
WHERE sites.name = :site AND ended_at <= :until ORDER BY visits.id
"""
_LISTS = """
SELECT captures.run_id, captures.id, pages.url, captures.fetched_at, bodies.sha256, pages.kind
FROM sites CROSS JOIN pages ON pages.site_id = sites.id CROSS JOIN captures ON captures.page_id = pages.id
CROSS JOIN bodies ON bodies.id = captures.body_id
WHERE sites.name = :site AND pages.kind IN ('home', 'column', 'list') AND captures.failure IS NULL
  AND captures.fetched_at <= :until
ORDER BY captures.fetched_at, captures.id
"""
_REPORT_PAGES = """
SELECT pages.url, coalesce(pages.link_text, parents.link_text, '') AS called,
       (SELECT min(first_seen) FROM locations WHERE locations.page_id = pages.id) AS known_from
FROM sites CROSS JOIN pages ON pages.site_id = sites.id
LEFT JOIN pages AS parents ON parents.site_id = pages.site_id AND parents.url = pages.found_on
WHERE sites.name = ? AND pages.kind IN ('report', 'attachment')
"""


class ListPage(NamedTuple):
    """A good capture of a list, a column or a start page; `sha256` is that of the bytes it brought or confirmed."""

    capture_id: int
    url: str
    fetched_at: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ListLook:
    """A visit that read the lists of its site from the moment `at` on, and ended at `until` (UTC text).

    `pages` are what it read of the lists. `doubts` say how the pages were called that failed in it and may have been a
    report, "" where nobody knows.
    """

    at: str
    until: str
    mode: str
    is_complete: bool
    doubts: tuple[str, ...]
    pages: tuple[ListPage, ...]


def list_looks(connection: sqlite3.Connection, site: str, until: str | None = None) -> list[ListLook]:
    """Return the looks at the lists of a site that were over by a moment, in order; visits that go on are none yet."""
    span = {"site": site, "until": until or _EVER}
    lists: dict[int, list[ListPage]] = {}
    homes: dict[int, list[ListPage]] = {}
    for run, *page, kind in connection.execute(_LISTS, span):
        (homes if kind == "home" else lists).setdefault(run, []).append(ListPage(*page))
    known = _Known(connection, site)
    looks = []
    open_doubts: dict[str, str] = {}
    for run, over, mode, complete, failed, asked in connection.execute(_VISITS, span):
        pages = lists.get(run) or homes.get(run)
        doubts = {} if complete else known.find_doubts(failed, over)
        for url in load_json(asked) if open_doubts else ():
            open_doubts.pop(url, None)
        open_doubts.update({url: called for url, called in doubts.items() if called is not None})
        if pages and None not in doubts.values():
            called = tuple(dict.fromkeys(open_doubts.values()))
            looks.append(ListLook(pages[0].fetched_at, over, mode, bool(complete), called, tuple(pages)))
    return sorted(looks, key=_moment)


def _moment(look: ListLook) -> str:
    return look.at


class _Known:
    """What is known of the report pages of a site, asked for where a visit was not complete."""

    def __init__(self, connection: sqlite3.Connection, site: str) -> None:
        self._connection = connection
        self._site = site
        self._pages: Mapping[str, tuple[str, str | None]] | None = None

    def find_doubts(self, failed: str, until: str) -> dict[str, str | None]:
        """Return how the failed pages were called that may have been a report, None for what was no report page.

        A page hides nothing at which a report had been seen by `until`, the end of the visit; a later sight of one
        does not say that it was not there before.
        """
        if self._pages is None:
            rows = self._connection.execute(_REPORT_PAGES, (self._site,))
            self._pages = {url: (called, known_from) for url, called, known_from in rows}
        return dict(self._iter_doubts(failed, until, self._pages))

    @staticmethod
    def _iter_doubts(
        failed: str, until: str, pages: Mapping[str, tuple[str, str | None]]
    ) -> Iterator[tuple[str, str | None]]:
        """Yield each failed page that may have been a report, with its text, None for what was no report page."""
        for one in load_json(failed):
            if one["reason"].startswith(_NO_FAULT_OF_LISTS):
                continue
            called, known_from = pages.get(one["url"], (None, None))
            if called is None:
                yield one["url"], None
            elif (known_from is None or known_from > until) and not GONE.match(one["reason"]):
                yield one["url"], called
