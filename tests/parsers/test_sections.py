import pytest

from parsers import Section, parse
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
]


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
    assert sections_of([heading, "好。"]) == [(key, heading, "好。")]


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
