"""Bodies packed anew: the later states of a page against its first, whole ones with a dictionary."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from archive.captures.bodies import BASE_PAYS, MOST_AGAINST, StoredAs, is_text, load_body, pack_whole
from archive.captures.dictionaries import StoredDictionary
from archive.captures.packing import (
    LEAST_REFERENCE,
    SMALL_LEVEL,
    Prepared,
    make_base,
    pack_against,
    unpack,
    unpack_against,
)
from archive.errors import ArchiveError, DamagedError
from archive.file.database import atomic

BATCH = 32
"""Bodies of a transaction: a writer beside this one waits a few milliseconds for it."""


@dataclass(frozen=True, slots=True)
class BodyRow:
    """A body as it is stored; `stored` is how many bytes it takes."""

    id: int
    size: int
    stored: int
    base_id: int | None
    dictionary_id: int | None

    @property
    def may_be_base(self) -> bool:
        """Whether others can be packed against it, and it against others."""
        return self.base_id is None and LEAST_REFERENCE <= self.size <= MOST_AGAINST


class Repacker:
    """Puts new forms of bodies in the place of old ones, a batch a transaction; what is damaged is noted and left."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._batch: list[tuple[int, StoredAs]] = []
        self.repacked = 0
        self.damaged = dict[int, str]()

    def fold_page(self, rows: Sequence[BodyRow], mark: int) -> None:
        """Pack each whole body of a page, in the order in which they came, against the whole one before it.

        That is where it pays; where it does not, it is the one that the next are packed against. Bodies up to `mark`
        were seen to before.
        """
        base: Prepared | None = None
        base_id = 0
        candidates = [row for row in rows if row.may_be_base]
        for row in candidates if len(candidates) > 1 else ():
            content = self._load(row.id)
            if content is None:
                continue
            if base is not None and row.id > mark:
                new = StoredAs(pack_against(content, base), base_id)
                if len(new.packed.data) * BASE_PAYS <= row.stored:
                    self._replace(row.id, content, new, base)
                    continue
            base, base_id = make_base(content), row.id

    def pack_with(self, row: BodyRow, dictionary: StoredDictionary | None) -> None:
        """Pack a whole body anew with a dictionary, or alone, with more care than there is time for in a crawl."""
        content = self._load(row.id)
        if content is None or not is_text(content):
            return
        new = pack_whole(content, dictionary, SMALL_LEVEL)
        if len(new.packed.data) < row.stored:
            reference = dictionary.dictionary if dictionary and new.dictionary_id else None
            self._replace(row.id, content, new, reference)

    def flush(self) -> None:
        """Write what is waiting."""
        if not self._batch:
            return
        with atomic(self._connection):
            written = [self._write(body_id, new) for body_id, new in self._batch]
        self._batch.clear()
        self.repacked += sum(written)

    def _load(self, body_id: int) -> bytes | None:
        try:
            return load_body(self._connection, body_id)
        except DamagedError as problem:
            self.damaged[body_id] = str(problem)
            return None

    def _replace(self, body_id: int, content: bytes, new: StoredAs, reference: Prepared | None) -> None:
        """Take a new form of a body, once it is seen to give the same bytes."""
        codec, data = new.packed
        if new.base_id is not None and reference is not None:
            unpacked = unpack_against(data, len(content), reference)
        else:
            unpacked = unpack(codec, data, len(content), reference)
        if unpacked != content:
            raise ArchiveError(f"body {body_id} packed anew is not the same; it was left as it is, please report this")
        self._batch.append((body_id, new))
        if len(self._batch) >= BATCH:
            self.flush()

    def _write(self, body_id: int, new: StoredAs) -> int:
        """Write one, unless that would leave a body packed against one that is not whole; return how many it was."""
        (codec, data), base_id, dictionary_id = new
        return self._connection.execute(
            """
            UPDATE bodies SET codec = :codec, data = :data, base_id = :base_id, dictionary_id = :dictionary_id
            WHERE id = :id AND (:base_id IS NULL OR (
              NOT EXISTS (SELECT 1 FROM bodies AS leaning WHERE leaning.base_id = :id)
              AND EXISTS (SELECT 1 FROM bodies AS base WHERE base.id = :base_id AND base.base_id IS NULL)
            ))
            """,
            {"id": body_id, "codec": codec, "data": data, "base_id": base_id, "dictionary_id": dictionary_id},
        ).rowcount


def list_page_bodies(connection: sqlite3.Connection, page_id: int) -> list[BodyRow]:
    """Return the bodies that a page ever had, in the order in which they came."""
    rows = connection.execute(
        """
        SELECT id, size, length(data), base_id, dictionary_id FROM bodies
        WHERE id IN (SELECT body_id FROM captures WHERE page_id = ?) ORDER BY id
        """,
        (page_id,),
    )
    return [BodyRow(*row) for row in rows]
