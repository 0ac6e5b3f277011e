"""A sheet of a workbook as cells by row and column, whatever file it comes from, and its numbers as text."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from parsers.errors import TooLargeError
from parsers.options import Options

_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Formats that have a number only, no text: those of dates and times, of Chinese and Japanese Excel too."""
_PERCENT_FORMATS = {9: "0%", 10: "0.00%"}
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\[\]]*+\]')
_DATE_LETTERS = re.compile(r"[ymdhse]|aaa", re.IGNORECASE)
_DECIMALS = re.compile(r"\.([0#?]+)")
_FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet's days know no zone
_FIRST_DAY_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
_LAST_DAY = 2_958_465.0
_WHOLE_NUMBERS = 1e15


@dataclass(slots=True)
class Sheet:
    """The cells of a sheet, zero-based; merged ranges as first row, first column, last row, last column.

    `framed` are the rows with a cell that has a border. Hidden rows are listed, hidden columns are ranges.
    """

    name: str
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    framed: set[int] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    not_computed: int = 0

    def put(self, row: int, column: int, text: str, options: Options) -> None:
        """Set a cell's text; an empty one is no cell."""
        if text.strip():
            self.texts[row, column] = text
            if len(self.texts) > options.max_cells:
                raise TooLargeError(f"a sheet has more than {options.max_cells} cells; raise the limit, or leave it")


@dataclass(slots=True)
class Workbook:
    """The visible sheets of a workbook, and how many others it has."""

    carrier: str
    sheets: list[Sheet] = field(default_factory=list)
    hidden: int = 0
    pictures: int = 0
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Formats:
    """For each style of cells: the number and the text of its format. Days count from 1904 in old files of the Mac."""

    styles: tuple[tuple[int, str], ...] = ()
    from_1904: bool = False

    def show(self, value: float, style: int) -> str:
        """Return a number as text: a day as a date, a share as per cent, any other plain."""
        number, code = self.styles[style] if 0 <= style < len(self.styles) else (0, "")
        code = _LITERAL.sub("", code).partition(";")[0]
        if number in _DATE_FORMATS or (_DATE_LETTERS.search(code) and "general" not in code.lower()):
            return self._show_date(value)
        code = code or _PERCENT_FORMATS.get(number, "")
        if "%" in code:
            decimals = _DECIMALS.search(code)
            return f"{value * 100:.{len(decimals[1]) if decimals else 0}f}%"
        return show_number(value)

    def _show_date(self, value: float) -> str:
        if not 0 <= value <= _LAST_DAY:
            return show_number(value)
        day = (_FIRST_DAY_1904 if self.from_1904 else _FIRST_DAY) + timedelta(seconds=round(value * 86400))
        if value < 1:
            return day.strftime("%H:%M:%S")
        return day.date().isoformat() if value == int(value) else day.isoformat(sep=" ")


def show_number(value: float) -> str:
    """Return a number as a sheet shows it: whole numbers without a point, others with up to 15 digits.

    >>> [show_number(value) for value in (5.0, 0.37, 0.1 + 0.2, -3.0)]
    ['5', '0.37', '0.3', '-3']
    """
    if abs(value) < _WHOLE_NUMBERS and value == int(value):
        return str(int(value))
    return f"{value:.15g}"
