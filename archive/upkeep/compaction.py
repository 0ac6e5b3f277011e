"""Making an archive smaller, at any time: dictionaries of its own pages, bodies packed anew, room given back.

Nothing is dropped. Each body is unpacked and compared before its new form takes the place of the old one, in
transactions of a few bodies: a reader sees either, and an interruption leaves some of both. What was done is not done
again: bodies up to the number in the property `compacted` are left as they are, unless a dictionary for them is new.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

from archive.captures.dictionaries import Kin, StoredDictionary, find_kin_dictionary, load_dictionary
from archive.errors import CannotOpenError
from archive.file.connection import WriterLock, open_for_copying, open_for_writing
from archive.file.database import atomic, kept_numbers
from archive.search.index import join_parts
from archive.upkeep.repacking import BodyRow, Repacker, list_page_bodies
from archive.upkeep.training import train_general, train_kin

WORTH_VACUUM = 0.05
"""Share of the file that is won before it is written anew for that."""
_VACUUM_ROOM = 2
"""Files of the archive's size that are there beside it while it is written anew: a new one, and the journal."""
_INCREMENTAL = 2
_STEP_PAGES = 1000
_ROWS_LOOKED_AT = 1000
_COMPACTED = "compacted"


@dataclass(frozen=True, slots=True)
class CompactionSummary:
    """What making an archive smaller came to; sizes are in bytes.

    `before` and `after` are of the file, `bodies_before` and `bodies_after` of the packed bodies in it, of which there
    are `bodies`. `dictionary` and `room` say what was done about them and why, `damaged` which bodies cannot be read.
    """

    before: int
    after: int
    bodies: int
    bodies_before: int
    bodies_after: int
    repacked: int
    site_dictionaries: int
    dictionary: str
    room: str
    damaged: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the fields by name."""
        return asdict(self)


Show = Callable[[str, int, int], None]
"""Is told what is done now, and how much of how much of it is behind; of 0 where that is not known."""


def _show_nothing(_step: str, _done: int, _total: int) -> None:
    pass


class _Outcome(NamedTuple):
    """What packing bodies anew came to."""

    repacked: int
    site_dictionaries: int
    dictionary: str
    damaged: tuple[str, ...]


def compact_archive(path: Path, show: Show = _show_nothing) -> CompactionSummary:
    """Make the archive at `path` smaller, under its lock; `BusyError` while a crawl writes it."""
    open_for_copying(path).close()  # says so where there is none, which opening to write would make
    lock = WriterLock(path, "gongkai compact")
    lock.acquire()
    try:
        with closing(open_for_writing(path)) as connection:
            return compact(connection, path, show)
    finally:
        lock.release()


def compact(connection: sqlite3.Connection, path: Path, show: Show = _show_nothing) -> CompactionSummary:
    """Make the archive at `path`, open to write, smaller, and say what came of it; `show` is told how far it is."""
    before, (bodies, bodies_before) = _file_size(path), _measure_bodies(connection)
    outcome = _pack_anew(connection, show)
    _, bodies_after = _measure_bodies(connection)
    kept_numbers(connection).clear()  # which dictionary is for which pages may be another now
    show("tidying the search index", 0, 0)
    _tidy(connection)
    show("giving back room", 0, 0)
    room = _give_room_back(connection, path, bodies_before - bodies_after, is_damaged=bool(outcome.damaged))
    return CompactionSummary(
        before, _file_size(path), bodies, bodies_before, bodies_after, *outcome[:3], room, outcome[3]
    )


def _pack_anew(connection: sqlite3.Connection, show: Show) -> _Outcome:
    """Pack anew what came since the last time, and all for which there is a new dictionary."""
    mark, newest = _find_mark(connection), _newest(connection, "bodies")
    if newest <= mark:
        return _Outcome(0, 0, "kept: nothing is new since the last time", ())
    show("training a dictionary", 0, 0)
    before = _newest(connection, "dictionaries")
    general = train_general(connection, mark)
    trained = _newest(connection, "dictionaries")
    packing = _Packing(connection, Repacker(connection), general.stored, mark, before)
    done, total = 0, connection.execute("SELECT count(*) FROM pages").fetchone()[0]
    kins = connection.execute(
        "SELECT DISTINCT name, kind FROM pages JOIN sites ON sites.id = site_id ORDER BY site_id, kind"
    ).fetchall()
    for name, kind in kins:
        for pages in packing.pack_kin(Kin(name, kind)):
            done += pages
            show("packing pages", done, total)
    repacker = packing.repacker
    if not repacker.damaged:
        with atomic(connection):
            connection.execute("REPLACE INTO properties (name, value) VALUES (?, ?)", (_COMPACTED, str(newest)))
    site_dictionaries = _newest(connection, "dictionaries") - trained
    return _Outcome(repacker.repacked, site_dictionaries, general.reason, tuple(repacker.damaged.values()))


@dataclass(frozen=True, slots=True)
class _Packing:
    """How to pack pages anew: bodies up to `mark` were seen to before, dictionaries up to `known` are not new."""

    connection: sqlite3.Connection
    repacker: Repacker
    general: StoredDictionary | None
    mark: int
    known: int

    def pack_kin(self, kin: Kin) -> Iterator[int]:
        """Pack the pages of one kind of one site anew, and yield now and then how many more are done."""
        pages = self._list_pages(kin)
        whole: dict[int, BodyRow] = {}
        for page_id in pages:
            rows = list_page_bodies(self.connection, page_id)
            if self._is_new(rows):
                self.repacker.fold_page(rows, self.mark)
                self.repacker.flush()
                rows = list_page_bodies(self.connection, page_id)
            whole.update((row.id, row) for row in rows if row.base_id is None)
            yield 0
        if self._is_new(whole.values()) or self._has_new_general():
            self._pack_whole(kin, whole)
        yield len(pages)

    def _pack_whole(self, kin: Kin, whole: dict[int, BodyRow]) -> None:
        chosen = train_kin(self.connection, sorted(whole), list(self._iter_present(kin)))
        is_new = chosen is not None and chosen.id > self.known
        for row in whole.values():
            if row.id > self.mark or (is_new and chosen and row.dictionary_id != chosen.id):
                self.repacker.pack_with(row, chosen)
        self.repacker.flush()

    def _list_pages(self, kin: Kin) -> list[int]:
        rows = self.connection.execute(
            """
            SELECT pages.id FROM sites JOIN pages ON pages.site_id = sites.id
            WHERE sites.name = ? AND pages.kind = ? ORDER BY pages.id
            """,
            kin,
        )
        return [row["id"] for row in rows.fetchall()]

    def _iter_present(self, kin: Kin) -> Iterator[StoredDictionary]:
        """Yield the dictionaries to choose from: that of the pages, and that for all sites."""
        number = find_kin_dictionary(self.connection, kin)
        if number is not None:
            yield StoredDictionary(number, load_dictionary(self.connection, number))
        if self.general is not None and self.general.id != number:
            yield self.general

    def _is_new(self, rows: Iterable[BodyRow]) -> bool:
        return any(row.id > self.mark for row in rows)

    def _has_new_general(self) -> bool:
        return self.general is not None and self.general.id > self.known


def _find_mark(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT value FROM properties WHERE name = ?", (_COMPACTED,)).fetchone()
    return int(row["value"]) if row else 0


def _newest(connection: sqlite3.Connection, table: str) -> int:
    return connection.execute(f"SELECT max(id) FROM {table}").fetchone()[0] or 0  # noqa: S608 - names of this file


def _measure_bodies(connection: sqlite3.Connection) -> tuple[int, int]:
    """Return how many bodies there are, and the bytes that they take packed."""
    count, size = connection.execute("SELECT count(*), total(length(data)) FROM bodies").fetchone()
    return int(count), int(size)


def _tidy(connection: sqlite3.Connection) -> None:
    """Join the parts of the search index, and note how tables are filled, by which queries find their way."""
    with atomic(connection):
        join_parts(connection)
    connection.execute(f"PRAGMA analysis_limit = {_ROWS_LOOKED_AT}")
    connection.execute("ANALYZE")


def _give_room_back(connection: sqlite3.Connection, path: Path, won: int, *, is_damaged: bool) -> str:
    """Write the file anew without what stands empty in it, where that is worth it, and say what was done."""
    problem = _find_obstacle(connection, path, won, is_damaged=is_damaged)
    if is_damaged and problem:
        return problem
    if problem is None:
        try:
            _vacuum(connection)
        except CannotOpenError as full:
            problem = f"none given back: {full}"
    is_read = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return problem or ("given back once no program reads what it began to read before" if is_read else "given back")


def _find_obstacle(connection: sqlite3.Connection, path: Path, won: int, *, is_damaged: bool) -> str | None:
    """Return why the file is not written anew, None where it is to be; `won` is by how much its bodies are smaller."""
    free, pages, page_size = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("freelist_count", "page_count", "page_size")
    )
    size, empty = pages * page_size, free * page_size
    needed = size * _VACUUM_ROOM
    if is_damaged:
        return "none given back: what is damaged is better not written anew before it is copied"
    if max(empty, won) < size * WORTH_VACUUM:
        return f"none given back: {empty / 1e6:.1f} MB stand empty, and will be used"
    if shutil.disk_usage(path.parent).free < needed:
        return f"none given back: to write the file anew {needed / 1e6:.1f} MB must be free on its disk"
    return None


def _vacuum(connection: sqlite3.Connection) -> None:
    if connection.execute("PRAGMA auto_vacuum").fetchone()[0] != _INCREMENTAL:
        connection.execute("VACUUM")
        return
    while connection.execute("PRAGMA freelist_count").fetchone()[0]:
        connection.execute(f"PRAGMA incremental_vacuum({_STEP_PAGES})").fetchall()


def _file_size(path: Path) -> int:
    """Return the bytes that the archive takes, its journal included."""
    files = (path, path.with_name(f"{path.name}-wal"))
    return sum(file.stat().st_size for file in files if file.exists())
