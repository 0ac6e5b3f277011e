"""Searching Chinese in the archive against other ways in SQLite: what is found, how long it takes, the index's weight.

python -m benchmarks.against_searching [--quick]
"""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from archive import Archive
from archive.search.plan import match_expression
from benchmarks.results import NOTHING, Comparison, Row, absent_row, find_versions, run_alone
from benchmarks.searched import build_archive, build_others
from benchmarks.searching import (
    RESULTS,
    Took,
    Way,
    ask_all,
    ask_archive,
    cut_queries,
    list_others,
    make_way,
    percentile,
    scan,
)

REPORTS, QUICK_REPORTS = 12_000, 400
QUERIES, QUICK_QUERIES = 40, 5
"""Queries of each length, from 1 to 8 characters."""
GROUPS: Mapping[str, Collection[int]] = {"1": {1}, "2": {2}, "3 to 8": range(3, 9)}
"""Lengths of queries that are told together, by their words."""
COMPARED = 12
"""Queries of each length whose finds are compared with a scan of all texts."""
OURS, BARE = "archive", "index alone"
NAMES: Mapping[str, str] = {
    OURS: "gongkai: Archive.search, with snippets",
    BARE: "gongkai: its index alone, row numbers",
    "trigram": "FTS5 trigram, LIKE below three characters",
    "LIKE": "LIKE over all texts",
    "jieba, a phrase": "FTS5 over jieba's words, as a phrase",
    "jieba, all words": "FTS5 over jieba's words, all of them",
}
INDEX_OF = {BARE: OURS, "jieba, a phrase": "jieba", "jieba, all words": "jieba"}
"""The index that a way asks, where it is called otherwise."""
COLUMNS = (
    "way",
    "index, of the text",
    *(f"found, {group}" for group in GROUPS),
    "found wrongly",
    *(f"p50 ms, {group}" for group in GROUPS),
    *(f"p95 ms, {group}" for group in GROUPS),
)


class Finds(NamedTuple):
    """How much a way found: share of what is there by group of lengths, and share of its finds that is not there."""

    recall: Mapping[str, float]
    wrong: float


class Measured(NamedTuple):
    """What a way finds, and what it takes by group of lengths."""

    finds: Finds
    took: Mapping[str, Sequence[Took]]


def compare(*, quick: bool) -> Comparison:
    """Make the texts, ask every way the same, and return the table."""
    reports, count = (QUICK_REPORTS, QUICK_QUERIES) if quick else (REPORTS, QUERIES)
    with TemporaryDirectory() as folder, closing(sqlite3.connect(Path(folder) / "plain.db")) as plain:
        path = Path(folder) / "gongkai.db"
        build_archive(path, plain, reports)
        build_others(plain)
        sizes = dict(plain.execute("SELECT name, bytes FROM built"))
        queries = cut_queries(reports, count)
        with Archive.open(path) as archive:
            index = make_way(archive._connection, BARE, "search_words", match_expression)
            measured = measure_ways([ask_archive(archive), index, *list_others(plain)], queries, plain)
    return Comparison(
        "searching",
        "Searching Chinese: the archive against other ways in SQLite",
        f"{reports} made reports of some 3 KB of prose; {count} queries of each length from 1 to 8 characters, cut "
        "out of the texts at random. What is there is told by a scan of all texts. A search returns the number of "
        f"reports and the newest {RESULTS}, ours with their snippets; the others return row numbers.",
        COLUMNS,
        tuple(_to_row(name, measured, sizes) for name in NAMES),
        list_losses(measured, sizes),
        find_versions("rjieba"),
    )


def measure_ways(ways: Sequence[Way], queries: dict[int, list[str]], plain: sqlite3.Connection) -> dict[str, Measured]:
    """Return what each way found and took."""
    compared = {length: some[:COMPARED] for length, some in queries.items()}
    scanned = dict(zip(compared, _scan(plain, compared), strict=True))
    return {way.name: Measured(_compare_finds(way, compared, scanned), _group(ask_all(way, queries))) for way in ways}


def _scan(plain: sqlite3.Connection, compared: Mapping[int, Sequence[str]]) -> list[list[set[int]]]:
    found = iter(scan(plain, [query for some in compared.values() for query in some]))
    return [[next(found) for _ in some] for some in compared.values()]


def _compare_finds(way: Way, compared: Mapping[int, Sequence[str]], scanned: Mapping[int, Sequence[set[int]]]) -> Finds:
    recall, found, wrong = {}, 0, 0
    for group, lengths in GROUPS.items():
        hits, there = 0, 0
        for length in lengths:
            for query, expected in zip(compared[length], scanned[length], strict=True):
                got = way.find_all(query)
                hits, there = hits + len(got & expected), there + len(expected)
                found, wrong = found + len(got), wrong + len(got - expected)
        recall[group] = hits / there
    return Finds(recall, wrong / max(1, found))


def _group(took: Mapping[int, Sequence[Took]]) -> dict[str, list[Took]]:
    return {group: [one for length in lengths for one in took[length]] for group, lengths in GROUPS.items()}


def _to_row(name: str, measured: Mapping[str, Measured], sizes: Mapping[str, int]) -> Row:
    if name not in measured:
        return absent_row([NAMES[name]], COLUMNS)
    finds, took = measured[name]
    size = sizes.get(INDEX_OF.get(name, name))
    return (
        NAMES[name],
        f"{size / sizes['printed']:.2f}" if size else NOTHING,
        *(f"{finds.recall[group]:.1%}" for group in GROUPS),
        f"{finds.wrong:.1%}",
        *(f"{median(one.wall for one in took[group]):.1f}" for group in GROUPS),
        *(f"{percentile(sorted(one.wall for one in took[group])):.1f}" for group in GROUPS),
    )


def list_losses(measured: Mapping[str, Measured], sizes: Mapping[str, int]) -> tuple[str, ...]:
    """Return which ways are quicker than ours, in the middle and at the slow end, and whose index is smaller."""
    others = {name: other for name, other in measured.items() if name not in {OURS, BARE}}
    quicker = [f"{NAMES[name]}: quicker with {told}." for name, other in others.items()
               if (told := _list_quicker(measured[OURS], other))]  # fmt: skip
    slow_end = [f"{NAMES[name]}: at p95 quicker with {told}." for name, other in others.items()
                if (told := _list_quicker(measured[OURS], other, at=_slow_end))]  # fmt: skip
    text = sizes["printed"]
    smaller = [
        f"{NAMES[name]}: an index of {size / text:.2f} of the text, ours {sizes[OURS] / text:.2f}."
        for name in others
        if (size := sizes.get(INDEX_OF.get(name, name), sizes[OURS])) < sizes[OURS]
    ]
    whole, index = (
        [median(one.wall for one in measured[name].took[group]) for group in GROUPS] for name in (OURS, BARE)
    )
    told = ", ".join(
        f"{group}: {(mine - bare) / mine:.0%}" for group, mine, bare in zip(GROUPS, whole, index, strict=True)
    )
    return (
        *quicker,
        *slow_end,
        *smaller,
        f"Share of our p50 that is order, snippets and the rest, by length ({told}).",
    )


def _slow_end(times: Iterable[float]) -> float:
    return percentile(sorted(times))


def _list_quicker(ours: Measured, other: Measured, at: Callable[[Iterable[float]], float] = median) -> str:
    """Return the groups of lengths for which another way is quicker, in words."""
    told = []
    for group in GROUPS:
        mine, theirs = (at([one.wall for one in way.took[group]]) for way in (ours, other))
        if theirs < mine:
            told.append(
                f"{group} {'character' if group == '1' else 'characters'} ({theirs:.1f} ms against {mine:.1f}, finds"
                f" {other.finds.recall[group]:.0%})"
            )
    return ", ".join(told)


if __name__ == "__main__":
    run_alone(compare)
