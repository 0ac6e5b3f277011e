"""Everything the parsers can say no to. Catch `ParserError`, keep its text beside the bytes, go on with the next."""


class ParserError(Exception):
    """A document cannot be read; the text says why in one line."""


class EmptyDocumentError(ParserError):
    """There are no bytes, or no text in them: ask for the document again."""


class UnknownCarrierError(ParserError):
    """The bytes are of a kind that no reader is there for: keep them, a later version may read them."""


class TooLargeError(ParserError):
    """The document is over the limit in `Options`: raise the limit, or leave it."""


class FormError(ParserError):
    """A form file contradicts itself: mend the file."""


class EncryptedError(ParserError):
    """The document asks for a password: keep it, ask the agency for an open copy."""


class DamagedError(ParserError):
    """The document is cut short or contradicts its own format: ask for it again."""


class ReaderMissingError(ParserError):
    """The reader for this kind of file is not installed: install what the text names, and read it again."""
