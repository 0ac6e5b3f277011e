"""Stored bytes read again by the present parser: beside the older readings, and no change of the source."""

from collections.abc import Iterator

from archive import Archive, Reading, Rereading
from gongkai.reading import parse_body
from parsers import PARSER_VERSION


def reread(archive: Archive, *, accept: bool = False) -> Iterator[Rereading]:
    """Read all bytes of reports that this parser has not read yet, and yield what it made of each.

    With `accept` it stands even where it reads other figures than `reported`, and so does what was kept aside before.
    """
    if accept:
        yield from archive.accept_rereadings(PARSER_VERSION)
    else:
        yield from archive.list_rereadings(PARSER_VERSION)
    for outdated in archive.iter_outdated(PARSER_VERSION, whole=True):
        body = archive.load_capture_body(outdated.capture_id)
        report, error = parse_body(body, outdated.content_type)
        reading = Reading(outdated.capture_id, PARSER_VERSION, report, error)
        yield archive.file_rereading(reading, accept=accept)
