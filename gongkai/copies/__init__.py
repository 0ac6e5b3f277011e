"""Reports whose words are another report's: found, with the passages that both hold.

The route: the words of the reports that stand ─▶ `masking` (figures and names set aside) ─▶ `shingles` (cut; what the
form says and what many say set aside) ─▶ `corpus`; `candidates` (by MinHash) ─▶ `taken` (from other agencies), and
`repeated` (from the agency's year before), both with `passages` ─▶ `comparing` ─▶ `refreshing` (into the archive).
Every threshold stands in `options`.
"""

from gongkai.copies.candidates import MissingCopiesError
from gongkai.copies.comparing import compare_texts
from gongkai.copies.options import DETECTOR, CopyOptions
from gongkai.copies.refreshing import CopySummary, refresh_copies

__all__ = ["DETECTOR", "CopyOptions", "CopySummary", "MissingCopiesError", "compare_texts", "refresh_copies"]
