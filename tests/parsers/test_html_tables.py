import html

import pytest

from parsers import Report, parse
from parsers.forms import Table
from parsers.forms.printed import PrintedCell
from tests.parsers.made import (
    FORMS,
    Figures,
    as_reported,
    distinct_figures,
    page_of,
    plain_cell,
    read_cells,
    report_to_html,
    table_to_html,
)

pytestmark = pytest.mark.parametrize("form", FORMS)


def word_cell(cell: PrintedCell) -> str:
    """Write a cell as Word does: paragraphs, spans, and a figure cut in two."""
    half = len(cell.text) // 2
    first, second = html.escape(cell.text[:half]), html.escape(cell.text[half:])
    return (
        f'\n  <p class="MsoNormal" align="center"><span style="font-size:12pt"><span>{first}</span></span>'
        f'<b><span lang="EN-US">{second}<o:p></o:p></span></b></p>\n'
    )


def broken_cell(cell: PrintedCell) -> str:
    """Write a label with a line break inside, as narrow columns have it."""
    if cell.key or len(cell.text) < 4:
        return plain_cell(cell)
    return f"{html.escape(cell.text[:2])}<br>{html.escape(cell.text[2:])}"


def paragraph_cell(cell: PrintedCell) -> str:
    """Write a label as one paragraph a letter, as upright labels are made."""
    return plain_cell(cell) if cell.key else "".join(f"<p>{html.escape(letter)}</p>" for letter in cell.text)


def spaced_cell(cell: PrintedCell) -> str:
    """Write a cell between spaces that do not break, full-width ones and line breaks of the source."""
    return f"\n\t&nbsp;&#12288;{html.escape(cell.text)}&nbsp; \n"


def read_page(form: str, figures: Figures, write: object) -> Report:
    """Read a page whose tables are written by a function of a table and its figures."""
    return parse(report_to_html(form, figures, write).encode())  # type: ignore[arg-type]


def test_every_cell_has_its_own_figure(form: str) -> None:
    """Each figure of a web page's tables goes into its own cell, and nothing is left over."""
    figures = distinct_figures(form)

    report = parse(report_to_html(form, figures).encode())

    assert (report.kind, report.form, report.warnings, report.tables) == ("annual_report", form, (), ())
    assert read_cells(report) == as_reported(figures)


@pytest.mark.parametrize("write_cell", [word_cell, broken_cell, paragraph_cell, spaced_cell])
def test_what_stands_around_a_cell_s_text(form: str, write_cell: object) -> None:
    """Paragraphs, spans, line breaks and spaces in cells change neither labels nor figures."""
    figures = distinct_figures(form)

    report = read_page(form, figures, lambda table, of: table_to_html(table, of, write_cell))  # type: ignore[arg-type]

    assert report.form == form
    assert read_cells(report) == as_reported(figures)


@pytest.mark.parametrize("blank", ["", "&nbsp;", "　", "<p>&nbsp;</p>", "<p><o:p></o:p></p>", "<br>", "\n"])
def test_empty_cells_are_blank(form: str, blank: str) -> None:
    """An empty cell is blank, a zero is a zero, and neither becomes the other."""
    marks = ["", "0"]
    figures = {key: [*marks, raw][number % 3] for number, (key, raw) in enumerate(distinct_figures(form).items())}

    report = read_page(
        form, figures, lambda table, of: table_to_html(table, of, lambda cell: plain_cell(cell) or blank)
    )

    assert read_cells(report) == {
        key: (raw, int(raw), "reported") if raw else ("", None, "blank") for key, raw in figures.items()
    }


def test_blanks_merged_into_one(form: str) -> None:
    """One blank that spans the six kinds of applicant is six blanks."""
    figures = distinct_figures(form)
    row = [key for key in figures if key[:2] == ("requests", "granted")]
    drawn = "".join(f'<td colspan="1" rowspan="1">{figures[key]}</td>' for key in row)
    merged = f'<td colspan="6"></td><td>{figures[row[-1]]}</td>'

    report = parse(report_to_html(form, figures).replace(drawn, merged).encode())

    expected = as_reported(figures) | dict.fromkeys(row[:-1], ("", None, "blank"))
    assert read_cells(report) == expected


def test_figures_merged_into_one_are_placed_nowhere(form: str) -> None:
    """One figure that spans several columns is the figure of none of them for certain."""
    figures = distinct_figures(form)
    row = [key for key in figures if key[:2] == ("requests", "granted")]
    drawn = "".join(f'<td colspan="1" rowspan="1">{figures[key]}</td>' for key in row)
    merged = f'<td colspan="6">5</td><td>{figures[row[-1]]}</td>'

    report = parse(report_to_html(form, figures).replace(drawn, merged).encode())

    assert read_cells(report) == as_reported(figures) | dict.fromkeys(row, ("", None, "ambiguous"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('rowspan="8"', 'rowspan="800"'),
        ('rowspan="8"', 'rowspan="8px"'),
        ('rowspan="3"', 'rowspan="0"'),
        ('colspan="7"', 'colspan="70000"'),
        ('colspan="7"', 'colspan="-7"'),
        ('colspan="1" ', ""),
        ("</td>", ""),
        ("<td ", "<TD "),
    ],
)
def test_spans_that_lie(form: str, old: str, new: str) -> None:
    """A span that overruns, is no number, or is left out moves no figure."""
    figures = distinct_figures(form)
    page = report_to_html(form, figures)

    report = parse(page.replace(old, new).encode())

    assert old in page
    assert read_cells(report) == as_reported(figures)


def test_tables_inside_a_layout_table(form: str) -> None:
    """A table that arranges the page around the report changes nothing in it."""
    figures = distinct_figures(form)
    page = report_to_html(form, figures)
    inner = page[page.index("<body>") + 6 : page.index("</body>")]
    around = f"<table><tr><td>首页</td><td>导航</td></tr><tr><td colspan=2>{inner}</td></tr></table>"

    report = parse(page_of("", around).encode())

    assert (report.form, report.agency, report.tables) == (form, "青石区白杨街道办事处", ())
    assert read_cells(report) == as_reported(figures)


def test_two_tables_in_one_cell(form: str) -> None:
    """Tables that stand in one cell of a layout are read one after the other."""
    figures = distinct_figures(form)

    def in_a_cell(table: Table, of: Figures) -> str:
        other = "<table><tr><td>图</td><td>一</td></tr></table>"
        return f"<table><tr><td>{other}{table_to_html(table, of)}</td></tr></table>"

    report = read_page(form, figures, in_a_cell)

    assert read_cells(report) == as_reported(figures)


def test_a_table_cut_in_two(form: str) -> None:
    """A table that goes on in a second one after a page's end is one table."""
    figures = distinct_figures(form)

    def cut(table: Table, of: Figures) -> str:
        rows = table_to_html(table, of).split("<tr>")
        return "<tr>".join(rows[: len(rows) // 2]) + "</table>\n<table><tr>" + "<tr>".join(rows[len(rows) // 2 :])

    report = read_page(form, figures, cut)

    assert read_cells(report) == as_reported(figures)


def test_other_tables_are_kept_as_grids(form: str) -> None:
    """A table of no form is kept as it stands, under the line before it."""
    page = report_to_html(form, distinct_figures(form))
    other = "<p>附表</p><table><tr><th>社区</th><th>条数</th></tr><tr><td colspan=2>西巷</td></tr></table>"

    report = parse(page.replace("<p>没有了。</p>", f"<p>没有了。</p>{other}").encode())

    assert [(table.heading, table.rows) for table in report.tables] == [("附表", (("社区", "条数"), ("西巷", "")))]


def test_a_span_downwards_leaves_its_places_empty(form: str) -> None:
    """In a plain grid, a cell that spans rows stands in the first of them, and those beside it keep their column."""
    page = report_to_html(form, distinct_figures(form))
    other = "<p>附表</p><table><tr><td rowspan=0>甲</td><td>一</td></tr><tr><td>二</td></tr></table>"

    report = parse(page.replace("<p>没有了。</p>", f"<p>没有了。</p>{other}").encode())

    assert [table.rows for table in report.tables] == [(("甲", "一"), ("", "二"))]


def test_a_span_is_cut_as_browsers_do(form: str) -> None:
    """A span over more columns than a table can have is cut, and what stands behind it is not lost."""
    page = report_to_html(form, distinct_figures(form))
    other = "<p>附表</p><table><tr><td colspan=70000>甲</td><td>乙</td></tr></table>"

    report = parse(page.replace("<p>没有了。</p>", f"<p>没有了。</p>{other}").encode())

    assert [table.rows for table in report.tables] == [(("甲", "乙"),)]


def test_small_tables_beside_each_other(form: str) -> None:
    """Tables of a few short cells that a layout sets side by side are tables each, and the layout is none."""
    page = report_to_html(form, distinct_figures(form))
    inner = "<table><tr><td>{}</td><td>条数</td></tr></table>"
    other = f"<table><tr><td>{inner.format('西巷')}</td><td>{inner.format('东巷')}</td></tr></table>"

    report = parse(page.replace("<p>没有了。</p>", f"<p>没有了。</p>{other}").encode())

    assert [table.rows for table in report.tables] == [(("西巷", "条数"),), (("东巷", "条数"),)]


def test_every_figure_names_its_place(form: str) -> None:
    """`at` names table, row and cell, no two figures the same."""
    report = parse(report_to_html(form, distinct_figures(form)).encode())

    places = [cell.at for cell in report.cells]
    assert places[0] == "table 1 row 3 cell 2"
    assert len(set(places)) == len(places)


WORD_HEAD = (
    "<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->"
    "<style><!-- p.MsoNormal {mso-style-parent:''} --></style>"
)
WORD_ROW = (
    "<![if !supportMisalignedColumns]><tr height=0>" + "<td width=63 style='border:none'></td>" * 10 + "</tr><![endif]>"
)


def split_cell(cell: PrintedCell) -> str:
    """Write a cell as several programs in a row leave it: each sign in a span, an empty one hidden between."""
    signs = "<span style='display:none;mso-hide:all'>9</span>".join(
        f"<span>{html.escape(sign)}</span>" for sign in cell.text
    )
    return f"<p style='margin:0cm'><font face=仿宋><o:p></o:p>{signs}</font></p>"


def framed_cell(cell: PrintedCell) -> str:
    """Write a cell whose text stands in a table of its own."""
    return f"<table><tr><td>{plain_cell(cell)}</td></tr></table>"


@pytest.mark.parametrize("write_cell", [split_cell, framed_cell])
def test_cells_as_programs_leave_them(form: str, write_cell: object) -> None:
    """Spans around every sign, hidden signs between and frames around cells change neither labels nor figures."""
    figures = distinct_figures(form)

    report = read_page(form, figures, lambda table, of: table_to_html(table, of, write_cell))  # type: ignore[arg-type]

    assert read_cells(report) == as_reported(figures)


def test_tables_as_word_saves_them(form: str) -> None:
    """Word's islands of data, its conditional comments and the empty row at the end of its tables are no text."""
    figures = distinct_figures(form)

    def as_word(table: Table, of: Figures) -> str:
        drawn = table_to_html(table, of, word_cell).replace("<td ", "<td style='border:solid windowtext 1.0pt' ")
        return WORD_HEAD + drawn.replace("</table>", f"{WORD_ROW}</table>")

    report = read_page(form, figures, as_word)

    assert (report.form, report.warnings, report.tables) == (form, (), ())
    assert read_cells(report) == as_reported(figures)


def test_hidden_rows_are_not_read(form: str) -> None:
    """Figures in rows that the page does not show are not those of the rows around."""
    figures = distinct_figures(form)
    hidden = "<tr style='display: none'>" + "<td>77</td>" * 8 + "</tr>"

    report = read_page(
        form, figures, lambda table, of: table_to_html(table, of).replace("</tr><tr>", f"</tr>{hidden}<tr>")
    )

    assert read_cells(report) == as_reported(figures)


def test_a_page_of_xml(form: str) -> None:
    """A page that is XML, too, is read as the HTML that it is."""
    figures = distinct_figures(form)
    page = report_to_html(form, figures).replace(
        "<!DOCTYPE html><html>",
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "">'
        '<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="zh">',
    )

    report = parse(page.encode())

    assert read_cells(report) == as_reported(figures)


def test_a_page_cut_behind_its_tables(form: str) -> None:
    """A page that breaks off in the middle of a tag has the tables before it."""
    figures = distinct_figures(form)
    page = report_to_html(form, figures)

    report = parse(page[: page.rindex("</table>") + 3].encode())

    assert read_cells(report) == as_reported(figures)


def test_another_spelling_of_other(form: str) -> None:
    """其它 in the place of 其他 loses no cell, and is no damage to a label."""
    figures = distinct_figures(form)
    page = report_to_html(form, figures)

    report = parse(page.replace("其他", "其它").encode())

    assert read_cells(report) == read_cells(parse(page.encode()))
    assert [check.where for check in report.checks if check.rule == "report.labels" and check.status == "fail"] == []
