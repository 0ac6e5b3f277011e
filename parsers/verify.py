"""The sums that a form asks for, tried on the cells of a report: one check for every place where a rule applies."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache

from parsers.faults import Explanation, Identity, Number, Sums, find_explanations, find_unfilled
from parsers.forms import Rule, load_forms
from parsers.options import DEFAULT_OPTIONS, Options
from parsers.report import Cell, CellKey, Check

_UNREAD = frozenset({"ambiguous", "missing"})


@dataclass(frozen=True, slots=True)
class _Plan:
    """The sums of one table: its cells by number, and each rule at each place over the numbers of its cells."""

    keys: tuple[CellKey, ...]
    rules: tuple[tuple[Rule, str], ...]
    identities: tuple[Identity, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    """The cells of a table as numbers: None where unread, 0 for those in `blank`."""

    plan: _Plan
    values: Sequence[Number | None]
    blank: Set[int]


def check_cells(
    cells: Iterable[Cell], forms_by_table: Mapping[str, str], options: Options = DEFAULT_OPTIONS
) -> tuple[Check, ...]:
    """Return every check of the forms whose tables the report has (`forms_by_table`: table key to form key).

    The text of a failed check names the smallest set of cells that explains it, where one or two cells do.
    """
    by_key = {(cell.table, cell.row, cell.column): cell for cell in cells}
    return tuple(
        check
        for table, form in forms_by_table.items()
        for check in _check_table(_read_table(_plan(form, table), by_key), options)
    )


@cache
def _plan(form: str, table: str) -> _Plan:
    """Lay out the rules of a table over its cells, once for every report."""
    keys = tuple(key for key in load_forms()[form].iter_cells() if key.table == table)
    numbers = {key: number for number, key in enumerate(keys)}
    placed = [
        (rule, place)
        for rule in load_forms()[form].rules
        if rule.table == table
        for place in dict.fromkeys(key.row if rule.along == "rows" else key.column for key in keys)
    ]
    return _Plan(keys, tuple(placed), tuple(_identity(rule, place, numbers) for rule, place in placed))


def _identity(rule: Rule, place: str, numbers: Mapping[CellKey, int]) -> Identity:
    left, right = (
        tuple(
            numbers[CellKey(rule.table, place, key) if rule.along == "rows" else CellKey(rule.table, key, place)]
            for key in keys
        )
        for keys in (rule.left, rule.right)
    )
    return Identity(rule.along, left, right)


def _read_table(plan: _Plan, by_key: Mapping[tuple[str, str, str], Cell]) -> _Table:
    values: list[Number | None] = []
    blank = set()
    for number, key in enumerate(plan.keys):
        cell = by_key.get(key)
        if cell is None or cell.status in _UNREAD:
            values.append(None)
        elif cell.value is None:
            blank.add(number)
            values.append(0)
        else:
            values.append(cell.value)
    return _Table(plan, values, blank)


def _check_table(table: _Table, options: Options) -> Iterator[Check]:
    sums = [_add_up(identity, table.values) for identity in table.plan.identities]
    residuals = [None if one is None else one[0] - one[1] for one in sums]
    notes = _explain(table, residuals, options) if any(residuals) else {}
    for number, ((rule, place), both) in enumerate(zip(table.plan.rules, sums, strict=True)):
        identity = table.plan.identities[number]
        if both is None:
            yield Check(rule.id, place, "unknown", None, None, _say_unknown(rule, identity, table))
            continue
        left, right = both
        blanks = _say_blanks(identity, table.blank) if table.blank else ""
        if left == right:
            yield Check(rule.id, place, "pass", left, right, f"{rule.says}: {left} = {right}{blanks}")
        else:
            yield Check(rule.id, place, "fail", left, right, f"{rule.says}: {left} ≠ {right}{blanks}{notes[number]}")


def _add_up(identity: Identity, values: Sequence[Number | None]) -> tuple[Number, Number] | None:
    """Return both sums, None where a cell is unread."""
    left: Number = 0
    for number in identity.left:
        if (value := values[number]) is None:
            return None
        left += value
    right: Number = 0
    for number in identity.right:
        if (value := values[number]) is None:
            return None
        right += value
    return _tidy(left), _tidy(right)


def _tidy(total: Number) -> Number:
    """Return a sum without the noise of binary fractions."""
    return round(total, 6) if isinstance(total, float) else total


def _say_unknown(rule: Rule, identity: Identity, table: _Table) -> str:
    members = (*identity.left, *identity.right)
    unread = sum(1 for number in members if table.values[number] is None)
    return f"{rule.says}: cannot be told, {unread} of {len(members)} cells are ambiguous or missing"


def _say_blanks(identity: Identity, blank: Set[int]) -> str:
    blanks = sum(1 for number in (*identity.left, *identity.right) if number in blank)
    return f" ({blanks} blank cells counted as 0)" if blanks else ""


def _explain(table: _Table, residuals: Sequence[Number | None], options: Options) -> Mapping[int, str]:
    """Return what is added to the text of each failed identity: the cells that explain it, totals not filled in."""
    sums = Sums(table.plan.identities, table.values, residuals)
    unfilled = find_unfilled(sums)
    return {
        number: _say_explanations(table, explanations, options)
        + _say_unfilled(table, table.plan.identities[number], unfilled, is_explained=bool(explanations))
        for number, explanations in find_explanations(sums, options).items()
    }


def _say_explanations(table: _Table, explanations: Sequence[Explanation], options: Options) -> str:
    if not explanations:
        return ""
    named = [
        " and ".join(f"{_name(table, cell)} {_say_value(table, cell)} → {value}" for cell, value in explanation)
        for explanation in explanations[: options.max_alternatives]
    ]
    more = len(explanations) - len(named)
    subject = "one cell explains it" if len(explanations[0]) == 1 else "two cells explain it"
    choice = ": " if len(explanations) == 1 else ", any one of: "
    return f"; {subject}{choice}{', '.join(named)}{f', or one of {more} more' if more else ''}"


def _say_unfilled(
    table: _Table, identity: Identity, unfilled: Mapping[tuple[str, int], Number], *, is_explained: bool
) -> str:
    """Say of each total that is not filled in what its parts sum to, and whether the identity holds with that."""
    notes = []
    for cell in (*identity.left, *identity.right):
        parts = unfilled.get((identity.along, cell))
        if parts is None:
            continue
        if identity.left == (cell,):
            if not is_explained:
                notes.append(f"; {_name(table, cell)} is not filled in, its parts sum to {parts}")
            continue
        left, right = _add_up(identity, [parts if n == cell else value for n, value in enumerate(table.values)]) or (
            0,
            0,
        )
        holds = "=" if left == right else "≠"
        notes.append(f"; with {parts}, the sum of its parts, for {_name(table, cell)}: {left} {holds} {right}")
    return "".join(notes)


def _name(table: _Table, cell: int) -> str:
    key = table.plan.keys[cell]
    return f"{key.row}.{key.column}"


def _say_value(table: _Table, cell: int) -> str:
    return "blank" if cell in table.blank else str(table.values[cell])
