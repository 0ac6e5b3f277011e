"""Whose fault a failed check is: the report's, which prints it so, or ours, who may have read it wrong.

It is the report's where every cell that the rule looked at was read for certain. In a grid the document itself says
which cell a figure stands in; a second, independent reading of the same grid as lines alone must not say otherwise. In
a running text a blank has left nothing behind: there the whole table must be read without a doubt. Where figures of a
table went into no cell, as those of a row that its form has not, a sum may lack them.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import NamedTuple

from parsers.align import align
from parsers.atoms import document_to_atoms
from parsers.document import Block, Document, TextLine
from parsers.options import Options
from parsers.report import Cell, CellKey, Check, Origin
from parsers.tried import Number, Tried

_PRINTED = frozenset({"reported", "blank"})
_DOUBTFUL = frozenset({"ambiguous", "inferred"})
_MOST_NAMED = 3


class Placed(NamedTuple):
    """Which tables stand in grids, and the figures of each table that went into no cell."""

    grids: Set[str]
    homeless: Mapping[str, Sequence[Number]]


@dataclass(frozen=True, slots=True)
class _Read:
    """What is known of the reading: its cells, where they stand, the tables in doubt, and the cells read as lines."""

    first: Mapping[CellKey, Cell]
    placed: Placed
    doubtful: Set[str]
    second: Mapping[CellKey, Cell] | None


def say_origins(
    tried: Sequence[Tried], cells: Sequence[Cell], document: Document, placed: Placed, options: Options
) -> tuple[Check, ...]:
    """Return the checks, each that does not pass with its origin.

    A failed one of cells in a grid also says whether grid and lines give them the same figures.
    """
    if all(one.check.status == "pass" for one in tried):
        return tuple(one.check for one in tried)
    second = _read_as_lines(document, options) if any(_needs_second(one, placed.grids) for one in tried) else None
    doubtful = frozenset(cell.table for cell in cells if cell.status in _DOUBTFUL)
    read = _Read({cell.key: cell for cell in cells}, placed, doubtful, second)
    return tuple(_judge(one, read) for one in tried)


def _needs_second(one: Tried, grids: Set[str]) -> bool:
    return one.check.status == "fail" and one.is_compared and any(key.table in grids for key in one.cells)


def _read_as_lines(document: Document, options: Options) -> Mapping[CellKey, Cell]:
    lines = replace(document, blocks=tuple(line for block in document.blocks for line in _to_lines(block)))
    return {cell.key: cell for cell in align(document_to_atoms(lines, options), options).cells}


def _to_lines(block: Block) -> tuple[TextLine, ...]:
    """Return a grid's cells as lines, one a cell, row by row; a line as it is."""
    if isinstance(block, TextLine):
        return (block,)
    return tuple(TextLine(cell.text.replace("\t", " "), block.at, block.path) for row in block.rows for cell in row)


def _judge(one: Tried, read: _Read) -> Check:
    if one.check.status != "fail":
        return one.check
    if read.second is None or not _needs_second(one, read.placed.grids):
        return one.check._replace(origin=_judge_first(one, read))
    cells = [(read.first[key], read.second[key]) for key in one.cells if key in read.first and key in read.second]
    both = [(cell, other) for cell, other in cells if other.status in _PRINTED]
    differ = [cell for cell, other in both if cell.value != other.value]
    if differ:
        names = ", ".join(f"{cell.row}.{cell.column}" for cell in differ[:_MOST_NAMED])
        return one.check._replace(origin="reading", text=f"{one.check.text}; grid and lines read otherwise: {names}")
    told = "grid and lines read alike" if both else "the lines alone do not tell its cells"
    return one.check._replace(origin=_judge_first(one, read), text=f"{one.check.text}; {told}")


def _judge_first(one: Tried, read: _Read) -> Origin:
    """Return whose fault it is by the first reading alone."""
    statuses = {read.first[key].status for key in one.cells if key in read.first}
    if "inferred" in statuses or ("ambiguous" in statuses and one.is_compared):
        return "reading"
    tables = {key.table for key in one.cells}
    is_doubtful = (
        (tables - read.placed.grids) & read.doubtful or "ambiguous" in statuses or _may_lack(one, tables, read)
    )
    return "unknown" if is_doubtful else "report"


def _may_lack(one: Tried, tables: Set[str], read: _Read) -> bool:
    """Whether a figure that went into no cell is small enough to be what a sum lacks; all that must hold are sums."""
    if not one.is_compared or one.check.level != "hard":
        return False
    lacking = abs((one.check.left or 0) - (one.check.right or 0))
    return any(0 < figure <= lacking for table in tables for figure in read.placed.homeless.get(table, ()))
