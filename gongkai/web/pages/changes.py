"""The change log, newest first, as a page and as an Atom feed."""

from typing import get_args

from archive import Archive, ChangeKind
from gongkai.labels import label_cell
from gongkai.web.exchange import Answer, Ask, BadRequestError, Download, Page
from gongkai.web.feeds import changes_to_atom
from parsers.report import CellKey

PAGE = 50
"""Changes on a page, and entries in the feed."""
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


def give_feed(archive: Archive, ask: Ask) -> Answer:
    """Give the newest changes as an Atom feed, of all kinds and sites or of one."""
    rows = archive.list_changes(kind=_read_kind(ask), site=ask.get("site") or None, newest=PAGE)
    body = changes_to_atom(rows, ask.origin, ask.link(), ask.language)
    return Download(body, "application/atom+xml; charset=utf-8")


def label_change(cell: dict[str, str]) -> str:
    """Return the labels of a cell of a change."""
    return label_cell(CellKey(cell["table"], cell["row"], cell["column"]))


def _read_kind(ask: Ask) -> str | None:
    kind = ask.get("kind")
    if kind and kind not in get_args(ChangeKind):
        raise BadRequestError(f"{kind!r} is no kind of change; there are {', '.join(get_args(ChangeKind))}")
    return kind or None
