"""A second, independent reading of a document's grids, as lines alone, for the cells of sums that do not hold.

"The report prints it wrong" is told from "we read it wrong" by it: two readings that agree on every cell of a failed
sum leave the error with the report.
"""

from collections.abc import Sequence
from dataclasses import replace

from parsers.align import align
from parsers.atoms import document_to_atoms
from parsers.document import Block, Document, Grid, TextLine
from parsers.options import Options
from parsers.report import Cell, CellKey, Check

_SURE = frozenset({"reported", "inferred"})


def say_agreement(
    checks: Sequence[Check], cells: Sequence[Cell], document: Document, options: Options
) -> tuple[Check, ...]:
    """Return the checks; a failed one also says whether grid and lines give its cells the same figures."""
    if not any(check.status == "fail" for check in checks) or not any(
        isinstance(block, Grid) for block in document.blocks
    ):
        return tuple(checks)
    lines = replace(document, blocks=tuple(line for block in document.blocks for line in _to_lines(block)))
    other = {cell.key: cell for cell in align(document_to_atoms(lines, options), options).cells}
    first = {cell.key: cell for cell in cells}
    return tuple(_say(check, first, other) if check.status == "fail" else check for check in checks)


def _to_lines(block: Block) -> tuple[TextLine, ...]:
    """Return a grid's cells as lines, one a cell, row by row; a line as it is."""
    if isinstance(block, TextLine):
        return (block,)
    return tuple(TextLine(cell.text.replace("\t", " "), block.at, block.path) for row in block.rows for cell in row)


def _say(check: Check, first: dict[CellKey, Cell], other: dict[CellKey, Cell]) -> Check:
    table = check.rule.partition(".")[0]
    both = [
        (cell, other[key])
        for key, cell in first.items()
        if key.table == table and check.where in {key.row, key.column} and key in other
    ]
    both = [(cell, second) for cell, second in both if cell.status in _SURE and second.status in _SURE]
    differ = [cell for cell, second in both if cell.value != second.value]
    if differ:
        names = ", ".join(f"{cell.row}.{cell.column}" for cell in differ[:3])
        return check._replace(text=f"{check.text}; grid and lines read otherwise: {names}")
    if not both:
        return check._replace(text=f"{check.text}; the lines alone do not tell its cells")
    return check._replace(text=f"{check.text}; grid and lines read alike")
