"""A made world of any size: districts of a hundred agencies, ten years each, every report with figures and words.

A report is put together from pools that are made once, so that making it costs little beside storing it: chains of ten
years of figures that add up (`tests.parsers.fillings`), with the checks that the parser makes of them, and passages of
made prose (`benchmarks.words`). Everything follows from the number of a report, the same in every run.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

from archive import Capture, SiteIdentity
from benchmarks.words import make_text
from parsers import Cell, CellKey, Check, Report, Section
from parsers.forms import load_forms
from parsers.verify import try_cells
from tests.parsers.fillings import consistent, dice

FORM = "2021"
YEARS = range(2016, 2026)
AGENCIES = 100
"""Agencies of a district: half of them are called the same in every district, as bureaus are."""
SITE_REPORTS = AGENCIES * len(YEARS)
CHANGED = 50
"""One report in so many says something else at the second visit of its site."""
FAULTY = 40
"""One chain of figures in so many does not add up."""
FIRST_DAY = datetime(2026, 1, 5, 2, tzinfo=UTC)
_CHAINS = 120
"""Agencies' ten years of figures that are made; agencies go round them."""
_TEXTS, _PASSAGE, _PASSAGES = 4_000, 200, (3, 4, 5, 6, 7)
"""Texts that are cut into passages, characters of one, and how many a report may have: 600 to 1,400 characters."""
_FIELDS = (
    "财政 教育 民政 司法 审计 统计 体育 卫生 水务 农业 商务 文化 交通 "
    "住房 规划 园林 城管 市场 应急 医保 税务 气象 档案 人防 信访"
)
_BODIES = ("局", "服务中心")
_FIRSTS, _SECONDS = "青白红听望云临长清安和东南西北新古上下金银大小平", "石杨松汀湖山河桥岭泉塘坪溪浦庄园林田城关屯湾渡"
_HEADERS = (("Content-Type", "text/html; charset=utf-8"), ("Server", "nginx"))


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one report: its cells in the form's order, and what the parser's checks say of them."""

    cells: tuple[Cell, ...]
    checks: tuple[Check, ...]


def make_site(number: int) -> SiteIdentity:
    """Return the site of a district: its name, its title, a division of its own below 99 (nobody's)."""
    return SiteIdentity(f"site{number:04}", f"青石{number}区人民政府", f"{990_000 + number}")


def count_sites(reports: int) -> int:
    """Return how many sites hold so many reports; the last one may hold less."""
    return -(-reports // SITE_REPORTS)


def list_numbers(site: int, reports: int) -> range:
    """Return the numbers of a site's reports, in a world of so many."""
    return range(site * SITE_REPORTS, min((site + 1) * SITE_REPORTS, reports))


def make_report(number: int, *, is_changed: bool = False) -> Report:
    """Make a report: 200 cells, 600 to 1,400 characters; ten years of an agency follow each other."""
    agency_number, nth = divmod(number, len(YEARS))
    site, of_site = divmod(agency_number, AGENCIES)
    year, district = YEARS[nth], f"青石{site}区"
    agency = f"{district}{_name_agency(site, of_site)}"
    chain = make_chains()[agency_number % _CHAINS]
    published = date(year + 1, 1 if number % 10 else 3, 1 + number % 28)
    figures = _change_one(chain[nth]) if is_changed else chain[nth]
    chance = random.Random(number)  # noqa: S311 - not for secrets
    passages = make_passages()
    words = "".join(chance.choices(passages, k=chance.choice(_PASSAGES)))
    middle = words.find("。", len(words) // 2) + 1
    sections = (
        Section("overview", "一、总体情况", words[:middle]),
        Section("problems", "五、存在的主要问题", words[middle:]),
    )
    return Report(
        "annual_report", FORM, f"{agency}{year}年政府信息公开工作年度报告", agency, district, None, year,
        published, sections=sections, cells=figures.cells, checks=figures.checks,
    )  # fmt: skip


def make_capture(number: int, report: Report, *, is_changed: bool = False) -> Capture:
    """Make the capture of a report's page: a small body of its own, the moment of its site's visit."""
    site = number // SITE_REPORTS
    moment = visit_moment(site, is_second=is_changed) + timedelta(seconds=number % SITE_REPORTS)
    host = find_host(site)
    body = f"<!DOCTYPE html><title>{report.title}</title><p>{number} {is_changed:d}</p>"
    return Capture(
        f"site{site:04}", f"{host}/zwgk/{report.year}/t{number:07}.html", "report", moment, 200,
        (*_HEADERS, ("Last-Modified", f"{moment:%a, %d %b %Y %H:%M:%S} GMT")), body.encode(),
        found_on=f"{host}/zwgk/", link_text=report.title,
    )  # fmt: skip


def make_list(site: int, *, is_second: bool = False) -> Capture:
    """Make the capture of the list of a site, which comes before those of its reports."""
    moment = visit_moment(site, is_second=is_second) - timedelta(seconds=5)
    body = f"<!DOCTYPE html><title>青石{site}区</title><p>{is_second:d}</p>"
    return Capture(f"site{site:04}", f"{find_host(site)}/zwgk/", "list", moment, 200, _HEADERS, body.encode())


def visit_moment(site: int, *, is_second: bool = False) -> datetime:
    """Return when a site is visited: each a quarter of an hour after the one before, all again a year later."""
    return FIRST_DAY + timedelta(days=365 * is_second, minutes=15 * site)


def find_host(site: int) -> str:
    """Return how the addresses of a site begin."""
    return f"http://site{site:04}.example"


@cache
def make_passages() -> tuple[str, ...]:
    """Return passages of made prose, each of 200 characters."""
    texts = map(make_text, range(_TEXTS))
    return tuple(text[start : start + _PASSAGE] for text in texts for start in range(0, len(text) - _PASSAGE, _PASSAGE))


@cache
def make_chains() -> tuple[tuple[Figures, ...], ...]:
    """Return agencies' ten years of figures: each year carries over what the one before carried forward."""
    return tuple(tuple(_iter_chain(number)) for number in range(_CHAINS))


def _iter_chain(number: int) -> Iterator[Figures]:
    before: Mapping[CellKey, int] = {}
    for year in YEARS:
        raws = consistent(FORM, dice(f"scale {number} {year}"))
        numbers = {key: int(raw) for key, raw in raws.items()}
        _follow(numbers, before)
        before = dict(numbers)
        if number % FAULTY == 0:
            numbers[CellKey("requests", "granted", "total")] += 1
        yield _make_figures(numbers)


def _follow(numbers: dict[CellKey, int], before: Mapping[CellKey, int]) -> None:
    """Let the figures of a year follow from those of the one before, so that only what is meant to differs."""
    columns = [key.column for key in numbers if key.row == "carried_over" and key.column != "total"]
    rows = [CellKey("requests", row, "") for row in ("carried_over", "new_requests", "carried_forward")]
    for column in columns:
        old, new, forward = (row._replace(column=column) for row in rows)
        over, due = before.get(forward, 0), numbers[old] + numbers[new]
        numbers[old], numbers[new] = over, max(due - over, 0)
        numbers[forward] += max(over - due, 0)
    for row in rows:
        numbers[row._replace(column="total")] = sum(numbers[row._replace(column=column)] for column in columns)
    for key in [key for key in numbers if key.column == "in_force"]:
        issued, repealed = key._replace(column="issued"), key._replace(column="repealed")
        stock = before.get(key, numbers[key]) + numbers[issued]
        numbers[repealed] = min(numbers[repealed], stock - numbers[issued])
        numbers[key] = stock - numbers[repealed]
    # What goes on over years in the courts is left at nothing: chains of it would have to be made up as well.
    for key in [key for key in numbers if key.row.startswith("litigation") or key.column == "pending"]:
        numbers[key] = 0
    for key in [key for key in numbers if key.table == "review_and_litigation" and key.column == "total"]:
        parts = (value for other, value in numbers.items() if other[:2] == key[:2] and other.column != "total")
        numbers[key] = sum(parts)


def _change_one(figures: Figures) -> Figures:
    """Return figures of which one is another; no sum has it in it."""
    place = next(place for place, cell in enumerate(figures.cells) if cell.column == "in_force")
    cell = figures.cells[place]
    value = int(cell.value or 0) + 1
    changed = cell._replace(raw=str(value), value=value)
    return replace(figures, cells=(*figures.cells[:place], changed, *figures.cells[place + 1 :]))


def _make_figures(numbers: Mapping[CellKey, int]) -> Figures:
    cells = tuple(
        Cell(*key, str(value), value, None, "reported", f"table 1 row {place}")
        for place, (key, value) in enumerate(numbers.items())
    )
    tables = {table.key: FORM for table in load_forms()[FORM].tables}
    return Figures(cells, tuple(one.check for one in try_cells(cells, tables)))


def _name_agency(site: int, number: int) -> str:
    """Return how an agency is called: half of a district's are bureaus, the others streets with names of their own."""
    bureaus = [f"{field}{body}" for body in _BODIES for field in _FIELDS.split()]
    if number < len(bureaus):
        return bureaus[number]
    place = (number - len(bureaus)) * 11 + site * 7
    return f"{_FIRSTS[place % len(_FIRSTS)]}{_SECONDS[place // len(_FIRSTS) % len(_SECONDS)]}街道办事处"
