"""What a file is called, by the server or by its address, and which links lead to one though no ending says so.

Names come in every way that servers write Chinese into a header: as bytes of UTF-8 or GBK, percent-encoded, as an
encoded word of mail (RFC 2047), as an extended parameter (RFC 5987) whose label can be wrong, cut into numbered parts
(RFC 2231). A header reaches this module as Latin-1 text, one character a byte. A header is read as text before it is
cut at quotes and backslashes, since the second byte of a GBK character can be a backslash.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header
from urllib.parse import unquote_to_bytes, urlsplit

from w3lib.encoding import resolve_encoding

from crawler.links import FILE_ENDINGS, Link
from crawler.words import TITLE_LIMIT, plain

NAME_LIMIT = 200
"""A name keeps at most so many characters, its ending among them."""

SUFFIX_LIMIT = 10
"""An ending is no longer; what stands behind an earlier dot is part of the name."""

_SERVICE_ENDINGS = (".jsp", ".jspx", ".do", ".action", ".asp", ".aspx", ".ashx", ".php", ".html", ".htm", ".shtml")
_PAGE_ADDRESS = re.compile(r"(?:/|\.(?:s?html?|jhtml|mhtml))$", re.IGNORECASE)
_PARAMETER = re.compile(
    r";\s*(?P<key>filename(?:\*\d+)?\*?)\s*=\s*(?:\"(?P<quoted>(?:\\.|[^\"\\])*)\"|(?P<bare>[^;]*))",
    re.IGNORECASE,
)
_EXTENDED = re.compile(r"(?P<label>[\w.:-]*)'[\w-]*'(?P<name>.*)", re.DOTALL)
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_ENCODED_WORD = re.compile(r"=\?[\w-]+\?[bq]\?[^?]*\?=", re.IGNORECASE)
_SEPARATORS = re.compile(r"[/\\:*?<>|]+")
_FILE_ENDING = "(?:" + "|".join(re.escape(ending) for ending in sorted(FILE_ENDINGS, key=len, reverse=True)) + ")"
_NAMED_FILE = re.compile(
    _FILE_ENDING + r"(?:[(\[](?:\d|点击|下载)[^)\]]*[)\]]|下载|查看|\d+(?:\.\d+)?[kmg]b?)?$", re.IGNORECASE
)
_LABELLED_FILE = re.compile(r"附件(?:[\d一二三四五六七八九十]{0,3}(?:$|[::.、,)\]】-]|《|下载)|[(\[【])")
_DOWNLOAD = re.compile(
    r"(?:点击|点此|此处|立即|请|在线|全文|正文|原文|报告|年报|年度报告|文件|文档|附件|word|wps|pdf|doc|docx|ofd|excel|版|格式|此?处){0,4}"
    r"下载(?:全文|正文|报告|文件|文档|附件|此文|word|pdf|地址|链接|查看|版|[((].{0,8}[))]){0,2}"
    r"|(?:点击|点此|在线)?(?:查看|浏览|打开|阅读)(?:附件|pdf|word)(?:全文|版|文件|文档)?"
    r"|(?:pdf|word|wps|ofd|doc)(?:版|格式|文件|文档|全文)(?:全文)?",
    re.IGNORECASE,
)


def find_file_name(headers: tuple[tuple[str, str], ...], url: str, link_text: str = "") -> str | None:
    """Find the name of a file: what the server calls it, else what its address ends in, else what its link names.

    A name has no folders, no control characters, and at most `NAME_LIMIT` characters. None where nothing names a file:
    an address or a link does only with the ending of a document, a header with any ending but that of a service.
    """
    dispositions = [value for name, value in headers if name.lower() == "content-disposition"]
    stated = (name for value in dispositions for name in _iter_stated_names(_to_text(value)))
    own = next((name for name in map(_clean, stated) if name and not name.lower().endswith(_SERVICE_ENDINGS)), None)
    if own:
        return own
    others = (_clean(name) for name in (*_iter_address_names(url), _strip_label(link_text)))
    return next((name for name in others if name.lower().endswith(FILE_ENDINGS)), None)


def looks_like_file_link(link: Link) -> bool:
    """Whether a link's words are those of a file though its address does not say so: 附件, 点击下载, 年度报告.doc.

    An address that ends as a page or as a folder does is believed, whatever its link is called; words longer than a
    title are a sentence that speaks of files.
    """
    if link.tag not in {"a", "area"} or _PAGE_ADDRESS.search(urlsplit(link.url).path):
        return False
    return any(_names_file(plain(words)) for words in (link.text, link.title) if words)


def _names_file(words: str) -> bool:
    if len(words) > TITLE_LIMIT:
        return False
    return bool(_NAMED_FILE.search(words) or _LABELLED_FILE.match(words) or _DOWNLOAD.fullmatch(words))


def _to_text(value: str) -> str:
    """Return the text of a header that came as one character a byte."""
    try:
        return _decode(value.encode("latin-1"))
    except UnicodeEncodeError:
        return value


def _decode(data: bytes, label: str = "") -> str:
    """Decode the bytes of a name: UTF-8, which others hardly pass by accident; its label; what then loses least."""
    for encoding in ("utf-8", resolve_encoding(label) if label else None):
        try:
            if encoding:
                return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    readings = [data.decode(encoding, errors="replace") for encoding in ("utf-8", "gb18030")]
    return min(readings, key=lambda reading: reading.count("\ufffd")).replace("\ufffd", "")


def _iter_stated_names(disposition: str) -> Iterator[str]:
    """Yield the names in a Content-Disposition, extended ones first, as RFC 6266 ranks them."""
    found: list[tuple[str, str]] = []
    for match in _PARAMETER.finditer(";" + disposition):
        quoted = match["quoted"]
        value = match["bare"].strip(" \t'\"") if quoted is None else re.sub(r'\\(["\\])', r"\1", quoted)
        found.append((match["key"].lower(), value))
    yield from (_read_extended(value) for key, value in found if key == "filename*")
    parts = sorted((int(key.split("*")[1]), key, value) for key, value in found if re.match(r"filename\*\d", key))
    if parts:
        whole = "".join(value for _, _, value in parts)
        yield _read_extended(whole) if parts[0][1].endswith("*") else _read_plain(whole)
    yield from (_read_plain(value) for key, value in found if key == "filename")


def _read_extended(value: str) -> str:
    """Read `UTF-8''%E5%B9%B4.pdf`; the label may be missing, or another's."""
    match = _EXTENDED.fullmatch(value.strip("\"'") if value.startswith(('"', "'")) else value)
    return _unquote(match["name"], match["label"]) if match else _read_plain(value)


def _read_plain(value: str) -> str:
    """Read a name as servers write it, one way of encoding it after another."""
    if _ENCODED_WORD.search(value):
        return _read_encoded_words(value)
    if _PERCENT.search(value):
        # Encoders of forms write a space as a plus, and a plus as %2B.
        return _unquote(value.replace("+", " "))
    return html.unescape(value) if "&#" in value else value


def _read_encoded_words(value: str) -> str:
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError):
        return ""
    # Characters can be cut in two between words: the bytes of one label are read together.
    text, pending, label = "", b"", ""
    for data, charset in pieces:
        raw = data.encode() if isinstance(data, str) else data
        if charset != label and pending:
            text, pending = text + _decode(pending, label), b""
        pending, label = pending + raw, charset or ""
    return text + _decode(pending, label)


def _unquote(value: str, label: str = "") -> str:
    """Decode percent signs; what was encoded twice is decoded twice."""
    text = _decode(unquote_to_bytes(value), label)
    return _decode(unquote_to_bytes(text), label) if _PERCENT.search(text) else text


def _iter_address_names(url: str) -> Iterator[str]:
    """Yield what can be a file's name in an address: the end of its path, then the values of its query."""
    parts = urlsplit(url)
    yield _unquote(parts.path.rpartition("/")[2])
    for pair in parts.query.split("&"):
        yield _unquote(pair.partition("=")[2].replace("+", " "))


def _strip_label(text: str) -> str:
    """Return a link's words without the 附件: before the file's own name."""
    return re.sub(r"^\s*附件\s*+[\d一二三四五六七八九十]{0,3}\s*+[:：.、]\s*", "", text)


def _clean(name: str) -> str:
    """Return a name without folders and without what no name may hold, shortened before its ending."""
    last = re.split(r"[/\\]", name.rstrip("/\\ \t"))[-1]
    visible = "".join(char for char in unicodedata.normalize("NFC", last) if not _is_hidden(char))
    words = _SEPARATORS.sub("_", " ".join(visible.split())).strip(" \"'").rstrip(". ")
    if not words.strip("._ "):
        return ""
    stem, dot, suffix = words.rpartition(".")
    if not stem or len(suffix) > SUFFIX_LIMIT:
        return words[:NAME_LIMIT]
    return stem[: NAME_LIMIT - len(suffix) - 1] + dot + suffix


def _is_hidden(char: str) -> bool:
    """Whether a character shows nothing or turns the direction of writing, as names made to deceive have."""
    return unicodedata.category(char) in {"Cc", "Cf", "Co", "Cs", "Cn"} and char not in "\t\n"
