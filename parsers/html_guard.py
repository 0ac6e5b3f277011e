"""Markup that is made to cost time or memory, to markup that says the same and costs no more than its size.

The HTML standard's own algorithm is quadratic in the depth of a page and in the attributes of an element, and copies
formatting elements that are never closed into every paragraph after them. Browsers cut depth; so does this.
"""

import re
from collections import Counter

from parsers.options import Options

_ATTRIBUTE = rb"""[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>"'][^\s>]*+)?)?"""
_ATTRIBUTES = rb"(?:[\s/]++|" + _ATTRIBUTE + rb")*+"
_ONE_ATTRIBUTE = re.compile(_ATTRIBUTE)
_TOKEN = re.compile(
    rb"<(?:!--(?:-?>|.*?(?:--!?>|\Z))"
    rb"|(?P<raw>script|style|textarea|title|xmp|iframe|noembed|noframes)(?=[\s/>])"
    + _ATTRIBUTES
    + rb"(?:>|\Z).*?(?:</(?P=raw)(?=[\s/>])|\Z)"
    rb"|(?P<end>/?)(?P<name>[a-z][^\s/>]*+)(?P<attributes>" + _ATTRIBUTES + rb")(?:>|\Z)"
    rb"|[!?/][^>]*+)",
    re.DOTALL | re.IGNORECASE,
)
_FORMATTING = rb"(?:[bisuBISU]|(?i:font|big|code|em|small|strike|strong|tt))(?=[\s/>])"
_FORMATTING_START = re.compile(rb"<[bcefistuBCEFISTU](?:|(?i:ont|ig|ode|m|mall|trike|trong|t))(?=[\s/>])")
_FORMATTING_TAG = re.compile(rb"<" + _FORMATTING + _ATTRIBUTES)
_STRIKING_NAME = re.compile(rb"(</?)(?i:s|strike)(?=[\s/>])")
_FORMATTING_NAME = re.compile(rb"(</?)" + _FORMATTING)
_COPIES = 3
"""How many formatting elements alike the standard copies into a paragraph, at most."""

_VOID = frozenset(
    {b"area", b"base", b"basefont", b"bgsound", b"br", b"col", b"embed", b"frame", b"hr", b"html", b"head", b"body"}
    | {b"image", b"img", b"input", b"keygen", b"link", b"meta", b"param", b"source", b"track", b"wbr"}
)
_HEADINGS = frozenset({b"h1", b"h2", b"h3", b"h4", b"h5", b"h6"})
_GROUPS = frozenset({b"tbody", b"thead", b"tfoot"})
_TABLE_PARTS = _GROUPS | {b"table", b"caption", b"colgroup", b"tr", b"td", b"th"}
_CLOSING_PARAGRAPHS = _HEADINGS | frozenset(
    {b"address", b"article", b"aside", b"blockquote", b"center", b"dd", b"details", b"dialog", b"dir", b"div", b"dl"}
    | {b"dt", b"fieldset", b"figcaption", b"figure", b"footer", b"form", b"header", b"hgroup", b"hr", b"li"}
    | {b"listing", b"main", b"menu", b"nav", b"ol", b"p", b"pre", b"search", b"section", b"summary", b"ul"}
)
_SCOPES = frozenset({b"applet", b"caption", b"marquee", b"object", b"table", b"td", b"th", b"template"})
_SPECIAL = _CLOSING_PARAGRAPHS | _TABLE_PARTS | _SCOPES | {b"button", b"noscript", b"select"}
_FORMATTING_NAMES = frozenset(
    {b"a", b"b", b"big", b"code", b"em", b"font", b"i", b"nobr", b"s", b"small", b"strike", b"strong", b"tt", b"u"}
)
_CELLS = (frozenset({b"td", b"th"}), frozenset({b"table"}))
_TERMS = (frozenset({b"dd", b"dt"}), _SPECIAL - {b"address", b"div", b"p", b"dd", b"dt"})
_CLOSED_BY_START = {  # which open elements a start tag closes, and which keep it from those further out
    b"td": _CELLS,
    b"th": _CELLS,
    b"tr": (frozenset({b"tr"}), frozenset({b"table"})),
    b"li": (frozenset({b"li"}), _SPECIAL - {b"address", b"div", b"p", b"li"}),
    b"dd": _TERMS,
    b"dt": _TERMS,
} | dict.fromkeys(_GROUPS, (_GROUPS, frozenset({b"table"})))
_PARAGRAPHS = (frozenset({b"p"}), _SCOPES | {b"button"})


def tame_markup(body: bytes, options: Options) -> tuple[bytes, tuple[str, ...]]:
    """Return UTF-8 markup that can be parsed in a time that grows with its size, and what had to be changed in it.

    Nearly every page is handed back as it is after a glance at its size and its formatting.
    """
    signs = body.count(b"<")
    if _copies_formatting(body, signs, options):
        body = _FORMATTING_NAME.sub(rb"\1span", _STRIKING_NAME.sub(rb"\1del", body))
    return (body, ()) if _is_plain(body, signs, options) else _Guard(options).cut(body)


def _is_plain(body: bytes, signs: int, options: Options) -> bool:
    """Whether a page is too small to cost much, whatever is in it, or small and most of its elements closed."""
    if len(body) > options.max_plain_markup or signs > options.max_plain_paired_tags:
        return False
    return signs <= options.max_plain_tags or signs - 2 * body.count(b"</") <= options.max_plain_unclosed


def _copies_formatting(body: bytes, signs: int, options: Options) -> bool:
    """Whether formatting elements that differ could be copied into so many paragraphs that they fill the memory."""
    if len(_FORMATTING_START.findall(body)) * signs <= options.max_formatting_copies:
        return False
    different = len(set(_FORMATTING_TAG.findall(body)))
    return _COPIES * different * signs > options.max_formatting_copies


class _Guard:
    """A walk over the tags of a page that knows which elements are open, without the trouble of a tree."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._open: list[bytes] = []
        self._counts: Counter[bytes] = Counter()  # of the names that are open
        self._dropped: dict[bytes, int] = {}
        self._too_deep = self._too_many = 0

    def cut(self, body: bytes) -> tuple[bytes, tuple[str, ...]]:
        """Return the page without the tags that nest too deeply and without attributes that are too many."""
        pieces: list[bytes] = []
        done = 0
        for token in _TOKEN.finditer(body):
            instead = self._replace(token) if token["name"] else None
            if instead is not None:
                pieces += (body[done : token.start()], instead)
                done = token.end()
        warnings = []
        if self._too_deep:
            warnings.append(
                f"the page nests elements more than {self._options.max_nesting} deep; "
                "those deeper inside were read as standing side by side"
            )
        if self._too_many:
            warnings.append(f"{self._too_many} elements have more attributes than any page has; they were left out")
        return (b"".join((*pieces, body[done:])) if pieces else body), tuple(warnings)

    def _replace(self, tag: re.Match[bytes]) -> bytes | None:
        """Return what stands in the place of a tag, None where the tag stays."""
        name, attributes = tag["name"].lower(), tag["attributes"]
        if tag["end"]:
            return self._end(name)
        if name in _CLOSING_PARAGRAPHS:
            self._close(*_PARAGRAPHS)
        if name in _CLOSED_BY_START:
            self._close(*_CLOSED_BY_START[name])
        elif name == b"a":
            self._end_inline(name)
        if name not in _VOID and not self._closes_itself(attributes):
            if len(self._open) >= self._options.max_nesting:
                self._too_deep += 1
                self._dropped[name] = self._dropped.get(name, 0) + 1
                return b"<hr>"
            self._open.append(name)
            self._counts[name] += 1
        return self._cut_attributes(name, attributes)

    def _closes_itself(self, attributes: bytes) -> bool:
        """Whether a tag ends with a slash where that means something: inside a drawing or a formula."""
        return attributes.endswith(b"/") and (b"svg" in self._open or b"math" in self._open)

    def _cut_attributes(self, name: bytes, attributes: bytes) -> bytes | None:
        most = self._options.max_attributes  # each takes a byte at least, so that most tags need no counting
        if len(attributes) <= most or len(_ONE_ATTRIBUTE.findall(attributes)) <= most:
            return None
        self._too_many += 1
        return b"<" + name + b">"

    def _end(self, name: bytes) -> bytes | None:
        if self._dropped.get(name):
            self._dropped[name] -= 1
            return b""
        if name in _TABLE_PARTS:
            self._close(frozenset({name}), frozenset({b"table"}))
        elif name in _HEADINGS:
            self._close(_HEADINGS, _SCOPES)
        elif name in _SPECIAL:
            self._close(frozenset({name}), _SCOPES)
        else:
            self._end_inline(name)
        return None

    def _close(self, names: frozenset[bytes], barriers: frozenset[bytes]) -> None:
        """Close the innermost open element of some names, with all inside, unless a barrier stands before it."""
        if not any(self._counts[name] for name in names):
            return
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place] in names:
                self._remove(place, len(self._open))
                return
            if self._open[place] in barriers:
                return

    def _end_inline(self, name: bytes) -> None:
        """Close an element of a line; over blocks that it holds, only formatting is closed, and the blocks stay."""
        if not self._counts[name]:
            return
        crosses = False
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place] == name:
                if not crosses or name in _FORMATTING_NAMES:
                    self._remove(place, place + 1 if crosses else len(self._open))
                return
            if self._open[place] in _SCOPES:
                return
            crosses = crosses or self._open[place] in _SPECIAL

    def _remove(self, start: int, end: int) -> None:
        self._counts.subtract(self._open[start:end])
        del self._open[start:end]
