"""What stands behind a home page: the columns of annual reports, found without fetching any report."""

import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from archive import (
    Capture,
    KnownPage,
    PastCapture,
    SiteIdentity,
    StoredBody,
    Validators,
    VisitMode,
    VisitStart,
    utc_now,
)
from crawler import Failure, Progress, Site, SiteResult
from crawler.hosts import base_domain, find_address, host_of
from crawler.html import parse_page
from crawler.links import Page
from parsers.divisions import find_district, find_division

_TITLE_ENDS = re.compile(r"\s*[-_|—–,，]\s*|\s+")
_SITE_WORDS = re.compile(r"(?:(?<!人民)政府|门户|官方)?(?:门户)?网站?$|(?:网站)?首页$|^欢迎(?:访问|光临)")
_GOVERNMENT = re.compile(r"人民政府$")
_HOME_TITLE = "(the start page)"
_NO_TITLE = "(no name)"


@dataclass(frozen=True, slots=True)
class Column:
    """One list of reports: `entries` on its first page, `pages` as far as that page tells, the CMS families known."""

    url: str
    title: str
    entries: int
    pages: int
    families: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found behind a home page. `division` is None where the site does not say for certain which it is."""

    name: str
    url: str
    title: str | None
    division: str | None
    columns: tuple[Column, ...]
    requests: int
    failed: tuple[Failure, ...]
    interrupted: bool = False


class _Notebook:
    """Stands in for an archive where nothing is to be kept."""

    def __init__(self) -> None:
        self.captures: list[Capture] = []

    def save_site(self, site: SiteIdentity, /) -> None:
        """Keep nothing."""

    def begin_visit(self, site: str, mode: VisitMode, /, *, resume_after: datetime | None = None) -> VisitStart:
        """Begin anew."""
        del site, resume_after
        return VisitStart(mode, utc_now(), is_resumed=False)

    def list_known_pages(self, site: str, /) -> tuple[KnownPage, ...]:
        """Know nothing."""
        del site
        return ()

    def find_capture(self, site: str, url: str, /) -> PastCapture | None:
        """Find nothing."""
        del site, url
        return None

    def save_capture(self, capture: Capture, /) -> int:
        """Note a visit."""
        self.captures.append(capture)
        return len(self.captures)

    def find_validators(self, site: str, url: str, /) -> Validators | None:
        """Find nothing."""
        del site, url
        return None

    def find_body(self, site: str, url: str, /) -> StoredBody | None:
        """Find nothing."""
        del site, url
        return None


def discover_site(
    site: Site,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    log_handler: logging.Handler | None = None,
) -> Discovery:
    """Walk a site from its start page to its columns of annual reports, and say what they are."""
    from crawler.run import run_crawl  # noqa: PLC0415 - Scrapy takes half a second to import

    notebook = _Notebook()
    results = run_crawl(
        [site],
        open_archive=lambda: notebook,
        wants_reports=False,
        on_progress=on_progress,
        log_handler=log_handler,
    )
    return _to_discovery(site, results[site.name], notebook.captures)


def name_site(url: str) -> str:
    """Return a short name for the site at an address.

    >>> name_site("http://www.jckc.gov.cn/"), name_site("http://127.0.0.1:8000/")
    ('jckc', '127-0-0-1')
    """
    host = host_of(url)
    return re.sub(r"[^\w-]+", "-", host).strip("-") if find_address(host) else base_domain(host).partition(".")[0]


def _to_discovery(site: Site, result: SiteResult, captures: list[Capture]) -> Discovery:
    homes = [
        parse_page(one.body, one.url, one.header("Content-Type")) for one in captures if one.kind == "home" and one.body
    ]
    page = next((page for page in homes if find_title(page)), Page(""))  # one that only moves on has none
    title = find_title(page)
    hints = [text for text in (title, page.title, page.meta("sitename")) if text]
    code = page.meta("siteidcode")[:6]
    site_code = code if re.fullmatch(r"\d{6}", code) else None
    return Discovery(
        name=site.name,
        url=site.start_urls[0],
        title=title,
        division=find_division(None, find_district(title), hints, site_code=site_code),
        columns=tuple(_find_columns(captures)),
        requests=result.requests,
        failed=result.failed,
        interrupted=result.interrupted,
    )


def _find_columns(captures: list[Capture]) -> Iterable[Column]:
    """Return the lists met; data that a list's script would fetch counts as that list's."""
    columns: dict[str, Column] = {}
    for capture in captures:
        facts = capture.facts or {}
        if not capture.is_good or "entries" not in facts:
            continue
        shell = columns.get(capture.found_on or "")
        if shell is not None and not shell.entries and capture.link_text is None:
            columns[capture.found_on or ""] = replace(shell, entries=facts["entries"], pages=facts["pages"])
        elif facts["entries"] or capture.kind == "list":
            title = _HOME_TITLE if capture.kind == "home" else capture.link_text or _NO_TITLE
            families = tuple(facts.get("families", ()))
            columns[capture.final_url or capture.url] = Column(
                capture.url, title, facts["entries"], facts["pages"], families
            )
    return columns.values()


def find_title(page: Page) -> str | None:
    """Find what a site calls itself, without the words that every site adds; a government before anything else.

    >>> find_title(Page("", title="首页-青石区人民政府门户网站"))
    '青石区人民政府'
    """
    parts = (page.meta("sitename"), *_TITLE_ENDS.split(page.title))
    names = [short for part in parts if (short := _SITE_WORDS.sub("", _SITE_WORDS.sub("", part)).strip())]
    return next(filter(_GOVERNMENT.search, names), next(iter(names), None))
