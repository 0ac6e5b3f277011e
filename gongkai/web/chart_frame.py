"""What stands around the plot of a chart: title, legend, notes, colours by day and night, words for who cannot see."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple
from unicodedata import east_asian_width

from lxml import etree

_SVG = "http://www.w3.org/2000/svg"
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_COLOURS = ("#0072b2", "#d9722b", "#009e73", "#b5609a", "#5b6b7d", "#c2a100")
"""Told apart by whoever sees few colours as well, and against white."""
_NIGHT_COLOURS = ("#56b4e9", "#f0a35e", "#3fcfa2", "#e39ac8", "#a9b6c5", "#e6cf4a")
WIDE = (720, 380)
"""Width and height of a chart, in pixels."""
NARROW = (400, 420)
"""The same for a phone."""
SIDE = 20
"""What is left free at the left and at the right, in pixels."""
_HEADER = 66
_FOOT = 14
_AXIS = 40
_UNIT = 6.0
"""Width of half a Chinese character of small text, in pixels."""
_LINE = 19
"""Height of a line of small text, in pixels."""
_FONTS = '"Noto Sans CJK SC","Noto Sans SC","PingFang SC","Microsoft YaHei",system-ui,sans-serif'


Shift = Literal["upright", "above", "none"]
"""Where a printed figure stands: upright on its bar, above its point, or as pygal puts it."""


class Words(NamedTuple):
    """The same in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Frame:
    """The places around the plot, in pixels; `lines` of text above and below, and the legend between."""

    width: int
    height: int
    title: Words
    unit: Words
    legend: tuple[tuple[Words, ...], ...]
    notes: tuple[str, ...]

    @classmethod
    def of(
        cls, title: Words, unit: Words, names: Sequence[Words], notes: Sequence[Words], *, is_narrow: bool
    ) -> "Frame":
        """Return the frame of a chart with these words."""
        width, height = NARROW if is_narrow else WIDE
        room = (width - 2 * SIDE) // (_UNIT + 0.4)
        lines = tuple(line for note in notes for line in _wrap(f"{note.zh} {note.en}", room))
        legend = tuple(_wrap_legend(names if len(names) > 1 else (), width - 2 * SIDE))
        return cls(width, height, title, unit, legend, lines)

    @property
    def side(self) -> int:
        """What is left free at the left and at the right."""
        return SIDE

    @property
    def top(self) -> int:
        """Where the plot begins."""
        return _HEADER + _LINE * len(self.legend)

    @property
    def bottom(self) -> int:
        """What is left below the labels of the plot."""
        return _FOOT + _LINE * len(self.notes)

    @property
    def plot_width(self) -> float:
        """The width of the plot, about: the figures of the axis stand beside it."""
        return self.width - 2 * SIDE - _AXIS

    @staticmethod
    def clean(text: str) -> str:
        """Return a text without what no XML may hold."""
        return _NOT_IN_XML.sub("�", text)


def dress(drawn: Any, frame: Frame, description: str, values: Shift) -> bytes:  # noqa: ANN401 - pygal has no types
    """Return the file: what pygal drew without its scripts, styles and marks, and all that stands around it."""
    root = etree.fromstring(etree.tostring(drawn))
    for element in list(root.iter(etree.Comment, f"{{{_SVG}}}defs", f"{{{_SVG}}}desc", f"{{{_SVG}}}title")):
        _remove(element)
    for name in ("id", "class"):
        root.attrib.pop(name, "")
    for text in root.iter(f"{{{_SVG}}}text"):
        if text.get("class") == "value":
            _shift(text, values)
    root[:] = [*_iter_head(frame, description), *root, *_iter_header(frame), *_iter_notes(frame)]
    root.set("width", str(frame.width))
    root.set("height", str(frame.height))
    root.set("role", "img")
    root.set("aria-labelledby", "title desc")
    etree.cleanup_namespaces(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + etree.tostring(root, encoding="utf-8")


def _remove(element: Any) -> None:  # noqa: ANN401 - lxml has no types
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _shift(text: Any, values: Shift) -> None:  # noqa: ANN401 - lxml has no types
    """Have a figure stand upright from its foot on, or above its point."""
    if values == "upright":
        text.set("transform", f"rotate(-90 {text.get('x')} {text.get('y')})")
        text.set("text-anchor", "start")
        text.set("dy", "4")
    elif values == "above":
        text.set("text-anchor", "middle")
        text.set("dy", "-9")


def _iter_head(frame: Frame, description: str) -> Iterator[Any]:
    yield _element("title", f"{frame.title.zh} · {frame.title.en}", id="title")
    yield _element("desc", Frame.clean(description), id="desc")
    yield _element("style", _STYLE)


def _iter_header(frame: Frame) -> Iterator[Any]:
    yield _element("text", frame.title.zh, x=frame.side, y=26, **{"class": "head"})
    below = f"{frame.title.en} ({frame.unit.zh} {frame.unit.en})"
    yield _element("text", below, x=frame.side, y=45, **{"class": "soft"})
    number = 0
    for line, names in enumerate(frame.legend):
        x, y = float(frame.side), 48 + _LINE * (line + 1)
        for name in names:
            colour = number % len(_COLOURS)
            yield _element("rect", x=x, y=y - 10, width=11, height=11, rx=2, **{"class": f"color-{colour}"})
            yield _element("text", f"{name.zh} {name.en}", x=x + 16, y=y, **{"class": "soft"})
            x += _legend_width(name)
            number += 1


def _iter_notes(frame: Frame) -> Iterator[Any]:
    for number, line in enumerate(reversed(frame.notes)):
        yield _element("text", line, x=frame.side, y=frame.height - 10 - _LINE * number, **{"class": "soft"})


def _element(tag: str, content: str | None = None, **attributes: object) -> Any:  # noqa: ANN401 - lxml has no types
    made = etree.Element(f"{{{_SVG}}}{tag}", {name: str(value) for name, value in attributes.items()})
    made.text = None if content is None else Frame.clean(content)
    return made


def _units(text: str) -> int:
    """Return how wide a text is, in halves of a Chinese character."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _legend_width(name: Words) -> float:
    return 16 + _UNIT * _units(f"{name.zh} {name.en}") + 18


def _wrap_legend(names: Sequence[Words], width: float) -> Iterator[tuple[Words, ...]]:
    line: list[Words] = []
    for name in names:
        if line and sum(map(_legend_width, [*line, name])) > width:
            yield tuple(line)
            line = []
        line.append(name)
    if line:
        yield tuple(line)


def _wrap(text: str, units: float) -> Iterator[str]:
    """Yield the lines of a text that are at most so wide, broken between words or Chinese characters."""
    line = ""
    for part in re.findall(r"[^\W\u2e80-\uffff]+|\s|.", text):
        if line and _units(line + part) > units:
            yield line.strip()
            line = ""
        line += part
    if line.strip():
        yield line.strip()


def _colours(colours: Sequence[str]) -> str:
    return "".join(f".color-{number}{{fill:{colour};stroke:{colour}}}" for number, colour in enumerate(colours))


_STYLE = (
    f"text{{font-family:{_FONTS};font-size:12px;stroke:none}}"
    ".background{fill:#fff;stroke:none}text{fill:#1b1f24}.soft,.axis text{fill:#5d6673;stroke:none}"
    ".head{font-size:16px;font-weight:600}.axis text{font-size:12px}.value{font-size:11.5px;fill:#1b1f24}"
    ".axis.x text{text-anchor:middle}.axis.y text{text-anchor:end}"
    ".line{fill:none;stroke:#d9dee5;stroke-width:1}.axis.x .line{stroke:none}.axis.y .axis.line{stroke:#9aa4b2}"
    ".reactive{stroke-width:0}.series .line{fill:none;stroke:inherit;stroke-width:2.5;stroke-linejoin:round}"
    ".stackedbar-graph .rect{fill-opacity:.55}.no_data{font-size:15px;text-anchor:middle}"
    ".guess,.guess .reactive{fill-opacity:.35;stroke-width:1.5;stroke-dasharray:4 3}"
    + _colours(_COLOURS)
    + "@media (prefers-color-scheme:dark){"
    ".background{fill:#14171b}text,.value{fill:#e4e8ee}.soft,.axis text{fill:#9aa4b2}"
    ".line{stroke:#343b45}.axis.y .axis.line{stroke:#5d6673}" + _colours(_NIGHT_COLOURS) + "}"
)
