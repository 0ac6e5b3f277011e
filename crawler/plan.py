"""What a page makes worth visiting: pure functions from a `Page` and its step to further steps."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from archive import PageKind
from crawler.hosts import netloc_of
from crawler.links import Link, Page, is_file_url
from crawler.paging import PAGES_LIMIT, next_pages
from crawler.words import (
    LIKELY_COLUMN,
    column_score,
    has_date,
    has_year,
    is_agency,
    is_cut_item,
    is_directory,
    is_folder,
    is_list_item,
    is_particular,
    is_rejected,
    is_report_title,
    shows_report,
)

DEPTH_LIMIT = 4
"""Clicks on the way to a column, and again folders inside one."""

FILES_LIMIT = 30
"""Files followed from one report."""

LIST_PRIORITY, PAGING_PRIORITY, FILE_PRIORITY, REPORT_PRIORITY = 100, 99, 98, 95
FRAME_PRIORITY, AGENCY_PRIORITY = 50, 15
"""Lists before their reports, a report's files right behind it, and the rest of the way last."""

_IDLE_FRAMES = (
    "visit",
    "count",
    "login",
    "share",
    "footer",
    "header",
    "tree.jsp",
    "search",
    "weather",
    "hits",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One URL to visit: what it is believed to be, how urgent it is, and how it was met.

    `column` is the list of reports under which it stands; `depth` counts clicks since the start or since that
    column, `turns` the pages turned inside one list.
    """

    url: str
    kind: PageKind
    priority: int
    depth: int = 0
    turns: int = 0
    column: str | None = None
    found_on: str | None = None
    link_text: str | None = None


def start_step(url: str) -> Step:
    """Return the step to a start page, which nothing may overtake."""
    return Step(url, "home", LIST_PRIORITY + 1)


def classify_page(step: Step, page: Page, *, is_file: bool = False) -> PageKind:
    """Say what a page is, now that it is seen: a link's words can promise a list and lead to a report.

    The other way round is believed only of words that name no agency or no year (`2023年政府信息公开年报` may
    be a folder), since every report page shows other reports beside it.
    """
    if step.kind == "attachment" or is_file:
        return "attachment"
    if step.kind == "home" or not page.is_html:
        return step.kind
    if shows_report(page.text):
        return "report"
    items = _count_reports(page)
    if step.kind == "report":
        return "list" if items > 1 and not is_particular(step.link_text or "") else "report"
    return "list" if step.kind == "list" or _is_column(page) or items > 1 else "column"


def _count_reports(page: Page) -> int:
    return sum(is_report_title(link.words) for link in page.links)


def _is_column(page: Page) -> bool:
    """Whether a page is a column of reports by its name or address; a report's name has the same words."""
    is_named = column_score(page.title) >= LIKELY_COLUMN and not is_report_title(page.title)
    return is_named or column_score("", page.url) >= LIKELY_COLUMN


def is_list_page(kind: PageKind, page: Page) -> bool:
    """Whether reports are listed on a page: it is a list, or a start page that turns out to be one."""
    if kind != "home":
        return kind == "list"
    if _is_column(page):
        return True
    items = _count_reports(page)
    leads_on = any(column_score(link.words, link.url) for link in page.links)
    return items > 1 or (items == 1 and not leads_on)


def plan_steps(step: Step, kind: PageKind, page: Page) -> list[Step]:
    """Return the steps that a page leads to, in the order in which they stand there."""
    steps = [replace(step, url=page.refresh, found_on=page.url)] if page.refresh else []
    if kind == "report":
        # A column can open with its latest report, the other years in a menu beside it.
        is_column = step.kind == "list" and column_score(step.link_text or "", step.url) >= LIKELY_COLUMN
        others = _iter_list_steps(step, page, is_start=False) if is_column else ()
        return [*steps, *_iter_files(page), *others]
    if is_list_page(kind, page):
        return [*steps, *_iter_list_steps(step, page, is_start=kind == "home"), *_iter_turns(step, page)]
    return steps if kind == "attachment" else [*steps, *_iter_way_steps(step, page)]


def _make_step(link: Link, page: Page, kind: PageKind, priority: int) -> Step:
    return Step(link.url, kind, priority, found_on=page.url, link_text=link.words or None)


def _column_step(link: Link, page: Page) -> Step:
    return replace(_make_step(link, page, "list", LIST_PRIORITY), column=link.url)


def _report_step(link: Link, page: Page) -> Step:
    if is_file_url(link.url):
        return _make_step(link, page, "attachment", FILE_PRIORITY)
    return _make_step(link, page, "report", REPORT_PRIORITY)


def _iter_files(page: Page) -> Iterator[Step]:
    files = (link for link in page.links if is_file_url(link.url) and not is_rejected(link.words))
    for _, link in zip(range(FILES_LIMIT), files, strict=False):
        yield _make_step(link, page, "attachment", FILE_PRIORITY)


def _iter_way_steps(step: Step, page: Page) -> Iterator[Step]:
    """Follow, on the way, reports, columns, pages further on the way, and the agencies of a directory."""
    lists_agencies = step.kind != "home" and (is_directory(step.link_text or "") or is_directory(page.title))
    for link in page.links:
        score = column_score(link.words, link.url)
        if is_report_title(link.words):
            yield _report_step(link, page)
        elif score >= LIKELY_COLUMN:
            yield _column_step(link, page)
        elif step.depth < DEPTH_LIMIT:
            if not score and lists_agencies and is_agency(link.words):
                score = AGENCY_PRIORITY
            if not score and _is_telling_frame(link, page):
                score = FRAME_PRIORITY
            if score:
                yield replace(_make_step(link, page, "column", score - step.depth), depth=step.depth + 1)


def _iter_list_steps(step: Step, page: Page, *, is_start: bool) -> Iterator[Step]:
    """Follow, in a list, its reports, its folders, other columns of reports, and the frame that holds it."""
    column = step.column or page.url
    for link in page.links:
        score = column_score(link.words, link.url)
        is_item = is_list_item(link.words) or is_cut_item(link.words)
        if is_report_title(link.words) or (is_item and score < LIKELY_COLUMN):
            yield replace(_report_step(link, page), column=column, depth=step.depth)
        elif score >= LIKELY_COLUMN:
            yield _column_step(link, page)
        elif is_start and score:
            yield replace(_make_step(link, page, "column", score), depth=1)
        elif step.depth < DEPTH_LIMIT and (_is_folder_link(link, column) or _is_telling_frame(link, page)):
            yield replace(_make_step(link, page, "list", LIST_PRIORITY), column=column, depth=step.depth + 1)


def _iter_turns(step: Step, page: Page) -> Iterator[Step]:
    if step.turns >= PAGES_LIMIT:
        return
    for url in next_pages(page):
        yield replace(
            step,
            url=url,
            kind="list",
            priority=PAGING_PRIORITY,
            turns=step.turns + 1,
            column=step.column or page.url,
            found_on=page.url,
            link_text=None,
        )


def _is_folder_link(link: Link, column: str) -> bool:
    """Whether a link is a folder of that column: its words, and its path or a dated row."""
    if link.tag != "a" or not is_folder(link.words) or is_file_url(link.url):
        return False
    is_dated_row = is_agency(link.words) and has_date(link.context)
    return is_dated_row or is_under(link.url, column)


def is_under(url: str, column: str) -> bool:
    """Whether a URL lies in the folder of a column: `/nb/2020/` under `/nb/` or `/nb.html`."""
    if netloc_of(url) != netloc_of(column):
        return False
    path, own = urlsplit(url).path, urlsplit(column).path
    folder, _, name = own.rpartition("/")
    stem = name.partition(".")[0]
    if path == own:
        return urlsplit(url).query != urlsplit(column).query
    inner = folder if stem in {"", "index", "list", "default"} else f"{folder}/{stem}"
    return path.startswith((inner + "/", folder + "/") if folder else inner + "/")


def _is_telling_frame(link: Link, page: Page) -> bool:
    """Whether a frame may hold the list itself: on the same host, and not a counter or a login."""
    address = link.url.lower()
    if link.tag not in {"iframe", "frame"}:
        return False
    return netloc_of(link.url) == netloc_of(page.url) and not any(word in address for word in _IDLE_FRAMES)


def is_wanted_elsewhere(step: Step) -> bool:
    """Whether a step that may not be taken is a loss, as a report is and a menu's link is not."""
    return step.kind in {"home", "report", "attachment"} or (step.column is not None and has_year(step.link_text or ""))
