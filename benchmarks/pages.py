"""How long each page of `gongkai serve` takes at 10,000 reports, asked in the same process, without a network.

    .venv/bin/python benchmarks/pages.py [--reports 10000] [--archive FILE]

The archive is that of `keeping.py` after three of its ten days: 20 sites, 100 agencies each, five years. Each is asked
once cold and then nine times; `ms` is what the clock says, `cpu` what the process itself used, which a busy machine
hardly changes. Datasette's own pages stand at the end for comparison.
"""

import argparse
import asyncio
import sqlite3
import statistics
import sys
import time
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import httpx  # noqa: E402 - the path comes first

from archive import Archive  # noqa: E402
from benchmarks.keeping import CHUNK, Bench, open_plain  # noqa: E402
from benchmarks.packing import MadeSite  # noqa: E402
from gongkai.web.serving import build_site  # noqa: E402

DAYS = ((0, "first"), (1, "same"), (7, "figure"))
SITES = 20
ASKED = 9


def make_archive(path: Path, reports: int) -> None:
    """Make the archive of `keeping.py`, with fewer days."""
    with Archive.create(path) as archive, closing(open_plain(path.with_name("plain.db"))) as plain:
        bench = Bench(archive, plain, reports)
        sites = [MadeSite(number) for number in range(SITES)]
        bench.save_sites(sites)
        for day, kind in DAYS:
            archive.begin_run()
            for start in range(0, reports, CHUNK):
                bench.write(sites, day, range(start, min(start + CHUNK, reports)), kind)


def list_pages(path: Path) -> list[str]:
    """Return the addresses that are asked."""
    with Archive.open(path) as archive:
        report = next(one for one in archive.list_reports() if one.version > 1)
        district = archive.list_districts()[0].division
    own, agency = f"/report/{quote(report.id)}", quote(report.id.rpartition("-")[0])
    searches = ("公开", "公", "行政复议", "requests.total>5 year:2021", "blank:yes", "finding:yes 公开")
    return [
        "/",
        *(f"/search?q={quote(query)}" for query in searches),
        *("/changes", "/changes?page=100", "/changes.atom", "/findings", "/overview"),
        *(f"/district/{district}", f"/agency/{agency}", own, f"{own}/compare"),
        f"{own}/source?cell=requests.granted.total",
        f"/captured/{quote(report.id)}/1?cell=requests.granted.total",
        *("/overview/years.svg", f"/district/{district}/requests.svg", f"/agency/{agency}/requests.svg"),
        *("/archive", "/archive/reports_now", "/archive/figures_now.json"),
    ]


async def measure(path: Path) -> None:
    """Ask and print."""
    site = build_site(path)
    try:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=site.app), base_url="http://127.0.0.1", timeout=120
        ) as client:
            await site.datasette.invoke_startup()
            print(f"{'page':56} {'bytes':>8} {'cold ms':>8} {'ms':>7} {'cpu':>7}")
            for page in list_pages(path):
                await _measure_page(client, page)
    finally:
        site.close()


async def _measure_page(client: httpx.AsyncClient, page: str) -> None:
    clock, used = [], []
    for _ in range(ASKED + 1):
        start, start_cpu = time.perf_counter(), time.process_time()
        answer = await client.get(page)
        clock.append(1000 * (time.perf_counter() - start))
        used.append(1000 * (time.process_time() - start_cpu))
        answer.raise_for_status()
    usual = (statistics.median(clock[1:]), statistics.median(used[1:]))
    print(f"{page:56.56} {len(answer.content):8} {clock[0]:8.1f} {usual[0]:7.1f} {usual[1]:7.1f}")


def main() -> None:
    """Make an archive, or take one that is there, and measure."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--reports", type=int, default=10_000)
    options.add_argument("--archive", type=Path, help="an archive that is there already")
    asked = options.parse_args()
    print(f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}")
    with TemporaryDirectory() as folder:
        path = asked.archive or Path(folder) / "gongkai.db"
        if not asked.archive:
            make_archive(path, asked.reports)
        asyncio.run(measure(path))


if __name__ == "__main__":
    main()
