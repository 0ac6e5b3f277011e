"""The tools that are compared on Word and PDF files: each takes bytes, and gives the grids of its tables."""

import io
from collections.abc import Iterable, Mapping, Sequence
from tempfile import NamedTemporaryFile

from benchmarks.rebuilding_mapping import Grid, grids_to_said, list_places
from benchmarks.rebuilding_readers import OUR_READER, ZERO_GUESSER
from benchmarks.rebuilding_scores import Reader
from parsers import CellKey
from parsers.forms import Form

BY_TEXT: Mapping[str, str] = {"vertical_strategy": "text", "horizontal_strategy": "text"}
"""The settings with which pdfplumber finds tables that have no lines."""


def read_python_docx(body: bytes) -> list[Grid]:
    """Return the tables of a Word file; a cell stands in each place that it covers."""
    import docx  # noqa: PLC0415 - only where it is installed

    return [
        [[cell.text for cell in row.cells] for row in table.rows] for table in docx.Document(io.BytesIO(body)).tables
    ]


def read_pdfplumber(body: bytes, settings: Mapping[str, str] | None = None) -> list[Grid]:
    """Return the tables of a PDF file by the lines drawn on its pages, or by other settings."""
    import pdfplumber  # noqa: PLC0415

    with pdfplumber.open(io.BytesIO(body)) as document:
        return fill_gaps(table for page in document.pages for table in page.extract_tables(dict(settings or {})))


def read_camelot(body: bytes, flavor: str = "lattice") -> list[Grid]:
    """Return the tables of a PDF file as camelot finds them: `lattice` by lines, `stream` and `hybrid` without."""
    import camelot  # noqa: PLC0415

    with NamedTemporaryFile(suffix=".pdf") as file:
        file.write(body)
        file.flush()
        found = camelot.read_pdf(file.name, pages="all", flavor=flavor, suppress_stdout=True)
        return fill_gaps(table.df.to_numpy().tolist() for table in found)


def read_pymupdf(body: bytes) -> list[Grid]:
    """Return the tables of a PDF file as `find_tables` of PyMuPDF finds them."""
    import pymupdf  # noqa: PLC0415

    with pymupdf.open(stream=body, filetype="pdf") as document:
        return fill_gaps(table.extract() for page in document for table in page.find_tables().tables)


def fill_gaps(tables: Iterable[Sequence[Sequence[str | None]]]) -> list[Grid]:
    """Return tables with an empty text in every place that has none."""
    return [[[text or "" for text in row] for row in table] for table in tables]


def fill_word_form(body: bytes, form: Form, title: str, figures: Mapping[CellKey, str]) -> bytes:
    """Return the empty Word file of a form with a title and with figures in the cells of its tables."""
    import docx  # noqa: PLC0415

    document = docx.Document(io.BytesIO(body))
    document.paragraphs[0].text = title
    for table, drawn in zip(form.tables, document.tables, strict=True):
        for row, places in zip(drawn.rows, list_places(table), strict=True):
            cells = row.cells
            for column, _, key in places:
                if key is not None:
                    cells[column].text = figures[key]
    filled = io.BytesIO()
    document.save(filled)
    return filled.getvalue()


DOCX_READERS = (OUR_READER, ZERO_GUESSER, Reader("python-docx", read_python_docx, grids_to_said, "python-docx"))
PDF_READERS = (
    OUR_READER,
    ZERO_GUESSER,
    Reader("pdfplumber", read_pdfplumber, grids_to_said, "pdfplumber"),
    Reader("camelot, lattice", read_camelot, grids_to_said, "camelot-py"),
    Reader("PyMuPDF find_tables", read_pymupdf, grids_to_said, "pymupdf"),
)
UNRULED_READERS = (
    OUR_READER,
    ZERO_GUESSER,
    Reader("pdfplumber, by text", lambda body: read_pdfplumber(body, BY_TEXT), grids_to_said, "pdfplumber"),
    Reader("camelot, stream", lambda body: read_camelot(body, "stream"), grids_to_said, "camelot-py"),
    Reader("camelot, hybrid", lambda body: read_camelot(body, "hybrid"), grids_to_said, "camelot-py"),
    Reader("PyMuPDF find_tables", read_pymupdf, grids_to_said, "pymupdf"),
)
