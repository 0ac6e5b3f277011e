"""What the captures of a page add up to, in the order of their moments."""

import sqlite3
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

_CAPTURES = """
SELECT page_id, fetched_at, failure, body_id FROM captures JOIN runs ON runs.id = captures.run_id {}
ORDER BY page_id, fetched_at, runs.uid, captures.id
"""


def recount_pages(connection: sqlite3.Connection) -> None:
    """Let each page say what its captures add up to."""
    _recount(connection, connection.execute(_CAPTURES.format("")))


def recount_page(connection: sqlite3.Connection, page_id: int) -> None:
    """Let one page say what its captures add up to."""
    _recount(connection, connection.execute(_CAPTURES.format("WHERE page_id = ?"), (page_id,)))


def _recount(connection: sqlite3.Connection, rows: Iterable[sqlite3.Row]) -> None:
    for page_id, captures in groupby(rows, key=itemgetter("page_id")):
        counted = count_page((row["fetched_at"], row["failure"], row["body_id"]) for row in captures)
        connection.execute(
            """
            UPDATE pages SET present_body_id = ?1, last_good = ?2, last_changed = ?3, failures = ?4
            WHERE id = ?5 AND (present_body_id IS NOT ?1 OR last_good IS NOT ?2 OR last_changed IS NOT ?3
                               OR failures <> ?4)
            """,
            (*counted, page_id),
        )


def count_page(
    captures: Iterable[tuple[str, str | None, int | None]],
) -> tuple[int | None, str | None, str | None, int]:
    """Return what captures (moment, failure, body) of a page, in order, add up to: the columns of `pages`.

    The body that stands there, the last good visit, the first in a row that brought that body, the failures since.
    """
    body, last_good, last_changed, failures = None, None, None, 0
    for moment, failure, body_id in captures:
        if failure is not None:
            failures += 1
        elif body_id is not None:
            last_changed = moment if body_id != body else last_changed
            body, last_good, failures = body_id, moment, 0
    return body, last_good, last_changed, failures
