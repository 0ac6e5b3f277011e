"""Tables as CSV: for spreadsheet programs, which must never run a text as a formula, and for other programs as it is.

Texts stand in quotation marks, always: `""` is an empty text, nothing at all is no value.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from types import NoneType
from typing import Any, TextIO

from gongkai.exports.dictionary import Table, Value
from gongkai.proof.check import guard

BOM = "\ufeff"
"""What tells Excel and WPS that a file is UTF-8."""
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_REMEMBERED = 2**16
_BUFFER = 2**20


def quote(text: str) -> str:
    '''Return a text as CSV has it.

    >>> quote('a "b"')
    '"a ""b"""'
    '''
    return '"' + text.replace('"', '""') + '"'


def guard_text(text: str) -> str:
    """Return a text that no program takes for a formula; one sign ' off the front, and it is what it was.

    >>> guard_text("=1+1"), guard_text("'so"), guard_text("-5"), guard_text("青石区")
    ("'=1+1", "''so", '-5', '青石区')
    """
    if _NUMBER.fullmatch(text):
        return text
    return f"'{text}" if text.startswith("'") else str(guard(text))


def write_number(value: Decimal | float) -> str:
    """Return a number with all its digits, never with an exponent.

    >>> write_number(1e-7), write_number(96171.6), write_number(Decimal("961716000"))
    ('0.0000001', '96171.6', '961716000')
    """
    return format(value if isinstance(value, Decimal) else Decimal(repr(value)), "f")


_quote = lru_cache(maxsize=_REMEMBERED)(quote)
_quote_guarded = lru_cache(maxsize=_REMEMBERED)(lambda text: quote(guard_text(text)))
_write_number = lru_cache(maxsize=_REMEMBERED)(write_number)
_PLAIN: Mapping[type, Callable[[Any], str]] = {
    NoneType: lambda _: "",
    str: _quote,
    int: str,
    float: write_number,
    Decimal: _write_number,
    bool: lambda value: "true" if value else "false",
}
_GUARDED: Mapping[type, Callable[[Any], str]] = {**_PLAIN, str: _quote_guarded}


class CsvFile:
    """One table as a file of CSV; `for_people` with the mark of its encoding, and guarded against formulas."""

    def __init__(self, path: Path, table: Table, *, for_people: bool) -> None:
        self._file: TextIO = path.open("w", encoding="utf-8", newline="", buffering=_BUFFER)
        self._writers = _GUARDED if for_people else _PLAIN
        self.lines = 0
        if for_people:
            self._file.write(BOM)
        self.write([column.name for column in table.columns])

    def write(self, row: Sequence[Value]) -> None:
        """Write a row."""
        writers = self._writers
        self._file.write(",".join([writers[type(value)](value) for value in row]) + "\r\n")
        self.lines += 1

    def close(self) -> None:
        """Write what is left."""
        self._file.close()


class CsvTables:
    """Every table as a file of CSV in a folder."""

    def __init__(self, folder: Path, *, for_people: bool = True) -> None:
        self._folder = folder
        self._for_people = for_people
        self._files: dict[str, CsvFile] = {}

    def begin(self, table: Table) -> Callable[[Sequence[Value]], None]:
        """Begin a table and return what writes its rows."""
        path = self._folder / f"{table.name}.csv"
        self._files[table.name] = CsvFile(path, table, for_people=self._for_people)
        return self._files[table.name].write

    def count_rows(self, table: Table) -> int:
        """Return how many rows a table has, its head not among them."""
        return self._files[table.name].lines - 1

    def finish(self) -> None:
        """Write what is left of every table."""
        self.drop()

    def drop(self) -> None:
        """Let go of every file."""
        for file in self._files.values():
            file.close()
