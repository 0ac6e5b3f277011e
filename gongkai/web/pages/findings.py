"""What does not add up, as an inbox: by rule, site and year."""

from archive import Archive
from gongkai.web.exchange import Answer, Ask, Page
from gongkai.web.pages.changes import list_site_names

PAGE = 50
"""Findings on a page."""
_MOST_PAGES = 100_000
_LAST_YEAR = 9999


def show_findings(archive: Archive, ask: Ask) -> Answer:
    """Show a page of the findings of the reports as they stand."""
    page = max(1, ask.get_number("page", 1, _MOST_PAGES))
    site, year, rule = ask.get("site") or None, ask.get_number("year", 0, _LAST_YEAR) or None, ask.get("rule") or None
    rows = archive.list_findings(site, year, rule=rule, limit=PAGE + 1, offset=(page - 1) * PAGE)
    counts = archive.count_findings().rules
    context = {
        "rows": rows[:PAGE],
        "page": page,
        "has_more": len(rows) > PAGE,
        "counts": counts,
        "total": sum(counts.values()),
        "sites": list_site_names(archive),
    }
    return Page("findings.html", context)
