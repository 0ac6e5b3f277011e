"""Made histories of agencies: reports over three years between which everything holds, and one fault planted."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from archive import Archive
from parsers import Check, Report
from tests.archive.made_reports import HOST, SITE, crawl
from tests.gongkai.made_versions import make_cells, make_version

YEARS = (2022, 2023, 2024)
OLD_YEARS = (2018, 2019, 2020)
STREET = "青石区第{}街道办事处"
Figures = Mapping[str, float | None]
History = Mapping[int, Figures]


def faultless(number: int) -> dict[int, dict[str, float | None]]:
    """Return the figures of an agency over three years between which everything holds."""
    forward, stock = number % 3, 10 + number
    figures: dict[int, dict[str, float | None]] = {}
    for year in YEARS:
        issued, repealed = (number + year) % 4, year % 2
        over, forward = forward, (number * 7 + year) % 5
        stock += issued - repealed
        figures[year] = {
            **both("carried_over", over),
            **both("new_requests", 6),
            **both("total", 6 + over - forward),
            **both("carried_forward", forward),
            "proactive_disclosure.normative_documents.issued": issued,
            "proactive_disclosure.normative_documents.repealed": repealed,
            "proactive_disclosure.normative_documents.in_force": stock,
            "proactive_disclosure.fees.fee_amount": 20 + number + year % 3,
            "review_and_litigation.review.pending": 1,
            "review_and_litigation.review.total": 1,
            "review_and_litigation.litigation.after_review.total": number % 2,
        }
    return figures


def both(row: str, value: int) -> dict[str, float | None]:
    """Return a row that natural persons alone have."""
    return {f"requests.{row}.natural_person": value, f"requests.{row}.total": value}


def faultless_old(number: int) -> dict[int, dict[str, float | None]]:
    """Return the same in the form of 2019."""
    items, published = 40 + number, 5
    figures: dict[int, dict[str, float | None]] = {}
    for year in OLD_YEARS:
        published += number % 3
        row = "proactive_disclosure.{}.{}"
        figures[year] = {
            row.format("licensing", "previous_year_items"): items,
            row.format("licensing", "change"): -2,
            row.format("normative_documents", "newly_published"): number % 3,
            row.format("normative_documents", "total_published"): published,
        }
        items -= 2
    return figures


def make_report(agency: str, year: int, figures: Figures) -> Report:
    """Make a report on a year that was published in time."""
    made = make_version(f"{agency}{year}年。", "2021" if year > 2020 else "2019", published=date(year + 1, 1, 20))
    title = f"{agency}{year}年政府信息公开工作年度报告"
    return replace(made, agency=agency, year=year, title=title, cells=make_cells(made.form or "", figures))


def save(path: Path, agencies: Mapping[str, History], *checks: Check) -> Path:
    """Make an archive of these agencies' reports, all seen in one crawl."""
    reports = [
        replace(make_report(agency, year, figures), checks=checks)
        for agency, history in agencies.items()
        for year, figures in history.items()
    ]
    with Archive.create(path, "test") as archive:
        archive.save_site(SITE)
        crawl(archive, 1, {f"{HOST}/{number}.html": report for number, report in enumerate(reports)})
    return path


def plant(year: int, cells: Figures, *, old: bool = False) -> dict[int, dict[str, float | None]]:
    """Return a faultless history with other figures in a year."""
    history = faultless_old(4) if old else faultless(4)
    history[year] = {**history[year], **cells}
    return history
