"""Years, days and periods as they are printed: digits of any kind, lost signs between them, Chinese numerals."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from parsers.traditional import to_simplified

YEAR = r"(?:(?<!\d)(?:19|20)\d\d(?!\d)|[二一][〇○零九OoＯ0][〇○零一二三四五六七八九OoＯ0]{2})"
"""A year in a title, in digits or Chinese ones, once the width of signs is folded."""

_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九Oo", "000123456789" + "00")
_Y = r"(?:19|20)\d\d"
_DAY = rf"(?P<y>{_Y})\s?[-年/.]\s?(?P<m>\d{{1,2}})\s?[-月/.]\s?(?P<d>\d{{1,2}})(?!\d)(?:\s?日)?+"
_SHORT_DAY = re.compile(rf"(?P<y>{_Y})(?P<m>\d\d)(?P<d>\d\d)(?!\d)")
_CHINESE_DAY = re.compile(
    r"(?P<y>[二一][〇○零九OoＯ0][〇○零一二三四五六七八九OoＯ0]{2})年(?P<m>十?[一二三四五六七八九十]|元)月"
    r"(?P<d>(?:二|三)?十[一二三四五六七八九]?|[一二三四五六七八九]|[二三]十)日"
)
_FOUR_DIGITS = re.compile(_Y)
_CLOCK = r"(?:[T\s]*\d{1,2}[:时]\d\d(?:[:分]\d\d秒?)?分?)?"
_BEGINS = re.compile(rf"\s*{_DAY}")
_ALONE = re.compile(rf"[（(\[]?\s*{_DAY}{_CLOCK}\s*[）)\]]?")
_AFTER_SIGNATURE = re.compile(rf"{_DAY}\s*[）)]?$")
_LABEL = (
    r"(?:(?:发\s{0,2}布|更\s{0,2}新|发\s{0,2}文|成\s{0,2}文|公\s{0,2}开|生\s{0,2}成|印\s{0,2}发|发稿|发表|录入|上传|公布|上网)"
    r"\s{0,2}|(?<![一-鿿])(?<![一-鿿]\s)(?:信息)?)(?:时\s{0,2}间|日\s{0,2}期)"
)
_LABELLED = re.compile(rf"{_LABEL}[\s:：|】\])）]{{0,8}}{_DAY}(?!\s?(?:[至到起]|[—~-]+\s?(?:19|20)?\d))")
_LABEL_ALONE = re.compile(rf"[\s|【\[]*{_LABEL}[\s:：|】\]]*")
_BEFORE_SOURCE = re.compile(rf"\s*{_DAY}{_CLOCK}\s*(?:来源|信息来源|作者|浏览|字[体号]|【|\[|点击|阅读|访问)")
_PERIOD = re.compile(
    rf"(?P<a>{_Y})年?0?\d月?\d{{1,2}}日?(?:零时)?起?[^\d。]{{0,8}}(?P<b>{_Y})?年?12月?31日?"
    rf"|(?P<c>{_Y})年?1月(?:份)?[至到—~-](?:(?P<d>{_Y})年)?12月"
)
_PERIOD_END = re.compile(rf"(?:核定时间点?|截至|截止|止于|止到)[^\d。]{{0,6}}(?P<b>{_Y})年?12月?31日")
_STATED_YEAR = re.compile(
    rf"(?<!\d)(?P<y>{_Y})年度?(?:我[街镇乡局区县市处办委]|本[^，。]{{1,4}}|全[区县市街镇])?(?:的)?(?:政府|政务)?(?:信息|政务)公开"
)


class Period(NamedTuple):
    """The years in which the figures of a report begin and end."""

    start: int
    end: int


def fold(text: str) -> str:
    """Return a text with the width of signs and the traditional signs of official words folded.

    >>> fold("行政訴訟　２０２０")
    '行政诉讼 2020'
    """
    if text.isascii():
        return text
    return to_simplified(unicodedata.normalize("NFKC", text))


def is_traditional(text: str) -> bool:
    """Whether a document is in traditional signs, told from the words that every report has."""
    return any(sign in text for sign in "報開況")


def parse_year(text: str) -> int | None:
    """Return a year written in digits of any kind.

    >>> parse_year("2020"), parse_year("二〇二〇"), parse_year("２０２０")
    (2020, 2020, 2020)
    """
    digits = unicodedata.normalize("NFKC", text).translate(_CHINESE_DIGITS)
    return int(digits) if _FOUR_DIGITS.fullmatch(digits) else None


def parse_date(text: str) -> date | None:
    """Return the day with which a text begins, as meta data and cells of tables have it.

    >>> parse_date("2021-01-29 10:19"), parse_date("20210129"), parse_date("2021年1月29日"), parse_date("2021-02-30")
    (datetime.date(2021, 1, 29), datetime.date(2021, 1, 29), datetime.date(2021, 1, 29), None)
    """
    folded = fold(text[:60])
    return _to_date(_BEGINS.match(folded) or _SHORT_DAY.match(folded.strip()))


def parse_lone_date(text: str) -> date | None:
    """Return the day that is all a line says, in brackets or not, with the hour or not.

    >>> parse_lone_date("（2021年1月23日）"), parse_lone_date("二〇二一年一月十七日")
    (datetime.date(2021, 1, 23), datetime.date(2021, 1, 17))
    >>> parse_lone_date("2021年1月1日起施行")
    """
    if not 8 <= len(text) <= 40:
        return None
    folded = fold(text).strip()
    return _to_date(_ALONE.fullmatch(folded)) or _parse_chinese_day("".join(folded.split()).strip("()"))


def parse_labelled_date(text: str) -> date | None:
    """Return the day that a line calls that of publication, or that stands at its head before the source.

    >>> parse_labelled_date("来源：某局 发布时间：2022年01月30日 15:52"), parse_labelled_date("2022年01月18日来源:1")
    (datetime.date(2022, 1, 30), datetime.date(2022, 1, 18))
    >>> parse_labelled_date("统计时间：2020年1月1日至2020年12月31日")
    """
    folded = fold(text)
    return _to_date(_LABELLED.search(folded) or _BEFORE_SOURCE.match(folded))


def is_date_label(text: str) -> bool:
    """Whether a line, or a cell, holds nothing but the name of a day of publication.

    >>> is_date_label("发 布 日 期："), is_date_label("统计期限"), is_date_label("有效日期")
    (True, False, False)
    """
    return len(text) <= 20 and _LABEL_ALONE.fullmatch(fold(text)) is not None


def split_signature(text: str) -> tuple[str, date | None]:
    """Return a line of a signature without the day behind it, and the day.

    >>> split_signature("某街道办事处 2021年1月17日")
    ('某街道办事处', datetime.date(2021, 1, 17))
    """
    folded = fold(text)
    match = _AFTER_SIGNATURE.search(folded[-30:])
    day = _to_date(match)
    return (folded[: len(folded) - len(match[0])].rstrip(" \u3000(（") if match and day else text), day


def find_period(text: str) -> Period | None:
    """Return the years of the period that a text states, though the signs between its digits are lost.

    >>> find_period("统计期限自２０２０年１月１日起至２０２０年１２月３１日止"), find_period("202011日至20201231日")
    (Period(start=2020, end=2020), Period(start=2020, end=2020))
    """
    packed = "".join(fold(text).split())
    if match := _PERIOD.search(packed):
        start = int(match["a"] or match["c"])
        return Period(start, int(match["b"] or match["d"] or start))
    end = _PERIOD_END.search(packed)
    return Period(int(end["b"]), int(end["b"])) if end else None


def iter_stated_years(text: str) -> Iterator[int]:
    """Yield the years of which a text says that it reports on them.

    >>> list(iter_stated_years("现将2020年度政府信息公开工作情况报告如下，2021年加强学习"))
    [2020]
    """
    return (int(match["y"]) for match in _STATED_YEAR.finditer("".join(fold(text).split())))


def _parse_chinese_day(text: str) -> date | None:
    match = _CHINESE_DAY.fullmatch(text)
    if match is None:
        return None
    year = parse_year(match["y"])
    month = 1 if match["m"] == "元" else _parse_small(match["m"])
    return _make_date(year or 0, month, _parse_small(match["d"]))


def _parse_small(numeral: str) -> int:
    """Return a number below 100 that is written as 十七 or 二十一."""
    tens, ten, ones = numeral.rpartition("十") if "十" in numeral else ("", "", numeral)
    digits = "零一二三四五六七八九"
    return (digits.index(tens or "一") * 10 if ten else 0) + (digits.index(ones) if ones else 0)


def _to_date(match: re.Match[str] | None) -> date | None:
    return _make_date(int(match["y"]), int(match["m"]), int(match["d"])) if match else None


def _make_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
