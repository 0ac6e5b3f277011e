"""Labels that are damaged: a text that is much like a missing label, in its place, stands for it."""

from collections.abc import Iterator, Sequence

from parsers.atoms import Atom
from parsers.hits import Hit, read_hit
from parsers.labels import FormLine, Frame, label_key, load_vocabulary
from parsers.options import Options


def fill_gaps(frame: Frame, chain: Sequence[Hit], atoms: Sequence[Atom], options: Options) -> tuple[Hit, ...]:
    """Return a chain with hits for lines that it skips, where a text between its neighbours is like their label.

    The text must have figures behind it, be no word of any form, and be like no other label of the table.
    """
    if not chain or len(chain) == sum(1 for line in frame.lines if line.text):
        return tuple(chain)
    filled: list[Hit] = []
    for missing, begin, end in _iter_gaps(frame, chain, atoms, options):
        filled.extend(_fill(frame, missing, range(begin, end), atoms, options))
    return tuple(sorted((*chain, *filled), key=lambda hit: hit.start)) if filled else tuple(chain)


def _iter_gaps(
    frame: Frame, chain: Sequence[Hit], atoms: Sequence[Atom], options: Options
) -> Iterator[tuple[list[FormLine], int, int]]:
    """Yield the labelled lines that stand between two neighbours of the chain, with the atoms between them."""
    reach = options.max_texts_in_header
    order, begin = -1, max(0, chain[0].start - reach)
    for hit in (*chain, None):
        stop = hit.line.order if hit else len(frame.lines)
        end = hit.start if hit else min(len(atoms), begin + reach)
        missing = [line for line in frame.lines[order + 1 : stop] if line.text]
        if missing and begin < end:
            yield missing, begin, end
        if hit:
            order, begin = hit.line.order, max((hit.end, *(index + 1 for index in hit.figures)))


def _fill(
    frame: Frame, missing: Sequence[FormLine], places: range, atoms: Sequence[Atom], options: Options
) -> Iterator[Hit]:
    words = load_vocabulary(options.series).words
    rest = list(missing)
    for index in places:
        atom = atoms[index]
        if not rest or atom.kind != "text" or len(atom.raw) > options.max_label_length:
            continue
        key = label_key(atom.raw)
        if len(key) < 2 or key in words:
            continue
        line = _most_like(key, rest, frame, options)
        if line is None:
            continue
        hit = read_hit(line, index, index + 1, atoms, sure=False)
        if hit.figures:
            rest = rest[rest.index(line) + 1 :]
            yield hit


def _most_like(key: str, missing: Sequence[FormLine], frame: Frame, options: Options) -> FormLine | None:
    """Return the missing line whose label a text is like, None where none is, or another label is nearly as like."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - few documents need it

    def likeness(line: FormLine) -> float:
        begins = len(key) >= options.min_certain_beginning and any(known.startswith(key) for known in line.keys)
        return 1.0 if begins else max((OSA.normalized_similarity(key, known) for known in line.keys), default=0.0)

    scores = sorted(((likeness(line), -line.order, line) for line in frame.lines if line.text), reverse=True)
    best, second = scores[0], scores[1] if len(scores) > 1 else (0.0, 0, None)
    if best[2] not in missing or best[0] < options.min_likeness or best[0] - second[0] < options.min_likeness_margin:
        return None
    return best[2]
