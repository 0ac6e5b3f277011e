"""Seeded damage to bytes, for readers that must never fail but by a named error."""

import io
import random
import re
import zipfile
from collections.abc import Callable

from tests.parsers.made_archives import zip_files

Mutate = Callable[[bytes, random.Random], bytes]

_MARKUP = (
    b"<table>",
    b"<td rowspan=999999999 colspan=999999999>",
    b"</td></tr></table>",
    b"<div>" * 50,
    b"<!--",
    b"<![CDATA[",
    b"&#x110000;&#0;&amp;",
    b'<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>&b;',
    b"{\\rtf1{{{\\par\\cell\\row\\bin99999999 ",
    b"\\u-99999?\\'ff\\trowd\\cellx",
    b"endobj\nendstream\nxref\n",
    b"<< /Kids [1 0 R] /Length 99999999 >>",
    b"PK\x01\x02PK\x05\x06",
    b"\x00",
    b"\xff\xff\xff\xff",
    b"\r\n--boundary--\r\n",
    "规章\t0\t-1\t９９９\n（七）总计 | 1 | | 3 |\n".encode(),
    b"99999999999999999999999999999999999999.5e9",
)

_NUMBERS = (b"", b"0", b"-1", b"00", b"1", b"65535", b"65536", b"2147483648", b"99999999999999999999", b"1e9", b"0.5")


def mutate(body: bytes, chance: random.Random) -> bytes:
    """Return the bytes with one to four kinds of damage done to them; those of a zip archive mostly inside it."""
    if body.startswith(b"PK\x03\x04") and chance.random() < 0.7:
        return _mutate_inside(body, chance)
    kinds = _GENTLE if chance.random() < 0.4 else _KINDS
    for _ in range(chance.randint(1, 4)):
        body = chance.choice(kinds)(body, chance)
    return body


def iter_mutations(body: bytes, seed: int, count: int) -> list[bytes]:
    """Return so many mutations, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - damage, no secret
    return [mutate(body, chance) for _ in range(count)]


def _mutate_inside(archive: bytes, chance: random.Random) -> bytes:
    """Damage one file of an archive and pack all anew, so that the damage is met behind the checksums."""
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    name = chance.choice(list(files))
    files[name] = mutate(files[name], chance)
    return zip_files(files)


def _flip(body: bytes, chance: random.Random) -> bytes:
    changed = bytearray(body)
    for _ in range(chance.choice((1, 2, 8, 40)) if body else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _overwrite(body: bytes, chance: random.Random) -> bytes:
    place, count = _place(body, chance), chance.choice((1, 4, 16, 64))
    filling = chance.choice((b"\x00", b"\xff", b"\x7f", b"0", chance.randbytes(1))) * count
    return body[:place] + filling + body[place + count :]


def _cut_end(body: bytes, chance: random.Random) -> bytes:
    return body[: _place(body, chance)]


def _cut_out(body: bytes, chance: random.Random) -> bytes:
    start = _place(body, chance)
    return body[:start] + body[start + _length(body, chance) :]


def _repeat(body: bytes, chance: random.Random) -> bytes:
    start = _place(body, chance)
    piece = body[start : start + _length(body, chance)]
    times = chance.choice((2, 3, 10, 100))
    return body[:start] + piece * min(times, 1 + 100_000 // max(1, len(piece))) + body[start:]


def _move(body: bytes, chance: random.Random) -> bytes:
    start, target = _place(body, chance), _place(body, chance)
    piece = body[start : start + _length(body, chance)]
    return body[:target] + piece + body[target:]


def _insert(body: bytes, chance: random.Random) -> bytes:
    place = _place(body, chance)
    return body[:place] + chance.choice(_MARKUP) * chance.choice((1, 1, 3, 50)) + body[place:]


def _noise(body: bytes, chance: random.Random) -> bytes:
    place = _place(body, chance)
    return body[:place] + chance.randbytes(chance.choice((1, 10, 200))) + body[place:]


def _change_number(body: bytes, chance: random.Random) -> bytes:
    """Put an extreme number in the place of one that is printed or stated."""
    found = list(re.finditer(rb"\d+", body))
    if not found:
        return body
    match = chance.choice(found)
    return body[: match.start()] + chance.choice(_NUMBERS) + body[match.end() :]


def _change_element(body: bytes, chance: random.Random) -> bytes:
    """Leave out an element, repeat it, or put it into itself, so that markup stays well-formed."""
    found = list(re.finditer(rb"<([\w:]+)[^<>]*(?<!/)>", body))
    if not found:
        return body
    match = chance.choice(found)
    close = b"</" + match[1] + b">"
    end = body.find(close, match.end())
    if end < 0:
        return body
    whole = body[match.start() : end + len(close)]
    times = chance.choice((1, 3, 30))
    made = chance.choice((b"", whole * (times + 1), match[0] * times + whole + close * times))
    return body[: match.start()] + made + body[end + len(close) :]


_GENTLE: tuple[Mutate, ...] = (_change_number, _change_element, _change_element)
_KINDS: tuple[Mutate, ...] = (
    _flip,
    _flip,
    _overwrite,
    _cut_end,
    _cut_out,
    _repeat,
    _move,
    _insert,
    _insert,
    _noise,
    *_GENTLE,
    *_GENTLE,
)


def _place(body: bytes, chance: random.Random) -> int:
    return chance.randint(0, len(body))


def _length(body: bytes, chance: random.Random) -> int:
    return chance.choice((1, 10, 100, 1000, max(1, len(body) // 3)))
