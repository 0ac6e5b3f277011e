"""The language of a search: words, phrases, filters, without and or, as they are written, made into values.

Nothing here knows the archive: which cell a name means, and whether a value makes sense, is seen when it is asked.
"""

import re
from dataclasses import dataclass

from archive.errors import QueryError
from archive.search.numerals import spell_numerals
from archive.search.text import fold

QUERY_LENGTH = 500
"""Characters that a query may have; what is longer is a text, and not a question."""
FILTERS = {
    "year": "年份",
    "district": "区县",
    "agency": "机关",
    "site": "站点",
    "division": "区划",
    "form": "表样",
    "status": "状态",
    "published": "发布",
    "blank": "空白",
    "inferred": "推得",
    "ambiguous": "存疑",
    "missing": "缺失",
    "finding": "不符",
}
"""The filters, each with its Chinese name."""
_KEYS = {**{key: key for key in FILTERS}, **{name: key for key, name in FILTERS.items()}}
_OPERATORS = {"≥": ">=", "≤": "<="}
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_NUMBER = re.compile(r"(?P<number>[+-]?\d+(?:\.\d+)?)(?P<unit>元|万元|亿元)?", re.ASCII)
_UNIT = re.compile(
    r"(?P<minus>-(?=\S))?"
    r'(?:(?P<name>[^\W\d][\w.]*)(?P<operator>[<>!＜＞！][=＝]|[:=<>：＝＜＞≥≤])(?P<value>"(?:[^"]|"")*"|[^\s"]\S*)'
    r'|"(?P<phrase>(?:[^"]|"")*)"'
    r"|(?P<word>\S+))"
)
_OR = "OR"


@dataclass(frozen=True, slots=True)
class Word:
    """Something printed: folded, first as it was written, then with its numbers spelt otherwise; any of them does."""

    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on what is known of a report: a key of `FILTERS`; `:`, `=`, `!=`, `<` and so on; what is wanted."""

    key: str
    operator: str
    value: str


@dataclass(frozen=True, slots=True)
class CellFilter:
    """A condition on a figure: `requests.total>50`. `unit` is 元, 万元 or 亿元 where one was written."""

    name: str
    operator: str
    number: float
    unit: str | None


@dataclass(frozen=True, slots=True)
class Unit:
    """One word or filter; with `is_negated` the reports without it are meant."""

    meaning: Word | Filter | CellFilter
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked: all of the clauses, of each any unit; `notes` say what was taken otherwise than it looks."""

    clauses: tuple[tuple[Unit, ...], ...]
    notes: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[Word, ...]:
        """Return the words that are asked for, those that are to be absent apart."""
        units = (unit for clause in self.clauses for unit in clause if not unit.is_negated)
        return tuple(unit.meaning for unit in units if isinstance(unit.meaning, Word))


def parse_query(text: str) -> Query:
    """Return what a query means; `QueryError` where it means nothing.

    >>> parse_query('复议 -"主动公开"').clauses
    ((Unit(meaning=Word(spellings=('复议',)), is_negated=False),), \
(Unit(meaning=Word(spellings=('主动公开',)), is_negated=True),))
    """
    if len(text) > QUERY_LENGTH:
        raise QueryError(f"the query has {len(text)} characters; write at most {QUERY_LENGTH}")
    parsed = [_parse_unit(found) for found in _UNIT.finditer(text)]
    clauses = _join_clauses([unit for unit, _ in parsed if unit is not None])
    if not clauses:
        raise QueryError(f"nothing to search for in {text!r}; write a word, or a filter such as year:2020")
    return Query(clauses, tuple(dict.fromkeys(note for _, note in parsed if note)))


def _join_clauses(units: list[Unit | str]) -> tuple[tuple[Unit, ...], ...]:
    clauses: list[list[Unit]] = []
    is_open = False
    for unit in units:
        if isinstance(unit, Unit):
            if is_open:
                clauses[-1].append(unit)
            else:
                clauses.append([unit])
            is_open = False
        elif is_open or not clauses:
            break
        else:
            is_open = True
    else:
        if not is_open:
            return tuple(dict.fromkeys(map(tuple, clauses)))
    raise QueryError('OR stands between two words; write "OR" in quotes to search for it')


def _parse_unit(found: re.Match[str]) -> tuple[Unit | str | None, str | None]:
    """Return a unit, `OR`, or None where nothing of it can be seen; and a note where it is not what it looks like."""
    if found[0] == _OR:
        return _OR, None
    is_negated = found["minus"] is not None
    if found["phrase"] is not None:
        return _to_unit(_to_words(found["phrase"].replace('""', '"'), is_literal=True), is_negated=is_negated), None
    if found["name"] is None:
        return _to_unit(_to_words(found["word"]), is_negated=is_negated), None
    condition = _parse_filter(found)
    if condition is not None:
        return Unit(condition, is_negated), None
    written = found[0].removeprefix("-")
    return _to_unit(_to_words(written), is_negated=is_negated), _explain(found["name"], written)


def _to_words(written: str, *, is_literal: bool = False) -> Word | None:
    folded = fold(written)
    if not is_literal:
        folded = folded.replace('"', "") or folded  # a quote that does not end, unless nothing else was written
    if not folded:
        return None
    return Word((folded,) if is_literal else spell_numerals(folded))


def _to_unit(word: Word | None, *, is_negated: bool) -> Unit | None:
    return Unit(word, is_negated) if word else None


def _parse_filter(found: re.Match[str]) -> Filter | CellFilter | None:
    name, operator = fold(found["name"]), fold(found["operator"])
    operator = _OPERATORS.get(operator, operator)
    value = _unquote(found["value"])
    if name in _KEYS:
        return Filter(_KEYS[name], operator, value)
    number = _NUMBER.fullmatch(fold(value))
    if number is None or not name.isascii() or not (operator in _COMPARISONS or "." in name):
        return None
    return CellFilter(name, "=" if operator == ":" else operator, float(number["number"]), number["unit"])


def _unquote(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = value[1:-1]
    return value.replace('""', '"')


def _explain(name: str, written: str) -> str:
    return f"{written} was searched as it stands, for {name} is no filter; the filters are {', '.join(FILTERS)}"
