"""Bytes to text: which encoding a body is really in, and how that was decided."""

import codecs
import re
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
}
_PLAUSIBLE = frozenset({"utf-8", "gb18030", "hz", "big5", "big5hkscs", "cp950"})
"""What a page in Chinese may be in. Other labels are defaults of servers, or fit any bytes, and prove nothing."""
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_BINARY_SAMPLE = 4096


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

    Order: byte-order mark, strict UTF-8, the label of the header, the label in the page (each only where it decodes
    strictly; gb2312 and gbk are read as gb18030), strict GB18030, strict Big5, else whichever of UTF-8 and GB18030
    loses fewer characters. A declared encoding that is not the one found is a warning.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return _loosely(body[len(mark) :], encoding, "byte-order mark")
    declared = _declared(body, content_type)
    for encoding, decided_by in (
        ("utf-8", "its bytes"),
        *declared,
        ("gb18030", "its bytes"),
        ("big5", "its bytes"),
    ):
        text = _strictly(body, encoding)
        if text is not None:
            return Decoded(text, encoding, decided_by, 0, _wrong_labels(encoding, declared, text))
    best = min((_loosely(body, encoding, "fewest losses") for encoding in ("utf-8", "gb18030")), key=lambda d: d.lost)
    lost = f"{best.lost} characters could not be read as {best.encoding}"
    return Decoded(best.text, best.encoding, best.decided_by, best.lost, (lost,))


def looks_binary(body: bytes) -> bool:
    """Whether these bytes cannot be text: NUL bytes or many control characters near the start.

    >>> looks_binary(b"PNG" + bytes(12)), looks_binary("一、总体情况".encode("gbk"))
    (True, False)
    """
    sample = body[:_BINARY_SAMPLE]
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return False
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\x1b\x0b" for byte in sample)
    return b"\x00" in sample or controls * 20 > len(sample)


def _declared(body: bytes, content_type: str | None) -> tuple[tuple[str, str], ...]:
    """Return the encodings that the header and the page name, as Python knows them, the header first."""
    labels = []
    if content_type and (match := _CHARSET.search(content_type)):
        labels.append((match[1], "header"))
    if label := _declared_in_page(body):
        labels.append((label, "page"))
    resolved = [(_resolve(label), source) for label, source in labels]
    return tuple((encoding, source) for encoding, source in resolved if encoding)


def _declared_in_page(body: bytes) -> str | None:
    if b"<" not in body[:2048]:
        return None
    from bs4.dammit import EncodingDetector  # noqa: PLC0415 - 100 ms that most bodies never need

    return EncodingDetector.find_declared_encoding(body, is_html=True)


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


def _loosely(body: bytes, encoding: str, decided_by: str) -> Decoded:
    text = body.decode(encoding, errors="replace")
    return Decoded(text, encoding, decided_by, text.count("\ufffd"))


def _wrong_labels(encoding: str, declared: tuple[tuple[str, str], ...], text: str) -> tuple[str, ...]:
    if text.isascii():
        return ()
    return tuple(
        f"the {source} declares {label}, but the bytes are {encoding}"
        for label, source in declared
        if label != encoding
    )
