"""An export as another program shows it: replayed by pywb, seen in Chromium."""

import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from archive import Archive, Capture, SiteIdentity
from archive.captures.records import CaptureRecord, iter_records
from crawler.browser import find_browser
from gongkai.cli import run
from parsers import parse
from tests.archive.made_reports import at_day

START_TIME, STOP_TIME = 30.0, 10.0
"""Seconds for pywb to answer, and to end."""

NETWORK = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
HOST = "http://qs.example"
SITE = SiteIdentity("qingshi", "青石区人民政府", "990103")


def find_program(name: str) -> str | None:
    """Return a program of pywb: in the folder that $GONGKAI_PYWB names, else on the path."""
    return shutil.which(name, path=os.environ.get("GONGKAI_PYWB")) or shutil.which(name)


pytestmark = [
    pytest.mark.skipif(
        find_program("wayback") is None,
        reason="pywb replays in a place of its own: pip install pywb there, and name its bin folder in $GONGKAI_PYWB",
    ),
    pytest.mark.skipif(
        find_browser() is None, reason="Chromium and Playwright are optional: pip install 'gongkai[js]'"
    ),
]


@dataclass(frozen=True)
class Replay:
    """A running pywb, and what was exported into it."""

    address: str
    records: tuple[CaptureRecord, ...]

    def show(self, page: Any, url: str, moment: str = "") -> tuple[Any, Any]:
        """Open a page as of a moment in digits (the last where none is named): return its frame, and its answer."""

        def is_page(answer: Any) -> bool:
            return "mp_/" in answer.url and answer.request.resource_type == "document" and answer.status != 302

        with page.expect_response(is_page) as answered:
            page.goto(f"{self.address}/made/{moment + '/' if moment else ''}{url}")
        frame = answered.value.frame
        frame.wait_for_load_state("load")
        return frame, answered.value

    def find(self, kind: str, status: int) -> CaptureRecord:
        """Return the first capture of a kind with a status."""
        return next(
            one
            for one in self.records
            if one.capture.kind == kind and one.capture.status == status and one.capture.site != SITE.name
        )

    def load(self, url: str) -> bytes:
        """Return the bytes that the first visit of a URL brought."""
        return next(one.capture.body for one in self.records if one.capture.url == url and one.capture.body is not None)


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def serve(folder: Path, files: list[Path]) -> Iterator[str]:
    """Replay WARC files for as long as this lasts."""
    manager, wayback = find_program("wb-manager"), find_program("wayback")
    assert manager
    assert wayback
    for arguments in (["init", "made"], ["add", "made", *map(str, files)]):
        subprocess.run([manager, *arguments], cwd=folder, check=True, capture_output=True, timeout=60)  # noqa: S603
    port = free_port()
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(  # noqa: S603 - the program of the test
            [wayback, "-b", "127.0.0.1", "-p", str(port)], cwd=folder, stdout=log, stderr=log
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/made/")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        try:
            server.wait(STOP_TIME)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def wait_for(address: str) -> None:
    """Wait until a server answers."""
    ends = time.monotonic() + START_TIME
    while time.monotonic() < ends:
        with suppress(URLError, ConnectionError), urlopen(address, timeout=5):  # noqa: S310 - on this machine
            return
        time.sleep(0.2)
    pytest.fail(f"pywb did not answer at {address}")


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replay]:
    """Crawl the demo sites twice, add a redirect and an answer to a POST, export all and replay it."""
    folder = tmp_path_factory.mktemp("replay")
    path, warcs = folder / "gongkai.db", folder / "warcs"
    assert run(["demo", "--archive", str(path)]) == 0
    with Archive.create(path) as archive:
        archive.save_site(SITE)
        page = "<html><body><h1>白杨街道年报</h1><p>搬了家。</p></body></html>".encode()
        html = (("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip"))
        moved = Capture(SITE.name, f"{HOST}/old.html", "report", at_day(1), 200, html, page, f"{HOST}/new/1.html")
        rows = Capture(SITE.name, f"{HOST}/list?__wb_method=POST&page=2", "list", at_day(1), 200, html, b"<li>two</li>")
        for capture in (moved, rows):
            archive.save_capture(capture)
        records = tuple(iter_records(archive._connection))
    assert run(["export", "--format", "warc", str(warcs), "--archive", str(path)]) == 0
    with serve(folder, sorted(warcs.glob("*.warc.gz"))) as address:
        yield Replay(address, records)


@pytest.fixture(scope="module")
def page() -> Iterator[Any]:
    """Open a page of Chromium that reaches this machine alone."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - an extra

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(), args=["--no-sandbox", "--disable-gpu", NETWORK]
        )
        opened = browser.new_page(viewport={"width": 1000, "height": 1400})
        opened.set_default_timeout(30_000)
        yield opened
        browser.close()


def test_a_report_is_shown_with_its_tables(replay: Replay, page: Any) -> None:
    """The page in the browser has the tables of the report, cell by cell as they were archived."""
    record = replay.find("report", 200)
    body = replay.load(record.capture.url)

    frame, response = replay.show(page, record.capture.url, f"{record.capture.fetched_at:%Y%m%d%H%M%S}")
    shown = frame.eval_on_selector_all(
        "table tr", "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"
    )

    assert response.status == 200
    expected, read = parse(body), parse(frame.content().encode())
    assert len(expected.cells) in {198, 200}
    assert [(cell.key, cell.raw) for cell in read.cells] == [(cell.key, cell.raw) for cell in expected.cells]
    assert any("规范性文件" in cell for row in shown for cell in row)
    figures = [cell.raw for cell in expected.cells if cell.status == "reported" and len(cell.raw) > 1]
    texts = {re.sub(r"\s", "", cell) for row in shown for cell in row}
    assert figures
    assert set(figures) <= texts


def test_a_page_that_was_not_modified_is_shown_as_of_that_visit(replay: Replay, page: Any) -> None:
    """A visit that was answered by 304 shows the page that it confirms, under its own moment."""
    record = replay.find("report", 304)
    moment = record.capture.fetched_at

    frame, response = replay.show(page, record.capture.url, f"{moment:%Y%m%d%H%M%S}")

    assert response.status == 200
    assert response.headers["memento-datetime"] == moment.strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert [cell.raw for cell in parse(frame.content().encode()).cells] == [
        cell.raw for cell in parse(replay.load(record.capture.url)).cells
    ]


def test_an_attachment_is_given_byte_for_byte(replay: Replay, page: Any) -> None:
    """A file behind a report comes out of the replay with the hash that the archive has for it."""
    record = replay.find("attachment", 200)
    frame, _ = replay.show(page, record.capture.found_on or "")

    digest = frame.evaluate(
        """async url => {
          const answer = await window.fetch(url);
          const bytes = await crypto.subtle.digest('SHA-256', await answer.arrayBuffer());
          return answer.status + ' ' + [...new Uint8Array(bytes)].map(b => b.toString(16).padStart(2, '0')).join('');
        }""",
        record.capture.url,
    )

    assert digest == f"200 {record.body_sha256}"
    assert record.body_sha256 == hashlib.sha256(replay.load(record.capture.url)).hexdigest()


def test_an_address_that_led_elsewhere_leads_there(replay: Replay, page: Any) -> None:
    """The address that was asked for is found, and leads to where its page stood."""
    frame, response = replay.show(page, f"{HOST}/old.html")

    assert response.status == 200
    assert frame.url.endswith(f"mp_/{HOST}/new/1.html")
    assert frame.inner_text("h1") == "白杨街道年报"


def test_an_answer_to_a_post_is_found(replay: Replay, page: Any) -> None:
    """A script of a replayed page that posts what the crawl posted gets what came then."""
    frame, _ = replay.show(page, f"{HOST}/old.html")

    text = frame.evaluate(
        """async url => (await window.fetch(url, {method: 'POST', body: 'page=2',
          headers: {'Content-Type': 'application/x-www-form-urlencoded'}})).text()""",
        f"{HOST}/list",
    )

    assert "<li>two</li>" in text


def test_every_good_visit_is_in_the_index(replay: Replay, page: Any) -> None:
    """Whatever brought bytes or confirmed them is replayed under its own moment."""
    missing = []
    for record in replay.records:
        capture = record.capture
        if not capture.is_good or "__wb_method" in capture.url or capture.final_url:
            continue
        found = page.request.get(f"{replay.address}/made/cdx", params={"url": capture.url, "output": "json"}).text()
        moments = {json.loads(line)["timestamp"] for line in found.splitlines()}
        if capture.fetched_at.strftime("%Y%m%d%H%M%S") not in moments:
            missing.append(capture.url)

    assert missing == []
