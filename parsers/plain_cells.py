"""What kind of thing a cell of any table holds: that is what a table without dividing lines is known by."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from parsers.figures import parse_figure, strip_outer

TEXT, DATE, FIGURE, YEAR, BLANK, SENTENCE = "TDFYBS"

_UNITS = (
    "亿元|万元|千元|元|角|分|件次|人次|户次|件|条|次|个|项|篇|人|宗|份|部|户|家|名|场|期|起|批|种|类|页|所|处|座|套|台|辆|位|例"
    "|平方米|平方公里|公里|千米|米|吨|公斤|千克|小时|分钟|个工作日|天|日|岁|倍|亩|公顷|个百分点|百分点|万|亿|%|‰"
)
_NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_MEASURE = re.compile(
    rf"(?:约|近|超过?|增加|减少|增长|下降|增|减|¥)?\s?{_NUMBER}\s?(?:{_UNITS})?"
    rf"(?:[-~/:]{_NUMBER}\s?(?:{_UNITS})?)?(?:\([^()]{{0,20}}\))?"
)
_DATE = re.compile(
    r"(?:19|20)\d\d\s?(?:年度?|[-./]\d{1,2}(?:[-./]\d{1,2})?|年\s?\d{1,2}月(?:\s?\d{1,2}日|份|底)?)|\d{1,2}月(?:\d{1,2}日|份|底)?"
)
_DAY = re.compile(r"日|\d[-./]\d")
_YEAR = re.compile(r"(?:19|20)\d\d")
_MINUS = str.maketrans({"−": "-", "‐": "-", "–": "-", "—": "-", "～": "~", "〜": "~", "至": "~", "￥": "¥"})
_FOLDS = frozenset("约近超增减下无無空¥￥")
_LONGEST = 30
_NUMERALS = "一二三四五六七八九十"
_HEADING = re.compile(rf"第?[{_NUMERALS}]{{1,3}}\s*(?:[、.．,，]|部分|章|节)|[（(]\s*[{_NUMERALS}]{{1,3}}\s*[）)]")
_CAPTION = re.compile(
    rf"""附?[表图]\s*[\d{_NUMERALS}]|附[表图件]|.*单位\s*[:：]|[（(].*[）)]$|续表
       |.*(?:表|情况|统计|如下|明细|一览|汇总|统计图|图示)\s*(?:[（(][^（）()]*[）)])?$|.*[:：]$""",
    re.VERBOSE,
)
_NOTE = re.compile(r"(?:备?注|说明|资料来源|数据来源|来源|填表人|制表人|审核人|填报人)\s*+\d*+\s*+[:：]")
_ENDS = "。；;！!？?，,"
_COUNTING = re.compile(
    r"序号?|编号|名次|排名|排序|位次|年份?|年度|月份?|季度|时间|日期|期数|代码|行次|栏次|No\.?", re.I
)
_MARK = re.compile(rf"[（(]?(?:\d{{1,2}}|[{_NUMERALS}]{{1,3}})[）)]?[、.．]?|[①-⑳•●◆■·*★-]")


@dataclass(frozen=True, slots=True)
class Found:
    """A table made of lines: the blocks from `first` to `last`, its rows, and how sure the reading is, 0 to 1."""

    first: int
    last: int
    rows: tuple[tuple[str, ...], ...]
    confidence: float


@lru_cache(maxsize=4096)
def kind_of(text: str) -> str:
    """Return the kind of a cell: T text, D date, F figure, Y a bare year, B blank, S a sentence.

    >>> "".join(map(kind_of, ("规章", "2021年", "85.5%", "约30家", "2021", "—", "办好了。", "3月5日", "1.重复申请")))
    'TDFFYBSDT'
    """
    stripped = strip_outer(text)
    if stripped[-1:] and stripped[-1] in _ENDS:
        return SENTENCE
    first = stripped[:1]
    if len(stripped) > _LONGEST or ("\u4e00" <= first <= "\u9fff" and first not in _FOLDS):
        return TEXT
    known = parse_figure(stripped).kind
    if known == "blank":
        return BLANK
    folded = unicodedata.normalize("NFKC", stripped).translate(_MINUS)
    if _YEAR.fullmatch(folded):
        return YEAR
    if _DATE.fullmatch(folded):
        return DATE
    return FIGURE if known == "figure" or _MEASURE.fullmatch(folded) else TEXT


def kinds_of(cells: Sequence[str]) -> str:
    """Return the kinds of cells, one letter each; a bare year is a figure."""
    return "".join(map(kind_of, cells)).replace(YEAR, FIGURE)


def is_heading(text: str) -> bool:
    """Whether a text is numbered as headings are: 一、 or （一）; the rows of a table may be, too."""
    return _HEADING.match(text) is not None


def is_caption(text: str) -> bool:
    """Whether a text can stand over a table and be none of its cells.

    >>> [is_caption(text) for text in ("表1 收支总表", "单位：万元", "三、经费情况", "栏目")]
    [True, True, True, False]
    """
    return is_heading(text) or _CAPTION.match(text) is not None


def is_note(text: str) -> bool:
    """Whether a text is a note under a table."""
    return _NOTE.match(text) is not None


def is_counting(text: str) -> bool:
    """Whether a column of figures under this word may come first: it counts or dates the rows."""
    return _COUNTING.fullmatch(text.replace(" ", "")) is not None


def is_mark(text: str) -> bool:
    """Whether a text is the number or sign before an item of a list."""
    return _MARK.fullmatch(text) is not None


def heads_columns(cells: Sequence[str]) -> bool:
    """Whether cells may be a header: words and years, no two alike; the first may be empty.

    One bare year, or one month, is more likely what stands in a row.

    >>> [heads_columns(cells) for cells in (("项目", "2021年"), ("", "数量"), ("年", "2021", "2022"), ("甲", "5月"))]
    [True, True, True, False]
    """
    if len(set(cells)) < len(cells) or not cells:
        return False
    kinds = "".join(map(kind_of, cells))
    if kinds[0] not in TEXT + BLANK or kinds[1:].strip(TEXT + DATE + YEAR):
        return False
    dates = [cell for cell, kind in zip(cells, kinds, strict=True) if kind in DATE + YEAR]
    is_mixed = DATE in kinds and YEAR in kinds
    return not is_mixed and not any(map(_DAY.search, dates)) and (len(dates) != 1 or dates[0][-1] in "年度")


def differ(one: str, other: str) -> list[int]:
    """Return the columns in which two rows hold different kinds; a blank agrees with any."""
    return [
        place
        for place, (ours, theirs) in enumerate(zip(one, other, strict=True))
        if ours != theirs and BLANK not in (ours, theirs)
    ]


def merge(one: str, other: str) -> str:
    """Return the kinds of two rows that agree, a column known from either."""
    if one == other:
        return one
    return "".join(theirs if ours == BLANK else ours for ours, theirs in zip(one, other, strict=True))


def agree(rows: Sequence[str]) -> tuple[str, int]:
    """Return the kind that most cells of each column have, and how many cells in all have another."""
    pattern, strangers = "", 0
    for column in zip(*rows, strict=True):
        found = Counter(kind for kind in column if kind != BLANK)
        kind, count = found.most_common(1)[0] if found else (BLANK, 0)
        pattern += kind
        strangers += found.total() - count
    return pattern, strangers


def chance_of_kinds(pattern: str, rows: int) -> float:
    """Return how likely so many rows of one pattern would agree by chance, had they only its share of figures."""
    share = pattern.count(FIGURE) / len(pattern)
    return (share * share + (1 - share) * (1 - share)) ** ((rows - 1) * len(pattern))
