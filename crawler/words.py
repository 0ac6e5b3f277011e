"""What a link is, by its words: a report, a list of reports, a folder of one, a page on the way, or nothing.

All texts are compared after NFKC with white space out. Nothing here knows a host or a CMS: what differs
from site to site is data in the tables of this module. The words of other yearly reports are in `series`.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from crawler.series import find_title, is_column, load_series_words, spare_titles

COLUMN_TEXT_LIMIT = 24
"""Names of columns are short; a longer text with the same words is a piece of news."""

TITLE_LIMIT = 120
"""No title is longer; what is longer is a paragraph inside a link."""

LEAST_CUT = 6
"""A title that a list has cut off keeps at least so many letters; with fewer it is a link to more."""

ROW_ROOM = 40
"""So many characters stand in the row of an article beside its title: a number, a day, a source."""

ANNUAL_COLUMN = 100
"""Score of a column of annual reports; from `LIKELY_COLUMN` on a link is taken for one."""

LIKELY_COLUMN = 90

_YEAR = r"(?:(?:19|20)\d{2}|二[〇○0零OoО]?[〇○0零OoО一二三四五六七八九]{2,3})"
_YEAR_RUN = re.compile(_YEAR + r"(?:[-—~至、]" + _YEAR + r")?(?:年度?|\.|(?=政|信|度|$))?度?的?")
_HAS_YEAR = re.compile(_YEAR)
_AGENCY_END = (
    r"(?:街道|街道办|街道办事处|地区办事处|办事处|街办|镇|乡|苏木|人民政府|区政府|县政府|市政府|局|委|委员会|办|办公室|"
    r"管委会|管理委员会|中心|分局|支队|大队|总队|院|馆|站|处|联合会|总会|联社|公司|农场|林场|"
    r"地区|开发区|园区|(?<!步行)(?<!大)街|(?:宣传|组织|统战|武装)部|妇联|残联|工商联|红十字会)"
)
_REPORT_CORE = re.compile(
    r"(?:信息公开|政务公开|政府公开|信息公布)(?:和政务公开|与政务公开)?(?:工作)?(?:情况)?的?"
    r"(?P<yearly>年度?)?(?:工作)?(?:情况)?的?(?P<noun>总?报告|年报)(?P<rest>.*)$"
)
# What may follow the name of a report: brackets, a quotation's end, a file's ending, a date, a cut.
_FILLER = "(?:关于|公布|发布|《|政府|年|度|的)"
_BEFORE_REPORT = re.compile(rf"{_FILLER}*+[(].*[)]{_FILLER}*+$|{_FILLER}++$")
_AFTER_REPORT = re.compile(r"(?:$|[(\[【》」.…_|—:：-]|\d|全文|正文|附件|附表|的公告|公告)")

# Look-alikes, each seen in a column of annual reports or beside one (domain.md §2.2, variations.md §7).
# A look-ahead keeps agencies whose names hold such a word: 财政局, 会议中心.
_NO_REPORT = re.compile(
    r"解读|图解|图文|图片|长图|一图|漫画|动漫|视频|音频|H5|"  # pictures and explanations of a report
    r"通知|印发|转发|制度|办法|规定|指南|规程|要求|模板|格式|样式|范本|样表|申请表|"  # how to write one
    r"上半年|下半年|半年|季度|\d月份|(?<!\d)\d{1,2}月(?!\d)|[一二三四五六七八九十]月份|月报|"  # other periods
    r"数据统计|统计数据|报表|统计年鉴|统计年报|"  # other forms
    r"法治政府|法治建设|依法行政|政府网站|网站工作|工作总结|工作要点|政府工作报告|企业年报|"  # other reports
    r"财政(?!局|所|厅|分局)|预算|决算|"
    r"部署|培训(?!中心|学校)|推进会|座谈会|动员会|调度会|会议(?!中心)|召开|举办|开展|"  # news
    r"社会评议|评议结果|评估(?!中心|院)|测评|评价(?!中心)|检查情况|自查|"
    r"(?:工作|公开|培训|实施|年度)计划|方案|说明(?!会)|清单|公报|季报|预案|党务公开|厂务公开|村务公开|警务公开|双随机|双公示|编制(?!委|办|管理)|编报|填报|报送|"
    r"申请(?:情况)?统计|行政执法年度|行政执法(?:工作)?(?:情况)?(?:年度)?报告|企业信息|国有企业|国企|"
    r"督查(?!室)|督导|考核(?!办)|通报|征集|意见|问卷|招聘",
    re.IGNORECASE,
)

_ANNUAL_NAME = re.compile(
    r".{0,14}?(?:信息公开|政务公开|政府公开|公开).{0,6}?(?:年报|年度报告|年度工作报告)"
    r"(?:公开|公示|专[栏题区]|栏目|列表|汇总|目录|查询|展示|集中展示|平台|[(](?:[^()]|[(][^()]{0,8}[)]){1,12}[)]|[\d年度至—~>-])*"
)
_BARE_ANNUAL_NAME = re.compile(
    r"(?:历年|往年|历史|各年度?|本级|各|及|和|、|部门|街道|乡镇|镇街|街镇|镇|乡|单位|区级|县级|市级|区直|公开|信息|工作|政务|政府|区政府){0,5}"
    r"(?:年报|年度报告)(?:公开|公示|专栏|列表|汇总|集中展示|[(].{1,12}[)])?"
)
_WAY_NAMES = (
    (re.compile(r"(?:政府信息公开|政府信息公开(?:专栏|平台|栏目|专题|网))"), 60),
    (re.compile(r"(?:信息公开|政务信息公开|信息公开(?:专栏|平台|栏目|专题|网))"), 55),
    (re.compile(r"(?:政务公开|政府公开|政务公开(?:专栏|平台|栏目|专题|网))"), 50),
    (re.compile(r".{2,8}(?:政府信息公开|信息公开|政务公开)(?:专栏|平台|栏目)?"), 45),
    (re.compile(r"(?:政府|政务)?信息公开(?:目录|内容)|公开目录"), 45),
    (re.compile(r"(?:法定)?主动公开(?:内容|目录|信息|基本目录)?"), 40),
)
_DIRECTORY_NAME = re.compile(
    r".{0,6}(?:部门|街道|乡镇|镇街|街镇|单位|机构|各镇|派出机构).{0,6}?(?:公开|目录|导航|年报|年度报告)?.{0,4}"
)
_DIRECTORY_SCORE = 35
_SITES_NAME = re.compile(
    r"(?:[各区县]|[区县]直|驻区)?(?:部门|街道|乡镇|镇街|街镇|镇乡|及|和|、|/)+(?:之窗|频道|网站|导航|站群|子站|子网站|网站群|风采|园地|门户|专栏|专区|平台|政务)?"
)
_SITES_SCORE = 14
"""Where agencies have small sites of their own. Not much is lost if it is a page of something else."""

_ANNUAL_PATH = re.compile(
    r"(?:^|[_-])(?:zf|gk|xx|zw|bm|jd|qz|xz)*(?:gknb|ndbg|xxgknb|zfxxgknb|gzndbg|gkndbg|nbgk|xxgkndbg)(?:[_-]?\d*)$|annual_?report",
    re.IGNORECASE,
)
_WIDE_WORDS = re.compile(r"公开|政务|年报|年度报告|网站地图|站点地图|导航|^(?:通知|公示|公告)+(?:栏|信息)?$")
_WIDE_PATH = re.compile(r"zwgk|xxgk|gkml|gknb|ndbg|zwxx|zfxx|sitemap", re.IGNORECASE)
WIDE_BY_WORDS, WIDE_BY_PATH, WIDE_BY_LONG_WORDS = 8, 5, 2
"""Scores of links that only might have to do with disclosure."""

WIDE_TEXT_LIMIT = 12
"""Links with longer words are articles rather than columns."""

_YEAR_FOLDER = re.compile(_YEAR + r"(?:年度?)?(?:年报|部门|单位|街道|乡镇|镇街|各.{1,6})?")
_GROUP_FOLDER = re.compile(
    r"(?=.{2,16}$)(?=.*(?:部门|单位|机构|街道|街镇|镇街|乡|镇|区政府|县政府|市政府|委办局|园区|开发区|功能区|管委会))"
    r"(?:各|本|其他|全|[市区县](?!长|委)|[级直属驻省]|政府|人民政府|工作|组成|垂直?管理?|派出|双管|事业|直属|部门|单位|机构|街道|街镇|镇街|街|乡|镇|"
    r"办事处|委办局|园区|开发区|功能区|管委会|及|和|与|[、(),/]|公开|信息|年报|年度报告)+"
)
_AGENCY_FOLDER = re.compile(r"[\w·()、]{1,24}?" + _AGENCY_END)
_TOOL_WORDS = re.compile(r"阅读器|浏览器|插件|客户端|控件|帮助|使用说明|手册|APP|reader", re.IGNORECASE)
_ATTACHMENT_WORDS = re.compile(
    r"附件|附表|下载|全文|正文|原文|报告|年报|公开|表$|版$|查看|点击|\.(?:docx?|wps|pdf|xlsx?|et|ofd|rtf|zip|rar|7z|txt)\b|^(?:pdf|word|wps|ofd)",
    re.IGNORECASE,
)
_ENTRANCE = re.compile(
    r"(?:点击|请|欢迎)?进入.{0,16}|(?:网站)?首页|主页|(?:中文|简体|简体中文)(?:版|网站)?|.{2,20}(?:政府|门户)(?:门户)?(?:网站?)|"
    r"enter.{0,12}|home|index|skip",
    re.IGNORECASE,
)
_SHOW_WORDS = re.compile(
    r"(?:点击|点此|在线|立即|我要)?(?:查看|浏览|阅读|预览|打开|详情|下载|全文|正文|链接|访问)(?:详情|详细|全文|正文|原文|内容|更多|附件|下载)?",
)
_SHOW_END = re.compile(
    r"(?:\s*(?:点击|点此|在线|立即|我要)?(?:查看|浏览|阅读|预览|打开|详情|下载|全文|正文|链接|访问)(?:详细|原文|内容|更多|附件)?)++\s*$"
)  # the words of `_SHOW_WORDS`, of which those that may stand alone are taken one way only
_ROW_CHAFF = re.compile(
    r"^\s*\d{1,4}\s+(?=\D)|\s*[\[(【(（]?(?:19|20)\d{2}\s?[-./年]\s?\d{1,2}\s?[-./月]\s?\d{1,2}\s?日?[\])】)）]?"
)
_REPORT_SIGNS = (
    re.compile(r"主动公开政府信息(?:的|工作)?情况|政府信息主动公开情况"),
    re.compile(r"收到和处理政府信息公开申请|依申请公开(?:政府信息)?(?:办理)?(?:情况)?"),
    re.compile(r"行政复议、?(?:提起)?(?:行政)?诉讼"),
    re.compile(r"存在的?(?:主要)?问题(?:及|和|与|、)"),
    re.compile(r"本年新收政府信息公开申请|其他需要报告的事项|需要说明的(?:其他)?事项"),
)
REPORT_SIGNS_NEEDED = 3
_DATE = re.compile(r"(?:19|20)\d{2}\s?[-./年]\s?\d{1,2}\s?[-./月]\s?\d{1,2}")


def plain(text: str) -> str:
    """Return a text as words are compared: NFKC, no white space, no bullets or arrows around it."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).strip("·•>»›<«‹|*-—[]【】◆■▪→")


def is_rejected(text: str) -> bool:
    """Whether the words name a look-alike: an explanation, a notice, a piece of news, another report."""
    return _NO_REPORT.search(spare_titles(plain(text))) is not None


def has_year(text: str) -> bool:
    """Whether a year is named, in digits or in Chinese."""
    return _HAS_YEAR.search(plain(text)) is not None


def has_date(text: str) -> bool:
    """Whether a row of a list shows a day, as rows of articles do and menus do not."""
    return _DATE.search(unicodedata.normalize("NFKC", text)) is not None


def is_dated_row(words: str, row: str) -> bool:
    """Whether a link stands in a row with a day and little else, and not in a table around half the page."""
    return len(row) <= len(words) + ROW_ROOM and has_date(row)


def find_agency(text: str) -> str | None:
    """Find what stands before the name of the report (an agency, or nothing); None if it names no report."""
    words = plain(text)
    if len(words) > TITLE_LIMIT or is_rejected(words):
        return None
    without_year = _YEAR_RUN.sub("", words)
    match = _REPORT_CORE.search(without_year)
    if not match or not (match["yearly"] or match["noun"] == "年报" or has_year(words)):
        match = find_title(without_year)
    if not match:
        return None
    rest = without_year[match.end() :] or (match.groupdict().get("rest") or "")
    if not _AFTER_REPORT.match(rest):
        return None
    before = _BEFORE_REPORT.sub("", without_year[: match.start()])
    behind = re.match(r"[(]([^)]+)[)]", rest)
    return before.removeprefix("关于").strip("《【(") or (behind[1] if behind else "")


def is_report_title(text: str) -> bool:
    """Whether the words are the title of one annual report: a year, or an agency without one."""
    agency = find_agency(text)
    if agency is None:
        return False
    if has_year(text):
        return True
    return re.search(_AGENCY_END + "$", agency) is not None and "年度报告" in plain(text)


def is_list_item(text: str) -> bool:
    """Whether, inside a column of annual reports, the words may be a report's: also cut or careless ones."""
    words = plain(text)
    if len(words) > TITLE_LIMIT or is_rejected(words):
        return False
    if find_agency(words):
        return True
    if not has_year(words):
        return False
    names_agency = is_agency(_YEAR_RUN.sub("", words).strip("()-_:"))
    is_named = re.search(r"年报|年度报告|信息公开|政务公开|公开报告|公开工作", words) is not None
    return names_agency or is_named or find_title(words) is not None


def is_other_file(words: str, row: str) -> bool:
    """Whether a file on a report's page is another page's: a reader to install, help, or a row of a list beside it."""
    if is_rejected(words) or _TOOL_WORDS.search(plain(words)):
        return True
    return is_dated_row(words, row) and not names_attachment(words)


def names_attachment(words: str) -> bool:
    """Whether the words of a link to a file are such as a report's own attachments have."""
    return not words or is_agency(words) or _ATTACHMENT_WORDS.search(plain(words)) is not None


def title_of_row(words: str, row: str) -> str:
    """Return the title of the report that stands in the row of a link called 查看, or nothing.

    >>> title_of_row("查看", "3 白杨街道2020年政府信息公开工作年度报告 2021-01-20 查看 下载")
    '白杨街道2020年政府信息公开工作年度报告'
    """
    if not row or not (words == "" or _SHOW_WORDS.fullmatch(plain(words))):
        return ""
    title = " ".join(_SHOW_END.sub("", _ROW_CHAFF.sub(" ", row)).split())
    return title if is_report_title(title) else ""


def is_row_of_agency(words: str, row: str) -> bool:
    """Whether a link called 查看 stands in a row that begins with an agency, as in a table of agencies and years."""
    if not (words == "" or _SHOW_WORDS.fullmatch(plain(words))) or is_rejected(row):
        return False
    return is_agency(_SHOW_WORDS.split(_ROW_CHAFF.sub(" ", row).strip(), maxsplit=1)[0].strip())


def is_entrance(text: str) -> bool:
    """Whether a link on a splash page leads into the site."""
    return _ENTRANCE.fullmatch(plain(text)) is not None


def is_cut_item(text: str) -> bool:
    """Whether, inside a column of annual reports, the words are the beginning of a title that the list has cut off."""
    squeezed = text.strip()
    return squeezed.endswith(("…", "...")) and len(plain(squeezed)) >= LEAST_CUT and not is_rejected(squeezed)


def is_particular(text: str) -> bool:
    """Whether the words name both an agency and a year: one certain report, never a folder of them."""
    return bool(find_agency(text)) and has_year(text)


def is_folder(text: str) -> bool:
    """Whether, inside a column of annual reports, the words name a folder: a year, a group, an agency."""
    words = plain(text)
    if is_rejected(words):
        return False
    return any(pattern.fullmatch(words) for pattern in (_YEAR_FOLDER, _GROUP_FOLDER, _AGENCY_FOLDER))


def is_agency(text: str) -> bool:
    """Whether the words are the name of an agency and nothing else."""
    return not is_rejected(text) and _AGENCY_FOLDER.fullmatch(plain(text)) is not None


def is_directory(text: str) -> bool:
    """Whether a page of that name lists agencies, each with its own disclosure pages."""
    return len(plain(text)) <= COLUMN_TEXT_LIMIT and _DIRECTORY_NAME.fullmatch(plain(text)) is not None


def column_score(text: str, url: str = "") -> int:
    """Say how likely a link leads to the reports: 100 the column itself, 0 not at all."""
    words = plain(text)
    if is_column(words):
        return ANNUAL_COLUMN
    if len(words) > COLUMN_TEXT_LIMIT or is_rejected(words):
        return 0
    if _ANNUAL_NAME.fullmatch(words):
        return ANNUAL_COLUMN
    if _is_annual_path(url):
        return ANNUAL_COLUMN - 5
    return LIKELY_COLUMN if _BARE_ANNUAL_NAME.fullmatch(words) else _way_score(words)


def _way_score(words: str) -> int:
    """Say how likely a page on the way is: a directory of disclosure, agencies' own sites, a usual name."""
    if "公开" in words and _DIRECTORY_NAME.fullmatch(words):
        return _DIRECTORY_SCORE
    if _SITES_NAME.fullmatch(words):
        return _SITES_SCORE
    return next((score for pattern, score in _WAY_NAMES if pattern.fullmatch(words)), 0)


def wide_score(text: str, url: str) -> int:
    """Say how likely a link has to do with disclosure at all, below every score of `column_score`; 0 not at all."""
    words = plain(text)
    if len(words) > COLUMN_TEXT_LIMIT or is_rejected(words):
        return 0
    if _WIDE_WORDS.search(words):
        return WIDE_BY_WORDS if len(words) <= WIDE_TEXT_LIMIT else WIDE_BY_LONG_WORDS
    return WIDE_BY_PATH if _WIDE_PATH.search(urlsplit(url).path) and len(words) <= WIDE_TEXT_LIMIT else 0


def _is_annual_path(url: str) -> bool:
    """Whether the last folder of a path, or the file in it, is named as columns of annual reports are."""
    path = urlsplit(url).path
    folder, _, name = path.rpartition("/")
    stem = name.partition(".")[0]
    last = folder.rpartition("/")[2] if stem in {"", "index", "list", "default"} else stem
    return _ANNUAL_PATH.search(last) is not None


@lru_cache(maxsize=8)  # one page is asked several times, and its words are many
def shows_report(text: str) -> bool:
    """Whether the text of a page is that of a report: most of the parts of the form stand in it."""
    words = plain(text)
    return any(sum(sign.search(words) is not None for sign in signs) >= REPORT_SIGNS_NEEDED for signs in _iter_signs())


def _iter_signs() -> Iterator[tuple[re.Pattern[str], ...]]:
    """Yield the signs by which the text of each kind of report is known."""
    yield _REPORT_SIGNS
    for series in load_series_words():
        yield series.signs


def mentions_report(text: str) -> bool:
    """Whether a text has at least one of the parts of a report."""
    words = plain(text)
    return any(sign.search(words) for signs in _iter_signs() for sign in signs)
