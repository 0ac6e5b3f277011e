"""Rules between two years, and between a government's report and its offices': each decides what it says it does."""

from collections.abc import Mapping

import pytest

from parsers.across import YearCells, judge_district, judge_years
from parsers.across_rules import load_across
from parsers.forms import load_forms
from parsers.report import Cell, CellKey, CellStatus, Check
from parsers.rules import load_rules

STREET = "青石区白杨街道办事处"


def make_year(
    year: int, figures: Mapping[str, float | None] | None = None, form: str = "2021", **statuses: CellStatus
) -> YearCells:
    """Make a report whose cells are 0 where `figures` has no other; None is blank, `statuses` hold for those keys."""
    cells = {}
    for key in load_forms()[form].iter_cells():
        value = (figures or {}).get(".".join(key), 0)
        status: CellStatus = "blank" if value is None else "reported"
        cells[key] = Cell(*key, "" if value is None else str(value), value, None, status, "line 1")
    for name, status in statuses.items():
        key = CellKey(*name.split("__"))
        cells[key] = cells[key]._replace(value=None, status=status)
    return YearCells(year, STREET, cells)


def failed(now: YearCells, before: YearCells | None) -> list[Check]:
    """Return the checks that fail."""
    return [one.check for one in judge_years(now, before) if one.check.status == "fail"]


IN_FORCE = "proactive_disclosure.normative_documents.{}"
CASES = [
    ("requests.carried_over", "total", {"requests.carried_over.total": 2}, {"requests.carried_forward.total": 3}),
    ("requests.carried_over", "business", {"requests.carried_over.business": 1}, {}),
    ("proactive_disclosure.in_force_stock", "normative_documents", {IN_FORCE.format("in_force"): 9}, {}),
    (
        *("proactive_disclosure.in_force_stock", "normative_documents"),
        {IN_FORCE.format("in_force"): 5, IN_FORCE.format("issued"): 2, IN_FORCE.format("repealed"): 1},
        {IN_FORCE.format("in_force"): 5},
    ),
    (
        *("proactive_disclosure.fee_unit", "fees"),
        {"proactive_disclosure.fees.fee_amount": 52_000},
        {"proactive_disclosure.fees.fee_amount": 4.8},
    ),
    ("review_and_litigation.pending_followed", "review", {}, {"review_and_litigation.review.pending": 1}),
    (
        *("review_and_litigation.after_review", "total"),
        {"review_and_litigation.litigation.after_review.total": 1},
        {"review_and_litigation.litigation.direct.total": 2},
    ),
]


@pytest.mark.parametrize(("rule", "where", "now", "before"), CASES)
def test_a_breach_is_found_where_it_is(
    rule: str, where: str, now: Mapping[str, float], before: Mapping[str, float]
) -> None:
    """Each rule fails at the place of its breach, and no other rule does; its level is the catalogue's."""
    (found,) = failed(make_year(2023, now), make_year(2022, before))

    assert (found.rule, found.where, found.level) == (rule, where, load_rules()[rule].level)
    assert found.origin == "report"


OLD = [
    ("proactive_disclosure.total_published_stock", "regulations", "proactive_disclosure.regulations.total_published"),
    ("proactive_disclosure.items_stock", "licensing", "proactive_disclosure.licensing.previous_year_items"),
    ("proactive_disclosure.items_stock", "fees", "proactive_disclosure.fees.previous_year_items"),
]


@pytest.mark.parametrize(("rule", "where", "cell"), OLD)
def test_the_form_of_2019_has_stocks_of_its_own(rule: str, where: str, cell: str) -> None:
    """What was published, and the items, follow from the year before."""
    (found,) = failed(make_year(2020, {cell: 4}, "2019"), make_year(2019, {}, "2019"))

    assert (found.rule, found.where, found.left, found.right) == (rule, where, 4, 0)


def test_what_follows_from_the_year_before_is_no_breach() -> None:
    """Sums that hold, a case that was decided, a suit after a review and a fee that grew are found right."""
    before = make_year(
        2022,
        {
            "requests.carried_forward.total": 3,
            IN_FORCE.format("in_force"): 5,
            "proactive_disclosure.fees.fee_amount": 4.8,
            "review_and_litigation.review.pending": 1,
            "review_and_litigation.review.total": 1,
        },
    )
    now = make_year(
        2023,
        {
            "requests.carried_over.total": 3,
            IN_FORCE.format("in_force"): 6,
            IN_FORCE.format("issued"): 2,
            IN_FORCE.format("repealed"): 1,
            "proactive_disclosure.fees.fee_amount": 48,
            "review_and_litigation.review.upheld": 1,
            "review_and_litigation.litigation.after_review.total": 1,
        },
    )

    assert failed(now, before) == []


def test_a_year_of_another_form_is_not_compared_where_it_has_no_such_cell() -> None:
    """Between the forms of 2019 and 2021 only what both print is tried."""
    tried = {one.check.rule for one in judge_years(make_year(2021), make_year(2020, {}, "2019"))}

    assert tried == {
        "requests.carried_over",
        "review_and_litigation.pending_followed",
        "review_and_litigation.after_review",
        "proactive_disclosure.fee_unit",
    }


def test_blanks_count_as_nought_and_that_is_said() -> None:
    """A blank on one side against a figure on the other is a breach whose text names the blank."""
    (found,) = failed(
        make_year(2023, {"requests.carried_over.total": None}), make_year(2022, {"requests.carried_forward.total": 2})
    )

    assert (found.left, found.right, found.suspects[0].value) == (0, 2, None)
    assert "1 blank cells counted as 0" in found.text


@pytest.mark.parametrize("status", ["ambiguous", "missing"])
def test_a_cell_that_was_not_read_decides_nothing(status: CellStatus) -> None:
    """Neither pass nor fail: it is unknown."""
    now = make_year(2023, None, requests__carried_over__total=status)

    found = {(one.check.rule, one.check.where): one.check.status for one in judge_years(now, make_year(2022))}

    assert found["requests.carried_over", "total"] == "unknown"
    assert found["requests.carried_over", "business"] == "pass"


def test_suits_that_were_not_read_need_a_review_all_the_same() -> None:
    """Whether suits followed a review is not told where nobody read whether there were any."""
    suits = "review_and_litigation__litigation.after_review__total"

    found = {
        one.check.rule: one.check.status
        for one in judge_years(make_year(2023, None, **{suits: "missing"}), make_year(2022))
    }

    assert found["review_and_litigation.after_review"] == "unknown"


def test_a_year_that_leaves_the_applicants_blank_is_compared_by_its_total_alone() -> None:
    """What was not split is not asked to agree with what was."""
    applicants = ("natural_person", "business", "research_institution", "public_interest_organization")
    rest = ("legal_service_organization", "other_organization")
    bare = {f"requests.carried_over.{column}": None for column in (*applicants, *rest)}
    before = make_year(2022, {"requests.carried_forward.natural_person": 2, "requests.carried_forward.total": 2})

    checks = judge_years(make_year(2023, {**bare, "requests.carried_over.total": 2}), before)

    found = [one.check for one in checks if one.check.rule == "requests.carried_over"]
    assert [(check.where, check.status) for check in found] == [("total", "pass")]


@pytest.mark.parametrize("bare", ["carried_over", "carried_forward"])
def test_a_total_that_one_year_left_out_is_not_held_against_the_other(bare: str) -> None:
    """Where the applicants agree and one total is blank, what is carried over is what was carried forward."""
    now, before = (
        make_year(year, {f"requests.{row}.business": 2, f"requests.{row}.total": None if row == bare else 2})
        for year, row in ((2023, "carried_over"), (2022, "carried_forward"))
    )

    assert failed(now, before) == []


@pytest.mark.parametrize(("unit", "fee"), [("元", 52_000), ("亿元", 0.00052)])
def test_a_fee_is_compared_in_one_unit(unit: str, fee: float) -> None:
    """A fee whose cell says its unit is no slip beside the same fee in 万元."""
    key = CellKey("proactive_disclosure", "fees", "fee_amount")
    now = make_year(2023, {".".join(key): fee})
    said = now._replace(cells={**now.cells, key: now.cells[key]._replace(unit=unit)})

    assert failed(said, make_year(2022, {".".join(key): 5.2})) == []


def test_a_slip_of_the_unit_is_told_of_the_year_that_has_it() -> None:
    """Where the year before is the one in 元, the finding is its own."""
    fee = "proactive_disclosure.fees.fee_amount"

    (found,) = [
        one
        for one in judge_years(make_year(2023, {fee: 5}), make_year(2022, {fee: 50_000}))
        if one.check.status == "fail"
    ]

    assert found.is_of_before
    assert found.check.suspects[0].wanted == 5


def test_a_fee_that_nobody_takes_is_found_without_another_year() -> None:
    """A street that takes more than a hundred million is believed to have printed 元."""
    (found,) = failed(make_year(2023, {"proactive_disclosure.fees.fee_amount": 250_000}), None)

    assert (found.rule, found.right) == ("proactive_disclosure.fee_unit", 10_000)


def test_an_inferred_side_leaves_the_fault_with_the_reading() -> None:
    """The report is blamed only where both sides are printed for certain."""
    now = make_year(2023, {"requests.carried_over.total": 2})
    key = CellKey("requests", "carried_over", "total")
    doubtful = {**now.cells, key: now.cells[key]._replace(status="inferred")}

    (found,) = failed(now._replace(cells=doubtful), make_year(2022))

    assert found.origin == "reading"


def test_a_figure_below_nought_is_no_suspect() -> None:
    """Where only fewer than none would fit, the cell of the year explains nothing."""
    cells = {"repealed": 9, "in_force": 0}
    now = make_year(2023, {IN_FORCE.format(column): value for column, value in cells.items()})

    (found,) = failed(now, make_year(2022, {IN_FORCE.format("in_force"): 5}))

    assert (found.left, found.right, found.suspects) == (0, -4, ())
    assert found.text.endswith("one cell explains it: normative_documents.in_force of the year before 5 → 9")


def test_a_government_is_not_below_its_offices() -> None:
    """Each row is held against the sum of those known; more than their sum is no breach, for others may be unknown."""
    offices = [make_year(2023, {"requests.new_requests.total": 3, "requests.total.total": 1}) for _ in range(2)]
    own = make_year(2023, {"requests.new_requests.total": 5, "requests.total.total": 9})

    found = [check for check in judge_district(own, offices) if check.status == "fail"]

    assert [(check.rule, check.where, check.left, check.right) for check in found] == [
        ("requests.district_sum", "new_requests", 5, 6)
    ]
    assert "2 offices known" in found[0].text


def test_every_rule_stands_in_the_catalogue() -> None:
    """Nothing is tried that people are told nothing of."""
    assert {rule.id for rule in load_across().rules} <= set(load_rules())
