import gzip
import json
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive import Archive
from archive.captures.records import CaptureRecord, iter_records
from archive.file.connection import open_for_reading
from tests.archive.made_reports import SITE
from tests.archive.made_warcs import check, every_sort, fill, pack, read_bytes, visit, write_answer, write_record
from tests.gongkai.conftest import Outcome
from tests.gongkai.reader_world import make_page

Command = Callable[..., Outcome]

HOST = "http://old.example"
TITLE = "青石区白杨街道办事处{}年政府信息公开工作年度报告"
DIGEST = "sha1:" + "B" * 32
WACZ = shutil.which("wacz", path=os.environ.get("GONGKAI_PYWB")) or shutil.which("wacz")


def report(year: int = 2015, words: str = "全年认真公开。") -> bytes:
    """Make the page of a report that links to a file, without its surroundings."""
    page = make_page(TITLE.format(year), words, 3)
    return page.replace(b"</body>", '<p><a href="/f/fj.pdf">附件：年度报告.pdf</a></p></body>'.encode())


REPORT = report()
NEWS = "<html><body><h1>白杨街道植树</h1><p>春天来了。</p></body></html>".encode()


def response(path: str, body: bytes, *headers: str, **fields: str) -> bytes:
    """Write an answer of the old site as another crawler keeps it."""
    return write_record("response", f"{HOST}{path}", write_answer(body, *headers), **fields)


def write(path: str, *records: bytes) -> str:
    """Write a WARC file into the folder of the test and return its name."""
    Path(path).write_bytes(pack(*records))
    return path


def on_record(path: str) -> list[CaptureRecord]:
    """Return the captures of an archive with their bytes."""
    with closing(open_for_reading(Path(path))) as connection:
        return list(iter_records(connection))


def told(outcome: Outcome) -> dict[str, Any]:
    """Return the object that an import printed."""
    value: dict[str, Any] = json.loads(outcome.out)
    return value


def as_dict(records: Iterable[CaptureRecord]) -> Mapping[str, tuple[object, ...]]:
    """Return all that captures hold by their digests, without the numbers of rows."""
    return {one.digest: (one.run, one.capture, one.body_sha256) for one in records}


def new_site(*arguments: str) -> tuple[str, ...]:
    """Return the options that name the site of the old pages."""
    return ("--site", "qingshi", "--title", "青石区人民政府", "--division", "990103", *arguments)


@pytest.fixture
def filled(gongkai: Command) -> None:
    """Make an archive with a visit of every sort, and a report."""
    with Archive.create("gongkai.db", "gongkai crawl") as archive:
        fill(archive, [*every_sort(), visit("/nb/report.html", report(2020)), visit("/nb/report.html", None, 9)])


@pytest.mark.usefixtures("filled")
def test_an_export_comes_back_as_the_same_captures(gongkai: Command) -> None:
    """What is imported from an export is what was exported: captures, bytes, runs, digests, sites; sound in between."""
    exported = gongkai("export", "--format", "warc", "warcs", "--json")
    imported = gongkai("import", *json.loads(exported.out)["files"], "--archive", "other.db", "--json")

    assert (exported.code, imported.code) == (0, 0)
    assert as_dict(on_record("other.db")) == as_dict(on_record("gongkai.db"))
    assert (told(imported)["captures"], told(imported)["added"], told(imported)["reports"]) == (14, 14, 1)
    assert check(Path("warcs").glob("*.warc.gz")) == 0
    sites = [
        json.loads(gongkai("sites", "--json", "--archive", name).out.splitlines()[0])
        for name in ("gongkai.db", "other.db")
    ]
    assert sites[0]["title"] == sites[1]["title"]


@pytest.mark.usefixtures("filled")
def test_importing_twice_adds_nothing(gongkai: Command) -> None:
    """What an archive has already is known again, in whatever order and number of files it comes."""
    gongkai("export", "--format", "warc", "warcs")
    files = sorted(map(str, Path("warcs").glob("*.warc.gz")))

    again = gongkai("import", *files, "--json")

    assert (told(again)["added"], told(again)["known"], told(again)["bodies"]) == (0, 14, 0)


@pytest.mark.usefixtures("filled")
def test_visits_that_bring_nothing_new_tell_on(gongkai: Command) -> None:
    """A 304 that is imported later says that the report was still there."""
    gongkai("export", "--format", "warc", "early", "--as-of", "2026-01-05")
    gongkai("export", "--format", "warc", "whole")

    seen = []
    for folder in ("early", "whole"):
        gongkai("import", f"{folder}/gongkai-00001.warc.gz", "--archive", "other.db")
        seen.append(json.loads(gongkai("reports", "--json", "--archive", "other.db").out)["last_seen"][:10])

    assert seen == ["2026-01-01", "2026-01-09"]


def test_the_order_of_files_does_not_matter(gongkai: Command) -> None:
    """A visit whose bytes stand in another file finds them, though that comes later."""
    with Archive.create("gongkai.db") as archive:
        fill(archive, [visit("/a.html", os.urandom(999_999)), visit("/b.html", b"<p>b"), visit("/b.html", None, 2)])
        fill(archive, [visit("/c.html", os.urandom(999_999)), visit("/b.html", b"<p>b", 3)])
    gongkai("export", "--format", "warc", "warcs", "--size", "1")
    files = sorted(map(str, Path("warcs").glob("*.warc.gz")), reverse=True)

    imported = gongkai("import", *files, "--archive", "other.db", "--json")

    assert len(files) > 1
    assert imported.code == 0
    assert as_dict(on_record("other.db")) == as_dict(on_record("gongkai.db"))


def test_bytes_that_are_nowhere_are_said(gongkai: Command) -> None:
    """A capture whose bytes are in none of the files and not in the archive is left out, and the exit code is 3."""
    with Archive.create("gongkai.db") as archive:
        fill(
            archive, [visit("/a.html", os.urandom(1_000_000)), visit("/b.html", b"<p>b"), visit("/c.html", b"<p>b", 3)]
        )
        fill(
            archive, [visit("/a.html", os.urandom(1_000_000), 4), visit("/a.html", b"<p>b", 5), visit("/d.html", b"d")]
        )
    gongkai("export", "--format", "warc", "warcs", "--size", "1")
    last = sorted(map(str, Path("warcs").glob("*.warc.gz")))[-1]

    imported = gongkai("import", last, "--archive", "other.db", "--json")

    assert imported.code == 3
    (trouble,) = told(imported)["troubles"]
    assert "its bytes are in none of these files" in trouble["reason"]
    assert told(imported)["captures"] == told(imported)["added"] == 1


def test_a_crawl_of_another_program_becomes_history(gongkai: Command) -> None:
    """Of a foreign crawl come the reports and the files that they link to, with their own dates and decoded."""
    packed = gzip.compress(REPORT)
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
    old = write(
        "old.warc.gz",
        write_record("request", f"{HOST}/2015.html", b"GET /2015.html HTTP/1.1\r\n\r\n"),
        response(
            "/2015.html", chunked, "Content-Type: text/html", "Content-Encoding: gzip", "Transfer-Encoding: chunked"
        ),
        response("/f/fj.pdf", b"%PDF-1.4 made", "Content-Type: application/pdf"),
        response("/f/other.pdf", b"%PDF-1.4 other", "Content-Type: application/pdf"),
        response("/news.html", NEWS),
        response("/seal.png", b"\x89PNG", "Content-Type: image/png"),
        write_record("response", f"{HOST}/gone.html", write_answer(b"<p>404", status="404 Not Found")),
        write_record("response", f"{HOST}/part.html", write_answer(REPORT, status="206 Partial Content")),
    )

    imported = gongkai("import", old, *new_site(), "--json")

    assert imported.code == 0, imported.err
    page, file = on_record("gongkai.db")
    assert (page.capture.url, page.capture.kind, page.capture.body) == (f"{HOST}/2015.html", "report", REPORT)
    assert str(page.capture.fetched_at) == "2016-03-01 02:03:04+00:00"
    assert (page.run.command, page.run.started_at) == ("gongkai import", "2016-03-01T00:00:00Z")
    assert page.capture.headers == (("Content-Type", "text/html"),)
    assert (file.capture.kind, file.capture.found_on, file.capture.link_text) == (
        "attachment",
        f"{HOST}/2015.html",
        "附件：年度报告.pdf",
    )
    assert told(imported)["skipped"] == {
        "pages that are no report": 2,
        "pictures, styles and scripts": 1,
        "answers that are no page (redirects, errors)": 2,
    }
    rows = [json.loads(line) for line in gongkai("reports", "--json").out.splitlines()]
    assert [(row["agency"], row["year"], row["first_seen"], row["site"]) for row in rows] == [
        ("青石区白杨街道办事处", 2015, "2016-03-01T02:03:04Z", "qingshi")
    ]


def test_a_foreign_import_twice_adds_nothing(gongkai: Command) -> None:
    """Foreign captures are known again, and those of a day have one run, whenever each of them was imported."""
    old = write("old.warc.gz", response("/2015.html", REPORT))
    gongkai("import", old, *new_site())
    gongkai("import", write("beside.warc.gz", response("/2014.html", report(2014), date="2016-03-01T20:00:00Z")))

    again = gongkai("import", old, "--json")

    assert (told(again)["added"], told(again)["known"]) == (0, 1)
    assert len({one.run.uid for one in on_record("gongkai.db")}) == 1


def test_versions_of_foreign_crawls_are_changes_with_their_dates(gongkai: Command) -> None:
    """Two old captures of a report that differ are two versions, whichever was imported first."""
    late = write("late.warc.gz", response("/2015.html", report(words="第二稿。"), date="2017-01-01T00:00:00Z"))
    gongkai("import", late, *new_site())
    gongkai("import", write("early.warc.gz", response("/2015.html", REPORT)))

    changes = [json.loads(line) for line in gongkai("changes", "--json").out.splitlines()]
    assert [(one["kind"], one["seen_at"]) for one in changes] == [
        ("new", "2016-03-01T02:03:04Z"),
        ("text", "2017-01-01T00:00:00Z"),
    ]


def test_revisits_of_foreign_crawls_confirm_their_bytes(gongkai: Command) -> None:
    """A revisit is a visit with the bytes that it names, by digest or by address; a 304 stays one."""
    revisit = write_answer(b"", status="200 OK")
    profile = "http://netpreserve.org/warc/1.0/revisit/"
    old = write(
        "old.warc.gz",
        write_record(
            "revisit",
            f"{HOST}/2015.html",
            revisit,
            "2016-04-01T00:00:00Z",
            WARC_Profile=f"{profile}identical-payload-digest",
            WARC_Refers_To_Target_URI=f"{HOST}/2015.html",
            WARC_Refers_To_Date="2016-03-01T02:03:04Z",
        ),
        response("/2015.html", REPORT),
        write_record(
            "revisit", f"{HOST}/2015.html", b"", "2016-05-01T00:00:00Z", WARC_Profile=f"{profile}server-not-modified"
        ),
        write_record("revisit", f"{HOST}/lost.html", b"", "2016-05-01T00:00:00Z", WARC_Payload_Digest=DIGEST),
    )

    imported = gongkai("import", old, *new_site(), "--json")

    records = sorted(on_record("gongkai.db"), key=lambda one: one.capture.fetched_at)
    assert [one.capture.status for one in records] == [200, 200, 304]
    assert len({one.body_sha256 for one in records}) == 1
    assert told(imported)["skipped"] == {"visits whose bytes are not in these files": 1}


def test_an_answer_to_a_post_has_the_name_of_its_request(gongkai: Command) -> None:
    """What came for a POST is not taken for the page at that address."""
    request = write_record(
        "request",
        f"{HOST}/show",
        b"POST /show HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\nid=7",
        WARC_Concurrent_To="<urn:made:answer>",
    )
    old = write("old.warc.gz", response("/show", REPORT, WARC_Record_ID="<urn:made:answer>"), request)

    gongkai("import", old, *new_site())

    assert [one.capture.url for one in on_record("gongkai.db")] == [f"{HOST}/show?__wb_method=POST&id=7"]


def test_pages_of_no_site_are_refused(gongkai: Command) -> None:
    """Where no site has the host, nothing is taken, and the line says which host and what to do."""
    old = write("old.warc.gz", response("/2015.html", REPORT))

    refused = gongkai("import", old)
    unknown = gongkai("import", old, "--site", "qingshi")

    assert (refused.code, unknown.code) == (1, 1)
    assert "no one site of the archive has pages on old.example (1); say whose they are with --site" in refused.err
    assert "no site qingshi is known; give it a name with --title or a code with --division" in unknown.err
    assert on_record("gongkai.db") == []


def test_pages_go_to_the_site_that_has_their_host(gongkai: Command) -> None:
    """A host that a site of the archive has pages on needs no option."""
    with Archive.create("gongkai.db") as archive:
        fill(archive, [visit("/nb/1.html")])
    page = write_record("response", "http://qs.example/2015.html", write_answer(REPORT))

    gongkai("import", write("old.warc.gz", page))

    assert [one.capture.site for one in on_record("gongkai.db")] == [SITE.name, SITE.name]


def test_all_takes_pages_that_are_no_report(gongkai: Command) -> None:
    """With --all other pages come as columns, and none of them becomes a report."""
    old = write("old.warc.gz", response("/2015.html", REPORT), response("/news.html", NEWS))

    imported = gongkai("import", old, "--all", *new_site(), "--json")

    assert [one.capture.kind for one in on_record("gongkai.db")] == ["report", "column"]
    assert told(imported)["reports"] == 1


def test_a_dry_run_writes_nothing(gongkai: Command) -> None:
    """It says what would be taken, makes no archive, and adds nothing to one that is there."""
    old = write("old.warc.gz", response("/2015.html", REPORT))

    looked = gongkai("import", old, "--dry-run", "--json", *new_site())

    assert (looked.code, told(looked)["captures"], told(looked)["added"]) == (0, 1, 0)
    assert not Path("gongkai.db").exists()
    gongkai("import", write("other.warc.gz", response("/2014.html", report(2014))), *new_site())
    again = gongkai("import", old, "--dry-run", "--json")
    assert (again.code, told(again)["captures"], told(again)["added"]) == (0, 1, 0)
    assert len(on_record("gongkai.db")) == 1


def test_of_a_broken_file_what_is_whole_is_taken(gongkai: Command) -> None:
    """What is broken is said with its place, the rest is in, and the exit code is 3."""
    whole, cut = response("/2015.html", REPORT), response("/2014.html", report(2014))
    Path("old.warc.gz").write_bytes(pack(whole, cut)[:-30])

    imported = gongkai("import", "old.warc.gz", *new_site())

    assert imported.code == 3
    assert f"old.warc.gz (byte {len(pack(whole))}): the file ends in the middle of a record" in imported.err
    assert [one.capture.url for one in on_record("gongkai.db")] == [f"{HOST}/2015.html"]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (response("/1.html", REPORT, WARC_Payload_Digest=DIGEST), "its bytes are not those of its digest"),
        (response("/1.html", gzip.compress(REPORT, mtime=0)[:-9], "Content-Encoding: gzip"), "broken gzip"),
        (response("/1.html", b"fff\r\ncut", "Transfer-Encoding: chunked"), "its chunks do not come to an end"),
        (response("/1.html", REPORT, WARC_Truncated="length"), "it was cut by the program that wrote it"),
        (response("/1.html", REPORT, WARC_Segment_Number="1"), "it is one of several parts"),
        (response("/1.html", REPORT, date="yesterday"), "it says no moment"),
        (
            response("/1.html", gzip.compress(bytes(80 * 1024 * 1024)), "Content-Encoding: gzip"),
            "it grows beyond",
        ),
    ],
    ids=["digest", "gzip", "chunks", "truncated", "segment", "date", "bomb"],
)
def test_pages_that_are_not_whole_are_refused(gongkai: Command, record: bytes, reason: str) -> None:
    """A page that is not what it says, or not whole, is not taken, and the line says why."""
    imported = gongkai("import", write("old.warc.gz", record), *new_site())

    assert imported.code == 1
    assert reason in imported.err
    assert on_record("gongkai.db") == []


@pytest.mark.parametrize("date", ["1601-01-01T00:00:00Z", "2999-01-01T00:00:00Z"])
def test_moments_that_cannot_be_are_left_out(gongkai: Command, date: str) -> None:
    """A page from before the web or from the future would put the history out of order."""
    imported = gongkai("import", write("old.warc.gz", response("/1.html", REPORT, date=date)), *new_site(), "--json")

    assert told(imported)["skipped"] == {"dated before the web, or in the future": 1}


def test_what_is_no_warc_fails(gongkai: Command) -> None:
    """A file that is none of those which are known is one line and exit code 1."""
    Path("x.warc.gz").write_bytes(b"no archive of the web")

    imported = gongkai("import", "x.warc.gz")

    assert imported.code == 1
    assert "no WARC record begins here" in imported.err
    assert "Traceback" not in imported.err


def test_line_ends_in_an_export_of_ours_make_no_captures(gongkai: Command) -> None:
    """Addresses and headers with line ends come back as they were, and bring nothing along."""
    with Archive.create("gongkai.db") as archive:
        fill(archive, [every_sort()[7], every_sort()[11]])
    gongkai("export", "--format", "warc", "warcs")

    imported = gongkai("import", "warcs/gongkai-00001.warc.gz", "--archive", "other.db", "--json")

    assert told(imported)["captures"] == 2
    assert as_dict(on_record("other.db")) == as_dict(on_record("gongkai.db"))


@pytest.mark.usefixtures("filled")
def test_an_export_that_was_edited_is_refused(gongkai: Command) -> None:
    """Bytes or captures of an export that were changed afterwards are not taken, and said."""
    gongkai("export", "--format", "warc", "warcs")
    content = gzip.decompress(Path("warcs/gongkai-00001.warc.gz").read_bytes())
    other = content.replace(b"<td>12</td>", b"<td>21</td>").replace(b'"score": 0.85', b'"score": 0.58')
    Path("edited.warc").write_bytes(other)

    imported = gongkai("import", "edited.warc", "--archive", "other.db", "--json")

    assert imported.code == 3
    reasons = [one["reason"] for one in told(imported)["troubles"]]
    assert any("not those of its digest" in reason for reason in reasons)
    assert not {one.body_sha256 for one in on_record("other.db")} - {one.body_sha256 for one in on_record("gongkai.db")}


def test_records_that_do_not_belong_together_are_refused(gongkai: Command) -> None:
    """An answer without its capture, and one with the bytes of another, are said; the others come in."""
    with Archive.create("gongkai.db") as archive:
        fill(archive, [visit("/a.html", b"<p>a"), visit("/b.html", b"<p>b"), visit("/c.html", b"<p>c")])
    gongkai("export", "--format", "warc", "warcs")
    content = Path("warcs/gongkai-00001.warc.gz").read_bytes()
    places = [record.at for record in read_bytes(content)]
    parts = [content[start:end] for start, end in zip(places, [*places[1:], None], strict=True)]
    other = re.sub(rb"WARC-\w+-Digest: .*\r\n", b"", gzip.decompress(parts[3])).replace(b"<p>b", b"<p>x")
    Path("mixed.warc.gz").write_bytes(b"".join([parts[1], gzip.compress(other), *parts[4:]]))

    imported = gongkai("import", "mixed.warc.gz", "--archive", "other.db", "--json")

    assert [one["reason"] for one in told(imported)["troubles"]] == [
        "the record that says what this answer was is not there: http://qs.example/a.html",
        "its bytes are not those of the capture: http://qs.example/b.html",
    ]
    assert [one.capture.body for one in on_record("other.db")] == [b"<p>c"]


def test_a_wacz_is_taken_as_the_files_in_it(gongkai: Command) -> None:
    """The WARC files packed in a .wacz are imported; one that is broken is said."""
    with zipfile.ZipFile("old.wacz", "w") as packed:
        packed.writestr("archive/data.warc.gz", pack(response("/2015.html", REPORT)))
        packed.writestr("archive/bad.warc.gz", b"bad")

    imported = gongkai("import", "old.wacz", *new_site())

    assert imported.code == 3
    assert "old.wacz: archive/bad.warc.gz" in imported.err
    assert len(on_record("gongkai.db")) == 1


def test_a_saved_page_is_taken_with_what_is_said_of_it(gongkai: Command) -> None:
    """A page that a person saved needs an address and a day, and becomes history of that day."""
    Path("2015.html").write_bytes(REPORT)

    nameless = gongkai("import", "2015.html", *new_site())
    dateless = gongkai("import", "2015.html", "--url", f"{HOST}/2015.html", *new_site())
    imported = gongkai("import", "2015.html", "--url", f"{HOST}/2015.html", "--date", "2016-04-01", *new_site())

    assert (nameless.code, dateless.code, imported.code) == (1, 1, 0)
    assert "give its address with --url" in nameless.err
    assert "give the day with --date" in dateless.err
    (record,) = on_record("gongkai.db")
    assert (record.capture.status, record.capture.body) == (None, REPORT)
    assert record.run.started_at == "2016-04-01T00:00:00Z"
    assert gongkai("reports").out.count("2015") > 0


@pytest.mark.parametrize(
    ("note", "mtime", "expected"),
    [
        ("<!-- saved from url=(0027)http://old.example/2015.html -->", True, "2016-02-03"),
        (
            "<!--\n Page saved with SingleFile \n url: http://old.example/2015.html \n"
            " saved date: Fri Apr 01 2016 09:00:00 GMT+0800 (中国标准时间)\n-->",
            False,
            "2016-04-01",
        ),
    ],
    ids=["browser", "SingleFile"],
)
def test_a_saved_page_may_say_where_it_is_from(gongkai: Command, note: str, mtime: bool, expected: str) -> None:  # noqa: FBT001 - a case
    """Browsers note the address of a page that they save, SingleFile the moment as well; the file's own on request."""
    Path("saved.htm").write_bytes(note.encode() + REPORT)
    os.utime("saved.htm", (1454457600, 1454457600))

    imported = gongkai("import", "saved.htm", *(["--date-from-mtime"] if mtime else []), *new_site())

    assert imported.code == 0, imported.err
    (record,) = on_record("gongkai.db")
    assert (record.capture.url, str(record.capture.fetched_at.date())) == (f"{HOST}/2015.html", expected)


def test_a_saved_text_is_read_as_the_parser_reads_it(gongkai: Command) -> None:
    """A document of plain text that a person imports is a report where the parser takes it for one."""
    lines = (
        TITLE.format(2015),
        "一、总体情况",
        "认真公开。",
        "二、主动公开政府信息情况",
        "制发文件两件。",
        "三、收到和处理政府信息公开申请情况",
    )
    Path("2015.txt").write_text("\n".join(lines), encoding="utf-8")

    imported = gongkai("import", "2015.txt", "--url", f"{HOST}/2015.txt", "--date", "2016-04-01", *new_site(), "--json")

    assert (told(imported)["captures"], told(imported)["reports"]) == (1, 1)


def test_a_web_archive_of_one_file_is_a_saved_page(gongkai: Command) -> None:
    """Of an .mht the page is taken, with the address and moment that it notes."""
    head = (
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: http://old.example/2015.html\r\n"
        "Date: Fri, 1 Apr 2016 01:00:00 +0000\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="xx"\r\n\r\n--xx\r\n'
        "Content-Type: text/html\r\nContent-Transfer-Encoding: 8bit\r\n"
        "Content-Location: http://old.example/2015.html\r\n\r\n"
    )
    Path("saved.mht").write_bytes(head.encode() + REPORT + b"\r\n--xx--\r\n")

    imported = gongkai("import", "saved.mht", *new_site())

    assert imported.code == 0, imported.err
    (record,) = on_record("gongkai.db")
    assert record.capture.url == f"{HOST}/2015.html"
    assert str(record.capture.fetched_at) == "2016-04-01 01:00:00+00:00"
    assert record.capture.body
    assert "白杨街道".encode() in record.capture.body


def test_one_address_is_for_one_file(gongkai: Command) -> None:
    """--url with several files is wrong usage."""
    for name in ("a.html", "b.html"):
        Path(name).write_bytes(REPORT)

    assert gongkai("import", "a.html", "b.html", "--url", HOST).code == 2
    assert gongkai("import", "a.html", "--title", "x").code == 2
    assert gongkai("import", "a.html", "--date", "gestern").code == 2


@pytest.mark.usefixtures("filled")
@pytest.mark.skipif(WACZ is None, reason="wacz is a program in a place of its own: pip install wacz there")
def test_a_wacz_is_made_and_comes_back(gongkai: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """A .wacz has the export and the list of its reports, is valid to its own program, and is imported again."""
    assert WACZ
    monkeypatch.setenv("PATH", str(Path(WACZ).parent))

    exported = gongkai("export", "--format", "wacz", "out", "--json")
    again = gongkai("export", "--format", "wacz", "out")
    imported = gongkai("import", "out/gongkai.wacz", "--archive", "other.db")

    assert (exported.code, again.code, imported.code) == (0, 1, 0)
    assert [file.name for file in Path("out").iterdir()] == ["gongkai.wacz"]
    assert "is there already" in again.err
    with zipfile.ZipFile("out/gongkai.wacz") as packed:
        assert b"/nb/report.html" in packed.read("pages/pages.jsonl")
    done = subprocess.run([WACZ, "validate", "-f", "out/gongkai.wacz"], check=False, capture_output=True)  # noqa: S603
    assert done.returncode == 0, done.stdout
    assert as_dict(on_record("other.db")) == as_dict(on_record("gongkai.db"))


@pytest.mark.usefixtures("filled")
def test_a_missing_wacz_is_named(gongkai: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the program one line says what to install, and no folder is made."""
    monkeypatch.setenv("PATH", "")

    exported = gongkai("export", "--format", "wacz", "out")

    assert exported.code == 1
    assert "the program `wacz` is not installed: pip install wacz" in exported.err
    assert not Path("out").exists()


@pytest.mark.usefixtures("filled")
def test_an_export_of_a_report_has_its_page_alone(gongkai: Command) -> None:
    """Named reports come with the visits of their pages, as the archive knew them on a day."""
    gongkai("export", "--format", "warc", "whole")
    gongkai("import", "whole/gongkai-00001.warc.gz", "--archive", "other.db")

    whole = gongkai("export", "--format", "warc", "a", "2020", "--archive", "other.db", "--json")
    early = gongkai(
        "export", "--format", "warc", "b", "2020", "--as-of", "2026-01-05", "--archive", "other.db", "--json"
    )
    none = gongkai("export", "--format", "warc", "c", "--site", "nowhere", "--archive", "other.db")

    assert [json.loads(one.out)["captures"] for one in (whole, early)] == [2, 1]
    assert none.code == 3
    assert "no capture fits" in none.err
    assert list(Path("c").iterdir()) == []
