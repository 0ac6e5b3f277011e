"""Questions as of a day, as they are typed."""

import json
from pathlib import Path

import pytest

from archive import Archive
from gongkai.cli import run
from tests.archive.made_reports import PAGE, SITE, crawl, make_cell, make_report


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep one report that was edited on 3 January."""
    path = tmp_path / "gongkai.db"
    monkeypatch.setenv("GONGKAI_ARCHIVE", str(path))
    with Archive.create(path) as archive:
        archive.save_site(SITE)
        crawl(archive, 1, {PAGE: make_report(make_cell("new_requests", 5), words="电梯")})
        crawl(archive, 3, {PAGE: make_report(make_cell("new_requests", 6), words="雨棚")})


@pytest.mark.parametrize(
    ("when", "versions"),
    [
        ("2025-12-31", []),
        ("2026-01-01T07:59:59Z", []),
        ("2026-01-01", [1]),
        ("2026-01-03T00:00:00Z", [1]),
        ("2026-01-03T08:00:00Z", [2]),
        ("2026-01-03", [2]),
    ],
)
@pytest.mark.usefixtures("kept")
def test_reports_are_those_of_the_day(capfd: pytest.CaptureFixture[str], when: str, versions: list[int]) -> None:
    """A day stands for its end, a moment for itself, midnight too."""
    code = run(["reports", "--as-of", when, "--json"])

    assert (code, [json.loads(line)["version"] for line in capfd.readouterr().out.splitlines()]) == (0, versions)


@pytest.mark.usefixtures("kept")
def test_show_and_search_answer_as_of_a_day(capfd: pytest.CaptureFixture[str]) -> None:
    """A report shows the figures of the day, and is found by its words of the day alone."""
    assert run(["show", "听松", "--as-of", "2026-01-02", "--json"]) == 0
    shown = json.loads(capfd.readouterr().out)
    found = []
    for word in ("电梯", "雨棚"):
        run(["search", word, "--as-of", "2026-01-02", "--json"])
        found.append(len(capfd.readouterr().out.splitlines()))

    assert (shown["version"], shown["versions"], shown["cells"][0]["value"], found) == (1, [1], 5, [1, 0])


@pytest.mark.usefixtures("kept")
def test_a_report_that_was_not_known_says_since_when_it_is(capfd: pytest.CaptureFixture[str]) -> None:
    """Asked as of a day before a report was met, the answer says when it was first seen."""
    code = run(["show", "听松", "--as-of", "2025-12-31"])

    assert code == 1
    assert "was not known at 2025-12-31T23:59:59Z; it was first seen at 2026-01-01T08:00:00Z" in capfd.readouterr().err


@pytest.mark.usefixtures("kept")
def test_what_is_no_day_is_wrong_usage(capfd: pytest.CaptureFixture[str]) -> None:
    """A date that is none is refused with one that is."""
    assert run(["reports", "--as-of", "last week"]) == 2
    assert "2026-03-01T08:00:00Z" in capfd.readouterr().err


@pytest.mark.usefixtures("kept")
def test_changes_end_with_a_day(capfd: pytest.CaptureFixture[str]) -> None:
    """`--until` takes the log up to the end of a day."""
    counts = []
    for until in ("2025-12-31", "2026-01-01", "2026-01-03"):
        run(["changes", "--until", until, "--json"])
        counts.append(len(capfd.readouterr().out.splitlines()))

    assert counts == [0, 1, 2]
