"""A yearly report of another kind is one more file and no code: the whole route in a copy that has that file."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from parsers.errors import FormError
from parsers.forms import load_forms, load_series, parse_form
from parsers.report import CellKey
from tests.new_form import (
    DISCLOSURE_KEY,
    DISCLOSURE_TITLE,
    FIGURES,
    FORM_FILE,
    KEY,
    SERIES,
    TITLE,
    UNSIGNED_TITLE,
    House,
    build_house,
    canteen_lines,
    canteen_page,
    canteen_texts,
    disclosure_page,
    serve,
    site_pages,
)
from tests.parsers.made import ROOT, one_cell_a_line, pipe_rows

SITES = """
[[site]]
name = "qingshi"
title = "青石区人民政府"
division = "990101"
start_urls = ["{url}"]
delay = 0
"""
CHANGED = {CellKey("meals", "staff", "lunch"): 810, CellKey("meals", "staff", "total"): 830}
"""A later figure of the staff's lunches, with its row's sum, and without those of its column."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Copy the rooms and add the file."""
    return build_house(tmp_path_factory.mktemp("house"))


@dataclass(frozen=True, slots=True)
class Crawled:
    """A house whose archive has crawled the site twice, a figure being changed between; what each crawl said."""

    house: House
    first: Mapping[str, object]
    second: Mapping[str, object]


@pytest.fixture(scope="module")
def crawled(house: House) -> Iterator[Crawled]:
    """Crawl the site, change a figure, crawl it again."""
    pages = site_pages(canteen_texts())
    with serve(pages) as url:
        (house.folder / "sites.toml").write_text(SITES.format(url=url), encoding="utf-8")
        [first] = house.read("crawl", "--sites", "sites.toml", "--json")
        pages["/shst/1.html"] = canteen_page(canteen_texts(CHANGED))
        [second] = house.read("crawl", "--sites", "sites.toml", "--json")
        yield Crawled(house, first, second)


def test_no_other_series_is_shipped() -> None:
    """The example is no part of the program: it ships with the three forms of the report on disclosure."""
    assert (list(load_forms()), dict(load_series())) == (["2014", "2019", "2021"], {})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("page.html", canteen_page(canteen_texts())),
        ("lines.txt", canteen_lines(canteen_texts(), one_cell_a_line)),
        ("pipes.txt", canteen_lines(canteen_texts(), pipe_rows)),
    ],
)
def test_a_report_of_the_new_form_is_rebuilt(house: House, name: str, text: str) -> None:
    """Each figure comes into its own cell, from a page, from one cell a line and from pipes, and every sum is tried."""
    (house.folder / name).write_text(text, encoding="utf-8")

    [report] = house.read("parse", "--json", name)

    said = {CellKey(one["table"], one["row"], one["column"]): one["value"] for one in report["cells"]}
    assert (report["kind"], report["series"], report["form"]) == ("annual_report", SERIES, "canteens")
    assert (report["agency"], report["year"], report["published"]) == ("青石区白杨街道办事处", 2023, "2024-01-20")
    assert [one["key"] for one in report["sections"]] == ["canteens_at_large", "meals", "inspections", "plans"]
    assert said == FIGURES
    assert Counter((one["rule"], one["status"]) for one in report["checks"]) == {
        ("meals.row_sum", "pass"): 5,
        ("meals.column_sum", "pass"): 4,
        ("inspections.whole_numbers", "pass"): 1,
        ("inspections.faults_need_times", "pass"): 2,
        ("report.labels", "pass"): 2,
        ("report.all_zero", "pass"): 1,
    }
    assert report["warnings"] == []


def test_a_report_without_its_title_is_told_by_its_tables(house: House) -> None:
    """Where no title stands, the tables tell which series a document is of."""
    text = canteen_lines(canteen_texts(), one_cell_a_line).removeprefix(TITLE)
    (house.folder / "untitled.txt").write_text(text, encoding="utf-8")

    [report] = house.read("parse", "--json", "untitled.txt")

    assert (report["series"], report["form"], len(report["cells"])) == (SERIES, "canteens", len(FIGURES))


def test_a_report_on_disclosure_is_read_as_before(house: House, gongkai_parse: Mapping[str, object]) -> None:
    """The new file changes nothing of what is read of a report on disclosure."""
    (house.folder / "disclosure.html").write_text(disclosure_page(), encoding="utf-8")

    [report] = house.read("parse", "--json", "disclosure.html")

    assert "series" not in report
    assert {**report, "source": None} == {**gongkai_parse, "source": None}


@pytest.fixture
def gongkai_parse() -> Mapping[str, object]:
    """Return what the program as it ships reads in the same page."""
    from parsers import parse  # noqa: PLC0415 - the others run in a copy

    return {**parse(disclosure_page().encode()).to_json(), "error": None}


def test_something_about_a_report_of_the_series_is_none(house: House) -> None:
    """An explanation of such a report is no report."""
    (house.folder / "about.html").write_text(canteen_page(canteen_texts(), f"{TITLE}解读"), encoding="utf-8")

    [report] = house.read("parse", "--json", "about.html")

    assert (report["kind"], report["cells"]) == ("other", [])


def test_words_of_a_title_may_be_those_of_a_look_alike(house: House) -> None:
    """数据统计 marks another paper beside a report on disclosure; within the series' own title it marks none."""
    title = TITLE.replace("运行统计", "数据统计")
    (house.folder / "counted.html").write_text(canteen_page(canteen_texts(), title), encoding="utf-8")

    [report] = house.read("parse", "--json", "counted.html")

    assert (report["kind"], report["series"], report["title"]) == ("annual_report", SERIES, title)


def test_every_line_is_explained(house: House) -> None:
    """`--explain` names the part of each line: headings, labels, and cells of the new form."""
    (house.folder / "explained.txt").write_text(canteen_lines(canteen_texts(), one_cell_a_line), encoding="utf-8")

    told = house.run("parse", "--explain", "explained.txt").stdout

    assert "heads section meals" in told
    assert "label of meals.elders.sixty (form canteens)" in told
    assert "reported: meals.everyone.total" in told
    assert "strange" not in told


def test_a_crawl_finds_the_column_and_its_reports(crawled: Crawled) -> None:
    """Both columns of the site are found, and each report; a look-alike is not asked for."""
    said = {key: crawled.first[key] for key in ("reports", "new", "failed", "complete")}

    assert said == {"reports": 3, "new": 3, "failed": [], "complete": True}


def test_two_series_of_one_agency_and_year_are_two_reports(crawled: Crawled) -> None:
    """A report of the series has an id of its own, and is no version of the report on disclosure."""
    rows = crawled.house.read("reports", "--json")

    told = {
        (row["id"], row["title"], row["agency"], row["year"], row["form"], row["version"])
        for row in rows
        if row["title"] != UNSIGNED_TITLE
    }
    agency = "青石区白杨街道办事处"
    assert told == {
        (DISCLOSURE_KEY, DISCLOSURE_TITLE, agency, 2023, "2021", 1),
        (KEY, TITLE, agency, 2023, "canteens", 2),
    }


def test_a_report_of_the_series_that_nobody_signed_has_an_id_of_its_own(crawled: Crawled) -> None:
    """Where nothing names the agency, the id says so, and says of which series it is."""
    [row] = [row for row in crawled.house.read("reports", "--json") if row["title"] == UNSIGNED_TITLE]

    assert (row["agency"], row["year"], row["form"]) == (None, 2022, "canteens")
    assert re.fullmatch(rf"990101-未署名[0-9a-f]{{8}}〔{SERIES}〕-2022", row["id"])


def test_a_changed_figure_of_the_series_is_a_change_of_it_alone(crawled: Crawled) -> None:
    """The second crawl notices the two cells that differ."""
    changes = crawled.house.read("changes", "--kind", "figures", "--json")

    assert crawled.second["changed"] == 1
    assert [(one["id"], len(one["cells"])) for one in changes] == [(KEY, 2)]
    assert changes[0]["cells"][0] == {
        "table": "meals", "row": "staff", "column": "lunch", "old": 800, "new": 810,
    }  # fmt: skip


def test_a_report_of_the_series_is_shown_and_drawn(crawled: Crawled) -> None:
    """`show` draws its tables as they are printed, and any part of its id will do."""
    drawn = crawled.house.run("show", "白杨街道办事处〔", "--version", "1").stdout

    assert "（一）六十至七十九周岁老年人│" in drawn
    assert "form      canteens" in drawn
    assert "用餐服务情况" in drawn


def test_its_sums_are_checked(crawled: Crawled) -> None:
    """`check` says that the changed figure fits its row and not its column, in the words of the file."""
    findings = crawled.house.read("check", "--rule", "meals.column_sum", "--json")

    assert {(one["id"], one["rule"], one["where"]) for one in findings} == {
        (KEY, "meals.column_sum", "lunch"),
        (KEY, "meals.column_sum", "total"),
    }


def test_it_is_found_by_its_words_and_its_form(crawled: Crawled) -> None:
    """Search finds it by its words, and `form:` knows the new form."""
    by_words = crawled.house.read("search", "老年人就近用餐", "--json")
    by_form = crawled.house.read("search", "form:canteens", "--json")

    assert {one["id"] for one in by_words} == {one["id"] for one in by_form}
    assert KEY in {one["id"] for one in by_form}
    assert len(by_form) == 2


def test_coverage_does_not_count_it(crawled: Crawled) -> None:
    """Who has published the report on disclosure is asked; another report does not answer for it."""
    rows = crawled.house.read("coverage", "--json")

    assert {(row["agency"], row["year"], row["report"]) for row in rows if row["report"]} == {
        ("青石区白杨街道办事处", 2023, DISCLOSURE_KEY)
    }
    assert all(SERIES not in row["key"] for row in rows)


def test_an_export_has_a_wide_table_of_the_form(crawled: Crawled) -> None:
    """The export has a wide table and a codebook of the new form, and its rows stand in no other form's table."""
    crawled.house.run("export", "--format", "csv", "out")

    with (crawled.house.folder / "out" / "wide_canteens.csv").open(encoding="utf-8-sig", newline="") as file:
        [wide] = [row for row in csv.DictReader(file) if row["report"] == KEY]
    with (crawled.house.folder / "out" / "codebook.csv").open(encoding="utf-8-sig", newline="") as file:
        book = [row for row in csv.DictReader(file) if row["form"] == "canteens"]
    with (crawled.house.folder / "out" / "values.csv").open(encoding="utf-8-sig", newline="") as file:
        forms = [row["value"] for row in csv.DictReader(file) if row["column"] == "form"]
    assert forms == ["2014", "2019", "2021", "narrative", "canteens"]
    assert (wide["report"], wide["meals.staff.lunch"], wide["inspections.own.times"]) == (KEY, "810", "24")
    assert len(book) == len(FIGURES)
    assert book[0]["label_zh"].startswith("用餐服务情况 · ")
    assert {row["unit_base"] for row in book} == {""}, "its form prints no unit that is known, and 件 is not said"


def test_the_archive_is_sound(crawled: Crawled) -> None:
    """`verify` finds each capture filed under the report that it was taken for."""
    done = crawled.house.run("verify")

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('right = ["breakfast", "lunch", "dinner"]', 'right = ["breakfast", "lunch", "diner"]'),
        ('{ text = "一、老年人", rs = 2 }', '{ text = "一、老年人" }'),
        ('rows = ["residents"]', 'rows = ["staff"]'),
        ('columns = ["breakfast"', 'colums = ["breakfast"'),
        ("width = 6", 'width = "6"'),
    ],
)
def test_the_page_on_forms_shows_what_a_mistake_says(old: str, new: str) -> None:
    """Each line of the page that begins with the file's name is what the loader says of such a mistake."""
    page = (ROOT / "docs" / "forms.md").read_text(encoding="utf-8")
    text = FORM_FILE.read_text(encoding="utf-8")

    with pytest.raises(FormError) as raised:
        parse_form(text.replace(old, new, 1), FORM_FILE.name)

    assert old in text
    assert f"\n{raised.value}\n" in page


@pytest.mark.parametrize(
    "arguments",
    [("parse", "page.html"), ("reparse",), ("crawl", "--sites", "sites.toml"), ("export", "--format", "csv", "never")],
)
def test_a_mistake_in_a_file_is_one_line_of_a_command(crawled: Crawled, arguments: tuple[str, ...]) -> None:
    """A command that needs the forms says what is wrong with a file, in one line, and ends with 1."""
    folder = crawled.house.folder
    (folder / "page.html").write_text(canteen_page(canteen_texts()), encoding="utf-8")
    broken = folder / "parsers" / "forms" / "broken.toml"
    broken.write_text('form = "broken"\n', encoding="utf-8")

    done = crawled.house.run(*arguments)
    broken.unlink()

    [said] = done.stderr.splitlines()
    assert "broken.toml: `name` is missing; write a text in quotes there" in said
    assert done.returncode == 1


def test_the_page_on_forms_has_a_report_to_try(house: House) -> None:
    """The report that docs/forms.md prints is the made one, and the four commands under it do what stands there."""
    page = (ROOT / "docs" / "forms.md").read_text(encoding="utf-8").partition("## See each step")[2]
    printed, commands = (block.rstrip("\n") for block in page.split("```\n")[1:4:2])
    (house.folder / "page.txt").write_text(printed, encoding="utf-8")

    done = [house.run(*line.partition("#")[0].split()[1:]) for line in commands.splitlines()]

    assert printed == canteen_lines(canteen_texts(), pipe_rows)
    assert [one.returncode for one in done] == [0, 0, 0, 0], [one.stderr for one in done]
    assert re.search(r"`(15 checks hold, .*)`", page)[1] in done[0].stdout  # type: ignore[index]
    assert (house.folder / "tables.html").exists()


def test_the_page_on_forms_shows_this_file() -> None:
    """The example of docs/forms.md is the file that these tests add, whole and in its order."""
    page = (ROOT / "docs" / "forms.md").read_text(encoding="utf-8")

    shown = [block.partition("\n```")[0] for block in page.split("```toml\n")[1:]]

    assert "".join(f"{block}\n" for block in shown).replace("\n\n", "\n") == FORM_FILE.read_text(
        encoding="utf-8"
    ).replace("\n\n", "\n")
