"""Archives that were filled on different machines, joined into one, in any order and as often as one likes.

What no crawl can bring back is united: what both hold is kept once, by its hash or by its name. Where they say
different things of the same, a rule decides that asks for no order. All else is worked out anew from the union.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.errors import CannotOpenError, DamagedError
from archive.file.connection import WriterLock, open_for_writing
from archive.file.database import atomic, durable, kept_packing
from archive.joining.sources import Source, open_sources, require_whole
from archive.joining.union import Links, Union
from archive.joining.union_captures import unite_captures
from archive.joining.union_places import unite_places
from archive.joining.union_readings import unite_readings
from archive.joining.union_reviews import unite_reviews
from archive.readings.refiling import finish, mark_stale

_COUNTED = ("sites", "pages", "captures", "bodies", "readings", "reviews")

_UNLIKE = """
WITH shown AS (
  SELECT DISTINCT report_id, body_id FROM sightings JOIN captures ON captures.id = capture_id
  WHERE report_id IS NOT NULL
), counted AS (
  SELECT report_id, count(*) AS bodies FROM shown GROUP BY report_id
), alike AS (
  SELECT report_id, parser, count(*) AS bodies FROM shown JOIN readings ON readings.body_id = shown.body_id
  WHERE kind = 'annual_report' GROUP BY report_id, parser
)
SELECT DISTINCT body_id FROM shown WHERE NOT EXISTS (
  SELECT 1 FROM counted JOIN alike USING (report_id, bodies) WHERE counted.report_id = shown.report_id
)
"""


@dataclass(frozen=True, slots=True)
class MergedSource:
    """What came from one archive: `captures` is how many it holds, `added` how many rows of each table were new.

    `problems` says where it disagrees with what was there, and which of both stands.
    """

    path: str
    captures: int
    added: Mapping[str, int]
    problems: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the fields by name."""
        return {
            "source": self.path,
            "captures": self.captures,
            "added": dict(self.added),
            "problems": list(self.problems),
        }


@dataclass(frozen=True, slots=True)
class MergeSummary:
    """What came from each archive, in the order in which they were given, and whether anything was new at all.

    `unlike` are the bodies of reports of which no parser version has read all: what changed in them shows only once
    one has.
    """

    sources: tuple[MergedSource, ...]
    changed: bool
    unlike: frozenset[int]


def merge_archives(target: Path, sources: Sequence[Path], command: str = "gongkai merge") -> MergeSummary:
    """Join archives into the one at `target`, made where it is not there; it is not left there where that fails."""
    lock = WriterLock(target, command)
    lock.acquire()
    is_new = not target.exists()
    try:
        _require_others(target, sources)
        with closing(open_for_writing(target)) as connection:
            finish(connection)
            return merge(connection, sources)
    except BaseException:
        if is_new:
            for ending in ("", "-wal", "-shm"):
                Path(f"{target}{ending}").unlink(missing_ok=True)
        raise
    finally:
        lock.release()


def merge(connection: sqlite3.Connection, sources: Sequence[Path]) -> MergeSummary:
    """Join archives into the one that `connection` is open to write.

    All that they hold comes in as one transaction, or nothing does; then everything is worked out anew, in another
    one, which the next writer does where this one is cut short. The sources are read as they stand when this begins
    and stay as they are. One that is damaged is refused with `DamagedError`.
    """
    _require_others(Path(connection.execute("PRAGMA database_list").fetchone()["file"]), sources)
    with open_sources(sources) as opened:
        for source in opened:
            require_whole(source)
        before = connection.total_changes
        with durable(connection), atomic(connection):
            merged = _unite_all(connection, opened)
            changed = connection.total_changes != before
            if changed:
                mark_stale(connection)
    finish(connection)
    return MergeSummary(merged, changed, frozenset(row["body_id"] for row in connection.execute(_UNLIKE)))


def _require_others(target: Path, sources: Sequence[Path]) -> None:
    """Refuse the target as one of its own sources."""
    for path in sources:
        if path.exists() and target.exists() and path.samefile(target):
            raise CannotOpenError(f"{path} is the archive that the others are merged into; leave it out")


def _unite_all(connection: sqlite3.Connection, sources: Sequence[Source]) -> tuple[MergedSource, ...]:
    with Links(connection) as links:
        return tuple(_unite(connection, source, links) for source in sources)


def _unite(connection: sqlite3.Connection, source: Source, links: Links) -> MergedSource:
    union = Union(connection, source, links)
    try:
        unite_places(union)
        unite_captures(union)
        unite_readings(union)
        unite_reviews(union)
    except DamagedError as problem:
        raise problem if str(source.path) in str(problem) else source.damaged(str(problem)) from problem
    finally:
        kept_packing(source.connection).clear()
    (captures,) = source.connection.execute("SELECT count(*) FROM captures").fetchone()
    return MergedSource(
        str(source.path), captures, {name: union.added[name] for name in _COUNTED}, tuple(union.problems)
    )
