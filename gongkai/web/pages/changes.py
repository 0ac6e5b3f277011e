"""The change log, newest first, as a page and as a feed."""

from typing import get_args

from archive import Archive, ChangeKind
from gongkai.labels import label_cell
from gongkai.web.entries import change_to_entry
from gongkai.web.exchange import Answer, Ask, BadRequestError, Page
from gongkai.web.feeds import ATOM, JSON_FEED, Feed, give_feed
from gongkai.web.moments import parse_as_of
from gongkai.web.words import say
from parsers.report import CellKey

PAGE = 50
"""Changes on a page, and entries in a feed."""
_MOST_PAGES = 100_000


def show_changes(archive: Archive, ask: Ask) -> Answer:
    """Show a page of changes, of all kinds and sites or of one."""
    kind, site, page = _read_kind(ask), ask.get("site") or None, max(1, ask.get_number("page", 1, _MOST_PAGES))
    rows = archive.list_changes(kind=kind, site=site, newest=PAGE + 1, offset=(page - 1) * PAGE)
    context = {
        "rows": rows[:PAGE],
        "page": page,
        "has_more": len(rows) > PAGE,
        "kinds": get_args(ChangeKind),
        "sites": list_site_names(archive),
        "labels": label_change,
    }
    return Page("changes.html", context)


def list_site_names(archive: Archive) -> list[str]:
    """Return the names of all sites."""
    return sorted({site for district in archive.list_districts() for site in district.sites})


def give_atom(archive: Archive, ask: Ask) -> Answer:
    """Give the newest changes as an Atom feed: of a kind, a site, a district, an agency, or since a day."""
    return give_feed(_make_feed(archive, ask), ATOM)


def give_json(archive: Archive, ask: Ask) -> Answer:
    """Give the same as a JSON feed."""
    return give_feed(_make_feed(archive, ask), JSON_FEED)


def _make_feed(archive: Archive, ask: Ask) -> Feed:
    rows = archive.list_changes(
        _read_since(ask),
        _read_kind(ask),
        ask.get("site") or None,
        district=ask.get("district") or None,
        agency=ask.get("agency") or None,
        newest=PAGE,
    )
    entries = [change_to_entry(row, ask.language) for row in rows]
    return Feed(say(ask.language, "feed_title"), ask.origin, ask.link(), "/changes", ask.language, entries)


def _read_since(ask: Ask) -> str | None:
    """Return the day or the moment from which on changes are asked for."""
    since = ask.get("since") or None
    return since if parse_as_of(since or "") else None


def label_change(cell: dict[str, str]) -> str:
    """Return the labels of a cell of a change."""
    return label_cell(CellKey(cell["table"], cell["row"], cell["column"]))


def _read_kind(ask: Ask) -> str | None:
    kind = ask.get("kind")
    if kind and kind not in get_args(ChangeKind):
        raise BadRequestError(f"{kind!r} is no kind of change; there are {', '.join(get_args(ChangeKind))}")
    return kind or None
