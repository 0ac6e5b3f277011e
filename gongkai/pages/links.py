"""Which line leads to which cell: the ids of a page, and the links between its two sides."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gongkai.pages.markup import escape
from parsers.explain import ExplainedLine, PartKind, holds_sentence
from parsers.report import CellKey

_NAMED = re.compile(r"(?<![a-z_])[a-z][a-z_]*+(?:\.[a-z_]++)++|(?<![a-z])[a-z]++ \d++(?: [a-z]++ \d++)*")
_RANK: Mapping[PartKind, int] = {"figure": 0, "blank": 0, "doubt": 1, "label": 2, "header": 3, "unplaced": 4}


@dataclass(frozen=True, slots=True)
class Links:
    """`to_source` gives the id of the part that a cell comes from; where it has none, that of its row's label.

    `shown` are the cells that the page draws, `places` the ids of all places, `names` those of the cells by row and
    column. `words` are the lines of running text, each with its id.
    """

    to_source: Mapping[CellKey, str]
    shown: frozenset[CellKey]
    places: Mapping[str, str]
    names: Mapping[str, str]
    words: Sequence[tuple[str, str]]

    def find_sentence(self, sentence: str) -> str | None:
        """Return the id of the first line of running text that holds a sentence."""
        return next((name for words, name in self.words if holds_sentence(words, sentence)), None)

    def find_cell(self, keys: Sequence[CellKey]) -> str | None:
        """Return the id of the first of some cells that is drawn."""
        return next((cell_id(key) for key in keys if key in self.shown), None)

    def link_words(self, text: str) -> str:
        """Return the markup of a text in which the places and cells that it names are links."""
        marked, end = [], 0
        for found in _NAMED.finditer(text):
            target = self.places.get(found[0]) or self.names.get(found[0])
            if target:
                marked += [escape(text[end : found.start()]), f'<a href="#{escape(target)}">{escape(found[0])}</a>']
                end = found.end()
        return "".join((*marked, escape(text[end:])))


def find_links(lines: Sequence[ExplainedLine], shown: frozenset[CellKey]) -> Links:
    """Return the links between the lines of a document and the cells of its tables."""
    best: dict[CellKey, tuple[int, str]] = {}
    places: dict[str, str] = {}
    for line in lines:
        places.setdefault(line.at, line_id(line))
        for part, name in zip(line.parts, part_ids(line), strict=True):
            places.setdefault(part.at, name)
            rank = _RANK.get(part.kind)
            for key in part.cells if rank is not None else ():
                if key not in best or (rank or 0) < best[key][0]:
                    best[key] = rank or 0, name
    names: dict[str, str] = {}
    for key in shown:
        names[".".join(key)] = names[f"{key.row}.{key.column}"] = cell_id(key)
    words = [
        (part.text, name)
        for line in lines
        for part, name in zip(line.parts, part_ids(line), strict=True)
        if part.kind == "text"
    ]
    return Links({key: name for key, (_, name) in best.items()}, shown, places, names, words)


def line_id(line: ExplainedLine) -> str:
    """Return the id of a line."""
    return f"l{line.number}"


def part_ids(line: ExplainedLine) -> list[str]:
    """Return the id of each part of a line; the only part of one is the line itself."""
    return list(_iter_part_ids(line))


def _iter_part_ids(line: ExplainedLine) -> Iterator[str]:
    if len(line.parts) == 1 and not line.row:
        yield line_id(line)
        return
    for number in range(1, len(line.parts) + 1):
        yield f"{line_id(line)}p{number}"


def cell_id(key: CellKey) -> str:
    """Return the id of a cell."""
    return f"c.{'.'.join(key)}"
