"""Archives joined into one, and what came in read by the parser of this machine."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from archive import Archive, Reading
from archive.joining.merging import MergeSummary, merge_archives
from gongkai.reading import SiteReadings, parse_body, read_captures
from parsers import PARSER_VERSION

MERGE_COMMAND = "gongkai merge"


@dataclass(frozen=True, slots=True)
class MergeOutcome:
    """What a merge did: what came from each archive, how many bodies were read again, what the unread ones held.

    `waiting` is how many of those read again say other figures than stood, and wait until a person accepts them.
    """

    merged: MergeSummary
    reread: int
    waiting: int
    read: SiteReadings


def merge_files(target: Path, sources: Sequence[Path]) -> MergeOutcome:
    """Join archives into the one at `target`, and read what none of the machines has read.

    Where the states of a report were read by different parsers, they are read again by the present one: what one
    parser reads otherwise than another is no change of the source.
    """
    merged = merge_archives(target, sources, MERGE_COMMAND)
    with Archive.create(target, MERGE_COMMAND) as archive:
        reread, waiting = _read_unlike(archive, merged.unlike)
        readings = read_captures(archive)
    return MergeOutcome(merged, reread, waiting, sum(readings.values(), SiteReadings()))


def _read_unlike(archive: Archive, unlike: frozenset[int]) -> tuple[int, int]:
    """Read bodies again by the present parser; return how many, and how many of them have to be accepted."""
    reread = waiting = 0
    for outdated in archive.iter_outdated(PARSER_VERSION, whole=True):
        if outdated.body_id in unlike:
            report, error = parse_body(archive.load_capture_body(outdated.capture_id), outdated.content_type)
            said = archive.file_rereading(Reading(outdated.capture_id, PARSER_VERSION, report, error))
            reread += 1
            waiting += not said.accepted
    return reread, waiting
