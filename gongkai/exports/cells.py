"""The cells of the forms: their order, their labels in both languages, what they count, the article behind them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from gongkai.labels import CellLabels, find_labels
from parsers.forms import Form, load_forms
from parsers.report import Cell, CellKey, Report

_ONLY_COLUMN = "value"
"""The column of a table that has one column of figures."""


@dataclass(frozen=True, slots=True)
class FormCell:
    """A cell of a form. `path` are the labels over its column of a wide table, from its table down to itself.

    The first `own` of them name its row; `unit` is what the form prints, None where it prints none; `article` is one of
    the regulation of 2019, None where the line has none of its own.
    """

    form: str
    key: CellKey
    path: tuple[str, ...]
    own: int
    label_en: str
    unit: str | None
    unit_base: str | None
    article: str | None
    source: str

    @property
    def label_zh(self) -> str:
        """Return the labels in one line."""
        return " · ".join(self.path)


@cache
def list_form_cells(form: str) -> tuple[FormCell, ...]:
    """Return the cells of a form in printed order.

    >>> cell = list_form_cells("2019")[200 - 2 - 1]
    >>> cell.key.row, cell.label_zh, cell.unit_base
    ('litigation.after_review', '政府信息公开行政复议、行政诉讼情况 · 行政诉讼 · 复议后起诉 · 总计', '件')
    """
    found = load_forms()[form]
    units = {key: line.unit for table in found.tables for line in table.lines for key in line.cells}
    blank = _make_blank(found)
    return tuple(_describe(found, blank, key, units[key]) for key in found.iter_cells())


@cache
def order_cells() -> tuple[CellKey, ...]:
    """Return the cells of all forms in one order, in which those of each form stand as it prints them."""
    order: list[CellKey] = []
    for form in load_forms().values():
        place = 0
        for key in form.iter_cells():
            if key not in order:
                order.insert(place, key)
            place = order.index(key) + 1
    return tuple(order)


@cache
def find_unit_base(key: CellKey) -> str | None:
    """Return what a cell counts where no unit is printed with it: 元 for an amount, in any multiple.

    What the cells of another series than that on disclosure count is known where the form prints it alone.

    >>> find_unit_base(CellKey("requests", "granted", "total"))
    '件'
    """
    units = _load()["units"]
    if is_money(key):
        return str(units["money"]["unit"])
    if key.column in units["items"]["columns"]:
        return str(units["items"]["unit"])
    printed = (
        line.unit for form in load_forms().values() for table in form.tables for line in table.lines
        if line.unit and key in line.cells
    )  # fmt: skip
    is_on_disclosure = any(key in form.iter_cells() for form in load_forms().values() if form.series is None)
    return next(printed, str(units["default"]) if is_on_disclosure else None)


@cache
def is_money(key: CellKey) -> bool:
    """Whether a cell holds an amount of money, whose figure says nothing without a unit."""
    money = _load()["units"]["money"]
    return key.column in money["columns"] or f"{key.table}.{key.row}" in money["rows"]


@cache
def _load() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("gongkai.exports").joinpath("cells.toml").read_text(encoding="utf-8"))


def _make_blank(form: Form) -> Report:
    """Make a report that follows a form and says nothing: what finds labels asks for one."""
    cells = tuple(Cell(*key, "", None, None, "blank", None) for key in form.iter_cells())
    return Report("annual_report", form.key, None, None, None, None, None, None, cells=cells)


def _describe(form: Form, blank: Report, key: CellKey, unit: str | None) -> FormCell:
    words = _load()
    labels = find_labels(blank, key)
    if labels is None:
        raise ValueError(f"form {form.key} prints no labels for {key}")
    path, own = _find_path(form, key, labels, unit)
    english = (
        words["tables"].get(key.table) or _to_words(key.table),
        words["rows"].get(key.table, {}).get(key.row) or _to_words(key.row),
        words["columns"].get(key.column) or _to_words(key.column),
    )
    return FormCell(
        form=form.key,
        key=key,
        path=path,
        own=own,
        label_en=" · ".join(filter(None, english)),
        unit=unit or ("万元" if "万元" in "".join(labels.column) else None),
        unit_base=find_unit_base(key),
        article=words["articles"].get(key.table, {}).get(key.row),
        source=form.source,
    )


def _to_words(name: str) -> str:
    """Return the key of a form that has no English words of its own as words.

    >>> _to_words("meals.for_elders")
    'meals, for elders'
    """
    return name.replace(".", ", ").replace("_", " ")


def _find_path(form: Form, key: CellKey, labels: CellLabels, unit: str | None) -> tuple[tuple[str, ...], int]:
    """Return the labels from the outermost to the innermost, and how many of them do not name the column.

    A caption over the whole width of a table names what stands under it. A label that is a unit names nothing, nor
    does the head of a table's only column.
    """
    captions = _list_captions(form)
    row = (label for label in labels.row if label != unit)
    heads = (labels.table, *(label for label in labels.column if label in captions), *_list_parents(form, key), *row)
    columns = () if key.column == _ONLY_COLUMN else (label for label in labels.column if label not in captions)
    return (*heads, *columns), len(heads)


def _list_parents(form: Form, key: CellKey) -> tuple[str, ...]:
    """Return the labels of the lines that a line is a part of, where it is told by its name alone (`review.upheld`)."""
    lines = {cell.row: line for table in form.tables for line in table.lines for cell in line.cells
             if cell.table == key.table and cell.column == _ONLY_COLUMN}  # fmt: skip
    parts = key.row.split(".")
    above = (".".join(parts[:length]) for length in range(1, len(parts)))
    return tuple(lines[row].labels[0].text for row in above if row in lines)


@cache
def _list_captions(form: Form) -> frozenset[str]:
    return frozenset(
        label.text for table in form.tables for line in table.lines for label in line.labels
        if label.colspan == table.width
    )  # fmt: skip
