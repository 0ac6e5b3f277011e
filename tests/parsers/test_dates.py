from datetime import date

import pytest

from parsers.dates import (
    Period,
    find_period,
    fold,
    is_date_label,
    iter_stated_years,
    parse_date,
    parse_labelled_date,
    parse_lone_date,
    split_signature,
)

DAY = date(2021, 1, 29)


@pytest.mark.parametrize(
    "text",
    [
        "2021-01-29",
        "2021-1-29 10:19:05",
        "2021/01/29",
        "2021.1.29",
        "2021年01月29日",
        "２０２１年１月２９日",
        "20210129",
        "2021-01-29T10:19:05+08:00",
        " 2021 年 1 月 29 日",
    ],
)
def test_a_day(text: str) -> None:
    """A day in any of the usual spellings, the hour behind it or not."""
    assert parse_date(text) == DAY


@pytest.mark.parametrize(
    "text", ["", "2021-13-01", "2021-02-30", "2021", "1611890000000", "第2021-01-29号", "2021-01-291"]
)
def test_no_day(text: str) -> None:
    """What is no day of the calendar, or begins as something else, is none."""
    assert parse_date(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "2021年1月29日",
        "（2021年1月29日）",
        "(2021-01-29)",
        "2021-01-29 10:19",
        "二〇二一年一月二十九日",
        "二O二一年一月二十九日",
        "（二○二一年一月二十九日）",
        "２０２１年１月２９日",
        "[2021-01-29]",
    ],
)
def test_a_day_alone(text: str) -> None:
    """A line that is a day and nothing else says it, also in Chinese numerals."""
    assert parse_lone_date(text) == DAY


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("二〇二一年元月一日", date(2021, 1, 1)),
        ("二〇二一年十月十日", date(2021, 10, 10)),
        ("二〇二一年十二月三十一日", date(2021, 12, 31)),
        ("二〇二一年二月三十日", None),
        ("2021年1月29日起施行", None),
        ("自2021年1月29日", None),
        ("2021年1月29日至2021年2月1日", None),
    ],
)
def test_days_in_words(text: str, day: date | None) -> None:
    """Chinese numerals are read to the last day of a year; more words than the day make no day."""
    assert parse_lone_date(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "发布时间:2021-01-29",
        "发布日期： 2021-01-29 10:19",
        "更新日期:2021-01-29   浏览次数:12",
        "时间：2021年01月29日 15:52",
        "日期:2021/1/29",
        "来源：某某局　　发布时间：2021-01-29　　字体：大 中 小",
        "【发布日期】2021-01-29",
        "发 布 日 期：2021-01-29",
        "发布日期 | 2021-01-29",
        "| 索引号 | 123/2021-1 | 公开日期 | 2021-01-29 |",
        "2021年01月29日来源:1",
        "2021-01-29 10:19 浏览次数：3",
        "成文日期  2021.01.29",
        "發佈時間：2021-01-29",
        "发布时间：2021-01-29 - 某某网",
    ],
)
def test_a_day_by_its_name(text: str) -> None:
    """A line that calls a day that of publication says it, as does a day at the head of a line before the source."""
    assert parse_labelled_date(text) == DAY


@pytest.mark.parametrize(
    "text",
    [
        "统计时间：2021年1月29日",
        "时间：2021年1月29日至2021年12月31日",
        "日期：2021-01-29—2021-02-01",
        "施行日期：2021-01-29",
        "有效日期：2021-01-29",
        "发布时间：",
        "2021年1月29日，召开会议",
        "建成时间：2021-01-29",
        "发布时间：2021-02-30",
    ],
)
def test_a_day_of_something_else(text: str) -> None:
    """A period, and a day with another name, is not that of publication."""
    assert parse_labelled_date(text) is None


@pytest.mark.parametrize(
    ("text", "is_label"),
    [
        ("发布日期：", True),
        ("【公开日期】", True),
        ("| 发布时间 |", True),
        ("日期", True),
        ("统计日期", False),
        ("发布", False),
    ],
)
def test_a_name_of_a_day(text: str, *, is_label: bool) -> None:
    """A cell or a line may hold the name of the day alone."""
    assert is_date_label(text) == is_label


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("统计期限自2020年1月1日起至2020年12月31日止", Period(2020, 2020)),
        ("统计期限为２０２０年０１月０１日－２０２０年１２月３１日", Period(2020, 2020)),
        ("统计时限：2020年1月1日至12月31日", Period(2020, 2020)),
        ("自 2020 年 1 月 1 日 起 至 2020 年 12 月 31 日", Period(2020, 2020)),
        ("统计期限自202011日至20201231日", Period(2020, 2020)),
        ("20221月1日至202212月31日", Period(2022, 2022)),
        ("自2020年5月8日起至2020年12月31日止", Period(2020, 2020)),
        ("自2019年1月1日至2020年12月31日", Period(2019, 2020)),
        ("2020年1月至12月", Period(2020, 2020)),
        ("数据核定时间点为2020年12月31日", Period(2020, 2020)),
        ("截至2020年12月31日", Period(2020, 2020)),
        ("2020年12月31日召开会议", None),
        ("2020年1月1日起施行", None),
        ("国办公开办函〔202130号", None),
    ],
)
def test_a_period(text: str, period: Period | None) -> None:
    """The period of the figures is known in all its wordings, also where signs between the digits are lost."""
    assert find_period(text) == period


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("现将2020年度政府信息公开工作情况报告如下", [2020]),
        ("现公布2020年我街政务公开情况", [2020]),
        ("2019年政府信息公开工作已报，今报2020年政府信息公开工作", [2019, 2020]),
        ("2020年，街道修好了路", []),
    ],
)
def test_years_of_which_a_text_speaks(text: str, years: list[int]) -> None:
    """A year counts where the text says that it reports on it."""
    assert list(iter_stated_years(text)) == years


@pytest.mark.parametrize(
    ("text", "name", "day"),
    [
        ("白杨街道办事处　　2021年1月29日", "白杨街道办事处", DAY),
        ("白杨街道办事处（2021年1月29日）", "白杨街道办事处", DAY),
        ("白杨街道办事处", "白杨街道办事处", None),
        ("2021年1月29日", "", DAY),
    ],
)
def test_a_signature_with_its_day(text: str, name: str, day: date | None) -> None:
    """The day behind a signature in the same line is taken off it."""
    assert split_signature(text) == (name, day)


def test_folding() -> None:
    """Width and the traditional signs of official words are folded, other signs stay."""
    assert fold("２０２０年行政訴訟、發佈時間：鑫") == "2020年行政诉讼、发布时间:鑫"
