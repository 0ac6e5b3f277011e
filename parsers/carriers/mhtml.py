"""A page saved as one file (MHTML, often named .doc): the first HTML part of a message in MIME."""

import base64
import quopri
import re
from email.message import Message
from email.parser import BytesHeaderParser

from parsers.errors import DamagedError
from parsers.options import Options

_HEADERS_END = re.compile(rb"\r?\n\r?\n")
_PAGES = frozenset({"text/html", "application/xhtml+xml"})


def find_html_part(body: bytes, options: Options) -> tuple[bytes, str | None]:
    """Return the bytes of the page and the content type that its part states.

    Parts are cut at the boundary only, headers read a part at a time: the library's parser of whole messages takes
    quadratic time over nested ones. Raises `DamagedError` where no part is a page.
    """
    parts = [body]
    for _ in range(options.max_container_depth + 1):
        split = [_split_headers(part) for part in parts[: options.max_members]]
        for headers, content in split:
            if headers.get_content_type() in _PAGES:
                return _decode(headers, content), str(headers.get("Content-Type"))
        parts = [piece for headers, content in split for piece in _iter_parts(headers, content)]
    raise DamagedError("a page saved as one file (MHTML), but none of its parts is a page; ask for it again")


def _split_headers(part: bytes) -> tuple[Message, bytes]:
    part = part.lstrip(b"\r\n")
    end = _HEADERS_END.search(part)
    head, content = (part, b"") if end is None else (part[: end.start()], part[end.end() :])
    return BytesHeaderParser().parsebytes(head), content


def _iter_parts(headers: Message, content: bytes) -> list[bytes]:
    boundary = headers.get_boundary()
    if not boundary:
        return []
    mark = re.escape(boundary.encode("utf-8", "replace"))
    return re.split(rb"(?:^|\n)--" + mark + rb"(?:--)?[ \t]*\r?(?=\n|$)", content)[1:]


def _decode(headers: Message, content: bytes) -> bytes:
    encoding = str(headers.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding == "quoted-printable":
        return quopri.decodestring(content)
    if encoding != "base64":
        return content
    try:
        return base64.b64decode(content + b"==")  # one padding too much does no harm, one too few does
    except ValueError as error:
        raise DamagedError("a page saved as one file (MHTML) that is cut short; ask for it again") from error
