"""An archive that has every kind of row, and what can be done to it past gongkai, one thing at a time."""

from pathlib import Path

from archive import Archive, Reading, SiteIdentity
from parsers import Check, PlainTable
from tests.archive.made_reports import HOST, MIRROR, PAGE, SITE, THIRD, crawl, make_capture, make_cell, make_report

BASE = "".join(f"<p>第{number}条 本区各单位的信息公开工作按期推进。</p>" for number in range(200)).encode()
UNSUMMED = Check("requests.row_sum", "granted", "fail", 3, 4, "3 and 4 differ")


def make_rich_archive(path: Path) -> None:
    """Make an archive that has every kind of row: changes of all kinds, a mirror that differs, a 304, a failure."""
    with Archive.create(path) as archive:
        archive.save_site(SITE)
        archive.save_site(SiteIdentity("songyuan", "松原镇", None))
        told = make_report(make_cell(value=5), make_cell("granted", 3), checks=(UNSUMMED,))
        unsigned = make_report(make_cell(value=1), agency=None, title="年度报告", district=None)
        other = make_report(make_cell(value=7), agency="云汀区白杨街道办事处", words="白杨街道的情况。")
        crawl(archive, 1, {PAGE: told, THIRD: other, f"{HOST}/u.html": unsigned})
        mirror = make_report(make_cell(value=6), make_cell("granted", 3))
        changed = make_report(
            make_cell(value=9), make_cell("granted", 3), tables=(PlainTable("附表", (("一", "二"),)),)
        )
        crawl(archive, 2, {PAGE: changed, MIRROR: mirror, THIRD: other})
        archive.begin_run()
        archive.save_capture(make_capture(PAGE, None, day=3, headers=(("ETag", '"3"'), ("Server", "nginx"))))
        archive.save_capture(make_capture(HOST, BASE, "home", day=3, facts={"tries": 1}))
        for day in (4, 9, 25):
            archive.begin_run()
            archive.save_capture(make_capture(HOST, BASE + str(day).encode(), "home", day=day))
            archive.save_capture(make_capture(THIRD, None, day=day, status=404, failure="http 404"))
            archive.tell_stale()
        archive.file_readings([Reading(one.capture_id, "1", None, "not read") for one in archive.iter_unread()])


TAMPERINGS: dict[str, tuple[str, str, str]] = {
    "the bytes of a body": (
        "UPDATE bodies SET data = CAST(x'00' || substr(data, 2) AS BLOB) "
        "WHERE id = (SELECT max(id) FROM bodies WHERE codec = 'zstd')",
        "body",
        "cannot be shown any more",
    ),
    "a body that others lean on": (
        "UPDATE bodies SET data = CAST(substr(data, 1, length(data) - 4) AS BLOB) "
        "WHERE id = (SELECT max(base_id) FROM bodies)",
        "body",
        "cannot be shown any more",
    ),
    "a body exchanged for another": (
        "UPDATE bodies SET codec = 'raw', data = CAST('<p>x</p>' AS BLOB), base_id = NULL WHERE id = 1",
        "body 1,",
        "cannot be shown any more",
    ),
    "the size of a body": ("UPDATE bodies SET size = size + 1 WHERE id = 1", "body 1,", "cannot be shown"),
    "a body removed": (
        "DELETE FROM bodies WHERE id = (SELECT body_id FROM captures WHERE id = 2)",
        "capture 2 ",
        "proves nothing",
    ),
    "a header": (
        'UPDATE captures SET header_values = \'["\\"4\\""]\' WHERE header_values IS NOT NULL',
        f"({PAGE})",
        "proves nothing any more",
    ),
    "a header that all share": (
        'UPDATE header_shapes SET shape = \'[["Server", "iis"]]\' WHERE id = 1',
        "capture 1 ",
        "proves",
    ),
    "headers that are no JSON": (
        "UPDATE header_shapes SET shape = '[[' WHERE id = 1",
        "capture 1",
        "proves nothing any more",
    ),
    "a failure": ("UPDATE captures SET failure = 'http 410' WHERE id = 10", f"capture 10 ({THIRD})", "proves nothing"),
    "a status": ("UPDATE captures SET status = 403 WHERE id = 10", f"capture 10 ({THIRD})", "proves nothing"),
    "a moment": (
        "UPDATE captures SET fetched_at = '2026-01-01T09:00:00Z' WHERE id = 1",
        f"capture 1 ({PAGE})",
        "proves nothing",
    ),
    "a moment written otherwise": (
        "UPDATE captures SET fetched_at = '2026-01-01T09:00:00+01:00' WHERE id = 1",
        "capture 1",
        "proves nothing",
    ),
    "a moment that is none": ("UPDATE captures SET fetched_at = 'once' WHERE id = 1", "capture 1", "proves nothing"),
    "a final address": ("UPDATE captures SET final_url = 'http://a/' WHERE id = 1", f"capture 1 ({PAGE})", "proves"),
    "which body": ("UPDATE captures SET body_id = 2 WHERE id = 1", f"capture 1 ({PAGE})", "proves nothing"),
    "facts": ("UPDATE facts SET facts = '{\"tries\": 2}'", f"({HOST})", "proves nothing"),
    "a page's URL": ("UPDATE pages SET url = url || 'x' WHERE id = 1", f"({PAGE}x)", "proves nothing"),
    "a site's name": ("UPDATE sites SET name = 'yun' WHERE id = 1", f"capture 1 ({PAGE})", "proves nothing"),
    "a capture removed": ("DELETE FROM captures WHERE id = 5", "capture 5", "proves nothing"),
    "a capture added": (
        "INSERT INTO captures (page_id, run_id, fetched_at, shape_id) VALUES (1, 1, '2026-03-01T08:00:00Z', 1)",
        f"({PAGE})",
        "proves nothing",
    ),
    "two captures swapped": (
        "UPDATE captures SET id = CASE id WHEN 2 THEN 103 ELSE 102 END WHERE id IN (2, 3);"
        "UPDATE captures SET id = id - 100 WHERE id > 100",
        "capture 2",
        "proves nothing",
    ),
    "a link": ("UPDATE ledger SET link = replace(link, '0', '1') WHERE id = 4", "capture 4 (", "proves nothing"),
    "an entry of the ledger removed": ("DELETE FROM ledger WHERE id = 4", "capture 4 (", "proves nothing"),
    "two entries swapped": (
        "UPDATE ledger SET capture_id = CASE id WHEN 2 THEN 3 ELSE 2 END WHERE id IN (2, 3)",
        "capture 3 (",
        "proves nothing",
    ),
    "an entry onto a later one": ("UPDATE ledger SET previous_id = 6 WHERE id = 4", "capture 4 (", "proves nothing"),
    "a document": (
        "UPDATE documents SET codec = 'raw', data = CAST('{}' AS BLOB) WHERE id = 1",
        "document 1,",
        "restore a copy",
    ),
    "a document's figures hash": ("UPDATE documents SET figures_hash = 'f' WHERE id = 1", "document 1,", "told wrong"),
    "a document's words hash": ("UPDATE documents SET words_hash = 'f' WHERE id = 1", "document 1,", "told wrong"),
    "a document's quality": ("UPDATE documents SET quality = 99 WHERE id = 1", "document 1,", "told wrong"),
    "a reading's form": ("UPDATE readings SET form = '2021' WHERE id = 1", "reading 1", "proves nothing"),
    "a reading of another body": ("UPDATE sightings SET reading_id = 2 WHERE capture_id = 1", "capture 1", "proves"),
    "a report's name for a capture": (
        "UPDATE sightings SET identity_id = 2 WHERE capture_id = 1",
        "capture 1",
        "works it out anew",
    ),
    "a capture filed nowhere": (
        "UPDATE sightings SET report_id = NULL, version_id = NULL WHERE capture_id = 1",
        "capture 1",
        "works it out anew",
    ),
    "a capture filed elsewhere": (
        "UPDATE sightings SET report_id = 2 WHERE capture_id = 1",
        "capture 1",
        "works it out anew",
    ),
    "a version of a capture": (
        "UPDATE sightings SET version_id = NULL WHERE capture_id = 1",
        "capture 1, of report 990101-听松街道",
        "works it out anew",
    ),
    "a note": ("UPDATE sightings SET note = 'x' WHERE capture_id = 1", "capture 1, of", "works it out anew"),
    "a figure": (
        "UPDATE figures SET value = 8, raw = '8' WHERE version_id = 1 AND value = 5",
        "听松街道办事处-2020, version 1",
        "works it out anew",
    ),
    "a figure that is no whole number": (
        "UPDATE figures SET value = 5.0 WHERE version_id = 1 AND value = 5",
        "version 1",
        "works it out anew",
    ),
    "the place of a figure": (
        "UPDATE figures SET at = 'line 9' WHERE version_id = 1",
        "version 1",
        "works it out anew",
    ),
    "a figure removed": ("DELETE FROM figures WHERE version_id = 1 AND value = 5", "version 1", "works it out anew"),
    "a figure put in": (
        "INSERT INTO cell_names VALUES (99, 'requests', 'x', 'total');"
        "INSERT INTO figures VALUES (1, 99, '1', 1, NULL, 'reported', NULL)",
        "version 1",
        "works it out anew",
    ),
    "the name of a cell": ("UPDATE cell_names SET \"row\" = 'x' WHERE id = 1", "version 1", "works it out anew"),
    "a version's title": ("UPDATE versions SET title = '改' WHERE id = 1", "version 1", "works it out anew"),
    "a version's first sight": (
        "UPDATE versions SET first_seen = '2025-01-01T00:00:00Z' WHERE id = 1",
        "version 1",
        "works it out anew",
    ),
    "a version's last sight": (
        "UPDATE versions SET last_seen = '2027-01-01T00:00:00Z' WHERE id = 1",
        "version 1",
        "works it out anew",
    ),
    "a version removed": (
        "DELETE FROM versions WHERE id = (SELECT max(id) FROM versions WHERE number = 2)",
        "report 990101-听松街道办事处-2020",
        "works it out anew",
    ),
    "a change": (
        "UPDATE changes SET cells = '[]' WHERE kind = 'figures'",
        "report 990101-听松街道办事处-2020",
        "works it out anew",
    ),
    "a change removed": ("DELETE FROM changes WHERE kind = 'withdrawn'", "白杨街道", "works it out anew"),
    "a state": (
        "UPDATE states SET known_until = '2026-01-02T09:00:00Z' WHERE known_until IS NOT NULL",
        "report 990101-",
        "works it out anew",
    ),
    "a location": ("UPDATE locations SET is_present = 1 - is_present", "report 990101-", "works it out anew"),
    "a location removed": (
        "DELETE FROM locations WHERE page_id = (SELECT page_id FROM captures WHERE id = 5)",
        "capture 5",
        "works it out anew",
    ),
    "a withdrawal undone": (
        "UPDATE reports SET status = 'current' WHERE status = 'withdrawn'",
        "白杨街道",
        "works it out anew",
    ),
    "the page that tells": (
        "UPDATE reports SET page_id = (SELECT page_id FROM locations WHERE report_id = reports.id "
        "AND page_id <> reports.page_id) WHERE id IN (SELECT report_id FROM locations GROUP BY 1 HAVING count(*) > 1)",
        "report 990101-听松街道",
        "works it out anew",
    ),
    "the year of a report": ("UPDATE reports SET year = 2021 WHERE id = 1", "capture", "works it out anew"),
    "a finding": ("UPDATE findings SET left_sum = 4 WHERE rule = 'requests.row_sum'", "version 1", "works it out anew"),
    "a finding of two pages": (
        "DELETE FROM findings WHERE rule = 'report.locations'",
        "version 2",
        "works it out anew",
    ),
    "words put into the index": (
        "INSERT INTO search_words (rowid, words) VALUES (1, '电梯')",
        "version 1",
        "search does not find",
    ),
    "words of no version": (
        "INSERT INTO search_words (rowid, words) VALUES (99, '电梯')",
        "search_words",
        "a search meets",
    ),
    "words put among those of the past": (
        "INSERT INTO search_past (rowid, words) VALUES (1, '电梯')",
        "version 1",
        "search does not find",
    ),
    "words of the past that are of no version": (
        "INSERT INTO search_past (rowid, words) VALUES (99, '电梯')",
        "search_past",
        "a search meets",
    ),
    "words of the past removed": (
        "INSERT INTO search_past (search_past) VALUES ('delete-all')",
        "version 1",
        "search does not find",
    ),
    "a version that stands no more among those that do": (
        "INSERT INTO search_words (rowid, words, year) SELECT id, '电 梯', '2020' FROM versions WHERE number = 1"
        " AND report_id IN (SELECT report_id FROM versions WHERE number = 2)",
        "version 1",
        "search does not find",
    ),
    "a frequent character put in": (
        "INSERT INTO search_characters (rowid, words) SELECT max(version_id), '龙' FROM states "
        "WHERE known_until IS NULL",
        "version ",
        "search does not find",
    ),
    "frequent characters of no version": (
        "INSERT INTO search_characters (rowid, words) VALUES (99, '公')",
        "search_characters",
        "a search meets",
    ),
    "frequent characters removed": (
        "INSERT INTO search_characters (search_characters) VALUES ('delete-all')",
        "version 1",
        "search does not find",
    ),
    "words removed": (
        "INSERT INTO search_words (search_words) VALUES ('delete-all')",
        "version 1",
        "search does not find",
    ),
    "a counter of failures": ("UPDATE pages SET failures = failures + 1 WHERE id = 1", f"page 1 ({PAGE})", "crawl"),
    "the body that stands there": ("UPDATE pages SET present_body_id = 1 WHERE id = 1", f"page 1 ({PAGE})", "crawl"),
    "the last good visit": (
        "UPDATE pages SET last_good = '2027-01-01T00:00:00Z' WHERE id = 1",
        f"page 1 ({PAGE})",
        "crawl",
    ),
    "an index dropped": ("DROP INDEX captures_page", "index captures_page", "makes it again"),
    "a view changed": ("DROP VIEW reports_now", "view reports_now", "makes it again"),
    "a trigger put in": (
        "CREATE TRIGGER strange AFTER INSERT ON captures BEGIN DELETE FROM changes; END",
        "trigger strange",
        "drops it",
    ),
    "a column put in": ("ALTER TABLE captures ADD COLUMN extra TEXT", "table captures", "restore a copy"),
    "a body that no capture brought": (
        "INSERT INTO bodies (sha256, size, codec, data) VALUES "
        "('2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881', 1, 'raw', CAST('x' AS BLOB))",
        "body ",
        "restore a copy",
    ),
    "a document of no reading": (
        "INSERT INTO documents (sha256, codec, data) VALUES ('0', 'raw', CAST('{}' AS BLOB))",
        "document ",
        "restore a copy",
    ),
    "a dictionary": (
        "INSERT INTO dictionaries VALUES (1, '0', '2026-01-01T08:00:00Z', x'00')",
        "dictionary 1",
        "restore a copy",
    ),
    "a row that its table refuses": (
        "PRAGMA ignore_check_constraints = ON;"
        "INSERT INTO visits (run_id, site_id, mode, started_at) VALUES (1, 1, 'odd', '2026-01-01T08:00:00Z')",
        "the file",
        "restore a copy",
    ),
    "a row that leads nowhere": (
        "INSERT INTO visits (run_id, site_id, mode, started_at) VALUES (99, 1, 'full', '2026-01-01T08:00:00Z')",
        "table visits, row 1",
        "restore a copy",
    ),
    "a page without a capture": (
        "INSERT INTO pages (site_id, url, kind, first_seen, failures) "
        "VALUES (1, 'u', 'list', '2026-01-01T08:00:00Z', 1)",
        "(u)",
        "captures of it were removed",
    ),
    "a capture of a report that is not there": (
        "UPDATE sightings SET report_id = 99 WHERE capture_id = 1",
        "capture 1",
        "works it out anew",
    ),
    "a capture of another report's version": (
        "UPDATE sightings SET version_id = (SELECT max(id) FROM versions WHERE report_id = 2) WHERE capture_id = 1",
        "capture 1",
        "works it out anew",
    ),
}
"""What is done, as SQL; where the problem that says so stands; what it is said to mean."""


SAYS = {
    "an entry of the ledger removed": "entry 4 of the ledger, on which the one of this capture was hashed, was removed",
    "an entry onto a later one": "is hashed onto a later one (6)",
    "a capture removed": "the capture was removed; its entry of the ledger (5) is still there",
    "a capture added": "it was put in past gongkai, or its entry was removed",
    "headers that are no JSON": "the capture cannot be read: a column of JSON cannot be read",
    "a moment written otherwise": "its moment is no moment as the archive writes it",
    "the size of a body": "bytes, and its row says",
    "a body removed": "it refers to a row of bodies that is not there",
    "a capture filed nowhere": "it shows a report, and is filed under none",
    "a capture filed elsewhere": "taken for a report of another agency or year",
    "a report's name for a capture": "taken for a report of another agency or year",
    "a capture of a report that is not there": "it is filed under a report that is not there",
    "a capture of another report's version": "under a version of another report",
    "a location removed": "which is not said to have been met at its page",
    "a version removed": "1 versions are on record, and its captures show 2",
    "a figure": "the figure requests.new_requests.total is not the one that was read",
    "a version's title": "its title are not what its captures say",
    "a change": "its change log (table changes) differs from what its captures say in row 2 of 2",
    "a change removed": "its change log (table changes) differs from what its captures say: 1 rows, and not 2",
    "words of no version": "the search index holds words for version row 99, which is not there",
    "a trigger put in": "nobody made it with the archive",
}
"""What is said to be wrong, in so many words."""
