"""Every page of the served archive: it answers, in both languages, and shows what the archive holds."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from urllib.parse import quote

import pytest

from archive import Archive
from gongkai.web import serving
from gongkai.web.routes import ROUTES
from gongkai.web.words import load_words
from parsers.forms import load_forms
from parsers.forms.printed import table_to_printed
from tests.gongkai.made_versions import NAME, SECOND
from tests.gongkai.web_archives import (
    MOVED,
    PAIRED,
    RESTORED,
    VERSIONED,
    WALLED_REPORT,
    WITHDRAWN,
    make_demo,
    make_story,
)
from tests.gongkai.web_visits import Visitor, is_elsewhere, iter_own, links, parse_page, texts, visit

WEB = Path(serving.__file__).parent
TEMPLATES = sorted((WEB / "templates").glob("*.html"))
HTML, CSV, SVG = "text/html; charset=utf-8", "text/csv; charset=utf-8", "image/svg+xml"
ATOM, JSON_FEED = "application/atom+xml; charset=utf-8", "application/feed+json; charset=utf-8"
REPORT = f"/report/{quote(VERSIONED)}"
PAGES = (
    ("/", HTML),
    ("/search", HTML),
    ("/search?q=公开", HTML),
    ("/search.csv?q=公开", CSV),
    (REPORT, HTML),
    (f"{REPORT}/compare", HTML),
    (f"{REPORT}/source", HTML),
    (f"{REPORT}/source?cell=requests.new_requests.total", HTML),
    (f"/captured/{quote(VERSIONED)}/2", HTML),
    (f"/captured/{quote(VERSIONED)}/2/original", "application/octet-stream"),
    (f"/agency/{quote(VERSIONED.rpartition('-')[0])}", HTML),
    (f"/agency/{quote(VERSIONED.rpartition('-')[0])}/requests.svg", SVG),
    (f"/agency/{quote(VERSIONED.rpartition('-')[0])}/requests.csv", CSV),
    ("/district/990101", HTML),
    ("/district/990101/requests.svg", SVG),
    ("/district/990101/requests.csv", CSV),
    ("/district/990101/matrix.csv", CSV),
    ("/overview", HTML),
    ("/overview/years.svg", SVG),
    ("/overview/years.svg?narrow=1", SVG),
    ("/overview/years.csv", CSV),
    ("/changes", HTML),
    ("/changes.atom", ATOM),
    ("/changes.json", JSON_FEED),
    ("/findings", HTML),
    ("/findings.atom", ATOM),
    ("/findings.json", JSON_FEED),
    ("/copies", HTML),
    (f"/copies/{quote(PAIRED[0])}/{quote(PAIRED[1])}", HTML),
)
MISSING = (
    "/nothing",
    "/report/nowhere",
    f"{REPORT}?version=9",
    f"{REPORT}?as_of=2020-01-01",
    f"{REPORT}/compare?a=7&b=1",
    f"{REPORT}/source?cell=requests.granted.nobody",
    f"/captured/{quote(VERSIONED)}/9",
    f"/captured/{quote(VERSIONED)}/9/original",
    "/agency/nowhere",
    "/agency/nowhere/requests.svg",
    "/district/nowhere",
    "/district/990101/nothing.svg",
    "/district/990101/matrix.svg",
    "/overview/nothing.csv",
    "/archive/nothing",
    "/report/%2e%2e%2fsite",
)
MEANINGLESS = (
    "/search?q=year:x",
    f"/search?q={'长' * 3000}",
    "/search?q=公开&page=x",
    "/search?q=公开&as_of=soon",
    "/search.csv",
    f"{REPORT}?version=-1",
    f"{REPORT}?version=²",
    f"{REPORT}/compare?a=x",
    "/changes?kind=nothing",
    "/changes?page=1.5",
    "/changes.atom?since=soon",
    "/findings?year=x",
    "/findings.json?level=x",
)
SLIP = re.compile(r"\b(?:None|Undefined|Markup|object at 0x)\b|\{\{|\}\}|&amp;(?:lt|amp|quot|#)")
"""Words that only a fault of a template writes."""


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """Serve the made story."""
    with visit(make_story(tmp_path_factory.getbasetemp() / "web-story.db")) as visitor:
        yield visitor


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """Serve the demo's archive."""
    with visit(make_demo(tmp_path_factory.getbasetemp() / "web-demo.db")) as visitor:
        yield visitor


def test_every_address_is_tried() -> None:
    """The list of pages below names each address that the served archive has."""
    asked = [address.partition("?")[0] for address, _ in PAGES]

    assert [pattern for pattern, _ in ROUTES if not any(re.match(pattern, address) for address in asked)] == []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("address", "content_type"), PAGES)
def test_a_page_answers_in_both_languages(story: Visitor, address: str, content_type: str, language: str) -> None:
    """Each address answers with its kind of content, in the language asked for, without a slip of a template."""
    answer = story.get(f"{address}{'&' if '?' in address else '?'}lang={language}")

    assert (answer.status_code, answer.headers.get_list("content-type")) == (200, [content_type])
    if content_type == HTML and "/captured/" not in address:
        page = parse_page(answer)
        assert page.get("lang") == {"zh": "zh-Hans", "en": "en"}[language]
        assert len(page.cssselect("h1")) == 1
        assert not SLIP.search(page.text_content())
        assert not SLIP.search(" ".join(value for one in page.iter() for value in one.attrib.values()))


@pytest.mark.parametrize("address", [address for address, _ in PAGES])
def test_a_page_can_be_asked_for_its_head(story: Visitor, address: str) -> None:
    """HEAD is answered as GET is, without the body."""
    answer = story.ask("HEAD", address)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == story.get(address).headers["content-type"]


@pytest.mark.parametrize("address", MISSING)
def test_what_is_not_there_is_said_in_a_page(story: Visitor, address: str) -> None:
    """An address without anything behind it is answered with 404 and a page with a way back."""
    answer = story.get(address, accept_language="en")

    page = parse_page(answer)
    assert answer.status_code == 404
    assert page.get("lang") == "en"
    assert "/" in links(page)
    assert all(texts(page, "main .note"))


@pytest.mark.parametrize("address", MEANINGLESS)
def test_what_cannot_be_meant_is_refused_in_a_page(story: Visitor, address: str) -> None:
    """An argument that makes no sense is answered with 400 and a page that says what it is."""
    answer = story.get(address)

    assert answer.status_code == 400
    assert all(texts(parse_page(answer), "main .note"))


@pytest.mark.parametrize(
    ("name", "leads_to"),
    [
        ("/report/白杨街道办事处-2020", REPORT),
        ("/report/白杨街道办事处-2020?version=2", f"{REPORT}?version=2"),
        ("/report/白杨街道办事处-2020/compare?a=1&b=3", f"{REPORT}/compare?a=1&b=3"),
        ("/district/云汀区", "/district/990101"),
        ("/district/yunting", "/district/990101"),
        (f"/agency/{VERSIONED}", REPORT.replace("/report/", "/agency/").removesuffix("-2020")),
    ],
)
def test_a_part_of_a_name_leads_to_the_whole(story: Visitor, name: str, leads_to: str) -> None:
    """What a name means without doubt is redirected to, so that each page has one address."""
    answer = story.get(name)

    assert (answer.status_code, answer.headers["location"]) == (302, leads_to)


def test_a_name_of_several_reports_is_asked_about(story: Visitor) -> None:
    """Where a name fits several reports, the answer names them instead of taking one."""
    answer = story.get("/report/听松街道")

    assert answer.status_code == 404
    assert RESTORED in answer.text
    assert WITHDRAWN in answer.text


def test_the_language_is_asked_remembered_or_the_browsers(story: Visitor) -> None:
    """`?lang=` comes before the cookie, the cookie before what the browser prefers; Chinese is what is left."""
    asked = story.get("/?lang=en")
    kept = asked.headers["set-cookie"]

    def language(address: str = "/", **headers: str) -> str | None:
        return story.open(address, **headers).get("lang")

    assert asked.text.count('lang="en"')
    assert kept.startswith("gongkai_language=en;")
    assert {"httponly", "samesite=lax"} <= {part.strip().lower() for part in kept.split(";")}
    assert "set-cookie" not in story.get("/").headers
    assert "set-cookie" not in story.get("/?lang=fr").headers
    assert language() == language(accept_language="fr, de;q=0.5") == "zh-Hans"
    assert language(accept_language="fr, en-GB;q=0.9") == "en"
    assert language(cookie="gongkai_language=zh", accept_language="en") == "zh-Hans"
    assert language("/?lang=en", cookie="gongkai_language=zh") == "en"


@pytest.mark.parametrize("address", [address for address, content_type in PAGES if content_type == HTML])
def test_the_other_language_is_one_link_away(story: Visitor, address: str) -> None:
    """Each page links to itself in the other language, its arguments kept."""
    if "/captured/" in address:
        pytest.skip("an archived page has no language of ours")
    page = story.open(f"{address}{'&' if '?' in address else '?'}lang=zh")
    (link,) = page.cssselect("a.language")

    assert story.open(link.get("href", "")).get("lang") == "en"
    assert link.get("hreflang") == "en"
    assert set(re.findall(r"[?&](\w+)=", address)) <= set(re.findall(r"[?&](\w+)=", link.get("href", "")))


def test_every_phrase_is_said_and_none_is_missing() -> None:
    """Each phrase stands in a template or a module, each phrase that is said in the list, with both its languages."""
    sources = [file.read_text(encoding="utf-8") for file in (*TEMPLATES, *WEB.rglob("*.py"))]
    words = load_words()
    quoted = {text for source in sources for text in re.findall(r"""["']([a-z_0-9{}.]+)["']""", source)}
    said = {key for source in sources for key in re.findall(r"""\bt\(\s*["']([a-z_0-9]+)["']\s*[,)]""", source)}
    begun = {key for source in sources for key in re.findall(r"""["']([a-z_]+_)["']\s*~""", source)}
    begun |= {text.partition("{")[0] for text in quoted if "_{" in text}

    assert said - set(words) == set()
    assert {key for key in begun if not any(word.startswith(key) for word in words)} == set()
    assert {key for key in words if key not in quoted and not key.startswith(tuple(begun))} == set()


def test_phrases_are_filled_as_they_are_meant() -> None:
    """A place to fill has a name, and no phrase of one language is left in the other."""
    for key, phrase in load_words().items():
        names = [name for _, name, _, _ in Formatter().parse(phrase["zh"]) if name is not None]
        assert all(names), key
        assert not re.search("[\u4e00-\u9fff]", phrase["en"]) or key == "search_hint", key


def walk(visitor: Visitor, most: int) -> Iterator[tuple[str, str, int]]:
    """Follow the links of our pages from the front page, each kind of address so many times: address, from, status."""
    found, waiting = {"/": ""}, ["/"]
    kinds: Counter[str] = Counter()
    while waiting:
        address = waiting.pop(0)
        answer = visitor.get(address)
        yield address, found[address], answer.status_code
        is_ours = address.partition("?")[0].split("/")[1] not in {"archive", "-", "captured"}
        if answer.headers["content-type"] != HTML or not is_ours:
            continue
        page = parse_page(answer)
        faults = [link for link in page.cssselect("a[href]") if is_elsewhere(link.get("href")) and not is_let_go(link)]
        assert faults == [], address
        for one in iter_own(address, page):
            kind = find_kind(one)
            kinds[kind] += 1
            if one not in found and kinds[kind] <= most:
                found[one] = address
                waiting.append(one)


def find_kind(address: str) -> str:
    """Return the kind of an address: the first and the last part of its path, and the names of its arguments."""
    path, _, query = address.partition("?")
    parts = path.split("/")
    last = re.sub(r".*(?=\.\w+$)|.*[%\d].*", "", parts[-1])
    return f"{parts[1]} {last} {re.sub('=[^&]*', '', query)}"


def is_let_go(link: object) -> bool:
    """Whether a link may leave: to a report's own page, which is told nothing of where the reader came from."""
    given = dict(link.attrib)  # type: ignore[attr-defined]
    return given["href"].startswith("http://127.0.0.1:") and "noreferrer" in given.get("rel", "").split()


@pytest.mark.parametrize("name", ["demo", "story"])
def test_every_link_leads_somewhere(request: pytest.FixtureRequest, name: str) -> None:
    """What a page links to or loads answers; what leads elsewhere are the reports' own addresses, and says so."""
    visited = list(walk(request.getfixturevalue(name), 5))

    assert [one for one in visited if one[2] != 200] == []
    assert 60 < len(visited) < 400


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_tables_stand_in_their_printed_layout(demo: Visitor, form: str) -> None:
    """The tables of a report have the rows, spans and labels of the form, and each cell its value and status."""
    with Archive.open(demo.path) as archive:
        row = next(row for row in archive.list_reports() if row.form == form)
        cells = {cell.key: cell for cell in archive.show_report(row.id).report.cells}
    page = demo.open(f"/report/{quote(row.id)}")

    for table in load_forms()[form].tables:
        (figure,) = page.cssselect(f'[id="t.{table.key}"]')
        drawn = [
            [(int(cell.get("colspan", 1)), int(cell.get("rowspan", 1))) for cell in line.cssselect("td, th")]
            for line in figure.cssselect("table.form tr")
        ]
        printed = table_to_printed(table, {})
        assert drawn == [[(cell.colspan, cell.rowspan) for cell in line] for line in printed]
        assert texts(figure, "th") == [" ".join(cell.text.split()) for line in printed for cell in line if not cell.key]
        for key in table.iter_cells():
            (drawn_cell,) = figure.cssselect(f'[id="c.{".".join(key)}"]')
            assert cells[key].status in drawn_cell.get("class").split()
            assert cells[key].raw in drawn_cell.text_content()
            (link,) = links(drawn_cell)
            assert f"cell={'.'.join(key)}" in link
    assert len(page.cssselect('[id^="c."]')) == len(cells)


def test_doubts_are_seen_at_once(story: Visitor) -> None:
    """Blank, inferred, ambiguous and missing cells differ by a sign and a class; failed sums and warnings are said."""
    page = story.open("/report/青石街道办事处-2022".replace("青石街道办事处", quote("990101-青石街道办事处")))
    shown = {
        one.get("class").split()[0]: one.text_content().strip()
        for key in ("new_requests", "granted", "total", "carried_over")
        for one in page.cssselect(f'[id="c.requests.{key}.total"]')
    }

    assert shown == {"blank": "□", "inferred": "≈7", "ambiguous": "?1 2", "missing": "×"}
    assert page.cssselect('[id="c.requests.carried_over.total"] a') == []
    assert page.cssselect('[id="c.proactive_disclosure.fees.fee_amount"]')[0].text_content() == "-1,234.5万元"
    assert len(page.cssselect("details.warn li")) == 9
    assert any("5 ≠ 2" in text for text in texts(page, "details.bad li"))
    assert any("report.year" in text for text in texts(page, ".note.bad"))


def test_a_report_is_shown_as_it_was_on_a_day(story: Visitor) -> None:
    """`as_of` shows the version that was known then, and a way to the present."""
    page = story.open(f"{REPORT}?as_of=2026-01-02")

    assert f"{REPORT}" in links(page, selector=".note.warn a")
    assert (
        page.cssselect('[id="c.requests.new_requests.total"]')[0].text_content()
        == SECOND.cells[[".".join(cell.key) for cell in SECOND.cells].index("requests.new_requests.total")].raw
    )
    assert [link for link in links(page) if "version=3" in link] == []


def test_versions_stand_on_a_line_of_time(story: Visitor) -> None:
    """Each version is linked with what changed in it, the one that is shown is marked."""
    page = story.open(f"{REPORT}?version=2")

    assert len(page.cssselect(".timeline li")) == 3
    assert links(page, selector=".timeline a[aria-current]") == [f"{REPORT}?version=2"]
    assert f"{REPORT}/compare?a=1&b=2" in links(page, selector=".timeline a")


def test_two_versions_are_compared_cell_by_cell(story: Visitor) -> None:
    """What differs stands in two columns, each figure a link to its archived page; words show what went and came."""
    page = story.open(f"{REPORT}/compare?a=1&b=2")
    rows = {line.cssselect("td")[0].get("title"): line for line in page.cssselect("table.differing tbody tr")}

    new = rows["requests.new_requests.total"]
    assert (texts(new, "del"), texts(new, "ins")) == (["5"], ["６"])
    assert [re.search(r"version=(\d)", link)[1] for link in links(new)] == ["1", "2"]  # type: ignore[index]
    assert "312" in "".join(texts(page, "p.compared"))
    assert page.cssselect("p.compared del")
    assert page.cssselect("p.compared ins")


def test_a_comparison_can_be_turned_round(story: Visitor) -> None:
    """The later version may stand first; what went then came."""
    page = story.open(f"{REPORT}/compare?a=2&b=1")
    rows = {line.cssselect("td")[0].get("title"): line for line in page.cssselect("table.differing tbody tr")}

    assert texts(rows["requests.new_requests.total"], "del") == ["６"]


@pytest.mark.parametrize(
    ("report", "kinds"),
    [(WITHDRAWN, ["new", "withdrawn"]), (RESTORED, ["new", *["withdrawn", "restored"] * 2]), (MOVED, ["new", "moved"])],
)
def test_what_became_of_a_report_is_told(story: Visitor, report: str, kinds: list[str]) -> None:
    """A report that is gone, came back or moved says so; one that is gone is marked as such."""
    page = story.open(f"/report/{quote(report)}")

    told = [one.get("class").split()[0].removeprefix("kind-") for one in page.cssselect(".timeline li")]
    assert told == kinds
    assert bool(page.cssselect("h1 .kind-withdrawn")) == (report == WITHDRAWN)


def test_the_matrix_has_a_place_for_each_agency_and_year(story: Visitor) -> None:
    """In time, withdrawn and unknown are told apart, up to the last year that is due; each report is a link."""
    page = story.open("/district/990101")
    years = texts(page, ".matrix thead th")[1:]
    matrix = {
        texts(line, "th")[0]: [cell.get("class") for cell in line.cssselect("td")]
        for line in page.cssselect(".matrix tbody tr")
    }

    assert years[:4] == ["2019", "2020", "2021", "2022"]
    assert int(years[-1]) >= 2025
    street = next(places for name, places in matrix.items() if "听松" in name)
    assert street[0] == "state-withdrawn"
    assert street[3] == "state-unknown"
    assert {len(places) for places in matrix.values()} == {len(years)}
    assert f"/report/{quote(WITHDRAWN)}" in links(page, selector=".matrix td a")


def test_a_site_that_lets_nobody_in_is_told(story: Visitor) -> None:
    """Where the last visits were turned away, the district says since when and why."""
    page = story.open("/district/990202")

    (row,) = page.cssselect("table.list tbody tr")
    assert texts(row, "td.num") == ["2"]
    assert "blocked:jsl" in row.text_content()
    assert f"/report/{quote(WALLED_REPORT)}" in links(page)


def test_search_shows_what_was_found_and_pages_on(demo: Visitor) -> None:
    """Results mark the words, hold twenty a page, and lead to the next page and back."""
    with Archive.open(demo.path) as archive:
        found = archive.search("公开", 100)
    first = demo.open("/search?q=公开")

    assert len(first.cssselect("ol.results > li")) == min(20, found.total)
    assert set(texts(first, "ol.results mark")) == {"公开"}
    assert [one.partition("?")[0] for one in links(first, selector=".results h2 a")] == [
        f"/report/{quote(match.id)}" for match in found.matches[:20]
    ]


def test_changes_and_results_are_paged_without_a_loss(tmp_path: Path) -> None:
    """Page after page, every change, result and finding comes once."""
    path = tmp_path / "many.db"
    make_many(path, 60)
    with visit(path) as visitor:
        changes = list(turn_pages(visitor, "/changes", ".changes .head a"))
        results = list(turn_pages(visitor, "/search?q=公告栏", ".results h2 a"))
        findings = list(turn_pages(visitor, "/findings", ".inbox .head a"))

    assert [len(set(found)) for found in (changes, results, findings)] == [60, 60, 60]
    assert [len(found) for found in (changes, results, findings)] == [60, 60, 60]


def make_many(path: Path, count: int) -> None:
    """Make an archive of so many reports, a finding in each."""
    from dataclasses import replace  # noqa: PLC0415 - used here alone

    from parsers import Check  # noqa: PLC0415 - as above
    from tests.archive.made_reports import HOST, SITE, crawl, make_report  # noqa: PLC0415 - as above

    check = Check("requests.balance", "total", "fail", 1, 2, "1 ≠ 2")
    with Archive.create(path, "test") as archive:
        archive.save_site(SITE)
        reports = {
            f"{HOST}/{number}.html": replace(
                make_report(agency=f"云汀区第{number}街道办事处", words=f"第{number}处公告栏。"), checks=(check,)
            )
            for number in range(count)
        }
        crawl(archive, 1, reports)


def turn_pages(visitor: Visitor, address: str, selector: str) -> Iterator[str]:
    """Yield the links of a list, from its first page to its last."""
    for _ in range(10):
        page = visitor.open(address)
        yield from links(page, selector=selector)
        following = links(page, selector="a[rel=next]")
        if not following:
            return
        (address,) = following
    pytest.fail("the list has no end")


def test_changes_are_filtered(story: Visitor) -> None:
    """One kind or one site alone is shown, the filter as it was chosen."""
    page = story.open("/changes?kind=withdrawn")
    elsewhere = story.open("/changes?site=hetao")

    assert len(page.cssselect(".changes > li")) == 3
    assert links(page, "value", "option[selected]") == ["withdrawn"]
    assert texts(elsewhere, "option[selected]") == ["hetao"]
    assert len(elsewhere.cssselect(".changes > li")) == 1


def test_findings_are_filtered(story: Visitor) -> None:
    """By rule, site and year; what fits nothing says so."""
    assert len(story.open("/findings").cssselect(".inbox > li")) == 3
    assert len(story.open("/findings?rule=requests.balance").cssselect(".inbox > li")) == 1
    assert len(story.open("/findings?year=2022&site=yunting").cssselect(".inbox > li")) == 2
    assert len(story.open("/findings?year=2018").cssselect(".inbox > li")) == 0


def test_a_page_that_leaves_findings_out_says_so(story: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of too many reports those between reports come with a district alone; page and feeds say so, in a sentence."""
    assert not story.open("/findings").cssselect(".note")
    monkeypatch.setattr("gongkai.findings.MOST_AT_ONCE", 2)

    assert "地区" in texts(story.open("/findings"), ".note")[0]
    assert not story.open("/findings?site=yunting").cssselect(".note")
    assert "report.published_late" in links(story.open("/findings"), "value", "select[name=rule] option")
    assert "地区" in str(story.get("/findings.json").json()["description"])
    assert "地区" in story.get("/findings.atom").text


def test_search_takes_the_filters_of_the_command_line(story: Visitor) -> None:
    """Filters, old versions and a day in the past work as they do in a terminal."""
    found = [
        links(story.open(address), selector=".results h2 a")
        for address in (
            "/search?q=status:withdrawn",
            "/search?q=312条&versions=all",
            "/search?q=312条&as_of=2026-01-01",
        )
    ]

    assert found == [[f"/report/{quote(WITHDRAWN)}"], [f"{REPORT}?version=1"], [f"{REPORT}?as_of=2026-01-01"]]
    assert links(story.open("/search?q=312条"), selector=".results a") == []


def test_an_empty_archive_says_what_to_do(tmp_path: Path) -> None:
    """Where nothing was crawled yet, the pages stand and say how to begin."""
    Archive.create(tmp_path / "empty.db").close()

    with visit(tmp_path / "empty.db") as visitor:
        pages = {
            address: visitor.open(address) for address in ("/", "/overview", "/changes", "/findings", "/search?q=一")
        }

    assert "gongkai crawl" in pages["/"].text_content()
    assert all(texts(page, ".note") for address, page in pages.items())


def test_the_story_is_what_it_says() -> None:
    """The report that is compared in these tests is the one that has three versions."""
    assert VERSIONED == NAME
