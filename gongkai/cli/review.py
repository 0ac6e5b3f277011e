"""`gongkai review`: what a person says of findings and cells."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import click
from rich.text import Text

from archive import Archive, Figure, Review, Said, Verdict, name_subject, utc_now
from archive.judgements.review import Subject
from gongkai.cli import DONE, INCOMPLETE
from gongkai.cli.options import archive_option, examples, json_option
from gongkai.cli.output import clean, is_screen, paged, print_json, print_lines, print_rows, styled
from gongkai.cli.view import VERDICT_STYLES
from gongkai.reviewing import (
    Case,
    Matter,
    find_cell,
    judge,
    open_case,
    parse_correction,
    parse_subject,
    tell_figure,
    tell_review,
)
from parsers.report import CellKey

_LISTED = ("id", "subject", "verdict", "raw", "value", "unit", "note", "by", "at", "state")
_JUDGED = ("subject", "told", "verdict", "raw", "note", "by", "at")
_IMPORTED = ("number", "report", "subject", "outcome", "reason")


@click.command(
    "review",
    short_help="Confirm, dismiss or correct findings and cells.",
    epilog=examples(
        "gongkai review 柳影街道办事处-2020",
        "gongkai review 柳影街道办事处-2020 requests.balance@total --confirm --note 原文如此",
        "gongkai review 柳影街道办事处-2020 requests.granted.total --correct 3 --by 李",
        "gongkai review 柳影街道办事处-2020 requests.granted.total --retract",
        "gongkai review --list --lapsed",
        "gongkai review --export reviews.toml",
        "gongkai review --import reviews.toml",
    ),
)
@click.argument("report", required=False)
@click.argument("subject", required=False)
@click.option("--confirm", "confirmed", is_flag=True, help="The finding is right; the cell is read right.")
@click.option("--dismiss", "dismissed", is_flag=True, help="The finding, or the reading of the cell, is wrong.")
@click.option("--retract", "retracted", is_flag=True, help="Take back what was said.")
@click.option("--correct", metavar="FIGURE", help="What is to stand in the cell beside what is printed; or `blank`.")
@click.option("--note", default="", help="Why, in one line.")
@click.option("--by", envvar="GONGKAI_REVIEWER", show_envvar=True, help="Who says it; nobody need be named.")
@click.option("--list", "is_list", is_flag=True, help="List the reviews that hold.")
@click.option("--lapsed", is_flag=True, help="With --list: those of other bytes than stand now.")
@click.option("--export", "target", type=click.Path(path_type=Path, dir_okay=False), help="Write all into a TOML file.")
@click.option(
    "--import", "source", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="Take in such a file."
)
@archive_option
@json_option
def command(  # noqa: PLR0913 - one argument an option
    report: str | None,
    subject: str | None,
    correct: str | None,
    note: str,
    by: str | None,
    *,
    confirmed: bool,
    dismissed: bool,
    retracted: bool,
    is_list: bool,
    lapsed: bool,
    target: Path | None,
    source: Path | None,
    archive_path: Path,
    as_json: bool,
) -> int | None:
    """Show what there is to judge in REPORT, or say something of one SUBJECT of it.

    SUBJECT is a finding (RULE@PLACE) or a cell (TABLE.ROW.COLUMN). What is printed is never altered: a correction
    stands beside it. What is said is bound to the bytes that the report was read from, and lapses once they are others.
    """
    given: dict[Verdict, bool] = {
        "confirmed": confirmed,
        "dismissed": dismissed,
        "corrected": correct is not None,
        "retracted": retracted,
    }
    verdict = _choose_verdict(subject, [name for name, is_given in given.items() if is_given])
    files = target is not None or source is not None
    if is_list + (target is not None) + (source is not None) + (subject is not None) > 1 or (files and report):
        raise click.UsageError("--list, --export, --import and a SUBJECT are each a task of its own")
    if lapsed and not is_list:
        raise click.UsageError("--lapsed goes with --list")
    if target is not None:
        return _export(archive_path, target)
    if source is not None:
        return _import(archive_path, source, as_json=as_json)
    if is_list or report is None:
        return _list(archive_path, report, lapsed=lapsed, as_json=as_json)
    asked = _Asked(verdict, correct, note.strip(), by or None)
    if subject is None:
        return _show(archive_path, report, as_json=as_json)
    return _say(archive_path, report, parse_subject(subject), asked, as_json=as_json)


class _Asked(NamedTuple):
    """What is to be said: the verdict, the figure of a correction as it was typed, why, and by whom."""

    verdict: Verdict | None
    correct: str | None
    note: str
    by: str | None


def _choose_verdict(subject: str | None, given: Sequence[Verdict]) -> Verdict | None:
    """Return the verdict that was asked for; None where a report is only to be shown."""
    if len(given) > 1:
        raise click.UsageError("one thing at a time: --confirm, --dismiss, --correct or --retract")
    if given and subject is None:
        raise click.UsageError("name what it is said of: REPORT, then RULE@PLACE or TABLE.ROW.COLUMN")
    if subject is not None and not given:
        raise click.UsageError("say what of it: --confirm, --dismiss, --correct FIGURE or --retract")
    return given[0] if given else None


def _say(path: Path, report: str, subject: Subject, asked: _Asked, *, as_json: bool) -> int:
    """Keep what is said of a subject, and say so."""
    if asked.verdict is None:
        return DONE
    with Archive.note(path, "gongkai review") as archive:
        case = open_case(archive, report)
        figure = None if asked.correct is None else _parse_figure(case, subject, asked.correct)
        said = Said(subject, asked.verdict, figure, asked.note, asked.by)
        review, is_new = judge(archive, case, said, utc_now())
    if as_json:
        print_json([review.to_json()])
    told = review.verdict if figure is None else f"corrected to {tell_figure(figure)}"
    again = "" if is_new else ", as was said before"
    click.echo(f"gongkai: {clean(f'{review.report} {name_subject(subject)}: {told}{again}')}", err=True)
    return DONE


def _parse_figure(case: Case, subject: Subject, text: str) -> Figure:
    cell = find_cell(case.shown.report.cells, subject) if isinstance(subject, CellKey) else None
    return parse_correction(text, cell.unit if cell else None)


def _show(path: Path, report: str, *, as_json: bool) -> int:
    """Print what there is to judge in a report, with what holds of it."""
    with Archive.open(path) as archive:
        case = open_case(archive, report)
    if as_json:
        names = {"id": case.shown.row.id, "version": case.shown.version, "sha256": case.sha256}
        print_json({**names, **matter.to_json()} for matter in case.matters)
    elif is_screen():
        with paged():
            print_lines(_iter_lines(case))
    else:
        print_rows(_JUDGED, [_to_row(matter) for matter in case.matters])
    if not case.matters:
        click.echo(f"gongkai: nothing in {case.shown.row.id} asks for a judgement", err=True)
    if case.lapsed:
        click.echo(f"gongkai: {case.lapsed} said of other bytes; `gongkai review --list --lapsed` lists them", err=True)
    return DONE


def _to_row(matter: Matter) -> list[object]:
    review = matter.review
    said = (
        (review.verdict, review.figure and tell_figure(review.figure), review.note, review.reviewer, review.reviewed_at)
        if review
        else ("",) * 5
    )
    return [name_subject(matter.subject), matter.told, *said]


def _iter_lines(case: Case) -> Iterator[Text]:
    row = case.shown.row
    yield Text.assemble(
        styled(row.id, "bold"), "  ", styled(f"version {case.shown.version}", "dim"), "  ", styled(row.title)
    )
    for matter in case.matters:
        sign = ("✗ ", "red") if matter.kind == "finding" else ("? ", "cyan")
        yield Text.assemble("  ", sign, styled(name_subject(matter.subject), "cyan"))
        yield Text.assemble("    ", styled(matter.told))
        if matter.review:
            yield Text.assemble("    ", styled(tell_review(matter.review), VERDICT_STYLES[matter.review.verdict]))


def _list(path: Path, report: str | None, *, lapsed: bool, as_json: bool) -> int:
    """Print the reviews that hold, or those that have lapsed."""
    with Archive.open(path) as archive:
        reviews = archive.list_reviews(report, with_lapsed=lapsed)
    chosen = [review for review in reviews if review.lapsed == lapsed]
    if as_json:
        print_json(review.to_json() for review in chosen)
    elif chosen:
        with paged():
            print_rows(_LISTED, [_to_listed(review) for review in chosen], numbers=frozenset({"value"}))
    else:
        click.echo(f"gongkai: no review {'has lapsed' if lapsed else 'holds'}", err=True)
    return DONE


def _to_listed(review: Review) -> list[object]:
    raw, value, unit = review.figure or ("", None, None)
    state = "lapsed" if review.lapsed else "holds"
    said = (review.note, review.reviewer, review.reviewed_at, state)
    return [review.id or review.report, name_subject(review.subject), review.verdict, raw, value, unit, *said]


def _export(path: Path, target: Path) -> int:
    """Write all that was ever said into a file."""
    from gongkai.review_file import write_reviews  # noqa: PLC0415 - what says one thing of a cell needs no TOML

    with Archive.open(path) as archive:
        count = write_reviews(archive, target)
    click.echo(f"gongkai: {target} holds {count} reviews", err=True)
    return DONE


def _import(path: Path, source: Path, *, as_json: bool) -> int:
    """Take in a file of reviews, and say of each entry what became of it."""
    from gongkai.review_file import OUTCOMES, import_reviews  # noqa: PLC0415 - the same

    content = source.read_bytes()
    with Archive.note(path, "gongkai review") as archive:
        told = import_reviews(archive, content, utc_now())
    if as_json:
        print_json(one.to_json() for one in told)
    else:
        print_rows(_IMPORTED, [[getattr(one, name) for name in _IMPORTED] for one in told])
    counts = Counter(one.outcome for one in told)
    click.echo(f"gongkai: {', '.join(f'{counts[name]} {name}' for name in OUTCOMES)}", err=True)
    return INCOMPLETE if counts["refused"] else DONE
