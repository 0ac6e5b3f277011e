"""What the tree of a page is asked once, so that its thousands of elements need not be asked each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from parsers.html_marks import INLINE, KINDS, NOT_THERE, look_up_style

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_WITH_SPANS = '[colspan]:not([colspan="1"]), [rowspan]:not([rowspan="1"]), tr[height="0"]'
_STYLED = "[style]:not(li, ul, table)"
_PECULIAR = (
    r"tr :not(td, span, p, o\:p, th, a, br, div, li, ul, b, strong, font, em, i, u, img, input, center, tbody, tr)"
)
_CELLS = frozenset({"td", "th"})

Attributes = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Page:
    """Elements that stand out, by the tree's own numbers for them.

    `styles` has what the styles of elements mean that matter (`html_marks`), but for the common blocks. `parts` are
    the attributes of cells that span and of rows without height, `peculiar` the cells in which a text may be no plain
    text of theirs. `known_styles` and `kinds` say what each style and each tag's number means, as far as known.
    """

    styles: Mapping[int, int]
    parts: Mapping[int, Attributes]
    peculiar: frozenset[int]
    known_styles: dict[str, int]
    kinds: dict[int, str] = field(default_factory=dict)

    def find_style(self, attributes: Attributes) -> int:
        """Return what the attributes of an element do to the reading of it."""
        style = attributes.get("style")
        sign = look_up_style(style, self.known_styles) if style else 0
        return sign | NOT_THERE if "hidden" in attributes else sign

    def find_kind(self, node: "LexborNode") -> str:
        """Return what an element is, and keep it under the number of its tag."""
        kind = self.kinds[node.tag_id] = KINDS.get(node.tag or "", INLINE)
        return kind


def look_over(tree: "LexborHTMLParser") -> Page:
    """Return what stands out in a tree."""
    known: dict[str, int] = {}
    styles: dict[int, int] = {}
    nodes = tree.css(_PECULIAR)
    for node in tree.css(_STYLED):
        style = node.attrs["style"] or ""
        sign = known[style] if style in known else look_up_style(style, known)
        if sign:
            styles[node.mem_id] = sign
            nodes.append(node)
    for node in tree.css("[hidden]"):
        styles[node.mem_id] = styles.get(node.mem_id, 0) | NOT_THERE
        nodes.append(node)
    parts = {node.mem_id: node.attributes for node in tree.css(_WITH_SPANS)}
    return Page(styles, parts, _find_cells(nodes), known)


def _find_cells(nodes: "list[LexborNode]") -> frozenset[int]:
    """Return the innermost cells in which the elements stand."""
    seen: set[int] = set()
    cells: set[int] = set()
    for inner in nodes:
        node = inner.parent
        while node is not None and node.mem_id not in seen:
            seen.add(node.mem_id)
            if node.tag in _CELLS:
                cells.add(node.mem_id)
                break
            node = node.parent
    return frozenset(cells)
