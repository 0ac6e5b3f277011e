"""What differs between two texts, so that a person reads it easily and a program can take it apart again. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Literal

from rapidfuzz.distance import Levenshtein

PieceKind = Literal["same", "removed", "added"]

_LEAST_LIKENESS = 0.4
"""How alike two paragraphs must be, 0 to 1, for one to be the other reworded."""
_SAME_LIKENESS = 2.0
"""What a paragraph that stayed counts: more than one that was reworded can."""
_ONE_TEXT = 2
"""How many times less must differ in some paragraphs as one text for it to be told so: they were divided otherwise."""
_ISLAND = 2
"""Characters that two changes may leave between them without being told as the same: they met by chance."""
_MOST_PAIRS = 10_000
"""Paragraphs times paragraphs that are compared with each other; beyond, nothing is looked for."""
_MOST_WORK = 1_000_000_000
"""Characters times characters, some tenths of a second; beyond, one text is told as removed, the other as added."""

_TOKENS = re.compile(r"\d+(?:[.,]\d+)*|[A-Za-z]+|.", re.DOTALL)
"""What a text is made of for its reader: figures and foreign words are never told as changed in part."""
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_STOPS = frozenset("，。、；：？！,.;:?!\n")

Tokens = tuple[str, ...]
Pair = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters that stand in both texts, in the old one alone, or in the new one alone."""

    kind: PieceKind
    text: str


@dataclass(frozen=True, slots=True)
class _Span:
    """Tokens of the old text that stand where those of the new one do; `is_same` where they are the same."""

    old: Tokens
    new: Tokens
    is_same: bool


def compare_texts(old: str, new: str) -> tuple[Piece, ...]:
    """Return the pieces of two texts in their order: without the added ones the old text, without the removed the new.

    Paragraphs are set beside each other first, then characters within those that differ. No two neighbours are of one
    kind, and what was removed stands before what was added in its place.

    >>> [(piece.kind, piece.text) for piece in compare_texts("受理312件。", "受理321件。")]
    [('same', '受理'), ('removed', '312'), ('added', '321'), ('same', '件。')]
    """
    lines, others = _LINES.findall(old), _LINES.findall(new)
    pieces: list[Piece] = []
    for before, after in _align_texts(lines, others):
        pieces += _compare_tokens(before, after)
    return tuple(
        Piece(kind, "".join(piece.text for piece in same)) for kind, same in groupby(pieces, key=attrgetter("kind"))
    )


def join_pieces(pieces: Sequence[Piece], side: Literal["removed", "added"]) -> str:
    """Return one of the two texts again: the old one with what was `removed`, the new one with what was `added`."""
    return "".join(piece.text for piece in pieces if piece.kind in {"same", side})


def align_lines(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """Return which lines stand beside each other, by their numbers and in their order: same ones, then those alike.

    None stands beside a line that has no counterpart. Every line is named once.
    """
    pairs: list[Pair] = []
    for before, after in _iter_blocks(old, new):
        pairs += _pair_alike(old, new, before, after)
    return pairs


def _align_texts(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield texts that stand beside each other: paragraphs, or some that were divided otherwise as one text."""
    texts = [
        ("" if left is None else old[left], "" if right is None else new[right])
        for left, right in align_lines(old, new)
    ]
    for is_same, group in groupby(texts, key=lambda pair: pair[0] == pair[1]):
        pairs = list(group)
        whole = "".join(left for left, _ in pairs), "".join(right for _, right in pairs)
        is_one = not is_same and not all(map(all, pairs)) and _measure([whole]) * _ONE_TEXT < _measure(pairs)
        yield from [whole] if is_one else pairs


def _measure(pairs: Sequence[tuple[str, str]]) -> int:
    """Return how many characters differ."""
    return sum(
        Levenshtein.distance(left, right) if len(left) * len(right) <= _MOST_WORK else len(left) + len(right)
        for left, right in pairs
    )


def _iter_blocks(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[range, range]]:
    """Yield the numbers of lines to be set beside each other: all, or parts of texts that are too long for that."""
    if len(old) * len(new) <= _MOST_PAIRS:
        yield range(len(old)), range(len(new))
        return
    for is_same, group in groupby(Levenshtein.opcodes(old, new), key=lambda code: code.tag == "equal"):
        run = list(group)
        before = range(run[0].src_start, run[-1].src_end)
        after = range(run[0].dest_start, run[-1].dest_end)
        if is_same:
            yield from ((before[place : place + 1], after[place : place + 1]) for place in range(len(before)))
        else:
            yield before, after


def _pair_alike(old: Sequence[str], new: Sequence[str], before: range, after: range) -> Iterator[Pair]:
    """Yield the lines of a block in their order, those together that make the most likeness of all."""
    if len(before) * len(after) > _MOST_PAIRS:
        yield from ((number, None) for number in before)
        yield from ((None, number) for number in after)
        return
    alike = [[_likeness(old[left], new[right]) for right in after] for left in before]
    best = _sum_up(alike, len(before), len(after))
    row = column = 0
    while row < len(before) or column < len(after):
        is_pair = row < len(before) and column < len(after) and alike[row][column] > 0
        if is_pair and best[row][column] == alike[row][column] + best[row + 1][column + 1]:
            yield before[row], after[column]
            row, column = row + 1, column + 1
        elif row < len(before) and (column == len(after) or best[row][column] == best[row + 1][column]):
            yield before[row], None
            row += 1
        else:
            yield None, after[column]
            column += 1


def _sum_up(alike: Sequence[Sequence[float]], rows: int, columns: int) -> list[list[float]]:
    """Return the most likeness that can be had from each place on."""
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for row in reversed(range(rows)):
        for column in reversed(range(columns)):
            paired = alike[row][column] + best[row + 1][column + 1] if alike[row][column] else 0.0
            best[row][column] = max(best[row + 1][column], best[row][column + 1], paired)
    return best


def _likeness(old: str, new: str) -> float:
    """Return how alike two lines are; 0 where that is less than `_LEAST_LIKENESS`, or too much to be looked at."""
    if old == new:
        return _SAME_LIKENESS
    if len(old) * len(new) > _MOST_WORK:
        return 0.0
    return Levenshtein.normalized_similarity(old, new, score_cutoff=_LEAST_LIKENESS)


def _compare_tokens(old: str, new: str) -> Iterator[Piece]:
    """Yield the pieces of two paragraphs."""
    if old == new or not old or not new:
        spans = [_Span((old,), (new,), is_same=old == new)]
    else:
        before, after = tuple(_TOKENS.findall(old)), tuple(_TOKENS.findall(new))
        spans = [
            _Span(before[code.src_start : code.src_end], after[code.dest_start : code.dest_end], code.tag == "equal")
            for code in Levenshtein.opcodes(before, after)
        ]
    for span in _slide(_merge(spans)):
        removed, added = "".join(span.old), "".join(span.new)
        if span.is_same:
            yield Piece("same", removed)
            continue
        if removed:
            yield Piece("removed", removed)
        if added:
            yield Piece("added", added)


def _merge(spans: Sequence[_Span]) -> list[_Span]:
    """Put changes together that stand side by side, or that only an island parts."""
    merged: list[_Span] = []
    for number, span in enumerate(spans):
        following = spans[number + 1] if number + 1 < len(spans) else None
        is_island = bool(merged and following and span.is_same and _is_island(merged[-1], span, following))
        joins = merged and not merged[-1].is_same and (not span.is_same or is_island)
        if joins:
            merged[-1] = _Span(merged[-1].old + span.old, merged[-1].new + span.new, is_same=False)
        else:
            merged.append(span)
    return merged


def _is_island(before: _Span, span: _Span, after: _Span) -> bool:
    """Whether a few same characters part two changes of which something was removed and something added."""
    text = "".join(span.old)
    replaces = bool((before.old or after.old) and (before.new or after.new))
    return len(text) <= _ISLAND and "\n" not in text and not before.is_same and not after.is_same and replaces


def _slide(spans: Sequence[_Span]) -> list[_Span]:
    """Move what was only added, or only removed, along equal characters to where a sentence or part of one begins."""
    slid = list(spans)
    for number in range(1, len(slid) - 1):
        left, change, right = slid[number - 1 : number + 2]
        if left.is_same and right.is_same and bool(change.old) != bool(change.new):
            slid[number - 1 : number + 2] = _slide_one(left.old, change, right.old)
    return [span for span in slid if span.old or span.new]


def _slide_one(left: Tokens, change: _Span, right: Tokens) -> tuple[_Span, _Span, _Span]:
    moving = change.old or change.new
    while left and left[-1] == moving[-1]:
        left, moving, right = left[:-1], (left[-1], *moving[:-1]), (moving[-1], *right)
    best, best_rank = (left, moving, right), _rank(left, moving, right)
    while right and right[0] == moving[0]:
        left, moving, right = (*left, moving[0]), (*moving[1:], right[0]), right[1:]
        if (rank := _rank(left, moving, right)) >= best_rank:
            best, best_rank = (left, moving, right), rank
    left, moving, right = best
    moved = _Span(moving, (), is_same=False) if change.old else _Span((), moving, is_same=False)
    return _Span(left, left, is_same=True), moved, _Span(right, right, is_same=True)


def _rank(left: Tokens, moving: Tokens, right: Tokens) -> int:
    """Return at how many of its two ends a stretch is where one stops to breathe."""
    starts = not left or left[-1] in _STOPS or moving[0] in _STOPS
    ends = not right or moving[-1] in _STOPS or right[0] in _STOPS
    return starts + ends
