"""Where the comparison of words draws its lines: what counts just so, and what just does not."""

from dataclasses import replace

import pytest

from gongkai.copies.agency import Agency, District, agency_of, may_be_same
from gongkai.copies.corpus import Corpus
from gongkai.copies.options import CopyOptions
from gongkai.copies.passages import find_stretches, print_passages
from gongkai.copies.prepared import Prepared
from gongkai.copies.repeated import find_same_tables, measure_likeness
from gongkai.copies.shingles import count_sayers, cut_shingles, find_template
from gongkai.copies.taken import iter_taken
from tests.gongkai.copies_world import make_text
from tests.gongkai.test_copying import write_sentences

OPTIONS = CopyOptions(shingle=2, min_passage=2, bridged_gap=2)


def prepare(text: str) -> Prepared:
    """Return a text whose signs are all its own."""
    return Prepared(text, text, range(len(text)), tuple(cut_shingles(text, OPTIONS.shingle)), b"\1" * len(text))


def share(mine: str, theirs: str, options: CopyOptions = OPTIONS) -> list[str]:
    """Return the passages of the first text that the second has too, as it prints them."""
    parts, others = (prepare(mine),), (prepare(theirs),)
    passages = print_passages(parts, others, find_stretches(parts, others, options), options)
    return [passage.text for passage in passages]


@pytest.mark.parametrize(("division", "city"), [("990101", "9901"), ("qingshi", "qingshi")])
def test_districts_of_one_name_are_told_apart_by_their_city(division: str, city: str) -> None:
    """A code names its city with four figures; a site without a code is itself the place."""
    text = replace(make_text("青石区", "白杨街道", 2020, "没有。"), division=division)

    assert agency_of(text) == Agency(District(city, "青石区"), "白杨街道")


@pytest.mark.parametrize(
    ("city", "district", "same"),
    [
        ("9901", "青石区", True),
        ("9900", "", True),
        ("9910", "", True),
        ("9800", "", False),
        ("9800", "青石区", False),
        ("site", "", True),
    ],
)
def test_an_agency_of_another_province_is_another(city: str, district: str, same: bool) -> None:  # noqa: FBT001 - a case
    """One name at two sites is one agency where nothing says otherwise; two provinces do."""
    own = Agency(District("9901", "青石区"), "白杨街道")

    assert may_be_same(own, Agency(District(city, district), "白杨街道")) is same


@pytest.mark.parametrize(
    ("mine", "theirs", "shared"),
    [
        ("甲乙丙丁戊己", "甲乙丙丁戊己", ["甲乙丙丁戊己"]),
        ("甲乙一二丙丁", "甲乙三四丙丁", ["甲乙一二丙丁"]),
        ("甲乙一二三丙丁", "甲乙四丙丁", ["甲乙", "丙丁"]),
        ("甲乙四丙丁", "甲乙一二三丙丁", ["甲乙", "丙丁"]),
        ("甲乙丙丁", "丙丁甲乙", ["甲乙", "丙丁"]),
        ("甲乙一甲乙", "甲乙", ["甲乙", "甲乙"]),
        ("甲一乙二", "甲三乙四", []),
    ],
    ids=[
        "whole",
        "two signs between",
        "three between",
        "three between in the other",
        "turned",
        "said twice",
        "single signs",
    ],
)
def test_edited_places_are_bridged_up_to_a_length(mine: str, theirs: str, shared: list[str]) -> None:
    """So many signs between two passages make them one, in whichever report there are more; one more does not."""
    assert share(mine, theirs) == shared


def test_the_longest_passages_are_kept_in_their_order() -> None:
    """Where more are shared than are kept, the shortest are left out."""
    mine, theirs = "甲乙丙一二三丁戊四五六己庚辛壬", "甲乙丙七八九丁戊子丑寅己庚辛壬"

    assert share(mine, theirs) == ["甲乙丙", "丁戊", "己庚辛壬"]
    assert share(mine, theirs, replace(OPTIONS, most_passages=2)) == ["甲乙丙", "己庚辛壬"]
    assert share(mine, theirs, replace(OPTIONS, min_passage=3)) == ["甲乙丙", "己庚辛壬"]


def test_words_that_are_few_are_not_weighed() -> None:
    """From so many signs on two reports are as alike as they are; with one less in either nothing is said."""
    options = CopyOptions(shingle=2, own_signs=4)

    assert measure_likeness("甲乙丙丁", "甲乙丙丁", options) == 1
    assert measure_likeness("甲乙丙丁", "甲乙丙", options) == measure_likeness("甲乙丙", "甲乙丙丁", options) == 0


def test_parts_that_changed_places_are_weighed_by_shingles() -> None:
    """Four shingles of five are in both: that is more than the order of the signs would give."""
    options = CopyOptions(shingle=2, own_signs=4)

    assert measure_likeness("甲乙丙丁戊己", "丁戊己甲乙丙", options) == 2 * 4 / (5 + 5)


@pytest.mark.parametrize(
    ("values", "is_told"),
    [((10, 11, 12), True), ((-10, 11, 12), True), ((9, 11, 12), False), ((10, 11, 11), False), ((10, 11), False)],
)
def test_figures_that_are_the_same_by_chance_tell_nothing(values: tuple[int, ...], is_told: bool) -> None:  # noqa: FBT001 - a case
    """Three different figures of ten or more make a table that is repeated."""
    figures = {f"requests.{number}.total": value for number, value in enumerate(values)}

    assert find_same_tables(figures, dict(figures), CopyOptions()) == (("requests",) if is_told else ())


def test_what_many_of_a_district_say_is_its_template() -> None:
    """What four say is their own yet, however few there are; in a large district a share of it counts."""
    options = CopyOptions(most_in_district=4, share_of_district=0.15)
    said = [{1}] * 4 + [{1, 2}]

    assert find_template(said, options) == {1}
    assert find_template(said[1:], options) == frozenset()
    assert find_template([{1}] * 6 + [set[int]()] * 34, options) == frozenset()
    assert find_template([{1}] * 7 + [set[int]()] * 33, options) == {1}


def test_sayers_are_counted_once_each() -> None:
    """A shingle is counted for each agency that says it; those of one number add up."""
    counts, agencies = count_sayers([{1, 2}, {1}, {9}], CopyOptions(counters=8))

    assert (list(counts), agencies) == ([0, 3, 1, 0, 0, 0, 0, 0], 3)


def test_the_later_report_is_told_by_year_then_day_then_name() -> None:
    """A report of a later year is later whenever it was met; of one year the one met later; else the name decides."""
    first, second, third = sorted(
        (make_text("青石区", key, 2021, "没有。") for key in ("听松街道", "松林街道", "月湖街道")),
        key=lambda one: one.source,
    )
    texts = [
        make_text("青石区", "白杨街道", 2020, "没有。", known_since="2024-01-01"),
        replace(third, known_since="2022-01-01"),
        replace(first, known_since="2022-01-02"),
        replace(second, known_since="2022-01-02"),
    ]
    corpus = Corpus(texts, CopyOptions())

    later = {(number, other) for number in range(4) for other in range(4) if corpus.is_later(number, other)}

    assert later == {(1, 0), (2, 0), (3, 0), (2, 1), (3, 1), (3, 2)}


def test_of_the_years_of_a_writer_the_nearest_is_named() -> None:
    """Where as much is shared with several reports of one agency, the copy is told with the one next to it in time."""
    words = write_sentences(1, 9)
    writer = [make_text("青石区", "白杨街道", year, *words) for year in (2016, 2018, 2017)]
    copier = make_text("云汀区", "听松街道", 2020, *words)

    (pair,) = iter_taken(Corpus([*writer, copier], CopyOptions()))

    assert (pair.source, pair.other) == (copier.source, writer[1].source)
