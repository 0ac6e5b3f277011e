"""What holds between a report and that of the year before, and between a government's report and its offices'.

The operands of the rules are data (`across_rules.py`); what people are told of them is in the catalogue (`rules.py`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from parsers.across_rules import AcrossRule, Kind, load_across, most_plausible, year_rules
from parsers.report import Cell, CellKey, Check, CheckStatus, Origin, Suspect

Number = int | float
_SURE = frozenset({"reported", "blank"})
_UNREAD = frozenset({"ambiguous", "missing"})
_IN_WAN = {"元": 0.0001, "亿元": 10_000}
"""How many 万元 one of a unit is."""
_DIGITS = 6
"""Amounts are added as binary fractions; what is left of that beyond so many digits is no part of the sum."""


class YearCells(NamedTuple):
    """The cells of one report that rules need, with its agency, which tells what is plausible."""

    year: int
    agency: str | None
    cells: Mapping[CellKey, Cell]


class YearCheck(NamedTuple):
    """A check between two years; `is_of_before` where the report on the year before is the one it is about."""

    check: Check
    is_of_before: bool = False


def judge_years(now: YearCells, before: YearCells | None) -> tuple[YearCheck, ...]:
    """Return every check between a report and that of the year before.

    Blanks count as 0, which is said; where a cell is ambiguous or missing nothing is decided. Without the year before
    only that is tried which needs no other. A rule whose cells one of the forms has not is not tried.
    """
    return tuple(
        check
        for rule in year_rules()
        for place in _list_places(rule, now, before)
        for check in _JUDGES[rule.kind](_Place(rule, place, now, before))
    )


def _list_places(rule: AcrossRule, now: YearCells, before: YearCells | None) -> tuple[str, ...]:
    """Return the places at which a rule is tried: one alone where a year prints that one only, without it the rest."""
    if rule.alone is None or before is None:
        return rule.places
    lines = [(now, key) for key in rule.left] + [(before, key) for key in rule.before]
    if any(_is_bare(rule, year, key) for year, key in lines):
        return (rule.alone,)
    is_left_out = any(_is_left_out(rule, year, key) for year, key in lines)
    return tuple(place for place in rule.places if place != rule.alone) if is_left_out else rule.places


def _is_bare(rule: AcrossRule, year: YearCells, key: str) -> bool:
    """Whether all cells of a line beside the one that decides alone are there, and blank."""
    others = [year.cells.get(rule.name(place, key)) for place in rule.places if place != rule.alone]
    return all(cell is not None and cell.status == "blank" for cell in others)


def _is_left_out(rule: AcrossRule, year: YearCells, key: str) -> bool:
    """Whether the cell that decides alone is blank though the line has figures: that is a fault of that year only."""
    *others, alone = (
        year.cells.get(rule.name(place, key)) for place in sorted(rule.places, key=lambda one: one == rule.alone)
    )
    return alone is not None and alone.status == "blank" and any(cell is not None and cell.value for cell in others)


class _Place(NamedTuple):
    """A rule at a place of two reports."""

    rule: AcrossRule
    place: str
    now: YearCells
    before: YearCells | None

    def find(self, keys: Sequence[str], *, is_before: bool = False) -> list[Cell] | None:
        """Return the cells of a side, None where the report has not all of them."""
        year = self.before if is_before else self.now
        found = [year.cells.get(self.rule.name(self.place, key)) if year else None for key in keys]
        cells = [cell for cell in found if cell is not None]
        return cells if len(cells) == len(found) else None

    def say(self, status: CheckStatus, sides: tuple[Number | None, Number | None], text: str) -> Check:
        """Return the check."""
        return Check(self.rule.id, self.place, status, *sides, text, self.rule.level)

    def fail(self, sides: tuple[Number, Number], text: str, cells: Sequence[Cell], *claims: "_Claim") -> Check:
        """Return a check that failed, over these cells; each of the claims would explain it alone.

        A suspect is a cell of the report that is judged: what the other year's would have to say stands in the text.
        """
        possible = [claim for claim in claims if claim.suspect.wanted >= 0]
        failed = self.say("fail", sides, f"{text}{_say_blanks(cells)}{_say_claims(possible)}")
        suspects = tuple(claim.suspect for claim in possible if not claim.is_of_before)[:1]
        return failed._replace(origin=_find_origin(cells), suspects=suspects)

    def unknown(self, cells: Sequence[Cell]) -> Check:
        """Return a check that cannot be told because cells were not read."""
        unread = sum(1 for cell in cells if cell.status in _UNREAD)
        text = f"{self.rule.says}: cannot be told, {unread} of {len(cells)} cells are ambiguous or missing"
        return self.say("unknown", (None, None), text)


def _judge_balance(place: _Place) -> Iterator[YearCheck]:
    """`left` = `before` + `added` − `less`."""
    rule = place.rule
    now = place.find((*rule.left, *rule.added, *rule.less))
    before = place.find(rule.before, is_before=True)
    if now is None or before is None:
        return
    cells = [*now, *before]
    if _is_unread(cells):
        yield YearCheck(place.unknown(cells))
        return
    left = _add(now[: len(rule.left)])
    added, less = now[len(rule.left) :][: len(rule.added)], now[len(rule.left) + len(rule.added) :]
    right = _tidy(_add(before) + _add(added) - _add(less))
    if left == right:
        yield YearCheck(place.say("pass", (left, right), f"{rule.says}: {left} = {right}{_say_blanks(cells)}"))
        return
    own, other = _claim(now[0], right - left), _claim(before[0], left - right, is_of_before=True)
    yield YearCheck(place.fail((left, right), f"{rule.says}: {left} ≠ {right}", cells, own, other))


def _judge_ratio(place: _Place) -> Iterator[YearCheck]:
    """`left` and `before` are not `factor` times each other, nor `left` more than is plausible."""
    rule = place.rule
    now, before = place.find(rule.left), place.find(rule.before, is_before=True)
    if now is None:
        return
    cells = [*now, *(before or ())]
    if _is_unread(cells):
        yield YearCheck(place.unknown(cells))
        return
    left, right = _amount(now[0]), _amount(before[0]) if before else 0
    if before and _is_slip(rule, left, right):
        yield YearCheck(_fail_slip(place, now[0], cells, (left, right)))
    elif before and _is_slip(rule, right, left):
        yield YearCheck(_fail_slip(place, before[0], cells, (left, right)), is_of_before=True)
    elif left > (most := most_plausible(place.now.agency)):
        text = f"{rule.says}: {left} is more than is plausible ({most})"
        yield YearCheck(place.fail((left, most), text, now, _in_yuan(now[0], rule)))
    else:
        sides = (left, right) if before else (left, most)
        yield YearCheck(place.say("pass", sides, f"{rule.says}: {left}, {right} the year before{_say_blanks(cells)}"))


def _is_slip(rule: AcrossRule, large: Number, small: Number) -> bool:
    return small > 0 and rule.factor / rule.slack <= large / small <= rule.factor * rule.slack


def _fail_slip(place: _Place, cell: Cell, cells: Sequence[Cell], sides: tuple[Number, Number]) -> Check:
    text = f"{place.rule.says}: {sides[0]}, {sides[1]} the year before; the larger looks like 元"
    return place.fail(sides, text, cells, _in_yuan(cell, place.rule))


def _in_yuan(cell: Cell, rule: AcrossRule) -> "_Claim":
    return _Claim(Suspect(*cell.key, cell.value, _tidy((cell.value or 0) / rule.factor)))


def _judge_followed(place: _Place) -> Iterator[YearCheck]:
    """Where `before` is above 0, some of `left` is."""
    rule = place.rule
    now, before = place.find(rule.left), place.find(rule.before, is_before=True)
    if now is None or before is None:
        return
    left, right = _add(now), _add(before)
    if _is_unread(before) or (_is_unread(now) and right > 0 and not left):
        yield YearCheck(place.unknown([*now, *before]))
    elif right > 0 and not left:
        text = f"{rule.says}: {right} were pending, and nothing is said of them"
        yield YearCheck(place.fail((left, right), text, [*now, *before]))
    else:
        yield YearCheck(place.say("pass", (left, right), f"{rule.says}: {right} were pending"))


def _judge_supported(place: _Place) -> Iterator[YearCheck]:
    """Where `left` is above 0, some of `added` or `before` is."""
    rule = place.rule
    now, before = place.find((*rule.left, *rule.added)), place.find(rule.before, is_before=True)
    if now is None or before is None:
        return
    cells = [*now, *before]
    claimed, needed = now[: len(rule.left)], [*now[len(rule.left) :], *before]
    left, right = _add(claimed), _add(needed)
    if right > 0 or (not left and not _is_unread(claimed)):
        yield YearCheck(place.say("pass", (left, right), f"{rule.says}: {left}, {right} in both years"))
    elif _is_unread(cells):
        yield YearCheck(place.unknown(cells))
    else:
        text = f"{rule.says}: {left}, and none in both years"
        yield YearCheck(place.fail((left, right), text, cells, _claim(claimed[0], -left)))


_JUDGES: Mapping[Kind, Callable[[_Place], Iterator[YearCheck]]] = {
    "balance": _judge_balance,
    "ratio": _judge_ratio,
    "followed": _judge_followed,
    "supported": _judge_supported,
}


def judge_district(government: YearCells, offices: Sequence[YearCells]) -> tuple[Check, ...]:
    """Return the checks of a government's own report against the sum of the reports known of its offices.

    They fail only where it is below that sum: which offices there are beside those known, nobody tells. An office whose
    cell was not read, or is not there, is left out of the sum, and that is said.
    """
    rules = [rule for rule in load_across().rules if rule.kind == "offices"]
    return tuple(
        check
        for rule in rules
        for place in rule.places
        if (check := _judge_offices(_Place(rule, place, government, None), offices))
    )


def _judge_offices(place: _Place, offices: Sequence[YearCells]) -> Check | None:
    rule = place.rule
    own = place.find(rule.left)
    sides = [found for one in offices if (found := _Place(rule, place.place, one, None).find(rule.left))]
    known = [cells for cells in sides if not _is_unread(cells)]
    if own is None or not known:
        return None
    if _is_unread(own):
        return place.unknown(own)
    cells = [cell for office in known for cell in office]
    left, right = _add(own), _add(cells)
    counted = f"{len(known)} offices known" + (
        f", {len(sides) - len(known)} not read" if len(known) < len(sides) else ""
    )
    if left >= right:
        return place.say("pass", (left, right), f"{rule.says}: {left} ≥ {right} ({counted}){_say_blanks(cells)}")
    return place.fail((left, right), f"{rule.says}: {left} < {right} ({counted})", [*own, *cells])


def _is_unread(cells: Sequence[Cell]) -> bool:
    return any(cell.status in _UNREAD for cell in cells)


def _amount(cell: Cell) -> Number:
    """Return an amount in 万元; one without a unit has that of its header."""
    value = cell.value or 0
    return _tidy(value * _IN_WAN.get(cell.unit or "", 1))


def _add(cells: Sequence[Cell]) -> Number:
    return _tidy(sum(cell.value or 0 for cell in cells))


def _tidy(total: Number) -> Number:
    """Return a sum without the noise of binary fractions."""
    return round(total, _DIGITS) if isinstance(total, float) else total


class _Claim(NamedTuple):
    """A cell that would explain a breach, and whether it is one of the year before."""

    suspect: Suspect
    is_of_before: bool = False


def _claim(cell: Cell, difference: Number, *, is_of_before: bool = False) -> _Claim:
    return _Claim(Suspect(*cell.key, cell.value, _tidy((cell.value or 0) + difference)), is_of_before)


def _find_origin(cells: Sequence[Cell]) -> Origin:
    """Return whose fault a breach is: the report's where every cell is printed for certain, else perhaps ours."""
    return "report" if all(cell.status in _SURE for cell in cells) else "reading"


def _say_blanks(cells: Sequence[Cell]) -> str:
    blanks = sum(1 for cell in cells if cell.status == "blank")
    return f" ({blanks} blank cells counted as 0)" if blanks else ""


def _say_claims(claims: Sequence[_Claim]) -> str:
    """Say which cell would explain a breach."""
    named = [
        f"{one.row}.{one.column}{' of the year before' if is_of_before else ''} "
        f"{'blank' if one.value is None else one.value} → {one.wanted}"
        for one, is_of_before in claims
    ]
    return f"; one cell explains it{', any one of' if len(named) > 1 else ''}: {', '.join(named)}" if named else ""
