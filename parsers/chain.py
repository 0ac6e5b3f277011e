"""The best way in which the labels found can be those of one table: forward in the document and in the form."""

from collections.abc import Sequence
from heapq import heappop, heappush

from parsers.hits import Hit


def find_chain(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Return the heaviest chain of hits that goes forward in the document and in the form, the earliest of equals.

    A hit can follow one whose label and figures have ended before it begins. Hits come in order of their beginning;
    those that have ended by then wait in `ended`, by their end. `best` knows for every place in the form the heaviest
    chain that ends there or before.
    """
    best = _HeaviestBefore(max((hit.line.order for hit in hits), default=-1) + 1)
    waiting: list[tuple[int, int]] = []  # end and number of the hits that have not ended yet
    weights: list[int] = []
    previous: list[int | None] = []
    for number, hit in enumerate(hits):
        while waiting and waiting[0][0] <= hit.start:
            ended = heappop(waiting)[1]
            best.add(hits[ended].line.order, weights[ended], ended)
        weight, before = best.find(hit.line.order)
        weights.append(weight + hit.weight)
        previous.append(before)
        heappush(waiting, (max(hit.end, hit.figures[-1] + 1 if hit.figures else 0), number))
    if not hits:
        return ()
    index: int | None = max(range(len(hits)), key=lambda number: (weights[number], -number))
    chain = []
    while index is not None:
        chain.append(hits[index])
        index = previous[index]
    return tuple(reversed(chain))


class _HeaviestBefore:
    """For every place of a form the heaviest chain that ends before it (a Fenwick tree of maxima)."""

    def __init__(self, places: int) -> None:
        self._tree: list[tuple[int, int]] = [(0, 1)] * (places + 1)  # weight, and minus the number of the last hit

    def add(self, place: int, weight: int, number: int) -> None:
        """Take in a chain that ends at a place with hit `number`."""
        node = place + 1
        while node < len(self._tree):
            self._tree[node] = max(self._tree[node], (weight, -number))
            node += node & -node

    def find(self, place: int) -> tuple[int, int | None]:
        """Return weight and last hit of the heaviest chain that ends before a place."""
        heaviest = (0, 1)
        node = place
        while node > 0:
            heaviest = max(heaviest, self._tree[node])
            node -= node & -node
        return heaviest[0], None if heaviest[1] == 1 else -heaviest[1]
