"""The front door: one archive file, all its sides in one."""

from archive.front.asking import AskingSide
from archive.front.crawling import CrawlingSide
from archive.front.filing import FilingSide
from archive.front.judging import JudgingSide


class Archive(CrawlingSide, FilingSide, AskingSide, JudgingSide):
    """Captures, readings, versions, changes and search in one SQLite file.

    Use it in a `with`, or call `close`. Writing takes the archive's lock, so that two writers never mix; readers are
    never kept waiting. Errors are `ArchiveError`s whose text is made for people.
    """
