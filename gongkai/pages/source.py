"""The source side of a page: every line and grid of a document, each piece with the part that it was given."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from gongkai.pages.links import Links, line_id, part_ids
from gongkai.pages.markup import both, escape
from gongkai.pages.words import KINDS, ROW
from parsers.document import Document, Grid, GridCell
from parsers.explain import ExplainedLine, Part

_SPEAKING = frozenset({"doubt", "loose", "strange", "page"})  # kinds whose why is shown
_OF_A_ROW = frozenset({"header", "label", "figure", "blank"})


def draw_source(document: Document, lines: Sequence[ExplainedLine], links: Links) -> Iterator[str]:
    """Yield the markup of all lines in their order, the rows of a grid as a table."""
    for block, found in groupby(lines, lambda line: line.block):
        own = document.blocks[block]
        if isinstance(own, Grid):
            yield from _draw_grid(own, list(found), links)
        else:
            yield from (_draw_line(line, links) for line in found)


def _draw_line(line: ExplainedLine, links: Links) -> str:
    if len(line.parts) == 1:
        inner = _link(line.parts[0], line.parts[0].text, links)
    else:
        pieces = zip(line.parts, part_ids(line), strict=True)
        inner = " ".join(_draw_piece(part, name, links) for part, name in pieces)
    kind = line.parts[0].kind if len(line.parts) == 1 else "row"
    if kind == "empty":
        return f'<div class="line empty" id="{line_id(line)}"><span class="at">{escape(line.at)}</span></div>'
    return (
        f'<div class="line {kind}" id="{line_id(line)}"><span class="at">{escape(line.at)}</span>'
        f'<span class="said">{inner}</span>{_tell(line.parts)}</div>'
    )


def _draw_piece(part: Part, name: str, links: Links) -> str:
    return f'<span class="piece {part.kind}" id="{name}" title="{_title(part)}">{_link(part, part.text, links)}</span>'


def _link(part: Part, text: str, links: Links) -> str:
    """Return the markup of a text that leads to the cell which it fills, or to the first one of its row."""
    shown = escape(text) or ("□" if part.kind == "blank" else "")
    target = links.find_cell(part.cells)
    return f'<a href="#{escape(target)}">{shown}</a>' if target and shown else shown


def _title(part: Part) -> str:
    chinese, english = KINDS[part.kind]
    return escape(f"{chinese} {english}: {part.why}")


def _tell(parts: Sequence[Part]) -> str:
    """Return what the parts of a line are and, where their kind does not say it, of what or why."""
    kinds = list(dict.fromkeys(part.kind for part in parts if part.kind != "empty"))
    if len(parts) > 1 and _OF_A_ROW.issuperset(kinds):
        names = both(*ROW)
        parts = [part for part in parts if part.kind == "label"] or parts
    else:
        names = " + ".join(both(*KINDS[kind]) for kind in kinds)
    whys = dict.fromkeys(_say(part, alone=len(parts) == 1) for part in parts)
    said = "; ".join(why for why in whys if why)
    return f'<span class="told"><b>{names}</b> <span class="why" lang="en">{_breakable(said)}</span></span>'


def _breakable(text: str) -> str:
    """Return the markup of a text that may be broken within its keys."""
    return escape(text).replace("_", "_<wbr>")


def _say(part: Part, *, alone: bool) -> str:
    """Return in few words what a part belongs to; why, where that is not plain."""
    if part.kind in _SPEAKING:
        return part.why.removeprefix("left out: ")
    if part.kind in {"text", "plain"}:
        return part.why.rpartition("text of section " if part.kind == "text" else "another table, ")[2]
    if part.kind in {"figure", "blank"}:
        return ", ".join(key.column for key in part.cells) if alone else ""
    if part.kind in {"label", "unplaced"}:
        return ".".join(part.cells[0][:2])
    return part.table or part.section or ("" if part.kind in {"title", "empty"} else part.why)


def _draw_grid(grid: Grid, lines: Sequence[ExplainedLine], links: Links) -> Iterator[str]:
    yield f'<div class="grid"><span class="at">{escape(grid.at)}</span><div class="wide"><table>'
    for line, row in zip(lines, grid.rows, strict=True):
        cells = zip(line.parts, part_ids(line), row, strict=False)
        drawn = "".join(_draw_grid_cell(part, name, cell, links) for part, name, cell in cells)
        yield f'<tr class="gridrow" id="{line_id(line)}">{drawn}</tr>'
    yield "</table></div></div>"


def _draw_grid_cell(part: Part, name: str, cell: GridCell, links: Links) -> str:
    spans = "".join(
        f' {attribute}="{span}"'
        for attribute, span in (("colspan", cell.colspan), ("rowspan", cell.rowspan))
        if span > 1
    )
    doubt = f'<small class="why" lang="en">{_breakable(part.why)}</small>' if part.kind in {"doubt", "loose"} else ""
    text = _link(part, part.text, links)
    return f'<td class="{part.kind}" id="{name}" title="{_title(part)}"{spans}>{text}{doubt}</td>'
