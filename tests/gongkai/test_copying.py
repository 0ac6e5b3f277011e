"""Reports whose words are another's: what is found, and what is not taken for it."""

import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from archive import Archive
from archive.judgements.resemblances import Pair, StandingText
from gongkai.copies import DETECTOR, CopyOptions, MissingCopiesError, compare_texts, refresh_copies
from gongkai.copies.masking import list_names, mask
from tests.archive.made_reports import HOST, SITE, crawl, make_report
from tests.gongkai.copies_world import LAW, SLOGANS, make_sentence, make_text, make_world, score

FORM = "根据《中华人民共和国政府信息公开条例》（以下简称《条例》）规定，现公布2020年政府信息公开工作年度报告。"


def write_sentences(seed: int, count: int, **names: str) -> list[str]:
    """Write sentences with these names and with figures of their own."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    filled = {"name": "本街道", "community": "月湖社区", "n": str(chance.randint(2, 99)), **names}
    return [make_sentence(chance).format(**filled) for _ in range(count)]


def told(texts: Sequence[StandingText]) -> list[tuple[str, str, str]]:
    """Return the pairs found among reports: kind, the later and the other."""
    return [(pair.kind, pair.source.report, pair.other.report) for pair in compare_texts(texts)]


def copy_between(mine: StandingText, theirs: StandingText) -> list[Pair]:
    """Return the pairs of another agency's found among two reports."""
    return [pair for pair in compare_texts([mine, theirs]) if pair.kind == "other_agency"]


def test_copies_are_found_among_honest_reports() -> None:
    """Copies with edited names and figures, turned round, shortened, mixed or half, are found, and little else is."""
    world = make_world(1000, 30, seed=2)

    found = score(world, compare_texts(world.texts))

    assert found.recall >= 0.98, found.missed
    assert found.precision >= 0.98, found.wrong


def test_the_same_texts_give_the_same_pairs() -> None:
    """Nothing of a comparison is left to chance."""
    texts = make_world(400, 10, seed=3).texts

    assert compare_texts(texts) == compare_texts(texts)


def test_names_and_figures_make_no_difference() -> None:
    """A copy in which every name and figure was exchanged is as like as can be, and its passage is printed as it is."""
    first = make_text("青石区", "白杨街道", 2020, *write_sentences(1, 9, name="白杨街道", community="松溪社区", n="12"))
    second = make_text(
        "云汀区", "听松街道", 2021, *write_sentences(1, 9, name="听松街道", community="柳湾社区", n="3千")
    )

    (pair,) = copy_between(first, second)

    assert (pair.source, pair.other, pair.similarity) == (second.source, first.source, 1.0)
    assert all(one.text in second.parts[0] and one.other in first.parts[0] for one in pair.passages)
    assert "听松街道" in "".join(one.text for one in pair.passages)


def test_law_and_slogans_make_no_pair() -> None:
    """Two honest reports that quote the same law and the same slogans at length are no pair, even alone."""
    shared = (FORM, LAW, *SLOGANS, LAW)
    first = make_text("青石区", "白杨街道", 2020, *shared, *write_sentences(1, 8))
    second = make_text("云汀区", "听松街道", 2020, *shared, *write_sentences(2, 8))

    assert copy_between(first, second) == []


def test_the_form_alone_makes_no_pair() -> None:
    """Reports that hold nothing but sentences of the form and of the law repeat nobody."""
    lines = (Path(sys.modules["gongkai.copies"].__file__ or "").parent / "said_by_all.txt").read_text("utf-8")
    said = [line for line in lines.splitlines() if not line.startswith("#")]
    texts = [make_text("青石区", "白杨街道", year, *said) for year in (2020, 2021)]

    assert told([*texts, make_text("云汀区", "听松街道", 2020, *said)]) == []


def test_a_template_of_the_district_makes_no_pair() -> None:
    """What more than a few agencies of a district say is its template, and no agency has it from another one."""
    template = write_sentences(9, 8)
    keys = ("白杨街道", "听松街道", "望舒镇", "砚池街道", "枕溪街道", "渔灯街道")
    texts = [make_text("青石区", key, 2020, *template, *write_sentences(number, 4)) for number, key in enumerate(keys)]

    assert told(texts) == []
    assert len(told(texts[:3])) == 3


def test_what_is_everywhere_makes_no_pair() -> None:
    """What more than a few agencies of the country say is common property, wherever they are."""
    common = write_sentences(9, 8)
    texts = [
        make_text(f"{sign}石区", "白杨街道", 2020, *common, *write_sentences(number, 4))
        for number, sign in enumerate("青白红黑紫绿金银铜铁玉")
    ]

    assert told(texts) == []
    assert told(texts[:4])


def test_a_few_sentences_make_no_pair() -> None:
    """Two sentences that two reports share may come from the same notice."""
    notice = write_sentences(9, 2)
    first = make_text("青石区", "白杨街道", 2020, *notice, *write_sentences(1, 3))
    second = make_text("青石区", "听松街道", 2020, *notice, *write_sentences(2, 3))

    assert copy_between(first, second) == []


def test_scattered_phrases_make_no_pair() -> None:
    """Phrases that are shorter than a sentence, however many, are no words taken over."""
    shared = [sentence[:26] for sentence in write_sentences(1, 12)]
    first = make_text("青石区", "白杨街道", 2020, *(shared[place] + own[:20] for place, own in mix(2)))
    second = make_text("云汀区", "听松街道", 2020, *(shared[place] + own[:20] for place, own in mix(3)))
    lax = CopyOptions(min_overlap=0.2)

    assert compare_texts([first, second], lax) == []
    assert len(compare_texts([first, second], replace(lax, min_longest=10))) == 1


def mix(seed: int) -> list[tuple[int, str]]:
    """Return twelve sentences, each with its place."""
    return list(enumerate(write_sentences(seed, 12)))


def test_nobody_copies_from_itself() -> None:
    """The report of one agency at two sites is no copy of another agency's."""
    words = write_sentences(1, 9)
    at_district = make_text("青石区", "白杨街道", 2020, *words)
    at_city = replace(make_text("", "白杨街道", 2020, *words), division="990100")

    assert copy_between(at_district, at_city) == []
    assert len(copy_between(at_district, replace(at_city, agency_key="听松街道"))) == 1


def test_a_short_report_out_of_a_long_one_is_found() -> None:
    """A report is a copy where all its words stand in one five times as long."""
    words = write_sentences(1, 40)
    long = make_text("青石区", "白杨街道", 2020, *words)
    short = make_text("云汀区", "听松街道", 2021, *words[16:24])

    (pair,) = copy_between(short, long)

    assert pair.similarity > 0.95


def test_a_copy_is_told_in_its_first_year() -> None:
    """What an agency took over once and goes on saying is told of the year in which it came, and of no other."""
    words, others = write_sentences(1, 9), write_sentences(2, 9)
    writer = [make_text("青石区", "白杨街道", year, *words) for year in (2018, 2019, 2020, 2021)]
    before = make_text("云汀区", "听松街道", 2019, *others)
    copier = [make_text("云汀区", "听松街道", year, *words, known_since=f"{year + 1}-02-01") for year in (2020, 2021)]

    found = told([*writer, before, *copier])

    others_told = [one for one in found if one[0] == "other_agency"]
    assert others_told == [("other_agency", "云汀区-听松街道-2020", "青石区-白杨街道-2020")]


def test_the_report_published_later_took_it_over() -> None:
    """Of two reports of one year that published later is told to hold the words of the other."""
    words = write_sentences(1, 9)
    late = make_text("青石区", "白杨街道", 2020, *words, known_since="2021-03-01")
    early = make_text("云汀区", "听松街道", 2020, *words, known_since="2021-01-05")

    (pair,) = copy_between(late, early)

    assert (pair.source, pair.other) == (late.source, early.source)


def test_a_report_that_repeats_the_year_before_is_found() -> None:
    """Nine tenths of last year's own words, figures and dates apart, make a report that repeats it."""
    words, new = write_sentences(1, 12), write_sentences(2, 6)
    last = make_text("青石区", "白杨街道", 2019, FORM, *words)
    repeated = make_text("青石区", "白杨街道", 2020, FORM, *words[:11], new[0])
    renewed = make_text("青石区", "白杨街道", 2020, FORM, *words[:8], *new)

    assert told([last, repeated]) == [("own_year", "青石区-白杨街道-2020", "青石区-白杨街道-2019")]
    assert told([last, renewed]) == []
    assert told([last, replace(repeated, year=2021)]) == []


def test_parts_that_changed_places_are_repeated_too() -> None:
    """Last year's words in another order are last year's words."""
    words = write_sentences(1, 12)
    texts = [
        make_text("青石区", "白杨街道", 2019, *words),
        make_text("青石区", "白杨街道", 2020, *words[6:], *words[:6]),
    ]

    assert [kind for kind, *_ in told(texts)] == ["own_year"]


def test_few_words_of_ones_own_are_not_told_as_repeated() -> None:
    """Where an office writes but a sentence or two of its own, that these are the same says nothing."""
    words = write_sentences(1, 2)

    assert told([make_text("青石区", "白杨街道", year, FORM, LAW, *words) for year in (2019, 2020)]) == []


@pytest.mark.parametrize(("values", "tables"), [((31, 58, 60), ("requests",)), ((1, 1, 1), ()), ((31, 31, 31), ())])
def test_the_same_table_in_two_years_is_found(values: tuple[int, ...], tables: tuple[str, ...]) -> None:
    """A table whose figures are all last year's is found, but for figures that are often the same by chance."""
    names = ("requests.granted.total", "requests.total.total", "requests.new_requests.total")
    figures = tuple(zip(names, map(float, values), strict=True))
    first = replace(make_text("青石区", "白杨街道", 2019, *write_sentences(1, 9)), figures=figures)
    second = replace(make_text("青石区", "白杨街道", 2020, *write_sentences(2, 9)), figures=figures)

    pairs = compare_texts([first, second])

    assert [(pair.kind, pair.tables, pair.passages) for pair in pairs] == ([("own_year", tables, ())] if tables else [])


def test_an_edited_word_does_not_end_a_passage() -> None:
    """A passage goes on behind a word that was exchanged, and holds that of each report."""
    words = "".join(write_sentences(1, 9))
    first = make_text("青石区", "白杨街道", 2020, f"{words}本年新建了石桥。{words[::-1]}")
    second = make_text("云汀区", "听松街道", 2021, f"{words}本年新建了木桥。{words[::-1]}")

    (pair,) = copy_between(first, second)

    assert [("木桥" in one.text, "石桥" in one.other) for one in pair.passages] == [(True, True)]


def test_what_is_no_text_is_compared_all_the_same() -> None:
    """Reports without words, of signs that nobody sees or of one sign many times, are compared without a fault."""
    odd = ("", "\0\u202e\ufeff", "公" * 70_000, "一二三" * 9_000, "街道" * 9_000, "N0" * 500, "\ud800", "𠀀" * 300)
    texts = [make_text("青石区", f"{number}街道", 2020, words) for number, words in enumerate(odd)]

    assert {pair.kind for pair in compare_texts(texts)} <= {"other_agency"}
    assert compare_texts([]) == []


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("由白杨街道党工委牵头", "由N党工委牵头"),
        ("2020年1月1日收到12.5万元、３件、三百件", "0年0月0日收到0元0件0件"),
        ("青石区人民政府转月湖泉社区", "N人民政府转N"),
        ("经费投入。石社区", "经费投入N"),
        ("“公开”，——\n　为常态。", "公开为常态"),
    ],
)
def test_names_and_figures_are_masked(text: str, signs: str) -> None:
    """Figures of any spelling are one sign, as are the names of the agency and of any street, town or community."""
    names = list_names("青石区白杨街道办事处", "白杨街道", "青石区")

    masked = mask(text, names)

    assert masked.signs == signs
    assert len(masked.places) == len(signs)


def make_archive(path: Path) -> None:
    """Make an archive with a copy, a report that repeats itself, and an honest one."""
    words = "".join(write_sentences(1, 12))
    other = "".join(write_sentences(2, 12))
    pages = {
        f"{HOST}/1.html": make_report(words=words, year=2020),
        f"{HOST}/2.html": make_report(words=words, year=2021),
        f"{HOST}/3.html": make_report(words=words, year=2022, agency="云汀区望舒镇人民政府"),
        f"{HOST}/4.html": make_report(words=other, year=2022, agency="云汀区芦汊街道办事处"),
    }
    with Archive.create(path, "test") as archive:
        archive.save_site(SITE)
        crawl(archive, 1, pages)


def test_an_archive_is_compared_once(tmp_path: Path) -> None:
    """The reports of an archive are compared when one came in, and not again while they stay."""
    make_archive(tmp_path / "a.db")
    said: list[str] = []

    with Archive.note(tmp_path / "a.db", "check") as archive:
        first = refresh_copies(archive, said.append)
        second = refresh_copies(archive, said.append)
        kinds = sorted(one.kind for one in archive.list_resemblances())
        crawl(archive, 2, {f"{HOST}/5.html": make_report(words="".join(write_sentences(3, 9)), year=2023)})
        third = refresh_copies(archive)

    assert (first.compared, first.new, first.pairs, first.new_pairs) == (4, 4, 2, 2)
    assert (second.compared, second.new, second.pairs, second.new_pairs) == (0, 0, 2, 0)
    assert (third.compared, third.new, third.pairs, third.new_pairs) == (5, 1, 2, 0)
    assert kinds == ["other_agency", "own_year"]
    assert said == ["reading what the reports say", "comparing 4 reports, 4 of them new"]


def test_a_missing_library_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the library of the extra, what to install is said, and nothing counts as compared."""
    make_archive(tmp_path / "a.db")
    monkeypatch.setitem(sys.modules, "rensa", None)

    with Archive.note(tmp_path / "a.db", "check") as archive:
        with pytest.raises(MissingCopiesError, match=r"pip install 'gongkai\[copies\]'"):
            refresh_copies(archive)

        assert archive.count_uncompared(DETECTOR) == 4


def test_options_decide() -> None:
    """What counts as a copy is a matter of named options."""
    words = write_sentences(1, 3)
    first = make_text("青石区", "白杨街道", 2020, *words, *write_sentences(2, 7))
    second = make_text("云汀区", "听松街道", 2020, *words, *write_sentences(3, 7))

    strict, lax = (
        compare_texts([first, second]),
        compare_texts([first, second], CopyOptions(min_overlap=0.1, min_shared=60)),
    )

    assert (len(strict), len(lax)) == (0, 1)


@pytest.mark.parametrize(("district", "count"), [("青石区", 0), ("云汀区", 1)])
def test_a_town_that_became_a_street_copies_nobody(district: str, count: int) -> None:
    """A town and a street of one name in one district may be the same agency; in two districts they are not."""
    words = write_sentences(1, 9)
    first = make_text("青石区", "白杨镇", 2020, *words)
    second = make_text(district, "白杨街道", 2021, *words)

    assert len(copy_between(first, second)) == count
