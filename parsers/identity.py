"""Who, when, what: the title of a report, and the agency, district, year and date that it and the page name."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from parsers.document import Document, TextLine
from parsers.options import Options
from parsers.sections import clean_line

_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九Oo", "000123456789" + "00")
_YEAR = r"(?:19|20)\d\d|[二一][〇○零九OoＯ0][〇○零一二三四五六七八九Oo]{2}"
_PUBLIC = r"(?:政府信息公开|信息公开|政务公开|政府政务公开|政府信息)"
_KIND = r"(?:工作)?的?(?:年度)?(?:工作)?(?:报告|年报)"
_TITLE = re.compile(rf"(?:关于)?(?P<before>.*?){_PUBLIC}(?:情况)?(?:工作)?(?:的?年度)?{_KIND}(?P<after>.*)")
_TITLE_YEAR = re.compile(rf"(?P<year>{_YEAR})\s*年?度?")
_FALSE_FRIEND = re.compile(
    "解读|图解|图文|图说|一图|图片版|通知|通报|制度|办法|方案|上半年|下半年|半年|季度|数据统计|统计表$|年度?报表|指南|目录|"
    "法治政府|工作总结|部署|培训|会议|召开|模板|样式|格式|要点|意见箱|征求|公示"
)
_AGENCY_END = re.compile(
    "(?:街道办事处|地区办事处|办事处|街道|街办|街|人民政府|镇政府|乡政府|镇|乡|苏木|管理委员会|管委会|委员会|委|局|办公室|"
    "厅|中心|队|站|所|院|馆|园|社|会|部|处|公司|集团|场|政府|市|区|县|旗|部门)$"
)
_BRACKETED = re.compile(r"[（(]([^（）()]{2,30})[）)]\s*$")
_DISTRICT = re.compile(
    r"(?:.{2,8}?(?:省|自治区))?(?:.{1,8}?(?:自治州|市|盟|地区))?(?P<district>.{1,8}?(?:区|县|旗|市(?!区)))"
)
_NO_DISTRICT = re.compile("(?:[地社园小校矿库]区|开发区|新区|^[城全本我]市)$")
_PERIOD = re.compile(rf"({_YEAR})年?\s*1\s*月\s*1\s*日.{{0,8}}?({_YEAR})年?\s*12\s*月\s*31\s*日")
_DATE = r"(?P<y>(?:19|20)\d\d)\s*[-年/.]\s*(?P<m>\d{1,2})\s*[-月/.]\s*(?P<d>\d{1,2})\s*日?"
_LABELLED_DATE = re.compile(rf"(?:发布|更新|发文|成文|公开|生成|印发)?(?:时间|日期)\s*[:：]?\s*{_DATE}")
_CHINESE_DATE = re.compile(
    r"^(?P<y>[二一][〇○零九OoＯ0][〇○零一二三四五六七八九OoＯ0]{2})年(?P<m>十?[一二三四五六七八九十])月"
    r"(?P<d>[二三]?十?[一二三四五六七八九十])日$"
)
_ONLY_DATE = re.compile(rf"^[（(]?\s*{_DATE}\s*[）)]?$")
_WIDE_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_LONGEST_TITLE = 300
_META_DATES = ("pubdate", "publishdate", "publish_date", "publishtime")
_META_AGENCIES = ("contentsource", "author", "source")


@dataclass(frozen=True, slots=True)
class Identity:
    """What a document calls itself. `end` is the index of the first line after the title."""

    title: str | None
    agency: str | None
    district: str | None
    year: int | None
    published: date | None
    end: int
    is_false_friend: bool
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Title:
    """The name of a report with what it says of agency and year. `end` is the index of the line after it."""

    text: str
    agency: str | None
    year: int | None
    end: int


def find_identity(document: Document, lines: Sequence[TextLine], options: Options) -> Identity:
    """Return what a document says about itself: its title first, then its period, its signature and its meta data."""
    title = _find_title(document, lines, options)
    agency = (title.agency if title else None) or _find_signature(lines, options) or _agency_in_meta(document)
    year, warnings = _find_year(title, lines)
    return Identity(
        title=title.text if title else None,
        agency=agency,
        district=find_district(agency),
        year=year,
        published=_find_published(document, lines, options),
        end=title.end if title else 0,
        is_false_friend=bool(title and _FALSE_FRIEND.search(title.text)) or _has_false_friend(document, title),
        warnings=warnings,
    )


def is_about_report(text: str) -> bool:
    """Whether a text names something about an annual report: an explanation, a notice, a picture of it.

    >>> is_about_report("2020年政府信息公开工作年度报告解读"), is_about_report("2020年政府信息公开工作年度报告")
    (True, False)
    """
    packed = _pack(text[:_LONGEST_TITLE])
    return bool(_TITLE.search(packed)) and bool(_FALSE_FRIEND.search(packed))


def parse_year(text: str) -> int | None:
    """Return a year written in digits of any kind.

    >>> parse_year("2020"), parse_year("二〇二〇"), parse_year("２０２０")
    (2020, 2020, 2020)
    """
    digits = unicodedata.normalize("NFKC", text).translate(_CHINESE_DIGITS)
    return int(digits) if re.fullmatch(r"(?:19|20)\d\d", digits) else None


def find_district(agency: str | None) -> str | None:
    """Return the district that an agency's name begins with, provinces and cities before it left out.

    >>> find_district("威海市环翠区竹岛街道"), find_district("康桥街道"), find_district("伊州区丽园街道办事处")
    ('环翠区', None, '伊州区')
    """
    match = _DISTRICT.match(agency or "")
    return match["district"] if match and not _NO_DISTRICT.search(match["district"]) else None


def _pack(text: str) -> str:
    return "".join(clean_line(text).split())


def _find_title(document: Document, lines: Sequence[TextLine], options: Options) -> Title | None:
    """Return the best of the titles at the top; the one that names agency and year, in the fewest lines."""
    named = [parse_title(text, 0) for text in (document.find_meta("articletitle"), document.title) if text]
    found = [title for title in (*_iter_titles(lines, options), *named) if title]
    if not found:
        return None
    return max(found, key=lambda title: ((title.agency is not None) + (title.year is not None), title.end > 0))


def _iter_titles(lines: Sequence[TextLine], options: Options) -> Iterator[Title | None]:
    """Yield every title at the top of the text, alone in a line before those broken over several."""
    texts = [
        (number, _pack(line.text)) for number, line in enumerate(lines) if line.link_share <= options.max_link_share
    ]
    texts = [(number, text) for number, text in texts if text][: options.title_lines]
    for pieces in range(1, options.max_title_pieces + 1):
        for place in range(len(texts) - pieces + 1):
            window = texts[place : place + pieces]
            joined = "".join(text for _, text in window)
            if len(joined) <= options.max_title_length and joined[-1] not in "。；;":
                yield parse_title(joined, window[-1][0] + 1)


def parse_title(text: str, end: int = 0) -> Title | None:
    """Return what the name of a report says, None where a text is no such name.

    >>> parse_title("某街道2020年政府信息公开工作年度报告").agency
    '某街道'
    """
    packed = _pack(text[:_LONGEST_TITLE])
    match = _TITLE.search(packed.translate(_WIDE_DIGITS))
    if match is None or "，" in packed or "：" in packed[:-1]:
        return None
    year_match = _TITLE_YEAR.search(match.string)
    return Title(packed, _agency_in_title(match), parse_year(year_match["year"]) if year_match else None, end)


def _agency_in_title(match: re.Match[str]) -> str | None:
    """Return what is left of a title when the year and the words of the report are gone."""
    before = _TITLE_YEAR.sub("", match["before"]).removesuffix("关于").removeprefix("关于").strip("《》“”\"'-—_·:：")
    if _is_agency(before):
        return before
    bracketed = _BRACKETED.search(match["after"])
    if bracketed and _is_agency(bracketed[1]):
        return bracketed[1]
    return None


def _is_agency(text: str) -> bool:
    return 2 <= len(text) <= 40 and bool(_AGENCY_END.search(text))


def _find_signature(lines: Sequence[TextLine], options: Options) -> str | None:
    """Return the agency that signs at the end, alone in its line."""
    texts = [text for line in lines if (text := _pack(line.text))]
    return next((text for text in reversed(texts[-options.signature_lines :]) if _signs(text)), None)


def _signs(text: str) -> bool:
    return _is_agency(text) and not re.search(r"[：:，。、\d|]", text)


def _agency_in_meta(document: Document) -> str | None:
    values = (document.find_meta(name) for name in _META_AGENCIES)
    return next((value for value in values if value and _is_agency(value)), None)


def _find_year(title: Title | None, lines: Sequence[TextLine]) -> tuple[int | None, tuple[str, ...]]:
    texts = ("".join(line.text.split()).translate(_WIDE_DIGITS) for line in lines)
    period = next((match for text in texts if (match := _PERIOD.search(text))), None)
    stated = parse_year(period[2]) if period else None
    if title and title.year:
        differs = stated is not None and stated != title.year
        warning = f"the title says {title.year}, the period of the figures ends in {stated}"
        return title.year, (warning,) if differs else ()
    return stated, ()


def _find_published(document: Document, lines: Sequence[TextLine], options: Options) -> date | None:
    """Return the earliest of the dates that the page gives for its publication."""
    from_meta = (value for name in _META_DATES if (value := document.find_meta(name)))
    signed = [text for line in lines if (text := clean_line(line.text))][-options.signature_lines :]
    matches = (
        *(re.search(_DATE, value) for value in from_meta),
        *(_LABELLED_DATE.search(line.text) for line in lines if len(line.text) <= options.max_label_length),
        *(_ONLY_DATE.match(unicodedata.normalize("NFKC", text)) for text in signed),
    )
    dates = [found for match in matches if match and (found := _to_date(match))]
    dates += [found for text in signed if (found := _parse_chinese_date(text))]
    return min(dates, default=None)


def _parse_chinese_date(text: str) -> date | None:
    match = _CHINESE_DATE.match("".join(text.split()))
    if match is None:
        return None
    year, month, day = parse_year(match["y"]), _parse_small(match["m"]), _parse_small(match["d"])
    try:
        return date(year or 0, month, day)
    except ValueError:
        return None


def _parse_small(numeral: str) -> int:
    """Return a number below 100 that is written as 十七 or 二十一."""
    tens, ten, ones = numeral.rpartition("十") if "十" in numeral else ("", "", numeral)
    digits = "零一二三四五六七八九"
    return (digits.index(tens or "一") * 10 if ten else 0) + (digits.index(ones) if ones else 0)


def _to_date(match: re.Match[str]) -> date | None:
    try:
        return date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return None


def _has_false_friend(document: Document, title: Title | None) -> bool:
    """Whether the page's own title is that of something about a report."""
    own = document.find_meta("articletitle") or (document.title if title is None else None)
    return bool(own and _FALSE_FRIEND.search(_pack(own[:_LONGEST_TITLE])))
