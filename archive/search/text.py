"""The text of a report as it is searched: what is printed in it, piece by piece, folded so that spellings meet."""

import unicodedata
from collections.abc import Iterable, Iterator

from archive.search.simplified import load_simplified
from parsers.report import Report

_DROPPED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})
"""Categories of characters that nobody sees: control and format characters, halves of characters, white space."""


class _Characters(dict[int, str | None]):
    """What each character of a folded text becomes; each is looked up once."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        is_dropped = unicodedata.category(character) in _DROPPED
        self[code] = None if is_dropped else load_simplified().get(character, character)
        return self[code]


_CHARACTERS = _Characters()


def fold(text: str) -> str:
    """Return a text as it is compared: width and case folded, characters simplified, white space off.

    Index and queries are folded by this alone. Punctuation stays, and is searched as any other character.

    >>> fold("２０２０年 政務 公開：WeChat　Pay")
    '2020年政务公开:wechatpay'
    """
    folded = text if text.isascii() else unicodedata.normalize("NFKC", text)
    folded = folded.casefold()
    if not folded.isascii():
        folded = unicodedata.normalize("NFKC", folded)
    return folded.translate(_CHARACTERS)


def iter_texts(report: Report, agency: str | None, raws: Iterable[str]) -> Iterator[str]:
    """Yield the texts of a report as they are printed, each once; `raws` are those of its official cells.

    They are its title, its agency, the preamble, each section's heading and text, each other table's heading and
    cells, then what the official cells print, the zeros among it.
    """
    seen = {""}
    for text in _iter_all_texts(report, agency, raws):
        if text not in seen:
            seen.add(text)
            yield text


def _iter_all_texts(report: Report, agency: str | None, raws: Iterable[str]) -> Iterator[str]:
    yield from (report.title or "", agency or report.agency or "", report.preamble)
    for section in report.sections:
        yield from (section.heading, section.text)
    for table in report.tables:
        yield table.heading
        for row in table.rows:
            yield from row
    yield from raws


def split_text(text: str) -> list[tuple[str, str]]:
    r"""Return the segments of a text, as printed and folded; a word is found within one of them.

    Lines run on, as they do where a text is set in columns, but not between two Latin letters or figures: what ends
    one line there and begins the next are two words.

    >>> split_text("主动\n公开 12\n34")
    [('主动\n公开 12', '主动公开12'), ('34', '34')]
    """
    printed: list[list[str]] = []
    folded: list[list[str]] = []
    for line in text.splitlines():
        piece = fold(line)
        if not piece:
            continue
        if folded and not (_is_latin(folded[-1][-1][-1]) and _is_latin(piece[0])):
            printed[-1].append(line)
            folded[-1].append(piece)
        else:
            printed.append([line])
            folded.append([piece])
    return [("\n".join(lines), "".join(pieces)) for lines, pieces in zip(printed, folded, strict=True)]


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def searchable_text(report: Report, agency: str | None) -> tuple[str, ...]:
    """Return the folded segments of a report: a query of one word finds it where one of them holds the folded word."""
    texts = iter_texts(report, agency, (cell.raw for cell in report.cells))
    return tuple(dict.fromkeys(folded for text in texts for _, folded in split_text(text)))
