"""What is printed in a cell, to a figure: the number, its unit, or the certainty that there is none."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

FigureKind = Literal["figure", "blank", "text"]

_UNITS = "亿元|万元|元|件次|人次|件|条|次|个|项|篇|人|宗|份|部"
_FIGURE = re.compile(
    rf"""(?P<word>增加|减少|增|减)?
         (?P<sign>[+-])?
         (?P<digits>\d{{1,3}}(?:,\d{{3}})+|\d+)
         (?P<decimals>\.\d+)?
         (?P<unit>{_UNITS})?
         (?P<note>\([^()]*\))?""",
    re.VERBOSE,
)
_BLANK = re.compile(r"[-/\\—–―‐_.·無无空]?|[-—–―/]{1,4}")
_MINUS = str.maketrans({"−": "-", "﹣": "-", "‐": "-", "–": "-", "—": "-", "＋": "+"})
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_MAX_FIGURE = 60
_MAX_DIGITS = 15  # what a real number holds exactly


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell's text understood: `value` and `unit` for a figure, neither for a blank or for any other text."""

    kind: FigureKind
    value: int | float | None = None
    unit: str | None = None


_BLANK_FIGURE = Figure("blank")
_TEXT = Figure("text")


def strip_outer(text: str) -> str:
    r"""Return a cell's text as printed, outer white space and invisible characters off.

    >>> strip_outer("\t\u3000\u30004\ufeff")
    '4'
    """
    return text.translate(_INVISIBLE).strip()


@lru_cache(maxsize=4096)
def parse_figure(raw: str) -> Figure:
    """Return what a cell's text means; full width, separators, signs, words for them, units and notes are read.

    >>> parse_figure("127.047万元").value, parse_figure("127.047万元").unit
    (127.047, '万元')
    >>> [parse_figure(raw).value for raw in ("-3", "减3", "１，２３４", "22（其中修订16件）")]
    [-3, -3, 1234, 22]
    >>> [parse_figure(raw).kind for raw in ("", "—", "/", "无", "规章", "1 2", "2021-02-20")]
    ['blank', 'blank', 'blank', 'blank', 'text', 'text', 'text']
    """
    stripped = strip_outer(raw)
    if len(stripped) > _MAX_FIGURE or any(unicodedata.category(sign) == "No" for sign in stripped):
        return _TEXT  # ① and ² are signs of notes, which folding would make digits
    text = unicodedata.normalize("NFKC", stripped).translate(_MINUS).strip()
    if _BLANK.fullmatch(text):
        return _BLANK_FIGURE
    match = _FIGURE.fullmatch(text)
    if match is None or sum(character.isdigit() for character in match["digits"]) > _MAX_DIGITS:
        return _TEXT
    number = match["digits"].replace(",", "")
    value: int | float = float(number + match["decimals"]) if match["decimals"] else int(number)
    if match["sign"] == "-" or match["word"] in {"减", "减少"}:
        value = -value
    return Figure("figure", value, match["unit"])
