"""Exports of made archives, and how these tests read them back: CSV by Python, XLSX by its XML, Parquet by DuckDB."""

import csv
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import duckdb

from archive import Archive
from archive.questions.tidy import TidyScope
from gongkai.exports.export import Exported, Format, export_tables

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def export(archive: Path, folder: Path, form: Format = "csv", **scope: Any) -> Exported:
    """Export an archive that holds something."""
    with Archive.open(archive) as opened:
        exported = export_tables(opened, folder, form, TidyScope(**scope))
    assert exported is not None
    return exported


def read_table(folder: Path, name: str) -> list[dict[str, str]]:
    """Return the rows of a table of CSV; no value and an empty text are both empty."""
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def find_figure(folder: Path, cell: str, **fields: str) -> dict[str, str]:
    """Return the one row of the figures that is of a cell, and has these fields."""
    rows = [
        row
        for row in read_table(folder, "figures")
        if f"{row['table']}.{row['row']}.{row['column']}" == cell and fields.items() <= row.items()
    ]
    assert len(rows) == 1, (cell, len(rows))
    return rows[0]


def read_parquet(folder: Path, statement: str) -> list[tuple[Any, ...]]:
    """Ask the figures of a folder of Parquet; the file stands for `figures`."""
    with duckdb.connect() as connection:
        path = str(folder / "figures.parquet").replace("'", "''")
        rows: list[tuple[Any, ...]] = connection.execute(statement.replace("FIGURES", f"'{path}'")).fetchall()
    return rows


def hash_all(folder: Path) -> Mapping[str, bytes]:
    """Return every file of a folder with its bytes."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


class ReadBook:
    """A workbook as its XML has it."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as packed:
            self.files = {name: packed.read(name) for name in packed.namelist()}
        targets = {
            one.attrib["Id"]: one.attrib["Target"]
            for one in ET.fromstring(self.files["xl/_rels/workbook.xml.rels"])  # noqa: S314 - our own file
        }
        book = ET.fromstring(self.files["xl/workbook.xml"])  # noqa: S314 - the same
        self._sheets = {
            sheet.attrib["name"]: ET.fromstring(self.files[f"xl/{targets[sheet.attrib[_RELATED]]}"])  # noqa: S314 - the same
            for sheet in book.iter(f"{_MAIN}sheet")
        }

    def list_sheets(self) -> list[str]:
        """Return the names of the sheets in their order."""
        return list(self._sheets)

    def iter_cells(self, sheet: str) -> Iterator[tuple[str, str, str]]:
        """Yield place, type and text of each cell that has one."""
        for cell in self._sheets[sheet].iter(f"{_MAIN}c"):
            text = "".join(part.text or "" for part in cell.iter() if part.tag in {f"{_MAIN}v", f"{_MAIN}t"})
            if text:
                yield cell.attrib["r"], cell.attrib.get("t", "n"), text

    def find_text(self, sheet: str, place: str) -> str:
        """Return what stands in a cell, an empty text where nothing does."""
        return next((text for where, _, text in self.iter_cells(sheet) if where == place), "")

    def list_merged(self, sheet: str) -> list[str]:
        """Return the places of a sheet that are merged (`A1:B2`)."""
        return [one.attrib["ref"] for one in self._sheets[sheet].iter(f"{_MAIN}mergeCell")]

    def find_frozen(self, sheet: str) -> tuple[str | None, str | None]:
        """Return how many rows and columns stay in sight, as the sheet says it; None where it says nothing."""
        (pane,) = self._sheets[sheet].iter(f"{_MAIN}pane")
        return pane.get("ySplit"), pane.get("xSplit")

    def has_formula(self) -> bool:
        """Whether any sheet holds a formula or a link."""
        return any(re.search(rb"<f[ >]|<hyperlink", data) for data in self.files.values())
