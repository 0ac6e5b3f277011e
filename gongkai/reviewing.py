"""What there is to say of a report, and what a person says of it: checked, and bound to the bytes looked at."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from archive import Archive, Figure, FindingKey, Review, ReviewError, Said, ShownReport, make_review, name_subject
from archive.judgements.review import Subject, parse_moment
from gongkai.labels import label_cell
from parsers.figures import parse_figure, strip_outer
from parsers.report import Cell, CellKey, CellStatus

BLANK = "blank"
"""What a person types for a cell in which nothing is to stand."""
DOUBTFUL: tuple[CellStatus, ...] = ("ambiguous", "inferred")
"""How cells are read that are worth a person's look."""
_SECOND = timedelta(seconds=1)
_CELL_PARTS = 3


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that can be judged: a finding or a cell, in words, and what holds of it, None where nothing does."""

    subject: Subject
    told: str
    review: Review | None

    @property
    def kind(self) -> Literal["finding", "cell"]:
        """Whether it is a finding or a cell."""
        return "finding" if isinstance(self.subject, FindingKey) else "cell"

    def to_json(self) -> dict[str, Any]:
        """Return an object for programs."""
        return {
            "subject": name_subject(self.subject),
            "kind": self.kind,
            "told": self.told,
            "review": self.review.to_json() if self.review else None,
        }


@dataclass(frozen=True, slots=True)
class Case:
    """A report as it stands, the SHA-256 of the bytes it was read from, what there is to judge, and all ever said."""

    shown: ShownReport
    sha256: str
    matters: tuple[Matter, ...]
    said: tuple[Review, ...]

    @property
    def lapsed(self) -> int:
        """How many reviews are of other bytes than those that stand."""
        return sum(review.lapsed for review in self.said)


def open_case(archive: Archive, name: str) -> Case:
    """Return what there is to judge of the report that `name` means: its findings, then its cells in doubt.

    Behind them stands what else was said of it.
    """
    shown = archive.show_report(name)
    said = tuple(archive.list_reviews(shown.row.id, with_lapsed=True))
    holds = {review.subject: review for review in said if review.stands and not review.lapsed}
    told = {**_tell_findings(archive, shown.row.id), **_tell_cells(shown.report.cells, holds)}
    told.update((subject, "no such finding any more") for subject in holds if subject not in told)
    matters = tuple(Matter(subject, words, holds.get(subject)) for subject, words in told.items())
    return Case(shown, find_bytes(archive, shown), matters, said)


def find_bytes(archive: Archive, shown: ShownReport) -> str:
    """Return the SHA-256 of the bytes that a version was first shown by, to which what is said of it is bound."""
    return next(version.sha256 for version in archive.list_versions(shown.row.id) if version.number == shown.version)


def judge(archive: Archive, case: Case, said: Said, now: datetime) -> tuple[Review, bool]:
    """Keep what a person says of a report; return it, and whether it is new: nothing is said twice.

    `ReviewError` where there is no such finding or cell, or nothing to take back.
    """
    _require_subject(case, said.subject)
    past = [review for review in case.said if review.subject == said.subject and not review.lapsed]
    standing = next((review for review in past if review.stands), None)
    if standing is not None and standing.said == said:
        return standing, False
    if said.verdict == "retracted" and standing is None:
        raise ReviewError(f"nothing holds of {name_subject(said.subject)} in {case.shown.row.id}: nothing to take back")
    # The last word is told by its moment, in seconds; what comes later is never of the same one.
    moment = max([now, *(parse_moment(review.reviewed_at) + _SECOND for review in past)])
    review = make_review(case.shown.row.id, case.sha256, said, moment)
    return review, archive.save_review(review)


def parse_subject(text: str) -> Subject:
    """Return what a person names: `RULE@PLACE` a finding, `TABLE.ROW.COLUMN` a cell; else `ReviewError`.

    >>> parse_subject("requests.refused.state_secret.total")
    CellKey(table='requests', row='refused.state_secret', column='total')
    >>> parse_subject("requests.balance@total")
    FindingKey(rule='requests.balance', place='total')
    """
    rule, sign, place = text.partition("@")
    if sign and rule:
        return FindingKey(rule, place)
    parts = text.split(".")
    if sign or len(parts) < _CELL_PARTS or not all(parts):
        raise ReviewError(f"{text!r} is neither a finding (RULE@PLACE) nor a cell (TABLE.ROW.COLUMN)")
    return CellKey(parts[0], ".".join(parts[1:-1]), parts[-1])


def parse_correction(text: str, unit: str | None = None) -> Figure:
    """Return what is to stand in a cell, read as a printed figure is; `unit` is the cell's, where the text names none.

    >>> parse_correction("１,２３４"), parse_correction("blank")
    (Figure(raw='１,２３４', value=1234, unit=None), Figure(raw='', value=None, unit=None))
    """
    raw = "" if text == BLANK else strip_outer(text)
    figure = parse_figure(raw)
    if figure.kind == "text":
        raise ReviewError(f"{text!r} is no figure; write it as it is printed (3, -2, 1,234, 12.5万元), or {BLANK}")
    if figure.kind == "blank":
        return Figure(raw, None)
    return Figure(raw, figure.value, figure.unit or unit)


def find_cell(cells: Iterable[Cell], key: CellKey) -> Cell | None:
    """Return a cell of a report by its name."""
    return next((cell for cell in cells if cell.key == key), None)


def tell_cell(cell: Cell) -> str:
    """Return a cell in words: where it stands in the form, what is printed there, how it was read."""
    value = f", read as {cell.value}" if cell.value is not None else ""
    return f"{label_cell(cell.key)}: {cell.raw!r}{value} ({cell.status})"


def tell_figure(figure: Figure) -> str:
    """Return what is to stand in a cell, as people read it.

    >>> tell_figure(Figure("12.5", 12.5, "万元")), tell_figure(Figure("3件", 3, "件")), tell_figure(Figure("", None))
    ('12.5万元', '3件', 'blank')
    """
    unit = figure.unit if figure.unit and figure.unit not in figure.raw else ""
    return f"{figure.raw or BLANK}{unit}"


def tell_review(review: Review) -> str:
    """Return a review in one line: what was said, by whom, on which day, and why."""
    figure = f" to {tell_figure(review.figure)}" if review.figure else ""
    who = f" by {review.reviewer}" if review.reviewer else ""
    why = f": {review.note}" if review.note else ""
    return f"{review.verdict}{figure}{who}, {review.reviewed_at[:10]}{why}"


def _tell_findings(archive: Archive, report_id: str) -> dict[Subject, str]:
    from gongkai.findings import Scope, list_findings  # noqa: PLC0415 - who shows a report needs no rules between them

    found = list_findings(archive, Scope(report=report_id, with_dismissed=True))
    return {FindingKey(finding.rule, finding.where): finding.text for finding in found}


def _tell_cells(cells: Sequence[Cell], holds: Mapping[Subject, Review]) -> dict[Subject, str]:
    return {cell.key: tell_cell(cell) for cell in cells if cell.status in DOUBTFUL or cell.key in holds}


def _require_subject(case: Case, subject: Subject) -> None:
    if isinstance(subject, CellKey):
        known = find_cell(case.shown.report.cells, subject) is not None
    else:
        known = any(matter.subject == subject for matter in case.matters)
    if not known:
        kind = "cell" if isinstance(subject, CellKey) else "finding"
        raise ReviewError(
            f"{case.shown.row.id} has no {kind} {name_subject(subject)}; `gongkai review {case.shown.row.id}` lists "
            "what there is to judge, `gongkai show --json` all cells"
        )
