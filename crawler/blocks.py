"""Walls in front of sites, as data: how each is known, so that its page is never taken for the site's own.

What is known here is recorded as `blocked:<kind>` and waited out; nothing here solves anything. A wall lets good pages
through with its cookies and scripts on them, so neither says anything by itself: a row counts with the status that
only walls send, or on a page that shows a person next to nothing. A new wall is a new row.
"""

import re
from dataclasses import dataclass

from crawler.answers import Answer
from crawler.decode import decode_page
from crawler.links import is_file_body

WALL_BYTES = 64 * 1024
"""Wall pages that come with a good status are no longer; so much is looked at of any answer."""

SHELL_TEXT = 200
"""A page that only runs a wall's script shows at most so many characters."""

REFUSAL_TEXT = 1500
"""A firewall's refusal shows at most so many characters; a site's own 403 page has the site's whole frame."""

ASKING_TEXT = 400
"""A page that asks a person to prove to be one shows at most so many characters."""

_HIDDEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|noscript)\b.*?(?:</\1\s*>|\Z)|<[^>]*+(?:>|\Z)", re.IGNORECASE | re.DOTALL
)
_REFUSING = frozenset({403, 405, 412, 418, 429, 468, 493, 503, 521})


def _written(*words: str) -> tuple[bytes, ...]:
    """Return words as the bytes that stand for them in a page: UTF-8, GBK, character references."""
    ways = (
        (word.encode(), word.encode("gb18030"), "".join(f"&#{ord(char)};" for char in word).encode()) for word in words
    )
    return tuple(dict.fromkeys(written for way in ways for written in way))


@dataclass(frozen=True, slots=True)
class Signature:
    """How one wall is known: with one of its statuses, at least one mark in the body, a cookie or a header.

    `cookies` are patterns of names that the answer sets; `headers` are names. `shown` is how many characters the page
    may show a person, None for any number; `fields` asks that the page has something to fill in or to move.
    `excuses` are marks of a page that is the site's own, whatever else stands on it.
    """

    kind: str
    title: str
    statuses: frozenset[int]
    marks: tuple[bytes, ...] = ()
    cookies: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    shown: int | None = None
    fields: bool = False
    excuses: tuple[bytes, ...] = ()


_GOOD = frozenset({200})
_RS_MARKS = (b"$_ts", b" r='m'", b' r="m"')
# Names are drawn anew for each site and end in the stage; classic ASP draws the end of its session's name as well.
_RS_COOKIES = (r"FSSBBIl1UgzbN7N\w*", r"(?!ASPSESSIONID)[A-Za-z0-9]{10,}[OPST]")
_CAPTCHA = (
    *_written("验证码", "安全验证", "人机验证", "滑动验证", "滑块", "完成验证"),
    *(b"captcha", b"Captcha"),
)
_ASKS_TO_PROVE = _written(
    "请输入验证码",
    "请填写验证码",
    "安全验证",
    "人机验证",
    "滑动验证",
    "拖动滑块",
    "请完成验证",
    "访问过于频繁",
    "访问验证",
)
_FIREWALL = (
    *_written(
        "防火墙", "拦截", "疑似攻击", "黑客攻击", "安全防护", "安全策略", "访问过于频繁", "访问频率", "访问被阻断"
    ),
    *_written("攻击行为", "请求存在威胁", "不合法参数", "非法请求", "网站卫士", "云防护"),
    *(b"Web Application Firewall", b"errors.aliyun.com", b"safeline", b"SafeLine", b"WZWS-RAY", b"YUNDUN"),
)

SIGNATURES: tuple[Signature, ...] = (
    Signature(
        "jsl",
        "加速乐",
        frozenset({521}),
        marks=(b"__jsl_clearance", b"__jsluid", b"document.cookie"),
        cookies=(r"__jsluid(?:_[hs])?", r"__jsl_clearance(?:_s)?"),
        headers=("x-via-jsl",),
    ),
    Signature("jsl", "加速乐, second stage", _GOOD, marks=(b"__jsl_clearance",), shown=SHELL_TEXT),
    Signature("rs", "瑞数", frozenset({412}), marks=_RS_MARKS, cookies=_RS_COOKIES),
    Signature("rs", "瑞数", frozenset({202}), marks=_RS_MARKS, cookies=_RS_COOKIES, shown=SHELL_TEXT),
    Signature("yunaq", "创宇盾", _REFUSING, marks=(*_written("创宇盾"), b"365cyd.com", b"yunaq.com")),
    Signature("c3vk", "C3VK", _GOOD, marks=(b"C3VK=",), shown=SHELL_TEXT),
    Signature("acw", "acw_sc__v2", _GOOD | _REFUSING, marks=(b"acw_sc__v2", b"var arg1='"), shown=SHELL_TEXT),
    Signature("yd", "云盾", _GOOD | _REFUSING, marks=(b"_ydclearance", b"yd_cookie"), shown=SHELL_TEXT),
    Signature("yd", "云盾", _REFUSING, cookies=(r"yd_cookie", r"_ydclearance")),
    Signature(
        "wzws",
        "网站卫士",
        _GOOD | _REFUSING,
        marks=(b"wzws-waf-cgi", b"wzwschallenge", b"wzwsquestion", b"wzwstemplate", b"WZWS_"),
        shown=SHELL_TEXT,
    ),
    Signature("wzws", "网站卫士", _REFUSING, marks=(b"wzws-waf-cgi",), cookies=(r"wzws_\w+",)),
    Signature("captcha", "asks for a captcha", _REFUSING, marks=_CAPTCHA, shown=REFUSAL_TEXT),
    Signature("waf", "refused by a firewall", _REFUSING, marks=_FIREWALL, shown=REFUSAL_TEXT),
    Signature(
        "captcha",
        "asks for a captcha",
        _GOOD,
        marks=_ASKS_TO_PROVE,
        shown=ASKING_TEXT,
        fields=True,
        # A page that logs in has a captcha too, and so has a report's download.
        excuses=(b'type="password"', b"type='password'", b"type=password", *_written("年度报告", "年报")),
    ),
)
"""In the order in which they are asked: a wall's own marks before words that any wall may use."""

_FIELDS = re.compile(rb"<(?:input|img|canvas|iframe|script|form)\b", re.IGNORECASE)


def find_block(answer: Answer) -> str | None:
    """Find the wall that answered instead of the site: `jsl`, `rs`, `captcha` …; None where the site itself did.

    A plain 403 without a word of a wall is the site's own answer.
    """
    if is_file_body(answer.body):
        return None
    if answer.status in _GOOD and len(answer.body) > WALL_BYTES:
        return None
    head = answer.body[:WALL_BYTES]
    rows = (row for row in SIGNATURES if answer.status in row.statuses)
    return next((row.kind for row in rows if _bears(answer, head, row)), None)


def _bears(answer: Answer, head: bytes, row: Signature) -> bool:
    """Whether an answer bears a signature; what costs most is looked at last."""
    is_met = (
        any(mark in head for mark in row.marks)
        or any(answer.header(name) is not None for name in row.headers)
        or any(re.fullmatch(pattern, name) for name in _set_cookies(answer) for pattern in row.cookies)
    )
    if not is_met or any(mark in head for mark in row.excuses) or (row.fields and not _FIELDS.search(head)):
        return False
    return row.shown is None or len(_shown_text(answer, head)) <= row.shown


def _set_cookies(answer: Answer) -> list[str]:
    """Return the names of the cookies that an answer sets."""
    values = (value for name, value in answer.headers if name.lower() == "set-cookie")
    return [value.partition("=")[0].strip() for value in values]


def _shown_text(answer: Answer, head: bytes) -> str:
    """Return what a page shows a person, roughly and without a parser: neither scripts nor tags nor white space."""
    return "".join(_HIDDEN.sub("", decode_page(head, answer.content_type)).split())
