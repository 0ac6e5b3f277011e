"""Reports that repeat the one that the same agency wrote the year before: its words, or a table of it."""

from collections.abc import Iterable, Iterator, Mapping

from archive.judgements.resemblances import Pair
from gongkai.copies.corpus import Corpus
from gongkai.copies.options import CopyOptions
from gongkai.copies.passages import find_stretches, print_passages
from gongkai.copies.prepared import Prepared
from gongkai.copies.shingles import cut_shingles

Figures = Mapping[str, float]
_PRECISION = 3


def iter_repeated(corpus: Corpus) -> Iterator[Pair]:
    """Yield the reports that repeat the one of the year before."""
    years: dict[tuple[object, ...], dict[int, int]] = {}
    for number, own in enumerate(corpus.owns):
        years.setdefault(own.agency, {}).setdefault(own.text.year, number)
    for reports in years.values():
        for year, number in sorted(reports.items()):
            if (before := reports.get(year - 1)) is not None and (pair := _compare(corpus, number, before)):
                yield pair


def _compare(corpus: Corpus, number: int, before: int) -> Pair | None:
    options, mine, theirs = corpus.options, corpus.owns[number].text, corpus.owns[before].text
    tables = find_same_tables(dict(mine.figures), dict(theirs.figures), options)
    parts, others = corpus.prepare(number), corpus.prepare(before)
    likeness = measure_likeness(_join_own(parts), _join_own(others), options)
    if likeness < options.own_similarity and not tables:
        return None
    is_repeated = likeness >= options.own_similarity
    stretches = find_stretches(parts, others, options) if is_repeated else []
    passages = print_passages(parts, others, stretches, options)
    return Pair(mine.source, theirs.source, "own_year", round(likeness, _PRECISION), passages, tables)


def _join_own(parts: Iterable[Prepared]) -> str:
    return "".join(part.own_signs() for part in parts)


def measure_likeness(signs: str, other: str, options: CopyOptions) -> float:
    """Return how alike two reports are in their own words, 0 to 1; 0 where one of them has too few to tell.

    Parts that changed places count as they do where they are compared shingle by shingle.
    """
    from rapidfuzz.distance import Indel  # noqa: PLC0415 - most commands compare nothing

    if min(len(signs), len(other)) < options.own_signs:
        return 0.0
    mine, theirs = (set(cut_shingles(one, options.shingle)) for one in (signs, other))
    return max(Indel.normalized_similarity(signs, other), 2 * len(mine & theirs) / (len(mine) + len(theirs)))


def find_same_tables(figures: Figures, before: Figures, options: CopyOptions) -> tuple[str, ...]:
    """Return the tables with the same figures in two years, where these are such as are not the same by chance.

    >>> figures = {"requests.granted.total": 31, "requests.total.total": 58, "requests.new_requests.total": 60}
    >>> find_same_tables(figures, {**figures, "proactive_disclosure.penalties.decisions": 4}, CopyOptions())
    ('requests',)
    """
    mine, theirs = _by_table(figures), _by_table(before)
    return tuple(
        table
        for table, own in mine.items()
        if own == theirs.get(table)
        and len({value for value in own.values() if abs(value) >= options.telling_figure})
        >= options.min_telling_figures
    )


def _by_table(figures: Figures) -> dict[str, dict[str, float]]:
    tables: dict[str, dict[str, float]] = {}
    for name, value in figures.items():
        tables.setdefault(name.partition(".")[0], {})[name] = value
    return tables
