"""No pattern of the four rooms takes time without bounds, whatever text a stranger puts before it."""

import re

import pytest

from tests.attacks.guarding import GivenUpError
from tests.attacks.pattern_attacks import find_growth
from tests.attacks.patterns import ANYHOW, Held, find_patterns

FAIR_GROWTH = 1.6
"""The exponent up to which time grows about as the text does; a loop in a loop would make it 2."""

SQUARE = 2.5
"""The same for patterns that are only tried on short texts: a loop in a loop, and no third one."""

BOUNDED = {
    "parsers.card": "steps and publishers are looked for in lines of at most twice a title's length",
    "parsers.carriers.sniff": "only the first kilobytes of a file are looked at",
    "parsers.titles": "a title has at most 300 signs",
    "crawler.families.hanweb_jpage": "a script is searched once, for the first array of a name",
    "crawler.families.openness": "an address has some thousand signs at most",
    "crawler.filenames": "a name has at most as many signs as a title",
    "crawler.words": "the words of a link, and its row, are cut before",
    "gongkai.register": "the titles stand in the user's own file",
    "gongkai.saved_pages": "only the first 8192 bytes are looked at",
    "gongkai.web.sanitizing": "of a style the first 2000 signs are looked at",
    "gongkai.web.lighting": "what is marked is markup that a parser wrote, with every element closed",
}
"""Modules whose patterns may grow as the square, and why that does no harm."""


@pytest.fixture(scope="module")
def patterns() -> list[Held]:
    """Find every pattern once."""
    return find_patterns()


def test_no_pattern_is_left_out(patterns: list[Held]) -> None:
    """Patterns of modules, of functions, of data files and of classes are all found."""
    texts = {str(held.pattern.pattern) for held in patterns}
    rooms = {held.place.partition(".")[0] for held in patterns}

    assert rooms == {"parsers", "archive", "crawler", "gongkai"}
    assert any("上(?:一)?年度?结转" in text for text in texts)  # a data file's
    assert any("ASPSESSIONID" in text for text in texts)  # a table's, of texts
    assert any("totalrecord" in text for text in texts)  # a module's
    assert len(texts) > 500


def test_time_of_no_pattern_explodes(patterns: list[Held]) -> None:
    """The time that any pattern takes grows about as its text does; where texts are short, at most as the square."""
    too_fast = {}
    for held in patterns:
        growth, attack = find_growth(held)
        if growth > (SQUARE if held.place.partition(":")[0] in BOUNDED else FAIR_GROWTH):
            too_fast[held.place, str(held.pattern.pattern)[:80]] = (round(growth, 2), attack)

    assert too_fast == {}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(r"\s+$", id="each beginning of a run"),
        pytest.param(r"x\s*a?\s*b", id="two loops over the same"),
        pytest.param(r"<a[^>]*>", id="each beginning goes to the end"),
    ],
)
def test_a_bad_pattern_is_told(text: str) -> None:
    """Patterns known to grow as the square are found to do so."""
    growth, _ = find_growth(Held("here", re.compile(text), frozenset({ANYHOW})))

    assert FAIR_GROWTH < growth < SQUARE


@pytest.mark.parametrize("text", [r"\d+[0-5]*\d*\d*x", r"(a+)+$", r"(?:年度?|度)+$", r"(?:[(].*?[)])+x"])
def test_a_pattern_without_end_is_given_up(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pattern whose time grows faster than any square is broken off, and named."""
    monkeypatch.setattr("tests.attacks.pattern_attacks.GUARD_SECONDS", 0.5)

    with pytest.raises(GivenUpError, match="here: "):
        find_growth(Held("here", re.compile(text), frozenset({ANYHOW})))
