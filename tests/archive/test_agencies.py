import pytest

from archive import AmbiguousReportError, Archive, UnknownReportError
from archive.questions.pictures import MISSING, Figure, Measure
from archive.questions.tidy import TidyScope
from parsers import Cell
from parsers.report import CellKey
from tests.archive.made_reports import MIRROR, PAGE, THIRD, crawl, make_cell, make_report

KEY = "990101-听松街道办事处"
GRANTED = Measure(
    "granted",
    (
        (CellKey("requests", "granted", "total"), CellKey("requests", "partially_granted", "total")),
        (CellKey("statistics", "replies.granted", "value"),),
    ),
)
FEES = Measure("fees", ((CellKey("proactive_disclosure", "fees", "fee_amount"),),), is_money=True)


def make_fee(value: float | None, unit: str | None) -> Cell:
    """Make the cell of the fees."""
    return Cell("proactive_disclosure", "fees", "fee_amount", str(value), value, unit, "reported", "line 1")


def find_figure(archive: Archive, *cells: Cell, measure: Measure = GRANTED) -> Figure:
    """Return what a report with these cells says of a measure."""
    crawl(archive, 1, {PAGE: make_report(*cells)})
    (report,) = archive.tell_agency(KEY, [measure]).reports
    return report.figures[measure.key]


def test_an_agency_has_all_its_years_the_oldest_first(archive: Archive) -> None:
    """Each report of the agency stands there with what was counted of it, and no other agency's does."""
    crawl(archive, 1, {PAGE: make_report(make_cell(value=1), year=2021), MIRROR: make_report(year=2019)})
    crawl(
        archive,
        2,
        {PAGE: make_report(make_cell(value=2), year=2021), THIRD: make_report(agency="云汀区望舒镇人民政府")},
    )

    history = archive.tell_agency(KEY)

    assert (history.key, history.name, history.district) == (KEY, "云汀区听松街道办事处", "云汀区")
    assert [(one.year, one.version, one.versions, one.changes) for one in history.reports] == [
        (2019, 1, 1, 0),
        (2021, 2, 2, 1),
    ]


@pytest.mark.parametrize("name", [KEY, f"{KEY}-2020", f"{KEY}-2021"])
def test_an_agency_answers_to_the_ids_of_its_reports(archive: Archive, name: str) -> None:
    """An id names the agency with its year and without."""
    crawl(archive, 1, {PAGE: make_report(), MIRROR: make_report(year=2021)})

    history = archive.tell_agency(name)

    assert [one.year for one in history.reports] == [2020, 2021]


def test_an_agency_under_two_names_is_one(archive: Archive) -> None:
    """Reports signed with the short name and with the whole one are of one agency, which says both names."""
    short = make_report(agency="听松街道", district=None, year=2021)
    crawl(archive, 1, {PAGE: make_report(), MIRROR: short})

    history = archive.tell_agency(KEY)

    assert history.names == ("听松街道", "云汀区听松街道办事处")
    assert [one.year for one in history.reports] == [2020, 2021]


@pytest.mark.parametrize("name", ["", "990101", "990101-听松", "%", "990101-听松街道办事处-", f"{KEY}-1999"])
def test_an_agency_that_is_not_known_is_an_error(archive: Archive, name: str) -> None:
    """What is no id of an agency finds none, however near it comes."""
    crawl(archive, 1, {PAGE: make_report()})

    with pytest.raises(UnknownReportError, match="no agency answers"):
        archive.tell_agency(name)


def test_agencies_that_come_near_are_listed(archive: Archive) -> None:
    """The error names the agencies whose id holds what was typed."""
    crawl(archive, 1, {PAGE: make_report(), MIRROR: make_report(year=2021)})

    with pytest.raises(UnknownReportError, match=f"near it: {KEY}$"):
        archive.tell_agency("听松")


@pytest.mark.parametrize(
    ("cells", "figure"),
    [
        ([make_cell("granted", 2), make_cell("partially_granted", 3)], Figure(5, "reported")),
        ([make_cell("granted", 2), make_cell("partially_granted", 3, status="inferred")], Figure(5, "inferred")),
        ([make_cell("granted", 2), make_cell("partially_granted", None)], Figure(2, "reported", 1)),
        ([make_cell("granted", None), make_cell("partially_granted", None)], Figure(None, "blank", 2)),
        (
            [make_cell("granted", 2), make_cell("partially_granted", None, status="ambiguous")],
            Figure(None, "ambiguous"),
        ),
        ([make_cell("granted", 2), make_cell("partially_granted", None, status="missing")], MISSING),
        ([make_cell("granted", 2)], MISSING),
        ([make_cell("granted", 0), make_cell("partially_granted", 0)], Figure(0, "reported")),
        ([make_cell("new_requests", 7)], MISSING),
    ],
    ids=["sum", "inferred", "blank counts as 0", "all blank", "ambiguous", "missing", "not there", "nought", "other"],
)
def test_a_sum_of_cells_is_only_a_figure_if_all_have_one(archive: Archive, cells: list[Cell], figure: Figure) -> None:
    """A cell without a sure figure leaves the sum without one; blanks count as 0 and are counted."""
    assert find_figure(archive, *cells) == figure


def test_an_older_form_answers_in_its_own_way(archive: Archive) -> None:
    """Where a report prints the cells of another form, those are the figure."""
    old = Cell("statistics", "replies.granted", "value", "4", 4, "件", "reported", "line 1")

    assert find_figure(archive, old) == Figure(4, "reported")


def test_two_forms_that_contradict_are_ambiguous(archive: Archive) -> None:
    """A report that prints the figure in two forms with two values has no sure one."""
    old = Cell("statistics", "replies.granted", "value", "4", 4, "件", "reported", "line 1")

    figure = find_figure(archive, make_cell("granted", 2), make_cell("partially_granted", 3), old)

    assert figure == Figure(None, "ambiguous")


@pytest.mark.parametrize(
    ("value", "unit", "figure"),
    [
        (12, "万元", Figure(12, "reported")),
        (12500, "元", Figure(1.25, "reported")),
        (2, "亿元", Figure(20000, "reported")),
        (12, None, Figure(None, "ambiguous")),
        (12, "件", Figure(None, "ambiguous")),
    ],
)
def test_amounts_are_brought_to_one_unit(archive: Archive, value: float, unit: str | None, figure: Figure) -> None:
    """An amount is told in 万元 whatever it was printed in; one whose unit nothing says is no figure."""
    assert find_figure(archive, make_fee(value, unit), measure=FEES) == figure


def test_agencies_of_two_districts_are_not_mixed(archive: Archive) -> None:
    """Two agencies of one name in two districts of one site stay two, and a name for both is refused."""
    crawl(
        archive,
        1,
        {PAGE: make_report(), MIRROR: make_report(agency="观澜区听松街道办事处", district="观澜区", year=2021)},
    )
    names = {row.district: row.id.removesuffix("-2020").removesuffix("-2021") for row in archive.list_reports()}

    if len(set(names.values())) == 1:
        with pytest.raises(AmbiguousReportError):
            archive.tell_agency(names["云汀区"])
    by_id = archive.tell_agency(f"{names['云汀区']}-2020")

    assert [one.year for one in by_id.reports] == [2020]


def test_the_id_of_a_report_means_its_agency_alone(archive: Archive) -> None:
    """An id that a report has means no other, also where it was given before the district was known."""
    crawl(archive, 1, {PAGE: make_report(agency="教育局", district=None)})
    crawl(
        archive,
        2,
        {PAGE: make_report(agency="云汀区教育局"), MIRROR: make_report(agency="青石区教育局", district="青石区")},
    )

    histories = [archive.tell_agency(row.id) for row in archive.list_reports()]

    assert sorted(history.district or "" for history in histories) == ["云汀区", "青石区"]


@pytest.mark.parametrize("district", [None, "观澜区"], ids=["one district", "two districts"])
def test_an_agency_answers_to_its_id_in_an_export(archive: Archive, district: str | None) -> None:
    """What an export calls an agency finds it, also where its ids have a longer name or others have its key."""
    other = make_report(agency=f"{district or ''}听松街道", district=district, year=2021)
    crawl(archive, 1, {PAGE: make_report(), MIRROR: other})

    found = {one.report: archive.tell_agency(one.agency_id) for one in archive.iter_tidy(TidyScope())}

    assert len({history.reports[0].id for history in found.values()}) == (2 if district else 1)
    assert all(report in {one.id for one in history.reports} for report, history in found.items())
