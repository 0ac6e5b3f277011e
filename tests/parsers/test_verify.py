from collections.abc import Mapping

import pytest

from parsers import Cell, Check
from parsers.report import CellStatus
from parsers.verify import check_cells
from tests.parsers.made import FORMS, form_of

SUM = "总计 is the sum of the four outcomes"


def cells_of(
    form: str, values: Mapping[tuple[str, str, str], float | None], status: CellStatus = "reported"
) -> list[Cell]:
    """Return every cell of a form, 0 where `values` says nothing, of `status` where it says None."""
    cells = []
    for key in form_of(form).iter_cells():
        value = values.get(key, 0)
        cells.append(Cell(*key, "", value, None, status if value is None else "reported", "line 1"))
    return cells


def tables_of(form: str) -> dict[str, str]:
    """Return the tables of a form as those of a report that follows it throughout."""
    return {table.key: form for table in form_of(form).tables}


def find_check(cells: list[Cell], form: str, rule: str, where: str) -> Check:
    """Return the one check of a rule at a place."""
    (found,) = [check for check in check_cells(cells, tables_of(form)) if (check.rule, check.where) == (rule, where)]
    return found


@pytest.mark.parametrize(("form", "rows"), [("2019", 23), ("2021", 25)])
def test_one_check_for_every_place(form: str, rows: int) -> None:
    """A rule is applied to each row or column that it runs over, once."""
    checks = check_cells(cells_of(form, {}), tables_of(form))

    places = [(check.rule, check.where) for check in checks]
    assert len(set(places)) == len(places)
    assert {rule: sum(1 for name, _ in places if name == rule) for rule, _ in places} == {
        "requests.row_sum": rows,
        "requests.results_sum": 7,
        "requests.balance": 7,
        "review_and_litigation.row_sum": 3,
    }
    assert {check.status for check in checks} == {"pass"}


@pytest.mark.parametrize("form", FORMS)
def test_a_sum_that_holds(form: str) -> None:
    """Equal sums pass, and the check says both."""
    values = {
        ("review_and_litigation", "review", column): n for column, n in [("upheld", 2), ("pending", 3), ("total", 5)]
    }

    check = find_check(cells_of(form, values), form, "review_and_litigation.row_sum", "review")

    assert check == Check("review_and_litigation.row_sum", "review", "pass", 5, 5, f"{SUM}: 5 = 5")


@pytest.mark.parametrize("form", FORMS)
def test_a_sum_that_does_not_hold(form: str) -> None:
    """Unequal sums fail, and the check says both."""
    values = {
        ("review_and_litigation", "review", column): n for column, n in [("upheld", 2), ("pending", 3), ("total", 4)]
    }

    check = find_check(cells_of(form, values), form, "review_and_litigation.row_sum", "review")

    assert check == Check("review_and_litigation.row_sum", "review", "fail", 4, 5, f"{SUM}: 4 ≠ 5")


@pytest.mark.parametrize("form", FORMS)
def test_blanks_count_as_nothing_and_the_text_says_so(form: str) -> None:
    """A blank counts as 0 in a sum, and the text says how many there are."""
    values = {("review_and_litigation", "review", column): None for column in ("upheld", "corrected")}

    check = find_check(cells_of(form, values, "blank"), form, "review_and_litigation.row_sum", "review")

    assert (check.status, check.left, check.right) == ("pass", 0, 0)
    assert check.text == f"{SUM}: 0 = 0 (2 blank cells counted as 0)"


@pytest.mark.parametrize("status", ["ambiguous", "missing"])
@pytest.mark.parametrize("form", FORMS)
def test_what_cannot_be_told(form: str, status: CellStatus) -> None:
    """Where one of the cells is ambiguous or missing, nothing is claimed, however the rest adds up."""
    values = {("review_and_litigation", "review", "pending"): None}

    check = find_check(cells_of(form, values, status), form, "review_and_litigation.row_sum", "review")

    assert (check.status, check.left, check.right) == ("unknown", None, None)
    assert check.text == f"{SUM}: cannot be told, 1 of 5 cells are ambiguous or missing"


@pytest.mark.parametrize("form", FORMS)
def test_the_balance_of_requests(form: str) -> None:
    """New and carried over are what was dealt with and what is carried forward, column by column."""
    values = {
        ("requests", row, "natural_person"): n
        for row, n in [("new_requests", 7), ("carried_over", 2), ("granted", 8), ("total", 8), ("carried_forward", 1)]
    }

    checks = {
        check.rule: (check.status, check.left, check.right)
        for check in check_cells(cells_of(form, values), tables_of(form))
        if check.where == "natural_person"
    }

    assert checks == {"requests.results_sum": ("pass", 8, 8), "requests.balance": ("pass", 9, 9)}


def test_each_result_of_a_form_is_in_its_sum() -> None:
    """Every row between 予以公开 and 其他处理 counts once in the sum of the results."""
    for form in FORMS:
        rows = [key.row for key in form_of(form).iter_cells() if key.table == "requests" and key.column == "total"]
        summands = [row for row in rows if row not in {"new_requests", "carried_over", "total", "carried_forward"}]
        values = {("requests", row, "business"): 2.0**place for place, row in enumerate(summands)}

        check = find_check(cells_of(form, values), form, "requests.results_sum", "business")

        assert (check.status, check.right) == ("fail", 2 ** len(summands) - 1)


def test_decimals_add_up() -> None:
    """Sums of decimals are not spoilt by binary fractions."""
    values = {
        ("review_and_litigation", "review", column): n
        for column, n in [("upheld", 0.1), ("other", 0.2), ("total", 0.3)]
    }

    assert find_check(cells_of("2021", values), "2021", "review_and_litigation.row_sum", "review").status == "pass"


def test_a_mixed_report_is_checked_by_the_form_of_each_table() -> None:
    """Each table is held to the sums of its own form; a table that is not there is held to none."""
    cells = [cell for cell in cells_of("2019", {}) if cell.table == "requests"]

    checks = check_cells(cells, {"requests": "2019"})

    assert {check.rule for check in checks} == {"requests.row_sum", "requests.results_sum", "requests.balance"}
    assert {check.status for check in checks} == {"pass"}
