"""The one font that pdfium is given for Chinese text whose font is not in its file: a box for every letter.

Nothing is drawn here, so the shapes of letters are of no account. But pdfium takes them from the fonts of the machine,
and leaves out a letter that stands alone in its piece of text and has no shape: without this the same file would be
read otherwise on a server that has no Chinese fonts.
"""

import ctypes
import struct
from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import Any

_CHARACTER_SETS = frozenset((128, 129, 134, 136))
"""Shift-JIS, Hangul, GB 2312 and Big5, as Windows numbers them; for all others pdfium has fonts of its own."""
_EM, _ASCENT, _DESCENT = 1_000, 880, -120
_LEFT, _BOTTOM, _RIGHT, _TOP = 50, 0, 450, 700
"""The box: within a letter of half the width, as these fonts have them, too, and within a line."""
_FIRST, _LAST, _BOX = 0x21, 0x10FFFF, 1
"""The letters that have the box, which is the glyph with this number."""
_WHOLE_FONT = 0
_FONT = 1
"""What the font is called between pdfium and here: anything but nothing."""


@cache
def give_font(raw: ModuleType) -> Any:  # noqa: ANN401 - a structure of pdfium, which must not be let go
    """Have pdfium (`pypdfium2.raw`) take this font, and none of the machine's, from now on."""
    kinds = dict(raw.FPDF_SYSFONTINFO._fields_)
    info = raw.FPDF_SYSFONTINFO(version=1)
    info.MapFont, info.GetFontData = kinds["MapFont"](_find_font), kinds["GetFontData"](_copy_font)
    raw.FPDF_SetSystemFontInfo(info)
    return info


def _find_font(_info: object, _weight: int, _italic: int, characters: int, *_more: object) -> int | None:
    return _FONT if characters in _CHARACTER_SETS else None


def _copy_font(_info: object, _font: int, table: int, target: object, size: int) -> int:
    """Copy the font to where pdfium wants it, if it has room there; return its bytes. It is given no single table."""
    font = make_font()
    if table != _WHOLE_FONT:
        return 0
    if target and size >= len(font):
        ctypes.memmove(target, font, len(font))  # type: ignore[arg-type]
    return len(font)


@cache
def make_font() -> bytes:
    """Return a TrueType font in which every letter of Unicode is the same box (tables as OpenType 1.9 has them)."""
    width, height = _RIGHT - _LEFT, _TOP - _BOTTOM
    outline = struct.pack(">5hHH4B", 1, _LEFT, _BOTTOM, _RIGHT, _TOP, 3, 0, *[1] * 4)
    box = outline + struct.pack(">8h", _LEFT, width, 0, -width, _BOTTOM, 0, height, 0)
    letters = struct.pack(">2H6I", 13, 0, 28, 0, 1, _FIRST, _LAST, _BOX)
    bounds = (_LEFT, _BOTTOM, _RIGHT, _TOP)
    return _tables_to_font(
        {
            b"cmap": struct.pack(">4HI", 0, 1, 3, 10, 12) + letters,
            b"glyf": box,
            b"head": struct.pack(
                ">4I2H2q4h2H3h", 1 << 16, 1 << 16, 0, 0x5F0F3CF5, 0, _EM, 0, 0, *bounds, 0, 8, 2, 1, 0
            ),
            b"hhea": struct.pack(">I3hH11hH", 1 << 16, _ASCENT, _DESCENT, 0, _EM, 0, 0, 0, 1, *[0] * 7, 2),
            b"hmtx": struct.pack(">HhHh", _EM, 0, _EM, _LEFT),
            b"loca": struct.pack(">3I", 0, 0, len(box)),
            b"maxp": struct.pack(">I14H", 1 << 16, 2, 4, 1, 0, 0, 1, *[0] * 8),
        }
    )


def _tables_to_font(tables: Mapping[bytes, bytes]) -> bytes:
    directory, content = b"", b""
    begin = 12 + 16 * len(tables)
    for name, table in sorted(tables.items()):
        directory += struct.pack(">4s3I", name, 0, begin + len(content), len(table))
        content += table + b"\0" * (-len(table) % 4)
    return struct.pack(">I4H", 1 << 16, len(tables), 64, 2, 16 * len(tables) - 64) + directory + content
