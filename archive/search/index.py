"""The search index: every character of every report, the most frequent ones together with the one behind them.

Three FTS5 tables that plain SQLite reads. `search_words` has the words of the versions that stand now, `search_past`
those of all others; `search_characters` says which of the most frequent characters each version that stands now holds,
for one of those alone is found much faster by that. They keep no copy of the text: what is taken out must be the words
that were put in. Whoever changes the tokens, or what `searchable_text` is, rebuilds the index in the same migration.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from archive.file.database import postpone
from archive.readings.documents import load_document
from archive.search.text import searchable_text
from parsers.report import Report

COMMON = frozenset("0123456789(),.、。一不主事人他件作信公其况办动和处复工年府度开息情政文本理申的第结行街请道项")
"""The most frequent characters of these reports and of Chinese, with all figures.

Any set finds the same; this one weighs the size of the index (more pairs, more tokens) against the time that frequent
words take. The year of a report is a token of four figures, and no other token is as long.
"""
_END = "\u009c"
"""Stands behind the last character of a segment; folded texts hold no control character."""
TABLES = ("search_words", "search_past", "search_characters")


class IndexedVersion(NamedTuple):
    """What the index takes of a version: its row, the year of its report, the folded segments of its text."""

    id: int
    year: int
    segments: tuple[str, ...]


def make_indexed(connection: sqlite3.Connection, version_id: int, report: Report, agency: str | None) -> IndexedVersion:
    """Return what the index takes of a version that is on record."""
    row = connection.execute(
        "SELECT year FROM versions JOIN reports ON reports.id = report_id WHERE versions.id = ?", (version_id,)
    ).fetchone()
    return IndexedVersion(version_id, row["year"], searchable_text(report, agency))


def index_words(connection: sqlite3.Connection, version: IndexedVersion, *, stands: bool) -> None:
    """Put a version's words into the index; `stands` says whether it is what is known of its report now."""
    words = " ".join(_iter_tokens(version.segments))
    year = year_token(version.year)
    table = "search_words" if stands else "search_past"
    postpone(connection, f"INSERT INTO {table} (rowid, words, year) VALUES (?, ?, ?)", (version.id, words, year))  # noqa: S608 - names of ours
    if stands:
        characters = "INSERT INTO search_characters (rowid, words) VALUES (?, ?)"
        postpone(connection, characters, (version.id, _list_characters(version)))


def forget_words(connection: sqlite3.Connection, version: IndexedVersion, *, stands: bool) -> None:
    """Take a version's words out of the index; `version` and `stands` must be what they were put in with."""
    words = " ".join(_iter_tokens(version.segments))
    year = year_token(version.year)
    table = "search_words" if stands else "search_past"
    postpone(
        connection,
        f"INSERT INTO {table} ({table}, rowid, words, year) VALUES ('delete', ?, ?, ?)",  # noqa: S608 - names of ours
        (version.id, words, year),
    )
    if stands:
        postpone(
            connection,
            "INSERT INTO search_characters (search_characters, rowid, words) VALUES ('delete', ?, ?)",
            (version.id, _list_characters(version)),
        )


def forget_all_words(connection: sqlite3.Connection) -> None:
    """Empty the index."""
    for table in TABLES:
        postpone(connection, f"INSERT INTO {table} ({table}) VALUES ('delete-all')")  # noqa: S608 - names of ours


def join_parts(connection: sqlite3.Connection) -> None:
    """Join the parts of the index into one each, within the caller's transaction."""
    for table in TABLES:
        postpone(connection, f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608 - names of ours


def fill_index(connection: sqlite3.Connection) -> None:
    """Put the words of all versions into an index that is empty."""
    rows = connection.execute(
        """
        SELECT versions.id, reading_id, agency, year, EXISTS (
          SELECT 1 FROM states WHERE states.report_id = reports.id AND version_id = versions.id AND known_until IS NULL
        ) AS stands
        FROM versions JOIN reports ON reports.id = report_id ORDER BY versions.id
        """
    )
    for version_id, reading_id, agency, year, stands in rows.fetchall():
        segments = searchable_text(load_document(connection, reading_id), agency)
        index_words(connection, IndexedVersion(version_id, year, segments), stands=bool(stands))


def year_token(year: int) -> str:
    """Return the word by which the reports of a year are found in the index."""
    return f"{year:04}"


def _iter_tokens(segments: Iterable[str]) -> Iterator[str]:
    for segment in segments:
        if segment:
            yield from _to_tokens(segment + _END)


def _to_tokens(text: str) -> list[str]:
    """Return the tokens of a text of two characters or more, or of one that is not frequent.

    A frequent character makes one with the character behind it; it makes another alone before that where the one in
    front of it is not frequent. Any other makes one alone. So the tokens of a word are the same in every text, wherever
    it begins and ends.

    >>> _to_tokens("电梯公开道"), _to_tokens("梯公"), _to_tokens("公开")
    (['电', '梯', '公', '公开', '开道'], ['梯', '公'], ['公开'])
    """
    tokens: list[str] = []
    is_behind_frequent = True  # what stands before the text does not count
    for one, other in pairwise(text):
        is_frequent = one in COMMON
        if not is_frequent or not is_behind_frequent:
            tokens.append(one)
        if is_frequent:
            tokens.append(one + other)
        is_behind_frequent = is_frequent
    if not is_behind_frequent or text[-1] not in COMMON:
        tokens.append(text[-1])
    return tokens


def _list_characters(version: IndexedVersion) -> str:
    held = COMMON.intersection("".join(version.segments))
    return " ".join([year_token(version.year), *sorted(held)])


def is_common(word: str) -> bool:
    """Whether a folded word is one of the most frequent characters alone, which `search_characters` knows of."""
    return word in COMMON


def word_to_phrase(word: str) -> str:
    """Return the FTS5 phrase that finds a folded word in `search_words` and `search_past`.

    >>> word_to_phrase("电梯"), word_to_phrase("公开"), word_to_phrase("电梯年"), word_to_phrase("公")
    ('"电 梯"', '"公开"', '"电 梯 年"', 'words : "公" *')
    """
    # A year, in a column of its own, may begin with the same figure.
    return f"words : {_quote([word])} *" if is_common(word) else _quote(_to_tokens(word))


def character_to_phrase(character: str) -> str:
    """Return the FTS5 phrase that finds one of the most frequent characters in `search_characters`."""
    return _quote([character])


def _quote(tokens: Iterable[str]) -> str:
    words = " ".join(tokens).replace('"', '""')
    return f'"{words}"'
