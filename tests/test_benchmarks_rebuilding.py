"""How other tools are compared on rebuilding: the mapping gives them all that they found, and the count is fair."""

import pytest

from benchmarks.against_rebuilding import case_to_document
from benchmarks.rebuilding_mapping import Said, grids_to_said, list_places, text_to_said
from benchmarks.rebuilding_readers import OUR_READER, ZERO_GUESSER, read_pandas
from benchmarks.rebuilding_scores import (
    COLUMNS,
    OURS,
    Document,
    Group,
    Reader,
    Score,
    find_losses,
    groups_to_rows,
    share,
)
from benchmarks.results import NOT_INSTALLED
from parsers import CellKey
from parsers.forms import Table
from tests.parsers.generator import Case, settle
from tests.parsers.made import (
    WriteTable,
    cells_apart,
    distinct_figures,
    form_of,
    one_cell_a_line,
    pipe_rows,
    report_to_html,
    spaced_rows,
    tab_rows,
    write_report,
)

FORM = "2021"
FIGURES = distinct_figures(FORM)
TRUTH: Said = {key: int(raw) for key, raw in FIGURES.items()}
RULES = CellKey("proactive_disclosure", "regulations", "issued")
FEES = CellKey("proactive_disclosure", "fees", "fee_amount")


def draw(table: Table, *, repeated: bool) -> list[list[str]]:
    """Return a table as a grid, the text of a spanned cell in all its places or in the first alone."""
    rows = [[""] * table.width for _ in table.lines]
    for number, (places, line) in enumerate(zip(list_places(table), table.lines, strict=True)):
        spans = [*((label.colspan, label.rowspan) for label in line.labels), *((span, 1) for span in line.spans)]
        for (column, text, key), (colspan, rowspan) in zip(places, spans, strict=True):
            for down in range(rowspan if repeated else 1):
                for right in range(colspan if repeated else 1):
                    rows[number + down][column + right] = FIGURES[key] if key else text
    return rows


@pytest.mark.parametrize("repeated", [True, False])
def test_a_whole_grid_is_read_by_place(repeated: bool) -> None:  # noqa: FBT001 - a case
    """A grid of the form's shape gives every cell, however spans are filled."""
    grids = [draw(table, repeated=repeated) for table in form_of(FORM).tables]

    assert grids_to_said(FORM, grids) == TRUTH


@pytest.mark.parametrize("repeated", [True, False])
def test_a_cut_grid_is_read_by_label(repeated: bool) -> None:  # noqa: FBT001 - a case
    """A table that a page cuts in two is no shape of the form's; its rows are known by their labels."""
    grids = [draw(table, repeated=repeated) for table in form_of(FORM).tables]
    cut = [part for grid in grids for part in (grid[:7], grid[7:])]

    assert grids_to_said(FORM, cut) == TRUTH


def test_unknown_labels_and_empty_rows_of_a_whole_grid_are_read() -> None:
    """By place it does not matter what a label is called, nor that a row without a label is blank."""
    grids = [draw(table, repeated=True) for table in form_of(FORM).tables]
    grids[0][2][0] = "章程"
    grids[2][3] = [""] * len(grids[2][3])

    said = grids_to_said(FORM, grids)

    assert said == {key: None if key.table == "review_and_litigation" else value for key, value in TRUTH.items()}


def test_places_that_a_label_covers_are_no_blanks() -> None:
    """A row whose first figure is blank is not moved by the empty places behind its label."""
    row = ["一、本年新收政府信息公开申请数量", "", "", "", "2", "3", "4", "5", "6", "7"]

    said = grids_to_said(FORM, [[row]])

    assert list(said.values()) == [None, 2, 3, 4, 5, 6, 7]


def test_a_row_that_stands_too_far_left_is_read_by_its_label() -> None:
    """Behind a cut a row has lost the group before it: its figures are not taken by their places."""
    grids = [draw(table, repeated=False) for table in form_of(FORM).tables]
    at = next(number for number, row in enumerate(grids[1]) if "2.重复申请" in row)
    grids[1][at] = [*grids[1][at][2:], "", ""]

    assert grids_to_said(FORM, grids) == TRUTH


@pytest.mark.parametrize("way", [one_cell_a_line, cells_apart, tab_rows, pipe_rows, spaced_rows])
def test_a_text_is_read_by_label_and_next_figures(way: WriteTable) -> None:
    """A text without a blank gives every cell, however its rows are written."""
    text = "\n".join(write_report(FORM, way, FIGURES))

    assert text_to_said(FORM, text) == TRUTH


def test_a_row_of_too_few_figures_is_left_out() -> None:
    """Of a row that has lost a figure nothing is said, and nothing guessed."""
    assert text_to_said(FORM, "规章\n1\n2\n行政事业性收费\n3.5") == {FEES: 3.5}


def test_empty_cells_of_rows_are_blanks() -> None:
    """An empty cell between two pipes is said to be blank, not 0."""
    assert text_to_said(FORM, "| 规章 | | 2 | 3 |")[RULES] is None


def test_what_counts_as_right_and_wrong() -> None:
    """0 for a blank, a blank for a figure and a figure that is nowhere printed are wrong; silence is not."""
    cells = [RULES._replace(column=column) for column in ("a", "b", "c", "d", "e")]
    score = Score()

    score.add(dict(zip(cells, (1, 0, None, None, 2), strict=False)), dict(zip(cells, (1, 0, None, 0), strict=False)))
    score.add({RULES: 5}, {RULES: None, FEES: 1})

    assert (score.cells, score.right, score.wrong, score.flagged) == (6, 3, 3, 1)
    assert (score.nonzero, score.nonzero_right, score.blanks, score.blanks_right) == (3, 1, 2, 1)


def test_a_share_is_never_rounded_up() -> None:
    """Only all of them is 100 %."""
    assert (share(1999, 2000), share(2000, 2000)) == ("99.9 %", "100.0 %")


def test_a_group_has_a_row_for_every_reader() -> None:
    """Every reader has its row, one that is not installed, too; the guesser has no time."""
    missing = Reader("no such tool", lambda body: body, lambda _form, _taken: {}, "no-such-tool-at-all")
    page = Document(report_to_html(FORM, FIGURES).encode(), FORM, TRUTH)

    rows, losses = groups_to_rows([Group("made", [page], (OUR_READER, ZERO_GUESSER, missing))])

    assert [row[:3] for row in rows] == [
        ("made (1)", OURS, "100.0 %"),
        ("made (1)", "0 everywhere", "0.0 %"),
        ("made (1)", "no such tool", NOT_INSTALLED),
    ]
    assert rows[1][COLUMNS.index("ms")] == "–"
    assert losses == ()


@pytest.mark.parametrize("way", ["html", "html_heads", "html_paragraphs", "html_nested", "html_split"])
def test_pandas_is_read_to_the_full(way: str) -> None:
    """What pandas makes of a sound page is all right, its blanks too: the mapping takes nothing from it."""
    pytest.importorskip("pandas")
    document = case_to_document(settle(Case(FORM, "one_blank", way, carrier="html", seed=3)))

    said = grids_to_said(FORM, read_pandas(document.body))

    assert said == document.truth


def test_every_loss_is_told() -> None:
    """More right, fewer wrong and less time are losses; a reader that found nothing is not called fast."""
    ours = Score(documents=1, cells=10, right=8, wrong=1, seconds=0.01)
    scores = {
        OURS: ours,
        "better": Score(documents=1, cells=10, right=9, wrong=0, seconds=0.02),
        "faster": Score(documents=1, cells=10, right=7, wrong=1, seconds=0.001),
        "silent": Score(documents=1, cells=10, wrong=1, seconds=0.001),
    }

    assert list(find_losses("made", scores)) == [
        "made: better has cells right 90.0 % against 80.0 %, wrong cells 0 against 1.",
        "made: faster than we are (10.0 ms a document): faster (1.0 ms).",
    ]
