"""How much alike is alike: every threshold of the comparison, in one place."""

from dataclasses import dataclass

DETECTOR = "1"
"""The version of this comparison. Raise it where the same words may come out otherwise: all are then compared anew."""


@dataclass(frozen=True, slots=True)
class CopyOptions:
    """What is compared and when two reports are a pair. Lengths are in signs: letters, each figure or name as one."""

    most_signs: int = 60_000
    """Signs of a report that are looked at; no report of this kind is as long."""
    shingle: int = 12
    """Signs of a shingle: long enough to be nobody else's, short enough to live through edits."""
    one_in: int = 2
    """Of all shingles one in so many is kept to find candidates, always the same ones."""
    counters: int = 2**24
    """Counters of who says a shingle: so many that two seldom share one."""
    most_agencies: int = 10
    """What more agencies than this say is common property, however few there are in the archive."""
    share_of_agencies: float = 0.01
    """What more than this share of all agencies say is common property, where that are more of them."""
    most_in_district: int = 4
    """What more agencies of one district than this say is a template of the district."""
    share_of_district: float = 0.15
    """What more than this share of a district's agencies say is a template, where that are more of them."""
    permutations: int = 512
    """Length of a MinHash signature."""
    bands: int = 256
    """Bands of a signature: two reports that share a tenth of all their rare shingles meet in one with 92 %."""
    seed: int = 20210926
    """Where the signatures begin, so that every run finds the same."""
    min_overlap: float = 0.36
    """The least share of the own words of the report with fewer of them that both hold."""
    min_overlap_in_district: float = 0.45
    """The same among agencies of one district, which answer to the same notices."""
    min_shared: int = 100
    """The least number of signs that both hold: less is a sentence or two, which may come from the same notice."""
    min_longest: int = 28
    """The least length of the longest passage: slogans are shorter."""
    min_passage: int = 12
    """Passages that are shorter are not shown."""
    most_passages: int = 40
    """Passages that are kept of a pair, the longest."""
    bridged_gap: int = 10
    """Passages of which no more signs than these differ between are one, edited."""
    min_rare: float = 0.5
    """The least share of a passage that is no common property."""
    inherited: float = 0.5
    """Where an earlier report of the same agency holds so much of what is shared, it was not taken over this year."""
    own_similarity: float = 0.9
    """From here on a report repeats the one of the year before."""
    own_signs: int = 150
    """The least length of words of one's own: where there are fewer, nothing is said of their being repeated."""
    telling_figure: int = 10
    """Figures from here on are seldom the same twice by chance."""
    min_telling_figures: int = 3
    """So many different ones of them at least, and all the same, make a repeated table."""
