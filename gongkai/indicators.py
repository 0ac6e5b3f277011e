"""The figures that charts and sums show: what they are called, and which cells of which form hold them.

What the forms count otherwise is not put side by side: why requests were refused is told by other rules since 2019.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from archive.questions.pictures import MISSING, DistrictCoverage, Figure, Measure, ReportFacts
from gongkai.calendar import is_government
from parsers.report import CellKey

_DIGITS = 6
"""Decimals that are kept of a sum of amounts."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure with its names and its unit in both languages, and the cells that hold it."""

    key: str
    zh: str
    en: str
    measure: Measure
    unit_zh: str = "件"
    unit_en: str = "items"


class YearSum(NamedTuple):
    """The sum of an indicator over a district's agencies in one year.

    `total` is None where no report has a figure. `reports` are in the sum, `inferred` of them with a figure that was
    not printed. `blank` left the place empty, `without` have no figure that is sure, `withdrawn` are left out.
    `government` is what the district's government says itself: it counts what its agencies count, so it is no part.
    """

    year: int
    total: float | None
    reports: int
    inferred: int
    blank: int
    without: int
    withdrawn: int
    government: Figure | None


def _requests(*rows: str) -> tuple[CellKey, ...]:
    return tuple(CellKey("requests", row, "total") for row in rows)


def _disputes(*rows: str, column: str = "total") -> tuple[CellKey, ...]:
    return tuple(CellKey("review_and_litigation", row, column) for row in rows)


def _statistics(*rows: str) -> tuple[CellKey, ...]:
    return tuple(CellKey("statistics", row, "value") for row in rows)


def _indicator(key: str, zh: str, en: str, *ways: tuple[CellKey, ...]) -> Indicator:
    return Indicator(key, zh, en, Measure(key, ways))


def _amount(key: str, zh: str, en: str, *ways: tuple[CellKey, ...]) -> Indicator:
    return Indicator(key, zh, en, Measure(key, ways, is_money=True), "万元", "10,000 yuan")


_REFUSED = (
    "refused.state_secret",
    "refused.prohibited_by_law",
    "refused.security_and_stability",
    "refused.third_party_rights",
    "refused.internal_affairs",
    "refused.deliberative_process",
    "refused.enforcement_files",
    "refused.administrative_inquiry",
)
_UNABLE = ("unable.not_held", "unable.requires_creation", "unable.still_unclear")
_NOT_PROCESSED = (
    "not_processed.petition",
    "not_processed.repeated",
    "not_processed.publications",
    "not_processed.abusive",
    "not_processed.reconfirmation",
)

INDICATORS: Mapping[str, Indicator] = {
    one.key: one
    for one in (
        _indicator(
            "new_requests", "新收申请", "New requests", _requests("new_requests"), _statistics("requests.received")
        ),
        _indicator(
            "granted", "予以公开和部分公开", "Granted, wholly or partly", _requests("granted", "partially_granted"),
            _statistics("replies.granted", "replies.partially_granted"),
        ),
        _indicator("refused", "不予公开", "Refused", _requests(*_REFUSED)),
        _indicator("unable", "无法提供", "Unable to provide", _requests(*_UNABLE)),
        _indicator("not_processed", "不予处理", "Not processed", _requests(*_NOT_PROCESSED)),
        _indicator("carried_forward", "结转下年度", "Carried forward", _requests("carried_forward")),
        _indicator("reviews", "行政复议", "Reviews", _disputes("review"), _statistics("review")),
        _indicator(
            "lawsuits", "行政诉讼", "Lawsuits", _disputes("litigation.direct", "litigation.after_review"),
            _statistics("litigation"),
        ),
        _indicator(
            "corrected", "复议诉讼中被纠正", "Corrected by review or court",
            _disputes("review", "litigation.direct", "litigation.after_review", column="corrected"),
            _statistics("review.corrected", "litigation.corrected"),
        ),
        _amount(
            "fees", "行政事业性收费", "Administrative fees",
            (CellKey("proactive_disclosure", "fees", "fee_amount"),),
        ),
        _amount("information_fees", "依申请公开收费", "Fees for requests", _statistics("fees")),
    )
}  # fmt: skip
"""Every indicator by its key, in the order in which they are shown."""

CHARTED: Mapping[str, tuple[str, ...]] = {
    "requests": ("new_requests", "granted", "refused"),
    "unanswered": ("unable", "not_processed", "carried_forward"),
    "disputes": ("reviews", "lawsuits", "corrected"),
    "fees": ("fees", "information_fees"),
}
"""Indicators that stand in one chart, by the chart's key: all of one unit."""


def list_measures(keys: Iterable[str]) -> tuple[Measure, ...]:
    """Return what the archive is asked for, for these indicators."""
    return tuple(INDICATORS[key].measure for key in keys)


def find_figure(report: ReportFacts | None, key: str) -> Figure:
    """Return what a report says of an indicator; missing where there is no report."""
    return report.figures.get(key, MISSING) if report is not None else MISSING


def sum_up(coverage: DistrictCoverage, key: str) -> tuple[YearSum, ...]:
    """Return the sums of an indicator over the agencies of a district, a year each."""
    return tuple(_sum_up_year(coverage, key, year) for year in coverage.years)


def _sum_up_year(coverage: DistrictCoverage, key: str, year: int) -> YearSum:
    reports = list(_iter_year(coverage, year))
    current = [one for one in reports if one.status != "withdrawn"]
    own = [find_figure(one, key) for one in current if is_government(one.agency)]
    figures = [find_figure(one, key) for one in current if not is_government(one.agency)]
    values = [one.value for one in figures if one.value is not None]
    total = sum(values)
    return YearSum(
        year=year,
        total=(total if isinstance(total, int) else round(total, _DIGITS)) if values else None,
        reports=len(values),
        inferred=sum(one.status == "inferred" for one in figures),
        blank=sum(one.status == "blank" for one in figures),
        without=sum(one.status in {"ambiguous", "missing"} for one in figures),
        withdrawn=len(reports) - len(current),
        government=next((one for one in own if one.value is not None), own[0] if own else None),
    )


def _iter_year(coverage: DistrictCoverage, year: int) -> Iterator[ReportFacts]:
    return (agency.reports[year] for agency in coverage.agencies if year in agency.reports)
