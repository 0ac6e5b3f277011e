"""What keeps figures that follow a label from being its cells: headers in another order, or of another form."""

from collections.abc import Sequence

from parsers.atoms import Atom
from parsers.hits import Hit
from parsers.options import Options


def ends_row(hit: Hit, chain: Sequence[Hit], atoms: Sequence[Atom], options: Options) -> bool:
    """Whether nothing stands between the last figure of a line and the next label of the table, or the end of all."""
    if not hit.figures:
        return True
    behind = next((index for index in range(hit.figures[-1] + 1, len(atoms)) if atoms[index].kind != "break"), None)
    following = next((other.start for other in chain if other.start > hit.start), None)
    if behind is None or following is None:
        end = (behind or 0) + options.atoms_behind_last_row
        return behind is None or not any(atom.kind == "figure" for atom in atoms[behind:end])
    last = atoms[hit.figures[-1]]
    return behind >= following or (last.setting == "grid" and atoms[behind].block != last.block)


def find_order_doubt(hit: Hit, chain: Sequence[Hit], hits: Sequence[Hit], atoms: Sequence[Atom]) -> str | None:
    """Say where the labels of a line's header stand in another order than the form's, so that none can be trusted.

    Labels of groups of columns are believed in a grid alone: flattened, they often come in another order than printed.
    """
    header = [other for other in chain if other.slot.block == hit.slot.block and _heads(other, atoms)]
    if not header:
        return None
    named = {other.slot.text for other in header}
    for other in hits:
        stray = _heads(other, atoms) and other.slot.text not in named and other.slot.block == hit.slot.block
        if stray and header[0].start - len(header) <= other.start < hit.start:
            return f"{say_where(hit, atoms)}: the columns stand in another order than the form has ({other.slot.text})"
    return None


def _heads(hit: Hit, atoms: Sequence[Atom]) -> bool:
    """Whether a label heads a column, or a group of columns of a grid."""
    return hit.slot.column is not None or (hit.slot.is_header and atoms[hit.start].setting == "grid")


def find_foreign_doubt(
    hit: Hit, chain: Sequence[Hit], hits: Sequence[Hit], foreign: Sequence[Hit], atoms: Sequence[Atom]
) -> str | None:
    """Say where a line stands under the header of another form and none of its own, so that its columns are others."""
    begin = max((other.end for other in chain if other.slot.block < hit.slot.block), default=0)

    def above(others: Sequence[Hit]) -> list[Hit]:
        return [other for other in others if other.slot.column and begin <= other.start < hit.start]

    if above([other for other in hits if other.slot.block == hit.slot.block]):
        return None
    own = {(other.start, other.end) for other in hits}
    strange = [other for other in above(foreign) if (other.start, other.end) not in own]
    if not strange:
        return None
    return f"{say_where(hit, atoms)}: the header above is that of another form ({strange[0].slot.text})"


def say_where(hit: Hit, atoms: Sequence[Atom]) -> str:
    """Return a label and its place, for a warning."""
    return f"{hit.slot.text} ({atoms[hit.start].at})"
