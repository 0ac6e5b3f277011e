"""A report made ready: what of its words is its own, sign by sign."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archive.judgements.resemblances import StandingText
from gongkai.copies.masking import MASKS, list_names, mask
from gongkai.copies.options import CopyOptions
from gongkai.copies.shingles import cut_shingles, load_said_by_all


@dataclass(frozen=True, slots=True)
class Prepared:
    """A part of a report: its text, its signs and where in the text each stands, and the shingle that begins at each.

    `shingles` holds None where a shingle is mostly part of a sentence of the form; `is_own` is 0 for each sign in one.
    """

    text: str
    signs: str
    places: Sequence[int]
    shingles: tuple[int | None, ...]
    is_own: bytes

    def print(self, start: int, end: int) -> str:
        """Return the text of the signs from `start` to `end`, without names and figures at its ends."""
        while end - 1 > start and self.signs[end - 1] in MASKS:
            end -= 1
        while start < end - 1 and self.signs[start] in MASKS:
            start += 1
        return self.text[self.places[start] : self.places[end - 1] + 1]

    def own_signs(self) -> str:
        """Return the signs that belong to no sentence of the form."""
        return "".join([sign for sign, own in zip(self.signs, self.is_own, strict=True) if own])


def prepare(text: StandingText, options: CopyOptions) -> tuple[Prepared, ...]:
    """Return the parts of a report, its own names masked wherever they stand."""
    names = list_names(text.agency, text.agency_key, text.district, f"{text.district}{text.agency_key}")
    return tuple(_prepare_part(part, names, options) for part in _cut_off(text.parts, options.most_signs))


def _cut_off(parts: tuple[str, ...], most: int) -> Iterator[str]:
    for part in parts:
        yield part[:most]
        most = max(0, most - len(part))


def _prepare_part(text: str, names: tuple[str, ...], options: CopyOptions) -> Prepared:
    signs, places = mask(text, names)
    shingles = cut_shingles(signs, options.shingle)
    said_by_all = load_said_by_all(options.shingle)
    starts = [start for start, shingle in enumerate(shingles) if shingle in said_by_all]
    is_own, begins_own = bytearray(b"\1" * len(signs)), bytearray(b"\1" * len(shingles))
    reach = options.shingle // 2
    for start in starts:
        is_own[start : start + options.shingle] = bytes(options.shingle)
        near = slice(max(0, start - reach), min(start + reach + 1, len(shingles)))
        begins_own[near] = bytes(near.stop - near.start)
    kept = tuple(shingle if own else None for shingle, own in zip(shingles, begins_own, strict=True))
    return Prepared(text, signs, places, kept, bytes(is_own))
