"""Legacy Word documents: text, grids with their spans, and what is no such document."""

import contextlib
import struct
import time
from pathlib import Path

import pytest

from parsers.carriers import doc_marks
from parsers.carriers.doc import doc_to_document
from parsers.carriers.doc_marks import content_to_lines, read_paragraph
from parsers.carriers.docx import docx_to_document
from parsers.carriers.word_binary import Piece, iter_changes, read_text
from parsers.document import Block, Document, Grid, TextLine
from parsers.errors import DamagedError, EncryptedError, ParserError, UnknownCarrierError
from tests.parsers.made import distinct_figures
from tests.parsers.made_office import damage_bytes, marks_to_docx, report_to_docx

FIXTURES = Path(__file__).parent / "fixtures"
REPORT = (FIXTURES / "report_2021.doc").read_bytes()
MARKS = (FIXTURES / "marks.doc").read_bytes()
HEADER = b"\xec\xa5"
"""What the main stream begins with."""
IN_TABLE, ROW_END = (0x2416, b"\x01"), (0x2417, b"\x01")


def patch(body: bytes, place: int, value: bytes) -> bytes:
    """Return a document with bytes of its header replaced."""
    start = body.index(HEADER) + place
    return body[:start] + value + body[start + len(value) :]


def without_places(document: Document) -> list[str | Block]:
    """Return the texts of lines and the grids, in their order."""
    return [block.text if isinstance(block, TextLine) else block for block in document.blocks]


def row_definition(edges: list[int], flags: list[int]) -> tuple[int, bytes]:
    """Return the definition of a row from the edges of its cells and their marks of merging."""
    cells = b"".join(struct.pack("<H", flag) + bytes(18) for flag in flags)
    return 0xD608, bytes([len(flags)]) + struct.pack(f"<{len(edges)}h", *edges) + cells


@pytest.mark.parametrize(
    ("body", "source"),
    [(REPORT, report_to_docx("2021", distinct_figures("2021"))), (MARKS, marks_to_docx())],
    ids=["report", "marks"],
)
def test_same_as_word(body: bytes, source: bytes) -> None:
    """A document gives the lines and the grids, spans and all, of the newer document that it was made of."""
    document = doc_to_document(body)

    assert without_places(document) == without_places(docx_to_document(source))
    assert (document.carrier, document.warnings) == ("doc", ())


def test_row_without_definition() -> None:
    """Where rows do not say where their cells stand, they are read cell by cell, and that is said."""
    body = REPORT.replace(b"\x08\xd6", b"\x06\xd6")

    document = doc_to_document(body)

    grids = [block for block in document.blocks if isinstance(block, Grid)]
    assert [[cell.text for cell in row] for row in grids[0].rows][2:4] == [
        ["规章", "3007", "3014", "3021"],
        [*("行政规范性文件", "3028", "3035", "3042")],
    ]
    assert {cell.colspan for grid in grids for row in grid.rows for cell in row} == {1}
    assert document.warnings == ("46 table rows do not say where their cells stand; they are read cell by cell",)


def test_without_the_properties_of_paragraphs() -> None:
    """Where nothing says which cells make a row, cells are lines, without blanks that would be made up."""
    body = patch(REPORT, 0x106, bytes(4))

    document = doc_to_document(body)

    assert not [block for block in document.blocks if isinstance(block, Grid)]
    lines = [line.text for line in document.iter_lines()]
    assert (lines.count("3007"), lines.count("")) == (1, 2)  # the empty lines are paragraphs of the report
    assert document.warnings == ("370 cells stand in no table that the file describes; they are read as lines",)


@pytest.mark.parametrize("first", [1, 2])
def test_cells_merged_across(first: int) -> None:
    """The first of a run of merged cells is told by its place, for descriptions differ on its mark."""
    other = 3 - first
    definition = row_definition([0, 10, 20, 30, 40, 50], [first, other, 0, first, other])

    marks = read_paragraph([IN_TABLE, ROW_END, definition])

    assert marks.edges is not None
    assert [(edge.left, edge.right, edge.joins_left) for edge in marks.edges] == [
        *((0, 10, False), (10, 20, True), (20, 30, False), (30, 40, False), (40, 50, True))
    ]


def test_cells_merged_by_a_later_change() -> None:
    """A change behind the definition merges cells too; one that is not understood leaves the row without edges."""
    definition = row_definition([0, 10, 20, 30], [0, 0, 0])

    merged = read_paragraph([IN_TABLE, ROW_END, definition, (0x5624, b"\x00\x02"), (0xD62B, b"\x02\x01")])
    unknown = read_paragraph([IN_TABLE, ROW_END, definition, (0x7621, b"\x00\x01\x00\x01")])

    assert merged.edges is not None
    assert [(edge.joins_left, edge.goes_on) for edge in merged.edges] == [(False, False), (True, False), (False, True)]
    assert unknown.edges is None


def test_rows_that_contradict_themselves() -> None:
    """A row whose edges run backwards, or whose definition is cut short, has none."""
    backwards = row_definition([0, 20, 10], [0, 0])
    short = (0xD608, b"\x05\x00")

    assert read_paragraph([IN_TABLE, ROW_END, backwards]).edges is None
    assert read_paragraph([IN_TABLE, ROW_END, short]).edges is None


@pytest.mark.parametrize(
    ("content", "lines", "pictures"),
    [
        ("a\x13 PAGE \x14" + "5\x15b", ["a5b"], 0),
        ("\x13 IF \x13 X \x14" + "1\x15 \x14" + "5\x15", ["5"], 0),
        ("\x13 FORMCHECKBOX \x15", [""], 1),
        ("a\x0bb\x1ec\x1fd\x02\x05", ["a", "b-cd"], 0),
        ("\x015\x08", ["5"], 2),
        ("\ud842\udfb7", ["𠮷"], 0),
    ],
)
def test_signs_in_text(content: str, lines: list[str], pictures: int) -> None:
    """Fields give their result; breaks, hyphens, pictures and halves of characters what they stand for."""
    assert content_to_lines(content) == (lines, pictures)


@pytest.mark.parametrize(
    ("raw", "language", "text"),
    [
        ("规章文件".encode("gbk"), 0x0804, "规\x00章\x00文\x00件\x00"),
        ("规章文件".encode("gbk"), 0x0409, "规章文件".encode("gbk").decode("cp1252")),
        (b"\x93a\x94 \x96 \xb7", 0x0804, "“a” – ·"),
        (b"\x85\x85\x97\x97", 0x0804, "……——"),
        (b"a\xb7\xb7b", 0x0804, "a··b"),
    ],
)
def test_text_of_one_byte_a_character(raw: bytes, language: int, text: str) -> None:
    """Text of one byte a character is Windows-1252, or GBK where a Chinese document can be nothing else."""
    assert read_text(raw, [Piece(0, len(raw), 0, is_narrow=True, changes=b"")], language) == text


def test_changes_cut_short() -> None:
    """A change that is cut short ends the changes; sizes that vary are read as each says."""
    whole = b"\x16\x24\x01" + b"\x15\xc6\x02\x00\x00" + b"\x17\x24\x01"
    many_tabs = b"\x15\xc6\xff" + b"\x01abcd" + b"\x01efg" + b"\x17\x24\x01"

    assert list(iter_changes(whole)) == [(0x2416, b"\x01"), (0xC615, b"\x00\x00"), (0x2417, b"\x01")]
    assert list(iter_changes(many_tabs)) == [(0xC615, b"\x01abcd\x01efg"), (0x2417, b"\x01")]
    assert list(iter_changes(whole + b"\x08\xd6\xff\xff\x01")) == list(iter_changes(whole))
    assert doc_marks.Look() == (False, False, False, None)


@pytest.mark.parametrize(
    ("body", "error", "words"),
    [
        (patch(REPORT, 0x0A, b"\x00\x01"), EncryptedError, "password"),
        (patch(REPORT, 0x00, b"\xdc\xa5"), UnknownCarrierError, "older than Word 97"),
        (patch(REPORT, 0x02, b"\x68\x00"), UnknownCarrierError, "older than Word 97"),
        (patch(REPORT, 0x00, b"\x00\x00"), DamagedError, "header"),
        (patch(REPORT, 0x1A6, bytes(4)), DamagedError, "table of its text"),
        (patch(REPORT, 0x1A6, b"\x08\x00"), DamagedError, "cut short"),
        (REPORT[:3000], DamagedError, "damaged"),
        (b"", DamagedError, "damaged"),
        ((FIXTURES / "report_2021.xls").read_bytes(), UnknownCarrierError, "Excel"),
    ],
)
def test_what_cannot_be_read_says_so(body: bytes, error: type[ParserError], words: str) -> None:
    """A password, an older Word, another program's file and a file cut short are each said."""
    with pytest.raises(error, match=words):
        doc_to_document(body)


@pytest.mark.parametrize("seed", range(60))
def test_damaged_bytes(seed: int) -> None:
    """Whatever bytes are damaged, nothing but the parser's own errors is raised, and soon."""
    start = time.process_time()

    with contextlib.suppress(ParserError):
        doc_to_document(damage_bytes(MARKS, seed))

    assert time.process_time() - start < 1


def test_a_summary_that_counts_without_end() -> None:
    """A title is read from the summary of a file; a count in it that nothing stands behind costs no time."""
    from parsers.carriers.doc import _read_title  # noqa: PLC0415 - the one place where the bytes can be made by hand

    entries = struct.pack("<IIII", 1, 24, 2, 32) + struct.pack("<IHHII", 2, 936, 0, 30, 4) + "年报".encode("gb18030")
    summary = bytes(44) + struct.pack("<I", 48) + struct.pack("<II", 64, 0xFFFFFFFF) + entries

    assert _read_title(summary) == "年报"
    assert _read_title(b"") is None
