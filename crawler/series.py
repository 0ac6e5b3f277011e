"""The words of other yearly reports than that on disclosure, as their form files have them.

The files are `parsers.forms`, all that this room knows of the parsers. The patterns are over plain text (NFKC,
no white space); where no file tells a series nothing is spent on any.
"""

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from parsers.forms import load_series

SIGN_LENGTH = 6
"""Labels of a series with so many letters stand on no page but a report's."""


class SeriesWords(NamedTuple):
    """What finds a title's words, the name of a column (the whole of it), and the labels that a report has."""

    title: re.Pattern[str]
    column: re.Pattern[str]
    signs: tuple[re.Pattern[str], ...]


@cache
def load_series_words() -> tuple[SeriesWords, ...]:
    """Return the words of each series, in the order of their files."""
    found = []
    for series in load_series().values():
        labels = (*series.tables, *(section.label for section in series.sections))
        plain = ("".join(unicodedata.normalize("NFKC", label).split()) for label in labels)
        signs = dict.fromkeys(label for label in plain if len(label) >= SIGN_LENGTH)
        columns = re.compile("|".join(f"(?:{column})" for column in series.columns))
        found.append(SeriesWords(series.title_pattern(), columns, tuple(re.compile(re.escape(one)) for one in signs)))
    return tuple(found)


def spare_titles(words: str) -> str:
    """Return plain words without those that are the title of a series, though a look-alike may have them."""
    for series in load_series_words():
        words = series.title.sub("·", words)
    return words


def find_title(words: str) -> re.Match[str] | None:
    """Return where plain words have the title of a series."""
    return next(filter(None, (series.title.search(words) for series in load_series_words())), None)


def is_column(words: str) -> bool:
    """Whether plain words are the name of a column in which sites list a series."""
    return any(series.column.fullmatch(words) for series in load_series_words())
