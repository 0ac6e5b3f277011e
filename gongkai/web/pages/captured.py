"""The archived page of a version: in a frame of its own, with a figure lit, and its bytes as they were received."""

from functools import lru_cache

from archive import Archive
from gongkai.labels import label_cell
from gongkai.pages.words import STATUSES
from gongkai.web.captured import NOTES, CapturedPage, render_captured
from gongkai.web.exchange import HTML, Answer, Ask, Download, NotFoundError, Page, make_link, make_path
from parsers.report import Cell, Report

_MOST_VERSIONS = 1_000_000
_KEPT = 8
"""Rendered pages that are kept."""


def show_source(archive: Archive, ask: Ask) -> Answer:
    """Show the page of a version in a frame, beside what is known of the figure that is lit in it."""
    shown = archive.show_report(ask.parts["report"], ask.get_number("version", 0, _MOST_VERSIONS) or None)
    cell = _find_cell(shown.report, ask.get("cell"))
    versions = archive.list_versions(shown.row.id)
    facts = next((version for version in versions if version.number == shown.version), None)
    path = make_path("captured", shown.row.id, shown.version)
    page = _render(archive, shown.row.id, shown.version, cell) if cell else None
    context = {
        "row": shown.row,
        "report": shown.report,
        "version": shown.version,
        "facts": facts,
        "cell": cell,
        "label": label_cell(cell.key) if cell else "",
        "status": STATUSES[cell.status][1 + (ask.language == "en")] if cell else "",
        "frame": make_link(path, {"cell": ask.get("cell")}) + ("#lit" if cell else ""),
        "original": f"{path}/original",
        "lit": page.lit if page else "not_asked",
        "notes": [NOTES[note][ask.language == "en"] for note in page.notes] if page else [],
    }
    return Page("source.html", context)


def give_captured(archive: Archive, ask: Ask) -> Answer:
    """Give the page alone, so that nothing in it can run or call out."""
    number = int(ask.parts["version"])
    shown = archive.show_report(ask.parts["report"], number)
    page = _render(archive, shown.row.id, number, _find_cell(shown.report, ask.get("cell")))
    return Download(page.html.encode("utf-8", errors="replace"), HTML, headers=page.headers)


def give_original(archive: Archive, ask: Ask) -> Answer:
    """Give the bytes as they were received, to be saved and not shown: nothing of them runs in the browser."""
    source = archive.load_version_source(ask.parts["report"], int(ask.parts["version"]))
    name = f"{ask.parts['report']}-v{source.facts.number}-{source.facts.sha256[:12]}.bin"
    policy = (("Content-Security-Policy", "sandbox; default-src 'none'"),)
    return Download(source.body, "application/octet-stream", name, policy)


def _render(archive: Archive, report_id: str, number: int, cell: Cell | None) -> CapturedPage:
    source = archive.load_version_source(report_id, number)
    return _render_once(source.body, source.content_type, cell, source.facts.url)


@lru_cache(maxsize=_KEPT)
def _render_once(body: bytes, content_type: str | None, cell: Cell | None, url: str) -> CapturedPage:
    """Render a page once for the page around it and the frame within, which are asked for one after the other."""
    return render_captured(body, content_type, cell=cell, url=url)


def _find_cell(report: Report, name: str) -> Cell | None:
    """Return the cell of that dotted name, None where none is asked for."""
    if not name:
        return None
    found = next((cell for cell in report.cells if ".".join(cell.key) == name), None)
    if found is None:
        raise NotFoundError(f"this report has no cell {name!r}")
    return found
