"""The words of the forms in a document: row labels with the figures that follow them, and words of headers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import NamedTuple

from parsers.atoms import Atom
from parsers.labels import FormLine, Frame, Vocabulary, is_numbered_otherwise, label_key, load_vocabulary, short_key
from parsers.options import Options

_LABEL_WEIGHT = 1
_FIGURES_WEIGHT = 1
_EXACT_WEIGHT = 3
_LABEL_COLUMNS = 3  # the columns that the labels of the widest table take


class Hit(NamedTuple):
    """A line of a form found at atoms `start` to `end` (one past), with the figures that belong to it.

    `sure` is False where its label was recognised by its likeness alone.
    """

    line: FormLine
    start: int
    end: int
    figures: tuple[int, ...]
    weight: int
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
    vocabulary = load_vocabulary()
    rows: dict[tuple[str, str], list[Hit]] = {}
    words: list[Word] = []
    for start, atom in enumerate(atoms):
        if atom.kind != "text" or len(atom.raw) > options.max_label_length:
            continue
        if " " in atom.raw and label_key(atom.raw) not in vocabulary.words:
            words.extend(_split_words(atom.raw, start, vocabulary))
            for frame, line in _split_rows(atom.raw, vocabulary):
                rows.setdefault(frame.key, []).append(read_hit(line, start, start + 1, atoms))
        for key, end, inside in _find_keys(atoms, start, vocabulary, options):
            if key in vocabulary.heads:
                words.append(Word(key, start, end))
            for frame, line in vocabulary.rows.get(key, ()):
                if key in vocabulary.headers and _is_other(atoms, start, line, vocabulary):
                    continue
                rows.setdefault(frame.key, []).append(read_hit(line, start, end, atoms, inside))
    return Found(rows, words)


def _is_other(atoms: Sequence[Atom], start: int, line: FormLine, vocabulary: Vocabulary) -> bool:
    """Whether 其他 or 总计 at an atom is a word of a header, or numbered as another line is."""
    before = next((atoms[n] for n in range(start - 1, -1, -1) if atoms[n].kind != "break"), None)
    in_header = before is not None and before.kind == "text" and label_key(before.raw) in vocabulary.headers
    return in_header or is_numbered_otherwise(atoms[start].raw, line.text)


def _split_words(raw: str, start: int, vocabulary: Vocabulary) -> list[Word]:
    """Return the words of a header that single spaces divide within one text."""
    keys = [key for piece in raw.split() if (key := label_key(piece)) in vocabulary.heads]
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


def in_printed_row(hit: Hit, atoms: Sequence[Atom]) -> bool:
    """Whether more than the order of lines says that a label's figures are one row."""
    return atoms[hit.figures[0] if hit.figures else hit.end - 1].row > 0


def read_hit(
    line: FormLine, start: int, end: int, atoms: Sequence[Atom], inside: tuple[int, ...] = (), *, sure: bool = True
) -> Hit:
    """Return the hit of a label with its figures; the line's unit, printed behind the label, is part of it."""
    if line.unit:
        unit = next((n for n in range(end, len(atoms)) if atoms[n].kind != "break"), len(atoms))
        if unit < len(atoms) and atoms[unit].kind == "text" and label_key(atoms[unit].raw) == line.unit:
            end = unit + 1
    return make_hit(line, start, end, inside or find_figures(atoms, end, line), atoms, sure=sure)


def make_hit(  # noqa: PLR0913, PLR0917 - what a hit is
    line: FormLine, start: int, end: int, figures: tuple[int, ...], atoms: Sequence[Atom], *, sure: bool = True
) -> Hit:
    """Return a hit with its weight: a label counts little, the right number of figures behind it much."""
    exact = len(figures) in {len(line.cells), sum(line.spans)}
    some = exact or any(atoms[index].kind == "figure" for index in figures)
    weight = _LABEL_WEIGHT + _FIGURES_WEIGHT * some + _EXACT_WEIGHT * exact
    return Hit(line, start, end, figures, weight, sure)


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
    spaced = atoms[start].setting in {"spaces", "line"}
    index = start + 1
    while index < len(atoms) and pieces < options.max_label_pieces:
        atom = atoms[index]
        if atom.kind == "text":
            key = label_key(text + atom.raw)
            if key in vocabulary.words or key in vocabulary.beginnings:
                text, pieces, end = text + atom.raw, pieces + 1, index + 1
                if key in vocabulary.words:
                    found.append((key, end, inside))
            elif spaced and strangers < options.max_strangers_in_label and len(label_key(text)) > 1:
                strangers += 1
            else:
                break
        elif atom.kind != "break":
            if inside or not spaced or atom.setting != "spaces":
                break
            inside = _cells_from(atoms, index)
            index = inside[-1]
        index += 1
    return found


def _cells_from(atoms: Sequence[Atom], start: int) -> tuple[int, ...]:
    row = atoms[start].row
    return tuple(takewhile(lambda index: _is_cell(atoms[index], row), range(start, len(atoms))))


def _is_cell(atom: Atom, row: int) -> bool:
    return atom.row == row and atom.kind != "text"


def find_figures(atoms: Sequence[Atom], start: int, line: FormLine) -> tuple[int, ...]:
    """Return the indexes of the figures and blanks that belong to a label whose last atom is before `start`.

    In a printed row they are those of the row; a row without any may be followed by its figures alone. Where only
    the order of lines is known, a row ends at the next text, and at an empty line unless the figures beyond make it
    whole (blanks beyond may belong to the labels of the next row, as those do that follow a full row).
    """
    wanted = len(line.cells)
    row = atoms[start - 1].row
    if not row:
        return _figures_in_lines(atoms, start, wanted)
    own = list(_cells_from(atoms, start)) if start < len(atoms) and atoms[start].row == row else []
    if any(atoms[index].kind == "figure" for index in own) or len(own) >= wanted:
        return tuple(_without_blank_end(own, atoms, wanted))
    return _row_alone(atoms, start + len(own), wanted) or tuple(own)


def _row_alone(atoms: Sequence[Atom], start: int, wanted: int) -> tuple[int, ...]:
    """Return the cells of the next row where it has as many as are wanted, and no text."""
    begin = next((index for index in range(start, len(atoms)) if atoms[index].kind != "break"), None)
    if begin is None or not atoms[begin].row or atoms[begin].row == atoms[begin - 1].row:
        return ()
    row = atoms[begin].row
    cells = list(takewhile(lambda index: atoms[index].row == row, range(begin, len(atoms))))
    if any(atoms[index].kind == "text" for index in cells):
        return ()
    before = len(cells) - wanted
    if not 0 <= before <= _LABEL_COLUMNS or any(atoms[index].kind != "blank" for index in cells[:before]):
        return ()
    return tuple(cells[before:])


def _figures_in_lines(atoms: Sequence[Atom], start: int, wanted: int) -> tuple[int, ...]:
    until_text: list[int] = []
    for index in range(start, len(atoms)):
        if atoms[index].kind == "text":
            break
        if atoms[index].row:
            return (
                tuple(until_text)
                if until_text and atoms[until_text[-1]].kind == "figure"
                else _row_alone(atoms, start, wanted)
            )
        until_text.append(index)
    row = list(takewhile(lambda index: atoms[index].kind != "break", until_text))
    if not until_text[len(row) :]:
        return tuple(_without_blank_end(row, atoms, wanted))
    beyond = [index for index in until_text[len(row) :] if atoms[index].kind != "break"]
    if not row:
        return tuple(_without_blank_end(beyond, atoms, wanted))
    only_figures = all(atoms[index].kind == "figure" for index in beyond)
    return tuple(row + beyond if len(row + beyond) == wanted and only_figures else row)


def _without_blank_end(indexes: list[int], atoms: Sequence[Atom], wanted: int) -> list[int]:
    end = len(indexes)
    while end > wanted and atoms[indexes[end - 1]].kind == "blank":
        end -= 1
    return indexes[:end]


def find_unlabelled(frame: Frame, line: FormLine, found: Found, atoms: Sequence[Atom], options: Options) -> Hit | None:
    """Return the line without a label of its own that stands below the words of its header, None where none does.

    Enough different words of the header must stand right above it, with nothing between that is no piece of one; the
    first row of the right length is taken, else the first row at all.
    """
    words = [word for word in found.words if word.key in frame.heads]
    best: Hit | None = None
    done = -1
    for word in words:
        if word.start <= done:
            continue
        cells = _cells_below(atoms, word.end, len(line.cells), options)
        if not cells:
            break
        done = cells[0]
        begin = find_header_begin(frame, atoms, cells[0], options)
        above = [other for other in words if begin <= other.start < done]
        if len({other.key for other in above}) < options.min_head_words:
            continue
        hit = make_hit(line, begin, above[-1].end, cells, atoms)
        if best is None or hit.weight > best.weight:
            best = hit
    return best


def find_header_begin(frame: Frame, atoms: Sequence[Atom], end: int, options: Options) -> int:
    """Return the first atom of the header that ends before `end`: words of the table, and pieces of them."""
    begin = end
    for index in range(end - 1, max(-1, end - 2 * options.max_texts_in_header), -1):
        atom = atoms[index]
        if atom.kind == "figure":
            break
        if atom.kind == "text":
            key = label_key(atom.raw)
            if key not in frame.heads and not set(key) <= frame.head_letters and not key.isdigit():
                break
            begin = index
    return begin


def _cells_below(atoms: Sequence[Atom], start: int, wanted: int, options: Options) -> tuple[int, ...]:
    """Return the next run of figures and blanks that holds a figure or is as long as wanted, near below."""
    texts = 0
    index = start
    while index < len(atoms) and texts <= options.max_texts_in_header:
        atom = atoms[index]
        texts += atom.kind == "text"
        run = _run_from(atoms, index) if atom.kind in {"figure", "blank"} else []
        if any(atoms[number].kind == "figure" for number in run) or len(run) >= wanted:
            return tuple(run)
        index = run[-1] + 1 if run else index + 1
    return ()


def _run_from(atoms: Sequence[Atom], start: int) -> list[int]:
    run = []
    for index in range(start, len(atoms)):
        if atoms[index].kind == "text" or atoms[index].row != atoms[start].row:
            break
        if atoms[index].kind != "break":
            run.append(index)
    return run


def find_second_report(found: Found, options: Options) -> int | None:
    """Return the atom at which a second report begins in the document, None where there is but one.

    It begins where the rows of two tables and more begin again, after each of them was there once. One table that
    stands twice, or copies of tables that follow each other, are no second report.
    """
    begins: dict[str, int] = {}
    last_of_first = -1
    for (_, table), hits in found.rows.items():
        rows: dict[int, list[int]] = {}
        for hit in hits:
            is_telling = max(map(len, hit.line.keys)) >= options.min_telling_label
            if is_telling or len(hit.figures) == len(hit.line.cells):
                rows.setdefault(hit.line.order, []).append(hit.start)
        twice = [sorted(starts)[:2] for starts in rows.values() if len(starts) > 1]
        if len(twice) >= options.min_rows_found and len(twice) > options.min_repeated_share * len(rows):
            begin = min(second for _, second in twice)
            begins[table] = min(begin, begins.get(table, begin))
            last_of_first = max(last_of_first, *(first for first, _ in twice))
    end = min(begins.values(), default=-1)
    return end if len(begins) > 1 and last_of_first < end else None
