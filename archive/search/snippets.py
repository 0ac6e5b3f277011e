"""The part of a report around what was searched for, with every word of the query in it marked."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter

from archive.search.text import fold, split_text

SNIPPET_LENGTH = 72
"""Characters of a report that a snippet shows."""
_BEFORE = 24
"""Characters in front of the word that is shown."""
_STRIDE = 32
"""Characters that are folded at once to find a place in a long text."""
_CHARACTERS_KEPT = 20_000
"""Characters whose folded form is kept: more than texts have different ones."""

Pieces = tuple[tuple[str, bool], ...]
"""A snippet as texts, each with whether it is a word that was found."""


def make_snippet(texts: Iterable[str], words: Sequence[Sequence[str]]) -> Pieces:
    """Return what surrounds the first place of the longest word, marked; without any, how the texts begin.

    `texts` are those of a report as printed; `words` are folded, each in all its spellings. No more texts are looked
    at than it takes.
    """
    ordered = sorted(words, key=lambda word: len(word[0]), reverse=True)
    waiting = iter(texts)
    printed, shown, offset = _find_longest(waiting, ordered)
    plain = _gather(chain(printed, waiting))
    place = plain.find(shown)
    spellings = [spelling for word in ordered for spelling in word]
    return _cut(plain, place if place >= 0 else _locate(plain, offset), spellings)


def _find_longest(waiting: Iterator[str], ordered: Sequence[Sequence[str]]) -> tuple[list[str], str, int]:
    """Return the segments from that on in which the longest word is that any has, the word, its place when folded."""
    printed: list[str] = []
    first, shown, offset, rank = 0, "", 0, len(ordered)
    for text in waiting:
        for plain, folded in _split_where_needed(text, ordered[:1]):
            printed.append(plain)
            for better, word in enumerate(ordered[:rank]):
                found = min(((place, one) for one in word if (place := folded.find(one)) >= 0), default=None)
                if found:
                    first, (offset, shown), rank = len(printed) - 1, found, better
                    break
        if rank == 0:
            break
    return printed[first:], shown, offset


def _split_where_needed(text: str, wanted: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """Return the segments of a text, as printed and folded; all in one where the longest word is printed as asked.

    Folding takes most of the time that a snippet does.
    """
    is_plain = not wanted or any(spelling in text for spelling in wanted[0])
    return [(text, text)] if is_plain else split_text(text)


def mark_snippet(pieces: Pieces) -> str:
    """Return a snippet as one text, the words found in brackets."""
    return "".join(f"[{text}]" if is_found else text for text, is_found in pieces)


def _gather(printed: Iterable[str]) -> str:
    """Return a segment in one line, with those behind it while there is room: a figure alone says little."""
    plain = ""
    for text in printed:
        plain = " ".join(f"{plain} {text}".split())
        if len(plain) >= SNIPPET_LENGTH:
            break
    return plain


def _locate(plain: str, offset: int) -> int:
    """Return about where in a text as printed a place of its folded text is: no further off than a few characters."""
    place = 0
    while place < len(plain) and offset > 0:
        width = min(_STRIDE, max(1, offset // 2))
        offset -= len(fold(plain[place : place + width]))
        place += width
    return place


def _cut(plain: str, place: int, spellings: Sequence[str]) -> Pieces:
    """Return the part of a text around a place, every word in it marked."""
    start = max(0, place - _BEFORE)
    end = start + SNIPPET_LENGTH
    places: list[int] = []  # where each folded character stands in the text as printed
    folded = ""
    for number, character in enumerate(plain[start:end], start):
        piece = _fold_character(character)
        folded += piece
        places += [number] * len(piece)
    marks = [
        (places[found.start()], places[found.end() - 1] + 1)
        for spelling in spellings
        for found in re.finditer(re.escape(spelling), folded)
    ]
    ends = ("…" if start else "", "…" if end < len(plain) else "")
    return tuple(_iter_pieces(plain[:end], start, _join(marks), ends))


def _iter_pieces(
    plain: str, start: int, marks: Iterable[tuple[int, int]], ends: tuple[str, str]
) -> Iterable[tuple[str, bool]]:
    pieces: list[tuple[str, bool]] = [(ends[0], False)]
    at = start
    for begin, stop in marks:
        pieces += [(plain[at:begin], False), (plain[begin:stop], True)]
        at = stop
    pieces += [(plain[at:], False), (ends[1], False)]
    return [piece for piece in pieces if piece[0]]


def _join(marks: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return marks in order, those that overlap as one."""
    joined: list[tuple[int, int]] = []
    for begin, stop in sorted(marks, key=itemgetter(0)):
        if joined and begin < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((begin, stop))
    return joined


@lru_cache(_CHARACTERS_KEPT)
def _fold_character(character: str) -> str:
    return fold(character)
