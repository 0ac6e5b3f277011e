"""What a figure is in its base unit, and how a blank is written."""

import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from gongkai.exports.cells import find_unit_base, is_money
from parsers.report import CellKey

BlankKind = Literal["empty", "dash", "slash", "word", "sign"]

_YUAN = {"元": Decimal(1), "万元": Decimal(10**4), "亿元": Decimal(10**8)}
"""How many 元 a unit of money is."""
_WRITTEN: tuple[tuple[BlankKind, frozenset[str]], ...] = (
    ("dash", frozenset("-—–―‐−_")),
    ("slash", frozenset("/\\")),
    ("word", frozenset("无無空")),
)
_REMEMBERED = 2**16
"""Figures and blanks that are remembered: the same few stand in most cells."""


class Amount(NamedTuple):
    """A figure in its base unit; without a unit where none is known, and then without a value."""

    value: Decimal | None
    unit: str | None


@lru_cache(maxsize=_REMEMBERED)
def to_base(key: CellKey, value: float | None, unit: str | None) -> Amount:
    """Return what a cell's figure is in its base unit, exactly; of an amount without a unit nothing is known.

    A count without one is itself.

    >>> fees = CellKey("proactive_disclosure", "fees", "fee_amount")
    >>> to_base(fees, 96171.6, "万元"), to_base(fees, 96171.6, None)
    (Amount(value=Decimal('961716000'), unit='元'), Amount(value=None, unit=None))
    >>> to_base(CellKey("requests", "granted", "total"), 3, None)
    Amount(value=Decimal('3'), unit='件')
    """
    if unit in _YUAN:
        return Amount(None if value is None else _plain(to_decimal(value) * _YUAN[unit]), "元")
    if is_money(key):
        return Amount(None, None)
    return Amount(None if value is None else to_decimal(value), unit or find_unit_base(key))


def to_decimal(value: float) -> Decimal:
    """Return a number as it is written, without the noise of its binary form."""
    return Decimal(repr(value))


def _plain(value: Decimal) -> Decimal:
    """Return a number without zeros after its last decimal, and without an exponent."""
    short = value.normalize()
    return short.quantize(Decimal(1)) if short == short.to_integral_value() else short


@lru_cache(maxsize=_REMEMBERED)
def find_blank_kind(raw: str, status: str) -> BlankKind | None:
    """Return how a blank is written, None for a cell that is not blank.

    >>> [find_blank_kind(raw, "blank") for raw in ("", "——", "／", "无", ".")], find_blank_kind("", "missing")
    (['empty', 'dash', 'slash', 'word', 'sign'], None)
    """
    if status != "blank":
        return None
    signs = set(unicodedata.normalize("NFKC", raw))
    if not signs:
        return "empty"
    return next((kind for kind, known in _WRITTEN if signs <= known), "sign")
