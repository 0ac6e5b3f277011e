"""The whole route against bare Scrapy on one made site: pages a second as a ratio within one run, and where time goes.

python -m benchmarks.against_crawling [--quick]
"""

import json
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence

from benchmarks.crawl_server import ROOT, SIZE, served
from benchmarks.crawl_spiders import UNDER_WAY, Took
from benchmarks.results import NOTHING, Comparison, Row, find_versions, run_alone
from crawler import Site

PAGES, QUICK_PAGES = 400, 60
ROUNDS, QUICK_ROUNDS = 3, 1
"""Crawls of each crawler, all of them in turn; of the rounds the median counts."""
DEFAULT_DELAY = Site("", ()).delay
"""Seconds between two requests to a site that was not told otherwise."""
CRAWLERS: Mapping[str, str] = {
    "bare": "Scrapy: each page fetched, nothing kept",
    "feed": "Scrapy: pages into a feed (JSON lines)",
    "store": "Scrapy: pages hashed into sqlite3, one commit each",
    "tables": "Scrapy: the same, and each cell's text by response.css",
    "fetching": "gongkai: lists found, pages judged, stored as evidence",
    "ours": "gongkai: the whole route, to versions, changes and search",
}
COLUMNS = ("crawler", "pages/s", "of bare Scrapy", "CPU ms a page", "of our CPU time")


def compare(*, quick: bool) -> Comparison:
    """Crawl in turns and return the table."""
    pages, rounds = (QUICK_PAGES, QUICK_ROUNDS) if quick else (PAGES, ROUNDS)
    with served(pages) as address:
        took = [{name: crawl(name, address, pages) for name in CRAWLERS} for _ in range(rounds)]
        dissected = crawl("dissected", address, pages)
    ratios = {name: statistics.median(one["bare"].seconds / one[name].seconds for one in took) for name in CRAWLERS}
    rows = [crawler_to_row(name, [one[name] for one in took], ratios[name], pages) for name in CRAWLERS]
    return Comparison(
        "crawling",
        "Crawling: the whole route against bare Scrapy",
        f"{pages} reports of {SIZE // 1000} KB on a server of this machine, which takes its share of the cores; no "
        f"pauses, {UNDER_WAY} requests under way. The middle of {rounds} rounds, all crawlers in turn; of bare "
        "Scrapy: the middle of the ratios within each round, which need "
        "not be that of the middle rates. "
        "CPU time is that of all processes of a crawler. The last rows divide our CPU time, in a run of their own.",
        COLUMNS,
        (*rows, *dissected_to_rows(dissected, pages)),
        list_losses(ratios, dissected, {name: [one[name] for one in took] for name in CRAWLERS}, pages),
        find_versions("Scrapy", "lxml", "selectolax"),
    )


def crawl(name: str, address: str, pages: int) -> Took:
    """Crawl in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.crawl_spiders", name, address, str(pages)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    if done.returncode:
        raise RuntimeError(f"the crawl {name} failed: {done.stderr[-2000:]}")
    return Took(**json.loads(done.stdout.splitlines()[-1]))


def crawler_to_row(name: str, took: Sequence[Took], ratio: float, pages: int) -> Row:
    """Return the row of a crawler: the middle of its rounds."""
    rate = pages / statistics.median(one.seconds for one in took)
    cpu = statistics.median(one.cpu + one.helper_cpu for one in took)
    return CRAWLERS[name], f"{rate:.0f}", f"{ratio:.2f}", f"{1000 * cpu / pages:.1f}", NOTHING


def dissected_to_rows(took: Took, pages: int) -> list[Row]:
    """Return a row for each part of our CPU time; what is left of it is Scrapy with our middlewares."""
    rest = took.cpu - sum(took.steps.values())
    parts = {
        "Scrapy, our middlewares, the walk": rest,
        **took.steps,
        "read the tables, the second process with its start": took.helper_cpu,
    }
    whole = took.cpu + took.helper_cpu
    return [
        (f"… {name}", NOTHING, NOTHING, f"{1000 * seconds / pages:.1f}", f"{seconds / whole:.0%}")
        for name, seconds in parts.items()
    ]


def list_losses(
    ratios: Mapping[str, float], dissected: Took, took: Mapping[str, Sequence[Took]], pages: int
) -> tuple[str, ...]:
    """Return where we lose, and why, by the middle of the rounds, as the table has them."""
    reading = sum(seconds for name, seconds in dissected.steps.items() if name.startswith("read the tables"))
    share = (reading + dissected.helper_cpu) / (dissected.cpu + dissected.helper_cpu)
    rate = pages / statistics.median(one.seconds for one in took["ours"])
    cpu = {name: statistics.median(one.cpu + one.helper_cpu for one in rounds) for name, rounds in took.items()}
    return (
        f"The whole route runs at {ratios['ours']:.2f} of the rate of bare Scrapy; {share:.0%} of our CPU time is the "
        "reading of the tables, which bare Scrapy does not do. A page costs "
        f"{cpu['ours'] / cpu['bare']:.0f} times the CPU time.",
        f"Finding, judging and storing alone runs at {ratios['fetching']:.2f}; a pipeline into sqlite3, which judges "
        f"nothing, at {ratios['store']:.2f}.",
        f"A site asked as politely as by default gives a page each {DEFAULT_DELAY:.0f} s: the route keeps up with "
        f"{rate * DEFAULT_DELAY:.0f} such sites side by side, and no more.",
    )


if __name__ == "__main__":
    run_alone(compare)
