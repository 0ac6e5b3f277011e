"""Bytes smaller and back, by Zstandard: alone, with a dictionary, or against other bytes that they resemble."""

import sys
from collections import OrderedDict
from typing import NamedTuple, TypeAlias

from archive.errors import DamagedError

if sys.version_info >= (3, 14):
    from compression import zstd
    from compression.zstd import CompressionParameter, ZstdDict, ZstdError
else:
    from backports import zstd
    from backports.zstd import CompressionParameter, ZstdDict, ZstdError

FAST_LEVEL = 3
"""While a crawl waits: a page of 87 KB takes 0.1 ms, alone or with a dictionary, and 0.2 ms against another."""
SMALL_LEVEL = 12
"""When there is time: with a dictionary 2 ms a page for a sixth less; level 19 takes ten times that for 4 % more."""
LEAST_REFERENCE = 64
"""Bytes that others can be packed against or with: fewer save nothing, and Zstandard takes none under 8."""
MOST_UNPACKED = 1 << 30
"""No bytes are more than this when unpacked, whatever is said of them."""
TRAINED = b"\x37\xa4\x30\xec"
"""How a trained dictionary begins."""
MOST_OF_PAGE = 64 << 20
"""Bytes of the largest page that is a dictionary: many times what is taken for one."""
_LEAST_WINDOW = 10
_FAR = 1 << 20
"""Bytes from which on what two bodies share is looked for by a method of its own: the usual one forgets what is far."""
_LONG, _SHORT = 1, 2


Prepared: TypeAlias = ZstdDict
"""Bytes ready to pack others with, as a dictionary, or against, as a base."""


class Packed(NamedTuple):
    """Bytes as they are stored: `raw` as they are, `zstd` as a frame."""

    codec: str
    data: bytes


def pack(content: bytes, level: int = FAST_LEVEL) -> Packed:
    """Pack bytes so that nothing else is needed to unpack them; `raw` where that is as small."""
    return _smaller(content, zstd.compress(content, level))


def pack_with(content: bytes, dictionary: Prepared, level: int = FAST_LEVEL) -> Packed:
    """Pack bytes with a dictionary; it is worked through once a level and remembered."""
    return _smaller(content, zstd.compress(content, level, zstd_dict=dictionary.as_digested_dict))


def pack_against(content: bytes, base: Prepared) -> Packed:
    """Pack bytes against others, `base`, that they resemble: what both hold costs nearly nothing."""
    window = max(_LEAST_WINDOW, (len(base) + len(content)).bit_length())  # else matches that lie far off are not seen
    options: dict[int, int] = {
        CompressionParameter.compression_level: FAST_LEVEL,
        CompressionParameter.window_log: window,
        CompressionParameter.enable_long_distance_matching: _LONG if len(content) > _FAR else _SHORT,
    }
    return Packed("zstd", zstd.compress(content, options=options, zstd_dict=base.as_prefix))


def unpack(
    codec: str, data: bytes, size: int | None = None, dictionary: Prepared | None = None, *, most: int = MOST_UNPACKED
) -> bytes:
    """Return the content that was packed, `size` bytes where that is known; `DamagedError` where that fails.

    A frame of more bytes, or of more than `most`, is not unpacked, whatever memory there is.
    """
    if codec == "raw":
        return data
    return _unpack_frame(data, most if size is None else min(size, most), dictionary)


def unpack_against(data: bytes, size: int, base: Prepared) -> bytes:
    """Return the content that was packed against `base`; `DamagedError` where that fails."""
    return _unpack_frame(data, min(size, MOST_UNPACKED), base.as_prefix)


def make_base(content: bytes) -> Prepared:
    """Return bytes as those that others are packed against."""
    return ZstdDict(content, is_raw=True)


def make_dictionary(data: bytes) -> Prepared:
    """Return a dictionary from what `train_dictionary` or `make_page_dictionary` gave; `DamagedError` else."""
    try:
        return ZstdDict(data) if data.startswith(TRAINED) else make_base(unpack("zstd", data, most=MOST_OF_PAGE))
    except (ZstdError, ValueError) as problem:
        raise DamagedError(f"a dictionary cannot be read ({problem}); restore a copy of the archive") from problem


def make_page_dictionary(content: bytes) -> bytes:
    """Return the dictionary, as it is stored, that one page is for those like it."""
    return zstd.compress(content, SMALL_LEVEL)


def train_dictionary(samples: list[bytes], size: int) -> bytes | None:
    """Return a dictionary, as it is stored, of at most `size` bytes, None where the samples are too few."""
    try:
        return zstd.train_dict(samples, size).dict_content
    except (ZstdError, ValueError):  # too few of them, or nothing that two of them share
        return None


class PackingMemory:
    """Bases and dictionaries ready for use, by a name; those last used stay, within some room."""

    def __init__(self, room: int = 48 << 20) -> None:
        self._kept: OrderedDict[str, tuple[Prepared, int]] = OrderedDict()
        self._room = room
        self._taken = 0

    def find(self, name: str) -> Prepared | None:
        """Return what is kept under a name."""
        found = self._kept.get(name)
        if found is None:
            return None
        self._kept.move_to_end(name)
        return found[0]

    def clear(self) -> None:
        """Forget all."""
        self._kept.clear()
        self._taken = 0

    def keep(self, name: str, dictionary: Prepared, weight: int) -> Prepared:
        """Keep one that takes `weight` bytes of memory, and let go of those not used for longest."""
        self._taken += weight - self._kept.pop(name, (dictionary, 0))[1]
        self._kept[name] = (dictionary, weight)
        while len(self._kept) > 1 and self._taken > self._room:
            self._taken -= self._kept.popitem(last=False)[1][1]
        return dictionary


def _smaller(content: bytes, packed: bytes) -> Packed:
    return Packed("zstd", packed) if len(packed) < len(content) else Packed("raw", content)


def _unpack_frame(data: bytes, most: int, dictionary: Prepared | tuple[Prepared, int] | None) -> bytes:
    content, is_whole = b"", False
    try:
        stated = zstd.get_frame_info(data).decompressed_size  # None where the frame does not say
        if stated is None or stated <= most:  # no memory is filled only to see that it was too many
            unpacker = zstd.ZstdDecompressor(zstd_dict=dictionary)
            content = unpacker.decompress(data, max_length=most + 1)
            is_whole = unpacker.eof and len(content) <= most and not unpacker.unused_data
    except (ZstdError, TypeError, EOFError) as problem:
        raise DamagedError(f"stored bytes cannot be unpacked ({problem}); restore a copy of the archive") from problem
    if not is_whole:
        raise DamagedError("stored bytes are cut short or too many; restore a copy of the archive")
    return content
