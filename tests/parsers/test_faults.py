from collections.abc import Sequence

from parsers import DEFAULT_OPTIONS
from parsers.faults import Explanation, Identity, Sums, find_explanations, find_unfilled


def sums_of(sides: Sequence[tuple[tuple[int, ...], tuple[int, ...]]], values: Sequence[int | None]) -> Sums:
    """Return identities between cells with what they lack to hold; None where a cell is unread."""
    residuals: list[int | None] = []
    for left, right in sides:
        unread = any(values[cell] is None for cell in (*left, *right))
        residuals.append(None if unread else sum(values[c] or 0 for c in left) - sum(values[c] or 0 for c in right))
    return Sums([Identity("rows", left, right) for left, right in sides], values, residuals)


def explain(
    sides: Sequence[tuple[tuple[int, ...], tuple[int, ...]]], values: Sequence[int | None]
) -> dict[int, tuple[Explanation, ...]]:
    """Return the explanations of each identity that fails."""
    return dict(find_explanations(sums_of(sides, values), DEFAULT_OPTIONS))


def test_one_cell() -> None:
    """A cell of two sums that fail alike explains both; one of a sum alone would leave the other broken."""
    both = (((0, 5),),)

    assert explain([((0,), (1,)), ((0,), (2, 3))], [2, 5, 5, 0]) == {0: both, 1: both}


def test_every_single_cell_that_mends_as_much() -> None:
    """All cells that explain a sum alike are found, in their order."""
    assert explain([((0,), (1, 2))], [2, 5, 1]) == {0: (((0, 6),), ((1, 1),))}


def test_a_pair_mends_all_that_it_breaks() -> None:
    """A second cell must mend every sum that the change of the first breaks."""
    held_back = [((0,), (1,)), ((0,), (2,)), ((0,), (3,)), ((1,), (4,))]

    assert explain(held_back, [3, 0, 3, 3, 0]) == {0: (((1, 3), (4, 3)),)}


def test_nothing_explains_what_three_cells_would() -> None:
    """Sets of more than two cells are not looked for."""
    assert explain([((0,), (1,)), ((0,), (2,)), ((2,), (3,)), ((1,), (4,)), ((4,), (5,))], [3, 0, 3, 3, 0, 0]) == {
        0: ()
    }


def test_unread_cells_hold_nothing_back() -> None:
    """A sum with an unread cell is neither mended nor broken."""
    assert explain([((0,), (1,)), ((0,), (2,))], [3, 0, None]) == {0: (((0, 0),), ((1, 3),))}


def test_totals_that_were_not_filled_in() -> None:
    """A total of parts is not filled in where it is 0 and they are not; one side of a balance is no total."""
    total, balance, filled, empty = ((0,), (1, 2)), ((3, 0), (1, 2)), ((4,), (1, 2)), ((0,), (3,))

    assert find_unfilled(sums_of([total, balance, filled, empty], [0, 2, 3, 0, 4])) == {("rows", 0): 5}
