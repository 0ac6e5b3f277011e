"""The archive against plain ways of keeping captures: captures a second, bytes on the disk, and reading them back.

python -m benchmarks.against_ingest [--quick]
"""

import random
import statistics
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from archive import Capture
from benchmarks.ingest_stores import HEADERS, STORES, ArchiveStore, Store, measure_folder
from benchmarks.packing import SIZE, MadeSite
from benchmarks.results import NOTHING, Comparison, Row, absent_row, find_versions, is_installed, run_alone

SITES, PAGES, QUICK_PAGES = 10, 60, 4
"""Sites, and reports of each."""
CHUNK = 50
"""Captures that a store takes before it is another's turn."""
SAME_EVERY = 2
"""Of so many pages one is the same to the byte on the second visit; the others show another counter."""
READ_BACK = 200
"""Bodies that are read back, in any order."""
START = datetime(2026, 3, 1, tzinfo=UTC)
VISITS = ("first", "second")
NOTICED = 1.05
"""A store that is less than so much ahead of us is no loss, but chance."""
OURS = "gongkai"
COMPACTED = "gongkai, compacted"
COLUMNS = (
    "store",
    *("first visit, captures/s", "bytes a capture", "of the bytes"),
    *("second visit, captures/s", "bytes a capture", "both visits, of the bytes"),
    *("CPU ms a capture", "ms to read one back"),
)


@dataclass
class Kept:
    """A store and what it took: seconds and bytes of the disk for each visit, the number of each capture.

    `cpu` is the seconds of CPU of both visits.
    """

    store: Store
    folder: Path
    seconds: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    cpu: float = 0.0


def compare(*, quick: bool) -> Comparison:
    """Keep two visits in every store and return the table."""
    pages = QUICK_PAGES if quick else PAGES
    with TemporaryDirectory() as folder:
        kept = {name: _make(name, Path(folder)) for name in STORES if _is_there(name)}
        raw = [_visit(kept.values(), list(iter_captures(pages, visit))) for visit in range(2)]
        rows = [_to_row(name, kept[name], raw) if name in kept else _absent(name) for name in STORES]
        compacted, took = _compact(kept[OURS], raw)
    return Comparison(
        "ingest",
        "Ingest: captures into the archive",
        f"{SITES * pages} made pages of {SIZE // 1000} KB of {SITES} sites, visited twice: then every second page "
        "is the same to the byte, every other shows another counter. Every store keeps address, moment, headers and "
        "bytes, has the same bytes once, and has each capture on the disk (fsync) before it takes the next. All in "
        "turns; parsing is not in it.",
        COLUMNS,
        (rows[0], compacted, *rows[1:]),
        _list_losses(kept, rows, took),
        find_versions("warcio", "backports.zstd"),
    )


def iter_captures(pages: int, visit: int) -> Iterator[Capture]:
    """Yield the captures of a visit (0 or 1)."""
    for number in range(SITES):
        site = MadeSite(number)
        for page in range(pages):
            body = site.make_page(page, counter=visit * (page % SAME_EVERY))
            url = f"http://www.{site.name}.example.cn/nb/t{page:06}.html"
            moment = START + timedelta(days=30 * visit, seconds=number * pages + page)
            yield Capture(site.name, url, "report", moment, 200, HEADERS, body)


def _is_there(name: str) -> bool:
    needs = STORES[name].needs
    return needs is None or is_installed(needs)


def _make(name: str, folder: Path) -> Kept:
    own = folder / str(list(STORES).index(name))
    own.mkdir()
    return Kept(STORES[name].make(own), own)


def _visit(stores: Collection[Kept], captures: Sequence[Capture]) -> int:
    """Keep the captures of a visit in all stores, in turns; return the bytes of their bodies."""
    for kept in stores:
        kept.seconds.append(0.0)
    for start in range(0, len(captures), CHUNK):
        for kept in stores:
            began, used = time.perf_counter(), time.process_time()
            kept.numbers += [kept.store.save(capture) for capture in captures[start : start + CHUNK]]
            kept.seconds[-1] += time.perf_counter() - began
            kept.cpu += time.process_time() - used
    for kept in stores:
        kept.store.settle()
        kept.sizes.append(measure_folder(kept.folder))
    return sum(len(capture.body or b"") for capture in captures)


def _to_row(name: str, kept: Kept, raw: Sequence[int]) -> Row:
    count = len(kept.numbers) // 2
    first, both = kept.sizes
    return (
        name,
        f"{count / kept.seconds[0]:.0f}",
        f"{first / count:,.0f}",
        f"{first / raw[0]:.1%}",
        f"{count / kept.seconds[1]:.0f}",
        f"{(both - first) / count:,.0f}",
        f"{both / sum(raw):.1%}",
        f"{1000 * kept.cpu / len(kept.numbers):.2f}",
        f"{_read_back(kept):.2f}",
    )


def _read_back(kept: Kept) -> float:
    """Return the milliseconds that a body takes, the middle of some in any order."""
    some = random.Random("read back").sample(kept.numbers, min(READ_BACK, len(kept.numbers)))  # noqa: S311 - no secret
    return 1000 * statistics.median(_clock(kept.store.load, number) for number in some)


def _clock(work: Callable[[int], object], number: int) -> float:
    start = time.perf_counter()
    work(number)
    return time.perf_counter() - start


def _absent(name: str) -> Row:
    return absent_row([name], COLUMNS)


def _compact(kept: Kept, raw: Sequence[int]) -> tuple[Row, float]:
    """Return the row of our archive after a compaction, and the seconds that it took."""
    assert isinstance(kept.store, ArchiveStore)
    with closing(kept.store.archive) as archive:
        start = time.perf_counter()
        archive.compact()
        took = time.perf_counter() - start
        kept.store.settle()
        share = measure_folder(kept.folder) / sum(raw)
        read_back = _read_back(kept)
    return (COMPACTED, *[NOTHING] * 5, f"{share:.1%}", NOTHING, f"{read_back:.2f}"), took


def _list_losses(kept: dict[str, Kept], rows: Sequence[Row], compacting: float) -> tuple[str, ...]:
    """Return where we are slower or larger than another store; the last two columns are told from the table's rows."""
    ours = kept[OURS]
    losses = [
        f"{name}: {ours.seconds[visit] / other.seconds[visit]:.1f} times our captures a second on the {word} visit."
        for name, other in kept.items()
        for visit, word in enumerate(VISITS)
        if other.seconds[visit] * NOTICED < ours.seconds[visit]
    ]
    losses += [
        f"{name}: {other.sizes[visit] / ours.sizes[visit]:.2f} of our bytes after the {word} visit."
        for visit, word in enumerate(VISITS)
        for name, other in kept.items()
        if other.sizes[visit] * NOTICED < ours.sizes[visit]
    ]
    mine = next(row for row in rows if row[0] == OURS)
    losses += [
        f"{row[0]}: {row[column]} {word} against {mine[column]}."
        for column, word in ((-2, "CPU ms a capture"), (-1, "ms to read one back"))
        for row in rows
        if row[0] in kept and float(row[column]) * NOTICED < float(mine[column])
    ]
    return (*losses, f"A compaction takes {compacting:.1f} s for {len(ours.numbers)} captures.")


if __name__ == "__main__":
    run_alone(compare)
