"""The words of RTF that matter, and what holds while a file is read."""

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from parsers.carriers.levels import CellEdges, Levels
from parsers.document import Block

SKIPPED = frozenset(
    {"stylesheet", "colortbl", "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"}
    | {"footnote", "annotation", "ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn", "filetbl", "listtable"}
    | {"xe", "tc", "tcn", "rxe", "txe", "nonshppict", "nonesttables", "shprslt", "private", "comment", "revtbl"}
    | {"fldinst", "themedata", "datafield", "formfield", "bkmkstart", "bkmkend"}
)
OBJECTS = frozenset({"pict", "object", "mmath", "moMath"})
NUMBERS = frozenset({"listtext", "pntext"})
KEPT_STARRED = frozenset({"nesttableprops", "shpinst", "shppict", "ud", "do", "moMath", "shptxt", "dptxbxtext"})
CHARACTERS = {
    "tab": "\t",
    "line": "\n",
    "emdash": "—",
    "endash": "–",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
    "emspace": "\u2003",
    "enspace": "\u2002",
    "qmspace": "\u2005",
}
SIGNS = {b"~": "\xa0", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}", b"\t": "\t"}
CODE_PAGES = {
    932: "cp932",
    936: "gb18030",
    949: "cp949",
    950: "cp950",
    54936: "gb18030",
    65001: "utf-8",
    10008: "gb2312",
}
CHARSETS = {128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 77: "mac-roman"}
SYMBOL_CHARSET, SYMBOL = 2, "symbol"
FLAGS = {
    "v": "hidden",
    "deleted": "deleted",
    "super": "raised",
    "strike": "struck",
    "striked": "struck",
    "intbl": "in_table",
}
ROW_FLAGS = {"clmrg": "joins_left", "clvmrg": "goes_on"}
NUMBERED = {"uc": "skip_after", "f": "font", "itap": "depth"}
INSIDE = ("u", "bin", "fcharset", "cpg", "title")
WAITED_FOR = ("info", "upr", "shpinst", "do")
KNOWN = (*SKIPPED, *KEPT_STARRED, *CHARACTERS, *FLAGS, *ROW_FLAGS, *NUMBERED, *INSIDE)
"""The words that mean something, besides those that the reader has an action for."""
HALVES = re.compile(r"[\ud800-\udfff]")
FORM_FIELD = re.compile(rb"FORM(?:CHECKBOX|DROPDOWN)")
READ, WAITING, LEFT_OUT = 0, 1, 2  # of a group: read; left out but for what is named in it; left out whole


@dataclass(slots=True)
class State:
    """What holds from a word on to the end of its group."""

    reading: int = READ
    in_fonts: bool = False
    skip_after: int = 1
    font: int | None = None
    hidden: bool = False
    deleted: bool = False
    raised: bool = False
    struck: bool = False
    in_table: bool = False
    depth: int = 1
    ends: str = ""


@dataclass(slots=True)
class Page:
    """What the paragraph being read goes into: the page, a text box, or the title."""

    levels: Levels
    pieces: list[str] = field(default_factory=list)
    beside: list[Block] = field(default_factory=list)
    shows_object: bool = False


@dataclass(slots=True)
class RowDefinition:
    """The definition of a row as far as it was read; `is_broken` where a cell would have no width."""

    edges: list[CellEdges] = field(default_factory=list)
    left: int = 0
    joins_left: bool = False
    goes_on: bool = False
    is_broken: bool = False


def find_encoding(number: int) -> str:
    """Return Python's name for a code page of Windows, nothing for one that it has not."""
    name = CODE_PAGES.get(number, f"cp{number}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""


def make_token_pattern(known: Iterable[str]) -> re.Pattern[bytes]:
    """Return what a file is made of: a run of words that are not known, or one other word, sign or text.

    Most of a file is words about looks, so that a run of them is passed in one step.
    """
    unknown = rb"\\(?!(?:" + "|".join(sorted(known)).encode() + rb")(?![a-zA-Z]))[a-zA-Z]{1,32}(?:-?\d{1,10})? ?[\r\n]*"
    word = rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?"
    others = rb"\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n\x00]+)|[\r\n\x00]+|\\"
    return re.compile(rb"((?:" + unknown + rb")+)|" + word + rb"|" + others, re.DOTALL)
