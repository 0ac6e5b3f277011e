"""Every family's site, crawled from its home page alone: all reports, nothing else, and few requests beside the way."""

import importlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.results import SiteResult
from crawler.run import run_crawl
from crawler.sites import Site
from tests.crawler.served import MemoryArchive
from tests.crawler.world import FamilySite, RunningSite, World, make_world, serve_site

_SITES = Path(__file__).parent / "sites"
BESIDE_SHARE = 0.1
"""The part of the requests that may go to pages that are neither on the way, nor a list, nor a report."""

SUMMARY: list[str] = []
"""A line for every site crawled: the requests that it took."""


@dataclass(frozen=True, slots=True)
class Crawled:
    """What one crawl of a fixture site came to; `taken` are the targets captured as reports or their files.

    `asked` are the lines of all GET requests.
    """

    name: str
    site: FamilySite
    result: SiteResult
    targets: tuple[str, ...]
    asked: tuple[str, ...]
    taken: frozenset[str]

    @property
    def beside(self) -> list[str]:
        """The targets asked for that are neither way, list nor report."""
        return [target for target in self.targets if target not in self.site.reports and not self.site.way(target)]


def find_builders() -> Iterator[tuple[str, Callable[[World], FamilySite]]]:
    """Find `build` and `build_…` in every site module; a site may come in several kinds."""
    for path in sorted(_SITES.glob("*.py")):
        module = importlib.import_module(f"tests.crawler.sites.{path.stem}")
        for name, value in vars(module).items():
            is_own = getattr(value, "__module__", "") == module.__name__
            if is_own and (name == "build" or name.startswith("build_")):
                yield f"{path.stem}{name.removeprefix('build')}", value


def target_of(url: str) -> str:
    """Return path and query of a URL."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def crawl(name: str, site: FamilySite) -> Crawled:
    """Crawl a site from its home page, without pauses and second tries."""
    archive = MemoryArchive()
    running: RunningSite
    with serve_site(site) as running:
        target = Site("qingshi", (running.url + site.start,), delay=0.0)
        result = run_crawl([target], open_archive=lambda: archive, settings_overrides={"RETRY_TIMES": 0})["qingshi"]
    kept = [one for one in archive.captures if one.is_good and one.kind in {"report", "attachment"}]
    asked = tuple(line for line in running.asked if line.startswith("GET "))
    return Crawled(name, site, result, tuple(running.targets), asked, frozenset(target_of(one.url) for one in kept))


@pytest.mark.parametrize(("name", "build"), [pytest.param(*found, id=found[0]) for found in find_builders()])
def test_from_the_home_page_all_reports_are_found_and_nothing_else(
    name: str, build: Callable[[World], FamilySite]
) -> None:
    """Whatever the CMS, recall and precision are 100 %, and at most one request in ten goes beside the way."""
    crawled = crawl(name, build(make_world()))

    SUMMARY.append(
        f"{name}: {len(crawled.targets)} requests for {len(crawled.site.reports)} reports and files, "
        f"{len(crawled.beside)} beside the way"
    )
    print(SUMMARY[-1])
    assert sorted(crawled.site.reports - crawled.taken) == []
    assert sorted(crawled.taken - crawled.site.reports) == []
    assert len(crawled.beside) <= BESIDE_SHARE * len(crawled.targets), crawled.beside
    assert [one for one, times in Counter(crawled.asked).items() if times > 1] == []
    assert crawled.result.failed == ()
    assert crawled.result.complete
