import gzip
import json
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from archive import Archive, ArchiveError, Capture
from archive.captures.ledger import capture_digest
from archive.captures.records import CaptureRecord, iter_records
from archive.readings.documents import dump_json
from archive.warc.export import Selection
from archive.warc.reading import MAX_BLOCK, WarcRecord, WarcTrouble, iter_warc, open_warcs
from archive.warc.records import (
    CAPTURE_TYPE,
    MADE_FIELD,
    BrokenCaptureError,
    MissingWarcError,
    RestoredCapture,
    restore_capture,
)
from archive.warc.source import MAX_HEAD
from archive.warc.writing import WarcExport
from tests.archive.made_reports import SITE, crawl, make_cell, make_report, select
from tests.archive.made_warcs import (
    HOST,
    PAGE,
    check,
    every_sort,
    fill,
    pack,
    read_all,
    read_bytes,
    visit,
    write_answer,
    write_record,
)

ONE = write_record("response", f"{HOST}/1.html", write_answer(PAGE))
TWO = write_record("response", f"{HOST}/2.html", write_answer(b"<p>two"))
THREE = write_record("response", f"{HOST}/3.html", write_answer(b"<p>three"))


def export(archive: Archive, folder: Path, *captures: Capture, size: int = 10**9) -> WarcExport:
    """Store visits and export all."""
    fill(archive, captures or None)
    return archive.export_warc(folder, Selection(), size=size)


def whole(found: list[WarcRecord | WarcTrouble]) -> list[WarcRecord]:
    """Return records, of which none may be broken."""
    assert not [one for one in found if isinstance(one, WarcTrouble)]
    return [one for one in found if isinstance(one, WarcRecord)]


def urls(found: list[WarcRecord | WarcTrouble]) -> list[str]:
    """Return in short what was read: the last part of an address, or ! for what is broken."""
    return [one.url.rpartition("/")[2] if isinstance(one, WarcRecord) else "!" for one in found]


def of_type(records: list[WarcRecord], kind: str) -> list[WarcRecord]:
    """Return the records of a type."""
    return [record for record in records if record.type == kind]


def restore_all(files: tuple[Path, ...]) -> list[RestoredCapture]:
    """Return the captures that files hold, in order."""
    return [
        restore_capture(record.content)
        for record in whole(read_all(files))
        if record.fields.get("content-type") == CAPTURE_TYPE
    ]


def on_record(archive: Archive) -> list[CaptureRecord]:
    """Return the captures of an archive without their bytes."""
    return list(iter_records(archive._connection, with_bodies=False))


def test_an_export_is_what_other_tools_take_for_sound(
    archive: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The checker of warcio has nothing to say about an export with every sort of visit."""
    exported = export(archive, tmp_path / "warcs")

    assert check(exported.files) == 0
    assert capsys.readouterr() == ("", "")
    assert (exported.captures, exported.responses, exported.revisits, exported.failures) == (12, 7, 2, 3)


def test_a_capture_comes_back_as_it_was(archive: Archive, tmp_path: Path) -> None:
    """From its record a capture is made again with its run, headers, facts, hash and digest."""
    exported = export(archive, tmp_path / "warcs")

    restored = restore_all(exported.files)
    assert [(one.run, one.capture, one.body_sha256, one.digest) for one in restored] == [
        (one.run, one.capture, one.body_sha256, one.digest) for one in on_record(archive)
    ]
    assert {one.site for one in restored} >= {SITE}


def test_the_same_archive_gives_the_same_bytes(archive: Archive, tmp_path: Path) -> None:
    """Nothing in an export comes from a clock or from chance."""
    first = export(archive, tmp_path / "first")
    second = archive.export_warc(tmp_path / "second", Selection())

    assert [file.read_bytes() for file in first.files] == [file.read_bytes() for file in second.files]
    assert first.pages.read_bytes() == second.pages.read_bytes()


def test_names_of_records_are_all_different(archive: Archive, tmp_path: Path) -> None:
    """No two records have the same name, not even those of two visits in the same second with the same answer."""
    exported = export(archive, tmp_path / "warcs", *every_sort(), *every_sort())

    names = Counter(record.id for record in whole(read_all(exported.files)))
    assert {count for _, count in names.most_common()} == {1}
    assert len(restore_all(exported.files)) == 24


def test_files_are_split_at_a_size(archive: Archive, tmp_path: Path) -> None:
    """Each file ends with the capture that leads beyond the size, begins with its own warcinfo, and none is lost."""
    exported = export(archive, tmp_path / "warcs", size=3000)

    assert [file.name for file in exported.files] == [f"gongkai-{n:05}.warc.gz" for n in range(1, 5)]
    assert all(file.stat().st_size >= 3000 for file in exported.files[:-1])
    assert [whole(read_all([file]))[0].type for file in exported.files] == ["warcinfo"] * 4
    assert [one.digest for one in restore_all(exported.files)] == [one.digest for one in on_record(archive)]
    assert check(exported.files) == 0


def test_headers_fit_the_bytes_that_stand_there(archive: Archive, tmp_path: Path) -> None:
    """Bytes stand without encoding, so headers of encoding and length stand aside, and the true length is added."""
    exported = export(archive, tmp_path / "warcs", every_sort()[0])

    (response,) = of_type(whole(read_all(exported.files)), "response")
    assert response.content == PAGE
    assert response.http
    assert response.http.headers == (
        ("Content-Type", "text/html; charset=utf-8"),
        ("ETag", '"5e1"'),
        ("X-Archive-Orig-Content-Encoding", "gzip"),
        ("X-Archive-Orig-Transfer-Encoding", "chunked"),
        ("X-Archive-Orig-Content-Length", "77"),
        ("Content-Length", str(len(PAGE))),
    )


def test_bytes_are_written_once(archive: Archive, tmp_path: Path) -> None:
    """An answer with bytes that were written before is a revisit which names where they stand."""
    exported = export(archive, tmp_path / "warcs", visit("/a.html"), visit("/b.html", day=2))

    (revisit,) = of_type(whole(read_all(exported.files)), "revisit")
    assert revisit.url == f"{HOST}/b.html"
    assert revisit.fields["warc-refers-to-target-uri"] == f"{HOST}/a.html"
    assert revisit.fields["warc-refers-to-date"] == "2026-01-01T08:00:00Z"
    assert revisit.fields["warc-profile"].endswith("/identical-payload-digest")
    assert not revisit.content


def test_a_304_is_a_revisit_that_replays(archive: Archive, tmp_path: Path) -> None:
    """A 304 has the profile of one, names the answer that it confirms, and keeps its own status for the capture."""
    exported = export(archive, tmp_path / "warcs", visit("/a.html"), visit("/a.html", None, 2))

    (revisit,) = of_type(whole(read_all(exported.files)), "revisit")
    assert revisit.fields["warc-profile"].endswith("/server-not-modified")
    assert revisit.fields["warc-refers-to-date"] == "2026-01-01T08:00:00Z"
    assert revisit.fields[MADE_FIELD.lower()] == "status"
    assert revisit.http
    assert (revisit.http.status, revisit.http.headers) == (200, ())
    assert [one.capture.status for one in restore_all(exported.files)] == [200, 304]


def test_bytes_that_no_capture_of_the_export_brought_are_there(archive: Archive, tmp_path: Path) -> None:
    """The bytes that a 304 confirms stand in an export though the visit that brought them does not."""
    fill(archive, [visit("/a.html"), visit("/a.html", None, 2)])
    select_late = Selection(site=SITE.name)
    connection = archive._connection
    late = [one for one in iter_records(connection) if one.capture.status == 304]

    from archive.warc import export as warc_export  # noqa: PLC0415 - patched below

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(warc_export, "iter_records", lambda *_: iter(late))
        exported = warc_export.export_warc(connection, tmp_path / "warcs", select_late)

    (resource,) = of_type(whole(read_all(exported.files)), "resource")
    assert resource.content == PAGE
    assert resource.url.startswith("urn:sha256:")


def test_a_redirect_is_found_at_both_ends(archive: Archive, tmp_path: Path) -> None:
    """The answer stands where it came from, and a redirect, marked as made, at the address that was asked for."""
    exported = export(archive, tmp_path / "warcs", every_sort()[2])

    answer, way = of_type(whole(read_all(exported.files)), "response")
    assert (answer.url, answer.http and answer.http.status) == (f"{HOST}/moved/2.html", 200)
    assert (way.url, way.http and way.http.status) == (f"{HOST}/nb/2.html", 302)
    assert way.http
    assert ("Location", f"{HOST}/moved/2.html") in way.http.headers
    assert way.fields[MADE_FIELD.lower()] == "redirect"


def test_a_redirect_to_https_needs_no_second_record(archive: Archive, tmp_path: Path) -> None:
    """Addresses that replay tools take for the same get no redirect, which would lead to itself."""
    exported = export(
        archive, tmp_path / "warcs", visit("/a.html", final_url=f"{HOST.replace('http:', 'https:')}/a.html")
    )

    assert [record.url for record in of_type(whole(read_all(exported.files)), "response")] == [
        "https://qs.example/a.html"
    ]


def test_a_post_is_written_with_what_was_asked(archive: Archive, tmp_path: Path) -> None:
    """The body in the name of a page becomes a request beside the answer, as a form or as JSON."""
    exported = export(archive, tmp_path / "warcs", *every_sort()[4:6])

    requests = of_type(whole(read_all(exported.files)), "request")
    answers = of_type(whole(read_all(exported.files)), "response")
    assert [(one.url, one.http and one.http.first_line, one.content) for one in requests] == [
        (f"{HOST}/q?x=1", "POST /q?x=1 HTTP/1.1", b"page=2"),
        (f"{HOST}/q", "POST /q HTTP/1.1", b'{"page":2}'),
    ]
    assert [one.fields["warc-concurrent-to"] for one in requests] == [one.id for one in answers]


def test_line_ends_in_what_a_server_sent_make_no_records(archive: Archive, tmp_path: Path) -> None:
    """Neither an address nor a header can end its line; the capture has them as they were."""
    exported = export(archive, tmp_path / "warcs", every_sort()[7], every_sort()[11])

    records = whole(read_all(exported.files))
    assert [record.type for record in records] == ["warcinfo", "response", "metadata", "response", "metadata"]
    assert records[1].http
    assert [name for name, _ in records[1].http.headers] == ["X-Name", "X-Split", "Content-Length"]
    assert records[3].url == f"{HOST}/nb/a.html%0D%0AWARC-Type:%20response%0D%0A%0D%0A"
    assert [one.capture.url for one in restore_all(exported.files)] == [one.capture.url for one in on_record(archive)]


def test_the_list_of_pages_has_the_reports(archive: Archive, tmp_path: Path) -> None:
    """Beside the files stands the list of the reports in them, with address, moment and name."""
    exported = export(archive, tmp_path / "warcs", every_sort()[2], every_sort()[4], every_sort()[8])

    header, *pages = map(json.loads, exported.pages.read_text(encoding="utf-8").splitlines())
    assert header["format"] == "json-pages-1.0"
    assert [(one["url"], one["ts"], one["title"]) for one in pages] == [
        (f"{HOST}/moved/2.html", "2026-01-01T08:00:00Z", "白杨街道 2020 年年报")
    ]


def test_an_export_can_be_of_a_part(archive: Archive, tmp_path: Path) -> None:
    """By site, by what was had on a day, by year and by report: what fits, and the files behind its pages."""
    crawl(archive, 1, {f"{HOST}/a.html": make_report(make_cell())})
    crawl(archive, 2, {f"{HOST}/b.html": make_report(make_cell(), year=2021)})
    file = visit("/a.pdf", b"%PDF", 3, kind="attachment", found_on=f"{HOST}/a.html")
    fill(archive, [file, visit("/c.html", site="danshui", day=4)])
    report = archive.list_reports(year=2020)[0].id

    def paths(name: str, selection: Selection) -> list[str]:
        files = archive.export_warc(tmp_path / name, selection).files
        return [one.capture.url.removeprefix(HOST) for one in restore_all(files)]

    assert paths("site", Selection(site="danshui")) == ["/c.html"]
    assert paths("until", Selection(until="2026-01-02T23:59:59Z")) == ["/a.html", "/b.html"]
    assert paths("year", Selection(year=2021)) == ["/b.html"]
    assert paths("report", Selection(reports=(report,))) == ["/a.html", "/a.pdf"]
    assert paths("none", Selection(reports=(report,), year=2021)) == []


def test_an_earlier_export_is_not_mixed_with(archive: Archive, tmp_path: Path) -> None:
    """A folder that holds an export takes no second one."""
    export(archive, tmp_path / "warcs")
    before = sorted(file.name for file in (tmp_path / "warcs").iterdir())

    with pytest.raises(ArchiveError, match="holds an earlier export; name another folder"):
        archive.export_warc(tmp_path / "warcs", Selection())

    assert sorted(file.name for file in (tmp_path / "warcs").iterdir()) == before


def test_an_export_that_fails_leaves_nothing(archive: Archive, path: Path, tmp_path: Path) -> None:
    """A body that is damaged ends an export with one line, and no file of it stays."""
    fill(archive)
    select(path, "SELECT 1")
    archive._connection.execute("UPDATE bodies SET data = x'00' WHERE id = (SELECT max(id) FROM bodies)")

    with pytest.raises(ArchiveError):
        archive.export_warc(tmp_path / "warcs", Selection())

    assert list((tmp_path / "warcs").iterdir()) == []


def test_a_folder_that_was_there_stays_the_folder_that_it_was(archive: Archive, tmp_path: Path) -> None:
    """An empty folder that somebody made keeps its rights, and need not be on the disk of the one above it."""
    folder = tmp_path / "warcs"
    folder.mkdir(mode=0o700)
    before = folder.stat()

    exported = export(archive, folder)

    after = folder.stat()
    assert (after.st_ino, after.st_mode) == (before.st_ino, before.st_mode)
    assert all(file.exists() for file in exported.files)
    assert [file.name for file in folder.iterdir() if file.name.startswith(".")] == []


def test_what_a_killed_export_left_keeps_no_later_one_out(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a container every export may have the same process number; the next one writes all the same."""
    monkeypatch.setattr("os.getpid", lambda: 7)
    (tmp_path / ".warcs.unfinished-7").mkdir()

    exported = export(archive, tmp_path / "warcs")

    assert all(file.exists() for file in exported.files)


def test_a_folder_that_cannot_be_written_is_said(archive: Archive, tmp_path: Path) -> None:
    """Where no folder can be made, one line says so."""
    (tmp_path / "file").write_text("x")

    with pytest.raises(ArchiveError, match="cannot be written"):
        archive.export_warc(tmp_path / "file" / "warcs", Selection())


def test_a_missing_library_is_named(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without warcio the line says what to install, and no folder is made."""
    monkeypatch.setitem(__import__("sys").modules, "warcio.warcwriter", None)

    with pytest.raises(MissingWarcError, match=r"pip install 'gongkai\[warc\]'"):
        archive.export_warc(tmp_path / "warcs", Selection())

    assert not (tmp_path / "warcs").exists()


# Reading


@pytest.mark.parametrize(
    "content", [ONE + TWO + THREE, pack(ONE, TWO, THREE), gzip.compress(ONE + TWO + THREE, mtime=0)]
)
def test_files_are_read_however_they_are_packed(content: bytes) -> None:
    """Plain, compressed record by record, or as one whole: the same records."""
    records = whole(read_bytes(content))

    assert urls([*records]) == ["1.html", "2.html", "3.html"]
    assert records[0].content == PAGE


@pytest.mark.parametrize("step", range(12))
def test_of_a_cut_file_all_that_is_whole_is_read(step: int) -> None:
    """Wherever a file is cut, the records before that are read, and one line says where the rest is missing."""
    content = pack(ONE, TWO, THREE)
    ends = [len(pack(ONE)), len(pack(ONE, TWO)), len(content)]
    cut = 1 + step * (len(content) - 2) // 11

    found = read_bytes(content[:cut])

    expected = sum(end <= cut for end in ends)
    assert urls(found) == ["1.html", "2.html", "3.html"][:expected] + ["!"] * (cut not in ends)


def test_a_plain_file_that_is_cut_is_read_up_to_there() -> None:
    """A record of a file that is not compressed is cut where bytes of it are missing; its line ends are none of it."""
    assert urls(read_bytes((ONE + TWO)[:-20])) == ["1.html", "!"]
    assert urls(read_bytes((ONE + TWO)[:-4])) == ["1.html", "2.html"]


@pytest.mark.parametrize("place", [2, 40, -5])
def test_a_damaged_record_does_not_take_the_others_along(place: int) -> None:
    """A byte that was changed costs the record that it stands in, and no other."""
    first, second, third = pack(ONE), bytearray(pack(TWO)), pack(THREE)
    second[place] ^= 0xFF

    assert urls(read_bytes(first + bytes(second) + third)) == ["1.html", "!", "3.html"]


def test_a_record_with_a_wrong_digest_is_refused() -> None:
    """Bytes that are not those of their digest are not taken, and said."""
    block = write_answer(b"<p>one")
    wrong = write_record("response", f"{HOST}/2.html", block, WARC_Block_Digest="sha1:" + "A" * 32)

    found = read_bytes(ONE + wrong + THREE)

    assert urls(found) == ["1.html", "!", "3.html"]
    assert isinstance(found[1], WarcTrouble)
    assert "not those of its digest" in found[1].reason
    assert found[1].at == len(ONE)


def test_the_text_of_a_record_in_a_page_is_no_record() -> None:
    """Behind a broken record of a file that is not compressed nothing is taken: it may be the text of a page."""
    hostile = b"<p>" + write_record("response", "http://other.example/", write_answer(b"made up"))
    long = write_record("response", f"{HOST}/2.html", write_answer(hostile), Content_Length="60")

    assert urls(read_bytes(ONE + long + THREE)) == ["1.html", "!"]
    assert urls(read_bytes(ONE + long + b"\r\n" * 200_000 + THREE)) == ["1.html", "!"]
    assert urls(read_bytes(pack(ONE, long, THREE))) == ["1.html", "!", "3.html"]


def test_a_record_that_is_too_large_is_passed_over() -> None:
    """A record of more bytes than are read is said and passed over, however well it is packed."""
    huge = write_record("response", f"{HOST}/2.html", write_answer(bytes(MAX_BLOCK)))

    found = read_bytes(pack(ONE, huge, THREE))

    assert urls(found) == ["1.html", "!", "3.html"]


def test_headers_without_end_are_given_up() -> None:
    """The head of a record, or of the answer in it, that does not end costs no more than its bound."""
    endless = b"WARC/1.0\r\n" + b"X: y\r\n" * MAX_HEAD
    one_line = b"WARC/1.0\r\nX: " + b"y" * (2 * MAX_HEAD)
    answer = write_record("response", f"{HOST}/2.html", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * MAX_HEAD)

    assert urls(read_bytes(pack(ONE, endless, one_line, answer, THREE))) == ["1.html", "!", "!", "!", "3.html"]


def test_headers_in_any_encoding_are_read() -> None:
    """Headers come one character a byte, as a crawl keeps them, folded lines joined, nonsense left out."""
    block = b"HTTP/1.1 200 OK\r\nX-Name: \xc4\xea\xb1\xa8\r\nX-Long: a\r\n b\r\nnonsense\r\n\r\n<p>"

    (record,) = whole(read_bytes(write_record("response", f"{HOST}/1.html", block)))

    assert record.http
    assert record.http.headers == (("X-Name", "Äê±¨"), ("X-Long", "a b"))
    assert record.content == b"<p>"


@pytest.mark.parametrize(
    "content",
    [
        b"no warc at all",
        b"\x1f\x8b\x08",
        b"\x1f\x8b" + b"x" * 90,
        b"WARC/1.0\r\n\r\n",
        b"WARC/1.0\r\nContent-Length: -5\r\n\r\nx",
    ],
)
def test_what_is_no_warc_is_said(content: bytes) -> None:
    """Whatever is in a file, it ends with a line and not with a fault of the program."""
    assert urls(read_bytes(content)) == ["!"]


def test_an_empty_file_holds_nothing() -> None:
    """A file without a byte has no records, and nothing is wrong with it."""
    assert read_bytes(b"") == []


def test_arc_files_are_read() -> None:
    """The format before WARC is read as well."""
    block = write_answer(b"<p>old")
    head = f"{HOST}/old.html 127.0.0.1 20080203040506 text/html {len(block)}\n".encode()
    names = b"1 0 Made\nURL IP-address Archive-date Content-type Archive-length\n"
    about = f"filedesc://x.arc 0.0.0.0 20080203040506 text/plain {len(names)}\n".encode()

    records = whole(read_bytes(about + names + b"\n" + head + block + b"\n"))

    assert [(record.url, str(record.date), record.content) for record in records if record.http] == [
        (f"{HOST}/old.html", "2008-02-03 04:05:06+00:00", b"<p>old")
    ]


def test_a_wacz_is_read_without_unpacking_it(tmp_path: Path) -> None:
    """The WARC files in a zip are read where they are: no name in it leads to a place on the disk."""
    packed = tmp_path / "in" / "x.wacz"
    packed.parent.mkdir()
    with zipfile.ZipFile(packed, "w") as zipped:
        zipped.writestr("../../evil.warc.gz", pack(ONE))
        zipped.writestr("archive/two.warc.gz", pack(TWO))
        zipped.writestr("datapackage.json", "{}")

    with open_warcs(packed) as files:
        found = [(name, urls(read_bytes(stream.read()))) for name, stream in files]  # type: ignore[union-attr,misc]

    assert found == [("../../evil.warc.gz", ["1.html"]), ("archive/two.warc.gz", ["2.html"])]
    assert [file.name for file in tmp_path.rglob("*")] == ["in", "x.wacz"]


def test_a_warc_that_ends_in_a_zip_is_a_warc(tmp_path: Path) -> None:
    """A file is told by its beginning: a document that is a zip may be the last thing in a WARC file."""
    with zipfile.ZipFile(tmp_path / "in.docx", "w") as zipped:
        zipped.writestr("word/document.xml", "<w/>")
    answer = write_answer((tmp_path / "in.docx").read_bytes())
    (tmp_path / "x.warc").write_bytes(ONE + write_record("response", f"{HOST}/2.docx", answer))

    with open_warcs(tmp_path / "x.warc") as files:
        ((name, stream),) = files  # type: ignore[misc]
        found = read_bytes(stream.read())

    assert (name, urls(found)) == ("x.warc", ["1.html", "2.docx"])


@pytest.mark.parametrize(
    ("place", "reason"),
    [(30, "cannot be unpacked"), (60, "cannot be read"), (-82, "not a whole zip"), (-22, "not a whole zip")],
    ids=["name", "bytes", "list", "end"],
)
def test_a_zip_that_is_damaged_is_said(tmp_path: Path, place: int, reason: str) -> None:
    """Wherever a .wacz is damaged, what cannot be read of it is one line, and nothing trips."""
    with zipfile.ZipFile(tmp_path / "x.wacz", "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("archive/1.warc", ONE + TWO)
    content = bytearray((tmp_path / "x.wacz").read_bytes())
    content[place] ^= 0xFF
    (tmp_path / "x.wacz").write_bytes(content)

    troubles = []
    with open_warcs(tmp_path / "x.wacz") as files:
        for one in files:
            found = [one] if isinstance(one, WarcTrouble) else list(iter_warc(one[1]))
            troubles += [part.reason for part in found if isinstance(part, WarcTrouble)]

    assert len(troubles) == 1
    assert reason in troubles[0]


def test_a_capture_that_was_edited_is_refused(archive: Archive, tmp_path: Path) -> None:
    """A record whose capture is not that of its digest is no capture."""
    exported = export(archive, tmp_path / "warcs", every_sort()[0])
    (record,) = of_type(whole(read_all(exported.files)), "metadata")

    with pytest.raises(BrokenCaptureError, match="its digest is"):
        restore_capture(record.content.replace(b"0.85", b"0.95"))


@pytest.mark.parametrize(
    "name", ["version", "url", "kind", "status", "headers", "fetched_at", "run", "site", "facts", "body_sha256"]
)
def test_a_capture_with_a_part_of_another_sort_is_refused(archive: Archive, tmp_path: Path, name: str) -> None:
    """Whatever stands in the place of a part, it is refused as such."""
    exported = export(archive, tmp_path / "warcs", every_sort()[0])
    (record,) = of_type(whole(read_all(exported.files)), "metadata")
    value = json.loads(record.content)

    for nonsense in (["x"], 3.5, "\x00", {"a": "b"}):
        with pytest.raises(BrokenCaptureError):
            restore_capture(json.dumps({**value, name: nonsense}).encode())


def test_a_capture_of_another_making_is_held_to_its_parts(archive: Archive, tmp_path: Path) -> None:
    """A record whose digest is right is refused where its run has no name of one, or a header is no text."""
    exported = export(archive, tmp_path / "warcs", every_sort()[0])
    (record,) = of_type(whole(read_all(exported.files)), "metadata")
    value = json.loads(record.content)
    numbered = [["ETag", 0]]
    capture = visit("/nb/1.html", headers=(), facts={"score": 0.85, "names": ["年报"]})
    digest = capture_digest(capture, dump_json(numbered), value["body_sha256"], dump_json(value["facts"]))

    assert restore_capture(json.dumps({**value, "run": {**value["run"], "uid": "a1"}}).encode()).run.uid == "a1"
    with pytest.raises(BrokenCaptureError, match="`run` is not what it must be"):
        restore_capture(json.dumps({**value, "run": {**value["run"], "uid": "a 1"}}).encode())
    with pytest.raises(BrokenCaptureError, match="`headers` is not what it must be"):
        restore_capture(json.dumps({**value, "headers": numbered, "digest": digest}).encode())


@pytest.mark.parametrize(
    "parts",
    [
        {"failure": "timeout"},
        {"status": 10**30},
        {"facts": {"score": float("nan")}},
        {"fetched_at": "2026-01-01T08:00:00"},
    ],
    ids=["failed, with bytes", "status", "no number", "no zone"],
)
def test_a_capture_that_cannot_be_is_refused(archive: Archive, tmp_path: Path, parts: dict[str, object]) -> None:
    """What no archive could hold is refused as no capture, and trips nothing."""
    exported = export(archive, tmp_path / "warcs", every_sort()[0])
    (record,) = of_type(whole(read_all(exported.files)), "metadata")

    with pytest.raises(BrokenCaptureError, match="not a capture"):
        restore_capture(json.dumps({**json.loads(record.content), **parts}).encode())
