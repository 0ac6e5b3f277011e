"""Full-text search in Chinese: overlapping pairs of characters in an FTS5 index that plain SQLite reads."""

import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from operator import add

from archive.errors import QueryError
from parsers.report import Report

_LOOSE_SPACE = re.compile(r"(?<![\da-z]) | (?![\da-z])")
_RUN = re.compile(r"([^\W\d_a-z]+)|([\da-z]+)")
_QUERY_WORD = re.compile(r'"([^"]*)"|(\S+)')
_SNIPPET_BEFORE = 24
_SNIPPET_LENGTH = 72


def fold(text: str) -> str:
    """Return a text as it is compared: width and case folded, white space off but between two figures or Latin words.

    >>> fold("２０２０年 政务 公开 WeChat　Pay")
    '2020年政务公开wechat pay'
    """
    return _LOOSE_SPACE.sub("", " ".join(unicodedata.normalize("NFKC", text).casefold().split()))


def searchable_text(report: Report, agency: str | None) -> str:
    """Return every word of a report: names, title, sections, other tables, and what its cells print."""
    parts: list[str] = [report.title or "", agency or report.agency or "", report.preamble]
    for section in report.sections:
        parts += (section.heading, section.text)
    for table in report.tables:
        parts += (table.heading, *(" ".join(row) for row in table.rows))
    parts.append(" ".join(cell.raw for cell in report.cells if cell.raw and cell.value != 0))
    return "\n".join(part for part in parts if part)


def index_words(connection: sqlite3.Connection, version_id: int, report: Report, agency: str | None) -> None:
    """Put a version's words into the index."""
    words = _to_words(report, agency)
    connection.execute("INSERT INTO search_words (rowid, words) VALUES (?, ?)", (version_id, words))


def forget_words(connection: sqlite3.Connection, version_id: int, report: Report, agency: str | None) -> None:
    """Take a version's words out of the index. They must be those that were put in, for the index keeps no copy.

    Whoever changes what `searchable_text` or the tokens are rebuilds the index in the same migration.
    """
    words = _to_words(report, agency)
    connection.execute(
        "INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', ?, ?)", (version_id, words)
    )


def _to_words(report: Report, agency: str | None) -> str:
    lines = searchable_text(report, agency).splitlines()
    return "\n".join(" ".join(_iter_tokens(fold(line), whole=True)) for line in lines)


def query_words(query: str) -> tuple[str, ...]:
    """Return the words of a query, folded; what stands in quotes is one.

    >>> query_words('依申请 "主动 公开"')
    ('依申请', '主动公开')
    """
    words = tuple(fold(quoted or plain) for quoted, plain in _QUERY_WORD.findall(query))
    if not any(_RUN.search(word) for word in words):
        raise QueryError(f"nothing to search for in {query!r}; write at least one letter, figure or character")
    return tuple(word for word in words if _RUN.search(word))


def words_to_match(words: Iterable[str]) -> str:
    """Return the FTS5 expression that finds reports with all of the words.

    >>> words_to_match(("公开", "年"))
    '"公开" "年" *'
    """
    return " ".join(_word_to_phrase(word) for word in words)


def _word_to_phrase(word: str) -> str:
    tokens = list(_iter_tokens(word, whole=False))
    *_, last = _RUN.finditer(word)
    open_end = " *" if last[2] or len(last[1]) == 1 else ""
    return f'"{" ".join(tokens)}"{open_end}'


def _iter_tokens(text: str, *, whole: bool) -> Iterator[str]:
    """Yield the tokens of folded text: pairs of characters and the last one alone, figures and letters as they are.

    In a query (`whole` false) the text may go on after its last run, so that run's last character stays in its pair.
    """
    runs = _RUN.findall(text)
    for number, (characters, word) in enumerate(runs):
        if not characters:
            yield word
            continue
        yield from map(add, characters, characters[1:])
        if whole or number < len(runs) - 1 or len(characters) == 1:
            yield characters[-1]


def make_snippet(text: str, words: Sequence[str]) -> str:
    """Return the part of a text around the first word found, the words marked `[so]`."""
    plain = " ".join(text.split())
    positions: list[int] = []  # for each folded character, where it stands in the plain text
    folded = []
    for position, character in enumerate(plain):
        for piece in fold(character):
            folded.append(piece)
            positions.append(position)
    joined = "".join(folded)
    words = [word.replace(" ", "") for word in words]  # as folding character by character leaves them
    first = min((found for word in words if (found := joined.find(word)) >= 0), default=0)
    start = max(0, positions[first] - _SNIPPET_BEFORE) if positions else 0
    end = start + _SNIPPET_LENGTH
    marks = sorted(
        (positions[found.start()], positions[found.end() - 1] + 1)
        for word in words
        for found in re.finditer(re.escape(word), joined)
    )
    pieces, at = [], start
    for begin, stop in marks:
        if begin >= at and stop <= end:
            pieces += [plain[at:begin], "[", plain[begin:stop], "]"]
            at = stop
    pieces.append(plain[at:end])
    return ("…" if start else "") + "".join(pieces) + ("…" if end < len(plain) else "")
