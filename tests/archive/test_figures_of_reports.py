"""Cells of many reports at once, and the pairs of years in which sums differ."""

from dataclasses import replace
from pathlib import Path

from archive import Archive, CellScope, YearSum
from parsers.report import CellKey, Report
from tests.archive.made_reports import HOST, SITE, at_day, crawl, make_cell, make_report

NEW = CellKey("requests", "new_requests", "total")
OVER = CellKey("requests", "carried_over", "total")
FORWARD = CellKey("requests", "carried_forward", "total")
CARRIED = YearSum(((1, False, OVER), (-1, True, FORWARD)))


def make_year(year: int, over: int, forward: int, *, agency: str = "云汀区听松街道办事处", **fields: str) -> Report:
    """Make a report of a year in which so many requests were carried over, and forward."""
    cells = (make_cell(value=year), make_cell("carried_over", over), make_cell("carried_forward", forward))
    report = make_report(*cells, year=year, agency=agency, words=f"{agency}{year}")
    return replace(report, district=fields.get("district", report.district))


def save(path: Path, *reports: Report) -> Archive:
    """Make an archive of these reports, one more a day, and open it."""
    with Archive.create(path, "test") as archive:
        archive.save_site(SITE)
        for day, _ in enumerate(reports, 1):
            crawl(archive, day, {f"{HOST}/{number}.html": report for number, report in enumerate(reports[:day])})
    return Archive.open(path)


def test_cells_come_with_what_proves_them(tmp_path: Path) -> None:
    """Each report has the cells asked for that it has, its version, and the capture that first showed it."""
    with save(tmp_path / "a.db", make_year(2020, 1, 2), make_report(year=2021)) as archive:
        first, second = archive.load_cells([NEW, OVER], CellScope())

    assert {key: cell.value for key, cell in first.cells.items()} == {NEW: 2020, OVER: 1}
    assert second.cells == {}
    assert (first.year, first.version, first.status, first.division) == (2020, 1, "current", "990101")
    assert (first.capture.url, first.capture.fetched_at) == (f"{HOST}/0.html", f"{at_day(1):%Y-%m-%dT%H:%M:%SZ}")
    assert first.first_seen == first.capture.fetched_at
    assert len(first.capture.sha256) == 64


def test_a_scope_narrows(tmp_path: Path) -> None:
    """Site, division, year, ids, name of the agency, a figure above something and a moment each leave what fits."""
    office = make_year(2020, 1, 2, agency="云汀区人民政府")
    scopes = (
        *(CellScope(), CellScope(site=SITE.name), CellScope(site="x"), CellScope(division="990101")),
        *(CellScope(year=2021), CellScope(reports=("990101-听松街道办事处-2020",)), CellScope(agency="*政府")),
        *(CellScope(above=2020), CellScope(as_of="2026-01-01T09:00:00Z")),
    )
    with save(tmp_path / "a.db", make_year(2020, 1, 2), make_year(2021, 2, 0), office) as archive:
        found = [len(archive.load_cells([NEW], scope)) for scope in scopes]

    assert found == [3, 3, 0, 3, 1, 1, 1, 1, 1]


def test_only_years_that_differ_come_in_pairs(tmp_path: Path) -> None:
    """A pair whose sum is 0 makes no value; without sums every pair comes, the later report first."""
    years = (make_year(2019, 0, 3), make_year(2020, 3, 1), make_year(2021, 2, 0), make_year(2023, 9, 9))
    with save(tmp_path / "a.db", *years) as archive:
        differing = archive.list_year_pairs([OVER], [CARRIED], CellScope())
        every = archive.list_year_pairs([OVER], None, CellScope())

    assert [(now.year, before.year) for now, before in differing] == [(2021, 2020)]
    assert [(now.year, before.year) for now, before in every] == [(2020, 2019), (2021, 2020)]
    assert differing[0][0].cells[OVER].value == 2


def test_a_sum_without_one_of_its_cells_is_none(tmp_path: Path) -> None:
    """A year that has no such cell is not compared."""
    without = make_report(make_cell(), year=2021)
    with save(tmp_path / "a.db", make_year(2020, 0, 3), without) as archive:
        found = archive.list_year_pairs([OVER], [CARRIED], CellScope())

    assert found == []


def test_a_sum_is_passed_over_where_it_differs_by_no_more_than_allowed(tmp_path: Path) -> None:
    """`most` is how far from 0 nobody looks."""
    with save(tmp_path / "a.db", make_year(2020, 0, 3), make_year(2021, 5, 0)) as archive:
        found = [len(archive.list_year_pairs([], [replace(CARRIED, most=most)], CellScope())) for most in (1.0, 2.0)]

    assert found == [1, 0]


def test_another_agency_is_no_year_before(tmp_path: Path) -> None:
    """Reports are paired by agency and district."""
    other = make_year(2020, 0, 3, agency="云汀区望舒镇人民政府")
    with save(tmp_path / "a.db", other, make_year(2021, 5, 0)) as archive:
        found = archive.list_year_pairs([], None, CellScope())

    assert found == []


def test_a_year_is_as_it_was_known_then(tmp_path: Path) -> None:
    """As of a moment both sides are those of that moment."""
    wrong, right = make_year(2021, 5, 0), make_year(2021, 3, 0)
    with Archive.create(tmp_path / "a.db", "test") as archive:
        archive.save_site(SITE)
        for day, shown in ((1, wrong), (3, right)):
            crawl(archive, day, {f"{HOST}/0.html": make_year(2020, 0, 3), f"{HOST}/1.html": shown})
    with Archive.open(tmp_path / "a.db") as archive:
        scopes = [CellScope(as_of=as_of) for as_of in ("2025-12-31T00:00:00Z", "2026-01-02T00:00:00Z", None)]
        found = [len(archive.list_year_pairs([], [CARRIED], scope)) for scope in scopes]

    assert found == [0, 1, 0]


def test_of_several_reports_that_may_be_that_of_the_year_before_none_is_taken(tmp_path: Path) -> None:
    """Where nothing says the district of the later one, two earlier ones of that name are no pair with it."""
    name = "听松街道办事处"
    earlier = [make_year(2020, 0, 3, agency=name, district=district) for district in ("云汀区", "青石区")]
    later = make_year(2021, 5, 0, agency=name, district="")
    with save(tmp_path / "a.db", *earlier, later) as archive:
        several = archive.list_year_pairs([], None, CellScope())
    with save(tmp_path / "b.db", earlier[0], later) as archive:
        one = archive.list_year_pairs([], None, CellScope())

    assert (len(several), len(one)) == (0, 1)


def test_amounts_are_compared_in_one_unit(tmp_path: Path) -> None:
    """The same figure is no sum of 0 where one year prints it in 元 or in 亿元."""
    found = []
    for unit in ("元", "亿元", "万元"):
        now, before = (
            replace(make_year(year, 0, 0), cells=(make_cell(row, 5, unit=unit if row == OVER.row else None),))
            for year, row in ((2021, OVER.row), (2020, FORWARD.row))
        )
        with save(tmp_path / f"{unit}.db", before, now) as archive:
            found.append(len(archive.list_year_pairs([], [CARRIED], CellScope())))

    assert found == [1, 1, 0]
