"""Charts as SVG, drawn by pygal, and the figures behind them as CSV.

A chart runs no script and asks for nothing: it is one file that looks the same wherever it is shown.
"""

import csv
import io
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Any, Literal, NamedTuple

from gongkai.proof.check import guard
from gongkai.web.chart_frame import Frame, Words, dress

__all__ = [
    "Chart",
    "Kind",
    "Series",
    "Words",
    "chart_to_csv",
    "chart_to_svg",
    "describe",
    "find_scale",
    "format_figure",
]

_STEPS = (1, 2, 5, 10)
_MOST_LINES = 5
"""At most so many lines of the grid above nought."""
_HEADROOM = 1.08
"""The tallest bar ends so far below the edge that its figure fits above it."""
_TURNED_HEADROOM = 1.22
"""The same where figures stand upright."""
_DIGIT = 6.2
"""Width of a digit of a printed figure, in pixels."""
_LETTER = 14
"""Height of a printed figure with the space around it, in pixels."""
_WIDEST = 150
"""Width of the bars of one label, at most."""
_LOWEST_PLOT = 200
"""A plot is at least about so high, in pixels."""
_FILLED = 0.72
"""The part of the plot's width that bars fill; the rest stands between them."""

Kind = Literal["bars", "stacked", "lines"]


@dataclass(frozen=True, slots=True)
class Series:
    """One row of figures, one for each label; None where there is no figure. `inferred` are places in `values`."""

    name: Words
    values: tuple[float | None, ...]
    inferred: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart shows. `unit` is what its figures count; `note` is one sentence below it."""

    title: Words
    unit: Words
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    kind: Kind = "bars"
    note: Words | None = None

    def __post_init__(self) -> None:
        """Refuse rows that have not one figure for each label."""
        for one in self.series:
            if len(one.values) != len(self.labels):
                raise ValueError(f"{one.name.zh}: {len(one.values)} figures for {len(self.labels)} labels")


class Scale(NamedTuple):
    """The lines of the grid, and where the plot ends."""

    lines: tuple[float, ...]
    top: float


def chart_to_svg(chart: Chart, *, is_narrow: bool = False) -> bytes:
    """Return the picture, the same bytes for the same chart; `is_narrow` for a phone, taller and with wider letters."""
    frame = Frame.of(
        chart.title, chart.unit, [one.name for one in chart.series], list(_iter_notes(chart)), is_narrow=is_narrow
    )
    is_turned = _is_crowded(chart, frame)
    scale = find_scale(_list_heights(chart), _TURNED_HEADROOM if is_turned else _HEADROOM)
    drawn = _draw(chart, frame, scale)
    return dress(drawn, frame, describe(chart), _find_shift(chart, is_turned=is_turned))


def _find_shift(chart: Chart, *, is_turned: bool) -> Literal["upright", "above", "none"]:
    return "upright" if is_turned else "above" if chart.kind == "lines" else "none"


def _draw(chart: Chart, frame: Frame, scale: Scale) -> Any:  # noqa: ANN401 - pygal has no types
    """Return the tree of elements that pygal makes of the plot itself; all around it is ours."""
    pygal = _import_pygal()
    from pygal.style import Style  # noqa: PLC0415 - as above

    kinds = {"bars": pygal.Bar, "stacked": pygal.StackedBar, "lines": pygal.Line}
    made = kinds[chart.kind](
        width=frame.width, height=frame.height, margin_top=frame.top, margin_bottom=frame.bottom,
        margin_left=frame.side, margin_right=frame.side + _spare_width(chart, frame), js=[],
        show_legend=False, print_values=True, print_values_position="top" if chart.kind == "bars" else "center",
        print_zeroes=True, value_formatter=format_figure, range=(scale.lines[0], scale.top), dots_size=3.5,
        allow_interruptions=True, no_data_text="没有数字 No figures",
        style=Style(value_font_size=0 if chart.kind == "lines" else _LETTER),
    )  # fmt: skip
    made.x_labels = [frame.clean(label) for label in chart.labels]
    made.y_labels = [{"value": line, "label": format_figure(line)} for line in scale.lines]
    least = _find_least(chart)
    for one in chart.series:
        made.add("", [_to_point(value, place in one.inferred, least) for place, value in enumerate(one.values)])
    return made.render_tree()


def _import_pygal() -> Any:  # noqa: ANN401 - pygal has no types
    """Return pygal, without the finder of maps that it puts before every import to come (Python warns of its kind)."""
    import pygal  # noqa: PLC0415 - takes a while, and most pages draw nothing

    sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != pygal.__name__]
    return pygal


def _to_point(value: float | None, is_inferred: bool, least: float | None) -> object:  # noqa: FBT001 - a kind of point
    """Return a point as pygal takes it; a part of a bar that is lower than `least` has no room for its figure."""
    if value is not None and least is not None and value < least:
        return {"value": value, "formatter": _format_nothing}
    return {"value": value, "node": {"class": "guess"}, "formatter": _format_guess} if is_inferred else value


def _spare_width(chart: Chart, frame: Frame) -> float:
    """Return what is left beside few bars, so that none is a wall."""
    return max(0.0, frame.plot_width - _WIDEST * len(chart.labels)) if chart.kind != "lines" else 0.0


def _find_least(chart: Chart) -> float | None:
    """Return how much a part of a bar stands for that has just room for its figure, None where bars have no parts."""
    return max(_list_heights(chart), default=0) * _LETTER / _LOWEST_PLOT if chart.kind == "stacked" else None


def _list_heights(chart: Chart) -> list[float]:
    if chart.kind == "stacked":
        columns = zip(*(one.values for one in chart.series), strict=True)
        return [sum(value or 0 for value in column) for column in columns]
    return [value for one in chart.series for value in one.values if value is not None]


def find_scale(heights: Sequence[float], headroom: float = _HEADROOM) -> Scale:
    """Return round lines from nought (or from below it) to the highest figure; whole ones where all figures are.

    >>> find_scale([3, 0]), find_scale([]).lines, find_scale([0.4]).lines
    (Scale(lines=(0, 1, 2, 3), top=3.24), (0, 1), (0.0, 0.1, 0.2, 0.3, 0.4))
    """
    highest, lowest = max([*heights, 0]), min([*heights, 0])
    span = (highest - lowest) or 1
    size = 10.0 ** floor(log10(span / _MOST_LINES))
    step = next(one * size for one in _STEPS if span / (one * size) <= _MOST_LINES)
    is_whole = all(float(height).is_integer() for height in heights)
    step = max(1, round(step)) if is_whole else step
    first, last = floor(round(lowest / step, 6)), max(1, floor(round(highest / step, 6)))
    lines = tuple(number * step if is_whole else round(number * step, 9) for number in range(first, last + 1))
    return Scale(lines, max(highest * headroom, lines[-1]))


def _is_crowded(chart: Chart, frame: Frame) -> bool:
    """Whether the printed figures are wider than their bars, so that they have to stand upright."""
    bars = len(chart.labels) * (len(chart.series) if chart.kind == "bars" else 1)
    longest = max((len(format_figure(value)) for one in chart.series for value in one.values), default=0)
    return chart.kind == "bars" and longest * _DIGIT > frame.plot_width * _FILLED / max(bars, 1)


def format_figure(value: float | None) -> str:
    """Return a figure as it is printed in a chart.

    >>> format_figure(54973), format_figure(2.50), format_figure(None)
    ('54,973', '2.5', '')
    """
    if value is None:
        return ""
    return f"{value:,.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"


def _format_nothing(value: float | None) -> str:
    return ""


def _format_guess(value: float | None) -> str:
    return f"{format_figure(value)}*"


def _iter_notes(chart: Chart) -> Iterator[Words]:
    if any(one.inferred for one in chart.series):
        yield Words("* 原文缺失、由合计推得", "lost in the text, inferred from the sums")
    if any(value is None for one in chart.series for value in one.values):
        yield Words("空白处没有数字，不是 0", "no figure where nothing is drawn; that is not 0")
    least = _find_least(chart)
    if least and any(value and value < least for one in chart.series for value in one.values):
        yield Words("很小的部分不印数字，见 CSV", "small parts without their figure: the CSV has it")
    if chart.note:
        yield chart.note


def describe(chart: Chart) -> str:
    """Return all that a chart shows in words, for those who do not see it.

    >>> row = Series(Words("新收", "New"), (3, None))
    >>> describe(Chart(Words("申请", "Requests"), Words("件", "items"), ("2020", "2021"), (row,)))
    '新收 New: 2020 3; 2021 没有数字 no figure'
    """
    return " · ".join(f"{one.name.zh} {one.name.en}: {'; '.join(_iter_said(chart, one))}" for one in chart.series)


def _iter_said(chart: Chart, series: Series) -> Iterator[str]:
    for place, (label, value) in enumerate(zip(chart.labels, series.values, strict=True)):
        said = "没有数字 no figure" if value is None else format_figure(value)
        yield f"{label} {said}{' 推得 inferred' if place in series.inferred else ''}"


def chart_to_csv(chart: Chart) -> bytes:
    """Return the figures behind a chart: a line for each label, UTF-8 with a mark that spreadsheets know it by.

    What is not there is empty; the last column names the rows whose figure is inferred. No text becomes a formula.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    unit = f"{chart.unit.zh} {chart.unit.en}"
    writer.writerow(["", *(guard(f"{one.name.zh} {one.name.en} ({unit})") for one in chart.series), "推得 inferred"])
    for place, label in enumerate(chart.labels):
        inferred = "; ".join(one.name.zh for one in chart.series if place in one.inferred)
        writer.writerow([guard(label), *(one.values[place] for one in chart.series), guard(inferred)])
    return out.getvalue().encode("utf-8-sig")
