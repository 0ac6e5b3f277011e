"""Reports made up for tests: drawn from the forms, with a figure in every cell that stands in no other."""

import html
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from parsers import DEFAULT_OPTIONS, Cell, CellKey, Check, Report, parse
from parsers.forms import Form, Table, load_forms
from parsers.forms.printed import PrintedCell, table_to_printed
from parsers.options import Options
from parsers.verify import try_cells

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
FORMS = ("2019", "2021")
YEARS = {"2014": 2016, "2019": 2020, "2021": 2023}

Figures = Mapping[CellKey, str]
Read = dict[CellKey, tuple[str, int | float | None, str]]
WriteTable = Callable[[Table, Figures], list[str]]


def form_of(key: str) -> Form:
    """Return an official form by its key."""
    return load_forms()[key]


def distinct_figures(form: str) -> dict[CellKey, str]:
    """Return a figure for every cell, no two alike, so that any shift shows."""
    return {key: str(3000 + 7 * number) for number, key in enumerate(form_of(form).iter_cells(), 1)}


def title_of(form: str) -> str:
    """Return the title of the report that is made of a form."""
    return f"青石区白杨街道办事处{YEARS[form]}年政府信息公开工作年度报告"


def write_report(form: str, write_table: WriteTable, figures: Figures) -> list[str]:
    """Return the lines of a whole report whose tables are written by `write_table`."""
    tables = {table.key: write_table(table, figures) for table in form_of(form).tables}
    if "statistics" in tables:
        return [
            *(title_of(form), "", "本报告由白杨街道办事处编制。", "一、概述", "这一年，街道把该说的都说了。"),
            *("二、存在的主要问题及改进措施", "栏目还不够清楚，明年改。", "三、需要说明的事项与附表"),
            *tables["statistics"],
            "",
        ]
    return [
        title_of(form),
        "",
        "本报告由白杨街道办事处编制。",
        "一、总体情况",
        "这一年，街道把该说的都说了。",
        "二、主动公开政府信息情况",
        *tables["proactive_disclosure"],
        "三、收到和处理政府信息公开申请情况",
        *tables["requests"],
        "四、政府信息公开行政复议、行政诉讼情况",
        *tables["review_and_litigation"],
        "五、存在的主要问题及改进情况",
        "栏目还不够清楚，明年改。",
        "六、其他需要报告的事项",
        "没有了。",
        "",
    ]


def one_cell_a_line(table: Table, figures: Figures) -> list[str]:
    """Write each cell on a line of its own, nothing between."""
    return [cell.text for row in table_to_printed(table, figures) for cell in row]


def cells_apart(table: Table, figures: Figures) -> list[str]:
    """Write each cell on a line of its own, an empty line after each."""
    return [line for text in one_cell_a_line(table, figures) for line in (text, "")]


def rows_apart(table: Table, figures: Figures) -> list[str]:
    """Write each cell on a line of its own, an empty line after each row."""
    return [line for row in table_to_printed(table, figures) for line in (*(cell.text for cell in row), "")]


def tab_led(table: Table, figures: Figures) -> list[str]:
    """Write each cell on a line led by a tab, an empty line after each row, as text taken out of Word has it."""
    return [line for row in table_to_printed(table, figures) for line in (*("\t" + cell.text for cell in row), "")]


def tab_rows(table: Table, figures: Figures) -> list[str]:
    """Write each row on a line, a tab between its cells."""
    return ["\t".join(cell.text for cell in row) for row in table_to_printed(table, figures)]


def lone_pipes(table: Table, figures: Figures) -> list[str]:
    """Write each cell on a line, and a line with only a pipe between two cells."""
    return [line for text in one_cell_a_line(table, figures) for line in (text, "|")]


def pipe_rows(table: Table, figures: Figures) -> list[str]:
    """Write each row on a line, a pipe after each of its cells."""
    return [" | ".join(cell.text for cell in row) + " |" for row in table_to_printed(table, figures)]


def trailing_pipes(table: Table, figures: Figures) -> list[str]:
    """Write each cell on a line that ends with a pipe."""
    return [f"{text} |" for text in one_cell_a_line(table, figures)]


def spaced_rows(table: Table, figures: Figures) -> list[str]:
    """Write each row on a line, its cells divided by spaces, as text taken out of a PDF file has it."""
    return ["   ".join(cell.text for cell in row) for row in table_to_printed(table, figures)]


def plain_cell(cell: PrintedCell) -> str:
    """Write what stands in a cell of a web page."""
    return html.escape(cell.text)


def table_to_html(table: Table, figures: Figures, write_cell: Callable[[PrintedCell], str] = plain_cell) -> str:
    """Draw a table as a web page has it, each cell with its spans."""
    rows = (
        "".join(f'<td colspan="{cell.colspan}" rowspan="{cell.rowspan}">{write_cell(cell)}</td>' for cell in row)
        for row in table_to_printed(table, figures)
    )
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def page_of(title: str, inner: str) -> str:
    """Make a page around what it shows."""
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head><body>{inner}</body></html>'


def report_to_html(form: str, figures: Figures, write_table: Callable[[Table, Figures], str] = table_to_html) -> str:
    """Make a page with a whole report, its paragraphs and its three tables."""
    lines = write_report(form, lambda table, of: [write_table(table, of)], figures)
    return page_of(
        title_of(form), "\n".join(line if line.startswith("<") else f"<p>{html.escape(line)}</p>" for line in lines)
    )


def lines_to_html(lines: Iterable[str]) -> str:
    """Make a page with one paragraph a line, each line's own white space kept."""
    return page_of("", "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in lines))


def check_cells(
    cells: Iterable[Cell],
    forms_by_table: Mapping[str, str],
    options: Options = DEFAULT_OPTIONS,
    *,
    agency_level: str | None = None,
) -> tuple[Check, ...]:
    """Return every check of cells, whose fault a failure is still open."""
    return tuple(one.check for one in try_cells(cells, forms_by_table, options, agency_level=agency_level))


def parse_text(text: str | Iterable[str]) -> Report:
    """Read a text, or lines, as a file of text."""
    return parse((text if isinstance(text, str) else "\n".join(text)).encode())


def read_cells(report: Report) -> Read:
    """Return raw, value and status of every cell by its name."""
    return {cell.key: (cell.raw, cell.value, cell.status) for cell in report.cells}


def as_reported(figures: Figures) -> Read:
    """Return what must be read where every figure stands as a plain number in its own cell."""
    return {key: (raw, int(raw), "reported") for key, raw in figures.items()}


def find_strangers(report: Report, figures: Figures) -> list[tuple[CellKey, str]]:
    """Return every cell that is said to hold what it does not hold, a figure or a blank: the worst that can happen."""
    return [
        (cell.key, cell.raw)
        for cell in report.cells
        if (cell.status == "reported" and cell.raw != figures.get(cell.key))
        or (cell.status == "blank" and figures.get(cell.key, "").isdigit())
    ]
