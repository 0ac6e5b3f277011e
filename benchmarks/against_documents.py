"""Rebuilding the official tables from Word and PDF files: cells in place, wrong and not said, and time.

python -m benchmarks.against_documents [--quick]
"""

import logging
from collections.abc import Iterator, Mapping, Sequence

from benchmarks.rebuilding_office import DOCX_READERS, PDF_READERS, UNRULED_READERS, fill_word_form
from benchmarks.rebuilding_scores import COLUMNS, Document, Group, groups_to_rows
from benchmarks.results import Comparison, find_versions, is_installed, run_alone
from parsers import CellKey
from tests.parsers.fillings import FILLINGS, OWN, Filled, dice, value_of
from tests.parsers.floors import iter_shared
from tests.parsers.made import SHARED, form_of, title_of
from tests.parsers.made_office import report_to_docx
from tests.parsers.made_pdf import PdfStyle, report_to_pdf

FORMS = ("2019", "2021")
SOME = ("rich", "scattered_blanks", "totals_only")
"""Fillings of PDF files: other tools take a second and more for each file."""
FEW = ("scattered_blanks",)
"""Fillings in a quick run."""
STYLES: Mapping[str, PdfStyle] = {
    "made PDF, lines": PdfStyle(),
    "made PDF, boxes cut by pages": PdfStyle(rules="boxes", height=500, cut_rows=True),
    "made PDF, thin bars": PdfStyle(rules="bars"),
}
UNRULED = PdfStyle(rules="none")
TEMPLATE = SHARED / "real" / "form_2021_template.docx"
ABOUT = """\
Made-up reports of the forms of 2019 and 2021 (of 2014, too, in Word) in Word files, and in PDF files of three ways of
drawing lines and without any; where they are at hand, the real empty form with made-up figures put in, and a real
report. Truth, mapping and columns are those of the table of pages above: a mapping of ours puts the grids of the other
tools into the form for them. Their time is that of finding the tables, ours of the whole record with its words and
checks; the ratio is to our own time. Camelot draws the pages with pdfium, as it does where Ghostscript is not
installed."""
BIAS = (
    "The made files are written by our own tests, simpler than those of Word and of printers; real files here are few."
)


def compare(*, quick: bool) -> Comparison:
    """Measure every group of documents."""
    logging.disable(logging.WARNING)
    rows, losses = groups_to_rows(iter_groups(quick=quick))
    return Comparison(
        key="documents",
        title="Rebuilding tables from Word and PDF files",
        about=" ".join(ABOUT.split()),
        columns=COLUMNS,
        rows=rows,
        losses=(*losses, BIAS),
        versions=find_versions("python-docx", "pdfplumber", "camelot-py", "pymupdf", "pypdfium2"),
    )


def iter_groups(*, quick: bool) -> Iterator[Group]:
    """Yield each group of documents with the readers to be tried on it; what is not there is left out."""
    fillings, some = (FEW, FEW) if quick else (tuple(FILLINGS), SOME)
    yield Group("made Word files", list(iter_word_files(fillings)), DOCX_READERS)
    if TEMPLATE.exists() and is_installed("python-docx"):
        yield Group("real Word form, filled", list(iter_filled_forms(fillings)), DOCX_READERS)
    for name, style in list(STYLES.items())[: 1 if quick else None]:
        yield Group(name, list(iter_pdf_files(style, some)), PDF_READERS)
    yield Group("made PDF, no lines", list(iter_pdf_files(UNRULED, some)), UNRULED_READERS)
    real = [
        Document(made.body, form, figures_to_truth(made.truths[0]))
        for name, made, form in iter_shared()
        if name.endswith(".pdf")
    ]
    if real:
        yield Group("real PDF report", real, PDF_READERS)


def iter_word_files(fillings: Sequence[str]) -> Iterator[Document]:
    """Yield Word files of each form with some fillings."""
    for form in OWN:
        for number, filling in enumerate(fillings):
            figures = make_figures(filling, form, number)
            yield Document(report_to_docx(form, figures), form, figures_to_truth(figures))


def iter_filled_forms(fillings: Sequence[str]) -> Iterator[Document]:
    """Yield the real Word file of the form with some fillings put in."""
    empty = TEMPLATE.read_bytes()
    for number, filling in enumerate(fillings):
        figures = make_figures(filling, "2021", number)
        body = fill_word_form(empty, form_of("2021"), title_of("2021"), figures)
        yield Document(body, "2021", figures_to_truth(figures))


def iter_pdf_files(style: PdfStyle, fillings: Sequence[str]) -> Iterator[Document]:
    """Yield PDF files in a style, of two forms with some fillings."""
    for form in FORMS:
        for number, filling in enumerate(fillings):
            figures = make_figures(filling, form, number)
            yield Document(report_to_pdf(form, figures, style), form, figures_to_truth(figures))


def make_figures(filling: str, form: str, number: int) -> Filled:
    """Fill a form, the same in every run."""
    return FILLINGS[filling](form, dice(number, "document", filling))


def figures_to_truth(figures: Mapping[CellKey, str]) -> dict[CellKey, int | float | None]:
    """Return the numbers that printed figures stand for, None for a blank."""
    return {key: value_of(raw) for key, raw in figures.items()}


if __name__ == "__main__":
    run_alone(compare)
