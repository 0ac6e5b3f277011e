"""A page as the crawler sees it, and the links on it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qs, quote, urldefrag, urljoin, urlsplit

from crawler.hosts import split_url, without_user

CONTEXT_LIMIT = 200
"""So many characters of the row around a link are kept."""

FILE_ENDINGS = (
    ".doc",
    ".docx",
    ".wps",
    ".pdf",
    ".xls",
    ".xlsx",
    ".et",
    ".txt",
    ".rtf",
    ".zip",
    ".rar",
    ".7z",
    ".ofd",
)
_FILE_WORDS = (
    "down",
    "attach",
    "附件",
    "下载",
    "pdf",
    "wps",
    "ofd",
    "word版",
    "word格",
    "word文",
    "doc版",
    "doc格",
    "doc文",
)
_ENDS_AS_FILE = re.compile(r"\.(?:docx?|xlsx?|et|txt|rtf|zip|rar|7z)(?![a-z])")
_FILE_HINT = re.compile("|".join(map(re.escape, FILE_ENDINGS)) + "|down|attach", re.IGNORECASE)
_FILE_SERVICES = re.compile(r"download\.jsp|downfile\.jsp|downloadattach|/download(file)?/|attachdown", re.IGNORECASE)
_FILE_SIGNATURES = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"{\\rtf")
_PICTURE_SIGNATURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
# A path without anything that `urljoin` would change.
_PLAIN_PATH = re.compile(r"/(?!/)(?:[\w%~:@!$&'()*+,;=?-]|/(?!\.)|(?<!/)\.)*", re.ASCII)
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(?::\d+)?(?=[/?#]|$)")


@dataclass(frozen=True, slots=True)
class Post:
    """The body of a POST request."""

    body: str
    content_type: str = "application/x-www-form-urlencoded"


def request_key(url: str, post: Post | None) -> str:
    """Return one name for a request: its URL, and for a POST its body as well, as WARC tools write it.

    >>> request_key("http://a/list.jsp", Post("page=2"))
    'http://a/list.jsp?__wb_method=POST&page=2'
    """
    if post is None:
        return url
    body = post.body if "form" in post.content_type else f"__wb_post_data={quote(post.body, safe='')}"
    return f"{url}{'&' if '?' in url else '?'}__wb_method=POST&{body}"


@dataclass(frozen=True, slots=True)
class Link:
    """One way out of a page: absolute, without a fragment; `context` is the text of the row around it.

    `family` names the CMS family that must read the answer, where that is data and no page; `post` is the body where
    the request is a POST. `rel` is the attribute of that name, or `guess` where no page says that the address exists.
    """

    url: str
    text: str = ""
    title: str = ""
    context: str = ""
    tag: str = "a"
    rel: str = ""
    family: str | None = None
    post: Post | None = None

    @property
    def key(self) -> str:
        """One name for the request that follows it."""
        return request_key(self.url, self.post)

    @property
    def words(self) -> str:
        """The fuller of its two names: lists cut the text short and keep the whole in the title attribute."""
        shortened = self.text.rstrip(".…").rstrip()
        return self.title if len(self.title) > len(shortened) and shortened in self.title else self.text or self.title


@dataclass(frozen=True, slots=True)
class Page:
    """What a page shows. A body that is no page has nothing in it but its URL, and is not `html`.

    `source` is the decoded text of a page or of data (JSON, XML); `metas` are (name in lower case, content); `crumbs`
    is the text of the breadcrumb. `more` are further pages of the list that this page begins or goes on, nearest first,
    and `families` the names of the CMS families that it was made by.
    """

    url: str
    is_html: bool = False
    title: str = ""
    text: str = ""
    scripts: str = ""
    links: Sequence[Link] = ()
    refresh: str | None = None
    source: str = ""
    metas: tuple[tuple[str, str], ...] = ()
    crumbs: str = ""
    more: tuple[Link, ...] = ()
    families: tuple[str, ...] = ()

    def meta(self, name: str) -> str:
        """Return the first content of a meta tag, or nothing."""
        return next((content for key, content in self.metas if key == name), "")


def is_file_url(url: str) -> bool:
    """Whether a URL is that of a document to be downloaded, by its ending or the service behind it."""
    if not _FILE_HINT.search(url):
        return False
    parts = urlsplit(url)
    names = (parts.path, *(value for values in parse_qs(parts.query).values() for value in values))
    return any(name.lower().endswith(FILE_ENDINGS) for name in names) or _FILE_SERVICES.search(url) is not None


@lru_cache(maxsize=8)  # one page is asked several times
def may_lead_to_files(source: str) -> bool:
    """Whether a page may lead to a document at all: where no name or word of one stands, no link need be read."""
    lowered = source.lower()
    return any(word in lowered for word in _FILE_WORDS) or _ENDS_AS_FILE.search(lowered) is not None


def is_file_body(body: bytes) -> bool:
    """Whether bytes begin as a document or a picture does, whatever the server called them."""
    return body.startswith(_FILE_SIGNATURES) or body.startswith(_PICTURE_SIGNATURES)


def is_html_body(body: bytes) -> bool:
    """Whether bytes begin as an HTML page does."""
    return re.search(rb"<!doctype html|<html|<head|<body", body[:1024], re.IGNORECASE) is not None


def find_absolute(href: str | None, base: str) -> str | None:
    """Make a link absolute, without its fragment; None where it leads to no http or https address."""
    if href and _PLAIN_PATH.fullmatch(href) and (match := _ORIGIN.match(base)):
        return match[0] + href  # what most links are needs no look at its parts
    return _find_absolute(href or "", base)


@lru_cache(maxsize=4096)
def _find_absolute(href: str, base: str) -> str | None:
    cleaned = re.sub(r"[\t\r\n]", "", href).strip().replace("\\", "/")
    if not cleaned or cleaned.startswith("#"):
        return None
    try:
        absolute = urldefrag(urljoin(base, cleaned)).url
    except ValueError:
        return None
    return without_user(absolute).replace(" ", "%20") if split_url(absolute) else None
