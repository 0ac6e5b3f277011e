"""Tables for spreadsheet programs, which must never run a text as a formula: CSV as it streams by, and XLSX."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Sequence

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from gongkai.proof.check import guard

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_LONGEST = 32_767
"""Characters that a cell of XLSX holds."""
csv.field_size_limit(2**31 - 1)  # a text of an archive is as long as it is; the module stops at 128 KB by itself
_SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


class CsvGuard:
    r"""Takes CSV in pieces of any length and gives it back with every text that looks like a formula made text.

    >>> guard = CsvGuard()
    >>> (guard.feed(b'a,b\r\n"=1+\n') + guard.feed(b'1",-5\r\n') + guard.finish()).decode()
    'a,b\r\n"\'=1+\n1",-5\r\n'
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held: list[str] = []
        self._is_quoted = False

    def feed(self, piece: bytes) -> bytes:
        """Take a piece and return the whole records that can be told by now."""
        text = self._decoder.decode(piece)
        end = self._find_end(text)
        whole, self._held = ("".join((*self._held, text[:end])), []) if end else ("", self._held)
        self._held.append(text[end:])
        return _guard_records(whole)

    def finish(self) -> bytes:
        """Return what is left."""
        whole, self._held = "".join((*self._held, self._decoder.decode(b"", final=True))), []
        return _guard_records(whole)

    def _find_end(self, text: str) -> int:
        """Return where the last record ends in a piece: after a line break with no quote open before it; else 0."""
        self._is_quoted ^= text.count('"') % 2 == 1
        is_quoted, end = self._is_quoted, len(text)
        while start := text.rfind("\n", 0, end) + 1:
            is_quoted ^= text.count('"', start, end) % 2 == 1
            if not is_quoted:
                return start
            end = start - 1
        return 0


def _guard_records(text: str) -> bytes:
    if not text:
        return b""
    out = io.StringIO()
    rows = csv.reader(io.StringIO(text, newline=""))
    csv.writer(out).writerows([value if _NUMBER.fullmatch(value) else guard(value) for value in row] for row in rows)
    return out.getvalue().encode()


def rows_to_xlsx(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return rows as a workbook of one sheet: numbers as numbers, all else as text, nothing as a formula or a link."""
    out = io.BytesIO()
    with Workbook(out, _SAFE) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        for number, column in enumerate(columns):
            sheet.write_string(0, number, column, bold)
        for line, row in enumerate(rows, 1):
            for number, value in enumerate(row):
                _write(sheet, line, number, value)
        sheet.freeze_panes(1, 0)
    return out.getvalue()


def _write(sheet: Worksheet, line: int, column: int, value: object) -> None:
    if value is None:
        return
    if isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(line, column, value)
    else:
        text = value.hex() if isinstance(value, bytes) else str(value)
        sheet.write_string(line, column, text[:_LONGEST])
