import re

import pytest

from parsers import DEFAULT_OPTIONS, Section, parse
from parsers.chrome import clean_line, is_chrome, strip_counter
from parsers.document import TextLine
from parsers.sections import Parts, lines_to_parts
from tests.parsers.made import page_of, parse_text

TITLE = "白杨街道2020年政府信息公开工作年度报告"
SIX = [
    "总体情况",
    "主动公开政府信息情况",
    "收到和处理政府信息公开申请情况",
    "政府信息公开行政复议、行政诉讼情况",
    "存在的主要问题及改进情况",
    "其他需要报告的事项",
]
KEYS = [
    "overview",
    "proactive_disclosure",
    "requests",
    "review_and_litigation",
    "problems_and_improvements",
    "other_matters",
]
NUMBERS = "一二三四五六七八九"

SPELLINGS = [
    ("一、概述", "overview"),
    ("一 、总体情况", "overview"),
    ("一．总体情况", "overview"),
    ("二、行政机关主动公开政府信息情况", "proactive_disclosure"),
    ("二、政府信息主动公开情况", "proactive_disclosure"),
    ("二、主动公开政府信息工作情况", "proactive_disclosure"),
    ("二、主动公开政府信息的情况", "proactive_disclosure"),
    ("4、 主动公开政府信息情况", "proactive_disclosure"),
    ("三、依申请公开政府信息办理情况", "requests"),
    ("四、因政府信息公开工作被申请行政复议提起行政诉讼情况", "review_and_litigation"),
    ("六、行政复议、诉讼和举报投诉情况", "review_and_litigation"),
    ("五、政府信息公开工作存在的主要问题及改进情况", "problems_and_improvements"),
    ("五、存在问题及改进情况", "problems_and_improvements"),
    ("五、存在的主要问题及整改措施", "problems_and_improvements"),
    ("六、需要说明的其他事项", "other_matters"),
    ("六、其他需要汇报事项", "other_matters"),
    ("六、需要说明的事项与附表", "other_matters"),
    ("一、工作概况", "overview"),
    ("一、基本情况", "overview"),
    ("第一部分 总体情况", "overview"),
    ("第一部分、总体情况", "overview"),
    ("一 总体情况", "overview"),
    ("一总体情况", "overview"),
    ("## 一、总体情况", "overview"),
    ("**一、总体情况**", "overview"),
    ("| 一、总体情况 |", "overview"),
    ("一、总　体　情　况", "overview"),
    ("一、總體情況", "overview"),
    ("二、主動公開政府信息情況", "proactive_disclosure"),
    ("三、收到和處理政府信息公開申請情況", "requests"),
    ("三、依申请公开政府信息和不予公开政府信息的情况", "requests"),
    ("三、依申请公开情况", "requests"),
    ("四、政府信息公開行政複議、行政訴訟情況", "review_and_litigation"),
    ("五、因政府信息公开申请行政复议、提起行政诉讼的情况", "review_and_litigation"),
    ("四、行政复议和行政诉讼情况", "review_and_litigation"),
    ("五、政府信息公开工作存在的主要问题及改进措施", "problems_and_improvements"),
    ("五、存在的问题和下一步工作打算", "problems_and_improvements"),
    ("五、存在的主要問題及改進情況", "problems_and_improvements"),
    ("六、其它需要说明的事项", "other_matters"),
]


def parts_of(*lines: str, tables: frozenset[int] = frozenset(), start: int = 0) -> Parts:
    """Return the parts of lines of plain text."""
    return lines_to_parts([TextLine(line, "") for line in lines], tables, start, DEFAULT_OPTIONS)


def of(parts: Parts) -> list[tuple[str | None, str, str]]:
    """Return key, heading and text of each section."""
    return [(section.key, section.heading, section.text) for section in parts.sections]


def six(heads: str = NUMBERS, *, text: str = "话。") -> list[str]:
    """Return the lines of a report with the six sections."""
    return [line for number, words in zip(heads, SIX, strict=False) for line in (f"{number}、{words}", text)]


def sections_of(lines: list[str]) -> list[tuple[str | None, str, str]]:
    """Return the sections of a text under the title."""
    return [(section.key, section.heading, section.text) for section in parse_text("\n".join([TITLE, *lines])).sections]


@pytest.mark.parametrize(
    "write",
    [
        lambda number, words: f"{NUMBERS[number]}、{words}",
        lambda number, words: f"　　{NUMBERS[number]}、 {words}  ",
        lambda number, words: f"{NUMBERS[number]}．{words}",
        lambda number, words: f"{NUMBERS[number]}，{words}",
        lambda number, words: f"{number + 1}、{words}",
        lambda number, words: f"{number + 1}. {words}",
        lambda number, words: f"（{NUMBERS[number]}）{words}",
        lambda number, words: f"({number + 1}) {words}",
        lambda _number, words: words,
        lambda number, words: f"{number + 1}、{words}" if number < 4 else f"{NUMBERS[number]}、{words}",
    ],
    ids=["一、", "spaces", "一．", "一，", "1、", "1.", "（一）", "(1)", "none", "mixed"],
)
def test_headings_in_any_numbering(write: object) -> None:
    """The six headings are known by their words, however they are numbered."""
    headings = [write(number, words) for number, words in enumerate(SIX)]  # type: ignore[operator]

    sections = sections_of([line for number, heading in enumerate(headings) for line in (heading, f"话{number}。")])

    assert sections == [
        (key, heading.strip(), f"话{number}。")
        for number, (key, heading) in enumerate(zip(KEYS, headings, strict=True))
    ]


@pytest.mark.parametrize(("heading", "key"), SPELLINGS)
def test_a_heading_in_other_words(heading: str, key: str) -> None:
    """A heading is known by spellings that published reports have."""
    assert sections_of([heading, "好。"]) == [(key, heading.strip("#*| "), "好。")]


@pytest.mark.parametrize(
    "line",
    [
        "本报告包括总体情况，主动公开政府信息情况，其他需要报告的事项。",
        "一、总体情况。",
        "一、" + "总体情况" * 12,
        "总体情况良好",
        "（一）概况",
    ],
)
def test_a_sentence_is_no_heading(line: str) -> None:
    """What ends as a sentence, is too long or says more is no heading."""
    assert sections_of(["一、总体情况", line, "二、主动公开政府信息情况", "好。"]) == [
        ("overview", "一、总体情况", line),
        ("proactive_disclosure", "二、主动公开政府信息情况", "好。"),
    ]


def test_a_sentence_before_the_heading_takes_not_its_place() -> None:
    """A line that ends as a sentence is no heading, though it has the words of the one that follows."""
    report = parse_text(f"{TITLE}\n一、总体情况。\n一、总体情况\n好。")

    assert report.preamble == "一、总体情况。"
    assert report.sections == (Section("overview", "一、总体情况", "好。"),)


def test_headings_of_the_report_s_own() -> None:
    """A heading that is none of the six, numbered as they are, begins a section without a key."""
    lines = [
        "一、总体情况",
        "甲。",
        "二、工作亮点",
        "乙。",
        "三、主动公开政府信息情况",
        "（一）网站",
        "1、丙。",
        "八、改进措施",
        "丁。",
    ]

    assert sections_of(lines) == [
        ("overview", "一、总体情况", "甲。"),
        (None, "二、工作亮点", "乙。"),
        ("proactive_disclosure", "三、主动公开政府信息情况", "（一）网站\n1、丙。"),
        (None, "八、改进措施", "丁。"),
    ]


def test_sub_headings_with_the_words_of_a_heading() -> None:
    """Words of a main heading in a sub-heading, as first and as later ones, make no section."""
    lines = [
        "一、总体情况",
        "（一）概述",
        "甲。",
        "（二）主动公开政府信息情况",
        "乙。",
        "二、主动公开政府信息情况",
        "丙。",
    ]

    assert sections_of(lines) == [
        ("overview", "一、总体情况", "（一）概述\n甲。\n（二）主动公开政府信息情况\n乙。"),
        ("proactive_disclosure", "二、主动公开政府信息情况", "丙。"),
    ]


def test_what_comes_before_the_first_heading() -> None:
    """The words between title and first heading are the preamble."""
    report = parse_text(f"{TITLE}\n\n第一段。\n第二段。\n一、总体情况\n好。")

    assert (report.title, report.preamble) == (TITLE, "第一段。\n第二段。")


def test_the_page_around_a_report_is_no_part_of_it() -> None:
    """Counters, tools, menus, links to neighbours and the foot of the page are in no section."""
    page = page_of(
        TITLE,
        '<div class="nav"><p>一键直达</p></div><div><p>首页</p><a href="/">机构</a></div>'
        f'<div class="text"><h1>{TITLE}</h1><p>发布时间：2021-01-20 浏览次数：17</p><p>前言。</p>'
        "<h2>一、总体情况</h2><p>甲。</p><div class=share><p>一键转发</p></div>"
        "<p>字体：大 中 小</p><h2>二、主动公开政府信息情况</h2><p>乙。</p>"
        '<p>打印本页</p><p><a href="2">上一篇：别的报告</a></p></div><div class="footer"><p>版权所有：某某</p></div>',
    )

    report = parse(page.encode())

    assert report.preamble == "前言。"
    assert report.sections == (
        Section("overview", "一、总体情况", "甲。"),
        Section("proactive_disclosure", "二、主动公开政府信息情况", "乙。"),
    )


def test_a_counter_changes_nothing() -> None:
    """Two visits that differ in the page's counter give the same report."""
    pages = [
        page_of(
            TITLE,
            f"<div><h1>{TITLE}</h1><p>浏览次数：{count}</p><p>一、总体情况</p><p>甲。</p><p>二、其他需要报告的事项</p></div>",
        )
        for count in (7, 8)
    ]

    first, second = (parse(page.encode()) for page in pages)

    assert first == second


def test_rows_of_the_requests_are_no_headings() -> None:
    """一、本年新收… and 四、结转… are rows of a table, not sections."""
    table = "".join(
        f"<tr><td>{label}</td>{'<td>0</td>' * 7}</tr>"
        for label in ("一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量", "四、结转下年度继续办理")
    )
    page = page_of(
        TITLE,
        f"<h1>{TITLE}</h1><p>三、收到和处理政府信息公开申请情况</p><table>{table}</table><p>四、其他需要报告的事项</p>",
    )

    assert [section.heading for section in parse(page.encode()).sections] == [
        "三、收到和处理政府信息公开申请情况",
        "四、其他需要报告的事项",
    ]


@pytest.mark.parametrize(
    ("line", "heading", "text"),
    [
        ("一、总体情况 2020年，街道做了很多。", "一、总体情况", "2020年，街道做了很多。"),
        ("一、总体情况2020年，街道做了很多。", "一、总体情况", "2020年，街道做了很多。"),
        ("一、总体情况。2020年，街道做了很多。", "一、总体情况", "2020年，街道做了很多。"),
        ("一、总体情况：街道做了很多。", "一、总体情况", "街道做了很多。"),
        ("一、总体情况（一）主动公开。甲。", "一、总体情况", "（一）主动公开。甲。"),
        ("1、总体情况。街道做了很多。", "1、总体情况", "街道做了很多。"),
        ("一、总体 情况　街道做了很多。", "一、总体 情况", "街道做了很多。"),
        ("六、其他需要报告的事项。无。", "六、其他需要报告的事项", "无。"),
        ("六、其他需要报告的事项：无", "六、其他需要报告的事项", "无"),
        ("五、存在的主要问题 及改进情况 一是慢。", "五、存在的主要问题 及改进情况", "一是慢。"),
        ("一、总体情况。" + "好" * 3000 + "。", "一、总体情况", "好" * 3000 + "。"),
    ],
)
def test_a_heading_with_its_section_in_one_line(line: str, heading: str, text: str) -> None:
    """Where the section's first sentence follows in the heading's line, the heading is the official words alone."""
    parts = parts_of(line, "下一段。")

    assert [(section.heading, section.text) for section in parts.sections] == [(heading, f"{text}\n下一段。")]


@pytest.mark.parametrize(
    "line",
    [
        "（一）主动公开情况。2020年公开了很多。",
        "1.主动公开情况。2020年公开了很多。",
        "一是总体情况好。",
        "一、总体情况良好。",
    ],
)
def test_a_sub_heading_with_its_text_is_text(line: str) -> None:
    """A sub-heading with its sentence behind it begins no section, though it has a heading's words."""
    assert of(parts_of("一、总体情况", line, "三、收到和处理政府信息公开申请情况", "好。")) == [
        ("overview", "一、总体情况", line),
        ("requests", "三、收到和处理政府信息公开申请情况", "好。"),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ("三、收到和处理", "政府信息公开申请情况"),
        ("三、收到和处理", "", "政府信息公开申请情况"),
        ("三、", "收到和处理政府信息公开申请情况"),
        ("三、收到和处理", "政府信息公开", "申请情况"),
    ],
)
def test_a_heading_broken_over_lines(lines: tuple[str, ...]) -> None:
    """A heading broken over up to three lines is one heading, and none of its lines is text."""
    heading = "三、收到和处理政府信息公开申请情况"

    assert of(parts_of("二、主动公开政府信息情况", "甲。", *lines, "乙。")) == [
        ("proactive_disclosure", "二、主动公开政府信息情况", "甲。"),
        ("requests", heading, "乙。"),
    ]


def test_a_heading_whose_first_line_would_do() -> None:
    """A heading goes on in the next line where both together are the official words."""
    assert of(parts_of("五、存在的主要问题", "及改进情况", "慢。")) == [
        ("problems_and_improvements", "五、存在的主要问题及改进情况", "慢。")
    ]


@pytest.mark.parametrize("ending", ["", "………1", " ...... 1", "　1"])
def test_a_table_of_contents(ending: str) -> None:
    """The names of the sections in a table of contents are no headings; the real ones below are."""
    contents = [f"{number}、{words}{ending}" for number, words in zip(NUMBERS, SIX, strict=False)]

    parts = parts_of("目录", *contents, *six())

    assert [(section.key, section.text) for section in parts.sections] == [(key, "话。") for key in KEYS]
    assert parts_of(TITLE, "目录", *contents, *six(), start=1).preamble == "\n".join(["目录", *contents])


def test_a_section_of_its_own_in_a_table_of_contents() -> None:
    """Also a section of the report's own is headed by its last line, not by that of the table of contents."""
    heads = ["一、总体情况", "二、工作亮点", "三、其他需要报告的事项"]

    parts = parts_of(*heads, *(line for head in heads for line in (head, "话。")))

    assert [(section.heading, section.text) for section in parts.sections] == [(head, "话。") for head in heads]


def test_a_sub_heading_in_brackets_heads_no_section() -> None:
    """Where the main headings have no brackets, one in brackets counts only with the number that the form gives it."""
    lines = [
        "一、总体情况",
        "（一）主动公开情况",
        "甲。",
        "三、收到和处理政府信息公开申请情况",
        "（4）行政复议、行政诉讼情况",
        "乙。",
    ]

    assert of(parts_of(*lines)) == [
        ("overview", "一、总体情况", "（一）主动公开情况\n甲。"),
        ("requests", "三、收到和处理政府信息公开申请情况", ""),
        ("review_and_litigation", "（4）行政复议、行政诉讼情况", "乙。"),
    ]


def test_the_page_in_traditional_characters() -> None:
    """Counters and tools in traditional characters are of the page, too."""
    lines = [
        "一、總體情況",
        "甲。",
        "瀏覽次數：12",
        "發佈時間：2021-01-20",
        "二、主動公開政府信息情況",
        "乙。",
        "關閉窗口",
    ]

    assert [section.text for section in parts_of(*lines).sections] == ["甲。", "乙。"]


def test_numbering_that_begins_anew() -> None:
    """Sections of the report's own before the official ones stand with their text, though the numbering restarts."""
    own = ["一、党建引领", "甲。", "二、服务群众", "乙。"]

    assert of(parts_of(*own, *six()))[:3] == [
        (None, "一、党建引领", "甲。"),
        (None, "二、服务群众", "乙。"),
        ("overview", "一、总体情况", "话。"),
    ]


def test_headings_without_text_between_them() -> None:
    """Headings in a row, whose tables were pictures, are all there, each with nothing."""
    lines = [
        "一、总体情况",
        "好。",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "五、存在问题",
        "慢。",
    ]

    assert of(parts_of(*lines)) == [
        ("overview", "一、总体情况", "好。"),
        ("proactive_disclosure", "二、主动公开政府信息情况", ""),
        ("requests", "三、收到和处理政府信息公开申请情况", ""),
        ("problems_and_improvements", "五、存在问题", "慢。"),
    ]


@pytest.mark.parametrize(
    "row",
    [
        "一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量", "二、上年转结政府信息公开申请数量",
        "三、本年度办理结果", "四、结转下年度继续办理", "四、行政复议数量", "八、机构建设和保障经费情况", "三、",
    ],
)  # fmt: skip
def test_a_row_of_a_table_that_was_not_read(row: str) -> None:
    """A row that is numbered as a heading is none, also where its table could not be read."""
    assert of(parts_of("三、收到和处理政府信息公开申请情况", row, "0", "四、政府信息公开行政复议、行政诉讼情况")) == [
        ("requests", "三、收到和处理政府信息公开申请情况", f"{row}\n0"),
        ("review_and_litigation", "四、政府信息公开行政复议、行政诉讼情况", ""),
    ]


def test_lines_of_tables_are_in_no_section() -> None:
    """Lines of a table head nothing and are no text."""
    assert of(parts_of("一、总体情况", "一、本年新收", "0", "好。", tables=frozenset({1, 2}))) == [
        ("overview", "一、总体情况", "好。")
    ]


def test_narrative_headings() -> None:
    """The headings of the older reports go to the key that they correspond to, fees and annexes to none."""
    heads = [
        "一、概述",
        "二、主动公开政府信息的情况",
        "三、依申请公开政府信息办理情况",
        "四、政府信息公开的收费及减免情况",
        "五、因政府信息公开申请行政复议、提起行政诉讼的情况",
        "六、存在的主要问题及改进措施",
        "七、需要说明的事项与附表",
    ]

    parts = parts_of(*(line for head in heads for line in (head, "话。")))

    assert [section.key for section in parts.sections] == [*KEYS[:3], None, *KEYS[3:]]


CHROME = re.split(
    r";\s*",
    """浏览次数:; 浏览次数：12次; 浏览量:次; 点击数: 3; 访问量：12345; 阅读：7; 【字体：; [字体: ];
字体大小：大 中 小; 字号：; 【 默认 超大; 大 中 小; 打印; 打印整页; 【打印】【关闭】; 关闭窗口;
关闭本页; 收藏; 保存; 分享：; 分享到：; 微信 X; 扫一扫在手机打开当前页; 朗读; 下载Word; 下载PDF;
点击链接至图解版; 无障碍; 关怀版; 长者模式; 适老化; 智能问答; 繁體版; 登录 注册;
当前位置：首页 > 政务公开; 首页 > 政务公开 > 年报; 网站支持IPv6; 正文内容区域请使用tab按钮切换浏览;
上一篇：没有了; 下一篇：别的报告; 相关链接; 相关文章：; 版权所有：某某; 主办单位：某某;
京ICP备12345678号; 京公网安备 12345号; 网站标识码：9901010001; 返回顶部; 网站地图;
发布时间:2021-02-20   浏览次数:   【字体:; 来源：某某街道　作者：张三; - 4 -; — 4 —; -3-; 第 3 页;
Page 9 - 2020年报_某局; P. 9; Copyright 某某""",
)
WORDS = re.split(
    r";\s*",
    """阅读推广活动12场; 访问量达到3万次; 网站访问量：12345; 浏览器适配完成; 点击率提高，发布时间：每月一次;
打印机共享; 收藏家协会座谈; 来源地追溯; 时间安排合理; 时间：全年; 分享经验; 大力推进; 中心工作;
小微企业服务; 首页改版完成; 相关链接更新; 保存档案; 关闭违规账号3个; 微信公众号发布100条;
当前位置导航优化; 浏览次数：全年共12次。; 字体统一; 上一篇报告已说明。; 主办单位发文3件;
分享到村到户; 下载量12次; 登录人数上升; - 4 项 -; 联系电话：0123-4567; 地址：云亭路1号;
公开方式：主动公开; 名称：云亭路""",
)


@pytest.mark.parametrize("line", CHROME)
def test_a_line_of_the_page(line: str) -> None:
    """Counters, tools, neighbours and the foot of a page are in no section, wherever they stand."""
    assert is_chrome(TextLine(line, ""), DEFAULT_OPTIONS)
    assert of(parts_of("一、总体情况", line, "甲。", "二、主动公开政府信息情况", "乙。")) == [
        ("overview", "一、总体情况", "甲。"),
        ("proactive_disclosure", "二、主动公开政府信息情况", "乙。"),
    ]
    assert of(parts_of("一、总体情况", "甲。", line)) == [("overview", "一、总体情况", "甲。")]


@pytest.mark.parametrize("line", WORDS)
def test_a_line_of_the_report(line: str) -> None:
    """A line that merely begins with a word of the page's tools is the report's own."""
    assert of(parts_of("一、总体情况", line, "甲。")) == [("overview", "一、总体情况", f"{line}\n甲。")]


def test_what_follows_the_foot() -> None:
    """Below the foot of a page titles and names are not the report's; a sentence still is."""
    lines = [
        "一、总体情况",
        "甲。",
        "白杨街道办事处",
        "2021年1月17日",
        "上一篇：没有了",
        "白杨街道2019年政府信息公开年报",
        "市政府",
        "补一句。",
    ]

    assert of(parts_of(*lines)) == [("overview", "一、总体情况", "甲。\n白杨街道办事处\n2021年1月17日\n补一句。")]


def test_neighbours_above_the_report_cut_nothing() -> None:
    """The same words above the last heading end nothing."""
    assert of(parts_of("一、总体情况", "上一篇：没有了", "甲", "二、主动公开政府信息情况", "乙"))[0][2] == "甲"


def test_a_counter_behind_the_last_sentence() -> None:
    """A counter in the line of the last sentence is taken off it."""
    first, second = (of(parts_of("一、总体情况", f"没有了。 浏览次数：{count}")) for count in (7, 8))

    assert first == second == [("overview", "一、总体情况", "没有了。")]
    assert strip_counter("全年访问量：12次") == "全年访问量：12次"


def test_particulars_before_the_report() -> None:
    """The page's table of particulars is not in the preamble, its values are not either; the report's words are."""
    card = ["索 引 号：", "123/2021-1", "发布机构", "|", "白杨街道办事处", "文号 无文号", "发布日期：", "2021-01-29"]
    lines = [TITLE, *card, "前言。", "一、总体情况", "甲。"]

    assert parts_of(*lines, start=1).preamble == "前言。"


def test_a_title_below_the_report() -> None:
    """Where what was taken for the title stands below the headings, the sections are found above it."""
    assert of(parts_of("一、总体情况", "甲。", TITLE, start=3)) == [("overview", "一、总体情况", f"甲。\n{TITLE}")]


def test_what_converters_leave() -> None:
    """Bookmarks and invisible signs are in no line, and hide no heading."""
    assert clean_line("\u200b[bookmark: _GoBack]一、总体情况\ufeff ") == "一、总体情况"
    assert of(parts_of("\u200b[bookmark: _GoBack]一、总体情况", "甲\u200b。")) == [("overview", "一、总体情况", "甲。")]


def test_no_sentence_is_lost() -> None:
    """Every line of a report that is no heading stands in the preamble or in a section, in its order."""
    lines = [
        TITLE,
        "前言。",
        *(line for number, line in enumerate(six()) for line in (line, f"第{number}句。（一）其中。")),
    ]

    parts = parts_of(*lines, start=1)

    written = "\n".join([parts.preamble, *(f"{section.heading}\n{section.text}" for section in parts.sections)])
    assert written.split("\n") == lines[1:]


def test_very_many_lines_that_look_like_headings() -> None:
    """From a number of lines on that look like headings the rest is text, and nothing is lost."""
    lines = [f"一、事项{number}" for number in range(5000)]

    parts = parts_of("一、总体情况", *lines)

    assert sum(len(section.text.split("\n")) + 1 for section in parts.sections) >= len(lines)
