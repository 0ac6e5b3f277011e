"""Ways of keeping what a crawl brings, under one rule: a capture is on the disk before the next one is taken.

Each keeps address, moment, headers and bytes, and bytes that it already has only once. Each gives a body back by the
number of its capture.
"""

import gzip
import hashlib
import json
import os
import sqlite3
import sys
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import NamedTuple, Protocol

from archive import Archive, Capture, SiteIdentity

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

HEADERS = (("Server", "nginx"), ("Content-Type", "text/html; charset=utf-8"))


class Store(Protocol):
    """A way of keeping captures, in a folder of its own."""

    def save(self, capture: Capture) -> int:
        """Keep a capture, on the disk; return its number."""

    def load(self, number: int) -> bytes:
        """Return the bytes of a capture."""

    def settle(self) -> None:
        """Write out what a file beside the store still holds."""


class ArchiveStore:
    """Our archive: hashed, packed against earlier states, headers folded, chained by the ledger."""

    def __init__(self, folder: Path) -> None:
        self.archive = Archive.create(folder / "gongkai.db")
        self.archive.begin_run()
        self.path = folder / "gongkai.db"
        self._sites: set[str] = set()

    def save(self, capture: Capture) -> int:
        """Keep a capture."""
        if capture.site not in self._sites:
            self._sites.add(capture.site)
            self.archive.save_site(SiteIdentity(capture.site, f"{capture.site}区人民政府", "990101"))
        return self.archive.save_capture(capture)

    def load(self, number: int) -> bytes:
        """Return the bytes of a capture."""
        return self.archive.load_capture_body(number)

    def settle(self) -> None:
        """Write all into the one file."""
        _empty_log(self.path)


class SqliteStore:
    """Plain sqlite3: a table of captures and one of bodies by their hash, packed in some way."""

    def __init__(self, folder: Path, pack: Callable[[bytes], bytes], unpack: Callable[[bytes], bytes]) -> None:
        self.path, self._pack, self._unpack = folder / "plain.db", pack, unpack
        self._plain = sqlite3.connect(self.path, isolation_level=None)
        self._plain.execute("PRAGMA journal_mode = WAL")
        self._plain.execute("PRAGMA synchronous = FULL")
        self._plain.execute("CREATE TABLE bodies (id INTEGER PRIMARY KEY, sha256 TEXT UNIQUE, data BLOB)")
        self._plain.execute(
            "CREATE TABLE captures (id INTEGER PRIMARY KEY, url TEXT, fetched_at TEXT, headers TEXT, body_id INTEGER)"
        )

    def save(self, capture: Capture) -> int:
        """Keep a capture."""
        assert capture.body is not None
        sha256 = hashlib.sha256(capture.body).hexdigest()
        self._plain.execute("BEGIN IMMEDIATE")
        held = self._plain.execute("SELECT id FROM bodies WHERE sha256 = ?", (sha256,)).fetchone()
        if held is None:
            add_body = "INSERT INTO bodies (sha256, data) VALUES (?, ?) RETURNING id"
            held = self._plain.execute(add_body, (sha256, self._pack(capture.body))).fetchone()
        row = (capture.url, capture.fetched_at.isoformat(), json.dumps(capture.headers), held[0])
        add_capture = "INSERT INTO captures (url, fetched_at, headers, body_id) VALUES (?, ?, ?, ?)"
        number = self._plain.execute(add_capture, row).lastrowid
        self._plain.execute("COMMIT")
        assert number is not None
        return number

    def load(self, number: int) -> bytes:
        """Return the bytes of a capture."""
        wanted = "SELECT data FROM captures JOIN bodies ON bodies.id = body_id WHERE captures.id = ?"
        return self._unpack(self._plain.execute(wanted, (number,)).fetchone()[0])

    def settle(self) -> None:
        """Write all into the one file."""
        _empty_log(self.path)


class WarcStore:
    """Records of warcio, a gzip member each; bytes that are held already become a revisit."""

    def __init__(self, folder: Path) -> None:
        from warcio.warcwriter import WARCWriter  # noqa: PLC0415 - it may not be there

        self._file = (folder / "captures.warc.gz").open("w+b")
        self._writer = WARCWriter(self._file, gzip=True)
        self._places: list[int] = []
        self._held: dict[str, tuple[int, str, str]] = {}

    def save(self, capture: Capture) -> int:
        """Keep a capture."""
        assert capture.body is not None
        sha256 = hashlib.sha256(capture.body).hexdigest()
        moment = f"{capture.fetched_at:%Y-%m-%dT%H:%M:%SZ}"
        held = self._held.get(sha256)
        self._file.seek(0, os.SEEK_END)
        place = self._file.tell()
        if held is None:
            self._held[sha256] = (place, capture.url, moment)
            self._writer.write_record(self._make_record(capture, moment))
        else:
            self._writer.write_record(self._make_revisit(capture, sha256, moment, held))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._places.append(place if held is None else held[0])
        return len(self._places) - 1

    def _make_headers(self, capture: Capture) -> object:
        from warcio.statusandheaders import StatusAndHeaders  # noqa: PLC0415 - it may not be there

        return StatusAndHeaders("200 OK", list(capture.headers), protocol="HTTP/1.1")

    def _make_revisit(self, capture: Capture, sha256: str, moment: str, held: tuple[int, str, str]) -> object:
        return self._writer.create_revisit_record(
            capture.url,
            f"sha256:{sha256}",
            *held[1:],
            http_headers=self._make_headers(capture),
            warc_headers_dict={"WARC-Date": moment},
        )

    def _make_record(self, capture: Capture, moment: str) -> object:
        return self._writer.create_warc_record(
            capture.url,
            "response",
            payload=BytesIO(capture.body or b""),
            http_headers=self._make_headers(capture),
            warc_headers_dict={"WARC-Date": moment},
        )

    def load(self, number: int) -> bytes:
        """Return the bytes of a capture."""
        from warcio.archiveiterator import ArchiveIterator  # noqa: PLC0415 - it may not be there

        self._file.seek(self._places[number])
        content: bytes = next(iter(ArchiveIterator(self._file))).content_stream().read()
        return content

    def settle(self) -> None:
        """Do nothing: all is in the file."""


class FilesStore:
    """A gzip file for each body, named by its hash, and a line of JSON for each capture."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = (folder / "captures.jsonl").open("a", encoding="utf-8")
        self._names: list[str] = []

    def save(self, capture: Capture) -> int:
        """Keep a capture."""
        assert capture.body is not None
        sha256 = hashlib.sha256(capture.body).hexdigest()
        path = self._folder / f"{sha256}.gz"
        if not path.exists():
            with path.open("wb") as file:
                file.write(gzip.compress(capture.body, 6))
                file.flush()
                os.fsync(file.fileno())
        row = [capture.url, capture.fetched_at.isoformat(), capture.headers, sha256]
        self._log.write(json.dumps(row, ensure_ascii=False) + "\n")
        self._log.flush()
        os.fsync(self._log.fileno())
        self._names.append(sha256)
        return len(self._names) - 1

    def load(self, number: int) -> bytes:
        """Return the bytes of a capture."""
        return gzip.decompress((self._folder / f"{self._names[number]}.gz").read_bytes())

    def settle(self) -> None:
        """Do nothing: all is in the files."""


class MadeStore(NamedTuple):
    """How a store is made in a folder, and the distribution that it needs, where it is none of ours."""

    make: Callable[[Path], Store]
    needs: str | None = None


STORES: Mapping[str, MadeStore] = {
    "gongkai": MadeStore(ArchiveStore),
    "sqlite3, bytes as they are": MadeStore(lambda folder: SqliteStore(folder, bytes, bytes)),
    "sqlite3, zlib 6": MadeStore(lambda folder: SqliteStore(folder, zlib.compress, zlib.decompress)),
    "sqlite3, Zstandard 3": MadeStore(lambda folder: SqliteStore(folder, zstd.compress, zstd.decompress)),
    "warcio, gzip": MadeStore(WarcStore, "warcio"),
    "a file each, gzip": MadeStore(FilesStore),
}
"""The ways, by their names in the table."""


def _empty_log(path: Path) -> None:
    """Write what the write-ahead log of a database holds into the database."""
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def measure_folder(folder: Path) -> int:
    """Return the bytes of all files of a folder."""
    return sum(path.stat().st_size for path in folder.iterdir())
