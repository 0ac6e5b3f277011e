"""Passages found again in the text that they were taken from, so that a page can light them."""

from collections.abc import Sequence
from typing import NamedTuple


class LitPiece(NamedTuple):
    """A piece of a text; `passage` is the number of the passage that it is, counted from 1, 0 where it is none."""

    text: str
    passage: int


def light_passages(texts: Sequence[str], passages: Sequence[str]) -> tuple[tuple[LitPiece, ...], ...]:
    """Return each text in pieces, with each passage lit once, where it is first found and nothing is lit yet.

    >>> light_passages(["甲乙丙", "乙丁"], ["乙", "乙丁"])[1]
    (LitPiece(text='乙丁', passage=2),)
    """
    lit: list[list[tuple[int, int, int]]] = [[] for _ in texts]
    for number, passage in enumerate(passages, 1):
        for text, spans in zip(texts, lit, strict=True):
            start = _find_free(text, passage, spans)
            if start is not None:
                spans.append((start, start + len(passage), number))
                break
    return tuple(_cut(text, sorted(spans)) for text, spans in zip(texts, lit, strict=True))


def _find_free(text: str, passage: str, spans: Sequence[tuple[int, int, int]]) -> int | None:
    start = text.find(passage) if passage else -1
    while start >= 0:
        if all(end <= start or begin >= start + len(passage) for begin, end, _ in spans):
            return start
        start = text.find(passage, start + 1)
    return None


def _cut(text: str, spans: Sequence[tuple[int, int, int]]) -> tuple[LitPiece, ...]:
    pieces, done = [], 0
    for start, end, number in spans:
        pieces += [LitPiece(text[done:start], 0), LitPiece(text[start:end], number)]
        done = end
    return tuple(piece for piece in (*pieces, LitPiece(text[done:], 0)) if piece.text)
