"""The front door's side for what joins parser and archive, and for what fills or shrinks the file."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from archive.captures import visits
from archive.captures.bodies import load_body
from archive.front.opened import Front
from archive.joining import imports
from archive.joining.imports import Import, ImportSummary
from archive.readings import filing, refiling, rereading, unread
from archive.readings.reading import Filed, Outdated, Reading, Rereading, Unparsed, Unread
from archive.upkeep import compaction
from archive.upkeep.compaction import CompactionSummary
from archive.warc import export as warc_export
from archive.warc.export import Selection
from archive.warc.writing import FILE_SIZE, WarcExport
from parsers.report import Report


class FilingSide(Front):
    """What joins parser and archive."""

    def iter_unread(self) -> Iterator[Unread]:
        """Yield the captures of reports and attachments that are not filed yet, in order, without their bytes."""
        return unread.iter_unread(self._connection)

    def iter_filed(self, site: str) -> Iterator[tuple[Unread, Filed]]:
        """Yield the captures of the visit of the site that is under way that are filed, in order, and as what."""
        return unread.iter_filed(self._connection, site, self._visit(site).run_id)

    def iter_unparsed(self, parser: str, after: int = 0) -> Iterator[Unparsed]:
        """Yield those of the unread captures after one whose bytes this parser version has not read, each body once."""
        return unread.iter_unparsed(self._connection, parser, after)

    def save_readings(self, readings: Sequence[Reading]) -> None:
        """Keep readings, all or none, without filing them; `find_reading` gives them to whoever files them."""
        filing.save_readings(self._connection, readings)

    def load_capture_body(self, capture_id: int) -> bytes:
        """Return the bytes that a capture brought or confirmed; `DamagedError` where they are missing or not whole."""
        row = self._connection.execute("SELECT body_id FROM captures WHERE id = ?", (capture_id,)).fetchone()
        return load_body(self._connection, row["body_id"] if row else 0)

    def find_page_report(self, site: str, url: str) -> Report | None:
        """Return the report or other document that a page was last read as, None where it never was one."""
        return unread.find_page_report(self._connection, site, url)

    def iter_outdated(self, parser: str, *, whole: bool = False) -> Iterator[Outdated]:
        """Yield the bytes that stand at the pages of reports and that this parser version has not read yet.

        With `whole` those of all their history as well.
        """
        return unread.iter_outdated(self._connection, parser, whole=whole)

    def file_rereading(self, reading: Reading, *, accept: bool = False) -> Rereading:
        """Record what a newer parser made of bytes that were read before; it is no change of the report.

        It stands from now on, unless it reads other figures where `reported` stood: then only with `accept`.
        """
        return rereading.file_rereading(self._connection, reading, accept=accept)

    def list_rereadings(self, parser: str) -> list[Rereading]:
        """Return what this parser version reads otherwise than stands, and was not accepted yet."""
        return rereading.list_rereadings(self._connection, parser)

    def count_rereadings(self, site: str, parser: str) -> int:
        """Return how many pages of a site this parser version reads otherwise than stands, and was not accepted."""
        return rereading.count_rereadings(self._connection, site, parser)

    def accept_rereadings(self, parser: str) -> list[Rereading]:
        """Let what this parser version reads otherwise stand from now on, and return what that was."""
        return rereading.accept_rereadings(self._connection, parser)

    def holds_body(self, sha256: str) -> bool:
        """Whether bytes of this SHA-256 (64 hexadecimals) are stored."""
        row = self._connection.execute("SELECT 1 FROM bodies WHERE sha256 = ?", (sha256,)).fetchone()
        return row is not None

    def export_warc(self, folder: Path, chosen: Selection, *, size: int = FILE_SIZE) -> WarcExport:
        """Write captures as WARC files of about `size` bytes into a folder: all of them or none.

        `ArchiveError` where the folder holds an earlier export, or cannot be written.
        """
        return warc_export.export_warc(self._connection, folder, chosen, size=size)

    def import_captures(self, captures: Iterable[Import]) -> ImportSummary:
        """Take in captures that were made elsewhere, each once; `work_out` is to follow.

        The text beside each is the SHA-256 of the body that a 304 confirms.
        """
        return imports.import_captures(self._connection, captures)

    def compact(self) -> CompactionSummary:
        """Make the file smaller: bodies packed anew, with dictionaries of their own. Nothing is dropped."""
        return compaction.compact(self._connection, self.path)

    def tell_stale(self) -> None:
        """Work the captures that were not good into the histories of the reports at their pages."""
        for site, visit in self._visits.items():
            visits.mark_visit_stale(self._connection, site, visit)
        filing.tell_stale(self._connection)

    def work_out(self) -> None:
        """Work out anew, from captures and readings, all that can be: reports, versions, changes, search."""
        refiling.work_out(self._connection)

    def find_reading(self, capture_id: int, parser: str) -> tuple[Report | None, str | None] | None:
        """Return what this parser version made of the same bytes before, None if it never read them.

        That is the report and None, or None and the reason why it is none.
        """
        return unread.find_reading(self._connection, capture_id, parser)

    def is_read(self, capture_id: int, parser: str) -> bool:
        """Whether this parser version has read the bytes of a capture, filed or not."""
        return unread.is_read(self._connection, capture_id, parser)

    def file_reading(self, reading: Reading) -> Filed:
        """Record a reading with all that it leads to."""
        return filing.file_readings(self._connection, [reading])[0]

    def file_readings(self, readings: Sequence[Reading]) -> list[Filed]:
        """Record readings, and tell the histories that they touch; one that is interrupted is gone on with later.

        Give all those of a visit of a site at once: what its pages show is weighed together.
        """
        return filing.file_readings(self._connection, readings)
