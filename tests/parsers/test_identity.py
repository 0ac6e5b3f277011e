from datetime import date

import pytest

from parsers import parse
from parsers.identity import find_district, is_about_report, parse_title, parse_year
from tests.parsers.made import page_of, parse_text

BODY = (
    "本报告由街道编制。\n一、总体情况\n好。\n二、主动公开政府信息情况\n好。\n三、收到和处理政府信息公开申请情况\n好。"
)

TITLES: list[tuple[str, str | None, int | None]] = [
    ("青石区白杨街道办事处2020年政府信息公开工作年度报告", "青石区白杨街道办事处", 2020),
    ("青石区白杨街道2020年度政府信息公开工作年度报告", "青石区白杨街道", 2020),
    ("2020年白杨街道政府信息公开工作年度报告", "白杨街道", 2020),
    ("2020年度白杨街道办事处政府信息公开年报", "白杨街道办事处", 2020),
    ("白杨镇2010年政府信息公开报告", "白杨镇", 2010),
    ("白杨镇人民政府2019年政府信息公开工作报告", "白杨镇人民政府", 2019),
    ("白杨乡2016年信息公开年度报告", "白杨乡", 2016),
    ("2021年白杨街道办事处信息公开年报", "白杨街道办事处", 2021),
    ("白杨街道2019年度政府信息公开年度工作报告", "白杨街道", 2019),
    ("青石区财政局2022年政府信息公开工作年度报告", "青石区财政局", 2022),
    ("青石区2023年度政务公开工作年度报告", "青石区", 2023),
    ("2020年政府信息公开工作年度报告（白杨街道）", "白杨街道", 2020),
    ("2020年政府信息公开工作年度报告(白杨街道办事处)", "白杨街道办事处", 2020),
    ("青石区人民政府白杨街道办事处关于2019年政府信息公开工作的年度报告", "青石区人民政府白杨街道办事处", 2019),
    ("关于2019年政府信息公开工作的年度报告", None, 2019),
    ("关于白杨街道2019年政府信息公开工作的年度报告", "白杨街道", 2019),
    ("白杨街道政府信息公开工作年度报告", "白杨街道", None),
    ("政府信息公开工作年度报告", None, None),
    ("白杨街道二〇一八年政府信息公开工作年度报告", "白杨街道", 2018),
    ("白杨街道二○一八年度政府信息公开工作年度报告", "白杨街道", 2018),
    ("白杨街道二O一九年政府信息公开工作年度报告", "白杨街道", 2019),
    ("白 杨 街 道 2 0 2 0 年 政府信息公开工作年度报告", "白杨街道", 2020),
    ("[bookmark: _GoBack]白杨街道2020年政府信息公开工作年度报告", "白杨街道", 2020),
]
NO_TITLES = [
    "",
    "白杨街道",
    "2020年工作总结",
    "根据条例的规定，现公布白杨街道2020年政府信息公开工作年度报告",
    "标题：白杨街道2020年政府信息公开工作年度报告",
    "法治政府建设年度报告",
    "2021年度企业年报公示",
]
FALSE_FRIENDS = [
    "白杨街道2022年政府信息公开工作年度报告解读",
    "文字解读：白杨街道2022年政府信息公开工作年度报告",
    "（图解）白杨街道2022年政府信息公开工作年度报告",
    "【图文】白杨街道2022年政府信息公开工作年度报告",
    "白杨街道2019年政府信息公开工作年度报告（图片版）",
    "一图读懂2021年政府信息公开工作年度报告",
    "关于做好2021年政府信息公开工作年度报告编制工作的通知",
    "政府信息公开工作年度报告制度",
    "青石区2022年上半年政府信息公开工作报告",
    "青石区2022年第一季度政府信息公开报告",
    "青石区政府信息公开工作年度报告部署会",
    "政府信息公开工作年度报告格式",
]


@pytest.mark.parametrize(("text", "agency", "year"), TITLES)
def test_a_title(text: str, agency: str | None, year: int | None) -> None:
    """A title says agency and year in whatever order, digits and brackets."""
    title = parse_title(text)

    assert title is not None
    assert (title.agency, title.year) == (agency, year)
    assert parse_title(text)
    assert not is_about_report(text)


def test_a_title_with_a_year_of_full_width() -> None:
    """A year in full-width digits is a year."""
    title = parse_title("白杨街道２０２０年度政府信息公开工作年度报告")

    assert title is not None
    assert (title.agency, title.year) == ("白杨街道", 2020)


@pytest.mark.parametrize("text", NO_TITLES)
def test_no_title(text: str) -> None:
    """A sentence, and the name of something else, is no title."""
    assert parse_title(text) is None


@pytest.mark.parametrize("text", FALSE_FRIENDS)
def test_a_false_friend(text: str) -> None:
    """What is about reports, or about another period, is no report's title."""
    assert parse_title(text) is None or is_about_report(text)
    assert parse_text(f"{text}\n{BODY}").kind == "other"


@pytest.mark.parametrize(
    ("lines", "title", "agency"),
    [
        (
            ["白杨街道办事处2020年度", "政府信息公开工作年度报告"],
            "白杨街道办事处2020年度政府信息公开工作年度报告",
            "白杨街道办事处",
        ),
        (
            ["青石区白杨街道2020年政府信息公开", "工作年度报告"],
            "青石区白杨街道2020年政府信息公开工作年度报告",
            "青石区白杨街道",
        ),
        (
            ["青石区人民政府白杨街道办事处", "关于2020年政府信息公开工作的年度报告"],
            "青石区人民政府白杨街道办事处关于2020年政府信息公开工作的年度报告",
            "青石区人民政府白杨街道办事处",
        ),
        (["2020年政府信息公开工作年度报告", "（白杨街道）"], "2020年政府信息公开工作年度报告（白杨街道）", "白杨街道"),
        (
            ["白杨街道办事处", "2020年度", "政府信息公开工作年度报告"],
            "白杨街道办事处2020年度政府信息公开工作年度报告",
            "白杨街道办事处",
        ),
        (
            ["白杨街道办事处2020年度", "", " ", "政府信息公开工作年度报告"],
            "白杨街道办事处2020年度政府信息公开工作年度报告",
            "白杨街道办事处",
        ),
        (
            ["青石区人民政府", "政府信息公开", "", "白杨街道2020年政府信息公开工作年度报告"],
            "白杨街道2020年政府信息公开工作年度报告",
            "白杨街道",
        ),
    ],
)
def test_a_title_broken_over_lines(lines: list[str], title: str, agency: str) -> None:
    """A title broken over up to three lines is one title, and what the page says above is none of it."""
    report = parse_text("\n".join([*lines, BODY]))

    assert (report.title, report.agency, report.year) == (title, agency, 2020)


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2020", 2020), ("２０２０", 2020), ("二〇二〇", 2020), ("二○二○", 2020), ("二零二零", 2020), ("二O二O", 2020),
        ("一九九八", 1998), ("2120", None), ("202", None), ("20201", None), ("", None), ("年", None),
    ],
)  # fmt: skip
def test_a_year(text: str, year: int | None) -> None:
    """A year is four digits of any kind, of the last or this century."""
    assert parse_year(text) == year


@pytest.mark.parametrize(
    ("agency", "district"),
    [
        ("青石区白杨街道", "青石区"),
        ("云亭市青石区白杨街道办事处", "青石区"),
        ("某某省云亭市青石县白杨镇", "青石县"),
        ("某某自治区云亭盟青石旗白杨苏木", "青石旗"),
        ("云亭市青石区人民政府白杨街道办事处", "青石区"),
        ("白杨街道", None),
        ("云亭经济开发区管委会", None),
        (None, None),
        ("", None),
    ],
)
def test_a_district(agency: str | None, district: str | None) -> None:
    """An agency's district is the last of the places before it; a zone that is none is left out."""
    assert find_district(agency) == district


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("发布时间:2021-02-20", date(2021, 2, 20)),
        ("发布日期: 2021-01-27 10:19", date(2021, 1, 27)),
        ("更新日期:2021-01-20   浏览次数:12", date(2021, 1, 20)),
        ("时间：2022年01月30日 15:52", date(2022, 1, 30)),
        ("日期:2021/1/29", date(2021, 1, 29)),
        ("成文日期  2021.01.29", date(2021, 1, 29)),
        ("公开日期：2021年1月5日 来源：白杨街道", date(2021, 1, 5)),
        ("发布时间:2021-02-30", None),
        ("发布时间:", None),
        ("2020年1月1日起施行", None),
    ],
)
def test_a_date_of_publication(line: str, published: date | None) -> None:
    """A date is that of publication where the page calls it so."""
    assert parse_text(f"白杨街道2020年政府信息公开工作年度报告\n{line}\n{BODY}").published == published


@pytest.mark.parametrize(
    ("line", "published"),
    [("2021年1月17日", date(2021, 1, 17)), ("（2021年1月23日）", date(2021, 1, 23)), ("2021-1-17", date(2021, 1, 17))],
)
def test_a_date_under_the_signature(line: str, published: date) -> None:
    """A date alone at the end of a report is its date."""
    assert (
        parse_text(f"白杨街道2020年政府信息公开工作年度报告\n{BODY}\n白杨街道办事处\n{line}\n").published == published
    )


def test_the_earliest_date_counts() -> None:
    """Of several dates the earliest is that of publication: later ones are of changes."""
    report = parse_text(f"白杨街道2020年政府信息公开工作年度报告\n更新日期:2021-05-01\n发布日期:2021-01-20\n{BODY}")

    assert report.published == date(2021, 1, 20)


@pytest.mark.parametrize("line", ["二〇二一年一月十七日", "二O二一年一月十七日"])
def test_a_date_in_chinese_digits(line: str) -> None:
    """A date under the signature may be in Chinese digits."""
    report = parse_text(f"白杨街道2020年政府信息公开工作年度报告\n{BODY}\n白杨街道办事处\n{line}\n")

    assert report.published == date(2021, 1, 17)


def test_a_signature_names_the_agency() -> None:
    """Where the title names no agency, the one that signs at the end does."""
    report = parse_text(f"2020年政府信息公开工作年度报告\n{BODY}\n青石区白杨街道办事处\n2021年1月17日\n")

    assert (report.agency, report.district, report.year) == ("青石区白杨街道办事处", "青石区", 2020)


@pytest.mark.parametrize(
    "period",
    [
        "本报告所列数据的统计期限自2020年1月1日起至2020年12月31日止。",
        "统计期限为2020年1月1日至12月31日，2020年1月1日—2020年12月31日。",
        "统计时限：２０２０年１月１日至２０２０年１２月３１日。",
    ],
)
def test_the_period_names_the_year(period: str) -> None:
    """Where the title names no year, the period of the figures does."""
    assert parse_text(f"白杨街道政府信息公开工作年度报告\n{period}\n{BODY}").year == 2020


def test_a_period_that_contradicts_the_title() -> None:
    """The title's year counts, and a period of another year is a warning."""
    report = parse_text(f"白杨街道2020年政府信息公开工作年度报告\n自2019年1月1日至2019年12月31日。\n{BODY}")

    assert report.year == 2020
    assert report.warnings == ("the title says 2020, the period of the figures ends in 2019",)


def test_what_the_page_says_of_itself() -> None:
    """Where the words name neither agency nor date, the page's meta data do."""
    page = page_of("2020年政府信息公开工作年度报告", f"<p>{BODY.replace(chr(10), '</p><p>')}</p>").replace(
        "<title>",
        '<meta name="ContentSource" content="白杨街道办事处"><meta name="PubDate" content="2021-01-20 09:00"><title>',
    )

    report = parse(page.encode())

    assert (report.title, report.agency, report.year, report.published) == (
        "2020年政府信息公开工作年度报告", "白杨街道办事处", 2020, date(2021, 1, 20),
    )  # fmt: skip


def test_a_link_to_another_report_is_no_title() -> None:
    """The titles of neighbouring reports in a menu are not this report's."""
    menu = '<ul><li><a href="1">白杨街道2018年政府信息公开工作年度报告</a></li></ul>'
    page = page_of("", f"{menu}<h1>青石区2020年政府信息公开工作年度报告</h1><p>{BODY.replace(chr(10), '</p><p>')}</p>")

    report = parse(page.encode())

    assert (report.agency, report.year) == ("青石区", 2020)
