"""Documents with their truth, readers of them, and how much each reader got right, in what time."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.rebuilding_mapping import Said
from benchmarks.results import NOTHING, Row, absent_row, is_installed
from parsers import CellKey, Report
from parsers.forms import load_forms

OURS = "gongkai"
GUESSER = "0 everywhere"
CLEARLY = 0.9
"""Which share of our own time another reader must stay below, to be called faster: times differ from run to run."""
_MILLISECONDS = 1000


@dataclass(frozen=True, slots=True)
class Document:
    """A document and what it prints in each cell of its form: a number, or None in a cell that is left blank."""

    body: bytes
    form: str
    truth: Mapping[CellKey, int | float | None]


@dataclass(frozen=True, slots=True)
class Reader:
    """A tool. `take` is its own work on the bytes, which is timed; `place` says what it means for a form's cells.

    `needs` is the distribution that has to be installed for it, None for what is always there. What does nothing of its
    own is not timed.
    """

    name: str
    take: Callable[[bytes], Any]
    place: Callable[[str, Any], Said]
    needs: str | None = None
    is_timed: bool = True


@dataclass(slots=True)
class Score:
    """How a reader did on some documents: numbers of cells, and seconds of processor time.

    `wrong` counts figures in cells that do not hold them, 0 for a blank and a blank for a figure; `flagged` cells of
    which nothing was said.
    """

    documents: int = 0
    cells: int = 0
    right: int = 0
    wrong: int = 0
    flagged: int = 0
    nonzero: int = 0
    nonzero_right: int = 0
    blanks: int = 0
    blanks_right: int = 0
    seconds: float = 0

    def add(self, truth: Mapping[CellKey, int | float | None], said: Said) -> None:
        """Count a document."""
        self.documents += 1
        self.wrong += sum(value is not None for key, value in said.items() if key not in truth)
        for key, value in truth.items():
            is_right = key in said and said[key] == value
            self.cells += 1
            self.right += is_right
            self.wrong += key in said and not is_right
            self.flagged += key not in said
            self.nonzero += bool(value)
            self.nonzero_right += is_right and bool(value)
            self.blanks += value is None
            self.blanks_right += is_right and value is None

    @property
    def milliseconds(self) -> float:
        """Return the processor time of a document."""
        return self.seconds * _MILLISECONDS / self.documents


def report_to_said(report: Report | None) -> Said:
    """Return what our own parser says; of an ambiguous or missing cell it says nothing."""
    said = ("reported", "inferred", "blank")
    return {cell.key: cell.value for cell in report.cells if cell.status in said} if report else {}


def guess_zeros(form: str, _: object) -> Said:
    """Say 0 of every cell of a form, as one would guess without reading at all."""
    return dict.fromkeys(load_forms()[form].iter_cells(), 0)


def score(reader: Reader, documents: Iterable[Document]) -> Score:
    """Read all documents; the first is read once before, so that nothing is imported or filled on the clock."""
    found = Score()
    for document in documents:
        if not found.documents:
            reader.take(document.body)
        started = time.process_time()
        taken = reader.take(document.body)
        found.seconds += (time.process_time() - started) * reader.is_timed
        found.add(document.truth, reader.place(document.form, taken))
    return found


def measure(take: Callable[[bytes], object], documents: Sequence[Document]) -> float:
    """Return the milliseconds a document that something takes, the unit for others."""
    return score(Reader("unit", take, lambda _form, _taken: {}), documents).milliseconds


COLUMNS = ("documents", "reader", "right", "non-zero right", "blanks right", "wrong", "not said", "ms", "ratio")


@dataclass(frozen=True, slots=True)
class Group:
    """Documents that stand together in a table, and the readers that are tried on them.

    `unit` is what takes 1 in the column of ratios; without it that is the first reader.
    """

    name: str
    documents: Sequence[Document]
    readers: Sequence[Reader]
    unit: Callable[[bytes], object] | None = None


def groups_to_rows(groups: Iterable[Group]) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """Return a row for every reader of every group, and where we lose."""
    rows: list[Row] = []
    losses: list[str] = []
    for group in groups:
        scores = {
            reader.name: score(reader, group.documents)
            for reader in group.readers
            if not reader.needs or is_installed(reader.needs)
        }
        unit = measure(group.unit, group.documents) if group.unit else scores[group.readers[0].name].milliseconds
        for reader in group.readers:
            begin = (f"{group.name} ({len(group.documents)})", reader.name)
            found = scores.get(reader.name)
            rows.append((*begin, *_tell(found, unit)) if found else absent_row(begin, COLUMNS))
        losses += find_losses(group.name, scores)
    return tuple(rows), tuple(losses)


def _tell(found: Score, unit: float) -> tuple[str, ...]:
    """Return the texts of the columns behind the names; `unit` is in milliseconds."""
    times = (f"{found.milliseconds:.1f}", f"{found.milliseconds / unit:.1f}") if found.seconds else (NOTHING, NOTHING)
    return (
        share(found.right, found.cells),
        share(found.nonzero_right, found.nonzero),
        share(found.blanks_right, found.blanks),
        f"{found.wrong:,}",
        share(found.flagged, found.cells),
        *times,
    )


def share(part: int, whole: int) -> str:
    """Return a share in percent, rounded down, so that only all is 100; a share of nothing is a dash.

    >>> share(1999, 2000), share(7, 7), share(0, 0)
    ('99.9 %', '100.0 %', '–')
    """
    return f"{part * 1000 // whole / 10:.1f} %" if whole else NOTHING


def find_losses(group: str, scores: Mapping[str, Score]) -> Iterator[str]:
    """Yield where another reader does better than we in a group: more right, fewer wrong, clearly faster."""
    ours = scores[OURS]
    for name, other in scores.items():
        gains = [
            f"{kind} right {share(getattr(other, part), cells)} against {share(getattr(ours, part), cells)}"
            for kind, part, cells in (
                ("cells", "right", ours.cells),
                ("non-zero cells", "nonzero_right", ours.nonzero),
                ("blanks", "blanks_right", ours.blanks),
            )
            if getattr(other, part) > getattr(ours, part)
        ]
        if gains or other.wrong < ours.wrong:
            yield f"{group}: {name} has {', '.join([*gains, f'wrong cells {other.wrong:,} against {ours.wrong:,}'])}."
    faster = [
        f"{name} ({other.milliseconds:.1f} ms)"
        for name, other in scores.items()
        if other.right and 0 < other.milliseconds < CLEARLY * ours.milliseconds
    ]
    if faster:
        yield f"{group}: faster than we are ({ours.milliseconds:.1f} ms a document): {', '.join(faster)}."
