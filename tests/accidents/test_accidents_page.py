"""The page about accidents shows what the suite strikes, and the tally that it prints is right."""

import re
from pathlib import Path

from tests.accidents.expected import EXPECTED
from tests.accidents.tally import Tally, format_table

PAGE = Path(__file__).parents[2] / "docs" / "accidents.md"


def test_the_page_shows_what_is_struck() -> None:
    """Every pair of accident and story of the suite stands in the table of the page, struck at least once."""
    text = PAGE.read_text(encoding="utf-8")
    found = re.search(r"<!-- accidents: .*? -->\n(.*?)<!-- end -->", text, re.DOTALL)
    assert found
    rows = [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in found[1].splitlines()
        if line.startswith("|")
    ][2:]

    assert {(accident, story) for accident, story, *_ in rows} == set(EXPECTED)
    assert all(int(times) > 0 for _, _, times, _ in rows)


def test_a_suite_that_strikes_nothing_is_found_out() -> None:
    """What never struck is missing, also where its test ran and struck no time; what was lost is told once."""
    tally = Tally()
    tally.add("killed", "compact", 0)
    tally.add("full disk", "merge", 2, "a word")
    tally.add("full disk", "merge", 1, "a word")

    assert tally.find_missing([("killed", "compact"), ("killed", "merge"), ("full disk", "merge")]) == [
        ("killed", "compact"),
        ("killed", "merge"),
    ]
    assert format_table(tally.list_rows())[-1] == "| full disk | merge | 3 | a word |"
