"""What a page makes worth visiting: pure functions from a `Page` and its step to further steps."""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urljoin

from archive import PageKind
from crawler.folders import (
    is_file_link,
    is_folder_link,
    is_telling_frame,
    is_under,
    leads_to_agencies,
    lists_reports,
    words_of,
)
from crawler.links import Link, Page, is_file_url, may_lead_to_files
from crawler.paging import PAGES_LIMIT, next_pages
from crawler.step import Step
from crawler.words import (
    LIKELY_COLUMN,
    column_score,
    has_date,
    has_year,
    is_agency,
    is_cut_item,
    is_dated_row,
    is_directory,
    is_entrance,
    is_list_item,
    is_other_file,
    is_particular,
    is_rejected,
    is_report_title,
    is_row_of_agency,
    mentions_report,
    names_attachment,
    shows_report,
    wide_score,
)

DEPTH_LIMIT = 4
"""Clicks on the way to a column, and again folders inside one."""

FILES_LIMIT = 30
"""Files followed from one report."""

LIST_PRIORITY, PAGING_PRIORITY, FILE_PRIORITY, REPORT_PRIORITY = 100, 99, 98, 95
FRAME_PRIORITY, AGENCY_PRIORITY, CROWD_PRIORITY = 50, 20, 15
"""Lists before their reports, a report's files right behind it, and the rest of the way last."""

RECHECK_PRIORITY = 1
"""Pages known from earlier that nothing leads to any more come behind everything else."""

SURE_WAY = 50
"""A name of such a score (政务公开) is a way on even in a row with a day; a looser one is a piece of news there."""

RESERVE_PRIORITY = 10
"""Steps below are taken only while no list of reports is found."""

SITEMAP_PRIORITY = RESERVE_PRIORITY - 1
TURN_RESERVE_PRIORITY = 4

ENTRANCE_LINKS, ENTRANCES_LIMIT = 8, 4
"""A start page with no more links than this is a splash page, and so many of them are tried."""

ARTICLE_TEXT = 200
"""A page with so many characters says what it is about."""

ROWS_NEEDED = 5
"""So many rows with a date make a page a list of something."""


def start_step(url: str) -> Step:
    """Return the step to a start page, which nothing may overtake."""
    return Step(url, "home", LIST_PRIORITY + 1)


def classify_page(step: Step, page: Page, *, is_file: bool = False) -> PageKind:
    """Say what a page is, now that it is seen: a link's words can promise a list and lead to a report.

    The other way round is believed only of words that name no agency or no year (`2023年政府信息公开年报` may
    be a folder), since every report page shows other reports beside it.
    """
    if step.family:
        return step.kind
    if is_file or (step.kind == "attachment" and is_file_url(step.url)):
        return "attachment"
    if step.kind == "home" or not page.is_html:
        return step.kind
    if shows_report(page.text):
        return "report"
    return _classify_listing(step, page)


def _classify_listing(step: Step, page: Page) -> PageKind:
    """Say what a page is that shows no report itself."""
    if step.kind == "attachment":  # the words of the link promised a file, and it led to a page
        return "column"
    items = _count_reports(page)
    if step.kind == "report":
        names = (step.link_text or "", page.title)
        if is_cut_item(names[0]) and is_rejected(page.title):  # the list had cut off what makes it a look-alike
            return "column"
        if items > 1 and not any(map(is_particular, names)):
            return "list"
        return "column" if _is_something_else(names, page) else "report"
    return "list" if step.kind == "list" or _is_column(page) or items > 1 else "column"


def _is_something_else(names: tuple[str, ...], page: Page) -> bool:
    """Whether a page that careless words promised to be a report speaks at length of nothing that a report has."""
    if any(map(is_report_title, names)) or len(page.text) < ARTICLE_TEXT or mentions_report(page.text):
        return False
    return not (
        page.refresh or may_lead_to_files(page.source) or any(is_telling_frame(link, page) for link in page.links)
    )


def _count_reports(page: Page) -> int:
    return sum(is_report_title(link.words) for link in page.links)


def _is_column(page: Page) -> bool:
    """Whether a page is a column of reports by its names or address; a report's name has the same words."""
    names = (page.title, page.meta("columnname"), page.meta("columntype"), last_crumb(page.crumbs))
    is_named = any(column_score(name) >= LIKELY_COLUMN and not is_report_title(name) for name in names)
    return is_named or column_score("", page.url) >= LIKELY_COLUMN


def last_crumb(crumbs: str) -> str:
    """Return the last name of a breadcrumb.

    >>> last_crumb("当前位置: 首页 > 政务公开 > 政府信息公开年报")
    '政府信息公开年报'
    """
    return re.split(r"[>»›/→|]+|&gt;", crumbs)[-1].strip()


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
        if not shows_report(page.text):
            steps += _iter_frames(step, page)
        # A column can open with its latest report, the other years in a menu beside it.
        is_column = step.kind == "list" and column_score(step.link_text or "", step.url) >= LIKELY_COLUMN
        others = _iter_list_steps(step, page, is_start=False) if is_column else ()
        return [*steps, *_iter_files(page), *others]
    if is_list_page(kind, page):
        return [*steps, *_iter_list_steps(step, page, is_start=kind == "home"), *_iter_turns(step, page)]
    if kind == "attachment":
        return steps
    entrances = _iter_entrances(step, page) if kind == "home" else _iter_reserve_turns(step, page)
    # The first step to a page counts: of two links to it, a picture and its name, the better.
    way = sorted(_iter_way_steps(step, page), key=lambda step: -step.priority)
    return [*steps, *way, *entrances]


def _make_step(link: Link, page: Page, kind: PageKind, priority: int) -> Step:
    return Step(
        link.url,
        kind,
        priority,
        found_on=page.url,
        link_text=words_of(link) or None,
        family=link.family,
        post=link.post,
        is_guess=link.rel == "guess",
    )


def _column_step(link: Link, page: Page) -> Step:
    return replace(_make_step(link, page, "list", LIST_PRIORITY), column=link.key)


def _report_step(link: Link, page: Page) -> Step:
    if is_file_link(link):
        return _make_step(link, page, "attachment", FILE_PRIORITY)
    return _make_step(link, page, "report", REPORT_PRIORITY)


def _iter_frames(step: Step, page: Page) -> Iterator[Step]:
    """Follow the frame in which a report may stand, for a page that shows none itself."""
    for link in page.links:
        if is_telling_frame(link, page) and not is_file_url(link.url):
            yield replace(step, url=link.url, found_on=page.url, priority=FILE_PRIORITY)


def _iter_files(page: Page) -> Iterator[Step]:
    shown = page.links if may_lead_to_files(page.source) else ()
    is_shown = shows_report(page.text)
    files = (link for link in shown if is_file_link(link) and not is_other_file(link.words, link.context))
    own = (link for link in files if not is_shown or names_attachment(link.words))
    for _, link in zip(range(FILES_LIMIT), own, strict=False):
        yield _make_step(link, page, "attachment", FILE_PRIORITY)


def _iter_way_steps(step: Step, page: Page) -> Iterator[Step]:
    """Follow, on the way, reports, columns, pages further on the way, and the agencies of a directory.

    What is hardly worth a request goes to the reserve, and is taken only where no list is found otherwise. An agency's
    page that has its own column of reports has nothing else to offer.
    """
    if step.kind == "home":
        yield _sitemap_step(page)
    worth = _worth_of_agencies(step, page)
    is_settled = is_agency(step.link_text or "") and any(_is_own_column(link, page) for link in page.links)
    for link in page.links:
        words = words_of(link)
        score = column_score(words, link.url)
        if is_report_title(words):
            yield _report_step(link, page)
        elif score >= LIKELY_COLUMN:
            yield _column_step(link, page)
        elif step.depth < DEPTH_LIMIT and not is_settled:
            if not score and worth and is_agency(words):
                score = worth
            if not score and is_telling_frame(link, page):
                score = FRAME_PRIORITY
            if score < SURE_WAY and score != worth and is_dated_row(words, link.context):
                continue
            wide = 0 if score else wide_score(words, link.url)
            if score or wide:
                way = _make_step(link, page, "column", score - step.depth if score else wide)
                yield replace(way, depth=step.depth + 1, is_guess=way.is_guess or bool(wide))


def _worth_of_agencies(step: Step, page: Page) -> int:
    """Say how much the agencies on a page are worth: those of a directory, or of a page with a crowd of them."""
    if step.kind == "home":
        return 0
    names = [name for name in (step.link_text or "", page.title) if is_directory(name)]
    if any("公开" in name or "年报" in name for name in names):
        return AGENCY_PRIORITY
    if names:
        return CROWD_PRIORITY
    return CROWD_PRIORITY if leads_to_agencies(page) else 0


def is_of_directory(step: Step) -> bool:
    """Whether a step leads to an agency of a directory: one that has no reports says nothing about the next."""
    return step.kind == "column" and is_agency(step.link_text or "") and step.priority > CROWD_PRIORITY


def _is_own_column(link: Link, page: Page) -> bool:
    return column_score(link.words, link.url) >= LIKELY_COLUMN and is_under(link.url, page.url)


def _iter_entrances(step: Step, page: Page) -> Iterator[Step]:
    """Go through a splash page, which has little but the link by which one enters, to the home page behind it."""
    links = list({link.url: link for link in page.links if link.tag in {"a", "area"} and link.url != page.url}.values())
    if step.depth or page.refresh or len(links) > ENTRANCE_LINKS or any(column_score(link.words) for link in links):
        return
    named = [link for link in links if is_entrance(link.words)]
    for link in (named or links)[:ENTRANCES_LIMIT]:
        yield replace(step, url=link.url, found_on=page.url, link_text=link.words or None, depth=1, is_guess=True)


def _iter_reserve_turns(step: Step, page: Page) -> Iterator[Step]:
    """Keep the further pages of what lists other things: where a site has no column, reports stand among notices."""
    if step.turns < PAGES_LIMIT and sum(has_date(link.context) for link in page.links) >= ROWS_NEEDED:
        for link in (*page.more, *next_pages(page)):
            if link.rel != "guess":
                yield replace(
                    _make_step(link, page, "column", TURN_RESERVE_PRIORITY), depth=step.depth, turns=step.turns + 1
                )


def _sitemap_step(page: Page) -> Step:
    url = urljoin(page.url, "/sitemap.xml")
    return Step(url, "column", SITEMAP_PRIORITY, found_on=page.url, family="sitemap", is_guess=True)


def _iter_list_steps(step: Step, page: Page, *, is_start: bool) -> Iterator[Step]:
    """Follow, in a list, its reports, its folders, other columns of reports, and the frame that holds it."""
    column = step.column or page.url
    is_bare = not step.turns and not lists_reports(page)
    is_crowd = is_bare and leads_to_agencies(page)
    for link in page.links:
        words = words_of(link)
        score = column_score(words, link.url)
        is_item = is_list_item(words) or is_cut_item(words) or is_row_of_agency(link.words, link.context)
        if is_report_title(words) or (is_item and score < LIKELY_COLUMN):
            yield replace(_report_step(link, page), column=column, depth=step.depth)
        elif score >= LIKELY_COLUMN:
            yield _column_step(link, page)
        elif is_start and score:
            yield replace(_make_step(link, page, "column", score), depth=1)
        elif step.depth < DEPTH_LIMIT and (
            any(is_folder_link(link, place, is_bare=is_bare) for place in (column, page.url))
            or (is_crowd and is_agency(words))
            or is_telling_frame(link, page)
        ):
            yield replace(_make_step(link, page, "list", LIST_PRIORITY), column=column, depth=step.depth + 1)


def _iter_turns(step: Step, page: Page) -> Iterator[Step]:
    """Turn to the other pages of a list: those that its family names, then those that its links show."""
    if step.turns >= PAGES_LIMIT:
        return
    turned = replace(
        step,
        kind="list",
        priority=PAGING_PRIORITY,
        turns=step.turns + 1,
        column=step.column or page.url,
        found_on=step.found_on if step.family else page.url,
        link_text=None,
    )
    shown = next_pages(page) if page.is_html else ()
    for link in [*page.more, *shown][:PAGES_LIMIT]:
        yield replace(
            turned,
            link_text=link.text or None,
            url=link.url,
            family=link.family,
            post=link.post,
            is_guess=link.rel == "guess",
        )


def is_wanted_elsewhere(step: Step) -> bool:
    """Whether a step that may not be taken is a loss, as a report is and a menu's link is not."""
    if step.kind == "home":
        return not step.is_guess
    return step.kind in {"report", "attachment"} or (step.column is not None and has_year(step.link_text or ""))
