"""The archived page for a reader's browser: nothing in it runs or calls out, and a figure can be lit in it.

    body ─parsers▶ markup, document ─finding▶ place of a figure ─lighting▶ inert markup with it lit
         ─sanitizing▶ inert markup alone;  ─reading_view▶ the document line by line, where the body is no page

What is served is inert three times over: the markup is rebuilt from a list of allowed elements and attributes, none
of which runs or loads anything; the answer's headers forbid scripts, requests and forms; and the frame around it is
sandboxed, with an origin of its own.
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from typing import Literal

from gongkai.web.finding import Place, find_place, reads_the_same
from gongkai.web.lighting import light_page
from gongkai.web.reading_view import draw_document
from gongkai.web.sanitizing import clean_markup, parse_markup, tree_to_inert, tree_to_markup
from parsers import Cell, Parsed, ParserError, parse_steps
from parsers.carriers.sniff import sniff
from parsers.embedded import unfold_embedded
from parsers.options import DEFAULT_OPTIONS

MAX_BODY = 16 * 1024 * 1024
"""A larger file is not drawn: bytes."""

MAX_TEXT = 2 * 1024 * 1024
"""A larger page or text is not drawn: bytes. The parsers take a minute for some of five million short lines."""

MAX_TAGS = 100_000
"""A page with more tags is shown line by line, as it was read."""

_TEXTS = frozenset({"html", "mhtml", "text"})

Lit = Literal["in_page", "in_lines", "not_found", "not_asked"]
Note = Literal[
    "as_read",
    "blank",
    "label_lit",
    "line_lit",
    "missing",
    "not_in_page",
    "not_located",
    "reads_otherwise",
    "too_large",
    "unreadable",
]
NOTES: Mapping[Note, tuple[str, str]] = {
    "as_read": (
        "原件不是网页，此处按读取结果逐行显示",
        "The archived file is no page; it is shown here line by line, as it was read.",
    ),
    "blank": ("原件此处空白", "The source is blank here."),
    "label_lit": (
        "该数据所在的位置没有可标出的文字，标出的是其行名",
        "There is no text to light at this figure's place; the label of its row is lit.",
    ),
    "line_lit": ("标出的是该数据所在的整行", "The whole line that holds the figure is lit."),
    "missing": ("原件中没有这一项", "The source does not have this cell."),
    "not_in_page": (
        "无法在网页中准确定位该数据，此处按读取结果逐行显示",
        "The figure could not be placed in the page for certain; the document is shown line by line, as it was read.",
    ),
    "not_located": (
        "未能确定该数据在原件中的位置，未予标出",
        "Where the figure stands in the source could not be told for certain; nothing is lit.",
    ),
    "reads_otherwise": (
        "当前解析器对该项的读取与存档时不同，未予标出",
        "The present parser reads this cell otherwise than when it was archived; nothing is lit.",
    ),
    "too_large": ("原件过大，未显示；请下载原件查看", "The archived file is too large to be shown; open the original."),
    "unreadable": ("原件无法在此显示；请下载原件查看", "The archived file cannot be shown here; open the original."),
}
"""What is to be said beside a page, in Chinese and English."""

_STYLE = resources.files("gongkai.web").joinpath("static/captured.css").read_text(encoding="utf-8")
_STYLE_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()
HEADERS = (
    (
        "Content-Security-Policy",
        f"sandbox; default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'self'",
    ),
    ("Content-Type", "text/html; charset=utf-8"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("X-DNS-Prefetch-Control", "off"),
    ("Cache-Control", "private, no-cache"),
)
"""What every archived page is answered with.

`sandbox` alone gives it an origin of its own, without scripts, forms, dialogs, downloads or a way to move the window;
`default-src 'none'` leaves nothing to load, and the one style sheet is allowed by its hash, so that no style of a page
counts. `frame-ancestors` lets our own pages alone put it in a frame.
"""


@dataclass(frozen=True, slots=True)
class CapturedPage:
    """A whole HTML document, the headers that it must be answered with, and how a figure was lit in it.

    What is lit has the id `lit`; an address with `#lit` scrolls there. `notes` are keys of `NOTES`.
    """

    html: str
    headers: tuple[tuple[str, str], ...]
    lit: Lit
    notes: tuple[Note, ...] = ()


def render_captured(body: bytes, content_type: str | None, *, cell: Cell | None, url: str) -> CapturedPage:
    """Return an archived body as a page that can do nothing, the figure of a cell lit where it is asked for.

    `content_type` is the header that the body came with, `url` its address; `cell` is as it was archived. Never
    raises for what a body holds: what cannot be shown is said in the page and in its notes.
    """
    lit: Lit = "not_found" if cell else "not_asked"
    try:
        if len(body) > (MAX_TEXT if sniff(body, DEFAULT_OPTIONS) in _TEXTS else MAX_BODY):
            return _wrap("", lit, "too_large")
        parsed = parse_steps(body, content_type)
    except ParserError:
        return _wrap("", lit, "unreadable")
    markup = _find_markup(parsed)
    if cell is None:
        return _show(parsed, markup, url, "not_asked")
    is_there = cell.status != "missing" and reads_the_same(parsed, cell)
    place = find_place(parsed, cell) if is_there else None
    if place is not None:
        return _show_lit(parsed, markup, place, url)
    return _show(parsed, markup, url, "not_found", _why_not_found(parsed, cell))


def _why_not_found(parsed: Parsed, cell: Cell) -> Note:
    if cell.status == "missing":
        return "missing"
    return "not_located" if reads_the_same(parsed, cell) else "reads_otherwise"


def _find_markup(parsed: Parsed) -> str | None:
    """Return the markup of the page that was read, with what its script draws; None where it is not to be drawn."""
    if parsed.decoded is None or parsed.document.carrier != "html":
        return None
    markup = unfold_embedded(parsed.decoded.text)
    return markup if markup.count("<") <= MAX_TAGS else None


def _show(parsed: Parsed, markup: str | None, url: str, lit: Lit, *notes: Note) -> CapturedPage:
    """Return a document with nothing lit."""
    if markup is None:
        return _wrap(draw_document(parsed.document), lit, *notes, _why_lines(parsed))
    tree = parse_markup(markup)
    tree_to_inert(tree, url)
    return _wrap(clean_markup(tree_to_markup(tree)), lit, *notes)


def _show_lit(parsed: Parsed, markup: str | None, place: Place, url: str) -> CapturedPage:
    """Return a document with a place lit: in the page, else in its lines."""
    notes = _tell_place(place)
    lit = light_page(markup, parsed.document, place, url) if markup is not None else None
    if lit is not None:
        return _wrap(lit, "in_page", *notes)
    why: Note = "not_in_page" if markup is not None else _why_lines(parsed)
    return _wrap(draw_document(parsed.document, place), "in_lines", *notes, why)


def _why_lines(parsed: Parsed) -> Note:
    return "not_in_page" if parsed.document.carrier == "html" else "as_read"


def _tell_place(place: Place) -> tuple[Note, ...]:
    notes: Mapping[str, tuple[Note, ...]] = {"blank": ("blank",), "line": ("line_lit",), "label": ("label_lit",)}
    return notes.get(place.kind, ())


def _wrap(inner: str, lit: Lit, *notes: Note) -> CapturedPage:
    """Put inert markup into a document of ours; where there is none, what the notes say stands in its place."""
    said = "".join(
        f'<p class="g-note">{NOTES[note][0]}<br><span lang="en">{NOTES[note][1]}</span></p>' for note in notes
    )
    html = (
        '<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>存档原件 archived source</title>'
        '<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">'
        f"<style>{_STYLE}</style></head><body>{inner or said}</body></html>"
    )
    return CapturedPage(html, HEADERS, lit, notes)
