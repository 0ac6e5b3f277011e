"""What keeps the figures of a row from being the form's columns: headers in another order, or of another table."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, takewhile

from parsers.atoms import Atom
from parsers.columns import find_moved_column
from parsers.hits import Found, Hit, Word
from parsers.labels import Frame, HeadWord, label_key, load_vocabulary
from parsers.options import Options

_MOST_COVERED = 64  # columns of a wider cell than any header's, so that a span that lies costs no time


@dataclass(frozen=True, slots=True)
class Headers:
    """What was learnt of a table's headers: the doubts by the order of the line, and the blocks that have words."""

    doubts: Mapping[int, str]
    headed: frozenset[int]


def check_headers(frame: Frame, chain: Sequence[Hit], found: Found, atoms: Sequence[Atom], options: Options) -> Headers:
    """Return for each line of a table why its columns cannot be trusted, none for lines that nothing speaks against."""
    starts = [word.start for word in found.words]
    doubts: dict[int, str] = {}
    above = _texts_above(chain, atoms)
    seen_blocks: dict[int, str | None] = {}
    headed: set[int] = set()
    end_before = 0
    for hit in chain:
        block = hit.line.block
        if block not in seen_blocks:
            reach = max(end_before, hit.start - options.max_header_atoms)
            begin, end = (reach, hit.start) if hit.line.text else (hit.start, hit.end)
            zone = found.words[bisect_left(starts, begin) : bisect_left(starts, end)]
            block_hits = [other for other in chain if other.line.block == block]
            seen_blocks[block] = _check_words(frame, block_hits, zone, atoms, options)
            if any((head := _in_block(frame, word.key, block)) and head.column for word in zone):
                headed.add(block)
        doubt = seen_blocks[block] or _check_grid(frame, hit, above, atoms, options)
        if not doubt and _stands_apart(hit, end_before, atoms, options):
            doubt = _check_apart(frame, hit, atoms, options)
        if doubt:
            doubts[hit.line.order] = f"{say_where(hit, atoms)}: {doubt}"
        if hit.figures:
            end_before = hit.figures[-1] + 1
    return Headers(doubts, frozenset(headed))


def _stands_apart(hit: Hit, end_before: int, atoms: Sequence[Atom], options: Options) -> bool:
    """Whether a printed row of few cells follows no other row of its table closely."""
    row = atoms[hit.start].row
    few = len(hit.line.cells) <= options.max_untelling_cells
    return bool(few and row and (not end_before or atoms[end_before - 1].row < row - 1))


def _check_apart(frame: Frame, hit: Hit, atoms: Sequence[Atom], options: Options) -> str | None:
    unknown = _unknown_header(frame, hit, atoms, options)
    return f"the header above is that of another table ({unknown})" if unknown else None


def _check_words(
    frame: Frame, block_hits: Sequence[Hit], zone: Sequence[Word], atoms: Sequence[Atom], options: Options
) -> str | None:
    """Say what is wrong with the words above the first line of a block, None where nothing is."""
    hit = block_hits[0]
    block = hit.line.block
    if not hit.line.text:
        return _check_groups(frame, zone, atoms)
    own = [(word, _in_block(frame, word.key, block)) for word in zone]
    places = [(word, head) for word, head in own if head and head.column]
    aligned = _stand_in_columns(block_hits, atoms, options)
    order = _find_disorder(places, atoms, aligned=aligned)
    if order := order or (find_moved_column(frame, hit, atoms, options) if aligned else None):
        return f"the columns stand in another order than the form has ({order})"
    if places:
        return None
    strange = [word for word in zone if word.key not in frame.heads and _heads_elsewhere(frame, word.key)]
    if strange:
        return f"the header above is that of another form ({_raw(strange[-1], atoms)})"
    if len(hit.line.cells) <= options.max_untelling_cells:
        return _check_apart(frame, hit, atoms, options)
    return None


def _in_block(frame: Frame, key: str, block: int) -> HeadWord | None:
    return next((head for head in frame.heads.get(key, ()) if head.block == block), None)


def _heads_elsewhere(frame: Frame, key: str) -> bool:
    """Whether a word heads a column of the same table in another form."""
    return any(
        head.column
        for other in load_vocabulary(frame.series).frames.values()
        if other.table.key == frame.table.key and other is not frame
        for head in other.heads.get(key, ())
    )


def _find_disorder(
    places: Sequence[tuple[Word, HeadWord | None]], atoms: Sequence[Atom], *, aligned: bool
) -> str | None:
    """Return the word that breaks the order of a header's last words; printed order and order of columns are right.

    In lines that spaces divide a word's place in its line is the order of columns, whatever line it stands in: it
    alone counts where the figures stand in columns (`aligned`).
    """
    last: list[tuple[Word, HeadWord]] = []
    for word, head in reversed(places):
        if last and head and last[-1][1].column == head.column:
            continue  # the same word again, or a piece of it
        if head is None or any(other.column == head.column for _, other in last):
            break
        last.append((word, head))
    last.reverse()
    ways = [[(head.place, head.text) for _, head in last], [(head.column_place, head.text) for _, head in last]]
    if {atoms[word.start].setting for word, _ in last} in ({"spaces"}, {"spaces", "line"}):
        last.sort(key=lambda pair: atoms[pair[0].start].column)
        by_place = [(head.column_place, head.text) for _, head in last]
        ways = [by_place] if aligned else [*ways, by_place]
    falls = [_find_fall(way) for way in ways]
    return falls[0] if all(falls) else None


def _stand_in_columns(hits: Sequence[Hit], atoms: Sequence[Atom], options: Options) -> bool:
    """Whether the figures of rows that spaces divide stand below each other, row by row."""
    rows = [hit.figures for hit in hits if len(hit.figures) == len(hit.line.cells)]
    if len(rows) < options.min_rows_found or any(atoms[index].setting != "spaces" for row in rows for index in row):
        return False
    columns = zip(*([atoms[index].column for index in row] for row in rows), strict=True)
    return all(max(column) - min(column) <= options.max_column_shift for column in columns)


def _find_fall(places: Sequence[tuple[int, str]]) -> str | None:
    return next((text for (before, _), (after, text) in pairwise(places) if after < before), None)


def _check_groups(frame: Frame, zone: Sequence[Word], atoms: Sequence[Atom]) -> str | None:
    """Say where the groups of columns above a line without a label stand in another order than the form's."""
    groups = [head for word in zone for head in frame.heads.get(word.key, ())[:1] if head.column is None]
    if disorder := _find_group_disorder(groups):
        return f"the columns stand in another order than the form has ({disorder})"
    if any(atoms[word.start].setting == "spaces" for word in zone):
        return None
    leaves = [head.column_place for word in zone for head in frame.heads.get(word.key, ())[:1] if head.column]
    falls = sum(1 for a, b in pairwise(leaves) if b < a and b != 0)
    return "the columns stand in another order than the form has" if falls else None


def _find_group_disorder(groups: Sequence[HeadWord]) -> str | None:
    order: dict[str, int] = {}
    for number, head in enumerate(groups):
        order[head.key] = number
    inside = sorted({head.key: head for head in groups}.values(), key=lambda head: order[head.key])
    wrong = next((b for a, b in pairwise(inside) if b.place < a.place), None)
    return wrong.text if wrong else None


def _unknown_header(frame: Frame, hit: Hit, atoms: Sequence[Atom], options: Options) -> str | None:
    """Return a text of the header above a row that no header of the table has, None where none is.

    The header reaches back to a figure, to a known word of another table or a caption, or to a text too long for it.
    Above a printed row the other rows of its table, with figures in them, are passed over.
    """
    words = load_vocabulary(options.series).words
    row = atoms[hit.start].row
    for index in range(hit.start - 1, max(-1, hit.start - 1 - options.max_texts_in_header), -1):
        atom = atoms[index]
        if row and atom.row and atoms[index].row != row and _holds_figures(atoms, index):
            continue
        if atom.kind == "text":
            if atom.row != row or not row:
                if _is_strange(frame, atom.raw, options):
                    return atom.raw
                key = label_key(atom.raw)
                if len(key) > options.max_header_word or key in words:
                    return None
        elif atom.kind == "figure" and index < hit.start - 1 and (atom.row != row or not row):
            return None  # right before the label it may be the number of the line
    return None


def _holds_figures(atoms: Sequence[Atom], index: int) -> bool:
    """Whether the printed row of an atom has a figure."""
    row = atoms[index].row
    behind = takewhile(lambda atom: atom.row == row, islice(atoms, index, None))
    before = takewhile(lambda number: atoms[number].row == row, range(index, -1, -1))
    return any(atom.kind == "figure" for atom in behind) or any(atoms[number].kind == "figure" for number in before)


def _is_strange(frame: Frame, raw: str, options: Options) -> bool:
    """Whether a text could head a column and is no word, and no piece of a word, of this table's headers."""
    key = label_key(raw)
    if len(key) > options.max_header_word or raw[-1:] in "。：:；;，,)）":
        return False
    if key.isdigit() or not any(sign.isalnum() for sign in raw):
        return False  # the number of a page, or a sign
    return not key or not (key in load_vocabulary(options.series).words or set(key) <= frame.head_letters)


def _texts_above(chain: Sequence[Hit], atoms: Sequence[Atom]) -> Mapping[int, int]:
    """Return, for each figure of a grid that the chain holds, the nearest text above it: index to index."""
    wanted = {index for hit in chain for index in hit.figures if atoms[index].setting == "grid"}
    labels = {index for hit in chain if hit.line.text for index in range(hit.start, hit.end)}
    if not wanted:
        return {}
    blocks = {atoms[index].block for index in wanted}
    above: dict[int, int] = {}
    columns: dict[int, int] = {}
    block = -1
    for index, atom in enumerate(atoms):
        if atom.setting != "grid" or atom.block not in blocks:
            continue
        if atom.block != block:
            columns, block = {}, atom.block
        if atom.kind == "text" and index not in labels:
            columns.update((column, index) for column in _covered(atom))
        elif index in wanted and atom.column in columns:
            above[index] = columns[atom.column]
    return above


def _covered(atom: Atom) -> Iterator[int]:
    return iter(range(atom.column, atom.column + min(atom.span, _MOST_COVERED)))


def _check_grid(
    frame: Frame, hit: Hit, above: Mapping[int, int], atoms: Sequence[Atom], options: Options
) -> str | None:
    """Say where the text above a figure of a grid heads another column than the form's at this place."""
    if len(hit.figures) != len(hit.line.cells):
        return None
    shifts: dict[int, tuple[str, str | None]] = {}
    right: set[str | None] = set()
    for place, index in enumerate(hit.figures):
        if index not in above:
            continue
        text = atoms[above[index]]
        heads = frame.heads.get(label_key(text.raw), ())
        column = hit.line.cells[place].column
        here = [head for head in heads if head.column and head.block == hit.line.block]
        if any(head.column == column for head in here):
            right.add(column)
        elif here:
            shifts[here[0].column_place - place] = text.raw, here[0].column
        elif any(head.column for head in heads):
            continue
        elif _heads_elsewhere(frame, label_key(text.raw)):
            return f"the header above is that of another form ({text.raw})"
        elif (
            len(hit.line.cells) <= options.max_untelling_cells
            and text.column > atoms[hit.start].column
            and _is_strange(frame, text.raw, options)
        ):
            return f"the header above is that of another table ({text.raw})"
    # A word that also stands above its own column was printed twice; a row shifted as a whole has spans that lie.
    moved = [raw for raw, column in shifts.values() if column not in right]
    if moved and len(shifts) + bool(right) > 1:
        wrong = moved[0]
        return f"the columns stand in another order than the form has ({wrong})"
    return None


def _raw(word: Word, atoms: Sequence[Atom]) -> str:
    return "".join(atom.raw for atom in atoms[word.start : word.end] if atom.kind == "text")


def say_where(hit: Hit, atoms: Sequence[Atom]) -> str:
    """Return a label and its place, for a warning."""
    return f"{hit.line.text or 'the line of figures'} ({atoms[hit.start].at})"
