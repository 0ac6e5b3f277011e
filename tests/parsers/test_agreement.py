"""Whose fault a failed check is."""

import pytest

from parsers import DEFAULT_OPTIONS, CellKey, Check, Report, parse, parse_steps
from parsers.agreement import Placed, say_origins
from parsers.report import Cell, CellStatus
from parsers.tried import Tried
from tests.parsers.made import cells_apart, form_of, one_cell_a_line, parse_text, report_to_html, write_report

ONES = {key: "1" if key.column in {"in_force", "change", "issued"} else "0" for key in form_of("2021").iter_cells()}
WRONG = {**ONES, CellKey("requests", "granted", "total"): "3"}
GRANTED = tuple(key for key in ONES if key.row == "granted")
GRIDS = frozenset({"proactive_disclosure", "requests", "review_and_litigation"})


def failed_sums(report: Report) -> list[Check]:
    """Return the sums of the requests that do not hold."""
    return [check for check in report.checks if check.status == "fail" and check.rule.endswith("_sum")]


def test_a_wrong_total_is_read_alike_in_two_ways() -> None:
    """A sum of a grid that fails alike when its cells are read as lines is printed so by the report."""
    report = parse(report_to_html("2021", WRONG).encode())

    failed = failed_sums(report)
    assert failed
    assert all(check.text.endswith("; grid and lines read alike") for check in failed)
    assert {check.origin for check in failed} == {"report"}


def test_a_text_has_one_reading() -> None:
    """A text without a grid is read in one way, and nothing is said of a second; without a doubt it is the report."""
    report = parse_text(write_report("2021", one_cell_a_line, WRONG))

    assert [check.text for check in report.checks if "read alike" in check.text] == []
    assert {check.origin for check in failed_sums(report)} == {"report"}


def test_a_sum_that_holds_is_not_read_twice() -> None:
    """Nothing is added to checks of figures that pass, and whose fault they are is not asked."""
    report = parse(report_to_html("2021", ONES).encode())

    passed = [check for check in report.checks if check.status == "pass" and check.rule.endswith("_sum")]
    assert not any("lines" in check.text for check in passed)
    assert {check.origin for check in passed} == {"unknown"}


def test_lines_that_do_not_tell_are_said() -> None:
    """Where the lines say nothing of a row because one empty cell covers six columns of it, the check says so."""
    blanks = {key: "" if key.row == "granted" and key.column != "total" else raw for key, raw in WRONG.items()}
    cell = '<td colspan="1" rowspan="1"></td>'
    page = report_to_html("2021", blanks).replace(cell * 6, '<td colspan="6" rowspan="1"></td>')

    report = parse(page.encode())

    (check,) = [c for c in report.checks if (c.rule, c.where, c.status) == ("requests.row_sum", "granted", "fail")]
    assert check.text.endswith("; the lines alone do not tell its cells")
    assert check.origin == "report"


def judge(status: CellStatus = "reported", value: int = 0, *, is_compared: bool = True) -> Check:
    """Return a failed check of a row whose second cell was read as `status` and `value`, its document saying 0."""
    parsed = parse_steps(report_to_html("2021", WRONG).encode())
    business = CellKey("requests", "granted", "business")
    cells: list[Cell] = [
        cell._replace(value=value, status=status) if cell.key == business else cell for cell in parsed.report.cells
    ]
    tried = Tried(Check("requests.row_sum", "granted", "fail", 3, value, "否"), GRANTED, is_compared)
    (check,) = say_origins([tried], cells, parsed.document, Placed(GRIDS, {}), DEFAULT_OPTIONS)
    return check


def test_readings_that_differ_are_said() -> None:
    """Where the lines give a cell another figure than the grid, the check names the cell, and it is our reading."""
    check = judge(value=7)

    assert (check.text, check.origin) == ("否; grid and lines read otherwise: granted.business", "reading")


def test_an_inferred_cell_is_our_reading() -> None:
    """A cell that was not read but inferred leaves the fault with the reading, whatever the lines say."""
    assert judge("inferred").origin == "reading"


@pytest.mark.parametrize(("is_compared", "origin"), [(True, "reading"), (False, "unknown")])
def test_an_ambiguous_cell_is_not_the_report_s_fault(*, is_compared: bool, origin: str) -> None:
    """A figure that was not sure of its cell may have been read wrong; where none is compared, nobody can tell."""
    assert judge("ambiguous", is_compared=is_compared).origin == origin


@pytest.mark.parametrize(
    ("status", "origin"), [("reported", "report"), ("ambiguous", "unknown"), ("inferred", "unknown")]
)
def test_a_doubt_in_a_running_text(status: CellStatus, origin: str) -> None:
    """In a running text a doubt anywhere in the table leaves open whose fault a failure is."""
    parsed = parse_steps(report_to_html("2021", WRONG).encode())
    elsewhere = CellKey("requests", "carried_forward", "business")
    cells = [cell._replace(status=status) if cell.key == elsewhere else cell for cell in parsed.report.cells]
    tried = Tried(Check("requests.row_sum", "granted", "fail", 3, 0, "否"), GRANTED)

    (check,) = say_origins([tried], cells, parsed.document, Placed(frozenset(), {}), DEFAULT_OPTIONS)

    assert check.origin == origin


def test_a_grid_has_its_blanks_for_certain() -> None:
    """What a grid leaves blank is blank, whatever the lines make of it; the lines are not asked."""
    check = judge(is_compared=False)

    assert (check.text, check.origin) == ("否", "report")


def test_blanks_that_a_text_shows() -> None:
    """Empty lines in the places of cells are blanks of the report."""
    blanks = {key: "" if key.row == "granted" else raw for key, raw in ONES.items()}

    report = parse_text(write_report("2021", cells_apart, blanks))

    found = {(check.origin, check.left) for check in report.checks if check.rule == "requests.blanks"}
    assert found <= {("report", 7), ("unknown", 0)}


def test_a_sum_may_lack_the_figures_of_a_row_that_the_form_has_not() -> None:
    """Where a row is added and counted, the sum without it is not called the report's fault; a greater one is."""
    added = (
        "<tr><td colspan=2>9.其他不予公开情形</td>"
        + "".join(f"<td>{figure}</td>" for figure in (2, 0, 0, 0, 0, 0, 2))
        + "</tr>"
    )
    zeros = dict.fromkeys(form_of("2021").iter_cells(), "0")
    origins = []

    for more in (2, 1):
        rows = {CellKey("requests", row, column): str(more) for row in ("new_requests", "total")
                for column in ("natural_person", "total")}  # fmt: skip
        page = report_to_html("2021", zeros | rows)
        at = page.index("（四）无法提供")
        at = page.rindex("<tr>", 0, at)
        report = parse(f"{page[:at]}{added}{page[at:]}".encode())
        origins.append(
            {check.origin for check in report.checks if check.rule == "requests.results_sum" and check.status == "fail"}
        )

    assert origins == [{"unknown"}, {"report"}]
