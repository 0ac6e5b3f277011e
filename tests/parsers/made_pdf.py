"""PDF files made up for tests, written by hand: Chinese text without an embedded font, ruled tables with spans."""

import hashlib
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from parsers.forms import Table
from parsers.forms.printed import PrintedCell, table_to_printed
from tests.parsers.made import Figures, form_of, title_of, write_report

_PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
Rules = Literal["lines", "boxes", "bars", "none"]


@dataclass(frozen=True, slots=True)
class PdfStyle:
    """How a report is laid out, in points. `cut_rows` lets a page end in the middle of a row."""

    width: float = 595
    height: float = 842
    margin: float = 60
    size: float = 10
    rules: Rules = "lines"
    foot: str = "- {} -"
    cut_rows: bool = False
    label_share: float = 0.3


DEFAULT_STYLE = PdfStyle()


@dataclass(frozen=True, slots=True)
class _Mark:
    """A piece of the endless roll that is cut into pages: a text or a box, `y` downwards from its beginning."""

    kind: Literal["text", "box"]
    x: float
    y: float
    width: float = 0
    height: float = 0
    text: str = ""


@dataclass(slots=True)
class _Roll:
    """An endless page. `stops` are the places at which it may be cut."""

    style: PdfStyle
    y: float = 0
    marks: list[_Mark] = field(default_factory=list)
    stops: list[float] = field(default_factory=list)


def report_to_pdf(form: str, figures: Figures, style: PdfStyle = DEFAULT_STYLE) -> bytes:
    """Make a PDF file with a whole report, its paragraphs and its three tables."""
    roll = _Roll(style)
    tables = {table.key: table for table in form_of(form).tables}
    for line in write_report(form, lambda table, _: [f"\0{table.key}"], figures):
        if line.startswith("\0"):
            _add_table(roll, table_to_printed(tables[line[1:]], figures), _column_widths(tables[line[1:]], style))
        else:
            _add_line(roll, line, centred=line == title_of(form))
    return pages_to_pdf(_roll_to_pages(roll), width=style.width, height=style.height)


def rows_to_pdf(rows: Sequence[Sequence[str]], style: PdfStyle = DEFAULT_STYLE, widths: Sequence[float] = ()) -> bytes:
    """Make a PDF file with nothing but a table without spans."""
    roll = _Roll(style)
    each = (style.width - 2 * style.margin) / max(map(len, rows))
    printed = tuple(tuple(PrintedCell(text, 1, 1, None) for text in row) for row in rows)
    _add_table(roll, printed, widths or [each] * max(map(len, rows)))
    return pages_to_pdf(_roll_to_pages(roll), width=style.width, height=style.height)


def lines_to_pdf(lines: Iterable[str], style: PdfStyle = DEFAULT_STYLE) -> bytes:
    """Make a PDF file with one line a line, each beginning at the left margin."""
    roll = _Roll(style)
    for line in lines:
        _add_line(roll, line, centred=False)
    return pages_to_pdf(_roll_to_pages(roll), width=style.width, height=style.height)


def pages_to_pdf(pages: Iterable[str], *, width: float = 595, height: float = 842, page_entries: str = "") -> bytes:
    """Make a PDF file of content streams; `/F` is a Chinese font, in which text is written as `draw_text` does."""
    contents = [page.encode("latin-1") for page in pages]
    kids = " ".join(f"{6 + 2 * number} 0 R" for number in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 5 0 R /DW 1000"
        b" /W [1 95 500 814 939 500]"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [0 -200 1000 900] /ItalicAngle 0"
        b" /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    ]
    for number, content in enumerate(contents):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width:g} {height:g}] {page_entries}"
            f" /Resources << /Font << /F 3 0 R >> >> /Contents {7 + 2 * number} 0 R >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    return _objects_to_pdf(objects)


def lock_pdf(body: bytes, password: str = "") -> bytes:
    """Encrypt a file that `pages_to_pdf` made, by the oldest rules (40 bits); without a password anyone can open it."""
    padded = (password.encode() + _PADDING)[:32]
    hidden = _rc4(_md5(b"owner" + _PADDING[:27])[:5], padded)
    key = _md5(padded + hidden + struct.pack("<i", -4) + b"id")[:5]
    objects = [part.split(b" obj\n", 1)[1] for part in body.split(b"\nendobj\n")[:-1]]
    locked = []
    for number, content in enumerate(objects, 1):
        own = _md5(key + struct.pack("<I", number)[:3] + b"\0\0")[:10]
        head, stream, rest = content.partition(b"stream\n")
        data = rest.removesuffix(b"\nendstream")
        locked.append(head + stream + _rc4(own, data) + b"\nendstream" if stream else content)
    rules = f"/Filter /Standard /V 1 /R 2 /O <{hidden.hex()}> /U <{_rc4(key, _PADDING).hex()}> /P -4"
    return _objects_to_pdf(locked, f"/Encrypt << {rules} >> /ID [<6964> <6964>]")


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    other = 0
    for place in range(256):
        other = (other + state[place] + key[place % len(key)]) % 256
        state[place], state[other] = state[other], state[place]
    out, one, other = bytearray(), 0, 0
    for byte in data:
        one = (one + 1) % 256
        other = (other + state[one]) % 256
        state[one], state[other] = state[other], state[one]
        out.append(byte ^ state[(state[one] + state[other]) % 256])
    return bytes(out)


def draw_picture(x: float, y: float, width: float, height: float) -> str:
    """Draw a grey picture from its lower left corner."""
    return f"q {width:g} 0 0 {height:g} {x:g} {y:g} cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q\n"


def draw_text(x: float, y: float, text: str, size: float = 10) -> str:
    """Write a text whose base line begins at a point, `y` upwards."""
    return f"BT /F {size:g} Tf {x:.2f} {y:.2f} Td <{text.encode('utf-16-be').hex()}> Tj ET\n" if text else ""


def draw_line(x0: float, y0: float, x1: float, y1: float) -> str:
    """Draw a line of half a point."""
    return f"0.5 w {x0:.2f} {y0:.2f} m {x1:.2f} {y1:.2f} l S\n"


def draw_box(x: float, y: float, width: float, height: float, rules: Rules = "lines") -> str:
    """Draw a box from its lower left corner: as four lines, as a rectangle, as four thin bars, or not at all."""
    right, top = x + width, y + height
    if rules == "boxes":
        return f"0.5 w {x:.2f} {y:.2f} {width:.2f} {height:.2f} re S\n"
    if rules == "bars":
        across = "".join(f"{x:.2f} {at:.2f} {width:.2f} 0.48 re f\n" for at in (y, top))
        return across + "".join(f"{at:.2f} {y:.2f} 0.48 {height:.2f} re f\n" for at in (x, right))
    if rules == "none":
        return ""
    sides = ((x, y, right, y), (x, top, right, top), (x, y, x, top), (right, y, right, top))
    return "".join(draw_line(*side) for side in sides)


def text_width(text: str, size: float) -> float:
    """Return how wide a text is: half-width letters are half as wide as Chinese ones."""
    return sum(size / 2 if character < "\x7f" else size for character in text)


def _column_widths(table: Table, style: PdfStyle) -> list[float]:
    whole = style.width - 2 * style.margin
    labels = max((sum(label.colspan for label in line.labels) for line in table.lines if line.cells), default=0)
    if not labels:
        return [whole / table.width] * table.width
    head = whole * style.label_share * (1 + 0.2 * (labels - 1))
    parts = [1.0] * labels if labels == 1 else [1.0] * (labels - 1) + [2.0]
    rest = (whole - head) / (table.width - labels)
    return [head * part / sum(parts) for part in parts] + [rest] * (table.width - labels)


def _add_line(roll: _Roll, text: str, *, centred: bool) -> None:
    style = roll.style
    for piece in _wrap(text, style.width - 2 * style.margin, style.size) or [""]:
        x = (style.width - text_width(piece, style.size)) / 2 if centred else style.margin
        roll.marks.append(_Mark("text", x, roll.y, text=piece))
        roll.y += style.size * 1.8
        roll.stops.append(roll.y)


def _add_table(roll: _Roll, rows: Sequence[Sequence[PrintedCell]], widths: Sequence[float]) -> None:
    style = roll.style
    pitch, pad = style.size * 1.3, 4
    placed = place_cells(rows, len(widths))
    texts = [
        (row, column, cell, _wrap(cell.text, sum(widths[column : column + cell.colspan]) - 2 * pad, style.size))
        for row, column, cell in placed
    ]
    heights = [pitch + 2 * pad] * len(rows)
    for row, _, cell, lines in texts:
        if cell.rowspan == 1:
            heights[row] = max(heights[row], len(lines) * pitch + 2 * pad)
    tops = [roll.y + sum(heights[:row]) for row in range(len(rows) + 1)]
    for row, column, cell, lines in texts:
        x = style.margin + sum(widths[:column])
        top, bottom = tops[row], tops[row + cell.rowspan]
        width = sum(widths[column : column + cell.colspan])
        roll.marks.append(_Mark("box", x, top, width, bottom - top))
        start = (top + bottom - len(lines) * pitch) / 2
        for number, line in enumerate(lines):
            left = x + (width - text_width(line, style.size)) / 2
            roll.marks.append(_Mark("text", left, start + number * pitch, text=line))
        if style.cut_rows:
            roll.stops.extend(start + number * pitch for number in range(1, len(lines)))
    roll.stops.extend(tops[1:])
    roll.y = tops[-1] + style.size


def place_cells(rows: Sequence[Sequence[PrintedCell]], width: int) -> list[tuple[int, int, PrintedCell]]:
    """Return the cells with the row and column at which each begins."""
    taken: set[tuple[int, int]] = set()
    placed = []
    for row, cells in enumerate(rows):
        column = 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            taken.update((row + down, column + right) for down in range(cell.rowspan) for right in range(cell.colspan))
            placed.append((row, column, cell))
            column += cell.colspan
        assert column <= width
    return placed


def _wrap(text: str, width: float, size: float) -> list[str]:
    lines: list[str] = []
    for character in text:
        if lines and text_width(lines[-1] + character, size) <= width:
            lines[-1] += character
        else:
            lines.append(character)
    return lines


def _roll_to_pages(roll: _Roll) -> list[str]:
    style = roll.style
    room = style.height - 2 * style.margin
    cuts = [0.0]
    while roll.y - cuts[-1] > room:
        cuts.append(max((stop for stop in roll.stops if cuts[-1] < stop <= cuts[-1] + room), default=cuts[-1] + room))
    return [
        _draw_page(roll, top, bottom, number)
        for number, (top, bottom) in enumerate(zip(cuts, [*cuts[1:], roll.y], strict=True), 1)
    ]


def _draw_page(roll: _Roll, top: float, bottom: float, number: int) -> str:
    style = roll.style
    roof = style.height - style.margin
    drawn = []
    for mark in roll.marks:
        if mark.kind == "text" and top <= mark.y + style.size * 0.6 < bottom:
            y = min(max(mark.y, top), bottom - style.size * 1.3)
            drawn.append(draw_text(mark.x, roof - (y - top) - style.size, mark.text, style.size))
        elif mark.kind == "box" and mark.y < bottom and mark.y + mark.height > top:
            upper, lower = max(mark.y, top), min(mark.y + mark.height, bottom)
            drawn.append(draw_box(mark.x, roof - (lower - top), mark.width, lower - upper, style.rules))
    foot = style.foot.format(number)
    drawn.append(draw_text((style.width - text_width(foot, 9)) / 2, style.margin / 2, foot, 9))
    return "".join(drawn)


def _objects_to_pdf(objects: Sequence[bytes], trailer: str = "") -> bytes:
    body = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(body)
    count = len(objects) + 1
    body += b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table)
    body += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (count, trailer.encode(), start)
    return bytes(body)
