"""Two versions of a report side by side: figures cell by cell, words with what was taken out and put in."""

from archive import Archive
from gongkai.comparing import CellDifference, compare_versions
from gongkai.labels import label_cell
from gongkai.web.exchange import Answer, Ask, Page, Redirect, make_link, make_path
from gongkai.web.pages.report import address_figure

_MOST_VERSIONS = 1_000_000


def show_comparison(archive: Archive, ask: Ask) -> Answer:
    """Show what differs between version `a` and version `b`; without them, between the newest and the one before it."""
    newest = archive.show_report(ask.parts["report"])
    if newest.row.id != ask.parts["report"]:
        return Redirect(make_link(make_path("report", newest.row.id, "compare"), ask.arguments))
    later = ask.get_number("b", newest.versions[-1], _MOST_VERSIONS)
    earlier = ask.get_number("a", later - 1, _MOST_VERSIONS)
    context = {"row": newest.row, "versions": archive.list_versions(newest.row.id), "a": earlier, "b": later}
    if len(newest.versions) == 1:
        return Page("compare.html", {**context, "comparison": None})
    before, after = archive.show_report(newest.row.id, earlier), archive.show_report(newest.row.id, later)

    def address(difference: CellDifference, *, new: bool) -> str:
        cell = difference.new if new else difference.old
        is_seen = cell is not None and cell.status != "missing"
        return address_figure(after if new else before, ".".join(difference.key)) if is_seen else ""

    return Page(
        "compare.html",
        {**context, "comparison": compare_versions(before, after), "label_cell": label_cell, "address": address},
    )
