"""An export: which captures, and a folder of WARC files that is there whole or not at all."""

import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from secrets import token_hex
from types import TracebackType

from archive.captures.bodies import load_body
from archive.captures.capture import SiteIdentity
from archive.captures.records import iter_records
from archive.errors import ArchiveError, CannotOpenError
from archive.warc.records import load_warcio
from archive.warc.writing import FILE_NAME, FILE_SIZE, NOT_MODIFIED, PAGES_NAME, WarcExport, WarcWriter


@dataclass(frozen=True, slots=True)
class Selection:
    """Which captures: of a site, of the pages of reports (by id), or of a year, known at a moment; None is all."""

    site: str | None = None
    year: int | None = None
    reports: tuple[str, ...] = ()
    until: str | None = None

    def to_sql(self) -> tuple[str, tuple[object, ...]]:
        """Return a condition over the tables that a record is made from, and its values."""
        parts: list[tuple[str, tuple[object, ...]]] = []
        if self.site is not None:
            parts.append(("sites.name = ?", (self.site,)))
        if self.until is not None:
            parts.append(("captures.fetched_at <= ?", (self.until,)))
        if self.year is not None:
            parts.append((_OF_REPORTS.format("reports.year = ?"), (self.year, self.year)))
        if self.reports:
            names = f"reports.key IN ({','.join('?' * len(self.reports))})"
            parts.append((_OF_REPORTS.format(names), (*self.reports, *self.reports)))
        return " AND ".join(f"({part})" for part, _ in parts), tuple(value for _, values in parts for value in values)


_OF_REPORTS = """
captures.page_id IN (
  SELECT locations.page_id FROM locations JOIN reports ON reports.id = locations.report_id WHERE {0}
  UNION
  SELECT files.id FROM locations JOIN reports ON reports.id = locations.report_id
  JOIN pages AS shown ON shown.id = locations.page_id
  JOIN pages AS files ON files.site_id = shown.site_id AND files.found_on = shown.url AND files.kind = 'attachment'
  WHERE {0}
)
"""
"""The pages at which reports were met, and the files behind those pages."""


def export_warc(
    connection: sqlite3.Connection, folder: Path, selection: Selection = Selection(), *, size: int = FILE_SIZE
) -> WarcExport:
    """Write captures as WARC files into a folder: all of them or, where something stops it, none.

    `ArchiveError` where the folder cannot be written or holds an earlier export.
    """
    rows = connection.execute("SELECT name, title, division FROM sites").fetchall()
    sites = {row["name"]: SiteIdentity(*row) for row in rows}
    load_warcio("warcwriter")
    with _Folder(folder) as scratch, closing(WarcWriter(scratch, size)) as writer:
        for record in iter_records(connection, *selection.to_sql()):
            confirmed = None
            if record.capture.status == NOT_MODIFIED and record.capture.is_good and not writer.holds(record):
                confirmed = _load_by_hash(connection, record.body_sha256)
            writer.write(record, sites[record.capture.site], confirmed)
    return writer.sum_up(folder)


def _load_by_hash(connection: sqlite3.Connection, sha256: str | None) -> bytes | None:
    row = connection.execute("SELECT id FROM bodies WHERE sha256 = ?", (sha256,)).fetchone()
    return load_body(connection, row["id"]) if row is not None else None


class _Folder:
    """A folder for what is being written: beside the one that it becomes, or inside one that was there before.

    A folder of somebody's has rights of its own, may be a disk of its own, and is not replaced.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._scratch = folder

    def __enter__(self) -> Path:
        try:
            target = self._folder.resolve()
            is_new = not target.exists()
            target.mkdir(parents=True, exist_ok=True)
            if any(chain(*map(self._folder.glob, (FILE_NAME.replace("{:05}", "*"), PAGES_NAME)))):
                raise ArchiveError(f"{self._folder} holds an earlier export; name another folder, or remove its files")
            self._scratch = (target.parent if is_new else target) / f".{target.name}.unfinished-{token_hex(4)}"
            self._scratch.mkdir()
        except OSError as problem:
            raise self._explain(problem) from problem
        return self._scratch

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._put_in_place()
        except OSError as problem:
            raise self._explain(problem) from problem
        finally:
            shutil.rmtree(self._scratch, ignore_errors=True)
        if isinstance(value, OSError):
            raise self._explain(value) from value

    def _put_in_place(self) -> None:
        """Give all files their place in one step; in a folder that was there before that takes a step for each."""
        target = self._folder.resolve()
        if self._scratch.parent != target:
            with suppress(OSError):  # somebody has put a file into it meanwhile
                self._scratch.replace(target)
                return
        for file in sorted(self._scratch.iterdir()):
            file.replace(target / file.name)

    def _explain(self, problem: OSError) -> CannotOpenError:
        said = problem.strerror or str(problem)
        return CannotOpenError(f"{self._folder} cannot be written ({said}); make room, or name another folder")
