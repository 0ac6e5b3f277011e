"""Whether the search index holds just the words of the versions, each version in its place.

It keeps no copy of the words, so its tokens are compared. Each version's are made once more, by the same tokenizers,
and of both sides no more is kept than a number of 64 bits for each version and table: the sum of a hash of every token
with its place, in whatever order they come.
"""

import sqlite3
from contextlib import closing

from archive.proof.checking import REPAIR, Problems, Show, VerifyProgress
from archive.proof.checks_of_file import make_parts
from archive.search.index import TABLES, IndexedVersion, index_words

_BATCH = 200
_BITS = (1 << 64) - 1
_SHOWN = 1_000_000
_MISSED = f"search does not find this report by its words, or by words that it has not; {REPAIR}"


_Sums = dict[int, int]
"""By version the sum of the hashes of its tokens; without those that have none."""


class SearchCheck:
    """Takes the words of versions, then compares the index with them."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._wanted: dict[str, _Sums] = {table: {} for table in TABLES}
        self._waiting: list[tuple[IndexedVersion, bool]] = []

    def add(self, where: str, version: IndexedVersion, *, stands: bool) -> None:
        """Take the words of a version, which is named to people as `where`, and whether it stands now."""
        self._names[version.id] = where
        self._waiting.append((version, stands))
        if len(self._waiting) >= _BATCH:
            self._tokenize()

    def _tokenize(self) -> None:
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as memory:
            for table in TABLES:
                memory.execute(make_parts()["table", table].sql)
            memory.execute("BEGIN")
            for version, stands in self._waiting:
                index_words(memory, version, stands=stands)
            for table, sums in self._wanted.items():
                sums.update(_sum_tokens(memory, table, None))
        self._waiting.clear()

    def check(self, connection: sqlite3.Connection, problems: Problems, show: Show) -> None:
        """Compare the index with all that was taken; versions that nobody gave are let be if they are there."""
        self._tokenize()
        found = {table: _sum_tokens(connection, table, show) for table in TABLES}
        for number, where in self._names.items():
            if any(found[table].get(number) != self._wanted[table].get(number) for table in TABLES):
                what = "the search index holds other words for it than it says, or in another place"
                problems.add("search", what, where, _MISSED)
        given = {row[0] for row in connection.execute("SELECT id FROM versions")} | self._names.keys()
        for table, sums in found.items():
            for number in sorted(sums.keys() - given):
                what = f"the search index holds words for version row {number}, which is not there"
                problems.add("search", what, table, f"a search meets what is no report; {REPAIR}")


def _sum_tokens(connection: sqlite3.Connection, table: str, show: Show | None) -> _Sums:
    """Return by version the sum of the hashes of its tokens, each with its place where the table knows that."""
    sums: _Sums = {}
    cursor = connection.cursor()
    cursor.row_factory = None
    cursor.execute(f"CREATE VIRTUAL TABLE temp.verified_words USING fts5vocab (main, {table}, instance)")
    try:
        for number, (term, version, column, place) in enumerate(
            cursor.execute('SELECT term, doc, col, "offset" FROM temp.verified_words')
        ):
            sums[version] = (sums.get(version, 0) + hash((term, column, place))) & _BITS
            if show and number % _SHOWN == 0:
                show(VerifyProgress("search index", 0, 0))
    finally:
        cursor.execute("DROP TABLE temp.verified_words")
    return sums
