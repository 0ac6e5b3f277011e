"""Changes and findings as entries of a feed."""

from collections.abc import Iterator

from archive import ChangeRow
from gongkai.finding import Finding
from gongkai.labels import label_cell
from gongkai.web.feeds import Category, Entry
from gongkai.web.leading import lead_to_cell, lead_to_change, lead_to_report, name_finding
from gongkai.web.words import Language, say
from parsers.report import CellKey, Suspect
from parsers.rules import load_rules

_CELLS_TOLD = 20
"""Figures of one change that its entry lists; how many more there are is said."""


def change_to_entry(row: ChangeRow, language: Language) -> Entry:
    """Return a change as an entry, which leads to the report or to its two versions."""
    kind = say(language, f"kind_{row.kind}")
    return Entry(
        name=("change", row.id, str(row.version), row.kind, row.seen_at),
        title=f"{kind}: {row.title or row.id}",
        updated=row.seen_at,
        path=lead_to_change(row),
        categories=(Category(row.kind, kind),),
        lines=tuple(_tell_change(row, language)),
    )


def _tell_change(row: ChangeRow, language: Language) -> Iterator[str]:
    yield row.id
    yield row.url if not row.new_url else f"{row.url} → {row.new_url}"
    for cell in row.cells[:_CELLS_TOLD]:
        label = label_cell(CellKey(cell["table"], cell["row"], cell["column"]))
        yield f"{label}: {_figure(cell['old'], language)} → {_figure(cell['new'], language)}"
    if len(row.cells) > _CELLS_TOLD:
        yield say(language, "and_more", count=len(row.cells) - _CELLS_TOLD)


def finding_to_entry(finding: Finding, language: Language) -> Entry:
    """Return a finding as an entry, which leads to the report and to each figure that would explain it."""
    rule = load_rules().get(finding.rule)
    title = finding.rule if rule is None else rule.en if language == "en" else rule.zh
    level = say(language, f"findings_{finding.level}")
    return Entry(
        name=("finding", *name_finding(finding)),
        title=f"{title}: {finding.title or finding.id}",
        updated=finding.noticed_at,
        path=lead_to_report(finding),
        categories=(Category(finding.rule, title), Category(finding.level, level)),
        lines=tuple(_tell_finding(finding, level, language)),
        related=tuple(lead_to_cell(finding, cell) for cell in finding.suspects),
    )


def _tell_finding(finding: Finding, level: str, language: Language) -> Iterator[str]:
    yield finding.id
    yield finding.url
    yield f"{finding.rule} · {finding.where} · {level}"
    yield finding.text
    for cell in finding.suspects:
        yield _tell_suspect(cell, language)
    if finding.review in {"confirmed", "dismissed"}:
        yield say(language, f"findings_{finding.review}")
    if finding.other:
        yield f"{say(language, 'findings_other')}: {finding.other}"


def _tell_suspect(cell: Suspect, language: Language) -> str:
    label = label_cell(CellKey(cell.table, cell.row, cell.column))
    return f"{say(language, 'findings_suspects')}: {label}: {_figure(cell.value, language)} → {cell.wanted}"


def _figure(value: object, language: Language) -> str:
    return say(language, "no_figure") if value is None else str(value)
