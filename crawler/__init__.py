"""The legs: finds annual reports on a site, fetches politely, hands on captures. Knows no parser.

The route, in the order in which a page takes it::

    sites ─▶ run ─▶ spiders/annual_reports ─▶ guard, politeness, handlers ─▶ (the network)
    ─▶ visits (an answer becomes a Capture) ─▶ pipelines ─▶ the archive's front door
    ─▶ links (bytes become a Page) ─▶ plan (a Page becomes Steps: words, paging, hosts)
    ─▶ walk (the next Step)

`results` is what a site's walk ends with. `run_crawl` stands in `crawler.run`, since Scrapy is slow
to import.
"""

from crawler.errors import CrawlerError, MissingContactError, SitesFileError
from crawler.results import Failure, Progress, SiteResult
from crawler.sites import Site, SitesFile, load_sites

__all__ = [
    "CrawlerError",
    "Failure",
    "MissingContactError",
    "Progress",
    "Site",
    "SiteResult",
    "SitesFile",
    "SitesFileError",
    "load_sites",
]
