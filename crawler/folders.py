"""What a link is where it stands: what it is called, whether it leads to a file, or to a folder of a column."""

import re
from urllib.parse import urlsplit

from crawler.filenames import looks_like_file_link
from crawler.hosts import netloc_of
from crawler.links import Link, Page, is_file_url
from crawler.words import has_date, has_year, is_agency, is_folder, is_report_title, title_of_row

_IDLE_FRAME = re.compile(r"visit|count|login|share|footer|header|tree\.jsp|search|weather|hits", re.IGNORECASE)

CROWD_NEEDED = 6
"""So many agencies on one page make a directory, whatever it is called."""


def words_of(link: Link) -> str:
    """Return what a link is called: its own words, or where these are 查看 and the like, the title beside it."""
    return title_of_row(link.words, link.context) or link.words


def is_file_link(link: Link) -> bool:
    """Whether a link leads to a document, by its address or, where that says nothing, by its words."""
    return is_file_url(link.url) or (link.family is None and looks_like_file_link(link))


def lists_reports(page: Page) -> bool:
    """Whether a page names a report, in a title of its own or in the row of a link."""
    return any(is_report_title(words_of(link)) for link in page.links)


def is_folder_link(link: Link, column: str, *, is_bare: bool) -> bool:
    """Whether a link is a folder of that column: its words, and its path or a dated row.

    On a `is_bare` page, which lists no report itself, its folders may lie elsewhere: years anywhere on its host, groups
    and agencies beside it, as where all columns of a site have numbers (`/col/col12/`, `/col/col34/`), but not at the
    root, where menus lead.
    """
    if link.tag not in {"a", "area", "option"} or not is_folder(link.words) or is_file_url(link.url):
        return False
    if is_under(link.url, column) or (is_agency(link.words) and has_date(link.context)):
        return True
    if not is_bare or netloc_of(link.url) != netloc_of(column):
        return False
    own, other = (urlsplit(url).path.rpartition("/")[0].rpartition("/")[0] for url in (column, link.url))
    return has_year(link.words) or bool(own == other and own)


def leads_to_agencies(page: Page) -> bool:
    """Whether a page has a crowd of agencies, and is a directory of them, whatever it is called."""
    own = (link for link in page.links if netloc_of(link.url) == netloc_of(page.url))
    return sum(is_agency(link.words) for link in own) >= CROWD_NEEDED


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


def is_telling_frame(link: Link, page: Page) -> bool:
    """Whether a frame may hold the list or the report itself: on the same host, and not a counter or a login."""
    return link.tag in {"iframe", "frame"} and is_own_frame(link.url, page)


def is_own_frame(url: str, page: Page) -> bool:
    """Whether what stands in a frame belongs to the page: it is of the same host, and no counter, login or banner."""
    return netloc_of(url) == netloc_of(page.url) and _IDLE_FRAME.search(url) is None
