import unicodedata

import pytest

from parsers import CellKey
from tests.parsers.made import (
    FORMS,
    Figures,
    WriteTable,
    as_reported,
    cells_apart,
    distinct_figures,
    find_strangers,
    form_of,
    lone_pipes,
    one_cell_a_line,
    parse_text,
    pipe_rows,
    read_cells,
    rows_apart,
    spaced_rows,
    tab_led,
    tab_rows,
    title_of,
    trailing_pipes,
    write_report,
)

READ_WRITERS = [one_cell_a_line, cells_apart, rows_apart, tab_led, tab_rows]
KEEPING_BLANKS = [tab_led, tab_rows]
PRINTED_BLANKS = ["—", "——", "-", "/", "／", "\\", "无"]
UNREAD_WRITERS = [lone_pipes, pipe_rows, trailing_pipes, spaced_rows]

pytestmark = pytest.mark.parametrize("form", FORMS)


def with_blanks(figures: Figures, blank: str) -> dict[CellKey, str]:
    """Return the figures with every third of them replaced by a blank."""
    return {key: blank if number % 3 == 0 else raw for number, (key, raw) in enumerate(figures.items())}


@pytest.mark.parametrize("write", READ_WRITERS)
def test_every_cell_has_its_own_figure(form: str, write: WriteTable) -> None:
    """Each figure goes into its own cell, in whatever way the tables were flattened."""
    figures = distinct_figures(form)

    report = parse_text(write_report(form, write, figures))

    assert (report.kind, report.form, report.warnings) == ("annual_report", form, ())
    assert read_cells(report) == as_reported(figures)


@pytest.mark.parametrize("write", READ_WRITERS)
def test_full_width_and_separated_figures(form: str, write: WriteTable) -> None:
    """Full-width digits and thousands separators are read, and kept as printed."""
    plain = distinct_figures(form)
    full_width = {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}
    figures = {
        key: raw.translate(full_width) if number % 2 else f"{int(raw):,}"
        for number, (key, raw) in enumerate(plain.items())
    }

    report = parse_text(write_report(form, write, figures))

    assert read_cells(report) == {key: (raw, int(plain[key]), "reported") for key, raw in figures.items()}
    assert all(unicodedata.normalize("NFKC", raw).replace(",", "") == plain[key] for key, raw in figures.items())


@pytest.mark.parametrize("blank", PRINTED_BLANKS)
@pytest.mark.parametrize("write", READ_WRITERS)
def test_a_printed_blank_is_a_blank_cell(form: str, write: WriteTable, blank: str) -> None:
    """A dash, a stroke or the word for none is a blank cell with its sign, and never a zero."""
    figures = with_blanks(distinct_figures(form), blank)

    report = parse_text(write_report(form, write, figures))

    assert report.form == form
    assert read_cells(report) == {
        key: (raw, None, "blank") if raw == blank else (raw, int(raw), "reported") for key, raw in figures.items()
    }


@pytest.mark.parametrize("blank", ["", " ", "\u3000", "\u200b"])
def test_an_empty_cell_led_by_a_tab_is_blank(form: str, blank: str) -> None:
    """A tab with nothing behind it is a blank cell."""
    figures = with_blanks(distinct_figures(form), blank)

    report = parse_text(write_report(form, tab_led, figures))

    assert read_cells(report) == {
        key: (raw, int(raw), "reported") if raw.isdigit() else ("", None, "blank") for key, raw in figures.items()
    }


@pytest.mark.parametrize("write", KEEPING_BLANKS)
def test_a_table_left_blank_is_blank(form: str, write: WriteTable) -> None:
    """A row without any figure but with all its cells is blank in all of them."""
    figures = distinct_figures(form)
    emptied = {key: "" if key.row.startswith(("refused", "granted")) else raw for key, raw in figures.items()}

    report = parse_text(write_report(form, write, emptied))

    assert read_cells(report) == {
        key: (raw, int(raw), "reported") if raw else ("", None, "blank") for key, raw in emptied.items()
    }


@pytest.mark.parametrize("write", [one_cell_a_line, cells_apart, rows_apart])
def test_cells_lost_without_a_trace_move_no_other(form: str, write: WriteTable) -> None:
    """Where empty cells left nothing behind, the figures that remain are placed nowhere."""
    figures = with_blanks(distinct_figures(form), "")

    report = parse_text(write_report(form, write, figures))

    assert find_strangers(report, figures) == []


def test_the_form_is_told_by_the_headers_that_remain(form: str) -> None:
    """A form is told from labels that only it has, however few rows are whole."""
    figures = with_blanks(distinct_figures(form), "")

    report = parse_text(write_report(form, one_cell_a_line, figures))

    assert report.form == form


def test_labels_broken_over_lines(form: str) -> None:
    """A label broken in two is one label, wherever it is broken."""
    figures = distinct_figures(form)
    whole = write_report(form, one_cell_a_line, figures)
    labels = {label.text for table in form_of(form).tables for line in table.lines for label in line.labels}
    lines = [
        piece for line in whole for piece in ((line[:6], line[6:]) if line in labels and len(line) > 8 else (line,))
    ]

    report = parse_text(lines)

    assert len(lines) > len(whole) + 10
    assert read_cells(report) == as_reported(figures)


def test_tables_are_no_part_of_the_words(form: str) -> None:
    """The lines of the tables stand in no section, and all other lines stand in theirs."""
    report = parse_text(write_report(form, one_cell_a_line, distinct_figures(form)))

    assert [(section.key, section.text) for section in report.sections] == [
        ("overview", "这一年，街道把该说的都说了。"),
        ("proactive_disclosure", ""),
        ("requests", ""),
        ("review_and_litigation", ""),
        ("problems_and_improvements", "栏目还不够清楚，明年改。"),
        ("other_matters", "没有了。"),
    ]
    assert (report.title, report.preamble) == (title_of(form), "本报告由白杨街道办事处编制。")


def test_every_figure_names_its_line(form: str) -> None:
    """`at` leads to the very line on which a figure stands."""
    lines = write_report(form, rows_apart, distinct_figures(form))

    report = parse_text(lines)

    assert [lines[int((cell.at or "").removeprefix("line ")) - 1] for cell in report.cells] == [
        cell.raw for cell in report.cells
    ]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\u2028"])
def test_any_line_end_ends_a_line(form: str, line_end: str) -> None:
    """Lines end as the system that wrote them ends them."""
    figures = distinct_figures(form)

    report = parse_text(line_end.join(write_report(form, one_cell_a_line, figures)))

    assert read_cells(report) == as_reported(figures)


def test_form_feeds_and_dashed_page_numbers_between_rows_are_passed_over(form: str) -> None:
    """A page that ends between two rows moves no figure."""
    figures = distinct_figures(form)
    lines = write_report(form, rows_apart, figures)
    place = lines.index("2.重复申请")
    lines[place:place] = ["- 3 -", "\f"]

    report = parse_text(lines)

    assert read_cells(report) == as_reported(figures)
