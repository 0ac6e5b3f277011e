"""Damage done to the lines of a text, the truth of what was printed kept."""

import re
from collections.abc import Callable, Mapping
from random import Random

from tests.parsers.fillings import value_of

Damage = Callable[[list[str], Random], list[str]]
STRAY_FIGURES = ("7", "12", "0", "2023", "1")
STRAY_TEXTS = ("— 3 —", "- 12 -", "第 4 页", "浏览次数：", "扫一扫在手机打开当前页", "青石区人民政府", "年报")


def is_figure(line: str) -> bool:
    """Return whether a line holds a figure and nothing else."""
    return value_of(line.strip().strip("|").strip()) is not None


def is_label(line: str) -> bool:
    """Return whether a line holds words, and not only a figure or a sign for none."""
    return (
        bool(re.search(r"[\u4e00-\u9fff]", line))
        and not is_figure(line)
        and line.strip(" |\t\u3000") not in {"无", "空"}
    )


def _tables(lines: list[str]) -> range:
    """Return the lines between the heading of section two and that of section five, or those of an annex."""
    annex = [number for number, line in enumerate(lines) if line.startswith("附表")]
    if annex:
        return range(annex[0] + 1, len(lines))
    starts = [number for number, line in enumerate(lines) if line.startswith("二、主动公开")]
    ends = [number for number, line in enumerate(lines) if line.startswith("五、存在")]
    return range(starts[0] + 1 if starts else 0, ends[-1] if ends else len(lines))


def _pick(lines: list[str], rng: Random, of: Callable[[str], bool] = bool) -> int | None:
    numbers = [number for number in _tables(lines) if of(lines[number])]
    return rng.choice(numbers) if numbers else None


def _cut_out(lines: list[str], start: int, end: int) -> list[str]:
    """Leave out lines, and with the end of a cell the pipe that stands on a line of its own behind it."""
    begins_with_pipe = lines[end : end + 1] == ["|"] and "|" not in lines[end - 1]
    return lines[:start] + lines[end + begins_with_pipe :]


def run_lost(lines: list[str], rng: Random) -> list[str]:
    """Leave out a run of lines."""
    at = rng.choice(list(_tables(lines)) or [0])
    return _cut_out(lines, at, min(len(lines), at + rng.randint(1, 30)))


def label_lost(lines: list[str], rng: Random) -> list[str]:
    """Leave out one line of words."""
    at = _pick(lines, rng, is_label)
    return lines if at is None else _cut_out(lines, at, at + 1)


def figure_lost(lines: list[str], rng: Random) -> list[str]:
    """Leave out one line that is a figure."""
    at = _pick(lines, rng, is_figure)
    return lines if at is None else _cut_out(lines, at, at + 1)


def line_doubled(lines: list[str], rng: Random) -> list[str]:
    """Write one line twice."""
    at = _pick(lines, rng)
    return lines if at is None else lines[: at + 1] + lines[at:]


def label_doubled(lines: list[str], rng: Random) -> list[str]:
    """Write one line of words twice."""
    at = _pick(lines, rng, is_label)
    return lines if at is None else lines[: at + 1] + lines[at:]


def lines_swapped(lines: list[str], rng: Random) -> list[str]:
    """Let a label and a figure on lines beside each other change places."""
    pairs = [(number, lines[number], lines[number + 1]) for number in list(_tables(lines))[:-1]]
    numbers = [at for at, one, two in pairs if (is_label(one) and is_figure(two)) or (is_figure(one) and is_label(two))]
    if not numbers:
        return lines
    at = rng.choice(numbers)
    return [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]


def stray_figure(lines: list[str], rng: Random) -> list[str]:
    """Put a figure of nowhere on a line of its own."""
    at = rng.choice(list(_tables(lines)) or [0])
    return [*lines[:at], rng.choice(STRAY_FIGURES), *lines[at:]]


def stray_text(lines: list[str], rng: Random) -> list[str]:
    """Put words of the page's own on a line of its own."""
    at = rng.choice(list(_tables(lines)) or [0])
    return [*lines[:at], rng.choice(STRAY_TEXTS), *lines[at:]]


def cut_short(lines: list[str], rng: Random) -> list[str]:
    """End the text in the middle of a table."""
    at = rng.choice(list(_tables(lines)) or [len(lines)])
    return [*lines[:at], "。"]


def start_lost(lines: list[str], rng: Random) -> list[str]:
    """Begin the text in the middle of a table."""
    return lines[rng.choice(list(_tables(lines)) or [0]) :]


def each_once(lines: list[str], _rng: Random) -> list[str]:
    """Leave out every line that has stood before."""
    return list(dict.fromkeys(lines))


DAMAGES: Mapping[str, Damage] = {
    damage.__name__: damage
    for damage in (
        run_lost,
        label_lost,
        figure_lost,
        line_doubled,
        label_doubled,
        lines_swapped,
        stray_figure,
        stray_text,
        cut_short,
        start_lost,
        each_once,
    )
}
PUTTING_IN = {"line_doubled", "lines_swapped", "stray_figure"}
