"""Make an archive of a made-up district, and tell all that it says: run by the program of the schema in question.

`python -P tests/archive/old_archives/make.py FOLDER`, with the folder of that program as PYTHONPATH, leaves
`schema_N.db.gz` and `schema_N.json` in FOLDER. The file is what a user of that program has; the JSON is what that
program said of it, and what every later one has to say as well. It runs under every schema from the first on, today's
among them: before a migration lands, make the file of the schema that it ends.

The first was made with the last commit before visits (e8595b4), the second with the last before the ledger (b5af8df),
the third with the last before the present search index (1e63f42), the fourth with the last before judgements (04f8a3c),
the fifth with the last before the index of cells (e55aaf0).
"""

import gzip
import hashlib
import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from archive import Archive, Capture, Reading, SiteIdentity
from parsers import Cell, Check, Report, Section

HOST = "https://www.qingshi.example"
STREET = "https://baiyang.example"
FIRST_DAY = datetime(2025, 3, 1, 1, 30, tzinfo=UTC)
CAPTURES_OLD = """
    SELECT captures.id, sites.name, url, pages.kind, fetched_at, captures.status, failure, headers, bodies.sha256,
           bodies.size, final_url, {facts} AS facts, run_id
    FROM captures JOIN pages ON pages.id = page_id JOIN sites ON sites.id = site_id
    LEFT JOIN bodies ON bodies.id = body_id ORDER BY captures.id
"""
CAPTURES = """
    SELECT whole.id, whole.site, whole.url, whole.kind, whole.fetched_at, whole.status, whole.failure, whole.headers,
           whole.sha256, whole.size, whole.final_url, whole.facts, run_id
    FROM captures_whole AS whole JOIN captures ON captures.id = whole.id ORDER BY whole.id
"""
QUERIES = {
    "sites": "SELECT id, name, title, division FROM sites ORDER BY id",
    "runs": "SELECT id, started_at, command FROM runs ORDER BY id",
    "pages": "SELECT id, site_id, url, kind, found_on, link_text, first_seen FROM pages ORDER BY id",
    "readings": """
        SELECT bodies.sha256, parser, kind, form, documents.sha256, error FROM readings
        JOIN bodies ON bodies.id = body_id LEFT JOIN documents ON documents.id = document_id ORDER BY readings.id
    """,
    "versions": """
        SELECT key, number, parser, body_id, versions.capture_id, first_seen, last_seen, title, agency,
               versions.district, versions.form, published, figures_hash, words_hash
        FROM versions JOIN reports ON reports.id = report_id JOIN readings ON readings.id = reading_id ORDER BY 1, 2
    """,
    "figures": """
        SELECT key, number, "table", "row", "column", raw, value, typeof(value), unit, cells.status, at
        FROM cells JOIN versions ON versions.id = version_id JOIN reports ON reports.id = report_id
        ORDER BY 1, 2, 3, 4, 5
    """,
    "findings": """
        SELECT key, number, rule, place, left_sum, right_sum, text
        FROM findings JOIN versions ON versions.id = version_id JOIN reports ON reports.id = report_id ORDER BY 1, 2, 3
    """,
    "sightings": """
        SELECT sightings.capture_id, key, number, note FROM sightings
        LEFT JOIN versions ON versions.id = version_id LEFT JOIN reports ON reports.id = versions.report_id ORDER BY 1
    """,
}
WORDS = ("公开", "白杨街道", "主动公开", "17", "Qingshi")


def make_report(agency: str, figures: dict[str, float | None], words: str = "认真公开。", **fields: Any) -> Report:
    """Make a report with a cell for each figure (None: blank) and the sum of its rows checked."""
    year = fields.get("year", 2024)
    cells = tuple(
        Cell("requests", row, "total", "" if value is None else str(value), value, "件" if row == "granted" else None,
             "blank" if value is None else fields.get("status", "reported"), f"line {number}")
        for number, (row, value) in enumerate(figures.items(), 3)
    )  # fmt: skip
    total = figures.get("total")
    parts = sum(value or 0 for row, value in figures.items() if row != "total")
    checks = (
        (Check("requests.row_sum", "total", "pass" if parts == total else "fail", parts, total, f"{parts} ≠ {total}"),)
        if total is not None
        else ()
    )
    return Report(
        kind=fields.get("kind", "annual_report"),
        form="2019" if cells else "narrative",
        title=fields.get("title", f"{agency}{year}年政府信息公开工作年度报告"),
        agency=agency,
        district="青石区",
        division=None,
        year=year,
        published=None,
        preamble="根据条例编制本报告。",
        sections=(Section("overview", "一、总体情况", f"{agency}{words} Qingshi 17。"),),
        cells=cells,
        checks=checks,
    )


def page_of(report: Report, day: int = 0) -> bytes:
    """Make the bytes of a page that shows a report, among surroundings of that day."""
    rows = "".join(f"<tr><td>{cell.row}</td><td>{cell.raw}</td></tr>" for cell in report.cells)
    words = report.sections[0].text
    links = "".join(f'<li><a href="/nb/{number}.html">第{number}号文件</a></li>' for number in range(30))
    return (
        f"<html><head><title>{report.title}</title></head><body><ul>{links}</ul><h1>{report.title}</h1>"
        f"<p>{words}</p><table>{rows}</table><i>第{day}日访问</i></body></html>"
    ).encode()


WHITE = "青石区白杨街道办事处"
OTHER = "青石区柳影镇人民政府"
BUREAU = "青石区档案局"
BLANK = {"new_requests": 3, "granted": None, "other": None, "total": 3}
WHITE_1 = make_report(WHITE, {"new_requests": 2, "granted": 1, "total": 3})
WHITE_2 = make_report(WHITE, {"new_requests": 2, "granted": 5, "total": 9})
WHITE_3 = make_report(WHITE, {"new_requests": 2, "granted": 5, "total": 9}, "认真公开，改了一句。")
WHITE_READ_AGAIN = make_report(WHITE, {"new_requests": 2, "granted": 5, "other": 2, "total": 9}, "认真公开，改了一句。")
MOVED = make_report(OTHER, {"new_requests": 7, "granted": 7.5, "total": 14.5})
BLANKS = make_report(BUREAU, BLANK)
FILLED = make_report(BUREAU, {**BLANK, "granted": 0, "other": 5})
FILE = make_report(OTHER, {"new_requests": 1}, year=2023)
COVER = make_report(OTHER, {}, "详见附件。", year=2023, kind="other")
STREETS = make_report("白杨街道办事处", {"new_requests": 10**20, "granted": -1, "total": None})
NO_YEAR = make_report("青石区某局", {"new_requests": 4}, year=None)
SAID = (("Server", "nginx/1.2"), ("ETag", '"5e-1"'), ("Content-Type", "text/html; charset=utf-8"))

Shown = tuple[str, Report | str | None]
"""A page and what it shows: a report, or how else it answers."""
DAYS: dict[int, tuple[Shown, ...]] = {
    1: (
        ("/", "home"),
        ("/nb/", "list"),
        ("/nb/1.html", WHITE_1),
        ("/zt/1.html", WHITE_1),
        ("/nb/2.html", COVER),
        ("/files/2.docx", FILE),
        ("/nb/3.html", MOVED),
        ("/nb/4.html", BLANKS),
        ("/nb/5.html", NO_YEAR),
        ("/nb/6.html", "unreadable"),
        ("/nb/7.html", "304"),
    ),
    2: (("/", "304"), ("/nb/1.html", "304"), ("/zt/1.html", WHITE_1), ("/nb/3.html", "304"), ("/nb/4.html", FILLED)),
    3: (("/nb/1.html", WHITE_2), ("/zt/1.html", WHITE_1), ("/nb/3.html", MOVED), ("/nb/4.html", "304")),
    4: (("/nb/1.html", WHITE_3), ("/nb/3.html", "http 404"), ("/xin/3.html", MOVED), ("/nb/4.html", "redirect")),
    5: (("/nb/1.html", "timeout"), ("/nb/4.html", "http 503")),
    6: (("/nb/1.html", WHITE_3), ("/nb/4.html", FILLED), ("/xin/3.html", MOVED)),
    9: (("/nb/1.html", WHITE_3), ("/nb/4.html", "http 404")),
    20: (("/nb/1.html", WHITE_3), ("/nb/4.html", "http 404")),
    28: (("/nb/1.html", WHITE_3), ("/nb/4.html", "http 404")),
}
READ_AGAIN_AFTER = 6


def make(path: Path) -> None:
    """Crawl the district day by day, and read it again with a newer parser in between."""
    with Archive.create(path, "gongkai crawl --sites sites.toml") as archive:
        archive.save_site(SiteIdentity("qingshi", "青石区人民政府", "990201"))
        archive.save_site(SiteIdentity("baiyang"))
        for day, shown in DAYS.items():
            visit_district(archive, day, shown)
            visit_street(archive, day)
            if day == READ_AGAIN_AFTER:
                read_again(archive)


def visit_district(archive: Archive, day: int, shown: tuple[Shown, ...]) -> None:
    """Visit the pages of the district's site, and file what they show."""
    begin(archive, "qingshi", day)
    parser = "2" if day > READ_AGAIN_AFTER else "1"
    readings = []
    for path, what in shown:
        number = archive.save_capture(to_capture(day, path, what))
        report = FILLED if what == "redirect" else what
        if isinstance(report, Report):
            report = WHITE_READ_AGAIN if parser == "2" and report is WHITE_3 else report
            readings.append(
                Reading(number, parser, report, agency=report.agency, district=report.district, year=report.year)
            )
        elif what == "unreadable":
            readings.append(Reading(number, parser, None, "它不是网页"))
    for reading in readings:
        archive.file_reading(reading)
    file_confirmed(archive, parser)
    end(archive, "qingshi", day, len(shown))


def file_confirmed(archive: Archive, parser: str) -> None:
    """File the captures that confirm what was read before, as the same."""
    for unread in list(archive.iter_unread()):
        known = archive.find_reading(unread.capture_id, parser)
        if known is not None:
            report, error = known
            names = (report.agency, report.district, report.year) if report else (None, None, None)
            archive.file_reading(Reading(unread.capture_id, parser, report, error, *names))


def to_capture(day: int, path: str, what: Report | str | None) -> Capture:
    """Return the visit of one page of the district's site."""
    kinds = {"/": "home", "/nb/": "list", "/files/2.docx": "attachment"}
    fields: dict[str, Any] = {
        "status": 200,
        "headers": (*SAID, ("Date", f"{at(day):%a, %d %b %Y %H:%M:%S GMT}"), ("X-地", "青石"), ("X-地", "")),
    }
    if isinstance(what, Report):
        fields["body"] = page_of(what, day)
        fields["link_text"], fields["found_on"] = what.title, f"{HOST}/nb/"
        if path == "/files/2.docx":
            fields["body"] = b"PK\x03\x04" + bytes(range(256)) * 2
            fields["found_on"] = f"{HOST}/nb/2.html"
    elif what == "304":
        fields |= {"status": 304, "headers": (("ETag", '"5e-1"'),)}
    elif what == "redirect":
        fields |= {"body": page_of(FILLED, day), "final_url": f"{HOST}/nb/4.html?from=4"}
    elif what == "timeout":
        fields |= {"status": None, "headers": (), "failure": "timeout"}
    elif what is not None and what.startswith("http"):
        fields |= {"status": int(what[5:]), "failure": what}
    else:
        fields["body"] = {"home": b"", "unreadable": b"\x00\xff\xfe" * 9}.get(str(what), f"<p>{what}</p>".encode())
    if hasattr(Capture, "facts") and day % 2:
        fields["facts"] = {"tries": day, "tls": {"verified": False}, "name": "年报"}
    return Capture("qingshi", f"{HOST}{path}", kinds.get(path, "report"), at(day), **fields)  # type: ignore[arg-type]


def visit_street(archive: Archive, day: int) -> None:
    """Visit the one page of the street's site, which names no division."""
    begin(archive, "baiyang", day)
    capture = Capture(
        "baiyang", f"{STREET}/年报?id=1&x=%20", "report", at(day), status=200, body=page_of(STREETS, day % 2)
    )
    number = archive.save_capture(capture)
    archive.file_reading(Reading(number, "1", STREETS, agency="白杨街道办事处", year=2024))


def read_again(archive: Archive) -> None:
    """Read with a newer parser what stands: it finds one cell more of one report, and of the others the same."""
    for outdated in list(archive.iter_outdated("2")):
        report, _ = archive.find_reading(outdated.capture_id, "1") or (None, None)
        if report is not None and report.sections == WHITE_3.sections:
            report = WHITE_READ_AGAIN
        reading = Reading(outdated.capture_id, "2", report, None if report else "它不是网页")
        version = getattr(outdated, "version_id", None)
        if version is None:
            archive.file_rereading(reading)
        elif report is not None:
            archive.file_rereading(version, reading)  # type: ignore[arg-type]


def begin(archive: Archive, site: str, day: int) -> None:
    """Begin a run, as a visit of the site where the program knows of those."""
    archive.begin_run()
    if site == "qingshi" and hasattr(archive, "begin_visit"):
        archive.begin_visit(site, "full" if day % 2 else "light")


def end(archive: Archive, site: str, day: int, captures: int) -> None:
    """End the visit where one was begun; that of the fifth day was interrupted."""
    if not hasattr(archive, "end_visit") or day == 5:
        return
    from archive import VisitOutcome  # noqa: PLC0415 - the first program has none

    failed = ((f"{HOST}/nb/4.html", "http 404"),) if day > READ_AGAIN_AFTER else ()
    archive.end_visit(site, VisitOutcome(captures, captures, 3, 1, 0, failed, complete=not failed, notes=("注",)))


def at(day: int) -> datetime:
    """Return the moment of the visits of a day."""
    return FIRST_DAY + timedelta(days=day - 1)


def tell(path: Path) -> dict[str, Any]:
    """Return all that an archive says, in terms that every schema has."""
    with closing(sqlite3.connect(path)) as connection:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        columns = {row[1] for row in connection.execute("PRAGMA table_info(captures)")}
        old = CAPTURES_OLD.format(facts="facts" if "facts" in columns else "NULL")
        told = {name: [list(row) for row in connection.execute(query)] for name, query in QUERIES.items()}
        captures = [list(row) for row in connection.execute(CAPTURES if "captures_whole" in names else old)]
    for row in captures:
        row[7], row[11] = json.loads(row[7]), row[11] and json.loads(row[11])
    told["captures"] = captures
    with Archive.open(path) as archive:
        told["reports"] = [row.to_json() for row in archive.list_reports()]
        told["changes"] = [row.to_json() for row in archive.list_changes()]
        told["shown"] = {
            f"{row.id} {number}": digest_shown(archive.show_report(row.id, number).to_json())
            for row in archive.list_reports()
            for number in range(1, row.version + 1)
        }
        told["found"] = {
            word: sorted(json.dumps(tell_match(match), ensure_ascii=False) for match in list_matches(archive, word))
            for word in WORDS
        }
        told["bodies"] = {
            str(row[0]): hashlib.sha256(archive.load_capture_body(row[0])).hexdigest() for row in captures if row[8]
        }
        told["validators"] = {row[2]: repr(archive.find_validators(row[1], row[2])) for row in told_pages(captures)}
        told["visits"] = (
            [tell_visit(visit) for visit in archive.list_visits()] if hasattr(archive, "list_visits") else []
        )
    return json.loads(json.dumps(told, ensure_ascii=False))  # type: ignore[no-any-return]


def list_matches(archive: Archive, word: str) -> list[Any]:
    """Return what a search finds; programs up to the third schema gave it as a list."""
    found: Any = archive.search(word)
    return list(getattr(found, "matches", found))


def tell_match(match: Any) -> dict[str, Any]:
    """Return what every program says of a match."""
    return {key: value for key, value in match.to_json().items() if key in {"id", "url", "title", "year", "snippet"}}


def told_pages(captures: list[list[Any]]) -> Iterator[list[Any]]:
    """Yield the first capture of each page."""
    yield from {row[2]: row for row in reversed(captures)}.values()


def tell_visit(visit: Any) -> list[Any]:
    """Return a visit as the second program told it."""
    moments = [moment and moment.isoformat() for moment in (visit.started_at, visit.ended_at)]
    return [visit.site, visit.mode, *moments, visit.requests, visit.captures, visit.reports, visit.new, visit.changed,
            visit.failed, visit.complete, visit.notes]  # fmt: skip


def digest_shown(shown: dict[str, Any]) -> str:
    """Return the hash over a report as it is shown; of its checks what the first schema knew of them already."""
    known = ("rule", "where", "status", "left", "right", "text")
    shown = {**shown, "checks": [{name: check[name] for name in known} for check in shown["checks"]]}
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def main(folder: Path) -> None:
    """Leave the archive, packed, and what it says."""
    with TemporaryDirectory() as made:
        path = Path(made) / "gongkai.db"
        make(path)
        told = tell(path)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            schema = connection.execute("PRAGMA user_version").fetchone()[0]
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (folder / f"schema_{schema}.db.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    text = json.dumps(told, ensure_ascii=False, indent=0, sort_keys=True)
    (folder / f"schema_{schema}.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
