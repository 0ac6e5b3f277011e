"""From bytes to documents: one for a file, as many as it holds for an archive."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from parsers.carriers.sniff import Carrier, is_html, sniff
from parsers.carriers.unpack import Budget, Member, Unread
from parsers.decode import Decoded, decode
from parsers.document import Document
from parsers.errors import EmptyDocumentError, ParserError, TooLargeError
from parsers.options import Options


@dataclass(frozen=True, slots=True)
class Opened:
    """A document with the text it was read from (None where the carrier is no text).

    `name` is the way to it inside archives (`附件.zip/年报.docx`), None where the body itself is the document.
    """

    document: Document
    decoded: Decoded | None = None
    name: str | None = None


def iter_documents(body: bytes, content_type: str | None, options: Options) -> Iterator[Opened | Unread]:
    """Yield the document that `body` is, or each one in an archive, read only when asked for.

    `content_type` is the header that came with a text. Raises a `ParserError` for a body that cannot be read; what
    is wrong with a file inside an archive is yielded as `Unread`.
    """
    _refuse_by_size(body, options)
    carrier = sniff(body, options)
    if carrier in ("gzip", "rar", "zip"):
        yield from _iter_archive(body, carrier, Budget(options, len(body)), 1)
    else:
        yield _open_file(body, carrier, content_type, options)


def _refuse_by_size(body: bytes, options: Options) -> None:
    if len(body) > options.max_bytes:
        raise TooLargeError(f"{len(body)} bytes, more than the limit of {options.max_bytes}")
    if not body.strip():
        raise EmptyDocumentError("the document is empty")


def _iter_archive(
    body: bytes, container: Literal["gzip", "rar", "zip"], budget: Budget, depth: int
) -> Iterator[Opened | Unread]:
    if depth > budget.options.max_container_depth:
        raise TooLargeError(f"archives are opened {budget.options.max_container_depth} deep; unpack this one first")
    from parsers.carriers.containers import iter_members  # noqa: PLC0415 - most bodies are pages

    is_empty = True
    for member in iter_members(body, container, budget):
        is_empty = False
        if isinstance(member, Unread):
            yield member
        else:
            yield from _iter_member(member, budget, depth)
        if budget.is_spent:
            return
    if is_empty:
        raise EmptyDocumentError("the archive holds no file")


def _iter_member(member: Member, budget: Budget, depth: int) -> Iterator[Opened | Unread]:
    try:
        _refuse_by_size(member.body, budget.options)
        carrier = sniff(member.body, budget.options)
        if carrier in ("gzip", "rar", "zip"):
            for inner in _iter_archive(member.body, carrier, budget, depth + 1):
                yield replace(inner, name=f"{member.name}/{inner.name}")
        else:
            yield replace(_open_file(member.body, carrier, None, budget.options), name=member.name)
    except ParserError as error:
        yield Unread(member.name, error)


def _open_file(body: bytes, carrier: Carrier, content_type: str | None, options: Options) -> Opened:
    if carrier in ("html", "mhtml", "text"):
        return _open_text(body, carrier, content_type, options)
    return Opened(_read_file(body, carrier, options))


def _open_text(body: bytes, carrier: Carrier, content_type: str | None, options: Options) -> Opened:
    from parsers.html import html_to_document  # noqa: PLC0415 - its parser is for pages alone
    from parsers.text import text_to_document  # noqa: PLC0415

    if carrier == "mhtml":
        from parsers.carriers.mhtml import find_html_part  # noqa: PLC0415 - few bodies need it

        body, content_type = find_html_part(body, options)
    decoded = decode(body, content_type)
    is_page = carrier == "mhtml" or is_html(decoded.text)
    return Opened(html_to_document(decoded.text, options) if is_page else text_to_document(decoded.text), decoded)


def _read_file(body: bytes, carrier: Carrier, options: Options) -> Document:  # noqa: PLR0911 - one return a kind
    """Read a file that is no text, its reader and the libraries behind that loaded only now."""
    if carrier == "docx":
        from parsers.carriers.docx import docx_to_document  # noqa: PLC0415

        return docx_to_document(body, options)
    if carrier == "doc":
        from parsers.carriers.doc import doc_to_document  # noqa: PLC0415

        return doc_to_document(body, options)
    if carrier in ("xlsx", "xls", "ods"):
        from parsers.carriers.sheet import sheet_to_document  # noqa: PLC0415

        return sheet_to_document(body, options)
    if carrier == "rtf":
        from parsers.carriers.rtf import rtf_to_document  # noqa: PLC0415

        return rtf_to_document(body, options)
    if carrier == "odt":
        from parsers.carriers.odt import odt_to_document  # noqa: PLC0415

        return odt_to_document(body, options)
    if carrier == "ofd":
        from parsers.carriers.ofd import ofd_to_document  # noqa: PLC0415

        return ofd_to_document(body, options)
    from parsers.carriers.pdf import pdf_to_document  # noqa: PLC0415

    return pdf_to_document(body, options)
