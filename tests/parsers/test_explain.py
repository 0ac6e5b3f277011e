"""The eye: every line of a document is told exactly once, and what is told is what the report says."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from parsers import Parsed, ParserError, parse_steps
from parsers.chrome import clean_line, strip_counter
from parsers.document import Grid
from parsers.explain import ExplainedLine, explain
from parsers.report import CellKey
from tests.parsers.damage import DAMAGES
from tests.parsers.fillings import FILLINGS, MADE_FORMS
from tests.parsers.generator import VARIATIONS, WAYS, Case, make, settle
from tests.parsers.made import SHARED, distinct_figures, form_of, page_of, rows_apart

CASES = st.builds(
    Case,
    form=st.sampled_from(MADE_FORMS),
    filling=st.sampled_from(list(FILLINGS)),
    flattening=st.sampled_from(sorted(WAYS)),
    changes=st.lists(st.sampled_from(list(VARIATIONS)), unique=True, max_size=3).map(tuple),
    damage=st.lists(st.sampled_from(sorted(DAMAGES)), unique=True, max_size=1).map(tuple),
    carrier=st.sampled_from(["text", "html"]),
    seed=st.integers(0, 10**6),
).map(settle)
REAL = [
    pytest.param(path, id=path.name)
    for folder in ("seeds", "real")
    for path in sorted((SHARED / folder).glob("*"))
    if path.suffix != ".json"
] or [pytest.param(None, marks=pytest.mark.skip(reason=f"no documents at {SHARED}"))]
FIRST_TABLE = """青石区白杨街道办事处2023年政府信息公开工作年度报告
发布日期：2024-01-20
本报告由白杨街道办事处编制。
一、总体情况
这一年，街道把该说的都说了。
浏览次数：12
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
此处另有一句
7
第二十条第（八）项
信息内容
本年收费金额（单位：万元）
行政事业性收费
0.5
"""
LINES = "\n".join(
    (
        FIRST_TABLE.rstrip(),
        "三、收到和处理政府信息公开申请情况",
        *rows_apart(form_of("2021").tables[1], distinct_figures("2021")),
        "四、政府信息公开行政复议、行政诉讼情况",
        *rows_apart(form_of("2021").tables[2], distinct_figures("2021")),
        "五、存在的主要问题及改进情况",
        "人手不够。",
        "上一篇：没有了",
        "",
    )
)


def told(document: str) -> list[tuple[str, str, str]]:
    """Return kind, text and reason of every part of a document that is not empty."""
    lines = explain(parse_steps(document.encode()))
    return [(part.kind, part.text, part.why) for line in lines for part in line.parts if part.kind != "empty"]


def said_of(document: str, text: str) -> tuple[str, str]:
    """Return kind and reason of the only part with this text."""
    [found] = [(kind, why) for kind, own, why in told(document) if own == text]
    return found


def lines_page(*, around: str = "", inside: str = "") -> str:
    """Make a page of `LINES`, with more before them and within their first section."""
    first, *rest = LINES.splitlines()
    paragraphs = "".join(f"<p>{line}</p>" for line in rest)
    return page_of("", f"{around}<div><h1>{first}</h1>{paragraphs.replace('<p>浏览次数：12</p>', inside)}</div>")


def find_faults(parsed: Parsed) -> list[str]:
    """Return every way in which what is told of a document differs from the document and from its report."""
    lines = explain(parsed)
    return [
        *(["lines"] if not is_told_once(parsed, lines) else []),
        *(["sections"] if read_sections(lines) != wanted_sections(parsed) else []),
        *find_strange_cells(parsed, lines),
    ]


def is_told_once(parsed: Parsed, lines: tuple[ExplainedLine, ...]) -> bool:
    """Whether each line and each row of a grid is told once, in order, and each with all of its words."""
    wanted = []
    for number, block in enumerate(parsed.document.blocks):
        if isinstance(block, Grid):
            wanted += [(number, row, "".join(cell.text for cell in cells)) for row, cells in enumerate(block.rows, 1)]
        else:
            wanted.append((number, 0, block.text))
    told = [(line.block, line.row, "".join(part.text for part in line.parts)) for line in lines]
    return [(block, row) for block, row, _ in wanted] == [(block, row) for block, row, _ in told] and all(
        len(line.parts) > 0 and letters(text) == letters(words)
        for line, (_, _, text), (_, _, words) in zip(lines, wanted, told, strict=True)
    )


def letters(text: str) -> str:
    """Return a text without white space and without the signs that divide cells."""
    return "".join(sign for sign in text if sign.isalnum())


def read_sections(lines: tuple[ExplainedLine, ...]) -> list[tuple[str, str]]:
    """Put the report's sections together again from the parts: heading and text, the preamble first."""
    found = [["", ""]]
    at = (0, "")
    for line in lines:
        for part in line.parts:
            if part.kind == "heading":
                goes_on = found[-1][0] and not found[-1][1] and at == (len(found), part.section)
                found[-1:] = [[found[-1][0] + part.text, ""]] if goes_on else [found[-1], [part.text, ""]]
                at = (len(found), part.section or "")
            elif part.kind == "text" or (part.kind == "plain" and not line.row):
                found[-1][1] += letters(strip_counter(clean_line(part.text)))
    return [(letters(heading), text) for heading, text in found]


def wanted_sections(parsed: Parsed) -> list[tuple[str, str]]:
    """Return what the report says of its sections, in the same shape."""
    sections = [(letters(section.heading), letters(section.text)) for section in parsed.report.sections]
    return [("", letters(parsed.report.preamble)), *sections]


def find_strange_cells(parsed: Parsed, lines: tuple[ExplainedLine, ...]) -> list[str]:
    """Return the cells that are told otherwise than the report has them."""
    parts = [part for line in lines for part in line.parts]
    filled = [
        (key, part.at, part.text, part) for part in parts if part.kind in {"figure", "blank"} for key in part.cells
    ]
    held = {(cell.key, cell.at, cell.raw): cell.status for cell in parsed.report.cells if cell.at}
    said = [one[:3] for one in filled if one[3].status]
    statuses = [
        f"{one}"
        for *one, part in filled
        if part.status and held.get(tuple(one)) != part.status and len(part.cells) == 1
    ]
    doubted = {key for part in parts if part.status == "ambiguous" for key in part.cells}
    ambiguous = {cell.key for cell in parsed.report.cells if cell.status == "ambiguous"}
    twice = [f"{one[0]} is told twice" for one in said if said.count(one) > 1]
    wrong = [f"told {one}" for one in said if one not in held] + [f"not told {one}" for one in held.keys() - {*said}]
    doubts = [f"{key} is in doubt, which is not told" for key in ambiguous - doubted]
    return [*twice, *wrong, *statuses, *doubts]


def keys_of(table: str, row: str, *columns: str) -> tuple[CellKey, ...]:
    """Return the names of the cells of a row."""
    return tuple(CellKey(table, row, column) for column in columns)


@settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)
@given(CASES)
def test_every_line_is_told_once_and_as_the_report_has_it(case: Case) -> None:
    """However a report is printed, varied and damaged, each line has its parts, and they are those of the report."""
    try:
        parsed = parse_steps(make(case).body)
    except ParserError:
        return

    assert find_faults(parsed) == []


@pytest.mark.parametrize("path", REAL)
def test_every_line_of_a_real_report_is_told_once(path: Path) -> None:
    """What holds for made-up reports holds for real ones."""
    parsed = parse_steps(path.read_bytes())

    assert find_faults(parsed) == []


def test_each_part_of_a_report_is_named() -> None:
    """Title, headings, words, what was left out, headers, labels, figures and doubts are told apart."""
    table, form = "proactive_disclosure", "(form 2021)"

    found = told(LINES)

    parts = [(kind, text) for kind, text, _ in found]
    first = [
        ("title", "青石区白杨街道办事处2023年政府信息公开工作年度报告"),
        ("page", "发布日期：2024-01-20"),
        ("text", "本报告由白杨街道办事处编制。"),
        ("heading", "一、总体情况"),
        ("text", "这一年，街道把该说的都说了。"),
        ("page", "浏览次数：12"),
        ("heading", "二、主动公开政府信息情况"),
        *(("header", text) for text in LINES.splitlines()[7:12]),
        ("doubt", "规章"),
        ("unplaced", "0"),
        ("unplaced", "3"),
        ("label", "行政规范性文件"),
        *(("figure", text) for text in "102"),
        ("header", "第二十条第（五）项"),
        *(("label", "行政许可"), ("figure", "12"), ("label", "行政处罚"), ("figure", "4")),
        *(("label", "行政强制"), ("figure", "0")),
        ("strange", "此处另有一句"),
        ("loose", "7"),
        *(("header", text) for text in ("第二十条第（八）项", "信息内容", "本年收费金额（单位：万元）")),
        *(("label", "行政事业性收费"), ("figure", "0.5")),
        ("heading", "三、收到和处理政府信息公开申请情况"),
    ]
    last = [
        ("heading", "五、存在的主要问题及改进情况"),
        ("text", "人手不够。"),
        ("page", "上一篇：没有了"),
    ]
    assert (parts[: len(first)], parts[-len(last) :]) == (first, last)
    assert {text: why for _, text, why in (*found[: len(first)], *found[-len(last) :])}.items() >= {
        "规章": f"label of {table}.regulations {form}, in doubt: 规章 (line 13): 2 figures for 3 cells (0 3)",
        "3": f"in doubt which cell of {table}.regulations {form} it is of",
        "行政许可": f"label of {table}.licensing {form}",
        "12": f"reported: {table}.licensing.decisions",
        "7": f"a figure in no cell of {table} {form}",
        "一、总体情况": "heads section overview",
        "本报告由白杨街道办事处编制。": "before the first heading",
        "人手不够。": "text of section problems_and_improvements",
    }.items()


def test_a_heading_that_runs_into_its_text_is_two_parts() -> None:
    """Where a section begins in its heading's line, heading and text are told apart; the text goes on below."""
    document = LINES.replace("一、总体情况\n这一年，", "一、总体情况。这一年，街道很忙。\n")

    assert said_of(document, "一、总体情况") == ("heading", "heads section overview")
    assert said_of(document, "这一年，街道很忙。") == ("text", "text of section overview")
    assert said_of(document, "街道把该说的都说了。") == ("text", "text of section overview")
    assert find_faults(parse_steps(document.encode())) == []


@pytest.mark.parametrize("divider", ["\n", "。"])
def test_words_that_the_foot_repeats_are_told_once(divider: str) -> None:
    """What the page's foot repeats of the report is left out there, whether or not the heading runs into its text."""
    heading = "五、存在的主要问题及改进情况"
    document = (
        LINES.replace(f"{heading}\n", f"{heading}{divider}")
        .rstrip()
        .replace("人手不够。", "人手不够。\n白杨街道办事处")
    )

    found = [(kind, why) for kind, text, why in told(f"{document}\n白杨街道办事处") if text == "白杨街道办事处"]

    assert found == [
        ("text", "text of section problems_and_improvements"),
        ("page", "left out: stands below the foot of the page"),
    ]


def test_sections_above_the_title_are_told() -> None:
    """Where the title stands below the report, the headings and the words above it are still told as what they are."""
    first, *rest = LINES.splitlines()
    document = "\n".join((*rest, first))

    assert said_of(document, "一、总体情况") == ("heading", "heads section overview")
    assert find_faults(parse_steps(document.encode())) == []


def test_lines_that_the_rhythm_makes_a_table_are_told() -> None:
    """Lines that are kept as another table are told as such, and as the words of their section, which they stay."""
    table = "\n".join(
        ("姓名 | 部门 | 场次 |", "甲 | 一科 | 3 |", "乙 | 二科 | 5 |", "丙 | 三科 | 7 |", "丁 | 四科 | 9 |")
    )
    document = LINES.replace("人手不够。", f"培训情况如下：\n{table}\n人手不够。")
    parsed = parse_steps(document.encode())

    lines = [line for line in explain(parsed) if line.text.endswith("|")]

    assert find_faults(parsed) == []
    assert len(parsed.report.tables) == 1
    assert {(part.kind, part.section) for line in lines for part in line.parts} == {
        ("plain", "problems_and_improvements")
    }
    assert (
        lines[0].parts[0].why == "text of section problems_and_improvements, and of another table, under 培训情况如下："
    )


def test_a_part_names_the_cells_that_it_fills() -> None:
    """A figure names its cell, a label and a doubt all cells of their row, each with form, table and status."""
    parts = {part.text: part for line in explain(parse_steps(LINES.encode()))[:33] for part in line.parts}
    table = "proactive_disclosure"

    figure, label, doubt = parts["12"], parts["行政规范性文件"], parts["规章"]

    assert (figure.cells, figure.status, figure.at) == (keys_of(table, "licensing", "decisions"), "reported", "line 22")
    assert label.cells == keys_of(table, "normative_documents", "issued", "repealed", "in_force")
    assert (doubt.cells, doubt.status) == (keys_of(table, "regulations", "issued", "repealed", "in_force"), "ambiguous")
    assert {(part.form, part.table) for part in (figure, label, doubt)} == {("2021", table)}


def test_what_is_left_out_has_its_reason() -> None:
    """A menu, links, particulars and what stands above the title are left out, and it is said why."""
    page = lines_page(
        around="<nav><p>走进青石</p></nav><p>青石要闻</p>",
        inside="<p><a href='/a'>另一份材料</a></p><p>【字体：大 中 小】</p>",
    )

    assert said_of(page, "走进青石") == ("page", "left out: the page calls it navigation, foot or the like")
    assert said_of(page, "青石要闻") == ("page", "left out: stands above the title of the report")
    assert said_of(page, "另一份材料") == ("page", "left out: links to other pages")
    assert said_of(page, "【字体：大 中 小】")[1] == "left out: a counter, a tool, a date or a page number"
    assert said_of(page, "上一篇：没有了")[1] == "left out: a link to its neighbours, or who keeps the site"


def test_cells_of_grids_are_told_one_by_one() -> None:
    """Each cell of a grid has its own part, an empty cell of an official table is the blank that it fills."""
    grid = (
        "<table><tr><td colspan=4>第二十条第（一）项</td></tr>"
        "<tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td><td>现行有效件数</td></tr>"
        "<tr><td>规章</td><td>1</td><td></td><td>2</td></tr><tr><td>行政规范性文件</td><td>0</td><td>0</td><td>5</td></tr></table>"
    )
    other = "<table><tr><td>培训</td><td>3场</td></tr><tr><td>咨询</td><td>8次</td></tr></table>"
    page = page_of(
        "",
        f"<p>青石区白杨街道办事处2023年政府信息公开工作年度报告</p><p>一、总体情况</p><p>很好。</p>{other}<p>二、主动公开政府信息情况</p>{grid}",
    )
    lines = [line for line in explain(parse_steps(page.encode())) if line.row]

    assert [line.at for line in lines] == [
        *("table 1 row 1", "table 1 row 2", "table 2 row 1", "table 2 row 2", "table 2 row 3", "table 2 row 4")
    ]
    assert [(part.kind, part.text) for part in lines[0].parts] == [("plain", "培训"), ("plain", "3场")]
    assert lines[0].parts[0].why == "another table, under 很好。"
    assert [part.kind for part in lines[3].parts] == ["header"] * 4
    assert [(part.kind, part.text) for part in lines[4].parts] == [
        *(("label", "规章"), ("figure", "1"), ("blank", ""), ("figure", "2"))
    ]
    assert lines[4].parts[2].cells == keys_of("proactive_disclosure", "regulations", "repealed")
    assert lines[4].parts[2].at == "table 2 row 3 cell 3"


def test_a_table_of_two_forms_is_told_by_block() -> None:
    """Of a table whose blocks follow two forms each row is told by the form that its block follows."""
    parsed = parse_steps(make(Case(form="mixed_old_first", filling="distinct", flattening="html", carrier="html")).body)

    parts = {part.text: part for line in explain(parsed) for part in line.parts if part.table == "proactive_disclosure"}

    assert (parts["规章"].form, parts["行政强制"].form) == ("2019", "2021")
    assert find_faults(parsed) == []


def test_a_page_that_is_no_report_is_told_too() -> None:
    """Where there is neither a title nor a table every line is still accounted for."""
    parsed = parse_steps("青石区举办读书活动\n\n活动很热闹。\n".encode())

    lines = explain(parsed)

    assert parsed.report.kind == "other"
    assert find_faults(parsed) == []
    assert [part.kind for line in lines for part in line.parts] == ["page", "empty", "page", "empty"]
