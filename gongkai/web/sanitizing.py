"""Markup of an archived page to markup that can do nothing: it runs nothing, asks for nothing and leads nowhere.

Two steps. `tree_to_inert` writes down in harmless words what a page says in dangerous ones (a picture by its name, a
link by its address, a style by one of a few classes). `clean_markup` then keeps what is on a list, and nothing else:
safety rests on this list alone.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from parsers.html_guard import tame_markup
from parsers.html_marks import HIDES, PREFORMATTED, read_style
from parsers.html_marks import KINDS as PARSER_KINDS
from parsers.options import DEFAULT_OPTIONS

if TYPE_CHECKING:
    from nh3 import Cleaner
    from selectolax.lexbor import LexborHTMLParser, LexborNode

FIRST_MARK, LAST_MARK = 0xF0000, 0x10FFFD
"""Signs without a meaning that stand before the texts of a page while a figure is looked for (see `lighting`)."""

MARKS = re.compile(f"[{chr(FIRST_MARK)}-{chr(LAST_MARK)}]")

TAGS = frozenset(
    {"a", "abbr", "address", "article", "aside", "b", "big", "blockquote", "br", "caption", "center", "cite", "code"}
    | {"col", "colgroup", "dd", "del", "details", "div", "dl", "dt", "em", "figcaption", "figure", "font", "footer"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "li", "main", "nav", "ol", "p", "pre"}
    | {"rp", "rt", "ruby", "s", "section", "small", "span", "strike", "strong", "sub", "summary", "sup", "table"}
    | {"tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "wbr"}
)
"""Elements that stay. Of any other the text stays, but of those of `DROPPED` nothing does."""

DROPPED = frozenset(
    {"applet", "audio", "canvas", "datalist", "embed", "frame", "frameset", "head", "iframe", "math", "noembed"}
    | {"noframes", "noscript", "object", "option", "plaintext", "script", "select", "style", "svg", "template", "title"}
    | {"video", "xmp"}
)
_CELL_ATTRIBUTES = frozenset({"colspan", "rowspan", "width"})
ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "*": frozenset({"align", "class", "valign"}),
    "a": frozenset({"title"}),
    "col": frozenset({"span", "width"}),
    "colgroup": frozenset({"span", "width"}),
    "details": frozenset({"open"}),
    "img": frozenset({"alt"}),
    "ol": frozenset({"start"}),
    "table": frozenset({"border", "cellpadding", "cellspacing", "width"}),
    "td": _CELL_ATTRIBUTES,
    "th": _CELL_ATTRIBUTES,
}

CLASSES = frozenset(
    {"g-bold", "g-centre", "g-folded", "g-gone", "g-left", "g-line", "g-lower", "g-plain", "g-pre", "g-raise"}
    | {"g-right", "g-slant", "g-strike", "g-under"}
)
"""What a style of the page may become; the style sheet of the wrapper has each."""

_NUMBER = re.compile(r"[0-9]{1,3}")
_SHAPES: Mapping[str, re.Pattern[str]] = {
    "align": re.compile(r"(?i)left|right|center|justify|middle|top|bottom"),
    "valign": re.compile(r"(?i)top|middle|bottom|baseline"),
    "width": re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4})?(?:%|px)?"),
    "rowspan": re.compile(r"[0-9]{1,4}"),
    "open": re.compile(""),
    **dict.fromkeys(("border", "cellpadding", "cellspacing", "colspan", "span", "start"), _NUMBER),
}
_LONGEST_TITLE = 300
"""Characters of an address or of a picture's name that are shown."""

_STYLES = (
    ("g-centre", re.compile(r"(?i)text-align\s*:\s*center")),
    ("g-right", re.compile(r"(?i)text-align\s*:\s*(?:right|end)")),
    ("g-left", re.compile(r"(?i)text-align\s*:\s*(?:left|start)")),
    ("g-bold", re.compile(r"(?i)font-weight\s*:\s*(?:bold|[6-9]00)")),
    ("g-plain", re.compile(r"(?i)font-weight\s*:\s*(?:normal|400)")),
    ("g-slant", re.compile(r"(?i)font-style\s*:\s*italic")),
    ("g-under", re.compile(r"(?i)text-decoration(?:-line)?\s*:[^;]*underline")),
    ("g-strike", re.compile(r"(?i)text-decoration(?:-line)?\s*:[^;]*line-through")),
    ("g-raise", re.compile(r"(?i)vertical-align\s*:\s*super")),
    ("g-lower", re.compile(r"(?i)vertical-align\s*:\s*sub")),
    ("g-pre", re.compile(r"(?i)white-space\s*:\s*(?:pre|break-spaces)")),
    ("g-line", re.compile(r"(?i)border(?:-[a-z]+)?\s*:[^;]{0,200}\b(?:solid|double|dotted|dashed)")),
)
_LONGEST_STYLE = 2_000
"""Characters of a style that are looked at."""

_FOLDING = frozenset({"block", "paragraph", "outside", PREFORMATTED})
_FIELDS = frozenset({"", "text", "number", "tel", "email", "url", "search", "date"})
_WITHOUT_EVENTS = 1
"""The parser's option to build the tree and tell nobody: a quarter quicker."""


def parse_markup(markup: str) -> "LexborHTMLParser":
    """Return the tree of a page as the parsers build it, tamed first, so that it costs no more than its size."""
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 - a page without markup needs none

    body = markup.encode("utf-8", errors="replace").replace(b"\x00", b"\xef\xbf\xbd")
    return LexborHTMLParser(tame_markup(body, DEFAULT_OPTIONS)[0], options=_WITHOUT_EVENTS)


def tree_to_markup(tree: "LexborHTMLParser") -> str:
    """Return the inside of a page's body, written in one way whatever way the page was written in."""
    root = tree.body or tree.root
    return (root.html or "") if root is not None else ""


def tree_to_inert(tree: "LexborHTMLParser", url: str) -> None:
    """Say in the tree itself, in words that the list allows, what pictures, links, fields and styles show."""
    tree.strip_tags(["script", "style", "noscript", "template"])
    for node in tree.css("img"):
        node.attrs["alt"] = name_picture(node.attributes.get("alt"), node.attributes.get("src"))
    for node in tree.css("a[href]"):
        node.attrs["title"] = _name_address(node.attributes.get("href"), url)
    for node in tree.css("input"):
        _write_field(node)
    for node in tree.css("details"):
        node.attrs["open"] = ""
    for node in tree.css("[class]"):
        del node.attrs["class"]
    for node in tree.css("[style], [hidden]"):
        style = (node.attributes.get("style") or "")[:_LONGEST_STYLE]
        classes = _style_to_classes(style)
        if "hidden" in node.attributes or (style and read_style(style) & HIDES):
            classes = (*classes, _find_hiding(node))
        if classes:
            node.attrs["class"] = " ".join(classes)


def name_picture(alt: str | None, source: str | None) -> str:
    """Return what stands in the place of a picture: its words, else the name of its file.

    >>> name_picture("徽标", "a.png"), name_picture(None, "/i/b.png?x=1"), name_picture("", "data:image/png;base64,AA")
    ('[图片 徽标]', '[图片 b.png]', '[图片]')
    """
    words = " ".join((alt or "").split())
    if not words and source and not source.lstrip().lower().startswith("data:"):
        words = re.split(r"[?#]", source)[0].rsplit("/", 1)[-1].strip()
    return f"[图片 {words}]" if words else "[图片]"


def _name_address(href: str | None, url: str) -> str:
    """Return the whole address of a link as text, nothing where it leads to no page."""
    try:
        address = urljoin(url, (href or "").strip())
        return address if urlsplit(address).scheme in {"http", "https"} else ""
    except ValueError:
        return ""


def _write_field(node: "LexborNode") -> None:
    """Put what a field of a form shows in its place."""
    kind, value = (node.attributes.get(name) or "" for name in ("type", "value"))
    if kind.strip().lower() in _FIELDS and value:
        node.replace_with(value)
    else:
        node.remove()


@lru_cache(maxsize=4096)
def _style_to_classes(style: str) -> tuple[str, ...]:
    """Return the classes that say the same as a style, as far as it is kept.

    >>> _style_to_classes("text-align:center;font-weight:700;background:url(//x)")
    ('g-centre', 'g-bold')
    """
    return tuple(name for name, pattern in _STYLES if pattern.search(style))


def _find_hiding(node: "LexborNode") -> str:
    """Return how an element is hidden: blocks may be unfolded by a script, and reports stand in such."""
    return "g-folded" if PARSER_KINDS.get(node.tag or "") in _FOLDING else "g-gone"


def clean_markup(markup: str) -> str:
    """Return the elements and attributes of some markup that are on the list, well formed, and nothing else.

    In the result every `<` begins a tag and no attribute holds a mark.
    """
    return _make_cleaner().clean(markup)


@cache
def _make_cleaner() -> "Cleaner":
    from nh3 import Cleaner  # noqa: PLC0415 - needed for archived pages alone

    keep: Callable[[str, str, str], str | None] = _keep_attribute
    return Cleaner(
        tags=set(TAGS),
        clean_content_tags=set(DROPPED),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=keep,
        strip_comments=True,
        link_rel=None,
        url_schemes=set(),
    )


def _keep_attribute(_tag: str, name: str, value: str) -> str | None:
    """Return an allowed attribute's value where it is of the shape that it must have.

    The cleaner asks for every attribute, of elements too that go; what is raised here it would not hear.
    """
    if name == "class":
        return " ".join(one for one in value.split() if one in CLASSES) or None
    if name in {"title", "alt"}:
        return _to_plain(value) or None
    shape, value = _SHAPES.get(name), value.strip()
    return value if shape is not None and shape.fullmatch(value) else None


def _to_plain(value: str) -> str:
    """Return a text for an attribute: short, of signs that are seen, none of which could be taken for markup."""
    seen = (sign for sign in value[:_LONGEST_TITLE] if sign.isprintable() and sign not in "<>")
    return "".join(seen)
