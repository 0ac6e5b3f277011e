"""Which dictionary pays: trained on pages of all sites, or one page of a site for those like it.

A dictionary is kept where what it saves, estimated on pages that it was not made of, is more than the room it takes.
Everything is chosen by numbers and order, nothing by chance: the same archive leads to the same dictionary.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest
from typing import TypeVar

from archive.captures.bodies import is_text, load_body, pack_whole
from archive.captures.dictionaries import StoredDictionary, find_general_dictionary, load_dictionary, save_dictionary
from archive.captures.packing import Prepared, make_dictionary, make_page_dictionary, train_dictionary
from archive.errors import DamagedError
from archive.file.database import atomic

DICTIONARY_SIZES = (112 << 10, 64 << 10, 32 << 10)
"""Bytes of the dictionaries that are trained, of which the best is taken: a large one wants 150 times its size to train
on, and comes out small and poor where there is less."""
SAMPLE_ROOM = 20 << 20
"""Bytes of pages to train on; training takes a second and twice that much memory."""
TRIED, TRIED_STEP = 64, 4
"""Pages that a trained dictionary is tried on, every fourth at most: those are not in what it is trained on."""
KIN_SAMPLE, KIN_CANDIDATES = 9, 4
"""Pages of a site that others of it are tried with, and how many of them are tried as dictionary."""
LEAST_KIN = 3
"""Pages without which none of them is tried as dictionary for the others."""
LEAST_SAMPLE = 8
"""Pages without which nothing is trained."""
NEW_SHARE = 0.1
"""Share of all pages that must have come since the last time before another dictionary is trained."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A dictionary, None for none, and why that one."""

    stored: StoredDictionary | None
    reason: str


def train_general(connection: sqlite3.Connection, mark: int) -> Chosen:
    """Return the dictionary for pages of any site, trained anew where that pays; `mark` is the last body packed."""
    number = find_general_dictionary(connection)
    present = StoredDictionary(number, load_dictionary(connection, number)) if number else None
    ids = list(_spread(_iter_whole_by_site(connection)))
    if len(ids) < LEAST_SAMPLE:
        return Chosen(present, f"not trained: {len(ids)} pages are too few")
    if present and sum(number > mark for number in ids) < len(ids) * NEW_SHARE:
        return Chosen(present, "kept: few pages are new since it was trained")
    saved, data = _train(connection, ids, present)
    if saved <= 0:
        return Chosen(present, "kept: another would not be better" if present else "not trained: it would not pay")
    return Chosen(_save(connection, data), f"trained: it saves some {saved / 1000:.0f} KB")


def _train(connection: sqlite3.Connection, ids: Sequence[int], present: StoredDictionary | None) -> tuple[float, bytes]:
    """Return how many bytes a trained dictionary saves in so many pages, its own taken off, and the best found."""
    aside = dict.fromkeys(ids[::TRIED_STEP][:TRIED])
    tried = list(_load_texts(connection, aside))
    sample = _sample(connection, (number for number in ids if number not in aside))
    before = _measure(tried, present and present.dictionary)
    best = (0.0, b"")
    for size in DICTIONARY_SIZES:
        data = train_dictionary(sample, size)
        if data is not None and tried:
            saved = (before - _measure(tried, make_dictionary(data))) / len(tried) * len(ids) - len(data)
            best = max(best, (saved, data))
    return best


def train_kin(
    connection: sqlite3.Connection, bodies: Sequence[int], present: Sequence[StoredDictionary]
) -> StoredDictionary | None:
    """Return the dictionary for the pages of one kind of one site, whose whole bodies these are, None for none.

    It is the best of those present, or one of the pages where that saves more than it takes.
    """
    sample = list(_load_texts(connection, _evenly(bodies, KIN_SAMPLE)))
    sizes = [(_measure(sample, one.dictionary), -one.id, one) for one in present]
    best = min(sizes)[-1] if sizes else None
    if len(sample) < LEAST_KIN:
        return best
    candidates = [_try_page(sample, page, best, len(bodies)) for page in _evenly(range(len(sample)), KIN_CANDIDATES)]
    saved, data = max(candidates)
    return _save(connection, data) if saved > 0 else best


def _try_page(sample: Sequence[bytes], page: int, present: StoredDictionary | None, bodies: int) -> tuple[float, bytes]:
    """Return how many bytes less so many pages would take with one of them as dictionary, and that."""
    others = [content for number, content in enumerate(sample) if number != page]
    data = make_page_dictionary(sample[page])
    saved = _measure(others, present and present.dictionary) - _measure(others, make_dictionary(data))
    return saved / len(others) * bodies - len(data), data


def _save(connection: sqlite3.Connection, data: bytes) -> StoredDictionary:
    with atomic(connection):
        number = save_dictionary(connection, data)
    return StoredDictionary(number, load_dictionary(connection, number))


def _measure(contents: Iterable[bytes], dictionary: Prepared | None) -> int:
    """Return how many bytes contents are when packed."""
    pair = None if dictionary is None else (0, dictionary)
    return sum(len(pack_whole(content, pair).packed.data) for content in contents)


def _iter_whole_by_site(connection: sqlite3.Connection) -> Iterator[list[int]]:
    """Yield for each site the whole bodies that stand on its pages, each once."""
    rows = connection.execute(
        """
        SELECT DISTINCT pages.site_id, coalesce(bodies.base_id, bodies.id) AS body_id
        FROM pages JOIN bodies ON bodies.id = pages.present_body_id ORDER BY 1, 2
        """
    )
    for _, of_site in groupby(rows, lambda row: row["site_id"]):
        yield [row["body_id"] for row in of_site]


def _spread(lists: Iterable[Sequence[int]]) -> Iterator[int]:
    """Yield the first of each list, then the second of each, …: no site outweighs the others."""
    seen = set[int]()
    for turn in zip_longest(*(_shuffled(numbers) for numbers in lists)):
        for number in turn:
            if number is not None and number not in seen:
                seen.add(number)
                yield number


def _shuffled(numbers: Sequence[int]) -> list[int]:
    """Return numbers so that any beginning of them is spread over all: by the digits of their place, read backwards."""
    width = len(numbers).bit_length()
    places = sorted(range(len(numbers)), key=lambda place: f"{place:0{width}b}"[::-1])
    return [numbers[place] for place in places]


def _evenly(items: Sequence[Item], count: int) -> list[Item]:
    """Return so many of the items, evenly spread; all where they are fewer."""
    return [items[place * len(items) // count] for place in range(count)] if len(items) > count else list(items)


def _sample(connection: sqlite3.Connection, ids: Iterable[int]) -> list[bytes]:
    """Return texts to train on, as many as there is room for."""
    sample, room = list[bytes](), SAMPLE_ROOM
    for content in _load_texts(connection, ids):
        room -= len(content)
        if room < 0:
            break
        sample.append(content)
    return sample


def _load_texts(connection: sqlite3.Connection, ids: Iterable[int]) -> Iterator[bytes]:
    """Yield those of the bodies that are texts of a size to pack with a dictionary; what is damaged is left out."""
    for number in ids:
        try:
            content = load_body(connection, number)
        except DamagedError:
            continue
        if is_text(content):
            yield content
