"""`gongkai check`: what does not add up."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from archive import Archive
from archive.questions.coverage import choose_place
from gongkai.cli.options import archive_option, as_of_option, examples, json_option, sites_option
from gongkai.cli.output import is_screen, paged, print_json, print_lines, print_rows, styled
from gongkai.findings import Finding, Scope, list_findings, list_unknown
from gongkai.labels import label_cell
from gongkai.register import Register, load_register
from parsers.report import CellKey, Suspect
from parsers.rules import load_rules

_COLUMNS = ("id", "version", "rule", "where", "left", "right", "text", "level", "origin", "other", "review")
_ORIGINS = {
    "report": "so it is printed",
    "reading": "our reading may be at fault",
    "unknown": "whether it is printed so is not known",
}
_FOUND = 3
"""What is expected of reports fails: the exit code with `--exit-code`."""


@click.command(
    "check",
    short_help="List what does not add up.",
    epilog=examples(
        "gongkai check",
        "gongkai check 柳影街道办事处-2020",
        "gongkai check --year 2020 --level hard --json",
        "gongkai check --district 云汀区 --rule requests.carried_over --unknown",
        "gongkai check --as-of 2026-03-01 --exit-code",
        "gongkai check --copies",
    ),
)
@click.argument("report", required=False)
@click.option("--site", help="Only reports of this site.")
@click.option("--year", type=click.IntRange(1, 9999), help="Only reports about this year.")
@click.option("--district", help="Only reports of this district: its name or its division.")
@click.option("--rule", help="Only this rule, as `requests.balance`.")
@click.option(
    "--level",
    type=click.Choice(("hard", "soft", "all")),
    default="all",
    show_default=True,
    help="Only what must hold (hard), or what may have its reasons (soft).",
)
@click.option("--dismissed", "with_dismissed", is_flag=True, help="Also what a person dismissed.")
@click.option("--unknown", "with_unknown", is_flag=True, help="Also what could not be decided.")
@click.option("--copies", "with_copies", is_flag=True, help="Compare the words of all reports first; it takes a while.")
@click.option("--exit-code", "with_code", is_flag=True, help="Leave with 3 where anything is found.")
@as_of_option
@sites_option
@archive_option
@json_option
def command(archive_path: Path, sites_path: Path, **asked: Any) -> int:  # noqa: ANN401 - the options, by their names
    """List what does not add up: in a report, against the year before, in a district, by the calendar, and copies.

    What is printed is never corrected. REPORT is an id as `gongkai reports` prints it, or part of one, or a URL.
    Streets are held to the day that SITES sets for them.
    """
    names = ("site", "year", "report", "district", "rule", "as_of", "with_dismissed")
    level = None if asked["level"] == "all" else asked["level"]
    scope = Scope(level=level, **{name: asked[name] for name in names})
    _require_rule(scope.rule)
    register = load_register(sites_path) if sites_path.exists() else Register()
    if asked["with_copies"]:
        _refresh_copies(archive_path)
    with Archive.open(archive_path) as archive:
        if scope.district is not None:
            scope = replace(scope, district=choose_place(archive.list_places(), scope.district).division)
        found = list_findings(archive, scope, register)
        unknown = list_unknown(archive, scope) if asked["with_unknown"] else []
        is_known = bool(found or unknown or archive.list_reports(scope.site, scope.year, as_of=scope.as_of))
    _print(found, unknown, as_json=asked["as_json"])
    if not found and not unknown and not asked["as_json"]:
        said = "nothing that does not add up" if is_known else "no report was known that fits"
        click.echo(f"gongkai: {said}{f' as of {scope.as_of}' if scope.as_of else ''}", err=True)
    return _FOUND if found and asked["with_code"] else 0


def _require_rule(rule: str | None) -> None:
    if rule is not None and rule not in load_rules():
        table = rule.partition(".")[0]
        near = [known for known in load_rules() if known.partition(".")[0] == table]
        raise click.BadParameter(
            f"there is no rule {rule!r}; there are {', '.join(near or load_rules())}", param_hint="--rule"
        )


def _refresh_copies(path: Path) -> None:
    """Compare the words of the reports that stand, and say on standard error what came of it."""
    from gongkai.copies import MissingCopiesError, refresh_copies  # noqa: PLC0415 - it takes libraries of its own

    try:
        with Archive.note(path, "gongkai check") as archive:
            summary = refresh_copies(archive, lambda said: click.echo(f"gongkai: {said}", err=True))
    except MissingCopiesError as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"gongkai: {summary.compared} reports compared, {summary.pairs} pairs alike", err=True)


def _print(found: list[Finding], unknown: list[Finding], *, as_json: bool) -> None:
    """Print findings: one object a line, or report by report on a terminal, or one a line elsewhere."""
    statuses = [*((one, "fail") for one in found), *((one, "unknown") for one in unknown)]
    if as_json:
        print_json({**one.to_json(), "status": status} for one, status in statuses)
    elif statuses and is_screen():
        marked = sorted(statuses, key=lambda each: (each[0].site, each[0].id, each[1], each[0].level))
        with paged():
            print_lines(_iter_lines(marked))
    elif statuses:
        columns = (*_COLUMNS, "status")
        print_rows(columns, [[*(getattr(one, name) for name in _COLUMNS), status] for one, status in statuses])


def _iter_lines(statuses: list[tuple[Finding, str]]) -> Iterator[Text]:
    for (name, version), own in groupby(statuses, key=lambda each: (each[0].id, each[0].version)):
        findings = list(own)
        title = styled(findings[0][0].title)
        yield Text.assemble(styled(name, "bold"), "  ", styled(f"version {version}", "dim"), "  ", title)
        for finding, status in findings:
            yield from _iter_finding(finding, status)
        yield Text()


def _iter_finding(finding: Finding, status: str) -> Iterator[Text]:
    """Yield what a person is told of one finding."""
    rules = load_rules()
    title = rules[finding.rule].zh if finding.rule in rules else finding.rule
    marks: Mapping[str, tuple[str, str]] = {"hard": ("✗ ", "red"), "soft": ("! ", "yellow")}
    mark = ("? ", "dim") if status == "unknown" else marks[finding.level]
    named = styled(f"{finding.rule}@{finding.where}", "cyan")
    yield Text.assemble("  ", mark, styled(title), "  ", named, "  ", styled(finding.review or "", "green"))
    yield Text.assemble("    ", styled(finding.text))
    for suspect in finding.suspects:
        yield Text.assemble("    ", styled(_say_suspect(suspect), "dim"))
    shown = ", ".join(f"{capture.id} of {capture.fetched_at}" for capture in finding.captures[:2])
    more = f" and {len(finding.captures) - 2} more" if len(finding.captures) > 2 else ""
    yield Text.assemble("    ", styled(f"{_ORIGINS[finding.origin]}; captured: {shown}{more}", "dim"))


def _say_suspect(suspect: Suspect) -> str:
    value = "blank" if suspect.value is None else suspect.value
    return f"{label_cell(CellKey(suspect.table, suspect.row, suspect.column))}: {value} → {suspect.wanted}"
