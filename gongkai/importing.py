"""Captures that stand elsewhere, into an archive: WARC files of ours and of others, and saved pages.

Files are gone through three times, so that nothing is written before all is judged, and no bytes are held: what there
is and what of it is a report; the captures with bytes; and those that only name bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING, Any

from archive import Archive, Capture
from archive.captures.records import Run
from archive.moments import moment
from archive.warc.records import attach_body
from gongkai.kept import FileTrouble, Named, Own, Page, iter_kept
from gongkai.surveying import ImportOptions, Survey

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from gongkai.kept import Kept
    from gongkai.surveying import Place, Taken

IMPORT_COMMAND = "gongkai import"


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What an import found and did: `captures` that can be taken, of which `added` are new here and `known` are not.

    `skipped` says why others were left, and of how many; `troubles` what could not be read.
    """

    captures: int
    added: int
    known: int
    bodies: int
    skipped: Mapping[str, int]
    troubles: tuple[FileTrouble, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the object that is printed."""
        troubles = [trouble.to_json() for trouble in self.troubles]
        counts = {name: getattr(self, name) for name in ("captures", "added", "known", "bodies")}
        return {**counts, "skipped": dict(self.skipped), "troubles": troubles}


def import_files(
    archive: Archive | None, files: Sequence[Path], options: ImportOptions, *, dry_run: bool = False
) -> ImportOutcome:
    """Take the captures of files into an archive: all that are whole, some hundred at a time.

    Without an archive, which a dry run does not need, no site is known. Raises `UnknownSiteError`, before anything is
    written, where pages belong to no site. What is read and worked out from them afterwards is up to the caller.
    """
    survey = Survey(archive, options)
    for place, item in _iter_items(files, options):
        survey.take(place, item)
    survey.decide()
    found = survey.count()
    outcome = ImportOutcome(found, 0, 0, 0, dict(survey.skipped), tuple(survey.troubles))
    if dry_run or archive is None or not found:
        return outcome
    for site in survey.find_new_sites():
        archive.save_site(site)
    passes = (_iter_captures(files, survey, with_bytes=True), _iter_captures(files, survey, with_bytes=False))
    summary = archive.import_captures(chain.from_iterable(passes))
    refused = (FileTrouble("not taken", None, reason) for reason in summary.refused)
    troubles = (*outcome.troubles, *refused)
    return replace(outcome, added=summary.added, known=summary.known, bodies=summary.bodies, troubles=troubles)


def _iter_items(files: Sequence[Path], options: ImportOptions) -> Iterator[tuple[Place, Kept]]:
    for number, file in enumerate(files):
        for index, item in enumerate(iter_kept(file, options.origin)):
            yield (number, index), item


def _iter_captures(
    files: Sequence[Path], survey: Survey, *, with_bytes: bool
) -> Iterator[tuple[Run, Capture, str | None]]:
    """Yield what is imported: run, capture, and the SHA-256 of its bytes."""
    for place, item in _iter_items(files, survey.options):
        if isinstance(item, Own):
            if (item.body is not None) == with_bytes and place not in survey.left:
                yield item.restored.run, attach_body(item.restored, item.body), item.restored.body_sha256
        elif isinstance(item, Page | Named) and isinstance(item, Page) == with_bytes:
            taken = survey.taken.get(place)
            if taken is not None:
                capture = _to_capture(item, taken)
                yield _find_run(taken.site, capture.fetched_at), capture, taken.sha256


def _to_capture(item: Page | Named, taken: Taken) -> Capture:
    kept = item.found if isinstance(item, Page) else item
    return Capture(
        taken.site,
        taken.key,
        taken.kind,
        kept.fetched_at,
        kept.status,
        kept.headers,
        item.found.body if isinstance(item, Page) else None,
        found_on=taken.found_on,
        link_text=taken.link_text,
        facts={"imported": kept.source},
    )


def _find_run(site: str, fetched_at: datetime) -> Run:
    """Return the run of a foreign capture: one for each site and day, the same whenever it is imported."""
    day = moment(fetched_at)[:10]
    uid = sha256(f"import{site}{day}".encode()).hexdigest()[:32]
    return Run(uid, f"{day}T00:00:00Z", IMPORT_COMMAND)
