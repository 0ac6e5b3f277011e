import pytest

from parsers import CellKey
from parsers.errors import FormError
from parsers.forms import Form, load_forms, parse_form
from parsers.forms.printed import table_to_printed
from tests.parsers.made import FORMS, distinct_figures, form_of

SMALL = """
form = "1999"
name = "小表"
source = "试验"

[[tables]]
key = "t"
section = "overview"
label = "表"
width = 3
columns = ["a", "b"]
lines = [
  { labels = [{ text = "项目", rs = 2 }, { text = "数", cs = 2 }] },
  { labels = [{ text = "甲", column = "a" }, { text = "乙", column = "b" }] },
  { labels = [{ text = "一" }], rows = ["one"] },
  { labels = [{ text = "二" }], rows = ["two"], columns = ["a"], spans = [2] },
]

[[rules]]
id = "t.sum"
table = "t"
along = "rows"
left = ["b"]
right = ["a"]
says = "乙 is 甲"
"""

SHARED_ROWS = (
    ["new_requests", "carried_over", "granted", "partially_granted"]
    + [
        f"refused.{row}"
        for row in (
            "state_secret", "prohibited_by_law", "security_and_stability", "third_party_rights",
            "internal_affairs", "deliberative_process", "enforcement_files", "administrative_inquiry",
        )
    ]
    + [f"unable.{row}" for row in ("not_held", "requires_creation", "still_unclear")]
    + [f"not_processed.{row}" for row in ("petition", "repeated", "publications", "abusive", "reconfirmation")]
)  # fmt: skip
OTHER_ROWS = {"2019": ["other"], "2021": ["other.not_corrected", "other.fee_unpaid", "other.other"]}
APPLICANTS = [
    "natural_person", "business", "research_institution", "public_interest_organization",
    "legal_service_organization", "other_organization", "total",
]  # fmt: skip
ITEMS = {
    "2019": [
        *[(row, column) for row in ("regulations", "normative_documents")
          for column in ("newly_made", "newly_published", "total_published")],
        *[(row, column) for row in ("licensing", "other_services", "penalties", "compulsory_measures")
          for column in ("previous_year_items", "change", "decisions")],
        ("fees", "previous_year_items"), ("fees", "change"),
        ("procurement", "procurement_items"), ("procurement", "procurement_amount"),
    ],
    "2021": [
        *[(row, column) for row in ("regulations", "normative_documents")
          for column in ("issued", "repealed", "in_force")],
        *[(row, "decisions") for row in ("licensing", "penalties", "compulsory_measures")],
        ("fees", "fee_amount"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("form", "count"), [("2019", 198), ("2021", 200)])
def test_the_cells_of_a_form_are_those_of_the_contract(form: str, count: int) -> None:
    """A form has exactly the cells, by table, row and column, that the contract names, in printed order."""
    expected = (
        [CellKey("proactive_disclosure", row, column) for row, column in ITEMS[form]]
        + [
            CellKey("requests", row, column)
            for row in (*SHARED_ROWS, *OTHER_ROWS[form], "total", "carried_forward")
            for column in APPLICANTS
        ]
        + [
            CellKey("review_and_litigation", row, column)
            for row in ("review", "litigation.direct", "litigation.after_review")
            for column in ("upheld", "corrected", "other", "pending", "total")
        ]
    )

    cells = list(form_of(form).iter_cells())

    assert len(cells) == count
    assert cells == expected


def test_forms_are_listed_oldest_first() -> None:
    """Every form is there under its own key, the oldest first."""
    assert [(key, form.key) for key, form in load_forms().items()] == [(key, key) for key in ("2014", *FORMS)]


@pytest.mark.parametrize("form", FORMS)
def test_a_form_asks_for_four_kinds_of_sums(form: str) -> None:
    """Each form's rules are the two sums and the balance of the requests, and the sum of the outcomes."""
    assert [rule.id for rule in form_of(form).rules] == [
        "requests.row_sum",
        "requests.results_sum",
        "requests.balance",
        "review_and_litigation.row_sum",
    ]


@pytest.mark.parametrize("form", FORMS)
def test_a_printed_table_is_a_rectangle(form: str) -> None:
    """Laid out by their spans, the cells of a printed table cover its grid, each place once."""
    for table in form_of(form).tables:
        printed = table_to_printed(table, {})
        taken: set[tuple[int, int]] = set()
        for row, cells in enumerate(printed):
            column = 0
            for cell in cells:
                while (row, column) in taken:
                    column += 1
                places = {(row + down, column + right) for down in range(cell.rowspan) for right in range(cell.colspan)}
                assert not places & taken
                taken |= places
        assert taken == {(row, column) for row in range(len(printed)) for column in range(table.width)}


def test_a_printed_table_holds_the_figures_given() -> None:
    """A printed cell carries its name and its figure; one without a figure is empty."""
    table = form_of("2021").tables[0]
    figures = distinct_figures("2021")
    only = CellKey("proactive_disclosure", "regulations", "issued")

    printed = [cell for row in table_to_printed(table, {only: figures[only]}) for cell in row if cell.key]

    assert [cell.key for cell in printed] == list(table.iter_cells())
    assert [cell.text for cell in printed] == [figures[only], *[""] * (len(printed) - 1)]


def small_form(old: str = "", new: str = "") -> Form:
    """Read the small form with one thing in it replaced."""
    assert not old or old in SMALL
    return parse_form(SMALL.replace(old, new, 1) if old else SMALL, "1999.toml")


def test_a_small_form() -> None:
    """A form file names its cells by its lines, from top to bottom."""
    assert list(small_form().iter_cells()) == [
        CellKey("t", "one", "a"),
        CellKey("t", "one", "b"),
        CellKey("t", "two", "a"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('rows = ["two"]', 'rows = ["one"]', "the cell t.one.a is named twice; give one of the two rows another key"),
        ("width = 3", "width = 4", "does not fill 4 columns"),
        ("rs = 2", "rs = 1", "line 2 of table 't' does not fill 3 columns"),
        ("spans = [2]", "spans = [1]", "line 4 of table 't' does not fill 3 columns"),
        ("spans = [2]", "spans = [1, 1]", "line 4 of table 't' does not fill 3 columns"),
        (
            'right = ["a"]',
            'right = ["c"]',
            "rule t.sum: right names the column 'c', which table 't' has not; there are a, b",
        ),
        ('left = ["b"]', 'left = ["two"]', "rule t.sum: left names the column 'two', which table 't' has not"),
        ('table = "t"', 'table = "u"', "rule t.sum names a table that the form has not, 'u'; there are t"),
        ('form = "1999"', "", "`form` is missing; write a text in quotes there"),
        ('key = "t"\n', "", "table 1: `key` is missing"),
        ('{ text = "一" }', "{ cs = 1 }", "table t: line 3: label 1: `text` is missing"),
        ("[[tables]]", "[[tables", "this is no TOML: "),
        ("width = 3", 'width = "3"', "table t: `width` is '3'; it must be a whole number above 0"),
        ("columns = [", "colums = [", "table t: `colums` is not known; did you mean `columns`?"),
        ('rows = ["one"]', 'rows = ["One"]', "table 't': the key 'One' must be of a to z"),
        ('column = "b"', 'column = "d"', "a label heads the column 'd', and no line has it; there are a, b"),
        ('{ text = "二" }', '{ text = "二", rs = 2 }', "a label reaches 1 lines below the last one; mend its rs"),
        ('id = "t.sum"', 'id = "sum"', "rule sum is about table 't'; begin its id with t."),
        ('along = "rows"', 'along = "row"', "rule t.sum: along is 'row'; it must be rows, columns"),
        ('along = "rows"', 'along = "columns"', "rule t.sum: left names the row 'b', which table 't' has not"),
        ('left = ["b"]', "left = []", "rule t.sum is a sum; write along"),
        ('says = "乙', 'level = "mild"\nsays = "乙', "rule t.sum: level is 'mild'; it must be hard or soft"),
        ('says = "乙', 'kind = "odd"\nsays = "乙', "rule t.sum is of the kind 'odd', which nobody knows"),
        (
            "lines = [",
            "lines = 3\nmore = [",
            "table t: `more` is not known; the keys known here are key, section, label",
        ),
    ],
)
def test_a_form_file_that_contradicts_itself(old: str, new: str, says: str) -> None:
    """What contradicts in a form file is an error that names the file and the place."""
    with pytest.raises(FormError) as raised:
        small_form(old, new)

    assert str(raised.value).startswith("1999.toml: ")
    assert "\n" not in str(raised.value)
    assert says in str(raised.value)
