"""Rich text: its words, its encodings, and the grids of its tables."""

import contextlib
import time
from pathlib import Path

import pytest

from parsers.carriers.docx import docx_to_document
from parsers.carriers.rtf import rtf_to_document
from parsers.document import Document, Grid
from parsers.errors import DamagedError, ParserError, TooLargeError
from tests.parsers.made import FORMS, distinct_figures, title_of
from tests.parsers.made_office import (
    damage_bytes,
    make_rtf,
    marks_to_docx,
    report_to_docx,
    report_to_rtf,
    rtf_row,
    rtf_text,
)

FIXTURES = Path(__file__).parent / "fixtures"


def read(inner: str) -> Document:
    """Read an RTF file from the words of its text."""
    return rtf_to_document(make_rtf(inner))


def lines_of(document: Document) -> list[str]:
    """Return the lines of running text."""
    return [line.text for line in document.iter_lines()]


def spans_of(document: Document) -> list[list[tuple[str, int, int, int]]]:
    """Return text, column, rowspan and colspan of each cell of the first grid by row."""
    grid = next(block for block in document.blocks if isinstance(block, Grid))
    return [[(cell.text, cell.column, cell.rowspan, cell.colspan) for cell in row] for row in grid.rows]


@pytest.mark.parametrize("form", FORMS)
def test_same_as_word(form: str) -> None:
    """A report gives the same blocks as the Word document of the same report."""
    figures = distinct_figures(form)

    document = rtf_to_document(report_to_rtf(form, figures))

    assert document.blocks == docx_to_document(report_to_docx(form, figures)).blocks
    assert (document.carrier, document.title, document.warnings) == ("rtf", title_of(form), ())


def test_written_by_an_office_program() -> None:
    """What LibreOffice made of a Word document is read as the document was: spans, fields, changes, inner tables."""
    document = rtf_to_document((FIXTURES / "marks.rtf").read_bytes())

    word = docx_to_document(marks_to_docx())
    assert [block for block in document.blocks if isinstance(block, Grid)] == [
        block for block in word.blocks if isinstance(block, Grid)
    ]
    # LibreOffice takes the whole of a paragraph for deleted whose mark is: the lines from there on differ
    assert lines_of(document)[:3] == lines_of(word)[:3]
    assert document.warnings == ()


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        (r"\'d6\'d0\'b9\'fa", "中国"),
        (r"\u20013\'d6\u22269\'b9", "中国"),
        (r"\uc2\u20013\'d6\'d0\u22269\'b9\'fa", "中国"),
        (r"\uc0\u20013 \u22269 a", "中国a"),
        (r"\uc0\u-10187 \u-8713 ", "\U0001d5f7"),
        (r"\'81A", "丄"),
        ("\\'d6\r\n\\'d0", "中"),
        (r"{\f1 \'a1\'b0a}", "“a"),
        (r"{\f2 1}2", "\uf0312"),
        (r"a\~b\_c\-d\{\}\\", "a\xa0b-cd{}\\"),
        (r"a\emdash b\tab c", "a—b\tc"),
        (r"a{\v 9}b{\deleted 8}c", "abc"),
        (r"a{\deleted\par}b{\v\par}c", "abc"),
        (r"5{\super 1}6{\super 2\nosupersub 3}", "5¹6²3"),
        (r"{\strike 5}6", "5\u03366"),
        (r"{\field{\*\fldinst {PAGE 1}}{\fldrslt 5}}", "5"),
        (r"{\*\unknown 9{8}}{\header 9}{\footnote 9}{\pict ff}5", "5"),
        (r"{\upr{9}{\*\ud 5}}", "5"),
        (r"{\listtext 1.\tab}5", "5"),
        ("a\\bin4 }{{}b", "ab"),
        ("{\\*\\bkmkstart x}5", "5"),
        ("\\f0\\cf1\\lang2052\\loch\\unheardof7 5", "5"),
    ],
)
def test_text(inner: str, text: str) -> None:
    """Characters, and what is no text, are told apart as the format says."""
    document = read(inner + r"\par")

    assert lines_of(document) == [text]


def test_lines() -> None:
    """A paragraph is a line, or several at its line breaks; an empty one is kept."""
    document = read(r"\pard a\line b\par\par c\sect d\page e\par")

    assert [(line.at, line.text) for line in document.iter_lines()] == [
        *(("paragraph 1", "a"), ("paragraph 1", "b"), ("paragraph 2", ""), ("paragraph 3", "c")),
        *(("paragraph 4", "d"), ("paragraph 5", "e")),
    ]


def test_merged_cells() -> None:
    """Merged cells are one, across and down; edges a hair apart are the same edge."""
    rows = [
        [("甲", 1000, "clvmgf"), ("乙", 2000, "clmgf"), ("", 3000, "clmrg")],
        [("", 1010, "clvmrg"), ("1", 1990, ""), ("2", 3000, "")],
    ]

    document = read("".join(rtf_row([(rtf_text(text), *rest) for text, *rest in row]) for row in rows))

    assert spans_of(document) == [
        [("甲", 0, 2, 1), ("乙", 1, 1, 2)],
        [("1", 1, 1, 1), ("2", 2, 1, 1)],
    ]


def test_cells_by_their_edges() -> None:
    """A cell spans the columns between its edges, and a row that begins further right keeps its columns."""
    rows = rtf_row([("a", 3000, "")]) + rtf_row([("b", 1000, ""), ("c", 2000, ""), ("d", 3000, "")])
    shifted = rtf_row([("e", 3000, "")]).replace("trleft0", "trleft2000")

    document = read(rows + shifted)

    assert spans_of(document) == [
        [("a", 0, 1, 3)],
        [("b", 0, 1, 1), ("c", 1, 1, 1), ("d", 2, 1, 1)],
        [("e", 2, 1, 1)],
    ]


def test_row_without_definition() -> None:
    """Rows whose cells are not those of their definition are read cell by cell, and that is said."""
    rows = rtf_row([("a", 1000, ""), ("b", 2000, "")]) + r"\trowd\cellx1000\pard\intbl 1\cell 2\cell\row"

    document = read(rows)

    assert spans_of(document) == [[("a", 0, 1, 1), ("b", 1, 1, 1)], [("1", 0, 1, 1), ("2", 1, 1, 1)]]
    assert document.warnings == ("1 table rows do not say where their cells stand; they are read cell by cell",)


def test_row_whose_edges_run_backwards() -> None:
    """A definition in which a cell has no width is none."""
    document = read(rtf_row([("1", 2000, ""), ("2", 1000, "")]))

    assert spans_of(document) == [[("1", 0, 1, 1), ("2", 1, 1, 1)]]
    assert document.warnings == ("1 table rows do not say where their cells stand; they are read cell by cell",)


def test_table_in_a_cell() -> None:
    """A table in a cell is a grid of its own; the row around it keeps its own definition."""
    inner = r"\pard\intbl\itap2 x\nestcell y\nestcell{\*\nesttableprops\trowd\cellx300\cellx600\nestrow}"
    outer = rf"\trowd\cellx1000\cellx2000{inner}{{\nonesttables\par}}\pard\intbl a\cell b\cell\row"

    document = read(rtf_row([("c", 2000, "")]) + outer)

    assert spans_of(document) == [[("c", 0, 1, 2)], [("a", 0, 1, 1), ("b", 1, 1, 1)]]
    assert document.warnings == ()


def test_pictures_are_counted_once() -> None:
    """A picture that stands in two renderings is one."""
    document = read(r"{\*\shppict{\pict 00}}{\nonshppict{\pict 00}}\par")

    assert document.warnings == ("1 picture stands in the document; what it shows was not read (it needs OCR)",)


def test_cells_without_the_end_of_their_row() -> None:
    """Cells whose row does not end are read as lines, and that is said."""
    document = read(r"\trowd\cellx1000\cellx2000\pard\intbl 1\cell 2\cell\pard c\par")

    assert lines_of(document) == ["1", "2", "c"]
    assert document.warnings == ("2 cells stand in rows that do not end; they are read as lines",)


def test_pictures_and_numbers_in_cells() -> None:
    """A cell with a picture or an automatic number alone is not blank."""
    row = rtf_row(
        [(r"{\*\shppict{\pict 00}}{\nonshppict{\pict 00}}", 1000, ""), (r"{\listtext 1}", 2000, ""), ("", 3000, "")]
    )

    document = read(row)

    assert spans_of(document) == [[("\ufffc", 0, 1, 1), ("\ufffc", 1, 1, 1), ("", 2, 1, 1)]]


def test_text_box() -> None:
    """A text box is a line beside its paragraph, read from one of its two renderings."""
    box = r"{\shp{\*\shpinst{\sp{\sn a}{\sv 9}}{\shptxt \pard box\par}}{\shprslt{\*\do 9}}}"

    document = read(r"\pard before" + box + r"after\par")

    assert lines_of(document) == ["beforeafter", "box"]


def test_cut_short() -> None:
    """A file that ends too early is read as far as it goes, and says so."""
    body = make_rtf(r"\pard a\par b")[:-1]

    document = rtf_to_document(body)

    assert lines_of(document) == ["a", "b"]
    assert document.warnings == ("the file ends within a group; what stood behind is missing",)


@pytest.mark.parametrize(
    ("body", "error"),
    [(b"{\\html}", DamagedError), (b"{\\rtf1" + b"{" * 50_000, TooLargeError), (b"", DamagedError)],
)
def test_what_cannot_be_read_says_so(body: bytes, error: type[ParserError]) -> None:
    """What does not begin as RTF is damaged; groups in groups without end are refused."""
    with pytest.raises(error):
        rtf_to_document(body)


@pytest.mark.parametrize(
    "piece",
    [
        r"\par",
        r"\cell",
        r"\row",
        r"\trowd\cellx1\cell\row",
        r"\nestcell",
        "{}",
        r"\'a1",
        r"\u1",
        r"\bin9",
        "\\",
        r"\cellx9",
    ],
)
def test_hostile_repetition_is_bounded(piece: str) -> None:
    """A hundred kilobytes of any word are read within a second."""
    body = make_rtf(piece * (100_000 // len(piece)))
    start = time.process_time()

    rtf_to_document(body)

    assert time.process_time() - start < 1


@pytest.mark.parametrize("seed", range(60))
def test_damaged_bytes(seed: int) -> None:
    """Whatever bytes are damaged, nothing but the parser's own errors is raised."""
    with contextlib.suppress(ParserError):
        rtf_to_document(damage_bytes((FIXTURES / "marks.rtf").read_bytes(), seed))
