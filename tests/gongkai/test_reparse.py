"""What an older parser read, read again: `gongkai reparse`."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from archive import Archive, Capture, SiteIdentity
from gongkai import reading as reading_module
from gongkai.cli import run
from gongkai.reading import read_captures
from parsers import Cell, Report, parse
from tests.archive.made_reports import PAGE, at_day
from tests.parsers.fillings import consistent, dice
from tests.parsers.made import report_to_html, table_to_html

SITE = SiteIdentity("qingshi", "青石区人民政府", "990103")
Misread = Callable[[Cell], Cell]


def misread_one(cell: Cell) -> Cell:
    """Read 977 where another figure is printed."""
    return cell._replace(value=977) if cell.key == ("requests", "granted", "total") else cell


def lose_one(cell: Cell) -> Cell:
    """Lose a figure that is printed."""
    lost = cell.key == ("requests", "granted", "total")
    return cell._replace(value=None, raw="", status="ambiguous") if lost else cell


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the archive of a test stands, as the commands find it."""
    monkeypatch.setenv("GONGKAI_ARCHIVE", str(tmp_path / "gongkai.db"))
    return tmp_path / "gongkai.db"


def read_with_an_older_parser(path: Path, misread: Misread) -> None:
    """Keep two states of a page as a parser read them that misreads one cell."""
    figures = {key: str(raw) for key, raw in consistent("2021", dice("reparse")).items()}
    edited = {**figures, ("requests", "new_requests", "total"): "999"}

    def parse_badly(body: bytes, content_type: str | None) -> Report:
        report = parse(body, content_type)
        return replace(report, cells=tuple(map(misread, report.cells)))

    with Archive.create(path) as archive, pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading_module, "PARSER_VERSION", "1")
        patch.setattr(reading_module, "parse", parse_badly)
        archive.save_site(SITE)
        for day, printed in enumerate((figures, edited), 1):
            archive.begin_run()
            body = report_to_html("2021", printed, table_to_html).encode()
            archive.save_capture(Capture(SITE.name, PAGE, "report", at_day(day), 200, body=body))
            read_captures(archive)


def tell_log(path: Path) -> list[tuple[str, int, int]]:
    """Return the change log as kind, version and number of cells."""
    with Archive.open(path) as archive:
        return [(change.kind, change.version, len(change.cells)) for change in archive.list_changes()]


def find_figure(path: Path, version: int) -> object:
    """Return what stands for the cell that was misread."""
    with Archive.open(path) as archive:
        cells = archive.show_report(PAGE, version).report.cells
    return next(cell.value for cell in cells if cell.key == ("requests", "granted", "total"))


def test_a_reading_that_fills_what_was_lost_stands(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Cells that an older parser could not place are filled in every version, and the log stays what it was."""
    read_with_an_older_parser(path, lose_one)
    before = tell_log(path)

    code = run(["reparse", "--json"])

    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert (code, tell_log(path), [line["accepted"] for line in lines]) == (0, before, [True, True])
    assert {(cell["row"], cell["old"], cell["was_reported"]) for line in lines for cell in line["cells"]} == {
        ("granted", None, False)
    }
    assert None not in (find_figure(path, 1), find_figure(path, 2))


def test_a_reading_that_changes_a_figure_waits_for_a_person(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Where a `reported` figure would change it is said, kept aside, and stands only once it is accepted."""
    read_with_an_older_parser(path, misread_one)
    before = tell_log(path)

    codes = [run(["reparse"]), run(["reparse"])]
    waiting = (find_figure(path, 1), find_figure(path, 2))
    accepted = run(["reparse", "--accept"])

    said = capfd.readouterr()
    assert (codes, waiting, accepted) == ([3, 3], (977, 977), 0)
    assert "requests.granted.total\t977\t" in said.out
    assert "2 change figures that were read before and are kept aside: look, then add --accept" in said.err
    assert 977 not in (find_figure(path, 1), find_figure(path, 2))
    assert tell_log(path) == before
    assert run(["reparse"]) == 0


def test_the_older_readings_stay(path: Path) -> None:
    """Nothing that a parser ever read is thrown away."""
    read_with_an_older_parser(path, misread_one)

    run(["reparse", "--accept"])

    with Archive.open(path) as archive:
        readings = archive._connection.execute("SELECT parser, count(*) FROM readings GROUP BY parser").fetchall()  # noqa: SLF001,RUF100
    assert [tuple(row) for row in readings] == [("1", 2), (reading_module.PARSER_VERSION, 2)]
