"""The whole route from bytes to a report, every step kept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from parsers.agencies import find_level
from parsers.agreement import Placed, say_origins
from parsers.align import Alignment, align
from parsers.atoms import Atom, document_to_atoms
from parsers.carriers import Opened, iter_documents
from parsers.completeness import check_words, warn_of_second_tables
from parsers.decode import Decoded
from parsers.document import Block, Document, Grid, TextLine
from parsers.facts import find_facts
from parsers.figures import parse_figure
from parsers.forms import load_forms, name_version
from parsers.identity import Identity, find_identity
from parsers.labels import label_key, long_row_labels
from parsers.members import choose_report
from parsers.misprints import check_labels
from parsers.options import DEFAULT_OPTIONS, Options
from parsers.plain_tables import find_plain_tables
from parsers.reading import TableReading
from parsers.report import Cell, Check, Fact, Kind, Report, Section
from parsers.sections import Parts, clean_line, lines_to_parts
from parsers.series import find_series
from parsers.verify import try_cells

PARSER_VERSION = name_version("6")
"""Raised whenever a reading of the same bytes may come out otherwise; other form files are a part of it."""


_PICTURE = re.compile(r"(?i)<img\b")
_TABLED = frozenset({"proactive_disclosure", "requests", "review_and_litigation"})
"""Sections of the report on disclosure that have a table."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """Every step between the bytes and the report; `decoded` is None where the carrier is no text."""

    decoded: Decoded | None
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
    """Return the report together with every step on the way to it; of an archive, the document that is the report."""
    found = iter_documents(body, content_type, options)
    parsed, warnings = choose_report(found, lambda opened: _parse_opened(opened, options))
    return replace(parsed, report=replace(parsed.report, warnings=(*warnings, *parsed.report.warnings)))


def _parse_opened(opened: Opened, options: Options) -> Parsed:
    """Return the report of one document, every step kept."""
    document = opened.document
    atoms = document_to_atoms(document, options)
    lines = list(document.iter_lines())
    options = replace(options, series=find_series(document, lines, atoms, options))
    alignment = align(atoms, options)
    identity = find_identity(document, lines, options)
    parts = lines_to_parts(lines, _table_lines(document, atoms, alignment), identity.end, options)
    report = _make_report(document, atoms, alignment, identity, parts, options)
    decoding = opened.decoded.warnings if opened.decoded else ()
    warnings = (*decoding, *document.warnings, *_warn_of_pictures(opened, report), *report.warnings)
    report = replace(report, warnings=warnings)
    return Parsed(opened.decoded, document, atoms, alignment, identity, report)


def _warn_of_pictures(opened: Opened, report: Report) -> tuple[str, ...]:
    """Say where a page has the heading of an official table, no table, and pictures: they may show it."""
    is_headed = any(section.key in _tabled_sections(report.series) for section in report.sections)
    if opened.decoded is None or not is_headed or any(cell.status == "reported" for cell in report.cells):
        return ()
    pictures = len(_PICTURE.findall(opened.decoded.text)) if opened.document.carrier == "html" else 0
    if not pictures:
        return ()
    return (f"no official table could be read and the page shows {pictures} pictures; what they show needs OCR",)


def _tabled_sections(series: str | None) -> frozenset[str]:
    if series is None:
        return _TABLED
    return frozenset(table.section for form in load_forms().values() if form.series == series for table in form.tables)


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
    cells = alignment.cells
    is_narrative = alignment.form is None and _is_narrative(identity, parts, options)
    unread = _warn_of_unread_tables(document, options) if is_narrative else ()
    form = alignment.form or ("narrative" if is_narrative and not unread else None)
    is_report = form is not None or is_narrative
    kind: Kind = "annual_report" if is_report and not _is_something_else(identity, cells) else "other"
    report = Report(
        kind=kind,
        form=form if kind == "annual_report" else None,
        title=identity.title or (clean_line(document.title) if document.title else None),
        agency=identity.agency,
        district=identity.district,
        division=identity.division,
        year=identity.year,
        published=identity.published,
        preamble=parts.preamble,
        sections=parts.sections,
        cells=cells if kind == "annual_report" else (),
        tables=find_plain_tables(document, atoms, _used_blocks(document, atoms, alignment), parts.path, options),
        facts=_find_facts(identity, parts, options) if form == "narrative" and kind == "annual_report" else (),
        series=options.series,
        warnings=(*identity.warnings, *unread, *_warn_of_other(identity, cells), *_warnings(atoms, alignment)),
    )
    if kind != "annual_report":
        return report
    checks = _check_tables(document, atoms, alignment, identity, options)
    labels = check_labels(atoms, alignment.readings)
    warnings = (*report.warnings, *warn_of_second_tables(report))
    return replace(report, warnings=warnings, checks=(*checks, *check_words(report), *labels))


def _find_facts(identity: Identity, parts: Parts, options: Options) -> tuple[Fact, ...]:
    if options.series is not None:  # the facts looked for are of disclosure
        return ()
    sections = (Section(None, "", parts.preamble), *parts.sections)
    return find_facts(sections, year=identity.year, agency=identity.agency, options=options)


def _is_something_else(identity: Identity, cells: tuple[Cell, ...]) -> bool:
    """Whether this is about a report, or a form that nobody filled in."""
    left_blank = bool(cells) and not any(cell.status == "reported" for cell in cells)
    nobody = identity.agency is None or identity.year is None
    return identity.is_false_friend or (left_blank and nobody)


def _warn_of_other(identity: Identity, cells: tuple[Cell, ...]) -> tuple[str, ...]:
    if not identity.is_false_friend or not any(cell.status == "reported" for cell in cells):
        return ()
    return ("it calls itself something about a report, not a report; the figures of its tables are not listed",)


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
    found = sum(label in letters for label in long_row_labels(options.series, options.min_telling_label))
    if found < options.min_telling_labels:
        return ()
    return (
        f"{found} rows of the official tables stand here in a shape that cannot be read; their cells are not listed",
    )


def _check_tables(
    document: Document, atoms: tuple[Atom, ...], alignment: Alignment, identity: Identity, options: Options
) -> tuple[Check, ...]:
    """Return what the forms ask of the cells, each failure with whose fault it is."""
    if alignment.form is None:
        return ()
    forms = {table.key: alignment.form for table in load_forms()[alignment.form].tables}
    forms.update((reading.table.key, reading.form) for reading in alignment.readings)
    grids = frozenset(
        reading.table.key
        for reading in alignment.readings
        if all(isinstance(document.blocks[atoms[index].block], Grid) for index in reading.iter_atoms())
    )
    tried = try_cells(alignment.cells, forms, options, agency_level=find_level(identity.agency))
    homeless = {
        reading.table.key: tuple(atom.figure.value or 0 for atom in _iter_homeless(atoms, reading) if atom.figure)
        for reading in alignment.readings
    }
    return say_origins(tried, alignment.cells, document, Placed(grids, homeless), options)


def _used_blocks(document: Document, atoms: tuple[Atom, ...], alignment: Alignment) -> frozenset[int]:
    """Return the blocks of the official tables, and all between that are no grid with figures of its own."""
    used: set[int] = set()
    for reading in alignment.readings:
        blocks = {atoms[index].block for index in reading.iter_atoms()}
        used |= blocks
        between = set(range(min(blocks), max(blocks) + 1)) - blocks
        used.update(number for number in between if not _has_figures(document.blocks[number]))
    return frozenset(used)


def _has_figures(block: Block) -> bool:
    """Whether this is a grid with figures."""
    return isinstance(block, Grid) and any(
        parse_figure(cell.text).kind == "figure" for row in block.rows for cell in row
    )


def _warnings(atoms: tuple[Atom, ...], alignment: Alignment) -> tuple[str, ...]:
    """Return every doubt: of the forms, of the lines of each table, and of figures that went into no cell."""
    found = [*alignment.warnings]
    for reading in alignment.readings:
        found.extend(reading.warnings)
        found.extend(
            f"{atom.at}: the figure {atom.raw} stands in no cell of {reading.table.label}"
            for atom in _iter_homeless(atoms, reading)
        )
    return tuple(found)


def _iter_homeless(atoms: tuple[Atom, ...], reading: TableReading) -> Iterator[Atom]:
    """Yield the figures between those of a table that went into no cell."""
    used = set(reading.iter_atoms())
    between = (atoms[index] for index in range(min(used), max(used)) if index not in used)
    yield from (atom for atom in between if atom.kind == "figure")
