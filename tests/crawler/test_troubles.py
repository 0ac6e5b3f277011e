import pytest

from crawler.troubles import BLOCKS_LIMIT, SILENCES_LIMIT, Troubles, is_passing

WALL = "blocked:jiasule"


def note(*reasons: str | None) -> str | None:
    """Return what visits that ended so, None for a good one, say of the site."""
    troubles = Troubles()
    for reason in reasons:
        if reason is None:
            troubles.note_good()
        else:
            troubles.note_failure(reason)
    return troubles.find_end()


def test_a_wall_ends_a_crawl_when_it_is_met_in_a_row() -> None:
    """Five block pages in a row are enough, and the last names the wall; four are not."""
    assert note(*[WALL] * (BLOCKS_LIMIT - 1)) is None
    assert note(*["blocked:other"] * (BLOCKS_LIMIT - 1), WALL) == WALL


def test_silence_ends_a_crawl_when_it_lasts() -> None:
    """Ten requests in a row without an answer are enough, of whatever kind; nine are not."""
    silent = ["timeout", "refused", "dns", "connection lost", "no route", "no connection"] * 2

    assert note(*silent[: SILENCES_LIMIT - 1]) is None
    assert note(*silent[:SILENCES_LIMIT]) == "the site has stopped answering"


@pytest.mark.parametrize("between", [None, "http 404"])
def test_an_answer_between_begins_the_count_anew(between: str | None) -> None:
    """A good page, or any answer that is no wall, shows that somebody is there."""
    assert note(*[WALL] * 4, between, *[WALL] * 4) is None
    assert note(*["timeout"] * 9, between, *["timeout"] * 9) is None


def test_silence_between_walls_does_not_count_for_the_site() -> None:
    """A wall that does not answer now and then is still a wall."""
    assert note(WALL, WALL, "timeout", WALL, WALL, WALL) == WALL


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("timeout", True),
        ("no route", True),
        ("http 429", True),
        ("http 503", True),
        ("blocked:403", True),
        ("http 404", False),
        ("http 403", False),
        ("robots", False),
        ("robots unreachable", True),
        ("soft 404", False),
    ],
)
def test_what_may_pass_is_asked_for_again(reason: str, *, expected: bool) -> None:
    """A failure of the way or of the moment may pass; what the site says of the page does not."""
    assert is_passing(reason) is expected
