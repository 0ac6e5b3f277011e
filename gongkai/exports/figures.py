"""Versions of reports as rows: of the table of reports, of the tidy one of figures, of the wide one of their form."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from archive.judgements.reviews import Correction
from archive.questions.tidy import TidyVersion
from gongkai.calendar import is_government
from gongkai.exports.cells import list_form_cells
from gongkai.exports.dictionary import Value
from gongkai.exports.units import find_blank_kind, to_base
from parsers.report import CellKey

Row: TypeAlias = tuple[Value, ...]
Corrections: TypeAlias = Mapping[tuple[str, int, CellKey], Correction]
"""What persons corrected, by report, version and cell."""

_NOT_CORRECTED: Row = (False, None, None, None, None)


def to_report_row(version: TidyVersion) -> Row:
    """Return the row of a version among the reports."""
    counts = Counter(cell.status for cell in version.cells)
    return (
        version.report,
        version.version,
        version.standing,
        version.division,
        version.district,
        version.agency_id,
        version.agency,
        is_government(version.agency),
        version.year,
        version.form,
        version.title,
        version.published,
        version.first_seen,
        version.site,
        version.url,
        version.capture,
        version.fetched_at,
        version.sha256,
        len(version.cells),
        counts["reported"],
        counts["blank"],
        counts["inferred"],
        counts["ambiguous"],
        counts["missing"],
    )


def iter_figure_rows(version: TidyVersion, corrections: Corrections) -> Iterator[Row]:
    """Yield a row for each cell of a version; what is printed stays, what a person corrected stands beside it."""
    whose: Row = (
        *(version.report, version.version, version.standing, version.division, version.district),
        *(version.agency_id, version.agency, version.year, version.form),
    )
    capture = version.capture
    for cell in version.cells:
        table, row, column, raw, value, unit, status, at = cell
        key = CellKey(table, row, column)
        base, unit_base = to_base(key, value, unit)
        found = corrections.get((version.report, version.version, key)) if corrections else None
        yield (
            *whose, table, row, column, raw, value, unit, base, unit_base, status, find_blank_kind(raw, status), at,
            capture, *(_to_columns(found) if found else _NOT_CORRECTED),
        )  # fmt: skip


def _to_columns(correction: Correction) -> Row:
    return (True, correction.raw, correction.value, correction.unit, correction.note)


def to_wide_row(version: TidyVersion, form: str) -> Row:
    """Return a version as one row with a column for each cell of its form, in base units."""
    values = {cell.key: to_base(cell.key, cell.value, cell.unit).value for cell in version.cells}
    keys = _list_keys(form)
    counts = Counter(cell.status for cell in version.cells)
    return (
        *(version.report, version.version, version.standing, version.division, version.district),
        *(version.agency_id, version.agency, version.year, version.published),
        *(counts["blank"], counts["inferred"], counts["ambiguous"], counts["missing"]),
        len(values.keys() - set(keys)),
        *(values.get(key) for key in keys),
    )


def _list_keys(form: str) -> Sequence[CellKey]:
    return [cell.key for cell in list_form_cells(form)]


def index_corrections(corrections: Sequence[Correction]) -> Corrections:
    """Return corrections by what they are of; of several the last."""
    return {(one.report, one.version, one.cell): one for one in corrections}
