"""What an export can say no to; its text is one line made for a person."""

from archive.errors import ArchiveError


class ExportError(ArchiveError):
    """This cannot be exported so; the text says why, and what to do instead."""
