"""Settings for `scrapy` at the root of the project: the crawler's, and the archive that it writes to.

`scrapy crawl annual_reports -a sites=sites.toml` leaves the same archive behind as `gongkai crawl`. It exits 0
whatever happens, as Scrapy does; `gongkai crawl` says by its exit code what is missing.
"""

from archive import Archive
from crawler.settings import *  # noqa: F403 - a settings module is its names
from gongkai.crawling import ReadingArchive
from gongkai.defaults import default_archive


def open_archive() -> ReadingArchive:
    """Open the archive of this directory, or the one that $GONGKAI_ARCHIVE names."""
    archive = Archive.create(default_archive(), "scrapy crawl")
    archive.begin_run()
    return ReadingArchive(archive)


GONGKAI_ARCHIVE_OPENER = open_archive
