"""Which series of yearly reports a document is of: its title tells, else its tables; None is that on disclosure."""

from collections.abc import Sequence
from dataclasses import replace

from parsers.align import align
from parsers.atoms import Atom
from parsers.chrome import clean_lines
from parsers.document import Document, TextLine
from parsers.forms import load_series
from parsers.options import Options
from parsers.titles import find_title


def find_series(document: Document, lines: Sequence[TextLine], atoms: Sequence[Atom], options: Options) -> str | None:
    """Return the series whose title says the most, else the one most of whose tables stands here.

    Where two say as much, it is the report on disclosure, or the one whose form comes first. A title none of whose
    tables stands here, while those of another series do, is a line of the page around the report.
    """
    if options.series is not None or not load_series():
        return options.series
    ways = [replace(options, series=name) for name in (None, *load_series())]
    cleaned = clean_lines(lines, "\n".join([line.text for line in lines]))
    titled = [_weigh_title(document, cleaned, way) for way in ways]
    best = titled.index(max(titled))
    if best == 0 and any(titled):
        return None
    tabled = [_weigh_tables(atoms, way) for way in ways]
    weights = titled if any(titled) and (tabled[best] or not any(tabled)) else tabled
    return ways[weights.index(max(weights))].series


def _weigh_title(document: Document, lines: Sequence[TextLine], options: Options) -> float:
    """Return how much the title of a series says here; nothing where it is that of something about a report."""
    title, is_other = find_title(document, lines, options)
    return 0 if title is None or is_other else 1 + (title.agency is not None) + (title.year is not None)


def _weigh_tables(atoms: Sequence[Atom], options: Options) -> float:
    return sum(reading.weight for reading in align(atoms, options).readings)
