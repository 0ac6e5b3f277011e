"""The whole route from bytes to a report, every step kept."""

from dataclasses import dataclass, replace

from parsers.align import Alignment, align
from parsers.atoms import Atom, document_to_atoms
from parsers.decode import Decoded, decode, looks_binary
from parsers.document import Document, Grid, TextLine
from parsers.errors import EmptyDocumentError, TooLargeError, UnknownCarrierError
from parsers.forms import load_forms
from parsers.html import html_to_document
from parsers.identity import Identity, find_identity
from parsers.labels import label_key, long_row_labels
from parsers.options import DEFAULT_OPTIONS, Options
from parsers.report import Cell, Check, Kind, PlainTable, Report
from parsers.sections import Parts, clean_line, lines_to_parts
from parsers.text import text_to_document
from parsers.verify import check_cells

PARSER_VERSION = "1"
"""Raised whenever a reading of the same bytes may come out otherwise."""

_MAGIC = (
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", "zip, docx or xlsx"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "legacy Word, WPS or Excel"),
    (b"{\\rtf", "RTF"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"\x89PNG", "PNG picture"),
    (b"\xff\xd8\xff", "JPEG picture"),
    (b"GIF8", "GIF picture"),
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """Every step between the bytes and the report."""

    decoded: Decoded
    document: Document
    atoms: tuple[Atom, ...]
    alignment: Alignment
    identity: Identity
    report: Report


def parse(body: bytes, content_type: str | None = None, options: Options = DEFAULT_OPTIONS) -> Report:
    """Return what a document says. `content_type` is the header that came with it; a wrong one does no harm.

    Raises a `ParserError` for what cannot be read at all. A page that can be read and is no report is a `Report` of
    kind `other`.
    """
    return parse_steps(body, content_type, options).report


def parse_steps(body: bytes, content_type: str | None = None, options: Options = DEFAULT_OPTIONS) -> Parsed:
    """Return the report together with every step on the way to it."""
    decoded = _read_text(body, content_type, options)
    document = html_to_document(decoded.text, options) if _is_html(decoded.text) else text_to_document(decoded.text)
    atoms = document_to_atoms(document, options)
    alignment = align(atoms, options)
    lines = list(document.iter_lines())
    identity = find_identity(document, lines, options)
    parts = lines_to_parts(lines, _table_lines(document, atoms, alignment), identity.end, options)
    report = _make_report(document, atoms, alignment, identity, parts, options)
    report = replace(report, warnings=(*decoded.warnings, *document.warnings, *report.warnings))
    return Parsed(decoded, document, atoms, alignment, identity, report)


def _read_text(body: bytes, content_type: str | None, options: Options) -> Decoded:
    if len(body) > options.max_bytes:
        raise TooLargeError(f"{len(body)} bytes, more than the limit of {options.max_bytes}")
    if not body.strip():
        raise EmptyDocumentError("the document is empty")
    carrier = next((name for magic, name in _MAGIC if body.startswith(magic)), None)
    if carrier or looks_binary(body):
        raise UnknownCarrierError(
            f"no reader for this kind of file ({carrier or 'binary data'}); text and HTML are read"
        )
    return decode(body, content_type)


def _is_html(text: str) -> bool:
    start = text[:4096].lstrip().lower()
    return start.startswith(("<!doctype", "<html", "<head", "<body", "<?xml")) or any(
        f"<{tag}" in start for tag in ("html", "body", "div", "table", "meta", "title", "p>", "p ", "td", "span", "br")
    )


def _table_lines(document: Document, atoms: tuple[Atom, ...], alignment: Alignment) -> frozenset[int]:
    """Return the indexes, among the running lines, of those from the first to the last label or figure of a table."""
    line_numbers: dict[int, int] = {}
    for number, block in enumerate(document.blocks):
        if isinstance(block, TextLine):
            line_numbers[number] = len(line_numbers)
    covered: set[int] = set()
    for reading in alignment.readings:
        blocks = [atoms[index].block for index in reading.iter_atoms()]
        covered.update(range(min(blocks), max(blocks) + 1))
    return frozenset(line_numbers[block] for block in covered if block in line_numbers)


def _make_report(  # noqa: PLR0913 - the one place where all steps meet
    document: Document,
    atoms: tuple[Atom, ...],
    alignment: Alignment,
    identity: Identity,
    parts: Parts,
    options: Options,
) -> Report:
    cells = _all_cells(alignment)
    is_narrative = alignment.form is None and _is_narrative(identity, parts, options)
    unread = _warn_of_unread_tables(document, options) if is_narrative else ()
    form = alignment.form or ("narrative" if is_narrative and not unread else None)
    is_report = form is not None or is_narrative
    kind: Kind = "annual_report" if is_report and not _is_something_else(identity, cells) else "other"
    return Report(
        kind=kind,
        form=form if kind == "annual_report" else None,
        title=identity.title or (clean_line(document.title) if document.title else None),
        agency=identity.agency,
        district=identity.district,
        division=None,
        year=identity.year,
        published=identity.published,
        preamble=parts.preamble,
        sections=parts.sections,
        cells=cells if kind == "annual_report" else (),
        tables=_plain_tables(document, atoms, alignment, parts.path),
        checks=_checks(cells, alignment) if kind == "annual_report" else (),
        warnings=(*identity.warnings, *unread, *_warnings(atoms, alignment)),
    )


def _is_something_else(identity: Identity, cells: tuple[Cell, ...]) -> bool:
    """Whether this is about a report, or a form that nobody filled in."""
    left_blank = bool(cells) and not any(cell.status == "reported" for cell in cells)
    nobody = identity.agency is None or identity.year is None
    return (identity.is_false_friend and not cells) or (left_blank and nobody)


def _is_narrative(identity: Identity, parts: Parts, options: Options) -> bool:
    """Whether a document without a table is still a report: it has the title, and either sections or a text."""
    if identity.title is None or identity.is_false_friend:
        return False
    known = sum(1 for section in parts.sections if section.key)
    length = len(parts.preamble) + sum(len(section.text) for section in parts.sections)
    return known >= options.min_narrative_sections or length >= options.min_narrative_characters


def _warn_of_unread_tables(document: Document, options: Options) -> tuple[str, ...]:
    """Say where the rows of an official table stand in a document of which no table could be read."""
    letters = label_key("".join(line.text for line in document.iter_lines()))
    found = sum(label in letters for label in long_row_labels(options.min_telling_label))
    if found < options.min_telling_labels:
        return ()
    return (
        f"{found} rows of the official tables stand here in a shape that cannot be read; their cells are not listed",
    )


def _all_cells(alignment: Alignment) -> tuple[Cell, ...]:
    """Return each cell of the report's form once; a table of another form in its place gives that form's cells."""
    if alignment.form is None:
        return ()
    readings = {reading.table.key: reading for reading in alignment.readings}
    cells: list[Cell] = []
    for table in load_forms()[alignment.form].tables:
        if reading := readings.get(table.key):
            cells.extend(placed.cell for placed in reading.placed)
        else:
            cells.extend(Cell(*key, "", None, None, "missing", None) for key in table.iter_cells())
    return tuple(cells)


def _checks(cells: tuple[Cell, ...], alignment: Alignment) -> tuple[Check, ...]:
    if alignment.form is None:
        return ()
    forms = {table.key: alignment.form for table in load_forms()[alignment.form].tables}
    forms.update((reading.table.key, reading.form) for reading in alignment.readings)
    return check_cells(cells, forms)


def _plain_tables(
    document: Document, atoms: tuple[Atom, ...], alignment: Alignment, path: tuple[int, ...]
) -> tuple[PlainTable, ...]:
    """Return the report's grids of which no figure went into an official table; those of the page are left out."""
    used = {atoms[index].block for reading in alignment.readings for index in reading.iter_atoms()}
    tables = []
    heading = ""
    for number, block in enumerate(document.blocks):
        if isinstance(block, TextLine):
            heading = clean_line(block.text) or heading
        elif number not in used and block.path[: len(path)] == path:
            tables.append(PlainTable(heading, _grid_rows(block)))
    return tuple(tables)


def _grid_rows(grid: Grid) -> tuple[tuple[str, ...], ...]:
    """Return the texts of a grid by row and column; columns in which no cell begins are left out."""
    places = {column: place for place, column in enumerate(sorted({cell.column for row in grid.rows for cell in row}))}
    rows = []
    for row in grid.rows:
        texts = [""] * len(places)
        for cell in row:
            texts[places[cell.column]] = cell.text
        rows.append(tuple(texts))
    return tuple(rows)


def _warnings(atoms: tuple[Atom, ...], alignment: Alignment) -> tuple[str, ...]:
    """Return every doubt: of the forms, of the lines of each table, and of figures that went into no cell."""
    found = [*alignment.warnings]
    for reading in alignment.readings:
        found.extend(reading.warnings)
        used = set(reading.iter_atoms())
        homeless = (index for index in range(min(used), max(used)) if index not in used)
        found.extend(
            f"{atoms[index].at}: the figure {atoms[index].raw} stands in no cell of {reading.table.label}"
            for index in homeless
            if atoms[index].kind == "figure"
        )
    return tuple(found)
