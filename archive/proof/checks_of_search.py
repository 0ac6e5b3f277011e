"""Whether the search index holds just the words of the versions, each version in its place.

It keeps no copy of the words, so its tokens are compared. Each version's are made once more, by the same tokenizers,
and of both sides together no more is kept than a number of 64 bits for each version and table: the sum of a hash of
every token with its place, in whatever order they come.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing

from archive.proof.checking import REPAIR, Problems, Show, VerifyProgress
from archive.proof.checks_of_file import make_parts
from archive.search.index import TABLES, IndexedVersion, index_words

_BATCH = 200
_BITS = (1 << 64) - 1
_SHOWN = 1_000_000
_MISSED = f"search does not find this report by its words, or by words that it has not; {REPAIR}"


_Sums = dict[int, int]
"""By version the sum of the hashes of its tokens, one side's taken off the other's: 0 where both agree."""


class SearchCheck:
    """Takes the words of versions, then compares the index with them."""

    def __init__(self) -> None:
        self._sums: dict[str, _Sums] = {table: {} for table in TABLES}
        self._given: set[int] = set()
        self._waiting: list[tuple[IndexedVersion, bool]] = []

    def add(self, version: IndexedVersion, *, stands: bool) -> None:
        """Take the words of a version, and whether it stands now."""
        self._given.add(version.id)
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
            for table, sums in self._sums.items():
                _add_tokens(sums, memory, table, 1, None)
        self._waiting.clear()

    def check(self, connection: sqlite3.Connection, problems: Problems, show: Show) -> None:
        """Compare the index with all that was taken; versions that nobody gave are let be if they are there."""
        self._tokenize()
        differing: set[int] = set()
        for table, sums in self._sums.items():
            _add_tokens(sums, connection, table, -1, show)
            differing.update(number for number, sum_ in sums.items() if sum_)
        names = _name_versions(connection, differing)
        for number in sorted(differing & self._given):
            what = "the search index holds other words for it than it says, or in another place"
            problems.add("search", what, names.get(number, f"version row {number}"), _MISSED)
        for number in sorted(differing - self._given - names.keys()):
            what = f"the search index holds words for version row {number}, which is not there"
            problems.add("search", what, _find_table(self._sums, number), f"a search meets what is no report; {REPAIR}")


def _name_versions(connection: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, str]:
    """Return how versions are named to people, those that are there."""
    statement = """
        SELECT versions.id, 'report ' || coalesce(reports.key, '?') || ', version ' || number
        FROM json_each(?) AS wanted CROSS JOIN versions ON versions.id = wanted.value
        LEFT JOIN reports ON reports.id = report_id
    """
    return {int(row[0]): str(row[1]) for row in connection.execute(statement, (json.dumps(sorted(numbers)),))}


def _find_table(sums: Mapping[str, _Sums], number: int) -> str:
    return next(table for table, of_table in sums.items() if of_table.get(number))


def _add_tokens(sums: _Sums, connection: sqlite3.Connection, table: str, sign: int, show: Show | None) -> None:
    """Add to each version's sum the hashes of its tokens, each with its place where the table knows that."""
    cursor = connection.cursor()
    cursor.row_factory = None
    cursor.execute(f"CREATE VIRTUAL TABLE temp.verified_words USING fts5vocab (main, {table}, instance)")
    try:
        for number, (term, version, column, place) in enumerate(
            cursor.execute('SELECT term, doc, col, "offset" FROM temp.verified_words')
        ):
            sums[version] = (sums.get(version, 0) + sign * hash((term, column, place))) & _BITS
            if show and number % _SHOWN == 0:
                show(VerifyProgress("search index", 0, 0))
    finally:
        cursor.execute("DROP TABLE temp.verified_words")
