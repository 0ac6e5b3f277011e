"""Tables that are none of the official ones: rebuilt from lines exactly, or left as lines."""

import time
from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from parsers import DEFAULT_OPTIONS, PlainTable, parse
from parsers.atoms import document_to_atoms
from parsers.document import Document, Grid, GridCell, TextLine
from parsers.plain_cells import kind_of
from parsers.plain_tables import find_plain_tables
from parsers.text import text_to_document
from tests.parsers.made import (
    FORMS,
    distinct_figures,
    one_cell_a_line,
    parse_text,
    pipe_rows,
    report_to_html,
    tab_led,
    tab_rows,
    write_report,
)

Rows = tuple[tuple[str, ...], ...]
Write = Callable[[Rows], list[str]]

SENDINGS: Rows = (
    ("单位名称", "报送条数", "采用条数"),
    ("东街社区", "12", "3"),
    ("西街社区", "8", "0"),
    ("水务站", "15", "7"),
    ("合计", "35", "10"),
)
BUDGET: Rows = (
    ("预算科目", "上年决算", "本年预算", "增减比例"),
    ("一、人员经费", "1,204.50万元", "1,310.00万元", "8.8%"),
    ("二、公用经费", "96.2万元", "90万元", "-6.4%"),
    ("（一）办公费", "31.7万元", "30万元", "-5.4%"),
    ("支出总计", "1,300.7万元", "1,400万元", "7.6%"),
)
DATES: Rows = (
    ("序号", "会议名称", "日期", "人次"),
    ("1", "春季业务会", "2023年3月5日", "41人次"),
    ("2", "档案整理会", "2023年6月18日", "38人次"),
    ("3", "年终碰头会", "2023年12月1日", "52人次"),
)
YEARS: Rows = (
    ("项目", "2021年", "2022年", "2023年"),
    ("接待来访", "120批", "98批", "101批"),
    ("公开栏更换", "24次", "24次", "26次"),
    ("热线答复", "312", "295", "—"),
)
BY_YEAR: Rows = (("年份", "公开条数", "来信件数"), ("2020", "310", "4"), ("2021", "295", "6"), ("2022", "402", "1"))
MIXED: Rows = (
    ("事项", "件数", "承办科室"),
    ("修路灯", "14", "城管科"),
    ("清淤泥", "6", "水务站"),
    ("补栏杆", "9", "城管科"),
    ("换井盖", "22", "城管科"),
)
TABLES = {
    "sendings": SENDINGS,
    "budget": BUDGET,
    "dates": DATES,
    "years": YEARS,
    "by year": BY_YEAR,
    "text behind": MIXED,
}


def cell_lines(rows: Rows) -> list[str]:
    """Write a cell a line."""
    return [cell for row in rows for cell in row]


def cells_apart(rows: Rows) -> list[str]:
    """Write a cell a line, an empty line after each."""
    return [line for cell in cell_lines(rows) for line in (cell, "")]


def rows_apart(rows: Rows) -> list[str]:
    """Write a cell a line, an empty line after each row."""
    return [line for row in rows for line in (*row, "")]


def led_cells(rows: Rows) -> list[str]:
    """Write a cell a line led by a tab, an empty line after each row."""
    return [line for row in rows for line in (*("\t" + cell for cell in row), "")]


def tabs(rows: Rows) -> list[str]:
    """Write a row a line, a tab between its cells."""
    return ["\t".join(row) for row in rows]


def led_tabs(rows: Rows) -> list[str]:
    """Write a row a line, a tab before each of its cells."""
    return ["\t" + "\t".join(row) for row in rows]


def pipes(rows: Rows) -> list[str]:
    """Write a row a line, a pipe after each of its cells."""
    return [" | ".join(row) + " |" for row in rows]


def open_pipes(rows: Rows) -> list[str]:
    """Write a row a line, a pipe between its cells."""
    return [" | ".join(row) for row in rows]


def markdown(rows: Rows) -> list[str]:
    """Write a row a line between pipes, a rule below the header."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return [lines[0], "|" + "---|" * len(rows[0]), *lines[1:]]


def piped_cells(rows: Rows) -> list[str]:
    """Write a cell a line, a pipe behind it."""
    return [f"{cell} |" for row in rows for cell in row]


def spaces(rows: Rows) -> list[str]:
    """Write a row a line, three spaces between its cells; of an empty one nothing is left."""
    return ["   ".join(filter(None, row)) for row in rows]


def single_spaces(rows: Rows) -> list[str]:
    """Write a row a line, a space between its cells; of an empty one nothing is left."""
    return [" ".join(filter(None, row)) for row in rows]


def layout(rows: Rows) -> list[str]:
    """Write a row a line, each cell under its header, as text taken out of a PDF file has it."""
    widths = [max(len(row[column]) for row in rows) + 4 for column in range(len(rows[0]))]
    return ["".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def without_blanks(rows: Rows) -> list[str]:
    """Write a cell a line; of an empty one nothing is left."""
    return list(filter(None, cell_lines(rows)))


KEEPING: Sequence[Write] = (cell_lines, rows_apart, led_cells, tabs, led_tabs, pipes, markdown, piped_cells)
LOSING: Sequence[Write] = (without_blanks, cells_apart, open_pipes, spaces, single_spaces, layout)


def find(lines: Sequence[str]) -> tuple[PlainTable, ...]:
    """Return the plain tables of a text."""
    document = text_to_document("\n".join(lines))
    return find_in(document)


def find_in(document: Document, used: frozenset[int] = frozenset()) -> tuple[PlainTable, ...]:
    """Return the plain tables of a document of which some blocks are used."""
    return find_plain_tables(document, document_to_atoms(document, DEFAULT_OPTIONS), used, (), DEFAULT_OPTIONS)


def around(lines: Sequence[str], caption: str = "表1 各社区情况") -> list[str]:
    """Put lines between sentences, under a caption."""
    return ["街道把这些数都列在下面。", caption, *lines, "这些数由办公室核过。"]


@pytest.mark.parametrize("write", [*KEEPING, *LOSING], ids=lambda write: str(write.__name__))
@pytest.mark.parametrize("name", TABLES)
def test_a_table_comes_back_from_its_lines(name: str, write: Write) -> None:
    """A table without empty cells is rebuilt from every way of writing it, under the line above it."""
    tables = find(around(write(TABLES[name])))

    assert [(table.heading, table.rows) for table in tables] == [("表1 各社区情况", TABLES[name])]
    assert DEFAULT_OPTIONS.min_table_confidence <= tables[0].confidence <= 1


WORDS = (
    "水务站",
    "城管科",
    "合计",
    "其他",
    "路灯",
    "甲",
    "乙",
    "党政办",
    "A座",
    "三楼大厅",
    "总计",
    "井盖（方）",
    "本年数",
)
LABELS = (*WORDS, "一、收入", "（一）会议费", "2.重复来件", "各站所情况", "便民服务中心一层窗口", "北苑里居民委员会")
HEADS = (
    *("项目", "名称", "件数", "金额（万元）", "占比", "上年", "本年", "采用", "报送", "备注", "承办科室", "日期"),
    *("2021年", "2022年", "增减", "满意率", "类别", "街道（镇）", "人次"),
)
FIGURES = ("0", "7", "12", "1,204.5", "88%", "3.5万元", "－2", "41人次", "2021", "—", "/", "30件")
DAYS = ("2023年3月5日", "2023-06-18", "5月", "12月31日", "2022年", "—")
CELLS = {"T": WORDS, "F": FIGURES, "D": DAYS}
BEFORE = (
    *([], ["街道把这些数列在下面。"], ["表2 来件统计"], ["二、来件的办理"], ["说明如下："]),
    *(["白杨街道办事处"], ["首页", "公开"]),
)
AFTER = (
    *([], ["这些数都核过。"], ["五、明年的打算"], ["白杨街道办事处"], ["- 4 -"], ["", "注：含上年转来的2件。"]),
    ["7"],
)


@st.composite
def grids(draw: st.DrawFn, *, blanks: bool = True) -> Rows:
    """Draw a table: words and figures by columns, some cells empty."""
    width = draw(st.integers(2, 6))
    count = draw(st.integers(2, 11))
    kinds = draw(st.lists(st.sampled_from("TFFD"), min_size=width - 1, max_size=width - 1).filter(lambda of: "F" in of))
    heads = draw(st.lists(st.sampled_from(HEADS), min_size=width, max_size=width, unique=True))
    empty = draw(st.sampled_from([0, 0, 0, 10, 40])) if blanks else 0
    columns = [st.sampled_from(LABELS)] + [_often_empty(kind, empty) for kind in kinds]
    if draw(st.booleans()) or heads[0].endswith("年"):
        heads[0] = draw(st.sampled_from(["项目", "事项", "单位名称"]))
        assume(len(set(heads)) == width)
    body = [tuple(draw(column) for column in columns) for _ in range(count)]
    if draw(st.integers(0, 4)) == 0:
        heads[0] = "序号"
        body = [(str(number), *row[1:]) for number, row in enumerate(body, 1)]
    return (tuple(heads), *body)


def _often_empty(kind: str, share: int) -> st.SearchStrategy[str]:
    filled = st.sampled_from(CELLS[kind])
    return st.integers(0, 99).flatmap(lambda number: st.just("") if number < share else filled)


@settings(deadline=None, max_examples=300, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(grids(), st.sampled_from([*KEEPING, *LOSING]), st.sampled_from(BEFORE), st.sampled_from(AFTER))
def test_a_table_comes_back_equal_or_not_at_all(
    rows: Rows, write: Write, before: Sequence[str], after: Sequence[str]
) -> None:
    """Whatever the table and the lines around it, it is rebuilt cell by cell or left as lines."""
    assume(all(sum(map(bool, row)) > 1 for row in rows))  # a label alone is any text
    assume(after != ["7"] or all(map(all, rows)))  # a page number in the place of a lost blank is told by nothing

    tables = find([*before, *write(rows), *after])

    assert [table.rows for table in tables] in ([rows], [])


BLANKED: Rows = (
    ("站所", "来电", "来信", "备注"),
    ("北苑站", "41", "", "转办"),
    ("南苑站", "", "2", "办结"),
    ("东苑站", "7", "1", "办结"),
    ("西苑站", "19", "3", "转办"),
)


@pytest.mark.parametrize("write", [*KEEPING[:1], *KEEPING[2:]], ids=lambda write: str(write.__name__))
def test_blanks_are_kept_where_something_holds_them(write: Write) -> None:
    """An empty line, a tab or a pipe that stands for an empty cell keeps its place in the table."""
    tables = find(around(write(BLANKED)))

    assert [table.rows for table in tables] == [BLANKED]


@pytest.mark.parametrize("write", [*LOSING[:1], *LOSING[3:], rows_apart], ids=lambda write: str(write.__name__))
def test_a_table_that_lost_a_blank_stays_lines(write: Write) -> None:
    """Where an empty cell left nothing behind, nobody knows which cell it was: nothing is said of the table."""
    assert find(around(write(BLANKED))) == ()


@pytest.mark.parametrize("write", KEEPING, ids=lambda write: str(write.__name__))
def test_two_tables_are_two(write: Write) -> None:
    """Two tables of different widths, a caption between them, are two, each under its own caption."""
    lines = ["表1 各社区情况", *write(SENDINGS), "表2 经费情况", *write(BUDGET), "完。"]

    tables = find(lines)

    assert [(table.heading, table.rows) for table in tables] == [
        ("表1 各社区情况", SENDINGS),
        ("表2 经费情况", BUDGET),
    ]


PROSE = (
    "街道全年开了12次会，38人到会。",
    "一是把群众关心的事写清楚",
    "二是把办事的路少走几趟",
    "（一）队伍怎样带",
    "1.每月15日前报送",
    "2023年3月，书记到社区听意见；",
    "开放时间 上午9:00 至 11:30",
    "联系电话：0000-1234567",
    "白杨街道办事处",
    "2024年1月12日",
    "第 3 次会议 由主任主持，讨论了 5 件事",
    "35",
    "首页",
    "下一步打算",
    "三是\t把台账补齐",
    "办公室\t负责起草",
    "栏目 | 更多",
    "",
    "我们",
    "满意率为98.5%，比上年高2个百分点",
)


@settings(deadline=None, max_examples=300, derandomize=True)
@given(st.lists(st.sampled_from(PROSE), max_size=40))
def test_prose_is_no_table(lines: Sequence[str]) -> None:
    """Sentences, headings, lists and dates make no table, however they follow one another."""
    assert find(lines) == ()


@pytest.mark.parametrize(
    "lines",
    [
        ["目录", "一、总体情况\t1", "二、公开情况\t3", "三、申请情况\t5", "四、问题\t8"],
        ["一、总体情况 ...... 1", "二、公开情况 ...... 3", "三、申请情况 ...... 5"],
        ["1.\t补台账", "2.\t修路灯", "3.\t清淤泥", "4.\t换井盖"],
        ["地址：\t白杨路7号", "电话：\t0000-1234567", "邮编：\t000000", "信箱：\t12"],
        ["索 引 号 | 0001 | 分 类 | 年报 |", "名 称 | 报告 | 文 号 | 无 |", "公开日期 | 2024-01-12 | 有效性 | 有效 |"],
        ["首页 | 公开 | 互动", "要闻 | 公告 | 专题", "街道 | 社区 | 便民"],
        ["补台账", "修路灯", "清淤泥", "换井盖", "栽行道树"],
        ["书记", "副书记", "主任", "副主任", "书记", "副书记"],
    ],
    ids=["contents", "dotted contents", "list", "address", "particulars", "menu", "words", "words again"],
)
def test_what_is_no_table(lines: Sequence[str]) -> None:
    """Contents, lists, addresses, a page's own particulars and menus are no tables."""
    assert find(lines) == ()


def test_lines_of_official_tables_and_of_the_page_are_out() -> None:
    """Lines that an official table used make no plain table, nor do those that the page calls its own."""
    lines = cell_lines(SENDINGS)
    used = text_to_document("\n".join(lines))
    outside = Document("html", tuple(TextLine(line, "p", (), 0.0, outside=True) for line in lines))

    assert find_in(used, frozenset(range(len(lines)))) == ()
    assert find_in(outside) == ()
    assert len(find(lines)) == 1


def test_a_grid_is_certain() -> None:
    """A grid of the document is a table of confidence 1 under the line above it, columns without cells left out."""
    cells = (GridCell("甲", 0, 0, 1, 2), GridCell("3", 0, 2, 1, 1))
    document = Document("html", (TextLine("附表", "p 1"), TextLine(" ", "p 2"), Grid((cells,), 3, "table 1")))

    assert find_in(document) == (PlainTable("附表", (("甲", "3"),), 1.0),)


def test_the_lines_of_a_table_stay_in_the_text() -> None:
    """A rebuilt table's lines are in the text of their section too: nothing is lost by it."""
    lines = write_report("2021", one_cell_a_line, distinct_figures("2021"))
    place = lines.index("二、主动公开政府信息情况")
    report = parse_text([*lines[:place], "表1 报送情况", *cell_lines(SENDINGS), *lines[place:]])

    assert [(table.heading, table.rows) for table in report.tables] == [("表1 报送情况", SENDINGS)]
    assert "\n".join(cell_lines(SENDINGS)) in report.sections[0].text


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("write", [one_cell_a_line, tab_led, tab_rows, pipe_rows])
def test_official_tables_are_no_plain_tables(form: str, write: Callable[..., list[str]]) -> None:
    """Of a report that is fully read no line makes another table, nor does a grid."""
    figures = distinct_figures(form)

    assert parse_text(write_report(form, write, figures)).tables == ()
    assert parse(report_to_html(form, figures).encode()).tables == ()


@pytest.mark.parametrize(
    "lines",
    [
        ["甲", "5"] * 12_000,
        ["甲", "乙", "5"] * 9_000,
        ["甲"] * 11 + ["5"],
        ["甲", "", "5", ""],
        ["甲", "乙", "丙", "5", "甲", "乙", "5"],
        ["甲\t5", "甲\t5\t6"],
        ["甲 乙  5", "甲 5"],
        ["甲 | 5 |", "甲 | 5 | 6 |"],
        [
            f"表{number} 数" if number % 9 == 0 else "5" if number % 3 == 0 else f"字{number % 7}"
            for number in range(99)
        ],
    ],
    ids=["pairs", "triples", "long headers", "gaps", "changing", "tabs", "spaces", "pipes", "captions"],
)
def test_nothing_grows_with_the_square(lines: Sequence[str]) -> None:
    """100 KB of lines that look like tables and are none are gone through in a moment."""
    size = sum(len(line.encode()) + 1 for line in lines)
    text = "\n".join([*lines] * max(1, 100_000 // size))
    document = text_to_document(text)
    atoms = document_to_atoms(document, DEFAULT_OPTIONS)

    started = time.process_time()
    find_plain_tables(document, atoms, frozenset(), (), DEFAULT_OPTIONS)

    assert time.process_time() - started < 3  # 0.3 on an idle machine


def test_kinds_of_cells() -> None:
    """A cell is words, a date, a figure with its unit, a bare year, a blank or a sentence."""
    cells = ("规章", "2021年", "2023-06-18", "85.5％", "约30家", "3至5天", "2021", "－", "", "办好了。", "12345热线")

    assert "".join(map(kind_of, cells)) == "TDDFFFYBBST"


@pytest.mark.parametrize(
    "lines",
    [
        ["项目", "件数", "金额", "甲", "5", "6", "乙", "7", "8", "丙", "9", "完了。"],
        [
            "项目",
            "件数",
            "金额",
            "甲",
            "5",
            "6",
            "乙",
            "7",
            "8",
            "丙",
            "9",
            "4",
            "合计的数字",
            "其中市里",
            "其中县里",
            "33",
        ],
        ["项目", "上年", "本年", "件数", "金额", "件数", "金额", *["甲", "5", "6", "7", "8"] * 3],
        ["项目", "上年情况", "本年", "件数", "金额", "件数", "金额", *["甲", "5", "6", "7", "8"] * 3],
        ["站所", "来电", "来信", "甲", "5", "6", "乙", "7", "8", "丙", "9", "", "完了。"],
        ["项目   件数   金额", "甲   5   6", "乙   7   8", "丙   9   2", "（一）折行的一个名目", "   4   3", "完。"],
        [
            "处室",
            "事项",
            "件数",
            "备注",
            "甲",
            "修路",
            "5",
            "好",
            "乙",
            "清淤",
            "7",
            "好",
            "丙",
            "补栏",
            "7",
            "好",
            "办事处",
        ],
        ["项目\t件数\t金额", "甲\t5\t6", "乙\t7\t8", "丙\t9", "丁\t1", "戊\t2"],
        ["项目   件数   金额", "甲   5   6", "乙   7   8", "丙   9", "丁   1   3"],
        ["项目   件数", "甲   5", "乙   7", "丙   9", "丁"],
        ["项目   件数   金额", "甲   5   6", "乙   7   8", "丙   9   2", "丁（折行", "", "   4   3"],
    ],
    ids=[
        "cut",
        "rest below",
        "two headers",
        "words twice",
        "end on a gap",
        "wrapped label",
        "turned",
        "rows of less",
        "spaces of less",
        "label alone",
        "broken label",
    ],
)
def test_what_could_be_divided_otherwise_stays_lines(lines: Sequence[str]) -> None:
    """A table with a row that lost a cell, a header over a header, or lines that fit two ways stays lines."""
    assert find(lines) == ()
