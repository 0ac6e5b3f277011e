"""A reader of `gongkai serve` who writes SQL, or search words that would be SQL: he reads the archive, and no more."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from archive import Archive
from archive.file.connection import MOST_IN_VALUE
from gongkai.web.serving import SETTINGS
from tests.archive.made_reports import PAGE, SITE, crawl, make_cell, make_report
from tests.gongkai.web_visits import Visitor, visit

ENDLESS = "with recursive x(n) as (select 1 union all select n + 1 from x) select count(*) from x"
WRITES = (
    *("delete from reports", "update reports set year = 1", "drop table reports", "vacuum", "reindex"),
    *("insert into sites (name) values ('a')", "create table a (b)", "create temp table a (b)", "begin immediate"),
    *("pragma writable_schema = 1", "pragma user_version = 9", "pragma journal_mode = delete", "detach main"),
    *(
        "attach database '{file}' as other",
        "vacuum into '{file}'",
        "select 1; delete from reports",
        "explain delete from reports",
    ),
    *("with x as (select 1) delete from reports", "select load_extension('{file}')", "select writefile('{file}', 'x')"),
    *("select readfile('{secret}')", "select edit('x', 'touch {file}')", "select fts3_tokenizer('a', x'00')"),
)
"""What is no question, or asks for something outside of the archive."""
TOO_MUCH = (
    f"select zeroblob({MOST_IN_VALUE + 1})",
    f"select length(hex(zeroblob({MOST_IN_VALUE})))",
    f"select length(replace(hex(zeroblob({MOST_IN_VALUE // 4})), '0', '00000000'))",
)
INJECTED = (
    *("' OR 1=1 --", '"; DROP TABLE reports; --', "words:公开", "公开 NEAR/2 申请", "^公开", "公开*", "{a b}: c"),
    *("a AND NOT b", '"公开" OR', "((((", "-", "NEAR(公开 申请, 999999999)", "year:2020' --", "site:%", "agency:_"),
    *("\x00", "rowid:1", "*"),
)
"""Search words that mean something to SQL or to the index, were they handed on."""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an archive with a report."""
    made = tmp_path_factory.mktemp("sql") / "a.db"
    with Archive.create(made, "test") as archive:
        archive.save_site(SITE)
        crawl(archive, 1, {PAGE: make_report(make_cell(value=5))})
    return made


@pytest.fixture(scope="module")
def served(path: Path) -> Iterator[Visitor]:
    """Serve it."""
    with visit(path) as visitor:
        yield visitor


@pytest.mark.parametrize("sql", WRITES)
def test_sql_changes_nothing_and_reaches_no_other_file(served: Visitor, sql: str, path: Path, tmp_path: Path) -> None:
    """Whatever is no question is refused, in every format; the archive stays, and no file is made or read."""
    before, strange, secret = path.read_bytes(), tmp_path / "made", tmp_path / "secret"
    secret.write_text("Geheim4711", encoding="utf-8")
    asked = quote(sql.format(file=strange, secret=secret))

    answers = [served.get(f"/archive{ending}?sql={asked}") for ending in (".json", "", ".csv")]

    assert not answers[0].json().get("ok")
    assert not strange.exists()
    assert path.read_bytes() == before
    assert [answer.text for answer in answers if "Geheim4711" in answer.text] == []


@pytest.mark.parametrize("sql", TOO_MUCH)
def test_no_value_of_any_size_is_made(served: Visitor, sql: str) -> None:
    """A value larger than any that a crawl stores is refused before memory is filled with it."""
    answer = served.get(f"/archive.json?sql={quote(sql)}")

    assert answer.status_code == 400
    assert "too big" in answer.json()["error"]


def test_a_question_without_an_end_is_ended(served: Visitor) -> None:
    """A query runs for so many milliseconds and no longer, and meanwhile others are answered."""
    slow, quick = served.get_all([f"/archive.json?sql={quote(ENDLESS)}", "/"])

    assert SETTINGS["sql_time_limit_ms"] <= 3000
    assert (slow.status_code, quick.status_code) == (400, 200)
    assert "interrupted" in str(slow.json()["error"]).lower() or "time limit" in str(slow.json()).lower()


@pytest.mark.parametrize("words", INJECTED, ids=ascii)
def test_search_words_are_words(served: Visitor, words: str, path: Path) -> None:
    """What would be SQL or a term of the index is searched as text, or refused: never an error of ours."""
    before = path.read_bytes()

    for address in (
        f"/search?q={quote(words)}",
        f"/search.csv?q={quote(words)}",
        f"/search?q={quote(words)}&page=9'--",
    ):
        assert served.get(address).status_code in {200, 400}
    sql = quote("select count(*) from search_words where search_words match gongkai_match(:w)")
    assert served.get(f"/archive.json?sql={sql}&w={quote(words)}").status_code in {200, 400}
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "address",
    [
        *(
            "/changes?site=' OR 1=1--",
            "/changes?kind=x' --",
            "/findings?rule=' union select 1--",
            "/findings?year=1 or 1",
        ),
        *("/district/990101' or '1'='1", "/report/%25", "/report/_", "/agency/%27%20or%201=1--", "/overview?x=';--"),
        *("/archive/reports?_sort=key' --", "/archive/reports?key__exact=' or 1=1--", "/archive/reports?_where=1;drop"),
    ],
)
def test_filters_and_orders_are_values(served: Visitor, address: str, path: Path) -> None:
    """An argument that would end a statement finds nothing, or is refused, and changes nothing."""
    before = path.read_bytes()

    answer = served.get(address)

    # Datasette answers what is wrong in its own arguments with 500, in a page that says no more than that.
    assert answer.status_code in {200, 302, 400, 404} | ({500} if address.startswith("/archive/") else set())
    assert "Traceback" not in answer.text
    assert path.read_bytes() == before


def test_only_reading_is_open_to_all() -> None:
    """Nothing of Datasette's that downloads the file, writes, or shows how a page was made is switched on."""
    assert not {"allow_download", "trace_debug", "template_debug"} & {name for name, value in SETTINGS.items() if value}
