import pytest

from parsers.figures import Figure, parse_figure, strip_outer

FIGURES: list[tuple[str, int | float, str | None]] = [
    ("0", 0, None),
    ("12", 12, None),
    ("007", 7, None),
    (" 　4\t", 4, None),
    ("\u200b5\ufeff", 5, None),
    ("１２", 12, None),
    ("1,234", 1234, None),
    ("１，２３４", 1234, None),
    ("11,398,889", 11398889, None),
    ("96171.6", 96171.6, None),
    ("０．５", 0.5, None),
    ("-3", -3, None),
    ("－３", -3, None),
    ("−3", -3, None),
    ("–3", -3, None),
    ("+19", 19, None),
    ("＋19", 19, None),
    ("减3", -3, None),
    ("减少3", -3, None),
    ("增3", 3, None),
    ("增加3件", 3, "件"),
    ("0件", 0, "件"),
    ("70487元", 70487, "元"),
    ("0.37万元", 0.37, "万元"),
    ("1.2亿元", 1.2, "亿元"),
    ("3件次", 3, "件次"),
    ("2人次", 2, "人次"),
    ("22（其中修订16件）", 22, None),
    ("22(其中修订16件)", 22, None),
    ("1,234.5万元（含税）", 1234.5, "万元"),
]
BLANKS = [
    "",
    " ",
    "　",
    "\u200b",
    "\xa0",
    "-",
    "—",
    "——",
    "－",
    "–",
    "−",
    "/",
    "／",
    "//",
    "\\",
    "无",
    "空",
    ".",
    "·",
    "_",
]
TEXTS = [
    "规章",
    "1 2",
    "1,23",
    "1,2345",
    "1.2.3",
    "1.",
    ".5",
    "5%",
    "约5",
    "5-6",
    "3/4",
    "12:30",
    "2021-02-20",
    "2020年",
    "第3项",
    "- 4 -",
    "-4-",
    "（5）",
    "3、",
    "1.属于国家秘密",
    "五",
    "零",
    "无此项",
    "暂无",
    "|",
    "件",
    "万元5",
    "++5",
    "--5",
    "5万",
    "1" * 61,
    "0x10",
    "1e5",
    "NaN",
    "inf",
]


@pytest.mark.parametrize(("raw", "value", "unit"), FIGURES)
def test_a_figure(raw: str, value: float, unit: str | None) -> None:
    """Signs, width, separators, units and notes of a figure are read."""
    assert parse_figure(raw) == Figure("figure", value, unit)


@pytest.mark.parametrize("raw", BLANKS)
def test_a_blank(raw: str) -> None:
    """Nothing, a dash, a stroke and the word for none are blanks, not zeros."""
    assert parse_figure(raw) == Figure("blank")


@pytest.mark.parametrize("raw", TEXTS)
def test_a_text(raw: str) -> None:
    """What is not one figure for certain is a text."""
    assert parse_figure(raw) == Figure("text")


@pytest.mark.parametrize(("raw", "kind"), [("12", int), ("12.0", float), ("1,234", int)])
def test_a_whole_number_stays_one(raw: str, kind: type) -> None:
    """A figure without decimals is an int, one with decimals is a float."""
    assert type(parse_figure(raw).value) is kind


@pytest.mark.parametrize("raw", ["5①", "5²", "10⁵", "①", "②"])
def test_a_sign_of_a_note_is_no_digit(raw: str) -> None:
    """Circled and raised digits number notes and items; they are no part of a figure, and none themselves."""
    assert parse_figure(raw).value in {None, 5, 10}


@pytest.mark.parametrize(
    ("text", "stripped"), [("\t　4 ", "4"), ("\ufeff\u200b 5\u00ad", "5"), ("本 年", "本 年"), ("\xa0\xa0", "")]
)
def test_outer_white_space(text: str, stripped: str) -> None:
    """Outer white space and what nobody sees are off, inner white space stays as printed."""
    assert strip_outer(text) == stripped
