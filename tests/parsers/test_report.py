import json
from dataclasses import replace
from datetime import date

import pytest

from parsers import Cell, Check, Fact, PlainTable, Report, Section, parse
from tests.parsers.made import (
    FORMS,
    distinct_figures,
    one_cell_a_line,
    page_of,
    parse_text,
    report_to_html,
    title_of,
    write_report,
)

REPORT = Report(
    kind="annual_report",
    form="2019",
    title="青石区白杨街道2020年政府信息公开工作年度报告",
    agency="青石区白杨街道",
    district="青石区",
    division="990101",
    year=2020,
    published=date(2021, 1, 20),
    preamble="前言",
    sections=(Section("overview", "一、总体情况", "好。"), Section(None, "七、附注", "")),
    cells=(Cell("requests", "granted", "total", "1,0", None, "件", "ambiguous", None),),
    tables=(PlainTable("附表", (("甲", ""), ("乙", "1")), 0.98),),
    facts=(Fact("new_requests", 2.5, "收到2.5件。"),),
    checks=(Check("requests.row_sum", "granted", "fail", 5, 2.5, "5 ≠ 2.5"),),
    warnings=("一", "二"),
)


def test_a_report_as_json() -> None:
    """A report's object has the keys of the contract, in its words."""
    assert REPORT.to_json() == {
        "kind": "annual_report",
        "form": "2019",
        "title": "青石区白杨街道2020年政府信息公开工作年度报告",
        "agency": "青石区白杨街道",
        "district": "青石区",
        "division": "990101",
        "year": 2020,
        "published": "2021-01-20",
        "preamble": "前言",
        "sections": [
            {"key": "overview", "heading": "一、总体情况", "text": "好。"},
            {"key": None, "heading": "七、附注", "text": ""},
        ],
        "cells": [
            {
                "table": "requests",
                "row": "granted",
                "column": "total",
                "raw": "1,0",
                "value": None,
                "unit": "件",
                "status": "ambiguous",
                "at": None,
            }
        ],
        "tables": [{"heading": "附表", "rows": [["甲", ""], ["乙", "1"]], "confidence": 0.98}],
        "facts": [{"row": "new_requests", "value": 2.5, "sentence": "收到2.5件。"}],
        "checks": [
            {
                "rule": "requests.row_sum",
                "where": "granted",
                "status": "fail",
                "left": 5,
                "right": 2.5,
                "text": "5 ≠ 2.5",
                "level": "hard",
                "origin": "unknown",
                "suspects": [],
            }
        ],
        "warnings": ["一", "二"],
    }


@pytest.mark.parametrize(
    "report",
    [REPORT, replace(REPORT, published=None, cells=(), form=None), parse(b"nothing")],
    ids=["all", "few", "other"],
)
def test_a_report_comes_back_from_json(report: Report) -> None:
    """A report written as JSON and read again is the same report."""
    assert Report.from_json(json.loads(json.dumps(report.to_json()))) == report


def test_a_table_without_a_confidence_is_a_grid() -> None:
    """A report that was written before tables had a confidence is read again, its tables certain."""
    written = {**REPORT.to_json(), "tables": [{"heading": "附表", "rows": [["甲", "1"]]}]}

    assert Report.from_json(written).tables == (PlainTable("附表", (("甲", "1"),), 1.0),)


@pytest.mark.parametrize("form", FORMS)
def test_a_parsed_report_comes_back_from_json(form: str) -> None:
    """What the parser makes survives JSON, every cell and check of it."""
    report = parse(report_to_html(form, distinct_figures(form)).encode())

    assert Report.from_json(json.loads(json.dumps(report.to_json(), ensure_ascii=False))) == report


@pytest.mark.parametrize("form", FORMS)
def test_every_cell_of_the_form_is_listed_once(form: str) -> None:
    """A report lists each cell of its form exactly once, those too that the document has lost."""
    lines = write_report(form, one_cell_a_line, distinct_figures(form))

    report = parse_text(lines[: lines.index("2.重复申请")])

    names = [cell.key for cell in report.cells]
    assert names == list(distinct_figures(form))
    assert {cell.status for cell in report.cells} == {"reported", "missing"}
    assert all((cell.raw, cell.value, cell.at) == ("", None, None) for cell in report.cells if cell.status == "missing")


def test_a_header_s_unit_is_the_unit_of_its_figures() -> None:
    """The unit that a header names is that of the figures under it; a blank has none."""
    figures = distinct_figures("2021")
    blank = {key: "" if key.row == "fees" else raw for key, raw in figures.items()}

    units = [
        {cell.key.row: cell.unit for cell in parse(report_to_html("2021", of).encode()).cells if cell.unit}
        for of in (figures, blank)
    ]

    assert units == [{"fees": "万元"}, {}]


def test_a_report_without_tables_is_a_narrative() -> None:
    """A report of words alone is a report of the form narrative, without cells and without checks of figures."""
    report = parse_text(write_report("2019", lambda _table, _figures: [], {}))

    assert (report.kind, report.form, report.cells) == ("annual_report", "narrative", ())
    assert {check.rule.split(".")[0] for check in report.checks} == {"report"}


@pytest.mark.parametrize(
    "text",
    [
        "天气晴好。",
        "青石区政府信息公开工作年度报告",
        "关于做好2020年政府信息公开工作年度报告编制工作的通知\n一、总体情况\n写什么。\n二、主动公开政府信息情况\n写什么。",
    ],
)
def test_what_is_no_report(text: str) -> None:
    """A page without a report is of kind other, of no form, and has no cells."""
    report = parse_text(text)

    assert (report.kind, report.form, report.cells, report.checks) == ("other", None, (), ())


def test_an_empty_form_is_no_report() -> None:
    """The blank form, as it hangs beside the notice about it, is nobody's report."""
    report = parse_text(
        [
            line
            for line in write_report("2021", one_cell_a_line, dict.fromkeys(distinct_figures("2021"), "—"))
            if line != title_of("2021")
        ]
    )

    assert (report.kind, report.cells) == ("other", ())


@pytest.mark.parametrize(("picture", "said"), [('<img src="table.png">', True), ("", False)])
def test_tables_that_are_pictures_are_said(picture: str, said: bool) -> None:  # noqa: FBT001 - parametrized
    """A page with pictures in the place of its tables says that they need OCR, and invents nothing."""
    headings = ("一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况")
    body = "".join(f"<p>{heading}</p><p>如下图所示。</p><p>{picture}</p>" for heading in headings)

    report = parse(page_of(title_of("2021"), f"<h1>{title_of('2021')}</h1>{body}").encode())

    assert any("OCR" in warning for warning in report.warnings) == said
    assert not any(cell.status == "reported" for cell in report.cells)
