"""What the checks of an archive share: a problem, how many of a kind are listed, and how far a check is."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

LISTED = 20
"""Problems of one kind that are listed one by one; the others are counted."""
RESTORE = "restore a copy of the archive"
REPAIR = "`gongkai verify --repair` works it out anew"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it was written: what is wrong, where it stands, what that means and what to do."""

    what: str
    where: str
    meaning: str


class VerifyProgress(NamedTuple):
    """How far it is: what is looked at now, and how much of how much of it is behind (`total` 0: nobody knows)."""

    step: str
    done: int
    total: int


Show = Callable[[VerifyProgress], None]


class Problems:
    """The problems found so far, in order; of each kind so many are listed and the others counted."""

    def __init__(self, listed: int = LISTED) -> None:
        self._listed = listed
        self._found: dict[str, list[Problem]] = {}
        self._counts: Counter[str] = Counter()

    def add(self, kind: str, what: str, where: str, meaning: str) -> None:
        """Note a problem of a kind."""
        self._counts[kind] += 1
        if self._counts[kind] <= self._listed:
            self._found.setdefault(kind, []).append(Problem(what, where, meaning))

    def is_full(self, kind: str) -> bool:
        """Whether further problems of a kind are only counted: what to say of one need not be looked up any more."""
        return self._counts[kind] >= self._listed

    @contextmanager
    def noted(self, step: str) -> Iterator[None]:
        """Let whatever stops a check be a problem, for a damaged file can trip any of them, and the next go on."""
        try:
            yield
        except Exception as problem:
            said = str(problem) or type(problem).__name__
            self.add(f"stopped {step}", f"this could not be looked at to its end: {said}", step, RESTORE)

    def to_tuple(self) -> tuple[Problem, ...]:
        """Return all, kind by kind as they were first met, with the number of those that are not listed."""
        return tuple(problem for kind in self._found for problem in self._iter_kind(kind))

    def _iter_kind(self, kind: str) -> Iterator[Problem]:
        yield from self._found[kind]
        more = self._counts[kind] - len(self._found[kind])
        if more:
            last = self._found[kind][-1]
            yield Problem(f"and {more} more like these ({kind})", "not listed", last.meaning)
