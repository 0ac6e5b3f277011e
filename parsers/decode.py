"""Bytes to text: which encoding a body is really in, and how that was decided."""

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ALIASES = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "hz-gb-2312": "hz",
    "big5-hkscs": "big5hkscs",
    "x-x-big5": "big5",
}
_PLAUSIBLE = frozenset({"utf-8", "gb18030", "hz", "big5", "big5hkscs", "cp950"})
"""What a page in Chinese may be in. Other labels are defaults of servers, or fit any bytes, and prove nothing."""
_WIDER = {"big5": ("cp950", "big5hkscs")}
"""Encodings with more characters that go by the same name."""
_CHARSET = re.compile(r"charset\s*+=\s*+[\"']?\s*+([\w.:-]+)", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""\s*<\?xml\s[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]+)""")
_ATTRIBUTE = re.compile(rb"""([^\s/>][^\s/>=]*+)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>"'][^\s>]*+)))?""")
_TAG = re.compile(
    rb"<(?:!(?=--).*?(?:-->|\Z)|(?:(?P<meta>meta)(?=[\s/])|/?[a-z][^\s>]*+)(?P<attributes>(?:[\s/]++|"
    + _ATTRIBUTE.pattern
    + rb")*+)|[!?/][^>]*+)",
    re.DOTALL | re.IGNORECASE,
)
_HZ = re.compile(rb"~\{(?:[!-w][!-~])+~\}")
_BINARY_SAMPLE = 4096
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r\f\x1b\x0b")
_DECLARED_WITHIN = 8192
"""Browsers look for a label in the first 1,024 bytes, but take one further down, too, and read the page again."""
_SURE_SIGNS = 8
"""Bytes that hold so many signs beyond ASCII before the first fault are in that encoding, and faulty."""
_LONGEST_SIGN = 4
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_SHORTEST_UTF_16 = 16
_MIN_NULS = 0.01
"""UTF-16 has NUL in at least this share of its high bytes, for line ends and digits are ASCII."""
_MAX_OTHER_NULS = 0.5
"""Its low bytes are NUL less often than so many times as its high ones: 一 and the wide space are such signs."""
_MIN_USUAL = 0.95
"""At least this share of what UTF-16 spells is Chinese or ASCII."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text with the encoding that gave it; `lost` counts the characters that could not be read (U+FFFD)."""

    text: str
    encoding: str
    decided_by: str
    lost: int
    warnings: tuple[str, ...] = ()


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """Return the text of `body`, which may be HTML or plain text in any encoding met on Chinese sites.

    Order: byte-order mark, UTF-16 without one, HZ, strict UTF-8, the label of the header, the label in the page (each
    only where it decodes strictly; gb2312 and gbk are read as gb18030), strict GB18030, strict Big5, else whichever of
    UTF-8, GB18030 and the labels loses fewest characters. UTF-8 with a few bad bytes, and a text whose last sign is
    cut, stay what they are. A declared encoding that is not the one found is a warning.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return _without_mark(body[len(mark) :], encoding)
    if unmarked := find_utf_16(body):
        return _loosely(body, unmarked, "its bytes")
    declared = _declared(body, content_type)
    if _HZ.search(body) and body.isascii() and (text := _strictly(body, "hz")) is not None:
        return Decoded(text, "hz", next((source for label, source in declared if label == "hz"), "its bytes"), 0)
    spare = None
    for encoding, decided_by in (("utf-8", "its bytes"), *declared, ("gb18030", "its bytes"), ("big5", "its bytes")):
        found = _find_reading(body, (encoding, *_WIDER.get(encoding, ())), decided_by, declared)
        if found and (encoding == "utf-8" or not _PRIVATE.search(found.text)):
            return found
        spare = spare or found  # what spells private signs is more likely in another encoding, if it fits one
        if found is None and decided_by == "its bytes" and _is_sure(body, encoding):
            return spare or _loosely(body, encoding, "fewest losses")
    return spare or _lose_least(body, dict.fromkeys(("utf-8", "gb18030", *(label for label, _ in declared))))


def _find_reading(
    body: bytes, encodings: Iterable[str], decided_by: str, declared: tuple[tuple[str, str], ...]
) -> Decoded | None:
    """Return the text in the first of some encodings of one name that reads all of the bytes."""
    for encoding in encodings:
        text = _strictly(body, encoding)
        if text is not None:
            return Decoded(text, encoding, decided_by, 0, _wrong_labels(encoding, declared, text))
    return None


def find_utf_16(body: bytes) -> str | None:
    r"""Return which UTF-16 some bytes without a mark are in, None for any other.

    Every other byte of its ASCII signs is NUL, and what it spells is text.

    >>> find_utf_16("<p>规章</p>".encode("utf-16-be")), find_utf_16(b"\x01\x00\x02\x00"), find_utf_16("规章".encode())
    ('utf-16-be', None, None)
    """
    sample = body[:_BINARY_SAMPLE]
    sample = sample[: len(sample) // 2 * 2]
    if len(sample) < _SHORTEST_UTF_16:
        return None
    for encoding, high, low in (("utf-16-le", sample[1::2], sample[::2]), ("utf-16-be", sample[::2], sample[1::2])):
        nuls = high.count(0)
        if nuls > _MIN_NULS * len(high) and low.count(0) < _MAX_OTHER_NULS * nuls:
            text = sample.decode(encoding, errors="replace")
            usual = sum("\t" <= sign <= "\r" or " " <= sign <= "~" or _is_chinese(sign) for sign in text)
            return encoding if usual >= _MIN_USUAL * len(text) else None
    return None


def looks_binary(body: bytes) -> bool:
    """Whether these bytes cannot be text: NUL bytes or many control characters near the start.

    >>> looks_binary(b"PNG" + bytes(12)), looks_binary("一、总体情况".encode("gbk"))
    (True, False)
    """
    sample = body[:_BINARY_SAMPLE]
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or (b"\x00" in sample and find_utf_16(sample)):
        return False
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return b"\x00" in sample or controls * 20 > len(sample)


def _is_chinese(sign: str) -> bool:
    return (
        "\u2000" <= sign <= "\u206f" or "\u3000" <= sign <= "\u9fff" or "\uff00" <= sign <= "\uffef" or sign == "\xa0"
    )


def _without_mark(body: bytes, encoding: str) -> Decoded:
    """Read what follows a byte-order mark as it says, unless it was put before bytes of another encoding."""
    read = _loosely(body, encoding, "byte-order mark")
    if encoding != "utf-8" or not read.lost or _is_sure(body, "utf-8"):
        return read
    text = _strictly(body, "gb18030")
    if text is None:
        return read
    warning = "the byte-order mark says utf-8, but the bytes are gb18030"
    return Decoded(text, "gb18030", "its bytes", 0, (warning,))


def _is_sure(body: bytes, encoding: str) -> bool:
    """Whether bytes that do not decode strictly are in an encoding for all that.

    They are where much of it is read before the first fault, as one bad byte in UTF-8 has it, or where the only fault
    is that the last sign is cut.
    """
    try:
        body.decode(encoding)
    except UnicodeDecodeError as fault:
        read = body[: fault.start].decode(encoding)
        signs = len(read) - len(read.encode("ascii", "ignore"))
        is_cut = fault.start > len(body) - _LONGEST_SIGN and fault.end == len(body)
        return signs > 0 and (is_cut or (encoding == "utf-8" and signs >= _SURE_SIGNS))
    return True


def _declared(body: bytes, content_type: str | None) -> tuple[tuple[str, str], ...]:
    """Return the encodings that the header and the page name, as Python knows them, the header first.

    Of the page it is the first label that is the name of a plausible encoding.
    """
    header = _CHARSET.search(content_type) if content_type else None
    in_header = _resolve(header[1]) if header else None
    in_page = next((encoding for label in _iter_labels(body) if (encoding := _resolve(label))), None)
    return tuple((encoding, source) for encoding, source in ((in_header, "header"), (in_page, "page")) if encoding)


def _iter_labels(body: bytes) -> Iterator[str]:
    """Yield the encodings that a page declares, as the HTML standard looks for them before it parses."""
    head = body[:_DECLARED_WITHIN]
    if b"charset" in head.lower():
        for tag in _TAG.finditer(head):
            if tag["meta"] and (label := _read_meta(tag["attributes"])):
                yield label
    if match := _XML_ENCODING.match(head):
        yield match[1].decode("ascii", "replace")


def _read_meta(attributes: bytes) -> str | None:
    values: dict[str, str] = {}
    for name, *quoted in _ATTRIBUTE.findall(attributes):
        values.setdefault(name.decode("latin-1").lower(), b"".join(quoted).decode("latin-1"))
    if values.get("charset"):
        return values["charset"]
    match = _CHARSET.search(values.get("content", ""))
    return match[1] if match and values.get("http-equiv", "").strip().lower() == "content-type" else None


def _resolve(label: str) -> str | None:
    name = label.strip().lower()
    try:
        encoding = codecs.lookup(_ALIASES.get(name, name)).name
    except LookupError:
        return None
    encoding = _ALIASES.get(encoding, encoding)
    return encoding if encoding in _PLAUSIBLE else None


def _strictly(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _lose_least(body: bytes, encodings: Iterable[str]) -> Decoded:
    return min((_loosely(body, encoding, "fewest losses") for encoding in encodings), key=lambda found: found.lost)


def _loosely(body: bytes, encoding: str, decided_by: str) -> Decoded:
    text = body.decode(encoding, errors="replace")
    lost = text.count("\ufffd")
    warnings = (f"{lost} characters could not be read as {encoding}",) if lost else ()
    return Decoded(text, encoding, decided_by, lost, warnings)


def _wrong_labels(encoding: str, declared: tuple[tuple[str, str], ...], text: str) -> tuple[str, ...]:
    if text.isascii():
        return ()
    return tuple(
        f"the {source} declares {label}, but the bytes are {encoding}"
        for label, source in declared
        if encoding not in (label, *_WIDER.get(label, ()))
    )
