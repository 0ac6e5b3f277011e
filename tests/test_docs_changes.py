"""The page on changed figures shows what the program prints."""

from pathlib import Path

import pytest

from gongkai.cli import run
from tests.parsers.made import ROOT

PAGE = (ROOT / "docs" / "changes.md").read_text(encoding="utf-8")


def squeeze(lines: list[str]) -> list[list[str]]:
    """Return the words of each line, without the moment at its beginning."""
    return [line.split()[1:] for line in lines if line.strip()]


def test_the_page_shows_the_change_that_the_demo_makes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The list of changed figures on the page is what `gongkai changes --kind figures` prints after the demo."""
    archive = str(tmp_path / "gongkai.db")
    run(["demo", "--archive", archive])
    capsys.readouterr()
    shown = PAGE.partition("<!-- changes:")[2].partition("```\n")[2].partition("```")[0]

    run(["changes", "--kind", "figures", "--archive", archive])

    assert squeeze(shown.splitlines()) == squeeze(capsys.readouterr().out.splitlines())
