"""`gongkai merge`: archives of several machines into one."""

import json
import shutil
from pathlib import Path

import pytest

from archive import Archive, Reading
from gongkai.cli import DAMAGED, DONE, FAILED, WRONG_USAGE, run
from gongkai.merging import merge_files
from gongkai.reading import parse_body, read_captures
from parsers import PARSER_VERSION
from tests.archive.accident import make_body
from tests.archive.made_reports import HOST, PAGE, SITE, make_capture, make_cell, make_report, select

OLD_PARSER = "0"


def crawl(path: Path, days: dict[int, dict[str, bytes]], *, is_read: bool = True) -> Path:
    """Visit pages day by day, and read them as a crawl does."""
    with Archive.create(path, "gongkai crawl") as archive:
        archive.save_site(SITE)
        for day, pages in days.items():
            archive.begin_run()
            for url, body in pages.items():
                archive.save_capture(make_capture(url, body, day=day))
            if is_read:
                read_captures(archive)
    return path


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """Return two archives of one site: the second saw what the first saw on the day before it changed."""
    north = crawl(tmp_path / "north.db", {1: {PAGE: make_body(0, 2)}})
    south = crawl(tmp_path / "south.db", {2: {PAGE: make_body(0, 4), f"{HOST}/2.html": make_body(1, 4)}})
    return north, south


def test_archives_are_joined_and_each_is_counted(
    two: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One object an archive says what was new in it, and the union tells what neither could tell."""
    target = tmp_path / "all.db"

    code = run(["merge", "--json", "--archive", str(target), *map(str, two)])

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == DONE
    assert [(line["source"], line["captures"], line["added"]["captures"]) for line in lines] == [
        (str(two[0]), 1, 1),
        (str(two[1]), 2, 2),
    ]
    assert set(lines[0]) == {"source", "captures", "added", "problems"}
    assert select(target, "SELECT kind FROM changes ORDER BY kind") == [("new",), ("new",), ("text",)]


def test_merging_again_says_that_nothing_was_new(
    two: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The table for people lists every archive, and standard error says what did not happen."""
    target = tmp_path / "all.db"
    assert run(["merge", "--archive", str(target), *map(str, two)]) == DONE
    capsys.readouterr()

    code = run(["merge", "--archive", str(target), *map(str, reversed(two))])

    said = capsys.readouterr()
    assert code == DONE
    assert said.out.splitlines() == [
        "new from\tsites\tpages\tcaptures\tbodies\treadings",
        f"{two[1]}\t0\t0\t0\t0\t0",
        f"{two[0]}\t0\t0\t0\t0\t0",
    ]
    assert said.err == f"gongkai: nothing was new; {target} stays as it was\n"


def test_what_no_machine_has_read_is_read(
    two: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Captures whose machine stopped before reading them are read where they are merged."""
    unread = crawl(tmp_path / "unread.db", {3: {f"{HOST}/3.html": make_body(2, 6)}}, is_read=False)

    code = run(["merge", "--archive", str(two[0]), str(unread)])

    assert code == DONE
    assert "read here: 1 reports" in capsys.readouterr().err
    assert select(two[0], "SELECT count(*) FROM reports") == [(2,)]


def read_by_an_old_parser(path: Path, body: bytes) -> Path:
    """Make an archive whose only page was read by a parser that took a figure for another."""
    report, _ = parse_body(body, None)
    assert report
    misread = make_report(make_cell(value=99), agency=report.agency, district=report.district, year=report.year)
    with Archive.create(path) as archive:
        archive.save_site(SITE)
        number = archive.save_capture(make_capture(PAGE, body, day=1))
        archive.file_reading(
            Reading(number, OLD_PARSER, misread, agency=report.agency, district=report.district, year=report.year)
        )
    return path


def test_what_parsers_read_otherwise_is_no_change_of_the_source(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where one machine read a report with an older parser, the present one reads it again before they are compared."""
    body = make_body(0, 2)
    old = read_by_an_old_parser(tmp_path / "old.db", body)
    new = crawl(tmp_path / "new.db", {2: {PAGE: body + b"<!-- another day -->"}})

    for target, sources in (("a.db", [old, new]), ("b.db", [new, old])):
        assert run(["merge", "--archive", str(tmp_path / target), *map(str, sources)]) == DONE
        assert "read again by the present parser: 1" in capsys.readouterr().err
        assert select(tmp_path / target, "SELECT kind FROM changes") == [("new",)]
        assert select(tmp_path / target, "SELECT DISTINCT parser FROM readings ORDER BY 1") == [
            (OLD_PARSER,),
            (PARSER_VERSION,),
        ]


def test_reading_again_that_was_cut_short_is_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one merge united and could not read again, the next reads."""
    body = make_body(0, 2)
    old = read_by_an_old_parser(tmp_path / "old.db", body)
    new = crawl(tmp_path / "new.db", {2: {PAGE: body + b"<!-- another day -->"}})
    target = tmp_path / "all.db"

    def cut_short(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("gongkai.merging.parse_body", cut_short)
        with pytest.raises(KeyboardInterrupt):
            merge_files(target, [old, new])

    outcome = merge_files(target, [old, new])

    assert (outcome.merged.changed, outcome.reread) == (False, 1)
    assert select(target, "SELECT kind FROM changes") == [("new",)]


def test_a_damaged_archive_is_refused_and_no_target_is_left(
    two: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It exits 4 with one line that names the file; a target that was not there before is not there after."""
    bad = Path(shutil.copy(two[0], tmp_path / "bad.db"))
    content = bad.read_bytes()
    bad.write_bytes(content[: len(content) // 2])
    target = tmp_path / "all.db"

    code = run(["merge", "--archive", str(target), str(two[1]), str(bad)])

    said = capsys.readouterr()
    assert (code, said.out, said.err.count("\n")) == (DAMAGED, "", 1)
    assert str(bad) in said.err
    assert [path.name for path in tmp_path.glob("all.db*") if path.suffix != ".lock"] == []


def test_files_that_cannot_be_merged_are_named(
    two: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One that is not there, and the target itself: exit 1; none at all: exit 2."""
    target = str(two[0])

    assert run(["merge", "--archive", target, str(tmp_path / "none.db")]) == FAILED
    assert "none.db" in capsys.readouterr().err
    assert run(["merge", "--archive", target, target]) == FAILED
    assert "leave it out" in capsys.readouterr().err
    assert run(["merge", "--archive", target]) == WRONG_USAGE
