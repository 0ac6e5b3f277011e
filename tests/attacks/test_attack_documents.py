"""Documents made to do harm: what they ask for is not done, and what can be read of them is read."""

import io
import json
import socket
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from parsers import ParserError, parse
from parsers.carriers.open import iter_documents
from parsers.carriers.unpack import Unread
from parsers.options import Options
from tests.attacks.guarding import guarded
from tests.attacks.hostile import (
    circular_ole,
    circular_ole_directory,
    doctypes,
    hostile_pdfs,
    plain_office,
    with_doctype,
)
from tests.parsers.made_archives import make_mhtml

PROCESSOR_SECONDS = 20.0
"""A guard against what has no end; nothing here takes a tenth of it."""

MIXED = b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed"
NO_PAGE = make_mhtml("规章").replace(b"text/html", b"text/none")
LONGEST = 1_000_000
"""More letters than any reading of these small files may have."""


def read(body: bytes) -> str:
    """Return all that is read of a body, or the words of the error by which it is refused."""
    with guarded("a document", PROCESSOR_SECONDS):
        try:
            opened = list(iter_documents(body, None, Options()))
        except ParserError as error:
            return f"{type(error).__name__}: {error}"
    texts = [
        str(one.error) if isinstance(one, Unread) else "\n".join(line.text for line in one.document.iter_lines())
        for one in opened
    ]
    return "\n".join(texts)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Note each address that anything in this process connects to, and let nobody through."""
    addresses: list[object] = []

    def refuse(_: socket.socket, address: object) -> None:
        addresses.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", refuse)
    return addresses


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """Make a file that no document may bring in."""
    file = tmp_path / "secret.txt"
    file.write_text("听松街道的秘密", encoding="utf-8")
    return file


@pytest.mark.parametrize("head", list(doctypes()))
@pytest.mark.parametrize("carrier", ["docx", "xlsx", "odt", "ods", "ofd"])
def test_xml_that_asks_for_more_than_itself(carrier: str, head: str, secret: Path, asked: list[object]) -> None:
    """Entities, files of this machine and addresses that an XML part asks for are not brought in."""
    text = read(with_doctype(carrier, doctypes(secret)[head], secret))

    assert read(plain_office(carrier)) == "规章"
    assert text == "规章" if head == "include" else text.startswith("DamagedError: ") and "document type" in text
    assert asked == []


@pytest.mark.parametrize("head", list(doctypes()))
def test_a_page_with_a_document_type_of_its_own(head: str, secret: Path, asked: list[object]) -> None:
    """A page's own entities are only letters, in a page that says it is XML as well."""
    include = f'<xi:include href="file://{secret}" parse="text"/>'
    page = f"<?xml version='1.0'?>{doctypes(secret)[head]}<html><body><p>规章{include}&fe;&a;&d;</p></body></html>"

    text = read(page.encode())

    assert "规章&fe;&a;&d;" in text
    assert "秘密" not in text
    assert len(text) < len(page)
    assert asked == []


@pytest.mark.parametrize(
    "name",
    [
        *("../../out.txt", "/out.txt", "C:\\out.txt", "..\\..\\out.txt", "a/../../out.txt", "\\\\host\\out.txt"),
        "out.txt\0.docx",
    ],
)
def test_names_that_lead_out_of_an_archive(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of an archive is read from memory, whatever its name and however often; nothing is written or followed."""
    outside = tmp_path / "secret.txt"
    outside.write_text("听松街道的秘密", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    text = read(zip_of([(name, "规章一"), (name, "规章二"), ("link.txt", str(outside))], link="link.txt"))

    assert "规章一" in text
    assert "规章二" in text
    assert "秘密" not in text
    assert list(tmp_path.iterdir()) == [outside]


def zip_of(files: list[tuple[str, str]], link: str = "") -> bytes:
    """Return a zip archive with these files in their order, names twice or not; one may be a link to what it holds."""
    buffer = io.BytesIO()
    stand_ins = [chr(ord("A") + number).encode() * len(name.encode()) for number, (name, _) in enumerate(files)]
    with zipfile.ZipFile(buffer, "w") as archive:
        for stand_in, (name, content) in zip(stand_ins, files, strict=True):
            info = zipfile.ZipInfo(stand_in.decode(), (2024, 1, 2, 0, 0, 0))
            info.create_system = 3
            info.external_attr = (0o120777 if name == link else 0o100644) << 16
            archive.writestr(info, content)
    body = buffer.getvalue()
    for stand_in, (name, _) in zip(stand_ins, files, strict=True):
        body = body.replace(stand_in, name.encode())
    return body


@pytest.mark.parametrize("make", [circular_ole, circular_ole_directory])
@pytest.mark.parametrize("stream", ["WordDocument", "Workbook"])
def test_chains_that_run_in_circles(stream: str, make: Callable[[str], bytes]) -> None:
    """An OLE file whose sectors or entries lead back to themselves is damage, soon."""
    text = read(make(stream))

    assert text.startswith(("DamagedError: ", "UnknownCarrierError: ", "TooLargeError: "))


@pytest.mark.parametrize("name", list(hostile_pdfs()))
def test_a_pdf_that_does_more_than_show_words(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scripts, files, circles and giants in a PDF are left alone: its words are read, or it is refused by name.

    What stands on each of many pages is taken for a running head, so that of one page shown often nothing is left.
    """
    monkeypatch.chdir(tmp_path)

    text = read(hostile_pdfs()[name])

    assert (
        "规章" in text
        or "often" in name
        or text.startswith(("DamagedError: ", "UnknownCarrierError: ", "TooLargeError: "))
    )
    assert len(text) < LONGEST
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "inner",
    [
        pytest.param("{" * 100_000 + "1", id="opened"),
        pytest.param("{" * 50_000 + "1" + "}" * 50_000, id="nested"),
        pytest.param("{\\field{\\*\\fldinst x}{\\fldrslt " * 3_000 + "1", id="fields"),
        pytest.param("\\trowd\\cellx1\\itap" + "9" * 50 + "{\\nesttableprops" * 5_000, id="nested tables"),
        pytest.param("\\bin99999999999 " * 1_000 + "1", id="data that is not there"),
        pytest.param("\\uc999999\\u-1 " * 5_000, id="signs to be skipped"),
    ],
)
def test_groups_without_end(inner: str) -> None:
    """An RTF file of groups in groups is read as far as it goes, or refused by name."""
    text = read(f"{{\\rtf1\\ansi\\ansicpg936 9\\par {inner}".encode())

    assert text.startswith(("9", "DamagedError: ", "TooLargeError: "))
    assert len(text) < LONGEST


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(make_mhtml("规章").replace(b"----=_Next.0", b""), id="a boundary of nothing"),
        pytest.param(
            make_mhtml("规章").replace(b"text/html", b"text/none") + b"\r\n------=_Next.0\r\n" * 50_000, id="parts"
        ),
        pytest.param(
            b"MIME-Version: 1.0\r\n"
            + b"".join(b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(5_000)),
            id="parts in parts",
        ),
        pytest.param(
            b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n" + b"a:\r\n" * 50_000,
            id="headers",
        ),
        pytest.param(
            b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed" + b"; a*0=x" * 20_000 + b"\r\n\r\n", id="fields"
        ),
    ],
)
def test_parts_without_end(body: bytes) -> None:
    """A page saved as one file, of parts without end, is refused by name."""
    assert read(body).startswith(("DamagedError: ", "TooLargeError: "))


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param("<tr><td colspan=1000000000 rowspan=1000000000>规章<td>1" * 50, id="spans"),
        pytest.param("<tr><td colspan=-1 rowspan=-1>规章<td colspan=1e9 rowspan=9999999999999>1" * 50, id="odd"),
        pytest.param("<tr>" + "<td rowspan=65534 colspan=1000>规章" * 300 + "<tr><td>1" * 300, id="a grid of spans"),
        pytest.param("<tr><td>规章" + "<table><tr><td colspan=1000 rowspan=1000>1" * 200, id="tables in tables"),
        pytest.param(f"<tr><td title='{'规' * 300_000}' style='{'x:y;' * 100_000}'>规章<td>1", id="attributes"),
        pytest.param("<col span=1000000000>" * 1_000 + "<tr><td>规章<td>1", id="columns"),
    ],
)
def test_a_table_that_says_it_is_huge(markup: str) -> None:
    """A table holds what stands in it, however large it says that it is."""
    with guarded("a table", PROCESSOR_SECONDS):
        report = parse(f"<html><title>听松街道2021年政府信息公开年报</title><table>{markup}</table>".encode())

    cells = sum(len(row) for table in report.tables for row in table.rows)
    assert cells < LONGEST
    assert len(json.dumps(report.to_json())) < 10 * LONGEST


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-", "text/html; charset=utf-7", id="utf-7"),
        pytest.param(b"\xc0\xbcscript\xc0\xbealert(1)", None, id="overlong"),
        pytest.param(b"\xe0\x80\xbcscript\xf0\x80\x80\xbealert(1)", "text/html; charset=utf-8", id="overlong by three"),
        pytest.param(b"\xed\xa0\xbc\xed\xb0\x80script", "text/html; charset=utf-8", id="lone surrogates"),
        pytest.param(b"<scr\x00ipt>alert(1)</scr\x00ipt>", None, id="nul"),
        pytest.param(b"\x0e<script\x0f", "text/html; charset=iso-2022-cn", id="shifts"),
        pytest.param(b"~{<script~}", "text/html; charset=hz-gb-2312", id="hz"),
    ],
)
def test_bytes_that_hide_markup(body: bytes, content_type: str | None) -> None:
    """Bytes that only become markup in another encoding stay letters, and no half of a sign is in what is read."""
    try:
        report = parse("<p>规章</p>".encode() + body, content_type)
    except ParserError:
        return

    text = json.dumps(report.to_json(), ensure_ascii=False)
    assert "<script" not in text
    text.encode()
