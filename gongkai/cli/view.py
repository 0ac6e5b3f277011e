"""A report as a person reads it on a terminal: who and when, its tables as printed, its words, what does not add up."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from rich.text import Text

from archive import Figure, FindingKey, Review, Verdict, name_subject
from archive.judgements.review import Subject
from gongkai.cli.grid import DrawnCell, draw_grid
from gongkai.cli.output import clean, styled
from gongkai.cli.wrapping import wrap_text
from gongkai.pages.tables import find_report_tables
from gongkai.reviewing import tell_figure, tell_review
from parsers.forms import Form, Table, load_forms
from parsers.forms.printed import PrintedCell, table_to_printed
from parsers.report import Cell, CellKey, CellStatus, Report

_WORDS_SHOWN = 160
_NAMES = 10  # columns of the terminal
_MARKS: Mapping[CellStatus, tuple[str, str, str]] = {  # what is drawn, how, and what it means
    "blank": ("□", "dim", "left blank"),
    "inferred": ("≈", "cyan", "lost in the text, the only value that fits"),
    "ambiguous": ("?", "bold red", "something stands there that cannot be placed for certain"),
    "missing": ("×", "red", "not in the document"),
}
VERDICT_STYLES: Mapping[Verdict, str] = {
    "confirmed": "green",
    "dismissed": "dim",
    "corrected": "yellow",
    "retracted": "dim",
}
"""How each verdict of a person looks."""
_Corrected = Mapping[Subject, Figure]


def tell_cell(cell: Cell | None) -> str:
    """Return in a few words what stands in a cell; None is one that the form has not."""
    if cell is None:
        return "not in this form"
    text = _figure(cell)[0]
    if cell.unit and cell.value is not None and cell.unit not in text:
        text = f"{text} {cell.unit}"
    return text if cell.status == "reported" else f"{text} {cell.status}"


def iter_report_lines(report: Report, width: int, reviews: Sequence[Review] = ()) -> Iterator[Text]:
    """Yield the lines of a report for a terminal of that width, with what people said of it that holds.

    What is printed stands as it is; what a person wants to stand there comes behind it.
    """
    corrected = {review.subject: review.figure for review in reviews if review.figure}
    yield Text(clean(report.title) or "(no title)", "bold")
    yield from _iter_facts(report, width)
    for section in report.sections:
        yield Text()
        yield Text(clean(section.heading), "bold")
        if section.text:
            yield Text(_shorten(clean(section.text)))
        yield from _iter_tables(report, section.key, width, corrected)
    shown = {section.key for section in report.sections}
    for table in find_report_tables(report):
        if table.section not in shown:
            yield Text()
            yield Text(table.label, "bold")
            yield from _draw(table, report, width, corrected)
    yield from _iter_marks(report)
    yield from _iter_findings(report, reviews)
    yield from _iter_reviews(reviews)


def _iter_facts(report: Report, width: int) -> Iterator[Text]:
    form = load_forms().get(report.form or "")
    facts = (
        ("kind", "not an annual report" if report.kind == "other" else None),
        ("agency", report.agency),
        ("district", report.district),
        ("year", report.year),
        ("form", _name_form(report, form)),
        ("published", report.published),
    )
    for name, value in facts:
        if value is not None:
            first, *more = wrap_text(Text(clean(value)), width - _NAMES)
            yield Text.assemble((f"{name:{_NAMES}}", "dim"), first)
            yield from (Text(" " * _NAMES).append_text(line) for line in more)


def _name_form(report: Report, form: Form | None) -> str | None:
    return f"{form.key} ({form.name}, {form.source})" if form else report.form


def _iter_tables(report: Report, section: str | None, width: int, corrected: _Corrected) -> Iterator[Text]:
    for table in find_report_tables(report):
        if table.section == section:
            yield from _draw(table, report, width, corrected)


def _draw(table: Table, report: Report, width: int, corrected: _Corrected) -> list[Text]:
    cells = {cell.key: cell for cell in report.cells}
    if all(cells[key].status == "missing" for key in table.iter_cells()):
        return [Text("(the table is not in the document)", "red")]
    printed = table_to_printed(table, dict.fromkeys(cells, ""))
    rows = [[_drawn(cell, cells, corrected) for cell in line] for line in printed]
    return draw_grid(rows, table.width, width)


def _drawn(printed: PrintedCell, cells: Mapping[CellKey, Cell], corrected: _Corrected) -> DrawnCell:
    if printed.key is None:
        return DrawnCell(printed.text, "", is_figure=False, colspan=printed.colspan, rowspan=printed.rowspan)
    text, style = _figure(cells[printed.key])
    if figure := corrected.get(printed.key):
        text, style = f"{text} →{clean(tell_figure(figure))}", VERDICT_STYLES["corrected"]
    return DrawnCell(text, style, is_figure=True, colspan=printed.colspan, rowspan=printed.rowspan)


def _figure(cell: Cell) -> tuple[str, str]:
    if cell.status == "reported":
        return clean(cell.raw), "dim" if cell.value == 0 else "bold"
    mark, style, _ = _MARKS[cell.status]
    return f"{mark}{cell.value}" if cell.status == "inferred" else clean(cell.raw) or mark, style


def _iter_marks(report: Report) -> Iterator[Text]:
    counts = Counter(cell.status for cell in report.cells)
    if any(status in counts for status in _MARKS):
        yield Text()
    for status, (mark, style, meaning) in _MARKS.items():
        if status in counts:
            yield Text.assemble((mark, style), f" {status}: {meaning} ({counts[status]} cells)")


def _iter_findings(report: Report, reviews: Sequence[Review]) -> Iterator[Text]:
    failed = [check for check in report.checks if check.status == "fail"]
    said = {review.subject: review for review in reviews}
    if report.checks:
        passed = sum(check.status == "pass" for check in report.checks)
        unknown = len(report.checks) - passed - len(failed)
        yield Text()
        yield Text(f"{passed} checks hold, {len(failed)} do not, {unknown} cannot be told")
    for check in failed:
        mark = ("  ✗ ", "red") if check.level == "hard" else ("  ! ", "yellow")
        yield Text.assemble(mark, clean(f"{check.rule}@{check.where}: {check.text}"))
        if review := said.get(FindingKey(check.rule, check.where)):
            yield Text.assemble("    ", styled(tell_review(review), VERDICT_STYLES[review.verdict]))
    for warning in report.warnings:
        yield Text.assemble(("  ! ", "yellow"), clean(warning))


def _iter_reviews(reviews: Sequence[Review]) -> Iterator[Text]:
    """Yield what people said of cells."""
    cells = [review for review in reviews if isinstance(review.subject, CellKey)]
    if cells:
        yield Text()
        yield Text("what people said of cells; → stands behind what is printed")
    for review in cells:
        style = VERDICT_STYLES[review.verdict]
        yield Text.assemble("  ", styled(f"{name_subject(review.subject)} {tell_review(review)}", style))


def _shorten(text: str) -> str:
    return text if len(text) <= _WORDS_SHOWN else f"{text[:_WORDS_SHOWN]}… ({len(text)} characters)"
