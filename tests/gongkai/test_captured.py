"""A figure lit in the archived page: the right one, or none."""

import html
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from itertools import product

import pytest

from gongkai.demo import build_sites
from gongkai.web.captured import MAX_TAGS, MAX_TEXT, NOTES, CapturedPage, render_captured
from gongkai.web.finding import to_letters
from gongkai.web.lighting import MAX_TEXTS
from parsers import Cell, CellKey, ParserError, parse
from parsers.forms.printed import PrintedCell
from parsers.options import DEFAULT_OPTIONS
from tests.parsers.made import (
    cells_apart,
    distinct_figures,
    lines_to_html,
    lone_pipes,
    one_cell_a_line,
    page_of,
    pipe_rows,
    report_to_html,
    rows_apart,
    spaced_rows,
    tab_led,
    tab_rows,
    table_to_html,
    trailing_pipes,
    write_report,
)

URL = "http://qs.example/report.html"
LIT = re.compile(r"<mark[^>]*>(.*?)</mark>", re.DOTALL)
SENTINEL = "97351"
FORM = "2021"
EVERY = 11
"""Every so manieth cell is lit, where a page has hundreds."""


def render(body: bytes, cell: Cell | None, content_type: str | None = None) -> CapturedPage:
    """Return a page with a cell's figure lit."""
    return render_captured(body, content_type, cell=cell, url=URL)


def lit_letters(page: CapturedPage) -> str:
    """Return what is lit, white space left out."""
    return "".join(to_letters(html.unescape(found)) for found in LIT.findall(page.html))


def read_again(page: CapturedPage) -> dict[CellKey, tuple[str, str]]:
    """Return the cells of a shown page in which a figure of its own stands where the light is."""
    pieces = iter([SENTINEL])
    marked = LIT.sub(lambda _: next(pieces, ""), page.html)
    return {cell.key: (cell.raw, cell.status) for cell in parse(marked.encode()).cells}


def assert_lit(body: bytes, cell: Cell, content_type: str | None = None) -> None:
    """Check that a figure put where the light is comes out as the value of that cell, and of no other."""
    page = render(body, cell, content_type)
    before = {one.key: (one.raw, one.status) for one in parse(body, content_type).cells}

    assert page.lit == "in_page"
    assert page.notes == ()
    assert page.html.count('id="lit"') == 1
    assert lit_letters(page) == to_letters(cell.raw)
    assert {key: read for key, read in read_again(page).items() if read != before[key]} == {
        cell.key: (SENTINEL, "reported")
    }


def reported(body: bytes, content_type: str | None = None) -> list[Cell]:
    """Return some of the cells with a figure, from all over the tables."""
    return [cell for cell in parse(body, content_type).cells if cell.status == "reported"][::EVERY]


def in_pieces(cell: PrintedCell) -> str:
    """Write each sign of a cell in an element of its own."""
    return "".join(f"<span>{html.escape(sign)}</span>\n" if sign.strip() else sign for sign in cell.text)


def in_word_style(cell: PrintedCell) -> str:
    """Write a cell as a word processor does, with space and signs that are not seen around the text."""
    return (
        f'\n <p class="MsoNormal"><span style="font-size:14px">&nbsp;\u200b{html.escape(cell.text)}&nbsp;</span></p>\n'
    )


def in_links(cell: PrintedCell) -> str:
    """Write a cell as a link, raised words beside it left to themselves."""
    return f'<a href="x.html">{html.escape(cell.text)}</a>' if cell.text else ""


@pytest.mark.parametrize("write", [in_pieces, in_word_style, in_links])
@pytest.mark.parametrize("form", ["2019", "2021"])
def test_a_figure_of_a_drawn_table_is_lit_where_it_stands(form: str, write: Callable[[PrintedCell], str]) -> None:
    """However the text of a cell is cut into elements, it is lit, whole and alone."""
    body = report_to_html(
        form, distinct_figures(form), lambda table, figures: table_to_html(table, figures, write)
    ).encode()

    for cell in reported(body):
        assert_lit(body, cell)


FLATTENINGS = [
    one_cell_a_line,
    cells_apart,
    rows_apart,
    tab_led,
    tab_rows,
    pipe_rows,
    trailing_pipes,
    lone_pipes,
    spaced_rows,
]


@pytest.mark.parametrize("write", FLATTENINGS)
def test_a_figure_of_a_flattened_table_is_lit_alone_in_its_line(write: Callable[..., list[str]]) -> None:
    """Of a line with many figures just the one is lit, though others may look the same."""
    figures = {key: str(number % 7) for number, key in enumerate(distinct_figures(FORM), 1)}
    body = lines_to_html(write_report(FORM, write, figures)).encode()
    cells = parse(body).cells
    found = Counter(cell.status for cell in cells)

    for cell in [one for one in cells if one.status == "reported"][:: EVERY * 2]:
        page = render(body, cell)

        assert page.lit == "in_page"
        assert page.notes == ()
        assert lit_letters(page) == to_letters(cell.raw)
        assert read_again(page)[cell.key] == (SENTINEL, "reported")
    assert found["reported"] > len(cells) / 2


DEMO = [
    pytest.param(page.body, page.content_type, id=f"{site.name} {path}")
    for site, (path, page) in ((site, item) for site in build_sites(1) for item in site.files.items())
    if "html" in page.content_type and path.endswith(("htm", "html"))
]


@pytest.mark.parametrize(("body", "content_type"), DEMO)
def test_every_figure_of_a_demo_page_is_lit_in_the_page(body: bytes, content_type: str) -> None:
    """Pages of the demo's sites, of several makers and layouts, have each figure lit in its place."""
    try:
        cells = [cell for cell in parse(body, content_type).cells if cell.status == "reported"]
    except ParserError:
        cells = []

    for cell in cells[::37]:
        page = render(body, cell, content_type)

        assert page.lit == "in_page"
        assert lit_letters(page) == to_letters(cell.raw)
        assert read_again(page)[cell.key] == (SENTINEL, "reported")


def test_an_empty_cell_is_lit_empty() -> None:
    """A blank without any sign is lit as the cell of the page that holds it, and said to be blank."""
    figures = {
        key: "" if number % 9 == 3 else figure for number, (key, figure) in enumerate(distinct_figures(FORM).items())
    }
    body = report_to_html(FORM, figures).encode()
    cells = [cell for cell in parse(body).cells if cell.status == "blank"]

    for cell in cells[:8]:
        page = render(body, cell)

        assert (page.lit, page.notes, lit_letters(page)) == ("in_page", ("blank",), "")
        assert read_again(page)[cell.key] == (SENTINEL, "reported")
    assert len(cells) > 8


def test_a_blank_that_is_lost_in_the_text_lights_the_label() -> None:
    """A blank of which no sign is left in the lines lights the label of its row, and says so."""
    figures = {
        key: "" if number % 9 == 3 else figure for number, (key, figure) in enumerate(distinct_figures(FORM).items())
    }
    body = lines_to_html(write_report(FORM, one_cell_a_line, figures)).encode()
    cell = next(one for one in parse(body).cells if one.status == "blank" and one.table == "requests")

    page = render(body, cell)

    assert (page.lit, page.notes) == ("in_page", ("label_lit",))
    assert lit_letters(page)


def made_zip(body: bytes) -> bytes:
    """Pack a page into an archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("年报.html", body)
    return out.getvalue()


@pytest.mark.parametrize("write", [one_cell_a_line, tab_rows, pipe_rows])
def test_a_text_is_drawn_line_by_line_with_the_figure_lit(write: Callable[..., list[str]]) -> None:
    """A body that is no page is shown as it was read, and just the figure is lit in its line."""
    body = "\n".join(write_report(FORM, write, distinct_figures(FORM))).encode()

    for cell in reported(body)[::4]:
        page = render(body, cell)

        assert (page.lit, page.notes, lit_letters(page)) == ("in_lines", ("as_read",), to_letters(cell.raw))
        assert f'<span class="g-at">{cell.at}</span>' in page.html.partition("<mark")[0].rpartition("<p")[2]


def test_a_page_that_reads_otherwise_with_marks_is_drawn_in_lines() -> None:
    """Where marks change how the page is read, by a sign or by a table more, no figure is lit in the page."""
    lines = write_report(FORM, one_cell_a_line, dict.fromkeys(distinct_figures(FORM), "0"))
    long = f"<table><tr><td>{'字' * DEFAULT_OPTIONS.max_cell_length}</td><td>注</td></tr></table>"
    body = lines_to_html(lines).replace("<body>", f"<body>{long}").encode()
    cell = reported(body)[1]

    page = render(body, cell)

    assert (page.lit, page.notes) == ("in_lines", ("not_in_page",))
    assert f'<span class="g-at">{cell.at}</span> <mark' in page.html


def test_a_figure_drawn_as_a_formula_is_shown_in_the_lines() -> None:
    """What the parser reads in an element that is not shown is lit in the lines."""
    figures = distinct_figures(FORM)
    body = report_to_html(
        FORM, figures, lambda table, of: table_to_html(table, of, lambda one: f"<math><mn>{one.text}</mn></math>")
    ).encode()
    cell = reported(body)[0]

    page = render(body, cell)

    assert (page.lit, page.notes, lit_letters(page)) == ("in_lines", ("not_in_page",), cell.raw)


def test_a_page_in_an_archive_is_shown_as_the_page_that_it_is() -> None:
    """The report of a zip is drawn like any other page."""
    body = made_zip(report_to_html(FORM, distinct_figures(FORM)).encode())
    cell = reported(body)[0]

    page = render(body, cell)

    assert (page.lit, lit_letters(page)) == ("in_page", cell.raw)


def test_what_a_script_draws_is_shown_and_lit() -> None:
    """The document that a page holds in a script stands in the page, its figures can be lit."""
    inner = report_to_html(FORM, distinct_figures(FORM)).partition("<body>")[2].partition("</body>")[0]
    held = inner.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("</", "<\\/")
    body = page_of("年报", f'<div id="app"></div><script>var data = {{"content": "{held}"}};</script>').encode()

    for cell in reported(body)[:5]:
        assert_lit(body, cell)


@pytest.mark.parametrize("more", ["字<br>" * MAX_TEXTS, "<br>" * (MAX_TAGS + 1)])
def test_a_page_with_too_many_texts_or_tags_is_drawn_in_lines(more: str) -> None:
    """Where a page is too much to be marked or drawn, the figure is shown in the lines around it."""
    body = report_to_html(FORM, distinct_figures(FORM)).replace("</body>", f"<p>{more}</p></body>").encode()
    cell = reported(body)[0]

    page = render(body, cell)

    assert (page.lit, page.notes, lit_letters(page)) == ("in_lines", ("not_in_page",), cell.raw)


def test_a_cell_that_reads_otherwise_now_is_not_lit() -> None:
    """Where the page gives another figure than the archive has, nothing is lit and the note says why."""
    body = report_to_html(FORM, distinct_figures(FORM)).encode()
    cell = reported(body)[0]

    page = render(body, cell._replace(raw="1"))

    assert (page.lit, page.notes) == ("not_found", ("reads_otherwise",))
    assert "<mark" not in page.html


def test_a_cell_that_the_source_does_not_have_is_not_lit() -> None:
    """A cell of a row that the page does not print has no place."""
    whole = report_to_html(FORM, distinct_figures(FORM))
    body = re.sub(r"<tr><td[^>]*>二、上年结转.*?</tr>", "", whole).encode()
    missing = [one for one in parse(body).cells if one.status == "missing"]

    pages = [render(body, cell) for cell in missing]

    assert {(page.lit, page.notes, "<mark" in page.html) for page in pages} == {("not_found", ("missing",), False)}


@pytest.mark.parametrize("sign", ["\U000f0000", "&#xF0000;"])
def test_a_page_with_signs_like_our_marks_is_drawn_in_lines(sign: str) -> None:
    """A page that holds the signs by which texts are known again is not trusted, and its figure is still shown."""
    body = report_to_html(FORM, distinct_figures(FORM)).replace("</body>", f"<p>{sign}</p></body>").encode()
    cell = reported(body)[0]

    page = render(body, cell)

    assert (page.lit, page.notes, lit_letters(page)) == ("in_lines", ("not_in_page",), cell.raw)


@pytest.mark.parametrize(
    ("body", "note"),
    [(b"a" * (MAX_TEXT + 1), "too_large"), (b"\x89PNG\r\n\x1a\n" + bytes(100), "unreadable"), (b"", "unreadable")],
)
def test_what_cannot_be_shown_is_said(body: bytes, note: str) -> None:
    """A body that is too large, no document or empty gives a page that says so in both languages."""
    page = render(body, None)

    assert page.notes == (note,)
    assert all(words in page.html for words in NOTES[page.notes[0]])


def test_pictures_links_and_fields_are_told_in_words() -> None:
    """What a page shows beyond text is named: a picture's file, a link's address, a field's value."""
    body = (
        '<html><body><p><img src="/i/seal.png">章</p><p><a href="../a.html?x=1&y=2">附件</a></p>'
        '<p><a href="javascript:x()">打印</a></p><p><input value="12"></p>'
        '<p style="text-align:center;color:red">中</p></body></html>'
    ).encode()

    shown = render(body, None).html

    assert '<img alt="[图片 seal.png]">' in shown
    assert '<a title="http://qs.example/a.html?x=1&amp;y=2">附件</a>' in shown
    assert "<p><a>打印</a></p><p>12</p>" in shown
    assert '<p class="g-centre">中</p>' in shown


def test_hidden_signs_beside_a_figure_stay_hidden() -> None:
    """A sign that the page hides within a line would make another figure of it."""
    body = '<p>收到<span style="display:none">9</span>5件</p>'.encode()

    shown = render(body, None).html

    assert '<span class="g-gone">9</span>5' in shown


def test_the_notes_are_in_both_languages() -> None:
    """Each note has Chinese and English words."""
    missing = [key for key, said in product(NOTES, (0, 1)) if not NOTES[key][said].strip()]

    assert missing == []
