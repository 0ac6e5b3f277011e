"""What a form asks of its cells beside sums, tried on a report: one function a kind of condition."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from parsers.forms import Condition, Form, load_forms
from parsers.report import CellKey, Check, CheckStatus, Suspect
from parsers.rules import load_rules
from parsers.tried import Added, ByKey, Number, Tried, add_cells, is_unread, name_cells, say_blanks, say_unread

_MOST_NAMED = 5
"""So many cells are named in the text of a check on a whole table."""
_UNIT_STEPS = {("元", "万元"): 10_000, ("亿元", "万元"): 0.0001}
"""How many of the unit printed are one of the unit asked for."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A condition at one place, with the cells of its sides; `parts` stand for a total that is not filled in.

    `totals` are the cells of that total at all places: its whole row.
    """

    condition: Condition
    where: str
    left: tuple[CellKey, ...]
    right: tuple[CellKey, ...]
    totals: tuple[CellKey, ...] = ()
    parts: tuple[CellKey, ...] = ()

    def tell(
        self, status: CheckStatus, left: Number | None, right: Number | None, text: str, *suspects: Suspect
    ) -> Tried:
        """Return what came of it; `text` follows what the condition says."""
        condition = self.condition
        level = load_rules()[condition.id].level
        told = f"{condition.says}: {text}"
        check = Check(condition.id, self.where, status, left, right, told, level, suspects=suspects)
        return Tried(check, (*self.left, *self.right, *self.parts), condition.along != "table")

    def leave_open(self, unread: int) -> Tried:
        """Return that nothing can be told, so many of the cells being unread."""
        return self.tell("unknown", None, None, say_unread(unread, len(self.left) + len(self.right) + len(self.parts)))


def try_conditions(form: str, table: str, by_key: ByKey, agency_level: str | None) -> Iterator[Tried]:
    """Try each condition of a table at each of its places; `agency_level` is None where it is not known."""
    for placed in _place(form, table):
        kind = placed.condition.kind
        found = _reserved(placed, by_key, agency_level) if kind == "reserved" else _KINDS[kind](placed, by_key)
        if found is not None:
            yield found


@cache
def _place(form: str, table: str) -> tuple[_Placed, ...]:
    """Lay out the conditions of a table over its cells, once for every report."""
    official = load_forms()[form]
    return tuple(
        _place_one(condition, place, official)
        for condition in official.conditions
        if condition.table == table
        for place in condition.places or (table,)
    )


def _place_one(condition: Condition, place: str, form: Form) -> _Placed:
    if condition.along == "table":
        out = {*condition.but}
        cells = (key for key in form.iter_cells() if key.table == condition.table and not out & {key.row, key.column})
        return _Placed(condition, place, tuple(cells), ())
    left, right = (tuple(condition.cell(place, key) for key in side) for side in (condition.left, condition.right))
    for rule in form.rules:
        if rule.id == condition.parts_of:
            totals = tuple(condition.cell(one, rule.left[0]) for one in condition.places)
            parts = tuple(condition.cell(place, key) for key in rule.right)
            return _Placed(condition, place, left, tuple(key for key in right if key not in totals), totals, parts)
    return _Placed(condition, place, left, right)


def _at_least(placed: _Placed, by_key: ByKey) -> Tried:
    left, right = add_cells(placed.left, by_key), add_cells(placed.right, by_key)
    return _weigh(placed, by_key, left, right)


def _at_least_each(placed: _Placed, by_key: ByKey) -> Tried:
    each = [add_cells((key,), by_key) for key in placed.right]
    blank, unread = sum(one.blank for one in each), sum(one.unread for one in each)
    return _weigh(placed, by_key, add_cells(placed.left, by_key), Added(max(e.total for e in each), blank, unread))


def _weigh(placed: _Placed, by_key: ByKey, left: Added, right: Added) -> Tried:
    if unread := left.unread + right.unread:
        return placed.leave_open(unread)
    blanks = say_blanks(left.blank + right.blank)
    if left.total >= right.total:
        return placed.tell("pass", left.total, right.total, f"{left.total} ≥ {right.total}{blanks}")
    text = f"{left.total} < {right.total}{blanks}"
    if placed.condition.is_open:
        return placed.tell("unknown", left.total, right.total, f"{text}; this table does not tell whether it is so")
    first = placed.left[0]
    lacking = right.total - left.total + (by_key[first].value or 0)
    return placed.tell("fail", left.total, right.total, text, Suspect(*first, by_key[first].value, lacking))


def _implied(placed: _Placed, by_key: ByKey) -> Tried:
    left, right = add_cells(placed.left, by_key), add_cells(placed.right, by_key)
    blanks = say_blanks(left.blank + right.blank)
    if (left.total == 0 and not left.unread) or right.total > 0:
        return placed.tell("pass", left.total, right.total, f"{left.total} after {right.total}{blanks}")
    if unread := left.unread + right.unread:
        return placed.leave_open(unread)
    status: CheckStatus = "unknown" if placed.condition.is_open else "fail"
    return placed.tell(status, left.total, right.total, f"{left.total} after none{blanks}; the year before may tell")


def _balance_of_parts(placed: _Placed, by_key: ByKey) -> Tried | None:
    """Return None where the row of the total is filled in or cannot be read, or the parts here are nothing either."""
    if any(is_unread(key, by_key) or by_key[key].value for key in placed.totals):
        return None
    parts = add_cells(placed.parts, by_key)
    if not parts.total:
        return None
    left, right = add_cells(placed.left, by_key), add_cells((*placed.right, *placed.parts), by_key)
    if unread := left.unread + right.unread:
        return placed.leave_open(unread)
    holds = left.total == right.total
    text = f"{left.total} {'=' if holds else '≠'} {right.total}{say_blanks(left.blank + right.blank)}"
    return placed.tell("pass" if holds else "fail", left.total, right.total, text)


def _whole(placed: _Placed, by_key: ByKey) -> Tried:
    signed = placed.condition.signed
    read = [key for key in placed.left if not is_unread(key, by_key)]
    strange = [key for key in read if not _is_whole(by_key[key].value, is_signed=key.column in signed)]
    if strange:
        names = ", ".join(f"{key.row}.{key.column} {by_key[key].value}" for key in strange[:_MOST_NAMED])
        return placed.tell("fail", len(strange), 0, f"{len(strange)} of {len(read)} are not: {names}")
    if len(read) < len(placed.left):
        return placed.leave_open(len(placed.left) - len(read))
    return placed.tell("pass", 0, 0, "so it is")


def _is_whole(value: Number | None, *, is_signed: bool) -> bool:
    return value is None or (value == int(value) and (is_signed or value >= 0))


def _filled(placed: _Placed, by_key: ByKey) -> Tried | None:
    """Return None where the table has no figure at all: it is not incomplete, it is not there."""
    statuses = [by_key[key].status if key in by_key else "missing" for key in placed.left]
    if not {"reported", "inferred"} & {*statuses}:
        return None
    blank = [key for key, status in zip(placed.left, statuses, strict=True) if status == "blank"]
    if blank:
        named = f": {name_cells(blank, _MOST_NAMED)}" if len(blank) <= _MOST_NAMED else ""
        text = f"{len(blank)} of {len(statuses)} cells {'is' if len(blank) == 1 else 'are'} blank{named}"
        return placed.tell("fail", len(blank), 0, text)
    if unread := sum(status in {"ambiguous", "missing"} for status in statuses):
        return placed.leave_open(unread)
    return placed.tell("pass", 0, 0, f"0 of {len(statuses)} cells are blank")


def _unit(placed: _Placed, by_key: ByKey) -> Tried:
    (key,) = placed.left
    wanted = placed.condition.unit
    if is_unread(key, by_key):
        return placed.leave_open(1)
    cell = by_key[key]
    if not cell.value:
        return placed.tell("pass", cell.value, None, "no amount is printed" if cell.value is None else "it is 0")
    if cell.unit == wanted or (cell.unit is None and not placed.condition.is_stated):
        return placed.tell("pass", cell.value, None, f"{cell.raw} is")
    step = _UNIT_STEPS.get((cell.unit or "", wanted or ""))
    if step is None:
        unit = f"in {cell.unit}" if cell.unit else "without a unit"
        return placed.tell("fail", cell.value, None, f"{cell.raw} is printed {unit}")
    amount = round(cell.value / step, 6)
    return placed.tell(
        "fail", cell.value, amount, f"{cell.raw} is {amount} {wanted}", Suspect(*key, cell.value, amount)
    )


def _reserved(placed: _Placed, by_key: ByKey, agency_level: str | None) -> Tried:
    figures = [key for key in placed.left if not is_unread(key, by_key) and by_key[key].value]
    if not figures:
        unread = add_cells(placed.left, by_key).unread
        return placed.leave_open(unread) if unread else placed.tell("pass", 0, 0, "none are reported")
    most = max(by_key[key].value or 0 for key in figures)
    said = ", ".join(f"{key.column} {by_key[key].value}" for key in figures)
    if agency_level is None:
        return placed.tell("unknown", most, 0, f"{said}; of what level the agency is cannot be told from its name")
    if agency_level in placed.condition.levels:
        return placed.tell("pass", most, most, f"{said}; the agency is one ({agency_level})")
    suspects = (Suspect(*key, by_key[key].value, 0) for key in figures)
    return placed.tell("fail", most, 0, f"{said}, and the agency is none of them ({agency_level})", *suspects)


_KINDS: Mapping[str, Callable[[_Placed, ByKey], Tried | None]] = {
    "at_least": _at_least,
    "at_least_each": _at_least_each,
    "implied": _implied,
    "balance_of_parts": _balance_of_parts,
    "whole": _whole,
    "filled": _filled,
    "unit": _unit,
}
