"""Traditional characters and the simplified ones that stand for them, one for one."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def load_simplified() -> Mapping[str, str]:
    """Return by traditional character the simplified one.

    `simplified.txt` holds them in pairs, as the table of characters of OpenCC 1.4 (Apache-2.0) maps each one alone:
    traditional, simplified, traditional, simplified; lines mean nothing. What a character stands for in a word (乾 in
    乾隆) is not looked at, so that a text and a query always become the same.
    """
    pairs = "".join((files("archive.search") / "simplified.txt").read_text(encoding="utf-8").split())
    return dict(zip(pairs[::2], pairs[1::2], strict=True))
