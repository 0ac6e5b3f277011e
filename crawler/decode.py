"""Bytes of a page to text.

Order of trust: a byte order mark; strict UTF-8, which other encodings hardly ever pass by accident;
the label in the header, then the one in the page; strict GB18030; and whichever of UTF-8 and GB18030
then loses least. Labels go through w3lib, which reads `gb2312` and `gbk` as GB18030: pages say gb2312
and hold 镕, and lxml, given such bytes, drops everything that follows without a word. Latin labels are
defaults of servers and say nothing.
"""

import re

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, resolve_encoding

_SAYS_NOTHING = frozenset({"ascii", "cp1252", "iso8859-1", "latin-1"})
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def decode_page(body: bytes, content_type: str | None = None) -> str:
    """Return the text of a page; never raises. Control characters stop lxml: they become spaces."""
    return _UNREADABLE.sub(" ", _decode(body, content_type))


def _decode(body: bytes, content_type: str | None) -> str:
    bom_encoding, bom = read_bom(body)
    if bom_encoding and bom:
        return body[len(bom) :].decode(bom_encoding, errors="replace")
    labels = (http_content_type_encoding(content_type), html_body_declared_encoding(body[:4096]))
    named = [resolve_encoding(label) for label in labels if label]
    for encoding in ("utf-8", *(name for name in named if name and name not in _SAYS_NOTHING), "gb18030"):
        try:
            return body.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    readings = [body.decode(encoding, errors="replace") for encoding in ("utf-8", "gb18030")]
    return min(readings, key=lambda reading: reading.count("\ufffd"))
