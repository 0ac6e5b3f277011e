"""Labels of the official tables that are printed cut or scrambled: 本年增/ for 本年增/减, 其结果他 for 其他结果.

The figures are read all the same; that a label is damaged says that the table was retyped or went through a conversion.
A label that a narrow column broke over lines is whole where its rest stands anywhere in the table.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from parsers.atoms import Atom
from parsers.forms import Table, load_forms
from parsers.labels import label_key, short_key
from parsers.reading import TableReading
from parsers.report import Check, Origin

_MIN_CUT = 3
"""The letters that a cut label must have left to be told from another word."""
_MIN_SCRAMBLED = 4
"""The letters of the shortest label whose letters in another order are no other word."""
_MIN_HOLED = 6
"""The letters that a label with a hole in it must have left."""
_LONGEST_HOLED = 20
"""The letters of the longest label that stands in one line; a part of a longer one is no damage."""
_LAST = 2
_LONGEST = 40
"""The letters above which a text among the labels is a note, or a label with its explanation."""
_NUMBERING = re.compile(r"\s*[（(]\s*([一二三四五六七])\s*[）)]\s*+[、.．]?+\s*+")


class _Official(NamedTuple):
    """The labels of a table: their letters, by their letters sorted, and the groups by their number.

    `whole` is in printed order, so that of two labels that fit the same one is named by every run.
    """

    whole: Mapping[str, None]
    sorted: dict[str, str]
    groups: dict[str, str]


def check_labels(atoms: Sequence[Atom], readings: Sequence[TableReading]) -> tuple[Check, ...]:
    """Return, for each of the three tables that was read, whether one of its labels is damaged, and which."""
    return tuple(_check_table(atoms, reading) for reading in readings if reading.table.key != "statistics")


def _check_table(atoms: Sequence[Atom], reading: TableReading) -> Check:
    own = list(reading.iter_atoms())
    inside = [atom for atom in atoms[min(own) : max(own) + 1] if atom.kind == "text"]
    official = _load_official(reading.form, reading.table.key)
    damaged = list(dict.fromkeys(_iter_damaged(inside, official)))
    label = reading.table.label
    origin: Origin = "report" if all(atom.setting == "grid" for atom in inside) else "unknown"
    if not damaged:
        return Check(
            "report.labels", reading.table.key, "pass", 0, 0, f"{label}: every label is whole", "soft", "report"
        )
    text = f"{label}: labels are printed cut or scrambled: {'、'.join(damaged)}"
    return Check("report.labels", reading.table.key, "fail", len(damaged), 0, text, "soft", origin)


def _iter_damaged(inside: Sequence[Atom], official: _Official) -> Iterator[str]:
    """Yield each damaged label as it is printed, with what it should be."""
    keys = [label_key(atom.raw) for atom in inside]
    counted = Counter(keys)
    for number, (atom, key) in enumerate(zip(inside, keys, strict=True)):
        if key in official.whole or len(key) > _LONGEST:
            continue
        right = (
            _find_scrambled(key, official)
            or _find_cut(key, counted, official)
            or _find_holed(key, official)
            or _find_bare(atom.raw, keys[number + 1 : number + 2], keys, official)
        )
        if right:
            yield f"{atom.raw.strip()} ({right})"


def _find_scrambled(key: str, official: _Official) -> str | None:
    """Return the label whose letters these are, in another order."""
    return official.sorted.get("".join(sorted(key))) if len(key) >= _MIN_SCRAMBLED else None


def _find_cut(key: str, counted: Counter[str], official: _Official) -> str | None:
    """Return the label that begins so, where its rest stands in too few places of the table."""
    if len(key) < _MIN_CUT:
        return None
    rests = {label[len(key) :]: label for label in official.whole if label.startswith(key)}
    if not rests:
        return None
    found = sum(times for other, times in counted.items() if any(_may_be(other, rest) for rest in rests))
    return next(iter(rests.values())) if found < counted[key] else None


def _find_holed(key: str, official: _Official) -> str | None:
    """Return the label that begins and ends so, and has more between: 其他法律行政止公开."""
    if len(key) < _MIN_HOLED:
        return None
    for label in official.whole:
        is_like = key[:_MIN_CUT] == label[:_MIN_CUT] and key[-_LAST:] == label[-_LAST:]
        if is_like and len(label) <= min(_LONGEST_HOLED, 2 * len(key)):
            letters = iter(label)
            if all(letter in letters for letter in key):
                return label
    return None


def _may_be(key: str, rest: str) -> bool:
    """Whether a text may hold the rest of a label, or a first part of that rest."""
    return bool(key) and (key.startswith(rest) or rest.startswith(key))


def _find_bare(raw: str, following: Sequence[str], keys: Sequence[str], official: _Official) -> str | None:
    """Return the group whose number stands alone, where its words stand neither behind it nor anywhere else."""
    match = _NUMBERING.fullmatch(raw)
    label = official.groups.get(match[1]) if match else None
    if label is None or any(_may_be(key, label) for key in following) or label in "".join(keys):
        return None
    return label


@cache
def _load_official(form: str, table: str) -> _Official:
    """Return the labels of a table, as the form has them or as any form has them in that table."""
    tables = [found for one in load_forms().values() for found in one.tables if found.key == table]
    # A label without its explanation in brackets is as good.
    keys = (key(text) for found in tables for text in _iter_labels(found) for key in (label_key, short_key))
    whole = dict.fromkeys(filter(None, keys))
    own = next(found for found in load_forms()[form].tables if found.key == table)
    groups = {match[1]: label_key(text) for text in _iter_labels(own) if (match := _NUMBERING.match(text))}
    by_letters = {"".join(sorted(key)): key for key in whole if len(key) >= _MIN_SCRAMBLED}
    return _Official(whole, by_letters, groups)


def _iter_labels(table: Table) -> Iterator[str]:
    for line in table.lines:
        for label in line.labels:
            yield label.text
