"""Known weak spots: kinds of documents that are not read as they should be, each with the reason and an example.

The tests of generated reports leave these kinds out, and hold each example to fail still: when one is read right, the
test says so, and the entry goes.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.parsers.generator import Case


@dataclass(frozen=True, slots=True)
class WeakSpot:
    """A kind of case, why it is not read right, and an example of it."""

    reason: str
    example: Case
    holds: Callable[[Case], bool]


WEAK_SPOTS: tuple[WeakSpot, ...] = ()


def is_weak(case: Case) -> bool:
    """Return whether a case is of a kind that is known not to be read right."""
    return any(spot.holds(case) for spot in WEAK_SPOTS)
