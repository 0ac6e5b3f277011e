"""The command line: what it prints, to whom, and with which exit code."""

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from gongkai.cli import COMMANDS, cli, run
from gongkai.demo import serve_sites
from tests.gongkai.conftest import Outcome

Gongkai = Callable[..., Outcome]


@pytest.fixture(scope="session")
def demo_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the archive that a demo leaves behind, once."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    assert run(["demo", "--archive", str(path)]) == 0
    return path


@pytest.fixture
def asked(gongkai: Gongkai, demo_archive: Path, monkeypatch: pytest.MonkeyPatch) -> Gongkai:
    """Run a command against the demo's archive."""
    monkeypatch.setenv("GONGKAI_ARCHIVE", str(demo_archive))
    return gongkai


def lines(outcome: Outcome) -> list[dict[str, object]]:
    """Return the objects that a command printed with --json."""
    return [json.loads(line) for line in outcome.out.splitlines()]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_examples(gongkai: Gongkai, name: str) -> None:
    """Each command's help says what the list of commands says, and shows it at work."""
    command = cli.get_command(None, name)  # type: ignore[arg-type] # the group needs no context
    outcome = gongkai(name, "--help")

    assert command is not None
    assert command.short_help == COMMANDS[name][1]
    assert (outcome.code, outcome.err) == (0, "")
    assert f"Examples:\n    gongkai {name}" in outcome.out


def test_reports_lists_what_the_contract_says(asked: Gongkai) -> None:
    """`reports --json` has the keys of the contract, one object a report, and can be narrowed."""
    everything = lines(asked("reports", "--json"))
    one_year = lines(asked("reports", "--year", "2020", "--site", "yanhu", "--json"))

    assert len(everything) == 17
    assert list(everything[0]) == [
        *("id", "url", "urls", "title", "agency", "district", "division", "year", "form", "published"),
        *("site", "version", "first_seen", "last_seen", "status"),
    ]
    assert {(row["site"], row["year"]) for row in one_year} == {("yanhu", 2020)}
    assert "990103-石㙍街道-2020" in {row["id"] for row in one_year}


def test_agencies_named_in_several_ways_are_one(asked: Gongkai) -> None:
    """A street whose name is written in several ways has one report a year, each with its own years."""
    years = [row["year"] for row in lines(asked("reports", "--json")) if "听松" in str(row["agency"])]

    ids = {row["id"] for row in lines(asked("reports", "--json")) if "听松" in str(row["agency"])}
    assert sorted(map(str, years)) == ["2020", "2021", "2022", "2023"]
    assert ids == {f"990101-听松街道-{year}" for year in years}


def test_show_prints_the_tables_as_printed(asked: Gongkai) -> None:
    """`show` draws the official tables with their figures, and says who, when and where."""
    outcome = asked("show", "听松街道-2022")

    assert outcome.code == 0
    assert re.search(r"│行政许可 +│ +321│", outcome.out)
    assert "published 2023-01-17" in outcome.out
    assert "version 2 of 2" in outcome.out
    assert "http://127.0.0.1:" in outcome.out


def test_show_has_every_version(asked: Gongkai) -> None:
    """An earlier version is shown as it stood, with its own figures."""
    key = ("proactive_disclosure", "licensing", "decisions")

    shown = [lines(asked("show", "听松街道-2022", "--json", *more))[0] for more in ([], ["--version", "1"])]

    figures = []
    for report in shown:
        cells = report["cells"]
        assert isinstance(cells, list)
        figures += [cell["value"] for cell in cells if (cell["table"], cell["row"], cell["column"]) == key]
    assert figures == [321, 312]
    assert [(report["version"], report["versions"]) for report in shown] == [(2, [1, 2]), (1, [1, 2])]
    assert shown[0].keys() >= {"source", "kind", "division", "checks", "warnings", "error", "id", "url"}


def test_changes_can_be_narrowed(asked: Gongkai) -> None:
    """`changes` filters by kind, site and day, and prints a cell's old and new value."""
    outcome = asked("changes", "--kind", "figures")

    assert outcome.out.splitlines()[0].split("\t") == ["seen_at", "kind", "id", "version", "what"]
    assert outcome.out.splitlines()[1].endswith("proactive_disclosure.licensing.decisions: 312 → 321")
    assert asked("changes", "--kind", "figures", "--site", "yanhu").out == ""
    assert asked("changes", "--since", "2199-01-01").out == ""
    assert len(lines(asked("changes", "--json"))) == 18


def test_search_finds_words_of_two_characters(asked: Gongkai) -> None:
    """A Chinese word of two characters finds exactly the reports that hold it, with the word marked."""
    reports = {
        str(row["id"]): lines(asked("show", str(row["id"]), "--json"))[0] for row in lines(asked("reports", "--json"))
    }
    holding = {
        name
        for name, report in reports.items()
        if "电梯" in "".join(part["text"] for part in report["sections"])  # type: ignore[attr-defined]
    }

    found = lines(asked("search", "电梯", "--json", "--limit", "50"))

    assert holding
    assert {row["id"] for row in found} == holding
    assert all("[电梯]" in str(row["snippet"]) for row in found)
    assert list(found[0])[:5] == ["id", "url", "title", "year", "snippet"]


def test_parse_goes_on_after_a_file_that_cannot_be_read(gongkai: Gongkai, tmp_path: Path) -> None:
    """`parse --json` prints a line for each file in their order, and exits 1 where one could not be read."""
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "binary.dat").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "words.txt").write_text("今天天气很好。", encoding="utf-8")

    outcome = gongkai("parse", "--json", "empty.txt", "binary.dat", "absent.txt", "words.txt")

    assert outcome.code == 1
    assert [(row["source"], row["kind"], row["error"] is None) for row in lines(outcome)] == [
        ("empty.txt", "other", False),
        ("binary.dat", "other", False),
        ("absent.txt", "other", False),
        ("words.txt", "other", True),
    ]
    assert [line.split(": ")[1] for line in outcome.err.splitlines()] == [
        "empty.txt",
        "binary.dat",
        "absent.txt",
        "words.txt",
    ]


def test_a_page_that_is_no_report_is_said(gongkai: Gongkai, tmp_path: Path) -> None:
    """A page that can be read and is no report ends in one line that says so; nothing failed."""
    (tmp_path / "words.txt").write_text("今天天气很好。", encoding="utf-8")

    outcome = gongkai("parse", "words.txt")

    assert outcome.code == 0
    assert outcome.err.startswith("gongkai: words.txt: no annual report in it")
    assert outcome.err.count("\n") == 1


BAD_SITES = '[[site]\nname = "x"'
DEAD_SITE = '[[site]]\nname = "dead"\nstart_urls = ["http://127.0.0.1:9/"]\ndelay = 0\n'
PUBLIC_SITE = '[[site]]\nname = "public"\nstart_urls = ["http://www.example.gov.cn/"]\n'


@pytest.mark.parametrize(
    ("arguments", "files", "code", "says"),
    [
        (["crawl"], {}, 2, "sites.toml: cannot be read (No such file or directory)"),
        (["crawl"], {"sites.toml": BAD_SITES}, 2, "sites.toml: not valid TOML: "),
        (["crawl"], {"sites.toml": '[[site]]\nname = "x"\n'}, 2, "sites.toml: site 'x': start_urls is missing"),
        (["crawl", "--site", "nobody"], {"sites.toml": DEAD_SITE}, 2, "no site is named 'nobody'"),
        (["crawl"], {"sites.toml": PUBLIC_SITE}, 2, "site 'public': no contact"),
        (
            ["crawl", "--archive", "no/such/a.db"],
            {"sites.toml": DEAD_SITE},
            1,
            "cannot write no/such/a.db: there is no folder",
        ),
        (["crawl", "--archive", "a.db"], {"sites.toml": DEAD_SITE, "a.db": "words"}, 1, "a.db is not an SQLite file"),
        (["crawl", "--archive", "."], {"sites.toml": DEAD_SITE}, 1, "cannot open ."),
        (["reports"], {}, 1, "no archive at gongkai.db; make one with `gongkai crawl`"),
        (["show", "x", "--archive", "a.db"], {"a.db": "words"}, 1, "a.db is not an SQLite file"),
        (["parse", "absent.txt"], {}, 1, "absent.txt: cannot be read (No such file or directory)"),
        (["sites", "check"], {"sites.toml": BAD_SITES}, 2, "sites.toml: not valid TOML"),
        (["sites", "add", "x", "ftp://a/"], {}, 2, "sites.toml: site 'x': start_urls is ['ftp://a/']"),
    ],
)
def test_bad_input_is_one_line(
    gongkai: Gongkai, tmp_path: Path, arguments: list[str], files: dict[str, str], code: int, says: str
) -> None:
    """What cannot be done ends in one line that says what, where and what to do, and in the contract's exit code."""
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    outcome = gongkai(*arguments)

    assert (outcome.code, outcome.out) == (code, "")
    assert outcome.err.startswith(f"gongkai: {says}")
    assert outcome.err.count("\n") == 1
    for name, text in files.items():
        assert (tmp_path / name).read_text(encoding="utf-8") == text


@pytest.mark.parametrize("arguments", [["nonsense"], ["crawl", "--nonsense"], ["search"], ["show"], ["parse"]])
def test_wrong_usage_is_exit_code_two(gongkai: Gongkai, arguments: list[str]) -> None:
    """What cannot be a command is wrong usage, said with the way to the help."""
    outcome = gongkai(*arguments)

    assert (outcome.code, outcome.out) == (2, "")
    assert "--help' for help" in outcome.err


def test_unknown_and_ambiguous_reports_are_said(asked: Gongkai) -> None:
    """A name that no report has, or several, ends in a line that helps on."""
    unknown, ambiguous = asked("show", "无此街道"), asked("show", "听松")

    assert (unknown.code, ambiguous.code) == (1, 1)
    assert "no report answers to '无此街道'" in unknown.err
    assert "990101-听松街道-2020, 990101-听松街道-2021" in ambiguous.err


def test_a_query_without_a_word_is_wrong_usage(asked: Gongkai) -> None:
    """A query of nothing that can be seen is refused, not answered with nothing."""
    outcome = asked("search", " ")

    assert (outcome.code, outcome.out) == (2, "")


def test_demo_makes_its_own_archive_anew(gongkai: Gongkai, tmp_path: Path) -> None:
    """The demo can be run again, and begins with an empty archive each time."""
    first, second = gongkai("demo"), gongkai("demo")

    assert (first.code, second.code) == (0, 0)
    with closing(sqlite3.connect(tmp_path / "gongkai.db")) as connection:
        assert connection.execute("SELECT count(*) FROM reports").fetchone() == (17,)
        assert connection.execute("SELECT count(*) FROM runs").fetchone() == (2,)


def test_demo_and_evidence_do_not_mix(gongkai: Gongkai, tmp_path: Path) -> None:
    """The demo does not touch an archive of real sites, and real sites are not crawled into the demo's."""
    (tmp_path / "sites.toml").write_text(DEAD_SITE)
    gongkai("crawl", "--archive", "real.db")
    (tmp_path / "sites.toml").write_text(f'contact = "a@example.org"\n{PUBLIC_SITE}')
    gongkai("demo")
    before = (tmp_path / "real.db").read_bytes()

    demo, crawl = gongkai("demo", "--archive", "real.db"), gongkai("crawl")

    assert (demo.code, crawl.code) == (1, 1)
    assert "holds real sites" in demo.err
    assert "holds the made-up sites of the demo" in crawl.err
    assert (tmp_path / "real.db").read_bytes() == before


def test_an_archive_that_was_crawled_is_not_the_demo_s(gongkai: Gongkai, tmp_path: Path) -> None:
    """Whatever sites an archive holds, the demo does not make it anew where a crawl has written to it."""
    with serve_sites(1) as servers:
        (tmp_path / "sites.toml").write_text(servers.sites_toml())
        gongkai("crawl")
    before = (tmp_path / "gongkai.db").read_bytes()

    outcome = gongkai("demo")

    assert (outcome.code, (tmp_path / "gongkai.db").read_bytes()) == (1, before)


@pytest.mark.parametrize(
    "arguments",
    [["reports", "--year", "9" * 30], ["search", "电梯", "--limit", "9" * 30], ["show", "听松", "--version", "0"]],
)
def test_a_number_that_makes_no_sense_is_wrong_usage(asked: Gongkai, arguments: list[str]) -> None:
    """A number that is too large or too small is refused before anything is asked."""
    outcome = asked(*arguments)

    assert (outcome.code, outcome.out) == (2, "")


def test_two_writers_do_not_meet(gongkai: Gongkai, tmp_path: Path) -> None:
    """A crawl into an archive that is being written ends in one line that names the writer."""
    from archive import Archive  # noqa: PLC0415 - the only use

    (tmp_path / "sites.toml").write_text(DEAD_SITE)
    with Archive.create(tmp_path / "gongkai.db", "gongkai crawl"):
        outcome = gongkai("crawl")

    assert outcome.code == 1
    assert "gongkai.db is being written by `gongkai crawl` (process " in outcome.err


def test_sites_are_added_checked_and_listed(gongkai: Gongkai, tmp_path: Path) -> None:
    """A site that was added can be checked and listed, beside what the archive knows of it."""
    with serve_sites(1) as servers:
        url = servers.base_urls["yanhu"]
        added = gongkai("sites", "add", "yanhu", url, "--title", "砚湖区", "--division", "990103")
        checked = gongkai("sites", "check")
        before = lines(gongkai("sites", "list", "--json"))
        with (tmp_path / "sites.toml").open("a") as file:
            file.write("delay = 0\n")
        gongkai("crawl")
        after = lines(gongkai("sites", "list", "--json"))

    assert added.out == "sites.toml: added yanhu; `gongkai crawl --site yanhu` visits it\n"
    assert checked.out.startswith("sites.toml: 1 site, to be visited as gongkai/")
    assert [(row["name"], row["start_urls"], row["last_visit"]) for row in before] == [("yanhu", [url], None)]
    assert [(row["name"], row["title"], row["reports"]) for row in after] == [("yanhu", "砚湖区", 5)]


def test_an_interrupt_is_said(gongkai: Gongkai, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupt ends in one line and exit code 130."""

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("gongkai.cli.cli.main", interrupt)
    outcome = gongkai("reports")

    assert (outcome.code, outcome.err) == (130, "gongkai: interrupted; what was stored stays\n")
