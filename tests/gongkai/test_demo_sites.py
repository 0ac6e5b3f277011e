import hashlib
import json
import os
import re
import socket
import struct
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from datetime import UTC
from email.utils import format_datetime
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import lxml.html
import pytest

from gongkai.demo import DAY_TWO, DemoServers, build_sites, serve_sites
from gongkai.demo.catalogue import NOTICES, REPORTS, DemoReport
from gongkai.demo.figures import load_figures, parse_figures
from gongkai.demo.pages import figures_of_day, reports_of_day
from gongkai.demo.site import DemoSite, Page
from parsers.forms import Rule
from parsers.report import CellKey

ROOT = Path(__file__).parents[2]
SEEDS = sorted((ROOT.parent / "shared" / "seeds").glob("*.truth.json"))
SEED_TEXTS = sorted((ROOT.parent / "shared" / "seeds").glob("*.txt"))
needs_seeds = pytest.mark.skipif(not SEEDS, reason="the five reports lie beside the project, not in it")


def site_of(name: str, day: int) -> DemoSite:
    """Return a demo site by its name."""
    return next(site for site in build_sites(day) if site.name == name)


def texts(body: bytes, encoding: str = "utf-8") -> list[str]:
    """Return the pieces of text of a page in order, blanks left out."""
    pieces = (str(piece).strip() for piece in lxml.html.fromstring(body.decode(encoding)).itertext())
    return [piece for piece in pieces if piece]


def page_of(report: DemoReport, day: int) -> Page:
    """Return the page of a report as it stands on a day."""
    return site_of(report.site, day).files[report.path]


def links(path: str, page: Page) -> Iterator[str]:
    """Yield the paths to which a page leads, also by the page numbers that its script writes."""
    if not page.content_type.startswith("text/html"):
        return
    text = page.body.decode("gb18030" if b"gb2312" in page.body else "utf-8")
    for _, _, target, _ in lxml.html.fromstring(text).iterlinks():
        if not target.startswith("javascript:"):
            parts = urlsplit(urljoin(f"http://site{path}", target))
            yield parts.path + (f"?{parts.query}" if parts.query else "")
    for count in re.findall(r"createPageHTML\((\d+), \d+,", text):
        for number in range(1, int(count)):
            yield urljoin(path, f"index_{number}.html")


@needs_seeds
@pytest.mark.parametrize("number", range(5))
def test_seed_figures(number: int) -> None:
    """Five demo reports print the cells of the five real ones, each as it is printed there."""
    truth = json.loads(SEEDS[number].read_text(encoding="utf-8"))
    expected = {CellKey(c["table"], c["row"], c["column"]): c["raw"] for c in truth["cells"]}

    report = next(report for report in REPORTS if report.figures == f"seed-{number}")
    figures = load_figures()[report.figures]

    assert figures.raw == expected
    assert (report.year, figures.form.key) == (truth["year"], truth["form"])


@needs_seeds
def test_no_sentence_of_the_seeds() -> None:
    """Of the five real reports only figures are used: no ten characters of theirs stand in our words."""
    data = tomllib.loads((ROOT / "gongkai/demo/prose.toml").read_text(encoding="utf-8"))
    ours = "\n".join([*data["of_the_year"].values(), *(str(voice) for voice in data["voices"].values())])
    theirs = "\n".join(path.read_text(encoding="utf-8") for path in SEED_TEXTS)

    shared = [ours[i : i + 10] for i in range(len(ours) - 9) if ours[i : i + 10] in theirs]

    assert shared == []


@pytest.mark.parametrize("name", [name for name in load_figures() if not name.startswith("seed-")])
def test_made_up_figures_add_up(name: str) -> None:
    """In a made-up report every sum that its form asks for holds."""
    figures = load_figures()[name]

    def total(rule: Rule, place: str, side: tuple[str, ...]) -> int:
        keys = [(one, place) if rule.along == "columns" else (place, one) for one in side]
        return sum(int(figures.raw[CellKey(rule.table, *key)]) for key in keys)

    wrong = [
        (rule.id, place)
        for rule in figures.form.rules
        for place in {
            key.column if rule.along == "columns" else key.row for key in figures.raw if key.table == rule.table
        }
        if total(rule, place, rule.left) != total(rule, place, rule.right)
    ]

    assert wrong == []


def test_years_follow_each_other() -> None:
    """What a made-up office carries into a year is what it carried out of the year before."""
    by_office = {(report.street, report.year): load_figures()[report.figures] for report in reports_of_day(2)}

    for (street, year), figures in by_office.items():
        before = by_office.get((street, year - 1))
        if before:
            assert figures.number("carried_over") == before.number("carried_forward"), (street, year)


@pytest.mark.parametrize(
    "data",
    [
        {"form": "2019", "request": {}},
        {"form": "2019", "requests": {"grantet": ["0"] * 7}},
        {"form": "2019", "requests": {"granted": ["0"] * 6}},
    ],
)
def test_figures_that_fit_no_form(data: dict[str, object]) -> None:
    """A table, a row or a number of cells that the form has not is an error."""
    with pytest.raises(ValueError, match="a-report: "):
        parse_figures(data, "a-report")


@pytest.mark.parametrize("report", reports_of_day(1), ids=lambda report: report.figures)
def test_report_prints_its_figures(report: DemoReport) -> None:
    """A report's page, or the file that it links to, prints every figure in the order of the form."""
    site = site_of(report.site, 1)
    figures = figures_of_day(report, 1)
    if report.carrier == "attachment":
        printed = site.files[report.attachment_path].body.decode().split("\n")
    else:
        printed = texts(site.files[report.path].body, report.encoding)

    remaining = iter(text.strip() for text in printed)

    assert all(raw in remaining for raw in figures.raw.values() if raw)


@pytest.mark.parametrize("day", [1, 2])
def test_links_resolve(day: int) -> None:
    """Every link, picture, style and script of every page leads to a page of the same site."""
    broken = [
        (site.name, path, target)
        for site in build_sites(day)
        for path, page in site.files.items()
        for target in links(path, page)
        if target not in site.files
    ]

    assert broken == []


@pytest.mark.parametrize("day", [1, 2])
def test_reports_can_be_reached(day: int) -> None:
    """Every report and look-alike can be reached from its site's home page, as can all other pages."""
    for site in build_sites(day):
        seen, ahead = set(), ["/"]
        while ahead:
            path = ahead.pop()
            if path not in seen:
                seen.add(path)
                ahead += links(path, site.files[path])

        expected = {item.path for item in (*reports_of_day(day), *NOTICES) if item.site == site.name}
        assert expected <= seen
        assert seen == set(site.files) - {"/robots.txt"}


def test_day_two_differs_as_named() -> None:
    """Day 2 brings a report with its lists, one figure, one counter, and nothing else."""
    column = {
        (DAY_TWO.added.site, path)
        for path in site_of(DAY_TWO.added.site, 1).files
        if path.startswith("/zfxxgk/gknb/list")
    }
    before = {(site.name, path): page for site in build_sites(1) for path, page in site.files.items()}
    after = {(site.name, path): page for site in build_sites(2) for path, page in site.files.items()}

    added = after.keys() - before.keys()
    changed = {key for key in before if before[key] != after[key]}

    assert added == {(DAY_TWO.added.site, DAY_TWO.added.path)}
    assert changed == column | {(report.site, report.path) for report in (DAY_TWO.edited, DAY_TWO.ticked)}
    assert before.keys() - after.keys() == set()
    assert all(after[key].last_modified == DAY_TWO.at > before[key].last_modified for key in changed)


@pytest.mark.parametrize(
    ("report", "old", "new"),
    [
        (DAY_TWO.edited, DAY_TWO.old, DAY_TWO.new),
        (DAY_TWO.ticked, str(DAY_TWO.ticked.views), str(DAY_TWO.ticked.views + DAY_TWO.more_views)),
    ],
    ids=["edited", "ticked"],
)
def test_one_text_differs(report: DemoReport, old: str, new: str) -> None:
    """On the edited page one figure differs, on the ticked page one counter."""
    before, after = texts(page_of(report, 1).body), texts(page_of(report, 2).body)

    assert len(before) == len(after)
    assert [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]] == [(old, new)]


def test_edited_cell() -> None:
    """The figure that day 2 edits is the named cell, and no other cell of the report moves."""
    before, after = figures_of_day(DAY_TWO.edited, 1).raw, figures_of_day(DAY_TWO.edited, 2).raw

    assert {key: (before[key], after[key]) for key in before if before[key] != after[key]} == {
        DAY_TWO.cell: (DAY_TWO.old, DAY_TWO.new)
    }


def test_page_in_gb18030() -> None:
    """One page calls itself gb2312, is not, and can be read as gb18030; its header names no charset."""
    (report,) = (report for report in REPORTS if report.encoding == "gb18030")
    page = page_of(report, 1)

    assert page.content_type == "text/html"
    assert b"charset=gb2312" in page.body
    assert report.street in page.body.decode("gb18030")
    for encoding in ("gb2312", "gbk", "utf-8"):
        with pytest.raises(UnicodeDecodeError):
            page.body.decode(encoding)


def test_build_is_deterministic() -> None:
    """Another process with another hash seed builds the same bytes."""
    code = (
        "import hashlib; from gongkai.demo import build_sites;"
        "print(hashlib.sha256(repr(build_sites(2)).encode()).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT), "TZ": "America/Lima"}

    other = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", code], capture_output=True, check=True, text=True, env=environment
    )

    assert other.stdout.strip() == hashlib.sha256(repr(build_sites(2)).encode()).hexdigest()


def test_no_third_day() -> None:
    """The demo knows two days."""
    with pytest.raises(ValueError, match="not 3"):
        build_sites(3)


def ask(base: str, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of one answer."""
    connection = HTTPConnection(urlsplit(base).netloc, timeout=5)
    try:
        connection.request("GET", path, headers={name.replace("_", "-"): text for name, text in headers.items()})
        answer = connection.getresponse()
        return answer.status, dict(answer.headers), answer.read()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def served() -> Iterator[DemoServers]:
    """Serve day 1 for the tests of this file."""
    with serve_sites(1) as servers:
        yield servers


@pytest.fixture
def base(served: DemoServers) -> Iterator[str]:
    """Return the address of the site that day 2 changes most; afterwards it is day 1 again."""
    yield served.base_urls[DAY_TWO.edited.site]
    served.switch(1)


def test_every_page_is_served(served: DemoServers) -> None:
    """Each site answers on a port of its own with the bytes and the type of its pages."""
    assert len(set(served.base_urls.values())) == 3
    for site in build_sites(1):
        for path, page in site.files.items():
            status, headers, body = ask(served.base_urls[site.name], path)
            assert (status, headers["Content-Type"], body) == (200, page.content_type, page.body), path


def test_unchanged_page(base: str) -> None:
    """A visitor who sends back the tag or the date of a page is told 304, without the page."""
    page = page_of(DAY_TWO.edited, 1)
    _, headers, _ = ask(base, DAY_TWO.edited.path)
    date = format_datetime(page.last_modified.astimezone(UTC), usegmt=True)

    assert headers["Last-Modified"] == date
    assert ask(base, DAY_TWO.edited.path, If_None_Match=headers["ETag"])[::2] == (304, b"")
    assert ask(base, DAY_TWO.edited.path, If_Modified_Since=date)[::2] == (304, b"")


def test_changed_page(base: str, served: DemoServers) -> None:
    """After the switch to day 2 the same address and the same headers bring the changed page."""
    _, old, _ = ask(base, DAY_TWO.edited.path)

    served.switch(2)

    assert served.base_urls[DAY_TWO.edited.site] == base
    for headers in ({"If_None_Match": old["ETag"]}, {"If_Modified_Since": old["Last-Modified"]}):
        assert ask(base, DAY_TWO.edited.path, **headers)[::2] == (200, page_of(DAY_TWO.edited, 2).body)
    assert ask(base, DAY_TWO.added.path)[0] == 200


def test_tag_decides(base: str) -> None:
    """Where both headers stand, the tag decides: a date alone would call a page of another text unchanged."""
    _, headers, _ = ask(base, "/")

    status, _, _ = ask(base, "/", If_None_Match='"another"', If_Modified_Since=headers["Last-Modified"])

    assert status == 200


@pytest.mark.parametrize("date", ["yesterday", "", "Tue, 99 Foo 2024 00:00:00 GMT"])
def test_date_that_is_none(base: str, date: str) -> None:
    """A date that cannot be read is as none."""
    assert ask(base, "/", If_Modified_Since=date)[0] == 200


def test_page_that_is_not_there(base: str) -> None:
    """An unknown path is a 404 with a page."""
    assert ask(base, "/zfxxgk/none.html")[0] == 404
    assert ask(base, DAY_TWO.added.path)[0] == 404  # day 2 has not come yet


def test_head(base: str) -> None:
    """HEAD answers with the length and without the page."""
    place = urlsplit(base)
    with socket.create_connection((str(place.hostname), int(place.port or 0)), timeout=5) as line:
        line.sendall(f"HEAD / HTTP/1.1\r\nHost: {place.netloc}\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: line.recv(65536), b""))  # http.client would hide a body that is sent

    head, _, body = answer.partition(b"\r\n\r\n")
    assert body == b""
    assert f"Content-Length: {len(site_of('yunting', 1).files['/'].body)}".encode() in head


def test_visitor_who_hangs_up(base: str, capfd: pytest.CaptureFixture[str]) -> None:
    """A visitor who breaks off in the middle of a request leaves no trace on the terminal."""
    place = urlsplit(base)
    with socket.create_connection((str(place.hostname), int(place.port or 0)), timeout=5) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # close with a reset
        line.sendall(b"GET / HT")

    time.sleep(0.2)
    assert ask(base, "/")[0] == 200
    assert capfd.readouterr().err == ""


def test_robots(base: str) -> None:
    """robots.txt allows all but /admin/, to which every page has a link."""
    rules = RobotFileParser()
    rules.parse(ask(base, "/robots.txt")[2].decode().splitlines())

    assert rules.can_fetch("gongkai", f"{base}zfxxgk/gknb/list.html")
    assert not rules.can_fetch("gongkai", f"{base}admin/")


def test_sites_file(served: DemoServers) -> None:
    """The text of sites.toml names each site by its home page, to be asked without delay."""
    sites = tomllib.loads(served.sites_toml())["site"]

    assert sites == [
        {
            "name": site.name,
            "title": site.title,
            "division": site.division,
            "start_urls": [served.base_urls[site.name]],
            "delay": 0,
        }
        for site in build_sites(1)
    ]
