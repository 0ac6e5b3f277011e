"""What a form asks of its cells, tried on a report: one check for every place where a rule applies.

Here are the sums; what else is asked is in `conditions`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache

from parsers.conditions import try_conditions
from parsers.faults import Explanation, Identity, Number, Sums, choose_explanation, find_explanations, find_unfilled
from parsers.forms import Rule, load_forms
from parsers.options import DEFAULT_OPTIONS, Options
from parsers.report import Cell, CellKey, Check, Level, Suspect
from parsers.rules import load_rules
from parsers.tried import ByKey, Tried, is_unread, say_blanks, say_unread, tidy

ALL_ZERO = "report.all_zero"
"""The rule that a report should have one figure other than 0."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """The sums of one table: its cells by number, and each rule at each place over the numbers of its cells."""

    keys: tuple[CellKey, ...]
    rules: tuple[tuple[Rule, str], ...]
    levels: tuple[Level, ...]
    identities: tuple[Identity, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    """The cells of a table as numbers: None where unread, 0 for those in `blank`."""

    plan: _Plan
    values: Sequence[Number | None]
    blank: Set[int]


def try_cells(
    cells: Iterable[Cell],
    forms_by_table: Mapping[str, str],
    options: Options = DEFAULT_OPTIONS,
    *,
    agency_level: str | None = None,
) -> tuple[Tried, ...]:
    """Return every check of the forms whose tables the report has, each with the cells that it looked at.

    `forms_by_table` gives the key of a form for that of each table. The text of a failed check names the smallest set
    of cells that explains it, where one or two cells do. Whose fault a failure is stays open; see `agreement`.
    `agency_level` is as `agencies.find_level` gives it.
    """
    by_key = {cell.key: cell for cell in cells}
    tried: list[Tried] = []
    for table, form in forms_by_table.items():
        tried.extend(_try_sums(_read_table(_plan(form, table), by_key), options))
        tried.extend(try_conditions(form, table, by_key, agency_level))
    return (*tried, *_try_all_zero(by_key))


def _try_all_zero(by_key: ByKey) -> Iterator[Tried]:
    """Yield whether every figure of every table is 0; nothing where there is no figure."""
    figures = tuple(key for key, cell in by_key.items() if cell.value is not None)
    if not figures:
        return
    level = load_rules()[ALL_ZERO].level
    others = sum(1 for key in figures if by_key[key].value)
    ambiguous = sum(1 for cell in by_key.values() if cell.status == "ambiguous")
    if others:
        check = Check(ALL_ZERO, "report", "pass", others, 0, f"{others} of {len(figures)} figures are not 0", level)
    elif ambiguous:
        text = f"all {len(figures)} figures that could be placed are 0, {ambiguous} cells are ambiguous"
        check = Check(ALL_ZERO, "report", "unknown", None, None, text, level)
    else:
        check = Check(ALL_ZERO, "report", "fail", 0, len(figures), f"all {len(figures)} figures are 0", level)
    yield Tried(check, figures, is_compared=False)


@cache
def _plan(form: str, table: str) -> _Plan:
    """Lay out the rules of a table over its cells, once for every report."""
    keys = tuple(key for key in load_forms()[form].iter_cells() if key.table == table)
    numbers = {key: number for number, key in enumerate(keys)}
    placed = [
        (rule, *place) for rule in load_forms()[form].rules if rule.table == table for place in rule.iter_places(keys)
    ]
    levels = tuple(load_rules()[rule.id].level for rule, *_ in placed)
    identities = (
        Identity(rule.along, tuple(map(numbers.__getitem__, left)), tuple(map(numbers.__getitem__, right)))
        for rule, _, left, right in placed
    )
    return _Plan(keys, tuple((rule, place) for rule, place, *_ in placed), levels, tuple(identities))


def _read_table(plan: _Plan, by_key: ByKey) -> _Table:
    values: list[Number | None] = []
    blank = set()
    for number, key in enumerate(plan.keys):
        if is_unread(key, by_key):
            values.append(None)
        elif (value := by_key[key].value) is None:
            blank.add(number)
            values.append(0)
        else:
            values.append(value)
    return _Table(plan, values, blank)


def _try_sums(table: _Table, options: Options) -> Iterator[Tried]:
    sums = [_add_up(identity, table.values) for identity in table.plan.identities]
    residuals = [None if one is None else one[0] - one[1] for one in sums]
    notes = _explain(table, residuals, options) if any(residuals) else {}
    for number, both in enumerate(sums):
        yield _tell(table, number, both, notes)


def _tell(
    table: _Table,
    number: int,
    both: tuple[Number, Number] | None,
    notes: Mapping[int, tuple[str, tuple[Suspect, ...]]],
) -> Tried:
    """Return the check of one sum; `notes` are what explains those that fail."""
    (rule, place), identity = table.plan.rules[number], table.plan.identities[number]
    level: Level = table.plan.levels[number]
    if both is None:
        return Tried(Check(rule.id, place, "unknown", None, None, _say_unknown(rule, identity, table), level))
    left, right = both
    blanks = _say_blanks(identity, table.blank) if table.blank else ""
    if left == right:
        return Tried(Check(rule.id, place, "pass", left, right, f"{rule.says}: {left} = {right}{blanks}", level))
    note, suspects = notes[number]
    text = f"{rule.says}: {left} ≠ {right}{blanks}{note}"
    keys = tuple(table.plan.keys[cell] for cell in (*identity.left, *identity.right))
    return Tried(Check(rule.id, place, "fail", left, right, text, level, suspects=suspects), keys)


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
    return tidy(left), tidy(right)


def _say_unknown(rule: Rule, identity: Identity, table: _Table) -> str:
    members = (*identity.left, *identity.right)
    return f"{rule.says}: {say_unread(sum(1 for cell in members if table.values[cell] is None), len(members))}"


def _say_blanks(identity: Identity, blank: Set[int]) -> str:
    return say_blanks(sum(1 for number in (*identity.left, *identity.right) if number in blank))


def _explain(
    table: _Table, residuals: Sequence[Number | None], options: Options
) -> Mapping[int, tuple[str, tuple[Suspect, ...]]]:
    """Return what is added to the text of each failed identity, and the cells that explain it.

    The text names all sets of cells that do, and the totals that are not filled in.
    """
    sums = Sums(table.plan.identities, table.values, residuals)
    unfilled = find_unfilled(sums)
    totals = frozenset(cell for identity in table.plan.identities if len(identity.left) == 1 for cell in identity.left)
    found = {}
    for number, explanations in find_explanations(sums, options).items():
        text = _say_explanations(table, explanations, options) + _say_unfilled(
            table, table.plan.identities[number], unfilled, is_explained=bool(explanations)
        )
        found[number] = (text, _suspect(table, choose_explanation(explanations, totals)))
    return found


def _suspect(table: _Table, explanation: Explanation) -> tuple[Suspect, ...]:
    return tuple(
        Suspect(*table.plan.keys[cell], None if cell in table.blank else table.values[cell], wanted)
        for cell, wanted in explanation
    )


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
