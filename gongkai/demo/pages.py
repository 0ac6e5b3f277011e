"""The demo sites as pages: `build_sites(day)` is pure; day 2 differs from day 1 as `DAY_TWO` says."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache

from gongkai.demo.carriers import draw_report, manuscript_to_lines
from gongkai.demo.catalogue import DAY_ONE_AT, DAY_TWO, DISTRICTS, NOTICES, REPORTS, DemoReport, District
from gongkai.demo.chrome import Around, Link, article_metas, column_metas, draw_article, draw_page, read_frame
from gongkai.demo.figures import Figures, load_figures
from gongkai.demo.lists import Item, draw_lists
from gongkai.demo.notices import NEIGHBOUR_COLUMNS, PLAIN_PAGES, draw_news, draw_notice, list_news, news_path
from gongkai.demo.prose import write_report
from gongkai.demo.site import DemoSite, Page

_ROBOTS = b"User-agent: *\nDisallow: /admin/\nAllow: /\n"
_FILES = {
    "/css/site.css": "text/css",
    "/images/picture.svg": "image/svg+xml",
    "/js/page.js": "text/javascript",
}
_Pages = Iterator[tuple[str, Page]]


@cache
def build_sites(day: int) -> tuple[DemoSite, ...]:
    """Return the three sites as they stand on a day: 1, or 2 after the changes."""
    if day not in {1, 2}:
        raise ValueError(f"the demo has days 1 and 2, not {day}")
    sites = tuple(DemoSite(d.name, d.title, d.division, dict(_pages(d, day))) for d in DISTRICTS.values())
    if day == 1:
        return sites
    return tuple(_restamp(before, after) for before, after in zip(build_sites(1), sites, strict=True))


def reports_of_day(day: int) -> tuple[DemoReport, ...]:
    """Return the reports that stand on the sites on a day."""
    return REPORTS if day == 1 else (*REPORTS, DAY_TWO.added)


def figures_of_day(report: DemoReport, day: int) -> Figures:
    """Return a report's figures as they are printed on a day."""
    figures = load_figures()[report.figures]
    if day == 1 or report != DAY_TWO.edited:
        return figures
    return replace(figures, raw={**figures.raw, DAY_TWO.cell: DAY_TWO.new})


def _restamp(before: DemoSite, after: DemoSite) -> DemoSite:
    """Give every page that differs from the day before the time of the change."""
    files = {
        path: page if _body(before.files, path) == page.body else replace(page, last_modified=DAY_TWO.at)
        for path, page in after.files.items()
    }
    return replace(after, files=files)


def _body(files: Mapping[str, Page], path: str) -> bytes | None:
    page = files.get(path)
    return page.body if page else None


def _pages(site: District, day: int) -> _Pages:
    yield from _files(site)
    yield from _fixed_pages(site)
    yield from _column_pages(site, day)
    for entry in list_news(site.name):
        main = draw_article(site, entry, draw_news(), Around(site.title, entry.views))
        yield news_path(entry), _html(site, draw_page(site, entry.title, main), entry.at)


def _fixed_pages(site: District) -> _Pages:
    def plain(title: str, main: str) -> Page:
        return _html(site, draw_page(site, title, main), DAY_ONE_AT)

    news = [(Link(entry.title, news_path(entry)), entry.published) for entry in list_news(site.name)]
    rows = "\n".join(f"<li>{link.to_html()}<span>{day.isoformat()}</span></li>" for link, day in news)
    newslist = f'<h2>要闻</h2>\n<ul class="list">\n{rows}\n</ul>'
    yield "/", plain(site.title, newslist)
    yield "/xwzx/", plain("新闻中心", newslist)
    for path, (title, text) in PLAIN_PAGES.items():
        yield path, plain(title, f"<p>{text}</p>")
    for number, (heading, path) in enumerate(site.trail[1:-1], 1):
        onward = [Link(*site.trail[number + 1])]
        if heading == "政府信息公开":
            folder = path.rpartition("/")[0]
            onward = [*(Link(name, f"{folder}/{file}") for file, name, _ in NEIGHBOUR_COLUMNS), *onward]
            for file, name, text in NEIGHBOUR_COLUMNS:
                yield f"{folder}/{file}", plain(name, f"<p>{text}</p>")
        links = "".join(f"<li>{link.to_html()}</li>" for link in onward)
        yield path, plain(heading, f"<ul>{links}</ul>")


def _files(site: District) -> _Pages:
    yield "/robots.txt", Page(_ROBOTS, "text/plain", DAY_ONE_AT)
    for path, kind in _FILES.items():
        if path == "/js/page.js" and site.lists != "trs":
            continue
        yield path, Page(read_frame(path.rpartition("/")[2]).encode(), kind, DAY_ONE_AT)


def _column_pages(site: District, day: int) -> _Pages:
    everything: tuple[Item, ...] = (*reports_of_day(day), *NOTICES)
    items = [item for item in everything if item.site == site.name]
    items.sort(key=lambda item: item.at, reverse=True)
    for page in draw_lists(site, items):
        latest = max((item.at for item in page.items or items), default=DAY_ONE_AT)
        yield page.path, _html(site, draw_page(site, page.heading, page.main, metas=column_metas()), latest)
    # A page keeps the neighbours that it had when it was put out: the CMS does not write it again.
    standing = [item for item in items if item != DAY_TWO.added]
    newer = dict(_pairs(standing[1:], standing))
    older = dict(_pairs(items, items[1:]))
    for item in items:
        yield from _article_pages(site, item, day, newer.get(item.path), older.get(item.path))


def _pairs(items: list[Item], neighbours: list[Item]) -> Iterator[tuple[str, Link]]:
    for item, neighbour in zip(items, neighbours, strict=False):
        yield item.path, Link(neighbour.one_line, neighbour.path)


def _article_pages(site: District, item: Item, day: int, newer: Link | None, older: Link | None) -> _Pages:
    views, encoding, source = item.views, "utf-8", site.title
    if isinstance(item, DemoReport):
        source, encoding = f"{item.street}办事处", item.encoding
        views += DAY_TWO.more_views if day > 1 and item == DAY_TWO.ticked else 0
        content, attachment = _report_content(item, day)
        if attachment is not None:
            yield item.attachment_path, Page(attachment, "text/plain", item.at)
    else:
        content = draw_notice(item)
    main = draw_article(site, item, content, Around(source, views, newer, older))
    body = draw_page(site, item.one_line, main, metas=article_metas(item, source), encoding=encoding)
    yield item.path, _html(site, body, item.at)


def _report_content(report: DemoReport, day: int) -> tuple[str, bytes | None]:
    """Return what stands on the report's page, and the attached file if it is that which holds the report."""
    figures = figures_of_day(report, day)
    manuscript = write_report(report, figures)
    if report.carrier != "attachment":
        return draw_report(manuscript, figures.raw, report.carrier), None
    text = "\n".join((manuscript.title, "", *manuscript_to_lines(manuscript, figures.raw, broken=True), ""))
    file = report.attachment_path.rpartition("/")[2]
    return f'<p>附件：<a href="./{file}">{report.one_line}.txt</a></p>', text.encode()


def _html(site: District, body: bytes, at: datetime) -> Page:
    return Page(body, "text/html; charset=utf-8" if site.header_charset else "text/html", at)
