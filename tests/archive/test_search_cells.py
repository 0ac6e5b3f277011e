"""A search by figures finds what a look at every figure finds, whichever way SQLite takes."""

import operator
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from itertools import cycle, product

import pytest

from archive import Archive
from parsers import Cell
from tests.archive.made_reports import HOST, SITE, crawl, make_cell, make_report

COUNTS = (None, 0, 1, 2, 50, -3, 0.5)
FEES = (None, (0, "元"), (3, "元"), (300_000, "元"), (30, "万元"), (0.003, "亿元"), (0.001, "元"), (30, None))
FACTORS = {"元": Decimal("0.0001"), "万元": Decimal(1), "亿元": Decimal(10_000), None: Decimal(1)}
SIGNS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    ":": operator.eq,
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
NUMBERS = ("0", "1", "2", "-1", "0.5", "0.0003", "30", "50")
WORD = "电梯"
Held = dict[str, tuple[Decimal | None, Decimal | None, bool]]
"""Address → the count, the fee in 万元 with six decimals, and whether the word stands there."""


def _make_fee(fee: tuple[float, str | None]) -> Cell:
    value, unit = fee
    return Cell("proactive_disclosure", "fees", "fee_amount", str(value), value, unit, "reported", "line 9")


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Archive, Held, Held]]:
    """Return an archive of every pair of figures, each of which had another pair before, what is held now and ever."""
    now: Held = {}
    before: Held = {}
    with Archive.create(tmp_path_factory.mktemp("cells") / "cells.db") as archive:
        archive.save_site(SITE)
        pairs = list(product(COUNTS, FEES))
        for day, shift, held in ((1, 11, before), (2, 0, now)):
            pages = {}
            for number, has_word in zip(range(len(pairs)), cycle((True, False, False)), strict=False):
                count, fee = pairs[(number + shift) % len(pairs)]
                url = f"{HOST}/{number}"
                cells = (make_cell(value=count), *([] if fee is None else [_make_fee(fee)]))
                agency = f"云汀区第{number}街道办事处"
                pages[url] = make_report(*cells, agency=agency, words=WORD if has_word else "甲")
                amount = fee and round(Decimal(str(fee[0])) * FACTORS[fee[1]], 6)
                held[url] = (None if count is None else Decimal(str(count)), amount, has_word)
            crawl(archive, day, pages)
        yield archive, now, before


def _find(archive: Archive, query: str, *, all_versions: bool = False) -> set[tuple[str, int]]:
    found = archive.search(query, 1000, all_versions=all_versions)
    assert found.total == len(found.matches)
    return {(match.url, match.version) for match in found.matches}


@pytest.mark.parametrize(("sign", "number"), list(product(SIGNS, NUMBERS)))
def test_cells_are_compared_as_a_scan_compares_them(
    crawled: tuple[Archive, Held, Held], sign: str, number: str
) -> None:
    """Alone, with a word, without it, negated, beside another cell, and among all versions; amounts in any unit."""
    archive, now, before = crawled
    compare, wanted = SIGNS[sign], Decimal(number)

    def holds(figure: Decimal | None) -> bool:
        return figure is not None and compare(figure, wanted)

    count, fee = f"requests.new_requests{sign}{number}", f"fees.fee_amount{sign}{number}"
    meant: Mapping[str, Callable[[Decimal | None, Decimal | None, bool], bool]] = {
        count: lambda one, _fee, _word: holds(one),
        fee: lambda _one, fee, _word: holds(fee),
        f"{WORD} {fee}": lambda _one, fee, word: word and holds(fee),
        f"-{count}": lambda one, _fee, _word: not holds(one),
        f"{count} {fee}": lambda one, fee, _word: holds(one) and holds(fee),
        f"{count} -{fee}": lambda one, fee, _word: holds(one) and not holds(fee),
        f"{count} OR {fee}": lambda one, fee, _word: holds(one) or holds(fee),
        f"{count} OR {WORD}": lambda one, _fee, word: word or holds(one),
        f"{fee} -{WORD}": lambda _one, fee, word: not word and holds(fee),
    }
    for query, means in meant.items():
        stands = {(url, 2) for url, one in now.items() if means(*one)}
        stood = {(url, 1) for url, one in before.items() if means(*one)}
        assert _find(archive, query) == stands, query
        assert _find(archive, query, all_versions=True) == stands | stood, query


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("new_requests>1", "SEARCH versions USING INTEGER PRIMARY KEY (rowid=?)"),
        (f"{WORD} new_requests>1", "SCAN search_words VIRTUAL TABLE INDEX 0:M2"),
        ("new_requests<1", "SCAN states USING INDEX states_now"),
    ],
    ids=["a list of versions", "a word", "a figure that may be 0"],
)
def test_a_search_by_figures_begins_where_the_least_is_looked_at(
    crawled: tuple[Archive, Held, Held], query: str, first: str
) -> None:
    """With the versions that hold such a figure, with the words where there are any, else with all versions."""
    archive, _, _ = crawled
    connection = archive._connection  # noqa: SLF001,RUF100 - what is asked of SQLite
    asked: list[str] = []
    connection.set_trace_callback(asked.append)
    archive.search(query)
    connection.set_trace_callback(None)

    (statement,) = (one for one in asked if "states.known_until IS NULL" in one and "figures" in one)
    plan = [step[3] for step in connection.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()]
    assert plan[0] == first
    assert any("COVERING INDEX figures_held" in step for step in plan) == (">" in query)
    assert any("LIST SUBQUERY" in step for step in plan) == first.startswith("SEARCH versions")
