"""The page of benchmarks: how its tables are written, and that no section and no tool goes missing without a word."""

from pathlib import Path

import pytest

from benchmarks.__main__ import BY_HAND, COMPARISONS, ROOT, parse_arguments
from benchmarks.results import (
    NOT_INSTALLED,
    Comparison,
    absent_row,
    comparison_to_section,
    find_versions,
    page_to_sections,
    rows_to_table,
    width_of,
    write_sections,
)

COLUMNS = ("工具", "right", "note")
MADE = Comparison(
    key="made",
    title="Made",
    about="One made comparison.",
    columns=COLUMNS,
    rows=(("gongkai", "99.5 %", "a|b"), ("白杨", "7 %", "")),
    losses=("白杨 is shorter.",),
    versions={"白杨": "1.2"},
    machine="one day, one machine",
)


def test_a_table_stands_in_columns_and_its_pipes_are_escaped() -> None:
    """Columns stand below each other where wide characters take two places; numbers are set right."""
    assert rows_to_table(MADE.columns, MADE.rows) == [
        "| 工具    |  right | note |",
        "| ------- | -----: | ---- |",
        "| gongkai | 99.5 % | a\\|b |",
        "| 白杨    |    7 % |      |",
    ]
    assert {width_of(line) for line in rows_to_table(MADE.columns, MADE.rows)} == {27}


def test_a_section_says_who_wins_where_and_on_what() -> None:
    """A section has what is compared, the table, the losses, the machine and the versions."""
    assert comparison_to_section(MADE).split("\n\n") == [
        "## Made",
        "One made comparison.",
        "\n".join(rows_to_table(MADE.columns, MADE.rows)),
        "**Where we lose**",
        "* 白杨 is shorter.",
        "Measured: one day, one machine.",
        "Versions: 白杨 1.2.\n",
    ]


def test_a_comparison_without_a_loss_says_so() -> None:
    """Where nothing is lost, the section says that, and does not leave the words out."""
    comparison = Comparison("made", "Made", "About.", ("who",), (("gongkai",),))

    assert "**Where we lose**\n\n* Nowhere in this table." in comparison_to_section(comparison)


def test_a_comparison_goes_through_json_whole() -> None:
    """What one process measured is the same value in the other."""
    assert Comparison.from_json(MADE.to_json()) == MADE


def test_a_row_has_a_text_for_each_column() -> None:
    """A row that is too short or too long is refused, and never filled up."""
    with pytest.raises(ValueError, match="a row of 2 texts under 3 columns"):
        Comparison("made", "Made", "About.", COLUMNS, (("gongkai", "1"),))


def test_a_tool_that_is_missing_is_said() -> None:
    """A tool that is not installed has its row and its version, and both say so."""
    row = absent_row(("no such tool",), COLUMNS)

    assert row == ("no such tool", NOT_INSTALLED, "–")
    assert find_versions("no-such-tool-at-all") == {"no-such-tool-at-all": NOT_INSTALLED}


def test_sections_that_are_not_run_stay_as_they_stand(tmp_path: Path) -> None:
    """A section takes the place of its older self; all others, and the words before them, stay to the letter."""
    page = tmp_path / "benchmarks.md"
    page.write_text("# Page\n\n<!-- bench: other -->\n\nkept | as it is\n\n<!-- bench: made -->\n\nold\n", "utf-8")

    write_sections(page, [MADE])

    assert page.read_text("utf-8") == (
        f"# Page\n\n<!-- bench: other -->\n\nkept | as it is\n\n<!-- bench: made -->\n\n{comparison_to_section(MADE)}"
    )


def test_a_page_is_written_the_same_twice_and_in_order(tmp_path: Path) -> None:
    """A new page has its words and its sections in the order asked for; writing it again changes nothing."""
    page = tmp_path / "benchmarks.md"
    write_sections(page, [MADE], intro="# New\n")
    other = Comparison("first", "First", "About.", ("who",), (("gongkai",),), machine="one")
    write_sections(page, [other], order=("first", "made"))
    before = page.read_text("utf-8")
    write_sections(page, [MADE, other], order=("first", "made"), intro="# New\n")

    assert list(page_to_sections(before)) == ["", "first", "made"]
    assert page.read_text("utf-8") == before


def test_a_section_that_nobody_orders_stands_last(tmp_path: Path) -> None:
    """A section whose key is in no table is kept, behind all others."""
    page = tmp_path / "benchmarks.md"
    page.write_text("# Page\n\n<!-- bench: older -->\n\nkept\n", "utf-8")

    write_sections(page, [MADE], order=("made",))

    assert list(page_to_sections(page.read_text("utf-8"))) == ["", "made", "older"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["--only", "speed"], "no comparison speed; there are rebuilding"), (["--quick", "--write", "x"], "leave out")],
)
def test_wrong_usage_is_said(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown comparison is named beside those that are there; a quick run is never written."""
    with pytest.raises(SystemExit, match="2"):
        parse_arguments(arguments)

    assert says in capsys.readouterr().err


def test_the_page_has_every_comparison() -> None:
    """The page in the documents has a section with a table for every comparison that can be run."""
    sections = page_to_sections((ROOT / "docs" / "benchmarks.md").read_text("utf-8"))

    assert [key for key in sections if key] == [*COMPARISONS, *BY_HAND]
    assert [key for key in sections if key and "\n| -" not in sections[key]] == []


def test_every_comparison_is_a_module() -> None:
    """Every name in the table of comparisons is a module of this folder."""
    files = [ROOT / f"{module.replace('.', '/')}.py" for module in COMPARISONS.values()]

    assert [file.name for file in files if not file.exists()] == []
