"""`gongkai notify`: tell those who asked for it what happened, each event once."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive import Archive, Delivery
from gongkai.cli import DONE, INCOMPLETE
from gongkai.cli.options import archive_option, examples, json_option, sites_option
from gongkai.cli.output import clean, clean_text, print_json, print_rows

if TYPE_CHECKING:
    from gongkai.alerts.notifying import Draft, Notifier, Summary

_COLUMNS = ("uid", "state", "rule", "target", "tries", "made_at", "title", "error")


@click.command(
    "notify",
    short_help="Tell people what happened, each event once.",
    epilog=examples(
        "gongkai notify --check",
        "gongkai notify --test desk",
        "gongkai notify --dry-run",
        "gongkai notify",
        "gongkai notify --list --json",
        "gongkai notify --resend 66778b910039469aafd9caf89aa0c8c2",
    ),
)
@click.option(
    "--alerts",
    "alerts_path",
    type=click.Path(path_type=Path),
    default=Path("alerts.toml"),
    show_default=True,
    help="Who is told what.",
)
@sites_option
@archive_option
@click.option(
    "--check", "mode", flag_value="check", help="See whether the list of alerts can be followed; send nothing."
)
@click.option("--dry-run", "mode", flag_value="dry", help="Print what would be sent now; send and write nothing.")
@click.option("--list", "mode", flag_value="list", help="List what was sent, what failed, what is unknown.")
@click.option("--test", "tested", metavar="NAME", help="Send a test message of this alert.")
@click.option("--resend", "resent", metavar="UID", help="Send a message again that failed or is unknown.")
@json_option
def command(  # noqa: PLR0913 - one argument an option
    alerts_path: Path,
    sites_path: Path,
    archive_path: Path,
    mode: str | None,
    tested: str | None,
    resent: str | None,
    *,
    as_json: bool,
) -> int:
    """Send what happened since the last time to those whom the list of alerts names.

    No event is sent twice, whatever is restarted. A message of which nobody can know whether it arrived is unknown:
    it is said on standard error, exit code 3, and --resend alone sends it again. One that did not arrive is tried
    five times in all, once a run. What was noticed before an alert first ran is told to nobody.
    """
    if (mode is not None) + (tested is not None) + (resent is not None) > 1:
        raise click.UsageError("--check, --dry-run, --list, --test and --resend go one at a time")
    if mode == "list":
        return _list(archive_path, as_json=as_json)
    from gongkai.alerts.errors import AlertsError  # noqa: PLC0415 - help must answer at once

    try:
        notifier = _make_notifier(alerts_path, sites_path, archive_path)
        if mode == "check":
            return _check(notifier, alerts_path)
        if mode == "dry":
            return _show_drafts(notifier, as_json=as_json)
        if tested is not None:
            return _test(notifier, tested)
        return _report(notifier.run(resent), as_json=as_json)
    except AlertsError as problem:
        raise click.UsageError(str(problem)) from problem


def _make_notifier(alerts_path: Path, sites_path: Path, archive_path: Path) -> "Notifier":
    from gongkai.alerts.notifying import Notifier  # noqa: PLC0415 - help must answer at once
    from gongkai.alerts.rules import load_alerts  # noqa: PLC0415 - the same
    from gongkai.register import Register, load_register  # noqa: PLC0415 - the same

    register = load_register(sites_path) if sites_path.exists() else Register()
    return Notifier(archive_path, load_alerts(alerts_path), register)


def _check(notifier: "Notifier", alerts_path: Path) -> int:
    """Say who would be told what, without a secret."""
    for name, targets in notifier.find_targets().items():
        rule = next(rule for rule in notifier.file.alerts if rule.name == name)
        people = "; ".join(f"{target.shown} ({target.name})" for target in targets)
        click.echo(clean(f"{alerts_path}: {name}: {', '.join(rule.kinds)} → {people}"))
    if notifier.archive_path.exists():
        _warn_of_strangers(notifier)
    return DONE


def _warn_of_strangers(notifier: "Notifier") -> None:
    """Say which names of the alerts mean nothing that the archive has."""
    from gongkai.alerts.choosing import find_strangers  # noqa: PLC0415 - help must answer at once

    with Archive.open(notifier.archive_path) as archive:
        for rule in notifier.file.alerts:
            for name in find_strangers(archive, rule):
                said = f"gongkai: {rule.name}: no district, site or agency of the archive is {name!r}, or not yet"
                click.echo(clean(said), err=True)


def _show_drafts(notifier: "Notifier", *, as_json: bool) -> int:
    from gongkai.alerts.notifying import TRIES  # noqa: PLC0415 - help must answer at once

    with Archive.open(notifier.archive_path) as archive:
        drafts = list(notifier.draft(archive))
        left = archive.alerts.list_deliveries(("waiting", "failed"))
    if again := sum(one.tries < TRIES for one in left):
        click.echo(
            f"gongkai: {again} written before would be tried again; `gongkai notify --list` shows them", err=True
        )
    if as_json:
        print_json(map(_to_json, drafts))
        return DONE
    for _rule, message, targets in drafts:
        shown = ", ".join(target.shown for target in targets)
        click.echo(clean_text(f"{message.title}\n→ {shown}\n\n{message.body}\n"))
    if not drafts and not again:
        click.echo("gongkai: nothing to tell", err=True)
    return DONE


def _to_json(draft: "Draft") -> dict[str, Any]:
    rule, message, targets = draft
    return {
        "rule": rule.name,
        "title": message.title,
        "body": message.body,
        "targets": [target.name for target in targets],
        "events": [event.key for event in message.events],
    }


def _test(notifier: "Notifier", name: str) -> int:
    if name not in (known := [rule.name for rule in notifier.file.alerts]):
        raise click.UsageError(f"no alert is named {name!r}: the list has {', '.join(known)}")
    outcomes = notifier.test(name)
    for target, outcome in outcomes:
        click.echo(clean(f"{target.shown}: {outcome.state}{f' ({outcome.error})' if outcome.error else ''}"))
    return DONE if all(outcome.state == "sent" for _, outcome in outcomes) else INCOMPLETE


def _report(summary: "Summary", *, as_json: bool) -> int:
    """Print what was sent, and say what did not arrive or may not have."""
    rows = [*summary.settled, *summary.unknown]
    for name in summary.begun:
        told = "runs for the first time and tells of what is noticed from now on"
        click.echo(clean(f"gongkai: {name}: {told}"), err=True)
    if as_json:
        print_json(row.to_json() for row in rows)
    else:
        for row in summary.settled:
            click.echo(clean(f"{row.state} {row.rule} → {row.target}: {row.title}"))
    for row in rows:
        if row.state == "unknown":
            again = f"gongkai notify --resend {row.uid}"
            click.echo(clean(f"gongkai: {row.title} may have reached {row.target}, or not; `{again}`"), err=True)
        elif row.state == "failed":
            click.echo(clean(f"gongkai: {row.title} did not reach {row.target}: {row.error}"), err=True)
    return DONE if summary.is_whole else INCOMPLETE


def _list(archive_path: Path, *, as_json: bool) -> int:
    with Archive.open(archive_path) as archive:
        rows: list[Delivery] = archive.alerts.list_deliveries()
    if as_json:
        print_json(row.to_json() for row in rows)
    elif rows:
        print_rows(_COLUMNS, [[getattr(row, name) for name in _COLUMNS] for row in rows], numbers=frozenset({"tries"}))
    else:
        click.echo("gongkai: no alert was written yet", err=True)
    return DONE
