"""Form files to forms: every file beside this one is read, looked through, and held against the others."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Any

from parsers.errors import FormError
from parsers.forms.fields import require_fields
from parsers.forms.form import Condition, Form, Label, Line, Rule, Table
from parsers.forms.series import Series, SeriesSection
from parsers.forms.sound import require_apart, require_series, require_sound, require_sound_series
from parsers.report import CellKey

_SUM = "sum"
_SHIPPED = frozenset({"2014.toml", "2019.toml", "2021.toml"})
_MARK_LENGTH = 8
_NUMBERING = re.compile(r"[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]\s*")


@cache
def load_forms() -> Mapping[str, Form]:
    """Return every form beside this file by its key: those of the report on disclosure first, the oldest first.

    >>> [len(list(form.iter_cells())) for form in load_forms().values()]
    [58, 198, 200]
    """
    named = [(file, parse_form(text, file)) for file, text in _read_files()]
    require_apart(named)
    for file, form in named:
        require_series(form, load_series(), file)
    return {form.key: form for _, form in sorted(named, key=lambda one: (one[1].series is not None, one[0]))}


@cache
def load_series() -> Mapping[str, Series]:
    """Return every series of yearly reports beside that on disclosure, by its name.

    >>> dict(load_series())
    {}
    """
    found: dict[str, Series] = {}
    for file, text in _read_files():
        series = parse_series(text, file)
        if series is not None:
            if series.name in found:
                raise FormError(
                    f"{file}: the series {series.name!r} is told twice; write series = {series.name!r} here"
                )
            found[series.name] = series
    return found


@cache
def name_version(version: str) -> str:
    """Return a version of the parser with a mark of the form files beside those that it came with.

    So a new file, or another content of it, makes stored pages be read again, as a new parser does.

    >>> name_version("4")
    '4'
    """
    others = "\n".join(f"{file}\n{text}" for file, text in _read_files() if file not in _SHIPPED)
    return f"{version}+{sha256(others.encode()).hexdigest()[:_MARK_LENGTH]}" if others else version


def _read_files() -> Sequence[tuple[str, str]]:
    """Return name and text of each form file, by name."""
    files = (file for file in resources.files("parsers.forms").iterdir() if file.name.endswith(".toml"))
    return [(file.name, file.read_text(encoding="utf-8")) for file in sorted(files, key=lambda file: file.name)]


def parse_form(text: str, name: str = "form") -> Form:
    """Make a form from the text of its file; `FormError` says in one line which file, where, what and what to do."""
    data = _parse(text, name)
    rules = data.get("rules", ())
    series = data.get("series")
    form = Form(
        key=data["form"],
        name=data["name"],
        source=data["source"],
        tables=tuple(_table(table) for table in data["tables"]),
        rules=tuple(_rule(rule) for rule in rules if rule.get("kind", _SUM) == _SUM),
        conditions=tuple(_condition(rule) for rule in rules if rule.get("kind", _SUM) != _SUM),
        series=series["name"] if isinstance(series, dict) else series,
    )
    require_sound(form, name)
    return form


def parse_series(text: str, name: str = "form") -> Series | None:
    """Make the series that the text of a form file tells, None where it tells none."""
    data = _parse(text, name)
    told = data.get("series")
    if not isinstance(told, dict):
        return None
    series = Series(
        name=told["name"],
        titles=tuple(told["titles"]),
        columns=tuple(told["columns"]),
        sections=tuple(
            SeriesSection(one["key"], one["label"], tuple(one.get("words", ()))) for one in told["sections"]
        ),
        tables=tuple(_iter_labels(data["tables"])),
    )
    require_sound_series(series, name)
    return series


def _parse(text: str, name: str) -> dict[str, Any]:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise FormError(f"{name}: this is no TOML: {problem}; mend that place") from problem
    require_fields(data, name)
    return data


def _iter_labels(tables: Iterable[dict[str, Any]]) -> Iterable[str]:
    """Yield the labels of tables and of their lines with cells, without their numbers."""
    for table in tables:
        yield table["label"]
        for line in table["lines"]:
            if line.get("rows") and line["labels"]:
                yield _NUMBERING.sub("", line["labels"][-1]["text"], count=1)


def _table(data: dict[str, Any]) -> Table:
    return Table(
        key=data["key"],
        section=data["section"],
        label=data["label"],
        width=data["width"],
        lines=tuple(_line(line, data["key"], data["columns"]) for line in data["lines"]),
    )


def _line(data: dict[str, Any], table: str, table_columns: list[str]) -> Line:
    columns = data.get("columns", table_columns)
    cells = tuple(CellKey(table, row, column) for row in data.get("rows", ()) for column in columns)
    return Line(
        labels=tuple(_label(label) for label in data["labels"]),
        cells=cells,
        spans=tuple(data.get("spans", (1,) * len(cells))),
        unit=data.get("unit"),
    )


def _label(data: dict[str, Any]) -> Label:
    return Label(
        text=data["text"],
        colspan=data.get("cs", 1),
        rowspan=data.get("rs", 1),
        column=data.get("column"),
        also=tuple(data.get("also", ())),
    )


def _rule(data: dict[str, Any]) -> Rule:
    return Rule(
        id=data["id"],
        table=data["table"],
        along=data["along"],
        left=tuple(data.get("left", ())),
        right=tuple(data.get("right", ())),
        says=data["says"],
        level=data.get("level", "hard"),
        zh=data.get("zh", ""),
        en=data.get("en", ""),
    )


def _condition(data: dict[str, Any]) -> Condition:
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
    return Condition(**fields)
