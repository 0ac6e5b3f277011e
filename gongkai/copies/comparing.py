"""Reports in, pairs out."""

from collections.abc import Sequence

from archive.judgements.resemblances import Pair, StandingText
from gongkai.copies.corpus import Corpus
from gongkai.copies.options import CopyOptions
from gongkai.copies.repeated import iter_repeated
from gongkai.copies.taken import iter_taken


def compare_texts(texts: Sequence[StandingText], options: CopyOptions | None = None) -> list[Pair]:
    """Return the pairs of reports that are alike: with their agency's own of the year before, and with other agencies'.

    The later report of a pair comes first. The same texts in the same order give the same pairs.
    """
    corpus = Corpus(texts, options or CopyOptions())
    return [*iter_repeated(corpus), *iter_taken(corpus)]
