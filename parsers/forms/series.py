"""A series of yearly reports: what its titles, columns and sections are called, as one of its form files says."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SeriesSection:
    """A section that the reports of a series have: its key, its label, and other words that head it (patterns)."""

    key: str
    label: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """A kind of yearly report beside that on disclosure, whose words stand in code and in headings.toml.

    `name` tells its reports from others of the same agency and year. `titles` are patterns for the words of a title
    without agency and year; `columns` for the names of the columns in which sites list such reports. `tables` are the
    labels of its tables and of their rows. All patterns are matched in text without white space, NFKC, simplified.
    """

    name: str
    titles: tuple[str, ...]
    columns: tuple[str, ...]
    sections: tuple[SeriesSection, ...]
    tables: tuple[str, ...] = ()

    def title_pattern(self) -> re.Pattern[str]:
        """Return what finds the words of a title; the longest of several goes first."""
        return re.compile("|".join(f"(?:{title})" for title in self.titles))
