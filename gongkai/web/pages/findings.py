"""What does not add up, as an inbox: by rule, level, site, district and year."""

from typing import get_args

from archive import Archive
from gongkai.findings import MOST_AT_ONCE, Scope, count_rules, is_too_much, list_newest
from gongkai.labels import label_cell
from gongkai.web.entries import finding_to_entry
from gongkai.web.exchange import Answer, Ask, BadRequestError, Page
from gongkai.web.feeds import ATOM, JSON_FEED, Feed, give_feed
from gongkai.web.pages.changes import list_site_names
from gongkai.web.words import say
from parsers.report import CellKey, Level, Suspect
from parsers.rules import load_rules

PAGE = 50
"""Findings on a page, and entries in a feed."""
_MOST_PAGES = 100_000
_LAST_YEAR = 9999


def show_findings(archive: Archive, ask: Ask) -> Answer:
    """Show a page of the findings of the reports as they stand, those noticed last first."""
    page = max(1, ask.get_number("page", 1, _MOST_PAGES))
    scope = _read_scope(ask)
    rows = list_newest(archive, scope, ask.register, PAGE + 1, (page - 1) * PAGE)
    counts = archive.remember(("counts of rules", ask.register), lambda same: count_rules(same, ask.register))
    context = {
        "rows": rows[:PAGE],
        "page": page,
        "has_more": len(rows) > PAGE,
        "counts": dict(counts.most_common()),
        "uncounted": _list_between_rules() if is_too_much(archive, Scope()) else (),
        "total": counts.total(),
        "most": MOST_AT_ONCE if is_too_much(archive, scope) else None,
        "sites": list_site_names(archive),
        "districts": archive.list_districts(),
        "levels": get_args(Level),
        "titles": {rule.id: rule.en if ask.language == "en" else rule.zh for rule in load_rules().values()},
        "label": label_suspect,
    }
    return Page("findings.html", context)


def give_atom(archive: Archive, ask: Ask) -> Answer:
    """Give the findings that were noticed last as an Atom feed, filtered as the page is."""
    return give_feed(_make_feed(archive, ask), ATOM)


def give_json(archive: Archive, ask: Ask) -> Answer:
    """Give the same as a JSON feed."""
    return give_feed(_make_feed(archive, ask), JSON_FEED)


def _make_feed(archive: Archive, ask: Ask) -> Feed:
    scope = _read_scope(ask)
    rows = list_newest(archive, scope, ask.register, PAGE)
    entries = [finding_to_entry(row, ask.language) for row in rows]
    note = say(ask.language, "findings_partial", most=f"{MOST_AT_ONCE:,}") if is_too_much(archive, scope) else ""
    title = say(ask.language, "feed_findings_title")
    return Feed(title, ask.origin, ask.link(), "/findings", ask.language, entries, note)


def label_suspect(suspect: Suspect) -> str:
    """Return the labels of a cell that would explain a finding."""
    return label_cell(CellKey(suspect.table, suspect.row, suspect.column))


def _list_between_rules() -> list[str]:
    """Return the rules that no single report breaks."""
    return [rule.id for rule in load_rules().values() if rule.scope != "document"]


def _read_scope(ask: Ask) -> Scope:
    return Scope(
        site=ask.get("site") or None,
        year=ask.get_number("year", 0, _LAST_YEAR) or None,
        district=ask.get("district") or None,
        rule=ask.get("rule") or None,
        level=_read_level(ask),
    )


def _read_level(ask: Ask) -> str | None:
    level = ask.get("level")
    if level and level not in get_args(Level):
        raise BadRequestError(f"{level!r} is no level; there are {', '.join(get_args(Level))}")
    return level or None
