"""Lines broken as Chinese is: between any two characters, but not before a full stop or within a word or number."""

from rich.cells import cell_len
from rich.text import Text

_NEVER_FIRST = frozenset("，。、；：？！）》〉”’】〕%％,.;:?!)]…")
_NAME_SIGNS = frozenset("._/")  # in keys and addresses
_MARK = 2  # a sign and the space behind it
_NEVER_LAST = frozenset("（《〈“‘【〔([")


def wrap_text(text: Text, width: int) -> list[Text]:
    """Return a text in pieces of at most `width` columns, of which a Chinese character takes two; one at least.

    >>> [piece.plain for piece in wrap_text(Text("受理申请123件，均已办结。"), 12)]
    ['受理申请123', '件，均已办', '结。']
    """
    breaks = _find_breaks(text.plain, max(2, width))
    pieces = list(text.divide(breaks)) if breaks else [text]
    for piece in pieces[:-1]:
        piece.rstrip()
    return [pieces[0], *(_strip_left(piece) for piece in pieces[1:])]


def wrap_plain(text: str, width: int) -> list[str]:
    """Return a text without style in pieces, as `wrap_text` does."""
    return [piece.plain for piece in wrap_text(Text(text), width)]


def hang_text(text: Text, width: int) -> list[Text]:
    """Return a text in pieces as `wrap_text` does, the later ones as far in as the first, and behind its mark.

    >>> [piece.plain for piece in hang_text(Text("  ✗ 两数不等，合计有误"), 14)]
    ['  ✗ 两数不等，', '    合计有误']
    """
    if text.cell_len <= width:
        return [text]
    margin = len(text.plain) - len(text.plain.lstrip(" "))
    has_mark = text.plain[margin + 1 : margin + 2] == " "
    indent = min(margin + _MARK * has_mark, width // 2)
    first = wrap_text(text, width)[0]
    rest = wrap_text(_strip_left(text[len(first) :]), width - indent)
    return [first, *(Text(" " * indent).append_text(piece) for piece in rest)]


def _strip_left(text: Text) -> Text:
    spaces = len(text.plain) - len(text.plain.lstrip(" "))
    return text[spaces:] if spaces else text


def _find_breaks(text: str, width: int) -> list[int]:
    """Return the numbers of the characters that begin a line, the first one's left out."""
    breaks: list[int] = []
    start = last = used = 0
    for number, character in enumerate(text):
        if number > start and _may_break(text[number - 1], character):
            last = number
        size = cell_len(character)
        while used + size > width and number > start:
            start = last if last > start else number
            breaks.append(start)
            used = cell_len(text[start:number])
        used += size
    return breaks


def _may_break(before: str, after: str) -> bool:
    if before == " ":
        return after != " "
    if before in _NAME_SIGNS and after.isalpha():
        return True
    is_wide = cell_len(before) > 1 or cell_len(after) > 1
    return is_wide and after not in _NEVER_FIRST and before not in _NEVER_LAST


def cut_text(text: Text, width: int) -> Text:
    """Return a text of at most `width` columns, with … where something was cut off.

    >>> cut_text(Text("行政规范性文件"), 8).plain
    '行政规 …'
    """
    if text.cell_len <= width:
        return text
    cut = text.copy()
    cut.truncate(max(1, width), overflow="ellipsis")
    return cut
