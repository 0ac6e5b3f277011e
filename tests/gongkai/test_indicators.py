import pytest

from archive.questions.pictures import AgencyRow, DistrictCoverage, Figure, ReportFacts
from gongkai.indicators import CHARTED, INDICATORS, YearSum, find_figure, list_measures, sum_up
from parsers.forms import load_forms

KEY = "new_requests"


def make_agency(name: str, figure: Figure | None, status: str = "current") -> AgencyRow:
    """Make an agency with one report of 2023."""
    figures = {KEY: figure} if figure else {}
    facts = ReportFacts(name, "url", None, name, "site", 2023, "2021", None, status, 1, 1, 0, 0, figures)
    return AgencyRow(name, name, {2023: facts})


@pytest.mark.parametrize("key", INDICATORS)
def test_every_cell_of_an_indicator_is_one_of_a_form(key: str) -> None:
    """An indicator names no cell that no form has, and each way is of one table."""
    known = {cell for form in load_forms().values() for cell in form.iter_cells()}

    assert {cell for way in INDICATORS[key].measure.ways for cell in way} <= known
    assert all(len({cell.table for cell in way}) == 1 for way in INDICATORS[key].measure.ways)


@pytest.mark.parametrize("key", CHARTED)
def test_what_stands_in_one_chart_has_one_unit(key: str) -> None:
    """Indicators of different units never share an axis."""
    assert len({INDICATORS[one].unit_zh for one in CHARTED[key]}) == 1
    assert [measure.key for measure in list_measures(CHARTED[key])] == list(CHARTED[key])


def test_a_sum_says_what_is_not_in_it() -> None:
    """Only sure figures of reports that stand are added; all others are counted, and the government stands apart."""
    agencies = (
        make_agency("白杨街道办事处", Figure(3, "reported")),
        make_agency("听松街道办事处", Figure(4, "inferred")),
        make_agency("望舒镇人民政府", Figure(None, "blank", 1)),
        make_agency("教育局", Figure(None, "ambiguous")),
        make_agency("民政局", None),
        make_agency("财政局", Figure(100, "reported"), "withdrawn"),
        make_agency("青石区人民政府", Figure(50, "reported")),
    )
    coverage = DistrictCoverage("990101", "青石区", (2023,), agencies, ())

    assert sum_up(coverage, KEY) == (
        YearSum(2023, 7, reports=2, inferred=1, blank=1, without=2, withdrawn=1, government=Figure(50, "reported")),
    )


def test_a_year_without_a_figure_has_no_sum() -> None:
    """No figure is not nought: a year in which nobody printed one has no total."""
    coverage = DistrictCoverage(
        "990101", "青石区", (2023, 2024), (make_agency("白杨街道办事处", Figure(None, "blank", 1)),), ()
    )

    assert [(one.year, one.total, one.blank) for one in sum_up(coverage, KEY)] == [(2023, None, 1), (2024, None, 0)]


def test_amounts_are_added_as_they_are_printed() -> None:
    """A sum of decimals has no tail that nobody printed."""
    agencies = tuple(make_agency(f"第{number}街道办事处", Figure(0.1, "reported")) for number in range(3))

    (total,) = sum_up(DistrictCoverage("990101", "青石区", (2023,), agencies, ()), KEY)

    assert total.total == 0.3


def test_where_there_is_no_report_there_is_no_figure() -> None:
    """A place without a report says that the figure is missing."""
    assert find_figure(None, KEY) == Figure(None, "missing")
