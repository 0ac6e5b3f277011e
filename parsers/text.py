"""Plain text to a document: one block a line, blank lines kept, for they may be blank cells."""

import re

from parsers.document import Document, TextLine

_NEWLINE = re.compile(r"\r\n|[\n\r\f\x0b\x85\u2028\u2029]")


def text_to_document(text: str) -> Document:
    r"""Return one line for each line of `text`; places count from 1, as editors do.

    >>> [(line.at, line.text) for line in text_to_document("规章\n\t0").iter_lines()]
    [('line 1', '规章'), ('line 2', '\t0')]
    """
    lines = _NEWLINE.split(text)
    places = map("line {}".format, range(1, len(lines) + 1))
    return Document("text", tuple(map(TextLine, lines, places)))
