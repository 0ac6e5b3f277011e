"""Failed sums to the cells that explain them: the fewest whose change makes every sum hold that they are part of.

A cell is its number in its table. Nothing here changes a figure: an explanation says where to look, in the document or
in the reading of it.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from parsers.options import Options

Number = int | float
Explanation = tuple[tuple[int, Number], ...]
"""The cells that explain a sum, in their order, each with the value that it would need."""

_PLACES = 6  # decimals beyond these are noise of binary fractions


@dataclass(frozen=True, slots=True)
class Identity:
    """The sum of the `left` cells is that of the `right`, at one place `along` the rows or columns of a table."""

    along: str
    left: tuple[int, ...]
    right: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sums:
    """The identities of a table with the values of its cells; `residuals` are left minus right, None where unknown."""

    identities: Sequence[Identity]
    values: Sequence[Number | None]
    residuals: Sequence[Number | None]


def find_explanations(sums: Sums, options: Options) -> Mapping[int, tuple[Explanation, ...]]:
    """Return, for each identity that fails, the smallest sets of changed cells that explain it: of one, else of two.

    A set explains where new values (never negative, whole where the old ones are) make each identity hold that has one
    of its cells. Of sets of one size those are kept that mend the most identities.
    """
    search = _Search(sums, options.max_explanation_steps)
    return {number: search.find(number) for number, residual in enumerate(sums.residuals) if residual}


def choose_explanation(explanations: Sequence[Explanation], totals: Set[int]) -> Explanation:
    """Return the likeliest of several: that which changes most `totals`, else the first; () where there is none.

    Totals are typed by hand, or left out, more often than what they count.
    """
    return max(explanations, key=lambda explanation: sum(cell in totals for cell, _ in explanation), default=())


def find_unfilled(sums: Sums) -> Mapping[tuple[str, int], Number]:
    """Return what the parts of each total sum to that is blank or 0 though they are not, by direction and cell."""
    return {
        (identity.along, identity.left[0]): -residual
        for identity, residual in zip(sums.identities, sums.residuals, strict=True)
        if residual and len(identity.left) == 1 and not sums.values[identity.left[0]]
    }


class _Search:
    """What is known of one table's sums; counts the changes that it tries, and finds no more when they are used up."""

    def __init__(self, sums: Sums, steps: int) -> None:
        self._sums = sums
        self._steps = steps
        self._of_cell: dict[int, dict[int, int]] = {}  # cell → identity → 1 on its left side, -1 on its right
        for number, (identity, residual) in enumerate(zip(sums.identities, sums.residuals, strict=True)):
            if residual is not None:
                for sign, cells in ((1, identity.left), (-1, identity.right)):
                    for cell in cells:
                        self._of_cell.setdefault(cell, {})[number] = sign

    def find(self, identity: int) -> tuple[Explanation, ...]:
        found = set(self._iter_single(identity)) or set(self._iter_pairs(identity))
        most = max((self._mended(explanation) for explanation in found), default=0)
        return tuple(sorted(explanation for explanation in found if self._mended(explanation) == most))

    def _mended(self, explanation: Explanation) -> int:
        touched = {number for cell, _ in explanation for number in self._of_cell[cell]}
        return sum(1 for number in touched if self._sums.residuals[number])

    def _iter_single(self, identity: int) -> Iterator[Explanation]:
        for cell in self._cells(identity):
            delta = self._delta(cell, identity, {})
            value = self._new_value(cell, delta)
            if value is not None and not self._broken(cell, delta, {}):
                yield ((cell, value),)

    def _iter_pairs(self, identity: int) -> Iterator[Explanation]:
        """Yield pairs of which one cell is in the identity, and the other mends what the change of the first breaks."""
        for first in self._cells(identity):
            deltas = {self._delta(first, number, {}) for number in self._of_cell[first] if self._sums.residuals[number]}
            for delta in deltas:
                value = self._new_value(first, delta)
                broken = self._broken(first, delta, {})
                if value is None or not broken:
                    continue
                moved = {number: sign * delta for number, sign in self._of_cell[first].items()}
                for second in self._cells(broken[0]):
                    if second == first or not all(number in self._of_cell[second] for number in broken):
                        continue
                    other = self._delta(second, broken[0], moved)
                    new = self._new_value(second, other)
                    if new is not None and not self._broken(second, other, moved):
                        yield tuple(sorted(((first, value), (second, new))))

    def _cells(self, identity: int) -> Iterator[int]:
        for cell in (*self._sums.identities[identity].left, *self._sums.identities[identity].right):
            self._steps -= 1
            if self._steps < 0:
                return
            yield cell

    def _residual(self, identity: int, moved: Mapping[int, Number]) -> Number:
        return (self._sums.residuals[identity] or 0) + moved.get(identity, 0)

    def _delta(self, cell: int, identity: int, moved: Mapping[int, Number]) -> Number:
        """Return by how much a cell must change for an identity to hold, after others `moved` it."""
        return -self._of_cell[cell][identity] * self._residual(identity, moved)

    def _new_value(self, cell: int, delta: Number) -> Number | None:
        value = (self._sums.values[cell] or 0) + delta
        value = value if isinstance(value, int) else round(value, _PLACES)
        return value if delta and value >= 0 else None

    def _broken(self, cell: int, delta: Number, moved: Mapping[int, Number]) -> list[int]:
        """Return the identities of a cell that do not hold once it is changed."""
        return [
            number
            for number, sign in self._of_cell[cell].items()
            if round(self._residual(number, moved) + sign * delta, _PLACES)
        ]
