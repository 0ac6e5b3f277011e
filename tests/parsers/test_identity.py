from collections.abc import Sequence
from datetime import date

import pytest

from parsers import DEFAULT_OPTIONS, parse
from parsers.document import Document, Grid, GridCell, TextLine
from parsers.identity import Identity, find_district, find_identity, is_about_report, parse_title, parse_year
from parsers.text import text_to_document
from tests.parsers.made import page_of, parse_text

BODY = (
    "本报告由街道编制。\n一、总体情况\n好。\n二、主动公开政府信息情况\n好。\n三、收到和处理政府信息公开申请情况\n好。"
)

SENTENCE = "这一年，街道把该公开的都公开了，没有什么可说的。"


def identify(
    *lines: str,
    title: str | None = None,
    grids: Sequence[Sequence[Sequence[str]]] = (),
    **meta: str,
) -> Identity:
    """Return what the lines of a page, its tables of particulars, its title and its meta data say of it."""
    blocks = [
        Grid(
            tuple(
                tuple(GridCell(text, number, column, 1, 1) for column, text in enumerate(row))
                for number, row in enumerate(rows)
            ),
            max(map(len, rows)),
            "table",
        )
        for rows in grids
    ]
    text = text_to_document("\n".join(lines))
    listed = tuple((name.lower(), value) for name, value in meta.items())
    document = Document("html", (*blocks, *text.blocks), title, listed)
    return find_identity(document, list(document.iter_lines()), DEFAULT_OPTIONS)


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
    ("白杨街道2020政府信息公开年报", "白杨街道", 2020),
    ("白杨街道政府信息公开2020年年度报告", "白杨街道", 2020),
    ("白杨街道政府信息公开工作年度报告（2020年度）", "白杨街道", 2020),
    ("白杨街道政府信息公开工作情况年度总结报告", "白杨街道", None),
    ("白杨镇人民政府信息公开2020年年报", "白杨镇人民政府", 2020),
    ("青石区政府信息公开工作年度报告", "青石区", None),
    ("《白杨街道2020年政府信息公开工作年度报告》", "白杨街道", 2020),
    ("【年报】白杨街道2020年政府信息公开工作年度报告", "白杨街道", 2020),
    ("首页 > 年报 > 白杨街道2020年政府信息公开工作年度报告", "白杨街道", 2020),
    ("白杨街道2021年公布的2020年政府信息公开年报", None, 2020),
    ("街道办事处2020年政府信息公开工作年度报告", None, 2020),
    ("青石区会议中心2020年政府信息公开工作年度报告", "青石区会议中心", 2020),
    ("白楊街道2020年政府信息公開工作年度報告", "白杨街道", 2020),
]
NO_TITLES = [
    "",
    "白杨街道",
    "2020年工作总结",
    "根据条例的规定，现公布白杨街道2020年政府信息公开工作年度报告",
    "标题：白杨街道2020年政府信息公开工作年度报告",
    "法治政府建设年度报告",
    "2021年度企业年报公示",
    "现将白杨街道2020年度政府信息公开工作情况报告如下：",
    "现将白杨街道2020年度政府信息公开工作情况报告如下",
    "标题:白杨街道2020年政府信息公开工作年度报告",
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
    "政府信息公开工作年度报告格式模板",
    "關於2020年政府信息公開工作年度報告的通知",
    "漫画解读白杨街道2020年政府信息公开年报",
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


def test_a_signature_with_its_day_in_one_line() -> None:
    """Who signs with the day behind the name is the agency, and that is the day."""
    found = identify("2020年政府信息公开工作年度报告", SENTENCE, "青石区白杨街道办事处　　2021年1月17日")

    assert (found.agency, found.published) == ("青石区白杨街道办事处", date(2021, 1, 17))


def test_the_foot_of_a_page_signs_nothing() -> None:
    """Tools and the foot of the page below a signature do not hide it, and are none."""
    foot = ("打印 关闭", "返回顶部", "主办单位：青石区财政局", "网站标识码：9901010001", "版权所有 青石区人民政府")
    found = identify("2020年政府信息公开工作年度报告", SENTENCE, "白杨街道办事处", "2021年1月17日", *foot)

    assert (found.agency, found.published) == ("白杨街道办事处", date(2021, 1, 17))


@pytest.mark.parametrize(
    "sentence",
    [
        "本报告由青石区白杨街道编制，数据都在表里。",
        "本报告由青石区白杨街道根据条例的要求编制。",
        "根据条例，现将青石区白杨街道2020年度政府信息公开工作情况报告如下：",
        "如有疑问，请与青石区白杨街道党政办联系（地址：云亭路1号）。",
    ],
)
def test_a_sentence_names_the_agency(sentence: str) -> None:
    """Where neither title nor signature names the agency, the sentence on who wrote the report does."""
    assert identify("2020年政府信息公开工作年度报告", sentence, "一、总体情况", SENTENCE).agency == "青石区白杨街道"


@pytest.mark.parametrize("sentence", ["本报告由街道编制。", "本报告由我街道办事处编制。", "本报告由党政办公室编制。"])
def test_a_word_for_an_agency_is_none(sentence: str) -> None:
    """街道 alone names no agency."""
    assert identify("2020年政府信息公开工作年度报告", sentence).agency is None


@pytest.mark.parametrize(
    "lines",
    [
        ("索引号 | 123/2021-1 | 发布机构 | 白杨街道办事处 |", "公开日期 | 2021-01-29 | 文号 | 无"),
        ("索 引 号：", "123/2021-1", "发布机构：", "白杨街道办事处", "发布日期：", "2021-01-29", "组配分类：", "年报"),
        ("索引号：123/2021-1 公开主体：白杨街道办事处 发布日期：2021-01-29",),
        ("发布机构", "|", "白杨街道办事处", "|", "发布日期", "|", "2021-01-29"),
        ("来源：白杨街道办事处　发布时间：2021-01-29　浏览次数：7",),
    ],
)
@pytest.mark.parametrize("is_above", [True, False])
def test_particulars_in_lines(lines: tuple[str, ...], *, is_above: bool) -> None:
    """A table of particulars that has been flattened says publisher and day, above the title or below it."""
    title = ("2020年政府信息公开工作年度报告",)
    found = identify(*(lines + title if is_above else title + lines), "一、总体情况", SENTENCE)

    assert (found.agency, found.published) == ("白杨街道办事处", date(2021, 1, 29))


def test_particulars_in_a_table() -> None:
    """A table of particulars says publisher and day, each behind its label."""
    rows = [["索引号", "123/2021-1", "发布机构", "白杨街道办事处"], ["公开日期", "2021-01-29", "文号", "无"]]
    found = identify("2020年政府信息公开工作年度报告", SENTENCE, grids=[rows])

    assert (found.agency, found.published) == ("白杨街道办事处", date(2021, 1, 29))


def test_the_way_to_a_page_names_the_agency() -> None:
    """The street's own column names it where nothing else does; a column for all streets names none."""
    way = "当前位置：首页 > 政府信息公开 > {} > 2021"
    found, other = (
        identify(way.format(column), "2020年政府信息公开工作年度报告", SENTENCE) for column in ("白杨街道", "部门街道")
    )

    assert (found.agency, other.agency) == ("白杨街道", None)


def test_the_order_of_evidence() -> None:
    """The title's agency goes before the signature's, that before the author's, the publisher's and the column's."""
    title, signed = "甲街道2020年政府信息公开工作年度报告", ("乙街道", "2021年1月17日")
    bare, author = "2020年政府信息公开工作年度报告", "本报告由丙街道编制。"
    meta = {"ContentSource": "丁街道", "ColumnName": "戊街道"}

    agencies = [
        identify(title, author, *signed, **meta).agency,
        identify(bare, author, *signed, **meta).agency,
        identify(bare, author, **meta).agency,
        identify(bare, **meta).agency,
        identify(bare, ColumnName="戊街道").agency,
        identify(bare).agency,
    ]

    assert agencies == ["甲街道", "乙街道", "丙街道", "丁街道", "戊街道", None]


def test_the_name_of_the_site_above_a_title() -> None:
    """A government's name in the line above is the report's own, unless a street signs below: then it is the site's."""
    lines = ("青石区人民政府", "2020年政府信息公开工作年度报告", SENTENCE)

    own, streets = identify(*lines, "青石区人民政府办公室"), identify(*lines, "青石区白杨街道办事处")

    assert (own.title, own.agency) == ("青石区人民政府2020年政府信息公开工作年度报告", "青石区人民政府")
    assert (streets.title, streets.agency) == ("2020年政府信息公开工作年度报告", "青石区白杨街道办事处")


def test_lines_of_different_parts_of_a_page_are_no_title() -> None:
    """What stands in another part of the page is not joined to the title."""
    title = TextLine("2020年政府信息公开工作年度报告", "line 2", (1, 3, 6, 7))
    document = Document("html", (TextLine("青石区人民政府", "line 1", (1, 2, 4, 5)), title))

    assert find_identity(document, list(document.iter_lines()), DEFAULT_OPTIONS).agency is None


def test_a_related_report_below_is_not_this_one() -> None:
    """Names of other reports below the words of this one do not take its place, though they say more."""
    found = identify(
        "2020年政府信息公开工作年度报告",
        "（白杨街道）",
        SENTENCE,
        "相关链接",
        "红柳街道2019年政府信息公开工作年度报告",
        "白杨街道2020年政府信息公开工作年度报告解读",
    )

    assert (found.agency, found.year, found.is_false_friend) == ("白杨街道", 2020, False)


def test_words_of_look_alikes_in_a_menu() -> None:
    """A report stays one though its page's menu names notices, explanations and other yearly papers."""
    menu = (
        "首页",
        "政策解读",
        "通知公告",
        "法治政府建设年度报告",
        "白杨街道2019年政府信息公开年报解读",
        "政府信息公开年报",
    )

    found = identify(*menu, "白杨街道2020年政府信息公开工作年度报告", "一、总体情况", SENTENCE)

    assert (found.title, found.is_false_friend) == ("白杨街道2020年政府信息公开工作年度报告", False)


@pytest.mark.parametrize(
    "name",
    [
        "关于印发《政府信息公开工作年度报告格式》的通知",
        "青石区2022年上半年政府信息公开数据统计",
        "青石区2022年第一季度政务公开情况",
        "青石区人民政府网站工作年度报表（2022年度）",
        "青石区2022年法治政府建设年度报告",
        "青石区政府信息公开工作年度报告制度",
        "2022年上半年政府信息公開數據統計",
    ],
)
def test_another_paper_with_a_report_s_name_in_it(name: str) -> None:
    """A notice with its template, a half-year's figures and another yearly paper are none, though a title follows."""
    found = identify(
        name, SENTENCE, "附件", "某某街道2022年政府信息公开工作年度报告", "一、总体情况", "二、其他需要报告的事项"
    )

    assert found.is_false_friend


@pytest.mark.parametrize(
    ("title", "article", "is_false"),
    [
        ("文字解读：白杨街道2020年政府信息公开工作年度报告_青石区人民政府", None, True),
        ("青石区人民政府", "（图解）白杨街道2020年政府信息公开工作年度报告", True),
        ("一图读懂2020年政府信息公开年报", None, True),
        ("青石区2020年上半年政府信息公开数据统计-青石区人民政府", None, True),
        ("白杨街道2020年政府信息公开工作年度报告_通知公告_青石区人民政府", None, False),
        ("白杨街道2020年政府信息公开工作年度报告_政府信息公开年报解读_青石区人民政府", None, False),
        ("政策解读_青石区人民政府", None, False),
        ("政府信息公开年报-青石区人民政府", "白杨街道2020年政府信息公开工作年度报告", False),
    ],
)
def test_the_page_s_own_name(title: str, article: str | None, *, is_false: bool) -> None:
    """What the page calls itself tells a look-alike; the names of its columns do not."""
    meta = {"ArticleTitle": article} if article else {}

    found = identify("白杨街道2020年政府信息公开工作年度报告", SENTENCE, title=title, **meta)

    assert found.is_false_friend == is_false


def test_a_look_alike_under_the_name_of_its_column() -> None:
    """A name that says more than the column's bare one is the document's own, also where it is a look-alike's."""
    assert identify("政府信息公开年报", "（图解）白杨街道2020年政府信息公开工作年度报告", SENTENCE).is_false_friend


def test_the_page_s_own_name_says_more() -> None:
    """The page's own name gives what the line lacks, and the text still begins below the line."""
    name = "白杨街道2020年政府信息公开工作年度报告"

    found = identify("首页", "2020年政府信息公开工作年度报告", SENTENCE, ArticleTitle=name)

    assert (found.title, found.agency, found.end) == (name, "白杨街道", 2)


@pytest.mark.parametrize("line", ["2.成立工作领导小组办公室", "（三）推进镇", "加强基层办公室", "返回顶部"])
def test_a_line_that_only_ends_as_agencies_do(line: str) -> None:
    """The last line of a list is no signature."""
    assert identify("2020年政府信息公开工作年度报告", SENTENCE, line).agency is None


def test_a_name_in_pieces() -> None:
    """A page without a title in its text may say agency and year in the pieces of its own."""
    found = identify("一、总体情况", SENTENCE, title="白杨镇_2017年_某某县人民政府")

    assert (found.agency, found.year, found.district) == ("白杨镇", 2017, "某某县")


@pytest.mark.parametrize(
    ("lines", "year", "warnings"),
    [
        (("白杨街道政府信息公开工作年度报告", "统计期限自202011日至20201231日。"), 2020, ()),
        (("政府信息公开工作年度报告", "现将2020年度政府信息公开工作情况报告如下："), 2020, ()),
        (("政府信息公开工作年度报告", "2020年，街道修好了路。"), None, ()),
        (
            ("政府信息公开工作年度报告", "现公布2020年政府信息公开工作情况。", "2019年政府信息公开工作已报。"),
            None,
            ("the text speaks of reports on 2019 and 2020; no year is taken from it",),
        ),
        (
            ("白杨街道2020年政府信息公开工作年度报告", "统计期限自2019年1月1日起至2019年12月31日止。"),
            2020,
            ("the title says 2020, the period of the figures ends in 2019",),
        ),
    ],
)
def test_the_year(lines: tuple[str, ...], year: int | None, warnings: tuple[str, ...]) -> None:
    """The title's year goes before the period's, that before the text's; where they differ it is said."""
    found = identify(*lines)

    assert (found.year, found.warnings) == (year, warnings)


def test_a_long_way_to_the_period() -> None:
    """The period is found far inside a paragraph, and the length of it costs nothing."""
    paragraph = "好" * 5000 + "统计期限自2020年1月1日起至2020年12月31日止。" + "好" * 5000

    assert identify("政府信息公开工作年度报告", paragraph).year == 2020


@pytest.mark.parametrize(
    ("dates", "published", "warnings"),
    [
        (("发布时间：2021-03-01", "更新时间：2022-05-01"), date(2021, 3, 1), ()),
        (("发布时间：2020-12-31",), date(2020, 12, 31), ()),
        (
            ("发布时间：2023-03-01",),
            date(2023, 3, 1),
            ("published 2023-03-01, later than the year after 2020: perhaps posted again",),
        ),
        (
            ("成文日期：2019-01-01", "发布日期：2021-03-01"),
            date(2021, 3, 1),
            ("the page also says 2019-01-01, before the year of the report, 2020",),
        ),
        (
            ("发布日期：2019-01-01",),
            date(2019, 1, 1),
            ("published 2019-01-01, before the end of the year on which it reports, 2020",),
        ),
    ],
)
def test_days_that_do_not_fit_the_year(dates: tuple[str, ...], published: date, warnings: tuple[str, ...]) -> None:
    """A day before the report's year is passed over where a later one stands beside it; what does not fit is said."""
    found = identify("白杨街道2020年政府信息公开工作年度报告", *dates, SENTENCE)

    assert (found.published, found.warnings) == (published, warnings)


def test_a_day_in_the_report_s_own_words() -> None:
    """A day that a sentence far from title and end gives is not that of publication."""
    body = [SENTENCE] * 200
    body[100] = "时间：2020年5月1日"

    assert identify("白杨街道2020年政府信息公开工作年度报告", *body).published is None


def test_a_day_under_the_title() -> None:
    """A day alone under the title is that of publication."""
    found = identify("白杨街道2020年政府信息公开工作年度报告", "", "2021-01-29 10:19", *[SENTENCE] * 9)

    assert found.published == date(2021, 1, 29)


def test_the_earliest_of_page_and_signature() -> None:
    """Meta data, particulars and signature each give a day, and the earliest counts."""
    lines = (
        "白杨街道2020年政府信息公开工作年度报告",
        "发布时间：2021-02-20",
        SENTENCE,
        "白杨街道办事处",
        "2021年1月17日",
    )

    assert identify(*lines, PubDate="2021-03-01 09:00").published == date(2021, 1, 17)
    assert identify(*lines, PubDate="2021-01-10 09:00").published == date(2021, 1, 10)


def test_the_district_of_the_site() -> None:
    """A street's name without its district gets that of the site, by its name, its column, its number or its banner."""
    title = "柳影街道2020年政府信息公开工作年度报告"
    found = [
        identify(title, SiteName="宽城区人民政府"),
        identify(title, title=f"{title}_长春市宽城区人民政府门户网站"),
        identify(title, ContentSource="宽城区柳影街道"),
        identify("首页 > 宽城区 > 年报", title),
        identify("宽城区人民政府", "政府信息公开", title),
        identify(title, SiteIDCode="2201030001"),
    ]

    assert [(one.district, one.division) for one in found] == [("宽城区", "220103")] * 6


def test_no_district_where_the_page_contradicts_itself() -> None:
    """Two districts on one page are none; a zone's agency has none whatever the site says."""
    title = "柳影街道2020年政府信息公开工作年度报告"
    torn = identify(title, SiteName="宽城区人民政府", ContentSource="朝阳区柳影街道")
    zone = identify(
        "云亭经济开发区管委会2020年政府信息公开工作年度报告", SiteName="宽城区人民政府", SiteIDCode="2201030001"
    )

    assert (torn.district, torn.division, zone.district, zone.division) == (None, None, None, None)


def test_a_site_of_another_district() -> None:
    """The agency's own name goes before the site's number, and the contradiction is said."""
    found = identify("长春市宽城区柳影街道2020年政府信息公开工作年度报告", SiteIDCode="2201040001")

    assert (found.district, found.division) == ("宽城区", "220103")
    assert found.warnings == ("the agency is of 宽城区, the site's number 220104 is that of 朝阳区",)


def test_traditional_characters() -> None:
    """A report in traditional characters is read as any other, and its title stays as printed."""
    found = identify(
        "白楊街道2020年政府信息公開工作年度報告", "發佈時間：2021-01-20 瀏覽次數：12", "一、總體情況", SENTENCE,
    )  # fmt: skip

    assert (found.title, found.year, found.published) == (
        "白楊街道2020年政府信息公開工作年度報告", 2020, date(2021, 1, 20),
    )  # fmt: skip


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
