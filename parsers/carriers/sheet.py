"""Workbooks (xlsx, xls, the et files of WPS Office, ods) to a document: the tables of each visible sheet as grids.

Fully empty rows divide the tables of a sheet. A row with one text alone is running text, where it stands outside of
the frame of a table or above it; inside a table it is a row whose figures are blank.
"""

import io
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from parsers.carriers.cells import Sheet, Workbook
from parsers.carriers.sniff import sniff
from parsers.carriers.tables import warn_of_pictures
from parsers.document import Block, Document, Grid, GridCell, TextLine
from parsers.errors import DamagedError, ReaderMissingError, TooLargeError, UnknownCarrierError
from parsers.options import DEFAULT_OPTIONS, Options

Merge = tuple[int, int, int, int]


def sheet_to_document(body: bytes, options: Options = DEFAULT_OPTIONS) -> Document:
    """Return the tables and lines of the visible sheets of a workbook.

    Raises `DamagedError` for a file cut short, `EncryptedError` for one with a password, `UnknownCarrierError` for
    kinds that are not read, `TooLargeError` over the limits, `ReaderMissingError` without olefile for a legacy one.
    """
    book = _read_workbook(body, options)
    left = options.max_cells
    blocks: list[Block] = []
    warnings: list[str] = []
    for sheet in book.sheets:
        reader = _SheetReader(_leave_out_hidden(sheet), options, left)
        blocks.extend(reader.read())
        left = reader.cells_left
        warnings.extend(_warn_of_sheet(sheet, reader))
    if book.hidden:
        warnings.append(f"{book.hidden} hidden sheets were not read")
    warnings.extend(warn_of_pictures(book.pictures, blocks))
    return Document(book.carrier, tuple(blocks), title=book.title, warnings=tuple(warnings))


def _read_workbook(body: bytes, options: Options) -> Workbook:
    kind = sniff(body, options)
    if kind == "xlsx":
        from parsers.carriers.xlsx import read_xlsx  # noqa: PLC0415 - one of the three is needed

        return read_xlsx(body, options)
    if kind == "ods":
        from parsers.carriers.ods import read_ods  # noqa: PLC0415

        return read_ods(body, options)
    if kind == "xls":
        from parsers.carriers.xls import read_xls  # noqa: PLC0415

        return read_xls(_read_stream(body), options)
    raise UnknownCarrierError(f"no workbook, but {kind}; read it as what it is")


def _read_stream(body: bytes) -> bytes:
    try:
        import olefile  # type: ignore[import-untyped]  # noqa: PLC0415 - few documents need it
    except ImportError as error:
        raise ReaderMissingError("legacy Excel files need the package olefile: pip install olefile") from error
    try:
        with olefile.OleFileIO(io.BytesIO(body)) as ole:
            name = "Workbook" if ole.exists("Workbook") else "Book"
            return bytes(ole.openstream(name).read())
    except Exception as error:  # a hostile file makes olefile raise nearly anything
        raise DamagedError("the legacy Office file is cut short or damaged; ask for it again") from error


def _warn_of_sheet(sheet: Sheet, reader: "_SheetReader") -> Iterator[str]:
    hidden = len(sheet.texts) - len(reader.sheet.texts)
    if hidden:
        yield f"sheet {sheet.name}: {hidden} cells in hidden rows and columns were not read"
    if sheet.not_computed:
        yield f"sheet {sheet.name}: {sheet.not_computed} formulas stand without their result; open and save the file"
    if reader.overlaps:
        yield f"sheet {sheet.name}: merged ranges overlap; they are read as single cells"


class _Hidden:
    """Hidden rows, or hidden columns, as ranges; counts what is left before a place."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._before: list[int] = []
        count = 0
        for first, last in sorted(ranges):
            if self._ends and first < self._ends[-1]:
                first_free = self._ends[-1]
                if last < first_free:
                    continue
            else:
                first_free = first
            self._starts.append(first_free)
            self._ends.append(last + 1)
            self._before.append(count)
            count += last + 1 - first_free

    def count_before(self, place: int) -> int:
        """Return how many hidden places are before one."""
        number = bisect_left(self._starts, place) - 1
        if number < 0:
            return 0
        return self._before[number] + min(place, self._ends[number]) - self._starts[number]

    def __contains__(self, place: int) -> bool:
        number = bisect_right(self._starts, place) - 1
        return number >= 0 and place < self._ends[number]


@dataclass(slots=True)
class _Visible:
    """What is shown of a sheet: places count what is shown alone; `numbers` are the rows as the sheet counts them."""

    name: str
    texts: dict[tuple[int, int], str]
    merges: list[Merge]
    framed: set[int]
    numbers: dict[int, int] = field(default_factory=dict)


def _leave_out_hidden(sheet: Sheet) -> _Visible:
    if not sheet.hidden_rows and not sheet.hidden_columns:
        return _Visible(sheet.name, sheet.texts, sheet.merges, sheet.framed)
    rows = _Hidden((row, row) for row in sheet.hidden_rows)
    columns = _Hidden(sheet.hidden_columns)

    def place_of(row: int, column: int) -> tuple[int, int]:
        return row - rows.count_before(row), column - columns.count_before(column)

    merges = []
    for first_row, first_column, last_row, last_column in sheet.merges:
        start, end = place_of(first_row, first_column), place_of(last_row + 1, last_column + 1)
        if start[0] < end[0] and start[1] < end[1]:
            merges.append((*start, end[0] - 1, end[1] - 1))
    shown = {place: text for place, text in sheet.texts.items() if place[0] not in rows and place[1] not in columns}
    return _Visible(
        sheet.name,
        {place_of(*place): text for place, text in shown.items()},
        merges,
        {place_of(row, 0)[0] for row in sheet.framed if row not in rows},
        {place_of(*place)[0]: place[0] for place in shown},
    )


@dataclass(slots=True)
class _SheetReader:
    """Divides a sheet into tables and lines."""

    sheet: _Visible
    options: Options
    cells_left: int
    overlaps: bool = False
    tables: int = 0
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    merged: dict[tuple[int, int], Merge] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    last_row: int = -1

    def __post_init__(self) -> None:
        for (row, column), text in sorted(self.sheet.texts.items()):
            self.rows.setdefault(row, {})[column] = text
        self.merged = {merge[:2]: merge for merge in self.sheet.merges}
        self.merges = sorted(self.merged.values())
        self.last_row = max(self.rows, default=-1)

    def read(self) -> list[Block]:
        """Return the blocks of the sheet, an empty line for each empty row between two of them."""
        blocks: list[Block] = []
        end = -1
        for first, last in self._iter_blocks():
            if blocks:
                gap = min(first - end - 1, self.options.max_span)
                self._spend(gap)
                blocks.extend(TextLine("", self._row_at(row)) for row in range(end + 1, end + 1 + gap))
            blocks.extend(self._read_block(first, last))
            end = last
        return blocks

    def _row_at(self, row: int) -> str:
        return f"sheet {self.sheet.name} row {self.sheet.numbers.get(row, row) + 1}"

    def _spend(self, count: int) -> None:
        self.cells_left -= count
        if self.cells_left < 0:
            limit = self.options.max_cells
            raise TooLargeError(
                f"the tables of the workbook have more than {limit} cells; raise the limit, or leave it"
            )

    def _iter_blocks(self) -> Iterator[tuple[int, int]]:
        """Yield first and last row of what stands together: rows with text, and what is merged with them."""
        reaches = [(row, row) for row in self.rows]
        reaches += [
            (merge[0], min(merge[2], self.last_row))
            for place, merge in self.merged.items()
            if place in self.sheet.texts
        ]
        start, end = -1, -1
        for first, last in sorted(reaches):
            if first > end + 1 and start >= 0:
                yield start, end
                start = first
            start = first if start < 0 else start
            end = max(end, last)
        if start >= 0:
            yield start, end

    def _read_block(self, first: int, last: int) -> Iterator[Block]:
        """Yield lines and tables; a table ends where running text stands between its rows."""
        self._spend(last - first + 1)
        has_frames = any(row in self.sheet.framed for row in range(first, last + 1))
        body = [row for row in range(first, last + 1) if not self._is_single(row)]
        edges = self._edges_of(body)
        table_start = row = first
        while row <= last:
            is_above = not body or row < body[0]
            is_behind = bool(body) and row > body[-1]
            if self._is_text(row, edges, has_frames=has_frames, is_above=is_above, is_behind=is_behind):
                yield from self._read_table(table_start, row - 1)
                yield TextLine(next(iter(self.rows[row].values())), self._row_at(row))
                row = table_start = self._end_of(row) + 1
            else:
                row += 1
        yield from self._read_table(table_start, last)

    def _is_single(self, row: int) -> bool:
        return len(self.rows.get(row, ())) == 1

    def _end_of(self, row: int) -> int:
        """Return the last row of a merged cell that is alone in its row."""
        merge = self.merged.get((row, next(iter(self.rows[row]))))
        if merge is None:
            return row
        end = min(merge[2], self.last_row)
        return row if any(below in self.rows for below in range(row + 1, end + 1)) else end

    def _edges_of(self, body: Sequence[int]) -> tuple[int, int]:
        """Return first and last column of rows with several texts."""
        columns = [column for row in body for column in self.rows.get(row, ())]
        ends = [
            self.merged[row, column][3]
            for row in body
            for column in self.rows.get(row, ())
            if (row, column) in self.merged
        ]
        return min(columns, default=0), max([*columns, *ends], default=0)

    def _is_text(self, row: int, edges: tuple[int, int], *, has_frames: bool, is_above: bool, is_behind: bool) -> bool:
        """Whether a row is running text: one text alone, and no frame, or a place where no row of a table stands."""
        if not self._is_single(row) or (has_frames and row in self.sheet.framed):
            return False
        column, text = next(iter(self.rows[row].items()))
        if has_frames or is_above or len(text) > self.options.max_label_length:
            return True
        merge = self.merged.get((row, column), (row, column, row, column))
        return is_behind and merge[1] <= edges[0] and merge[3] >= edges[1]

    def _read_table(self, first: int, last: int) -> Iterator[Grid]:
        """Yield the rows as a grid, columns without any text left out."""
        columns = sorted({column for row in range(first, last + 1) for column in self.rows.get(row, ())})
        if not columns:
            return
        self._spend((last - first + 1) * len(columns))
        starts, covered = self._place_merges(first, last, columns)
        rows: list[tuple[GridCell, ...]] = []
        for row in range(first, last + 1):
            texts = self.rows.get(row, {})
            cells = []
            for place, column in enumerate(columns):
                rowspan, colspan = starts.get((row, place), (1, 1))
                if (row, place) not in covered:
                    text = texts.get(column, "").strip()
                    cells.append(GridCell(text, row - first, place, rowspan, colspan))
            rows.append(tuple(cells))
        self.tables += 1
        yield Grid(tuple(rows), len(columns), f"sheet {self.sheet.name} table {self.tables}")

    def _place_merges(
        self, first: int, last: int, columns: Sequence[int]
    ) -> tuple[dict[tuple[int, int], tuple[int, int]], set[tuple[int, int]]]:
        """Return the spans of merged cells by their place in the table, and the places that they cover."""
        starts: dict[tuple[int, int], tuple[int, int]] = {}
        covered: set[tuple[int, int]] = set()
        area = 0
        start_at, end_at = bisect_left(self.merges, (first,)), bisect_left(self.merges, (last + 1,))
        for top, left, last_row, right in self.merges[start_at:end_at]:
            start, end = bisect_left(columns, left), bisect_left(columns, right + 1)
            bottom = min(last_row, last)
            if bottom < top or start >= end:
                continue
            area += (bottom - top + 1) * (end - start)
            if area > (last - first + 1) * len(columns):
                self.overlaps = True
                return {}, set()
            starts[top, start] = (bottom - top + 1, end - start)
            covered.update((row, place) for row in range(top, bottom + 1) for place in range(start, end))
            covered.discard((top, start))
        return starts, covered
