"""What belongs to the page around a report: counters, tools, particulars, links to neighbours, the foot."""

import re
from collections.abc import Sequence
from functools import lru_cache

from parsers.document import TextLine
from parsers.figures import strip_outer
from parsers.options import Options

_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"  # those that `strip_outer` takes off
_REMAINS = ("[bookmark:", *_INVISIBLE)
_LEFTOVERS = re.compile(r"\[bookmark:[^\]]{0,80}\]")
_DAY = r"(?:19|20)\d\d\s?[-年/.]\s?\d{1,2}\s?[-月/.]\s?\d{1,2}\s?日?(?:\s*\d{1,2}:\d\d(?::\d\d)?)?"
_VALUE = r"[^\s。；;|【】]{0,40}+"
_TOKENS = "|".join(
    (
        r"点击链接至图解版|网站支持IPv6|IPv6|正文内容区域请使用tab按钮切换浏览|【?正文】?|Page\s\d{1,4}|P\.\s?\d{1,4}",
        r"(?:本[页文]|文章|总|累计)?(?:浏览|点击|阅读|访问|访客|查看)(?:次数|人数|量|数)?\s*[:：]?\s*\d*\s*(?:人次|次|人)?",
        r"(?:字体|字号|视力保护色)(?:大小|调整)?|默认|超大|特大|标准|放大|缩小|[大中小]|[Aa][+-]?|[Tt][+-]",
        r"打印(?:本页|整页|此页|页面|本文)?|关闭(?:窗口|本页|页面)?|收藏(?:本页|本站)?|保存|朗读|复制|纠错|我要纠错",
        r"返回(?:顶部|首页|列表|上一页)?|下载(?:Word|PDF|WORD|pdf|word|文档|附件)?|导出|语音播报|听新闻|播报",
        r"分享(?:到|至|给)?|微信|新浪微博|微博|QQ空间|QQ好友|QQ|朋友圈|X",
        rf"(?:发布|更新|发文|成文|公开|生成|印发|发稿|录入)?(?:时间|日期)\s*[:：]\s*(?:{_DAY})?",
        rf"(?:信息|文章|稿件|内容)?来源\s*[:：]\s*{_VALUE}|(?:作者|责任编辑|编辑|审核|责编|发布人)\s*[:：]\s*{_VALUE}",
        r"无障碍(?:浏览|阅读)?|关怀版|长者(?:模式|版|助手)|适老化|智能问答|[繁简][体體](?:版|中文)?|登录|注册|English|手机版|移动版",
        r"扫一扫\S{0,30}+|用?微信扫\S{0,30}+|第\s?\d{1,4}\s?页|共\s?\d{1,4}\s?页",
    )
)
_WHOLE = re.compile(rf"[\s【\[(（〖|]*+(?:(?:{_TOKENS})[\s】\])）〗【\[(（〖|:：·、/\\>-]*+)++")
_PAGE_NUMBER = re.compile(r"\s*[-—–]{1,2}\s*\d{1,3}\s*[-—–]{1,2}\s*")
_BEGINS = re.compile(
    r"""[\s【\[(（]*+(?:
        (?:本页|文章)?(?:浏览|点击|阅读|访问|访客)(?:次数|人数|量|数)\s*[:：]
      | 字[体号](?:大小)?\s*[:：] | (?:信息|文章|稿件)?来源\s*[:：]
      | (?:发布|更新|发文|成文|公开|生成)(?:时间|日期)\s*[:：] | (?:时间|日期)\s*[:：]\s*(?:(?:19|20)\d\d|$)
      | (?:您?(?:现在|当前)的?(?:所在)?位置|您的位置)\s*(?:[是为]?\s*[:：>]|\s|$|首页) | 首页\s*[>›»＞]
      | Page\s\d+\s-
    )""",
    re.VERBOSE,
)
_FOOT = re.compile(
    r"""[\s【\[(（|]*+(?:
        [上下]一[篇条页]\s*(?:[:：】\])）|]|$) | (?:主办|承办|技术支持)\s*[:：] | Copyright | 版权所有
      | (?:相关(?:链接|文章|新闻|阅读|附件|稿件|推荐|报道|信息)|友情链接|网站地图|地图导航|返回顶部|联系我们|关于我们
        |主办单位|承办单位|网站标识码|分享到)\s*(?:[:：】\])）|\s]|$)
      | 扫一扫\S{0,20}+\s*$
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_RECORD = re.compile(r"[\s【\[(（|]*+\S{0,12}?(?:ICP|icp|公网安)备")
_PARTICULARS = re.compile(
    r"""[\s【\[(（|]*+(?:
        索\s*引\s*号 | (?:主题|组配|体裁|信息|主题词)\s*分\s*类 | 分\s*类 | 服务对象 | 文\s*号 | 发文字号 | 文件编号
      | 公开(?:方式|形式|范围|时限|程序|主体|单位|机构|日期|时间|类别|类型) | 责任(?:部门|单位)
      | 关\s*键\s*词 | 主\s*题\s*词 | 名\s*称 | 标\s*题 | (?:内容)?概\s*述(?=\s*[:：|])
      | 发布(?:机构|单位|机关|部门|日期|时间|人) | (?:生成|成文|发文|更新)(?:日期|时间) | 发文(?:机关|单位)
      | 信息(?:名称|来源|索引号) | 失效日期 | 时效性 | 有\s*效\s*性 | 载体类型 | 记录形式
    )[\s】]*(?:[:：|]|\s|$)""",
    re.VERBOSE,
)
_STARTS = frozenset(
    "本文总累浏点阅访查字视視默超特标放缩大中小AaTt打关收保朗复纠我返下导语听播分微新QX朋发更成公生印时日录信稿内来"
)
_MORE_STARTS = frozenset(
    "作责编审无長长適适智繁简簡登注E手移网I正点P扫用第共您现当首上相友主承版C联技地-—–京津沪渝冀豫云辽黑湘皖鲁苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
)
_MAY_BEGIN = _STARTS | _MORE_STARTS
_OPENING = " \t\u3000\xa0【[(（〖|"
_COUNT_AT_END = re.compile(
    r"(?<=[。\s】）)])[【\[(（]?(?:浏览|点击|阅读|访问)(?:次数|量|数)\s*[:：]\s*\d*\s*次?\s*[】\])）]?\s*$"
)


def clean_line(text: str) -> str:
    """Return a line's words: outer white space and what converters leave in it off.

    >>> clean_line("[bookmark: _GoBack]关于2019年  ")
    '关于2019年'
    """
    if any(map(text.__contains__, _REMAINS)):
        return strip_outer(_LEFTOVERS.sub("", text))
    return text.strip()


def clean_lines(lines: Sequence[TextLine], joined: str) -> Sequence[TextLine]:
    """Return lines without what converters leave in them; `joined` is all their text, looked through at once."""
    found = [sign for sign in _REMAINS if sign in joined]
    if not found:
        return lines
    cleaned = list(lines)
    for sign in found:
        for number in [number for number, line in enumerate(cleaned) if sign in line.text]:
            line = cleaned[number]
            cleaned[number] = TextLine(strip_outer(_LEFTOVERS.sub("", line.text)), *line[1:])
    return cleaned


def strip_counter(text: str) -> str:
    """Return a line without the page's counter behind its last sentence.

    >>> strip_counter("没有。 浏览次数：12"), strip_counter("网站访问量：12")
    ('没有。', '网站访问量：12')
    """
    if text[-1:] not in "0123456789次】])）:： ":
        return text
    return text[:-60] + _COUNT_AT_END.sub("", text[-60:]).rstrip()


def is_chrome(line: TextLine, options: Options) -> bool:
    """Whether a line belongs to the page around a report: counters, tools, links to neighbours.

    A sentence never does, nor does a line that merely begins with a tool's word.
    """
    if line.outside or line.link_share > options.max_link_share:
        return True
    return is_chrome_text(line.text, options)


def is_chrome_text(text: str, options: Options) -> bool:
    """Whether these words are of the page; see `is_chrome`."""
    if text.lstrip(_OPENING)[:1] not in _MAY_BEGIN or "。" in text:
        return False
    return is_foot(text) if len(text) > options.max_chrome_length else _is_short_chrome(text)


@lru_cache(maxsize=4096)
def _is_short_chrome(text: str) -> bool:
    return bool(_BEGINS.match(text) or _WHOLE.fullmatch(text) or _PAGE_NUMBER.fullmatch(text)) or is_foot(text)


def is_foot(text: str) -> bool:
    """Whether a line begins what follows a report on its page: neighbours, related links, who keeps the site."""
    if "。" in text:
        return False
    return _FOOT.match(text) is not None or ("备" in text and _RECORD.match(text) is not None)


def is_particular(text: str, options: Options) -> bool:
    """Whether a line before a report is of the page's own table: its index number, its publisher and the like."""
    return len(text) <= options.max_chrome_length and "。" not in text and _PARTICULARS.match(text) is not None


def is_open_particular(text: str) -> bool:
    """Whether such a line holds only the label, so that the next one holds the value.

    >>> is_open_particular("发布日期："), is_open_particular("索 引 号"), is_open_particular("文号 无文号")
    (True, True, False)
    """
    bare = text.strip(" \t\u3000|")
    match = _PARTICULARS.match(bare)
    return bare.endswith((":", "：")) or (match is not None and match.end() == len(bare))
