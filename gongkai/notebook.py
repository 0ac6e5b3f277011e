"""What a notebook asks for: tables as rows that a data frame is made from, and charts that show themselves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive import Archive
from archive.questions.coverage import choose_place
from archive.questions.tidy import TidyScope
from gongkai.exports.contents import fill_tables
from gongkai.exports.dictionary import Table, Value, load_tables
from gongkai.indicators import CHARTED, INDICATORS, list_measures

if TYPE_CHECKING:
    from gongkai.web.charts import Chart


class _OneTable:
    """Keeps the rows of one table and lets those of the others go."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.rows: list[dict[str, Any]] = []

    def begin(self, table: Table) -> Callable[[Sequence[Value]], None]:
        if table.name != self._name:
            return _pass_over
        names = [column.name for column in table.columns]

        def keep(row: Sequence[Value]) -> None:
            self.rows.append(dict(zip(names, map(_to_plain, row), strict=True)))

        return keep

    def finish(self) -> None:
        """Do nothing: the rows are there."""

    def drop(self) -> None:
        """Do nothing: nothing was begun."""


def _pass_over(_: Sequence[Value]) -> None:
    pass


def _to_plain(value: Value) -> object:
    return float(value) if isinstance(value, Decimal) else value


def load_table(  # noqa: PLR0913 - each of them is a filter of its own
    archive: Archive,
    name: str,
    *,
    site: str | None = None,
    year: int | None = None,
    district: str | None = None,
    as_of: str | None = None,
    all_versions: bool = False,
) -> list[dict[str, Any]]:
    """Return a table as `gongkai export` writes it, a dict a row; `ValueError` lists the names of the tables.

    `district` is a division or a name; `as_of` is a day (its end, in UTC) or a moment (`2026-03-01T08:00:00Z`).
    Amounts in base units are floats. docs/exports.md describes every table and column.
    """
    from gongkai.web.exchange import BadRequestError  # noqa: PLC0415 - it stands with what reads moments
    from gongkai.web.moments import parse_as_of  # noqa: PLC0415 - the same

    if name not in load_tables():
        raise ValueError(f"no table is named {name!r}; there are {', '.join(load_tables())}")
    if year is not None and not isinstance(year, int):
        raise ValueError(f"a year is a number like 2020, not {year!r}")
    if district is not None:
        district = choose_place(archive.list_places(), district).division
    try:
        as_of = parse_as_of(as_of or "")
    except BadRequestError as problem:
        raise ValueError(str(problem)) from problem
    table = _OneTable(name)
    fill_tables(archive, TidyScope(site, year, district, as_of, all_versions), table)
    return table.rows


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as SVG; a notebook shows it by itself."""

    svg: bytes

    def _repr_svg_(self) -> str:
        return self.svg.decode()

    def save(self, path: str | Path) -> None:
        """Write it to a file."""
        Path(path).write_bytes(self.svg)


def draw_agency(archive: Archive, name: str, key: str = "requests") -> Picture:
    """Draw a chart of an agency's years; `name` is a report's id, its year may be left off.

    `key` is one of those of `gongkai.indicators.CHARTED`, else `ValueError` lists them. Needs `gongkai[web]`.
    `ArchiveError` where no agency, or more than one, has that name.
    """
    from gongkai.web.pictured import chart_agency  # noqa: PLC0415 - tables need no web

    _require_chart(key)
    return _draw(chart_agency(archive.tell_agency(name, list_measures(INDICATORS)), key))


def draw_district(archive: Archive, name: str, key: str = "requests") -> Picture:
    """Draw a chart of the sums over a district's agencies; `name` is its division, its name or that of a site.

    `key` and errors are as of `draw_agency`.
    """
    from gongkai.web.pictured import chart_district  # noqa: PLC0415 - the same

    _require_chart(key)
    return _draw(chart_district(archive.tell_district(name, list_measures(INDICATORS)), key))


def _require_chart(key: str) -> None:
    if key not in CHARTED:
        raise ValueError(f"no chart is named {key!r}; there are {', '.join(CHARTED)}")


def _draw(chart: "Chart") -> Picture:
    from gongkai.web.charts import chart_to_svg  # noqa: PLC0415 - the same

    return Picture(chart_to_svg(chart))
