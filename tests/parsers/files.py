"""Reports made up in the files of office programs."""

from collections.abc import Callable, Mapping

from tests.parsers.fillings import Filled
from tests.parsers.made_archives import report_to_odt, report_to_ofd
from tests.parsers.made_office import report_to_docx, report_to_rtf, report_to_xlsx
from tests.parsers.made_pdf import PdfStyle, report_to_pdf

WriteFile = Callable[[str, Filled], bytes]


def pdf_of(style: PdfStyle) -> WriteFile:
    """Return what writes a PDF file in a style."""
    return lambda form, filled: report_to_pdf(form, filled, style)


RULED: Mapping[str, WriteFile] = {
    "docx": report_to_docx,
    "rtf": report_to_rtf,
    "odt": report_to_odt,
    "xlsx": report_to_xlsx,
    "pdf": report_to_pdf,
    "pdf_cut": pdf_of(PdfStyle(rules="boxes", height=500, cut_rows=True)),
}
UNRULED: Mapping[str, WriteFile] = {  # in which nothing shows a cell that is left empty
    "pdf_unruled": pdf_of(PdfStyle(rules="none")),
    "ofd": report_to_ofd,
}
OFFICE: Mapping[str, WriteFile] = {**RULED, **UNRULED}
