"""Numerals in a query: the same number as it may be printed, in Arabic figures or Chinese ones, with 万 or without."""

import re
from collections.abc import Iterator
from itertools import islice, product

MOST_SPELLINGS = 64
"""Spellings of one word that are looked for, the likeliest; only a word of three numbers and more has so many."""
_MOST_NUMBERS = 4
"""Numbers of one word that are spelt otherwise; those behind them stay as they are written."""
_LARGEST = 10**8
_ZEROS = "〇零○"
"""How a zero is printed between Chinese figures, the usual one first."""
_FIGURES = "〇一二三四五六七八九"
_VALUES = {**{figure: value for value, figure in enumerate(_FIGURES)}, **dict.fromkeys(_ZEROS, 0)}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_MYRIAD = "万"
_NUMERAL = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?!,?\d)|\d{2,}|[〇零○一二三四五六七八九十百千万]{2,}", re.ASCII)


def spell_numerals(word: str) -> tuple[str, ...]:
    """Return a folded word as it stands, then as it may be written with its numbers spelt otherwise.

    >>> spell_numerals("12件")
    ('12件', '一二件', '十二件')
    >>> spell_numerals("二〇二〇年")[:4]
    ('二〇二〇年', '2020年', '二千〇二十年', '二零二零年')
    >>> spell_numerals("公开"), spell_numerals("007")
    (('公开',), ('007',))
    """
    parts: list[tuple[str, ...]] = []
    end = 0
    for found in islice(_NUMERAL.finditer(word), _MOST_NUMBERS):
        parts += [(word[end : found.start()],), _spell(found[0])]
        end = found.end()
    parts.append((word[end:],))
    likeliest = sorted(product(*map(enumerate, parts)), key=lambda pieces: sum(place for place, _ in pieces))
    spelt = ("".join(piece for _, piece in pieces) for pieces in likeliest)
    return tuple(islice(dict.fromkeys(spelt), MOST_SPELLINGS))


def _spell(numeral: str) -> tuple[str, ...]:
    """Return a numeral as it stands, and in each other spelling of its value."""
    value = _read(numeral)
    return (numeral,) if value is None else tuple(dict.fromkeys([numeral, *_iter_spellings(value)]))


def _read(numeral: str) -> int | None:
    """Return the value of a numeral; None where it has none, or a form that would not survive (leading zeros)."""
    if numeral[0] in "0〇零○":
        return None
    if numeral.isascii():
        return int(numeral.replace(",", "")) if len(numeral) < len(str(_LARGEST)) * 2 else None
    if all(character in _VALUES for character in numeral):
        return int("".join(str(_VALUES[character]) for character in numeral))
    high, myriad, low = numeral.partition(_MYRIAD)
    if not myriad:
        return _read_places(numeral)
    upper = _VALUES.get(high) or _read_places(high)
    lower = _read_low(low) if low else 0
    return None if upper is None or lower is None else upper * 10_000 + lower


def _read_low(text: str) -> int | None:
    """Return the value of what stands behind 万; None for 五 in 一万五, which is five thousand to some."""
    return _VALUES.get(text[1:]) or _read_places(text[1:]) if text[0] in _ZEROS else _read_places(text)


def _read_places(text: str) -> int | None:
    """Return the value of figures with 十, 百 and 千 behind them, as 一百零五; None where that is in doubt."""
    total, figure, least, is_filled = 0, None, 10_000, False
    for character in text:
        unit = _UNITS.get(character)
        if unit is None:
            if character not in _VALUES or figure:
                return None
            figure, is_filled = _VALUES[character], is_filled or character in _ZEROS
        elif unit >= least or figure == 0 or (figure is None and unit != 10):
            return None
        else:
            total, figure, least, is_filled = total + (figure or 1) * unit, None, unit, False
    if least == 10_000 or figure == 0 or (figure and least > 10 and not is_filled):
        return None
    return total + (figure or 0)


def _iter_spellings(value: int) -> Iterator[str]:
    plain = str(value)
    yield plain
    for zero in _ZEROS:
        yield "".join(zero if digit == "0" else _FIGURES[int(digit)] for digit in plain)
        if value < _LARGEST:
            yield _write_places(value, zero)
    yield f"{value:,}"


def _write_places(value: int, zero: str) -> str:
    high, low = divmod(value, 10_000)
    if not high:
        return _write_below(low, zero).removeprefix("一") if 10 <= low < 20 else _write_below(low, zero)
    gap = zero if 0 < low < 1000 else ""
    return _write_places(high, zero) + _MYRIAD + gap + (_write_below(low, zero) if low else "")


def _write_below(value: int, zero: str) -> str:
    """Return a number below 万 in Chinese, as 一百〇五."""
    written = ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        figure, value = divmod(value, unit)
        if figure:
            written += _FIGURES[figure] + name
        elif written and value and not written.endswith(zero):
            written += zero
    return written
