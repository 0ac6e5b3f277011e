"""A small table of the agency's own, with its 合计, beside the official ones; and one reading in every run."""

import os
import subprocess
import sys

import pytest

from tests.parsers.made import (
    ROOT,
    WriteTable,
    as_reported,
    distinct_figures,
    one_cell_a_line,
    parse_text,
    read_cells,
    rows_apart,
    write_report,
)

HEADING = "二、主动公开政府信息情况"
OWN = "单位,主动公开,依申请,合计,甲科,11,12,23,乙科,21,22,43,{total},32,34,66"
SCRIPT = """
import sys
from parsers import parse
print(parse(sys.stdin.buffer.read()).to_json())
"""


@pytest.mark.parametrize("total", ["合计", "总计"])
@pytest.mark.parametrize("write_table", [one_cell_a_line, rows_apart])
@pytest.mark.parametrize("form", ["2019", "2021"])
def test_a_total_of_another_table_is_no_label_of_the_next(form: str, write_table: WriteTable, total: str) -> None:
    """The sums of a table that stands before the official one are not taken for figures of its first row."""
    figures = distinct_figures(form)
    lines = write_report(form, write_table, figures)
    at = lines.index(HEADING) + 1

    report = parse_text([*lines[:at], *OWN.format(total=total).split(","), *lines[at:]])

    assert read_cells(report) == as_reported(figures)


def test_a_damaged_label_is_named_alike_by_every_run() -> None:
    """Of two labels that begin with the same letters one is named, whatever order sets have in this run."""
    lines = write_report("2021", one_cell_a_line, distinct_figures("2021"))
    at = len(lines) - lines[::-1].index("3.其他") - 1
    text = "\n".join([*lines[:at], "申请人", *lines[at:]])

    runs = {
        subprocess.run(  # noqa: S603 - this Python, on a text of ours
            [sys.executable, "-c", SCRIPT],
            input=text.encode(),
            capture_output=True,
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
        ).stdout
        for seed in range(1, 7)
    }

    assert len(runs) == 1
