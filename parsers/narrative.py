"""What the sentences of a report state, against the figures of its own tables.

A sentence states a figure as `parsers.facts` reads it: what compares, plans or speaks of others states nothing. Where
the words allow several figures (收到申请 is what is new, or all that is to be dealt with), what is none of them is
wrong.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from parsers.facts import Sentence, is_doubtful, section_to_sentences, sentence_to_facts, text_to_paragraphs
from parsers.options import DEFAULT_OPTIONS
from parsers.report import Cell, Check, CheckStatus, Origin, Report, Section, Suspect

_REQUESTS = "requests"
_REMEDIES = "review_and_litigation"
_DISCLOSURE = "proactive_disclosure"
_LONGEST_QUOTE = 60
_MIN_DETAIL = 2
"""How many figures on requests a text states at least before its silence on review and litigation says something."""

_SINGLE = ("new_requests", "carried_over", "carried_forward", "granted", "partially_granted")
_GROUPS = ("refused", "unable", "not_processed", "other")
_RESULTS = ("granted", "partially_granted", *_GROUPS)
_REMEDY_ROWS = {"review": ("review",), "litigation": ("litigation.direct", "litigation.after_review")}
_REMEDY_WORDS = {"review": ("行政复议", ("复议",)), "litigation": ("行政诉讼", ("诉讼", "起诉"))}
_OUTCOMES = {"维持": "upheld", "纠正": "corrected", "其他结果": "other", "尚未审结": "pending"}
_GOVERNMENT = re.compile(r"([省市县区州旗盟])(?:人民)?政府$")
_ON_DISCLOSURE = re.compile("公开|被(?:申请|提起)")
_TELLING = re.compile("申请|复议|诉讼|结转|规章类|规范性")
_REMEDY = re.compile(r"行政(?P<kind>复议|诉讼)(?P<rest>(?:(?!行政复议|行政诉讼)[^。；;])*)")
_OUTCOME = re.compile(r"(?:结果)?(?P<outcome>维持|纠正|其他结果|尚未审结)(?:的|原行政行为|结果){0,2}(?P<n>\d{1,6})件")
_MADE = re.compile(
    r"规章类(?:信息|文件)(?:共|为|计)?(?P<regulations>\d{1,6})[条件部]"
    r"|规范性(?:文件)?类(?:信息|文件)?(?:共|为|计)?(?P<said>\d{1,6})[条件份]"
    r"|(?:制发|制定|印发|出台)(?:了|行政){0,2}规范性文件(?:共|为|计)?(?P<made>\d{1,6})[条件份]"
)
_NOT_MADE = re.compile("清理|废止|修订|修改|解读|备案|审[查核]|失效|上级|转发|历年")
_NO_FEE = re.compile(
    r"(?:未|没有|无|不存在)(?:收取|发生|产生|涉及|征收|有|任何)*(?:的)?行政事业性收费"
    r"|行政事业性收费(?:金额|总额|总计|项目|共|合计)?(?:均|都)?(?:为|是)(?:0|零)(?![.\d])"
)


@dataclass(frozen=True, slots=True)
class _Statement:
    """A figure that a sentence states for a row of facts.toml, or for a row of the table on disclosure."""

    row: str
    value: int
    sentence: str


@dataclass(frozen=True, slots=True)
class _Place:
    """Rows of a table, or groups of rows, and the column in which they are counted."""

    table: str
    rows: tuple[str, ...]
    column: str = "total"

    @property
    def rule(self) -> str:
        """Return the id of the rule for this table."""
        return f"{self.table}.narrative"


class _Figures:
    """The figures of a report's tables, sought by row; blank is 0, as in every sum."""

    def __init__(self, cells: Iterable[Cell]) -> None:
        rows: dict[tuple[str, str], dict[str, Cell]] = {}
        for cell in cells:
            rows.setdefault((cell.table, cell.row), {})[cell.column] = cell
        self._named: dict[tuple[str, str], list[dict[str, Cell]]] = {}
        for (table, name), row in rows.items():
            for known in dict.fromkeys((name, name.partition(".")[0])):
                self._named.setdefault((table, known), []).append(row)

    def cells(self, place: _Place) -> list[Cell]:
        """Return the cells of the rows of a place, those of a group's rows too."""
        return [cell for row in self._of(place) for cell in row.values()]

    def sums(self, place: _Place) -> frozenset[int | float]:
        """Return what a column comes to: as printed, and for totals as the others add up too; empty where unknown."""
        found = self._of(place)
        printed = _add_up(row.get(place.column) for row in found)
        if printed is None or place.column != "total":
            return frozenset() if printed is None else frozenset({printed})
        parts = _add_up(cell for row in found for name, cell in row.items() if name != "total")
        return frozenset({printed}) if parts is None else frozenset({printed, parts})

    def origin(self, place: _Place) -> Origin:
        """Return whose fault a difference is: ours may be where a cell of these rows is not simply printed."""
        return "report" if all(cell.status in {"reported", "blank"} for cell in self.cells(place)) else "reading"

    def only_cell(self, place: _Place) -> Cell | None:
        """Return the cell of a place of one row, None where there are several."""
        found = [row[place.column] for row in self._of(place) if place.column in row]
        return found[0] if len(found) == 1 else None

    def _of(self, place: _Place) -> list[Mapping[str, Cell]]:
        return [row for name in place.rows for row in self._named.get((place.table, name), ())]


def check_narrative(report: Report) -> tuple[Check, ...]:
    """Return a check for every figure of a table that the report's words state, or are silent on with intent.

    Nothing for a report whose form has not the three tables of 2019 and 2021.
    """
    if not any(cell.table == _REQUESTS for cell in report.cells):
        return ()
    by_row: dict[str, list[_Statement]] = {}
    for statement in _iter_statements(report):
        by_row.setdefault(statement.row, []).append(statement)
    no_fee = _find_no_fee(report)
    if not by_row and not no_fee:
        return ()
    figures = _Figures(report.cells)
    return (
        *_check_requests(by_row, figures),
        *_check_remedies(by_row, figures),
        *_check_silence(report, by_row, figures),
        *_check_disclosure(by_row, figures),
        *_check_fee(no_fee, figures),
    )


def _iter_statements(report: Report) -> Iterator[_Statement]:
    """Yield the figures that the words of a report state, of its own year and of itself."""
    whole = _whole_of(report.agency)
    for section in (Section(None, "", report.preamble), *report.sections):
        for sentence in (_as_own(sentence, whole) for sentence in section_to_sentences(_relevant(section))):
            if not _TELLING.search(sentence.folded):
                continue
            for fact in sentence_to_facts(sentence, report.year, report.agency):
                if fact.row in _REMEDY_ROWS and fact.value and not _ON_DISCLOSURE.search(sentence.folded):
                    continue  # 司法局 and governments also count those that they decide
                yield _Statement(fact.row, int(fact.value), fact.sentence)
            outcomes = _iter_outcomes(sentence) if _ON_DISCLOSURE.search(sentence.folded) else ()
            for row, value, at in (*outcomes, *_iter_made(sentence)):
                if not is_doubtful(sentence, at, report.year, report.agency):
                    yield _Statement(row, value, sentence.text)


def _relevant(section: Section) -> Section:
    """Return a section with those paragraphs that may state a figure of the tables, and the short ones above them."""
    shortest = DEFAULT_OPTIONS.max_heading_length
    kept = [
        paragraph
        for paragraph in text_to_paragraphs(section.text)
        if len(paragraph) <= shortest or _TELLING.search(paragraph)
    ]
    return replace(section, text="\n".join(kept))


def _whole_of(agency: str | None) -> str | None:
    """Return what a government's report calls all that it reports on: 全市 for that of a city, as its table does.

    >>> _whole_of("石桥市人民政府"), _whole_of("青石区白杨街道办事处")
    ('全市', None)
    """
    match = _GOVERNMENT.search(agency or "")
    return f"全{match[1]}" if match else None


def _as_own(sentence: Sentence, whole: str | None) -> Sentence:
    """Return a sentence that counts for all of a government's area as one that counts for itself."""
    if whole is None or whole not in sentence.folded:
        return sentence
    return replace(sentence, folded=sentence.folded.replace(whole, f"我{whole[1]}"))


def _iter_outcomes(sentence: Sentence) -> Iterator[tuple[str, int, int]]:
    """Yield how many reviews or suits ended how, as (`review.upheld`, number, place)."""
    for remedy in _REMEDY.finditer(sentence.folded):
        row = "review" if remedy["kind"] == "复议" else "litigation"
        for match in _OUTCOME.finditer(sentence.folded, remedy.start("rest"), remedy.end()):
            yield f"{row}.{_OUTCOMES[match['outcome']]}", int(match["n"]), match.start("n")


def _iter_made(sentence: Sentence) -> Iterator[tuple[str, int, int]]:
    """Yield how many regulations or normative documents a sentence says were made."""
    for match in _MADE.finditer(sentence.folded):
        if not _NOT_MADE.search(sentence.folded, *sentence.clause(match.start())):
            row = "regulations" if match["regulations"] else "normative_documents"
            yield row, int(match["regulations"] or match["said"] or match["made"]), match.start()


def _check_requests(by_row: Mapping[str, Sequence[_Statement]], figures: _Figures) -> Iterator[Check]:
    for row in filter(by_row.__contains__, (*_SINGLE, *_GROUPS)):
        place = _Place(_REQUESTS, (row,))
        allowed = figures.sums(place)
        if row == "new_requests":
            allowed |= figures.sums(_Place(_REQUESTS, ("new_requests", "carried_over")))
        yield from _compare(row, by_row, allowed, figures, place)
    if "total" not in by_row:
        return
    # 答复 may leave out what was not dealt with, and （七） is often not filled in.
    place = _Place(_REQUESTS, ("total",))
    allowed = figures.sums(place)
    for few in (_RESULTS, _RESULTS[:-1], _RESULTS[:-2]):
        allowed |= figures.sums(_Place(_REQUESTS, few)) if allowed else frozenset()
    yield from _compare("total", by_row, allowed, figures, place)


def _check_remedies(by_row: Mapping[str, Sequence[_Statement]], figures: _Figures) -> Iterator[Check]:
    for name, rows in _REMEDY_ROWS.items():
        for column in ("total", *_OUTCOMES.values()):
            where = name if column == "total" else f"{name}.{column}"
            if where in by_row:
                place = _Place(_REMEDIES, rows, column)
                yield from _compare(where, by_row, figures.sums(place), figures, place)


def _check_silence(report: Report, by_row: Mapping[str, Sequence[_Statement]], figures: _Figures) -> Iterator[Check]:
    """Say where a text that counts the requests in detail has no word of the reviews or suits in the table."""
    counted = [said for row in (*_SINGLE, *_GROUPS, "total") for said in by_row.get(row, ())]
    if len({said.row for said in counted}) < _MIN_DETAIL or not any(said.value for said in counted):
        return
    words = "".join((report.preamble, *(section.text for section in report.sections)))
    for name, rows in _REMEDY_ROWS.items():
        place = _Place(_REMEDIES, rows)
        printed = min(figures.sums(place), default=0)
        label, signs = _REMEDY_WORDS[name]
        if printed > 0 and not any(sign in words for sign in signs):
            text = f"the table has {printed} {label}, the text counts the requests and does not mention {label}"
            yield Check(place.rule, name, "fail", None, printed, text, "soft", figures.origin(place))


def _check_disclosure(by_row: Mapping[str, Sequence[_Statement]], figures: _Figures) -> Iterator[Check]:
    """Compare what a text says was made with every figure of its row: the text does not say which of them it means."""
    for row in filter(by_row.__contains__, ("regulations", "normative_documents")):
        place = _Place(_DISCLOSURE, (row,), "")
        values = [_add_up([cell]) for cell in figures.cells(place)]
        allowed = frozenset(value for value in values if value is not None) if None not in values else frozenset()
        yield from _compare(row, by_row, allowed, figures, place)


def _find_no_fee(report: Report) -> str | None:
    """Return the words that say that there were no 行政事业性收费; those of disclosure itself are another thing."""
    for text in (report.preamble, *(section.text for section in report.sections)):
        packed = "".join(text.split()) if "事业性收费" in text else ""
        for match in _NO_FEE.finditer(packed):
            clause = re.split("[。；;]", packed[: match.end()])[-1]
            if "公开" not in clause and "申请" not in clause:
                return match[0]
    return None


def _check_fee(said: str | None, figures: _Figures) -> Iterator[Check]:
    """Compare the fees of the table with words that say there were none."""
    place = _Place(_DISCLOSURE, ("fees",), "fee_amount")
    cell = figures.only_cell(place)
    if said is not None and cell is not None:
        amount = _add_up([cell])
        status: CheckStatus = "unknown" if amount is None else "fail" if amount else "pass"
        text = f"the text says 「{said}」, the table has {cell.raw or 'a blank'}"
        yield Check(f"{_DISCLOSURE}.fee_stated", "fees", status, 0, amount, text, "soft", figures.origin(place))


def _compare(
    name: str,
    by_row: Mapping[str, Sequence[_Statement]],
    allowed: frozenset[int | float],
    figures: _Figures,
    place: _Place,
) -> Iterator[Check]:
    """Yield the check of what is stated for a row: it holds where one statement is a figure that the words allow."""
    stated = by_row[name]
    said = next((one for one in stated if one.value in allowed), stated[0])
    if not allowed:
        text = f"the text states {said.value} ({_quote(said.sentence)}); the table's figure is not certain"
        yield Check(place.rule, name, "unknown", said.value, None, text, "soft", "reading")
    elif said.value in allowed:
        text = f"the text and the table state {said.value} ({_quote(said.sentence)})"
        yield Check(place.rule, name, "pass", said.value, said.value, text, "soft", "report")
    else:
        cell = figures.only_cell(place)
        printed = max(allowed) if cell is None or cell.value is None else cell.value
        text = f"the text states {said.value} ({_quote(said.sentence)}), the table {printed}"
        suspects = () if cell is None else (Suspect(*cell.key, cell.value, said.value),)
        yield Check(place.rule, name, "fail", said.value, printed, text, "soft", figures.origin(place), suspects)


def _add_up(cells: Iterable[Cell | None]) -> int | float | None:
    """Return a sum, blanks as 0; None where a cell is not there or is not known."""
    total: int | float = 0
    for cell in cells:
        if cell is None or cell.status in {"ambiguous", "missing"}:
            return None
        total += cell.value or 0
    return total


def _quote(sentence: str) -> str:
    short = " ".join(sentence.split())
    return f"「{short if len(short) <= _LONGEST_QUOTE else short[:_LONGEST_QUOTE] + '…'}」"
