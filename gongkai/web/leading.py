"""Which page of ours shows a change or a finding: what feeds and messages lead to."""

from archive import ChangeRow
from gongkai.finding import Finding
from gongkai.web.exchange import make_link, make_path
from parsers.report import Suspect

REPEATS = "report.repeats_"
"""How the rules begin that two texts broke."""


def has_two_versions(row: ChangeRow) -> bool:
    """Whether a change lies between two versions of a report."""
    return row.kind in {"figures", "text"} and row.version > 1


def lead_to_change(row: ChangeRow) -> str:
    """Return the path of the two versions that a change lies between, of the one that is meant where there are none."""
    if has_two_versions(row):
        return make_link(make_path("report", row.id, "compare"), {"a": row.version - 1, "b": row.version})
    return make_link(make_path("report", row.id), {"version": row.version})


def lead_to_report(finding: Finding) -> str:
    """Return the path of the version of the report that a finding is about."""
    return make_link(make_path("report", finding.id), {"version": finding.version})


def lead_to_cell(finding: Finding, cell: Suspect) -> str:
    """Return the path of the archived page with that figure lit."""
    name = f"{cell.table}.{cell.row}.{cell.column}"
    return make_link(make_path("report", finding.id, "source"), {"version": finding.version, "cell": name})


def name_finding(finding: Finding) -> tuple[str, ...]:
    """Return what tells a finding from every other, the same at every look.

    A version of which the words alone are new has the same findings: they are the same until a side is another. How
    alike two texts are is no side: it follows from what all others say, and changes with every report that comes in.
    """
    measured = () if finding.rule.startswith(REPEATS) else (finding.left, finding.right)
    sides = ("" if side is None else str(side) for side in measured)
    other = (finding.other,) if finding.other else ()
    return (finding.id, finding.rule, finding.where, *sides, *other)
