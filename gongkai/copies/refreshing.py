"""The archive's reports compared with each other, and what was found written down."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from archive import Archive
from gongkai.copies.comparing import compare_texts
from gongkai.copies.options import DETECTOR, CopyOptions


@dataclass(frozen=True, slots=True)
class CopySummary:
    """What a comparison came to: reports compared, of them new ones, pairs found, of them new ones, and how long."""

    compared: int
    new: int
    pairs: int
    new_pairs: int
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Return an object for programs."""
        return {name: getattr(self, name) for name in self.__slots__}


def refresh_copies(
    archive: Archive, show: Callable[[str], None] = lambda _: None, *, options: CopyOptions | None = None
) -> CopySummary:
    """Compare the reports that stand with each other, where one came in since that was last done; all of them then.

    What is a copy depends on what all others say, so that nothing of an earlier comparison is taken over. `show` is
    told what goes on; `MissingCopiesError` where the library for it is not installed. What is written are short
    transactions at the end: a crawl may go on beside it.
    """
    started = time.monotonic()
    new = archive.count_uncompared(DETECTOR)
    if not new:
        pairs = len(archive.list_resemblances())
        return CopySummary(0, 0, pairs, 0, time.monotonic() - started)
    show("reading what the reports say")
    texts = list(archive.iter_standing_texts())
    show(f"comparing {len(texts)} reports, {new} of them new")
    found = compare_texts(texts, options)
    new_pairs = archive.save_pairs([text.source for text in texts], found, DETECTOR)
    return CopySummary(len(texts), new, len(found), new_pairs, time.monotonic() - started)
