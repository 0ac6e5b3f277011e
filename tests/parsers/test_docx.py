"""Word documents: what is printed is read, each cell once and with its spans."""

import contextlib
import gc
import io
import time
import zipfile

import pytest

from parsers.carriers.docx import docx_to_document
from parsers.document import Document, Grid
from parsers.errors import DamagedError, EncryptedError, ParserError, TooLargeError
from parsers.forms.printed import table_to_printed
from parsers.options import Options
from tests.parsers.made import FORMS, SHARED, distinct_figures, form_of, title_of
from tests.parsers.made_office import (
    damage_bytes,
    docx_cell,
    docx_table,
    field_turn,
    make_docx,
    make_zip,
    marks_to_docx,
    paragraph,
    report_to_docx,
    run,
)

PICTURE = '<w:r><w:drawing><a:graphic><a:blip r:embed="rId1"/></a:graphic></w:drawing></w:r>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read(inner: str) -> Document:
    """Read a document from the XML of its body."""
    return docx_to_document(make_docx(inner))


def lines_of(document: Document) -> list[str]:
    """Return the lines of running text."""
    return [line.text for line in document.iter_lines()]


def grids_of(document: Document) -> list[list[list[str]]]:
    """Return the texts of each grid by row."""
    return [[[cell.text for cell in row] for row in block.rows] for block in document.blocks if isinstance(block, Grid)]


def texts_of(document: Document) -> list[str | list[list[str]]]:
    """Return lines as texts and grids as rows of texts, in their order."""
    return [
        [[cell.text for cell in row] for row in block.rows] if isinstance(block, Grid) else block.text
        for block in document.blocks
    ]


def spans_of(document: Document) -> list[list[tuple[str, int, int, int]]]:
    """Return text, column, rowspan and colspan of each cell of the first grid by row."""
    grid = next(block for block in document.blocks if isinstance(block, Grid))
    return [[(cell.text, cell.column, cell.rowspan, cell.colspan) for cell in row] for row in grid.rows]


def cell_text(inner: str) -> str:
    """Return how a cell with this in its one paragraph is read."""
    return grids_of(read(docx_table([docx_cell(f"<w:p>{inner}</w:p>") + docx_cell(paragraph("旁"))], 2)))[0][0][0]


@pytest.mark.parametrize("form", FORMS)
def test_whole_report(form: str) -> None:
    """A report's tables are read as they are printed, each cell with its spans, between the paragraphs around them."""
    figures = distinct_figures(form)
    printed = [
        [[(cell.text, cell.rowspan, cell.colspan) for cell in row] for row in table_to_printed(table, figures)]
        for table in form_of(form).tables
    ]

    document = docx_to_document(report_to_docx(form, figures))

    grids = [block for block in document.blocks if isinstance(block, Grid)]
    assert [[[(c.text, c.rowspan, c.colspan) for c in row] for row in grid.rows] for grid in grids] == printed
    assert [grid.at for grid in grids] == ["table 1", "table 2", "table 3"]
    assert lines_of(document)[0] == title_of(form)
    assert document.warnings == ()


def test_order_and_places() -> None:
    """Paragraphs and tables stand in their order, each with its number; an empty paragraph is a line."""
    table = docx_table([docx_cell(paragraph("规章")) + docx_cell(paragraph("3"))], 2)

    document = read(paragraph("前") + table + paragraph("") + paragraph("后\t1"))

    places = [(block.at, getattr(block, "text", None)) for block in document.blocks]
    assert places == [("paragraph 1", "前"), ("table 1", None), ("paragraph 4", ""), ("paragraph 5", "后\t1")]


def test_marks() -> None:
    """Of fields the result, of changes the accepted text, of what is struck or raised the sign that it is so."""
    document = docx_to_document(marks_to_docx())

    assert spans_of(document) == [
        [("表头", 0, 1, 2), ("合计", 2, 1, 1)],
        [("组", 0, 2, 1), ("12¹", 1, 1, 1), ("3", 2, 1, 1)],
        [("4 5", 1, 1, 1), ("", 2, 1, 1)],
        [("7\u03368", 0, 1, 1), ("5", 1, 1, 1), ("a b\tc-d", 2, 1, 1)],
        [("含表", 0, 1, 1), ("6", 1, 1, 1), ("𠮷㐀", 2, 1, 1)],
    ]
    assert grids_of(document)[1] == [["甲", "1"]]
    assert lines_of(document) == ["白杨街道的一段话。", "末段\t制表", "", "上半下半", "完"]


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("<w:sdt><w:sdtPr/><w:sdtContent>" + run("5") + "</w:sdtContent></w:sdt>", "5"),
        ('<w:hyperlink r:id="rId9">' + run("5") + "</w:hyperlink>", "5"),
        ('<w:fldSimple w:instr=" =2+3 ">' + run("5") + "</w:fldSimple>", "5"),
        ("<w:smartTag>" + run("5") + "</w:smartTag>", "5"),
        ("<w:moveFrom>" + run("4") + "</w:moveFrom><w:moveTo>" + run("5") + "</w:moveTo>", "5"),
        ('<w:r><w:sym w:font="Wingdings" w:char="0031"/></w:r>', "\uf031"),
        ("<m:oMath><m:r><m:t>5</m:t></m:r></m:oMath>", "5"),
        ("<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num></m:f></m:oMath>", "\ufffc"),
        ("<w:r><w:ruby><w:rt>" + run("wu") + "</w:rt><w:rubyBase>" + run("五") + "</w:rubyBase></w:ruby></w:r>", "五"),
        (PICTURE, "\ufffc"),
        (PICTURE + run("5"), "5"),
        ('<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox/></w:ffData></w:fldChar></w:r>', "\ufffc"),
        ('<w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr>', "\ufffc"),
        (run("5", '<w:vanish w:val="0"/>'), "5"),
        (run("", "<w:vanish/>"), ""),
        ("<w:r><w:t>\n1\n</w:t></w:r><w:r><w:t>2</w:t></w:r>", "12"),
    ],
)
def test_inside_a_cell(inner: str, text: str) -> None:
    """A cell holds what is printed in it; what shows something and no text is not taken for a blank."""
    assert cell_text(inner) == text


def test_fields_within_fields() -> None:
    """The result of a field inside the instruction of another is no text; a field left open swallows no other line."""
    inner = field_turn("begin") + run("1") + field_turn("separate") + run("2") + field_turn("end")

    document = read(f"<w:p>{field_turn('begin')}{inner}{run('3')}</w:p>" + paragraph("后文"))

    assert lines_of(document) == ["", "后文"]


def test_paragraph_whose_mark_is_deleted() -> None:
    """A paragraph whose own mark is deleted stands in one line with the next."""
    joined = f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{run('一、总体')}</w:p>"

    document = read(joined + paragraph("情况"))

    assert lines_of(document) == ["一、总体情况"]


def test_styles_hide_and_raise() -> None:
    """What a style hides is not read, and what a style raises stays raised, through the styles it is built on."""
    styles = (
        '<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:style w:styleId="note"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
        '<w:style w:styleId="mine"><w:basedOn w:val="note"/></w:style>'
        '<w:style w:styleId="unseen"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>'
    )
    noted, unseen = run("1", '<w:rStyle w:val="mine"/>'), run("7", '<w:rStyle w:val="unseen"/>')
    inner = f"<w:p>{run('5')}{noted}{unseen}</w:p>"

    document = docx_to_document(make_docx(inner, {"word/styles.xml": styles}))

    assert lines_of(document) == ["5¹"]


def test_text_box_is_read_once() -> None:
    """A text box is a line beside its paragraph, read from one of its two renderings."""
    box = f"<w:txbxContent>{paragraph('框中')}</w:txbxContent>"
    modern = (
        f'<mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp></w:drawing></mc:Choice>'
    )
    older = f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
    inner = f"<w:p>{run('段落')}<w:r><mc:AlternateContent>{modern}{older}</mc:AlternateContent></w:r></w:p>"

    document = read(inner)

    assert lines_of(document) == ["段落", "框中"]


def test_shifted_and_deleted_rows() -> None:
    """A row that begins further right keeps its columns; deleted rows and cells are left out."""
    shifted = '<w:trPr><w:gridBefore w:val="1"/></w:trPr>' + docx_cell(paragraph("2")) + docx_cell(paragraph("3"))
    deleted = '<w:trPr><w:del w:id="1"/></w:trPr>' + docx_cell(paragraph("没了"), colspan=3)
    gone = '<w:tc><w:tcPr><w:cellDel w:id="2"/></w:tcPr><w:p/></w:tc>'
    first = gone + "".join(docx_cell(paragraph(text)) for text in "甲乙丙")

    document = read(docx_table([first, deleted, shifted], 3))

    assert spans_of(document) == [
        [("甲", 0, 1, 1), ("乙", 1, 1, 1), ("丙", 2, 1, 1)],
        [("2", 1, 1, 1), ("3", 2, 1, 1)],
    ]


def test_covered_text_is_said() -> None:
    """Text in the covered part of a merged cell is not printed, not read, and said."""
    rows = [
        docx_cell(paragraph("组"), merge="restart") + docx_cell(paragraph("1")),
        docx_cell(paragraph("藏"), merge="continue") + docx_cell(paragraph("2")),
    ]

    document = read(docx_table(rows, 2))

    assert grids_of(document) == [[["组", "1"], ["2"]]]
    assert document.warnings == ("1 merged cells hold text that is not shown; it was left out",)


def test_table_that_arranges_the_page() -> None:
    """A table of one cell, or around a larger one, is read as the lines and tables in it."""
    data = docx_table([docx_cell(paragraph("规章")) + docx_cell(paragraph("3"))], 2)
    around = docx_table([docx_cell(paragraph("标题") + data + paragraph("注"))], 1)

    document = read(around)

    assert [getattr(block, "text", block.at) for block in document.blocks] == ["标题", "table 1", "注"]


def test_table_around_a_larger_table() -> None:
    """A table with fewer cells than the tables in it arranges the page, too; one with more is a table."""
    data = docx_table([docx_cell(paragraph("规章")) + docx_cell(paragraph("3"))] * 2, 2)
    around = docx_table([docx_cell(paragraph("左")) + docx_cell(data + "<w:p/>")], 2)
    larger = docx_table(
        [docx_cell(paragraph("数")) * 3, docx_cell(paragraph("右")) * 2 + docx_cell(data + "<w:p/>")], 3
    )

    assert texts_of(read(around)) == ["左", [["规章", "3"], ["规章", "3"]], ""]
    assert texts_of(read(larger)) == [[["数"] * 3, ["右", "右", "\ufffc"]], [["规章", "3"], ["规章", "3"]]]


def test_pictures_without_tables_are_said() -> None:
    """A document of pictures says that they were not read."""
    document = read(f"<w:p>{PICTURE}{PICTURE}</w:p>")

    assert document.warnings == ("2 pictures stand in the document; what they show was not read (it needs OCR)",)


def test_title_among_the_properties() -> None:
    """The title comes from the file's properties."""
    core = '<c:x xmlns:c="urn:c" xmlns:d="http://purl.org/dc/elements/1.1/"><d:title> 年报 </d:title></c:x>'

    document = docx_to_document(make_docx(paragraph("文"), {"docProps/core.xml": core}))

    assert document.title == "年报"


def test_strict_variant_and_other_main_part() -> None:
    """The strict variant of the format is read, and a main part of another name."""
    space = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    inner = f'<w:document xmlns:w="{space}"><w:body>{paragraph("文")}</w:body></w:document>'
    relations = '<R><Relationship xmlns="" Id="a" Type="x/officeDocument" Target="/word/document2.xml"/></R>'

    document = docx_to_document(make_zip({"_rels/.rels": relations, "word/document2.xml": inner}))

    assert lines_of(document) == ["文"]


@pytest.mark.skipif(not SHARED.exists(), reason="the shared documents are not here")
def test_official_template() -> None:
    """The template of the form has the grid of the form."""
    document = docx_to_document((SHARED / "real" / "form_2021_template.docx").read_bytes())

    grids = [block for block in document.blocks if isinstance(block, Grid)]
    assert [(len(grid.rows), grid.width) for grid in grids] == [(14, 4), (28, 10), (4, 15)]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"PK\x03\x04", DamagedError),
        (make_docx(paragraph("文"))[:-40], DamagedError),
        (make_zip({"word/other.xml": "<a/>"}), DamagedError),
        (make_zip({"word/document.xml": "<a>"}), DamagedError),
        (make_zip({"word/document.xml": "<a/>"}), DamagedError),
        (make_zip({"word/document.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), DamagedError),
        (make_zip({"word/document.xml": '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'}), DamagedError),
        (OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), EncryptedError),
    ],
)
def test_what_cannot_be_read_says_so(body: bytes, error: type[ParserError]) -> None:
    """A file cut short, without its main part or with a document type is damaged; one with a password says so."""
    with pytest.raises(error):
        docx_to_document(body)


def test_password_inside_the_archive() -> None:
    """A part that is encrypted by the archive asks for a password."""
    body = bytearray(make_docx(paragraph("文")))
    body[6] |= 1
    for place in range(len(body) - 46):
        if body[place : place + 4] == b"PK\x01\x02":
            body[place + 8] |= 1

    with pytest.raises(EncryptedError):
        docx_to_document(bytes(body))


def nested_tables(depth: int) -> str:
    """Return tables in one another."""
    inner = paragraph("底")
    for _ in range(depth):
        inner = docx_table([docx_cell(inner + "<w:p/>")], 1)
    return inner


@pytest.mark.parametrize(
    "inner",
    [
        "<w:p/>" * 250_000,
        "<w:tbl><w:tr>" + "<w:tc/>" * 60_000 + "</w:tr></w:tbl>",
        paragraph("长" * 9_000_000),
        nested_tables(60),
        "<w:p>" + "<w:ins>" * 200 + "</w:ins>" * 200 + "</w:p>",
        "<w:p>" + field_turn("begin") * 3000 + "</w:p>",
    ],
    ids=["elements", "cells", "size", "tables", "runs", "fields"],
)
def test_bombs_are_refused_in_time(inner: str) -> None:
    """What unfolds to too much, or stands too deep, is refused within a second."""
    body = make_docx(inner)
    gc.collect()
    gc.disable()  # what other tests left behind is not to be counted
    start = time.process_time()

    try:
        with pytest.raises(TooLargeError):
            docx_to_document(body)
        took = time.process_time() - start
    finally:
        gc.enable()

    assert took < 1


def test_bomb_that_lies_about_its_size() -> None:
    """The size is counted while reading, whatever the archive states."""
    body = bytearray(make_docx(paragraph("0" * 30_000_000)))
    with zipfile.ZipFile(io.BytesIO(bytes(body))) as archive:
        size = archive.getinfo("word/document.xml").file_size.to_bytes(4, "little")

    lied = bytes(body).replace(size, (1000).to_bytes(4, "little"))

    with pytest.raises(ParserError):
        docx_to_document(lied)


def test_limit_can_be_raised() -> None:
    """The limits are options."""
    body = make_docx(nested_tables(40))

    document = docx_to_document(body, Options(max_office_depth=400))

    assert "底" in lines_of(document)


@pytest.mark.parametrize("seed", range(60))
def test_damaged_bytes(seed: int) -> None:
    """Whatever bytes are damaged, in the archive or in the part inside it, nothing but own errors is raised."""
    body = marks_to_docx()
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        part = archive.read("word/document.xml")
    damaged = (damage_bytes(body, seed), make_zip({"word/document.xml": damage_bytes(part, seed)}))

    for one in damaged:
        with contextlib.suppress(ParserError):
            docx_to_document(one)
