"""Characters to lines: what stands beside each other, with blanks where there are gaps."""

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from statistics import median
from typing import NamedTuple

from parsers.carriers.pdf_read import Glyph
from parsers.options import Options

_MAX_PLACES = 500  # no page is wider than so many letters
_WRAPPED_FIGURE = 3  # with fewer digits than this a line of a cell was not wrapped within a figure


class Words(NamedTuple):
    """A line of running text. `pieces` stand apart by wide gaps, each with where it begins; most lines have one."""

    pieces: tuple[tuple[float, str], ...]
    x0: float
    top: float
    x1: float
    bottom: float
    height: float

    @property
    def text(self) -> str:
        """Return its words, one blank in each wide gap."""
        return " ".join(text for _, text in self.pieces)


def glyphs_to_lines(glyphs: Iterable[Glyph], options: Options) -> list[list[Glyph]]:
    """Return the characters of each line from top to bottom, in a line from left to right; lines of blanks left out."""
    lines: list[list[Glyph]] = []
    middle = height = 0.0
    for glyph in sorted(glyphs, key=lambda glyph: glyph.top + glyph.bottom):
        if glyph.text == " " and not lines:
            continue
        own = (glyph.top + glyph.bottom) / 2
        if not lines or own - middle > options.pdf_same_line * min(height, glyph.bottom - glyph.top):
            lines.append([])
            middle, height = own, glyph.bottom - glyph.top
        lines[-1].append(glyph)
    return [_left_to_right(line) for line in lines if any(glyph.text != " " for glyph in line)]


def _left_to_right(line: list[Glyph]) -> list[Glyph]:
    """Sort a line; a character drawn twice in one place, to make it bold, stands once."""
    ordered: list[Glyph] = []
    for glyph in sorted(line, key=lambda glyph: glyph.x0):
        before = ordered[-1] if ordered else None
        if before and before.text == glyph.text and glyph.x0 - before.x0 < (before.x1 - before.x0) / 4:
            continue
        ordered.append(glyph)
    return ordered


def line_to_words(line: Sequence[Glyph], options: Options) -> Words:
    """Return the words of a line, divided at its wide gaps."""
    pieces: list[tuple[float, str]] = []
    before: Glyph | None = None
    blank = False
    for glyph in line:
        if glyph.text == " ":
            blank = True
            continue
        gap = (glyph.x0 - before.x1) / _height(before, glyph) if before else 0.0
        if before is None or gap >= options.pdf_wide_gap:
            pieces.append((glyph.x0, glyph.text))
        else:
            space = " " if blank or _is_gap(before, glyph, gap, options) else ""
            pieces[-1] = pieces[-1][0], pieces[-1][1] + space + glyph.text
        before, blank = glyph, False
    letters = [glyph for glyph in line if glyph.text != " "]
    return Words(
        tuple(pieces),
        letters[0].x0,
        min(glyph.top for glyph in letters),
        max(glyph.x1 for glyph in letters),
        max(glyph.bottom for glyph in letters),
        median(glyph.bottom - glyph.top for glyph in letters),
    )


def lines_to_cell(lines: Sequence[Sequence[Glyph]], width: float, options: Options) -> tuple[str, bool]:
    """Return the text of a cell, and whether its last line is so full that a next one would follow."""
    texts = [_line_to_cell(line, options) for line in lines]
    full = [_is_full(line, width, options) for line in lines]
    joined = texts[0] if texts else ""
    for number, (above, below) in enumerate(pairwise(texts)):
        joined += ("" if _runs_on(above, below, full=full[number]) else " ") + below
    return joined, bool(full) and full[-1]


def _line_to_cell(line: Sequence[Glyph], options: Options) -> str:
    """Return one line of a cell: Chinese letters are set apart to fill a cell, so blanks between them say nothing."""
    text = ""
    before: Glyph | None = None
    blank = False
    for glyph in line:
        if glyph.text == " ":
            blank = True
            continue
        if before:
            gap = (glyph.x0 - before.x1) / _height(before, glyph)
            divided = blank or gap >= options.pdf_word_gap
            text += " " if divided and not (is_wide(before.text) and is_wide(glyph.text)) else ""
        text += glyph.text
        before, blank = glyph, False
    return text


def _runs_on(above: str, below: str, *, full: bool) -> bool:
    """Whether two lines of a cell are joined without a blank.

    A long figure is wrapped in the narrow columns of the official form; but two figures that stand under each other,
    for a ruling line between them is lost, must not become one. So the upper line has to be full, the lower shorter.
    """
    if is_wide(above[-1]) or is_wide(below[0]):
        return True
    is_figure = above[-1].isdigit() and below[0].isdigit()
    return is_figure and full and len(above) >= _WRAPPED_FIGURE and len(above) > len(below)


def _is_full(line: Sequence[Glyph], width: float, options: Options) -> bool:
    letters = [glyph for glyph in line if glyph.text != " "]
    room = width - (max(glyph.x1 for glyph in letters) - min(glyph.x0 for glyph in letters))
    return room < options.pdf_full_slack + letters[-1].x1 - letters[-1].x0


def _height(one: Glyph, other: Glyph) -> float:
    return max(min(one.bottom - one.top, other.bottom - other.top), 1.0)


def _is_gap(before: Glyph, glyph: Glyph, gap: float, options: Options) -> bool:
    """Whether a gap is a space between letters or digits; Chinese letters are set apart for other reasons."""
    return gap >= options.pdf_word_gap and not is_wide(before.text) and not is_wide(glyph.text)


def is_wide(character: str) -> bool:
    """Whether a character is as wide as a Chinese one."""
    return character > "\u2e7f" or unicodedata.east_asian_width(character) in "WFA"


def display_width(text: str) -> int:
    """Return how many half-width places a text takes."""
    return sum(2 if is_wide(character) else 1 for character in text)


def words_to_layout(words: Words, left: float, unit: float) -> str:
    """Return a line with each piece at its place, in half-width places of `unit` points; two blanks at the least."""
    text = ""
    width = 0
    for x, piece in words.pieces:
        blanks = max(2 if text else 0, min(round((x - left) / unit), _MAX_PLACES) - width)
        text += " " * blanks + piece
        width += blanks + display_width(piece)
    return text


def unfold_columns(lines: Sequence[Words], options: Options) -> list[Words]:
    """Return lines in reading order: where long texts stand side by side, the left ones first."""
    unfolded: list[Words] = []
    for is_run, run in groupby(lines, lambda words: _is_side_by_side(words, options)):
        found = list(run)
        if is_run and len(found) >= options.pdf_column_lines and _have_gutter(found):
            unfolded += [_piece_to_words(words, 0) for words in found] + [_piece_to_words(words, 1) for words in found]
        else:
            unfolded += found
    return unfolded


def _is_side_by_side(words: Words, options: Options) -> bool:
    texts = [text for _, text in words.pieces]
    return len(texts) == 2 and all(sum(map(is_wide, text)) >= options.pdf_column_letters for text in texts)


def _have_gutter(lines: Sequence[Words]) -> bool:
    starts = [words.pieces[1][0] for words in lines]
    return max(starts) - min(starts) <= lines[0].height * 3


def _piece_to_words(words: Words, number: int) -> Words:
    """Return one piece as a line of its own; where it ends is told from how many places it takes."""
    x, text = words.pieces[number]
    end = words.x1 if number else min(words.pieces[1][0], x + display_width(text) * words.height / 2)
    return words._replace(pieces=((x, text),), x0=x, x1=end)
