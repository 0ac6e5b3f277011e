"""What ten years cost: captures of reports that mostly stay the same, put in, kept and asked for, beside plain SQLite.

    .venv/bin/python benchmarks/keeping.py [--reports 10000]

Ten captures of each report are made, not crawled: the first brings a page of some 87 KB, one of those after it the page
with another counter, one in fifty another figure, all others a 304. Plain SQLite writes the same packed bodies, one
transaction a capture, under the same pragmas, in turns with the archive. Figures of one machine say little: what counts
are ratios within one run and bytes.
"""

import argparse
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from archive import Archive, Capture, Reading, SiteIdentity  # noqa: E402 - the path comes first
from benchmarks.packing import MadeSite  # noqa: E402
from parsers import PARSER_VERSION, Report, parse  # noqa: E402

SITES = 20
DAYS = 10
CHUNK = 250
"""Captures written at a time by the archive and by plain SQLite, in turns."""
TRAINED_AFTER = 1000
"""First captures after which the archive is compacted, as it would be after the first crawl."""
START = datetime(2026, 1, 5, 8, tzinfo=UTC)


@dataclass
class Phase:
    """What one kind of capture took: seconds of the archive, of plain SQLite, of filing, and bytes of file."""

    captures: int = 0
    ours: float = 0.0
    plain: float = 0.0
    filing: float = 0.0
    grown: int = 0
    html: int = 0


@dataclass
class Bench:
    """The archive beside the plain file."""

    archive: Archive
    plain: sqlite3.Connection
    reports: int
    phases: dict[str, Phase] = field(default_factory=dict)
    models: dict[int, Report] = field(default_factory=dict)

    def run(self) -> None:
        """Write all days."""
        sites = [MadeSite(number) for number in range(SITES)]
        self.save_sites(sites)
        for day in range(DAYS):
            kinds = {0: "first", 4: "counter", 7: "figure"}
            self.archive.begin_run()
            for start in range(0, self.reports, CHUNK):
                numbers = range(start, min(start + CHUNK, self.reports))
                self.write(sites, day, numbers, kinds.get(day, "same"))
                if day == 0 and start + CHUNK == TRAINED_AFTER:
                    self._compact()

    def save_sites(self, sites: list[MadeSite]) -> None:
        """Record the sites."""
        for site in sites:
            self.archive.save_site(SiteIdentity(site.name, f"{site.name}区人民政府", f"99{site.number:04}"))

    def write(self, sites: list[MadeSite], day: int, numbers: range, kind: str) -> None:
        """Write some captures of a day, by the archive and by plain SQLite."""
        made = [self._make(sites, day, number, kind) for number in numbers]
        ids: list[int] = []
        phase = self.phases.setdefault(kind, Phase())
        before = self._size()
        with timed() as ours:
            for capture, _ in made:
                ids.append(self.archive.save_capture(capture))
        bodies = [
            self._packed(number) if capture.body else (b"", "") for number, (capture, _) in zip(ids, made, strict=True)
        ]
        with timed() as plain:
            for data, sha256 in bodies:
                self._write_plain(data, sha256)
        readings = [replace(reading, capture_id=number) for number, (_, reading) in zip(ids, made, strict=True)]
        with timed() as filing:
            self.archive.file_readings(readings)
        phase.captures += len(made)
        phase.ours, phase.plain = phase.ours + ours(), phase.plain + plain()
        phase.filing += filing()
        phase.grown += self._size() - before
        phase.html += sum(len(capture.body or b"") for capture, _ in made)

    def _make(self, sites: list[MadeSite], day: int, number: int, kind: str) -> tuple[Capture, Reading]:
        site, page = sites[number % SITES], number // SITES
        is_edited = kind == "figure" and number % 50 == 0
        body = site.make_page(page, counter=day) if kind in {"first", "counter"} or is_edited else None
        moment = START + timedelta(days=30 * day, seconds=number)
        headers = (("Server", "nginx/1.24"), ("Date", f"{moment:%a, %d %b %Y %H:%M:%S GMT}"),
                   ("Content-Type", "text/html; charset=utf-8"), ("ETag", f'"{number:x}-{day:x}"'))  # fmt: skip
        url = f"http://www.{site.name}.example.cn/zwgk/nb/{2020 + page % 5}/t{page:06}.html"
        capture = Capture(
            site.name, url, "report", moment, 304 if body is None else 200, headers, body,
            found_on=f"http://www.{site.name}.example.cn/zwgk/nb/", facts={"looks": "report", "score": 0.97},
        )  # fmt: skip
        report = self._report(site.number, page, is_edited=is_edited or (day > 7 and number % 50 == 0))
        reading = Reading(0, PARSER_VERSION, report, None, report.agency, report.district, report.year)
        return capture, reading

    def _report(self, site: int, page: int, *, is_edited: bool) -> Report:
        """Return a report as the parser would: one that was parsed, under a name and with words of its own."""
        if site not in self.models:
            self.models[site] = parse(MadeSite(site).make_page(0))
        agency = f"第{page // 5:03}街道办事处"
        model = replace(self.models[site], agency=agency, year=2020 + page % 5, preamble=f"{agency}{page * 7919}")
        if not is_edited:
            return model
        first, *rest = model.cells
        return replace(model, cells=(first._replace(value=977, raw="977", status="reported"), *rest))

    def _packed(self, capture_id: int) -> tuple[bytes, str]:
        row = self.archive._connection.execute(
            "SELECT data, sha256 FROM captures JOIN bodies ON bodies.id = body_id WHERE captures.id = ?", (capture_id,)
        ).fetchone()
        return row[0], row[1]

    def _write_plain(self, data: bytes, sha256: str) -> None:
        self.plain.execute("BEGIN IMMEDIATE")
        self.plain.execute("INSERT INTO bodies (sha256, data) VALUES (?, ?)", (sha256, data))
        self.plain.execute("COMMIT")

    def _compact(self) -> None:
        self.archive.compact()

    def _size(self) -> int:
        pages = self.archive._connection.execute("PRAGMA page_count").fetchone()[0]
        free = self.archive._connection.execute("PRAGMA freelist_count").fetchone()[0]
        size = self.archive._connection.execute("PRAGMA page_size").fetchone()[0]
        return int((pages - free) * size)


@contextmanager
def timed() -> Iterator[Callable[[], float]]:
    """Measure what is inside, in seconds."""
    start = time.perf_counter()
    end = [0.0]
    yield lambda: end[0]
    end[0] = time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--reports", type=int, default=10_000)
    reports = options.parse_args().reports
    with TemporaryDirectory() as folder:
        path = Path(folder) / "gongkai.db"
        with Archive.create(path) as archive, closing(open_plain(Path(folder) / "plain.db")) as plain:
            bench = Bench(archive, plain, reports)
            bench.run()
            print_phases(bench)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(f"peak memory {peak} MB, the making of pages in it")
            before = bench._size()
            with timed() as took:
                archive.compact()
            print(f"compact: {took():.1f} s, {before // 1_000_000} MB to {bench._size() // 1_000_000} MB")
            packed, html = archive._connection.execute(
                "SELECT sum(length(data)), sum(size) FROM bodies WHERE id IN "
                "(SELECT min(body_id) FROM captures WHERE body_id IS NOT NULL GROUP BY page_id)"
            ).fetchone()
            print(f"a first body: {packed / html:.2%} of its HTML")
        print_answers(path)


def open_plain(path: Path) -> sqlite3.Connection:
    """Open a file for the plain writer, under the pragmas of a capture."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE bodies (id INTEGER PRIMARY KEY, sha256 TEXT, data BLOB)")
    return connection


def print_phases(bench: Bench) -> None:
    """Print what each kind of capture took."""
    total = sum(phase.captures for phase in bench.phases.values())
    versions = f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}"
    print(f"{total} captures of {bench.reports} reports, {versions}; times in ms a capture")
    print(f"{'':8} {'captures':>8} {'archive':>8} {'plain':>8} {'rate':>7} {'filing':>8} {'bytes of file':>14}")
    for name, phase in bench.phases.items():
        ours, plain, filing = (1000 * seconds / phase.captures for seconds in (phase.ours, phase.plain, phase.filing))
        grown = phase.grown / phase.captures
        times = f"{ours:8.3f} {plain:8.3f} {plain / ours:7.0%} {filing:8.3f}"
        print(f"{name:8} {phase.captures:8} {times} {grown:14.0f}")
    ours, plain = (sum(getattr(phase, name) for phase in bench.phases.values()) for name in ("ours", "plain"))
    print(f"all: {plain / ours:.0%} of the rate of plain SQLite")


def print_answers(path: Path) -> None:
    """Print what commands take beyond what they take to start, and their memory."""
    with Archive.open(path) as archive:
        name = archive.list_reports("site03")[7].id
    start = min(run(["reports", "--site", "none"], path)[0] for _ in range(3))
    commands = (
        *(["reports"], ["reports", "--json"], ["reports", "--as-of", "2026-05-01"]),
        *(["show", name], ["show", name, "--as-of", "2026-05-01"]),
        *(["changes", "--since", "2026-07-01"], ["search", "白杨"]),
    )
    for command in commands:
        runs = [run(command, path) for _ in range(5)]
        took = 1000 * (min(seconds for seconds, _ in runs) - start)
        print(f"gongkai {' '.join(command):48} {took:6.0f} ms beyond start-up, {runs[0][1]} MB")
    print(f"start-up {1000 * start:.0f} ms")


def run(command: list[str], path: Path) -> tuple[float, int]:
    """Run a command and return its seconds and its peak memory in MB."""
    code = (
        "import atexit, resource, sys; from gongkai.cli import main; "
        "atexit.register(lambda: sys.stderr.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))); "
        "main()"
    )
    start = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", code, *command, "--archive", str(path)], cwd=ROOT, capture_output=True, check=False
    )
    memory = done.stderr.decode().rsplit("\n", 1)[-1]
    return time.perf_counter() - start, int(memory) if memory.isdigit() else 0


if __name__ == "__main__":
    main()
