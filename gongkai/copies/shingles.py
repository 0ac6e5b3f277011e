"""Signs cut into overlapping shingles, and which of those are common property."""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from importlib import resources
from zlib import crc32

from gongkai.copies.masking import mask
from gongkai.copies.options import CopyOptions

_SIGN_BYTES = _COUNT_BYTES = 4


def cut_shingles(signs: str, size: int) -> list[int]:
    """Return the shingle that begins at each sign, as a number of 32 bits."""
    data, width = signs.encode("utf-32-le"), size * _SIGN_BYTES
    return [crc32(data[start : start + width]) for start in range(0, len(data) - width + 1, _SIGN_BYTES)]


@cache
def load_said_by_all(size: int) -> frozenset[int]:
    """Return the shingles of the sentences of the official form and of the law, which every report may repeat."""
    from parsers.forms import load_forms  # noqa: PLC0415 - the values above it need no form

    sentences = resources.files(__package__).joinpath("said_by_all.txt").read_text(encoding="utf-8").splitlines()
    labels = (
        label.text
        for form in load_forms().values()
        for table in form.tables
        for line in table.lines
        for label in line.labels
    )
    said = (mask(sentence).signs for sentence in (*sentences, *labels) if not sentence.startswith("#"))
    return frozenset(shingle for signs in said for shingle in cut_shingles(signs, size))


def count_sayers(said: Iterable[AbstractSet[int]], options: CopyOptions) -> tuple["array[int]", int]:
    """Return how many agencies say a shingle, by its number modulo the length, and how many agencies there are.

    Two shingles of one number add up: now and then what is rare counts as common, and never the other way.
    """
    counts, agencies = array("I", bytes(_COUNT_BYTES * options.counters)), 0
    for shingles in said:
        agencies += 1
        for shingle in shingles:
            counts[shingle % options.counters] += 1
    return counts, agencies


def find_template(said: Sequence[AbstractSet[int]], options: CopyOptions) -> frozenset[int]:
    """Return what many agencies of one district say."""
    most = max(options.most_in_district, options.share_of_district * len(said))
    counts: Counter[int] = Counter()
    for shingles in said:
        counts.update(shingles)
    return frozenset(shingle for shingle, count in counts.items() if count > most)
