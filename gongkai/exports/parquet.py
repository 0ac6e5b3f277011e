"""Tables as Parquet: DuckDB makes it of the same tables as CSV, with the types that columns say, in their order."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gongkai.exports.csv_files import CsvTables
from gongkai.exports.dictionary import ColumnType, Table, Value
from gongkai.exports.errors import ExportError

if TYPE_CHECKING:
    import duckdb

_TYPES: Mapping[ColumnType, str] = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "moment": "TIMESTAMP",
}
_LONGEST_LINE = 16_000_000
"""Bytes of one row of CSV that DuckDB is to take: a title may be as long as its page."""
_BUFFER = 2 * _LONGEST_LINE
"""Bytes that DuckDB reads at once; by itself it takes sixteen of the longest lines."""
_ROWS_IN_GROUP = 61_440
_ENOUGH = "512MB"
"""What DuckDB may hold: without a limit it keeps all of the CSV that it has read, up to most of the memory there is."""
_NOT_WRITTEN = "{} could not be written as Parquet ({}); make room where it is written, or take --format csv"
_NO_DUCKDB = "Parquet needs a library that is not installed: pip install 'gongkai[export]'"


class ParquetTables:
    """Every table as a file of Parquet in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._connection = _connect()
        self._csv = CsvTables(folder, for_people=False)
        self._tables: list[Table] = []

    def begin(self, table: Table) -> Callable[[Sequence[Value]], None]:
        """Begin a table and return what writes its rows."""
        self._tables.append(table)
        return self._csv.begin(table)

    def finish(self) -> None:
        """Make Parquet of what was written."""
        import duckdb  # noqa: PLC0415 - an extra

        self._csv.finish()
        for table in self._tables:
            source = self._folder / f"{table.name}.csv"
            try:
                rows = _convert_sparingly(self._connection, table, source, source.with_suffix(".parquet"))
            except duckdb.Error as problem:
                raise ExportError(_NOT_WRITTEN.format(table.name, str(problem).partition("\n")[0])) from problem
            if rows != self._csv.count_rows(table):
                raise ExportError(_NOT_WRITTEN.format(table.name, f"{rows} rows came of more"))
            source.unlink()
        self._connection.close()

    def drop(self) -> None:
        """Let go of every file."""
        self._csv.drop()
        self._connection.close()


def _connect() -> "duckdb.DuckDBPyConnection":
    """Return DuckDB set so that it writes the same bytes again: one thread, rows in their order."""
    try:
        import duckdb  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as problem:
        raise ExportError(_NO_DUCKDB) from problem
    connection = duckdb.connect()
    for setting in (
        "threads = 1",
        "preserve_insertion_order = true",
        "autoinstall_known_extensions = false",
        "temp_directory = ''",  # whatever it would put aside it would leave in the reader's folder
    ):
        connection.execute(f"SET {setting}")
    return connection


def _convert_sparingly(connection: "duckdb.DuckDBPyConnection", table: Table, source: Path, target: Path) -> int:
    """Do as `_convert`, in bounded memory where that is enough; longest texts in row after row take more."""
    import duckdb  # noqa: PLC0415 - an extra

    connection.execute(f"SET memory_limit = '{_ENOUGH}'")
    try:
        return _convert(connection, table, source, target)
    except duckdb.OutOfMemoryException:
        connection.execute("RESET memory_limit")
        return _convert(connection, table, source, target)


def _convert(connection: "duckdb.DuckDBPyConnection", table: Table, source: Path, target: Path) -> int:
    """Write a table of CSV as Parquet and return its rows; an empty text stays one, and no value stays none."""
    columns = ", ".join(f"{_quote(column.name)}: '{_TYPES[column.type]}'" for column in table.columns)
    copied = connection.execute(
        f"""
        COPY (SELECT * FROM read_csv(
          {_quote(str(source))}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
          nullstr = '', allow_quoted_nulls = false, parallel = false, max_line_size = {_LONGEST_LINE},
          buffer_size = {_BUFFER},
          columns = {{{columns}}}))
        TO {_quote(str(target))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROWS_IN_GROUP})
        """  # noqa: S608 - names of ours, and paths in quotation marks
    ).fetchone()
    return int(copied[0]) if copied else 0


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
