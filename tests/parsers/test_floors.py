"""How much is read right of a fixed set of documents may rise, never fall."""

import pytest

from tests.parsers.floors import Floor, measure_made, measure_shared, read_floors, thousandths

FLOORS = read_floors()
FALLEN = Floor(right=999, flagged=1, wrong=0, nonzero_right=1000, blanks_right=1000, zero_guesser=700)


@pytest.fixture(scope="module")
def made() -> dict[str, Floor]:
    """Measure the fixed set of made-up reports, once."""
    return measure_made()


@pytest.fixture(scope="module")
def shared() -> dict[str, Floor]:
    """Measure the real documents beside the project, once."""
    return measure_shared()


def test_no_floor_falls(made: dict[str, Floor]) -> None:
    """In no group of made-up reports is less read right than the floor file says."""
    floors = FLOORS["made"]

    fallen = {name: floor.list_fallen(made[name]) for name, floor in floors.items()}

    assert {name: shares for name, shares in fallen.items() if shares} == {}
    assert made.keys() == floors.keys()


def test_nothing_is_wrong(made: dict[str, Floor]) -> None:
    """Not one cell of the made-up reports is wrong, whatever was done to them."""
    assert {name: floor.wrong for name, floor in made.items() if floor.wrong} == {}


@pytest.mark.parametrize("name", FLOORS["shared"])
def test_no_floor_of_a_real_document_falls(name: str, shared: dict[str, Floor]) -> None:
    """No real document, where it is there, is read worse than the floor file says, and none has a wrong cell."""
    if name not in shared:
        pytest.skip("not beside the project")

    assert FLOORS["shared"][name].list_fallen(shared[name]) == []
    assert shared[name].wrong == 0


def test_a_fallen_floor_is_seen() -> None:
    """A share that is a thousandth lower is told by its name; one that is higher is not."""
    floor = Floor(right=1000, flagged=0, wrong=0, nonzero_right=999, blanks_right=1000, zero_guesser=700)

    assert floor.list_fallen(FALLEN) == ["right"]
    assert FALLEN.list_fallen(floor) == ["nonzero_right"]
    assert thousandths(2, 3) == 666
