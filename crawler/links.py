"""Bytes of a page to a `Page`: its title, its words, its scripts, and where it leads."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

from lxml import etree, html

from crawler.decode import decode_page
from crawler.hosts import split_url

TEXT_LIMIT = 60_000
CONTEXT_LIMIT = 200
SHELL_LIMIT = 200
"""A page with fewer characters than this and a script that moves on is only a signpost to the real one."""

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
_FILE_SERVICES = re.compile(r"download\.jsp|downfile\.jsp|downloadattach|/download(file)?/|attachdown", re.IGNORECASE)
_FILE_SIGNATURES = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"{\\rtf")
_PICTURE_SIGNATURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
_MOVES_ON = re.compile(r"location(?:\.href)?\s*(?:=|\.(?:replace|assign)\s*\()\s*[\"']([^\"'<>]+)[\"']")
_REFRESH = re.compile(r"^\s*(\d+)(?:\.\d*)?\s*[;,]\s*url\s*=\s*[\"']?([^\"'>]+)", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ROW_TAGS = frozenset({"li", "tr", "dd"})


@dataclass(frozen=True, slots=True)
class Link:
    """One way out of a page: absolute, without a fragment; `context` is the text of the row around it."""

    url: str
    text: str = ""
    title: str = ""
    context: str = ""
    tag: str = "a"
    rel: str = ""

    @property
    def words(self) -> str:
        """The fuller of its two names: lists cut the text short and keep the whole in the title attribute."""
        shortened = self.text.rstrip(".…").rstrip()
        return self.title if len(self.title) > len(shortened) and shortened in self.title else self.text or self.title


@dataclass(frozen=True, slots=True)
class Page:
    """What a page shows. A body that is no page has nothing in it but its URL, and is not `html`."""

    url: str
    is_html: bool = False
    title: str = ""
    text: str = ""
    scripts: str = ""
    links: tuple[Link, ...] = ()
    refresh: str | None = None


def is_file_url(url: str) -> bool:
    """Whether a URL is that of a document to be downloaded, by its ending or the service behind it."""
    parts = urlsplit(url)
    names = (parts.path, *(value for values in parse_qs(parts.query).values() for value in values))
    return any(name.lower().endswith(FILE_ENDINGS) for name in names) or _FILE_SERVICES.search(url) is not None


def is_file_body(body: bytes) -> bool:
    """Whether bytes begin as a document or a picture does, whatever the server called them."""
    return body.startswith(_FILE_SIGNATURES) or body.startswith(_PICTURE_SIGNATURES)


def is_html_body(body: bytes) -> bool:
    """Whether bytes begin as an HTML page does."""
    return re.search(rb"<!doctype html|<html|<head|<body", body[:1024], re.IGNORECASE) is not None


def parse_page(body: bytes, url: str, content_type: str | None = None) -> Page:
    """Read a page; malformed, empty and binary bodies give a page without links, never an error."""
    if is_file_body(body) or _is_other_type(content_type):
        return Page(url)
    root = _parse_html(decode_page(body, content_type))
    if root is None:
        return Page(url)
    base = _find_base(root, url)
    scripts = "\n".join(text for node in root.iter("script") if (text := node.text))
    links = tuple(_iter_links(root, base))
    text = _squeeze(" ".join(_iter_text(root)))[:TEXT_LIMIT]
    return Page(
        url,
        is_html=True,
        title=_find_title(root),
        text=text,
        scripts=scripts,
        links=links,
        refresh=_find_refresh(root, base, scripts if len(text) < SHELL_LIMIT else ""),
    )


def _is_other_type(content_type: str | None) -> bool:
    kind = (content_type or "").partition(";")[0].strip().lower()
    return kind.startswith(("image/", "audio/", "video/", "font/")) or kind in {"application/pdf", "text/css"}


def _parse_html(text: str) -> html.HtmlElement | None:
    try:
        root = html.document_fromstring(_XML_DECLARATION.sub("", text), parser=html.HTMLParser(huge_tree=True))
    except (etree.LxmlError, ValueError, AssertionError):
        return None
    return root


def _squeeze(text: str) -> str:
    return " ".join(text.split())


def _find_base(root: html.HtmlElement, url: str) -> str:
    href = next((node.get("href") for node in root.iter("base") if node.get("href")), None)
    return find_absolute(href, url) or url if href else url


def _find_title(root: html.HtmlElement) -> str:
    """Take the page's own heading before the window's title, which ends in the name of the site."""
    names = [
        node.get("content") or ""
        for node in root.iter("meta")
        if (node.get("name") or "").lower() in {"articletitle", "columnname"}
    ]
    names += [node.text_content() for node in root.iter("h1", "title")]
    return next((squeezed for name in names if (squeezed := _squeeze(name))), "")


def _iter_text(root: html.HtmlElement) -> Iterator[str]:
    for node in root.iter(etree.Element):
        if node.tag not in {"script", "style", "noscript"} and node.text:
            yield node.text
        if node.tail:
            yield node.tail


def find_absolute(href: str | None, base: str) -> str | None:
    """Make a link absolute, without its fragment; None where it leads to no http or https address."""
    cleaned = re.sub(r"[\t\r\n]", "", href or "").strip().replace("\\", "/")
    if not cleaned or cleaned.startswith("#"):
        return None
    try:
        absolute = urldefrag(urljoin(base, cleaned)).url
    except ValueError:
        return None
    return absolute.replace(" ", "%20") if split_url(absolute) else None


def _iter_links(root: html.HtmlElement, base: str) -> Iterator[Link]:
    for node in root.iter("a", "area", "link", "iframe", "frame", "embed", "object"):
        tag = str(node.tag)
        if tag == "link" and "next" not in (node.get("rel") or "").lower():
            continue
        target = node.get("href") if tag in {"a", "area", "link"} else node.get("src") or node.get("data")
        url = _unwrap_viewer(find_absolute(target, base), base)
        if url is None:
            continue
        is_named = tag in {"a", "area"}
        yield Link(
            url,
            text=_link_text(node) if is_named else "",
            title=_squeeze(node.get("title") or ""),
            context=_find_context(node) if is_named else "",
            tag=tag,
            rel=(node.get("rel") or "").lower(),
        )


def _unwrap_viewer(url: str | None, base: str) -> str | None:
    """Resolve a PDF viewer (`viewer.html?file=/x.pdf`) to the file that it shows."""
    if url is None or "file=" not in url:
        return url
    shown = parse_qs(urlsplit(url).query).get("file", [""])[0]
    return find_absolute(shown, base) or url if shown.lower().endswith(FILE_ENDINGS) else url


def _link_text(node: html.HtmlElement) -> str:
    text = _squeeze(node.text_content())
    return text or _squeeze(" ".join(image.get("alt") or "" for image in node.iter("img")))


def _find_context(node: html.HtmlElement) -> str:
    for depth, ancestor in enumerate(node.iterancestors()):
        if ancestor.tag in _ROW_TAGS:
            return _squeeze(ancestor.text_content())[:CONTEXT_LIMIT]
        if depth == 3:
            break
    return ""


def _find_refresh(root: html.HtmlElement, base: str, scripts: str) -> str | None:
    for node in root.iter("meta"):
        match = _REFRESH.match(node.get("content") or "")
        if (node.get("http-equiv") or "").lower() == "refresh" and match and int(match[1]) <= 10:
            return find_absolute(match[2], base)
    moved = _MOVES_ON.search(scripts)
    return find_absolute(moved[1], base) if moved else None
