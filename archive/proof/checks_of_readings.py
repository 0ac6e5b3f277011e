"""Whether a parser still makes of the stored bytes what it is said to have made of them."""

import sqlite3
from collections.abc import Callable

from archive.captures.bodies import load_body
from archive.errors import ArchiveError
from archive.proof.checking import RESTORE, Problem, Problems, Show, VerifyProgress
from archive.readings.reading import Reading
from archive.readings.readings import pack_reading
from archive.readings.unread import find_content_type
from parsers.report import Report

Parse = Callable[[bytes, str | None], tuple[Report | None, str | None]]
"""Makes of bytes and their Content-Type a report, or the reason why there is none; never raises."""

_READINGS = """
SELECT readings.id, readings.body_id, readings.error, documents.sha256, first.capture_id, url
FROM readings LEFT JOIN documents ON documents.id = document_id
JOIN (
  SELECT body_id, min(captures.id) AS capture_id FROM captures JOIN pages ON pages.id = page_id
  WHERE failure IS NULL AND body_id IS NOT NULL AND kind IN ('report', 'attachment') GROUP BY body_id
) AS first ON first.body_id = readings.body_id
JOIN captures ON captures.id = first.capture_id JOIN pages ON pages.id = captures.page_id
WHERE parser = ? ORDER BY readings.id
"""
_OTHERWISE = (
    "what stands of it was changed, or the parser was changed and kept its version; `gongkai parse` shows what it reads"
)


def check_readings(connection: sqlite3.Connection, parser: str, parse: Parse, show: Show) -> tuple[Problem, ...]:
    """Parse again the bytes of all readings of this version of the parser, and return where it reads otherwise."""
    problems = Problems()
    total = connection.execute("SELECT count(*) FROM readings WHERE parser = ?", (parser,)).fetchone()[0]
    for done, row in enumerate(connection.execute(_READINGS, (parser,))):
        where = f"reading {row['id']}, of capture {row['capture_id']} ({row['url']})"
        try:
            content_type = find_content_type(connection, row["capture_id"])
            made = parse(load_body(connection, row["body_id"]), content_type)
        except ArchiveError as problem:
            problems.add("unread", str(problem).removesuffix(f"; {RESTORE}"), where, RESTORE)
            continue
        packed = pack_reading(Reading(row["capture_id"], parser, *made))
        sha256 = packed.document.sha256 if packed.document else None
        if sha256 != row["sha256"] or (sha256 is None and packed.reading.error != row["error"]):
            problems.add("reading", "the parser reads it otherwise than is on record", where, _OTHERWISE)
        show(VerifyProgress("parsing again", done, total))
    return problems.to_tuple()
