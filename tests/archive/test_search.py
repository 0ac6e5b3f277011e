import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import Archive, Match, QueryError
from archive.migrations import migrate
from archive.search import index_words, make_snippet, query_words, words_to_match
from parsers import PlainTable, Section
from tests.archive.made_reports import HOST, MIRROR, PAGE, SITE, crawl, make_cell, make_report

TEXT = "听松街道二〇二〇年主动公开政府信息１２５条，微信WeChat发布37条；“一网通办”率100%。"
OTHER = "望舒街道依申请公开，公、开不在一处。政府采购3件。"


def find(archive: Archive, query: str) -> list[str]:
    """Return the URLs that a search finds, in the order of their names."""
    return sorted(match.url for match in archive.search(query))


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
        ("道", BOTH),
        ("听松", [PAGE]),
        ("公开", BOTH),
        ("开不", [MIRROR]),
        ("主动公开", [PAGE]),
        ("依申请公开", [MIRROR]),
        ("听松街道二〇二〇年主动公开政府信息", [PAGE]),
        ("信息公开", []),
        ("公不", []),
        ("开公", []),
        ("甲局", [PAGE]),
        ("总体情况", BOTH),
        ("信息125条", [PAGE]),
        ("信息１２５条", [PAGE]),
        ("125", [PAGE]),
        ("信息12", [PAGE]),
        ("微信wechat", [PAGE]),
        ("ＷＥＣＨＡＴ发布", [PAGE]),
        ("WeChat", [PAGE]),
        ("37", [PAGE]),
        ("采购3件", [MIRROR]),
        ("3件", [MIRROR]),
        ("听松 公开", [PAGE]),
        ("公开 听松", [PAGE]),
        ("听松 望舒", []),
        ("公 开", BOTH),
        ('"主动 公开"', [PAGE]),
        ('"听松街道" "公开"', [PAGE]),
        ('"公开', BOTH),
        ("“一网通办”", [PAGE]),
        ("主动\u3000公开", [PAGE]),
    ],
)
def test_words_of_any_length_are_found(two: Archive, query: str, found: list[str]) -> None:
    """A report is found by words of one, two or more characters, of any width and case, where all of them stand."""
    assert find(two, query) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('公开"', BOTH),
        ("公开*", BOTH),
        ("^公开", BOTH),
        ("-公开", BOTH),
        ("+公开", BOTH),
        ("(公开)", BOTH),
        ("((公开", BOTH),
        ("{公开}", BOTH),
        ("公开:", BOTH),
        ("'公开'", BOTH),
        ("公开;--", BOTH),
        ("公开\x00", BOTH),
        ("words:公开", []),
        ("words : 公开", []),
        ("NEAR(公开 政府)", []),
        ("公开 AND 政府", []),
        ("公开 OR 听松", []),
        ("公开 NOT 听松", []),
        ("rowid", []),
        ("%", None),
        ("字" * 5_000, []),
        ("公开 " * 1_000, BOTH),
    ],
)
def test_signs_of_fts5_mean_nothing_in_a_query(two: Archive, query: str, found: list[str] | None) -> None:
    """A query is words alone: no sign or keyword of FTS5 changes what it means or makes it an error."""
    if found is None:
        with pytest.raises(QueryError):
            two.search(query)
    else:
        assert find(two, query) == found


@pytest.mark.parametrize(
    "query", ["", " ", "，。", '"', '""', '" "', "()", "*", "_", "\u3000", "“”", "-", "：", "\ud800"]
)
def test_a_query_without_a_word_is_refused(two: Archive, query: str) -> None:
    """Punctuation alone is no query, and the error says what was written."""
    with pytest.raises(QueryError, match="nothing to search for in"):
        two.search(query)


def test_punctuation_beside_words_is_left_out(two: Archive) -> None:
    """A sign that stands alone beside words does not keep a report from being found."""
    assert find(two, "， 公开 “”") == BOTH


def test_a_word_is_found_as_a_whole(archive: Archive) -> None:
    """A word whose pairs all stand in a report, but not in a row, is not found there."""
    crawl(archive, 1, {PAGE: make_report(words="甲乙，乙丙，丙丁")})

    assert [find(archive, query) for query in ("甲乙丙", "乙丙丁", "甲乙 乙丙")] == [[], [], [PAGE]]


def test_a_match_knows_its_report(two: Archive) -> None:
    """A match has the id, page, title and year of its report, and the words in brackets in their surroundings."""
    (match,) = two.search("主动公开 wechat")

    assert match == Match(
        "990101-甲局-2020",
        PAGE,
        None,
        2020,
        "甲局 一、总体情况 听松街道二〇二〇年[主动公开]政府信息１２５条，微信[WeChat]发布37条；“一网通办”率100%。",
    )
    assert match.to_json() == {"id": match.id, "url": PAGE, "title": None, "year": 2020, "snippet": match.snippet}


def test_only_as_many_as_asked_for_come_back(two: Archive) -> None:
    """The limit cuts the list."""
    assert [len(two.search("公开", limit)) for limit in (0, 1, 2, 20)] == [0, 1, 2, 2]


def test_only_current_versions_are_found(archive: Archive) -> None:
    """Words that a report has lost are found only where all versions are asked for."""
    crawl(archive, 1, {PAGE: make_report(words="旧话连篇")})
    crawl(archive, 2, {PAGE: make_report(words="新话连篇")})

    now = [len(archive.search(query)) for query in ("旧话", "新话", "话连")]
    ever = [len(archive.search(query, all_versions=True)) for query in ("旧话", "新话", "话连")]

    assert (now, ever) == ([0, 1, 1], [1, 1, 2])
    assert "[旧话]" in archive.search("旧话", all_versions=True)[0].snippet


def test_every_part_of_a_report_is_searched(archive: Archive) -> None:
    """Title, agency, preamble, headings, texts, other tables and the first printed figure are all found."""
    report = make_report(
        make_cell("granted", 4711),
        title="题目甲",
        preamble="前言乙",
        words="正文丙",
        tables=(PlainTable("附表丁", (("表头戊", "表头己"),)),),
    )
    crawl(archive, 1, {PAGE: report})

    assert [
        find(archive, q) for q in ("题目甲", "听松街道", "前言乙", "总体", "正文丙", "附表丁", "表头戊", "4711")
    ] == [[PAGE]] * 8


@pytest.mark.parametrize("query", ["4711", "815", "World", "34", "Official Account"])
def test_each_figure_and_each_latin_word_is_found(archive: Archive, query: str) -> None:
    """A figure of any cell, and a Latin word of any place, is a word of its own."""
    report = make_report(
        make_cell("granted", 12),
        make_cell("new_requests", 4711),
        make_cell("total", 815),
        words="Hello World，微信 WeChat Official Account",
        tables=(PlainTable("附表", (("12", "34"),)),),
    )
    crawl(archive, 1, {PAGE: report})

    assert find(archive, query) == [PAGE]


def test_two_figures_are_not_one(archive: Archive) -> None:
    """Cells that print 12 and 34 are not found by 1234."""
    crawl(archive, 1, {PAGE: make_report(make_cell("granted", 12), make_cell("total", 34))})

    assert find(archive, "1234") == []


@pytest.mark.xfail(strict=True, reason="the end of a word is open, but its beginning is not")
def test_the_end_of_a_number_before_a_word_is_found(archive: Archive) -> None:
    """Any two characters that stand side by side are found, one of a number and one of a word too."""
    crawl(archive, 1, {PAGE: make_report(words="发布2020年")})

    assert find(archive, "0年") == [PAGE]


def memory_index() -> sqlite3.Connection:
    """Make the tables of an archive in memory."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.row_factory = sqlite3.Row
    migrate(connection)
    return connection


CHINESE = st.text(alphabet="政府信息公开主动一二〇年鿔𫠠", max_size=4)
GLUE = st.sampled_from(["，", "。", "（", "\n", " ", "", "2020", "wechat", "１２"])
TEXTS = st.lists(st.tuples(CHINESE, GLUE), max_size=8).map(lambda parts: "".join(a + b for a, b in parts))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(text=TEXTS, asked=st.text(alphabet="政府信息公开主动一二〇年鿔𫠠", min_size=1, max_size=4))
def test_what_stands_in_a_text_is_found_and_nothing_else(text: str, asked: str) -> None:
    """Every pair of Chinese characters of a text finds it, and a word finds it only where it stands in a line of it."""
    lines = ["".join(line.split()) for line in ("甲局", "预", "情况", *text.splitlines())]
    report = replace(make_report(agency="甲局", title=None, preamble="预"), sections=(Section(None, "情况", text),))
    with closing(memory_index()) as connection:
        index_words(connection, 1, report, "甲局")

        def finds(word: str) -> bool:
            statement = "SELECT rowid FROM search_words WHERE search_words MATCH ?"
            return connection.execute(statement, (words_to_match(query_words(word)),)).fetchone() is not None

        pairs = {a + b for line in lines for a, b in pairwise(line) if not (a + b).isascii() and is_chinese(a + b)}
        assert [pair for pair in pairs if not finds(pair)] == []
        assert finds(asked) == any(asked in line for line in lines)


def is_chinese(text: str) -> bool:
    """Return whether a text is of characters alone, without figures, Latin letters and signs."""
    return all(character.isalpha() or character == "〇" for character in text) and not any(
        character.isascii() or "０" <= character <= "９" for character in text
    )


@settings(max_examples=80, deadline=None, derandomize=True)
@given(query=st.text(max_size=12))
def test_no_query_is_an_error_of_sqlite(two: Archive, query: str) -> None:
    """Whatever is written, a search ends in a list or in a `QueryError`."""
    try:
        matches = two.search(query)
    except QueryError:
        matches = []

    assert set(find_urls(matches)) <= set(BOTH)


def find_urls(matches: list[Match]) -> list[str]:
    """Return the URLs of matches."""
    return [match.url for match in matches]


def test_a_search_uses_the_index(path: Path, archive: Archive) -> None:
    """SQLite answers a search from the full-text index and reads the rest by key, never from end to end."""
    crawl(archive, 1, {f"{HOST}/{n}": make_report(agency=f"第{n}街道") for n in range(3)})
    asked: list[str] = []
    archive._connection.set_trace_callback(asked.append)  # noqa: SLF001,RUF100 - what is asked of SQLite
    archive.search("公开")
    (statement,) = [one for one in asked if "MATCH" in one]

    with closing(sqlite3.connect(path)) as connection:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]

    scans = [step for step in plan if step.startswith("SCAN")]
    assert len(scans) == 1
    assert scans[0].startswith("SCAN search_words VIRTUAL TABLE INDEX 0:M")


@pytest.mark.parametrize(
    ("text", "words", "snippet"),
    [
        ("甲乙丙", ("乙",), "甲[乙]丙"),
        ("甲乙丙乙", ("乙",), "甲[乙]丙[乙]"),
        ("甲\n乙 丙", ("乙丙",), "甲 [乙 丙]"),
        ("ＡＢ甲", ("ab",), "[ＡＢ]甲"),
        ("甲乙丙", ("乙丙", "甲乙"), "[甲乙]丙"),
        ("甲乙丙", ("丁",), "甲乙丙"),
        ("", ("甲",), ""),
        ("前" * 30 + "甲" + "后" * 100, ("甲",), "…" + "前" * 24 + "[甲]" + "后" * 47 + "…"),
        ("甲" + "后" * 100, ("甲",), "[甲]" + "后" * 71 + "…"),
    ],
)
def test_a_snippet_shows_the_first_word_found(text: str, words: tuple[str, ...], snippet: str) -> None:
    """A snippet begins a little before the first word found, marks each, and says where text was left out."""
    assert make_snippet(text, words) == snippet
