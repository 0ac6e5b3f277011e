"""A query as it is put to SQLite: expressions of FTS5 for its words, conditions of SQL for all else."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from archive.search.filters import Condition, make_condition
from archive.search.index import character_to_phrase, is_common, word_to_phrase
from archive.search.query import Query, Unit, Word
from archive.search.text import fold


@dataclass(frozen=True, slots=True)
class Plan:
    """What finds the versions that a query means; all of it has to hold.

    `words` is for `search_words`, `characters` for `search_characters`; `all_words` says both, for a table that has no
    other beside it. Each is None where nothing is asked of it. With `is_wide` all other versions are asked as well.
    """

    words: str | None
    characters: str | None
    all_words: str | None
    conditions: tuple[Condition, ...]
    is_wide: bool

    @property
    def is_plain(self) -> bool:
        """Whether the index alone says what is found, without a look at any row."""
        return self.all_words is not None and not self.conditions and not self.is_wide


class _Planner:
    """Collects what the clauses of a query ask for."""

    def __init__(self, connection: sqlite3.Connection, *, is_narrowed: bool, is_wide: bool) -> None:
        self._connection = connection
        self._is_narrowed = is_narrowed
        self._is_wide = is_wide
        self._words: list[str] = []
        self._characters: list[str] = []
        self._all_words: list[str] = []
        self._without: list[Word] = []
        self._conditions: list[Condition] = []

    def add(self, clause: tuple[Unit, ...]) -> None:
        """Take a clause: to the index where it is of words alone, to the rows where anything else is in it."""
        words = [unit.meaning for unit in clause if isinstance(unit.meaning, Word)]
        if _is_of_words(clause):
            self._add_words([spelling for word in words for spelling in word.spellings])
        elif len(words) == len(clause) == 1:
            self._without += words
        else:
            self._conditions.append(self._match_any(clause))

    def _add_words(self, spellings: list[str]) -> None:
        phrases = _any(map(word_to_phrase, spellings))
        self._all_words.append(phrases)
        if all(map(is_common, spellings)):
            self._characters.append(_any(map(character_to_phrase, spellings)))
        else:
            self._words.append(phrases)

    def finish(self) -> Plan:
        """Return the plan. FTS5 knows what is without a word only among what is with another one."""
        without = [word_to_phrase(spelling) for word in self._without for spelling in word.spellings]
        words, characters, conditions = self._words, self._characters, self._conditions
        if without and not words:
            words, characters = self._all_words, []
        if without and not words:
            conditions = [*conditions, *(self._match_any((Unit(word, is_negated=True),)) for word in self._without)]
        return Plan(
            _all(words, without),
            _all(characters),
            _all(self._all_words, without),
            tuple(conditions),
            self._is_wide,
        )

    def _match_any(self, clause: tuple[Unit, ...]) -> Condition:
        parts = [self._match(unit) for unit in clause]
        if len(parts) == 1 and parts[0].is_list and not clause[0].is_negated:
            return parts[0]  # bare, for behind IS TRUE SQLite would see no list
        wanted = ["IS NOT TRUE" if unit.is_negated else "IS TRUE" for unit in clause]
        sql = " OR ".join(f"({part.sql}) {truth}" for part, truth in zip(parts, wanted, strict=True))
        return Condition(f"({sql})", tuple(value for part in parts for value in part.values))

    def _match(self, unit: Unit) -> Condition:
        if not isinstance(unit.meaning, Word):
            return make_condition(self._connection, unit.meaning, is_narrowed=self._is_narrowed)
        phrases = _any(map(word_to_phrase, unit.meaning.spellings))
        held = "SELECT rowid FROM search_words WHERE search_words MATCH ?"
        if not self._is_wide:
            return Condition(f"+versions.id IN ({held})", (phrases,))
        held_before = "SELECT rowid FROM search_past WHERE search_past MATCH ?"
        return Condition(f"+versions.id IN ({held} UNION ALL {held_before})", (phrases, phrases))


def make_plan(connection: sqlite3.Connection, query: Query, *, is_wide: bool) -> Plan:
    """Return how to ask for what a query means; `QueryError` where a filter of it means nothing."""
    planner = _Planner(connection, is_narrowed=any(map(_is_of_words, query.clauses)), is_wide=is_wide)
    for clause in query.clauses:
        planner.add(clause)
    return planner.finish()


def match_expression(word: str) -> str:
    """Return the text with which `search_words MATCH` finds one word, or one phrase: for SQL written by people.

    >>> match_expression("主动 公開"), match_expression("２０２０")
    ('"主动 动公 公开"', '"20 02 20"')
    """
    folded = fold(word)
    return word_to_phrase(folded) if folded else '""'


def _is_of_words(clause: tuple[Unit, ...]) -> bool:
    """Whether a clause is of words alone, any of which is to be there."""
    return all(isinstance(unit.meaning, Word) and not unit.is_negated for unit in clause)


def _any(phrases: Iterable[str]) -> str:
    joined = " OR ".join(dict.fromkeys(phrases))
    return f"({joined})"


def _all(expressions: Iterable[str], without: Iterable[str] = ()) -> str | None:
    """Return the expression for all of some and nothing of others; None where there are no some."""
    wanted = " AND ".join(expressions)
    if not wanted:
        return None
    return f"({wanted}) NOT {_any(without)}" if without else wanted
