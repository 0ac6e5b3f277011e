"""A document as its carrier gives it: lines of running text and grids, in their order, each with its place."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple


class TextLine(NamedTuple):
    """A line with its own white space. `path` names the elements around it, outermost first (empty in plain text).

    `link_share` is the share of its characters that are links, 0 to 1. `outside` marks what the page itself calls
    navigation, foot or the like.
    """

    text: str
    at: str
    path: tuple[int, ...] = ()
    link_share: float = 0.0
    outside: bool = False


class GridCell(NamedTuple):
    """A cell of a grid where it begins: zero-based row and column, and how far it spans."""

    text: str
    row: int
    column: int
    rowspan: int
    colspan: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with its spans worked out; `rows` holds each cell once, in the row where it begins."""

    rows: tuple[tuple[GridCell, ...], ...]
    width: int
    at: str
    path: tuple[int, ...] = ()


Block = TextLine | Grid


@dataclass(frozen=True, slots=True)
class Document:
    """What a carrier was turned into. `meta` are name and content of its meta data, names in lower case."""

    carrier: str
    blocks: tuple[Block, ...]
    title: str | None = None
    meta: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = field(default=())

    def iter_lines(self) -> Iterator[TextLine]:
        """Yield the lines of running text."""
        return (block for block in self.blocks if isinstance(block, TextLine))

    def find_meta(self, name: str) -> str | None:
        """Return the first meta value of that name that is not empty."""
        return next((value for key, value in self.meta if key == name.lower() and value), None)
