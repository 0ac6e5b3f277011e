"""Office documents made up for tests, without an office program: small writers of docx, xlsx and rtf."""

import io
import random
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from parsers.forms import Table
from parsers.forms.printed import PrintedCell, table_to_printed
from tests.parsers.made import Figures, form_of, title_of, write_report

PrintedRows = Sequence[Sequence[PrintedCell]]

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_MORE_NAMES = (
    f' xmlns:r="{_R}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_TABLE_WIDTH = 9000  # twentieths of a point, what an A4 page has between its margins
_TABLE_SIGN = "\x00"
_SIDES = "".join(f'<{side} style="thin"/>' for side in ("left", "right", "top", "bottom"))
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_S}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    f'<borders count="2"><border/><border>{_SIDES}</border></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" borderId="0"/><xf numFmtId="0" borderId="1" applyBorder="1"/>'
    '<xf numFmtId="14" borderId="1"/><xf numFmtId="10" borderId="1"/></cellXfs></styleSheet>'
)
"""Styles of cells: 0 plain, 1 with a border, 2 a day, 3 a share with two decimals."""
_EDGES = "".join(f'<w:{side} w:val="single" w:sz="4"/>' for side in ("top", "left", "bottom", "right", "insideH"))
_BORDERS = f'<w:tblBorders>{_EDGES}<w:insideV w:val="single" w:sz="4"/></w:tblBorders>'


@dataclass(frozen=True, slots=True)
class PlacedCell:
    """A printed cell with its row and column; `goes_on` marks a place that a cell from above still covers."""

    cell: PrintedCell
    row: int
    column: int
    goes_on: bool = False


def place_cells(rows: PrintedRows) -> list[list[PlacedCell]]:
    """Return the cells of each row from left to right, those that hang over from above among them."""
    hanging: dict[int, tuple[int, PrintedCell]] = {}  # by column: how many rows are left of a cell from above
    placed = []
    for number, row in enumerate(rows):
        line: list[PlacedCell] = []
        column = 0
        waiting = list(row)
        while waiting or column in hanging:
            if column in hanging:
                left, cell = hanging.pop(column)
                line.append(PlacedCell(cell, number, column, goes_on=True))
            else:
                cell = waiting.pop(0)
                left = cell.rowspan
                line.append(PlacedCell(cell, number, column))
            if left > 1:
                hanging[column] = (left - 1, cell)
            column += cell.colspan
        placed.append(line)
    return placed


def make_zip(files: Mapping[str, str | bytes]) -> bytes:
    """Return a zip archive with these files, the same bytes every time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 2, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def make_docx(inner: str, more: Mapping[str, str | bytes] | None = None) -> bytes:
    """Return a Word document around the XML of its body; `more` are further files of the archive, by name."""
    main = f"{_OFFICE}.wordprocessingml.document.main+xml"
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": _content_types({"/word/document.xml": main}),
        "_rels/.rels": _relations({"rId1": ("officeDocument", "word/document.xml")}),
        "word/document.xml": (
            f'{_XML}<w:document xmlns:w="{_W}"{_MORE_NAMES}><w:body>{inner}'
            '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>'
        ),
    }
    return make_zip({**files, **(more or {})})


def paragraph(text: str) -> str:
    """Return a paragraph of Word with one run of text; a tab is the element for it."""
    runs = "<w:tab/>".join(f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in text.split("\t"))
    return f"<w:p><w:r>{runs}</w:r></w:p>" if text else "<w:p/>"


def docx_cell(inner: str, *, colspan: int = 1, merge: str | None = None) -> str:
    """Return a cell of a table of Word; `merge` is `restart` or `continue` for one that reaches over rows."""
    span = f'<w:gridSpan w:val="{colspan}"/>' if colspan > 1 else ""
    vertical = f'<w:vMerge w:val="{merge}"/>' if merge else ""
    return f"<w:tc><w:tcPr>{span}{vertical}</w:tcPr>{inner}</w:tc>"


def run(text: str, look: str = "") -> str:
    """Return a run of Word with the XML of its properties."""
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def field_turn(kind: str) -> str:
    """Return the sign of a field of Word: `begin`, `separate` or `end`."""
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def marks_to_docx() -> bytes:
    """Make a Word document with one of each mark that changes what is read; the kept office files are made of it."""
    change = 'w:author="甲" w:date="2024-01-02T00:00:00Z"'
    instruction = '<w:r><w:instrText xml:space="preserve"> =2+3 </w:instrText></w:r>'
    inner = docx_table([docx_cell(paragraph("甲")) + docx_cell(paragraph("1"))], 2)
    raised = run("12") + run("1", '<w:vertAlign w:val="superscript"/>')
    inserted = f'<w:ins w:id="1" {change}>{run("6")}</w:ins>'
    deleted = f'<w:del w:id="2" {change}><w:r><w:delText>77</w:delText></w:r></w:del>'
    field = field_turn("begin") + instruction + field_turn("separate") + run("5") + field_turn("end")
    broken = "<w:r><w:t>a</w:t><w:br/><w:t>b</w:t><w:tab/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t></w:r>"
    rows = (
        (docx_cell(paragraph("表头"), colspan=2), docx_cell(paragraph("合计"))),
        (
            docx_cell(paragraph("组"), merge="restart"),
            docx_cell(f"<w:p>{raised}</w:p>"),
            docx_cell(f"<w:p>{run('3')}{run('9', '<w:vanish/>')}</w:p>"),
        ),
        (docx_cell("<w:p/>", merge="continue"), docx_cell(paragraph("4") + paragraph("5")), docx_cell("<w:p/>")),
        (
            docx_cell(f"<w:p>{run('7', '<w:strike/>')}{run('8')}</w:p>"),
            docx_cell(f"<w:p>{field}</w:p>"),
            docx_cell(f"<w:p>{broken}</w:p>"),
        ),
        (
            docx_cell(paragraph("含表") + inner + "<w:p/>"),
            docx_cell(f"<w:p>{inserted}{deleted}</w:p>"),
            docx_cell(paragraph("𠮷㐀")),
        ),
    )
    table = docx_table(("".join(row) for row in rows), 3)
    joined = f'<w:p><w:pPr><w:rPr><w:del w:id="3" {change}/></w:rPr></w:pPr>{run("上半")}</w:p>{paragraph("下半")}'
    rest = paragraph("末段\t制表") + paragraph("") + joined + paragraph("完")
    return make_docx(paragraph("白杨街道的一段话。") + table + rest)


def docx_table(rows: Iterable[str], width: int) -> str:
    """Return a table of Word from the XML of the cells of each row."""
    columns = f'<w:gridCol w:w="{_TABLE_WIDTH // width}"/>' * width
    inner = "".join(f"<w:tr>{row}</w:tr>" for row in rows)
    properties = f'<w:tblPr><w:tblW w:w="{_TABLE_WIDTH}" w:type="dxa"/>{_BORDERS}</w:tblPr>'
    return f"<w:tbl>{properties}<w:tblGrid>{columns}</w:tblGrid>{inner}</w:tbl>"


def table_to_docx(table: Table, figures: Figures) -> str:
    """Draw a table of a form as Word does, each cell with its spans."""
    placed = place_cells(table_to_printed(table, figures))
    return docx_table(("".join(_placed_to_docx(cell) for cell in row) for row in placed), table.width)


def report_to_docx(form: str, figures: Figures) -> bytes:
    """Make a Word document with a whole report, its paragraphs and its three tables."""
    pieces = (
        paragraph(line) if isinstance(line, str) else table_to_docx(line, figures)
        for line in iter_report(form, figures)
    )
    return make_docx("".join(pieces))


def iter_report(form: str, figures: Figures) -> Iterator[str | Table]:
    """Yield the paragraphs of a report, and its tables where they stand."""
    tables = {table.key: table for table in form_of(form).tables}
    for line in write_report(form, lambda table, _: [_TABLE_SIGN + table.key], figures):
        yield tables[line[1:]] if line.startswith(_TABLE_SIGN) else line


def make_xlsx(
    rows: Sequence[Mapping[int, str]],
    merges: Iterable[str] = (),
    *,
    framed: Collection[int] = (),
    name: str = "年报",
) -> bytes:
    """Return a workbook of one sheet: for each row its texts by zero-based column, and merged ranges (`A1:C2`).

    A text of digits alone is written as a number, as people type it. The cells of `framed` rows, zero-based, have a
    border; those without text are written with the text ``.
    """
    merged = "".join(f'<mergeCell ref="{reference}"/>' for reference in merges)
    lines = ""
    for number, row in enumerate(rows, 1):
        style = int(number - 1 in framed)
        cells = "".join(_sheet_cell(number, column, text, style) for column, text in sorted(row.items()))
        lines += f'<row r="{number}">{cells}</row>'
    sheet = f'{_XML}<worksheet xmlns="{_S}"><sheetData>{lines}</sheetData>'
    sheet += (f"<mergeCells>{merged}</mergeCells>" if merged else "") + "</worksheet>"
    return make_workbook({name: sheet})


def make_workbook(sheets: Mapping[str, str], states: Mapping[str, str] | None = None) -> bytes:
    """Return a workbook from the XML of its sheets by name; `states` says which are `hidden` or `veryHidden`."""
    kinds = {
        "/xl/workbook.xml": f"{_OFFICE}.spreadsheetml.sheet.main+xml",
        "/xl/styles.xml": f"{_OFFICE}.spreadsheetml.styles+xml",
    }
    relations = {"rIdStyles": ("styles", "styles.xml")}
    entries = []
    files: dict[str, str | bytes] = {}
    for number, (name, xml) in enumerate(sheets.items(), 1):
        kinds[f"/xl/worksheets/sheet{number}.xml"] = f"{_OFFICE}.spreadsheetml.worksheet+xml"
        relations[f"rId{number}"] = ("worksheet", f"worksheets/sheet{number}.xml")
        state = (states or {}).get(name, "visible")
        entries.append(f'<sheet name="{escape(name)}" sheetId="{number}" state="{state}" r:id="rId{number}"/>')
        files[f"xl/worksheets/sheet{number}.xml"] = xml
    book = f'{_XML}<workbook xmlns="{_S}" xmlns:r="{_R}"><sheets>{"".join(entries)}</sheets></workbook>'
    return make_zip(
        {
            "[Content_Types].xml": _content_types(kinds),
            "_rels/.rels": _relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
            "xl/workbook.xml": book,
            "xl/_rels/workbook.xml.rels": _relations(relations),
            "xl/styles.xml": _STYLES,
            **files,
        }
    )


def report_to_xlsx(form: str, figures: Figures) -> bytes:
    """Make a workbook with a whole report on one sheet, an empty row before and after each table."""
    rows: list[dict[int, str]] = []
    merges: list[str] = []
    framed: list[int] = []
    for line in iter_report(form, figures):
        if isinstance(line, str):
            rows.append({0: line} if line else {})
            continue
        rows.append({})
        for placed in place_cells(table_to_printed(line, figures)):
            merges.extend(_merged(cell, len(rows) + 1) for cell in placed if _is_merged(cell))
            framed.append(len(rows))
            rows.append({cell.column: "" if cell.goes_on else cell.cell.text for cell in placed})
        rows.append({})
    return make_xlsx(rows, merges, framed=framed)


def make_rtf(inner: str, title: str = "") -> bytes:
    """Return an RTF file around the words of its text, in the encoding of Chinese Windows."""
    fonts = r"{\fonttbl{\f0\fnil\fcharset134 SimSun;}{\f1\froman\fcharset0 Times New Roman;}{\f2\fcharset2 Symbol;}}"
    info = f"{{\\info{{\\title {rtf_text(title)}}}}}" if title else ""
    return f"{{\\rtf1\\ansi\\ansicpg936\\deff0{fonts}{info}{inner}}}".encode("ascii")


def rtf_text(text: str) -> str:
    """Return text as RTF writes it: each byte of a Chinese character in hexadecimal, a tab as its word."""
    special = {"\t": r"\tab ", "\n": r"\line ", "\\": "\\\\", "{": r"\{", "}": r"\}"}
    return "".join(special.get(one) or (one if one.isascii() else _hexadecimal(one)) for one in text)


def rtf_row(cells: Sequence[tuple[str, int, str]]) -> str:
    """Return a row from text, right edge and words of merging (`clvmgf`) of each cell."""
    definition = "".join(f"\\{merge}\\cellx{right}" if merge else f"\\cellx{right}" for _, right, merge in cells)
    inner = "".join(f"\\pard\\intbl {text}\\cell" for text, _, _ in cells)
    return f"\\trowd\\trleft0{definition}{inner}\\row\n"


def report_to_rtf(form: str, figures: Figures) -> bytes:
    """Make an RTF file with a whole report, its paragraphs and its three tables."""
    pieces = []
    for line in iter_report(form, figures):
        if isinstance(line, str):
            pieces.append(f"\\pard {rtf_text(line)}\\par\n")
            continue
        width = _TABLE_WIDTH // line.width
        rows = place_cells(table_to_printed(line, figures))
        pieces.extend(rtf_row([_placed_to_rtf(cell, width) for cell in placed]) for placed in rows)
    return make_rtf("".join(pieces), title_of(form))


def damage_bytes(body: bytes, seed: int) -> bytes:
    """Return bytes with a few of them changed, cut out, put twice or cut off; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    damaged = bytearray(body)
    for _ in range(chance.randint(1, 6)):
        place, length = chance.randrange(len(damaged) or 1), chance.randint(1, 16)
        kind = chance.randrange(6)
        if kind < 3:
            damaged[place : place + 1] = bytes([chance.randrange(256)])
        elif kind == 3:
            del damaged[place : place + length]
        elif kind == 4:
            damaged[place:place] = damaged[place : place + length] * chance.randint(1, 4)
        elif chance.random() < 0.2:
            del damaged[place:]
    return bytes(damaged)


def column_name(column: int) -> str:
    """Return the letters of a zero-based column: A to Z, then AA.

    >>> [column_name(0), column_name(25), column_name(26)]
    ['A', 'Z', 'AA']
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _placed_to_docx(placed: PlacedCell) -> str:
    cell = placed.cell
    if placed.goes_on:
        return docx_cell("<w:p/>", colspan=cell.colspan, merge="continue")
    merge = "restart" if cell.rowspan > 1 else None
    return docx_cell(paragraph(cell.text), colspan=cell.colspan, merge=merge)


def _placed_to_rtf(placed: PlacedCell, width: int) -> tuple[str, int, str]:
    merge = "clvmrg" if placed.goes_on else "clvmgf" if placed.cell.rowspan > 1 else ""
    return "" if placed.goes_on else rtf_text(placed.cell.text), width * (placed.column + placed.cell.colspan), merge


def _hexadecimal(character: str) -> str:
    return "".join(f"\\'{byte:02x}" for byte in character.encode("gb18030"))


def _is_merged(placed: PlacedCell) -> bool:
    return not placed.goes_on and placed.cell.rowspan * placed.cell.colspan > 1


def _merged(placed: PlacedCell, row: int) -> str:
    last_column = column_name(placed.column + placed.cell.colspan - 1)
    return f"{column_name(placed.column)}{row}:{last_column}{row + placed.cell.rowspan - 1}"


def _sheet_cell(row: int, column: int, text: str, style: int) -> str:
    place = f'{column_name(column)}{row}" s="{style}'
    if not text:
        return f'<c r="{place}"/>'
    if text.isascii() and text.isdigit() and str(int(text)) == text:
        return f'<c r="{place}"><v>{text}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def _content_types(kinds: Mapping[str, str]) -> str:
    parts = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in kinds.items())
    defaults = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
    )
    return f'{_XML}<Types xmlns="{_TYPES}">{defaults}{parts}</Types>'


def _relations(targets: Mapping[str, tuple[str, str]]) -> str:
    entries = "".join(
        f'<Relationship Id="{key}" Type="{_R}/{kind}" Target="{target}"/>' for key, (kind, target) in targets.items()
    )
    return f'{_XML}<Relationships xmlns="{_RELATIONS}">{entries}</Relationships>'
