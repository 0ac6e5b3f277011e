"""The benchmark of scale: its world, what fills it and what it asks, at a size that takes a second."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive import Archive
from benchmarks import scale, scale_world
from benchmarks.scale_filling import Progress, fill
from benchmarks.scale_measures import MEASURES, Took, measure_tables, take
from benchmarks.scale_table import sum_up_visits, to_comparison

REPORTS = 60
pytestmark = pytest.mark.usefixtures("small_pools")
POOLS = (scale_world.make_passages, scale_world.make_chains)


@pytest.fixture(scope="module")
def small_pools() -> Iterator[None]:
    """Let the pools be small, which take most of the time that a small world takes to make."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(scale_world, "_CHAINS", 3)
        patched.setattr(scale_world, "_TEXTS", 10)
        for pool in POOLS:
            pool.cache_clear()
        yield
    for pool in POOLS:
        pool.cache_clear()


@pytest.fixture(scope="module")
def filled(small_pools: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Progress]]:
    """Return a small archive and the visits that filled it."""
    path, visits = tmp_path_factory.mktemp("scale") / "gongkai.db", []
    fill(path, REPORTS, visits.append)
    return path, visits


def test_reports_follow_from_their_numbers() -> None:
    """The same number gives the same report, another number another one, and in most of them the figures add up."""
    one, same, other = (scale_world.make_report(number) for number in (47, 47, 48))
    failed = [check for check in other.checks if check.status == "fail"]

    assert one == same
    assert one.sections != other.sections
    assert (len(one.cells), failed) == (200, [])
    assert 600 <= sum(len(section.text) for section in one.sections) <= 1_400


def test_a_changed_report_differs_in_one_figure() -> None:
    """A second visit finds one cell changed and nothing else."""
    one, changed = scale_world.make_report(50), scale_world.make_report(50, is_changed=True)

    assert sum(cell != other for cell, other in zip(one.cells, changed.cells, strict=True)) == 1
    assert one.sections == changed.sections


def test_agencies_of_a_district_have_names_of_their_own() -> None:
    """No two agencies of a district are called the same, so that as many reports are in as were made."""
    for site in (0, 1, 999):
        numbers = range(site * scale_world.SITE_REPORTS, (site + 1) * scale_world.SITE_REPORTS, 10)
        assert len({scale_world.make_report(number).agency for number in numbers}) == scale_world.AGENCIES


def test_the_archive_holds_what_was_made(filled: tuple[Path, list[Progress]]) -> None:
    """Each report is in once, those that changed with two versions, and each visit is told."""
    path, visits = filled

    with Archive.open(path) as archive:
        reports = archive.list_reports()
    assert len(reports) == REPORTS
    assert sum(report.version == 2 for report in reports) == len(range(0, REPORTS, scale_world.CHANGED))
    assert [(visit.visited, visit.is_second) for visit in visits] == [(REPORTS, False), (2, True)]


def test_filling_goes_on_where_it_was_left(filled: tuple[Path, list[Progress]]) -> None:
    """Sites that were visited are not visited again."""
    path, _ = filled
    more: list[Progress] = []

    fill(path, REPORTS, more.append)

    assert more == []


@pytest.mark.parametrize("name", MEASURES)
def test_each_measure_gives_something(name: str, filled: tuple[Path, list[Progress]], tmp_path: Path) -> None:
    """Whatever is asked of a full archive works on a small one, too."""
    path, _ = filled

    took = take(name, path, REPORTS)

    assert took.first > 0
    assert took.memory > 0
    assert [file.name for file in path.parent.iterdir() if not file.name.startswith("gongkai.db")] == []


@pytest.mark.parametrize("name", ["csv", "backup"])
def test_a_measure_that_is_broken_off_leaves_nothing(
    name: str, filled: tuple[Path, list[Progress]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a long measure wrote is removed, so that the next size can be measured in the same folder."""
    path = tmp_path / "gongkai.db"
    path.write_bytes(filled[0].read_bytes())
    monkeypatch.setattr("benchmarks.scale_measures.MOST_SECONDS", 0.0)

    take(name, path, REPORTS)

    assert [file.name for file in tmp_path.iterdir() if not file.name.startswith("gongkai.db")] == []


def test_the_table_has_a_column_for_each_size_and_exponent(filled: tuple[Path, list[Progress]]) -> None:
    """A hundred times the time for ten times the reports is an exponent of 2, and that is a loss."""
    path, visits = filled
    same = {"ingest": sum_up_visits(visits, REPORTS), "tables": measure_tables(path)}
    small, large = Took(1, 2, 3, 10, 50, 1)._asdict(), Took(1, 2, 3, 1_000, 50, 1)._asdict()

    table = to_comparison({1_000: {**same, "reports": small}, 10_000: {**same, "reports": large}})

    assert table.columns == ("what", "1,000", "10,000", "exponent to 10,000")
    assert ("list all reports", "10.0 ms", "1.0 s", "2.00") in table.rows
    assert ("list all reports, memory", "50.0 MB", "50.0 MB", "0.00") in table.rows
    assert [loss for loss in table.losses if loss.startswith("list all reports")] == [
        "list all reports: grows faster than the archive, by an exponent of 2.00 from 1,000 to 10,000."
    ]


def test_what_was_measured_stays_in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run keeps what earlier ones measured at other sizes, so that a long one may be made in parts."""
    took = Took(1, 2, 3, 4, 5, 6)._asdict()
    room = {"clock": 1.0, "processor": 1.0, "making": 0.0, "memory": 9.0, "size": 9.0}
    (tmp_path / scale.MEASURED).write_text(json.dumps({"10": {"report": took}}), encoding="utf-8")
    monkeypatch.setattr(scale, "_run_apart", lambda *_: json.dumps(took))
    monkeypatch.setattr(scale, "_load_visits", lambda *_: [Progress(100, 100, is_second=False, **room)])
    monkeypatch.setattr(scale, "measure_tables", lambda _: {"figures": 1})

    table = scale.measure_all(tmp_path, [100], ["report"])

    assert table.columns == ("what", "10", "100", "exponent to 100")
    assert ("show a report", "4.0 ms", "4.0 ms", "0.00") in table.rows


def test_sizes_between_whole_sites_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A site is visited once: a size at which a site is not whole can only be the last."""
    with pytest.raises(SystemExit):
        scale.parse_arguments(["--sizes", "200,1000"])

    assert "1,000 reports" in capsys.readouterr().err
