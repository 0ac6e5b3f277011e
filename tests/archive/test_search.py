from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import Archive, Match, QueryError, match_expression
from archive.search import searching as searching_module
from archive.search.snippets import make_snippet, mark_snippet
from archive.search.text import fold, searchable_text
from parsers import PlainTable
from tests.archive.made_reports import HOST, MIRROR, PAGE, SITE, crawl, make_cell, make_report, select

TEXT = "听松街道二〇二〇年主动公开政府信息１２５条，微信WeChat发布37条；“一网通办”率100%。"
OTHER = "望舒街道依申请公开，公、开不在一处。政府采购3件。"


def find(archive: Archive, query: str) -> list[str]:
    """Return the URLs that a search finds, in the order of their names."""
    return sorted(match.url for match in archive.search(query).matches)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Return an archive of two reports that say two things."""
    with Archive.create(tmp_path_factory.mktemp("search") / "two.db") as archive:
        archive.save_site(SITE)
        reports = {
            PAGE: make_report(agency="甲局", title=None, words=TEXT),
            MIRROR: make_report(agency="乙局", title=None, words=OTHER),
        }
        crawl(archive, 1, reports)
        yield archive


BOTH = sorted([PAGE, MIRROR])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("松", [PAGE]),
        ("公", BOTH),
        ("听松", [PAGE]),
        ("公开", BOTH),
        ("开不", [MIRROR]),
        ("主动公开", [PAGE]),
        ("依申請公開", [MIRROR]),
        ("听松街道二〇二〇年主动公开政府信息", [PAGE]),
        ("听松街道2020年", [PAGE]),
        ("信息公开", []),
        ("公不", []),
        ("开公", []),
        ("开，公、", [MIRROR]),
        ("总体情况", BOTH),
        ("信息125条", [PAGE]),
        ("信息一百二十五条", [PAGE]),
        ("25条", [PAGE]),
        ("5", [PAGE]),
        ("微信wechat", [PAGE]),
        ("ＷＥＣＨＡＴ发布", [PAGE]),
        ("chat发", [PAGE]),
        ("采购3件", [MIRROR]),
        ("100%", [PAGE]),
        ("%", [PAGE]),
        ("。", BOTH),
        ("，", BOTH),
        ("听松 公开", [PAGE]),
        ("公开 听松", [PAGE]),
        ("听松 望舒", []),
        ("听松 OR 望舒", BOTH),
        ("公开 -听松", [MIRROR]),
        ("-听松", [MIRROR]),
        ("公 开", BOTH),
        ('"主动 公开"', [PAGE]),
        ('"公 开不"', []),
        ('"听松街道" "公开"', [PAGE]),
        ('"公开', BOTH),
        ("“一网通办”", [PAGE]),
        ("主动\u3000公开", [PAGE]),
    ],
)
def test_words_of_any_length_are_found(two: Archive, query: str, found: list[str]) -> None:
    """A report is found by words of one, two or more characters, in any spelling, where all of them stand."""
    assert find(two, query) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("公开*", []),
        ("^公开", []),
        ("+公开", []),
        ("(公开)", []),
        ("{公开}", []),
        ("公开:", []),
        ("'公开'", []),
        ("公开;--", []),
        ("公开\x00", BOTH),
        ("words:公开", []),
        ("words : 公开", []),
        ("NEAR(公开 政府)", []),
        ("公开 AND 政府", []),
        ("公开 NOT 听松", []),
        ("rowid", []),
        ("\ud800公开", BOTH),
        ("字" * 500, []),
        ("公开 " * 100, BOTH),
        ("12,34-" * 80, []),
    ],
)
def test_signs_of_fts5_are_searched_as_they_stand(two: Archive, query: str, found: list[str]) -> None:
    """No sign or keyword of FTS5 means anything: it is looked for like any other character."""
    assert find(two, query) == found


def test_a_match_knows_its_report(two: Archive) -> None:
    """A match has what identifies its version, and the words in brackets in their surroundings."""
    found = two.search("主动公开 wechat")

    assert (found.total, found.order, found.notes) == (1, "relevance", ())
    (match,) = found.matches
    snippet = "听松街道二〇二〇年[主动公开]政府信息１２５条，微信[WeChat]发布37条；“一网通办”率100%。"
    pieces = (
        ("听松街道二〇二〇年", False), ("主动公开", True), ("政府信息１２５条，微信", False), ("WeChat", True),
        ("发布37条；“一网通办”率100%。", False),
    )  # fmt: skip
    assert match == Match(
        "990101-甲局-2020",
        PAGE,
        None,
        2020,
        snippet,
        "甲局",
        "云汀区",
        SITE.name,
        "narrative",
        None,
        "current",
        1,
        pieces,
    )
    assert match.to_json() == {
        "id": match.id, "url": PAGE, "title": None, "year": 2020, "snippet": snippet, "agency": "甲局",
        "district": "云汀区", "site": SITE.name, "form": "narrative", "published": None, "status": "current",
        "version": 1,
    }  # fmt: skip


def test_only_as_many_as_asked_for_come_back(two: Archive) -> None:
    """The limit cuts the list, the offset leaves out its beginning, and the number of all stays what it is."""
    whole = [match.id for match in two.search("公开").matches]

    assert [len(two.search("公开", limit).matches) for limit in (0, 1, 2, 20)] == [0, 1, 2, 2]
    assert [[one.id for one in two.search("公开", 1, offset=n).matches] for n in (0, 1, 2)] == [
        whole[:1], whole[1:], []
    ]  # fmt: skip
    assert {two.search("公开", 1, offset=offset).total for offset in (0, 1, 2, 99)} == {2}


def test_a_note_comes_with_what_was_found(two: Archive) -> None:
    """What is no filter is searched, and the answer says so."""
    assert "yaer is no filter" in two.search("yaer:2020").notes[0]


def test_every_part_of_a_report_is_searched(archive: Archive) -> None:
    """Title, agency, preamble, headings, texts, other tables and what cells print are all found, zeros too."""
    report = make_report(
        make_cell("granted", 4711),
        make_cell("new_requests", 0),
        make_cell("total", None, raw="／", status="blank"),
        title="题目甲",
        preamble="前言乙",
        words="正文丙",
        tables=(PlainTable("附表丁", (("表头戊", "表头己"), ("", "庚\n辛"))),),
    )
    crawl(archive, 1, {PAGE: report})
    words = ("题目甲", "听松街道", "前言乙", "总体", "正文丙", "附表丁", "表头戊", "4711", "0", "/", "庚辛")

    assert [find(archive, word) for word in words] == [[PAGE]] * len(words)


def test_what_stands_apart_is_not_one_word(archive: Archive) -> None:
    """Words run on from line to line, but not from cell to cell, nor from one figure to the next."""
    table = PlainTable("", (("12", "34"), ("甲乙", "丙丁")))
    crawl(archive, 1, {PAGE: make_report(words="春夏\n秋冬\n56\n78\nab\n  cd", tables=(table,))})

    assert [find(archive, word) for word in ("夏秋", "冬56", "78ab", "5678", "abcd", "1234", "乙丙")] == [
        [PAGE], [PAGE], [], [], [], [], [],
    ]  # fmt: skip


def test_texts_are_folded() -> None:
    """Width, case, script, white space and what nobody sees make no difference; everything else does."""
    assert fold(" Ａb\u200b政\u3000務\n公\x00開（㈠）㎏①ﬁ\ud800") == "ab政务公开((一))kg1fi"
    assert fold("乾隆 乾燥") == "干隆干燥"
    assert fold("二〇○零") == "二〇○零"
    assert fold("") == ""


def test_a_report_has_each_text_once() -> None:
    """The same text printed many times is one segment, for it is found by the same words."""
    report = make_report(make_cell("granted", 7), make_cell("total", 7), title="甲", words="甲")

    assert searchable_text(report, "乙") == ("甲", "乙", "一、总体情况", "7")


# Order


def make_many(archive: Archive) -> None:
    """File reports of five years, of which the oldest says a word most often."""
    reports = {
        f"{HOST}/{year}-{number}": make_report(
            agency=f"第{number}街道", year=year, title=None, words="公开电梯" * (2030 - year) + f"其余{number}"
        )
        for number in range(3)
        for year in range(2018, 2023)
    }
    crawl(archive, 1, reports)


@pytest.mark.parametrize(("counted", "sorted_at_most"), [(5, 4), (100, 4), (100, 100)])
def test_few_are_ranked_and_many_listed_by_date(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, counted: int, sorted_at_most: int
) -> None:
    """Up to a number of hits the closest come first, beyond it the newest year, and what came last within it.

    It is the same whether all are fetched and sorted, or the newest are looked up, or all are only counted.
    """
    make_many(archive)
    ranked = archive.search("电梯", 3)
    monkeypatch.setattr(searching_module, "RANKED_AT_MOST", 4)
    monkeypatch.setattr(searching_module, "COUNTED_AT_ONCE", counted)
    monkeypatch.setattr(searching_module, "SORTED_AT_MOST", sorted_at_most)
    dated, wide, single = (
        archive.search("电梯", 4),
        archive.search("电梯", 4, all_versions=True),
        archive.search("开", 4),
    )
    pages = [archive.search("公开 开", 4, offset=offset).matches for offset in range(0, 15, 4)]

    assert (ranked.order, [match.year for match in ranked.matches]) == ("relevance", [2018] * 3)
    assert (dated.order, dated.total, [match.year for match in dated.matches]) == ("date", 15, [2022] * 3 + [2021])
    assert [one.id for one in dated.matches] == [one.id for one in wide.matches] == [one.id for one in single.matches]
    assert dated.matches[0].agency == "第2街道"
    assert [match.year for page in pages for match in page] == [year for year in range(2022, 2017, -1) for _ in "abc"]


# Versions


def test_only_current_versions_are_found(archive: Archive) -> None:
    """Words that a report has lost are found only where all versions are asked for."""
    crawl(archive, 1, {PAGE: make_report(words="旧话连篇")})
    crawl(archive, 2, {PAGE: make_report(words="新话连篇")})

    now = [archive.search(query).total for query in ("旧话", "新话", "话连", "一", "旧话 OR year:2030", "-旧话")]
    ever = [
        archive.search(query, all_versions=True).total
        for query in ("旧话", "新话", "话连", "一", "旧话 OR year:2030", "-旧话")
    ]
    then = [archive.search(query, as_of="2026-01-01T23:59:59Z").total for query in ("旧话", "新话", "话连", "一")]

    assert (now, ever, then) == ([0, 1, 1, 1, 0, 1], [1, 1, 2, 2, 1, 1], [1, 0, 1, 1])
    (match,) = archive.search("旧话", all_versions=True).matches
    assert (match.version, "[旧话]" in match.snippet) == (1, True)


# Words of one's own SQL


@pytest.mark.parametrize("word", ["公开", "電梯", "公", "2", "3", "一网通办”率1", '他说"', "主动 公开", "\x00"])
def test_people_can_ask_the_index_themselves(two: Archive, path: Path, word: str) -> None:
    """The expression for a word finds by plain SQL what a search for the phrase finds."""
    file = two.path
    statement = "SELECT count(*) FROM search_words WHERE search_words MATCH ?"
    escaped = word.replace('"', '""')
    try:
        total = two.search(f'"{escaped}"').total
    except QueryError:
        total = 0

    assert select(file, statement, [match_expression(word)]) == [(total,)]
    assert path != file


@settings(max_examples=80, deadline=None, derandomize=True)
@given(query=st.text(max_size=12))
def test_no_query_is_an_error_of_sqlite(two: Archive, query: str) -> None:
    """Whatever is written, a search ends in an answer or in a `QueryError`."""
    try:
        matches = two.search(query).matches
    except QueryError:
        matches = ()

    assert {match.url for match in matches} <= set(BOTH)


def test_a_plain_search_reads_no_row(path: Path, archive: Archive) -> None:
    """How many reports hold some words is said by the index alone, and the newest of them come out of it in order."""
    crawl(archive, 1, {f"{HOST}/{n}": make_report(agency=f"第{n}街道") for n in range(3)})
    asked: list[str] = []
    connection = archive._connection  # noqa: SLF001,RUF100 - what is asked of SQLite
    connection.set_trace_callback(asked.append)
    archive.search("公开 街", 0)
    connection.set_trace_callback(None)

    assert [one for one in asked if "JOIN" in one and "json_each" not in one] == []
    assert asked[0].startswith("SELECT rowid FROM search_words WHERE search_words MATCH ")
    assert path.exists()


# Snippets


@pytest.mark.parametrize(
    ("texts", "words", "snippet"),
    [
        (["甲乙丙"], [["乙"]], "甲[乙]丙"),
        (["甲乙丙乙"], [["乙"]], "甲[乙]丙[乙]"),
        (["甲\n乙 丙"], [["乙丙"]], "甲 [乙 丙]"),
        (["ＡＢ甲"], [["ab"]], "[ＡＢ]甲"),
        (["公開"], [["公开"]], "[公開]"),
        (["二〇二〇年"], [["2020年", "二〇二〇年"]], "[二〇二〇年]"),
        (["甲乙丙"], [["乙丙"], ["甲乙"]], "[甲乙丙]"),
        (["甲乙", "丙丁"], [["丁"]], "丙[丁]"),
        (["甲乙", "丙丁"], [["乙"]], "甲[乙] 丙丁"),
        (["甲乙", "丙甲乙丁"], [["乙"], ["甲乙丁"]], "丙[甲乙丁]"),
        (["甲乙丙"], [["丁"]], "甲乙丙"),
        (["甲乙丙"], [], "甲乙丙"),
        ([""], [["甲"]], ""),
        ([], [["甲"]], ""),
        (["前" * 30 + "甲" + "后" * 100], [["甲"]], "…" + "前" * 24 + "[甲]" + "后" * 47 + "…"),
        (["甲" + "后" * 100], [["甲"]], "[甲]" + "后" * 71 + "…"),
    ],
)
def test_a_snippet_shows_the_longest_word_first_found(texts: list[str], words: list[list[str]], snippet: str) -> None:
    """A snippet begins a little before it, marks each word in it, and says where text was left out."""
    assert mark_snippet(make_snippet(texts, words)) == snippet


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    text=st.text(alphabet="公開１a\u0301\n \u200b㈠é한", max_size=90),
    words=st.lists(st.text(alphabet="公开1a一(", min_size=1, max_size=3), max_size=3),
)
def test_a_snippet_shows_what_is_printed(text: str, words: list[str]) -> None:
    """Its pieces are a part of the text, white space aside, and those that are marked are words."""
    pieces = make_snippet([text], [[word] for word in words])

    plain = "".join(text.split())
    assert "".join("".join(piece for piece, _ in pieces).split()).strip("…") in plain
    assert all(any(word in fold(piece) for word in words) for piece, is_found in pieces if is_found)


def test_a_snippet_is_text_whatever_it_holds(archive: Archive) -> None:
    """What a report prints in brackets or as markup is told from what was found by the pieces."""
    crawl(archive, 1, {PAGE: replace(make_report(words="<b>[电梯]</b>"), title=None)})
    (match,) = archive.search("电梯").matches

    assert match.snippet == "<b>[[电梯]]</b>"
    assert match.pieces == (("<b>[", False), ("电梯", True), ("]</b>", False))
