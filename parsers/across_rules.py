"""The rules over two reports as data: across.toml, read into frozen values."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal, NamedTuple

from parsers.report import CellKey, Level
from parsers.rules import load_rules

Kind = Literal["balance", "ratio", "followed", "supported", "offices"]


@dataclass(frozen=True, slots=True)
class AcrossRule:
    """A rule over cells of two reports, once for each of `places`; across.toml says what each field means."""

    id: str
    kind: Kind
    table: str
    along: Literal["rows", "columns"]
    places: tuple[str, ...]
    left: tuple[str, ...]
    says: str
    before: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    alone: str | None = None
    factor: int = 1
    slack: int = 1

    @property
    def level(self) -> Level:
        """How sure a breach is."""
        return load_rules()[self.id].level

    def name(self, place: str, key: str) -> CellKey:
        """Return the cell at a place that a side names by its row or column."""
        return CellKey(self.table, place, key) if self.along == "rows" else CellKey(self.table, key, place)

    def iter_terms(self, place: str) -> Iterator[tuple[int, bool, CellKey]]:
        """Yield factor, whether it is of the year before, and name of each cell; a balance adds up to 0."""
        for sign, is_before, keys in (
            (1, False, self.left), (-1, True, self.before), (-1, False, self.added), (1, False, self.less)
        ):  # fmt: skip
            yield from ((sign, is_before, self.name(place, key)) for key in keys)


class Plausible(NamedTuple):
    """How many 万元 an agency whose name ends in one of these may take in a year."""

    ends: tuple[str, ...]
    most: int


class Across(NamedTuple):
    """All that across.toml holds."""

    rules: tuple[AcrossRule, ...]
    plausible: tuple[Plausible, ...]


@cache
def load_across() -> Across:
    """Return the rules over two reports, and what is plausible.

    >>> [rule.id for rule in load_across().rules][:2]
    ['requests.carried_over', 'proactive_disclosure.in_force_stock']
    """
    data = tomllib.loads(resources.files(__package__).joinpath("across.toml").read_text(encoding="utf-8"))
    plausible = tuple(Plausible(tuple(one["ends"]), one["most"]) for one in data["plausible"])
    return Across(tuple(map(_to_rule, data["rules"])), plausible)


def _to_rule(data: Mapping[str, Any]) -> AcrossRule:
    fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
    return AcrossRule(**fields)


def year_rules() -> tuple[AcrossRule, ...]:
    """Return the rules over a report and that of the year before."""
    return tuple(rule for rule in load_across().rules if rule.kind != "offices")


def list_cells(rules: Sequence[AcrossRule]) -> tuple[CellKey, ...]:
    """Return the cells that rules need of a report, of whichever of the two, each once."""
    return tuple(
        dict.fromkeys(cell for rule in rules for place in rule.places for _, _, cell in rule.iter_terms(place))
    )


def most_plausible(agency: str | None) -> int:
    """Return how many 万元 an agency may plausibly take in a year.

    >>> most_plausible("青石区白杨街道办事处") < most_plausible("青石区教育局")
    True
    """
    name = agency or ""
    return next(one.most for one in load_across().plausible if name.endswith(one.ends))
