"""The front door: the figures of an archive into a folder, in one of the formats, whole or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from archive import Archive
from archive.questions.tidy import TidyCount, TidyScope
from gongkai.exports.contents import Show, Tables, fill_tables
from gongkai.exports.csv_files import CsvTables
from gongkai.exports.folders import whole_folder
from gongkai.exports.package import DATA, write_package
from gongkai.exports.parquet import ParquetTables
from gongkai.exports.workbook import MOST_ROWS, BookFacts, BookTables

Format = Literal["csv", "parquet", "xlsx", "datapackage"]
FORMATS: tuple[Format, ...] = get_args(Format)


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote: its files, how many rows each table has, and the moment up to which it speaks.

    `left_out` are the tables that the format could not hold.
    """

    files: tuple[Path, ...]
    rows: Mapping[str, int]
    moment: str
    left_out: tuple[str, ...] = ()


def export_tables(
    archive: Archive, folder: Path, form: Format, scope: TidyScope, *, show: Show | None = None
) -> Exported | None:
    """Write the figures of a scope into a folder that is not there yet, or empty; None where the scope holds none.

    All is as of one moment, whatever is written meanwhile; `show` is told after each version how many there were. The
    same archive as of the same moment gives the same bytes. `ExportError` where the folder cannot be taken.
    """
    with archive.at_one_moment():
        held = archive.count_tidy(scope)
        if not held.versions:
            return None
        newest = archive.find_newest_moment() or ""
        moment = min(scope.as_of or newest, newest)
        with whole_folder(folder) as scratch:
            rows = fill_tables(archive, scope, _open_tables(form, scratch, held, moment), show)
            if form == "datapackage":
                write_package(scratch, rows, moment, tell_scope(scope))
    is_cut = form == "xlsx" and held.cells >= MOST_ROWS
    files = tuple(sorted(file for file in folder.rglob("*") if file.is_file()))
    return Exported(files, rows, moment, ("figures",) if is_cut else ())


def _open_tables(form: Format, folder: Path, held: TidyCount, moment: str) -> Tables:
    if form == "parquet":
        return ParquetTables(folder)
    if form == "xlsx":
        return BookTables(folder, BookFacts(moment, held.cells))
    target = folder / DATA if form == "datapackage" else folder
    target.mkdir(exist_ok=True)
    return CsvTables(target)


def tell_scope(scope: TidyScope) -> str:
    """Return in words which reports a scope holds, in both languages.

    >>> tell_scope(TidyScope(year=2020))
    '现行版本，2020年 · the versions that stand, year 2020'
    """
    chinese = ["所有版本" if scope.all_versions else "现行版本"]
    english = ["all versions" if scope.all_versions else "the versions that stand"]
    if scope.site is not None:
        chinese.append(f"网站 {scope.site}")
        english.append(f"site {scope.site}")
    if scope.district is not None:
        chinese.append(f"区县 {scope.district}")
        english.append(f"district {scope.district}")
    if scope.year is not None:
        chinese.append(f"{scope.year}年")
        english.append(f"year {scope.year}")
    return f"{'，'.join(chinese)} · {', '.join(english)}"
