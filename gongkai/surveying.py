"""What stands in files that are to be imported, and what of it is taken: judged before anything is written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

from archive import Archive, ArchiveError, PageKind, SiteIdentity, utc_now
from archive.moments import moment
from crawler.hosts import host_of
from gongkai.foreign import judge_page
from gongkai.kept import FileTrouble, Named, Own, Page, Passed, Posted
from gongkai.saved_pages import Origin

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gongkai.kept import Kept

_AHEAD = timedelta(days=1)
"""How far a clock may go before ours; what is dated later is no capture."""
_FIRST_DAY = datetime(1991, 8, 6, tzinfo=UTC)
"""Before the first page of the web there is none."""
_TOLD = 10
"""Hosts that a message names."""


class UnknownSiteError(ArchiveError):
    """Pages whose site nobody names; the text says which, and how to name it."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What to take and whose it is: `site` is that of pages on hosts of which the archive knows none.

    `take_all` takes pages that are no report as well. `origin` is what is said of saved pages.
    """

    site: SiteIdentity | None = None
    take_all: bool = False
    origin: Origin = field(default_factory=Origin)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A foreign page that may be taken: what it is by itself, and the bytes that it names where it has none."""

    url: str
    kind: Literal["report", "other"]
    is_file: bool
    records: tuple[str, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What a foreign page is taken as: its name, its site, and where it was met."""

    key: str
    kind: PageKind
    site: str
    sha256: str
    found_on: str | None = None
    link_text: str | None = None


Place = tuple[int, int]
"""Where an item stands: the number of its file, and its own in that."""


class Survey:
    """What stands in the files, and what of it is taken."""

    def __init__(self, archive: Archive | None, options: ImportOptions) -> None:
        self.options = options
        self.taken: dict[Place, Taken] = {}
        self.left: set[Place] = set()
        self.skipped: Counter[str] = Counter()
        self.troubles: list[FileTrouble] = []
        self._archive = archive
        self._latest = utc_now() + _AHEAD
        self._known = {row["name"] for row in archive.list_sites()} if archive else set[str]()
        self._hosts = _find_hosts(archive, self._known) if archive else {}
        self._sites: dict[str, SiteIdentity] = {}
        self._candidates: dict[Place, _Candidate] = {}
        self._named: list[tuple[Place, Named]] = []
        self._originals: dict[str, _Candidate] = {}
        self._linked: dict[str, tuple[str, str]] = {}
        self._keys: dict[str, str] = {}
        self._bodies: set[str] = set()
        self._wanted: list[tuple[Place, str, str]] = []
        self._own = 0
        if options.site is not None and options.site.name not in self._known:
            if not (options.site.title or options.site.division):
                raise UnknownSiteError(
                    f"no site {options.site.name} is known; give it a name with --title or a code with --division"
                )
            self._sites[options.site.name] = options.site

    def take(self, place: Place, item: Kept) -> None:
        """Note one item of the files."""
        if isinstance(item, FileTrouble):
            self.troubles.append(item)
        elif isinstance(item, Passed):
            self.skipped[item.reason] += 1
        elif isinstance(item, Posted):
            self._keys.update((name, item.key) for name in item.records if name)
        elif isinstance(item, Own):
            self._take_own(place, item)
        elif not _FIRST_DAY <= (item.found if isinstance(item, Page) else item).fetched_at <= self._latest:
            self.skipped["dated before the web, or in the future"] += 1
        elif isinstance(item, Named):
            self._named.append((place, item))
        else:
            self._take_page(place, item)

    def _take_own(self, place: Place, item: Own) -> None:
        restored = item.restored
        self._own += 1
        self._sites.setdefault(restored.site.name, restored.site)
        if item.body is not None and restored.body_sha256 is not None:
            self._bodies.add(restored.body_sha256)
        elif restored.body_sha256 is not None and restored.body_sha256 not in self._bodies:
            self._wanted.append((place, restored.body_sha256, restored.capture.url))

    def _take_page(self, place: Place, item: Page) -> None:
        found = item.found
        judged = judge_page(found)
        digest = sha256(found.body).hexdigest()
        records = tuple(filter(None, (found.source, item.beside)))
        candidate = _Candidate(found.url, judged.kind, judged.is_file, records, digest)
        for name in (item.payload, f"{found.url} {moment(found.fetched_at)}", found.url):
            if name:
                self._originals[name] = candidate
        self._linked.update((url, (found.url, words)) for url, words in judged.files)
        self._candidates[place] = candidate

    def decide(self) -> None:
        """Say what is taken, when all items are noted; `UnknownSiteError` where pages belong to no site."""
        for place, named in self._named:
            original = next((self._originals[name] for name in named.originals if name in self._originals), None)
            if original is None:
                self.skipped["visits whose bytes are not in these files"] += 1
            else:
                self._candidates[place] = replace(original, url=named.url, records=(named.source,))
        homeless: Counter[str] = Counter()
        for place, candidate in self._candidates.items():
            self._decide(place, candidate, homeless)
        if homeless:
            hosts = ", ".join(f"{host} ({count})" for host, count in homeless.most_common(_TOLD))
            raise UnknownSiteError(f"no one site of the archive has pages on {hosts}; say whose they are with --site")
        for place, digest, url in self._wanted:
            if digest not in self._bodies and not (self._archive and self._archive.holds_body(digest)):
                self.left.add(place)
                self.troubles.append(FileTrouble(url, None, "its bytes are in none of these files, nor in the archive"))

    def _decide(self, place: Place, candidate: _Candidate, homeless: Counter[str]) -> None:
        found_on, words = self._linked.get(candidate.url, (None, None))
        kind = self._find_kind(candidate, is_linked=found_on is not None)
        if kind is None:
            self.skipped["pages that are no report"] += 1
            return
        host = host_of(candidate.url)
        site = self._find_site(host)
        if site is None:
            if kind in {"report", "attachment"}:
                homeless[host] += 1
            else:
                self.skipped["pages on hosts of no site"] += 1
            return
        key = next((self._keys[name] for name in candidate.records if name in self._keys), candidate.url)
        is_file = kind == "attachment"
        self.taken[place] = Taken(
            key, kind, site, candidate.sha256, found_on if is_file else None, words if is_file else None
        )

    def _find_kind(self, candidate: _Candidate, *, is_linked: bool) -> PageKind | None:
        """Return what a page is taken as; None where it is not."""
        if candidate.is_file and is_linked:
            return "attachment"
        if candidate.kind == "report":
            return "report"
        if not self.options.take_all:
            return None
        return "attachment" if candidate.is_file else "column"

    def _find_site(self, host: str) -> str | None:
        """Return the one site that has pages on a host, else the one that the person names."""
        sites = self._hosts.get(host, set())
        if len(sites) == 1:
            return next(iter(sites))
        return self.options.site.name if self.options.site is not None else None

    def count(self) -> int:
        """Return how many captures can be taken."""
        return self._own - len(self.left) + len(self.taken)

    def find_new_sites(self) -> list[SiteIdentity]:
        """Return the sites that the archive does not know yet; what it knows of others stays."""
        return [site for name, site in sorted(self._sites.items()) if name not in self._known]


def _find_hosts(archive: Archive, sites: Iterable[str]) -> dict[str, set[str]]:
    """Return for each host the sites that have pages on it."""
    hosts: dict[str, set[str]] = {}
    for site in sites:
        for page in archive.list_known_pages(site):
            hosts.setdefault(host_of(page.url), set()).add(site)
    return hosts
