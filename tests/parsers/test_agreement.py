from parsers import DEFAULT_OPTIONS, CellKey, parse, parse_steps
from parsers.agreement import say_agreement
from tests.parsers.made import form_of, one_cell_a_line, parse_text, report_to_html, write_report

ZEROS = dict.fromkeys(form_of("2021").iter_cells(), "0")
WRONG = {**ZEROS, CellKey("requests", "granted", "total"): "3"}


def test_a_wrong_total_is_read_alike_in_two_ways() -> None:
    """Where a sum of a grid does not hold, its check says that the cells read as lines give the same figures."""
    report = parse(report_to_html("2021", WRONG).encode())

    texts = [check.text for check in report.checks if check.status == "fail"]
    assert texts
    assert all(text.endswith("; grid and lines read alike") for text in texts)


def test_a_text_has_one_reading() -> None:
    """A document without a grid can be read in one way, and nothing is said of a second."""
    report = parse_text(write_report("2021", one_cell_a_line, WRONG))

    assert [check.text for check in report.checks if "read alike" in check.text] == []
    assert any(check.status == "fail" for check in report.checks)


def test_a_sum_that_holds_is_not_read_twice() -> None:
    """Nothing is added to checks that pass."""
    report = parse(report_to_html("2021", ZEROS).encode())

    assert {check.status for check in report.checks} == {"pass"}
    assert not any("lines" in check.text for check in report.checks)


def test_lines_that_do_not_tell_are_said() -> None:
    """Where one empty cell of the grid covers six columns, its line says nothing of them, and the check says so."""
    blanks = {key: "" if key.row == "granted" and key.column != "total" else raw for key, raw in WRONG.items()}
    cell = '<td colspan="1" rowspan="1"></td>'
    page = report_to_html("2021", blanks).replace(cell * 6, '<td colspan="6" rowspan="1"></td>')

    report = parse(page.encode())

    (text,) = [c.text for c in report.checks if (c.rule, c.where, c.status) == ("requests.row_sum", "granted", "fail")]
    assert text.endswith("; the lines alone do not tell its cells")


def test_readings_that_differ_are_said() -> None:
    """Where the lines give a cell another figure than the grid, the check names the cell."""
    parsed = parse_steps(report_to_html("2021", WRONG).encode())
    cells = tuple(
        cell._replace(value=7) if (cell.row, cell.column) == ("granted", "business") else cell
        for cell in parsed.report.cells
    )
    failed = [check for check in parsed.report.checks if (check.where, check.status) == ("granted", "fail")]

    (check,) = say_agreement(failed, cells, parsed.document, DEFAULT_OPTIONS)

    assert check.text.endswith("; grid and lines read otherwise: granted.business")
