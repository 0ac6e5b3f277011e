"""Tables drawn as web pages have them."""

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from parsers.forms.printed import PrintedCell
from tests.parsers.flattenings import Flattening, Grid, Row

WriteCell = Callable[[PrintedCell], str]


def plain(cell: PrintedCell) -> str:
    """Write what stands in a cell."""
    return html.escape(cell.text).replace("\n", "<br>")


def in_paragraphs(cell: PrintedCell) -> str:
    """Write a cell as Word does: each line in a paragraph, an empty one too."""
    lines = [f'<p class="MsoNormal"><span>{html.escape(line)}</span></p>' for line in cell.text.split("\n")]
    return "".join(lines) if cell.text else '<p class="MsoNormal"><span><o:p>&nbsp;</o:p></span></p>'


def with_spaces(cell: PrintedCell) -> str:
    """Write white space of the page's own around what stands in a cell."""
    return f"\n  &nbsp;{plain(cell)}&nbsp;\n " if cell.text else "&nbsp;"


def in_pieces(cell: PrintedCell) -> str:
    """Write a cell in pieces, its first character apart."""
    return f"<b>{html.escape(cell.text[:1])}</b><span>{html.escape(cell.text[1:])}</span>".replace("\n", "<br/>")


@dataclass(frozen=True, slots=True)
class Drawn:
    """How a table is drawn."""

    write: WriteCell = plain
    heads: bool = False  # rows of labels in th
    split: bool = False  # ended and begun anew between two rows, a page's number between
    rows_alone: bool = False  # each row a table of its own
    nested: bool = False  # inside a table for layout
    spans: bool = True

    def __call__(self, grid: Grid, rng: Random) -> list[str]:
        """Return the tags of a table, a row a line."""
        rows = [self._row(row) for row in grid.rows]
        if self.rows_alone:
            rows = [f"<table>{row}</table>" for row in rows]
        elif self.split:
            at = rng.choice(_places_to_split(grid))
            rows[at:at] = ["</table>", f"<p>-{rng.randint(2, 5)}-</p>", "<table>"]
        if not self.rows_alone:
            rows = ["<table border=1><tbody>", *rows, "</tbody></table>"]
        if self.nested:
            rows = ["<table><tr><td>", *rows, "</td></tr></table>"]
        return rows

    def _row(self, row: Row) -> str:
        tag = "th" if self.heads and not any(cell.key for cell in row) else "td"
        return "<tr>" + "".join(f"<{tag}{_spans(cell)}>{self.write(cell)}</{tag}>" for cell in row) + "</tr>"


def _spans(cell: PrintedCell) -> str:
    columns = f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
    return columns + (f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else "")


def _places_to_split(grid: Grid) -> list[int]:
    """Return the rows before which a page may end: those that have figures, and do not come first."""
    return [number for number, row in enumerate(grid.rows) if number and any(cell.key for cell in row)] or [1]


def in_divs(grid: Grid, _rng: Random) -> list[str]:
    """Write a table without a table: a row a div, a cell a span of its own block."""
    return ["<div class=row>" + "".join(f"<div>{plain(cell)}</div>" for cell in row) + "</div>" for row in grid.rows]


ON_PAGES: Mapping[str, Flattening] = {
    "html": Drawn(),
    "html_paragraphs": Drawn(in_paragraphs),
    "html_spaces": Drawn(with_spaces),
    "html_pieces": Drawn(in_pieces),
    "html_heads": Drawn(heads=True),
    "html_nested": Drawn(in_paragraphs, nested=True),
    "html_split": Drawn(split=True),
    "html_rows_alone": Drawn(rows_alone=True),
}
LOOSE_ON_PAGES: Mapping[str, Flattening] = {"html_divs": in_divs}
