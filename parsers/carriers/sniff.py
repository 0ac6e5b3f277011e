"""Which kind of file some bytes are, told from the bytes alone: names and headers say otherwise too often."""

import codecs
import io
import re
from typing import TYPE_CHECKING, Literal

from parsers.decode import looks_binary
from parsers.errors import DamagedError, EncryptedError, ReaderMissingError, TooLargeError, UnknownCarrierError
from parsers.options import Options

if TYPE_CHECKING:
    import zipfile

Carrier = Literal[
    "doc", "docx", "gzip", "html", "mhtml", "odt", "ofd", "ods", "pdf", "rar", "rtf", "text", "xls", "xlsx", "zip"
]
"""The kinds that are read; `xlsx` is `xlsb`, too, and `doc` what WPS calls `.wps`."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK00PK\x03\x04", b"PK\x07\x08PK\x03\x04")
_RAR_STARTS = (b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00")
_PICTURES: tuple[tuple[bytes, str], ...] = (
    (rb"\x89PNG\r\n", "PNG"),
    (rb"\xff\xd8\xff", "JPEG"),
    (rb"GIF8[79]a", "GIF"),
    (rb"BM.{4}\x00{4}", "BMP"),
    (rb"II\*\x00|MM\x00\*", "TIFF"),
    (rb"RIFF.{4}WEBP", "WebP"),
    (rb".{4}ftyp(?:heic|heix|mif1|avif)", "HEIF"),
    (rb"\xd7\xcd\xc6\x9a|.{40} EMF", "Windows metafile"),
)
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (rb"7z\xbc\xaf\x27\x1c", "7z archive"),
    (rb"BZh[1-9]1AY&SY", "bzip2 archive"),
    (rb"\xfd7zXZ\x00", "xz archive"),
    (rb"MSCF\x00{4}", "cabinet archive"),
    (rb".{257}ustar", "tar archive"),
    (rb"Founder CEB", "Founder CEB document"),
    (rb"MZ.{58}", "Windows program"),
    (rb"[FC]WS[\x01-\x30]", "Flash film"),
)
_ZIP_KINDS: tuple[tuple[str, Carrier], ...] = (
    (r"word/document\d*\.xml", "docx"),
    (r"xl/workbook\d*\.(?:xml|bin)", "xlsx"),
    (r"ofd\.xml", "ofd"),
)
_ZIP_OTHERS = (("ppt/presentation.xml", "PowerPoint file"), ("visio/document.xml", "Visio file"))
_MIME_TYPES: dict[bytes, Carrier] = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
_OLE_OTHERS = (
    ("PowerPoint Document", "PowerPoint file"),
    ("VisioDocument", "Visio file"),
    ("__properties_version1.0", "Outlook message"),
    ("MatOST", "Microsoft Works document"),
    ("BodyText", "Hangul document"),
)
_XML_OTHERS = (
    (r"<(?:\w+:)?wordDocument\b", "Word 2003 XML document"),
    (r"<(?:\w+:)?package\s[^>]*2006/xmlPackage", "Word document as one XML file"),
    (r"""<(?:\w+:)?Workbook\s[^>]*schemas-microsoft-com:office:spreadsheet""", "Excel 2003 XML file"),
    (r"<svg\b", "SVG picture"),
)
_SHORTEST_NAMED = {
    "zip": "zip, docx or xlsx",
    "ole": "legacy Word, WPS or Excel",
    "pdf": "PDF",
    "rtf": "RTF",
    "rar": "RAR",
}
_HTML_STARTS = ("<!doctype", "<html", "<head", "<body", "<?xml")
_PAGE_STARTS = ("<!doctype", "<html")
_HTML_TAGS = ("html", "body", "div", "table", "meta", "title", "p>", "p ", "td", "span", "br")
_MHTML = re.compile(r"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,20}?(?:MIME-Version|Content-Type:\s*multipart)", re.I)
_PDF_WITHIN = 1024
_HEAD = 12 * 1024


def sniff(body: bytes, options: Options) -> Carrier:
    r"""Return the kind of file that `body` is.

    Raises `UnknownCarrierError` with the name of a kind that is not read, `EncryptedError`, `DamagedError` or
    `TooLargeError` for a file whose table of contents cannot be had, `ReaderMissingError` where a package is missing.

    >>> from parsers.options import DEFAULT_OPTIONS
    >>> sniff("<p>规章</p>".encode("gbk"), DEFAULT_OPTIONS), sniff(b"%PDF-1.4\n%%EOF, never empty", DEFAULT_OPTIONS)
    ('html', 'pdf')
    """
    carrier = _find_signature(body)
    if carrier in _SHORTEST_NAMED and len(body) < options.min_file_bytes:
        raise UnknownCarrierError(
            f"nothing but the first bytes of a file ({_SHORTEST_NAMED[carrier]}); ask for it again"
        )
    if carrier == "zip":
        return _sniff_zip(body, options)
    if carrier == "ole":
        return _sniff_ole(body)
    if carrier is not None:
        return carrier
    _refuse_by_magic(body)
    return _sniff_text(body)


def _find_signature(body: bytes) -> Carrier | Literal["ole"] | None:
    """Return the kind that the first bytes claim; zip and OLE files are told further by what is in them."""
    if body.startswith(_ZIP_STARTS):
        return "zip"
    if body.startswith(_OLE):
        return "ole"
    if body.startswith(_RAR_STARTS):
        return "rar"
    if body.startswith(b"\x1f\x8b\x08"):
        return "gzip"
    if _is_pdf(body):
        return "pdf"
    is_rtf = body[:64].removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{\\rtf")
    return "rtf" if is_rtf else None


def _refuse_by_magic(body: bytes) -> None:
    for magic, name in _PICTURES:
        if re.match(magic, body, re.DOTALL):
            raise UnknownCarrierError(f"{name} picture: its figures were not read (it needs OCR)")
    for magic, name in _OTHERS:
        if re.match(magic, body, re.DOTALL) and looks_binary(body):
            raise _no_reader(name)
    if looks_binary(body):
        raise _no_reader("binary data")


def _is_pdf(body: bytes) -> bool:
    """Whether a PDF header stands near the start; a text that only speaks of one has no such end."""
    place = body.find(b"%PDF-", 0, _PDF_WITHIN)
    return place == 0 or (place > 0 and (looks_binary(body) or b"%%EOF" in body[-_PDF_WITHIN:]))


def _sniff_text(body: bytes) -> Carrier:
    head = _text_head(body)
    start = head[:4096].lstrip()
    if start.startswith("<") and not start[:9].lower().startswith(_PAGE_STARTS):
        for pattern, name in _XML_OTHERS:
            if re.search(pattern, head):
                raise UnknownCarrierError(f"no reader for this kind of file ({name}); save it as docx or HTML")
    if _MHTML.match(start):
        return "mhtml"
    return "html" if is_html(head) else "text"


def _text_head(body: bytes) -> str:
    """Return the beginning loosely, for markup is ASCII in every encoding but UTF-16."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if body.startswith(mark):
            return body[2:_HEAD].decode(encoding, "ignore")
    return body[:_HEAD].removeprefix(codecs.BOM_UTF8).decode("utf-8", "ignore")


def is_html(text: str) -> bool:
    """Whether a text begins as a page does, or has tags of one near its start."""
    start = text[:4096].lstrip().lower()
    return start.startswith(_HTML_STARTS) or any(f"<{tag}" in start for tag in _HTML_TAGS)


def open_zip(body: bytes, options: Options) -> "zipfile.ZipFile":
    """Open a zip archive and read its table of contents, not its files.

    Raises `DamagedError` where there is none, `TooLargeError` where it lists too much.
    """
    if body.count(b"PK\x01\x02") > options.max_archive_entries:
        raise TooLargeError(f"the archive lists more than {options.max_archive_entries} entries; it was not opened")
    import zipfile  # noqa: PLC0415 - most bodies are pages

    try:
        return zipfile.ZipFile(io.BytesIO(body))
    except Exception as error:  # besides its own, zipfile lets struct, decoding and value errors through
        raise DamagedError(f"zip archive cut short or damaged ({_said(error)}); ask for it again") from error


def _sniff_zip(body: bytes, options: Options) -> Carrier:
    with open_zip(body, options) as archive:
        names = [name.replace("\\", "/").lower() for name in archive.namelist()]
        for pattern, carrier in _ZIP_KINDS:
            if any(re.fullmatch(pattern, name) for name in names):
                return carrier
        for known, name in _ZIP_OTHERS:
            if known in names:
                raise _no_reader(name)
        return _sniff_mimetype(archive) if "mimetype" in names else "zip"


def _sniff_mimetype(archive: "zipfile.ZipFile") -> Carrier:
    """Tell an OpenDocument file, or a book, by the file `mimetype` that such archives begin with."""
    try:
        with archive.open("mimetype") as file:
            stated = file.read(100).strip()
    except Exception:  # as in open_zip; and then it is an archive like any other
        return "zip"
    stated = stated.removesuffix(b"-template")
    if stated in _MIME_TYPES:
        return _MIME_TYPES[stated]
    if re.fullmatch(rb"application/[\w.+-]+", stated):
        raise _no_reader(stated.decode())
    return "zip"


def _sniff_ole(body: bytes) -> Carrier:
    names = _ole_names(body)
    if "encryptedpackage" in names:
        raise EncryptedError("the Office file asks for a password; ask for an open copy")
    if "worddocument" in names:
        return "doc"
    if {"workbook", "book"} & names:
        return "xls"
    kind = next((name for stream, name in _OLE_OTHERS if stream.lower() in names), "legacy Office container")
    raise _no_reader(kind)


def _ole_names(body: bytes) -> set[str]:
    """Return the names at the root of an OLE file, in lower case; what is embedded stands deeper."""
    try:
        import olefile  # type: ignore[import-untyped]  # noqa: PLC0415 - few bodies need it
    except ImportError as error:
        raise ReaderMissingError("legacy Office files need the package olefile: pip install olefile") from error
    try:
        with olefile.OleFileIO(io.BytesIO(body)) as ole:
            return {entry.name.lower() for entry in ole.root.kids}
    except Exception as error:  # a hostile file makes olefile raise nearly anything
        raise DamagedError(f"legacy Office file cut short or damaged ({_said(error)}); ask for it again") from error


def _no_reader(kind: str) -> UnknownCarrierError:
    return UnknownCarrierError(f"no reader for this kind of file ({kind}); keep it, or ask for another copy")


def _said(error: Exception) -> str:
    """Return what a library said in one short line."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:120]
