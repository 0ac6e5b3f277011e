import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import Archive
from archive.search.index import COMMON
from archive.search.query import parse_query
from archive.search.simplified import load_simplified
from archive.search.text import fold, searchable_text, split_text
from parsers import PlainTable
from tests.archive.made_reports import HOST, SITE, crawl, make_cell, make_report
from tests.archive.search_rows import find_rows, make_rows

REPORTS = 5_000
QUERIES = 2_000
LONGEST = 12
PHRASES = (
    *(
        "政府信息公开",
        "主动公开",
        "依申请公开",
        "不予公开",
        "行政复议",
        "行政诉讼",
        "规范性文件",
        "年度报告",
        "街道办事处",
    ),
    *(
        "加装电梯",
        "社区食堂",
        "白杨街道",
        "听松街道",
        "青石区",
        "汛期值守",
        "公示栏",
        "便民服务中心",
        "WeChat",
        "一网通办",
    ),
    *(
        "２０２０年",
        "二〇二〇年",
        "1,234件",
        "37条",
        "100%",
        "（一）",
        "“双公示”",
        "APP",
        "、",
        "，",
        "。",
        "：",
        "；",
        "…",
    ),
    *(
        "政務公開",
        "補貼標準",
        "㎡",
        "①",
        "𫠠㙍",
        "鿔",
        "ﾊﾝｶｸ",
        "é",
        "e\u0301",
        "한글",
        "\u200b",
        "\u3000",
        "\n",
        "-",
        '"',
        "'",
    ),
)
RARE = "".join(chr(code) for code in range(0x4E00, 0x9FA5, 7))


def make_text(dice: random.Random, length: int) -> str:
    """Make a text in which some words are everywhere and others nearly nowhere."""
    weights = list(accumulate(1 / place for place in range(1, len(PHRASES) + 1)))
    text = ""
    while len(text) < length:
        is_phrase = dice.random() < 0.6
        text += dice.choices(PHRASES, cum_weights=weights)[0] if is_phrase else dice.choice(RARE)
    return text


TRADITIONAL = {simple: traditional for traditional, simple in load_simplified().items()}
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def vary(dice: random.Random, text: str) -> str:
    """Write the same otherwise: wider, larger, in traditional characters, with spaces; or change one character."""
    kind = dice.randrange(8)
    if kind == 0:
        return text.translate(WIDE)
    if kind == 1:
        return text.upper()
    if kind == 2:
        return "".join(TRADITIONAL.get(character, character) for character in text)
    if kind == 3:
        return " \u3000".join(text)
    if kind == 4:
        place = dice.randrange(len(text))
        return text[:place] + dice.choice(RARE + "公开0，") + text[place + 1 :]
    return text


def make_queries(dice: random.Random, texts: list[str]) -> Iterator[str]:
    """Yield slices of texts of 1 to 12 characters that can be seen, many of them written otherwise."""
    while True:
        text = dice.choice(texts)
        length = dice.randint(1, LONGEST)
        start = dice.randrange(max(1, len(text) - length))
        query = vary(dice, text[start : start + length])
        if fold(query):
            yield query


def quote(text: str) -> str:
    """Write a text as a phrase of the language."""
    escaped = text.replace('"', '""')
    return f'"{escaped}"'


def test_a_search_finds_what_a_scan_finds() -> None:
    """Of 5,000 reports each of 2,000 queries of 1 to 12 characters finds just those in which a scan finds it."""
    dice = random.Random(6)  # noqa: S311 - not for secrets
    texts = [[make_text(dice, dice.randint(1, 60)) for _ in range(dice.randint(1, 4))] for _ in range(REPORTS)]
    segments = [tuple(folded for text in one for _, folded in split_text(text)) for one in texts]
    joined = ["\n".join(one) for one in segments]  # no folded text holds a line break
    queries = make_queries(dice, [text for one in texts for text in one])

    with closing(make_rows(segments)) as connection:
        for query in (next(queries) for _ in range(QUERIES)):
            word = fold(query)
            wanted = {number for number, text in enumerate(joined, 1) if word in text}

            assert find_rows(connection, quote(query)) == wanted, query


def test_reports_that_were_filed_are_found_as_by_a_scan(path: Path) -> None:
    """The same holds for reports that came in by the whole route: titles, texts, tables and figures."""
    dice = random.Random(7)  # noqa: S311 - not for secrets
    reports = {
        f"{HOST}/{number}": make_report(
            make_cell("granted", dice.randrange(3)),
            make_cell("new_requests", None, raw=dice.choice(("—", "无", "/"))),
            agency=f"第{number}街道办事处",
            title=make_text(dice, 12),
            preamble=make_text(dice, 30),
            words=make_text(dice, 90),
            tables=(PlainTable(make_text(dice, 4), ((make_text(dice, 3), str(number)), ("", "12\n34"))),),
        )
        for number in range(200)
    }
    segments = {url: searchable_text(report, report.agency) for url, report in reports.items()}
    queries = make_queries(dice, [text for one in segments.values() for text in one])

    with Archive.create(path) as archive:
        archive.save_site(SITE)
        crawl(archive, 1, reports)
        for query in (next(queries) for _ in range(200)):
            word = fold(query)
            found = archive.search(quote(query), len(reports))

            wanted = sorted(url for url, one in segments.items() if any(word in segment for segment in one))
            assert sorted(match.url for match in found.matches) == wanted, query
            assert found.total == len(wanted)


ALPHABET = '公开1,"电梯雨a'
SEGMENTS = st.text(alphabet=ALPHABET, min_size=1, max_size=6)


@settings(max_examples=250, deadline=None, derandomize=True)
@given(
    versions=st.lists(st.lists(SEGMENTS, min_size=1, max_size=4), min_size=1, max_size=5),
    asked=st.lists(st.text(alphabet=ALPHABET, min_size=1, max_size=5), min_size=1, max_size=3),
)
def test_ends_and_borders_make_no_difference(versions: list[list[str]], asked: list[str]) -> None:
    """Frequent and rare characters in any order, at the ends of texts too, are found just where they stand."""
    with closing(make_rows([tuple(one) for one in versions])) as connection:
        for query in (" ".join(map(quote, asked)), " OR ".join(map(quote, asked))):
            number_of = all if " OR " not in query else any
            wanted = {
                number
                for number, one in enumerate(versions, 1)
                if number_of(any(word in segment for segment in one) for word in asked)
            }

            assert find_rows(connection, query) == wanted


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    versions=st.lists(st.lists(SEGMENTS, min_size=1, max_size=3), min_size=1, max_size=5),
    words=st.lists(st.text(alphabet="公开电梯1", min_size=1, max_size=2), min_size=1, max_size=2),
    without=st.lists(st.text(alphabet="公开电梯1", min_size=1, max_size=2), min_size=1, max_size=2),
)
def test_what_is_without_a_word_is_found_so(versions: list[list[str]], words: list[str], without: list[str]) -> None:
    """Words that are to be absent leave out just the reports that hold them, with other words or alone."""
    with closing(make_rows([tuple(one) for one in versions])) as connection:
        for asked in (words, []):
            query = " ".join([*map(quote, asked), *(f"-{quote(word)}" for word in without)])
            wanted = {
                number
                for number, one in enumerate(versions, 1)
                if all(any(word in segment for segment in one) for word in asked)
                and not any(word in segment for word in without for segment in one)
            }

            assert find_rows(connection, query) == wanted


def test_a_word_is_found_in_each_spelling_of_its_numbers() -> None:
    """A word that is not in quotes finds what any of its spellings finds."""
    texts = [
        "2020年12件",
        "二〇二〇年十二件",
        "二零二零年12件",
        "2020年1,2件",
        "一二件",
        "1,234",
        "1234",
        "一千二百三十四",
    ]

    with closing(make_rows([(text,) for text in texts])) as connection:
        for query in ("2020年12件", "二○二○年十二件", "12件", "1234", "１，２３４", "一千二百三十四", "2,020"):
            (word,) = parse_query(query).words
            wanted = {number for number, text in enumerate(texts, 1) if any(one in text for one in word.spellings)}

            assert find_rows(connection, query) == wanted
            assert len(wanted) > 1
        assert find_rows(connection, '"2020"') == {1, 4}


@pytest.mark.parametrize("character", [*sorted(COMMON)[:12], "电", "a", "𫠠"])
def test_one_character_is_found_wherever_it_stands(character: str) -> None:
    """At the beginning, in the middle, at the end and alone, beside frequent characters and rare ones."""
    texts = [
        f"{character}公",
        f"{character}雨",
        f"雨{character}",
        f"公{character}",
        character,
        "公雨",
        f"雨{character}雨",
    ]
    texts = [text for text in texts if character not in {"公", "雨"}]

    with closing(make_rows([(text,) for text in texts])) as connection:
        assert find_rows(connection, quote(character)) == {n for n, text in enumerate(texts, 1) if character in text}


def test_the_year_of_a_report_is_no_word_of_it() -> None:
    """The index knows each report's year, and a report that does not print it is not found by it."""
    with closing(make_rows([("公开",), ("2016",)])) as connection:
        assert find_rows(connection, '"2016"') == {2}
        assert find_rows(connection, '"2"') == {2}
        assert find_rows(connection, "year:2016 公开") == set()
        assert find_rows(connection, "year:2015 公开") == {1}


def test_the_index_holds_no_copy_of_the_text() -> None:
    """The tables of the index are read by any SQLite, and keep no text beside the words."""
    with closing(make_rows([("公开",)])) as connection:
        tables = {
            row["name"] for row in connection.execute("SELECT name FROM sqlite_master WHERE name GLOB 'search_*'")
        }
        version = sqlite3.sqlite_version_info

    kept = {f"{table}{part}" for table in ("search_words", "search_past", "search_characters")
            for part in ("", "_data", "_idx", "_docsize", "_config")}  # fmt: skip
    assert (tables, version >= (3, 20)) == (kept, True)
