"""What can be seen of a page without another look at its HTML: one question a function, the words as data.

Words that a link carries are the words of another page; they count for the page itself only where they stand outside
its links too.
"""

import re
import unicodedata
from collections import Counter
from functools import lru_cache

from crawler.folders import is_folder_link, is_own_frame, is_under, leads_to_agencies
from crawler.links import FILE_ENDINGS, Link, Page, is_file_url, may_lead_to_files
from crawler.words import (
    has_date,
    is_cut_item,
    is_folder,
    is_list_item,
    is_rejected,
    is_report_title,
    is_row_of_agency,
    plain,
    shows_report,
)

SHORT_TEXT = 1500
"""Words of an error, or of a login, count on pages with fewer characters outside their links."""

LITTLE_TEXT = 300
"""A page with fewer characters in all shows next to nothing."""

SHELL_TEXT = 200
"""A page with fewer characters may be one that a script is to fill."""

SHELL_LINKS = 5
"""A page with so many links is not."""

LOGIN_LINKS = 30
"""A page with so many links has its login box beside something else, unless its title says otherwise."""

ROWS_NEEDED = 5
"""A page with so many dated rows lists something."""

SOURCE_LIMIT = 200_000
"""So many characters of a page's source are searched for what its scripts hold."""

END_ROOM = 400
"""The last so many characters of a page's source are looked at first for the tag that ends it."""

FOOT_ROOM = 3000
"""The foot of a site stands in the last so many characters of a page's markup."""

_ERROR_TITLE = re.compile(
    r"^(?:error|错误)?[-:_]?404(?!\d)|404(?:错误|页面|notfound|error)|页面?(?:不存在|未找到|找不到|已删除|丢失)|notfound|"
    r"错误(?:页面?|提示|信息)|^(?:提示信息)?出错了?$|^error(?:page)?$",
    re.IGNORECASE,
)
_ERROR_TEXT = re.compile(
    r"找不到(?:该|您|页面)|无法找到|您访问的页面|错误页面|404notfound|"
    r"(?:页面?|网页|文章|栏目|链接)(?:可能)?(?:已经?)?(?:不存在|未找到|没有找到|找不到|被?删除|被?移除|丢失)|404(?:错误|页面|error)|"
    r"不存在或(?:者)?已(?:经)?被?(?:删除|移除)|已(?:经)?被?(?:删除|移除|下线)或(?:者)?不存在",
    re.IGNORECASE,
)
# Of a report these are ordinary words (该政府信息不存在): they count only where hardly anything else stands.
_ERROR_HINT = re.compile(
    r"(?:内容|信息|文件|资源|地址|数据|附件)(?:可能)?(?:已经?)?(?:不存在|未找到|没有找到|找不到|被?删除|下线|过期|失效)|"
    r"(?:没有|未能?)找到(?:您|该|此|相关)?(?:的|要)?(?:页面?|网页|文章|内容|文件)|参数(?:错误|不正确|有误)|非法(?:访问|操作)|没有(?:访问)?权限",
    re.IGNORECASE,
)
_OUT_OF_ORDER = re.compile(
    r"(?:系统|网站|平台|服务器?|栏目|页面)(?:正在|暂时|临时)(?:进行)?(?:维护|升级|整改|关闭|不可用|无法访问)|(?:维护|升级|整改)中(?!心)|"
    r"(?:系统|服务器?|程序|网络)(?:内部|发生)?(?:错误|异常|繁忙|出错)|internalservererror|serviceunavailable|badgateway",
    re.IGNORECASE,
)
_LOGIN_TITLE = re.compile(r"登[录陆]|统一身份|身份认证|统一认证|单点登录|^(?:user)?log[io]n|^signin", re.IGNORECASE)
_LOGIN_TEXT = re.compile(
    r"请您?(?:先|重新)?登[录陆]|(?:未|没有)登[录陆]|登[录陆]已?(?:超时|过期|失效)|会话已?(?:超时|过期|失效)"
)
_LOGIN_ADDRESS = re.compile(r"(?:^|[/_.-])(?:log[io]n|signin|sso|cas|passport)(?:[/_.;-]|$)", re.IGNORECASE)
_PASSWORD = re.compile(r"<input\b[^<>]{0,400}\btype\s*=\s*[\"']?password", re.IGNORECASE)
_SAYS_NOTHING = re.compile(
    r"(?:暂时?|目前|尚|还|当前)(?:没有|无|未)(?:找到|查到|检索到|发布|收录|添加)?"
    r"(?:任何|相关|符合条件的?|可显示的?|有关|您要的|此类)?的?(?:信息|内容|数据|记录|文章|文件|结果|年报|报告|资料|更新)|"
    r"没有(?:找到|查到|检索到|任何|相关|符合).{0,8}?(?:信息|内容|数据|记录|文章|结果)|"
    r"(?<![\w])无(?:相关|任何|符合条件的?)?(?:信息|内容|数据|记录)|(?:内容|栏目|信息|页面)正?在?(?:建设|更新|完善|整理)中|共0[条页篇]"
)
_NONE_COUNTED = re.compile(
    r"\b(?:total|total_?count|total_?records?|record_?count|row_?count|all_?row|post_?count|count)\b"
    r"[\"']?\s*[:=>]\s*[\"']?0\b",
    re.IGNORECASE,
)
_OPEN_PLACE = re.compile(
    r"\{\{[^{}]{1,80}\}\}|<%=|\bv-(?:for|if|text|html)\s*=|\bng-(?:repeat|app|bind)\b|"
    r"<div\b[^<>]{0,400}\bid\s*=\s*[\"']?(?:app|root)\b[^<>]{0,400}>\s*</div>",
    re.IGNORECASE,
)
_FETCHES = re.compile(
    r"\$\.(?:ajax|get|post|getJSON)\b|\bjQuery\.(?:ajax|get|post)|\bfetch\s*\(|\baxios\b|XMLHttpRequest|\blaytpl\b|"
    r"\bnew\s+Vue\b|\bcreateApp\s*\(|\)\.load\s*\("
)
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_DISCLOSURE = re.compile(r"公开|年报|年度报告")
_LIKELY_FILE = re.compile("|".join(map(re.escape, FILE_ENDINGS)) + "|download|downfile|attach", re.IGNORECASE)
_CUT = ("…", "...")
_PICTURE = re.compile(r"<(?:img|canvas|svg)\b", re.IGNORECASE)
_ENDED = re.compile(r"</(?:html|body)\s*>\s*\Z", re.IGNORECASE)
# The patterns from here on are for markup in lower case.
_CLOSES_PAGE = re.compile(r"</(?:html|body)\b")
_OPENS_PAGE = re.compile(r"<(?:html|body)\b")
_ASIDE = re.compile(r"<(?:!--.*?(?:-->|(\Z))|(script|style)\b.*?(?:</\2\b|(\Z)))", re.DOTALL)
_INSIDE_TAG = re.compile(r"<(?:[a-z/!][^<>]*)?\Z")
# Elements that have to be closed: a page may leave out the end of a list's entry or of a cell.
_BLOCK = re.compile(r"<(/?)(table|div|ul|ol|dl|section|article|main|h[1-6])\b")
_PARAGRAPH = re.compile(r"<(/?)p\b")
# Words of a foot outside tags: the head of a page may have them in a tag of its own.
_FOOT = re.compile(
    r"(?:版权所有|icp备|公网安备|网站标识码|copyright|&copy;|&#169;|©|(?:主办|承办)(?:单位)?:|技术支持:)[^<>]{0,600}(?:<|\Z)"
)


def own_length(page: Page) -> int:
    """Return how many characters a page shows outside its links."""
    return len(page.text) - sum(len(link.text) for link in page.links)


def shows_little(page: Page) -> bool:
    """Whether next to nothing stands on a page."""
    return len(page.text) < LITTLE_TEXT


def title_says_gone(page: Page) -> bool:
    """Whether the title is that of an error page."""
    return _ERROR_TITLE.search(plain(page.title)) is not None


def text_says_gone(page: Page) -> bool:
    """Whether a page that shows little of its own says that there is no such page."""
    return own_length(page) < SHORT_TEXT and _is_said(_ERROR_TEXT, page)


def hints_at_gone(page: Page) -> bool:
    """Whether a page that shows next to nothing says that something is not there, as a report may say of a request."""
    return shows_little(page) and _is_said(_ERROR_HINT, page)


def says_out_of_order(page: Page) -> bool:
    """Whether hardly more stands on a page than that the site does not work just now."""
    return shows_little(page) and _is_said(_OUT_OF_ORDER, page)


def title_says_login(page: Page) -> bool:
    """Whether the title is that of a login page."""
    return _LOGIN_TITLE.search(plain(page.title)) is not None


def may_be_login(page: Page) -> bool:
    """Whether a page is so bare that a field for a password may be all that it is about."""
    return title_says_login(page) or (len(page.links) < LOGIN_LINKS and own_length(page) < SHORT_TEXT)


def has_password_field(page: Page) -> bool:
    """Whether a password can be typed into the page."""
    return _PASSWORD.search(page.source) is not None


def asks_to_log_in(page: Page) -> bool:
    """Whether a page asks to log in, in its text or by its address."""
    return _LOGIN_ADDRESS.search(page.url.partition("://")[2]) is not None or _is_said(_LOGIN_TEXT, page)


def says_nothing_listed(page: Page) -> bool:
    """Whether a list says of itself that nothing is in it: 暂无相关信息, or a count of 0 in data."""
    return _is_said(_SAYS_NOTHING, page) if page.is_html else _data_says_nothing(page.source)


def _data_says_nothing(source: str) -> bool:
    head = source[:SOURCE_LIMIT]
    return _NONE_COUNTED.search(head) is not None or _SAYS_NOTHING.search(_unescape(head)) is not None


def has_open_places(page: Page) -> bool:
    """Whether a page holds a template that nothing has filled."""
    return _OPEN_PLACE.search(page.source) is not None


def fetches(page: Page) -> bool:
    """Whether a script of the page asks the server for more."""
    return _FETCHES.search(page.scripts) is not None


def is_shell(page: Page) -> bool:
    """Whether a page shows next to nothing, leads nowhere, and has a script that is to fill it."""
    if len(page.text) >= SHELL_TEXT or len(page.links) >= SHELL_LINKS or page.refresh or page.more:
        return False
    if has_files(page) or has_frame(page) or (_PICTURE.search(page.source) and not has_open_places(page)):
        return False
    return has_open_places(page) or fetches(page)


def shows_nothing(page: Page) -> bool:
    """Whether not a word, a picture or a way on stands on a page beside its title."""
    has_words = bool(page.text.replace(page.title, "", 2).strip()) if page.title else bool(page.text)
    leads = page.links or page.refresh or page.more
    return not has_words and not leads and not _PICTURE.search(page.source)


def ends_in_the_middle(page: Page) -> bool:
    """Whether a page begins as a whole one, is ended by no tag, and stops inside something that it began.

    Not every page that is whole ends its body: so one that has closed its blocks, or shows the foot of its site, is
    whole, and so is a piece of HTML that never opened a body.
    """
    if is_ended(page):
        return False
    markup = _to_markup(page)
    if not _OPENS_PAGE.search(markup) or _FOOT.search(unicodedata.normalize("NFKC", markup[-FOOT_ROOM:])):
        return False
    return _INSIDE_TAG.search(markup) is not None or _leaves_block_open(markup)


def is_ended(page: Page) -> bool:
    """Whether a tag ends the page: that of its body, or of all."""
    if _ENDED.search(page.source, max(len(page.source) - END_ROOM, 0)):
        return True
    return _CLOSES_PAGE.search(_to_markup(page)) is not None


def _to_markup(page: Page) -> str:
    """Return the source in lower case, without comments, scripts and styles."""
    return _ASIDE.sub(_close_aside, page.source.lower())


def _close_aside(aside: re.Match[str]) -> str:
    """Return what stands for a comment or a script: nothing, or the beginning of a tag where it never ends."""
    return "<" if aside.lastindex in {1, 3} else ""


def _leaves_block_open(markup: str) -> bool:
    """Whether a block is still open at the end, or a paragraph on a page that does close its paragraphs."""
    depths: Counter[str] = Counter()
    for closing, name in _BLOCK.findall(markup):
        depths[name] = max(depths[name] + (-1 if closing else 1), 0)
    paragraphs = _PARAGRAPH.findall(markup)
    return any(depths.values()) or ("/" in paragraphs and paragraphs[-1] != "/")


def holds_report(page: Page) -> bool:
    """Whether the parts of a report stand in the data of a page, which its scripts then show."""
    return shows_report(_unescape(page.source[:SOURCE_LIMIT]))


def _unescape(source: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), source)


def has_files(page: Page) -> bool:
    """Whether a page leads to documents, or shows one in a frame."""
    likely = (link for link in page.links if _LIKELY_FILE.search(link.url)) if may_lead_to_files(page.source) else ()
    return any(is_file_url(link.url) and not is_rejected(link.words) for link in likely)


def has_frame(page: Page) -> bool:
    """Whether a frame of the same host may hold what the page is about."""
    frames = (link.url for link in page.links if link.tag in {"iframe", "frame", "embed", "object"})
    return any(is_own_frame(url, page) for url in frames)


def has_entries(page: Page) -> bool:
    """Whether a page lists what may be reports."""
    # Most links are a menu's: every title of a report has one of two characters, unless it is cut off.
    likely = (words for link in page.links if "公" in (words := link.words) or "报" in words or words.endswith(_CUT))
    return any(is_report_title(words) or is_list_item(words) or is_cut_item(words) for words in likely)


def leads_on(page: Page) -> bool:
    """Whether a list without reports is more than an empty frame: it has pages, folders, files, or rows of its own.

    Rows of news beside it, and the menus of the site, are not its own: a row has a day, and speaks of disclosure or
    lies in the list's folder.
    """
    if page.refresh or page.more or has_frame(page) or has_files(page):
        return True
    if any(_is_own_row(link, page) for link in page.links if link.tag == "a") or leads_to_agencies(page):
        return True
    # A list that holds other things as well can have a page without reports, and then it has rows all the same.
    return sum(has_date(link.context) for link in page.links) >= ROWS_NEEDED


def _is_own_row(link: Link, page: Page) -> bool:
    is_inside = is_under(link.url, page.url)
    if is_folder_link(link, page.url, is_bare=True) or is_row_of_agency(link.words, link.context):
        return True
    if has_date(link.context):
        return is_inside or is_folder(link.words) or _DISCLOSURE.search(link.words) is not None
    return is_inside and is_folder(link.words)


def is_report(page: Page) -> bool:
    """Whether the text has the parts of a report."""
    return _shows_report(page.text)


def _is_said(pattern: re.Pattern[str], page: Page) -> bool:
    """Whether words stand in the text of a page more often than in its links."""
    said = len(pattern.findall(_plain(page.text)))
    return said > 0 and said > sum(len(pattern.findall(plain(link.text))) for link in page.links)


# The text of one page is asked about many times; to normalise it costs more than all questions together.
_plain = lru_cache(maxsize=8)(plain)
_shows_report = lru_cache(maxsize=8)(shows_report)
