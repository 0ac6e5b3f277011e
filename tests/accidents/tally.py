"""What struck how often, while gongkai was doing what, and what was lost: counted over a run of the suite."""

from collections.abc import Iterable
from dataclasses import dataclass, field

NOTHING = "nothing"
HEAD = ("accident", "while", "struck", "lost")


@dataclass(slots=True)
class Tally:
    """How often each accident struck each story, in the order in which they came, and what was lost."""

    _struck: dict[tuple[str, str], int] = field(default_factory=dict)
    _lost: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def add(self, accident: str, story: str, times: int, lost: str = NOTHING) -> None:
        """Count; what is lost is `NOTHING`, or exactly what, and how it was said."""
        pair = accident, story
        self._struck[pair] = self._struck.get(pair, 0) + times
        known = self._lost.setdefault(pair, [])
        if lost not in known:
            known.append(lost)

    def list_rows(self) -> list[tuple[str, str, str, str]]:
        """Return the rows of the table, by accident as they first came."""
        order = list(dict.fromkeys(accident for accident, _ in self._struck))
        pairs = sorted(self._struck, key=lambda pair: order.index(pair[0]))
        return [(*pair, str(self._struck[pair]), "; ".join(self._lost[pair])) for pair in pairs]

    def find_missing(self, expected: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return the pairs of accident and story that never were."""
        return [pair for pair in expected if not self._struck.get(pair)]


def format_table(rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Return rows as lines of a table in Markdown.

    >>> format_table([("kill", "compact", "3", "nothing")])[2]
    '| kill | compact | 3 | nothing |'
    """
    lines = [HEAD, ("---", "---", "---:", "---"), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]
