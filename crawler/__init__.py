"""The legs: finds annual reports on a site, fetches politely, hands on captures. Of parsers it knows form files alone.

The route, in the order in which a page takes it::

    sites ─▶ run ─▶ spiders/annual_reports ─▶ guard, robots, retries (with throttle), cookies, integrity,
    resolver, handlers ─▶ (the network) ─▶ answers
    ─▶ html (bytes become a Page of links) ─▶ families (what a CMS keeps beside its HTML links)
    ─▶ judge (signs, homes, blocks: is it what was asked for?) ─▶ visits (an answer becomes a Capture)
    ─▶ pipelines ─▶ the archive's front door
    ─▶ plan (a Page becomes Steps: words, folders, paging) ─▶ walk (the next Step), on the ground that is known

Where a site says `render`, a list that nothing else can read goes through browser, filling and rendering.

`results` is what a site's walk ends with; `schedule` says when it is due again. `run_crawl` stands in `crawler.run`,
since Scrapy is slow to import.
"""

from crawler.errors import CrawlerError, MissingContactError, SitesFileError
from crawler.results import Failure, Fate, Progress, SiteResult
from crawler.sites import ExpectedAgency, Site, SitesFile, load_sites

__all__ = [
    "CrawlerError",
    "ExpectedAgency",
    "Failure",
    "Fate",
    "MissingContactError",
    "Progress",
    "Site",
    "SiteResult",
    "SitesFile",
    "SitesFileError",
    "load_sites",
]
