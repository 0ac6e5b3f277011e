from collections.abc import Mapping
from dataclasses import replace

import pytest

from parsers import DEFAULT_OPTIONS, Cell, Check
from parsers.options import Options
from parsers.report import CellStatus, Suspect
from tests.parsers.made import FORMS, check_cells, form_of

SUMS = {"requests.row_sum", "requests.results_sum", "requests.balance"}
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
    sums = [rule for rule, _ in places if rule.endswith(("_sum", ".balance"))]
    assert {rule: sums.count(rule) for rule in sums} == {
        "requests.row_sum": rows,
        "requests.results_sum": 7,
        "requests.balance": 7,
        "review_and_litigation.row_sum": 3,
    }
    assert {(check.rule, check.status) for check in checks if check.status != "pass"} == {("report.all_zero", "fail")}


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
    """Unequal sums fail, and the check says both, and which cell would explain it."""
    values = {("review_and_litigation", "review", "total"): 5}

    check = find_check(cells_of(form, values), form, "review_and_litigation.row_sum", "review")

    choice = "any one of: review.upheld 0 → 5, review.corrected 0 → 5, review.other 0 → 5, or one of 2 more"
    text = f"{SUM}: 5 ≠ 0; one cell explains it, {choice}"
    suspect = Suspect("review_and_litigation", "review", "total", 5, 0)
    assert check == Check("review_and_litigation.row_sum", "review", "fail", 5, 0, text, suspects=(suspect,))


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

    assert {check.rule for check in checks} == {
        *("requests.row_sum", "requests.results_sum", "requests.balance", "requests.whole_numbers", "requests.blanks"),
        "report.all_zero",
    }


def requests_of(
    values: Mapping[tuple[str, str], float | None], *, status: CellStatus = "blank", options: Options = DEFAULT_OPTIONS
) -> dict[tuple[str, str], str]:
    """Return what the failed checks of a requests table say after its sums, by rule and place.

    `values` are by row and column; all other cells are 0.
    """
    cells = cells_of("2019", {("requests", *place): value for place, value in values.items()}, status)
    checks = check_cells(cells, {"requests": "2019"}, options)
    return {
        (check.rule.removeprefix("requests."), check.where): check.text.partition("; ")[2]
        for check in checks
        if check.status == "fail" and check.rule in SUMS
    }


def in_row(row: str, person: float | None, total: float | None) -> dict[tuple[str, str], float | None]:
    """Return a row of the requests table whose figures are those of natural persons."""
    return {(row, "natural_person"): person, (row, "total"): total}


def test_a_cell_that_explains_several_sums_is_named_by_each() -> None:
    """Rules that fail for the same reason point to the same cell."""
    values = in_row("new_requests", 3, 3) | in_row("granted", 3, 3) | in_row("total", 0, 3)

    found = requests_of(values)

    one = "one cell explains it: total.natural_person 0 → 3"
    assert found == {
        ("row_sum", "total"): one,
        ("results_sum", "natural_person"): one,
        ("balance", "natural_person"): f"{one}; with 3, the sum of its parts, for total.natural_person: 3 = 3",
    }


def test_a_misread_figure_is_found_where_its_row_and_column_cross() -> None:
    """Of all cells of two sums that fail, the one in both explains them."""
    values = in_row("new_requests", 3, 3) | in_row("granted", 8, 3) | in_row("total", 3, 3)

    one = "one cell explains it: granted.natural_person 8 → 3"
    assert requests_of(values) == {("row_sum", "granted"): one, ("results_sum", "natural_person"): one}


def test_a_total_row_that_nobody_filled_in() -> None:
    """Where no cell alone explains it without breaking a sum that holds, two do; a blank is called so."""
    values = in_row("new_requests", 5, 5) | in_row("granted", 3, 3) | in_row("carried_forward", 2, 2)

    found = requests_of(values | in_row("total", None, 0))

    two = "two cells explain it: total.natural_person blank → 3 and total.total 0 → 3"
    assert found == {
        ("results_sum", "natural_person"): two,
        ("results_sum", "total"): two,
        ("balance", "natural_person"): f"{two}; with 3, the sum of its parts, for total.natural_person: 5 = 5",
        ("balance", "total"): f"{two}; with 3, the sum of its parts, for total.total: 5 = 5",
    }


def test_a_total_that_was_not_filled_in_is_told_where_nothing_explains_it() -> None:
    """Where more than two cells would have to change, a total left out is still told, and what holds with it."""
    values = in_row("new_requests", 5, 9) | in_row("granted", 3, 7) | in_row("carried_forward", 2, 2)
    business: dict[tuple[str, str], float | None] = {("new_requests", "business"): 4, ("granted", "business"): 4}

    found = requests_of(values | business | in_row("total", 0, 0))

    assert found == {
        ("results_sum", "natural_person"): "total.natural_person is not filled in, its parts sum to 3",
        ("results_sum", "business"): "total.business is not filled in, its parts sum to 4",
        ("results_sum", "total"): "total.total is not filled in, its parts sum to 7",
        ("balance", "natural_person"): "with 3, the sum of its parts, for total.natural_person: 5 = 5",
        ("balance", "business"): "with 4, the sum of its parts, for total.business: 4 = 4",
        ("balance", "total"): "with 7, the sum of its parts, for total.total: 9 = 9",
    }


def test_a_balance_that_fails_with_the_parts_too() -> None:
    """A total that was not filled in is not blamed for what does not add up with its parts either."""
    values = in_row("new_requests", 5, 5) | in_row("granted", 3, 3) | in_row("total", None, None)

    found = requests_of(values)

    assert found["balance", "total"].endswith("with 3, the sum of its parts, for total.total: 5 ≠ 3")


def test_two_swapped_figures_are_found() -> None:
    """Two figures in each other's place break the two columns, and the pair explains both."""
    values = in_row("new_requests", 3, 3) | in_row("total", 3, 3) | in_row("granted", 0, 3)

    found = requests_of(values | {("granted", "business"): 3})

    pair = "two cells explain it: granted.natural_person 0 → 3 and granted.business 3 → 0"
    assert found == {("results_sum", "natural_person"): pair, ("results_sum", "business"): pair}


def test_no_explanation_is_negative_or_breaks_a_sum() -> None:
    """Nothing is said where every change would need a negative figure or break a sum that holds."""
    values = (
        in_row("new_requests", 1, 1) | in_row("granted", 1, 1) | in_row("total", 1, 1) | in_row("carried_over", 0, 7)
    )

    found = requests_of(values | {("carried_forward", "business"): 2, ("carried_forward", "total"): 2})

    assert set(found) == {("row_sum", "carried_over"), ("balance", "business"), ("balance", "total")}
    assert all(" -" not in text for text in found.values())


def test_a_sum_that_cannot_be_told_limits_no_explanation() -> None:
    """Sums with an ambiguous or missing cell neither fail nor hold: they are not broken by an explanation."""
    values = in_row("new_requests", 3, 3) | in_row("granted", 3, 3) | in_row("total", 0, 0)

    found = requests_of(values | {("total", "other_organization"): None}, status="ambiguous")

    assert found["results_sum", "natural_person"] == "one cell explains it: total.natural_person 0 → 3"


def test_explanations_of_decimals_are_free_of_binary_noise() -> None:
    """The figure that a cell would need is written as a person would write it."""
    figures = {"upheld": 0.1, "other": 0.2, "total": 0.1}
    values = {("review_and_litigation", "review", column): figure for column, figure in figures.items()}

    check = find_check(cells_of("2021", values), "2021", "review_and_litigation.row_sum", "review")

    assert check.text == (
        f"{SUM}: 0.1 ≠ 0.3; one cell explains it, any one of: review.other 0.2 → 0.0, review.total 0.1 → 0.3"
    )


def test_the_search_for_explanations_is_bounded() -> None:
    """Without steps left nothing is explained, and the checks stand."""
    values = in_row("new_requests", 3, 3) | in_row("granted", 8, 3) | in_row("total", 3, 3)
    few = replace(DEFAULT_OPTIONS, max_explanation_steps=0)

    assert set(requests_of(values, options=few).values()) == {""}


def test_few_of_many_explanations_are_named() -> None:
    """Where many cells would explain a sum, as many are named as the options say, and the others are counted."""
    cells = cells_of("2019", {("review_and_litigation", "review", "total"): 5})
    options = replace(DEFAULT_OPTIONS, max_alternatives=1)

    checks = check_cells(cells, {"review_and_litigation": "2019"}, options)

    assert checks[0].text == f"{SUM}: 5 ≠ 0; one cell explains it, any one of: review.upheld 0 → 5, or one of 4 more"


def test_statistics_are_checked_by_their_lines() -> None:
    """The table of 2014 is held to the sums that its lines ask for."""
    cells = cells_of("2014", {("statistics", "replies", "value"): 2, ("statistics", "replies.granted", "value"): 2})

    checks = check_cells(cells, {"statistics": "2014"})

    assert {(check.rule, check.where, check.status, check.left) for check in checks} == {
        (f"statistics.{name}_sum", "value", "pass", 2 if name == "replies" else 0)
        for name in ("requests", "completed", "replies", "refused", "review", "litigation", "staff")
    } | {
        *((f"statistics.{name}", "value", "pass", 0) for name in ("disclosed_by_channels", "disclosed_of_channel")),
        *((f"statistics.{name}", "value", "pass", 0) for name in ("disclosed_documents", "press_conferences")),
        *((f"statistics.{name}", "value", "pass", 0) for name in ("online_interviews", "completed_of_received")),
        *((f"statistics.{name}", "statistics", "pass", 0) for name in ("blanks", "whole_numbers")),
        ("report.all_zero", "report", "pass", 2),
    }
