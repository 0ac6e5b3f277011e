"""Archived pages that mean harm: they are shown, and can do nothing."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.browser import find_browser
from gongkai.web.captured import HEADERS, CapturedPage, render_captured
from gongkai.web.sanitizing import ATTRIBUTES, CLASSES, MARKS, TAGS, clean_markup
from parsers import Cell, ParserError, parse
from parsers.decode import decode
from tests.gongkai.hostile_pages import iter_pages
from tests.parsers.made import distinct_figures, report_to_html

NOWHERE = "http://trap.example"
PAGES = dict(iter_pages(NOWHERE))
URL = "http://qs.example/report.html"
OWN = {"html", "head", "meta", "title", "style", "body", "mark"}
NETWORK = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
FORM = "2021"


def render(body: bytes) -> CapturedPage:
    """Return a page without a figure lit."""
    return render_captured(body, "text/html", cell=None, url=URL)


def iter_elements(page: CapturedPage) -> Iterator[LexborNode]:
    """Yield every element of a rendered page as a browser parses it."""
    root = LexborHTMLParser(page.html).root
    assert root is not None
    yield from (node for node in root.traverse() if node.is_element_node)


def find_faults(page: CapturedPage) -> list[str]:
    """Return whatever in a rendered page is not on the list: elements, attributes, values."""
    faults = []
    for number, node in enumerate(iter_elements(page)):
        tag = node.tag or ""
        if tag not in TAGS | OWN or (tag in OWN - {"mark"} and number > 8):
            faults.append(tag)
        allowed = ATTRIBUTES["*"] | ATTRIBUTES.get(tag, frozenset())
        for name, value in node.attributes.items():
            is_own = tag in OWN and number <= 8
            is_lit = tag == "mark" and (name, value) in {("id", "lit"), ("class", "g-empty")}
            is_lit = is_lit or (tag, name, value) == ("span", "lang", "en")
            if not (name in allowed or is_own or is_lit):
                faults.append(f"{tag} {name}")
            if (
                name == "class"
                and not is_lit
                and not set((value or "").split()) <= CLASSES | {"g-note", "g-read", "g-at"}
            ):
                faults.append(f"{tag} class={value}")
            if name not in {"title", "alt", "content"} and re.search(r"[:/()\\]", value or ""):
                faults.append(f"{tag} {name}={value}")
    return faults


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_left_of_a_hostile_page_but_what_is_on_the_list(name: str) -> None:
    """Every element and attribute of a shown page is on the list, and no value is an address or code."""
    page = render(PAGES[name])

    assert find_faults(page) == []
    assert "g-evil" not in page.html
    assert page.html.count("<style>") == page.html.count("</style>") == 1


@pytest.mark.parametrize("name", PAGES)
def test_the_list_alone_makes_a_page_harmless(name: str) -> None:
    """Were nothing said in other words before, what the cleaner leaves would still be on the list."""
    cleaned = clean_markup(decode(PAGES[name]).text)

    page = CapturedPage(f"<html><head><title></title></head><body>{cleaned}</body></html>", (), "not_asked")

    assert find_faults(page) == []
    assert MARKS.search(re.sub(">[^<]*<", "><", cleaned)) is None


@pytest.mark.parametrize("name", PAGES)
def test_a_shown_page_is_shown_alike_when_it_is_cleaned_again(name: str) -> None:
    """What a browser makes of a shown page holds nothing that parsing it anew brings to light."""
    page = render(PAGES[name])

    again = LexborHTMLParser(LexborHTMLParser(page.html).html or "").html or ""

    assert find_faults(CapturedPage(again, (), "not_asked")) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_figure_is_lit_in_a_hostile_page_and_nothing_else_comes_along(name: str) -> None:
    """Lighting a figure adds one mark to what is on the list."""
    report = report_to_html(FORM, distinct_figures(FORM)).encode()
    body = report.replace(b"</body>", PAGES[name] + b"</body>") if b"</body>" in report else report + PAGES[name]
    cell = next((one for one in parse_cells(body) if one.status == "reported"), None)

    page = render_captured(body, None, cell=cell, url=URL)

    assert find_faults(page) == []
    assert page.html.count('id="lit"') <= 1


def parse_cells(body: bytes) -> tuple[Cell, ...]:
    """Return the cells of a page, none where it is no report any more."""
    try:
        return parse(body).cells
    except ParserError:
        return ()


SWALLOWING = {
    "script never closed",
    "style of a style",
    "frames",
    "select",
    "plain text",
    "foreign object",
    "formula with a style",
    "form in a form",
}
"""Pages that leave something open at their end, so that their last line is none of a text."""


def test_the_words_of_a_hostile_page_are_still_shown() -> None:
    """A page is not dropped for its script: its last line stands there."""
    ends = {name for name, body in PAGES.items() if "末行".encode() in body}

    shown = {name for name in ends if "末行" in render(PAGES[name]).html}

    assert ends - shown == SWALLOWING


@pytest.mark.parametrize(
    "directive",
    ["sandbox;", "default-src 'none'", "form-action 'none'", "base-uri 'none'", "frame-ancestors 'self'", "'sha256-"],
)
def test_the_policy_forbids_what_the_markup_cannot_ask_for(directive: str) -> None:
    """Should markup ever slip through, the headers stop it: no script, no load, no form, no strange frame."""
    policy = dict(HEADERS)["Content-Security-Policy"]

    assert directive in policy
    assert "unsafe" not in policy
    assert "allow-" not in policy


class Server(ThreadingHTTPServer):
    """A server on this machine that remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.pages: dict[str, tuple[bytes, tuple[tuple[str, str], ...]]] = {}
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """Answers with the pages of its server, and 204 to all else."""

    def do_GET(self) -> None:
        """Answer one request."""
        server = self.server
        assert isinstance(server, Server)
        server.asked.append(self.path)
        body, headers = server.pages.get(self.path, (b"", ()))
        self.send_response(200 if body else 204)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the name that the class above calls

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the class above
        """Say nothing."""


@contextmanager
def listen() -> Iterator[Server]:
    """Run a server for as long as this lasts."""
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start Chromium, cut off from all but this machine."""
    program = find_browser()
    if program is None:
        pytest.skip("Chromium and Playwright are optional: pip install 'gongkai[js]'")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - an extra

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", NETWORK])
        yield started
        started.close()


FRAME_HEIGHT = 400
LOOKS = 100
"""How often a page is looked at, a tenth of a second apart, until what is awaited is there."""
FRAME = (
    b'<!doctype html><title>reader</title><link rel=icon href="data:,">'
    b'<iframe sandbox src="%s" width=600 height=400></iframe>'
)


@pytest.mark.parametrize("is_framed", [True, False])
def test_no_hostile_page_does_anything_in_a_browser(browser: Any, *, is_framed: bool) -> None:
    """In Chromium no page runs a script, asks for anything, opens a dialog or moves the window, framed or alone."""
    with listen() as own, listen() as trap:
        faults: list[str] = []
        page = browser.new_page()
        page.on("dialog", lambda dialog: (faults.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("console", lambda said: faults.append(f"console {said.text}") if said.type == "error" else None)
        page.on("popup", lambda _: faults.append("a window"))
        for number, (_, body) in enumerate(iter_pages(trap.address)):
            shown = render(body)
            own.pages[f"/captured/{number}"] = (shown.html.encode(), shown.headers)
            own.pages[f"/{number}"] = (FRAME % f"/captured/{number}".encode(), (("Content-Type", "text/html"),))
            address = f"/{number}" if is_framed else f"/captured/{number}"

            page.goto(f"{own.address}{address}#lit", wait_until="load", timeout=20_000)

            assert page.url == f"{own.address}{address}#lit"
            assert page.title() == ("reader" if is_framed else "存档原件 archived source")
        page.wait_for_timeout(300)
        page.close()

    assert trap.asked == []
    assert faults == []
    assert set(own.asked) - {"/favicon.ico"} <= set(own.pages)


def test_the_trap_is_one(browser: Any) -> None:
    """The same pages, served as they are, do reach the server that nobody may reach."""
    with listen() as own, listen() as trap:
        page = browser.new_page()
        for number, (name, body) in enumerate(iter_pages(trap.address)):
            if name in {"script", "picture", "address in a style", "frame"}:
                own.pages[f"/{number}"] = (body, (("Content-Type", "text/html; charset=utf-8"),))
                page.on("dialog", lambda dialog: dialog.dismiss())
                page.goto(f"{own.address}/{number}", wait_until="load", timeout=20_000)
        page.close()

    assert {"/ran", "/a.png", "/b.png", "/frame"} <= set(trap.asked)


def test_a_lit_figure_is_scrolled_to_without_a_script(browser: Any) -> None:
    """The address of a frame that ends in #lit shows the figure, in a part that a script would unfold, too."""
    folded = "<p>长文。</p>" * 200 + '<div hidden><div style="display:none"><table'
    body = report_to_html(FORM, distinct_figures(FORM)).replace("<table", folded).encode()
    cell = [one for one in parse_cells(body) if one.status == "reported"][-1]
    shown = render_captured(body, None, cell=cell, url=URL)
    with listen() as own:
        own.pages["/captured"] = (shown.html.encode(), shown.headers)
        own.pages["/"] = (FRAME % b"/captured#lit", (("Content-Type", "text/html"),))
        page = browser.new_page()

        page.goto(f"{own.address}/", wait_until="load", timeout=20_000)
        frame = page.frames[1]
        for _ in range(LOOKS):  # a busy machine draws the frame some time after it is loaded
            place = frame.locator("#lit").bounding_box()
            if place["y"] < FRAME_HEIGHT:
                break
            page.wait_for_timeout(100)
        seen = frame.locator("#lit").inner_text()
        page.close()

    assert shown.lit == "in_page"
    assert seen == cell.raw
    assert 0 < place["y"] < FRAME_HEIGHT - place["height"]
