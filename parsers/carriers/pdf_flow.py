"""The pages in one sequence: running heads and feet left out, tables and paragraphs joined over the page's end."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from parsers.carriers.pdf_tables import PdfTable, join_tables
from parsers.carriers.pdf_words import Words, is_wide, words_to_layout
from parsers.document import TextLine
from parsers.options import Options

_DECORATED_NUMBER = re.compile(
    r"[-—–－─―·•~〜]+\s*\d{1,4}\s*[-—–－─―·•~〜]+|第\s*\d{1,4}\s*页(?:\s*+[/，,]?\s*+共\s*\d{1,4}\s*页)?|[Pp](?:age|\.)\s*\d{1,4}"
)
_BARE_NUMBER = re.compile(r"\d{1,4}")
_NUMBERED = re.compile(
    r"第?[一二三四五六七八九十]{1,3}[、．.章节]|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.、．](?!\d)"
)
_SENTENCE_END = "。！？；：!?;:"


@dataclass(frozen=True, slots=True)
class FlowLine:
    """A line of running text with its page and its number there."""

    page: int
    number: int
    words: Words

    @property
    def at(self) -> str:
        """Return its place for people."""
        return f"page {self.page} line {self.number}"


Item = FlowLine | PdfTable


def pages_to_items(pages: Sequence[Sequence[Item]], options: Options) -> list[Item]:
    """Return the items of all pages, running heads and feet left out, tables joined over the page's end.

    A page without anything, which may be a scan, stands between two tables as words do.
    """
    furniture = _find_furniture(pages, options)
    items: list[Item] = []
    last: Item | None = None
    for page in pages:
        kept = [item for item in page if item not in furniture]
        if kept and isinstance(last, PdfTable) and isinstance(kept[0], PdfTable):
            joined = join_tables(last, kept[0], options)
            if joined:
                items.pop()
                kept[0] = joined
        items.extend(kept)
        last = kept[-1] if kept else None
    return items


def _find_furniture(pages: Sequence[Sequence[Item]], options: Options) -> set[Item]:
    """Return page numbers, and lines that stand at the same height on most pages."""
    edges = [list(dict.fromkeys(_edge_lines(page, options))) for page in pages]
    found: set[Item] = {line for page in edges for line in page if _DECORATED_NUMBER.fullmatch(line.words.text)}
    found.update(_find_bare_numbers(edges, options))
    heights: dict[tuple[str, int], list[FlowLine]] = defaultdict(list)
    for line in (line for page in edges for line in page):
        if any(map(str.isalpha, line.words.text)):
            heights[re.sub(r"\d+", "0", line.words.text), _level(line)].append(line)
    for lines in heights.values():
        if len(lines) > max(2, options.pdf_furniture_share * len(pages)) and len(lines[0].words.pieces) == 1:
            found.update(lines)
    return found


def _edge_lines(page: Sequence[Item], options: Options) -> Iterator[FlowLine]:
    """Yield the first and last lines of a page, as far as no table comes before."""
    count = options.pdf_furniture_lines
    for edge in (page[:count], page[: -count - 1 : -1]):
        for item in edge:
            if isinstance(item, PdfTable):
                break
            yield item


def _find_bare_numbers(edges: Sequence[Sequence[FlowLine]], options: Options) -> Iterator[FlowLine]:
    """Yield numbers that count with the pages at one height; a number that does not may be a figure."""
    counted: dict[tuple[int, int], list[FlowLine]] = defaultdict(list)
    for line in (line for page in edges for line in page):
        if _BARE_NUMBER.fullmatch(line.words.text):
            counted[int(line.words.text) - line.page, _level(line)].append(line)
    for lines in counted.values():
        if len(lines) > max(1, options.pdf_furniture_share * len(edges)):
            yield from lines


def _level(line: FlowLine) -> int:
    return round(line.words.bottom / line.words.height)


def items_to_lines(items: Sequence[Item], options: Options) -> Iterator[TextLine | PdfTable]:
    """Yield tables and lines; the lines of one paragraph are joined where nothing else can be meant."""
    margins = _Margins.of([item for item in items if isinstance(item, FlowLine)], options)
    text, at = "", ""
    before: FlowLine | None = None
    for number, item in enumerate(items):
        if isinstance(item, FlowLine) and before and margins.goes_on(before, item, options):
            text += (" " if text[-1].isascii() and text[-1].isalpha() else "") + item.words.text
        else:
            if before:
                yield TextLine(text, at)
            if isinstance(item, PdfTable):
                yield item
            else:
                placed = _is_placed(items, number, options)
                text, at = margins.lay_out(item) if placed else item.words.text, item.at
        before = item if isinstance(item, FlowLine) else None
    if before:
        yield TextLine(text, at)


def _is_placed(items: Sequence[Item], number: int, options: Options) -> bool:
    """Whether a line may be of a table without ruling lines: it has wide gaps, or one near it has."""
    near = items[max(0, number - options.pdf_near_lines) : number + options.pdf_near_lines + 1]
    return any(isinstance(item, FlowLine) and len(item.words.pieces) > 1 for item in near)


@dataclass(frozen=True, slots=True)
class _Margins:
    """Where the lines of a document begin and end. `unit` is the width of a half-width place in spaced lines."""

    left: float
    right: float
    height: float
    unit: float
    is_indented: bool

    @classmethod
    def of(cls, lines: Sequence[FlowLine], options: Options) -> "_Margins":
        """Measure the lines of a document."""
        whole = [line.words for line in lines if len(line.words.pieces) == 1]
        spaced = [line.words for line in lines if len(line.words.pieces) > 1]
        if not lines:
            return cls(0, 0, 1, 1, is_indented=False)
        height = median(words.height for words in whole or spaced)
        body = [words for words in whole if abs(words.height - height) <= height * options.pdf_same_height]
        body = body or whole or spaced
        left = min(words.x0 for words in body)
        indented = sum(1 for words in body if height < words.x0 - left < 3 * height)  # by two letters, as is the use
        return cls(
            left=min([left, *(words.x0 for words in spaced)]),
            right=max(words.x1 for words in body),
            height=height,
            unit=max(1.0, min((words.height for words in spaced), default=height) / 2),
            is_indented=indented > options.pdf_indented_share * len(body),
        )

    def goes_on(self, above: FlowLine, below: FlowLine, options: Options) -> bool:
        """Whether the lower line is the same paragraph: the upper one is full, the lower one begins at the margin."""
        upper, lower = above.words, below.words
        if len(upper.pieces) > 1 or len(lower.pieces) > 1 or _NUMBERED.match(lower.text):
            return False
        if abs(upper.height - lower.height) > self.height * options.pdf_same_height:
            return False
        if above.page == below.page and lower.top - upper.bottom > self.height * options.pdf_line_pitch:
            return False
        is_full = upper.x1 > self.right - self.height * options.pdf_line_slack
        is_long = len(upper.text) >= options.pdf_min_paragraph and any(map(is_wide, upper.text))
        at_margin = lower.x0 < self.left + self.height * options.pdf_indent and any(map(is_wide, lower.text))
        return is_full and is_long and at_margin and (self.is_indented or upper.text[-1] not in _SENTENCE_END)

    def lay_out(self, line: FlowLine) -> str:
        """Return a line's text, its pieces at their places."""
        return words_to_layout(line.words, self.left, self.unit)
