"""What stands around every answer: the headers, the hosts, the methods; and what is hostile is text everywhere."""

import csv
import io
import os
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from archive import Archive
from gongkai.web.guarding import DATASETTE_POLICY, OWN_POLICY
from gongkai.web.spreadsheets import CsvGuard, rows_to_xlsx
from tests.gongkai.web_archives import FORMULAS, LONG_WORD, RUN, TEXTS, VERSIONED, make_demo, make_hostile, make_story
from tests.gongkai.web_visits import Visitor, links, parse_page, policies, shape, texts, visit

REPORT = f"/report/{quote(VERSIONED)}"
COMMON = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
OWN, DATASETTE = OWN_POLICY, DATASETTE_POLICY
CAPTURED = f"/captured/{quote(VERSIONED)}/1"
ANSWERS = (
    ("/", 200, OWN),
    (REPORT, 200, OWN),
    ("/report/白杨街道办事处-2020", 302, DATASETTE),
    ("/report/nowhere", 404, OWN),
    ("/search?q=year:x", 400, OWN),
    ("/search.csv?q=公开", 200, OWN),
    ("/changes.atom", 200, OWN),
    ("/nothing", 404, OWN),
    ("/archive", 200, DATASETTE),
    ("/archive/figures_now", 200, DATASETTE),
    ("/archive/figures_now.json?_size=1", 200, DATASETTE),
    ("/archive/figures_now.csv?_size=1", 200, DATASETTE),
    ("/archive/figures_now.xlsx?_size=1", 200, DATASETTE),
    ("/archive?sql=delete+from+reports", 400, DATASETTE),
    ("/archive.json?sql=delete+from+reports", 400, DATASETTE),
    ("/archive/nothing.json", 404, DATASETTE),
    ("/-/plugins", 200, DATASETTE),
    ("/-/static/app.css", 200, DATASETTE),
    ("/gongkai-static/site.css", 200, DATASETTE),
    ("/gongkai-static/nothing.css", 404, DATASETTE),
    ("/gongkai-static/%2e%2e/words.toml", 404, DATASETTE),
)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """Serve the made story."""
    with visit(make_story(tmp_path_factory.getbasetemp() / "web-story.db")) as visitor:
        yield visitor


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """Serve the archive in which every text is hostile."""
    with visit(make_hostile(tmp_path_factory.getbasetemp() / "web-hostile.db")) as visitor:
        yield visitor


@pytest.mark.parametrize(("address", "status", "policy"), ANSWERS)
def test_every_answer_says_what_it_may_load(story: Visitor, address: str, status: int, policy: str) -> None:
    """Pages, files and errors, ours and Datasette's, each have one policy and the headers that go with it."""
    answer = story.get(address)

    assert answer.status_code == status
    assert policies(answer) == [policy]
    assert {name: answer.headers.get_list(name) for name in COMMON} == {name: [value] for name, value in COMMON.items()}


def test_our_pages_may_run_nothing() -> None:
    """The policy of our pages allows no script, no other host, no frame around them."""
    own = dict(part.strip().partition(" ")[::2] for part in OWN_POLICY.split(";"))

    assert own.pop("default-src") == own.pop("frame-ancestors") == own.pop("base-uri") == "'none'"
    assert set(own.values()) == {"'self'"}
    assert "script-src" not in own
    assert not re.search(r"https?:|\*|unsafe-eval", OWN_POLICY + DATASETTE_POLICY)


def test_charts_and_archived_pages_have_policies_of_their_own(story: Visitor) -> None:
    """A chart may only style itself; an archived page is sandboxed; original bytes are saved, never shown."""
    chart = story.get("/overview/years.svg")
    shown = story.get(CAPTURED)
    original = story.get(f"{CAPTURED}/original")

    assert policies(chart) == ["default-src 'none'; style-src 'unsafe-inline'"]
    assert policies(shown)[0].startswith("sandbox; default-src 'none'; style-src 'sha256-")
    assert policies(original) == ["sandbox; default-src 'none'"]
    assert original.headers["content-disposition"].startswith("attachment")
    assert original.headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("address", ["/", "/archive", "/archive/figures_now", "/nothing", "/-/permissions", CAPTURED])
def test_nothing_but_reading_is_answered(story: Visitor, method: str, address: str) -> None:
    """No method that could write is answered, by a page of ours or of Datasette's."""
    answer = story.ask(method, address)

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert policies(answer) == [DATASETTE]


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:8001", "127.0.0.1.evil.example", "localhost.evil.example", "", "0.0.0.0:8001"),
        *("user@127.0.0.1", "[::2]:80", "2130706433", "evil.example#127.0.0.1", "10.0.0.1", "127.0.0.1, evil.example"),
    ],
)
def test_no_other_name_leads_to_the_archive(story: Visitor, host: str) -> None:
    """A page elsewhere whose name is made to lead to this machine gets nothing, of no page."""
    for address in ("/", "/archive/figures_now.json", "/gongkai-static/site.css"):
        answer = story.get(address, host=host)

        assert (answer.status_code, policies(answer)) == (421, [DATASETTE])
        assert "白杨" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1:8001", "localhost", "LOCALHOST:80", "[::1]:8001", "127.9.9.9"])
def test_this_machine_is_answered_by_its_names(story: Visitor, host: str) -> None:
    """Whatever names this machine for itself is answered."""
    assert story.get("/", host=host).status_code == 200


def test_a_name_that_was_given_is_answered(story: Visitor) -> None:
    """Names given on the command line are answered beside this machine's own, and no other."""
    with Visitor(story.path, frozenset({"gongkai.example"})) as named, Visitor(story.path, None) as anybody:
        statuses = [named.get("/", host=host).status_code for host in ("gongkai.example:80", "127.0.0.1", "b.example")]
        any_name = anybody.get("/", host="b.example").status_code

    assert statuses == [200, 200, 421]
    assert any_name == 200


def list_pages(path: Path) -> list[str]:
    """Return an address of each kind of page, for every report of an archive."""
    with Archive.open(path) as archive:
        rows = archive.list_reports()
        (district,) = archive.list_districts()
    pages = [
        "/",
        "/search",
        "/overview",
        "/changes",
        "/changes?page=1&site=x",
        "/findings",
        f"/district/{district.division}",
    ]
    for row in rows:
        report = f"/report/{quote(row.id, safe='')}"
        pages += [report, f"{report}?version=1&as_of=2026-01-02", f"{report}/compare", f"{report}/source"]
        pages.append(f"{report}/source?version=2&cell=requests.new_requests.total")
        pages.append(f"/agency/{quote(row.id.rpartition('-')[0], safe='')}")
    return [
        *pages,
        *(f"/{kind}{quote(text, safe='')}" for text in TEXTS for kind in ("search?q=", "report/", "agency/")),
    ]


def test_nothing_hostile_is_more_than_text(hostile: Visitor) -> None:
    """Whatever an archive or an address says, no element, attribute or address of a page comes of it."""
    allowed = set(shape_of_ours(hostile.path.parent))
    for address in list_pages(hostile.path):
        answer = hostile.get(address)
        if answer.status_code == 302:
            assert re.match(r"/\w", answer.headers["location"]), address
            continue
        page = parse_page(answer)
        strange = [one for one in shape(page) if one not in allowed]
        leading = [link for link in links(page) if not re.match(r"[/#?]|http://127\.0\.0\.1", link)]

        assert (strange, leading) == ([], []), address
        assert page.cssselect("script, svg, object, embed, base, meta[http-equiv]") == [], address
        assert set(links(page, "action", "form")) <= {
            "/search",
            "/changes",
            "/findings",
            address.partition("?")[0],
        }
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]", page.text_content()), (
            address
        )


def shape_of_ours(folder: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what the pages of two harmless archives are made of."""
    for path in (make_demo(folder / "web-demo.db"), make_story(folder / "web-story.db")):
        with Archive.open(path) as archive:
            ids = [row.id for row in archive.list_reports()]
            divisions = [one.division for one in archive.list_districts()]
        pages = [
            "/",
            "/search?q=公开",
            "/search?q=公开&versions=all&as_of=2099-01-01",
            "/search?q=年&page=2",
            "/overview",
        ]
        pages += [
            "/changes?kind=new",
            "/changes?site=yunting&page=2",
            "/findings",
            "/search",
            "/search?q=year:x",
            "/nothing",
        ]
        pages += [f"/district/{division}" for division in divisions]
        for one in ids:
            report = f"/report/{quote(one)}"
            pages += [report, f"{report}?version=1&as_of=2099-01-01", f"{report}/compare", f"{report}/compare?a=1&b=2"]
            pages += [f"{report}/source", f"{report}/source?cell=requests.new_requests.total"]
            pages.append(f"/agency/{quote(one.rpartition('-')[0])}")
        with visit(path) as visitor:
            for answer in visitor.get_all(pages):
                yield from shape(parse_page(answer))


def test_a_hostile_text_is_still_shown(hostile: Visitor) -> None:
    """What looks like markup, a template or a formula stands in the page as it is printed."""
    with Archive.open(hostile.path) as archive:
        rows = archive.list_reports()
    for text in (*TEXTS, *(formula.strip() for formula in FORMULAS)):
        row = next(row for row in rows if text in (row.title or "") and (row.title or "").strip().startswith(text))
        page = hostile.open(f"/report/{quote(row.id, safe='')}")

        assert text in page.cssselect("h1")[0].text_content()
        assert text in page.cssselect('[id="c.requests.new_requests.total"]')[0].text_content()
        assert text in "".join(texts(page, ".part p"))


def test_an_address_that_is_none_is_no_link(hostile: Visitor) -> None:
    """What a site gave as an address and no browser should follow stands as text."""
    with Archive.open(hostile.path) as archive:
        row = next(row for row in archive.list_reports() if row.url.startswith("javascript:"))
    for address in (f"/report/{quote(row.id, safe='')}", f"/report/{quote(row.id, safe='')}/source"):
        page = hostile.open(address)

        assert row.url in page.text_content()
        assert [link for link in links(page) if "javascript" in link.partition("?")[0].lower()[:20]] == []


def test_an_archived_page_is_inert_as_it_is_served(hostile: Visitor) -> None:
    """The archived body comes without a script, whatever it holds."""
    with Archive.open(hostile.path) as archive:
        row = archive.list_reports()[0]
    shown = hostile.get(f"/captured/{quote(row.id, safe='')}/1")

    assert RUN not in re.sub(r"<[^>]*>|&[^;]*;", "", shown.text) or "<script" not in shown.text
    assert parse_page(shown).cssselect("script, img, iframe, form, input") == []


TABLES = ("/archive/figures_now.csv", "/archive/findings_now.csv", "/archive/reports_now.csv", "/archive/versions.csv")


@pytest.mark.parametrize("arguments", ["", "?_dl=1", "?_stream=on", "?_stream=on&_dl=1&_size=max"])
def test_no_csv_holds_a_formula(hostile: Visitor, arguments: str) -> None:
    """Ours and Datasette's, saved or streamed: a text that a spreadsheet would run is made text, a number stays one."""
    found = {}
    for table in TABLES:
        answer = hostile.get(table + arguments)
        if answer.status_code == 200:
            found[table] = list(csv.reader(io.StringIO(answer.text, newline="")))
    fields = {field for rows in found.values() for row in rows for field in row}

    assert "/archive/figures_now.csv" in found
    assert {field for field in fields if runs(field)} == set()
    assert any(field.startswith("'=HYPERLINK") for field in fields)


@pytest.mark.parametrize("address", ["/search.csv?q=公开", "/district/990666/matrix.csv"])
def test_no_csv_of_ours_holds_a_formula(hostile: Visitor, address: str) -> None:
    """What search and matrix give as CSV is safe to open, too."""
    answer = hostile.get(address)

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert len(rows) > 10
    assert [field for row in rows for field in row if runs(field)] == []


def runs(field: str) -> bool:
    """Whether a spreadsheet program would take a field for a formula."""
    return field[:1] in {"=", "+", "-", "@", "\t", "\r"} and len(field) > 1 and not re.fullmatch(r"[+-]?[\d.]+", field)


def test_a_negative_figure_stays_a_number(story: Visitor) -> None:
    """A figure below nought is no formula."""
    answer = story.get("/archive/figures_now.csv?row=fees&column=fee_amount&_size=max")

    (row,) = [row for row in csv.DictReader(io.StringIO(answer.text)) if row["value"].startswith("-")]
    assert (row["value"], row["raw"]) == ("-1234.5", "'-1,234.5万元")


@pytest.mark.parametrize("length", [1, 2, 3, 7, 64, 10_000])
def test_csv_is_guarded_wherever_it_is_cut(length: int) -> None:
    """The pieces that a table comes in may end anywhere, within a sign or a quoted line break, too."""
    rows = [["=1+1", "-5", "公开\n=2", 'a"b'], ["\t=x", "-1.5e3", "", "=\r\n@y"], [LONG_WORD, "@SUM(1)", "+1", "'"]]
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    body = out.getvalue().encode()

    guard = CsvGuard()
    given = b"".join(guard.feed(body[at : at + length]) for at in range(0, len(body), length)) + guard.finish()

    read = list(csv.reader(io.StringIO(given.decode(), newline="")))
    assert read == [
        ["'=1+1", "-5", "公开\n=2", 'a"b'], ["'\t=x", "-1.5e3", "", "'=\r\n@y"], [LONG_WORD, "'@SUM(1)", "+1", "'"]
    ]  # fmt: skip


def test_csv_of_a_long_text_is_guarded_at_once() -> None:
    """A text longer than the csv module takes by itself, with thousands of lines, comes through in small pieces."""
    out = io.StringIO()
    csv.writer(out).writerow(["=1+1\n" * 40_000, "x" * 200_000])
    body = out.getvalue().encode()

    guard = CsvGuard()
    given = b"".join(guard.feed(body[at : at + 1000]) for at in range(0, len(body), 1000)) + guard.finish()

    ((first, second),) = csv.reader(io.StringIO(given.decode(), newline=""))
    assert (len(first), len(second)) == (200_001, 200_000)


def test_a_workbook_holds_no_formula(hostile: Visitor) -> None:
    """In XLSX every text is text and every number a number; there is no formula and no link."""
    answer = hostile.get("/archive/figures_now.xlsx?_size=max")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        strings = book.read("xl/sharedStrings.xml").decode()
        names = book.namelist()

    assert "<f>" not in sheet
    assert "<f " not in sheet
    assert "<hyperlink" not in sheet
    assert [name for name in names if "external" in name.lower() or name.endswith(".bin")] == []
    assert "HYPERLINK(" in strings
    assert '<c r="A1" s="1" t="s">' in sheet


def test_a_workbook_takes_whatever_a_table_holds() -> None:
    """Nothing, bytes, truths, long texts and numbers beyond what a sheet holds are written without an error."""
    book = rows_to_xlsx(
        ["a", "=b"], [[None, b"\x00\xff"], [True, "x" * 40_000], [-5, 1.5], ["\x00\x1b", "http://a.example"]]
    )

    with zipfile.ZipFile(io.BytesIO(book)) as opened:
        assert "<f" not in opened.read("xl/worksheets/sheet1.xml").decode().replace("<format", "")
        assert "00ff" in opened.read("xl/sharedStrings.xml").decode()


def test_the_archive_of_another_is_noticed(tmp_path: Path, story: Visitor) -> None:
    """Where another archive is put in the place of the one that is served, the pages show that, at once."""
    path = shutil.copy(story.path, tmp_path / "served.db")
    other = make_hostile(tmp_path / "other.db")
    with visit(path) as visitor:
        before = visitor.get(REPORT).status_code
        Path(other).replace(path)
        after = visitor.get(REPORT).status_code
        districts = links(visitor.open("/"), selector="a[href^='/district/']")

    assert (before, after) == (200, 404)
    assert set(districts) == {"/district/990666"}


def break_file(path: Path, how: str) -> None:
    """Do to the archive's file what can happen to a file."""
    if how == "gone":
        path.unlink()
    elif how == "no archive":
        path.with_name("other").write_bytes(b"no archive at all" * 500)
        path.with_name("other").replace(path)
    else:
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(os.urandom(size - 4096))


@pytest.mark.parametrize("how", ["gone", "no archive", "damaged"])
def test_a_file_that_cannot_be_read_is_said_in_a_page(tmp_path: Path, story: Visitor, how: str) -> None:
    """An archive that is gone, is none or is damaged makes a page that says so, and names the file."""
    path = Path(shutil.copy(story.path, tmp_path / "served.db"))
    with visit(path) as visitor:
        assert visitor.get("/").status_code == 200

        break_file(path, how)
        answer = visitor.get(REPORT)

    assert answer.status_code == 500
    assert "served.db" in texts(parse_page(answer), ".note")[0]
    assert policies(answer) == [OWN]


def test_a_locked_file_is_said_in_a_page(tmp_path: Path, story: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive that another program has locked makes a page that asks to try again."""
    monkeypatch.setattr("archive.file.connection._BUSY_MILLISECONDS", 10)
    path = Path(shutil.copy(story.path, tmp_path / "served.db"))
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        with visit(path) as visitor:
            answer = visitor.get("/search?q=公开")

    assert answer.status_code == 503
    assert texts(parse_page(answer), ".note")


def test_many_may_ask_at_once(story: Visitor) -> None:
    """Two hundred requests at the same time are each answered with their own page."""
    addresses = [f"{REPORT}?version={1 + number % 3}&lang={('zh', 'en')[number % 2]}" for number in range(100)]

    answers = story.get_all(
        [*addresses, *(["/search?q=公开", "/overview/years.svg", "/archive", "/changes.atom"] * 25)]
    )

    assert {answer.status_code for answer in answers} == {200}
    assert all_alike(answers[:100])


def all_alike(answers: list[httpx.Response]) -> bool:
    """Whether the pages of the same version and language are the same, and others differ."""
    bodies = [{answer.text for answer in answers[first::6]} for first in range(6)]
    return [len(one) for one in bodies] == [1] * 6 and len(set().union(*bodies)) == 6
