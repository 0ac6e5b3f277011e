"""Documents made to do harm: XML that asks for more than itself, chains in circles, PDF that is no plain page."""

import io
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

from tests.parsers.made_archives import make_odt, make_ofd, make_ole, zip_files
from tests.parsers.made_office import make_docx, make_xlsx, paragraph
from tests.parsers.made_pdf import draw_text, pages_to_pdf

SECRET = Path("/nobody/has/this.txt")
_LAUGHS = "".join(f'<!ENTITY {name} "{f"&{of};" * 30}">' for name, of in ("ba", "cb", "dc", "ed", "fe"))


def doctypes(secret: Path = SECRET) -> Mapping[str, str]:
    """Return document types by what they try; `include` tries it without one. `secret` must stay outside."""
    return {
        "laughs": f'<!DOCTYPE d [<!ENTITY a "哈哈哈哈哈哈哈哈">{_LAUGHS}]>',
        "file": f'<!DOCTYPE d [<!ENTITY a SYSTEM "file://{secret}">]>',
        "parameter": f'<!DOCTYPE d [<!ENTITY % a SYSTEM "file://{secret}"> %a;]>',
        "network": '<!DOCTYPE d SYSTEM "http://127.0.0.1:9/d.dtd">',
        "include": "",
    }


_INCLUDE = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" href="file://{}"/>'
_WORDS_IN = {
    "docx": "word/document.xml",
    "xlsx": "xl/worksheets/sheet1.xml",
    "odt": "content.xml",
    "ods": "content.xml",
    "ofd": "Doc_0/Pages/Page_0/Content.xml",
}
_SHEET = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    "<table:table><table:table-row><table:table-cell><text:p>规章</text:p></table:table-cell></table:table-row>"
    "</table:table></office:spreadsheet></office:body></office:document-content>"
)


def plain_office(carrier: str) -> bytes:
    """Return a small file of this kind with the word 规章 in it."""
    if carrier == "docx":
        return make_docx(paragraph("规章"))
    if carrier == "xlsx":
        return make_xlsx([{0: "规章"}])
    if carrier == "odt":
        return make_odt("<text:p>规章</text:p>")
    if carrier == "ofd":
        return make_ofd([[(1, 1, "规章")]])
    return zip_files({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": _SHEET.encode()})


def with_doctype(carrier: str, head: str, secret: Path = SECRET) -> bytes:
    """Return a small file whose part with the words has this document type, and asks for what is declared there."""
    with zipfile.ZipFile(io.BytesIO(plain_office(carrier))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = _WORDS_IN[carrier]
    start, mark, rest = parts[name].decode().rpartition("?>")
    asked = "&fe;" if "ENTITY ba" in head else "&a;" if "ENTITY a" in head else "" if head else _INCLUDE.format(secret)
    parts[name] = f"{start}{mark}{head}{rest.replace('规章', f'规章{asked}')}".encode()
    return zip_files(parts)


def circular_ole(stream: str) -> bytes:
    """Return an OLE file of which each chain of sectors leads back to its own beginning."""
    body = bytearray(make_ole({stream: b"\x09\x08\x10\x00" + bytes(8000), "1Table": bytes(100)}))
    for sector in range(1, 128):
        place = 512 + 4 * sector
        (following,) = struct.unpack_from("<L", body, place)
        if following == _END_OF_CHAIN:
            struct.pack_into("<L", body, place, 1)
    return bytes(body)


def circular_ole_directory(stream: str) -> bytes:
    """Return an OLE file whose entries are each other's neighbours in a circle."""
    body = bytearray(make_ole({stream: bytes(100), "1Table": bytes(100)}))
    directory = 2 * 512
    for number in (1, 2):
        struct.pack_into("<LLL", body, directory + 128 * number + 68, 3 - number, 3 - number, number)
    return bytes(body)


_END_OF_CHAIN = 0xFFFFFFFE


def hostile_pdfs() -> Mapping[str, bytes]:
    """Return PDF files by what they try; each has the word 规章 on a page that can be read, or no page at all."""
    words = draw_text(50, 700, "规章")
    plain = pages_to_pdf([words])
    script = b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> /AA << /O << /S /Launch /F (calc.exe) >> >>"
    files = b"/Names << /EmbeddedFiles << /Names [(a) << /F (../../a) /EF << /F 7 0 R >> >>] >> >>"
    return {
        "scripts": plain.replace(b"/Type /Catalog", b"/Type /Catalog " + script, 1),
        "embedded files": plain.replace(b"/Type /Catalog", b"/Type /Catalog " + files, 1),
        "page tree in a circle": plain.replace(b"/Kids [6 0 R]", b"/Kids [6 0 R 2 0 R]", 1),
        "page tree of itself": plain.replace(b"/Kids [6 0 R]", b"/Kids [2 0 R]", 1),
        "countless pages": plain.replace(b"/Count 1 ", b"/Count 2147483647 ", 1),
        "the same page often": plain.replace(
            b"/Kids [6 0 R] /Count 1", b"/Kids [" + b"6 0 R " * 3000 + b"] /Count 3000"
        ),
        "a giant page": pages_to_pdf([words], width=3e38, height=3e38),
        "a page of no size": pages_to_pdf([words], width=0, height=0),
        "a form in a circle": pages_to_pdf(["/X Do " * 20 + words], page_entries="/Group 6 0 R"),
        "table in a circle": plain.replace(b"trailer\n<< ", b"trailer\n<< /Prev %d " % plain.rindex(b"xref\n0")),
        "a far text": pages_to_pdf([words, draw_text(1e30, -1e30, "远"), draw_text(50, 700, "大", 1e20)]),
        "words without end": pages_to_pdf([words + "BT /F 1 Tf " + "<4e00> Tj " * 60_000 + "ET"]),
        "states without end": pages_to_pdf(["q " * 100_000 + words]),
    }
