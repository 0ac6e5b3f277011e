"""The tables of an export and their columns, described in both languages."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any, Literal

from gongkai.exports.cells import list_form_cells
from parsers.forms import Form, load_forms

ColumnType = Literal["text", "integer", "number", "boolean", "date", "moment"]
Value = str | int | float | Decimal | bool | None
"""What stands in a row: dates and moments are text."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `is_printed` for text as it is printed, of which an empty one says something as well."""

    name: str
    type: ColumnType
    zh: str
    en: str
    is_required: bool = False
    is_printed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table of an export. `key` names a row; the values of `of` stand in the columns of that name of `points_to`.

    `form` is that of a wide table, else None.
    """

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    points_to: str | None = None
    form: str | None = None


@dataclass(frozen=True, slots=True)
class Meaning:
    """A value that a column can have, explained."""

    column: str
    value: str
    zh: str
    en: str


@cache
def load_tables() -> Mapping[str, Table]:
    """Return every table by its name, in the order in which they are shown.

    >>> list(load_tables())[:3]
    ['reports', 'figures', 'wide_2014']
    """
    data = _load()
    return {one["name"]: _table(one, data["wide"]) for one in _iter_tables(data["tables"])}


@cache
def load_meanings() -> tuple[Meaning, ...]:
    """Return the values of the columns that have a fixed list; of forms that the list does not name as well."""
    listed = [Meaning(part["column"], **one) for part in _load()["values"] for one in part["meanings"]]
    named = [one.value for one in listed if one.column == "form"]
    others = [Meaning("form", form.key, f"{form.source}《{form.name}》", f"form of {form.name}")
              for form in load_forms().values() if form.key not in named]  # fmt: skip
    last = max(number for number, one in enumerate(listed, 1) if one.column == "form")
    return (*listed[:last], *others, *listed[last:])


def list_values(column: str) -> tuple[str, ...]:
    """Return the values that a column can have, () where any.

    >>> list_values("standing")
    ('current', 'withdrawn', 'superseded')
    """
    return tuple(one.value for one in load_meanings() if one.column == column)


def _load() -> dict[str, Any]:
    return tomllib.loads(resources.files("gongkai.exports").joinpath("columns.toml").read_text(encoding="utf-8"))


def _iter_tables(listed: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the tables of the file, behind its wide ones those of the forms that it does not name."""
    named = [one["form"] for one in listed if "form" in one]
    for one in listed:
        yield one
        if one.get("form") == named[-1]:
            yield from (_wide_table(form) for form in load_forms().values() if form.key not in named)


def _wide_table(form: Form) -> dict[str, Any]:
    zh = f"{form.name}：每个版本一行，每个单元格一列"
    en = f"{form.name}: a row for each version, a column for each cell"
    return {"name": f"wide_{form.key}", "form": form.key, "zh": zh, "en": en}


def _table(data: dict[str, Any], wide: dict[str, Any]) -> Table:
    shape = {**wide, **data} if "form" in data else data
    columns = tuple(map(_column, shape["columns"]))
    if form := data.get("form"):
        columns += tuple(_column_of_cell(*one) for one in _iter_named(form))
    key, of = tuple(shape.get("key", ())), tuple(shape.get("of", ()))
    return Table(data["name"], data["zh"], data["en"], columns, key, of, shape.get("in"), form)


def _column(data: dict[str, Any]) -> Column:
    required, printed = data.get("required", False), data.get("printed", False)
    return Column(data["name"], data["type"], data["zh"], data["en"], is_required=required, is_printed=printed)


def _iter_named(form: str) -> list[tuple[str, str, str]]:
    cells = list_form_cells(form)
    units = [(f"（{cell.unit_base}）", f" ({cell.unit_base})") if cell.unit_base else ("", "") for cell in cells]
    return [
        (".".join(cell.key), f"{cell.label_zh}{zh}", f"{cell.label_en}{en}")
        for cell, (zh, en) in zip(cells, units, strict=True)
    ]


def _column_of_cell(name: str, zh: str, en: str) -> Column:
    return Column(name, "number", zh, en)
