"""What differs between two versions of a report."""

from dataclasses import replace
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import compare_reports
from gongkai.comparing import compare_versions, comparison_to_json
from gongkai.rewording import join_pieces
from parsers import Section
from parsers.report import PlainTable, Report
from tests.gongkai.made_versions import FIRST, PROBLEMS, SECOND, THIRD, make_version, printed, show

FIGURES = st.one_of(
    st.none(),
    st.integers(0, 3),
    st.builds(printed, st.sampled_from(["1", "１", "—"]), st.sampled_from([None, 1]), st.sampled_from([None, "件"])),
)
SOME = st.dictionaries(st.sampled_from(["requests.granted.total", "requests.total.total"]), FIGURES)


@pytest.mark.parametrize("report", [FIRST, SECOND, THIRD])
def test_nothing_differs_from_itself(report: Report) -> None:
    """A version beside itself has no difference, and its parts are all there."""
    comparison = compare_versions(show(report), show(replace(report)))

    assert not comparison.differs
    assert [section.kind for section in comparison.sections] == ["same"] * len(report.sections)


def test_cells_are_told_in_the_order_of_the_form() -> None:
    """Each cell of which value, unit, status or print differs is told once, as the form has them, and as what."""
    told = [(".".join(cell.key), cell.kind) for cell in compare_versions(show(FIRST), show(SECOND)).cells]

    assert told == [
        ("proactive_disclosure.procurement.procurement_amount", "value"),
        ("requests.new_requests.total", "value"),
        ("requests.carried_over.total", "value"),
        ("requests.granted.total", "printed"),
        ("requests.refused.state_secret.natural_person", "value"),
        ("requests.total.total", "value"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (printed("1", 1), printed("1", 1, "件"), "unit"),
        (printed("1", 1), printed("1", 1, None, "inferred"), "status"),
        (printed("", None, None, "blank"), printed("", None, None, "missing"), "status"),
        (printed("—", None, None, "blank"), printed("/", None, None, "blank"), "printed"),
        (printed("0", 0), printed("", None, None, "blank"), "value"),
    ],
)
def test_the_weightiest_difference_names_a_cell(old: object, new: object, kind: str) -> None:
    """A blank is no 0, and what differs besides the value is told as what it is."""
    before, after = (make_version(figures={"requests.granted.total": cell}) for cell in (old, new))

    cells = compare_versions(show(before), show(after)).cells

    assert [(cell.key.row, cell.kind) for cell in cells] == [("granted", kind)]


@given(SOME, SOME)
def test_no_change_of_figures_goes_unseen(before: dict[str, object], after: dict[str, object]) -> None:
    """Every cell that makes a change of figures in the change log is among those that differ."""
    old, new = make_version(figures=before), make_version(figures=after)

    told = {(*cell.key,) for cell in compare_versions(show(old), show(new)).cells}

    _, changed = compare_reports(old, new)
    assert {(cell.table, cell.row, cell.column) for cell in changed} <= told


def test_cells_of_another_form_come_and_go() -> None:
    """Cells that only one form has stand beside nothing, each with its table; what both have is compared."""
    cells = compare_versions(show(FIRST), show(THIRD)).cells

    gone = {".".join(cell.key) for cell in cells if cell.new is None}
    come = {".".join(cell.key) for cell in cells if cell.old is None}
    both = {".".join(cell.key) for cell in cells if cell.old and cell.new}
    assert [table for table, _ in groupby(cell.key.table for cell in cells)] == ["proactive_disclosure", "requests"]
    assert "proactive_disclosure.procurement.procurement_amount" in gone
    assert "requests.other.fee_unpaid.total" in come
    assert both == {
        *("requests.new_requests.total", "requests.granted.total", "requests.refused.state_secret.natural_person"),
    }


def test_a_cell_that_was_missing_is_like_one_that_no_form_has() -> None:
    """Where a document lacked a cell and the next one's form has it not, nothing came or went."""
    nothing = printed("", None, None, "missing")
    before = make_version(figures={"proactive_disclosure.regulations.newly_made": nothing})

    cells = compare_versions(show(before), show(THIRD)).cells

    assert "newly_made" not in {cell.key.column for cell in cells if cell.key.row == "regulations"}


def test_sections_are_told_as_changed_moved_added_removed() -> None:
    """Sections belong together by key and heading; some move, and one that went stands where it stood."""
    told = compare_versions(show(FIRST), show(SECOND)).sections

    assert [(join_pieces(one.heading, "removed"), one.kind, one.is_moved) for one in told] == [
        ("一、总体情况", "changed", False),
        ("六、其他需要报告的事项", "changed", True),
        ("附件", "removed", False),
        ("五、存在的主要问题及改进情况", "same", False),
    ]


def test_a_section_with_another_heading_is_known_by_its_words() -> None:
    """A section without a key whose heading changed is the same section where its words are alike."""
    before = make_version(sections=(Section(None, "附件：名单", "听松社区、白杨社区。"), PROBLEMS))
    after = make_version(sections=(Section(None, "附表：名单", "听松社区、白杨社区。"), PROBLEMS))

    told = compare_versions(show(before), show(after)).sections

    assert [one.kind for one in told] == ["same", "changed", "same"]
    assert [piece.text for piece in told[1].heading if piece.kind != "same"] == ["件", "表"]


def test_rows_of_other_tables_are_set_beside_each_other() -> None:
    """Rows that are alike are one row that changed; others came or went."""
    table = compare_versions(show(FIRST), show(SECOND)).tables[0]

    assert [(row.kind, row.old and row.old[0], row.new and row.new[0]) for row in table.rows] == [
        ("same", "类别", "类别"),
        ("changed", "会议", "会议"),
        ("removed", "文件", None),
        ("same", "公告", "公告"),
        ("added", None, "简报"),
    ]


def test_tables_come_and_go() -> None:
    """A table that is new stands where it stands, and the others stay each other's."""
    one, two = PlainTable("", (("会议", "3"),)), PlainTable("", (("渡口", "甲"),))

    told = compare_versions(show(make_version(tables=(two,))), show(make_version(tables=(one, two)))).tables

    assert [(table.kind, len(table.rows)) for table in told] == [("added", 1), ("same", 1)]


def test_facts_and_preamble_are_compared() -> None:
    """Title, date and form are told where they differ, and so is what stands before the first section."""
    before, after = make_version(), make_version(form="2021", title=None, published=None, preamble="本报告。")

    comparison = compare_versions(show(before), show(after))

    assert [(fact.name, fact.old, fact.new) for fact in comparison.facts] == [
        ("title", "青石区白杨街道2020年政府信息公开工作年度报告", None),
        ("form", "2019", "2021"),
        ("published", "2021-01-20", None),
    ]
    assert join_pieces(comparison.preamble, "added") == "本报告。"


@given(st.permutations([FIRST, SECOND, THIRD]))
def test_backwards_is_the_reverse(reports: list[Report]) -> None:
    """What differs one way differs the other way, with old and new exchanged."""
    there, back = (compare_versions(show(left), show(right)) for left, right in (reports[:2], reports[1::-1]))

    assert {(cell.key, cell.old, cell.new) for cell in there.cells} == {
        (cell.key, cell.new, cell.old) for cell in back.cells
    }
    assert there.differs == back.differs


def test_programs_get_what_differs_alone() -> None:
    """The object for programs names a cell by key and by its printed labels, and leaves out what is the same."""
    told = comparison_to_json(compare_versions(show(FIRST, 1), show(SECOND, 2)))

    assert list(told) == ["id", "a", "b", "facts", "cells", "preamble", "sections", "tables"]
    assert (told["a"], told["b"]) == (1, 2)
    assert told["cells"][3] == {
        "table": "requests",
        "row": "granted",
        "column": "total",
        "label": "三、本年度办理结果 › （一）予以公开 › 申请人情况 › 总计",
        "kind": "printed",
        "old": 3,
        "new": 3,
        "old_raw": "3",
        "new_raw": "３",
        "old_unit": None,
        "new_unit": None,
        "old_status": "reported",
        "new_status": "reported",
    }
    assert [section["key"] for section in told["sections"]] == ["overview", "other_matters", None]
    assert told["preamble"] == []
