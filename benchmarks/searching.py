"""What a search takes, and what its index weighs, beside other ways of searching Chinese in SQLite, in one run.

    .venv/bin/python benchmarks/searching.py [--reports 200000] [--queries 150] [--folder kept]

Reports of made prose (`words.py`) are put into an archive and, folded as they are searched, into a plain table
(`searched.py`). Queries are cut out of the texts at random, punctuation and figures as they come. Of the archive a
whole `Archive.search` is timed, with the snippets of twenty reports and how many there are; the others return twenty
numbers and a count. What they find is compared with a scan for the folded query. jieba takes part where the package
rjieba is installed.

With `--folder` the files stay there, and the next run asks them again. Figures of one machine say little: what counts
are ratios within one run, and CPU time where the machine does other things as well.
"""

import argparse
import os
import random
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from archive import Archive  # noqa: E402 - the path comes first
from archive.search.plan import match_expression  # noqa: E402
from archive.search.query import Word, parse_query  # noqa: E402
from archive.search.text import fold  # noqa: E402
from benchmarks.searched import build_archive, build_others, is_built, iter_texts, load_jieba  # noqa: E402
from benchmarks.words import make_text, measure_variety  # noqa: E402

LENGTHS = range(1, 9)
RESULTS = 20
ROUNDS = 3
"""How often every query is asked, all of them in turn; each counts with its median. A way that scans is asked once."""
COLD = 5
"""Queries of each length asked of a file that no memory holds, over a fresh connection."""
SLOW = 5
"""Queries of each length asked of ways that look at every row."""
COMPARED = 10
"""Queries of each length whose finds are compared with a scan."""
TRIGRAM = 3
GOAL = "goal: p95 under 50 ms for the archive, its index at most 1.1 times the text"


class Way(NamedTuple):
    """A way of searching: what it answers, all that it finds, and the lengths of queries for which it reads all."""

    name: str
    ask: Callable[[str], int]
    find_all: Callable[[str], set[int]]
    slow: Sequence[int] = ()

    @property
    def is_scan(self) -> bool:
        """Whether it reads all for every query."""
        return len(self.slow) == len(LENGTHS)


class Took(NamedTuple):
    """What queries of a length took, in milliseconds."""

    wall: float
    cpu: float


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--reports", type=int, default=200_000)
    options.add_argument("--queries", type=int, default=150, help="queries of each length")
    options.add_argument("--folder", type=Path, help="keep the files there, and use those that are there")
    wanted = options.parse_args()
    with TemporaryDirectory() as folder:
        run(wanted.folder or Path(folder), wanted.reports, wanted.queries)


def run(folder: Path, reports: int, count: int) -> None:
    """Make what is not there yet, and ask it."""
    versions = f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}"
    print(f"{reports} reports, {count} queries of each length, {versions}, load {os.getloadavg()[0]:.1f}")
    variety = measure_variety([make_text(number) for number in range(0, reports, max(1, reports // 500))])
    print(f"a text has {variety.characters:.0f} different characters, {variety.pairs:.0f} different pairs")
    path, plain_path = folder / "gongkai.db", folder / "plain.db"
    with closing(sqlite3.connect(plain_path)) as plain:
        if not is_built(plain):
            Archive.discard(path)
            build_archive(path, plain, reports)
        build_others(plain)
        print_builds(plain)
        with Archive.open(path) as archive:
            ways = [ask_archive(archive), *list_others(plain)]
            queries = cut_queries(reports, count)
            print_times(ways, queries)
            print_cold(path, queries)
            print_finds(ways, queries, plain)


# How it is asked


def cut_queries(reports: int, count: int) -> dict[int, list[str]]:
    """Return queries by their length, cut out of the texts."""
    chance = random.Random("queries")  # noqa: S311 - not for secrets
    queries: dict[int, list[str]] = {}
    for length in LENGTHS:
        texts = [make_text(chance.randrange(reports)).replace("\n", "") for _ in range(count)]
        starts = [chance.randrange(len(text) - length) for text in texts]
        queries[length] = [text[start : start + length] for text, start in zip(texts, starts, strict=True)]
    return queries


def ask_archive(archive: Archive) -> Way:
    """Ask the archive: as it is typed for the time, as a phrase for what is found, so that no number is spelt anew."""
    connection = archive._connection

    def find_all(query: str) -> set[int]:
        return list_numbers(connection, "search_words", match_expression(query))

    return Way("archive", lambda query: archive.search(type_in(query), RESULTS).total, find_all)


def type_in(query: str) -> str:
    """Return a query as somebody types it: as it is where that is one word, else in quotes."""
    clauses = parse_query(query).clauses
    is_word = len(clauses) == 1 and len(clauses[0]) == 1 and not clauses[0][0].is_negated
    return query if is_word and isinstance(clauses[0][0].meaning, Word) else f'"{query}"'


def list_numbers(connection: sqlite3.Connection, table: str, expression: str) -> set[int]:
    """Return all that an FTS5 table finds."""
    statement = f"SELECT rowid FROM {table} WHERE {table} MATCH ?"  # noqa: S608 - words of this file
    return {row[0] for row in connection.execute(statement, (expression,))}


def list_others(plain: sqlite3.Connection) -> list[Way]:
    """Return the other ways."""
    ways = [
        make_way(plain, "trigram", "trigram", express_trigram),
        make_way(plain, "LIKE", "texts", lambda _: ""),
    ]
    cut = load_jieba()
    if cut is None:
        print("jieba is left out: rjieba is not installed")
        return ways
    phrase = make_way(plain, "jieba, a phrase", "jieba", lambda query: quote(" ".join(cut(query))))
    words = make_way(plain, "jieba, all words", "jieba", lambda query: " ".join(map(quote, cut(query))))
    return [*ways, phrase, words]


def make_way(plain: sqlite3.Connection, name: str, table: str, express: Callable[[str], str]) -> Way:
    """Return a way of asking a plain table: by an expression of FTS5, by LIKE where there is none."""

    def choose(query: str) -> tuple[str, str]:
        expression = express(fold(query))
        if expression:
            return f"FROM {table} WHERE {table} MATCH ?", expression
        escaped = fold(query).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return "FROM texts WHERE text LIKE ? ESCAPE '\\'", f"%{escaped}%"

    def ask(query: str) -> int:
        rows, value = choose(query)
        plain.execute(f"SELECT rowid {rows} ORDER BY rowid DESC LIMIT {RESULTS}", (value,)).fetchall()
        return int(plain.execute(f"SELECT count(*) {rows}", (value,)).fetchone()[0])

    def find_all(query: str) -> set[int]:
        rows, value = choose(query)
        return {row[0] for row in plain.execute(f"SELECT rowid {rows}", (value,))}

    return Way(name, ask, find_all, [length for length in LENGTHS if not express("字" * length)])


def express_trigram(query: str) -> str:
    """Return the phrase of a query; less than three characters are no trigram."""
    return quote(query) if len(query) >= TRIGRAM else ""


def quote(text: str) -> str:
    """Return a phrase of FTS5."""
    quoted = text.replace('"', '""')
    return f'"{quoted}"'


# What came of it


def print_builds(plain: sqlite3.Connection) -> None:
    """Print what each index took to make, and its share of the text."""
    rows = {name: (seconds, size) for name, seconds, size in plain.execute("SELECT name, seconds, bytes FROM built")}
    printed, folded = (rows.pop(name)[1] for name in ("printed", "folded"))
    print(f"{GOAL}\ntext {printed / 1e6:.0f} MB as printed, {folded / 1e6:.0f} MB folded")
    print(f"{'':20} {'seconds':>8} {'MB':>8} {'of the text':>12} {'of it folded':>13}")
    for name, (seconds, size) in rows.items():
        print(f"{name:20} {seconds:8.0f} {size / 1e6:8.0f} {size / printed:12.2f} {size / folded:13.2f}")


def print_times(ways: Sequence[Way], queries: dict[int, list[str]]) -> None:
    """Print what queries took, by their length and over all of them."""
    print(f"{'ms':16} {'length':>6} {'queries':>8} {'p50':>8} {'p95':>8} {'max':>8} {'p95 CPU':>8}")
    for way in ways:
        took = ask_all(way, queries)
        for length, times in took.items():
            print_line(way.name, str(length), times)
        print_line(way.name, "all", [one for times in took.values() for one in times])
    print(f"load {os.getloadavg()[0]:.1f}")


def ask_all(way: Way, queries: dict[int, list[str]]) -> dict[int, list[Took]]:
    """Ask every query in rounds, in an order of no meaning."""
    asked = [
        (length, query) for length, some in queries.items() for query in some[: SLOW if length in way.slow else None]
    ]
    random.Random("order").shuffle(asked)  # noqa: S311 - not for secrets
    rounds = [[clock(way.ask, query) for _, query in asked] for _ in range(1 if way.is_scan else ROUNDS)]
    took: dict[int, list[Took]] = {length: [] for length in queries}
    for (length, _), times in zip(asked, zip(*rounds, strict=True), strict=True):
        took[length].append(Took(median(one.wall for one in times), median(one.cpu for one in times)))
    return took


def clock(ask: Callable[[str], object], query: str) -> Took:
    """Ask once."""
    wall, cpu = time.perf_counter(), time.process_time()
    ask(query)
    return Took(1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu))


def print_line(name: str, length: str, times: Sequence[Took]) -> None:
    """Print what the queries of a way and a length took."""
    walls, cpus = sorted(one.wall for one in times), sorted(one.cpu for one in times)
    figures = (median(walls), percentile(walls), walls[-1], percentile(cpus))
    print(f"{name:16} {length:>6} {len(times):8} {' '.join(f'{figure:8.1f}' for figure in figures)}", flush=True)


def percentile(values: Sequence[float]) -> float:
    """Return what 95 of a hundred do not exceed."""
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]


def print_cold(path: Path, queries: dict[int, list[str]]) -> None:
    """Print what a first query takes: over a fresh connection, and of a file that has to be read from the disk."""

    def ask(query: str) -> None:
        with Archive.open(path) as archive:
            archive.search(type_in(query), RESULTS)

    some = [query for length in queries for query in queries[length][:COLD]]
    print_line("fresh connection", "all", [clock(ask, query) for query in some])
    times = []
    for query in some:
        forget_file(path)
        times.append(clock(ask, query))
    print_line("from the disk", "all", times)


def forget_file(path: Path) -> None:
    """Let the system drop what it holds of a file in memory."""
    with path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def print_finds(ways: Sequence[Way], queries: dict[int, list[str]], plain: sqlite3.Connection) -> None:
    """Print how much of what a scan finds each way finds, and how much that it does not."""
    some = [query for length in queries for query in queries[length][:COMPARED]]
    scanned = scan(plain, some)
    print(f"{'finds':16} {'same sets':>10} {'recall':>8} {'wrong':>8}")
    for way in ways:
        if way.is_scan:
            continue
        found = [way.find_all(query) for query in some]
        same = sum(one == other for one, other in zip(found, scanned, strict=True))
        hits = sum(len(one & other) for one, other in zip(found, scanned, strict=True))
        recall, wrong = hits / sum(map(len, scanned)), 1 - hits / sum(map(len, found))
        print(f"{way.name:16} {f'{same}/{len(some)}':>10} {recall:8.2%} {wrong:8.2%}", flush=True)


def scan(plain: sqlite3.Connection, queries: Sequence[str]) -> list[set[int]]:
    """Return the reports whose folded text holds each query."""
    found: list[set[int]] = [set() for _ in queries]
    wanted = [(fold(query), numbers) for query, numbers in zip(queries, found, strict=True)]
    for number, text in iter_texts(plain):
        for query, numbers in wanted:
            if query in text:
                numbers.add(number)
    return found


if __name__ == "__main__":
    main()
