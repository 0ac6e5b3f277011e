"""One table of one form as a document has it: its rows placed, with what is doubtful about them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from parsers.atoms import Atom
from parsers.forms import Table
from parsers.headers import check_headers, say_where
from parsers.hits import Found, Hit
from parsers.labels import Frame, find_unit, label_key
from parsers.options import Options
from parsers.report import CellKey
from parsers.rhythm import Rhythm, find_padding, keep_rhythm, without_codes
from parsers.rows import Row, place_row
from parsers.settle import Settled
from parsers.unlabelled import find_header_begin

_WORD_WEIGHT = 3  # a word that heads a column of one form tells more than a figure that would fit another


@dataclass(frozen=True, slots=True)
class TableReading:
    """One table of one form as the document has it: the rows found, the words of its header, the doubts."""

    form: str
    frame: Frame
    rows: tuple[Row, ...]
    words: int
    headed: frozenset[int]
    begin: int
    units: Mapping[tuple[int, str], str]
    warnings: tuple[str, ...] = ()
    settled: Mapping[CellKey, Settled] | None = None
    instead: tuple["TableReading", frozenset[int]] | None = None

    @property
    def table(self) -> Table:
        """The printed table."""
        return self.frame.table

    @property
    def weight(self) -> int:
        """How much of the form's table was recognised; comparable between forms for one document."""
        return weigh_chain([row.hit for row in self.rows]) + _WORD_WEIGHT * self.words

    @property
    def rows_found(self) -> int:
        """How many printed lines hold at least one figure that could be placed."""
        return sum(1 for row in self.rows if any(index is not None for index in row.placed))

    def iter_atoms(self) -> Iterator[int]:
        """Yield the index of every atom that is accounted for by this table, from the begin of its header."""
        if self.rows:
            yield from range(self.begin, self.rows[0].hit.start)
        for row in self.rows:
            yield from range(row.hit.start, row.hit.end)
            yield from row.values or row.hit.figures
        if self.instead:
            yield from self.instead[0].iter_atoms()


def weigh_chain(chain: Sequence[Hit]) -> int:
    """Return how much of a table a chain recognises, lines that it skips taken off."""
    orders = [hit.line.order for hit in chain]
    skipped = orders[-1] - orders[0] + 1 - len(orders) if orders else 0
    return sum(hit.weight for hit in chain) - skipped


def read_table(  # noqa: PLR0913 - all that is known of the document
    frame: Frame, chain: Sequence[Hit], rhythm: Rhythm, found: Found, atoms: Sequence[Atom], options: Options
) -> TableReading:
    """Return a table with the figures of its chain put into its cells, and every doubt about them."""
    is_padded = find_padding(chain, atoms, options)
    chain = [keep_rhythm(hit, frame, rhythm, atoms, is_padded=is_padded) for hit in chain]
    chain = without_codes(chain, atoms, options)
    headers = check_headers(frame, chain, found, atoms, options)
    doubts = {**_find_twins(frame, chain, atoms), **_find_unitless(chain, atoms), **headers.doubts}
    rows = tuple(place_row(hit, atoms, doubts.get(hit.line.order), options) for hit in chain)
    words = {word.key for word in found.words if word.key in frame.columns}
    units = _header_units(frame, found, atoms)
    warnings = tuple(row.doubt for row in rows if row.doubt)
    begin = find_header_begin(frame, atoms, rows[0].hit.start, options) if rows else 0
    return TableReading(frame.key[0], frame, rows, len(words), headers.headed, begin, units, warnings)


def _find_unitless(chain: Sequence[Hit], atoms: Sequence[Atom]) -> Mapping[int, str]:
    """Return the lines without their unit between label and figure, in a table that prints it there elsewhere."""
    with_unit = {hit for hit in chain if hit.line.unit and label_key(atoms[hit.end - 1].raw) == hit.line.unit}
    if not with_unit:
        return {}
    doubt = "the unit that should follow is not there; the figure may be of another line"
    return {hit.line.order: f"{say_where(hit, atoms)}: {doubt}" for hit in chain if hit not in with_unit}


def _find_twins(frame: Frame, chain: Sequence[Hit], atoms: Sequence[Atom]) -> Mapping[int, str]:
    """Return the lines whose label the table has twice, where the lines around that tell them apart are not there."""
    counts = Counter(key for line in frame.lines for key in line.keys)
    sole = [all(counts[key] == 1 for key in hit.line.keys) for hit in chain]
    doubts = {}
    for number, hit in enumerate(chain):
        if sole[number]:
            continue
        before = next((chain[n].line.order for n in range(number, -1, -1) if sole[n]), -1)
        behind = next((chain[n].line.order for n in range(number, len(chain)) if sole[n]), len(frame.lines))
        if sum(1 for line in frame.lines[before + 1 : behind] if line.keys & hit.line.keys) > 1:
            doubts[hit.line.order] = (
                f"{say_where(hit, atoms)}: the table has this label twice; which it is cannot be told"
            )
    return doubts


def _header_units(frame: Frame, found: Found, atoms: Sequence[Atom]) -> Mapping[tuple[int, str], str]:
    """Return the unit that the printed header of a column names, by block and column."""
    units = {}
    for word in found.words:
        raw = "".join(atom.raw for atom in atoms[word.start : word.end]) if word.key in frame.columns else ""
        unit = find_unit(raw) if "(" in raw or "（" in raw else None
        if unit:
            units.update({(head.block, head.column): unit for head in frame.heads[word.key] if head.column})
    return units
