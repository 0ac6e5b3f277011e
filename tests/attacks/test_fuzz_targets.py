"""Whatever bytes are thrown at a reader, it reads them or raises an error with a name, in one line."""

from typing import get_args

import pytest

from parsers.carriers.sniff import Carrier
from tests.attacks.fuzzing import CARRIERS, CORPUS, TARGETS, Target, damaged, try_input

SEED = 8
INPUTS = 200
"""Damaged inputs for each target. `python -m benchmarks.fuzz` tries as many as there is time for."""


def test_every_carrier_has_a_target() -> None:
    """Every kind of file that is read has a target, every target a corpus, and every folder a target."""
    names = {target.name for target in TARGETS}

    assert {*get_args(Carrier)} == {*CARRIERS} <= names
    assert {folder.name for folder in CORPUS.iterdir()} <= names
    assert all(list(target.iter_corpus()) for target in TARGETS)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_every_file_of_the_corpus(target: Target) -> None:
    """The files of a corpus, some of which once did harm, are read or refused by name."""
    failures = {name: try_input(target, body) for name, body in target.iter_corpus()}

    assert {name: failure for name, failure in failures.items() if failure} == {}


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_damage_of_every_kind(target: Target) -> None:
    """Files of a corpus, damaged in every way, are read or refused by name."""
    failures = {number: try_input(target, damaged(target, SEED, number)) for number in range(INPUTS)}

    assert {number: failure for number, failure in failures.items() if failure} == {}
