"""The row of a table that has no label of its own: it stands below the words of its header."""

from collections.abc import Sequence

from parsers.atoms import Atom
from parsers.hits import Found, Hit, make_hit
from parsers.labels import FormLine, Frame, label_key
from parsers.options import Options


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
