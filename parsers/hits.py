"""The labels of the forms in a document, each with the figures that follow it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from parsers.atoms import Atom
from parsers.labels import Slot, label_key, load_vocabulary, short_key
from parsers.options import Options

_LABEL_WEIGHT = 1
_FIGURES_WEIGHT = 1
_EXACT_WEIGHT = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """A label of a form found at atoms `start` to `end` (one past), with the figures that follow it."""

    slot: Slot
    start: int
    end: int
    figures: tuple[int, ...]
    weight: int


def find_second_report(hits: Mapping[tuple[str, str], Sequence[Hit]], options: Options) -> int | None:
    """Return the atom at which a second report begins in the document, None where there is but one.

    It begins where the rows of two tables and more begin again, after each of them was there once. One table that
    stands twice, or copies of tables that follow each other, are no second report.
    """
    begins: dict[str, int] = {}
    last_of_first = -1
    for (_, table), found in hits.items():
        rows: dict[int, list[int]] = {}
        for hit in found:
            if hit.slot.cells and len(hit.figures) == len(hit.slot.cells):
                rows.setdefault(hit.slot.order, []).append(hit.start)
        twice = [sorted(starts)[:2] for starts in rows.values() if len(starts) > 1]
        if len(twice) >= options.min_rows_found and len(twice) > options.min_repeated_share * len(rows):
            begin = min(second for _, second in twice)
            begins[table] = min(begin, begins.get(table, begin))
            last_of_first = max(last_of_first, *(first for first, _ in twice))
    end = min(begins.values(), default=-1)
    return end if len(begins) > 1 and last_of_first < end else None


def find_hits(atoms: Sequence[Atom], options: Options) -> Mapping[tuple[str, str], tuple[Hit, ...]]:
    """Return every label found, by form and table, in document order."""
    vocabulary = load_vocabulary()
    found: dict[tuple[str, str], list[Hit]] = {}
    for start, atom in enumerate(atoms):
        if atom.kind != "text" or len(atom.raw) > options.max_label_length:
            continue
        for end, text in _iter_joined(atoms, start, options):
            slots = vocabulary.get(label_key(text)) or vocabulary.get(short_key(text)) or ()
            for slot in slots:
                found.setdefault((slot.form, slot.table), []).append(_hit(slot, start, end, atoms))
    return {key: tuple(hits) for key, hits in found.items()}


def _iter_joined(atoms: Sequence[Atom], start: int, options: Options) -> Iterator[tuple[int, str]]:
    """Yield the text at `start` alone and joined with the texts right after it, for labels broken over lines."""
    text = ""
    for end in range(start, min(start + options.max_label_pieces, len(atoms))):
        if atoms[end].kind != "text" or len(text) + len(atoms[end].raw) > options.max_label_length:
            return
        text += atoms[end].raw
        yield end + 1, text


def _hit(slot: Slot, start: int, end: int, atoms: Sequence[Atom]) -> Hit:
    if not slot.cells:
        return Hit(slot, start, end, (), _LABEL_WEIGHT)
    figures = find_figures(atoms, end, len(slot.cells), below_header=slot.is_header)
    exact = len(figures) == len(slot.cells)
    if slot.is_header and not exact:
        figures = ()
    some = any(atoms[index].kind == "figure" for index in figures)
    return Hit(slot, start, end, figures, _LABEL_WEIGHT + _FIGURES_WEIGHT * (some or exact) + _EXACT_WEIGHT * exact)


def find_figures(atoms: Sequence[Atom], start: int, wanted: int, *, below_header: bool = False) -> tuple[int, ...]:
    """Return the indexes of the figures and blanks that follow a label, of which `wanted` cells are to be filled.

    A row ends where the row does, unless the figures beyond make it whole (blanks beyond may belong to the labels of
    the next row, as those do that follow a full row). Figures under a header may begin on a new row.
    """
    until_text = list(takewhile(lambda index: atoms[index].kind != "text", range(start, len(atoms))))
    row = list(takewhile(lambda index: atoms[index].kind != "break", until_text))
    beyond = [index for index in until_text[len(row) :] if atoms[index].kind != "break"]
    row = _without_blank_end(row, atoms, wanted)
    whole = _without_blank_end(row + beyond, atoms, wanted)
    if below_header and not row:
        return tuple(whole)
    only_figures = all(atoms[index].kind == "figure" and atoms[index].setting != "grid" for index in beyond)
    if not row and beyond:
        return tuple(beyond)  # the row's beginning was lost: what is left of it is there, and can be placed nowhere
    return tuple(whole if len(whole) == wanted and only_figures else row)


def _without_blank_end(indexes: list[int], atoms: Sequence[Atom], wanted: int) -> list[int]:
    end = len(indexes)
    while end > wanted and atoms[indexes[end - 1]].kind == "blank":
        end -= 1
    return indexes[:end]
