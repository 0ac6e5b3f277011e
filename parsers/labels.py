"""The words of the forms: one vocabulary over every form, asked for the places in which a label is printed."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from parsers.forms import Form, Label, Table, load_forms
from parsers.report import CellKey

_NUMBERING = re.compile(
    r"\(?[一二三四五六七八九十]{1,3}\)?[、,.]|\([一二三四五六七八九十]{1,3}\)|\(?\d{1,2}\)?[、,.)]|\(\d{1,2}\)"
)
_TRAILING_BRACKET = re.compile(r"\((?:.*\)|[^)]*)$")
_KEPT = re.compile(r"[^\w]+|_")
_UNIT_IN_HEADER = re.compile(r"\((?:单位:?)?(万元|亿元|元|件|条|次|个|项)\)")


@dataclass(frozen=True, slots=True)
class Slot:
    """A label's place in a form: counted along the printed table, so that an order can be asked for.

    `cells` are those whose figures follow the label (for a line that has no label of its own: any label of the
    header above it, `is_header`). `column` is the key of the column that the label heads; `block` counts the headers
    of the table, so that labels of one header know each other.
    """

    form: str
    table: str
    order: int
    block: int
    text: str
    column: str | None
    cells: tuple[CellKey, ...]
    is_header: bool


@lru_cache(maxsize=8192)
def label_key(text: str) -> str:
    """Return a label's letters: width folded, white space, punctuation and numbering off.

    >>> label_key("（二）部分公开（区分处理的，只计这一情形，不计其他情形）")
    '部分公开区分处理的只计这一情形不计其他情形'
    >>> label_key("3.危及“三安全一稳定”"), label_key("本年增/减"), label_key("第二十条第（一）项")
    ('危及三安全一稳定', '本年增减', '第二十条第一项')
    """
    return _KEPT.sub("", _without_numbering(text))


@lru_cache(maxsize=8192)
def short_key(text: str) -> str:
    """Return a label's letters without the explanation in brackets at its end; empty where there is none.

    >>> short_key("规章(设区的市、自治州人民政府应提供相关数据)"), short_key("第二十条第(一)项"), short_key("规章")
    ('规章', '', '')
    """
    plain = _without_numbering(text)
    bracket = _TRAILING_BRACKET.search(plain)
    return _KEPT.sub("", plain[: bracket.start()]) if bracket else ""


def find_unit(text: str) -> str | None:
    """Return the unit that a header names in brackets.

    >>> find_unit("本年收费金额（单位：万元）"), find_unit("采购总金额")
    ('万元', None)
    """
    match = _UNIT_IN_HEADER.search(_fold(text))
    return match[1] if match else None


def _fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _without_numbering(text: str) -> str:
    folded = _fold(text)
    numbering = _NUMBERING.match(folded)
    return folded[numbering.end() :] if numbering else folded


@cache
def load_vocabulary() -> Mapping[str, tuple[Slot, ...]]:
    """Return, for each label's letters, every place in every form where it is printed."""
    vocabulary: dict[str, list[Slot]] = {}
    for form in load_forms().values():
        for table in form.tables:
            for label, slot in _iter_slots(form, table):
                for key in _spellings(label):
                    vocabulary.setdefault(key, []).append(slot)
    return {key: tuple(slots) for key, slots in vocabulary.items()}


@cache
def long_row_labels(length: int) -> frozenset[str]:
    """Return the letters of the row labels of all forms that are at least so long that no sentence has them."""
    return frozenset(
        key
        for key, slots in load_vocabulary().items()
        if len(key) >= length and any(slot.cells and not slot.is_header for slot in slots)
    )


def _spellings(label: Label) -> set[str]:
    texts = (label.text, *label.also)
    return {label_key(text) for text in texts} | {short for text in texts if (short := short_key(text))}


def _iter_slots(form: Form, table: Table) -> Iterator[tuple[Label, Slot]]:
    """Yield each label with its place. A line of figures without a label is held by the header above it."""
    order = block = 0
    after_figures = False
    for number, line in enumerate(table.lines):
        block += after_figures and not line.cells
        after_figures = bool(line.cells)
        below = next((other for other in table.lines[number:] if other.cells), None)
        unlabelled = below.cells if below and not below.labels else ()
        for place, label in enumerate(line.labels):
            cells = line.cells if place == len(line.labels) - 1 else ()
            yield (
                label,
                Slot(
                    form.key,
                    table.key,
                    order,
                    block,
                    label.text,
                    label.column,
                    cells or unlabelled,
                    not line.cells,
                ),
            )
            order += 1
