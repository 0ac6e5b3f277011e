"""The eye of the parser: every line and every grid row of a document with the part that it was given, and why.

Nothing is read anew: what is told of a line is what the steps that `Parsed` keeps made of it, and a line that they made
nothing of is told, too. The cells of tables are explained by `explain_cells`, running words by `explain_words`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from parsers.atoms import Atom
from parsers.document import Block, Grid, TextLine
from parsers.explain_cells import explain_atoms, find_table_blocks
from parsers.explain_part import Part, PartKind
from parsers.explain_words import explain_words, holds_sentence
from parsers.options import DEFAULT_OPTIONS, Options
from parsers.parse import Parsed
from parsers.report import PlainTable

__all__ = ["ExplainedLine", "Part", "PartKind", "explain", "holds_sentence"]


@dataclass(frozen=True, slots=True)
class ExplainedLine:
    """A line of running text, or a row of a grid, with its parts from left to right; there is at least one.

    `number` counts them from 1 through the document. `block` is the index of the document's block, `row` that of the
    grid's row from 1, and 0 in running text.
    """

    number: int
    at: str
    text: str
    block: int
    row: int
    parts: tuple[Part, ...]


def explain(parsed: Parsed, options: Options = DEFAULT_OPTIONS) -> tuple[ExplainedLine, ...]:
    """Return what became of every line and grid row of a document, each exactly once and in order.

    `options` are those that the document was parsed with.
    """
    options = replace(options, series=parsed.report.series)
    by_atom = explain_atoms(parsed, options)
    words = explain_words(parsed, find_table_blocks(parsed), options)
    atoms = {block: list(found) for block, found in groupby(range(len(parsed.atoms)), lambda n: parsed.atoms[n].block)}
    plain = _match_plain(parsed)
    found: list[ExplainedLine] = []
    for number, block in enumerate(parsed.document.blocks):
        own = atoms.get(number, [])
        if isinstance(block, Grid):
            for row, parts in enumerate(_explain_grid(block, own, by_atom, plain.get(number)), 1):
                at = f"{block.at} row {row}"
                text = " | ".join(part.text for part in parts)
                found.append(ExplainedLine(len(found) + 1, at, text, number, row, parts))
        else:
            parts = words.get(number) or _explain_table_line(block, own, parsed.atoms, by_atom)
            found.append(ExplainedLine(len(found) + 1, block.at, block.text, number, 0, parts))
    return tuple(found)


def _explain_table_line(
    line: TextLine, own: Sequence[int], atoms: Sequence[Atom], by_atom: Mapping[int, Part]
) -> tuple[Part, ...]:
    """Return the parts of a line that stands within a table: one for each of its cells."""
    if own:
        return tuple(by_atom.get(index) or _explain_beside(atoms[index].raw, line.at) for index in own)
    if not line.text.strip():
        return (Part("empty", "", "an empty line", line.at),)
    return (Part("page", line.text.strip(), "nothing but signs that divide cells or rows", line.at),)


def _explain_grid(
    grid: Grid, own: Sequence[int], by_atom: Mapping[int, Part], heading: str | None
) -> Iterator[tuple[Part, ...]]:
    """Yield the parts of each row of a grid; one that holds nothing of a table is another table, or the page's."""
    cells = iter(own)
    is_used = any(index in by_atom for index in own)
    for number, row in enumerate(grid.rows, 1):
        parts = []
        for place, (cell, index) in enumerate(zip(row, cells, strict=False), 1):
            at = f"{grid.at} row {number} cell {place}"
            part = by_atom.get(index) if is_used else None
            parts.append(part or _explain_other(cell.text, at, heading, is_used=is_used))
        yield tuple(parts) or (Part("empty", "", "a row in which no cell begins", f"{grid.at} row {number}"),)


def _explain_other(text: str, at: str, heading: str | None, *, is_used: bool) -> Part:
    words = " ".join(text.split())
    if not words:
        return Part("empty", "", "an empty cell", at)
    if is_used:
        return _explain_beside(words, at)
    if heading is not None:
        return Part("plain", words, f"another table, under {heading}" if heading else "another table", at)
    return Part("page", words, "a table of the page around the report", at)


def _explain_beside(text: str, at: str) -> Part:
    return Part("strange" if text else "empty", text, "stands beside an official table and is no part of it", at)


def _match_plain(parsed: Parsed) -> Mapping[int, str]:
    """Return the heading of each grid that the report keeps as a plain table, by its block."""
    blocks: Sequence[Block] = parsed.document.blocks
    tables = list(parsed.report.tables)
    found: dict[int, str] = {}
    for number, block in enumerate(blocks):
        table = next((table for table in tables if isinstance(block, Grid) and _is_same(block, table)), None)
        if table:
            tables.remove(table)
            found[number] = table.heading
    return found


def _is_same(grid: Grid, table: PlainTable) -> bool:
    """Whether a plain table holds the texts of a grid, row by row."""
    if len(grid.rows) != len(table.rows):
        return False
    return all(
        [cell.text for cell in row if cell.text] == [text for text in texts if text]
        for row, texts in zip(grid.rows, table.rows, strict=True)
    )
