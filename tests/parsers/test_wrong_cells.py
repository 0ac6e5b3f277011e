"""Small documents that tempt a parser to put a figure where it does not belong."""

import pytest

from parsers import Report, parse
from tests.parsers.made import (
    FORMS,
    distinct_figures,
    find_strangers,
    one_cell_a_line,
    page_of,
    parse_text,
    report_to_html,
    title_of,
    write_report,
)

REGULATIONS_2021 = ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"]
REGULATIONS_2019 = ["信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"]
DECISIONS = [["信息内容", "本年处理决定数量"], ["行政许可", "10"], ["行政处罚", "11"], ["行政强制", "12"]]
OUTCOMES = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
FIFTEEN = [str(number) for number in range(1, 16)]


def page_with(*tables: list[list[str]]) -> bytes:
    """Make a page of a report with the tables, a sentence before each."""
    drawn = (
        "<p>情况如下：</p><table>"
        + "".join("<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>" for row in table)
        + "</table>"
        for table in tables
    )
    return page_of(title_of("2021"), f"<h1>{title_of('2021')}</h1><p>一、总体情况</p>{''.join(drawn)}").encode()


def values(report: Report) -> dict[str, int | float]:
    """Return the values read, by row and column."""
    return {f"{cell.row}.{cell.column}": cell.value for cell in report.cells if cell.value is not None}


def test_columns_in_another_order_are_not_trusted() -> None:
    """Where the header names the form's columns in another order, no figure under it is placed."""
    header = ["信息内容", "现行有效件数", "本年制发件数", "本年废止件数"]

    report = parse(page_with([header, ["规章", "5", "6", "7"], ["行政规范性文件", "8", "9", "10"]]))

    assert values(report) == {}
    assert any("another order" in warning for warning in report.warnings)


@pytest.mark.parametrize("form", FORMS)
def test_a_total_that_stands_first(form: str) -> None:
    """Where 总计 is the first column of the requests, its figures are not those of 自然人."""
    figures = distinct_figures(form)
    body = report_to_html(form, figures)
    for row in sorted({key.row for key in figures if key.table == "requests"}):
        drawn = [
            f'<td colspan="1" rowspan="1">{raw}</td>' for key, raw in figures.items() if key[:2] == ("requests", row)
        ]
        body = body.replace("".join(drawn), "".join([drawn[-1], *drawn[:-1]]))
    natural, total = '<td colspan="1" rowspan="2">自然人</td>', '<td colspan="1" rowspan="2">总计</td>'
    between = '<td colspan="5" rowspan="1">法人或其他组织</td>'
    body = body.replace(natural + between + total, total + natural + between)

    report = parse(body.encode())

    assert [stranger for stranger in find_strangers(report, figures) if stranger[0].table == "requests"] == []


@pytest.mark.parametrize("form", FORMS)
def test_a_row_with_a_figure_too_few_or_too_many(form: str) -> None:
    """With one figure lost, or one that is printed twice, no other figure of the row moves."""
    figures = distinct_figures(form)
    lines = write_report(form, one_cell_a_line, figures)
    places = [number for number, line in enumerate(lines) if line in set(figures.values())]

    strangers = [
        find_strangers(parse_text(changed), figures)
        for place in places[::5]
        for changed in (lines[:place] + lines[place + 1 :], lines[:place] + lines[place : place + 1] + lines[place:])
    ]

    assert strangers == [[]] * len(places[::5]) * 2


def test_a_note_between_figures_ends_a_row() -> None:
    """Figures on the other side of a text are not of the row."""
    report = parse_text("规章\n1\n2\n— 7 —\n3\n行政规范性文件\n4\n5\n6\n行政许可\n7\n")

    assert values(report) == {
        "normative_documents.issued": 4,
        "normative_documents.repealed": 5,
        "normative_documents.in_force": 6,
        "licensing.decisions": 7,
    }


def test_labels_in_a_menu_take_no_figures() -> None:
    """Row labels that stand in the page's menu are no rows."""
    menu = "<ul><li>规章</li><li>行政规范性文件</li><li>行政许可</li><li>3</li></ul>"
    table = [REGULATIONS_2021, ["规章", "1", "2", "3"], ["行政规范性文件", "4", "5", "6"], *DECISIONS]

    report = parse(page_with(table).replace(b"<h1>", menu.encode() + b"<h1>"))

    assert values(report) == {
        "regulations.issued": 1,
        "regulations.repealed": 2,
        "regulations.in_force": 3,
        "normative_documents.issued": 4,
        "normative_documents.repealed": 5,
        "normative_documents.in_force": 6,
        "licensing.decisions": 10,
        "penalties.decisions": 11,
        "compulsory_measures.decisions": 12,
    }


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(["5<sup>1</sup>", "6", "7"], id="sup"),
        pytest.param(["5①", "6", "7"], id="circled"),
        pytest.param(["5²", "6", "7"], id="superscript"),
        pytest.param(["5<span style='display:none'>9</span>", "6", "7"], id="hidden"),
        pytest.param(["5<span hidden>9</span>", "6", "7"], id="hidden attribute"),
    ],
)
def test_a_sign_beside_a_figure_is_no_digit_of_it(row: list[str]) -> None:
    """The sign of a footnote, and what the page does not show, never becomes part of the number."""
    report = parse(page_with([REGULATIONS_2021, ["规章", *row], ["行政规范性文件", "8", "9", "10"]]))

    assert values(report).get("regulations.issued", 5) == 5


def test_a_block_under_the_other_form_s_header() -> None:
    """Where a block has the header of form 2019 in a table of form 2021, its figures are not those of form 2021."""
    table = [REGULATIONS_2019, ["规章", "5", "6", "7"], ["行政规范性文件", "8", "9", "10"], *DECISIONS]

    report = parse(page_with(table))

    assert not {"regulations.issued", "regulations.repealed", "regulations.in_force"} & values(report).keys()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (["行政复议", "行政诉讼"], [*OUTCOMES, "复议后起诉", "未经复议直接起诉"]),
        (["行政诉讼", "行政复议"], ["未经复议直接起诉", "复议后起诉", *OUTCOMES]),
    ],
)
def test_groups_of_outcomes_in_another_order(first: list[str], second: list[str]) -> None:
    """Where 行政复议, 未经复议直接起诉 and 复议后起诉 stand in another order, no outcome is placed by the form's."""
    report = parse(page_with([first, second, OUTCOMES * 2, FIFTEEN]))

    assert values(report).get("litigation.direct.upheld") != 6


def test_a_blank_is_not_filled_from_another_table() -> None:
    """A cell that is blank in the official table stays so, whatever another table says behind the same label."""
    official = [*DECISIONS, ["信息内容", "本年收费金额（单位：万元）"], ["行政事业性收费", ""]]
    other = [["项目", "去年"], ["行政事业性收费", "99"]]

    report = parse(page_with(official, other))

    assert "fees.fee_amount" not in values(report)


def test_another_table_with_two_labels_of_the_form() -> None:
    """A table with a header of its own is not the official one because two of its rows are called alike."""
    report = parse(page_with([["类别", "执法人员数", "持证率"], ["行政许可", "10"], ["行政处罚", "11"]]))

    assert values(report) == {}


def test_figures_under_a_foreign_header() -> None:
    """Where the header of a grid has other columns than the form, no figure under it is placed for certain."""
    report = parse(
        page_with([["项目", "2021年", "2022年", "2023年"], ["规章", "5", "6", "7"], ["行政规范性文件", "8", "9", "10"]])
    )

    assert values(report) == {}


def test_a_serial_number_completes_no_row() -> None:
    """A row of a grid ends where it ends: what begins the next row is not its last figure."""
    table = [["序号", *REGULATIONS_2021], ["1", "规章", "5", "6"], ["2", "行政规范性文件", "7", "8", "9"]]

    report = parse(page_with(table))

    assert "regulations.in_force" not in values(report)


@pytest.mark.parametrize("between", ["— 3 —", "第 4 页"])
def test_figures_behind_a_page_s_end_are_no_blanks(between: str) -> None:
    """Where a page ends behind the first blank of a row, the figures on the next page are not said to be blank."""
    report = parse_text(f"\t规章\n\t\n{between}\n\t5\n\t6\n\n\t行政规范性文件\n\t3\n\t4\n\t5\n\n\t行政许可\n\t6\n")

    statuses = [cell.status for cell in report.cells if cell.row == "regulations"]
    assert statuses == ["ambiguous"] * 3


def test_a_page_number_completes_no_row() -> None:
    """A page number between two rows does not stand in for a figure that the first has lost."""
    report = parse_text("\t规章\n\t1\n\t2\n\n12\n\n\t行政规范性文件\n\t3\n\t4\n\t5\n\n\t行政许可\n\t6\n")

    assert "regulations.in_force" not in values(report)


def test_a_page_number_inside_a_row_with_a_blank_end() -> None:
    """A figure too many in a row that ends with a blank moves none of the others."""
    report = parse_text("\t规章\n\t1\n7\n\t2\n\t\n\n\t行政规范性文件\n\t3\n\t4\n\t5\n\n\t行政许可\n\t6\n")

    assert values(report).get("regulations.in_force") is None
    assert values(report).get("regulations.repealed") != 7


def test_the_ends_of_two_rows_make_no_row() -> None:
    """Where the end of a row and the label and beginning of the next are lost, what is left of both is no row."""
    whole = "规章\n1\n2\n3\n行政规范性文件\n4\n5\n6\n第二十条第（五）项\n信息内容\n本年处理决定数量\n行政许可\n7\n"

    report = parse_text(whole.replace("3\n行政规范性文件\n4\n5\n", ""))

    assert "regulations.in_force" not in values(report)


@pytest.mark.parametrize("carrier", ["text", "html"])
def test_other_results_by_their_short_name(carrier: str) -> None:
    """（六）其他 for （六）其他处理 in a report of form 2019 makes it no report of form 2021."""
    figures = distinct_figures("2019")
    text = "\n".join(write_report("2019", one_cell_a_line, figures))
    whole = text if carrier == "text" else report_to_html("2019", figures)

    report = parse(whole.replace("（六）其他处理", "（六）其他").encode())

    assert report.form == "2019"
    assert find_strangers(report, figures) == []


@pytest.mark.parametrize(
    "damaged",
    [
        pytest.param(True, id="first damaged"),
        pytest.param(False, id="both whole"),
    ],
)
def test_two_reports_in_one_document(damaged: bool) -> None:  # noqa: FBT001 - parametrized
    """The tables of two reports in one document are never mixed into one."""
    figures = distinct_figures("2019")
    others = {key: str(int(raw) + 3000) for key, raw in figures.items()}
    first = write_report("2019", one_cell_a_line, figures)
    if damaged:
        first[first.index("四、结转下年度继续办理")] = "四、结转下年"

    report = parse_text(first + write_report("2019", one_cell_a_line, others))

    assert find_strangers(report, figures) == [] or find_strangers(report, others) == []


@pytest.mark.parametrize("inner", ['<img src="a.png">', '<input value="5">'])
def test_a_picture_in_a_cell_is_no_blank(inner: str) -> None:
    """A cell that shows something that cannot be read is not said to be blank."""
    report = parse(page_with([REGULATIONS_2021, ["规章", inner, "6", "7"], ["行政规范性文件", "8", "9", "10"]]))

    assert report.cells[0].status == "ambiguous"
