"""Which reports may be alike: MinHash signatures of their rare shingles that meet in a band."""

from collections.abc import Iterator, Sequence

from gongkai.copies.options import CopyOptions

_TOKEN_BYTES = 4
_AT_ONCE = 1000
"""Reports whose shingles are handed over together: that takes many times the room that their signatures do."""


class MissingCopiesError(Exception):
    """The library that finds candidates is not installed; the text says how that is done."""


def iter_candidates(shingles: Sequence[Sequence[int]], options: CopyOptions) -> Iterator[tuple[int, int]]:
    """Yield the pairs of reports that may share words, by their numbers, each once and in order."""
    try:
        from rensa import RMinHash, RMinHashLSH  # noqa: PLC0415 - of an extra
    except ImportError as problem:
        raise MissingCopiesError(
            "copies are found by a library of an extra: pip install 'gongkai[copies]'"
        ) from problem

    filled = [number for number, own in enumerate(shingles) if own]
    index, signatures = RMinHashLSH(options.min_overlap, options.permutations, options.bands), []
    for some in range(0, len(filled), _AT_ONCE):
        tokens = [[one.to_bytes(_TOKEN_BYTES) for one in shingles[number]] for number in filled[some : some + _AT_ONCE]]
        made = RMinHash.from_token_sets(tokens, options.permutations, options.seed)
        index.insert_many(made, some)
        signatures += made
    for place, signature in enumerate(signatures):
        for other in sorted(index.query(signature)):
            if other > place:
                yield filled[place], filled[other]
