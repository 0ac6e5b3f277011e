"""The pages in Chromium: what a reader does, with a mouse, a keyboard or a phone, with scripts or without.

Screenshots of each page are left in `screenshots/`. Where Chromium or Playwright is missing these tests are skipped,
but with GONGKAI_BROWSER=required they fail.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest
import uvicorn

from archive import Archive
from crawler.browser import find_browser
from gongkai.web import serving
from parsers import Cell
from tests.gongkai.hostile_pages import iter_pages
from tests.gongkai.web_archives import VERSIONED, WITHDRAWN, make_demo, make_hostile, make_story

SCREENSHOTS = Path(__file__).parents[2] / "screenshots"
NETWORK = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
TRAP = "http://127.0.0.1:9"
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
WAIT = 20_000
"""Milliseconds for a page to come."""
LEAST_CONTRAST, LEAST_CONTRAST_LARGE = 4.5, 3.0
REPORT = f"/report/{quote(VERSIONED)}"
STORY_PAGES = {
    "front": "/",
    "search": "/search?q=公开",
    "search-help": "/search",
    "search-nothing": "/search?q=没有的词",
    "search-trouble": "/search?q=year:x",
    "report": f"{REPORT}?version=2",
    "report-doubtful": f"/report/{quote('990101-青石街道办事处-2022')}",
    "report-withdrawn": f"/report/{quote(WITHDRAWN)}",
    "compare": f"{REPORT}/compare?a=1&b=2",
    "agency": f"/agency/{quote(VERSIONED.rpartition('-')[0])}",
    "district": "/district/990101",
    "district-walled": "/district/990202",
    "overview": "/overview",
    "changes": "/changes",
    "findings": "/findings",
    "not-found": "/report/nowhere",
}
DEMO_PAGES = {
    "demo-front": "/",
    "demo-search": "/search?q=依申请公开",
    "demo-report": "/report/990101-听松街道-2022",
    "demo-source": "/report/990101-听松街道-2022/source?cell=requests.new_requests.total",
    "demo-agency": "/agency/990101-听松街道",
    "demo-district": "/district/990101",
    "demo-overview": "/overview",
    "demo-data": "/archive",
    "demo-table": "/archive/figures_now",
}
TROUBLES, DATASETTES = {"not-found", "search-trouble"}, {"demo-data", "demo-table"}
CONTRASTS = """() => {
  const parse = text => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return [r, g, b, a]; };
  const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const light = colour => {
    const [r, g, b] = colour.slice(0, 3).map(one => one / 255)
      .map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = element => {
    const own = parse(getComputedStyle(element).backgroundColor);
    if (own[3] === 1) return own;
    return over(own, element.parentElement ? paper(element.parentElement) : [255, 255, 255, 1]);
  };
  const found = [];
  for (const element of document.querySelectorAll('body *')) {
    const text = [...element.childNodes].filter(one => one.nodeType === 3).map(one => one.data).join('').trim();
    if (!text || element.closest('.hidden') || !element.checkVisibility()) continue;
    const style = getComputedStyle(element), under = paper(element);
    const [dark, bright] = [light(over(parse(style.color), under)), light(under)].sort((a, b) => a - b);
    const size = parseFloat(style.fontSize), isLarge = size >= 24 || size >= 18.6 && style.fontWeight >= 700;
    const name = `${element.tagName}.${element.className} ${text.slice(0, 30)}`;
    found.push([(bright + 0.05) / (dark + 0.05), isLarge, name]);
  }
  return found;
}"""
"""Returns of each element with a text of its own: its contrast, whether it is large, and what it is."""


@dataclass
class Watched:
    """A browser window, the archive that it reads, and what went wrong in it."""

    page: Any
    origin: str
    faults: list[str] = field(default_factory=list)

    def open(self, address: str) -> Any:
        """Open an address of the archive and return the page."""
        self.page.goto(f"{self.origin}{address}", wait_until="load", timeout=WAIT)
        return self.page

    def path(self) -> str:
        """Return the address that is open, as people read it."""
        return unquote(self.page.url.removeprefix(self.origin))

    def watch(self, context: Any) -> None:
        """Note whatever a reader must never meet: requests elsewhere, errors, dialogs, further windows."""
        context.on("request", lambda request: self._check(request.url))
        context.route(lambda url: not url.startswith(f"{self.origin}/"), lambda route: route.abort())
        context.on("console", lambda said: self._note(f"console: {said.text}", is_bad=said.type == "error"))
        context.on("weberror", lambda error: self._note(f"error: {error.error}"))
        context.on("dialog", lambda dialog: (self._note(f"dialog: {dialog.message}"), dialog.dismiss()))
        context.on("page", lambda page: page.on("popup", lambda _: self._note("a further window")))

    def _check(self, url: str) -> None:
        self._note(f"request: {url}", is_bad=not url.startswith((f"{self.origin}/", "data:", "about:")))

    def _note(self, text: str, *, is_bad: bool = True) -> None:
        if is_bad:
            self.faults.append(text)


@contextmanager
def serve(path: Path) -> Iterator[str]:
    """Serve an archive on a free port for as long as this lasts, and yield where."""
    with serving.listen_at("127.0.0.1", 0) as listening:
        ready = threading.Event()
        servers: list[uvicorn.Server] = []

        def run() -> None:
            site = serving.build_site(path)
            servers.append(uvicorn.Server(uvicorn.Config(site.app, log_level="error", lifespan="on")))
            ready.set()
            servers[0].run(sockets=[listening])
            site.close()

        thread = threading.Thread(target=run)
        thread.start()
        try:
            assert ready.wait(30)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            servers[0].should_exit = True
            thread.join(30)


@pytest.fixture(scope="module")
def chromium(demo_path: Path) -> Iterator[Any]:
    """Start Chromium, cut off from all but this machine; the demo, whose loop would meet the browser's, ran before."""
    assert demo_path.exists()
    program = find_browser()
    if program is None:
        missing = "Chromium and Playwright are needed: `make test-browser` installs what it can"
        if os.environ.get("GONGKAI_BROWSER") == "required":
            pytest.fail(missing)
        pytest.skip(missing)
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - an extra

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", NETWORK]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def demo_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the demo's archive."""
    return make_demo(tmp_path_factory.getbasetemp() / "web-demo.db")


@pytest.fixture(scope="module")
def demo(demo_path: Path) -> Iterator[str]:
    """Serve the demo's archive."""
    with serve(demo_path) as origin:
        yield origin


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the made story."""
    with serve(make_story(tmp_path_factory.getbasetemp() / "web-story.db")) as origin:
        yield origin


@contextmanager
def look(chromium: Any, origin: str, *, is_trouble: bool = False, **options: Any) -> Iterator[Watched]:
    """Open a window for as long as this lasts; nothing may have gone wrong in it at the end.

    With `is_trouble` an answer may be one that the browser notes as an error: 400 or 404.
    """
    context = chromium.new_context(**{"viewport": DESKTOP, "locale": "zh-CN", **options})
    watched = Watched(None, origin)
    watched.watch(context)
    watched.page = context.new_page()
    watched.page.set_default_timeout(WAIT)
    yield watched
    context.close()
    assert [fault for fault in watched.faults if not (is_trouble and "status of 40" in fault)] == []


def keep_screenshot(page: Any, name: str) -> None:
    """Leave a picture of the page as it is shown."""
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=page.viewport_size == DESKTOP)


def list_faint(page: Any) -> list[str]:
    """Return the texts of a page that stand out too little from their paper."""
    return [
        f"{contrast:.1f} {what}"
        for contrast, is_large, what in page.evaluate(CONTRASTS)
        if contrast < (LEAST_CONTRAST_LARGE if is_large else LEAST_CONTRAST)
    ]


@pytest.mark.parametrize("name", [*STORY_PAGES, *DEMO_PAGES])
def test_a_page_can_be_read(request: pytest.FixtureRequest, chromium: Any, name: str) -> None:
    """Each page comes without an error or a request elsewhere; in both schemes its texts stand out from the paper."""
    origin = request.getfixturevalue("demo" if name in DEMO_PAGES else "story")
    with look(chromium, origin, is_trouble=name in TROUBLES) as window:
        page = window.open({**STORY_PAGES, **DEMO_PAGES}[name])
        show_images(page)
        faint = []
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            keep_screenshot(page, f"{name}-{scheme}")
            faint += [] if name in DATASETTES else list_faint(page)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")

    assert faint == []
    assert wide <= 0 or name in DATASETTES


def show_images(page: Any) -> None:
    """Load the pictures further down, too, and wait for them."""
    for image in page.locator("img").all():
        image.scroll_into_view_if_needed()
        image.evaluate("one => one.decode()")
    page.evaluate("scrollTo(0, 0)")


def test_every_page_fits_a_phone(chromium: Any, demo: str, story: str) -> None:
    """On a phone no page scrolls sideways, and what can be touched is not too small."""
    wide, small = {}, {}
    for origin, pages in ((story, STORY_PAGES), (demo, DEMO_PAGES)):
        with look(
            chromium, origin, is_trouble=True, viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=2
        ) as window:
            for name, address in pages.items():
                page = window.open(address)
                keep_screenshot(page, f"{name}-phone")
                wide[name] = page.evaluate("document.documentElement.scrollWidth")
                small[name] = page.evaluate(
                    "[...document.querySelectorAll('button, select, input')].filter(one => one.checkVisibility())"
                    ".filter(one => one.getBoundingClientRect().height < 24).length"
                )

    ours = [name for name in wide if name not in DATASETTES]
    assert {name: wide[name] for name in ours if wide[name] > PHONE["width"]} == {}
    assert {name: small[name] for name in ours if small[name]} == {}


def test_search_needs_no_mouse(chromium: Any, demo: str) -> None:
    """From the front page to a report by keys alone: tab to the box, type, enter, tab to the first result, enter."""
    with look(chromium, demo) as window:
        page = window.open("/")
        press_to(page, "input[name=q]")
        page.keyboard.type("电梯")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?q=*")
        press_to(page, ".results h2 a")
        page.keyboard.press("Enter")
        page.wait_for_url("**/report/*")

        assert "电梯" in page.inner_text("main")
        press_to(page, "table.form td a")
        page.keyboard.press("Enter")
        page.wait_for_url("**/source?*cell=*")
        assert page.locator("iframe.archived").count() == 1


def press_to(page: Any, selector: str, most: int = 60) -> None:
    """Press Tab until something that a selector finds has the focus, which must be seen all the way."""
    for _ in range(most):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
        style = page.evaluate(
            "(() => { const style = getComputedStyle(document.activeElement);"
            " return [style.outlineStyle, parseFloat(style.outlineWidth), document.activeElement.tagName]; })()"
        )
        assert style[2] in {"BODY", "IFRAME"} or (style[0] != "none" and style[1] >= 2), style
    pytest.fail(f"{selector} is not reached by the keyboard")


def test_the_first_key_skips_to_the_content(chromium: Any, story: str) -> None:
    """The first Tab shows a link that leads past the header, and Enter goes there."""
    with look(chromium, story) as window:
        page = window.open("/changes")
        page.keyboard.press("Tab")
        shown = page.evaluate("document.activeElement.getBoundingClientRect().left >= 0")
        is_skip = page.evaluate("document.activeElement.matches('a.skip')")
        page.keyboard.press("Enter")

        assert (is_skip, shown) == (True, True)
        assert page.evaluate("document.activeElement.id") == "content"


def find_figures(path: Path, report: str) -> list[Cell]:
    """Return figures of a report from all over its tables."""
    with Archive.open(path) as archive:
        cells = archive.show_report(report).report.cells
    return [cell for cell in cells if cell.status == "reported" and cell.raw not in {"", "0"}][::9]


@pytest.mark.parametrize("report", ["990101-听松街道-2022", "990103-渔灯街道办事处-2019"])
def test_a_click_on_a_figure_lights_it_on_its_page(chromium: Any, demo: str, demo_path: Path, report: str) -> None:
    """A figure of a table leads to the archived page, where that figure alone is lit and in sight."""
    with look(chromium, demo) as window:
        for cell in find_figures(demo_path, report)[:4]:
            page = window.open(f"/report/{quote(report)}")
            page.click(f'[id="c.{".".join(cell.key)}"] a')
            page.wait_for_url("**/source?*")
            frame = page.frame_locator("iframe.archived")
            lit = frame.locator("#lit")
            lit.wait_for()
            page.wait_for_timeout(200)
            box, around = lit.bounding_box(), page.locator("iframe.archived").bounding_box()
            marked = frame.locator("mark").all_inner_texts()

            assert "".join(marked).strip() == cell.raw
            assert around["y"] <= box["y"] <= box["y"] + box["height"] <= around["y"] + around["height"]
            assert page.locator("iframe.archived").get_attribute("sandbox") == ""
        keep_screenshot(page, f"lit-{report.partition('-')[0]}")


def test_two_versions_are_compared(chromium: Any, story: str) -> None:
    """From a report to its versions side by side; other versions are chosen in the form, and may be swapped."""
    with look(chromium, story) as window:
        page = window.open(REPORT)
        page.click("a[href$='/compare']")
        page.select_option("select[name=a]", "1")
        page.select_option("select[name=b]", "2")
        page.click("form.filters button")
        page.wait_for_url("**a=1&b=2")
        row = page.locator("table.differing tr", has=page.locator("td[title='requests.new_requests.total']"))
        before = (row.locator("del").inner_text(), row.locator("ins").inner_text())
        page.click("a.button.quiet")
        page.wait_for_url("**a=2&b=1")

        assert before == ("5", "６")
        assert (row.locator("del").inner_text(), row.locator("ins").inner_text()) == ("６", "5")


def test_the_matrix_leads_to_reports_and_agencies(chromium: Any, demo: str) -> None:
    """Each place of the matrix is a link to its report, each name one to its agency, which has its years."""
    with look(chromium, demo) as window:
        page = window.open("/overview")
        page.click("a[href='/district/990101']")
        places = page.locator(".matrix tbody td a").count()
        page.locator(".matrix tbody td a").first.click()
        page.wait_for_url("**/report/*")
        report = window.path()
        page.go_back()
        page.locator(".matrix tbody th a").first.click()
        page.wait_for_url("**/agency/*")

        assert places == 7
        assert report in [
            unquote(link)
            for link in page.locator(".years th a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
        ]


@pytest.mark.parametrize("address", ["/overview", "/district/990101", "/agency/990101-听松街道"])
def test_charts_are_seen_and_saved(chromium: Any, demo: str, address: str) -> None:
    """Every chart is drawn, says in words what it is, and is saved as a picture and as its figures."""
    with look(chromium, demo) as window:
        page = window.open(address)
        show_images(page)
        sizes = page.locator("figure.chart img").evaluate_all("all => all.map(one => [one.naturalWidth, one.alt])")
        saved = []
        for form in ("SVG", "CSV"):
            with page.expect_download() as download:
                page.locator("figure.chart figcaption a", has_text=form).first.click()
            saved.append((download.value.suggested_filename, Path(download.value.path()).read_bytes()))

    assert sizes
    assert all(width > 100 and alt for width, alt in sizes)
    (picture, drawn), (table, figures) = saved
    assert (picture.rpartition(".")[2], table.rpartition(".")[2]) == ("svg", "csv")
    assert b"<svg" in drawn
    assert b"<script" not in drawn
    assert figures.startswith(b"\xef\xbb\xbf")


def test_the_language_is_changed_by_a_link_and_kept(chromium: Any, story: str) -> None:
    """One click makes the page English, and the pages after it."""
    with look(chromium, story) as window:
        page = window.open("/findings?year=2022")
        before = page.get_attribute("html", "lang")
        page.click("a.language")
        after = (page.get_attribute("html", "lang"), "year=2022" in page.url)
        window.open("/")

        assert (before, after, page.get_attribute("html", "lang")) == ("zh-Hans", ("en", True), "en")


def test_every_page_works_without_scripts(chromium: Any, demo: str) -> None:
    """With scripts turned off a reader searches, filters, opens, compares and sees charts all the same."""
    with look(chromium, demo, java_script_enabled=False) as window:
        page = window.open("/")
        page.fill(".hero input[name=q]", "听松")
        page.press(".hero input[name=q]", "Enter")
        page.wait_for_url("**/search?*")
        page.click(".results h2 a >> nth=0")
        page.click("td.reported a >> nth=0")
        page.frame_locator("iframe.archived").locator("#lit").wait_for()

        window.open("/changes")
        page.select_option("select[name=kind]", "figures")
        page.click("form.filters button")
        page.wait_for_url("**/changes?*kind=figures*")
        assert page.locator(".changes > li").count() == 1
        page.click("a[href*='/compare?']")
        page.locator("table.differing tbody tr").first.wait_for()
        for address in ("/overview", "/district/990101", "/findings", "/agency/990101-听松街道"):
            assert window.open(address).locator("main h1").count() == 1


def test_a_hostile_archive_does_nothing_to_its_reader(chromium: Any, tmp_path: Path) -> None:
    """Served with hostile texts in every field, and hostile pages behind them, nothing runs, asks, opens or moves."""
    bodies = [body for name, body in iter_pages(TRAP) if "utf" not in name and "deep" not in name]
    path = make_hostile(tmp_path / "hostile.db", b"\n".join(bodies[:-12]))
    with Archive.open(path) as archive:
        ids = [row.id for row in archive.list_reports()]
    addresses = ["/", "/overview", "/changes", "/findings", "/district/990666", "/search?q=公开"]
    for one in ids[:4]:
        report = f"/report/{quote(one, safe='')}"
        addresses += [report, f"{report}/compare", f"{report}/source", f"/captured/{quote(one, safe='')}/1"]
    with serve(path) as origin, look(chromium, origin) as window:
        for address in addresses:
            page = window.open(address)
            if "/source" in address or "/captured/" in address:
                page.mouse.click(300, 400)
            page.wait_for_timeout(30)
            assert page.evaluate("typeof ran") == "undefined"
            assert urlsplit(page.url).netloc == urlsplit(origin).netloc
        page = window.open(f"/report/{quote(ids[0], safe='')}")
        keep_screenshot(page, "hostile-report")
        page.set_viewport_size(PHONE)
        widths = [window.open(address).evaluate("document.documentElement.scrollWidth") for address in addresses[:9]]

    assert max(widths) <= PHONE["width"]
