"""What lets somebody go on as us (cookies, passwords in addresses) is in no file that is kept or handed on."""

import gzip
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest

from archive import Archive
from archive.captures.records import CaptureRecord, iter_records
from archive.file.connection import open_for_reading
from gongkai.cli import run
from tests.archive.made_warcs import pack, write_answer, write_record
from tests.crawler.served import Served, link, page, serve
from tests.gongkai.reader_world import make_page
from tests.gongkai.web_visits import visit

MARK = "Geheim4711"
"""What stands for a session or a password; it must be found nowhere."""
TITLE = "青石区白杨街道办事处2020年政府信息公开工作年度报告"
HTML = ("Content-Type", "text/html; charset=utf-8")
COOKIES = (("Set-Cookie", f"JSESSIONID={MARK}; Path=/"), ("set-cookie2", f"a={MARK}"))
OLD = "http://old.example"


def records_in(path: Path) -> list[CaptureRecord]:
    """Return the captures of an archive with their bytes."""
    with closing(open_for_reading(path)) as connection:
        return list(iter_records(connection))


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Crawl a site that sets a cookie with every answer and leads on by an address with a password."""
    folder = tmp_path_factory.mktemp("secrets")
    pages = {"/nb/1.html": Served(make_page(TITLE, "本街道认真公开。", 3), headers=(HTML, *COOKIES))}
    with serve(pages) as server:
        base = f'<base href="{server.url.replace("//", f"//ann:{MARK}@")}/">'
        listed = page(
            "政府信息公开年报", base, link("nb/1.html", TITLE), link("nb/2.html", TITLE.replace("2020", "2021"))
        )
        pages["/"] = Served(page("青石区人民政府", link("/nb/", "政府信息公开年报")).body, headers=(HTML, *COOKIES))
        moved = server.url.replace("//", f"//ann:{MARK}@") + "/nb/3.html"
        pages["/nb/2.html"] = Served(status=302, headers=(("Location", moved), *COOKIES))
        pages["/nb/3.html"] = Served(
            make_page(TITLE.replace("2020", "2021"), "本街道认真公开。", 4), headers=(HTML, *COOKIES)
        )
        pages["/nb/"] = Served(listed.body, headers=(HTML, *COOKIES))
        sites = f'[[site]]\nname = "qingshi"\ndivision = "990103"\nstart_urls = ["{server.url}/"]\ndelay = 0\n'
        (folder / "sites.toml").write_text(sites, encoding="utf-8")
        code = run(["crawl", "--sites", str(folder / "sites.toml"), "--archive", str(folder / "a.db")])
        assert code == 0
        assert [f"JSESSIONID={MARK}" in headers.get("Cookie", "") for _, headers in server.asked].count(True) > 1
        yield folder / "a.db"


def test_no_cookie_and_no_password_of_a_crawl_is_kept(crawled: Path) -> None:
    """The headers and addresses of captures hold neither, though the crawl was answered for the cookie."""
    records = records_in(crawled)

    assert len([one for one in records if one.capture.kind == "report" and one.capture.is_good]) == 2
    assert [one.capture.url for one in records if MARK in f"{one.capture.url}{one.capture.final_url}"] == []
    assert [pair for one in records for pair in one.capture.headers if MARK in pair[1]] == []


def test_no_export_holds_a_cookie_or_a_password(crawled: Path, tmp_path: Path) -> None:
    """Neither WARC, evidence, data package nor CSV says one; of the page that prints the password the bytes do."""
    for arguments in (
        ("export", "--format", "warc", str(tmp_path / "warc")),
        ("export", "--format", "datapackage", str(tmp_path / "package")),
        ("evidence", "2020", "--output", str(tmp_path / "evidence.zip")),
        ("evidence", "2021", "--output", str(tmp_path / "evidence")),
    ):
        assert run([*arguments, "--archive", str(crawled)]) == 0, arguments
    zipfile.ZipFile(tmp_path / "evidence.zip").extractall(tmp_path / "unpacked")

    texts = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    texts |= {file: gzip.decompress(text) for file, text in texts.items() if file.suffix == ".gz"}
    printed = next(one.capture.body for one in records_in(crawled) if MARK.encode() in (one.capture.body or b""))
    del texts[tmp_path / "evidence.zip"]
    holding = [file.name for file, text in texts.items() if MARK.encode() in text.replace(printed or b"", b"")]
    assert len(texts) > 20
    assert holding == []


def test_no_page_shows_a_cookie_or_a_password(crawled: Path) -> None:
    """Nor does what is served: reports, their sources, and every table that Datasette shows."""
    with Archive.open(crawled) as archive:
        names = [quote(row.id) for row in archive.list_reports()]
    addresses = [f"/report/{name}{rest}" for name in names for rest in ("", "/source")]
    addresses += [
        f"/archive/{table}.json?_size=max" for table in ("captures", "captures_whole", "header_shapes", "pages")
    ]
    with visit(crawled) as visitor:
        answers = [visitor.get(address) for address in addresses]

    assert {
        address: answer.text for address, answer in zip(addresses, answers, strict=True) if answer.status_code != 200
    } == {}
    assert [address for address, answer in zip(addresses, answers, strict=True) if MARK in answer.text] == []


def test_another_crawlers_cookies_and_passwords_are_not_taken_in(tmp_path: Path) -> None:
    """Of a WARC file with cookies, asked and answered, and a password in an address, neither comes into the archive."""
    body = make_page(TITLE, "本街道认真公开。", 3)
    named = OLD.replace("//", f"//ann:{MARK}@")
    lines = (f"Set-Cookie: id={MARK}", f"X-Archive-Orig-Set-Cookie: id={MARK}", "Content-Type: text/html")
    request = f"GET / HTTP/1.1\r\nCookie: id={MARK}\r\nAuthorization: Basic {MARK}\r\n\r\n".encode()
    records = (
        write_record("request", f"{named}/nb/1.html", request),
        write_record("response", f"{named}/nb/1.html", write_answer(body, *lines)),
    )
    (tmp_path / "old.warc.gz").write_bytes(pack(*records))
    target = tmp_path / "a.db"

    code = run(
        ["import", str(tmp_path / "old.warc.gz"), "--site", "qingshi", "--title", "青石区", "--archive", str(target)]
    )

    (record,) = records_in(target)
    assert code == 0
    assert (record.capture.url, record.capture.body) == (f"{OLD}/nb/1.html", body)
    assert record.capture.headers == (("Content-Type", "text/html"),)
    assert MARK.encode() not in target.read_bytes()


def test_a_revisit_is_taken_in_though_addresses_hold_a_password(tmp_path: Path) -> None:
    """What says by an address with a password which bytes it confirms, finds them under the address without."""
    body, named = make_page(TITLE, "本街道认真公开。", 3), f"http://ann:{MARK}@old.example/nb/1.html"
    again = write_record(
        "revisit",
        named,
        b"",
        "2016-04-01T02:03:04Z",
        WARC_Refers_To_Target_URI=named,
        WARC_Refers_To_Date="2016-03-01T02:03:04Z",
    )
    (tmp_path / "old.warc.gz").write_bytes(pack(write_record("response", named, write_answer(body)), again))
    target = tmp_path / "a.db"

    run(["import", str(tmp_path / "old.warc.gz"), "--site", "qingshi", "--title", "青石区", "--archive", str(target)])

    assert [one.capture.url for one in records_in(target)] == [f"{OLD}/nb/1.html"] * 2
