import codecs

import pytest

from parsers import parse, parse_steps
from parsers.decode import Decoded, decode, looks_binary
from parsers.errors import EmptyDocumentError, ParserError, TooLargeError, UnknownCarrierError
from parsers.options import Options
from tests.parsers.made import as_reported, distinct_figures, read_cells, report_to_html

WORDS = "㙍镕𠮷街道：朱镕、𠮷田，¥ € “三安全一稳定”——〇"


def page_declaring(charset: str) -> str:
    """Make a page that declares an encoding."""
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">'
    return f"<html><head>{meta}</head><p>{WORDS}</p></html>"


@pytest.mark.parametrize("label", ["gb2312", "GBK", "gb18030", "x-gbk", "GB_2312-80"])
@pytest.mark.parametrize("place", ["header", "page"])
def test_gb18030_by_any_of_its_names(label: str, place: str) -> None:
    """GB18030 that is declared as its older and smaller kin is read whole, rare characters and all."""
    page = page_declaring(label if place == "page" else "")

    decoded = decode(page.encode("gb18030"), f"text/html; charset={label}" if place == "header" else "text/html")

    assert decoded == Decoded(page, "gb18030", place, 0)


@pytest.mark.parametrize("content_type", ["text/html; charset=gb2312", "text/html; charset=GBK", None])
def test_utf_8_that_calls_itself_something_else(content_type: str | None) -> None:
    """UTF-8 is UTF-8 whatever header or page say, and what they say is a warning."""
    page = page_declaring("gb2312")

    decoded = decode(page.encode(), content_type)

    warnings = ["the header declares gb18030, but the bytes are utf-8"] if content_type else []
    assert decoded == Decoded(
        page, "utf-8", "its bytes", 0, (*warnings, "the page declares gb18030, but the bytes are utf-8")
    )


def test_gb18030_that_calls_itself_utf_8() -> None:
    """GB18030 that declares UTF-8 is told by its bytes."""
    page = page_declaring("utf-8")

    decoded = decode(page.encode("gb18030"), "text/html; charset=utf-8")

    assert (decoded.text, decoded.encoding, decoded.decided_by, len(decoded.warnings)) == (
        page,
        "gb18030",
        "its bytes",
        2,
    )


@pytest.mark.parametrize("label", ["iso-8859-1", "latin1", "windows-1252", "us-ascii", "unknown-8bit", "", "中文"])
def test_a_label_that_says_nothing(label: str) -> None:
    """A server's default, or a name of no encoding, is passed over."""
    decoded = decode(WORDS.encode("gb18030"), f"text/html; charset={label}")

    assert decoded == Decoded(WORDS, "gb18030", "its bytes", 0)


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")],
)
def test_a_byte_order_mark_decides(mark: bytes, encoding: str) -> None:
    """A byte-order mark outweighs every label and is no part of the text."""
    page = page_declaring("gb2312")

    decoded = decode(mark + page.encode(encoding), "text/html; charset=gbk")

    assert decoded == Decoded(page, encoding, "byte-order mark", 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_report_in_any_encoding(encoding: str) -> None:
    """A report's cells do not depend on the encoding of its page."""
    figures = distinct_figures("2021")
    page = report_to_html("2021", figures).replace('charset="utf-8"', 'charset="gb2312"')

    report = parse(page.encode(encoding))

    assert report.agency == "青石区白杨街道办事处"
    assert read_cells(report) == as_reported(figures)


def test_big5() -> None:
    """Big5 that says so is read as such."""
    assert decode("<meta charset=big5><p>規範性檔案".encode("big5")).text.endswith("規範性檔案")


def test_what_cannot_be_read_is_counted() -> None:
    """Bytes of no encoding lose the fewest characters possible, and the loss is a warning."""
    decoded = decode("政府信息公开".encode() + b"\xff\xff")

    assert decoded == Decoded(
        "政府信息公开\ufffd\ufffd", "utf-8", "fewest losses", 2, ("2 characters could not be read as utf-8",)
    )


def test_the_loss_is_a_warning_of_the_report() -> None:
    """What was lost on the way to text stands among the report's warnings."""
    steps = parse_steps("规章".encode() + b"\xff")

    assert steps.report.warnings == steps.decoded.warnings == ("1 characters could not be read as utf-8",)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", EmptyDocumentError),
        (b" \r\n\t", EmptyDocumentError),
        (b"%PDF-1.7\n", UnknownCarrierError),
        (b"PK\x03\x04word", UnknownCarrierError),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", UnknownCarrierError),
        (b"{\\rtf1", UnknownCarrierError),
        (b"\x89PNG\r\n", UnknownCarrierError),
        (b"\xff\xd8\xff\xe0", UnknownCarrierError),
        (b"abc\x00\x01\x02", UnknownCarrierError),
        (b"x" * 101, TooLargeError),
    ],
)
def test_what_is_no_document_is_a_named_error(body: bytes, error: type[ParserError]) -> None:
    """Nothing, files of other kinds and bodies over the limit are errors with a name and one line of text."""
    with pytest.raises(error) as raised:
        parse(body, options=Options(max_bytes=100))

    assert str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_charset_left_undefined() -> None:
    """charset=undefined, which scripts send, is the name of no encoding."""
    assert parse("规章㙍".encode("gb18030"), "text/html; charset=undefined").kind == "other"


@pytest.mark.parametrize("label", ["utf-16", "unicode_escape", "raw_unicode_escape"])
def test_a_label_that_any_bytes_would_fit(label: str) -> None:
    """A label under which anything can be read proves nothing: bytes that are GB18030 stay so."""
    assert decode("街道".encode("gb18030"), f"text/html; charset={label}").text == "街道"


@pytest.mark.parametrize("label", ["gbk", "big5", "euc-kr"])
def test_bytes_that_would_fit_two_encodings(label: str) -> None:
    """What is UTF-8 without a fault is UTF-8, though it could be read as declared too."""
    assert decode("街道".encode(), f"text/plain; charset={label}").text == "街道"


@pytest.mark.parametrize(
    "declaration",
    [
        "<meta charset=big5>",
        "<META CHARSET = 'Big5' >",
        "<meta name=x content='charset=gbk'><meta charset=big5>",
        '<meta content="text/html; charset=big5" http-equiv="content-type">',
        "<meta http-equiv=Content-Type content=text/html;charset=big5>",
        "<!-- <meta charset=gbk> --><meta/charset=big5>",
        "<!DOCTYPE html><html lang=zh><!---><script src='a>b'></script><meta charset=big5>",
        "<a title='<meta charset=gbk>'><meta charset=latin1><meta charset='big5'>",
        "<meta charset=big5><meta charset=gbk>",
        '<?xml version="1.0" encoding="big5"?>',
        "\n<?xml version='1.0' encoding = 'Big5'?><html>",
        "<?xml version='1.0' encoding='gbk'?><meta charset=big5>",
        "<style>p{}</style>" * 200 + "<meta charset=big5>",
    ],
)
def test_how_a_page_declares_its_encoding(declaration: str) -> None:
    """A page's label is found as browsers find it: the first in a meta element, wherever in the head, else in XML."""
    page = f"{declaration}<p>規範性檔案"

    assert decode(page.encode("big5")) == Decoded(page, "big5", "page", 0)


@pytest.mark.parametrize(
    "declaration",
    [
        "<!-- <b> <meta charset=big5> -->",
        "<meta http-equiv=refresh content='9;url=?charset=big5'>",
        "<metadata charset=big5>",
        "<meta data-charset=big5>",
        "<meta name=keywords content='charset=big5'>",
        "<p title='<meta charset=big5>'>",
        "<meta charset='big5",
        "charset=big5",
    ],
)
def test_what_is_no_declaration(declaration: str) -> None:
    """The words of a label in a comment, in another attribute or element, or in text declare nothing."""
    page = f"{declaration}<p>街道"

    assert decode(page.encode("gb18030")) == Decoded(page, "gb18030", "its bytes", 0)


@pytest.mark.parametrize(
    ("header", "page", "bytes_in", "decided_by", "encoding"),
    [
        ("big5", "gb2312", "big5", "header", "big5"),
        ("gb2312", "big5", "big5", "page", "big5"),
        ("iso-8859-1", "big5", "big5", "page", "big5"),
        ("big5", "big5", "gb18030", "its bytes", "gb18030"),
        ("gbk", "big5", "utf-8", "its bytes", "utf-8"),
    ],
)
def test_labels_that_contradict_each_other(
    header: str, page: str, bytes_in: str, decided_by: str, encoding: str
) -> None:
    """Of header and page, the one decides in which the bytes can be read without a fault, the header first."""
    text = f"<meta charset={page}><p>規範㙍" if bytes_in == "gb18030" else f"<meta charset={page}><p>恒昇彅"
    text = text if bytes_in != "big5" else f"<meta charset={page}><p>規範性檔案資訊公開情況，腔"

    decoded = decode(text.encode(bytes_in), f"text/html; charset={header}")

    assert (decoded.text, decoded.encoding, decoded.decided_by) == (text, encoding, decided_by)


def test_a_mark_before_bytes_of_another_encoding() -> None:
    """A byte-order mark that a program put before GB18030 is noticed; one before UTF-8 with a fault holds."""
    wrong = decode(codecs.BOM_UTF8 + WORDS.encode("gb18030"))
    body = "政府信息公开".encode() * 2 + b"\xfe\xfe" + "政府信息公开".encode() * 2
    faulty = decode(codecs.BOM_UTF8 + body)

    assert wrong == Decoded(
        WORDS, "gb18030", "its bytes", 0, ("the byte-order mark says utf-8, but the bytes are gb18030",)
    )
    assert (faulty.encoding, faulty.decided_by, faulty.lost) == ("utf-8", "byte-order mark", 2)
    assert body.decode("gb18030")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "page", [page_declaring("utf-16"), "规章\r\n一、总体情况　丁\r\n0\r\n", page_declaring("gbk") + "丁"]
)
def test_utf_16_without_a_mark(encoding: str, page: str) -> None:
    """UTF-16 that says nothing of itself is known by the NUL in every other byte of its ASCII signs."""
    decoded = decode(page.encode(encoding), "text/html; charset=gbk")

    assert decoded == Decoded(page, encoding, "its bytes", 0)
    assert not looks_binary(page.encode(encoding))


@pytest.mark.parametrize(
    "body", [bytes(range(256)) * 4, b"\x01\x00\x02\x00" * 99, b"a\x00b", b"RIFF\x00\x00WAVE\x00" * 9]
)
def test_bytes_with_nul_that_are_no_text(body: bytes) -> None:
    """NUL bytes in no order of letters make no text."""
    assert looks_binary(body)


@pytest.mark.parametrize("label", ["hz-gb-2312", None])
def test_hz(label: str | None) -> None:
    """HZ, which is all ASCII, is known by its brackets and read; a text with a lone one is not HZ."""
    text = "<p>规章: ~5</p>"

    decoded = decode(text.encode("hz"), f"text/html; charset={label}" if label else None)

    assert decoded == Decoded(text, "hz", "header" if label else "its bytes", 0)
    assert decode(b"<p>~{~ a~}").encoding == "utf-8"


def test_big5_with_signs_of_hong_kong() -> None:
    """Big5 of Hong Kong, which goes by the same name, is read whole."""
    page = "<meta charset=big5><p>規範性檔案啫喱嘅"

    assert decode(page.encode("big5hkscs")).text == page


@pytest.mark.parametrize("bad", [b"\xff", b"\xe8", b"\xb9\xe6", b"\x80"])
@pytest.mark.parametrize("label", ["utf-8", "gbk"])
def test_utf_8_with_a_few_bad_bytes(bad: bytes, label: str) -> None:
    """A fault in the middle of UTF-8 loses that sign and no other, whatever the label says."""
    body = "政府信息公开".encode() * 9

    decoded = decode(body + bad + body, f"text/html; charset={label}")

    assert (decoded.encoding, decoded.decided_by) == ("utf-8", "fewest losses")
    assert decoded.text.replace("\ufffd", "") == "政府信息公开" * 18
    assert decoded.warnings == (f"{decoded.lost} characters could not be read as utf-8",)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("text", ["街", "规章", "一、总体情况", "abc街道", WORDS])
def test_a_text_cut_within_its_last_sign(encoding: str, text: str) -> None:
    """A download that broke off in the middle of a sign loses that sign and no other."""
    body = (text + "道").encode(encoding)

    decoded = decode(body[:-1])

    assert (decoded.text, decoded.encoding, decoded.lost) == (text + "\ufffd", encoding, 1)


def test_big5_that_nobody_declares() -> None:
    """Big5 is told from GB18030, as which most of it could be read too, by the private signs that it would spell."""
    text = "規範性檔案資訊公開情況，腔"

    assert decode(text.encode("big5")) == Decoded(text, "big5", "its bytes", 0)
