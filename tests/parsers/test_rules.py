import re
from collections.abc import Callable, Mapping

import pytest

from parsers.agencies import find_level
from parsers.errors import FormError
from parsers.forms import load_forms
from parsers.report import Cell, CellStatus, Check
from parsers.rules import RuleText, load_rules, parse_rules
from tests.parsers.made import ROOT, check_cells, form_of

SOURCES = [path for room in ("parsers", "archive", "gongkai") for path in sorted((ROOT / room).rglob("*.py"))]
RULE_ID = re.compile(r'"((?:requests|review_and_litigation|proactive_disclosure|statistics|report)\.[a-z_]*[a-z])"')
NOT_RULES = {"report.json", "report.html", *(f"statistics.{key.row}" for key in form_of("2014").iter_cells())}
ENTRY = """
[[rules]]
id = "requests.a"
level = "hard"
scope = "document"
mark = "B1"
formula = "甲 = 乙"
zh = "不等"
en = "not equal"
source = "表"
"""
PAGE = ROOT / "docs" / "checks.md"


def test_every_rule_of_a_form_is_in_the_catalogue() -> None:
    """What a form file asks for has an entry, of the table that its id begins with."""
    asked = {(rule.id, rule.table) for form in load_forms().values() for rule in form.rules}
    asked |= {(condition.id, condition.table) for form in load_forms().values() for condition in form.conditions}

    assert {rule for rule, _ in asked} <= set(load_rules())
    assert {rule for rule, table in asked if not rule.startswith(f"{table}.")} == set()


def test_every_rule_that_code_names_is_in_the_catalogue() -> None:
    """An id written anywhere in the code has an entry, but for the names of rows, which look alike."""
    rows = {f"{key.table}.{key.row}" for form in load_forms().values() for key in form.iter_cells()}
    rows |= {key.row for form in load_forms().values() for key in form.iter_cells()}

    named = {name for path in SOURCES for name in RULE_ID.findall(path.read_text(encoding="utf-8"))}

    assert named - set(load_rules()) - rows - NOT_RULES == set()


def test_a_catalogue_is_read() -> None:
    """An entry gives a rule with all that is said of it."""
    assert parse_rules(ENTRY) == {
        "requests.a": RuleText("requests.a", "hard", "document", "B1", "甲 = 乙", "不等", "not equal", "表")
    }


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda text: text + text, "requests.a stands twice"),
        (lambda text: text.replace('mark = "B1"\n', ""), "requests.a lacks or has beyond what is known: mark"),
        (lambda text: text + 'more = "1"\n', "requests.a lacks or has beyond what is known: more"),
        (lambda text: text.replace('"不等"', '" "'), "requests.a says nothing under zh"),
        (lambda text: text.replace('"B1"', "1"), "requests.a says nothing under mark"),
        (lambda text: text.replace("hard", "firm"), "requests.a has the level 'firm' and the scope 'document'"),
        (lambda text: text.replace('"document"', '"city"'), "requests.a has the level 'hard' and the scope 'city'"),
        (lambda text: text.replace("[[rules]]", "[[rule]]"), "KeyError('rules')"),
        (lambda text: text.replace("[[rules]]", "[[rules"), "TOMLDecodeError"),
    ],
)
def test_a_catalogue_that_contradicts_itself(spoil: Callable[[str], str], says: str) -> None:
    """An entry that lacks something, has something strange or comes twice is an error that names it."""
    with pytest.raises(FormError) as raised:
        parse_rules(spoil(ENTRY))

    assert says in str(raised.value)


def write_catalogue() -> str:
    """Write every rule as the rows of a table."""
    rows = ["| rule | | formula | asked for by |", "|---|---|---|---|"]
    rows += [
        f"| `{rule.id}` ({rule.mark}) | {rule.level}, {rule.scope} "
        f"| {rule.zh} · {rule.en}: {rule.formula} | {rule.source} |"
        for rule in load_rules().values()
    ]
    return "\n".join(rows)


def test_the_page_lists_the_catalogue() -> None:
    """docs/checks.md has every rule as the catalogue has it."""
    assert write_catalogue() in PAGE.read_text(encoding="utf-8")


def check_one(rule: str, form: str, changes: Mapping[tuple[str, str], object], level: str | None = None) -> Check:
    """Return the one check of a rule; `changes` are figures or statuses of cells of its table by row and column."""
    table = rule.partition(".")[0]
    cells = []
    for key in form_of(form).iter_cells():
        change = changes.get((key.row, key.column), 0) if key.table == table else 0
        value = change if isinstance(change, int | float) else None
        status: CellStatus = "reported" if value is not None else "ambiguous" if change == "ambiguous" else "blank"
        cells.append(Cell(*key, "" if value is None else str(value), value, None, status, None))
    (check,) = [c for c in check_cells(cells, {table: form}, agency_level=level) if c.rule == rule]
    return check


def test_suits_after_review_are_left_to_the_year_before() -> None:
    """Suits after review without a review of this year prove nothing: the check is unknown."""
    rule, suits = "review_and_litigation.after_review", {("litigation.after_review", "total"): 1}

    statuses = [check_one(rule, "2021", suits | more).status for more in ({}, {("review", "total"): 1})]

    assert [*statuses, check_one(rule, "2021", {}).status] == ["unknown", "pass", "pass"]


@pytest.mark.parametrize(
    ("suits", "reviews", "status"),
    [("ambiguous", 0, "unknown"), ("ambiguous", 1, "pass"), (0, "ambiguous", "pass"), (1, "ambiguous", "unknown")],
)
def test_suits_that_were_not_read_are_not_none(suits: object, reviews: object, status: str) -> None:
    """A cell that was not read is not taken for a nought: where it decides, nothing is told."""
    cells = {("litigation.after_review", "total"): suits, ("review", "total"): reviews}

    check = check_one("review_and_litigation.after_review", "2021", cells)

    assert check.status == status
    assert (check.left, check.right) == (None, None) or status == "pass"


def test_more_completed_than_received_is_left_open() -> None:
    """Requests of earlier years can be completed too, and the table of 2014 does not count them."""
    check = check_one("statistics.completed_of_received", "2014", {("requests.completed", "value"): 3})

    assert (check.status, check.left, check.right) == ("unknown", 0, 3)


@pytest.mark.parametrize(
    ("level", "status"), [("township", "fail"), ("department", "fail"), ("prefecture", "pass"), (None, "unknown")]
)
def test_who_may_make_regulations(level: str | None, status: str) -> None:
    """规章 are a fault of an agency that may make none; of one that is not known, nothing is told."""
    rule = "proactive_disclosure.regulations_level"

    assert check_one(rule, "2021", {("regulations", "in_force"): 3}, level).status == status
    assert check_one(rule, "2021", {}, level).status == "pass"


@pytest.mark.parametrize(
    ("rule", "cell"),
    [
        ("proactive_disclosure.in_force_at_least_issued", ("normative_documents", "in_force")),
        ("proactive_disclosure.regulations_level", ("regulations", "in_force")),
        ("proactive_disclosure.amount_unit", ("fees", "fee_amount")),
        ("proactive_disclosure.whole_numbers", ("penalties", "decisions")),
        ("proactive_disclosure.blanks", ("penalties", "decisions")),
    ],
)
def test_a_cell_in_doubt_leaves_a_condition_open(rule: str, cell: tuple[str, str]) -> None:
    """Where a cell that is needed is ambiguous, a condition neither holds nor fails."""
    cells = [Cell(*key, "0", 0, None, "ambiguous" if key[1:] == cell else "reported", None)
             for key in form_of("2021").iter_cells()]  # fmt: skip

    checks = check_cells([c._replace(value=None) if c.status == "ambiguous" else c for c in cells],
                         {"proactive_disclosure": "2021"})  # fmt: skip

    places = {"proactive_disclosure", cell[0]}
    assert {check.status for check in checks if check.rule == rule and check.where in places} == {"unknown"}


def with_one_in_doubt(row: str, figures: Mapping[tuple[str, str], int]) -> list[Cell]:
    """Return cells of the requests, 0 but for these, the first of a row ambiguous."""
    cells = []
    for key in form_of("2021").iter_cells():
        if key.table == "requests":
            value = figures.get((key.row, key.column), 0)
            in_doubt = (key.row, key.column) == (row, "natural_person")
            cells.append(
                Cell(*key, "", None if in_doubt else value, None, "ambiguous" if in_doubt else "reported", None)
            )
    return cells


def test_a_total_in_doubt_is_not_called_forgotten() -> None:
    """Where a cell of row （七） cannot be read, nobody knows whether the row was filled in."""
    checks = check_cells(with_one_in_doubt("total", {("granted", "business"): 2}), {"requests": "2021"})

    assert "requests.balance_of_results" not in {check.rule for check in checks}


def test_not_every_figure_is_said_to_be_nought_where_one_is_in_doubt() -> None:
    """All that could be read is 0, and what could not may be more."""
    checks = check_cells(with_one_in_doubt("granted", {}), {"requests": "2021"})

    assert [check.status for check in checks if check.rule == "report.all_zero"] == ["unknown"]


def test_a_table_without_a_figure_is_not_called_incomplete() -> None:
    """Blanks are counted only in a table that has a figure; another is not filled in at all."""
    cells = [Cell(*key, "", None, None, "blank", None) for key in form_of("2021").iter_cells()]

    rules = {check.rule for check in check_cells(cells, {"requests": "2021"})}

    assert not rules & {"requests.blanks", "report.all_zero"}


@pytest.mark.parametrize(
    ("agency", "level"),
    [
        ("青石区人民政府白杨街道办事处", "township"), ("青石区听松街道", "township"),
        ("柳城县杏花镇人民政府", "township"),
        ("青石区", "county"), ("松岭自治县人民政府", "county"), ("青石区人民政府办公室", "county"),
        ("松岭自治州人民政府", "prefecture"), ("青石省人民政府", "province"), ("松岭自治区人民政府", "province"),
        ("广州市人民政府", "prefecture"), ("江苏省苏州市人民政府办公室", "prefecture"),
        ("恩施州人民政府", "prefecture"), ("湖北省恩施州利川市人民政府", "county"),
        ("辉县市人民政府", "county"), ("国务院青石委员会", None),
        ("青石区民政局", "department"), ("国家青石局", "ministry"), ("国家税务总局青石区税务局", None),
        ("石桥市人民政府", None), (None, None),
    ],
)  # fmt: skip
def test_what_an_agency_is(agency: str | None, level: str | None) -> None:
    """An agency's level is told from its name, and not at all where the name does not tell."""
    assert find_level(agency) == level
