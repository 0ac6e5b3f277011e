import codecs
import gzip

import pytest

from parsers.carriers import Opened, iter_documents
from parsers.carriers.sniff import sniff
from parsers.document import Grid, TextLine
from parsers.errors import DamagedError, EncryptedError, ParserError, TooLargeError, UnknownCarrierError
from parsers.options import DEFAULT_OPTIONS, Options
from tests.parsers.made import distinct_figures, report_to_html
from tests.parsers.made_archives import (
    make_mhtml,
    make_odt,
    make_ofd,
    make_ole,
    odt_cell,
    odt_paragraph,
    rar3_files,
    rar5_files,
    report_to_odt,
    zip_files,
)

PAGE = "<html><body><p>规章</p><p>0</p></body></html>"
DOCX = zip_files({"[Content_Types].xml": b"", "word/document.xml": b"<x/>"})


def open_one(body: bytes, options: Options = DEFAULT_OPTIONS) -> Opened:
    """Open what holds one document."""
    [opened] = iter_documents(body, None, options)
    assert isinstance(opened, Opened)
    return opened


def lines_of(opened: Opened) -> list[str]:
    """Return the lines of running text."""
    return [line.text for line in opened.document.iter_lines()]


@pytest.mark.parametrize(
    ("body", "carrier"),
    [
        (DOCX, "docx"),
        (zip_files({"Word\\Document2.xml": b"<x/>"}), "docx"),
        (zip_files({"xl/workbook.xml": b"<x/>"}), "xlsx"),
        (zip_files({"xl/workbook.bin": b"x"}), "xlsx"),
        (zip_files({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b""}), "odt"),
        (zip_files({"mimetype": b"application/vnd.oasis.opendocument.text-template"}), "odt"),
        (zip_files({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "ods"),
        (zip_files({"OFD.xml": b"", "Doc_0/Document.xml": b""}), "ofd"),
        (zip_files({"附件.docx": DOCX}), "zip"),
        (zip_files({"mimetype": b"no type"}), "zip"),
        (zip_files({}), "zip"),
        (make_ole({"WordDocument": b"x", "1Table": b""}), "doc"),
        (make_ole({"Workbook": b"x"}), "xls"),
        (make_ole({"Book": b"x"}), "xls"),
        (rar5_files({}), "rar"),
        (rar3_files({}), "rar"),
        (gzip.compress(b"x", mtime=0), "gzip"),
        (b"%PDF-1.7\n1 0 obj\n<<>>\nendobj", "pdf"),
        (b"\xef\xbb\xbf\n%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF", "pdf"),
        (b"\n {\\rtf1\\ansi and more than nothing}", "rtf"),
        (PAGE.encode(), "html"),
        (codecs.BOM_UTF8 + PAGE.encode(), "html"),
        (PAGE.encode("utf-16"), "html"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "html"),
        (b'<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:x:word"><p class=MsoNormal>', "html"),
        (make_mhtml(PAGE), "mhtml"),
        (b"From: a\r\nSubject: =?utf-8?b?5bm05oql?=\r\n\tgoes on\r\nMIME-Version: 1.0\r\n\r\n", "mhtml"),
        ("规章\n0\n".encode("gbk"), "text"),
        ("一、总体情况：%PDF- 是什么".encode(), "text"),
        ("PK 表".encode(), "text"),
        (b"MZ is what a program begins with, and this text of more than sixty letters", "text"),
        (b"BMW and MZ and II, in a line of plain text of some length", "text"),
    ],
)
def test_the_kind_is_told_from_the_bytes(body: bytes, carrier: str) -> None:
    """The kind of a file is told from its bytes, whatever it is called."""
    assert sniff(body, DEFAULT_OPTIONS) == carrier


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "PNG picture: its figures were not read (it needs OCR)"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "JPEG picture: its figures were not read (it needs OCR)"),
        (b"GIF89a" + bytes(20), "GIF picture"),
        (b"BM\x36\x00\x0c\x00" + bytes(4) + b"\x36\x00", "BMP picture"),
        (b"II*\x00\x08\x00\x00\x00", "TIFF picture"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "WebP picture"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "7z archive"),
        (b"x".ljust(257, b"\x00") + b"ustar\x00", "tar archive"),
        (b"Founder CEB 1.0\x00\x00", "Founder CEB"),
        (b"MZ" + bytes(100), "Windows program"),
        (zip_files({"ppt/presentation.xml": b""}), "PowerPoint"),
        (zip_files({"mimetype": b"application/epub+zip"}), "epub"),
        (make_ole({"PowerPoint Document": b""}), "PowerPoint"),
        (make_ole({"Something": b""}), "legacy Office"),
        (
            b'<?xml version="1.0"?>\n<?mso-application progid="Word.Document"?>\n<w:wordDocument xmlns:w="x">',
            "Word 2003",
        ),
        (b'<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">', "one XML file"),
        (b'<?xml?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "Excel 2003"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"abc\x00\x01\x02", "binary data"),
        (b"PK\x03\x04word", "zip, docx or xlsx"),
    ],
)
def test_a_kind_that_is_not_read_is_named(body: bytes, named: str) -> None:
    """What no reader is there for is said by its name, in one line, a picture with what it needs."""
    with pytest.raises(UnknownCarrierError) as raised:
        sniff(body, DEFAULT_OPTIONS)

    assert named in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_password_is_said() -> None:
    """An Office file behind a password is no damaged file and no empty one."""
    with pytest.raises(EncryptedError):
        sniff(make_ole({"EncryptionInfo": b"", "EncryptedPackage": b""}), DEFAULT_OPTIONS)


def test_what_is_embedded_does_not_tell_the_kind() -> None:
    """Only streams at the root of an OLE file count: a workbook put into a text stands deeper."""
    body = make_ole({"WordDocument": b"x", "Workbook": b"x"})

    assert sniff(body, DEFAULT_OPTIONS) == "doc"


@pytest.mark.parametrize(
    "body",
    [DOCX[:-30], b"PK\x03\x04" + b"\x07" * 100, make_ole({"WordDocument": b"x"})[:700], make_ole({})[:512] + bytes(99)],
    ids=["zip cut", "zip noise", "ole cut", "ole noise"],
)
def test_a_file_cut_short_is_damaged(body: bytes) -> None:
    """A file whose table of contents cannot be had is damaged, not of another kind."""
    with pytest.raises(DamagedError) as raised:
        sniff(body, DEFAULT_OPTIONS)

    assert "\n" not in str(raised.value)


def test_a_page_saved_as_one_file() -> None:
    """The first page in a MIME message is the document, in its own encoding, pictures beside it left out."""
    opened = open_one(make_mhtml(PAGE))

    assert lines_of(opened) == ["规章", "0"]
    assert opened.decoded is not None
    assert opened.decoded.encoding == "gb18030"


def test_a_page_in_a_part_of_a_part() -> None:
    """A page is found in parts of parts, quoted-printable read."""
    inner = b"Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n<p>=E8=A7=84</p>"
    middle = b'Content-Type: multipart/alternative; boundary="b"\n\n--b\n' + inner + b"\n--b--\n"
    body = b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="a"\n\n--a\n' + middle + b"\n--a--"

    assert lines_of(open_one(body)) == ["规"]


def test_a_message_without_a_page() -> None:
    """A message in which no part is a page is an error, no empty document."""
    with pytest.raises(DamagedError):
        open_one(b"MIME-Version: 1.0\nContent-Type: text/plain\n\nnothing")


def test_a_report_as_odt_has_the_grids_of_the_page() -> None:
    """The tables of an ODT file have the cells and spans that the same tables have in a page."""
    figures = distinct_figures("2019")
    page = open_one(report_to_html("2019", figures).encode())

    odt = open_one(report_to_odt("2019", figures))

    assert odt.document.carrier == "odt"
    assert lines_of(odt) == lines_of(page)
    assert [grid.rows for grid in odt.document.blocks if isinstance(grid, Grid)] == [
        grid.rows for grid in page.document.blocks if isinstance(grid, Grid)
    ]


def test_signs_inside_odt() -> None:
    """Spaces, tabs and breaks are read as such; what is deleted, remarked or noted stands in no line and no cell."""
    deleted = "<text:tracked-changes><text:p>9</text:p></text:tracked-changes>"
    words = '<text:p>甲<text:s text:c="2"/>乙<text:tab/>丙<text:line-break/>丁<text:span>  戊</text:span></text:p>'
    noted = "1<text:note><text:p>7</text:p></text:note>"
    cell = odt_cell(f"<text:p>{noted}</text:p><text:p/><text:p>2</text:p>") + odt_cell("")
    listed = f"<text:list><text:list-item>{odt_paragraph('己')}</text:list-item></text:list>"
    table = f"<table:table><table:table-header-rows><table:table-row>{cell}</table:table-row></table:table-header-rows>"

    document = open_one(make_odt(f"{deleted}{words}{listed}{table}</table:table>")).document

    texts = [b.text if isinstance(b, TextLine) else [c.text for row in b.rows for c in row] for b in document.blocks]
    assert texts == ["甲  乙\t丙", "丁 戊", "己", ["1 2", ""]]


def styled(name: str, properties: str) -> str:
    """Return a style of ODT for text."""
    return f'<style:style style:name="{name}"><style:text-properties {properties}/></style:style>'


def test_figures_that_odt_shows_otherwise() -> None:
    """Raised digits stay above the line, struck ones are marked, hidden ones left out, a picture is no blank."""
    styles = (
        styled("up", 'style:text-position="super 58%"')
        + styled("gone", 'style:text-line-through-style="solid"')
        + styled("off", 'text:display="none"')
    )
    figures = [f'1<text:span text:style-name="{name}">2</text:span>3' for name in ("up", "gone", "off")]
    cells = [
        odt_cell(f"<text:p>{figure}</text:p>") for figure in [*figures, "<draw:frame><draw:image/></draw:frame>", ""]
    ]
    table = f"<table:table><table:table-row>{''.join(cells)}</table:table-row></table:table>"

    [grid] = open_one(make_odt(table, styles=styles)).document.blocks

    assert isinstance(grid, Grid)
    assert [cell.text for cell in grid.rows[0]] == ["1²3", "12\u03363", "13", "\ufffc", ""]


def test_an_odt_table_that_arranges_a_page() -> None:
    """A table of one cell around a report is running text with its own tables in it."""
    inner = f"<table:table><table:table-row>{odt_cell('') * 2}</table:table-row></table:table>"
    outer = odt_cell(f"{odt_paragraph('甲')}{inner}{odt_paragraph('乙')}")

    document = open_one(make_odt(f"<table:table><table:table-row>{outer}</table:table-row></table:table>")).document

    assert [block.at for block in document.blocks] == ["line 1", "table 1", "line 2"]


def repeating_table(rows: int, columns: int) -> str:
    """Return a table of ODT that states one cell and how often it stands there."""
    row = f'<table:table-row table:number-rows-repeated="{rows}">'
    cell = f'<table:table-cell table:number-columns-repeated="{columns}">{odt_paragraph("0")}</table:table-cell>'
    return f"<table:table>{row}{cell}</table:table-row></table:table>"


def test_cells_that_odt_repeats() -> None:
    """A cell that is said to stand there three times stands there three times, a row likewise."""
    [grid] = open_one(make_odt(repeating_table(2, 3))).document.blocks

    assert isinstance(grid, Grid)
    assert [[(cell.text, cell.row, cell.column) for cell in row] for row in grid.rows] == [
        [("0", 0, 0), ("0", 0, 1), ("0", 0, 2)],
        [("0", 1, 0), ("0", 1, 1), ("0", 1, 2)],
    ]


def test_odt_that_repeats_without_end() -> None:
    """A file that states more cells than any report has is refused before they are made."""
    with pytest.raises(TooLargeError):
        open_one(make_odt(repeating_table(999_999, 999_999)))


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (make_odt("", {"META-INF/manifest.xml": b"<m:encryption-data/>"}), EncryptedError),
        (make_odt("<text:p>"), DamagedError),
        (zip_files({"mimetype": b"application/vnd.oasis.opendocument.text"}), DamagedError),
        (make_odt("", {"content.xml": b'<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'}), DamagedError),
    ],
    ids=["password", "broken XML", "no content", "entities"],
)
def test_odt_that_cannot_be_read(body: bytes, error: type[ParserError]) -> None:
    """A password, broken XML, a missing part and declared entities are errors with a name."""
    with pytest.raises(error):
        open_one(body)


def test_ofd_is_read_in_visual_order() -> None:
    """Texts of an OFD page stand in lines from top to bottom, from left to right, wide gaps kept as such."""
    pages = [[(50, 30, "0"), (10, 20, "规章"), (18, 20.2, "数"), (10, 30.3, "行政许可")], [(10, 10, "第二页")]]

    document = open_one(make_ofd(pages)).document

    assert [(line.at, line.text) for line in document.iter_lines()] == [
        ("page 1 line 1", "规章数"),
        ("page 1 line 2", "行政许可   0"),
        ("page 2 line 1", "第二页"),
    ]


def test_ofd_of_pictures() -> None:
    """An OFD file without texts is a scan, and that is said."""
    with pytest.raises(UnknownCarrierError, match="OCR"):
        open_one(make_ofd([[]]))


def test_ofd_that_names_what_it_lacks() -> None:
    """A page that is named and not there is damage, not an empty page."""
    body = make_ofd([[(1, 1, "规章")]]).replace(b"Page_0/Content.xml", b"Page_9/Content.xml")

    with pytest.raises(DamagedError):
        open_one(body)


def test_a_name_in_a_header_decides_nothing() -> None:
    """A content type that says Word does not make a page one."""
    [opened] = iter_documents(PAGE.encode(), "application/msword", DEFAULT_OPTIONS)

    assert isinstance(opened, Opened)
    assert opened.document.carrier == "html"
