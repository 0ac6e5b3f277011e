"""Which charts are drawn of what the archive says: years of an agency, sums of a district, reports of all."""

from collections import Counter
from collections.abc import Sequence

from archive.questions.pictures import AgencyHistory, DistrictCoverage, Figure, Publication, YearCount
from gongkai.calendar import count_days_late
from gongkai.indicators import CHARTED, INDICATORS, Indicator, YearSum, find_figure, sum_up
from gongkai.web.chart_frame import Words
from gongkai.web.charts import Chart, Series

_REPORTS = Words("份", "reports")
CHART_TITLES = {
    "requests": Words("申请与办理结果", "Requests and what came of them"),
    "unanswered": Words("未予办理与结转", "Not answered, or carried forward"),
    "disputes": Words("复议与诉讼", "Reviews and lawsuits"),
    "fees": Words("收费", "Fees"),
}
"""What the charts of indicators are called, by their keys."""


def chart_agency(agency: AgencyHistory, key: str) -> Chart:
    """Return a chart of an agency's years, from the first to the last; a year without a report is a gap."""
    known = {report.year: report for report in agency.reports}
    years = range(min(known), max(known) + 1)
    series = [
        _to_series(INDICATORS[name], [find_figure(known.get(year), name) for year in years]) for name in CHARTED[key]
    ]
    return _chart(key, agency.name, [str(year) for year in years], series)


def chart_district(coverage: DistrictCoverage, key: str) -> Chart:
    """Return a chart of the sums over a district's agencies, a year each."""
    series = [_sums_to_series(INDICATORS[name], sum_up(coverage, name)) for name in CHARTED[key]]
    note = Words(
        "各机关之和，区县政府本级汇总数不重复计入", "summed over agencies, what the government itself sums up left out"
    )
    return _chart(key, coverage.name, [str(year) for year in coverage.years], series, note)


def chart_years(years: Sequence[YearCount], publications: Sequence[Publication]) -> Chart:
    """Return a chart of the reports of each year: in time, late, without a date, withdrawn."""
    states = Counter((one.year, _tell_lateness(one)) for one in publications)
    names = {
        "in_time": Words("按时", "in time"),
        "late": Words("迟发", "late"),
        "unknown": Words("日期不明", "date unknown"),
    }
    series = [Series(name, tuple(states[one.year, key] for one in years)) for key, name in names.items()]
    series.append(Series(Words("撤下", "withdrawn"), tuple(one.withdrawn for one in years)))
    title = Words("各年度报告数", "Reports by year")
    return Chart(title, _REPORTS, tuple(str(one.year) for one in years), tuple(series), "stacked")


def _tell_lateness(one: Publication) -> str:
    days = count_days_late(one.agency, one.year, one.published)
    return "unknown" if days is None else "late" if days else "in_time"


def _chart(key: str, name: str, labels: Sequence[str], series: Sequence[Series], note: Words | None = None) -> Chart:
    title = CHART_TITLES[key]
    unit = INDICATORS[CHARTED[key][0]]
    return Chart(
        Words(f"{name}：{title.zh}", f"{title.en}"),
        Words(unit.unit_zh, unit.unit_en),
        tuple(labels),
        tuple(series),
        note=note,
    )


def _to_series(indicator: Indicator, figures: Sequence[Figure]) -> Series:
    inferred = frozenset(place for place, figure in enumerate(figures) if figure.status == "inferred")
    return Series(Words(indicator.zh, indicator.en), tuple(figure.value for figure in figures), inferred)


def _sums_to_series(indicator: Indicator, sums: Sequence[YearSum]) -> Series:
    inferred = frozenset(place for place, one in enumerate(sums) if one.total is not None and one.inferred)
    return Series(Words(indicator.zh, indicator.en), tuple(one.total for one in sums), inferred)


def has_figures(chart: Chart) -> bool:
    """Whether there is anything to draw."""
    return any(value is not None for one in chart.series for value in one.values)
