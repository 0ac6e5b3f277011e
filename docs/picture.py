"""The picture of the house: rooms, their folders, and who imports whom, read from the code.

    files ─count_imports▶ imports between folders ─arrange▶ boxes with places ─draw▶ SVG

`python docs/picture.py > docs/architecture.svg` draws it anew; a test fails where that was forgotten.
"""

import ast
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import sqrt
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WIDTH = 1200
BAND_TOP, BAND_LEFT = 46, 178
ROW_STEP, BOX_HEIGHT, GAP = 104, 46, 26
WIDEST_BOX = 176
MOST_IN_A_ROW = 6
LEAST_DRAWN = 3
"""Fewer imports than this between two folders are counted in the text, and not drawn."""


@dataclass(frozen=True, slots=True)
class Room:
    """A room as the picture calls it: its colours are of the band, and of the lines that leave it."""

    name: str
    zh: str
    en: str
    pale: str
    strong: str


ROOMS = (
    Room("gongkai", "门面", "the face: commands, pages", "#f7f2e9", "#a9762f"),
    Room("crawler", "腿脚", "the legs: finds and fetches", "#edf4ee", "#4d8a62"),
    Room("archive", "记忆", "the memory: one SQLite file", "#ebf1f7", "#3f72a4"),
    Room("parsers", "眼睛", "the eyes: bytes in, values out", "#f4eef5", "#83568f"),
)
NAMES = {
    "gongkai": ("调度", "the tasks"),
    "gongkai +": ("共用", "used by all"),
    "gongkai.alerts": ("提醒", "alerts"),
    "gongkai.cli": ("命令行", "cli"),
    "gongkai.copies": ("雷同", "copies"),
    "gongkai.demo": ("演示", "demo"),
    "gongkai.exports": ("导出", "exports"),
    "gongkai.pages": ("重建页", "pages"),
    "gongkai.proof": ("举证", "proof"),
    "gongkai.web": ("网页", "web"),
    "crawler": ("启程", "the crawl"),
    "crawler +": ("行走与判断", "walk and judge"),
    "crawler.families": ("建站系统", "families"),
    "crawler.spiders": ("爬虫", "spiders"),
    "archive": ("前门", "the front door"),
    "archive +": ("共用", "used by all"),
    "archive.captures": ("采集记录", "captures"),
    "archive.file": ("文件", "file"),
    "archive.front": ("四面", "front"),
    "archive.histories": ("历史", "histories"),
    "archive.joining": ("合并", "joining"),
    "archive.judgements": ("评判", "judgements"),
    "archive.proof": ("校验", "proof"),
    "archive.questions": ("问询", "questions"),
    "archive.readings": ("读取", "readings"),
    "archive.schema": ("表结构", "schema"),
    "archive.search": ("检索", "search"),
    "archive.upkeep": ("保养", "upkeep"),
    "archive.warc": ("WARC", "warc"),
    "parsers": ("还原", "the route"),
    "parsers +": ("值与词", "values and words"),
    "parsers.carriers": ("载体", "carriers"),
    "parsers.forms": ("表式", "forms"),
}
"""What a folder is called in both languages.

The modules of a room beside its folders stand under the room's name where they lead to a folder of it, and under that
with a plus where they lead to none: what all of them use.
"""

Edge = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Box:
    """A folder with its place: the upper left corner and the width, in pixels."""

    name: str
    modules: int
    x: float
    y: float
    width: float

    @property
    def middle(self) -> float:
        """Return where its lines leave and come in."""
        return self.x + self.width / 2


def list_modules(root: Path = ROOT) -> Mapping[str, Path]:
    """Return each module of the four rooms by its dotted name."""
    files = (file for room in ROOMS for file in sorted((root / room.name).rglob("*.py")))
    return {".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): file for file in files}


def sort_modules(imports: Mapping[str, Sequence[str]], packages: Iterable[str]) -> dict[str, str]:
    """Return the folder of each module, as the picture has them.

    >>> sorted(sort_modules({"a": ["a.b.c"], "a.b": [], "a.b.c": ["a.d"], "a.d": []}, ["a", "a.b"]).items())
    [('a', 'a'), ('a.b', 'a.b'), ('a.b.c', 'a.b'), ('a.d', 'a +')]
    """
    folders = {name for name in packages if "." in name}
    found = {name: ".".join(name.split(".")[:2]) for name in imports}
    alone = {name: name.partition(".")[0] for name in imports if found[name] not in folders}
    leads = {name for name in alone if any(found.get(target) in folders for target in _own(name, imports))}
    while more := {name for name in alone if name not in leads and not leads.isdisjoint(_own(name, imports))}:
        leads |= more
    return {**found, **{name: room if name in leads else f"{room} +" for name, room in alone.items()}}


def _own(name: str, imports: Mapping[str, Sequence[str]]) -> list[str]:
    """Return what a module imports of its own room."""
    room = name.partition(".")[0]
    return [target for target in imports[name] if target.partition(".")[0] == room]


def count_imports(modules: Mapping[str, Path]) -> tuple[Counter[str], Counter[Edge]]:
    """Return how many modules each folder has, and how many imports lead from one folder to another."""
    imports = {name: [one for one in _iter_imports(file) if one in modules] for name, file in modules.items()}
    folders = sort_modules(imports, [name for name, file in modules.items() if file.name == "__init__.py"])
    sizes = Counter(folders.values())
    pairs = ((folders[name], folders[target]) for name, targets in imports.items() for target in targets)
    return sizes, Counter(pair for pair in pairs if pair[0] != pair[1])


def _iter_imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def arrange(sizes: Mapping[str, int], edges: Mapping[Edge, int]) -> tuple[dict[str, Box], dict[str, tuple[int, int]]]:
    """Return the place of each folder, and top and height of each room's band.

    In a room those that import the others stand above, those that are imported below.
    """
    boxes: dict[str, Box] = {}
    bands: dict[str, tuple[int, int]] = {}
    top = BAND_TOP
    for room in ROOMS:
        own = [name for name in sizes if _room_of(name) is room]
        rows = _to_rows(sorted(own, key=lambda name: (-_height_of(name, own, edges), name)))
        for number, row in enumerate(rows):
            y = top + 30 + number * ROW_STEP
            boxes.update((box.name, box) for box in _place_row(row, y, sizes, boxes, edges))
        height = 60 + BOX_HEIGHT + (len(rows) - 1) * ROW_STEP
        bands[room.name] = top, height
        top += height + 34
    return boxes, bands


def _room_of(folder: str) -> Room:
    return next(room for room in ROOMS if room.name == folder.removesuffix(" +").partition(".")[0])


def _height_of(name: str, own: Sequence[str], edges: Mapping[Edge, int]) -> float:
    """Return how far a folder stands above the others of its room: 1 where it only imports, -1 where it is imported."""
    out = sum(count for (source, target), count in edges.items() if source == name and target in own)
    into = sum(count for (source, target), count in edges.items() if target == name and source in own)
    return (out - into) / (out + into or 1)


def _to_rows(names: Sequence[str]) -> list[list[str]]:
    rows = max(2, -(-len(names) // MOST_IN_A_ROW))
    size = -(-len(names) // rows)
    return [list(names[start : start + size]) for start in range(0, len(names), size)]


def _place_row(
    names: Sequence[str], y: float, sizes: Mapping[str, int], above: Mapping[str, Box], edges: Mapping[Edge, int]
) -> Iterator[Box]:
    """Place folders side by side, each near the middle of those above that import it."""

    def pull(name: str) -> float:
        found = [
            (above[source].middle, n) for (source, target), n in edges.items() if target == name and source in above
        ]
        return sum(x * n for x, n in found) / sum(n for _, n in found) if found else 0

    width = min(WIDEST_BOX, (WIDTH - BAND_LEFT - 40 - GAP * (len(names) - 1)) / len(names))
    step = (WIDTH - BAND_LEFT - 30) / len(names)
    for number, name in enumerate(sorted(names, key=lambda name: (round(pull(name), 3), name))):
        yield Box(name, sizes[name], BAND_LEFT + step * (number + 0.5) - width / 2, y, width)


def draw(root: Path = ROOT) -> str:
    """Return the picture as SVG."""
    sizes, edges = count_imports(list_modules(root))
    boxes, bands = arrange(sizes, edges)
    height = max(top + size for top, size in bands.values()) + 56
    drawn = {edge: count for edge, count in edges.items() if count >= LEAST_DRAWN}
    lines = [line for edge, count in sorted(drawn.items(), key=lambda one: (one[1], one[0]))
             for line in _draw_edge(boxes[edge[0]], boxes[edge[1]], count)]  # fmt: skip
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
            "font-family=\"'Noto Sans CJK SC','Microsoft YaHei','PingFang SC',sans-serif\">",
            "<title>四个房间及其文件夹之间的引用 · the four rooms, their folders, and who imports whom</title>",
            f'<rect width="{WIDTH}" height="{height}" fill="#fffdfa"/>',
            *_draw_head(),
            *(line for room in ROOMS for line in _draw_band(room, *bands[room.name])),
            *lines,
            *(line for box in boxes.values() for line in _draw_box(box)),
            *_draw_foot(height, len(edges) - len(drawn)),
            "</svg>",
            "",
        ]
    )


def _draw_head() -> Iterator[str]:
    yield '<text x="20" y="28" font-size="15" fill="#5c564c">引用只向下 · imports run down only</text>'


def _draw_foot(height: int, left_out: int) -> Iterator[str]:
    legend = (
        "线的粗细是引用的次数，框中数字是模块数；虚线在同一房间内平行或者向上；"
        f"不足 {LEAST_DRAWN} 次的 {left_out} 条未画",
        "A line is as thick as there are imports, a number counts modules; a dashed line runs level or up within a "
        f"room; {left_out} lines of fewer than {LEAST_DRAWN} imports are not drawn",
    )
    for number, text in enumerate(legend):
        yield f'<text x="20" y="{height - 30 + 18 * number}" font-size="12" fill="#8a8378">{text}</text>'


def _draw_band(room: Room, top: int, height: int) -> Iterator[str]:
    yield f'<rect x="12" y="{top}" width="{WIDTH - 24}" height="{height}" rx="14" fill="{room.pale}"/>'
    yield f'<text x="32" y="{top + 38}" font-size="22" fill="{room.strong}">{room.zh}</text>'
    yield f'<text x="32" y="{top + 60}" font-size="14" font-weight="bold" fill="{room.strong}">{room.name}/</text>'
    for number, part in enumerate(room.en.split(": ")):
        yield f'<text x="32" y="{top + 78 + 16 * number}" font-size="11.5" fill="#6f6a61">{escape(part)}</text>'


def _draw_box(box: Box) -> Iterator[str]:
    strong = _room_of(box.name).strong
    zh, en = NAMES.get(box.name, ("", box.name.rpartition(".")[2]))
    shape = f'x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{BOX_HEIGHT}" rx="9"'
    yield f'<rect {shape} fill="#ffffff" stroke="{strong}" stroke-width="1.3"/>'
    middle = f'x="{box.middle:.1f}" text-anchor="middle"'
    yield f'<text {middle} y="{box.y + 20:.1f}" font-size="14.5" fill="#35312b">{zh}</text>'
    yield f'<text {middle} y="{box.y + 37:.1f}" font-size="11.5" fill="#7a746a">{escape(en)} · {box.modules}</text>'


def _draw_edge(source: Box, target: Box, count: int) -> Iterator[str]:
    """Draw a curve from one box to another, with its head at the end; one that runs up is dashed."""
    strong = _room_of(source.name).strong
    is_down, is_level = target.y > source.y, target.y == source.y
    start = source.y + (BOX_HEIGHT if is_down or is_level else 0)
    end = target.y + (0 if is_down else BOX_HEIGHT)
    bend = max(34.0, abs(end - start) * 0.45)
    one, two = (start + bend, end - bend) if is_down else (start - bend, end + bend)
    if is_level:
        one, two = start + bend, end + bend
    # Lines fan out along a box's edge, each towards where it leads.
    lean = 0.34 * source.width * max(-1.0, min(1.0, (target.middle - source.middle) / 420))
    into = 0.34 * target.width * max(-1.0, min(1.0, (source.middle - target.middle) / 420))
    x, to = source.middle + lean, target.middle + into
    width = 0.7 + 0.55 * sqrt(count)
    tip = (6.5 + width) * (1 if is_down else -1)
    path = f"M{x:.1f} {start:.1f}C{x:.1f} {one:.1f} {to:.1f} {two:.1f} {to:.1f} {end - tip * 0.8:.1f}"
    thin = 0.5 if _room_of(source.name) is _room_of(target.name) else 0.3
    dash = "" if is_down else ' stroke-dasharray="5 4"'
    title = f"{source.name} → {target.name}: {count}"
    yield (
        f'<path d="{path}" fill="none" stroke="{strong}" stroke-width="{width:.2f}" stroke-opacity="{thin}"{dash}>'
        f"<title>{title}</title></path>"
    )
    half = 2.6 + width * 0.7
    head = f"M{to:.1f} {end:.1f}L{to - half:.1f} {end - tip:.1f}L{to + half:.1f} {end - tip:.1f}Z"
    yield f'<path d="{head}" fill="{strong}" fill-opacity=".62"/>'


if __name__ == "__main__":
    sys.stdout.write(draw())
