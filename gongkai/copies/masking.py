"""Words without what is edited in a copy: figures are masked by their class, names by what stands behind them."""

import re
from array import array
from collections.abc import Sequence
from typing import NamedTuple

_FIGURES = re.compile(r"[\d〇零一二两三四五六七八九十百千万亿]+(?:[.,．，]\d+)*[百千万亿%％]*")
_PLACES = re.compile("街道办事处|街道办|街道|社区|居委会|村委会|镇人民政府|镇政府|乡人民政府|乡政府|镇|乡")
_SUFFIX = re.compile(f"(?:{_PLACES.pattern})$|人民政府$|[省市区县旗]$")
_LONGEST_NAME = 3
"""Signs before the word for a kind of place that are taken for its name, where nothing says what it is."""
_LEAST_NAME = 2
"""Signs of the shortest name that is masked wherever it stands."""
_NAME, _FIGURE, _HIDDEN = "N", "0", "\0"
MASKS = _NAME + _FIGURE
_FIRST_HAN = "\u3400"


class MaskedPart(NamedTuple):
    """A part of a report in signs, figures and names masked, and where in its text each sign stands."""

    signs: str
    places: Sequence[int]


def mask(text: str, names: Sequence[str] = ()) -> MaskedPart:
    """Return a text in signs: letters, `0` for each figure and `N` for each name; all else is left out.

    >>> mask("白杨街道2020年收到申请三件，转月湖社区。", list_names("青石区白杨街道办事处")).signs
    'N0年收到申请0件N'
    """
    masked = text
    for name in names:
        masked = masked.replace(name, _hide(_NAME, len(name)))
    masked = _FIGURES.sub(lambda figure: _hide(_FIGURE, len(figure[0])), masked)
    signs = list(masked)
    done = 0
    for place in _PLACES.finditer(masked):
        start = _find_name(masked, done, place.start())
        done = place.end()
        signs[start:done] = _hide(_NAME, done - start)
    places = array("I", [number for number, sign in enumerate(signs) if sign.isalnum()])
    return MaskedPart("".join([signs[number] for number in places]), places)


def _hide(sign: str, length: int) -> str:
    """Return what stands for a name or figure of a length: one sign, and the rest hidden."""
    return sign + _HIDDEN * (length - 1)


def _find_name(masked: str, done: int, end: int) -> int:
    """Return where the name begins that ends there, not before `done`."""
    start = end
    if start > done and masked[start - 1] == _HIDDEN:
        return max(done, masked.rfind(_NAME, done, start))
    while start > max(done, end - _LONGEST_NAME) and masked[start - 1] >= _FIRST_HAN and masked[start - 1].isalnum():
        start -= 1
    return start


def list_names(*names: str | None) -> tuple[str, ...]:
    """Return names with and without the kinds of places that they end with, the longest first.

    >>> list_names("云汀区听松街道办事处")
    ('云汀区听松街道办事处', '云汀区听松')
    """
    whole = {name for name in names if name}
    bare = {_SUFFIX.sub("", name) for name in whole}
    known = whole | bare | {_SUFFIX.sub("", name) for name in bare}
    return tuple(sorted((name for name in known if len(name) >= _LEAST_NAME), key=lambda name: (-len(name), name)))
