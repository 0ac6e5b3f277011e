"""Pages of made sites as captures: what tests of packing put into an archive, and how they look at what is stored."""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from archive import Archive, SiteIdentity
from archive.captures.bodies import load_body
from archive.file.connection import open_for_reading, open_for_writing
from benchmarks.packing import MadeSite
from tests.archive.made_reports import make_capture

SITES = (MadeSite(1), MadeSite(2))


def fill(path: Path, pages: Iterable[int], *counters: int, sites: Iterable[MadeSite] = SITES) -> None:
    """Crawl these pages of each site once for each counter that they show."""
    with Archive.create(path) as archive:
        for site in sites:
            archive.save_site(SiteIdentity(site.name, site.name, "990101"))
        for day, counter in enumerate(counters, 1):
            for site in sites:
                for page in pages:
                    save_page(archive, site, page, counter, day)


def save_page(archive: Archive, site: MadeSite, page: int, counter: int, day: int = 1) -> int:
    """Save one visit of a page."""
    url = f"http://127.0.0.1:9/{site.name}/{page}.html"
    return archive.save_capture(replace(make_capture(url, site.make_page(page, counter), day=day), site=site.name))


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open an archive to write, past its front door."""
    with closing(open_for_writing(path)) as connection:
        yield connection


def load_all(path: Path) -> dict[str, bytes]:
    """Return all bodies by their hashes, read as a reader reads them."""
    with closing(open_for_reading(path)) as connection:
        rows = connection.execute("SELECT id, sha256 FROM bodies").fetchall()
        return {row["sha256"]: load_body(connection, row["id"]) for row in rows}


def hash_all(path: Path) -> set[str]:
    """Return the hashes of what is read of all bodies."""
    return {hashlib.sha256(content).hexdigest() for content in load_all(path).values()}


def count_far(connection: sqlite3.Connection) -> int:
    """Return how many bodies are packed against one that is packed against another itself."""
    (count,) = connection.execute(
        "SELECT count(*) FROM bodies JOIN bodies AS bases ON bases.id = bodies.base_id WHERE bases.base_id IS NOT NULL"
    ).fetchone()
    return int(count)
