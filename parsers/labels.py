"""The words of the forms: one vocabulary over every form, and the printed lines that its words lead to."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from parsers.forms import Form, Label, Table, load_forms
from parsers.report import CellKey
from parsers.traditional import to_simplified

_NUMBERING = re.compile(
    r"\(?[一二三四五六七八九十]{1,3}\)?[、,.]|\([一二三四五六七八九十]{1,3}\)|\(?\d{1,2}\)?[、,.)]|\(\d{1,2}\)"
)
_OF_WHICH = re.compile(r"其中[:,]?|其:")
_YEAR = re.compile(r"\(?(?:19|20)\d\d(?:年度?)?\)?")
_KEPT = re.compile(r"[^\w]+|_")
_CUT_HEAD = 4  # letters that a word of a header must have left to be known
_UNIT_IN_HEADER = re.compile(r"\((?:单位:?)?(万元|亿元|元|件|条|次|个|项)\)")


@dataclass(frozen=True, slots=True)
class HeadWord:
    """A word of a table's header: the column that it heads, None for a group of columns or a caption.

    `place` counts the words of one block in printed order, `column_place` the block's columns from the left.
    """

    block: int
    place: int
    column: str | None
    column_place: int
    text: str
    key: str


@dataclass(frozen=True, slots=True)
class FormLine:
    """A printed line that holds cells. `order` counts them down the table; `block` numbers the header above it.

    `text` is its label, empty where the line has none and hangs on the header alone, and `span` the columns that the
    label covers; `spans` are those that each cell covers, `width` all of them, and `letters` counts those of its
    longest spelling.
    """

    order: int
    block: int
    text: str
    cells: tuple[CellKey, ...]
    keys: frozenset[str]
    unit: str | None
    span: int
    spans: tuple[int, ...]
    width: int
    letters: int


@dataclass(frozen=True, slots=True)
class Frame:
    """A table of a form as the aligner needs it: its lines with cells, and the words of its headers by their letters.

    `columns` are the letters of the words that head a column. `key` names the form (the first that prints the table
    so) and the table; `series` is that of the form.
    """

    key: tuple[str, str]
    table: Table
    lines: tuple[FormLine, ...]
    heads: Mapping[str, tuple[HeadWord, ...]]
    head_letters: frozenset[str]
    columns: frozenset[str]
    series: str | None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every word of every form. `frames` by form and table; `rows` gives the lines that a label's letters name.

    `beginnings` are the letters with which a longer word begins, for labels broken over lines; `heads` are the words
    of all headers and groups, `headers` those that stand in lines without figures,
    `cut_heads` the beginnings that only one word of a column has.
    """

    frames: Mapping[tuple[str, str], Frame]
    rows: Mapping[str, tuple[tuple[Frame, FormLine], ...]]
    words: frozenset[str]
    beginnings: frozenset[str]
    heads: frozenset[str]
    headers: frozenset[str]
    cut_heads: Mapping[str, str]


@lru_cache(maxsize=8192)
def label_key(text: str) -> str:
    """Return a label's letters: width and traditional signs folded, white space, punctuation, numbering, years off.

    >>> label_key("（二）部分公开（区分处理的，只计这一情形，不计其他情形）")
    '部分公开区分处理的只计这一情形不计其他情形'
    >>> label_key("3.危及“三安全一稳定”"), label_key("本年增/减"), label_key("第二十条第（一）项")
    ('危及三安全一稳定', '本年增减', '第二十条第一项')
    >>> label_key("本年(2023)制发件数"), label_key("行政處罰"), label_key("其它结果")
    ('本年制发件数', '行政处罚', '其他结果')
    """
    return _KEPT.sub("", _without_numbering(text))


@lru_cache(maxsize=8192)
def short_key(text: str) -> str:
    """Return a label's letters without the explanation in brackets at its end; empty where there is none.

    >>> short_key("规章(设区的市、自治州人民政府应提供相关数据)"), short_key("第二十条第(一)项"), short_key("规章")
    ('规章', '', '')
    """
    plain = _without_numbering(text)
    start = plain.find("(", 0 if plain.endswith(")") else plain.rfind(")") + 1)
    return _KEPT.sub("", plain[:start]) if start >= 0 else ""


def is_numbered_otherwise(text: str, label: str) -> bool:
    """Whether two labels are numbered, one in Chinese numerals and the other in Arabic ones.

    >>> is_numbered_otherwise("3.其他", "（六）其他处理"), is_numbered_otherwise("其他", "（六）其他处理")
    (True, False)
    """
    numbers = [_NUMBERING.match(_fold(other)) for other in (text, label)]
    kinds = {any(sign.isdigit() for sign in number[0]) for number in numbers if number}
    return len(kinds) > 1


def find_unit(text: str) -> str | None:
    """Return the unit that a header names in brackets.

    >>> find_unit("本年收费金额（单位：万元）"), find_unit("采购总金额")
    ('万元', None)
    """
    match = _UNIT_IN_HEADER.search(_fold(text))
    return match[1] if match else None


def _fold(text: str) -> str:
    # 其它 is another spelling of 其他, and no label has a 它 of its own.
    return to_simplified("".join(unicodedata.normalize("NFKC", text).split())).replace("它", "他")


def _without_numbering(text: str) -> str:
    folded = _fold(text)
    numbering = _NUMBERING.match(folded)
    folded = folded[numbering.end() :] if numbering else folded
    of_which = _OF_WHICH.match(folded)
    folded = folded[of_which.end() :] if of_which else folded
    return _YEAR.sub("", folded) if "0" in folded else folded


@cache
def load_vocabulary(series: str | None) -> Vocabulary:
    """Return the words of all forms of a series (None: disclosure). Tables that two forms print alike share a frame."""
    frames: dict[tuple[str, str], Frame] = {}
    rows: dict[str, list[tuple[Frame, FormLine]]] = {}
    made: list[Frame] = []
    for form in load_forms().values():
        for table in form.tables if form.series == series else ():
            frame = next((other for other in made if other.table == table), None)
            if frame is None:
                frame = _make_frame(form, table)
                made.append(frame)
                for line in frame.lines:
                    for key in line.keys:
                        rows.setdefault(key, []).append((frame, line))
            frames[form.key, table.key] = frame
    heads = frozenset[str]().union(*(frame.heads for frame in made))
    words = heads.union(rows)
    beginnings = frozenset(key[:end] for key in words for end in range(1, len(key)))
    headers = frozenset(
        key
        for frame in made
        for line in frame.table.lines
        if not line.cells
        for text in line.labels
        for key in _spellings(text)
    )
    return Vocabulary(
        frames, {key: tuple(found) for key, found in rows.items()}, words, beginnings, heads, headers, _cut_heads(made)
    )


@cache
def words_of_table(series: str | None, table: str) -> frozenset[str]:
    """Return the letters of the row labels and header words of a table, in all forms of a series that print it."""
    frames = [frame for frame in load_vocabulary(series).frames.values() if frame.table.key == table]
    rows = (line.keys for frame in frames for line in frame.lines)
    return frozenset[str]().union(*rows, *(frame.heads for frame in frames))


def _cut_heads(frames: Sequence[Frame]) -> dict[str, str]:
    """Return each beginning of a word that heads a column, where no other such word begins so, with the word."""
    columns = {key for frame in frames for key in frame.columns}
    cut: dict[str, set[str]] = {}
    for key in columns:
        for end in range(_CUT_HEAD, len(key)):
            cut.setdefault(key[:end], set()).add(key)
    return {begin: found.pop() for begin, found in cut.items() if len(found) == 1 and begin not in columns}


@cache
def long_row_labels(series: str | None, length: int) -> frozenset[str]:
    """Return the letters of the row labels of a series that are at least so long that no sentence has them."""
    return frozenset(key for key in load_vocabulary(series).rows if len(key) >= length)


def _spellings(label: Label) -> set[str]:
    texts = (label.text, *label.also)
    return {key for text in texts for key in (label_key(text), short_key(text)) if key}


def _make_frame(form: Form, table: Table) -> Frame:
    lines: list[FormLine] = []
    heads: dict[str, list[HeadWord]] = {}
    block = place = 0
    after_figures = False
    for line in table.lines:
        labels = line.labels[:-1] if line.unit else line.labels
        if line.cells:
            *groups, last = labels or (None,)
            keys = frozenset(_spellings(last)) if last else frozenset[str]()
            text, span = (last.text, last.colspan) if last else ("", 0)
            letters = max(map(len, keys), default=0)
            lines.append(
                FormLine(
                    len(lines), block, text, line.cells, keys, line.unit, span, line.spans, sum(line.spans), letters
                )
            )
        else:
            block += after_figures
            place = 0 if after_figures else place
            groups = list(labels)
        after_figures = bool(line.cells)
        for label in groups:
            if label is not None:
                columns = _columns_of_block(table, line.cells, len(lines))
                column_place = columns.index(label.column) if label.column in columns else -1
                for key in _spellings(label):
                    word = HeadWord(block, place, label.column, column_place, label.text, key)
                    heads.setdefault(key, []).append(word)
                place += 1
    words = {key: tuple(found) for key, found in heads.items()}
    heading = frozenset(key for key, found in heads.items() if any(word.column for word in found))
    head_letters = frozenset("".join(words))
    return Frame((form.key, table.key), table, tuple(lines), words, head_letters, heading, form.series)


def _columns_of_block(table: Table, cells: tuple[CellKey, ...], lines_before: int) -> list[str]:
    """Return the columns of the first line with cells from here on."""
    if not cells:
        with_cells = [line.cells for line in table.lines if line.cells]
        cells = with_cells[lines_before] if lines_before < len(with_cells) else ()
    return list(dict.fromkeys(cell.column for cell in cells))
