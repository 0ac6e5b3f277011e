"""The properties of a Word document (docx): of paragraphs, runs, rows and cells, and the looks that styles give."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from parsers.carriers.tables import OBJECT_SIGN, SYMBOLS
from parsers.options import Options

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
"""Begins the tags of Word's own elements."""
Properties = dict[str, etree._Element]
"""The properties of an element by their tags."""

_OFF = frozenset({"0", "false", "off", "none"})
_SYMBOL_FONT = re.compile(r"(?i)wingdings|webdings|symbol|marlett")
_NUMBER = re.compile(r"\d{1,6}")
_MAX_STYLES = 12  # as many as Word lets stand on one another
_MADE_SPACE = str.maketrans("\t\n\r", "   ")


class Look(NamedTuple):
    """How a run of text is shown."""

    hidden: bool = False
    raised: bool = False
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Styles:
    """The looks that named styles give; a style not listed gives none."""

    looks: dict[str, Look] = field(default_factory=dict)

    def add_to(self, look: Look, style: str | None) -> Look:
        """Return a look with that of a style."""
        of_style = self.looks.get(style or "")
        return look if of_style is None else Look(*(a or b for a, b in zip(look, of_style, strict=True)))


def choose(alternatives: etree._Element) -> etree._Element:
    """Return the first of the alternatives: the others say the same for older programs."""
    return next(iter(alternatives), alternatives)


def find_properties(parent: etree._Element, name: str) -> Properties:
    """Return the properties that an element begins with, by their tags."""
    for child in parent:
        if child.tag == W + name:
            return {str(one.tag): one for one in child}
        if child.tag != f"{W}tblPrEx":
            break
    return {}


def find_value(properties: Properties, name: str) -> str | None:
    """Return the value of a property, None where it is not stated."""
    element = properties.get(W + name)
    return None if element is None else element.get(f"{W}val")


def is_on(properties: Properties, name: str) -> bool:
    """Whether a property is stated and not switched off."""
    element = properties.get(W + name)
    return element is not None and (element.get(f"{W}val") or "on").lower() not in _OFF


def parse_number(value: str | None, options: Options) -> int:
    """Return a count of columns, 0 where none is stated or it makes no sense."""
    match = _NUMBER.fullmatch((value or "").strip())
    return min(options.max_span, int(match[0])) if match else 0


def find_merge(properties: Properties, name: str) -> str | None:
    """Return `restart` or `continue`, which the mark alone means, None where nothing is merged."""
    return (find_value(properties, name) or "continue") if W + name in properties else None


def is_numbered(properties: Properties) -> bool:
    """Whether a paragraph begins with an automatic number."""
    numbering = properties.get(f"{W}numPr")
    if numbering is None:
        return False
    return any(child.tag == f"{W}numId" and child.get(f"{W}val") != "0" for child in numbering)


def joins_next(properties: Properties) -> bool:
    """Whether a paragraph's own mark is deleted or hidden, so that the next one stands in its line."""
    mark = properties.get(f"{W}rPr")
    if mark is None:
        return False
    own = {str(child.tag): child for child in mark}
    return f"{W}del" in own or f"{W}moveFrom" in own or is_on(own, "vanish")


def text_of(element: etree._Element) -> str:
    """Return a run's text, white space at its ends only where it says that it counts."""
    text = element.text or ""
    if element.get("{http://www.w3.org/XML/1998/namespace}space") != "preserve":
        text = text.strip(" \t\r\n")
    return text.translate(_MADE_SPACE)


def symbol_of(element: etree._Element) -> str:
    """Return a symbol's character; one of a symbol font stays in the private area, for it is no letter or figure."""
    code = element.get(f"{W}char") or ""
    if not re.fullmatch(r"[0-9A-Fa-f]{1,4}", code):
        return OBJECT_SIGN
    number = int(code, 16)
    if number < 0x100 and _SYMBOL_FONT.search(element.get(f"{W}font") or ""):
        number += SYMBOLS
    return chr(number) if number >= 0x20 and not 0xD800 <= number < 0xE000 else OBJECT_SIGN


def formula_of(element: etree._Element) -> str:
    """Return a formula that is but a run of text; any other is an object, for ½ is not 12."""
    if any(not str(child.tag).endswith("}r") for child in element):
        return OBJECT_SIGN
    return "".join(text.text or "" for run in element for text in run if str(text.tag).endswith("}t"))


def own_look(properties: Properties, look: Look) -> Look:
    """Return a look as run properties change it."""
    hidden, raised, struck = look
    if f"{W}vanish" in properties:
        hidden = is_on(properties, "vanish")
    if f"{W}vertAlign" in properties:
        raised = find_value(properties, "vertAlign") == "superscript"
    if f"{W}strike" in properties or f"{W}dstrike" in properties:
        struck = is_on(properties, "strike") or is_on(properties, "dstrike")
    return Look(hidden, raised, struck)


def read_styles(root: etree._Element | None) -> Styles:
    """Return the looks of styles that hide, raise or strike text, of those built on them too."""
    if root is None:
        return Styles()
    looks: dict[str, Look] = {}
    parents: dict[str, str] = {}
    for style in root:
        key = style.get(f"{W}styleId")
        if key is None:
            continue
        own = {str(child.tag): child for child in style}
        if (properties := own.get(f"{W}rPr")) is not None:
            looks[key] = own_look({str(child.tag): child for child in properties}, Look())
        if parent := find_value(own, "basedOn"):
            parents[key] = parent
    inherited = {key: _inherit(key, looks, parents) for key in {*looks, *parents}}
    return Styles({key: look for key, look in inherited.items() if any(look)})


def _inherit(key: str, looks: dict[str, Look], parents: dict[str, str]) -> Look:
    hidden = raised = struck = False
    seen: set[str] = set()
    current: str | None = key
    while current is not None and current not in seen and len(seen) < _MAX_STYLES:
        seen.add(current)
        look = looks.get(current, Look())
        hidden, raised, struck = hidden or look.hidden, raised or look.raised, struck or look.struck
        current = parents.get(current)
    return Look(hidden, raised, struck)
