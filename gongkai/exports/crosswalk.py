"""Which cells of two forms can be put side by side: the rules of `crosswalk.toml`, cell by cell."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from typing import Any, Literal

from parsers.forms import load_forms
from parsers.report import CellKey

Match = Literal["same", "similar", "part", "gone", "added"]


@dataclass(frozen=True, slots=True)
class Crossing:
    """A cell of an older form beside one of a newer; one of the two is None where nothing can stand beside it."""

    older: str
    newer: str
    left: CellKey | None
    right: CellKey | None
    match: Match
    zh: str
    en: str


@cache
def list_crossings() -> tuple[Crossing, ...]:
    """Return what the rules say of every pair of forms, by pair, in the order of the rules and of the forms."""
    data = tomllib.loads(resources.files("gongkai.exports").joinpath("crosswalk.toml").read_text(encoding="utf-8"))
    pairs = dict.fromkeys(tuple(pair) for rule in data["rules"] for pair in rule["between"])
    return tuple(crossing for older, newer in pairs for crossing in _cross(older, newer, data["rules"]))


def _cross(older: str, newer: str, rules: Sequence[dict[str, Any]]) -> Iterator[Crossing]:
    """Yield what the rules of a pair of forms say; the first rule that names a cell is its rule."""
    lefts, rights = (tuple(load_forms()[form].iter_cells()) for form in (older, newer))
    told_left: set[CellKey] = set()
    told_right: set[CellKey] = set()
    for rule in rules:
        if [older, newer] not in rule["between"]:
            continue
        found = dict.fromkeys(
            (left, right)
            for pattern in rule["cells"]
            for left, right in _find_cells(pattern, rule["match"], lefts, rights)
            if left not in told_left and right not in told_right
        )
        told_left.update(left for left, _ in found if left)
        told_right.update(right for _, right in found if right)
        for left, right in found:
            yield Crossing(older, newer, left, right, rule["match"], rule["zh"], rule["en"])


def _find_cells(
    pattern: str, match: Match, lefts: Sequence[CellKey], rights: Sequence[CellKey]
) -> Iterator[tuple[CellKey | None, CellKey | None]]:
    """Yield the cells that a pattern names: one of each form, or of one of them alone."""
    if "=" in pattern:
        yield from _iter_pairs(*(_to_key(part.strip()) for part in pattern.split("=")), lefts=lefts, rights=rights)
    elif match == "gone":
        yield from ((key, None) for key in lefts if fnmatchcase(".".join(key), pattern))
    elif match == "added":
        yield from ((None, key) for key in rights if fnmatchcase(".".join(key), pattern))
    else:
        yield from ((key, key) for key in lefts if key in rights and fnmatchcase(".".join(key), pattern))


def _iter_pairs(
    left: CellKey, right: CellKey, *, lefts: Sequence[CellKey], rights: Sequence[CellKey]
) -> Iterator[tuple[CellKey, CellKey]]:
    columns = [key.column for key in lefts if key[:2] == left[:2]] if left.column == "*" else [left.column]
    for column in columns:
        pair = left._replace(column=column), right._replace(column=column if right.column == "*" else right.column)
        if pair[0] not in lefts or pair[1] not in rights:
            raise ValueError(f"crosswalk.toml names {pair}, which the forms have not")
        yield pair


def _to_key(name: str) -> CellKey:
    table, *row, column = name.split(".")
    return CellKey(table, ".".join(row), column)
