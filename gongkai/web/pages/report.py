"""A report: who and when, its tables in their printed layout, its words, what does not add up, its versions."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from archive import Archive, ShownReport, VersionFacts, name_subject
from gongkai.finding import Finding
from gongkai.findings import Scope, work_out
from gongkai.pages.words import STATUSES
from gongkai.register import Register
from gongkai.reviewing import tell_figure
from gongkai.web.exchange import Answer, Ask, Page, Redirect, make_link, make_path
from gongkai.web.moments import parse_as_of
from gongkai.web.tables import DrawnTable, draw_tables
from parsers.forms import load_forms
from parsers.report import Check, PlainTable, Report
from parsers.rules import load_rules

_MOST_VERSIONS = 1_000_000


@dataclass(frozen=True, slots=True)
class ShownSection:
    """A section with its paragraphs, and the tables that belong under it."""

    heading: str
    paragraphs: tuple[str, ...]
    tables: tuple[DrawnTable, ...]


def show_report(archive: Archive, ask: Ask) -> Answer:
    """Show one version of a report; a name that is no whole id leads to the report that it means."""
    as_of = parse_as_of(ask.get("as_of"))
    wanted = ask.get_number("version", 0, _MOST_VERSIONS) or None
    shown = archive.show_report(ask.parts["report"], wanted, as_of=as_of)
    if shown.row.id != ask.parts["report"]:
        return Redirect(make_link(make_path("report", shown.row.id), ask.arguments))
    versions = archive.list_versions(shown.row.id, as_of=as_of)
    reviews = archive.list_reviews(shown.row.id, version=shown.version, as_of=as_of)
    tables = draw_tables(shown.report, lambda key: address_figure(shown, ".".join(key)), ask.language)
    report = shown.report
    return Page(
        "report.html",
        {
            "shown": shown,
            "row": shown.row,
            "report": report,
            "form": load_forms().get(report.form or ""),
            "agency_key": name_agency(shown.row.id),
            "versions": versions,
            "facts": _find_version(versions, shown.version),
            "changes": archive.list_changes(report=shown.row.id, until=as_of),
            "sections": _sort_into_sections(report, tables),
            "statuses": {status: (sign, words[ask.language == "en"]) for status, (sign, *words) in STATUSES.items()},
            "cell_counts": Counter(cell.status for cell in report.cells),
            "check_counts": Counter(check.status for check in report.checks),
            "other_failed": _find_other_failed(report.checks),
            "between": _list_between(archive, shown, as_of, ask.register),
            "rules": load_rules(),
            "other_tables": _find_tables(report.tables),
            "source": address_figure(shown, ""),
            "as_of": ask.get("as_of"),
            "reviews": {name_subject(review.subject): review for review in reviews},
            "tell_figure": tell_figure,
        },
    )


def name_agency(report_id: str) -> str:
    """Return the id of a report without its year, which is its agency's."""
    return report_id.rpartition("-")[0]


def address_figure(shown: ShownReport, cell: str) -> str:
    """Return where a figure is shown on the archived page; "" for the page alone."""
    path = make_path("report", shown.row.id, "source")
    return make_link(path, {"version": shown.version, "cell": cell})


def _find_version(versions: Sequence[VersionFacts], number: int) -> VersionFacts | None:
    return next((version for version in versions if version.number == number), None)


def _sort_into_sections(report: Report, tables: Sequence[DrawnTable]) -> list[ShownSection]:
    """Return the sections in order, each table under the first one of its key; those left over stand at the end."""
    left = list(tables)
    found = [ShownSection("", _split(report.preamble), ())] if report.preamble else []
    for section in report.sections:
        own = tuple(table for table in left if table.section == section.key)
        left = [table for table in left if table not in own]
        found.append(ShownSection(section.heading, _split(section.text), own))
    return [*found, *(ShownSection("", (), (table,)) for table in left)]


def _split(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.splitlines() if line.strip())


def _list_between(archive: Archive, shown: ShownReport, as_of: str | None, register: Register) -> list[Finding]:
    """Return what does not hold between this report and others, and by the calendar: of the version that stands."""
    if shown.version != shown.row.version:
        return []
    return list(work_out(archive, Scope(report=shown.row.id, as_of=as_of), register))


def _find_other_failed(checks: Sequence[Check]) -> list[Check]:
    return [check for check in checks if check.status == "fail" and check.rule.startswith("report.")]


def _find_tables(tables: Sequence[PlainTable]) -> list[PlainTable]:
    return [table for table in tables if table.rows]
