r"""HTML that a page holds as a string in a script and draws only in a browser.

Such a page is a shell: next to nothing stands in it, and the document is a value of its data
(`{"content": "<p>一、总体情况<\/p>…"}`). Pages that show the same text themselves are left as they are.
"""

import re
from html import unescape
from typing import NamedTuple

MIN_TEXT = 200
"""A string with fewer characters beside its tags is a button or a note, no document."""

MAX_SHOWN = 1_500
"""A page may show so many characters (menus, footer) and still be a shell; and more, where the string has more."""

MIN_PROBE = 20
"""Characters of the document's longest piece of text by which a page that shows it already is known."""

_SIGN = re.compile(r"[:=(,]\s{0,20}[\"'`]\s{0,20}(?:<|\\u003[cC]|\\x3[cC]|&lt;)\s{0,4}[a-zA-Z!]")
_SCRIPT = re.compile(r"<script\b[^>]{0,2000}>(?P<code>.*?)(?:</script|\Z)", re.DOTALL | re.IGNORECASE)
_STRING = re.compile(
    r"""[:=(,]\s{0,20}(?:"(?P<double>[^"\\]*+(?:\\.[^"\\]*+)*+)"|'(?P<single>[^'\\]*+(?:\\.[^'\\]*+)*+)'"""
    r"""|`(?P<back>[^`\\]*+(?:\\.[^`\\]*+)*+)`)""",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": "", "v": "", "0": "", "\n": ""}
_SURROGATE = re.compile("[\ud800-\udfff]")
_BLOCK = re.compile(r"<(?:p|div|table|tr|h[1-6]|section|article)\b", re.IGNORECASE)
_ESCAPED_BLOCK = re.compile(r"&lt;(?:p|div|table|tr|h[1-6]|section|article)\b", re.IGNORECASE)
_UNSEEN = re.compile(
    r"<(script|style|textarea|noscript|template)\b.*?(?:</\1|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL | re.IGNORECASE
)
_TAG = re.compile(r"<[^<>]{0,4000}>")
_BODY = re.compile(r"<body\b[^>]{0,2000}>", re.IGNORECASE)


class Embedded(NamedTuple):
    """The HTML of a document that a script holds, and where in the page the script stands."""

    html: str
    start: int
    end: int


def find_embedded_html(text: str) -> str | None:
    r"""Return the HTML of the document that a script of a page holds; None where the page is no shell of one.

    >>> page = '<title>年报</title><div id="app"></div><script>var data = {"content": "<p>%s<\\/p>"}</script>'
    >>> find_embedded_html(page % ("正文。" * 100))[:9], find_embedded_html(page % "正文。")
    ('<p>正文。正文。', None)
    """
    found = _find_embedded(text)
    return found.html if found else None


def unfold_embedded(text: str) -> str:
    """Return a page with the document that its script holds where the script stands; any other page as it is.

    A script in the head draws into the body, so that the document then stands at the body's beginning.
    """
    found = _find_embedded(text)
    if found is None:
        return text
    body = _BODY.search(text)
    if body is not None and found.start < body.end():
        return f"{text[: found.start]}{text[found.end : body.end()]}<div>{found.html}</div>{text[body.end() :]}"
    return f"{text[: found.start]}<div>{found.html}</div>{text[found.end :]}"


def _find_embedded(text: str) -> Embedded | None:
    if _SIGN.search(text) is None:
        return None
    longest = max(_iter_strings(text), key=lambda found: len(found.html), default=None)
    if longest is None:
        return None
    inside = _strip_tags(longest.html)
    shown = _strip_tags(_UNSEEN.sub(" ", text))
    is_shell = len(shown) <= max(MAX_SHOWN, len(inside)) and not _is_shown(longest.html, shown)
    return longest if len(inside) >= MIN_TEXT and is_shell else None


def _iter_strings(text: str) -> list[Embedded]:
    """Return the strings of scripts that hold blocks of HTML and are long enough to hold a document."""
    found = []
    for script in _SCRIPT.finditer(text):
        for match in _STRING.finditer(text, script.start("code"), script.end("code")):
            raw = match[match.lastgroup or 0]
            if len(raw) < MIN_TEXT:
                continue
            html = _unescape(raw)
            if not _BLOCK.search(html) and _ESCAPED_BLOCK.search(html):
                html = unescape(html)
            if _BLOCK.search(html):
                end = text.find(">", script.end())
                found.append(Embedded(html, script.start(), end + 1 if end >= 0 else len(text)))
    return found


def _unescape(raw: str) -> str:
    if "\\" not in raw:
        return raw
    text = _ESCAPE.sub(_read_escape, raw)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if _SURROGATE.search(text) else text


def _read_escape(match: re.Match[str]) -> str:
    sign = match[1]
    return chr(int(sign[1:], 16)) if len(sign) > 1 else _ESCAPES.get(sign, sign)


def _strip_tags(html: str) -> str:
    """Return the text between tags, white space off."""
    return "".join(unescape(_TAG.sub(" ", html)).split())


def _is_shown(html: str, shown: str) -> bool:
    """Whether the page shows the document itself: the longest piece of its text stands there."""
    pieces = ("".join(unescape(piece).split()) for piece in _TAG.split(html))
    probe = max(pieces, key=len, default="")
    return len(probe) >= MIN_PROBE and probe in shown
