"""The parts of the glossary that stand as data in the code: labels of forms, statuses, rules, families.

`python docs/glossary.py` writes them anew into docs/glossary.md, between the marks; what stands around them is kept.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from crawler.families import list_families
from gongkai.exports.cells import list_form_cells
from gongkai.exports.dictionary import load_meanings
from parsers.completeness import load_section_labels
from parsers.forms import load_forms
from parsers.rules import load_rules

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "glossary.md"
_PART = re.compile(r"(?P<begin><!-- made: (?P<name>\w+) -->\n)(?P<rows>.*?)(?P<end><!-- end -->)", re.DOTALL)
_UNIT = re.compile(r"（单位[^）]*）$")

Row = tuple[str, ...]


def fill(page: str) -> str:
    """Return the page with each part made anew."""
    return _PART.sub(lambda part: f"{part['begin']}{_write(PARTS[part['name']]())}{part['end']}", page)


def _write(rows: Iterator[Row]) -> str:
    head, *others = rows
    lines = [head, tuple("---" for _ in head), *others]
    return "".join(f"| {' | '.join(cell.replace('|', '·') for cell in line)} |\n" for line in lines)


def _iter_sections() -> Iterator[Row]:
    yield "中文", "key"
    for key, label in load_section_labels().items():
        yield label, f"`{key}`"


def _iter_tables() -> Iterator[Row]:
    yield "中文", "key", "forms"
    found: dict[str, tuple[str, list[str]]] = {}
    for form in load_forms().values():
        for table in form.tables:
            found.setdefault(table.key, (table.label, []))[1].append(form.key)
    for key, (label, forms) in found.items():
        yield label, f"`{key}`", ", ".join(forms)


def _iter_rows() -> Iterator[Row]:
    """Yield the rows of each table with the labels of every form; those that stand under a heading with that."""
    yield "中文", "key", "table", "English"
    rows: dict[tuple[str, str], tuple[list[str], str]] = {}
    for form in load_forms():
        for cell in list_form_cells(form):
            label = " · ".join(part for part in cell.path[1 : cell.own][-2:])
            english = " · ".join(cell.label_en.split(" · ")[1:2])
            labels, _ = rows.setdefault((cell.key.table, cell.key.row), ([], english))
            if label and label not in labels:
                labels.append(label)
    for (table, row), (labels, english) in rows.items():
        yield "；".join(labels), f"`{row}`", f"`{table}`", english


def _iter_columns() -> Iterator[Row]:
    yield "中文", "key", "table", "English"
    columns: dict[tuple[str, str], tuple[list[str], str]] = {}
    for form in load_forms().values():
        english = {cell.key.column: cell.label_en.rpartition(" · ")[2] for cell in list_form_cells(form.key)}
        for table in form.tables:
            for line in table.lines:
                for label in line.labels:
                    if label.column:
                        key = (table.key, label.column)
                        labels, _ = columns.setdefault(key, ([], english.get(label.column, "")))
                        labels.extend({_UNIT.sub("", label.text)} - {"", *labels})
    for (table, column), (labels, english_name) in columns.items():
        yield "；".join(labels), f"`{column}`", f"`{table}`", english_name


def _iter_values() -> Iterator[Row]:
    yield "中文", "value", "of", "English"
    for one in load_meanings():
        yield one.zh, f"`{one.value}`", f"`{one.column}`", one.en


def _iter_states() -> Iterator[Row]:
    """Yield the words of the calendar, as the pages have them."""
    words: Mapping[str, list[str]] = tomllib.loads(
        (ROOT / "gongkai" / "web" / "words.toml").read_text(encoding="utf-8")
    )
    yield "中文", "key", "English"
    for key, (chinese, english) in words.items():
        for kind in ("state_", "reason_"):
            if key.startswith(kind):
                yield chinese, f"`{key.removeprefix(kind)}`", english


def _iter_rules() -> Iterator[Row]:
    yield "中文", "rule", "", "English"
    for rule in load_rules().values():
        yield rule.zh, f"`{rule.id}`", rule.mark, rule.en


def _iter_families() -> Iterator[Row]:
    yield "建站系统", "family"
    for family in list_families():
        yield family.title, f"`{family.name}`"


PARTS: Mapping[str, Callable[[], Iterator[Row]]] = {
    "sections": _iter_sections,
    "tables": _iter_tables,
    "rows": _iter_rows,
    "columns": _iter_columns,
    "values": _iter_values,
    "states": _iter_states,
    "rules": _iter_rules,
    "families": _iter_families,
}
"""What is made between the marks of the page, by the name that they bear."""


if __name__ == "__main__":
    PAGE.write_text(fill(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
