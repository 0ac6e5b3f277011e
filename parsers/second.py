"""Where a second report begins in a document: its tables must never be mixed with those of the first."""

from collections.abc import Sequence

from parsers.atoms import Atom
from parsers.hits import Found
from parsers.options import Options
from parsers.titles import parse_title


def find_second_report(found: Found, atoms: Sequence[Atom], options: Options) -> int | None:
    """Return the atom at which a second report begins, None where there is but one.

    It begins at the title behind which rows come again that had figures before it; without such a title where the
    rows of two tables and more begin again, after each of them was there once. One table that stands twice beside
    others, or copies of tables that follow each other, are no second report.
    """
    by_rows = _find_by_rows(found, options)
    by_title = _find_by_title(found, atoms, options)
    return min((end for end in (by_rows, by_title) if end is not None), default=None)


def _find_by_rows(found: Found, options: Options) -> int | None:
    begins: dict[str, int] = {}
    last_of_first = -1
    for (_, table), hits in found.rows.items():
        rows: dict[int, list[int]] = {}
        for hit in hits:
            if hit.line.letters >= options.min_repeated_label or len(hit.figures) == len(hit.line.cells):
                rows.setdefault(hit.line.order, []).append(hit.start)
        twice = [sorted(starts)[:2] for starts in rows.values() if len(starts) > 1]
        if len(twice) >= options.min_rows_found and len(twice) > options.min_repeated_share * len(rows):
            begin = min(second for _, second in twice)
            begins[table] = min(begin, begins.get(table, begin))
            last_of_first = max(last_of_first, *(first for first, _ in twice))
    end = min(begins.values(), default=-1)
    return end if len(begins) > 1 and last_of_first < end else None


def _find_by_title(found: Found, atoms: Sequence[Atom], options: Options) -> int | None:
    hits = [
        hit
        for hits in found.rows.values()
        for hit in hits
        if hit.figures and hit.line.letters >= options.min_repeated_label
    ]
    if not hits:
        return None
    begin = min(hit.start for hit in hits)
    for index in range(begin + 1, len(atoms)):
        raw = atoms[index].raw
        if (
            atoms[index].kind != "text"
            or (options.series is None and "公开" not in raw)
            or len(raw) > options.max_title_length
        ):
            continue
        before = {hit.line.text for hit in hits if hit.start < index}
        again = {hit.line.text for hit in hits if hit.start > index} & before
        if len(again) >= options.min_rows_found and parse_title(raw, options.series):
            return index
    return None
