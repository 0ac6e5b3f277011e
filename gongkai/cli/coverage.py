"""`gongkai coverage`: who has published when."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.text import Text

from gongkai.cli import DONE, INCOMPLETE
from gongkai.cli.options import archive_option, as_of_option, examples, json_option, register_option
from gongkai.cli.output import is_screen, paged, print_json, print_lines, print_rows, stdout, styled
from gongkai.cli.wrapping import cut_text

if TYPE_CHECKING:
    from gongkai.standing import Standing

_COLUMNS = (
    *("division", "agency", "year", "state", "days_late", "reason", "due", "basis", "published", "first_seen"),
    *("report", "looks", "last_look"),
)
_MARKS = {
    "in_time": ("✓", "green"),
    "late": ("+", "yellow"),
    "missing": ("✗", "red"),
    "withdrawn": ("−", "red"),
    "republished": ("±", "yellow"),
    "unknown": ("?", "magenta"),
    "not_due": ("·", "dim"),
}
"""How a state is drawn, and its colour; a late report has its days behind the mark."""
_WORDS = {"in_time": "in time", "late": "late (+days)", "not_due": "not due yet", "republished": "put back"}
_DOUBTED = "✓?"
"""In time by its own date, which looks after the due day contradict."""
_YEAR_WIDTH = 5
_GAP = 1
_LEAST_NAME = 12
_MOST_NAME = 32
"""Columns of the terminal for the name of an agency: at least, at most."""
_STATES = tuple(_MARKS)


@click.command(
    "coverage",
    short_help="See who has published when.",
    epilog=examples(
        "gongkai coverage",
        "gongkai coverage 青石区 --year 2025 --state missing",
        "gongkai coverage --as-of 2026-02-01 --sites sites.toml",
        "gongkai coverage --json",
    ),
)
@click.argument("place", required=False)
@click.option("--site", help="Only agencies of this site.")
@click.option("--district", help="Only this district: its code, its name or one of its sites.")
@click.option("--year", type=click.IntRange(1, 9999), help="Only reports about this year.")
@click.option("--state", "states", type=click.Choice(_STATES), multiple=True, help="Only those that stand so.")
@as_of_option
@click.option("--exit-code", "tells", is_flag=True, help="Leave with 3 where any is missing or late.")
@register_option
@archive_option
@json_option
def command(  # noqa: PLR0913 - one argument an option
    place: str | None,
    site: str | None,
    district: str | None,
    year: int | None,
    states: Sequence[str],
    as_of: str | None,
    sites_path: Path | None,
    archive_path: Path,
    *,
    tells: bool,
    as_json: bool,
) -> int:
    """Print every agency that is expected and every year: in time, late, missing, withdrawn, put back, unknown.

    A report is missing only where a visit after its due day read the lists and did not find it. PLACE is a district
    (code, name or site), part of an agency's name, or what the ids of its reports begin with. Agencies and dates of
    `sites.toml` are expected beside those found.
    """
    from archive import Archive  # noqa: PLC0415 - help must answer at once
    from gongkai.calendar import CHINA  # noqa: PLC0415 - the same
    from gongkai.coverage import cover, is_place  # noqa: PLC0415 - the same
    from gongkai.register import load_register  # noqa: PLC0415 - the same

    register = load_register(sites_path)
    today = datetime.now(UTC).astimezone(CHINA).date()
    with Archive.open(archive_path) as archive:
        is_district = district is None and place is not None and is_place(archive, register, place)
        found = cover(
            archive,
            register,
            today=today,
            as_of=as_of,
            site=site,
            district=place if is_district else district,
            agency=None if is_district else place,
            year=year,
        )
    shown = [one for one in found if not states or one.state in states]
    _print(shown, as_of, as_json=as_json)
    return INCOMPLETE if tells and any(one.state in {"missing", "late"} for one in shown) else DONE


def _print(shown: Sequence["Standing"], as_of: str | None, *, as_json: bool) -> None:
    if as_json:
        print_json(one.to_json() for one in shown)
    elif not shown:
        when = f" as of {as_of}" if as_of else ""
        click.echo(f"gongkai: nothing is expected{when} that fits; `gongkai sites list` has the sites known", err=True)
    elif is_screen():
        with paged():
            print_lines(_iter_matrix(shown, stdout().width))
    else:
        print_rows(_COLUMNS, [_to_row(one) for one in shown])


def _to_row(one: "Standing") -> list[object]:
    own: dict[str, object] = {name: getattr(one, name, None) for name in _COLUMNS}
    own["due"] = one.due.isoformat()
    own["looks"], own["last_look"] = (one.evidence.looks, one.evidence.last) if one.evidence else (None, None)
    return list(own.values())


def _iter_matrix(shown: Sequence["Standing"], width: int) -> Iterator[Text]:
    """Yield the matrix of each district, as many years beside each other as fit, then legend and counts."""
    for _, own in groupby(shown, key=attrgetter("division")):
        district = list(own)
        yield Text.assemble(styled(district[0].district, "bold"), "  ", styled(district[0].division, "dim"))
        years = sorted({one.year for one in district})
        most = max(1, (width - _LEAST_NAME) // (_YEAR_WIDTH + _GAP))
        for start in range(0, len(years), most):
            yield from _iter_block(district, years[start : start + most], width)
            yield Text()
    yield from _iter_counts(shown)
    if len({(one.division, one.key) for one in shown}) == 1:
        yield Text()
        yield from map(_explain, shown)


def _explain(one: "Standing") -> Text:
    """Return why one agency stands in a year as it does, in a line."""
    from gongkai.web.words import say  # noqa: PLC0415 - one agency alone is explained

    mark, style = _MARKS[one.state]
    told = f"{one.year}  {say('en', f'reason_{one.reason}')}; due {one.due.isoformat()}"
    if one.published:
        told += f", published {one.published}"
    if one.evidence:
        told += f"; {one.evidence.looks} visits without it, {one.evidence.first[:10]} to {one.evidence.last[:10]}"
    return Text.assemble((f"{mark} ", style), told)


def _iter_block(district: Sequence["Standing"], years: Sequence[int], width: int) -> Iterator[Text]:
    room = min(_MOST_NAME, max(_LEAST_NAME, width - len(years) * (_YEAR_WIDTH + _GAP)))
    yield Text.assemble(" " * room, *(f"{year:>{_YEAR_WIDTH + _GAP}}" for year in years), style="bold")
    for _, own in groupby(district, key=attrgetter("key")):
        places = {one.year: one for one in own}
        if places.keys().isdisjoint(years):
            continue
        line = cut_text(styled(next(iter(places.values())).agency), room)
        line.append(" " * (room - line.cell_len))
        for year in years:
            mark = _draw(places[year]) if year in places else Text()
            line.append(" " * (_YEAR_WIDTH + _GAP - mark.cell_len)).append_text(mark)
        line.rstrip()
        yield line


def _draw(one: "Standing") -> Text:
    mark, style = _MARKS[one.state]
    if one.reason == "date_contradicted":
        return Text(_DOUBTED, style)
    return Text(f"{mark}{one.days_late}" if one.state == "late" else mark, style)


def _iter_counts(shown: Sequence["Standing"]) -> Iterator[Text]:
    """Yield one line a state that was met: its mark, what it means, how many."""
    counts: Counter[str] = Counter(one.state for one in shown)
    for state in (one for one in _MARKS if counts[one]):
        mark, style = _MARKS[state]
        yield Text.assemble((f"{mark} ", style), f"{_WORDS.get(state, state)}  ", (str(counts[state]), "bold"))
    doubted = sum(one.reason == "date_contradicted" for one in shown)
    if doubted:
        yield Text.assemble((f"{_DOUBTED} ", "green"), "in time by a date that visits contradict  ", str(doubted))
