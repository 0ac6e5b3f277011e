"""The filters of a search as conditions of SQL, over the rows `states`, `versions` and `reports`.

Every value goes to SQLite beside the statement, never in it.
"""

import operator
import re
import sqlite3
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple, TypeVar

from archive.errors import QueryError
from archive.search.query import CellFilter, Filter
from archive.search.text import fold

_Value = TypeVar("_Value")
_COMPARED: Mapping[str, tuple[str, Callable[[float, float], bool]]] = {
    ":": ("=", operator.eq),
    "=": ("=", operator.eq),
    "!=": ("<>", operator.ne),
    "<": ("<", operator.lt),
    "<=": ("<=", operator.le),
    ">": (">", operator.gt),
    ">=": (">=", operator.ge),
}
_LISTED = 8
"""Names that an error lists."""
_DIGITS_OF_MONEY = 6
"""Decimals to which amounts are compared: 万元 with six of them are hundredths of a 元."""
_YES_NO = {
    **dict.fromkeys(("yes", "true", "1", "是", "有"), True),
    **dict.fromkeys(("no", "false", "0", "否", "无"), False),
}
_STATUSES = {
    **dict.fromkeys(("current", "现行", "在线"), "current"),
    **dict.fromkeys(("withdrawn", "撤下", "已撤下", "撤回"), "withdrawn"),
}
_FORMS = {form: form for form in ("2014", "2019", "2021", "narrative")} | {
    "none": None,
    "叙述": "narrative",
    "无": None,
}
_YEARS = re.compile(r"(\d{1,4})(?:\.\.(\d{1,4}))?", re.ASCII)
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_DIVISION = re.compile(r"\d{2,12}", re.ASCII)
TEN_THOUSANDS = "CASE unit WHEN '元' THEN value / 10000.0 WHEN '亿元' THEN value * 10000.0 ELSE value END"
"""An amount in 万元; what has no unit, and what is counted and not paid, stays what it is."""
_FACTORS = {"元": 0.0001, "万元": 1.0, "亿元": 10_000.0, None: 1.0}


_OF_SITE = "states.page_id IN (SELECT pages.id FROM pages JOIN sites ON sites.id = site_id WHERE sites.name = ?)"


class Condition(NamedTuple):
    """A condition of SQL, and the values of its question marks.

    `is_list` where it lists the versions, so that SQLite may begin with them instead of looking at every one.
    """

    sql: str
    values: tuple[object, ...] = ()
    is_list: bool = False


def make_condition(connection: sqlite3.Connection, wanted: Filter | CellFilter, *, is_narrowed: bool) -> Condition:
    """Return the condition that a filter means; `QueryError` where it means none, with what may have been meant.

    Where a search `is_narrowed` by words, each version that holds them is looked at; else the condition may say which
    versions there are to look at.
    """
    if isinstance(wanted, CellFilter):
        return _match_cell(connection, wanted, is_narrowed=is_narrowed)
    if wanted.key == "site":
        return _match_site(connection, wanted)
    if wanted.key == "form":
        return _match_form(connection, wanted)
    return _CONDITIONS[wanted.key](wanted)


def _match_year(wanted: Filter) -> Condition:
    found = _YEARS.fullmatch(fold(wanted.value))
    if found is None or (found[2] and wanted.operator not in {":", "=", "!="}):
        raise _refuse(wanted, "a year, as year:2020, year:2018..2020 or year>=2018")
    return _match_span("reports.year", wanted.operator, (int(found[1]), int(found[2] or found[1])))


def _match_published(wanted: Filter) -> Condition:
    first, has_end, last = fold(wanted.value).partition("..")
    spans = [_read_span(first), _read_span(last if has_end else first)]
    if None in spans or (has_end and wanted.operator not in {":", "=", "!="}):
        raise _refuse(wanted, "a day, a month, a year or a span, as published:2021-02, 2021..2022 or published<2021-04")
    (start, _), (_, end) = (span for span in spans if span)
    return _match_span("versions.published", wanted.operator, (start, end))


def _read_span(text: str) -> tuple[str, str] | None:
    """Return the first and the last day of a day, a month or a year; None where it is none of them."""
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    first_month, last_month = (month, month) if month else (1, 12)
    if not year or not 1 <= first_month <= 12:
        return None
    last = monthrange(year, last_month)[1]
    if day is not None and not 1 <= day <= last:
        return None
    return f"{year:04}-{first_month:02}-{day or 1:02}", f"{year:04}-{last_month:02}-{day or last:02}"


def _match_span(column: str, operator: str, span: tuple[object, object]) -> Condition:
    """Compare a column with a span: what is less is before it, what is more behind it."""
    first, last = span
    if operator in {":", "="}:
        return Condition(f"{column} BETWEEN ? AND ?", (first, last))
    if operator == "!=":
        return Condition(f"{column} NOT BETWEEN ? AND ?", (first, last))
    return Condition(f"{column} {operator} ?", (first if operator in {"<", ">="} else last,))


def _match_district(wanted: Filter) -> Condition:
    if _DIVISION.fullmatch(fold(wanted.value)):
        return _match_division(wanted)
    return _match_part("coalesce(nullif(versions.district, ''), reports.district)", wanted)


def _match_agency(wanted: Filter) -> Condition:
    return _match_part("versions.agency", wanted)


def _match_part(column: str, wanted: Filter) -> Condition:
    """Look for a part of a name, as it was written or in simplified characters."""
    value = wanted.value.strip()
    if not fold(value):
        raise _refuse(wanted, "a name, or a part of one")
    return _negatable(wanted, Condition(f"(instr({column}, ?) OR instr({column}, ?))", (_whole(value), fold(value))))


def _match_division(wanted: Filter) -> Condition:
    code = fold(wanted.value)
    if not _DIVISION.fullmatch(code):
        raise _refuse(wanted, "a division code or its beginning, as division:2201")
    return _negatable(wanted, Condition("substr(reports.division, 1, ?) = ?", (len(code), code)))


def _match_site(connection: sqlite3.Connection, wanted: Filter) -> Condition:
    names = [row[0] for row in connection.execute("SELECT name FROM sites ORDER BY name")]
    value = wanted.value.strip()
    if value not in names:
        near = get_close_matches(value, names, _LISTED, cutoff=0) if names else []
        raise _refuse(wanted, f"the name of a site ({', '.join(near) or 'there are none yet'})")
    return _negatable(wanted, Condition(_OF_SITE, (value,)))


def _match_form(connection: sqlite3.Connection, wanted: Filter) -> Condition:
    forms: dict[str, str | None] = {**_FORMS}
    if fold(wanted.value) not in forms:  # one that a file of another series brought
        forms |= {row[0]: row[0] for row in connection.execute("SELECT DISTINCT form FROM versions WHERE form > ''")}
    form = _choose(wanted, forms)
    return _negatable(wanted, Condition("versions.form IS ?", (form,)))


def _match_status(wanted: Filter) -> Condition:
    return _negatable(wanted, Condition("states.status = ?", (_choose(wanted, _STATUSES),)))


def _match_cells(wanted: Filter) -> Condition:
    """Look for a cell that has one of the statuses in which no figure was simply read.

    The status is one of the filters' keys; as a word of the statement it allows the index of those cells, which
    SQLite does not choose by itself.
    """
    is_wanted = _choose(wanted, _YES_NO)
    exists = (
        f"EXISTS (SELECT 1 FROM figures INDEXED BY figures_{wanted.key} "  # noqa: S608 - a word of ours
        f"WHERE figures.version_id = versions.id AND figures.status = '{wanted.key}')"
    )
    return _negatable(wanted, Condition(exists if is_wanted else f"NOT {exists}"))


def _match_finding(wanted: Filter) -> Condition:
    """Look for what does not add up: anything, nothing, or what a rule of this beginning says."""
    value = fold(wanted.value)
    any_finding = "EXISTS (SELECT 1 FROM findings WHERE findings.version_id = versions.id)"
    if value in _YES_NO:
        return _negatable(wanted, Condition(any_finding if _YES_NO[value] else f"NOT {any_finding}"))
    if not value:
        raise _refuse(wanted, "yes, no, or the beginning of a rule, as finding:requests.balance")
    rule = "EXISTS (SELECT 1 FROM findings WHERE findings.version_id = versions.id AND substr(rule, 1, ?) = ?)"
    return _negatable(wanted, Condition(rule, (len(value), value)))


def _match_cell(connection: sqlite3.Connection, wanted: CellFilter, *, is_narrowed: bool) -> Condition:
    cell = _find_cell(connection, wanted.name)
    number = round(wanted.number * _FACTORS[wanted.unit], _DIGITS_OF_MONEY)
    sign, compare = _COMPARED[wanted.operator]
    is_listed = not compare(0, number)  # the index has no cell that holds 0
    source, held = ("figures INDEXED BY figures_held", "value <> 0 AND ") if is_listed else ("figures", "")
    figures = (
        f"SELECT version_id FROM {source} "  # noqa: S608 - words of ours
        f"WHERE cell_name_id = ? AND {held}round({TEN_THOUSANDS}, {_DIGITS_OF_MONEY}) {sign} ?"
    )
    if is_listed and not is_narrowed:
        return Condition(f"versions.id IN ({figures})", (cell, number), is_list=True)
    return Condition(f"EXISTS ({figures} AND figures.version_id = versions.id)", (cell, number))


def _find_cell(connection: sqlite3.Connection, name: str) -> int:
    """Return the cell that a name means: its row, with the table before it and the column behind it where needed."""
    cells = {
        (row["table"], row["row"], row["column"]): int(row["id"])
        for row in connection.execute('SELECT id, "table", "row", "column" FROM cell_names ORDER BY 2, 3, 4')
    }
    found = [key for key in cells if name in {".".join(key), ".".join(key[1:])}] or _choose_columns(cells, name)
    found = found or [key for key in cells if name == key[2]]
    if len(found) == 1:
        return cells[found[0]]
    if found:
        raise QueryError(f"{name} may mean {_list_cells(found)}; write one of them")
    known = sorted({".".join(key) for key in cells} | {".".join(key[1:]) for key in cells} | {key[1] for key in cells})
    near = get_close_matches(name, known, _LISTED)
    meant = f"perhaps {', '.join(near)}" if near else "cells are named as requests.total or refused.state_secret"
    raise QueryError(f"no cell of this archive is called {name}; {meant}")


def _choose_columns(cells: Mapping[tuple[str, str, str], int], name: str) -> list[tuple[str, str, str]]:
    """Return the cells of the rows that have this name: of each row its total, or else all."""
    rows: dict[tuple[str, str], list[str]] = {}
    for table, row, column in cells:
        if name in {row, f"{table}.{row}"}:
            rows.setdefault((table, row), []).append(column)
    return [
        (*key, column) for key, columns in rows.items() for column in (("total",) if "total" in columns else columns)
    ]


def _list_cells(found: Sequence[tuple[str, str, str]]) -> str:
    more = f" and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
    return ", ".join(".".join(key) for key in found[:_LISTED]) + more


def _negatable(wanted: Filter, condition: Condition) -> Condition:
    """Return the condition, or its opposite where the filter says so; no name is more or less than another."""
    if wanted.operator in {":", "="}:
        return condition
    if wanted.operator == "!=":
        return Condition(f"({condition.sql}) IS NOT TRUE", condition.values)
    raise _refuse(wanted, f"a colon, as {wanted.key}:{_whole(wanted.value)}; there is no more or less of it")


def _choose(wanted: Filter, values: Mapping[str, _Value]) -> _Value:
    value = fold(wanted.value)
    if value not in values:
        raise _refuse(wanted, f"one of {', '.join(values)}")
    return values[value]


def _refuse(wanted: Filter, wish: str) -> QueryError:
    written = f"{wanted.key}{wanted.operator}{_whole(wanted.value)}"
    return QueryError(f"{written} cannot be understood: {wanted.key} wants {wish}")


def _whole(text: str) -> str:
    """Return a text without halves of characters, which SQLite has no room for."""
    return text.encode(errors="replace").decode()


_CONDITIONS: Mapping[str, Callable[[Filter], Condition]] = {
    "year": _match_year,
    "district": _match_district,
    "agency": _match_agency,
    "division": _match_division,
    "status": _match_status,
    "published": _match_published,
    "finding": _match_finding,
    **dict.fromkeys(("blank", "inferred", "ambiguous", "missing"), _match_cells),
}
