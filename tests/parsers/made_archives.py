"""Archives and further carriers made up for tests: zip as made on Chinese machines, rar, OLE, MHTML, ODT and OFD."""

import io
import struct
import zipfile
import zlib
from base64 import encodebytes
from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape

from parsers.forms import Table
from parsers.forms.printed import PrintedCell, table_to_printed
from tests.parsers.made import Figures, write_report

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def zip_files(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive with these files, the same bytes every time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 2, 0, 0, 0)), content, method)
    return buffer.getvalue()


def zip_with_raw_name(name: bytes, content: bytes) -> bytes:
    """Return a zip archive whose one file's name is in bytes of no stated encoding."""
    stand_in = "x" * len(name)
    return zip_files({stand_in: content}, zipfile.ZIP_STORED).replace(stand_in.encode(), name)


def set_zip_flag(archive: bytes, flag: int) -> bytes:
    """Return an archive with a flag set on each of its files, in both places where flags stand."""
    changed = bytearray(archive)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = archive.find(mark)
        while place >= 0:
            changed[place + offset] |= flag
            place = archive.find(mark, place + 1)
    return bytes(changed)


def overlapping_zip(files: int, content: bytes) -> bytes:
    """Return an archive whose entries all lead to the same packed bytes, listed `files` times."""
    archive = zip_files({"a": content})
    start = archive.index(b"PK\x01\x02")
    end = archive.index(b"PK\x05\x06")
    directory = archive[start:end] * files
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, files, files, len(directory), start, 0)
    return archive[:start] + directory + tail


def rar5_files(files: Mapping[str, bytes], *, method: int = 0, flags: int = 0) -> bytes:
    """Return a RAR 5 archive; its files are stored as they are, whatever `method` says."""
    parts = [b"Rar!\x1a\x07\x01\x00", _rar5_block(b"\x01\x00\x00")]
    for name, content in files.items():
        raw = name.encode()
        head = b"\x02" + _vint(0x02 | flags) + _vint(len(content)) + _vint(0x04) + _vint(len(content)) + _vint(0o644)
        head += struct.pack("<L", zlib.crc32(content)) + _vint(method << 7) + b"\x01" + _vint(len(raw)) + raw
        parts += [_rar5_block(head), content]
    return b"".join([*parts, _rar5_block(b"\x05\x00\x00")])


def rar3_files(files: Mapping[bytes, bytes], *, method: int = 0x30, flags: int = 0) -> bytes:
    """Return a RAR 3 archive with names in bytes; its files are stored as they are, whatever `method` says."""
    parts = [b"Rar!\x1a\x07\x00", _rar3_block(0x73, 0, b"\x00" * 6)]
    for name, content in files.items():
        size, crc = len(content), zlib.crc32(content)
        head = struct.pack("<LLBLLBBHL", size, size, 3, crc, 0x58210000, 20, method, len(name), 0o100644) + name
        parts += [_rar3_block(0x74, 0x8000 | flags, head), content]
    return b"".join([*parts, _rar3_block(0x7B, 0x4000, b"")])


def make_ole(streams: Mapping[str, bytes]) -> bytes:
    """Return an OLE file with these streams at its root, each padded to 4096 bytes."""
    names = ["Root Entry", *streams]
    contents = [content.ljust(4096, b"\x00") for content in streams.values()]
    directory_sectors = -(-len(names) * 128 // _SECTOR)
    fat = [_FAT, *range(2, directory_sectors + 1), _END]
    starts = []
    for content in contents:
        starts.append(len(fat))
        count = -(-len(content) // _SECTOR)
        fat += [*range(len(fat) + 1, len(fat) + count), _END]
    entries = [_ole_entry("Root Entry", 5, child=1 if streams else _FREE, start=_END, size=0)]
    for number, (name, content) in enumerate(zip(streams, contents, strict=True)):
        following = number + 2 if number + 1 < len(contents) else _FREE
        entries.append(_ole_entry(name, 2, right=following, start=starts[number], size=len(content)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<LLLLLLLLL", 0, 1, 1, 0, 4096, _END, 0, _END, 0) + struct.pack("<109L", 0, *[_FREE] * 108)
    sectors = [struct.pack("<128L", *fat, *[_FREE] * (128 - len(fat)))]
    sectors.append(b"".join(entries).ljust(directory_sectors * _SECTOR, b"\x00"))
    sectors += [content.ljust(-(-len(content) // _SECTOR) * _SECTOR, b"\x00") for content in contents]
    return header + b"".join(sectors)


def make_mhtml(page: str, charset: str = "gb2312") -> bytes:
    """Return a page saved as one file, as Word does, a picture behind it."""
    head = 'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="----=_Next.0"\r\n\r\nOne file.\r\n'
    part = (
        f'Content-Type: text/html; charset="{charset}"\r\nContent-Transfer-Encoding: base64\r\n'
        f"Content-Location: file:///C:/1.htm\r\n\r\n{encodebytes(page.encode(charset)).decode()}"
    )
    picture = "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n"
    mark = "\r\n------=_Next.0"
    return f"{head}{mark}\r\n{part}{mark}\r\n{picture}{mark}--\r\n".encode()


def report_to_odt(form: str, figures: Figures) -> bytes:
    """Make an ODT file with a whole report, its paragraphs and its three tables."""
    lines = write_report(form, lambda table, of: [_table_to_odt(table, of)], figures)
    return make_odt("".join(line if line.startswith("<") else odt_paragraph(line) for line in lines))


def odt_paragraph(text: str) -> str:
    """Return a paragraph of an ODT file."""
    return f"<text:p>{escape(text)}</text:p>"


def odt_cell(inner: str, *, colspan: int = 1, rowspan: int = 1) -> str:
    """Return a cell of an ODT file around its paragraphs."""
    spans = f'table:number-columns-spanned="{colspan}" table:number-rows-spanned="{rowspan}"'
    return f"<table:table-cell {spans}>{inner}</table:table-cell>"


def make_odt(inner: str, more: Mapping[str, bytes] | None = None, styles: str = "") -> bytes:
    """Return an ODT file around the XML of its text; `more` are further parts by name, `styles` the XML of styles."""
    names = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in _ODT_NAMES)
    body = f"<office:body><office:text>{inner}</office:text></office:body>"
    styled = f"<office:automatic-styles>{styles}</office:automatic-styles>"
    content = f"<office:document-content {names}>{styled}{body}</office:document-content>"
    mime = b"application/vnd.oasis.opendocument.text"
    return zip_files({"mimetype": mime, "content.xml": content.encode(), **(more or {})})


_ODT_NAMES = ("office", "text", "table", "draw", "style")


def make_ofd(pages: Sequence[Iterable[tuple[float, float, str]]]) -> bytes:
    """Return an OFD file; each page lists its texts with their left edge and base line in millimetres."""
    names = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    root = "<ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"
    listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    parts = {
        "OFD.xml": f"<ofd:OFD {names}>{root}</ofd:OFD>".encode(),
        "Doc_0/Document.xml": f"<ofd:Document {names}><ofd:Pages>{listed}</ofd:Pages></ofd:Document>".encode(),
    }
    for number, texts in enumerate(pages):
        objects = "".join(
            f'<ofd:TextObject Boundary="{x} {y - 3} {4 * len(text)} 5" Size="4">'
            f'<ofd:TextCode X="0" Y="3" DeltaX="g {len(text) - 1} 4">{escape(text)}</ofd:TextCode></ofd:TextObject>'
            for x, y, text in texts
        )
        page = f"<ofd:Page {names}><ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>"
        parts[f"Doc_0/Pages/Page_{number}/Content.xml"] = page.encode()
    return zip_files(parts)


def report_to_ofd(form: str, figures: Figures) -> bytes:
    """Make an OFD file with a whole report, each row of its tables on a line with its cells apart."""
    rows = [line.split("\t") for line in write_report(form, _rows_by_tab, figures)]
    placed = [(x, 10.0 + 8 * y, text) for y, row in enumerate(rows) for x, text in _spread(row)]
    return make_ofd([placed])


def _rows_by_tab(table: Table, figures: Figures) -> list[str]:
    return ["\t".join(cell.text for cell in row) for row in table_to_printed(table, figures)]


def _spread(row: list[str]) -> list[tuple[float, str]]:
    placed, left = [], 10.0
    for text in row:
        placed.append((left, text))
        left += 4 * len(text) + 12
    return placed


def _table_to_odt(table: Table, figures: Figures) -> str:
    rows = table_to_printed(table, figures)
    covered: dict[tuple[int, int], bool] = {}
    lines = []
    for number, row in enumerate(rows):
        cells, column = [], 0
        waiting = list(row)
        while waiting or (number, column) in covered:
            if (number, column) in covered:
                cells.append("<table:covered-table-cell/>")
                column += 1
                continue
            cell = waiting.pop(0)
            cells.append(_printed_to_odt(cell))
            for down in range(cell.rowspan):
                for right in range(cell.colspan):
                    covered[number + down, column + right] = True
            column += 1
        lines.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    return f"<table:table>{''.join(lines)}</table:table>"


def _printed_to_odt(cell: PrintedCell) -> str:
    return odt_cell(odt_paragraph(cell.text), colspan=cell.colspan, rowspan=cell.rowspan)


def _vint(value: int) -> bytes:
    pieces = []
    while value > 127:
        pieces.append(value & 127 | 128)
        value >>= 7
    return bytes([*pieces, value])


def _rar5_block(head: bytes) -> bytes:
    sized = _vint(len(head)) + head
    return struct.pack("<L", zlib.crc32(sized)) + sized


def _rar3_block(kind: int, flags: int, head: bytes) -> bytes:
    rest = struct.pack("<BHH", kind, flags, 7 + len(head)) + head
    return struct.pack("<H", zlib.crc32(rest) & 0xFFFF) + rest


def _ole_entry(name: str, kind: int, *, start: int, size: int, child: int = _FREE, right: int = _FREE) -> bytes:
    raw = name.encode("utf-16-le") + b"\x00\x00"
    head = raw.ljust(64, b"\x00") + struct.pack("<HBB", len(raw), kind, 1)
    return head + struct.pack("<LLL", _FREE, right, child) + bytes(36) + struct.pack("<LLL", start, size, 0)
