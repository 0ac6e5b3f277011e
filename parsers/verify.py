"""The sums that a form asks for, tried on the cells of a report: one check for every place where a rule applies."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from parsers.forms import Rule, load_forms
from parsers.report import Cell, CellKey, Check


def check_cells(cells: Iterable[Cell], forms_by_table: Mapping[str, str]) -> tuple[Check, ...]:
    """Return every check of the forms whose tables the report has (`forms_by_table`: table key to form key)."""
    by_key = {cell.key: cell for cell in cells}
    return tuple(
        check
        for table, form in forms_by_table.items()
        for rule in load_forms()[form].rules
        if rule.table == table
        for check in _apply(rule, by_key)
    )


def _apply(rule: Rule, cells: Mapping[CellKey, Cell]) -> Iterator[Check]:
    """Yield the check of each row or column over which the rule runs, in printed order."""
    along_rows = rule.along == "rows"
    places = dict.fromkeys(key.row if along_rows else key.column for key in cells if key.table == rule.table)
    for place in places:
        sides = [
            [
                cells.get(CellKey(rule.table, place, key) if along_rows else CellKey(rule.table, key, place))
                for key in keys
            ]
            for keys in (rule.left, rule.right)
        ]
        yield _compare(rule, place, sides[0], sides[1])


def _compare(rule: Rule, place: str, left: Sequence[Cell | None], right: Sequence[Cell | None]) -> Check:
    needed = (*left, *right)
    unread = sum(1 for cell in needed if cell is None or cell.status in {"ambiguous", "missing"})
    if unread:
        text = f"{rule.says}: cannot be told, {unread} of {len(needed)} cells are ambiguous or missing"
        return Check(rule.id, place, "unknown", None, None, text)
    left_sum, right_sum = _total(left), _total(right)
    holds = left_sum == right_sum
    blanks = sum(1 for cell in needed if cell and cell.value is None)
    note = f" ({blanks} blank cells counted as 0)" if blanks else ""
    text = f"{rule.says}: {left_sum} {'=' if holds else '≠'} {right_sum}{note}"
    return Check(rule.id, place, "pass" if holds else "fail", left_sum, right_sum, text)


def _total(cells: Sequence[Cell | None]) -> int | float:
    total = sum(cell.value for cell in cells if cell and cell.value is not None)
    return round(total, 6) if isinstance(total, float) else total
