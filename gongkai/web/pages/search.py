"""Search: the same language as on the command line, a page of results at a time, and all of them as CSV."""

from archive import Archive, Found, QueryError
from gongkai.web.downloads import rows_to_csv
from gongkai.web.exchange import Answer, Ask, BadRequestError, Download, Page
from gongkai.web.moments import parse_as_of

PAGE = 20
"""Results on a page."""
_MOST_PAGES = 5_000
_MOST_ROWS = 10_000
"""Rows of a CSV file; the search language narrows what is more."""
_CSV_COLUMNS = ("id", "url", "title", "agency", "district", "year", "form", "published", "status", "snippet")
EXAMPLES = (
    "依申请公开",
    '"主动 公开" 培训',
    "行政复议 OR 行政诉讼",
    "year:2020..2024 requests.total>50",
    "status:withdrawn",
    "blank:yes form:2021",
)
"""Queries that show what the language can do."""


def show_search(archive: Archive, ask: Ask) -> Answer:
    """Show a page of results, or how to search where nothing is asked."""
    query, page = ask.get("q"), max(1, ask.get_number("page", 1, _MOST_PAGES))
    shown = {"query": query, "examples": EXAMPLES, "page": page, "found": None, "trouble": None, "pages": 0}
    if not query:
        return Page("search.html", shown)
    try:
        found = _search(archive, ask, PAGE, (page - 1) * PAGE)
    except QueryError as problem:
        return Page("search.html", {**shown, "trouble": str(problem)}, 400)
    return Page("search.html", {**shown, "found": found, "pages": -(-found.total // PAGE)})


def give_csv(archive: Archive, ask: Ask) -> Answer:
    """Give all results as CSV."""
    if not ask.get("q"):
        raise BadRequestError("q= is missing: what is to be searched for?")
    found = _search(archive, ask, _MOST_ROWS, 0)
    rows = [[getattr(match, name) for name in _CSV_COLUMNS] for match in found.matches]
    return Download(rows_to_csv(_CSV_COLUMNS, rows), "text/csv; charset=utf-8", "search.csv")


def _search(archive: Archive, ask: Ask, limit: int, offset: int) -> Found:
    return archive.search(
        ask.get("q"),
        limit,
        offset=offset,
        all_versions=ask.get("versions") == "all",
        as_of=parse_as_of(ask.get("as_of")),
    )
