"""The zip archive that a newer Office file is: its parts as XML, read within the limits."""

import re
import zipfile
from types import TracebackType

from lxml import etree

from parsers.carriers.sniff import open_zip
from parsers.carriers.unpack import Budget
from parsers.errors import DamagedError, EncryptedError, ParserError, TooLargeError
from parsers.options import Options

_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
)
"""The names of the strict variant of the format, and those that nearly all files have."""
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")


class Package:
    """The parts of an Office file by name; names are compared as Office does, without case."""

    def __init__(self, body: bytes, options: Options) -> None:
        if body.startswith(_OLE) and _ENCRYPTED_STREAM in body:
            raise EncryptedError("the Office file asks for a password; ask for an open copy")
        self._options = options
        self._archive = open_zip(body, options)
        self._budget = Budget(options, len(body))
        self._parts = {_plain_name(info.filename): info for info in self._archive.infolist()}

    def __enter__(self) -> "Package":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._archive.close()

    def find_xml(self, name: str, most: int | None = None) -> etree._Element | None:
        """Return the root of a part, None where there is no such part. `most` are the tags that it may have.

        Raises `DamagedError` for a part that cannot be unpacked or is no XML, `TooLargeError` for one over the limits.
        """
        content = self.find_bytes(name)
        if content is None:
            return None
        most = self._options.max_elements if most is None else most
        if content.count(b"<") > most:
            raise TooLargeError(f"{name} has more than {most} tags; raise the limit, or leave it")
        for strict, usual in _STRICT:
            content = content.replace(strict, usual)
        return parse_xml(content, name)

    def find_bytes(self, name: str) -> bytes | None:
        """Return a part unpacked, None where there is none of that name; errors as in `find_xml`."""
        info = self._parts.get(_plain_name(name))
        if info is None:
            return None
        if info.flag_bits & _ENCRYPTED:
            raise EncryptedError("the Office file asks for a password; ask for an open copy")
        if info.compress_type not in _METHODS:
            raise DamagedError(f"{name} is packed by a method that Office does not use; ask for it again")
        try:
            with self._archive.open(info) as file:
                return self._budget.read(file.read)
        except ParserError:
            raise
        except Exception as error:  # besides its own, zipfile lets zlib, struct, decoding and value errors through
            raise DamagedError(f"{name} is cut short or damaged; ask for the file again") from error

    def has(self, name: str) -> bool:
        """Whether there is a part of that name."""
        return _plain_name(name) in self._parts

    def count_names(self, start: str) -> int:
        """Return how many parts have a name that starts so."""
        return sum(name.startswith(_plain_name(start)) for name in self._parts)

    def find_main_part(self, usual: str) -> str:
        """Return the name of the part that the file is about: as its relations say, else the usual one."""
        if self.has(usual):
            return usual
        relations = self.find_relations("_rels/.rels")
        target = next((target for kind, target in relations.values() if kind == "officeDocument"), usual)
        return target.lstrip("/")

    def find_relations(self, name: str) -> dict[str, tuple[str, str]]:
        """Return kind and target of each relation that a part lists, by its id; none where there is no such part."""
        root = self.find_xml(name)
        if root is None:
            return {}
        return {
            element.get("Id", ""): (element.get("Type", "").rpartition("/")[2], element.get("Target", ""))
            for element in root.iterchildren("{*}Relationship")
        }

    def find_title(self) -> str | None:
        """Return the title among the file's properties; None where there is none or it cannot be read."""
        try:
            root = self.find_xml("docProps/core.xml")
        except DamagedError:
            return None
        text = None if root is None else root.findtext("{http://purl.org/dc/elements/1.1/}title")
        return " ".join(text.split()) or None if text else None


def parse_xml(content: bytes, name: str) -> etree._Element:
    """Return the root of an XML part, no entity resolved and nothing fetched; `DamagedError` names the part."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        remove_blank_text=False,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        said = re.sub(r"\s+", " ", str(error))[:120]
        raise DamagedError(f"{name} is no whole XML ({said}); ask for the file again") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise DamagedError(f"{name} declares a document type, which no Office file does; it was not read")
    return root


def _plain_name(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()
