"""What was measured at several sizes, as one table: a row for each figure, a column for each size and each exponent."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import log
from typing import Any, Literal, NamedTuple

from benchmarks.results import NOTHING, Comparison, Row
from benchmarks.scale_measures import MEASURES

ABOUT = (
    "Made reports, 200 cells and 600 to 1,400 characters each, a thousand on a site; one in fifty has a second "
    "version. One archive, asked at several sizes. Times are those of the processor unless a row says clock; each is "
    "the median of some calls, long ones are made once; what is asked first finds nothing worked out before. The "
    "pages themselves are small here: what a parser costs stands in the tables above, and real pages make the file "
    "larger by what they weigh packed. An exponent says how a figure grows from one size to the next: 0 not at all, 1 "
    "as the archive does, 2 as its square. A dash: not measured at that size."
)
PARTS: Mapping[str, tuple[str, ...]] = {
    "figures": ("figures", "cell_names"),
    "what the parser made of pages": ("documents", "readings"),
    "search index": ("search_",),
    "captures, bodies, ledger": ("captures", "bodies", "ledger", "header_shapes", "facts", "pages"),
}
"""Parts of the file, by how the names of their tables and indexes begin."""
STEEP = 1.2
"""An exponent from which a figure is said to grow faster than the archive."""
LARGE = 1_000.0
"""Megabytes held from which that is said to be much."""
LONG = 1_000.0
"""Milliseconds of the clock from which a person is said to wait."""
_MEGABYTE = 1 << 20
_AUTO_INDEX = "sqlite_autoindex_"
Unit = Literal["ms", "MB", "B"]
Sizes = Mapping[int, Mapping[str, Mapping[str, float]]]
"""By size: `ingest` (as `sum_up_visits` gives it), `tables` (bytes by name), and each measure as `Took` has it."""


class Line(NamedTuple):
    """A figure at each size that it was measured at; `is_awaited` where a person waits for it."""

    title: str
    unit: Unit
    values: Mapping[int, float]
    is_awaited: bool = False


def to_comparison(found: Sizes) -> Comparison:
    """Return the table of all that was measured."""
    sizes = sorted(found)
    lines = [line for line in iter_lines(found) if line.values]
    columns = ("what", *(f"{size:,}" for size in sizes), *(f"exponent to {size:,}" for size in sizes[1:]))
    rows = tuple(_to_row(line, sizes) for line in lines)
    return Comparison("scale", f"One archive, from {sizes[0]:,} to {sizes[-1]:,} reports", ABOUT, columns, rows,
                      losses=tuple(iter_losses(lines, sizes)))  # fmt: skip


def iter_lines(found: Sizes) -> Iterator[Line]:
    """Yield the figures of the table: what it takes to fill the archive, what it weighs, what asking takes."""
    ingest = {size: one["ingest"] for size, one in found.items() if "ingest" in one}
    yield Line("take in all", "ms", {size: one["processor"] for size, one in ingest.items()})
    yield Line("take in all, clock", "ms", {size: one["clock"] for size, one in ingest.items()})
    yield Line("take in a report, the last tenth", "ms", {size: one["last"] for size, one in ingest.items()})
    yield Line("take in all, memory", "MB", {size: one["memory"] for size, one in ingest.items()})
    tables = {size: one["tables"] for size, one in found.items() if "tables" in one}
    yield Line("file", "MB", {size: sum(one.values()) / _MEGABYTE for size, one in tables.items()})
    yield Line("file, for each report", "B", {size: sum(one.values()) / size for size, one in tables.items()})
    for part, names in PARTS.items():
        yield Line(f"file: {part}", "MB", {size: _weigh(one, names) for size, one in tables.items()})
    for name, measure in MEASURES.items():
        took = {size: one[name] for size, one in found.items() if name in one}
        yield Line(measure.title, "ms", {size: one["processor"] for size, one in took.items()})
        if measure.is_awaited:
            first, worst = ({size: one[key] for size, one in took.items()} for key in ("first", "worst"))
            yield Line(f"{measure.title}, clock, asked first", "ms", first, is_awaited=True)
            yield Line(f"{measure.title}, clock, 95 of 100 below", "ms", worst, is_awaited=True)
        if measure.has_memory:
            yield Line(f"{measure.title}, memory", "MB", {size: one["memory"] for size, one in took.items()})


def _weigh(tables: Mapping[str, float], beginnings: Sequence[str]) -> float:
    """Return the megabytes of the tables and indexes whose names begin so."""
    named = ((name.removeprefix(_AUTO_INDEX), size) for name, size in tables.items())
    return sum(size for name, size in named if name.startswith(tuple(beginnings))) / _MEGABYTE


def iter_losses(lines: Sequence[Line], sizes: Sequence[int]) -> Iterator[str]:
    """Yield what grows faster than the archive, what holds much memory, and for what a person waits long."""
    last = sizes[-1]
    for line in lines:
        steep = [
            f"{exponent:.2f} from {small:,} to {large:,}"
            for small, large in pairwise(sizes)
            if (exponent := find_exponent(line.values, small, large) or 0) > STEEP
        ]
        if steep:
            yield f"{line.title}: grows faster than the archive, by an exponent of {', '.join(steep)}."
    for line in lines:
        value = line.values.get(last, 0)
        if (line.unit == "MB" and "memory" in line.title and value > LARGE) or (line.is_awaited and value > LONG):
            yield f"{line.title}: {to_text(value, line.unit)} at {last:,} reports."


def find_exponent(values: Mapping[int, float], small: int, large: int) -> float | None:
    """Return how a figure grows between two sizes, None where it was not measured at both.

    >>> find_exponent({10: 2.0, 100: 200.0}, 10, 100)
    2.0
    """
    if small not in values or large not in values or values[small] <= 0 or values[large] <= 0:
        return None
    return log(values[large] / values[small]) / log(large / small)


def _to_row(line: Line, sizes: Sequence[int]) -> Row:
    exponents = [find_exponent(line.values, small, large) for small, large in pairwise(sizes)]
    return (
        line.title,
        *(to_text(line.values[size], line.unit) if size in line.values else NOTHING for size in sizes),
        *(NOTHING if exponent is None else f"{exponent:.2f}" for exponent in exponents),
    )


_UNITS: Mapping[Unit, tuple[tuple[float, str], ...]] = {
    "ms": ((60_000.0, "min"), (1_000.0, "s"), (1.0, "ms")),
    "MB": ((1_024.0, "GB"), (1.0, "MB")),
    "B": ((1.0, "B"),),
}
"""How a figure is written, by the size from which on: what it is divided by, and the unit then."""


def to_text(value: float, unit: Unit) -> str:
    """Return a figure with the unit that suits it.

    >>> to_text(0.456, "ms"), to_text(90_000, "ms"), to_text(2_048, "MB"), to_text(23_456.7, "B")
    ('0.46 ms', '1.5 min', '2.0 GB', '23,457 B')
    """
    scale, name = next((one for one in _UNITS[unit] if value >= one[0]), _UNITS[unit][-1])
    shown = value / scale
    return f"{shown:,.2f} {name}" if shown < 1 else f"{shown:,.1f} {name}" if shown < 1_000 else f"{shown:,.0f} {name}"


def sum_up_visits(visits: Sequence[Any], reports: int) -> dict[str, float]:
    """Return what it took to fill the archive so far (milliseconds, megabytes), and a report of the last tenth."""
    last = [one for one in visits if not one.is_second and one.reports > 0.9 * reports]
    return {
        "clock": 1_000 * sum(one.clock for one in visits),
        "processor": 1_000 * sum(one.processor for one in visits),
        "making": 1_000 * sum(one.making for one in visits),
        "memory": max(one.memory for one in visits),
        "last": 1_000 * sum(one.processor for one in last) / sum(one.visited for one in last),
    }
