"""Texts that have lost, doubled or cut something: whatever is left, no cell has what is not its own."""

from itertools import chain

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from parsers import CellKey, ParserError, parse
from tests.parsers.made import (
    FORMS,
    cells_apart,
    distinct_figures,
    find_strangers,
    one_cell_a_line,
    parse_text,
    rows_apart,
    tab_led,
    tab_rows,
    write_report,
)

WRITERS = (one_cell_a_line, cells_apart, rows_apart, tab_led, tab_rows)
FIGURES = {form: distinct_figures(form) for form in FORMS}
WITH_BLANKS = {
    form: {key: "" if number % 4 == 1 else raw for number, (key, raw) in enumerate(figures.items())}
    for form, figures in FIGURES.items()
}
LINES = {
    (form, write.__name__, is_whole): write_report(form, write, (FIGURES if is_whole else WITH_BLANKS)[form])
    for form in FORMS
    for write in WRITERS
    for is_whole in (True, False)
}
WHOLE = st.sampled_from([key for key in LINES if key[2]])
ANY = st.sampled_from(list(LINES))
PLACES = st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=40)
FEW = settings(max_examples=40, derandomize=True, deadline=None, database=None)


def figures_of(text: tuple[str, str, bool]) -> dict[CellKey, str]:
    """Return the figures that a text was made of."""
    return (FIGURES if text[2] else WITH_BLANKS)[text[0]]


def kind_of(line: str) -> str:
    """Return what a line is one of."""
    if not line:
        return "blanks"
    return "figures" if line.isdigit() else "labels"


def pick(lines: list[str], places: list[float], kind: str) -> set[int]:
    """Return the numbers of some lines: of `figures`, of `labels`, of `blanks`."""
    stripped = [(number, line.strip()) for number, line in enumerate(lines)]
    numbers = [number for number, line in stripped if kind_of(line) == kind]
    return {numbers[int(place * len(numbers))] for place in places} if numbers else set()


def without(lines: list[str], lost: set[int]) -> list[str]:
    """Return the lines that are not lost."""
    return [line for number, line in enumerate(lines) if number not in lost]


def doubled(lines: list[str], twice: set[int]) -> list[str]:
    """Return the lines, some of them twice."""
    return list(chain.from_iterable([line] * (2 if number in twice else 1) for number, line in enumerate(lines)))


@FEW
@given(ANY, PLACES)
def test_figures_lost(text: tuple[str, str, bool], places: list[float]) -> None:
    """Where figures are lost, the others of their row are not moved."""
    lines = without(LINES[text], pick(LINES[text], places, "figures"))

    assert find_strangers(parse_text(lines), figures_of(text)) == []


@FEW
@given(ANY, PLACES)
def test_labels_lost(text: tuple[str, str, bool], places: list[float]) -> None:
    """Where labels are lost, their figures go to no neighbour."""
    lines = without(LINES[text], pick(LINES[text], places, "labels"))

    assert find_strangers(parse_text(lines), figures_of(text)) == []


@FEW
@given(ANY, PLACES)
def test_blank_lines_lost(text: tuple[str, str, bool], places: list[float]) -> None:
    """Where blank lines and empty cells are lost, no figure moves into their places."""
    lines = without(LINES[text], pick(LINES[text], places, "blanks"))

    assert find_strangers(parse_text(lines), figures_of(text)) == []


@FEW
@given(ANY, PLACES)
def test_labels_doubled(text: tuple[str, str, bool], places: list[float]) -> None:
    """A label that stands twice has its figures once."""
    lines = doubled(LINES[text], pick(LINES[text], places, "labels"))

    assert find_strangers(parse_text(lines), figures_of(text)) == []


@FEW
@given(WHOLE, PLACES)
def test_figures_doubled(text: tuple[str, str, bool], places: list[float]) -> None:
    """A figure that stands twice does not push the others out of their cells."""
    lines = doubled(LINES[text], pick(LINES[text], places, "figures"))

    assert find_strangers(parse_text(lines), figures_of(text)) == []


@FEW
@given(ANY, st.floats(0, 1), st.floats(0, 1))
def test_a_text_cut_at_both_ends(text: tuple[str, str, bool], start: float, end: float) -> None:
    """What is left of a text between any two lines has no figure in a wrong cell."""
    lines = LINES[text]
    lines = ["", *lines[int(start * len(lines) * 0.9) : int((0.1 + end) * len(lines))], "。"]

    assert find_strangers(parse_text(lines), figures_of(text)) == []


@FEW
@given(WHOLE)
def test_each_line_once(text: tuple[str, str, bool]) -> None:
    """Where every line that had stood before is left out, no figure stands in a wrong cell."""
    assert find_strangers(parse_text(list(dict.fromkeys(LINES[text]))), figures_of(text)) == []


@FEW
@given(WHOLE, PLACES, st.sampled_from(["— 3 —", "- 12 -", "第 4 页", "浏览次数：", "\f", "。", "年报"]))
def test_foreign_lines(text: tuple[str, str, bool], places: list[float], foreign: str) -> None:
    """A line of the page's own between the cells moves no figure."""
    lines = list(LINES[text])
    for place in places:
        lines.insert(int(place * len(lines)), foreign)

    assert find_strangers(parse_text(lines), figures_of(text)) == []


@settings(FEW, phases=(Phase.generate,), max_examples=150)
@given(ANY, st.floats(0, 1, exclude_max=True), st.integers(1, 30))
def test_a_run_of_lines_lost(text: tuple[str, str, bool], place: float, count: int) -> None:
    """Where a run of lines is lost, the row that it began in and the row that it ended in do not become one."""
    lines = LINES[text]
    at = int(place * len(lines))

    assert find_strangers(parse_text(lines[:at] + lines[at + count :] or ["。"]), figures_of(text)) == []


@FEW
@given(ANY, st.binary(max_size=40), st.floats(0, 1), st.integers(0, 60))
def test_bytes_torn(text: tuple[str, str, bool], put_in: bytes, place: float, lost: int) -> None:
    """Bytes lost or put in anywhere make a report or a named error, nothing else."""
    body = "\n".join(LINES[text]).encode()
    at = int(place * len(body))

    try:
        parse(body[:at] + put_in + body[at + lost :])
    except ParserError as error:
        assert str(error)  # noqa: PT017 - either way is right


@settings(FEW, max_examples=250)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.builds(
            bytes.__add__, st.sampled_from([b"<html>", b"<table><tr><td>", b"\xff\xfe", b"\xef\xbb\xbf"]), st.binary()
        ),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.lists(
            st.sampled_from(
                [
                    "<table>",
                    "</table>",
                    "<tr>",
                    "<td colspan=9>",
                    "<td rowspan=0>",
                    "</td>",
                    "<p>",
                    "<br>",
                    "<!--",
                    "<pre>",
                    "规章",
                    "0",
                    "\n",
                    "\t",
                    "一、总体情况",
                    "1、",
                    "（1）",
                    "2020年",
                    "政府信息公开年报",
                    "</html>",
                    "<title>",
                    "<a>",
                ]
            ),
            max_size=40,
        ).map(lambda pieces: "".join(pieces).encode()),
    ),
    st.sampled_from(
        [None, "", "text/html", "text/html; charset=gbk", "text/plain; charset=x", "charset=big5", ";;charset=''"]
    ),
)
def test_any_bytes(body: bytes, content_type: str | None) -> None:
    """Any bytes under any label make a report, which JSON can hold, or a named error."""
    try:
        report = parse(body, content_type)
    except ParserError as error:
        assert str(error)  # noqa: PT017 - either way is right
    else:
        assert len({cell.key for cell in report.cells}) == len(report.cells)
