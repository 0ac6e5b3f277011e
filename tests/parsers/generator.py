"""Cases: a form filled, printed, varied, flattened and damaged, with the truth of what was printed; and the judge."""

import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from parsers import Cell, CellKey, ParserError, Report, parse
from tests.parsers.damage import DAMAGES, PUTTING_IN
from tests.parsers.files import OFFICE, RULED, UNRULED
from tests.parsers.fillings import FILLINGS, OWN, WITH_BLANKS, Filled, dice, form_of_report, has_lost_blanks, value_of
from tests.parsers.flattenings import LONE_PIPES, LOSING, LOSING_BLANKS, WHOLE, Flattening, grids_of
from tests.parsers.layouts import BY_PLACE, TORN
from tests.parsers.made import YEARS, page_of
from tests.parsers.pages import LOOSE_ON_PAGES, ON_PAGES
from tests.parsers.surroundings import NOT_DAMAGED, NOT_IN_2014, SURROUNDINGS, Surrounding, usual_parts, write_parts
from tests.parsers.variations import BLURRING_HEADERS, CHANGES, Change

FLATTENINGS: Mapping[str, Flattening] = {
    **WHOLE,
    **LOSING_BLANKS,
    **BY_PLACE,
    **ON_PAGES,
    **LOOSE_ON_PAGES,
    **LOSING,
    **TORN,
}
WAYS = (*FLATTENINGS, *OFFICE)
KEEPS_BLANKS = {*WHOLE, *ON_PAGES, *RULED}
KEEPS_FIGURES = {*KEEPS_BLANKS, *LOSING_BLANKS, *BY_PLACE, *LOOSE_ON_PAGES, *UNRULED}
SPACED = {*BY_PLACE, "spaced_rows", "single_spaces"}
LOSING_ROWS = {"xlsx", "blanks_as_lines"}  # which print nothing of a row that has neither a label nor a figure
VARIATIONS: Mapping[str, Change | Surrounding] = {**CHANGES, **SURROUNDINGS}


@dataclass(frozen=True, slots=True)
class Case:
    """One document to be made: nothing but plain values, so that it can be told, repeated and made smaller."""

    form: str = "2021"
    filling: str = "consistent"
    flattening: str = "cell_lines"
    changes: tuple[str, ...] = ()
    damage: tuple[str, ...] = ()
    carrier: str = "text"
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Made:
    """A document and what it prints: once or, where two reports stand in it, twice.

    `is_whole`: nothing was lost, so every cell must be right.
    """

    body: bytes
    lines: tuple[str, ...]
    truths: tuple[Mapping[CellKey, str], ...]
    is_whole: bool


@dataclass(slots=True)
class Verdict:
    """How a document was read: numbers of cells, and what was wrong."""

    right: int = 0
    flagged: int = 0
    wrong: int = 0
    nonzero: tuple[int, int] = (0, 0)
    blanks: tuple[int, int] = (0, 0)
    zeros: int = 0
    faults: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    at: list[str] = field(default_factory=list)

    def count(self, how: str, value: int | float | None) -> None:
        """Count a cell that was read right, wrong or flagged, and that prints `value`."""
        is_right = how == "right"
        self.right += is_right
        self.wrong += how == "wrong"
        self.flagged += how == "flagged"
        self.zeros += value == 0
        self.nonzero = (self.nonzero[0] + (is_right and bool(value)), self.nonzero[1] + bool(value))
        self.blanks = (self.blanks[0] + (is_right and value is None), self.blanks[1] + (value is None))


def settle(case: Case) -> Case:
    """Return the case, or the nearest to it that leaves enough on the page to be judged by.

    * The files of office programs are made without changes and damage, of one form.
    * A figure put into a row that had lost a blank without a trace, or a label that changes places with the only figure
      of such a row, makes a row that nothing tells from a right one: such damage is done to what keeps its blanks,
      and not to what has lost figures already.
    * A lone pipe, or an empty line, is a blank or the end of a row: only the number of cells tells which.
    * In a mixed report only the header tells whose cells the rows below are: it is not damaged.
    * Columns in another order are told by their headers: those are not cut, doubled, misspelt or lost.
    * Of two reports in a document neither is damaged, nor is another table: only its own head tells it from the form's.
    """
    if case.flattening in OFFICE:
        form = case.form if case.form in OWN else "2021"
        return replace(case, form=form, changes=(), damage=(), carrier="file")
    if case.flattening in {*ON_PAGES, *LOOSE_ON_PAGES}:
        case = replace(case, carrier="html")
    if case.damage and case.form not in OWN:
        case = replace(case, form="2021")
    shows_blanks = case.flattening in KEEPS_BLANKS - {*LONE_PIPES, "blanks_as_lines"}
    if case.damage:
        case = replace(case, changes=tuple(name for name in case.changes if name not in NOT_DAMAGED))
    if "columns_swapped" in case.changes:
        case = replace(case, changes=tuple(name for name in case.changes if name not in BLURRING_HEADERS))
    if PUTTING_IN & {*case.damage} and case.flattening in {*LOSING, *TORN}:
        case = replace(case, damage=())
    elif PUTTING_IN & {*case.damage} and not shows_blanks and case.filling in WITH_BLANKS:
        case = replace(case, filling="consistent")
    if case.form == "2014":
        case = replace(case, changes=tuple(name for name in case.changes if name not in NOT_IN_2014))
    return case


def make(case: Case) -> Made:
    """Make the document of a case."""
    filled = FILLINGS[case.filling](case.form, dice(case.seed, "figures"))
    is_whole = _is_whole(case, filled)
    if case.flattening in OFFICE:
        return Made(OFFICE[case.flattening](case.form, filled), (), (filled,), is_whole)
    lines = _write(case, filled)
    truths = [filled]
    if "second_report" in case.changes:
        truths.append(FILLINGS[case.filling](case.form, dice(case.seed, "second figures")))
        lines += _write(case, truths[-1])
    for name in case.damage:
        lines = DAMAGES[name](lines, dice(case.seed, name))
    body = (lines_to_page(lines) if case.carrier == "html" else "\n".join(lines)).encode()
    return Made(body, tuple(lines), tuple(truths), is_whole)


def _write(case: Case, filled: Filled) -> list[str]:
    """Write the lines of a report, nothing damaged yet."""
    grids = grids_of(case.form, filled)
    for name in case.changes:
        if name in CHANGES:
            grids = CHANGES[name].apply(grids, dice(case.seed, name))
    flatten = FLATTENINGS[case.flattening]
    tables = {grid.key: flatten(grid, dice(case.seed, grid.key)) for grid in grids}
    if case.carrier != "html" or case.flattening not in {*ON_PAGES, *LOOSE_ON_PAGES}:
        tables = {key: "\n".join(lines).split("\n") for key, lines in tables.items()}
    parts = usual_parts(YEARS.get(case.form, 2023), tables)
    for name in case.changes:
        if name in SURROUNDINGS:
            parts = SURROUNDINGS[name].apply(parts, dice(case.seed, name))
    return write_parts(parts)


def _is_whole(case: Case, filled: Filled) -> bool:
    """Return whether nothing that a reader needs is lost."""
    keeps = case.flattening in (KEEPS_BLANKS if has_lost_blanks(filled) else KEEPS_FIGURES)
    if case.flattening in SPACED and {"无", "-", "—"} & {*filled.values()}:
        keeps = False  # a word among words, or a dash between them
    if case.flattening == "xlsx" and not any(
        raw for key, raw in filled.items() if key.table == "review_and_litigation"
    ):
        keeps = False  # a row without a label and without a figure has no cells in a workbook
    return keeps and not case.damage and all(VARIATIONS[name].is_harmless for name in case.changes)


def lines_to_page(lines: list[str]) -> str:
    """Make a page of lines, those that are tags already as they are."""
    return page_of("", "\n".join(line if line.startswith("<") else f"<p>{html.escape(line)}</p>" for line in lines))


def try_case(case: Case) -> Verdict:
    """Make, read and judge."""
    made = make(case)
    try:
        report = parse(made.body)
    except ParserError as problem:
        verdict = judge(made, None, case.form)
        if made.is_whole:
            verdict.unread.insert(0, f"{type(problem).__name__}: {problem}")
        return verdict
    return judge(made, report, case.form)


def judge(made: Made, report: Report | None, form: str) -> Verdict:
    """Compare what was read with what was printed; of two reports it may be either, but not some of each."""
    cells = {cell.key: cell for cell in report.cells} if report else {}
    verdict = min((_judge(truth, cells) for truth in made.truths), key=lambda of: (of.wrong, len(of.faults), -of.right))
    if report and report.form != form_of_report(form).key:
        verdict.unread.append(f"form {report.form}, printed {form_of_report(form).key}")
    if not made.is_whole:
        verdict.unread.clear()
    return verdict


def _judge(truth: Mapping[CellKey, str], cells: Mapping[CellKey, Cell]) -> Verdict:
    verdict = Verdict()
    for key in [*truth, *(key for key in cells if key not in truth)]:
        raw, cell = truth.get(key), cells.get(key)
        value = None if raw is None else value_of(raw)
        how = _compare(raw, value, cell)
        if raw is None and how != "wrong":
            continue
        verdict.count(how, value)
        told = f"{'.'.join(key[1:])}: printed {raw!r}, read {_tell(cell)}"
        if how == "wrong" or (how == "right" and cell and cell.status == "reported" and cell.raw != raw):
            verdict.faults.append(told)
            verdict.at.append((cell.at if cell else None) or "")
        elif how == "flagged":
            verdict.unread.append(told)
    return verdict


def _compare(raw: str | None, value: int | float | None, cell: Cell | None) -> str:
    """Return whether a cell is `right`, `wrong` or `flagged`."""
    if cell is None or cell.status in {"ambiguous", "missing"}:
        return "flagged"
    if cell.status == "blank":
        return "wrong" if value is not None else "right" if raw is not None else "flagged"
    if cell.value == value and raw is not None:
        return "right"
    return "wrong" if cell.value is not None else "flagged"


def _tell(cell: Cell | None) -> str:
    return f"{cell.status} {cell.raw!r} = {cell.value} at {cell.at}" if cell else "nothing"


def smaller_cases(case: Case) -> Iterator[Case]:
    """Yield cases that are simpler than a case, the simplest first."""
    for smaller in _simpler(case):
        settled = settle(smaller)
        if settled != case:
            yield settled


def _simpler(case: Case) -> Iterator[Case]:
    for number in range(len(case.changes)):
        yield replace(case, changes=case.changes[:number] + case.changes[number + 1 :])
    for number in range(len(case.damage)):
        yield replace(case, damage=case.damage[:number] + case.damage[number + 1 :])
    if case.carrier == "html":
        yield replace(case, carrier="text")
    for way in ("tab_led", "cell_lines"):
        if way == case.flattening:
            break
        if case.changes or case.damage:
            yield replace(case, flattening=way, carrier="text")
    if case.form not in {"2019", "2021"}:
        yield replace(case, form="2021")
    for filling in ("zeros", "distinct", "consistent"):
        if filling == case.filling:
            break
        yield replace(case, filling=filling)
    for seed in range(min(case.seed, 5)):
        yield replace(case, seed=seed)
