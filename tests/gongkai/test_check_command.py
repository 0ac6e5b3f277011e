"""`gongkai check`: what it lists, and how it ends."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.gongkai.conftest import Outcome
from tests.gongkai.made_histories import STREET, plant, save

Command = Callable[..., Outcome]


@pytest.fixture
def archive(tmp_path: Path) -> str:
    """Make an archive with a hard and a soft finding between two years."""
    cells = {"requests.carried_over.business": 1, "proactive_disclosure.fees.fee_amount": 230_000}
    return str(save(tmp_path / "a.db", {STREET.format("九"): plant(2024, cells)}))


def test_a_finding_is_an_object_with_its_proof(gongkai: Command, archive: str) -> None:
    """JSON names both sides, the cells that would explain it, and the captures of both reports."""
    done = gongkai("check", "--archive", archive, "--json", "--level", "hard")

    (found,) = map(json.loads, done.out.splitlines())
    assert (done.code, found["rule"], found["where"]) == (0, "requests.carried_over", "business")
    assert (found["left"], found["right"], found["level"], found["status"]) == (1, 0, "hard", "fail")
    assert [(one["row"], one["value"], one["wanted"]) for one in found["suspects"]] == [("carried_over", 1, 0)]
    assert [sorted(one) for one in found["captures"]] == [["fetched_at", "id", "sha256", "url"]] * 2
    assert found["other"].endswith("-2023")


def test_filters_and_the_exit_code(gongkai: Command, archive: str) -> None:
    """Each filter leaves what fits, a district that is none is told; findings end in 0 unless the code is asked for."""
    asked = (
        *((), ("--level", "soft"), ("--rule", "requests.carried_over"), ("--district", "河套区"), ("--year", "2023")),
        *(("九街道办事处-2024",), ("--exit-code",), ("--exit-code", "--year", "2022")),
    )
    done = [gongkai("check", "--archive", archive, "--json", *arguments) for arguments in asked]

    assert [len(one.out.splitlines()) for one in done] == [2, 1, 1, 0, 0, 2, 2, 0]
    assert [one.code for one in done] == [0, 0, 0, 1, 0, 0, 3, 0]
    assert "no district answers to" in done[3].err


def test_a_rule_that_is_none_is_wrong_usage(gongkai: Command, archive: str) -> None:
    """Whoever mistypes a rule is told those of its table."""
    done = gongkai("check", "--archive", archive, "--rule", "requests.balanse")

    assert done.code == 2
    assert "requests.balance" in done.err
    assert "report.sections" not in done.err


def test_what_could_not_be_decided_is_listed_when_asked(gongkai: Command, archive: str) -> None:
    """With --unknown such checks come too, marked as what they are."""
    done = gongkai("check", "--archive", archive, "--unknown", "--json")

    assert {json.loads(line)["status"] for line in done.out.splitlines()} == {"fail"}


def test_nothing_found_is_said_on_the_other_stream(gongkai: Command, archive: str) -> None:
    """Standard output stays empty."""
    done = gongkai("check", "--archive", archive, "--year", "2023")

    assert (done.code, done.out) == (0, "")
    assert "nothing that does not add up" in done.err
