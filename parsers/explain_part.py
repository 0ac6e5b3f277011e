"""One part of a line: what the parser took a piece of the document for, and why."""

from dataclasses import dataclass
from typing import Literal

from parsers.report import CellKey, CellStatus

PartKind = Literal[
    "title", "heading", "text", "page",
    "header", "label", "doubt", "figure", "blank", "unplaced", "loose", "strange", "plain", "empty",
]  # fmt: skip
"""What a piece of a document can be.

Of running words: `title`, `heading` (of a section), `text` (of a section, or before the first heading), `page` (left
out, it is of the page around the report). Of official tables: `header` (a word above columns or of a group of rows),
`label`, `doubt` (a label whose figures are not trusted), `figure` and `blank` (in their cells), `unplaced` (it belongs
to a row, but to which cell is not certain), `loose` (a figure in no cell), `strange` (words that no form has there).
`plain` is a cell of another table, `empty` a line or cell without anything.
"""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a line. `why` is a sentence for a person; `at` its place.

    `section` is the key of the section that it heads or belongs to; `form` and `table` name the official table, `cells`
    the cells that it fills (a blank may fill several), or of which it is the label. `status` is that of its cell.
    """

    kind: PartKind
    text: str
    why: str
    at: str
    section: str | None = None
    form: str | None = None
    table: str | None = None
    cells: tuple[CellKey, ...] = ()
    status: CellStatus | None = None
