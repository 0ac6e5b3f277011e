"""Pairs of reports that are alike: what is compared, what is kept, and of that what still stands."""

from dataclasses import replace
from pathlib import Path

import pytest

from archive import Archive, UnknownReportError
from archive.judgements.resemblances import Pair, Passage, ReadFrom
from parsers import Section
from tests.archive.made_reports import HOST, SITE, at_day, crawl, make_capture, make_cell, make_report, select

A, B, C = (f"{HOST}/nb/{name}.html" for name in "abc")
FIRST, SECOND = make_report(words="白杨树下。"), make_report(words="松林里。", year=2021)
OTHER = make_report(words="松林里面。", year=2021, agency="云汀区望舒镇人民政府")
PASSAGE = Passage("松林里面", "松林里")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Make an archive of three reports that are alike."""
    with Archive.create(tmp_path / "a.db", "test") as archive:
        archive.save_site(SITE)
        crawl(archive, 1, {A: FIRST, B: SECOND, C: OTHER})
    return tmp_path / "a.db"


def sources(archive: Archive) -> list[ReadFrom]:
    """Return what the reports that stand were read from."""
    return [text.source for text in archive.iter_standing_texts()]


def make_pairs(archive: Archive) -> list[Pair]:
    """Make a pair of each kind of the three reports."""
    first, second, other = sources(archive)
    own = Pair(second, first, "own_year", 0.95, (), ("requests",))
    return [own, Pair(other, second, "other_agency", 0.8, (PASSAGE,))]


def ids(archive: Archive, **chosen: object) -> list[tuple[str, str]]:
    """Return the pairs listed by the ids of their reports."""
    return [(one.report.id, one.other.id) for one in archive.list_resemblances(**chosen)]  # type: ignore[arg-type]


OWN = ("990101-听松街道办事处-2021", "990101-听松街道办事处-2020")
TAKEN = ("990101-望舒镇人民政府-2021", "990101-听松街道办事处-2021")


def test_the_texts_are_those_that_stand(path: Path) -> None:
    """Each report gives its words and its figures other than zero, as they stand and as they came in."""
    cells = (make_cell(value=5), make_cell("granted", 0), make_cell("total", None))
    told = replace(make_report(*cells, words="柳岸边。", preamble="前言"), form="2019")
    with Archive.create(path, "test") as archive:
        crawl(archive, 2, {A: told})
        texts = {text.source.report: text for text in archive.iter_standing_texts()}

    text = texts[OWN[1]]
    assert len(texts) == 3
    assert text.parts == ("前言", "柳岸边。")
    assert text.figures == (("requests.new_requests.total", 5),)
    assert (text.division, text.district, text.agency_key, text.year) == ("990101", "云汀区", "听松街道", 2020)
    assert text.known_since == "2026-01-02T08:00:00Z"
    hashes = select(path, "SELECT sha256 FROM bodies JOIN captures ON body_id = bodies.id ORDER BY captures.id DESC")
    assert text.source.sha256 == hashes[0][0]


def test_pairs_are_listed_with_both_reports(path: Path) -> None:
    """A pair says of both reports which version it is and which capture shows it, and what they share."""
    with Archive.note(path) as archive:
        new = archive.save_pairs(sources(archive), make_pairs(archive), "1")
        own, taken = archive.list_resemblances()

    assert new == 2
    assert (own.kind, own.similarity, own.passages, own.tables) == ("own_year", 0.95, (), ("requests",))
    assert (taken.kind, taken.passages, taken.tables, taken.detector) == ("other_agency", (PASSAGE,), (), "1")
    side = taken.report
    assert (side.id, side.site, side.year, side.version, side.url) == (TAKEN[0], "yunting", 2021, 1, C)
    assert (side.capture_url, side.fetched_at, side.first_seen) == (C, "2026-01-01T08:00:00Z", "2026-01-01T08:00:00Z")
    assert taken.to_json()["other"]["id"] == TAKEN[1]
    assert taken.to_json()["passages"] == [{"text": "松林里面", "other": "松林里"}]


def test_pairs_are_chosen(path: Path) -> None:
    """Pairs are chosen by either report, and by site, year and kind of the later one."""
    with Archive.note(path) as archive:
        archive.save_pairs(sources(archive), make_pairs(archive), "1")

        assert ids(archive) == [OWN, TAKEN]
        assert ids(archive, report=OWN[1]) == [OWN]
        assert ids(archive, report=OWN[0]) == [OWN, TAKEN]
        assert ids(archive, kind="other_agency") == [TAKEN]
        assert ids(archive, year=2020) == []
        assert ids(archive, site="yunting", year=2021) == [OWN, TAKEN]
        assert ids(archive, site="hetao") == []
        with pytest.raises(UnknownReportError):
            archive.list_resemblances("nowhere")


def test_a_pair_lapses_when_a_report_changes(path: Path) -> None:
    """A pair stands while both reports are read from the same bytes, and stands again for the days when they were."""
    with Archive.create(path, "test") as archive:
        archive.save_pairs(sources(archive), make_pairs(archive), "1")
        crawl(archive, 2, {C: make_report(words="另有新意。", year=2021, agency="云汀区望舒镇人民政府")})

        assert ids(archive) == [OWN]
        assert ids(archive, as_of="2026-01-01T23:59:59Z") == [OWN, TAKEN]
        assert ids(archive, as_of="2025-12-31T23:59:59Z") == []
        assert archive.count_uncompared("1") == 1


def test_a_withdrawn_report_is_still_a_copy(path: Path) -> None:
    """A report that went offline, as copies do when they are found, stays in its pairs."""
    with Archive.create(path, "test") as archive:
        archive.save_pairs(sources(archive), make_pairs(archive), "1")
        for day in (10, 20, 30):
            crawl(archive, day, {A: FIRST, B: SECOND})
            archive.save_capture(make_capture(C, None, day=day, status=404, failure="http 404"))
        archive.work_out()

        assert {row.id: row.status for row in archive.list_reports()}[TAKEN[0]] == "withdrawn"
        assert ids(archive) == [OWN, TAKEN]


def test_a_pair_lives_through_a_working_out_anew(path: Path) -> None:
    """Pairs are kept by bytes: working everything out anew takes none away, and nothing is to be compared again."""
    with Archive.create(path, "test") as archive:
        archive.save_pairs(sources(archive), make_pairs(archive), "1")
        archive.work_out()

        assert ids(archive) == [OWN, TAKEN]
        assert archive.count_uncompared("1") == 0


def test_another_detector_compares_anew(path: Path) -> None:
    """What one detector compared is not compared for another one; what that does not find any more is dropped."""
    with Archive.note(path) as archive:
        pairs = make_pairs(archive)
        archive.save_pairs(sources(archive), pairs, "1")

        assert (archive.count_uncompared("1"), archive.count_uncompared("2")) == (0, 3)

        new = archive.save_pairs(sources(archive), [replace(pairs[1], similarity=0.5)], "2")
        found = archive.list_resemblances()

    assert new == 0
    assert [(one.report.id, one.similarity, one.detector) for one in found] == [(TAKEN[0], 0.5, "2")]


def test_a_pair_keeps_the_day_when_it_was_found(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pair that is found again was found on the day when it was found first."""
    with Archive.note(path) as archive:
        pairs = make_pairs(archive)
        for day in (5, 6):
            monkeypatch.setattr("archive.front.judging.utc_now", lambda day=day: at_day(day))
            archive.save_pairs(sources(archive), pairs, "1")
        found = archive.list_resemblances()

    assert {one.found_at for one in found} == {"2026-01-05T08:00:00Z"}
    assert {row[0] for row in select(path, "SELECT compared_at FROM compared")} == {"2026-01-06T08:00:00Z"}


def test_a_pair_with_what_is_gone_is_left_alone(path: Path) -> None:
    """What was not compared this time is neither dropped nor counted: a source may come back as it was."""
    with Archive.note(path) as archive:
        standing, pairs = sources(archive), make_pairs(archive)
        archive.save_pairs(standing, pairs, "1")
        archive.save_pairs(standing[:1] + standing[2:], [], "1")

    assert select(path, "SELECT count(*) FROM resemblances") == [(2,)]


def test_a_hostile_passage_comes_back_as_it_is(path: Path) -> None:
    """A passage is text, whatever stands in it."""
    hostile = Passage("'); DROP TABLE resemblances; --\0\ud800", '"]}\u202e')
    with Archive.note(path) as archive:
        pair = replace(make_pairs(archive)[1], passages=(hostile,))
        archive.save_pairs(sources(archive), [pair], "1")
        (found,) = archive.list_resemblances()

    assert found.passages == (hostile,)


def test_many_reports_are_written_in_short_transactions(path: Path) -> None:
    """A thousand reports are written at once, and all of them in the end."""
    many = [ReadFrom(f"made-{number}", "0" * 64) for number in range(2_500)]
    with Archive.note(path) as archive:
        archive.save_pairs(many, [Pair(many[-1], many[0], "other_agency", 0.7)], "1")

    assert select(path, "SELECT count(*) FROM compared") == [(2_500,)]
    assert select(path, "SELECT report, other_report FROM resemblances") == [("made-2499", "made-0")]


def test_sections_without_words_count_for_nothing(path: Path) -> None:
    """A report of which nothing but headings is left gives empty parts."""
    bare = replace(make_report(year=2022), sections=(Section("overview", "一、总体情况", ""),))
    with Archive.create(path, "test") as archive:
        crawl(archive, 3, {f"{HOST}/d.html": bare})
        texts = {text.year: text.parts for text in archive.iter_standing_texts()}

    assert texts[2022] == ("", "")
