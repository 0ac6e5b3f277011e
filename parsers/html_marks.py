"""What the elements and styles of a page mean for the reading of it."""

import re
from typing import Final

TEXT: Final = "text"
INLINE: Final = "inline"
SKIPPED: Final = "skipped"
OUTSIDE: Final = "outside"
BLOCK: Final = "block"
PARAGRAPH: Final = "paragraph"
PREFORMATTED: Final = "preformatted"
LINE_BREAK: Final = "line break"
LINK: Final = "link"
RAISED: Final = "raised"
LOWERED: Final = "lowered"
STRUCK: Final = "struck"
OBJECT: Final = "object"
ISLAND: Final = "island"
TABLE: Final = "table"
CAPTION: Final = "caption"
GROUPS: Final = frozenset({"thead", "tbody", "tfoot"})
ROW: Final = "row"
CELL: Final = "cell"
PLAIN_BLOCKS: Final = frozenset({BLOCK, OUTSIDE, PARAGRAPH})
IN_LINES: Final = frozenset({INLINE, LINK, RAISED, LOWERED, STRUCK, ISLAND})

_SKIPPED_TAGS = (
    {"-comment", "script", "style", "noscript", "template", "head", "title", "option", "button", "datalist", "noembed"}
    | {"noframes", "rp", "rt", "w:worddocument", "w:latentstyles", "o:officedocumentsettings"}
    | {"o:documentproperties", "o:customdocumentproperties", "m:mathpr", "x:excelworkbook"}
)
_OBJECT_TAGS = {"img", "input", "select", "textarea", "object", "embed", "iframe", "svg", "canvas", "audio", "video"}
_BLOCK_TAGS = (
    {"address", "article", "blockquote", "body", "center", "dd", "details", "dialog", "dir", "div", "dl", "dt"}
    | {"fieldset", "figcaption", "figure", "form", "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "header"}
    | {"hgroup", "hr", "html", "legend", "li", "main", "menu", "ol", "search", "section", "summary"}
    | {"ucapcontent", "ul"}
)
KINDS = {
    **dict.fromkeys(_SKIPPED_TAGS, SKIPPED),
    **dict.fromkeys(_OBJECT_TAGS, OBJECT),
    **dict.fromkeys(_BLOCK_TAGS, BLOCK),
    **dict.fromkeys(["nav", "footer", "aside"], OUTSIDE),
    **dict.fromkeys(["pre", "listing", "xmp", "plaintext"], PREFORMATTED),
    **{tag: tag for tag in GROUPS},
    **dict.fromkeys(["td", "th"], CELL),
    "-text": TEXT,
    "p": PARAGRAPH,
    "br": LINE_BREAK,
    "a": LINK,
    "sup": RAISED,
    "sub": LOWERED,
    **dict.fromkeys(["s", "strike", "del"], STRUCK),
    "xml": ISLAND,
    "table": TABLE,
    "caption": CAPTION,
    "tr": ROW,
}
"""What an element is, by its tag; every other is `INLINE`."""

MADE_SPACE: Final = " \t\n\r\f"
"""White space that a browser collapses."""
MADE_BREAK = re.compile(r"(?<![ \t\f])[ \t\f]*+[\n\r][ \t\f\n\r]*+")
"""White space with a line break in it: the page maker's."""

_OUTSIDE_NAME = re.compile(
    r"(?i)(?:^|\s)(?:foot(?:er)?|nav(?:bar)?|menu|breadcrumbs?|crumbs?|location|share|bdsharebuttonbox|related|"
    r"copyright|side-?bar|toolbar|prev-?next)(?:$|\s)"
)

NOT_THERE: Final = 1
UNSEEN: Final = 2
AS_BLOCK: Final = 4
APART: Final = 8
KEEPS_SPACE: Final = 16
MAKES_SPACE: Final = 32
SPACE_STYLES: Final = KEEPS_SPACE | MAKES_SPACE
FLAT: Final = 64
RAISES: Final = 128
LOWERS: Final = 256
STRIKES: Final = 512
HIDES: Final = NOT_THERE | UNSEEN

_STYLES = (
    (NOT_THERE, re.compile(r"(?i)display\s*:\s*none|mso-hide\s*:\s*all")),
    (UNSEEN, re.compile(r"(?i)visibility\s*:\s*(?:hidden|collapse)")),
    (AS_BLOCK, re.compile(r"(?i)display\s*:\s*(?:block|table|flex|grid|list-item)")),
    (APART, re.compile(r"(?i)display\s*:\s*inline-|float\s*:\s*(?:left|right)")),
    (KEEPS_SPACE, re.compile(r"(?i)white-space\s*:\s*(?:pre|break-spaces)")),
    (MAKES_SPACE, re.compile(r"(?i)white-space\s*:\s*no")),
    (RAISES, re.compile(r"(?i)vertical-align\s*:\s*super")),
    (LOWERS, re.compile(r"(?i)vertical-align\s*:\s*sub")),
    (STRIKES, re.compile(r"(?i)text-decoration(?:-line)?\s*:[^;:]*line-through")),
    (FLAT, re.compile(r"(?i)(?:^|[;\s])height\s*:\s*0(?:pt|px|cm|mm|in)?\s*(?:;|$)")),
)


_STROKE = "\u0336"
_RAISED_DIGITS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED_DIGITS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def mark_text(text: str, marks: frozenset[str]) -> str:
    """Return a text with the signs that say how it stands: no digit above, below or struck out is part of a figure.

    >>> mark_text("5", frozenset({RAISED})), mark_text("5", frozenset({LOWERED})), mark_text("5", frozenset({STRUCK}))
    ('⁵', '₅', '5̶')
    """
    if RAISED in marks:
        text = text.translate(_RAISED_DIGITS)
    elif LOWERED in marks:
        text = text.translate(_LOWERED_DIGITS)
    return "".join(sign + _STROKE for sign in text) if STRUCK in marks else text


def find_marks(kind: str, style: int) -> frozenset[str]:
    """Return how an element makes its text stand: raised, lowered, struck out."""
    signs = ((RAISED, RAISES), (LOWERED, LOWERS), (STRUCK, STRIKES))
    return frozenset(mark for mark, sign in signs if kind == mark or style & sign)


def read_style(style: str) -> int:
    """Return what a style does to the reading, as bits.

    >>> read_style("Display : none") == NOT_THERE, read_style("color:red;height:0"), read_style("line-height:0")
    (True, 64, 0)
    """
    return sum(sign for sign, pattern in _STYLES if pattern.search(style))


def look_up_style(style: str, known: dict[str, int]) -> int:
    """Return what a style does, and keep it: pages have few styles, each many times."""
    sign = known.get(style)
    if sign is None:
        sign = known[style] = read_style(style)
    return sign


def names_outside(names: str) -> bool:
    """Whether an element calls itself navigation, foot, tools or the like in its class or id.

    >>> names_outside("w-80 SideBar"), names_outside("navigator")
    (True, False)
    """
    return bool(_OUTSIDE_NAME.search(names))
