"""The figures of the demo reports: figures.toml turned into one raw text a cell."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import groupby

from parsers.forms import Form, Table, load_forms
from parsers.report import CellKey

_Row = str | list[str]


@dataclass(frozen=True, slots=True)
class Figures:
    """Which form a report follows, and the raw text of every cell of it."""

    form: Form
    raw: Mapping[CellKey, str]

    def number(self, row: str, *, table: str = "requests") -> int:
        """Return the whole number in the 总计 of a row; a blank counts as 0."""
        return int(self.raw[CellKey(table, row, "total")] or 0)


@cache
def load_figures() -> Mapping[str, Figures]:
    """Return the figures of every demo report by the name that figures.toml gives it."""
    text = resources.files(__package__).joinpath("figures.toml").read_text(encoding="utf-8")
    return {name: parse_figures(data, name) for name, data in tomllib.loads(text).items()}


def parse_figures(data: Mapping[str, object], name: str) -> Figures:
    """Make one report's figures; a table, row or count of cells that its form has not is a `ValueError`."""
    form = load_forms()[str(data["form"])]
    unknown = data.keys() - {"form"} - {table.key for table in form.tables}
    if unknown:
        raise ValueError(f"{name}: form {form.key} has no table {sorted(unknown)}")
    raw: dict[CellKey, str] = {}
    for table in form.tables:
        given = data.get(table.key, {})
        if not isinstance(given, dict):
            raise TypeError(f"{name}: {table.key} is no table")
        raw |= _table_figures(table, given, name)
    return Figures(form, raw)


def _table_figures(table: Table, given: Mapping[str, _Row], name: str) -> dict[CellKey, str]:
    rows = {row: list(keys) for row, keys in groupby(table.iter_cells(), key=lambda key: key.row)}
    unknown = given.keys() - rows.keys() - {"default"}
    if unknown:
        raise ValueError(f"{name}: table {table.key} has no row {sorted(unknown)}")
    default = given.get("default", "0")
    raw: dict[CellKey, str] = {}
    for row, keys in rows.items():
        texts = given.get(row, default)
        if isinstance(texts, str):
            texts = [texts] * len(keys)
        if len(texts) != len(keys):
            raise ValueError(f"{name}: {table.key}, {row}: {len(texts)} texts for {len(keys)} cells")
        raw |= zip(keys, texts, strict=True)
    return raw
