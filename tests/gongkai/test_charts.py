import re
from dataclasses import replace

import pytest
from lxml import etree

from gongkai.web.charts import Chart, Kind, Series, Words, chart_to_csv, chart_to_svg, find_scale

SVG = "{http://www.w3.org/2000/svg}"
NEW = Words("新收", "New")
GRANTED = Words("予以公开", "Granted")


def make_chart(*series: Series, kind: Kind = "bars") -> Chart:
    """Make a chart of three years."""
    return Chart(Words("申请", "Requests"), Words("件", "items"), ("2019", "2020", "2021"), series, kind)


FULL = make_chart(Series(NEW, (12, None, 54973)), Series(GRANTED, (3, 0, 7), frozenset({2})))


def list_texts(svg: bytes, name: str | None = None) -> list[str]:
    """Return the texts of a picture, or those of one class."""
    found = etree.fromstring(svg).iter(f"{SVG}text")
    return ["".join(text.itertext()) for text in found if name is None or name in (text.get("class") or "").split()]


@pytest.mark.parametrize("is_narrow", [False, True])
@pytest.mark.parametrize("kind", ["bars", "stacked", "lines"])
def test_a_chart_runs_nothing_and_asks_for_nothing(kind: Kind, *, is_narrow: bool) -> None:
    """No script, no link, no address but the names of XML, no mark of whoever drew it."""
    svg = chart_to_svg(replace(FULL, kind=kind), is_narrow=is_narrow)

    root = etree.fromstring(svg)
    assert not [one for one in root.iter() if not isinstance(one.tag, str) or not one.tag.startswith(SVG)]
    assert {etree.QName(one).localname for one in root.iter()} <= {
        *("svg", "g", "rect", "path", "circle", "text", "title", "desc", "style")
    }
    assert not [name for one in root.iter() for name in one.attrib if "href" in name or name.startswith("on")]
    assert re.findall(rb"[a-z]+://[^\s\"<]+", svg) == [b"http://www.w3.org/2000/svg"]
    assert not re.search(rb"@import|url\(|javascript|pygal", svg)


def test_the_same_chart_is_the_same_bytes() -> None:
    """Nothing of the moment or of chance is in a picture."""
    assert chart_to_svg(FULL) == chart_to_svg(FULL)


@pytest.mark.parametrize("kind", ["bars", "lines"])
def test_every_figure_is_printed_and_none_is_made_up(kind: Kind) -> None:
    """The figures stand in the picture, one inferred with its mark; where there is none, none is printed."""
    texts = list_texts(chart_to_svg(replace(FULL, kind=kind)), "value")

    assert sorted(texts) == sorted(["12", "54,973", "3", "0", "7*"])


def test_a_line_is_broken_where_there_is_no_figure() -> None:
    """A line does not lead over a year without a figure as if it were known."""
    svg = chart_to_svg(replace(FULL, kind="lines"))

    series = [one for one in etree.fromstring(svg).iter(f"{SVG}g") if (one.get("class") or "").startswith("series")]
    drawn = ["".join(path.get("d", "") for path in one.iter(f"{SVG}path")) for one in series]
    assert [len(re.findall("[ML]", path)) > 1 and path.count("M") for path in drawn if path][-1] == 1
    assert "M" not in drawn[0] or drawn[0].count("M") > 1 or drawn[0].count("L") == 0


def test_a_chart_says_in_words_what_it_shows() -> None:
    """Title and description name every figure, for whoever does not see the picture."""
    root = etree.fromstring(chart_to_svg(FULL))

    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "title desc"
    assert root.findtext(f"{SVG}title") == "申请 · Requests"
    assert root.findtext(f"{SVG}desc") == (
        "新收 New: 2019 12; 2020 没有数字 no figure; 2021 54,973 · "
        "予以公开 Granted: 2019 3; 2020 0; 2021 7 推得 inferred"
    )


def test_notes_stand_only_where_they_are_meant() -> None:
    """What is inferred and what is not there is said, and nothing is said where all is printed."""
    said = "".join(list_texts(chart_to_svg(FULL), "soft"))
    plain = "".join(list_texts(chart_to_svg(make_chart(Series(NEW, (1, 2, 3)))), "soft"))

    assert ("推得" in said, "空白处没有数字" in said) == (True, True)
    assert ("推得" in plain, "空白处没有数字" in plain) == (False, False)


def test_a_chart_without_any_figure_says_so() -> None:
    """A chart of nothing is no empty frame."""
    assert "没有数字 No figures" in list_texts(chart_to_svg(make_chart(Series(NEW, (None, None, None)))))


def test_small_parts_of_a_bar_leave_their_figures_to_the_table() -> None:
    """Figures that would lie on each other are left out of the picture, and the note says where they are."""
    chart = make_chart(Series(NEW, (100, 90, 80)), Series(GRANTED, (1, 40, 0)), kind="stacked")

    svg = chart_to_svg(chart)

    assert sorted(filter(None, list_texts(svg, "value"))) == ["100", "40", "80", "90"]
    assert any("CSV" in text for text in list_texts(svg, "soft"))


def test_a_hostile_text_is_a_text() -> None:
    """Markup and characters that XML has not are shown as text, never as more than that."""
    evil = Words("<script>alert(1)</script>\x00", "</text><a href='x'>")
    chart = Chart(evil, evil, ("<b>\x07", "&amp;"), (Series(evil, (1, 2)), Series(evil, (1, 2))))

    root = etree.fromstring(chart_to_svg(chart))

    assert not list(root.iter(f"{SVG}script", f"{SVG}a"))
    assert root.findtext(f"{SVG}title", "").startswith("<script>alert(1)</script>\ufffd")


def test_a_table_behind_a_chart_keeps_what_is_not_there_empty() -> None:
    """A line a label; no figure is an empty place; what is inferred is named."""
    assert chart_to_csv(FULL).decode("utf-8-sig").splitlines() == [
        ",新收 New (件 items),予以公开 Granted (件 items),推得 inferred",
        "2019,12,3,",
        "2020,,0,",
        "2021,54973,7,予以公开",
    ]


def test_a_table_behind_a_chart_holds_no_formula() -> None:
    """A text that a spreadsheet would run is marked as text, and the file says that it is UTF-8."""
    evil = Words("=1+1", "x")
    body = chart_to_csv(Chart(evil, evil, ("@SUM(A1)",), (Series(evil, (-5,), frozenset({0})),)))

    assert body.startswith(b"\xef\xbb\xbf")
    assert body.decode("utf-8-sig").splitlines() == [",'=1+1 x (=1+1 x),推得 inferred", "'@SUM(A1),-5,'=1+1"]


@pytest.mark.parametrize("heights", [[0], [1], [3, 54], [0.01], [99999], [12.25, 0.5], [-3, 4], []])
def test_a_scale_is_round_and_holds_all(heights: list[float]) -> None:
    """The grid begins at nought or below, rises evenly, and the plot is at least as high as the highest figure."""
    scale = find_scale(heights)

    steps = {round(after - before, 9) for before, after in zip(scale.lines, scale.lines[1:], strict=False)}
    assert len(steps) == 1
    assert scale.lines[0] <= min([*heights, 0])
    assert scale.top >= max([*heights, 0])
    assert 2 <= len(scale.lines) <= 7


def test_a_row_of_another_length_is_refused() -> None:
    """A figure is never drawn at another label than its own."""
    with pytest.raises(ValueError, match="2 figures for 3 labels"):
        make_chart(Series(NEW, (1, 2)))
