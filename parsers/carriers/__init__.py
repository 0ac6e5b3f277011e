"""The kinds of file: each module turns the bytes of one kind into a `Document`.

    bytes ─sniff▶ kind ─containers, rar▶ the files in an archive ─docx, doc, sheet, pdf, rtf, …▶ Document

`open` walks the route; `unpack` holds the limits.
"""

from parsers.carriers.open import Opened, iter_documents
from parsers.carriers.unpack import Unread

__all__ = ["Opened", "Unread", "iter_documents"]
