import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest

from archive import CellChange, compare_reports
from archive.histories.compare import figures_hash, words_hash
from parsers import Cell, PlainTable, Report, Section
from tests.archive.made_reports import make_cell, make_report

BASE = make_report(make_cell("new_requests", 5), make_cell("granted", 0), make_cell("total", None))


def change(row: str, old: float | None, new: float | None) -> CellChange:
    """Name a cell of the column of totals that differs."""
    return CellChange("requests", row, "total", old, new)


def with_cell(report: Report, row: str, **fields: Any) -> Report:
    """Return a report in which one cell is another."""
    return replace(report, cells=tuple(c._replace(**fields) if c.row == row else c for c in report.cells))


@pytest.mark.parametrize("report", [BASE, make_report(), make_report(kind="other", words="")])
def test_a_report_that_was_not_there_is_new(report: Report) -> None:
    """With nothing before it a report is new, and no cell of it has changed."""
    assert compare_reports(None, report) == ("new", ())


@pytest.mark.parametrize("report", [BASE, make_report(), make_report(kind="other", words="")])
def test_a_report_is_like_itself(report: Report) -> None:
    """A report beside itself differs in nothing, and its hashes are the same."""
    again = Report.from_json(report.to_json())

    assert compare_reports(report, again) == (None, ())
    assert (figures_hash(report), words_hash(report)) == (figures_hash(again), words_hash(again))


@pytest.mark.parametrize(
    ("row", "fields", "expected"),
    [
        ("new_requests", {"value": 6, "raw": "6"}, change("new_requests", 5, 6)),
        ("granted", {"value": 1, "raw": "1"}, change("granted", 0, 1)),
        ("granted", {"value": None, "raw": "", "status": "blank"}, change("granted", 0, None)),
        ("total", {"value": 0, "raw": "0", "status": "reported"}, change("total", None, 0)),
        ("total", {"value": 5, "raw": "5", "status": "reported"}, change("total", None, 5)),
        ("new_requests", {"value": None, "raw": "", "status": "missing"}, change("new_requests", 5, None)),
        ("new_requests", {"value": None, "raw": "5 6", "status": "ambiguous"}, change("new_requests", 5, None)),
        ("total", {"value": None, "raw": "5 6", "status": "ambiguous"}, change("total", None, None)),
        ("total", {"status": "missing"}, change("total", None, None)),
        ("new_requests", {"unit": "件"}, change("new_requests", 5, 5)),
    ],
)
def test_a_figure_that_differs_is_named(row: str, fields: dict[str, Any], expected: CellChange) -> None:
    """Each cell whose figure, unit or kind of emptiness differs is named with both values, and no other is."""
    other = with_cell(BASE, row, **fields)

    assert compare_reports(BASE, other) == ("figures", (expected,))
    assert compare_reports(other, BASE) == ("figures", (replace(expected, old=expected.new, new=expected.old),))
    assert figures_hash(BASE) != figures_hash(other)


def test_cells_on_one_side_only_have_one_value() -> None:
    """A cell that only one side has is a change from nothing or to nothing, in the order in which they stand."""
    left = make_report(make_cell("granted", 1), make_cell("new_requests", 5))
    right = make_report(make_cell("new_requests", 6), make_cell("total", 2))

    kind, cells = compare_reports(left, right)

    assert (kind, cells) == (
        "figures",
        (change("granted", 1, None), change("new_requests", 5, 6), change("total", None, 2)),
    )
    assert compare_reports(make_report(), left)[1] == (change("granted", None, 1), change("new_requests", None, 5))
    assert compare_reports(left, make_report())[1] == (change("granted", 1, None), change("new_requests", 5, None))


def test_figures_go_before_words() -> None:
    """Where both figures and words differ, the change is one of figures."""
    assert compare_reports(BASE, with_cell(replace(BASE, preamble="又"), "granted", value=1))[0] == "figures"


@pytest.mark.parametrize(
    "other",
    [
        replace(BASE, preamble="又一句"),
        replace(BASE, sections=(Section("overview", "一、总体情况", "别的话"),)),
        replace(BASE, sections=(Section("overview", "一、概述", BASE.sections[0].text),)),
        replace(BASE, sections=()),
        replace(BASE, tables=(PlainTable("附表", (("甲", "1"),)),)),
        with_cell(BASE, "total", raw="/"),
        with_cell(BASE, "new_requests", raw="5件"),
    ],
)
def test_words_that_differ_are_a_change_of_text(other: Report) -> None:
    """What a section, a table of its own or a cell prints is the report's words."""
    assert compare_reports(BASE, other) == ("text", ())
    assert compare_reports(other, BASE) == ("text", ())
    assert figures_hash(BASE) == figures_hash(other)
    assert words_hash(BASE) != words_hash(other)


@pytest.mark.parametrize(
    "other",
    [
        replace(BASE, sections=(Section(None, " 一、总体\u3000情况\n", "本街道这一年\n认真公开。"),)),
        with_cell(BASE, "new_requests", raw=" ５ "),
        with_cell(BASE, "new_requests", at="line 900"),
        with_cell(BASE, "new_requests", status="inferred"),
        replace(BASE, warnings=("something",), title="年报", form=None),
    ],
)
def test_how_a_report_is_set_is_no_change(other: Report) -> None:
    """White space, width, the place on the page and what a parser thought of it are not the report's words."""
    assert compare_reports(BASE, other) == (None, ())
    assert (figures_hash(BASE), words_hash(BASE)) == (figures_hash(other), words_hash(other))


def test_parts_do_not_run_into_each_other() -> None:
    """A word that moves from one part of the report to the next is a change of text."""
    left = replace(BASE, preamble="甲", sections=(Section(None, "乙", "丙"),))
    right = replace(BASE, preamble="", sections=(Section(None, "甲乙", "丙"),))

    assert words_hash(left) != words_hash(right)


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param(tuple(reversed(BASE.cells)), id="another order"),
        pytest.param((*BASE.cells, make_cell("repeated", None, status="missing")), id="a missing cell not listed"),
    ],
)
def test_the_hashes_agree_with_the_comparison(cells: tuple[Cell, ...]) -> None:
    """Two reports have the same two hashes exactly where comparing them finds no change."""
    other = replace(BASE, cells=cells)

    assert compare_reports(BASE, other) == (None, ())
    assert (figures_hash(BASE), words_hash(BASE)) == (figures_hash(other), words_hash(other))


def test_a_hash_is_over_one_json_text_a_line() -> None:
    """Hashes that are stored can be made again by anyone: of the figures, and of the words and what the cells print."""
    cells = (make_cell("granted", 2.5, unit="万元"), make_cell("total", None), make_cell("new_requests", 3))
    report = make_report(*cells, words='所谓"公开"\\', preamble="１\u2028 ２")
    column, figure = "total", "figure"
    figures = [
        ["requests", "granted", column, figure, 2.5, "万元"],
        ["requests", "new_requests", column, figure, 3, None],
        ["requests", "total", column, "blank", None, None],
    ]
    words = ["12", "一、总体情况", '所谓"公开"\\', "requests.granted.total=2.5", "requests.new_requests.total=3"]

    hashes = figures_hash(report), words_hash(report)

    lines = ["".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in parts) for parts in (figures, words)]
    assert hashes == tuple(hashlib.sha256(text.encode()).hexdigest() for text in lines)
