"""When to leave a site alone: it blocks the crawler, or it has stopped answering."""

import re

BLOCKED = "blocked:"
"""What the reason of an answer begins with that is a wall of the site's and no page."""

BLOCKS_LIMIT = 5
"""So many block pages in a row end the crawl of a site."""

SILENCES_LIMIT = 10
"""So many requests in a row without any answer end the crawl of a site."""

_PASSING = re.compile(
    r"timeout|refused|dns|connection lost|no route|no connection|incomplete|robots unreachable|blocked:"
    r"|http (?:408|429|5\d\d)"
)
_SILENCES = frozenset({"timeout", "refused", "dns", "connection lost", "no route", "no connection"})


class Troubles:
    """How many visits in a row were blocked, or found nobody."""

    def __init__(self) -> None:
        self._blocks = 0
        self._silences = 0
        self._kind = ""

    def note_good(self) -> None:
        """Note a visit that showed what stands at its URL."""
        self._blocks = self._silences = 0

    def note_failure(self, reason: str) -> None:
        """Note a visit that failed."""
        is_block, is_silence = reason.startswith(BLOCKED), reason in _SILENCES
        self._kind = reason if is_block else self._kind
        self._blocks = self._blocks + 1 if is_block else self._blocks if is_silence else 0
        self._silences = self._silences + 1 if is_silence else 0

    def find_end(self) -> str | None:
        """Say why the site is to be left alone; None while it is not."""
        if self._blocks >= BLOCKS_LIMIT:
            return self._kind
        return "the site has stopped answering" if self._silences >= SILENCES_LIMIT else None


def is_passing(reason: str) -> bool:
    """Whether a failure may be another one, or none, a little later.

    >>> is_passing("http 503"), is_passing("http 404")
    (True, False)
    """
    return _PASSING.match(reason) is not None
