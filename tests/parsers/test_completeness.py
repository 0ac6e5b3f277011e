import re
from dataclasses import replace
from random import Random

import pytest

from parsers import Cell, Check, Report, Section, parse
from parsers.completeness import check_words, load_section_labels
from parsers.report import PlainTable
from parsers.rules import load_rules
from tests.parsers.fillings import Filled, consistent, dice
from tests.parsers.made import (
    SHARED,
    YEARS,
    WriteTable,
    cells_apart,
    distinct_figures,
    one_cell_a_line,
    page_of,
    parse_text,
    pipe_rows,
    report_to_html,
    rows_apart,
    spaced_rows,
    tab_rows,
    table_to_html,
    write_report,
)
from tests.parsers.planted_words import WORD_FAULTS, Words, faultless_words, write_words

AGENCIES = ("青石区白杨街道办事处", "柳城县杏花镇人民政府", "青石区民政局", "青石区人民政府", "石桥市人民政府")
SECTIONS = tuple(
    Section(key, f"{number}、{label}", "各部门写得慢，下一年改。" if key == "problems_and_improvements" else "")
    for number, (key, label) in zip("一二三四五六", load_section_labels().items(), strict=True)
)
TABLES = ("proactive_disclosure", "requests", "review_and_litigation")
REPORT = Report(
    kind="annual_report",
    form="2019",
    title="青石区白杨街道办事处2020年政府信息公开工作年度报告",
    agency="青石区白杨街道办事处",
    district="青石区",
    division=None,
    year=2020,
    published=None,
    sections=SECTIONS,
    cells=tuple(Cell(table, "row", "column", "1", 1, None, "reported", None) for table in TABLES),
)
SEEDS: tuple[tuple[str, list[tuple[str, str]]], ...] = (
    ("000", [("report.sections", "headings")]),
    ("001", [("report.labels", key) for key in TABLES]),
    ("002", []),
    ("003", [("report.year", "overview"), ("report.parts", "preamble")]),
    ("004", [("review_and_litigation.narrative", "review"), ("review_and_litigation.narrative", "litigation")]),
)


def checks_of(report: Report, rule: str) -> list[Check]:
    """Return the checks of a rule."""
    return [check for check in check_words(report) if check.rule == rule]


def verdicts(report: Report, rule: str) -> list[tuple[str, str]]:
    """Return where a rule was checked, and with what result."""
    return [(check.where, check.status) for check in checks_of(report, rule)]


def failures(report: Report) -> list[tuple[str, str]]:
    """Return the rules of words and labels that fail, and where."""
    checks = (*check_words(report), *(check for check in report.checks if check.rule == "report.labels"))
    return [(check.rule, check.where) for check in checks if check.status == "fail"]


def saying(*, overview: str = "", **fields: object) -> Report:
    """Return the report with other words."""
    sections = tuple(replace(s, text=overview) if s.key == "overview" else s for s in SECTIONS)
    return replace(REPORT, **({"sections": sections} | fields))  # type: ignore[arg-type]


def with_problems(text: str, *behind: Section) -> Report:
    """Return the report with another section on problems, and sections behind it."""
    return replace(REPORT, sections=(*SECTIONS[:4], replace(SECTIONS[4], text=text), *behind, SECTIONS[5]))


def made_report(rng: Random, form: str) -> tuple[Words, Filled]:
    """Return the words and figures of a report without a fault."""
    figures = consistent(form, rng)
    return faultless_words(rng, form, rng.choice(AGENCIES), YEARS[form], figures), figures


def read_page(words: Words, figures: Filled) -> Report:
    """Return what is read of a report as a web page."""
    lines = write_words(words, figures, lambda table, of: [table_to_html(table, of)])
    inner = "\n".join(line if line.startswith("<") else f"<p>{line}</p>" for line in lines)
    return parse(page_of(words.title, inner).encode())


@pytest.mark.parametrize("form", ["2014", "2019", "2021"])
def test_right_words_fail_no_rule(form: str) -> None:
    """Of reports whose words are right, none fails a rule of words, whether read from text or from a page."""
    made = [made_report(dice("right words", form, number), form) for number in range(30)]

    texts = [failures(parse_text(write_words(words, figures, rows_apart))) for words, figures in made[:20]]
    pages = [failures(read_page(words, figures)) for words, figures in made[20:]]

    assert [found for found in (*texts, *pages) if found] == []


@pytest.mark.parametrize("name", WORD_FAULTS)
def test_a_planted_fault_is_found_and_nothing_else(name: str) -> None:
    """A report with one fault in its words fails the rule of that fault, at its place, and no other."""
    fault = WORD_FAULTS[name]
    made = [made_report(dice(name, number), form) for form in sorted(fault.forms) for number in range(4)]
    planted = [fault.plant(words, figures) for words, figures in made if fault.suits(words, figures)]

    found = [failures(read_page(words, figures)) for words, figures in planted]

    assert found == [[(fault.rule, fault.where)]] * len(planted)
    assert planted


@pytest.mark.parametrize(("seed", "expected"), SEEDS)
def test_the_words_of_real_reports(seed: str, expected: list[tuple[str, str]]) -> None:
    """Of the five real reports, each fails exactly the rules of words that a person finds it to break."""
    files = sorted((SHARED / "seeds").glob(f"{seed}_*.txt"))
    if not files:
        pytest.skip("the real reports are not here")

    found = failures(parse(files[0].read_bytes()))

    assert found == expected


def test_every_check_of_words_is_soft() -> None:
    """A rule over words is never hard, and stands so in the catalogue: it says what to look at, not what must hold."""
    report = saying(overview="2019年，我街道月月核对目录。", preamble="统计期限自2020年1月1日起至2020年12月31日止。")

    levels = {(check.level, load_rules()[check.rule].level) for check in check_words(report)}

    assert levels == {("soft", "soft")}
    assert {fault.rule for fault in WORD_FAULTS.values()} <= load_rules().keys()


def test_what_is_no_report_is_not_checked() -> None:
    """A page that is no report has no checks over its words."""
    assert check_words(replace(REPORT, kind="other")) == ()


def test_the_missing_sections_are_named() -> None:
    """A missing section is named by its official label, with how many stand."""
    report = replace(REPORT, sections=(Section(None, "一、我们的一年", "好。"), *SECTIONS[1:5]))

    (check,) = checks_of(report, "report.sections")

    assert (check.status, check.left, check.right) == ("fail", 4, 6)
    assert "总体情况、其他需要报告的事项" in check.text


@pytest.mark.parametrize(
    ("form", "year", "applies"), [("narrative", 2016, 0), ("narrative", 2021, 1), ("2014", 2021, 0)]
)
def test_older_reports_need_no_six_sections(form: str, year: int, applies: int) -> None:
    """The six sections and three tables are asked only of reports of the forms of 2019 and 2021, and of later years."""
    report = replace(REPORT, form=form, year=year)

    found = [len(checks_of(report, rule)) for rule in ("report.sections", "report.tables", "report.empty_section")]

    assert found == [applies, 3 * applies, applies]


@pytest.mark.parametrize(
    ("status", "verdict", "origin"),
    [("blank", "fail", "report"), ("missing", "fail", "unknown"), ("ambiguous", "unknown", "reading")],
)
def test_a_table_without_a_sure_figure(status: str, verdict: str, origin: str) -> None:
    """A table of blanks is the report's fault, an unread one perhaps a picture, an uncertain one no finding."""
    blank = Cell("requests", "row", "column", "", None, None, status, None)  # type: ignore[arg-type]
    report = replace(REPORT, cells=(REPORT.cells[0], blank, REPORT.cells[2]))

    found = [(check.where, check.status, check.origin) for check in checks_of(report, "report.tables")]

    assert found[1] == ("requests", verdict, origin)
    assert [one[1] for one in found] == ["pass", verdict, "pass"]


def test_a_table_whose_rows_stand_unread_is_unknown() -> None:
    """Where lines of a table stand among the words and no cell of it was read, the table is not said to be missing."""
    report = replace(REPORT, cells=REPORT.cells[:1])
    torn = replace(SECTIONS[3], text="结果维持\n结果纠正\n尚未审结\n1\n0")
    said = replace(SECTIONS[0], text="结果维持的有。\n结果纠正的有。\n尚未审结的也有。")

    found = [
        verdicts(replace(report, sections=sections), "report.tables")[2]
        for sections in ((*SECTIONS[:3], torn, *SECTIONS[4:]), (said, *SECTIONS[1:]))
    ]

    assert found == [("review_and_litigation", "unknown"), ("review_and_litigation", "fail")]


def test_a_table_that_was_not_known_in_its_grid_is_unknown() -> None:
    """Where a grid that is kept as another table has its labels, the table is there."""
    rows = (("结果维持", "结果纠正", "其他结果", "尚未办结", "总计"), ("1", "0", "0", "0", "1"))
    report = replace(REPORT, cells=REPORT.cells[:1], tables=(PlainTable("", rows),))

    assert verdicts(report, "report.tables")[2] == ("review_and_litigation", "unknown")


def test_a_heading_out_of_order_is_not_said_to_be_missing() -> None:
    """Where a numbered line with the words of a missing heading stands elsewhere, the section may be there."""
    moved = replace(SECTIONS[4], text="各部门写得慢。\n六、其他需要报告的事项\n没有了。")
    below = replace(SECTIONS[4], text="各部门写得慢。\n（三）其他需要报告的事项\n没有了。")

    found = [verdicts(replace(REPORT, sections=(*SECTIONS[:4], one)), "report.sections") for one in (moved, below)]

    assert found == [[("headings", "unknown")], [("headings", "fail")]]


@pytest.mark.parametrize(
    ("heading", "status"), [("一、2020年政府信息公开工作总体情况", "unknown"), ("一、这一年", "fail")]
)
def test_a_heading_that_holds_an_official_label_among_other_words(heading: str, status: str) -> None:
    """It may head the section that seems to be missing."""
    own = replace(SECTIONS[0], key=None, heading=heading)

    assert verdicts(replace(REPORT, sections=(own, *SECTIONS[1:])), "report.sections") == [("headings", status)]


@pytest.mark.parametrize(
    "text", ["", "无", "无。", "暂无问题。", "本单位暂不存在明显的问题及改进情况。", "（文字描述）", "XXXXXXXXXXXX"]
)
def test_a_section_on_problems_that_says_nothing(text: str) -> None:
    """A section on problems that is empty, under ten letters or a placeholder is found."""
    assert verdicts(with_problems(text), "report.empty_section") == [("problems_and_improvements", "fail")]


def test_the_text_of_problems_may_stand_under_own_headings() -> None:
    """A section on problems whose text follows under headings of its own is not empty."""
    report = with_problems(
        "", Section(None, "（一）主要问题", "公开栏旧了，没有人看。"), Section(None, "改进", "换一块新的。")
    )

    assert verdicts(report, "report.empty_section") == [("problems_and_improvements", "pass")]


def test_a_copy_that_leaves_text_out_is_no_empty_section() -> None:
    """Words that say that a text is left out of this copy leave it unknown."""
    assert verdicts(with_problems("（正文略）\n（正文略）"), "report.empty_section") == [
        ("problems_and_improvements", "unknown")
    ]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("统计期限自２０２０年１月１日起至２０２０年１２月３１日止。", "pass"),
        ("本报告统计期限为2020年1月至12月。", "pass"),
        ("本报告数据时间范围：2020.1.1-2020.12.31。", "pass"),
        ("统计期限为2020年度。", "pass"),
        ("数据核定时间点为2020年12月31日。", "pass"),
        ("统计期限自202011日至20201231日止。", "unknown"),
        ("统计期限自2020年11日至2020年1231日止。", "unknown"),
        ("统计期限自2020年1月1日起至2020年10月31日止。", "fail"),
        ("统计期限自2019年1月1日起至2020年12月31日止。", "fail"),
        ("统计期限为2019年度。", "fail"),
    ],
)
def test_the_stated_period(words: str, status: str) -> None:
    """A stated period must be the whole of the report's year; where signs are lost, nothing is held against it."""
    assert verdicts(replace(REPORT, preamble=words), "report.period") == [("preamble", status)]


@pytest.mark.parametrize("words", ["", "报告期内共收到申请5件。", "2020年1月1日起施行。", "统计时间久，人手少。"])
def test_no_period_is_stated(words: str) -> None:
    """Where no period is stated, none is checked."""
    assert checks_of(replace(REPORT, preamble=words), "report.period") == []


@pytest.mark.parametrize(
    ("overview", "found"),
    [
        ("2020年，我街道月月核对目录。", [("overview", "pass")]),
        ("二〇一九年，我街道月月核对目录。", [("overview", "fail")]),
        ("现将2019年的工作总结如下。", [("overview", "fail")]),
        ("2021年，我街道将月月核对目录。", []),
        ("2019年3月起，街道月月核对目录。", []),
        ("2018年以来，街道月月核对目录。", []),
        ("2019年，我街道搬进新楼。2020年，月月核对目录。", []),
        ("按照《2019年政务公开工作要点》，街道月月核对目录。", []),
        ("与2019年相比，街道的栏目多了。", []),
    ],
)
def test_the_year_of_the_opening_words(overview: str, found: list[tuple[str, str]]) -> None:
    """Only an opening that plainly speaks of the year reported on is held against the title's year."""
    assert verdicts(saying(overview=overview), "report.year") == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("本报告由六个部分组成。", [("preamble", "pass")]),
        ("全文共分6部分。", [("preamble", "pass")]),
        ("本报告包括六大部分：情况，公开，申请，复议，问题，其他。其中第一部分写得长。", [("preamble", "pass")]),
        ("全文包括情况、公开、申请、问题四个部分。", [("preamble", "fail")]),
        ("本报告共一部分，大部分是表格。", []),
    ],
)
def test_how_many_parts_it_says_it_has(words: str, found: list[tuple[str, str]]) -> None:
    """The number of parts that a report says it has is compared with the headings that stand."""
    assert verdicts(replace(REPORT, preamble=words), "report.parts") == found


def test_parts_are_unknown_where_an_official_heading_is_missing() -> None:
    """Where an official heading is missing, a greater number of parts is not another finding."""
    report = replace(REPORT, preamble="本报告由六个部分组成。", sections=SECTIONS[:5])

    assert verdicts(report, "report.parts") == [("preamble", "unknown")]


@pytest.mark.parametrize(
    "words",
    [
        "听松街道高度重视，月月核对目录。",
        "2020年，听松街道认真核对目录。",
        "办了几件事，听松街道办事处坚持月月核对目录。",
        "青石区听松街道2020年共收到申请5件。",
        "如有疑问，请与听松街道党政办联系（电话：1）。",
    ],
)
def test_another_place_that_reports(words: str) -> None:
    """Another street that stands where the report's own should is found, with its name."""
    (check,) = checks_of(saying(overview=words), "report.other_place")

    assert (check.where, check.status) == ("overview", "fail")
    assert "听松" in check.text


@pytest.mark.parametrize(
    "words",
    [
        "白杨街道高度重视，月月核对目录。",
        "白扬街道高度重视，月月核对目录。",
        "青石区高度重视，全区各镇街认真核对。",
        "我街道与听松街道、芦汊镇一同办了公开日。",
        "推进街道政务公开工作，要求街道认真核对。",
        "今年街道高度重视，全年街道共收到申请5件。",
        "听松社区高度重视，居民在听松路看公告。",
        "组织街道认真学习。目前街道坚持月月核对。",
        "青石区人民政府2020年来看过。",
        "重点乡镇认真核对目录。",
    ],
)
def test_names_that_may_stand_in_a_report(words: str) -> None:
    """Its own name, one sign of it wrong, what it belongs to, neighbours in a list and plain words are no strangers."""
    assert verdicts(saying(overview=words), "report.other_place") == [("agency", "pass")]


def test_departments_are_not_searched_for_strangers() -> None:
    """An agency whose name is of no place has no check for other places' names."""
    assert checks_of(replace(REPORT, agency="青石区民政局"), "report.other_place") == []


@pytest.mark.parametrize("sign", ["统计期限", "现将", "由", "2020年，", "请与", "全文"])
def test_long_hostile_words_are_read_in_bounded_work(sign: str) -> None:
    """A text of one phrase repeated without end is read like any other."""
    report = saying(overview=sign * 20_000, preamble=sign * 20_000)

    assert all(check.level == "soft" for check in check_words(report))


@pytest.mark.parametrize(("month", "status"), [(12, "pass"), (10, "fail")])
def test_a_comma_may_stand_within_a_period(month: int, status: str) -> None:
    """A period whose two days have a comma between them is read as one without."""
    words = f"统计期限自2020年1月1日起，至2020年{month}月31日止。"

    assert verdicts(replace(REPORT, preamble=words), "report.period") == [("preamble", status)]


def test_the_year_of_a_law_is_not_that_of_the_report() -> None:
    """The year in which the regulations were revised is not the year that a preamble announces."""
    words = "现将根据2019年修订的条例编制的2020年度报告予以公布。"

    assert verdicts(replace(REPORT, preamble=words), "report.year") == [("preamble", "pass")]


@pytest.mark.parametrize("shape", [one_cell_a_line, cells_apart, rows_apart, tab_rows, pipe_rows, spaced_rows])
@pytest.mark.parametrize("form", ["2019", "2021"])
def test_a_table_that_stands_twice_is_not_believed_unseen(form: str, shape: WriteTable) -> None:
    """Where last year's table stands beside this year's, nobody knows which was read; one alone raises no doubt."""
    figures = distinct_figures(form)

    twice = parse_text(write_report(form, lambda table, one: [*shape(table, one), *shape(table, one)], figures))
    once = parse_text(write_report(form, shape, figures))

    assert [status for _, status in verdicts(twice, "report.tables")] == ["unknown"] * 3
    assert [status for _, status in verdicts(once, "report.tables")] == ["pass"] * 3
    assert sum("stand here twice" in warning for warning in twice.warnings) == 3
    assert not any("stand here twice" in warning for warning in once.warnings)


@pytest.mark.parametrize("place", range(3))
def test_a_grid_that_stands_twice_is_not_believed_unseen(place: int) -> None:
    """A second grid with the rows of a table that was read raises the doubt as well."""
    page = report_to_html("2021", distinct_figures("2021"))
    table = re.findall("<table.*?</table>", page, re.DOTALL)[place]

    report = parse(page.replace(table, table + "<p>上年：</p>" + table).encode())

    assert [status for _, status in verdicts(report, "report.tables")].index("unknown") == place
