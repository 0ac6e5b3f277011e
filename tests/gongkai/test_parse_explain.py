"""`gongkai parse --explain` and `--html`: how a document was read, for a person and for a program."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from rich.cells import cell_len

from gongkai.cli.explained import iter_drawn
from gongkai.pages.parsed import parsed_to_page
from gongkai.pages.tables import find_report_tables
from parsers import Cell, Parsed, Report, parse_steps
from parsers.explain import explain
from parsers.forms import load_forms
from tests.gongkai.conftest import Outcome
from tests.parsers.generator import Case, make

Gongkai = Callable[..., Outcome]
TEXT = """青石区白杨街道办事处2023年政府信息公开工作年度报告
本报告由白杨街道<script>alert(1)</script>编制。
一、总体情况
这一年，街道把该说的都说了。
二、主动公开政府信息情况
第二十条第（一）项
信息内容
本年制发件数
本年废止件数
现行有效件数
规章
0
3
行政规范性文件
1
0
2
第二十条第（五）项
行政许可
12
行政处罚
4
行政强制
0
第二十条第（八）项
信息内容
本年收费金额（单位：万元）
行政事业性收费
0.5
"""
BAD = b"PK\x03\x04 this is no archive"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """Write a report with a row in doubt."""
    path = tmp_path / "report.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def parsed_case(case: Case) -> Parsed:
    """Make a document and parse it."""
    return parse_steps(make(case).body)


def page_of_case(case: Case) -> BeautifulSoup:
    """Make a document and return its page."""
    parsed = parsed_case(case)
    return soup(parsed_to_page(parsed, explain(parsed), "report"))


def soup(text: str) -> BeautifulSoup:
    """Return a page taken apart."""
    return BeautifulSoup(text, "html.parser")


def by_id(page: BeautifulSoup, name: str) -> Tag:
    """Return the only element of an id."""
    [found] = page.find_all(id=name)
    return found


def targets(tag: Tag) -> list[str]:
    """Return the ids that the links in an element lead to."""
    return [str(link["href"]).removeprefix("#") for link in tag.find_all("a")]


def test_explain_prints_a_line_for_every_part(gongkai: Gongkai, report: Path) -> None:
    """In a pipe each part is a line of four columns with tabs between; no colour, nothing cut."""
    outcome = gongkai("parse", "--explain", str(report))

    rows = [line.split("\t") for line in outcome.out.splitlines()]
    assert (outcome.code, outcome.err) == (0, "")
    assert rows[0] == ["place", "part", "text", "why"]
    assert {len(row) for row in rows} == {4}
    assert [row[0] for row in rows[1:]] == [f"line {number}" for number in range(1, len(TEXT.split("\n")) + 1)]
    assert ["line 4", "text", "这一年，街道把该说的都说了。", "text of section overview"] in rows
    assert "\x1b" not in outcome.out


def test_explain_lets_no_document_steer_the_terminal(gongkai: Gongkai, report: Path) -> None:
    """Control signs, and signs that turn the direction of writing, are not printed."""
    report.write_text(TEXT.replace("这一年，", "这\x1b[31m一\u202e年\x07，"), encoding="utf-8")

    outcome = gongkai("parse", "--explain", str(report))
    page = gongkai("parse", "--html", "-", str(report))

    assert "这[31m一年，街道" in outcome.out
    assert "这[31m一年，街道" in page.out
    assert not {"\x1b", "\u202e", "\x07"} & {*outcome.out, *page.out}


def test_explain_as_json_is_one_object_a_line(gongkai: Gongkai, report: Path) -> None:
    """With --json each line of the document is an object with its parts, the cells of each by their three keys."""
    outcome = gongkai("parse", "--explain", "--json", str(report))

    objects = [json.loads(line) for line in outcome.out.splitlines()]
    assert [one["line"] for one in objects] == list(range(1, len(objects) + 1))
    assert {tuple(one) for one in objects} == {("source", "line", "at", "text", "parts", "error")}
    assert objects[19] == {
        "source": str(report),
        "line": 20,
        "at": "line 20",
        "text": "12",
        "parts": [
            {
                "kind": "figure",
                "text": "12",
                "why": "reported: proactive_disclosure.licensing.decisions",
                "at": "line 20",
                "section": None,
                "form": "2021",
                "cells": [{"table": "proactive_disclosure", "row": "licensing", "column": "decisions"}],
                "status": "reported",
            }
        ],
        "error": None,
    }


def test_explain_says_which_file_cannot_be_read(gongkai: Gongkai, report: Path, tmp_path: Path) -> None:
    """A file that cannot be read has one object with its error, the others theirs, and the exit code is 1."""
    outcome = gongkai("parse", "--explain", "--json", str(tmp_path / "none.txt"), str(report))

    objects = [json.loads(line) for line in outcome.out.splitlines()]
    assert outcome.code == 1
    assert (objects[0]["source"], objects[0]["line"], objects[0]["parts"]) == (str(tmp_path / "none.txt"), None, [])
    assert "name a file that is there" in objects[0]["error"]
    assert objects[1]["source"] == str(report)


@pytest.mark.parametrize("width", [40, 80, 120])
def test_lines_fit_the_terminal(width: int) -> None:
    """On a terminal each line takes its width at most, Chinese characters counted as two columns."""
    parts = [part for line in explain(parsed_case(Case(flattening="pipe_rows"))) for part in line.parts]

    drawn = [line.plain for line in iter_drawn(parts, width)]

    assert len(drawn) == len(parts)
    assert max(map(cell_len, drawn)) <= width
    assert all(part.kind in line for part, line in zip(parts, drawn, strict=True))
    assert any("…" in line for line in drawn)


def test_a_doubt_is_never_cut() -> None:
    """However narrow the terminal, why a row is in doubt stands there to the end."""
    parts = [part for line in explain(parse_steps(TEXT.encode())) for part in line.parts if part.kind == "doubt"]

    drawn = [line.plain for line in iter_drawn(parts, 60)]

    assert len(drawn) > 1
    assert max(map(cell_len, drawn)) <= 60
    assert "".join("".join(drawn).split()).endswith("2figuresfor3cells(03)")


def test_a_page_asks_for_nothing_else(gongkai: Gongkai, report: Path) -> None:
    """The page is one file: no script, nothing loaded from elsewhere, and no markup of the document in it."""
    outcome = gongkai("parse", "--html", "-", str(report))

    page = soup(outcome.out)
    assert (outcome.code, outcome.err) == (0, "")
    assert not page.find_all(["script", "link", "img", "iframe", "object", "base", "form"])
    assert not [tag for tag in page.select("*") if {"src", "style", "onclick", "action"} & tag.attrs.keys()]
    assert "url(" not in outcome.out
    assert "http://" not in outcome.out
    assert "https://" not in outcome.out
    assert {href[:1] for href in (str(link["href"]) for link in page.find_all("a"))} == {"#"}
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in outcome.out


WAYS = [
    Case(flattening="cell_lines", filling="distinct"),
    Case(flattening="pipe_rows", filling="consistent", damage=("figure_lost",), seed=3),
    Case(flattening="html", filling="distinct", carrier="html", form="2019", changes=("foreign_between",)),
    Case(flattening="html", filling="consistent", carrier="html", form="mixed_old_first"),
    Case(flattening="tab_led", filling="consistent", form="2014"),
]


@pytest.mark.parametrize("case", WAYS, ids=lambda case: f"{case.form}-{case.flattening}")
def test_every_link_leads_somewhere(case: Case) -> None:
    """No id stands twice, and every link of the page leads to one of its ids."""
    page = page_of_case(case)

    ids = [str(tag["id"]) for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert set(targets(page.body or page)) <= set(ids)


@pytest.mark.parametrize("case", WAYS, ids=lambda case: f"{case.form}-{case.flattening}")
def test_cells_and_lines_are_linked_both_ways(case: Case) -> None:
    """Every cell of the report is drawn once; a figure leads to the piece it was read from, and that piece back."""
    parsed = parsed_case(case)
    page = soup(parsed_to_page(parsed, explain(parsed), "report"))

    for cell in parsed.report.cells:
        drawn = by_id(page, f"c.{'.'.join(cell.key)}")
        assert cell.status in (drawn["class"] or "")
        if cell.at is None:
            continue
        [target] = targets(drawn)
        piece = by_id(page, target)
        assert cell.raw in piece.text
        assert drawn["id"] in targets(piece)


def test_every_line_of_the_source_is_on_the_page() -> None:
    """The source side has each line and each grid row, in order, with its own id."""
    parsed = parsed_case(WAYS[2])
    lines = explain(parsed)
    page = soup(parsed_to_page(parsed, lines, "report"))

    drawn = by_id(page, "source").find_all(id=re.compile(r"^l\d+$"))
    assert [tag["id"] for tag in drawn] == [f"l{line.number}" for line in lines]
    letters = ["".join(sign for part in line.parts for sign in part.text if sign.isalnum()) for line in lines]
    shown = ["".join(filter(str.isalnum, tag.text)) for tag in drawn]
    assert all(text in own for text, own in zip(letters, shown, strict=True))


def test_the_status_of_a_cell_is_a_sign_and_a_class(gongkai: Gongkai, report: Path) -> None:
    """What is in doubt, and what is not there, is told by sign as well as by colour; a doubt leads to its label."""
    page = soup(gongkai("parse", "--html", "-", str(report)).out)

    doubtful = by_id(page, "c.proactive_disclosure.regulations.issued")
    missing = by_id(page, "t.requests")
    assert (doubtful.text, doubtful["class"]) == ("?", ["ambiguous"])
    assert "规章" in by_id(page, targets(doubtful)[0]).text
    assert "2 figures for 3 cells" in by_id(page, targets(doubtful)[0]).text
    assert "The table is not in the document." in missing.text
    assert missing.find("table") is None


def test_warnings_lead_to_their_lines(gongkai: Gongkai, report: Path) -> None:
    """A warning stands at the top, and the place that it names is a link."""
    page = soup(gongkai("parse", "--html", "-", str(report)).out)

    [warning] = [item for item in page.select(".warnings li") if item.text.startswith("规章")]
    assert warning.text == "规章 (line 11): 2 figures for 3 cells (0 3)"
    assert targets(warning) == ["l11"]


def test_failed_sums_stand_beside_their_table() -> None:
    """A table whose sums do not add up says which, and marks the cells that are summed."""
    parsed = parsed_case(Case(filling="distinct"))
    failed = [check for check in parsed.report.checks if check.status == "fail" and check.rule == "requests.row_sum"]
    page = soup(parsed_to_page(parsed, explain(parsed), "report"))

    said = [item.text for item in by_id(page, "t.requests").select(".checks li")]
    assert failed
    assert all(f"{check.rule} {check.where}: {check.text}" in said for check in failed)
    assert "fails" in by_id(page, f"c.requests.{failed[0].where}.total")["class"]


def test_figures_of_sentences_lead_to_their_lines() -> None:
    """A narrative report has the figures that its sentences state, each linked to its line, which says so."""
    text = (
        "青石区白杨街道办事处2012年政府信息公开工作年度报告\n一、总体情况\n街道把该说的都说了。\n"
        "二、依申请公开情况\n2012年，街道共收到政府信息公开申请5件，均已答复。\n三、存在的主要问题及改进情况\n人手不够。\n"
    )
    parsed = parse_steps(text.encode())
    page = soup(parsed_to_page(parsed, explain(parsed), "report"))

    [row] = page.select(".facts tr")
    [target] = targets(row)
    assert "共收到政府信息公开申请5件" in by_id(page, target).text
    assert "states new_requests 5" in by_id(page, target).text.replace("\n", "")


def test_a_table_of_two_forms_is_drawn_by_block() -> None:
    """A table that mixes forms is put together of the blocks that its cells are of, in printed order."""
    report = parsed_case(WAYS[3]).report
    forms = load_forms()

    table = find_report_tables(report)[0]

    old, new = (forms[form].tables[0].lines for form in ("2019", "2021"))
    assert list(table.iter_cells()) == [cell.key for cell in report.cells if cell.table == "proactive_disclosure"]
    assert table.lines == (*old[:4], *new[4:])


def test_a_block_is_drawn_in_the_form_that_has_all_its_cells() -> None:
    """A cell that two forms have is drawn in the block that holds the other cells of its row, too."""
    old, new = (load_forms()[form].tables[0].lines for form in ("2019", "2021"))
    keys = [key for line in (*new[:4], *old[4:]) for key in line.cells]
    cells = tuple(Cell(key.table, key.row, key.column, "0", 0, None, "reported", "line 1") for key in keys)

    [table] = find_report_tables(Report("annual_report", "2021", None, None, None, None, None, None, cells=cells))

    assert table.lines == (*new[:4], *old[4:])


def test_pages_of_several_files_go_into_a_folder(gongkai: Gongkai, report: Path, tmp_path: Path) -> None:
    """Each file has a page named after it, files of one name each their own; a bad file stops none of the others."""
    other = tmp_path / "other" / report.name
    other.parent.mkdir()
    other.write_bytes(report.read_bytes())
    bad = tmp_path / "bad.docx"
    bad.write_bytes(BAD)

    outcome = gongkai("parse", "--html", "pages", str(report), str(bad), str(other))

    assert outcome.code == 1
    assert outcome.out == ""
    assert sorted(path.name for path in Path("pages").iterdir()) == ["report.txt.2.html", "report.txt.html"]
    assert "bad.docx" in outcome.err


def test_a_page_replaces_only_a_page(gongkai: Gongkai, report: Path, tmp_path: Path) -> None:
    """A page of ours is written anew, any other file stays as it is."""
    page, own = tmp_path / "page.html", tmp_path / "mine.html"
    own.write_text("<p>我的</p>", encoding="utf-8")

    first, again = (gongkai("parse", "--html", str(page), str(report)) for _ in range(2))
    refused = gongkai("parse", "--html", str(own), str(report))

    assert (first.code, again.code, refused.code) == (0, 0, 2)
    assert "was not made by gongkai; name another OUT" in refused.err
    assert own.read_text(encoding="utf-8") == "<p>我的</p>"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("parse",), "no FILES; name the documents to read"),
        (("parse", "--html", "report.txt"), "--html takes OUT first"),
        (("parse", "--html", "report.txt", "report.txt"), "a page's name ends in .html"),
        (("parse", "--html", "-", "report.txt", "report.txt"), "--html - takes one file"),
        (("parse", "--html", "report.txt", "report.txt", "report.txt"), "OUT must be a folder"),
        (("parse", "--html", "a.html", "--json", "report.txt"), "--html and --json exclude each other"),
        (("parse", "--html", "a.html", "--explain", "report.txt"), "--html and --explain exclude each other"),
    ],
)
def test_wrong_usage_says_what_to_type(gongkai: Gongkai, report: Path, arguments: tuple[str, ...], said: str) -> None:
    """What cannot be done is refused before anything is read, with what to do instead, and exits 2."""
    outcome = gongkai(*arguments)

    assert outcome.code == 2
    assert said in outcome.err
    assert report.read_text(encoding="utf-8") == TEXT


def test_help_shows_both_at_work(gongkai: Gongkai) -> None:
    """The help has an example of each option."""
    out = gongkai("parse", "--help").out

    assert "gongkai parse --explain report.pdf" in out
    assert "gongkai parse --html page.html report.pdf" in out
