"""Numbers as sentences write them: digits with separators and 万, or Chinese numerals; anything else is no number."""

import re
from decimal import Decimal

_DIGITS = re.compile(r"(?P<whole>[0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3}){1,3})(?P<rest>\.[0-9]{1,6})?(?P<myriad>万?)")
_ONES = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"千": 1000, "百": 100, "十": 10}
_MYRIAD = 10_000


def parse_number(text: str) -> int | float | None:
    """Return what a number says, None for what is not written as one number is.

    >>> [parse_number(text) for text in ("12", "1,234", "1.2万", "0.5万", "2.5", "1,23")]
    [12, 1234, 12000, 5000, 2.5, None]
    >>> [parse_number(text) for text in ("零", "两", "十二", "一百零五", "三千两百", "一万二千")]
    [0, 2, 12, 105, 3200, 12000]
    >>> [parse_number(text) for text in ("三五", "百", "十十", "一百五", "二〇一七", "零五")]
    [None, None, None, None, None, None]
    """
    match = _DIGITS.fullmatch(text)
    if match is None:
        return _parse_numeral(text)
    value = Decimal(match["whole"].replace(",", "") + (match["rest"] or "")) * (_MYRIAD if match["myriad"] else 1)
    return int(value) if value == value.to_integral_value() else float(value)


def _parse_numeral(text: str) -> int | None:
    if text in _ONES:
        return _ONES[text]
    high, myriad, low = text.rpartition("万")
    if not myriad:
        return _below_myriad(low, leads=True)
    above, below = _below_myriad(high, leads=True), _below_myriad(low, leads=False) if low else 0
    return None if above is None or below is None else above * _MYRIAD + below


def _below_myriad(text: str, *, leads: bool) -> int | None:
    """Return a numeral below 万, None where its parts do not stand in their order (一百五 leaves its place unsaid).

    `leads`: nothing stands before it, so that 十二 is whole and 零五 is not.
    """
    total, ceiling, rest = 0, _MYRIAD, text
    while rest:
        skipped = rest[0] in "零〇"
        rest = rest[1:] if skipped else rest
        one = 1 if leads and not total and not skipped and rest[:1] == "十" else 0
        if not one:
            one, rest = _ONES.get(rest[:1], 0), rest[1:]
        if not one:
            return None
        unit = _UNITS.get(rest[0], 0) if rest else 1
        if unit >= ceiling or not unit or not _is_said(unit, ceiling, skipped=skipped, first=leads and not total):
            return None
        total, ceiling, rest = total + one * unit, unit, rest[1:]
    return total or None


def _is_said(unit: int, ceiling: int, *, skipped: bool, first: bool) -> bool:
    """Whether 零 stands exactly where a place is passed over, as in 一百零五."""
    return not skipped if first else skipped == (unit * 10 < ceiling)
