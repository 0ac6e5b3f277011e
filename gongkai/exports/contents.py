"""All tables of an export, filled in one walk over the archive."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeAlias

from archive import Archive
from archive.questions.tidy import TidyScope, TidyVersion
from gongkai.exports.cells import list_form_cells, order_cells
from gongkai.exports.crosswalk import list_crossings
from gongkai.exports.dictionary import Table, Value, load_meanings, load_tables
from gongkai.exports.figures import Corrections, index_corrections, iter_figure_rows, to_report_row, to_wide_row
from gongkai.exports.findings import iter_finding_rows
from parsers.forms import load_forms
from parsers.report import CellKey

WriteRow: TypeAlias = Callable[[Sequence[Value]], None]
Show: TypeAlias = Callable[[int], None]
"""Is told after each version how many were written."""

_NO_CELL = (None, None, None)


class Tables(Protocol):
    """Where tables are written: all of them are begun before the first row comes, and finished after the last."""

    def begin(self, table: Table) -> WriteRow:
        """Begin a table and return what writes its rows."""
        ...

    def finish(self) -> None:
        """Write what is left."""
        ...

    def drop(self) -> None:
        """Let go of every file, where something stopped it."""
        ...


class _Counted:
    """A table whose rows are counted as they are written."""

    def __init__(self, write: WriteRow) -> None:
        self._write = write
        self.rows = 0

    def write(self, *rows: Sequence[Value]) -> None:
        self.write_all(rows)

    def write_all(self, rows: Iterable[Sequence[Value]]) -> None:
        write, number = self._write, 0
        for number, row in enumerate(rows, 1):  # noqa: B007 - the last number is how many there were
            write(row)
        self.rows += number


def fill_tables(archive: Archive, scope: TidyScope, tables: Tables, show: Show | None = None) -> Mapping[str, int]:
    """Write every table and return how many rows each has; nothing but the archive decides what comes, and where."""
    try:
        written = {name: _Counted(tables.begin(table)) for name, table in load_tables().items()}
        reports = _write_versions(archive, scope, written, show)
        _write_changes(archive, scope, reports, written)
        findings = (row for row in iter_finding_rows(archive, scope) if row[0] in reports)
        written["findings"].write_all((number, *row) for number, row in enumerate(findings, 1))
        for name, rows in _KNOWN.items():
            written[name].write_all(rows())
        tables.finish()
    except BaseException:
        tables.drop()
        raise
    return {name: table.rows for name, table in written.items()}


def _write_versions(archive: Archive, scope: TidyScope, written: Mapping[str, _Counted], show: Show | None) -> set[str]:
    """Write reports and figures and return which reports there are."""
    corrections = index_corrections(archive.list_corrections(as_of=scope.as_of))
    reports: set[str] = set()
    for number, version in enumerate(archive.iter_tidy(scope, order_cells()), 1):
        _write_version(version, corrections, written)
        reports.add(version.report)
        if show:
            show(number)
    return reports


def _write_version(version: TidyVersion, corrections: Corrections, written: Mapping[str, _Counted]) -> None:
    written["reports"].write(to_report_row(version))
    written["figures"].write_all(iter_figure_rows(version, corrections))
    if version.form is not None and version.form in load_forms():
        written[f"wide_{version.form}"].write(to_wide_row(version, version.form))


def _write_changes(archive: Archive, scope: TidyScope, reports: set[str], written: Mapping[str, _Counted]) -> None:
    changes = (change for change in archive.list_changes(until=scope.as_of) if change.id in reports)
    for number, change in enumerate(changes, 1):
        written["changes"].write(
            (
                *(number, change.kind, change.id, change.version, change.seen_at, change.site, change.url),
                *(change.new_url, len(change.cells)),
            )
        )
        written["changed_cells"].write_all(
            (number, cell["table"], cell["row"], cell["column"], cell["old"], cell["new"]) for cell in change.cells
        )


def _iter_codebook() -> Iterator[tuple[Value, ...]]:
    for form in load_forms():
        for cell in list_form_cells(form):
            yield (
                *(form, *cell.key, ".".join(cell.key), cell.label_zh, cell.label_en, cell.unit, cell.unit_base),
                *(cell.article, cell.source),
            )


def _iter_columns() -> Iterator[tuple[Value, ...]]:
    for table in load_tables().values():
        for position, column in enumerate(table.columns, 1):
            yield (table.name, column.name, position, column.type, column.zh, column.en)


def _iter_values() -> Iterator[tuple[Value, ...]]:
    return ((one.column, one.value, one.zh, one.en) for one in load_meanings())


def _iter_crosswalk() -> Iterator[tuple[Value, ...]]:
    for one in list_crossings():
        yield (one.older, *_name(one.left), one.newer, *_name(one.right), one.match, one.zh, one.en)


def _name(key: CellKey | None) -> tuple[str | None, str | None, str | None]:
    return key or _NO_CELL


_KNOWN: Mapping[str, Callable[[], Iterator[tuple[Value, ...]]]] = {
    "crosswalk": _iter_crosswalk,
    "codebook": _iter_codebook,
    "columns": _iter_columns,
    "values": _iter_values,
}
"""What is known of the forms and of the tables themselves, whatever the archive holds."""
