"""PDF files: tables from ruling lines, lines from characters, over the ends of pages."""

import ctypes
import json
import re
import sys
import zlib
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import CellKey
from parsers.carriers.pdf import pdf_to_document
from parsers.carriers.pdf_read import read_pages
from parsers.document import Document, Grid, TextLine
from parsers.errors import DamagedError, EncryptedError, ParserError, ReaderMissingError, TooLargeError
from parsers.forms.printed import table_to_printed
from parsers.options import Options
from tests.parsers.made import FORMS, SHARED, Figures, distinct_figures, form_of, title_of
from tests.parsers.made_pdf import (
    PdfStyle,
    Rules,
    draw_box,
    draw_line,
    draw_picture,
    draw_text,
    lines_to_pdf,
    lock_pdf,
    pages_to_pdf,
    place_cells,
    report_to_pdf,
    rows_to_pdf,
)

REAL = SHARED / "real" / "huaian_2024.pdf"
Laid = list[tuple[int, int, int, int, str]]


def grids_of(document: Document) -> list[Grid]:
    """Return the grids of a document."""
    return [block for block in document.blocks if isinstance(block, Grid)]


def texts_of(document: Document) -> list[str]:
    """Return the lines of a document."""
    return [line.text for line in document.iter_lines()]


def rows_of(document: Document) -> list[list[str]]:
    """Return the texts of a document's only grid, row by row."""
    (grid,) = grids_of(document)
    return [[cell.text for cell in row] for row in grid.rows]


def printed_tables(form: str, figures: Figures) -> list[Laid]:
    """Return what a form prints, as row, column, spans and text; columns in which no cell begins are left out."""
    tables = []
    for table in form_of(form).tables:
        placed = place_cells(table_to_printed(table, figures), table.width)
        begun = {column: number for number, column in enumerate(sorted({column for _, column, _ in placed}))}
        tables.append(
            sorted(
                (row, begun[column], cell.rowspan, sum(column <= at < column + cell.colspan for at in begun), cell.text)
                for row, column, cell in placed
            )
        )
    return tables


def read_tables(document: Document) -> list[Laid]:
    """Return the grids of a document in the same shape."""
    return [
        sorted((cell.row, cell.column, cell.rowspan, cell.colspan, cell.text) for row in grid.rows for cell in row)
        for grid in grids_of(document)
    ]


def draw_cells(rows: Sequence[Sequence[str]], top: float = 780, *, width: float = 120) -> str:
    """Draw a table whose rows are 20 points high, each text at the left of its cell; None of the cells span."""
    return "".join(
        draw_box(60 + column * width, top - 20 * (row + 1), width, 20)
        + draw_text(65 + column * width, top - 20 * (row + 1) + 6, text)
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    )


@pytest.mark.skipif(not REAL.exists(), reason="the real file is not there")
def test_a_real_file_of_six_pages_gives_every_cell_at_its_place() -> None:
    """Every label and figure of a real report stands at its row and column, over two tables cut by the page's end."""
    truth = json.loads(REAL.with_suffix(".truth.json").read_text(encoding="utf-8"))["cells"]
    figures = {CellKey(cell["table"], cell["row"], cell["column"]): cell["raw"] for cell in truth}

    document = pdf_to_document(REAL.read_bytes())

    def letters(laid: Laid) -> Laid:
        return [(*place, re.sub(r"\W", "", text) if re.search(r"[^\d.]", text) else text) for *place, text in laid]  # type: ignore[misc]

    assert len(figures) == 200
    assert [letters(table) for table in read_tables(document)] == [
        letters(table) for table in printed_tables("2021", figures)
    ]
    assert document.warnings == ()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("rules", ["lines", "boxes", "bars"])
@pytest.mark.parametrize(("width", "height", "size"), [(595, 842, 10), (595, 842, 9), (842, 595, 9), (595, 450, 9)])
def test_tables_are_read_as_printed_however_their_lines_are_drawn(
    form: str, rules: Rules, width: float, height: float, size: float
) -> None:
    """Lines, rectangles and thin filled bars all rule a table, whatever the page's size and wherever it ends."""
    figures = distinct_figures(form)
    style = PdfStyle(width=width, height=height, size=size, rules=rules)

    document = pdf_to_document(report_to_pdf(form, figures, style))

    assert read_tables(document) == printed_tables(form, figures)
    assert texts_of(document)[0] == title_of(form)
    assert texts_of(document)[1:] == [
        "本报告由白杨街道办事处编制。",
        "一、总体情况",
        "这一年，街道把该说的都说了。",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
        "五、存在的主要问题及改进情况",
        "栏目还不够清楚，明年改。",
        "六、其他需要报告的事项",
        "没有了。",
    ]


@pytest.mark.parametrize("height", [842, 500])
def test_a_row_cut_by_the_end_of_the_page_is_one_row(height: float) -> None:
    """A row of which a page ends in the middle is read as if it stood on one page."""
    figures = distinct_figures("2021")

    document = pdf_to_document(report_to_pdf("2021", figures, PdfStyle(height=height, cut_rows=True)))

    assert read_tables(document) == printed_tables("2021", figures)


def test_a_label_wrapped_at_the_end_of_the_page_is_joined() -> None:
    """`（四）无` above the page's end and `法提供` below are one cell over all rows of the group."""
    pages = [
        draw_box(60, 60, 50, 20)
        + draw_text(65, 66, "（四）无")
        + draw_box(110, 60, 90, 20)
        + draw_text(115, 66, "1.甲")
        + draw_box(60, 80, 140, 20)
        + draw_text(65, 86, "（三）前面的"),
        draw_box(60, 700, 50, 40)
        + draw_text(65, 720, "法提供")
        + draw_box(110, 720, 90, 20)
        + draw_text(115, 726, "2.乙")
        + draw_box(110, 700, 90, 20)
        + draw_text(115, 706, "3.丙"),
    ]

    (grid,) = grids_of(pdf_to_document(pages_to_pdf(pages)))

    assert [[(cell.text, cell.rowspan, cell.colspan) for cell in row] for row in grid.rows] == [
        [("（三）前面的", 1, 2)],
        [("（四）无法提供", 3, 1), ("1.甲", 1, 1)],
        [("2.乙", 1, 1)],
        [("3.丙", 1, 1)],
    ]
    assert grid.at == "page 1 table 1"


def test_an_empty_strip_at_the_end_of_the_page_is_no_row() -> None:
    """Where a page ends above the words of a row, the strip that is left of it there is part of that row."""
    pages = [draw_cells([["1.甲", "7"], ["", ""]], 100), draw_cells([["2.乙", "5"]])]

    assert rows_of(pdf_to_document(pages_to_pdf(pages))) == [["1.甲", "7"], ["2.乙", "5"]]


def test_a_blank_row_at_the_end_of_the_page_stays_a_row() -> None:
    """A label without figures at the foot of a page is not joined with the next row, nor are two groups."""
    pages = [
        draw_cells([["行政许可", "7"], ["行政处罚", ""]], 100, width=60),
        draw_cells([["行政强制", "5"]], width=60),
    ]

    document = pdf_to_document(pages_to_pdf(pages))

    assert rows_of(document) == [["行政许可", "7"], ["行政处罚", ""], ["行政强制", "5"]]


def test_numbered_rows_are_never_joined() -> None:
    """A wrapped label goes on without a number; what has one is a row of its own, though the row above is blank."""
    pages = [
        draw_cells([["1.不再处理其政府信息公", ""]] * 2, 100),
        draw_cells([["2.未按收费通知要求缴费", "5"]]),
    ]

    document = pdf_to_document(pages_to_pdf(pages))

    assert rows_of(document)[1:] == [["1.不再处理其政府信息公", ""], ["2.未按收费通知要求缴费", "5"]]


def test_a_head_printed_again_on_the_next_page_is_left_out() -> None:
    """The head of a table stands once, however often pages repeat it."""
    pages = [draw_cells([["名称", "件数"], ["甲", "1"]], 100), draw_cells([["名称", "件数"], ["乙", "2"]])]

    document = pdf_to_document(pages_to_pdf(pages))

    assert rows_of(document) == [["名称", "件数"], ["甲", "1"], ["乙", "2"]]


def test_tables_with_other_columns_are_not_joined() -> None:
    """A table that follows with other columns, after a line, or behind a scan, is a table of its own."""
    rows = [["甲", "1"], ["乙", "2"]]
    other = pages_to_pdf([draw_cells(rows, 100), draw_cells(rows, width=130)])
    after = pages_to_pdf([draw_cells(rows, 100), draw_text(60, 790, "另一张表") + draw_cells(rows)])
    apart = pages_to_pdf([draw_cells(rows, 100), draw_picture(0, 0, 595, 842), draw_cells(rows)])

    found = [len(grids_of(pdf_to_document(body))) for body in (other, after, apart)]

    assert found == [2, 2, 2]


def test_figures_cut_by_the_end_of_the_page_are_no_figures() -> None:
    """Where a figure may be wrapped at the page's end, neither half is read as a figure."""
    pages = [draw_cells([["甲", "乙"], ["4100", "4200"]], 100, width=26), draw_cells([["7", "8"]], width=26)]

    document = pdf_to_document(pages_to_pdf(pages))

    assert rows_of(document)[-1] == ["4100 7", "4200 8"]


def test_figures_under_each_other_in_one_cell_stay_apart() -> None:
    """Two figures between which a ruling line is lost never become one; a long one that was wrapped does."""
    narrow, wide = draw_cells([["甲", ""]], width=32), draw_cells([["甲", ""]], width=60)
    stacked = [("3", "5", narrow), ("4100", "5", wide), ("410", "746", narrow), ("41003", "27", narrow)]
    pages = [
        page
        + draw_text(95 if page is narrow else 125, 771, upper)
        + draw_text(95 if page is narrow else 125, 761, lower)
        for upper, lower, page in stacked
    ]

    read = [rows_of(pdf_to_document(pages_to_pdf([page])))[0][1] for page in pages]

    assert read == ["3 5", "4100 5", "410 746", "4100327"]


def test_figures_beside_each_other_in_one_cell_stay_apart() -> None:
    """Two figures with a gap between are never one, though no line divides them."""
    page = draw_cells([["甲", ""]]) + draw_text(185, 766, "12") + draw_text(200, 766, "5")

    assert rows_of(pdf_to_document(pages_to_pdf([page]))) == [["甲", "12 5"]]


def test_a_figure_that_runs_over_its_cell_spoils_both() -> None:
    """Where digits stand on both sides of a line without a gap, neither cell is read as a figure."""
    page = draw_cells([["甲", "", "7"]], width=30) + draw_text(100, 766, "410032")

    document = pdf_to_document(pages_to_pdf([page]))

    assert rows_of(document) == [["甲", "4100\ufffd", "327\ufffd"]]
    assert document.warnings == ("page 1 table 1 has cells that cannot be read: \ufffd stands in them",)


def test_letters_are_measured_alike_on_every_machine() -> None:
    """A letter whose font is not in the file has the box of our own font, and one that stands alone is not lost."""
    raw = pytest.importorskip("pypdfium2.raw")
    body = pages_to_pdf([draw_text(60, 700, "甲")])
    page = read_pages(body, Options())[0][0]
    document = raw.FPDF_LoadMemDocument64(body, len(body), None)
    loaded = raw.FPDF_LoadPage(document, 0)
    text = raw.FPDFText_LoadPage(loaded)
    left, right, bottom, top = sides = [ctypes.c_double() for _ in range(4)]
    raw.FPDFText_GetCharBox(text, 0, *sides)
    for close, what in (
        (raw.FPDFText_ClosePage, text),
        (raw.FPDF_ClosePage, loaded),
        (raw.FPDF_CloseDocument, document),
    ):
        close(what)

    assert [glyph.text for glyph in page.glyphs] == ["甲"]
    assert (right.value - left.value, top.value - bottom.value) == pytest.approx((4, 7), abs=0.2)


def test_a_character_drawn_twice_to_look_bold_stands_once() -> None:
    """A figure that is drawn again a hair's breadth beside, be it much later, keeps its digits."""
    others = "".join(draw_text(60, 600 - 20 * line, f"第{line}行") for line in range(9))
    page = draw_cells([["甲", "117"]]) + others + draw_text(185.4, 766, "117")

    assert rows_of(pdf_to_document(pages_to_pdf([page]))) == [["甲", "117"]]


def test_a_table_without_lines_at_its_sides_is_a_table() -> None:
    """The ends of the other lines close a table that is open at its sides."""
    page = "".join(draw_line(60, y, 300, y) for y in (700, 720, 740)) + draw_line(180, 700, 180, 740)
    page += (
        draw_text(65, 726, "名称") + draw_text(185, 726, "件数") + draw_text(65, 706, "甲") + draw_text(185, 706, "4")
    )

    assert rows_of(pdf_to_document(pages_to_pdf([page]))) == [["名称", "件数"], ["甲", "4"]]


def test_boxes_and_underlines_are_no_tables() -> None:
    """A box around a text, an underline, and a frame around a whole page with a table in it make no table."""
    boxed = draw_box(60, 700, 200, 40) + draw_text(65, 715, "方框里的话") + draw_line(60, 650, 200, 650)
    framed = draw_box(30, 30, 500, 780) + draw_cells([["甲", "1"], ["乙", "2"]], 700) + draw_text(60, 720, "表的名称")

    first, second = (pdf_to_document(pages_to_pdf([page])) for page in (boxed, framed))

    assert first.blocks == (TextLine("方框里的话", "page 1 line 1"),)
    assert (texts_of(second), rows_of(second)) == (["表的名称"], [["甲", "1"], ["乙", "2"]])


def test_a_frame_with_long_texts_arranges_a_page() -> None:
    """What holds a text longer than any cell is read as lines."""
    long = "".join(draw_text(65, 760 - 12 * line, "这里写着很长很长的一段话") for line in range(40))
    page = draw_box(60, 200, 240, 580) + draw_box(300, 200, 240, 580) + long + draw_text(305, 760, "右边")

    document = pdf_to_document(pages_to_pdf([page]))

    assert grids_of(document) == []
    assert "".join(texts_of(document)).count("这里写着很长很长的一段话") == 40


def test_page_numbers_and_running_heads_are_left_out() -> None:
    """What every page says at the same height is not the report's; a number that one page ends with may be a figure."""
    pages = [
        draw_text(60, 800, "白杨街道年度报告") + draw_text(60, 700, f"第{word}页的话。") + draw_text(290, 30, foot)
        for word, foot in zip("一二三", ("— 1 —", "— 2 —", "— 3 —"), strict=True)
    ]
    counted = [
        draw_text(60, 700, f"第{word}页的话。") + draw_text(290, 30, str(4 + at)) for at, word in enumerate("一二")
    ]
    alone = [draw_text(60, 700, "只有一页。") + draw_text(290, 30, "12")]
    figures = [draw_text(60, 700, f"第{word}页的话。") + draw_text(290, 30, "0") for word in "一二三"]

    read = [texts_of(pdf_to_document(pages_to_pdf(each))) for each in (pages, counted, alone, figures)]

    assert read == [
        ["第一页的话。", "第二页的话。", "第三页的话。"],
        ["第一页的话。", "第二页的话。"],
        ["只有一页。", "12"],
        ["第一页的话。", "0", "第二页的话。", "0", "第三页的话。", "0"],
    ]


def test_lines_of_a_paragraph_are_joined_and_headings_are_not() -> None:
    """A full line goes on at the margin, also over the page's end; a heading or an indented line begins anew."""
    full = "　　这一行写得满满当当一直写到了右边的边上没有空处"
    rest = "第二行接着写到这里为止。"
    pages = [
        draw_text(60, 700, "一、总体情况") + draw_text(80, 680, full.strip()) + draw_text(60, 662, rest),
        draw_text(80, 780, full.strip())
        + draw_text(80, 762, full.strip())
        + draw_text(60, 744, "二、主动公开政府信息情况"),
    ]

    lines = texts_of(pdf_to_document(pages_to_pdf(pages)))

    assert lines == ["一、总体情况", full.strip() + rest, full.strip(), full.strip(), "二、主动公开政府信息情况"]


def test_lines_of_any_heights_are_read() -> None:
    """A large title over a small line leaves no usual height, and both are read."""
    page = draw_text(60, 700, "标题", 40) + draw_text(60, 600, "小字", 8)

    assert texts_of(pdf_to_document(pages_to_pdf([page]))) == ["标题", "小字"]


def test_figures_in_lines_are_never_joined() -> None:
    """One cell a line stays one cell a line."""
    lines = ["本机关不掌握相关政府信息", "3001", "0", "没有现成信息需要另行制作", "12"]

    assert texts_of(pdf_to_document(lines_to_pdf(lines))) == lines


def test_a_table_without_ruling_lines_keeps_its_places() -> None:
    """Cells of one column begin at the same place of their lines, Chinese letters counted twice."""
    rows = [["信息内容", "本年制发件数", "现行有效件数"], ["规章", "", "11"], ["行政规范性文件", "8", "66"]]
    page = "".join(
        draw_text(60 + 150 * column, 700 - 20 * row, text)
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    )

    lines = texts_of(pdf_to_document(pages_to_pdf([page])))

    assert lines == [
        "信息内容                      本年制发件数                  现行有效件数",
        "规章                                                        11",
        "行政规范性文件                8                             66",
    ]


def test_two_columns_of_text_are_read_one_after_the_other() -> None:
    """Long texts beside each other are columns, not rows of a table."""
    words = "甲乙丙丁戊己庚"
    page = "".join(
        draw_text(x, 700 - 18 * at, f"{side}的第{word}行写得满满当当没有空的地方了。")
        for at, word in enumerate(words)
        for x, side in ((60, "左边"), (320, "右边"))
    )

    lines = texts_of(pdf_to_document(pages_to_pdf([page])))

    assert lines == [f"{side}的第{word}行写得满满当当没有空的地方了。" for side in ("左边", "右边") for word in words]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_page_is_read_upright(turn: int) -> None:
    """A page shown turned, and a table drawn turned on an upright page, are read in the direction of their text."""
    matrix = {0: "1 0 0 1 0 0", 90: "0 1 -1 0 595 0", 180: "-1 0 0 -1 595 842", 270: "0 -1 1 0 0 842"}[turn]
    drawn = draw_cells([["名称", "件数"], ["甲", "4"]], 500) + draw_text(65, 520, "表的名称")
    shown = pages_to_pdf([drawn], page_entries=f"/Rotate {turn}")
    turned = pages_to_pdf([f"q {matrix} cm {drawn} Q"], width=842, height=842)

    read = [pdf_to_document(body) for body in (shown, turned)]

    assert [texts_of(document) for document in read] == [["表的名称"]] * 2
    assert [rows_of(document) for document in read] == [[["名称", "件数"], ["甲", "4"]]] * 2


def test_slanted_text_is_left_out_with_a_warning() -> None:
    """A watermark across the table spoils no figure."""
    mark = f"BT /F 10 Tf 0.7 0.7 -0.7 0.7 190 764 Tm <{'样稿'.encode('utf-16-be').hex()}> Tj ET\n"

    document = pdf_to_document(pages_to_pdf([draw_cells([["甲", "4"]]) + mark]))

    assert rows_of(document) == [["甲", "4"]]
    assert document.warnings == ("page 1: 2 characters stand aslant and were left out",)


def test_pictures_are_said_to_be_unread() -> None:
    """A scan has no blocks and a warning; so has a page whose letters are drawn; a picture beside text is named."""
    scan, text = draw_picture(0, 0, 595, 842), draw_text(60, 700, "这一页上的话足够多，看得出来它不是一张扫描的图片。")
    curves = "".join(f"{x} 9 m 9 {x} 40 50 {x} 60 c f\n" for x in range(30))

    document = pdf_to_document(pages_to_pdf([scan, text + draw_picture(60, 100, 400, 400), text, curves]))

    assert len(document.blocks) == 2
    assert document.warnings == (
        "page 1 is a picture; its figures were not read (it needs OCR)",
        "page 2 shows a large picture; what is written in it was not read (it needs OCR)",
        "page 4 has no text layer; its figures were not read (it needs OCR)",
    )


def test_form_fields_are_said_to_be_unread() -> None:
    """Figures typed into form fields are no text of the page, and a warning says so."""
    field = "/Annots [<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /V (7) /Rect [60 60 90 90] >>]"

    document = pdf_to_document(pages_to_pdf([draw_text(60, 700, "表")], page_entries=field))

    assert document.warnings == ("page 1 has form fields or notes; what is written in them was not read",)


def test_a_password_is_asked_for_by_name() -> None:
    """A file that only its owner may change is read; one that asks for a password is an EncryptedError."""
    plain = pages_to_pdf([draw_cells([["甲", "4"]])])

    assert rows_of(pdf_to_document(lock_pdf(plain))) == [["甲", "4"]]
    with pytest.raises(EncryptedError, match="password"):
        pdf_to_document(lock_pdf(plain, "秘密"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"%PDF-1.4",
        b"%PDF-1.7\n" + bytes(range(256)) * 40,
        lines_to_pdf(["甲"] * 80)[:-300],
        lines_to_pdf(["甲"]) + b"9 0 obj\n<< >>\nendobj\n8 0 obj\n<< /Type",
    ],
)
def test_broken_files_are_damaged(body: bytes) -> None:
    """What is no PDF file, or only its beginning, is a DamagedError."""
    with pytest.raises(DamagedError):
        pdf_to_document(body)


def test_a_missing_reader_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pypdfium2 the error says what to install."""
    monkeypatch.setitem(sys.modules, "pypdfium2.raw", None)

    with pytest.raises(ReaderMissingError, match="pypdfium2"):
        pdf_to_document(lines_to_pdf(["甲"]))


def test_a_stream_that_unpacks_to_far_more_is_refused() -> None:
    """Six megabytes of nothing in six kilobytes are not handed to pdfium."""
    packed = zlib.compress(b"0 0 m 9 9 l S " * 450_000, 9)
    body = pages_to_pdf(["/here"]).replace(
        b"<< /Length 5 >>\nstream\n/here", b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s" % (len(packed), packed)
    )

    with pytest.raises(TooLargeError, match="unpacks"):
        pdf_to_document(body)


def test_what_is_over_the_limits_is_left_out_and_said() -> None:
    """Pages over the limits are not read, and a drawing of very many lines makes no table; each is a warning."""
    pages = [draw_text(60, 700, f"第{word}页的话。") for word in "一二三"]
    lattice = "".join(draw_line(x, 100, x, 700) + draw_line(100, x, 700, x) for x in range(100, 700, 6))

    few = pdf_to_document(pages_to_pdf(pages), Options(max_pages=2))
    short = pdf_to_document(pages_to_pdf(pages), Options(min_pdf_budget=6, max_pdf_budget=6))
    drawn = [
        pdf_to_document(pages_to_pdf([lattice + draw_text(60, 60, "图")]), options)
        for options in (Options(max_pdf_rules=150), Options(max_pdf_boxes=9000))
    ]

    assert (texts_of(few), few.warnings) == (
        ["第一页的话。", "第二页的话。"],
        ("pages 3 to 3 were not read: the PDF file is over the limits",),
    )
    assert (texts_of(short), short.warnings) == (
        ["第一页的话。"],
        ("pages 2 to 3 were not read: the PDF file is over the limits",),
    )
    assert [(texts_of(document), document.warnings) for document in drawn] == [
        (["图"], ("page 1 shows a drawing of very many lines; no tables were read there",))
    ] * 2


_WHOLE = rows_to_pdf([["规章", "1", "2"], ["行政规范性文件", "3", "4"]])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(_WHOLE) - 1), st.binary(max_size=3)), max_size=8))
def test_damaged_bytes_raise_nothing_but_named_errors(changes: list[tuple[int, bytes]]) -> None:
    """Whatever bytes are changed, the file is read or refused by a ParserError."""
    body = bytearray(_WHOLE)
    for place, other in changes:
        body[place : place + len(other)] = other

    try:
        document = pdf_to_document(bytes(body))
    except ParserError:
        return
    assert document.carrier == "pdf"
