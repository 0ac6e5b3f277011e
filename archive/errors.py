"""Everything the archive can say no to. Catch `ArchiveError`: its text is one line made for a person."""


class ArchiveError(Exception):
    """Something about the archive file stops this; the text says what, where and what to do next."""


class CannotOpenError(ArchiveError):
    """The file is not there, is not an archive, cannot be read or written, or is of a newer version."""


class BusyError(ArchiveError):
    """Another process holds the write lock; wait for it, or end it."""


class DamagedError(ArchiveError):
    """SQLite or a hash says that the file is not what was written; restore a backup."""


class UnknownReportError(ArchiveError):
    """No report answers to the name given; the text lists what comes near."""


class AmbiguousReportError(ArchiveError):
    """Several reports answer to the name given; the text lists them."""


class QueryError(ArchiveError):
    """A search that cannot be understood; the text says which part."""


class ReviewError(ArchiveError):
    """A review that cannot be kept; the text says which part of it does not fit."""
