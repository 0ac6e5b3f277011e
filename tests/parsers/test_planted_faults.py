from collections import Counter

import pytest

from parsers.rules import load_rules
from tests.parsers.planted import (
    FIGURE_FAULTS,
    FigureFault,
    Made,
    find_failed,
    make_faultless,
    read_page,
    read_text,
)
from tests.parsers.planted_words import WORD_FAULTS, WordFault

FAULTLESS = 200
FORMS = ("2014", "2019", "2021")
UNDECIDED = {"statistics.completed_of_received"}
"""Rules of a single report that can hold or stay open, and never fail."""


@pytest.mark.parametrize("part", range(4))
def test_faultless_reports_have_no_findings(part: int) -> None:
    """Of 200 reports that hold to every rule, read as pages and as texts, none has a finding, hard or soft."""
    numbers = range(part, FAULTLESS, 4)

    reports = {n: (read_page if n % 2 else read_text)(make_faultless(FORMS[n % len(FORMS)], n)) for n in numbers}

    assert {number: report.form for number, report in reports.items()} == {n: FORMS[n % len(FORMS)] for n in numbers}
    assert {number: failed for number, report in reports.items() if (failed := find_failed(report))} == {}


def list_figure_faults() -> list[tuple[str, FigureFault]]:
    """Return every planted fault of figures with every form that it can be planted in."""
    return [(form, fault) for fault in FIGURE_FAULTS for form in sorted(fault.forms)]


@pytest.mark.parametrize(
    ("number", "form", "fault"),
    [(n, form, fault) for n, (form, fault) in enumerate(list_figure_faults())],
    ids=[f"{n}-{form}-{fault.rule}" for n, (form, fault) in enumerate(list_figure_faults())],
)
def test_a_planted_figure_is_found_and_nothing_else(number: int, form: str, fault: FigureFault) -> None:
    """A report with one fault of figures has that finding and no other."""
    report = read_page(make_faultless(form, number, fault.agency, fault.plant))

    assert find_failed(report) == fault.expected


def plant_words(fault: WordFault, form: str) -> Made:
    """Return the first faultless report that suits a fault of words, with that fault."""
    for number in range(1000, 1100):
        made = make_faultless(form, number)
        if fault.suits(made.words, made.figures):
            return Made(*fault.plant(made.words, made.figures))
    raise AssertionError(fault)


@pytest.mark.parametrize("name", WORD_FAULTS)
def test_a_planted_word_is_found_and_nothing_else(name: str) -> None:
    """A report with one fault of words has that finding and no other."""
    fault = WORD_FAULTS[name]

    for form in sorted(fault.forms):
        assert find_failed(read_page(plant_words(fault, form))) == {(fault.rule, fault.where)}


def test_every_rule_of_a_report_is_planted_twice() -> None:
    """Each rule that a single report can break has two planted faults or more, and there are 60 or more in all."""
    planted = Counter([*(fault.rule for fault in FIGURE_FAULTS), *(fault.rule for fault in WORD_FAULTS.values())])

    rules = {rule.id for rule in load_rules().values() if rule.scope == "document"} - UNDECIDED
    assert {rule: planted[rule] for rule in rules if planted[rule] < 2} == {}
    assert planted.total() >= 60
