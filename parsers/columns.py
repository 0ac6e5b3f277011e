"""Headers of pages that are laid out by place: the pieces of a wrapped header, put together column by column."""

from collections.abc import Sequence
from itertools import pairwise

from parsers.atoms import Atom
from parsers.hits import Hit
from parsers.labels import Frame, label_key, load_vocabulary
from parsers.options import Options


def find_moved_column(frame: Frame, hit: Hit, atoms: Sequence[Atom], options: Options) -> str | None:
    """Return the header of a row's column that the form has in another place, None where none is known to be.

    Asked of a row whose figures spaces divide: each piece of text above belongs to the column whose figure is nearest.
    """
    is_whole = len(hit.figures) == len(hit.line.cells) > 1
    if not is_whole or any(atoms[index].setting != "spaces" for index in hit.figures):
        return None
    middles = [_middle(atoms[index]) for index in hit.figures]
    room = min((right - left for left, right in pairwise(middles)), default=0) / 2
    pieces: list[list[str]] = [[] for _ in middles]
    for atom in _header_above(hit, atoms, options):
        distance, place = min((abs(_middle(atom) - middle), place) for place, middle in enumerate(middles))
        if distance < room:
            pieces[place].append(atom.raw)
    if not all(pieces):
        return None  # the header stands elsewhere than the figures
    for place, texts in enumerate(pieces):
        heads = [head for head in frame.heads.get(label_key("".join(texts)), ()) if head.block == hit.line.block]
        if any(head.column for head in heads) and all(head.column_place != place for head in heads):
            return heads[0].text
    return None


def _middle(atom: Atom) -> float:
    return atom.column + len(atom.raw) / 2


def _header_above(hit: Hit, atoms: Sequence[Atom], options: Options) -> list[Atom]:
    """Return the texts between a row and the figure or the caption above it, from top to bottom."""
    found: list[Atom] = []
    captions = load_vocabulary(options.series).headers
    for index in range(hit.start - 1, max(-1, hit.start - 1 - options.max_texts_in_header), -1):
        atom = atoms[index]
        if atom.kind == "figure" or (label_key(atom.raw) in captions and atom.raw.startswith("第")):
            break
        if atom.kind == "text":
            found.append(atom)
    return found[::-1]
