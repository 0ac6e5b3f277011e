"""Known ground: what the archive knows of a site's pages before they are asked for again."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from archive.captures.bodies import load_body
from archive.captures.capture import PageKind
from archive.captures.headers import join_headers
from archive.captures.visits import OpenVisit


@dataclass(frozen=True, slots=True)
class PastCapture:
    """A visit on record. For a 304, `body` is what it confirms, and `headers` its own with what that came with."""

    status: int | None
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    failure: str | None
    final_url: str | None
    kind: PageKind
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class KnownPage:
    """What all captures of a page add up to.

    `last_good` is the last visit that brought or confirmed bytes, `last_changed` the first in a row that brought the
    present ones, `failures` the number of failed visits since `last_good`; `tells_report` says whether a report is
    known to stand there.
    """

    url: str
    kind: PageKind
    found_on: str | None
    link_text: str | None
    first_seen: datetime
    last_good: datetime | None
    last_changed: datetime | None
    failures: int
    tells_report: bool


def find_capture(connection: sqlite3.Connection, site: str, url: str, visit: OpenVisit) -> PastCapture | None:
    """Find the last capture of a URL in this visit of the site."""
    row = connection.execute(
        """
        SELECT captures.id, page_id, status, shape, header_values, body_id, failure, final_url, kind, fetched_at
        FROM captures JOIN pages ON pages.id = captures.page_id JOIN sites ON sites.id = pages.site_id
        JOIN header_shapes ON header_shapes.id = captures.shape_id
        WHERE sites.name = ? AND pages.url = ? AND run_id = ? ORDER BY captures.id DESC LIMIT 1
        """,
        (site, url, visit.run_id),
    ).fetchone()
    if row is None:
        return None
    body = load_body(connection, row["body_id"]) if row["body_id"] is not None else None
    return PastCapture(
        row["status"],
        _find_headers(connection, row),
        body,
        row["failure"],
        row["final_url"],
        row["kind"],
        datetime.fromisoformat(row["fetched_at"]),
    )


def _find_headers(connection: sqlite3.Connection, row: sqlite3.Row) -> tuple[tuple[str, str], ...]:
    """Return the headers of a capture; a 304 repeats few of those that its bytes came with (RFC 9110, 15.4.5)."""
    own = join_headers(row["shape"], row["header_values"])
    if row["status"] != 304 or row["body_id"] is None:
        return own
    confirmed = connection.execute(
        """
        SELECT shape, header_values FROM captures JOIN header_shapes ON header_shapes.id = shape_id
        WHERE page_id = ? AND captures.id < ? AND body_id = ? AND status <> 304 ORDER BY captures.id DESC LIMIT 1
        """,
        (row["page_id"], row["id"], row["body_id"]),
    ).fetchone()
    said = {name.lower() for name, _ in own}
    earlier = join_headers(confirmed["shape"], confirmed["header_values"]) if confirmed is not None else ()
    return (*own, *((name, value) for name, value in earlier if name.lower() not in said))


def list_known_pages(connection: sqlite3.Connection, site: str) -> tuple[KnownPage, ...]:
    """Return the pages of a site in the order in which they were first met."""
    rows = connection.execute(
        """
        SELECT url, kind, found_on, link_text, first_seen, last_good, last_changed, failures,
               EXISTS (SELECT 1 FROM locations WHERE locations.page_id = pages.id) AS tells_report
        FROM pages JOIN sites ON sites.id = pages.site_id WHERE sites.name = ? ORDER BY pages.id
        """,
        (site,),
    ).fetchall()
    return tuple(
        KnownPage(
            url=row["url"],
            kind=row["kind"],
            found_on=row["found_on"],
            link_text=row["link_text"],
            first_seen=datetime.fromisoformat(row["first_seen"]),
            last_good=_to_moment(row["last_good"]),
            last_changed=_to_moment(row["last_changed"]),
            failures=row["failures"],
            tells_report=bool(row["tells_report"]),
        )
        for row in rows
    )


def _to_moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text is not None else None
