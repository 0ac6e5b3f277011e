"""Whether the search index holds just the words of the versions: it keeps no copy of them, so its tokens are compared.

Each version's tokens are made once more, by the same tokenizer, and of both sides no more is kept than a number of 64
bits for each version: the sum of a hash of every token with its place, in whatever order they come.
"""

import sqlite3
from contextlib import closing
from typing import NamedTuple

from archive.checking import REPAIR, Problems, Show, VerifyProgress
from archive.checks_of_file import make_parts
from archive.search import index_words
from parsers.report import Report

_BATCH = 200
_BITS = (1 << 64) - 1
_SHOWN = 1_000_000
_MISSED = f"search does not find this report by its words, or by words that it has not; {REPAIR}"


class _Version(NamedTuple):
    where: str
    tokens: int


class SearchCheck:
    """Takes the words of versions, then compares the index with them."""

    def __init__(self) -> None:
        self._wanted: dict[int, _Version] = {}
        self._waiting: list[tuple[int, str, Report, str | None]] = []

    def add(self, version_id: int, where: str, report: Report, agency: str | None) -> None:
        """Take the words of a version, which is named to people as `where`."""
        self._waiting.append((version_id, where, report, agency))
        if len(self._waiting) >= _BATCH:
            self._tokenize()

    def _tokenize(self) -> None:
        names = {version_id: where for version_id, where, _, _ in self._waiting}
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as memory:
            memory.execute(make_parts()["table", "search_words"].sql)
            memory.execute("BEGIN")
            for version_id, _, report, agency in self._waiting:
                index_words(memory, version_id, report, agency)
            tokens = _sum_tokens(memory, None)
        self._wanted.update((number, _Version(where, tokens.get(number, 0))) for number, where in names.items())
        self._waiting.clear()

    def check(self, connection: sqlite3.Connection, problems: Problems, show: Show) -> None:
        """Compare the index with all that was taken; versions that nobody gave are let be if they are there."""
        self._tokenize()
        found = _sum_tokens(connection, show)
        for number, version in self._wanted.items():
            if found.get(number, 0) != version.tokens:
                what = "the search index holds other words for it than it says"
                problems.add("search", what, version.where, _MISSED)
        given = {row[0] for row in connection.execute("SELECT id FROM versions")} | self._wanted.keys()
        for number in sorted(found.keys() - given):
            what = f"the search index holds words for version row {number}, which is not there"
            problems.add("search", what, "search_words", f"a search meets what is no report; {REPAIR}")


def _sum_tokens(connection: sqlite3.Connection, show: Show | None) -> dict[int, int]:
    """Return by document the sum of the hashes of its tokens, each with its place."""
    sums: dict[int, int] = {}
    cursor = connection.cursor()
    cursor.row_factory = None
    cursor.execute("CREATE VIRTUAL TABLE temp.verified_words USING fts5vocab (main, search_words, instance)")
    try:
        for number, (term, document, place) in enumerate(
            cursor.execute('SELECT term, doc, "offset" FROM temp.verified_words')
        ):
            sums[document] = (sums.get(document, 0) + hash((term, place))) & _BITS
            if show and number % _SHOWN == 0:
                show(VerifyProgress("search index", 0, 0))
    finally:
        cursor.execute("DROP TABLE temp.verified_words")
    return sums
