"""The name of a report, wherever a page has it, told from the names of what is only about one."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

from parsers.agencies import is_agency
from parsers.chrome import clean_line
from parsers.dates import YEAR, fold, parse_year
from parsers.document import Document, TextLine
from parsers.forms import load_series
from parsers.options import Options

_LONGEST_TITLE = 300
_CORE = re.compile(
    r"(?:政府(?=政务))?(?:政府信息公开|信息公开|政务公开|政府公开|政府信息|信息公布)(?:[和与及、](?:政务|政府信息)公开)?(?:工作)?(?:情况)?的?"
    rf"(?P<year>{YEAR}年?度?)?的?(?:年度)?(?:工作)?(?:情况)?(?:总结)?的?(?:年度)?(?:工作)?(?:总?报告|年报)"
)
_YEAR = re.compile(rf"(?P<year>{YEAR})\s*年?度?")
_BRACKETED = re.compile(r"^[（(\[【]([^（）()\[\]【】]{2,30})[）)\]】]")
_LABEL_BEFORE = re.compile(r"^[（(\[【《][^（）()\[\]【】《》]{1,8}[）)\]】》]")
_SITE_BEHIND = re.compile(r"[_|｜]|\s?-{1,2}\s?|[—–>›»＞]")
_QUOTES = "《》“”\"'-—_·:：()（）[]【】"
_NO_TITLE_BEFORE = re.compile("^(?:现将|现就|根据|按照|依据|本报告|本年度|如对|附件?[:：\\d])|现将|公布如下")
_NO_TITLE_AFTER = re.compile("^(?:如下|予以|已经|已于|[由共全包]|主要|进行|中|的(?:编制|要求|有关))")
_FALSE_FRIEND = re.compile(  # a look-ahead spares agencies in whose names such a word stands
    "解读|图解|图文(?!中心)|图说|一图|长图|图片|漫画|动漫|视频(?!监控|中心)|音频|H5|通知|通报|制度|办法|方案|规定|规程|"
    "上半年|下半年|半年|季度|月份|月报|数据统计|统计数据|统计表$|年度?报表|指南|目录|法治政府|依法行政|工作总结|部署|"
    "培训(?!中心|学校|学院|基地)|会议(?!中心|展览|服务)|召开|举办|模板|样式|格式|范本|样本|要点|意见箱|意见建议|征求|公示|"
    "编制说明|填报|评估(?!中心|院)|考核(?!办|委|中心)|问卷|政策问答",
    re.IGNORECASE,
)
_OTHER_PAPER = re.compile(
    r"(?:上半年|下半年|半年|季度|\d月份?).{0,24}(?:统计|报告|报表|数据|情况)|法治政府建设.{0,24}(?:报告|情况)|网站.{0,12}年度?报表|"
    r"年度报告.{0,24}(?:制度|通知|办法|格式|模板|要求)|(?:信息|政务)公开.{0,16}(?:统计数据|数据统计|统计报?表|工作总结|工作要点)|"
    r"企业年报|(?:关于|印发).{0,40}年度报告.{0,12}通知"
)
_TELLING = re.compile("解读|图解|图文|通知|制度|格式|模板|半年|季度|法治|报表|总结|统计|要点|部署|一图")
_ABOUT_REPORTS = re.compile(
    rf"(?:{_FALSE_FRIEND.pattern}).*(?:年报|报告|公开)|(?:年报|报告|公开).*(?:{_FALSE_FRIEND.pattern})"
)
_BODY = re.compile("[一1]、|本报告|根据")
_LONGEST_NAME = 80
_STEPS = re.compile(r"[>›»＞]")
_SENTENCE = re.compile(r".{12}.*。", re.DOTALL)


class _Names(NamedTuple):
    """How the titles of a series are known. Where `spares_own`, its own words are those of no other paper."""

    core: re.Pattern[str]
    spares_own: bool


_DISCLOSURE = _Names(_CORE, spares_own=False)


@dataclass(frozen=True, slots=True)
class Title:
    """The name of a report with what it says of agency and year. `end` is the index of the line after it.

    `start` is its first line, `is_false` says that the name is that of something about a report.
    """

    text: str
    agency: str | None
    year: int | None
    end: int
    start: int = 0
    is_false: bool = False


class _Line(NamedTuple):
    """A line at the top with words: its index, the words without white space, the elements around it."""

    number: int
    text: str
    path: tuple[int, ...]


@cache
def _load_names(series: str | None) -> _Names:
    """Return how the titles of a series are known; None is the report on disclosure."""
    if series is None:
        return _DISCLOSURE
    # The year of such a title stands before its words or behind them.
    return _Names(re.compile(rf"(?:{load_series()[series].title_pattern().pattern})(?P<year>(?!))?"), spares_own=True)


def is_about_report(text: str, series: str | None = None) -> bool:
    """Whether a text names something about an annual report: an explanation, a notice, a picture of it.

    >>> is_about_report("2020年政府信息公开工作年度报告解读"), is_about_report("2020年政府信息公开工作年度报告")
    (True, False)
    >>> is_about_report("某区会议中心2020年政府信息公开工作年度报告")
    False
    """
    packed, names = _pack(text[:_LONGEST_TITLE]), _load_names(series)
    match = _find_core(packed, names)
    return match is not None and _is_false(match, names)


def parse_title(text: str, series: str | None = None) -> Title | None:
    """Return what the name of a report says, None where a text is no such name.

    >>> parse_title("某街道2020年政府信息公开工作年度报告").agency
    '某街道'
    >>> parse_title("2019年某镇政府信息公開工作年度報告（圖解）").is_false
    True
    """
    packed = _pack(text[:_LONGEST_TITLE])
    return _read_title(packed, _load_names(series), 0)


def _read_title(packed: str, names: _Names, end: int, start: int = 0) -> Title | None:
    match = _find_core(packed, names)
    if match is None or "," in match.string or "，" in packed or ":" in match.string:
        return None
    before, after = _around(match)
    if _NO_TITLE_BEFORE.search(before) or _NO_TITLE_AFTER.match(after):
        return None
    year = _find_year(before, match["year"], after)
    return Title(packed, _find_agency(before, after), year, end, start, _is_false(match, names))


def _pack(text: str) -> str:
    return "".join(clean_line(text).split())


def _find_core(packed: str, names: _Names) -> re.Match[str] | None:
    """Return where a text, white space out, has the words of the report; the match is in the folded text."""
    if names is not _DISCLOSURE:
        return names.core.search(fold(packed))
    if not ("公" in packed or "政府信息" in packed) or not ("报" in packed or "報" in packed):
        return None
    return _CORE.search(fold(packed))


def _around(match: re.Match[str]) -> tuple[str, str]:
    """Return what stands before and behind the words of the report; 人民政府信息公开 has its 政府 twice."""
    before = match.string[: match.start()]
    if before.endswith("人民") and match[0].startswith("政府"):
        before += "政府"
    return before, match.string[match.end() :]


def _find_year(before: str, within: str | None, after: str) -> int | None:
    years = [found["year"] for found in _YEAR.finditer(before)]
    if within:
        years.append(parsed["year"] if (parsed := _YEAR.search(within)) else within)
    if not years and (behind := _YEAR.search(after[:12])):
        years.append(behind["year"])
    return parse_year(years[-1]) if years else None


def _find_agency(before: str, after: str) -> str | None:
    """Return what is left of a title when the year and the words of the report are gone."""
    name = _LABEL_BEFORE.sub("", _YEAR.sub("", _STEPS.split(before)[-1])).strip(_QUOTES)
    name = name.removesuffix("关于").removeprefix("关于").strip(_QUOTES).removesuffix("的")
    if is_agency(name):
        return name
    bracketed = _BRACKETED.search(_YEAR.sub("", after).lstrip(_QUOTES[:8]))
    if bracketed and is_agency(bracketed[1]):
        return bracketed[1]
    return None


def _is_false(match: re.Match[str], names: _Names) -> bool:
    """Whether a name is of something about reports."""
    return _FALSE_FRIEND.search(_spare(match.string, names)) is not None


def _spare(folded: str, names: _Names) -> str:
    """Return a text without the words that are the report's own, though another paper may have them."""
    return names.core.sub(" ", folded) if names.spares_own else folded


def find_title(document: Document, lines: Sequence[TextLine], options: Options) -> tuple[Title | None, bool]:
    """Return the best name of the report, and whether the document is something else that only names one.

    The best names agency and year, in the fewest lines. What is in the page's own data counts where no line does
    better; where it is the same name, the line tells where the text begins.
    """
    names = _load_names(options.series)
    top = _top_lines(lines, options)
    printed = list(_iter_titles(top, names, options))
    named = [title for text in _own_names(document, names) if (title := parse_title(text, options.series))]
    best = _choose((*_above_words(printed, lines), *named))
    if best is not None and best.end == 0 and (line := _find_line_of(best, printed)):
        best = replace(best, start=line.start, end=line.end)
    is_other = _is_named_otherwise(document, best, names) or _stands_under_another(lines, top, best, names)
    return best, is_other or (best is not None and best.is_false)


def _above_words(printed: Sequence[Title], lines: Sequence[TextLine]) -> Iterator[Title]:
    """Yield the titles with no sentence between the first name of a report and them: below stand related links."""
    first = min((title for title in printed if not title.is_false), key=lambda title: title.start, default=None)
    for title in printed:
        if first is None or title.start < first.end or not _has_sentence(lines[first.end : title.start]):
            yield title


def _choose(titles: Sequence[Title]) -> Title | None:
    """Return the first of those that say the most.

    The name of something about a report is the document's own only if it says more than any other.
    """
    true = max((title for title in titles if not title.is_false), key=_rank, default=None)
    false = max((title for title in titles if title.is_false), key=_rank, default=None)
    if true is None or false is None:
        return true or false
    return true if _rank(true) >= _rank(false) else false


def _has_sentence(lines: Sequence[TextLine]) -> bool:
    return any(_SENTENCE.match(line.text) for line in lines)


def _rank(title: Title) -> tuple[int, bool]:
    return (title.agency is not None) + (title.year is not None), title.end > 0


def _find_line_of(named: Title, printed: Sequence[Title]) -> Title | None:
    """Return the printed title that says the same with less, or nothing else."""
    return next((line for line in printed if line.year in {None, named.year} and line.is_false == named.is_false), None)


def _top_lines(lines: Sequence[TextLine], options: Options) -> list[_Line]:
    """Return the first lines with words that are no links and of the document itself."""
    top: list[_Line] = []
    for number, line in enumerate(lines):
        if line.outside or line.link_share > options.max_link_share or not line.text or line.text.isspace():
            continue
        if packed := "".join(line.text[:_LONGEST_TITLE].split()).strip("#*|"):
            top.append(_Line(number, packed, line.path))
            if len(top) == options.title_lines:
                break
    return top


def _iter_titles(top: Sequence[_Line], names: _Names, options: Options) -> Iterator[Title]:
    """Yield every title at the top, alone in a line before those broken over several."""
    is_any = names is not _DISCLOSURE
    ends = [place for place, line in enumerate(top) if is_any or "报" in line.text or "報" in line.text]
    for pieces in range(1, options.max_title_pieces + 1):
        starts = sorted({start for end in ends for start in range(end - pieces + 1, end + 1)})
        for start in starts:
            window = top[max(0, start) : start + pieces]
            if start >= 0 and len(window) == pieces and _hang_together(window, options):
                joined = "".join([line.text for line in window])
                if title := _read_title(joined, names, window[-1].number + 1, window[0].number):
                    yield title


def _hang_together(window: Sequence[_Line], options: Options) -> bool:
    """Whether lines may be one title: short, no sentence, and none in another part of the page than the others."""
    if sum(len(line.text) for line in window) > options.max_title_length or window[-1].text[-1] in "。；;，,：:":
        return False
    if any(line.text[-1] in "。；;：:>" or _STEPS.search(line.text) for line in window[:-1]):
        return False
    first, last = window[0].path, window[-1].path
    common = next((place for place, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), None)
    return common is None or common >= max(len(first), len(last)) - 1


def _own_names(document: Document, series: _Names) -> list[str]:
    """Return how the page's own data call it, the site's name behind it left off."""
    names = [document.find_meta("articletitle") or ""]
    if document.title:
        names.extend(_segments(document.title, series))
    return [name for name in names if name]


def _segments(title: str, names: _Names) -> list[str]:
    """Return the part of a page's title that names a report, or what is nearest to that: its first part."""
    parts = [part.strip() for part in _SITE_BEHIND.split(title[:_LONGEST_TITLE]) if part.strip()]
    telling = [part for part in parts if _find_core(_pack(part), names)]
    return telling[:1] or parts[:1]


def _is_named_otherwise(document: Document, title: Title | None, names: _Names) -> bool:
    """Whether the page's own name is that of something about a report, or of another paper."""
    for name in _own_names(document, names):
        packed = fold(_pack(name[:_LONGEST_TITLE]))
        match = _find_core(packed, names)
        is_friend = _is_false(match, names) if match else title is None and _ABOUT_REPORTS.search(packed) is not None
        if is_friend or _OTHER_PAPER.search(_spare(packed, names)):
            return True
    return False


def _stands_under_another(lines: Sequence[TextLine], top: Sequence[_Line], title: Title | None, names: _Names) -> bool:
    """Whether the document begins as another paper: its name stands above, and sentences between it and the title.

    In a menu such names stand too, but no sentence follows them there.
    """
    until = title.start if title is not None and title.end else len(lines)
    for line in top:
        if line.number >= until or len(line.text) > _LONGEST_NAME or _BODY.match(line.text):
            return False
        if _is_other_paper(line.text, names):
            return _has_sentence(lines[line.number + 1 : min(until, line.number + 1 + len(top))])
    return False


def _is_other_paper(text: str, names: _Names) -> bool:
    folded = _spare(fold(text), names)
    if not _TELLING.search(folded) or text[-1] in "。；;":
        return False
    match = _find_core(text, names)
    return (match is not None and "，" not in text and _is_false(match, names)) or _OTHER_PAPER.search(
        folded
    ) is not None
