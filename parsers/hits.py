"""The words of the forms in a document: row labels with the figures that follow them, and words of headers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from parsers.atoms import Atom
from parsers.behind import cells_of_row, find_figures
from parsers.labels import FormLine, Frame, Vocabulary, is_numbered_otherwise, label_key, load_vocabulary, short_key
from parsers.options import Options

_LABEL_WEIGHT = 1
_FIGURES_WEIGHT = 1
_EXACT_WEIGHT = 3
_NUMBERED = re.compile(r"\s*\d{1,2}\s*[.、．)）]")
_TELLING_BEGINNING = 4  # letters with which only one label begins


class Hit(NamedTuple):
    """A line of a form found at atoms `start` to `end` (one past), with the figures that belong to it.

    `stop` is the next atom of text behind it; `sure` is False where its label was recognised by its likeness alone.
    """

    line: FormLine
    start: int
    end: int
    figures: tuple[int, ...]
    weight: int
    stop: int
    sure: bool = True


class Word(NamedTuple):
    """A word of a header at atoms `start` to `end` (one past)."""

    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Found:
    """All that was recognised: row labels by the key of their frame, words of headers, both in document order."""

    rows: Mapping[tuple[str, str], Sequence[Hit]]
    words: Sequence[Word]


def find_hits(atoms: Sequence[Atom], options: Options) -> Found:
    """Return every row label and every word of a header, whole or broken over atoms that follow each other."""
    vocabulary = load_vocabulary(options.series)
    rows: dict[tuple[str, str], list[Hit]] = {}
    words: list[Word] = []
    stops = _find_stops(atoms)
    for start, atom in enumerate(atoms):
        if atom.kind != "text" or len(atom.raw) > options.max_label_length:
            continue
        if " " in atom.raw and label_key(atom.raw) not in vocabulary.words:
            words.extend(_split_words(atom.raw, start, vocabulary))
            for frame, line in _split_rows(atom.raw, vocabulary):
                rows.setdefault(frame.key, []).append(read_hit(line, start, start + 1, atoms, stops))
        for key, end, inside in _find_keys(atoms, start, vocabulary, options):
            if key in vocabulary.heads:
                words.append(Word(key, start, end))
            for frame, line in vocabulary.rows.get(key, ()):
                if key in vocabulary.headers and _is_other(atoms, start, line, vocabulary):
                    continue
                rows.setdefault(frame.key, []).append(read_hit(line, start, end, atoms, stops, inside))
    return Found(rows, words)


def _is_other(atoms: Sequence[Atom], start: int, line: FormLine, vocabulary: Vocabulary) -> bool:
    """Whether 其他 or 总计 at an atom is a word of a header, or numbered as another line is."""
    raw = atoms[start].raw
    before = next(
        (atoms[n] for n in range(start - 1, -1, -1) if atoms[n].kind != "break" and atoms[n].raw != raw), None
    )
    in_header = before is not None and before.kind == "text" and label_key(before.raw) in vocabulary.headers
    return in_header or is_numbered_otherwise(atoms[start].raw, line.text)


def _split_words(raw: str, start: int, vocabulary: Vocabulary) -> list[Word]:
    """Return the words of a header that single spaces divide within one text."""
    text = label_key(raw)
    keys: list[str] = []
    place = 0
    while place < len(text):
        end = next((end for end in range(len(text), place + 1, -1) if text[place:end] in vocabulary.heads), 0)
        keys += [text[place:end]] if end else []
        place = end or place + 1
    return [Word(key, start, start + 1) for key in keys] if len(keys) > 1 else []


def _split_rows(raw: str, vocabulary: Vocabulary) -> Sequence[tuple[Frame, FormLine]]:
    """Return the lines whose label ends a text behind the words of a group, or begins one that a unit ends."""
    pieces = raw.split()
    for place in range(1, len(pieces)):
        before, behind = label_key("".join(pieces[:place])), label_key("".join(pieces[place:]))
        if behind in vocabulary.rows and before in vocabulary.heads:
            return vocabulary.rows[behind]
        with_unit = [(frame, line) for frame, line in vocabulary.rows.get(before, ()) if line.unit == behind]
        if with_unit:
            return with_unit
    return ()


def _begins_row(raw: str, vocabulary: Vocabulary) -> bool:
    key = label_key(raw)
    is_known = key in vocabulary.rows or key in vocabulary.beginnings
    return bool(_NUMBERED.match(raw)) or (len(key) >= _TELLING_BEGINNING and is_known)


def in_printed_row(hit: Hit, atoms: Sequence[Atom]) -> bool:
    """Whether more than the order of lines says that a label's figures are one row."""
    return atoms[hit.figures[0] if hit.figures else hit.end - 1].row > 0


def _find_stops(atoms: Sequence[Atom]) -> list[int]:
    """Return, for each atom and for the end of all, the next atom of text from there on."""
    stops = [len(atoms)] * (len(atoms) + 1)
    stop = len(atoms)
    for index in range(len(atoms) - 1, -1, -1):
        if atoms[index].kind == "text":
            stop = index
        stops[index] = stop
    return stops


def read_hit(  # noqa: PLR0913 - what a hit is made of
    line: FormLine,
    start: int,
    end: int,
    atoms: Sequence[Atom],
    stops: Sequence[int] | None = None,
    inside: tuple[int, ...] = (),
    *,
    sure: bool = True,
) -> Hit:
    """Return the hit of a label with its figures; the line's unit, printed behind the label, is part of it."""
    if line.unit:
        unit = next((n for n in range(end, len(atoms)) if atoms[n].kind != "break"), len(atoms))
        if unit < len(atoms) and atoms[unit].kind == "text" and label_key(atoms[unit].raw) == line.unit:
            end = unit + 1
    stop = stops[end] if stops else next((n for n in range(end, len(atoms)) if atoms[n].kind == "text"), len(atoms))
    figures = inside or find_figures(atoms, end, stop, line)
    return Hit(line, start, end, figures, _weigh(line, figures, atoms), stop, sure)


def make_hit(line: FormLine, start: int, end: int, figures: tuple[int, ...], atoms: Sequence[Atom]) -> Hit:
    """Return a hit whose figures are known, and end what belongs to it."""
    return Hit(line, start, end, figures, _weigh(line, figures, atoms), figures[-1] + 1 if figures else end)


def with_figures(hit: Hit, figures: tuple[int, ...], atoms: Sequence[Atom]) -> Hit:
    """Return a hit with other figures, and the weight that it has with them."""
    if figures == hit.figures:
        return hit
    return hit._replace(figures=figures, weight=_weigh(hit.line, figures, atoms))


def _weigh(line: FormLine, figures: tuple[int, ...], atoms: Sequence[Atom]) -> int:
    """Return how much a hit tells: a label counts little, the right number of figures behind it much."""
    exact = len(figures) in (len(line.cells), line.width)
    some = exact or any(atoms[index].kind == "figure" for index in figures)
    return _LABEL_WEIGHT + _FIGURES_WEIGHT * some + _EXACT_WEIGHT * exact


def _find_keys(
    atoms: Sequence[Atom], start: int, vocabulary: Vocabulary, options: Options
) -> list[tuple[str, int, tuple[int, ...]]]:
    """Return the words that begin at an atom: the letters, the atom after it, and figures that stand inside it."""
    raw = atoms[start].raw
    key = label_key(raw)
    found: list[tuple[str, int, tuple[int, ...]]] = []
    if key in vocabulary.words:
        found.append((key, start + 1, ()))
    elif "(" in raw or "（" in raw:
        short = short_key(raw)
        if short in vocabulary.words:
            found.append((short, _end_of_bracket(atoms, start, options), ()))
    if key in vocabulary.beginnings:
        found.extend(_join(atoms, start, vocabulary, options))
    if not found and key in vocabulary.cut_heads:
        found.append((vocabulary.cut_heads[key], start + 1, ()))
    return found


def _end_of_bracket(atoms: Sequence[Atom], start: int, options: Options) -> int:
    """Return the atom after an explanation in brackets that goes on over lines; the next one where it does not."""
    text = ""
    for end in range(start, min(len(atoms), start + options.max_label_pieces)):
        if atoms[end].kind != "text":
            break
        text += atoms[end].raw
        if text.count("(") + text.count("（") <= text.count(")") + text.count("）"):
            return end + 1
    return start + 1


def _join(
    atoms: Sequence[Atom], start: int, vocabulary: Vocabulary, options: Options
) -> list[tuple[str, int, tuple[int, ...]]]:
    """Return the words that the text at `start` makes with texts after it.

    In rows that spaces divide, one row of figures and few strange texts may stand between the pieces: that is how a
    wrapped label is printed around its figures.
    """
    found: list[tuple[str, int, tuple[int, ...]]] = []
    text, pieces, strangers, end = atoms[start].raw, 1, 0, start + 1
    inside: tuple[int, ...] = ()
    is_group = False  # a word around the label of a row names a group of rows, and no row
    spaced = atoms[start].setting in {"spaces", "line"}
    index = start + 1
    while index < len(atoms) and pieces < options.max_label_pieces:
        atom = atoms[index]
        if atom.kind == "text":
            key = label_key(text + atom.raw)
            if key in vocabulary.words or key in vocabulary.beginnings:
                text, pieces, end = text + atom.raw, pieces + 1, index + 1
                if key in vocabulary.words and not (is_group and key in vocabulary.rows):
                    found.append((key, end, inside))
            elif spaced and strangers < options.max_strangers_in_label and len(label_key(text)) > 1:
                strangers += 1
                is_group |= _begins_row(atom.raw, vocabulary)
            else:
                break
        elif atom.kind != "break":
            if inside or not spaced or atom.setting != "spaces":
                break
            inside = cells_of_row(atoms, index)
            index = inside[-1]
            if index + 1 < len(atoms) and atoms[index + 1].row == atom.row:
                break  # another cell of the row follows, so that these are not all of its figures
        index += 1
    return found
