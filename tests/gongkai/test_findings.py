"""The one list of findings: what stands between reports is found in an archive, that and no other."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from archive import Archive, CellScope, FindingKey, Said, SiteIdentity, make_review
from archive.judgements.resemblances import Pair, Passage, ReadFrom
from gongkai.findings import Finding, Scope, count_rules, is_too_much, list_findings, list_newest, list_unknown
from gongkai.register import Register
from parsers import Check
from tests.archive.made_reports import HOST, SITE, at_day, crawl, file_report, make_capture
from tests.gongkai.made_histories import STREET, Figures, both, faultless, faultless_old, make_report, plant, save
from tests.gongkai.made_versions import printed


def list_all(path: Path, scope: Scope | None = None) -> list[Finding]:
    """Return what is found in an archive."""
    with Archive.open(path) as archive:
        return list_findings(archive, scope or Scope(), Register())


def name(findings: list[Finding]) -> list[tuple[str, int, str, str]]:
    """Return agency, year, rule and place of findings."""
    return [(one.agency or "", one.year, one.rule, one.where) for one in findings]


PROACTIVE = "proactive_disclosure.{}"
PLANTED = [
    (2024, "requests.carried_over", "natural_person", {"requests.carried_over.natural_person": 99}, False),
    (2023, "requests.carried_over", "total", {"requests.carried_over.total": 99}, False),
    (2024, "requests.carried_over", "business", {"requests.carried_over.business": 1}, False),
    *(
        (year, PROACTIVE.format("in_force_stock"), row, {PROACTIVE.format(f"{row}.{column}"): 50}, False)
        for year, row, column in ((2024, "normative_documents", "in_force"), (2023, "normative_documents", "issued"))
    ),
    *(
        (year, PROACTIVE.format("fee_unit"), "fees", {PROACTIVE.format("fees.fee_amount"): fee}, False)
        for year, fee in ((2024, 230_000), (2023, 250_000), (2022, 241_000))
    ),
    *(
        (2024, "review_and_litigation.pending_followed", "review", cells, False)
        for cells in (
            {"review_and_litigation.review.pending": 0, "review_and_litigation.review.total": 0},
            {"review_and_litigation.review.pending": None, "review_and_litigation.review.total": None},
        )
    ),
    *(
        (2020, PROACTIVE.format("total_published_stock"), row, {PROACTIVE.format(f"{row}.total_published"): 77}, True)
        for row in ("normative_documents", "regulations")
    ),
    *(
        (2020, PROACTIVE.format("items_stock"), row, {PROACTIVE.format(f"{row}.previous_year_items"): 77}, True)
        for row in ("licensing", "compulsory_measures")
    ),
]


@pytest.mark.parametrize(("year", "rule", "where", "cells", "old"), PLANTED)
def test_a_planted_fault_is_found_and_no_other(
    tmp_path: Path, year: int, rule: str, where: str, cells: Figures, *, old: bool
) -> None:
    """Among agencies whose years fit, the one fault between two years is the one finding, with both captures."""
    agencies = {STREET.format(number): faultless(number) for number in range(3)}
    bad = STREET.format("九")

    found = list_all(save(tmp_path / "a.db", {**agencies, bad: plant(year, cells, old=old)}))

    assert name(found) == [(bad, year, rule, where)]
    assert len({capture.sha256 for capture in found[0].captures}) == 2
    assert found[0].other is not None
    assert found[0].noticed_at == found[0].captures[0].fetched_at


def test_a_small_slip_of_the_unit_is_found_in_an_archive(tmp_path: Path) -> None:
    """A fee of 20 元 that stands as 万元 after years of 0.002 is among the pairs that the archive gives."""
    fees = {2022: 0.002, 2023: 0.002, 2024: 20}
    history: dict[int, Figures] = {year: {PROACTIVE.format("fees.fee_amount"): fee} for year, fee in fees.items()}

    found = list_all(save(tmp_path / "a.db", {STREET.format("九"): history}))

    assert name(found) == [(STREET.format("九"), 2024, PROACTIVE.format("fee_unit"), "fees")]


@pytest.mark.parametrize("direct", [0, 2])
def test_suits_after_a_review_that_never_was_are_found(tmp_path: Path, direct: int) -> None:
    """Neither this year nor the one before has a review."""
    after = {"review_and_litigation.litigation.after_review.total": 1}
    suits = {"review_and_litigation.litigation.direct.total": direct}

    found = list_all(save(tmp_path / "a.db", {STREET.format(1): {2022: {}, 2023: {}, 2024: {**after, **suits}}}))

    assert name(found) == [(STREET.format(1), 2024, "review_and_litigation.after_review", "total")]


def test_faultless_histories_have_no_finding(tmp_path: Path) -> None:
    """Fifty agencies, half in each form, over three years."""
    agencies = {STREET.format(n): faultless(n) if n % 2 else faultless_old(n) for n in range(50)}

    assert list_all(save(tmp_path / "a.db", agencies)) == []


@pytest.mark.parametrize("row", ["new_requests", "carried_forward"])
def test_a_government_below_its_offices_is_found(tmp_path: Path, row: str) -> None:
    """Its own figures are to be no less than the sum; what others have beyond the reports known is its own matter."""
    offices = {STREET.format(n): {2023: both(row, 2)} for n in range(3)}
    own = {other: 100 for each in ("new_requests", "total", "carried_forward") for other in both(each, 0)}
    government = {2023: {**own, f"requests.{row}.total": 5}}

    found = list_all(save(tmp_path / "a.db", {**offices, "青石区人民政府": government}))

    assert name(found) == [("青石区人民政府", 2023, "requests.district_sum", row)]
    assert (found[0].left, found[0].right, len(found[0].captures)) == (5, 6, 4)


def test_a_government_s_report_that_is_gone_is_held_against_nothing(tmp_path: Path) -> None:
    """What it said is no finding any more: its offices may have been counted again since."""
    cells = {other: 100 for each in ("total", "carried_forward") for other in both(each, 0)}
    government = make_report("青石区人民政府", 2023, {**cells, **both("new_requests", 5)})
    bureau = make_report("青石区教育局", 2023, both("new_requests", 9))
    pages = {f"{HOST}/1.html": bureau}
    found = []
    with Archive.create(tmp_path / "a.db", "test") as archive:
        archive.save_site(SITE)
        crawl(archive, 1, {**pages, f"{HOST}/9.html": government})
        archive.work_out()
        found.append(name(list_findings(archive, Scope())))
        for day in (10, 20, 30):
            crawl(archive, day, pages)
            archive.save_capture(make_capture(f"{HOST}/9.html", None, day=day, status=404, failure="http 404"))
        archive.tell_stale()
        archive.work_out()
        found.append(name(list_findings(archive, Scope())))

    assert found == [[("青石区人民政府", 2023, "requests.district_sum", "new_requests")], []]


def test_an_office_without_a_district_is_no_part_of_a_government_s_sum(tmp_path: Path) -> None:
    """Where a government names its district, only the offices that name the same count."""
    cells = {other: 100 for each in ("total", "carried_forward") for other in both(each, 0)}
    government = make_report("青石区人民政府", 2023, {**cells, **both("new_requests", 5)})
    office = make_report("青石区教育局", 2023, both("new_requests", 5))
    stray = replace(make_report("文化局", 2023, both("new_requests", 9)), district=None)
    with Archive.create(tmp_path / "a.db", "test") as archive:
        archive.save_site(SITE)
        crawl(archive, 1, {f"{HOST}/{number}.html": one for number, one in enumerate((government, office, stray))})

    found = list_all(tmp_path / "a.db")

    assert name(found) == []


def test_a_slip_that_the_year_after_shows_is_found_among_those_of_its_year(tmp_path: Path) -> None:
    """Asked for one year, the year after is looked at too, and only what is about that year is listed."""
    fee = PROACTIVE.format("fees.fee_amount")
    path = save(tmp_path / "a.db", {STREET.format("九"): {2022: {fee: 9_000.5}, 2023: {fee: 0.9}}})

    found = [name(list_all(path, Scope(year=year))) for year in (2022, 2023)]

    assert found == [[(STREET.format("九"), 2022, PROACTIVE.format("fee_unit"), "fees")], []]


def test_what_is_withdrawn_or_a_government_s_own_is_no_office(tmp_path: Path) -> None:
    """A report that is gone, and that of the government's own office, add nothing to the sum of its offices."""
    cells = {other: 100 for each in ("total", "carried_forward") for other in both(each, 0)}
    government = make_report("青石区人民政府", 2023, {**cells, **both("new_requests", 5)})
    bureau, own, gone = (
        make_report(f"青石区{name}", 2023, both("new_requests", count))
        for name, count in (("教育局", 5), ("人民政府办公室", 5), ("文化局", 9))
    )
    pages = {f"{HOST}/{number}.html": one for number, one in enumerate((government, bureau, own))}
    with Archive.create(tmp_path / "a.db", "test") as archive:
        archive.save_site(SITE)
        crawl(archive, 1, {**pages, f"{HOST}/9.html": gone})
        for day in (10, 20, 30):
            crawl(archive, day, pages)
            archive.save_capture(make_capture(f"{HOST}/9.html", None, day=day, status=404, failure="http 404"))
        archive.tell_stale()
        archive.work_out()

    assert name(list_all(tmp_path / "a.db")) == []


@pytest.mark.parametrize(
    ("agency", "day", "level"),
    [("青石区教育局", date(2024, 2, 1), "hard"), (STREET.format(1), date(2024, 2, 20), "soft")],
)
def test_what_was_published_late_is_found(tmp_path: Path, agency: str, day: date, level: str) -> None:
    """It is a breach where the law names the day, and worth a look where practice alone does."""
    report = replace(make_report(agency, 2023, {}), published=day)
    with Archive.create(tmp_path / "a.db", "test") as archive:
        archive.save_site(SITE)
        crawl(archive, 1, {f"{HOST}/1.html": report})

    (found,) = list_all(tmp_path / "a.db")

    assert (found.rule, found.level, found.left) == ("report.published_late", level, (day - date(2024, 1, 31)).days)


@pytest.mark.parametrize("back", [None, 40], ids=["withdrawn", "put back"])
def test_a_report_that_was_late_is_so_whatever_became_of_it(tmp_path: Path, back: int | None) -> None:
    """It is listed as late after it was withdrawn, and after it was put back."""
    late = replace(make_report("青石区教育局", 2023, {}), published=date(2024, 2, 10))
    other = make_report("青石区财政局", 2023, {})
    with Archive.create(tmp_path / "a.db", "test") as archive:
        archive.save_site(SITE)
        crawl(archive, 1, {f"{HOST}/1.html": late, f"{HOST}/2.html": other})
        for day in (10, 20, 30):
            crawl(archive, day, {f"{HOST}/2.html": other})
            archive.save_capture(make_capture(f"{HOST}/1.html", None, day=day, status=404, failure="http 404"))
        archive.tell_stale()
        if back is not None:
            crawl(archive, back, {f"{HOST}/1.html": late})
        archive.work_out()
        (bureau,) = (one for one in archive.list_presences(SITE.division or "") if "教育" in one.name)

    (found,) = list_all(tmp_path / "a.db")

    one = bureau.presences[2023]
    assert (one.withdrawn_at is not None, one.restored_at is not None) == (True, back is not None)
    assert (found.rule, found.agency, found.left) == ("report.published_late", "青石区教育局", 10)


def test_a_person_has_the_last_word(tmp_path: Path) -> None:
    """What was dismissed is left out unless it is asked for; what was confirmed says so."""
    path = save(tmp_path / "a.db", {STREET.format("九"): plant(2024, {"requests.carried_over.business": 1})})
    (found,) = list_all(path)
    said = {}
    for day, verdict in enumerate(("confirmed", "dismissed"), 1):
        subject = FindingKey(found.rule, found.where)
        review = make_review(found.id, found.captures[0].sha256, Said(subject, verdict), at_day(100 + day))  # type: ignore[arg-type]
        with Archive.note(path, "test") as archive:
            archive.save_reviews([review])
        said[verdict] = [one.review for one in list_all(path)]

    assert said == {"confirmed": ["confirmed"], "dismissed": []}
    assert [one.review for one in list_all(path, Scope(with_dismissed=True))] == ["dismissed"]


@pytest.mark.parametrize(
    ("rule", "agency", "year", "own", "row"),
    [
        ("requests.carried_over", STREET.format(1), 2024, "carried_over", "carried_forward"),
        ("requests.district_sum", "青石区人民政府", 2023, "new_requests", "new_requests"),
    ],
)
def test_what_was_said_of_two_reports_lapses_with_either(
    tmp_path: Path, rule: str, agency: str, year: int, own: str, row: str
) -> None:
    """A finding between reports that was dismissed stands again once the other report has changed."""
    path = tmp_path / "a.db"

    def see(day: int, number: int) -> None:
        with Archive.create(path, "test") as archive:
            archive.save_site(SITE)
            other = make_report(STREET.format(1), 2023, both(row, number))
            crawl(archive, day, {f"{HOST}/1.html": make_report(agency, year, both(own, 5)), f"{HOST}/2.html": other})

    def list_reviews() -> list[str | None]:
        return [one.review for one in list_all(path) if one.rule == rule]

    see(1, 6)
    found = [one for one in list_all(path) if one.rule == rule]
    said = [Said(FindingKey(rule, one.where), "dismissed") for one in found]
    with Archive.note(path, "test") as archive:
        archive.save_reviews([make_review(found[0].id, found[0].captures[0].sha256, one, at_day(2)) for one in said])
    before = list_reviews()
    see(3, 600)

    assert found
    assert (before, list_reviews()) == ([], [None] * len(found))


def test_a_day_in_the_past_knows_both_sides_as_they_were_then(tmp_path: Path) -> None:
    """What was corrected since is still found as of the day on which it stood wrong, and not before it was seen."""
    before = make_report(STREET.format(1), 2023, {})
    wrong = make_report(STREET.format(1), 2024, both("carried_over", 3))
    right = make_report(STREET.format(1), 2024, {})
    with Archive.create(tmp_path / "a.db", "test") as archive:
        archive.save_site(SITE)
        for day, shown in ((1, None), (3, wrong), (5, right)):
            crawl(archive, day, {f"{HOST}/1.html": before, **({f"{HOST}/2.html": shown} if shown else {})})

    found = [len(list_all(tmp_path / "a.db", Scope(as_of=f"2026-01-0{day}T23:59:59Z"))) for day in (2, 4, 6)]

    assert found == [0, 2, 0]


def test_a_scope_narrows_to_what_it_names(tmp_path: Path) -> None:
    """Report, year, rule, level, site and district each leave what fits them."""
    history = plant(2024, {"requests.carried_over.business": 1, "proactive_disclosure.fees.fee_amount": 230_000})
    path = save(tmp_path / "a.db", {STREET.format("九"): history})
    scopes = (
        *(Scope(), Scope(report="第九街道办事处-2024"), Scope(report="第九街道办事处-2023"), Scope(year=2024)),
        *(Scope(year=2023), Scope(rule="requests.carried_over"), Scope(level="hard"), Scope(level="soft")),
        *(Scope(site=SITE.name), Scope(site="hetao"), Scope(district="青石区"), Scope(district="河套区")),
    )

    assert [len(list_all(path, scope)) for scope in scopes] == [2, 2, 0, 2, 0, 1, 1, 1, 2, 0, 2, 0]


def test_a_single_report_may_have_the_slip_that_the_year_after_shows(tmp_path: Path) -> None:
    """Asked for one report, the year after is looked at too: it may show that this one printed 元."""
    first = plant(2022, {PROACTIVE.format("fees.fee_amount"): 9_000.5})
    first[2023][PROACTIVE.format("fees.fee_amount")] = first[2024][PROACTIVE.format("fees.fee_amount")] = 0.9
    path = save(tmp_path / "a.db", {STREET.format("九"): first})

    found = [name(list_all(path, Scope(report=f"第九街道办事处-{year}"))) for year in (2022, 2023)]

    assert found == [[(STREET.format("九"), 2022, PROACTIVE.format("fee_unit"), "fees")], []]


def test_what_cannot_be_decided_is_listed_apart(tmp_path: Path) -> None:
    """An unread cell is no finding; what the year before decides is not said to be open."""
    unread = printed("1 2", None, None, "ambiguous")
    history = {2023: {}, 2024: {"requests.carried_over.total": unread}}
    path = save(
        tmp_path / "a.db",
        {STREET.format(1): history},  # type: ignore[dict-item]
        Check("review_and_litigation.after_review", "total", "unknown", None, None, "the year before decides"),
    )
    with Archive.open(path) as archive:
        unknown = name(list_unknown(archive, Scope()))

    assert list_all(path) == []
    assert unknown == [
        (STREET.format(1), 2023, "review_and_litigation.after_review", "total"),
        (STREET.format(1), 2024, "requests.carried_over", "total"),
    ]


def test_pages_of_the_newest_lose_nothing(tmp_path: Path) -> None:
    """Page after page, the findings of single reports and those between reports come once, the newest first."""
    history = plant(2024, {"requests.carried_over.business": 1, "proactive_disclosure.fees.fee_amount": 230_000})
    check = Check("requests.row_sum", "granted", "fail", 1, 2, "1 ≠ 2")
    path = save(tmp_path / "a.db", {STREET.format("九"): history}, check)
    with Archive.open(path) as archive:
        paged = [one for at in range(0, 8, 2) for one in list_newest(archive, Scope(), Register(), 2, at)]
        hard = list_newest(archive, Scope(level="hard"), Register(), 9)
        whole = list_findings(archive, Scope())

    assert len(whole) == 5
    assert sorted(name(paged)) == sorted(name(whole))
    assert [one.level for one in hard] == ["hard"] * 4
    assert [one.noticed_at for one in paged] == sorted((one.noticed_at for one in whole), reverse=True)


def test_years_that_stand_on_two_sites_are_compared_all_the_same(tmp_path: Path) -> None:
    """A district may have a site more, and a site no division: each part of the list is its division's, and whole."""
    second, alone = SiteIdentity("yunting2", "云汀区", SITE.division), SiteIdentity("songyuan", "松园区")
    history = plant(2024, {"requests.carried_over.business": 1})
    reports = [make_report(STREET.format("九"), year, figures) for year, figures in history.items()]
    with Archive.create(tmp_path / "a.db", "test") as archive:
        for site in (SITE, second, alone):
            archive.save_site(site)
        elsewhere = [replace(one, district="松园区", agency="松园区第九街道办事处") for one in reports]
        for site, own in ((SITE, reports[:2]), (second, reports[2:]), (alone, elsewhere)):
            archive.begin_run()
            for one in own:
                page = make_capture(f"{HOST}/{site.name}/{one.year}.html", repr((site, one)).encode())
                file_report(archive, archive.save_capture(replace(page, site=site.name)), one)
        found = {
            district: [(one.site, one.year) for one in list_findings(archive, Scope(district=district))]
            for district in (None, SITE.division, alone.name, "青石区")
        }

    assert found[None] == [("songyuan", 2024), ("yunting2", 2024)]
    assert (found[SITE.division], found[alone.name]) == ([("yunting2", 2024)], [("songyuan", 2024)])
    assert found["青石区"] == found[SITE.division]


def test_too_many_reports_are_looked_at_district_by_district(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for a page gets what single reports have; with a district or a site all of it."""
    check = Check("requests.row_sum", "granted", "fail", 1, 2, "1 ≠ 2")
    path = save(tmp_path / "a.db", {STREET.format("九"): plant(2024, {"requests.carried_over.business": 1})}, check)
    monkeypatch.setattr("gongkai.findings.MOST_AT_ONCE", 2)
    scopes = (Scope(), Scope(year=2024), Scope(district=SITE.division), Scope(site=SITE.name))
    with Archive.open(path) as archive:
        found = [sorted(one.rule for one in list_newest(archive, scope, Register(), 9)) for scope in scopes]
        partial = [is_too_much(archive, scope) for scope in scopes]
        counts = count_rules(archive, Register())

    assert partial == [True, True, False, False]
    assert found[:2] == [["requests.row_sum"] * 3, ["requests.row_sum"]]
    assert found[2] == found[3] == ["requests.carried_over", *["requests.row_sum"] * 3]
    assert counts == {"requests.row_sum": 3}


def test_a_copy_is_a_finding_of_the_later_report(tmp_path: Path) -> None:
    """It names the other report, with the capture of each."""
    path = save(tmp_path / "a.db", {STREET.format(n): {2023 + n: {}} for n in range(2)})
    with Archive.note(path, "test") as archive:
        first, second = archive.load_cells((), CellScope())
        sides = [ReadFrom(one.id, one.capture.sha256) for one in (second, first)]
        pair = Pair(sides[0], sides[1], "other_agency", 0.93, (Passage("同一段话", "同一段话"),))
        archive.save_pairs(sides, [pair], "1")

    (found,) = list_all(path)

    assert (found.id, found.rule, found.where) == (second.id, "report.repeats_other", first.id)
    assert (found.other, found.left, found.level) == (first.id, 0.93, "soft")
    assert found.captures == (second.capture, first.capture)
    assert list_all(path, Scope(report=first.id)) == []
