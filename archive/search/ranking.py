"""Which of a few hits come first: those that hold the words most often for their length, above all in their names.

The weights are those of Okapi BM25. FTS5 has them too, but looks through all of the index twice more to learn how
rare a word is, which makes no difference among hits that hold all the words.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_SATURATION = 1.2
"""How soon more of the same adds little (k1 of BM25, its usual value)."""
_LENGTH = 0.75
"""How much the length of a text counts, 0 to 1 (b of BM25, its usual value)."""
_NAMED = 5
"""A word in the title or the agency's name counts as often as so many in the text."""


@dataclass(frozen=True, slots=True)
class Hit:
    """What is weighed of a hit: the report's names and all of its text, both folded."""

    names: str
    text: str


def weigh(hits: Sequence[Hit], words: Sequence[Sequence[str]]) -> list[float]:
    """Return a weight for each hit, the closest has most; `words` are folded, each in all its spellings.

    >>> weigh([Hit("", "公开电梯"), Hit("", "电梯公开电梯"), Hit("电梯", "电梯")], [["电梯"]])
    [1.0, 1.205479, 1.955556]
    """
    lengths = [len(hit.text) for hit in hits]
    usual = (sum(lengths) / len(lengths) if lengths else 0) or 1
    return [
        round(math.fsum(_weigh_word(_count(hit, word), length / usual) for word in words), 6)
        for hit, length in zip(hits, lengths, strict=True)
    ]


def _count(hit: Hit, spellings: Sequence[str]) -> int:
    return sum(_NAMED * hit.names.count(spelling) + hit.text.count(spelling) for spelling in spellings)


def _weigh_word(times: int, length: float) -> float:
    return times * (_SATURATION + 1) / (times + _SATURATION * (1 - _LENGTH + _LENGTH * length))
