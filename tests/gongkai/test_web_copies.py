"""The pages of copies: the pairs that stand, and one pair with what both reports say lit in both."""

import random
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from archive import Archive
from archive.judgements.resemblances import Pair, Passage
from gongkai.copies import refresh_copies
from gongkai.web.lit import LitPiece, light_passages
from gongkai.web.pages import copies
from tests.archive.made_reports import HOST, SITE, crawl, make_report
from tests.gongkai.copies_world import make_sentence
from tests.gongkai.web_archives import RUN, SIGNS, TEXTS, make_hostile
from tests.gongkai.web_visits import Visitor, links, shape, texts, visit

COPIER, WRITER = "990101-望舒镇人民政府-2022", "990101-听松街道办事处-2021"
PAIR = f"/copies/{quote(COPIER)}/{quote(WRITER)}"


def write_words(name: str, figure: int) -> str:
    """Write the same sentences with another name and other figures."""
    chance = random.Random(1)  # noqa: S311 - not for secrets
    return "".join(make_sentence(chance).format(name=name, community="月湖社区", n=figure) for _ in range(12))


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """Serve an archive with a report that repeats itself and one that holds its words as well."""
    path = tmp_path_factory.mktemp("copies") / "a.db"
    pages = {
        f"{HOST}/1.html": make_report(words=write_words("听松街道", 3), year=2020),
        f"{HOST}/2.html": make_report(words=write_words("听松街道", 14), year=2021),
        f"{HOST}/3.html": make_report(words=write_words("望舒镇", 8), year=2022, agency="云汀区望舒镇人民政府"),
    }
    with Archive.create(path, "test") as archive:
        archive.save_site(SITE)
        crawl(archive, 1, pages)
        refresh_copies(archive)
    with visit(path) as visitor:
        yield visitor


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("address", ["/copies", PAIR])
def test_pages_of_copies_answer(copied: Visitor, address: str, language: str) -> None:
    """Both pages answer in both languages."""
    answer = copied.get(f"{address}?lang={language}")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("", 2),
        ("?kind=own_year", 1),
        ("?kind=other_agency&year=2022", 1),
        ("?year=2020", 0),
        ("?district=990101", 2),
        ("?district=990202", 0),
        ("?site=yunting", 2),
        ("?site=hetao", 0),
        ("?page=2", 0),
        (f"?report={quote(COPIER)}", 1),
    ],
)
def test_pairs_are_filtered(copied: Visitor, asked: str, count: int) -> None:
    """Pairs are chosen by kind, district, site, year and report."""
    page = copied.open(f"/copies{asked}")

    assert len(page.cssselect(".inbox > li")) == count
    assert len(page.cssselect(".note")) == (count == 0)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/copies?kind=nothing", 400),
        ("/copies?year=x", 400),
        ("/copies?report=nowhere", 404),
        (f"/copies/{quote(COPIER)}/nowhere", 404),
        (f"/copies/nowhere/{quote(WRITER)}", 404),
    ],
)
def test_what_is_no_pair_is_said_in_a_page(copied: Visitor, address: str, status: int) -> None:
    """What cannot be meant or is not there is said in a page."""
    assert copied.get(address).status_code == status


def test_shared_passages_are_lit_in_both_reports(copied: Visitor) -> None:
    """Each passage is marked in both texts, as each prints it, and leads to the same one in the other."""
    page = copied.open(PAIR)

    left, right = page.cssselect(".side-by-side > section")
    assert texts(left, "mark")
    assert len(texts(left, "mark")) == len(texts(right, "mark"))
    assert ("望舒镇" in texts(left, "mark")[0], "听松街道" in texts(right, "mark")[0]) == (True, True)
    assert [one.get("href") for one in left.cssselect("a.shared")] == [
        f"#{one.get('id')}" for one in right.cssselect("a.shared")
    ]
    assert f"/captured/{quote(COPIER)}/1" in links(page)
    assert f"/report/{quote(WRITER)}" in links(page)


def test_a_pair_is_found_from_either_side(copied: Visitor) -> None:
    """The later report stands left, whichever is named first."""
    page = copied.open(f"/copies/{quote(WRITER)}/{quote(COPIER)}")

    assert COPIER[-4:] in texts(page, ".side-by-side > section:first-child p.soft")[0]


def test_links_of_the_pages_of_copies_lead_somewhere(copied: Visitor) -> None:
    """Every link of ours on both pages answers."""
    for address in ("/copies", PAIR):
        own = [one.partition("#")[0] for one in links(copied.open(address)) if one.startswith("/")]
        assert {copied.get(one).status_code for one in set(own)} == {200}


def test_hostile_passages_are_text(tmp_path: Path) -> None:
    """No text of a report or passage becomes an element or an address of its own, on either page."""
    path = make_hostile(tmp_path / "a.db")
    with Archive.note(path) as archive:
        standing = list(archive.iter_standing_texts())
        pairs = [
            Pair(one.source, other.source, "other_agency", 0.5, (Passage(text, text), Passage(SIGNS, SIGNS)), (text,))
            for text, one, other in zip(TEXTS, standing[1:], standing, strict=False)
        ]
        archive.save_pairs([text.source for text in standing], pairs, "1")
        names = [(pair.report.id, pair.other.id) for pair in archive.list_resemblances()]

    with visit(path) as visitor:
        documents = [visitor.open(f"/copies/{quote(one, safe='')}/{quote(other, safe='')}") for one, other in names]
        documents.append(visitor.open("/copies"))

    assert len(documents) == len(TEXTS) + 1
    for document in documents:
        assert not document.cssselect("main script, main img, main svg, main iframe, main [onerror], main [onload]")
        assert not [one for one in links(document) if RUN in one and not one.startswith("/")]
        assert not {name for _, names in shape(document) for name in names if name.startswith("on")}


def test_passages_are_lit_where_they_are_found() -> None:
    """A passage is lit once, in the first text where it stands and nothing is lit; one that is nowhere is left out."""
    lit = light_passages(["甲乙丙乙", "乙丁"], ["乙", "乙", "丙乙", "戊", "乙丁", ""])

    assert lit == (
        (LitPiece("甲", 0), LitPiece("乙", 1), LitPiece("丙", 0), LitPiece("乙", 2)),
        (LitPiece("乙丁", 5),),
    )


@pytest.mark.parametrize(("size", "more"), [(1, [True, False]), (2, [False, False]), (3, [False, False])])
def test_a_page_leads_on_while_there_is_more(
    copied: Visitor, monkeypatch: pytest.MonkeyPatch, size: int, more: list[bool]
) -> None:
    """A full page leads to the next where there is one more pair, and the last page nowhere."""
    monkeypatch.setattr(copies, "PAGE", size)

    pages = [copied.open(f"/copies?page={number}") for number in (1, 2)]

    assert [len(page.cssselect(".inbox > li")) for page in pages] == [min(size, 2), max(0, 2 - size)]
    assert [bool(page.cssselect('main a[rel="next"]')) for page in pages] == more


def test_reports_that_were_not_compared_are_counted(tmp_path: Path) -> None:
    """The page says how many reports came in since the last comparison, and nothing where all were compared."""
    path = tmp_path / "a.db"
    told = []
    for number in (1, 2):
        with Archive.create(path, "test") if number == 1 else Archive.note(path) as archive:
            if number == 1:
                archive.save_site(SITE)
                crawl(archive, 1, {f"{HOST}/{year}.html": make_report(year=year) for year in (2020, 2021)})
            else:
                refresh_copies(archive)
        with visit(path) as visitor:
            told.append(texts(visitor.open("/copies?lang=en&kind=own_year"), ".note"))

    assert any("2" in note for note in told[0])
    assert not any(note in told[1] for note in told[0] if "2" in note)
