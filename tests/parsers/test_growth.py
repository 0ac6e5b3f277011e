import time
from collections.abc import Callable

import pytest

from parsers import parse
from tests.parsers.made import page_of

Make = Callable[[int], str]


def measure(body: bytes) -> float:
    """Return how long a reading takes, in seconds of this process alone."""
    start = time.process_time()
    parse(body)
    return time.process_time() - start


def grows_too_fast(make: Make, size: int) -> bool:
    """Whether eight times the input takes more than sixteen times as long (quadratic time takes 64 times), thrice."""
    small, large = make(size).encode(), make(8 * size).encode()
    return all(measure(large) > 16 * min(measure(small) for _ in range(2)) + 0.05 for _ in range(3))


@pytest.mark.parametrize(
    ("make", "size"),
    [
        pytest.param(lambda size: "街道把该说的都说了，没有别的。\n" * (size // 46), 20_000, id="prose"),
        pytest.param(lambda size: "甲" * (size // 3), 20_000, id="one long line"),
        pytest.param(lambda size: "规章\n" + "0\n" * (size // 2), 5_000, id="figures"),
        pytest.param(lambda size: "发布日期：2020-01-01\n" * (size // 26), 10_000, id="dates"),
        pytest.param(lambda size: page_of("", "<div>" * (size // 5)), 5_000, id="nested elements"),
        pytest.param(lambda size: page_of("", "<table><tr><td>" * (size // 15)), 5_000, id="nested tables"),
        pytest.param(lambda size: page_of("", "<a href=x>规章</a>" * (size // 20)), 10_000, id="links"),
        pytest.param(lambda size: page_of("", "<p>" + "<" * size), 10_000, id="broken tags"),
    ],
)
def test_time_grows_with_size(make: Make, size: int) -> None:
    """A document eight times as large takes about eight times as long."""
    assert not grows_too_fast(make, size)


@pytest.mark.parametrize(
    ("make", "size"),
    [
        pytest.param(lambda size: "规章\n0\n0\n0\n" * (size // 13), 12_000, id="labels with figures"),
        pytest.param(lambda size: "规章\n" * (size // 7), 4_500, id="labels"),
        pytest.param(lambda size: "一、总体情况\n" * (size // 19), 10_000, id="headings"),
        pytest.param(lambda size: "[bookmark:" * (size // 10), 5_000, id="bookmarks"),
        pytest.param(lambda size: "（" * (size // 3), 3_000, id="brackets"),
        pytest.param(lambda size: page_of("", f"<p>甲{' ' * size}乙</p>"), 1_000, id="spaces"),
        pytest.param(
            lambda size: page_of("", f"<table><tr><td>甲{' ' * size}乙<td>1</table>"), 1_000, id="spaces in a cell"
        ),
        pytest.param(lambda size: page_of("甲" * (size // 3), "<p>乙"), 4_000, id="title"),
        pytest.param(
            lambda size: page_of("", f'<meta name="articletitle" content="{"甲" * (size // 3)}">'), 3_000, id="meta"
        ),
    ],
)
def test_time_grows_with_size_in_crafted_documents(make: Make, size: int) -> None:
    """A document made to cost time costs no more than its size."""
    assert not grows_too_fast(make, size)


def test_a_wide_row_does_not_widen_all_others() -> None:
    """A table of few cells makes few texts, however wide one of its rows says it is."""
    wide = "<td colspan=1000>甲</td>" * 4

    report = parse(
        page_of("", f"<p>一、总体情况</p><table><tr>{wide}</tr>{'<tr><td>乙</td></tr>' * 50}</table>").encode()
    )

    assert sum(len(row) for table in report.tables for row in table.rows) < 10_000
