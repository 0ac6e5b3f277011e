"""Rows drawn for a terminal of any width: side by side, the longest column under the others, or each row a block."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from rich.text import Text

from gongkai.cli.wrapping import cut_text, wrap_text

_GAP = "  "
_INDENT = "  "
_LEAST_BESIDE = 28
"""Columns of the terminal that the longest column needs to stand beside the others: 14 Chinese characters."""
_LEAST_CUT = 20
"""The same where it is cut, which one line a row is worth."""
_SEPARATOR = " · "


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of columns; which are `numbers`, set to the right; which one gives way, and whether it is cut.

    Without `cut` the last column gives way, unless it is one of numbers: its text is broken over lines.
    """

    names: Sequence[str]
    numbers: frozenset[str] = frozenset()
    cut: str | None = None

    @property
    def yielding(self) -> int | None:
        """Return the place of the column that gives way."""
        if self.cut is not None:
            return self.names.index(self.cut)
        return None if self.names[-1] in self.numbers else len(self.names) - 1

    @property
    def least(self) -> int:
        """Return how much of the terminal that column needs to stand beside the others."""
        return _LEAST_CUT if self.cut is not None else _LEAST_BESIDE

    def fit(self, text: Text, width: int) -> list[Text]:
        """Return the text of the column that gives way in lines, or in one line that is cut."""
        return [cut_text(text, width)] if self.cut is not None else wrap_text(text, width)


def iter_table_lines(columns: Columns, rows: Sequence[Sequence[Text]], width: int) -> Iterator[Text]:
    """Yield the lines of a table, none wider than `width`.

    The column that gives way stands under the others where less than `_LEAST_BESIDE` is left for it. Where the others
    alone are too wide, a row is a block of names and values.
    """
    sizes = [max(text.cell_len for text in column) for column in zip(map(Text, columns.names), *rows, strict=True)]
    yielding = columns.yielding
    taken = sum(size + len(_GAP) for number, size in enumerate(sizes) if number != yielding)
    if yielding is None and taken - len(_GAP) <= width:
        yield from _iter_beside(columns, rows, sizes)
    elif yielding is not None and min(sizes[yielding], columns.least) <= width - taken:
        sizes[yielding] = min(sizes[yielding], width - taken)
        yield from _iter_beside(columns, rows, sizes)
    elif yielding is not None and taken - len(_GAP) <= width:
        yield from _iter_under(columns, rows, sizes, width)
    else:
        yield from _iter_blocks(columns, rows, width)


def _iter_beside(columns: Columns, rows: Sequence[Sequence[Text]], sizes: Sequence[int]) -> Iterator[Text]:
    yield _join(_heads(columns), columns, sizes)
    for row in rows:
        pieces = [
            columns.fit(text, size) if number == columns.yielding else [text]
            for number, (text, size) in enumerate(zip(row, sizes, strict=True))
        ]
        yield from (_join(line, columns, sizes) for line in zip_longest(*pieces, fillvalue=Text()))


def _heads(columns: Columns) -> list[Text]:
    return [Text.assemble((name, "bold")) for name in columns.names]


def _join(line: Sequence[Text], columns: Columns, sizes: Sequence[int]) -> Text:
    """Put the cells of a line beside each other, each as wide as its column, without white space at the end."""
    joined = Text()
    for name, text, size in zip(columns.names, line, sizes, strict=True):
        room = " " * (size - text.cell_len)
        joined.append(_GAP if joined else "")
        joined.append_text(Text(room).append_text(text) if name in columns.numbers else text.copy().append(room))
    joined.rstrip()
    return joined


def _iter_under(columns: Columns, rows: Sequence[Sequence[Text]], sizes: Sequence[int], width: int) -> Iterator[Text]:
    """Yield each row with the column that gives way under its others."""
    place = columns.yielding or 0
    others = Columns([name for number, name in enumerate(columns.names) if number != place], columns.numbers)
    sizes = [size for number, size in enumerate(sizes) if number != place]
    for row in (_heads(columns), *rows):
        yield _join([text for number, text in enumerate(row) if number != place], others, sizes)
        if row[place]:
            yield from _indent(columns.fit(row[place], width - len(_INDENT)))


def _iter_blocks(columns: Columns, rows: Sequence[Sequence[Text]], width: int) -> Iterator[Text]:
    """Yield each row as its first value, its others with their names, and the one that gives way."""
    for row in rows:
        yield from wrap_text(Text.assemble(row[0], style="bold"), width)
        named = [
            Text.assemble((f"{name} ", "dim"), text)
            for number, (name, text) in enumerate(zip(columns.names, row, strict=True))
            if number not in {0, columns.yielding} and text
        ]
        yield from _indent(_flow(named, width - len(_INDENT)))
        if columns.yielding and row[columns.yielding]:
            yield from _indent(columns.fit(row[columns.yielding], width - len(_INDENT)))


def _flow(texts: Sequence[Text], width: int) -> list[Text]:
    """Put texts behind each other, as many to a line as fit."""
    lines: list[Text] = []
    for text in texts:
        if lines and lines[-1].cell_len + len(_SEPARATOR) + text.cell_len <= width:
            lines[-1] = Text.assemble(lines[-1], (_SEPARATOR, "dim"), text)
        else:
            lines += wrap_text(text, width)
    return lines


def _indent(lines: Sequence[Text]) -> Iterator[Text]:
    return (Text(_INDENT).append_text(line) for line in lines)
