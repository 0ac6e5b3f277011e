"""What a report says of itself: the period of its figures, the year it is about, how many parts it has.

Each is checked only where the words plainly say it; where signs are lost between digits, nothing is held against it.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from parsers.dates import YEAR, fold, parse_year
from parsers.numerals import parse_number
from parsers.report import Check, CheckStatus, Origin, Report

_Y = r"(?:19|20)\d\d"
_NAMED = re.compile(
    r"(?:统计(?:的)?(?:数据)?(?:的)?(?:起止)?(?:期限|时限|期间|时间|周期|区间|年限)(?:范围)?"
    r"|数据(?:的)?(?:统计)?(?:起止)?(?:时间|期限|时限|区间)(?:范围)?|报告(?:的)?(?:时间|期限|时限|周期)(?:范围)?|核定时间点?)"
    r"(?P<between>[^\d。；;]{0,12})(?P<said>\d[^。；;]{0,50})"
)
_MAY_NAME = re.compile("[期时時]限|核定|[计計据據告](?:的|起止|[数數]据){0,2}[时時期周週区區年]")
_SPAN = re.compile(
    rf"(?P<y>{_Y})[年./-](?P<m>\d{{1,2}})[月./-](?:份|(?P<d>\d{{1,2}})[日号]?)?(?:零时|0时)?(?:起|始|开始)?,?(?:至|到|[-—–~～]+)"
    rf"(?:(?P<y2>{_Y})[年./-]|同年|当年)?(?P<m2>\d{{1,2}})(?:[月./-](?P<d2>\d{{1,2}})?|月)"
)
_ONE_DAY = re.compile(rf"(?P<y>{_Y})[年./-](?P<m>\d{{1,2}})[月./-](?P<d>\d{{1,2}})[日号]?(?![至到—–~～-])")
_WHOLE_YEAR = re.compile(rf"(?P<y>{_Y})年?(?:度|全年|整年)?(?=[，,)）]|$)")
_ENDS = re.compile("核定|截[至止]")

_TITLES = re.compile(r"《[^《》]{0,80}》|〔[^〔〕]{0,6}〕")
_ANNOUNCED = re.compile(
    rf"现(?:将|就|把|公布|发布|向[^,，。；;]{{2,20}}?(?:作|报告|公布))[^,，。；;:]{{0,40}}?(?P<year>{YEAR})年"
    r"(?![^,，。；;]{0,4}(?:修订|修正|条例))"
)
_MAY_ANNOUNCE = re.compile("[现現][将將就把公发發向]")
_LONGEST = 200
"""The letters within which a sentence that announces what it reports on names the year."""
_OPENS = re.compile(
    rf"(?P<year>{YEAR})年(?:度(?:以来)?)?(?=[，,]|[我本全]|[一-鿿]{{2,8}}(?:街道|镇|乡|区|县|市|局|委|办))(?![^，,。]{{0,6}}以来)"
)
_PLANS = re.compile("将|计划|下一步|打算|力争|拟")
_QUOTED = 30
"""The letters of a first sentence that are quoted to show its year."""
_MIN_SENTENCE = 26
"""The letters that a line without a full stop has at least to be a sentence, and no heading."""

_PARTS = re.compile(
    r"(?:全文|报告|内容|共|由|分|包括|包含)[^。；;]{0,260}?(?<!第)(?P<n>[一二两三四五六七八九十]{1,2}|\d{1,2})(?:个|大)?部[分份]"
    r"(?:内容)?(?=组成|构成|[。，,：:；;(（]|$)"
)


_FEWEST_PARTS = 3
"""The fewest parts that a report is said to have; 一部分 is a share of something."""
_OFFICIAL = 6
_FORMS = frozenset({"2019", "2021"})
_DECEMBER = (12, 31)


class _Day(NamedTuple):
    year: int
    month: int
    day: int


class _Said(NamedTuple):
    """What a place of the report says of it: `value` is a year, or how many parts."""

    where: str
    value: int
    words: str


def check_statements(report: Report) -> tuple[Check, ...]:
    """Return the checks of the period, the year and the parts that a report states; none of what it does not state."""
    return (*_check_period(report), *_check_year(report), *_check_parts(report))


def _check_period(report: Report) -> Iterator[Check]:
    """Compare the stated period with the whole of the report's year."""
    found = next(_iter_periods(report), None)
    if found is None:
        return
    where, words, start, end = found
    year = report.year
    status: CheckStatus
    if end is None or year is None:
        status, verdict = "unknown", "which days are meant cannot be told"
    elif start in {None, _Day(year, 1, 1)} and end == _Day(year, *_DECEMBER):
        status, verdict = "pass", f"the whole of {year}"
    else:
        status, verdict = "fail", f"not the whole of {year}"
    yield Check(
        "report.period",
        where,
        status,
        end.year if end else None,
        year,
        f"the period is stated as 「{words}」: {verdict}",
        "soft",
        "unknown" if status == "unknown" else "report",
    )


def _iter_periods(report: Report) -> Iterator[tuple[str, str, _Day | None, _Day | None]]:
    """Yield each stated period with its place and words; no end where signs are lost, no start where unsaid."""
    for where, text in iter_texts(report):
        if not _MAY_NAME.search(text):
            continue
        for match in _NAMED.finditer(_pack(text)):
            said, words = match["said"], match[0]
            if span := _SPAN.match(said):
                start = _Day(int(span["y"]), int(span["m"]), int(span["d"] or 1))
                yield where, words[: -len(said) or None] + span[0], start, _end_of(span)
            elif whole := _WHOLE_YEAR.match(said):
                year = int(whole["y"])
                yield where, words[: -len(said)] + whole[0], _Day(year, 1, 1), _Day(year, *_DECEMBER)
            elif (day := _ONE_DAY.match(said)) and _ENDS.search(words[: -len(said)]):
                yield where, words[: -len(said)] + day[0], None, _Day(int(day["y"]), int(day["m"]), int(day["d"]))
            elif re.match(_Y, said):
                yield where, words, None, None


def _end_of(span: re.Match[str]) -> _Day:
    month = int(span["m2"])
    day = int(span["d2"]) if span["d2"] else _DECEMBER[1] if month == _DECEMBER[0] else 0
    return _Day(int(span["y2"] or span["y"]), month, day)


def _check_year(report: Report) -> Iterator[Check]:
    """Compare the years of which the opening words say that they report on them with the report's year."""
    if report.year is None:
        return
    said = [*_iter_announced(report), *_iter_openings(report)]
    if not said:
        return
    wrong = next((one for one in said if one.value != report.year), None)
    where, year, words = wrong or said[0]
    text = f"the report is of {report.year}, its words begin 「{words}」"
    status: CheckStatus = "fail" if wrong else "pass"
    yield Check("report.year", where, status, year, report.year, text, "soft", "report")


def _iter_announced(report: Report) -> Iterator[_Said]:
    """Yield the years on which the words before the first heading, or the overview, announce to report."""
    for where, text in iter_texts(report):
        if where in {"preamble", "overview"}:
            for place in _MAY_ANNOUNCE.finditer(text):
                words = _TITLES.sub("", _pack(text[place.start() : place.start() + _LONGEST]))
                if (match := _ANNOUNCED.match(words)) and (year := parse_year(match["year"])) is not None:
                    yield _Said(where, year, match[0])


def _iter_openings(report: Report) -> Iterator[_Said]:
    """Yield the year with which the overview begins; none where its first paragraph names the report's own too."""
    overview = next((section.text for section in report.sections if section.key == "overview"), "")
    paragraph = next((line for line in overview.split("\n") if "。" in line or len(line) >= _MIN_SENTENCE), "")
    packed = _TITLES.sub("", _pack(paragraph))
    first = packed.split("。")[0]
    if (match := _OPENS.match(first)) and not _PLANS.search(first):
        year = parse_year(match["year"])
        if year is not None and (year == report.year or f"{report.year}年" not in packed):
            yield _Said("overview", year, first[:_QUOTED])


def _check_parts(report: Report) -> Iterator[Check]:
    """Compare how many parts a report says it has with the headings that stand."""
    match = _PARTS.search(_pack(report.preamble)) if "部" in report.preamble else None
    count = parse_number(match["n"]) if match else None
    if match is None or not isinstance(count, int) or count < _FEWEST_PARTS or not report.sections:
        return
    stand = len(report.sections)
    keys = {section.key for section in report.sections} - {None}
    status: CheckStatus = "pass" if count == stand else "fail"
    if status == "fail" and (len(keys) < _OFFICIAL or report.form not in _FORMS):
        status = "unknown"
    text = f"it says that it has {count} parts (「…{match[0][-20:]}」), {stand} headings stand"
    origin: Origin = "unknown" if status == "unknown" else "report"
    yield Check("report.parts", "preamble", status, count, stand, text, "soft", origin)


@lru_cache(maxsize=4)
def _pack(text: str) -> str:
    """Return a text folded, without its white space."""
    return "".join(fold(text).split())


def iter_texts(report: Report) -> Iterator[tuple[str, str]]:
    """Yield the report's words with where they stand: `preamble`, a section's key, or its heading where it has none."""
    yield "preamble", report.preamble
    for section in report.sections:
        yield section.key or section.heading, section.text
