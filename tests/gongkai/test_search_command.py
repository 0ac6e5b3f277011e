"""`gongkai search`, as it is typed."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from archive import Archive
from gongkai.cli import DONE, WRONG_USAGE, output, run
from tests.archive.made_reports import HOST, MIRROR, PAGE, SITE, crawl, make_report


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep two reports in the archive that commands open by themselves."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GONGKAI_ARCHIVE", raising=False)
    output.stdout.cache_clear()
    with Archive.create(tmp_path / "gongkai.db") as archive:
        archive.save_site(SITE)
        first = make_report(agency="甲局", title=None, words="加装电梯，公开。", year=2019)
        crawl(archive, 1, {PAGE: first, MIRROR: make_report(agency="乙局", title=None, words="只有雨棚。")})


def ask(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str], str]:
    """Search and return the exit code, the lines of the answer and what was said beside it."""
    code = run(["search", *arguments])
    said = capfd.readouterr()
    return code, said.out.splitlines(), said.err


def test_a_search_says_how_many_and_in_which_order(capfd: pytest.CaptureFixture[str]) -> None:
    """Rows on standard output, their number and order on standard error."""
    assert ask(capfd, "電梯") == (
        DONE,
        ["id\tyear\tsnippet", "990101-甲局-2019\t2019\t加装[电梯]，公开。"],
        "gongkai: 1 report, by relevance, the closest first\n",
    )
    assert ask(capfd, "year>2000", "--limit", "1")[2] == "gongkai: 2 reports, by date, newest first\n"
    assert ask(capfd, "局", "--all-versions", "--offset", "1")[1][1:] != []


def test_matches_among_all_versions_say_which_they_are(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Two lines with the same id are told apart by the number of the version; as of a day there is one as well."""
    with Archive.create(tmp_path / "gongkai.db") as archive:
        crawl(archive, 3, {PAGE: make_report(agency="甲局", title=None, words="加装电梯两部。", year=2019)})

    _, lines, said = ask(capfd, "电梯", "--all-versions")
    assert lines[0] == "id\tversion\tyear\tsnippet"
    assert sorted(lines[1:]) == [
        "990101-甲局-2019\t1\t2019\t加装[电梯]，公开。",
        "990101-甲局-2019\t2\t2019\t加装[电梯]两部。",
    ]
    assert said.startswith("gongkai: 2 versions")
    assert ask(capfd, "电梯", "--as-of", "2026-01-02")[1][1:] == ["990101-甲局-2019\t1\t2019\t加装[电梯]，公开。"]


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["-电梯"], ["乙局"]),
        (["情况", "-雨棚"], ["甲局"]),
        (["-hello"], ["乙局", "甲局"]),
        (["--", "-雨棚"], ["甲局"]),
        (["-year:2019"], ["乙局"]),
        (["雨棚", "OR", "-雨棚"], ["乙局", "甲局"]),
        (["year:2019", "公开"], ["甲局"]),
    ],
)
def test_a_word_may_begin_with_a_minus(
    arguments: list[str], found: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    """What begins with one minus is a word that is to be absent, and no option."""
    _, lines, _ = ask(capfd, "--json", *arguments)

    assert sorted(json.loads(line)["agency"] for line in lines) == found


def test_options_that_are_none_are_refused(capfd: pytest.CaptureFixture[str]) -> None:
    """What begins with two is an option, or wrong usage; -h is help."""
    assert ask(capfd, "电梯", "--limt", "3")[0] == WRONG_USAGE
    assert ask(capfd, "-h")[1][0].startswith("Usage: gongkai search")


def test_json_is_for_programs(capfd: pytest.CaptureFixture[str]) -> None:
    """One object a line, first with the keys of the contract, and nothing beside it."""
    code, (line,), said = ask(capfd, "电梯", "--json")

    assert (code, said) == (DONE, "")
    assert list(json.loads(line).items())[:5] == [
        ("id", "990101-甲局-2019"), ("url", PAGE), ("title", None), ("year", 2019), ("snippet", "加装[电梯]，公开。")
    ]  # fmt: skip
    assert PAGE.startswith(HOST)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("yaer:2020", "yaer is no filter; the filters are year, "),
        ("无此词", "nothing found for 无此词"),
        ("电\x1b[31m梯梯", "nothing found for 电[31m梯梯"),
        ("year:abc", "year wants a year"),
        ("nowhere.total>1", "no cell of this archive is called nowhere.total"),
        ("OR", "OR stands between two words"),
    ],
)
def test_what_a_query_lacks_is_said(query: str, said: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Notes and errors are lines on standard error, without what could steer a terminal."""
    _, lines, err = ask(capfd, query)

    assert lines == []
    assert said in err
    assert "\x1b" not in err


def test_a_terminal_shows_the_words_in_colour(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Where there is colour the words are coloured; where there is none they stand in brackets."""
    drawn = []
    monkeypatch.setattr(output, "is_screen", lambda: True)
    for colours in ("truecolor", None):
        screen = io.StringIO()
        console = Console(file=screen, force_terminal=True, color_system=colours, width=100, highlight=False)
        monkeypatch.setattr(output, "stdout", lambda console=console: console)
        ask(capfd, "电梯")
        drawn.append(screen.getvalue())

    assert "\x1b[1;31m电梯\x1b[0m" in drawn[0]
    assert "[电梯]" in drawn[1]
