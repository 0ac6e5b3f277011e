"""Spellings of labels that reports print beside the form's own: no cell is lost by them, whatever the carrier."""

import pytest

from parsers import parse
from tests.parsers.made import (
    as_reported,
    distinct_figures,
    one_cell_a_line,
    parse_text,
    read_cells,
    report_to_html,
    write_report,
)

SPELLINGS = [
    ("2019", "本年增/减", "本年度增/减"),
    ("2019", "上一年项目数量", "上一年度项目数量"),
    ("2019", "上一年项目数量", "上年度项目数量"),
    ("2019", "本年新制作数量", "本年度新制作数量"),
    ("2019", "本年新公开数量", "本年度新公开数量"),
    ("2021", "本年制发件数", "本年度制发件数"),
    ("2021", "本年废止件数", "本年度废止件数"),
    ("2021", "本年处理决定数量", "本年度处理决定数量"),
    *((form, "规章", "政府规章") for form in ("2019", "2021")),
    *((form, "（七）总计", "（七）合计") for form in ("2019", "2021")),
    *((form, "总计", "合计") for form in ("2019", "2021")),
]


@pytest.mark.parametrize(("form", "label", "spelling"), SPELLINGS)
def test_another_spelling_loses_no_cell(form: str, label: str, spelling: str) -> None:
    """Every figure is read in its own cell, one cell a line and as a web page, and no label counts as damaged."""
    figures = distinct_figures(form)
    text, page = "\n".join(write_report(form, one_cell_a_line, figures)), report_to_html(form, figures)

    reports = parse_text(text.replace(label, spelling)), parse(page.replace(label, spelling).encode())

    assert spelling in text.replace(label, spelling)
    assert [read_cells(report) for report in reports] == [as_reported(figures)] * 2
    assert [report.warnings for report in reports] == [(), ()]
