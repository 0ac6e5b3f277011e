"""Names of agencies: what is one, who signs a report, who is said to have written it."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal

from parsers.chrome import is_chrome
from parsers.dates import YEAR, fold, parse_lone_date, split_signature
from parsers.divisions import load_places
from parsers.document import TextLine
from parsers.options import Options

_SHORTEST = 2
_LONGEST = 40
_END = re.compile(
    "(?:街道办事处|地区办事处|办事处|街道办|街道|街办|街|人民政府|镇政府|乡政府|镇|乡|苏木|管理委员会|管委会|委员会|委|局|办公室|"
    "厅|中心|队|站|所|院|馆|园|社|会|部|处|公司|集团|场|政府|市|区|县|旗|部门)$"
)
_SURE_END = re.compile(
    "(?:街道办事处|地区办事处|办事处|街道办|街道|街办|人民政府|镇政府|乡政府|镇|乡|苏木|管理委员会|管委会|委员会|局|办公室|厅|"
    "支队|大队|总队|分局|管理处|管理站|服务中心|管理中心|事务中心|区政府|县政府|市政府)$"
)
_ANY = (
    "(?:本|我|各|该|全|其他|有关|相关|[省区市县]级|[省区市县]直|直属|派出|基层|镇街|街镇|街道|街|乡镇|镇|乡|区|县|市|旗|党政|综合|"
    "办事处|办公室|办|局|党工委|委员会|委|机关|单位|部门|机构|科|室|园区|社区|政府部门)"
)
_NOBODY = re.compile(f"{_ANY}++(?:[、和及与]{_ANY}++)?(?:中心)?|(?:人民)?政府|中心")
_NO_NAME = re.compile(
    r"[（()：:，。；;、!！?？\d|/<>《》“”]|^(?:返回|关于|加强|做好|推进|首页|下载|打印|关闭|网站|联系|友情|第|无|暂)"
)
_INSIDE = re.compile(
    "(?:党政办公室|党政综合办公室|党政综合办|党政办|综合办公室|政务公开办公室|政务公开办|信息公开办公室)$"
)
_WRITTEN_BY = re.compile(
    r"(?:本?报告)?由(?P<agency>[^，。、；：:,()（）《》\s]{2,40}?)(?:负责)?"
    r"(?:(?:根据|按照|依据|依照|结合|组织)[^。；]{0,60}?)?(?:编制|编写|撰写|起草)"
)
_REPORTS_ON = re.compile(
    rf"(?:公布|现将|现就|发布|汇报|公开)(?P<agency>[^，。；：:,()（）《》]{{2,40}}?)(?P<year>{YEAR})年?度?的?(?:政府|政务)?(?:信息)?公开"
)
_ASK = re.compile(
    r"(?:请与|可与|[请可](?:直接)?联系|联系(?:单位|部门)[:：])(?P<agency>[^，。；：:,()（）《》\s]{3,40}?)(?:联系|\(|，|。|,|$)"
)

AgencyLevel = Literal["ministry", "province", "prefecture", "county", "township", "department"]
"""What an agency is by its name: a 国务院部门, a government of one of four levels, or a department of any."""

_OFFICE_OF_GOVERNMENT = re.compile("(?<=政府)(?:办公室|办公厅|办)$")
_TOWNSHIP = re.compile("(?:街道办事处|地区办事处|办事处|街道办|街道|街办|街|镇|乡|苏木)(?:人民政府|政府)?$")
_MINISTRY = re.compile(
    "中华人民共和国[^省市州县区旗]{2,14}(?:部|委员会|总署|署|行)|国家[^省市州县区旗]{2,12}(?:局|委员会|署)"
)
_PROVINCE = re.compile(
    "[^省市州县区旗]{2,8}(?:省|自治区)(?:人民政府|政府)?$|(?:北京|上海|天津|重庆)市(?:人民政府|政府)?$"
)
_PREFECTURE = re.compile("自治州(?:人民政府|政府)?$|州(?:人民政府|政府)$")
_COUNTY = re.compile("(?:(?<!自治)区|县|旗)(?:人民政府|政府)$|[^省市州县区旗]{1,8}(?:区|县|旗)$")
_CITY = re.compile("^(?P<city>.+市)(?:人民政府|政府)?$")


def is_agency(text: str) -> bool:
    """Whether a text ends as agencies' names do and is more than the word for one.

    >>> is_agency("某某街道"), is_agency("街道办事处"), is_agency("某某"), is_agency("区政府办公室")
    (True, False, False, True)
    """
    return _SHORTEST <= len(text) <= _LONGEST and _END.search(text) is not None and (_NOBODY.fullmatch(text) is None)


def is_sure_agency(text: str) -> bool:
    """Whether a text that stands alone is an agency and nothing else: a signature, a step of the way to a page.

    >>> is_sure_agency("某某街道"), is_sure_agency("返回顶部"), is_sure_agency("部门街道"), is_sure_agency("队伍建设")
    (True, False, False, False)
    """
    return is_agency(text) and _SURE_END.search(text) is not None and _NO_NAME.search(text) is None


def find_signature(lines: Sequence[TextLine], options: Options) -> tuple[str | None, tuple[date, ...]]:
    """Return who signs at the end of a report, alone in a line or with the day, and the days that stand there."""
    agency: str | None = None
    days: list[date] = []
    for text in _last_lines(lines, options):
        if day := parse_lone_date(text):
            days.append(day)
            continue
        name, day = split_signature(text)
        name = "".join(fold(name).split()) if len(name) <= 2 * _LONGEST else ""
        if agency is None and is_sure_agency(name):
            agency = name
            days.extend([day] if day else [])
    return agency, tuple(days)


def _last_lines(lines: Sequence[TextLine], options: Options) -> Iterator[str]:
    """Yield the last lines with words, the very last first; the page's own are passed over."""
    found = 0
    for line in reversed(lines[-options.foot_lines :]):
        if line.text and not line.text.isspace() and not is_chrome(line, options):
            text = line.text.strip()
            yield text if len(text) <= options.max_label_length else ""
            found += 1
            if found == options.signature_lines:
                return


def find_author(text: str) -> str | None:
    """Return the agency that a sentence names as the one that wrote the report, or that answers for it.

    >>> find_author("本报告由某某街道办事处根据条例编制。"), find_author("请与某某街道党政办联系（电话：1）。")
    ('某某街道办事处', '某某街道')
    >>> find_author("现将某某街道2020年度政府信息公开工作情况报告如下"), find_author("本报告由街道编制")
    ('某某街道', None)
    """
    packed = "".join(fold(text).split())
    for pattern in (_WRITTEN_BY, _REPORTS_ON, _ASK):
        if match := pattern.search(packed):
            name = _INSIDE.sub("", match["agency"])
            if is_sure_agency(name) and not name.startswith(("本", "我", "全")):
                return name
    return None


def find_level(agency: str | None) -> AgencyLevel | None:
    """Return what an agency is by its name, None where the name does not tell.

    >>> find_level("青石区白杨街道办事处"), find_level("青石区人民政府"), find_level("青石区民政局")
    ('township', 'county', 'department')
    >>> find_level("淮安市人民政府办公室"), find_level("昆山市人民政府"), find_level("某某市人民政府")
    ('prefecture', 'county', None)
    >>> find_level("浙江省杭州市人民政府"), find_level("湖北省恩施州利川市人民政府"), find_level("恩施州人民政府")
    ('prefecture', 'county', 'prefecture')
    """
    if agency is None:
        return None
    name = _OFFICE_OF_GOVERNMENT.sub("", "".join(agency.split()))
    patterns: tuple[tuple[re.Pattern[str], AgencyLevel], ...] = (
        (_TOWNSHIP, "township"), (_PROVINCE, "province"), (_PREFECTURE, "prefecture"), (_COUNTY, "county"),
    )  # fmt: skip
    for pattern, level in patterns:
        if pattern.search(name):
            return level
    if match := _CITY.search(name):
        return _level_of_city(match["city"])
    if _MINISTRY.fullmatch(name):
        return "ministry"
    return "department" if is_sure_agency(name) and not name.startswith(("国家", "国务院", "中国", "中华")) else None


def _level_of_city(city: str) -> AgencyLevel | None:
    """Return the level of a city, whatever stands before its name; None where the table has it at several or nowhere.

    Many a city has 州, 县 or 市 in its name: the longest end of the text that is a place is the city.
    """
    endings = (city[start:] for start in range(len(city)))
    places = next((found for ending in endings if (found := load_places().get(ending))), ())
    levels: set[AgencyLevel] = {"prefecture" if place.code.endswith("00") else "county" for place in places}
    return levels.pop() if len(levels) == 1 else None
