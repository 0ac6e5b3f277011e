"""Figures made up for a form: realistic, and the worst that a form can be filled with."""

import re
from collections.abc import Callable, Iterable, Mapping
from random import Random

from parsers import CellKey
from parsers.forms import Form, Rule
from tests.parsers.made import form_of

Filled = dict[CellKey, str]
MIXED = {"mixed_old_first": ("2019", "2021"), "mixed_undivided": ("2021", "2019")}
OWN = ("2014", "2019", "2021")
MADE_FORMS = (*OWN, *MIXED)


def dice(*words: object) -> Random:
    """Return dice that fall in the same way for the same words."""
    return Random(" ".join(map(str, words)))  # noqa: S311 - dice for made-up reports, no secrets


def cells_of(form: str) -> list[CellKey]:
    """Return every cell that a report prints; a mixed one prints each table or block of one of two forms.

    `mixed_old_first`: 第（一）项 with the headers of 2019, all else of 2021. `mixed_undivided`: all of 2021 but for
    the requests of 2019.
    """
    if form not in MIXED:
        return list(form_of(form).iter_cells())
    return [key for table in tables_of(form) for line in table for key in line]


def tables_of(form: str) -> list[list[tuple[CellKey, ...]]]:
    """Return the cells of each printed line of each table of a form, or of a mixture of forms."""
    new = [[line.cells for line in table.lines] for table in form_of("2021" if form in MIXED else form).tables]
    old = [[line.cells for line in table.lines] for table in form_of("2019").tables]
    if form == "mixed_old_first":
        return [old[0][:4] + new[0][4:], new[1], new[2]]
    if form == "mixed_undivided":
        return [new[0], old[1], new[2]]
    return new


def rules_of(form: str) -> Iterable[Rule]:
    """Return the sums that hold in a report."""
    return form_of("2019" if form == "mixed_undivided" else "2021" if form in MIXED else form).rules


def value_of(raw: str) -> int | float | None:
    """Return the number that a made-up raw stands for, None for a blank one."""
    plain = re.sub(r"（.*）|[元万件,\s]", "", raw.translate({ord(c): ord(c) - 0xFEE0 for c in "０１２３４５６７８９"}))
    plain = plain.replace("减", "-").replace("增", "").removeprefix("+")
    if not re.fullmatch(r"-?\d+(\.\d+)?", plain):
        return None
    return float(plain) if "." in plain else int(plain)


def zeros(form: str, _rng: Random) -> Filled:
    """Fill every cell with 0, as most reports do."""
    return dict.fromkeys(cells_of(form), "0")


def distinct(form: str, _rng: Random) -> Filled:
    """Fill every cell with a figure that no other has, so that any shift shows."""
    return {key: str(3000 + 7 * number) for number, key in enumerate(cells_of(form), 1)}


def small(form: str, rng: Random) -> Filled:
    """Fill every cell with 0 to 3 at random, so that shifts hide; no sum holds but by chance."""
    return {key: str(rng.randrange(4)) for key in cells_of(form)}


def consistent(form: str, rng: Random) -> Filled:
    """Fill a report whose sums hold: most cells 0, some not."""
    share, top = rng.choice([(0.05, 3), (0.1, 9), (0.3, 60), (0.9, 900)])
    numbers = {
        key: rng.randint(1, top) if rng.random() < share * (3 if key.column == "natural_person" else 1) else 0
        for key in cells_of(form)
    }
    _balance(numbers, rng)
    return {key: str(number) for key, number in numbers.items()}


def _balance(numbers: dict[CellKey, int], rng: Random) -> None:
    """Make every sum of the requests and of the outcomes hold."""
    rows = list(dict.fromkeys(key.row for key in numbers if key.table == "requests"))
    columns = list(dict.fromkeys(key.column for key in numbers if key.table == "requests"))
    ends = ("new_requests", "carried_over", "total", "carried_forward")
    for column in columns[:-1]:  # none in form 2014
        at = {row: CellKey("requests", row, column) for row in rows}
        numbers[at["total"]] = sum(numbers[at[row]] for row in rows if row not in ends)
        due = numbers[at["total"]] + numbers[at["carried_forward"]]
        numbers[at["carried_over"]] = min(numbers[at["carried_over"]], due) if rng.random() < 0.5 else 0
        numbers[at["new_requests"]] = due - numbers[at["carried_over"]]
    for key in [key for key in numbers if key.column == "total"]:
        numbers[key] = sum(n for other, n in numbers.items() if other[:2] == key[:2] and other.column != "total")


def _requests(key: CellKey) -> bool:
    return key.table == "requests"


def totals_only(form: str, rng: Random) -> Filled:
    """Leave the cells of the six kinds of applicant blank, and print the totals."""
    filled = rng.choice([zeros, consistent])(form, rng)
    return {key: "" if _requests(key) and key.column != "total" else raw for key, raw in filled.items()}


def zeros_blank(form: str, rng: Random) -> Filled:
    """Leave every 0 blank but for those of the totals."""
    filled = consistent(form, rng)
    keep_totals = rng.random() < 0.7
    return {
        key: "" if raw == "0" and _requests(key) and not (keep_totals and key.column == "total") else raw
        for key, raw in filled.items()
    }


def blank_totals(form: str, rng: Random) -> Filled:
    """Leave the totals of the single results blank; only those of 一, 二, （七） and 四 are printed."""
    ends = ("new_requests", "carried_over", "total", "carried_forward")
    return {
        key: "" if _requests(key) and key.column == "total" and key.row not in ends else raw
        for key, raw in consistent(form, rng).items()
    }


def signs(form: str, rng: Random) -> Filled:
    """Print a sign for none in some rows."""
    sign = rng.choice(["/", "-", "—", "/", "无"])
    rows = {key[:2] for key in cells_of(form) if rng.random() < 0.25}
    return {
        key: sign if key[:2] in rows and key.column != "total" else raw for key, raw in consistent(form, rng).items()
    }


def one_blank(form: str, rng: Random) -> Filled:
    """Leave one cell of some rows blank."""
    filled = rng.choice([zeros, consistent])(form, rng)
    rows = list(dict.fromkeys(key[:2] for key in filled))
    for row in rng.sample(rows, rng.randint(1, 4)):
        cells = [key for key in filled if key[:2] == row]
        filled[rng.choice(cells)] = ""
    return filled


def rows_blank(form: str, rng: Random) -> Filled:
    """Leave whole rows blank."""
    filled = rng.choice([zeros, consistent])(form, rng)
    rows = {key[:2] for key in filled if rng.random() < 0.2}
    return {key: "" if key[:2] in rows else raw for key, raw in filled.items()}


def scattered_blanks(form: str, rng: Random) -> Filled:
    """Leave cells blank at random, one in six."""
    return {key: "" if rng.random() < 0.17 else raw for key, raw in consistent(form, rng).items()}


def broken_sums(form: str, rng: Random) -> Filled:
    """Print some totals wrong, or the whole row of （七） as 0."""
    filled = consistent(form, rng)
    if rng.random() < 0.4:
        filled.update({key: "0" for key in filled if key[:2] == ("requests", "total")})
    for key in rng.sample(list(filled), 4):
        filled[key] = str(rng.randint(0, 20))
    return filled


def rich(form: str, rng: Random) -> Filled:
    """Print decimals, units, signs, notes and big figures where reports have them."""
    filled = consistent(form, rng)
    change = ["-3", "减3", "-11", "+19", "0", "-8"]
    money = ["517200元", "127.047万元", "0.37万元", "0.092", "477.35", "29.0506", "96171.6", "0"]
    noted = ["22（其中修订16件）", "55（含自然失效29件）", "11398889", "3985758", "1,288", "６４", "0件"]
    for key in filled:
        if key.column in {"change"}:
            filled[key] = rng.choice(change)
        elif key.column in {"procurement_amount", "fee_amount"}:
            filled[key] = rng.choice(money)
        elif key.table == "proactive_disclosure" and rng.random() < 0.5:
            filled[key] = rng.choice(noted)
    return filled


FILLINGS: Mapping[str, Callable[[str, Random], Filled]] = {
    filling.__name__: filling
    for filling in (
        zeros,
        distinct,
        consistent,
        small,
        rich,
        broken_sums,
        totals_only,
        zeros_blank,
        blank_totals,
        signs,
        one_blank,
        rows_blank,
        scattered_blanks,
    )
}


WITH_BLANKS = {"totals_only", "zeros_blank", "blank_totals", "one_blank", "rows_blank", "scattered_blanks"}


def has_lost_blanks(filled: Filled) -> bool:
    """Return whether a cell is left empty, so that a flattening may lose it."""
    return "" in filled.values()


def form_of_report(form: str) -> Form:
    """Return the form that a report is said to follow: that of its requests."""
    return form_of({"mixed_old_first": "2021", "mixed_undivided": "2019"}.get(form, form))
