"""Workbooks: the tables of each visible sheet, merged cells as spans, numbers as a sheet shows them."""

import contextlib
import io
import struct
import time
import zipfile
from pathlib import Path

import pytest

from parsers.carriers.cells import Formats, show_number
from parsers.carriers.docx import docx_to_document
from parsers.carriers.sheet import sheet_to_document
from parsers.carriers.xls import read_xls
from parsers.document import Document, Grid
from parsers.errors import DamagedError, EncryptedError, ParserError, TooLargeError, UnknownCarrierError
from parsers.options import DEFAULT_OPTIONS
from tests.parsers.made import FORMS, distinct_figures, title_of
from tests.parsers.made_office import (
    damage_bytes,
    make_workbook,
    make_xlsx,
    make_zip,
    report_to_docx,
    report_to_xlsx,
)

LEGACY = (Path(__file__).parent / "fixtures" / "report_2021.xls").read_bytes()
RAISED = '<r><rPr><vertAlign val="superscript"/></rPr><t>1</t></r>'
SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
ODS_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)


def sheet_xml(rows: str, rest: str = "") -> str:
    """Return the XML of a sheet from that of its rows, and what stands behind them."""
    return f"<worksheet {SPACE}><sheetData>{rows}</sheetData>{rest}</worksheet>"


def read_sheet(rows: str, rest: str = "") -> Document:
    """Read a workbook of one sheet from the XML of its rows."""
    return sheet_to_document(make_workbook({"表": sheet_xml(rows, rest)}))


def shape_of(document: Document) -> list[str | list[list[tuple[str, int, int]]]]:
    """Return lines as texts and grids as rows of text, rowspan and colspan, in their order."""
    return [
        [[(cell.text, cell.rowspan, cell.colspan) for cell in row] for row in block.rows]
        if isinstance(block, Grid)
        else block.text
        for block in document.blocks
    ]


def texts_of(document: Document) -> list[str | list[list[str]]]:
    """Return lines as texts and grids as rows of texts, in their order."""
    return [
        [[cell.text for cell in row] for row in block.rows] if isinstance(block, Grid) else block.text
        for block in document.blocks
    ]


def grids_of(document: Document) -> list[Grid]:
    """Return the grids."""
    return [block for block in document.blocks if isinstance(block, Grid)]


@pytest.mark.parametrize("form", FORMS)
def test_same_as_word(form: str) -> None:
    """A report gives the grids that the Word document of the same report gives, each named by its sheet."""
    figures = distinct_figures(form)
    word = grids_of(docx_to_document(report_to_docx(form, figures)))

    document = sheet_to_document(report_to_xlsx(form, figures))

    assert [grid.rows for grid in grids_of(document)] == [grid.rows for grid in word]
    assert [grid.at for grid in grids_of(document)] == [f"sheet 年报 table {number}" for number in (1, 2, 3)]
    assert (texts_of(document)[0], document.blocks[0].at) == (title_of(form), "sheet 年报 row 1")
    assert (document.carrier, document.warnings) == ("xlsx", ())


def test_legacy_is_the_same() -> None:
    """What LibreOffice made of a workbook in the old format is read as the workbook was."""
    document = sheet_to_document(LEGACY)

    assert document.blocks == sheet_to_document(report_to_xlsx("2021", distinct_figures("2021"))).blocks
    assert (document.carrier, document.warnings) == ("xls", ())


def test_lines_and_tables_without_frames() -> None:
    """Above a table, and as wide as it behind, a text alone in its row is a line; within, a row of blanks."""
    rows: list[dict[int, str]] = [
        {0: "标题"},
        {0: "项目", 1: "数量", 2: "备注"},
        {0: "规章", 1: "3"},
        {0: "文件"},
        {0: "第二项"},
        {0: "许可", 1: "4"},
        {0: "收费"},
        {0: "注：" + "长" * 20},
        {},
        {0: "另起一段"},
    ]

    document = sheet_to_document(make_xlsx(rows, ["A5:C5", "A8:C8"]))

    assert texts_of(document) == [
        "标题",
        [
            *(["项目", "数量", "备注"], ["规章", "3", ""], ["文件", "", ""], ["第二项"]),
            *(["许可", "4", ""], ["收费", "", ""]),
        ],
        "注：" + "长" * 20,
        "",
        "另起一段",
    ]


def test_frames_tell_tables_from_text() -> None:
    """In a sheet with frames, a text alone in a row without one is a line, and one within a frame a row."""
    rows = [
        {0: "一、情况"},
        {0: "第一项"},
        {0: "规章", 1: "3"},
        {0: "文件", 1: ""},
        {0: "二、情况"},
        {0: "许可", 1: "4"},
    ]

    document = sheet_to_document(make_xlsx(rows, framed=[1, 2, 3, 5]))

    assert texts_of(document) == [
        "一、情况",
        [["第一项", ""], ["规章", "3"], ["文件", ""]],
        "二、情况",
        [["许可", "4"]],
    ]


def test_spans_count_columns_that_hold_something() -> None:
    """Columns without any text are left out, and spans with them; a merged cell reaches over rows and columns."""
    rows: list[dict[int, str]] = [{0: "组", 2: "甲", 4: "乙"}, {2: "1", 4: "2"}, {0: "合计", 4: "3"}]

    document = sheet_to_document(make_xlsx(rows, ["A1:B2", "A3:D3"]))

    assert shape_of(document) == [
        [[("组", 2, 1), ("甲", 1, 1), ("乙", 1, 1)], [("1", 1, 1), ("2", 1, 1)], [("合计", 1, 2), ("3", 1, 1)]]
    ]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="A1"><v>5.0</v></c>', "5"),
        ('<c r="A1"><v>0.37</v></c>', "0.37"),
        ('<c r="A1"><v>0.30000000000000004</v></c>', "0.3"),
        ('<c r="A1" s="2"><v>45000</v></c>', "2023-03-15"),
        ('<c r="A1" s="2"><v>45000.5</v></c>', "2023-03-15 12:00:00"),
        ('<c r="A1" s="3"><v>0.375</v></c>', "37.50%"),
        ('<c r="A1" t="b"><v>1</v></c>', "TRUE"),
        ('<c r="A1" t="e"><v>#REF!</v></c>', "#REF!"),
        ('<c r="A1" t="str"><f>A2</f><v>三</v></c>', "三"),
        ('<c r="A1"><f>SUM(B1:B2)</f></c>', "\ufffc"),
        (f'<c r="A1" t="inlineStr"><is><r><t>5</t></r>{RAISED}</is></c>', "5¹"),
        ('<c r="A1" t="inlineStr"><is><t>五</t><rPh sb="0" eb="1"><t>wu</t></rPh></is></c>', "五"),
        ('<c r="A1" t="inlineStr"><is><t>a\nb</t></is></c>', "a b"),
        ("<c><v>7</v></c>", "7"),
        ('<c s="1"/><c r="A1"><v>7</v></c>', "7"),
    ],
)
def test_values(cell: str, text: str) -> None:
    """A cell's value is what the sheet shows: days as dates, shares as per cent, texts without their readings."""
    document = read_sheet(f'<row r="1">{cell}<c r="B1"><v>1</v></c></row>')

    assert texts_of(document) == [[[text, "1"]]]


def test_formulas_without_result_are_said() -> None:
    """A formula that no program has computed is no blank, and is said."""
    document = read_sheet("<row><c><f>A2</f></c><c><v>1</v></c></row>")

    assert document.warnings == ("sheet 表: 1 formulas stand without their result; open and save the file",)


def test_hidden_sheets_rows_and_columns() -> None:
    """What is hidden is not read, and that is said; what is shown closes up, and keeps its row numbers."""
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c><c r="C1"><v>3</v></c></row>'
        '<row r="2" hidden="1"><c r="A2"><v>4</v></c><c r="B2"><v>5</v></c></row>'
        '<row r="3"><c r="A3"><v>6</v></c><c r="B3"><v>7</v></c><c r="C3"><v>8</v></c></row>'
        '<row r="6"><c r="A6"><v>9</v></c></row>'
    )
    columns = '<cols><col min="2" max="2" hidden="1"/></cols>'
    shown = f"<worksheet {SPACE}>{columns}<sheetData>{rows}</sheetData></worksheet>"
    body = make_workbook({"明": shown, "暗": sheet_xml(rows)}, {"暗": "hidden"})

    document = sheet_to_document(body)

    assert texts_of(document) == [[["1", "3"], ["6", "8"]], "", "", "9"]
    assert document.blocks[-1].at == "sheet 明 row 6"
    assert document.warnings == (
        "sheet 明: 4 cells in hidden rows and columns were not read",
        "1 hidden sheets were not read",
    )


def test_merged_ranges_that_overlap() -> None:
    """Merged ranges that overlap are nonsense; the cells are read singly, and that is said."""
    document = sheet_to_document(make_xlsx([{0: "1", 1: "2"}, {0: "3", 1: "4"}], ["A1:B2", "A2:B2", "B1:B2"]))

    assert texts_of(document) == [[["1", "2"], ["3", "4"]]]
    assert document.warnings == ("sheet 年报: merged ranges overlap; they are read as single cells",)


def test_open_document() -> None:
    """A workbook of OpenDocument is read too, what repeats counted and not written out."""
    table = (
        '<table:table table:name="表"><table:table-row><table:table-cell><text:p>前</text:p></table:table-cell>'
        '</table:table-row><table:table-row table:number-rows-repeated="2"/>'
        '<table:table-row><table:table-cell table:number-columns-spanned="2">'
        "<text:p>表头</text:p></table:table-cell><table:covered-table-cell/><table:table-cell><text:p>合计</text:p>"
        "</table:table-cell></table:table-row><table:table-row>"
        '<table:table-cell office:value-type="float" office:value="5" table:number-columns-repeated="2">'
        "<text:p>5.00</text:p></table:table-cell><table:table-cell><text:p>七</text:p></table:table-cell>"
        "</table:table-row>"
        '<table:table-row table:number-rows-repeated="1048574">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )

    document = sheet_to_document(make_ods(table))

    assert shape_of(document) == [
        "前",
        "",
        "",
        [[("表头", 1, 2), ("合计", 1, 1)], [("5", 1, 1), ("5", 1, 1), ("七", 1, 1)]],
    ]
    assert document.carrier == "ods"


def test_open_document_bomb() -> None:
    """What is said to repeat without end is refused within a second."""
    table = (
        '<table:table><table:table-row table:number-rows-repeated="1000000">'
        '<table:table-cell table:number-columns-repeated="1000"><text:p>1</text:p></table:table-cell>'
        "</table:table-row></table:table>"
    )
    start = time.process_time()

    with pytest.raises(TooLargeError):
        sheet_to_document(make_ods(table))

    assert time.process_time() - start < 1


def make_ods(table: str) -> bytes:
    """Return a workbook of OpenDocument around the XML of its table."""
    content = (
        f"<office:document-content {ODS_SPACES}><office:body><office:spreadsheet>{table}"
        "</office:spreadsheet></office:body></office:document-content>"
    )

    return make_zip({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("yyyy年m月d日", "2023-03-15"),
        ("[Red]0.0", "45000"),
        ('0"days"', "45000"),
        ("General", "45000"),
        ("h:mm", "2023-03-15"),
    ],
)
def test_number_formats(code: str, text: str) -> None:
    """A format makes a day where its letters say so; words in quotes and colours are no such letters."""
    assert Formats(((164, code),)).show(45000.0, 0) == text


def test_numbers_out_of_range() -> None:
    """Numbers that are no day, or no number at all, are shown as they are."""
    formats = Formats(((14, ""),))

    assert [formats.show(value, 0) for value in (-1.0, 1e9, 0.5)] == ["-1", "1000000000", "12:00:00"]
    assert [show_number(value) for value in (float("inf"), float("nan"), 1e15)] == ["inf", "nan", "1e+15"]


def record(kind: int, data: bytes) -> bytes:
    """Return a record of a legacy workbook."""
    return struct.pack("<HH", kind, len(data)) + data


def legacy_stream(common: bytes, sheet: bytes) -> bytes:
    """Return the stream of a legacy workbook with one sheet."""
    start = record(0x0809, struct.pack("<HH", 0x0600, 5) + bytes(12))
    bound = record(0x0085, struct.pack("<IBBBB", len(start) + 13 + len(common) + 4, 0, 0, 1, 0) + b"S")
    inner = record(0x0809, struct.pack("<HH", 0x0600, 0x10) + bytes(12)) + sheet + record(0x0A, b"")
    return start + bound + common + record(0x0A, b"") + inner


def test_legacy_numbers() -> None:
    """Numbers of a legacy workbook are read in all their forms: whole, real, a hundredfold, computed, many at once."""
    place = struct.pack("<HHH", 0, 0, 0)
    sheet = (
        record(0x27E, place + struct.pack("<i", 5 << 2 | 2))
        + record(0x27E, struct.pack("<HHH", 0, 1, 0) + struct.pack("<i", -37 << 2 | 3))
        + record(0x0BD, struct.pack("<HH", 1, 0) + (b"\0\0" + struct.pack("<i", 7 << 2 | 2)) * 2 + b"\x01\0")
        + record(0x006, struct.pack("<HHH", 2, 0, 0) + struct.pack("<d", 2.5) + bytes(6))
        + record(0x006, struct.pack("<HHH", 2, 1, 0) + b"\0\0\0\0\0\0\xff\xff" + bytes(6))
        + record(0x207, b"\x02\0\x01" + "三四".encode("utf-16-le"))
        + record(0x205, struct.pack("<HHHBB", 3, 0, 0, 0x17, 1))
    )

    book = read_xls(legacy_stream(b"", sheet), DEFAULT_OPTIONS)

    assert list(book.sheets[0].texts.values()) == ["5", "-0.37", "7", "7", "2.5", "三四", "#REF!"]
    assert list(book.sheets[0].texts) == [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1), (3, 0)]


def test_legacy_texts_that_go_on() -> None:
    """A text that goes on in the next record is read whole, though its width changes there."""
    shared = record(0x0FC, struct.pack("<II", 2, 2) + b"\x04\0\x00ab")
    going_on = record(0x03C, b"\x01" + "规章".encode("utf-16-le") + b"\x01\0\x08\x01\0z" + bytes(4))
    cells = b"".join(record(0x0FD, struct.pack("<HHHI", 0, number, 0, number)) for number in range(2))

    book = read_xls(legacy_stream(shared + going_on, cells), DEFAULT_OPTIONS)

    assert book.sheets[0].texts == {(0, 0): "ab规章", (0, 1): "z"}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (LEGACY[:3000], DamagedError),
        (make_zip({"xl/workbook.bin": "x"}), UnknownCarrierError),
        (make_zip({"xl/workbook.xml": "<a/>"})[:-30], DamagedError),
        (make_workbook({"表": "<worksheet>"}), DamagedError),
        (make_workbook({"表": sheet_xml('<row><c t="s"><v>9</v></c></row>')}), DamagedError),
        (make_workbook({"表": sheet_xml('<row r="9999999"><c><v>9</v></c></row>')}), DamagedError),
        (make_workbook({"表": sheet_xml('<row><c r="ZZZ1"><v>9</v></c></row>')}), DamagedError),
    ],
)
def test_what_cannot_be_read_says_so(body: bytes, error: type[ParserError]) -> None:
    """A file cut short, of another kind or that contradicts itself is said."""
    with pytest.raises(error):
        sheet_to_document(body)


def test_password_of_a_legacy_workbook() -> None:
    """A legacy workbook with a password says so."""
    with pytest.raises(EncryptedError):
        read_xls(legacy_stream(record(0x2F, bytes(6)), b""), DEFAULT_OPTIONS)


def test_older_than_97() -> None:
    """A workbook of Excel 95 is said to be one."""
    with pytest.raises(UnknownCarrierError):
        read_xls(record(0x0809, struct.pack("<HH", 0x0500, 5) + bytes(4)), DEFAULT_OPTIONS)


def test_far_cells_take_no_room() -> None:
    """One cell in the last row of the last column takes no more time or room than any other."""
    start = time.process_time()

    document = read_sheet(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    )

    assert (document.blocks[0].text, document.blocks[-1].text) == ("1", "2")
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    ("rows", "rest"),
    [
        ("<row/>" * 450_000, ""),
        (f"<row>{'<c><v>1</v></c>' * 100}</row>" * 600, ""),
        ("<row>" + "<c><v>1</v></c>" * 6_000 + "</row>" + "<row><c><v>1</v></c><c><v>1</v></c></row>" * 200, ""),
        ('<row r="1"><c><v>1</v></c></row><row r="1000000"><c><v>1</v></c></row>', '<mergeCell ref="A1:A1000000"/>'),
    ],
    ids=["tags", "cells", "area", "merged"],
)
def test_bombs_are_refused_in_time(rows: str, rest: str) -> None:
    """Sheets that unfold to too many cells are refused within a second."""
    body = make_workbook({"表": sheet_xml(rows, f"<mergeCells>{rest}</mergeCells>")})
    start = time.process_time()

    with pytest.raises(TooLargeError):
        sheet_to_document(body)

    assert time.process_time() - start < 1


@pytest.mark.parametrize("seed", range(60))
def test_damaged_bytes(seed: int) -> None:
    """Whatever bytes are damaged, in the old format or the new, nothing but the parser's own errors is raised."""
    newer = report_to_xlsx("2021", distinct_figures("2021"))
    with zipfile.ZipFile(io.BytesIO(newer)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = sorted(parts)[seed % len(parts)]

    for body in (damage_bytes(LEGACY, seed), make_zip({**parts, name: damage_bytes(parts[name], seed)})):
        with contextlib.suppress(ParserError):
            sheet_to_document(body)
