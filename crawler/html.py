"""Bytes of a page to a `Page`: its title, its words, its scripts, and where it leads.

A district's page has hundreds of links, of which a crawl needs a few: they are only read when somebody asks.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import overload
from urllib.parse import parse_qs, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.decode import decode_page
from crawler.links import CONTEXT_LIMIT, FILE_ENDINGS, Link, Page, find_absolute, is_file_body

TEXT_LIMIT = 60_000
"""So many characters of a page's words are kept."""

SHELL_LIMIT = 200
"""A page with fewer characters than this and a script that moves on is only a signpost to the real one."""

REFRESH_LIMIT = 10
"""A page that moves on within so many seconds is a signpost; one that waits longer reloads itself."""

ROW_DEPTH = 4
"""The row of a list stands at most so many elements above its link."""

OPTIONS_LIMIT = 400
"""So many entries of a page's select boxes are looked at."""

_MOVES_ON = re.compile(r"location(?:\.href)?\s*(?:=|\.(?:replace|assign)\s*\()\s*[\"']([^\"'<>]+)[\"']")
_CALLS = re.compile(
    r"(?:\bopen\w*\s*\(|location(?:\.href)?\s*=|\.(?:replace|assign)\s*\(|\bgo\w*\s*\(|\bto\w*\s*\()\s*[\"']([^\"'<>\s]+)[\"']",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://|[./]|\?[\w-]+=|[\w-]+(?:/|\.(?:s?html?|jsp|aspx?|php)\b)", re.IGNORECASE)
_REFRESH = re.compile(r"^\s*(\d+)(?:\.\d*)?\s*[;,]\s*url\s*=\s*[\"']?([^\"'>]+)", re.IGNORECASE)
_DATA_BEGINS = re.compile(r"\s*(?:[{\[]|[\w.$]+\s*\(\s*[{\[\"'])")
_CRUMBS = re.compile(r"位置\s*+[:：]?\s*+((?:[^\s>»›→|]{1,30}\s*(?:[>»›→|]|&gt;|\s/\s)+\s*){1,8}[^\s>»›→|]{1,40})")
_FROM = {"a": "href", "area": "href", "link": "href", "object": "data"}
_NAMED = frozenset({"a", "area"})
_ROW_TAGS = frozenset({"li", "tr", "dd"})
_LINK_TAGS = "a,area,link,iframe,frame,embed,object"
_SILENT = ["script", "style", "noscript"]


class LazyLinks(Sequence[Link]):
    """The links of a page, read when they are first asked for."""

    def __init__(self, read: Callable[[], tuple[Link, ...]]) -> None:
        self._read: Callable[[], tuple[Link, ...]] | None = read
        self._links: tuple[Link, ...] = ()

    def _all(self) -> tuple[Link, ...]:
        if self._read is not None:
            self._links, self._read = self._read(), None
        return self._links

    def __len__(self) -> int:
        return len(self._all())

    def __iter__(self) -> Iterator[Link]:
        return iter(self._all())

    @overload
    def __getitem__(self, index: int) -> Link: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Link]: ...

    def __getitem__(self, index: int | slice) -> Link | Sequence[Link]:
        return self._all()[index]

    def __eq__(self, other: object) -> bool:
        return self._all() == tuple(other) if isinstance(other, Sequence) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._all())


def parse_page(body: bytes, url: str, content_type: str | None = None) -> Page:
    """Read a page; malformed, empty and binary bodies give a page without links, never an error."""
    if is_file_body(body) or _is_other_type(content_type):
        return Page(url)
    source = decode_page(body, content_type)
    if not source.strip() or _is_data(source):
        return Page(url, source=source)
    tree = LexborHTMLParser(source)
    base = _find_base(tree, url)
    metas = tuple(_iter_metas(tree))
    title = _find_title(tree, metas)
    refresh = _find_refresh(tree)
    scripts = "\n".join(node.text(deep=False) for node in tree.css("script"))
    links = LazyLinks(lambda: tuple(_iter_links(tree, base)))
    if "<noscript" in source.lower():  # what stands there goes with the words that nobody sees
        len(links)
    tree.strip_tags(_SILENT)
    text = _squeeze(tree.root.text(separator=" ") if tree.root else "")[:TEXT_LIMIT]
    if refresh is None and len(text) < SHELL_LIMIT and (moved := _MOVES_ON.search(scripts)):
        refresh = moved[1]
    return Page(
        url,
        is_html=True,
        title=title,
        text=text,
        scripts=scripts,
        links=links,
        refresh=find_absolute(refresh, base),
        source=source,
        metas=metas,
        crumbs=match[1] if "位置" in text and (match := _CRUMBS.search(text)) else "",
    )


def parse_links(fragment: str, base: str) -> tuple[Link, ...]:
    """Return the links in a piece of HTML, as a list that a script fetches brings it."""
    return tuple(_iter_links(LexborHTMLParser(f"<div>{fragment}</div>"), base))


def _is_data(source: str) -> bool:
    """Whether a text is JSON or JSONP, in which an HTML parser would find a page that is not there."""
    return _DATA_BEGINS.match(source) is not None and "<html" not in source[:1024].lower()


def _is_other_type(content_type: str | None) -> bool:
    kind = (content_type or "").partition(";")[0].strip().lower()
    return kind.startswith(("image/", "audio/", "video/", "font/")) or kind in {"application/pdf", "text/css"}


def _squeeze(text: str) -> str:
    return " ".join(text.split())


def _attribute(node: LexborNode, name: str) -> str:
    return node.attributes.get(name) or ""


def _find_base(tree: LexborHTMLParser, url: str) -> str:
    href = next((href for node in tree.css("base") if (href := _attribute(node, "href"))), None)
    return find_absolute(href, url) or url if href else url


def _iter_metas(tree: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    for node in tree.css("meta"):
        if name := _attribute(node, "name") or _attribute(node, "property"):
            yield name.lower(), _squeeze(_attribute(node, "content"))


def _find_title(tree: LexborHTMLParser, metas: tuple[tuple[str, str], ...]) -> str:
    """Take what the page's tags say before the window's title, which ends in the name of the site."""
    names = [content for name, content in metas if name in {"articletitle", "columnname"}]
    names += [node.text() for node in tree.css("h1,title")]
    return next((squeezed for name in names if (squeezed := _squeeze(name))), "")


def _find_refresh(tree: LexborHTMLParser) -> str | None:
    for node in tree.css("meta[http-equiv]"):
        match = _REFRESH.match(_attribute(node, "content"))
        if _attribute(node, "http-equiv").lower() == "refresh" and match and int(match[1]) <= REFRESH_LIMIT:
            return match[2]
    return None


def _iter_links(tree: LexborHTMLParser, base: str) -> Iterator[Link]:
    for node in tree.css(_LINK_TAGS):
        tag = node.tag or ""
        given = node.attributes
        if tag == "link" and "next" not in (given.get("rel") or "").lower():
            continue
        target = given.get(_FROM.get(tag, "src")) or ""
        if tag in _NAMED and (not target or target[0] in "#jJvV"):
            target = _find_called(target, given.get("onclick") or "")
        url = _unwrap_viewer(find_absolute(target, base), base)
        if url is None:
            continue
        is_named = tag in _NAMED
        yield Link(
            url,
            _link_text(node) if is_named else "",
            _squeeze(given.get("title") or ""),
            _find_context(node) if is_named else "",
            tag,
            (given.get("rel") or "").lower(),
        )
    yield from _iter_called(tree, base)


def _iter_called(tree: LexborHTMLParser, base: str) -> Iterator[Link]:
    """Yield where elements that are no links lead when they are clicked, and the addresses in select boxes."""
    for node in tree.css("[onclick]"):
        if node.tag not in _NAMED and (url := find_absolute(_find_called("", _attribute(node, "onclick")), base)):
            text = _link_text(node) or _squeeze(_attribute(node, "value"))  # a button's words
            yield Link(url, text, _squeeze(_attribute(node, "title")), _find_context(node), "a")
    for _, node in zip(range(OPTIONS_LIMIT), tree.css("option[value]"), strict=False):
        value = _attribute(node, "value")
        if _ADDRESS.match(value) and (url := find_absolute(value, base)):
            yield Link(url, _link_text(node), tag="option")


def _find_called(href: str, onclick: str) -> str:
    """Return the address that a script opens: `javascript:window.open('/nb/')`; the link's own where none is named."""
    for script in (href, onclick):
        if (match := _CALLS.search(script)) and _ADDRESS.match(match[1]):
            return match[1]
    return href


def _unwrap_viewer(url: str | None, base: str) -> str | None:
    """Resolve a PDF viewer (`viewer.html?file=/x.pdf`) to the file that it shows."""
    if url is None or "file=" not in url:
        return url
    shown = parse_qs(urlsplit(url).query).get("file", [""])[0]
    return find_absolute(shown, base) or url if shown.lower().endswith(FILE_ENDINGS) else url


def _link_text(node: LexborNode) -> str:
    words = _squeeze(node.text()) or _squeeze(_attribute(node, "alt"))  # an area of an image map has its own
    return words or _squeeze(
        " ".join(_attribute(image, "alt") or _attribute(image, "title") for image in node.css("img"))
    )


def _find_context(node: LexborNode) -> str:
    """Return the text of the row in which a link stands."""
    above = node.parent
    for _ in range(ROW_DEPTH):
        if above is None:
            break
        if above.tag in _ROW_TAGS:
            return _squeeze(above.text(separator=" "))[:CONTEXT_LIMIT]
        above = above.parent
    return ""
