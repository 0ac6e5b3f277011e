"""The sites to crawl, as a person writes them down in `sites.toml`."""

import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from crawler.errors import SitesFileError
from crawler.hosts import host_of, is_private_host, split_url
from crawler.toml_files import load_toml


@dataclass(frozen=True, slots=True)
class ExpectedAgency:
    """An agency that is to report on a site: on the years from `since` to `until`, each None where nothing is said.

    `due` is the month and day of the next year by which it is to publish, None: as all do.
    """

    name: str
    since: int | None = None
    until: int | None = None
    due: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """One site: `name` is its key; `delay` the least seconds between two requests to one host of it.

    `concurrency` is how many requests may be under way at once; `hours` are the beginning and end of the time of day
    (China time, `HH:MM`) in which it may be crawled; `max_bytes` bounds one answer. With `must_have_results` a crawl
    without any report is a failure; so is one when nothing new or changed was seen for `max_days_without` days.
    A report that is gone counts as withdrawn once `withdrawn_after_visits` good visits over `withdrawn_after_days` days
    found it gone (None: 3 and 14). `render` lets a browser fill lists that nothing else can read. `agencies` are those
    that are to report there, whether found or not, `streets_due` the month and day of the next year by which streets
    and towns are to; a crawl has no use for either.
    """

    name: str
    start_urls: tuple[str, ...]
    title: str | None = None
    division: str | None = None
    delay: float = 2.0
    max_requests: int = 2000
    min_reports: int = 0
    must_have_results: bool = True
    max_days_without: int | None = None
    withdrawn_after_days: int | None = None
    withdrawn_after_visits: int | None = None
    concurrency: int = 1
    hours: tuple[str, str] | None = None
    max_bytes: int | None = None
    verify_tls: bool = True
    legacy_tls: bool = False
    render: bool = False
    contact: str | None = None
    agencies: tuple[ExpectedAgency, ...] = ()
    streets_due: tuple[int, int] | None = None

    @property
    def is_local(self) -> bool:
        """Whether one of its own start URLs has a loopback or private address."""
        return any(is_private_host(host_of(url)) for url in self.start_urls)


@dataclass(frozen=True, slots=True)
class SitesFile:
    """A sites file as read; `warnings` name the keys that nothing understands."""

    sites: tuple[Site, ...]
    warnings: tuple[str, ...] = ()


_YEAR_WITHOUT_LEAP_DAY = 2001
_FIRST_YEAR, _LAST_YEAR = 1949, 9998


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a key of a `[[site]]` must hold, said in words for the message."""

    wanted: str
    holds: Callable[[Any], bool]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


def _is_count(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _is_delay(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 86_400


def _parse_hours(value: object) -> tuple[str, str] | None:
    clock = r"(?:[01]\d|2[0-3]):[0-5]\d"
    match = re.fullmatch(rf"\s*({clock})\s*[-–—]\s*({clock})\s*", value) if isinstance(value, str) else None
    return (match[1], match[2]) if match and match[1] != match[2] else None


def _parse_day(value: object) -> tuple[int, int] | None:
    """Return month and day of a text like `02-15`, None where it is none or not a day of every year."""
    match = re.fullmatch(r"(\d{2})-(\d{2})", value) if isinstance(value, str) else None
    if match is None:
        return None
    month, day = int(match[1]), int(match[2])
    try:
        date(_YEAR_WITHOUT_LEAP_DAY, month, day)
    except ValueError:
        return None
    return month, day


def _is_year(value: object) -> bool:
    return _is_count(value, _FIRST_YEAR) and value <= _LAST_YEAR  # type: ignore[operator] # a count is a number


def _is_text_list(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_table_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def is_contact(value: object) -> bool:
    """Whether a text can stand in a User-Agent: printable ASCII, no brackets."""
    return isinstance(value, str) and re.fullmatch(r"[!-'*-~]([ -'*-~]{0,198}[!-'*-~])?", value) is not None


def _is_plain_url(url: str) -> bool:
    parts = split_url(url)
    return parts is not None and parts.username is None and not re.search(r"\s", url)


def _is_url_list(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(url, str) and _is_plain_url(url) for url in value)


_A_DAY = 'a month and a day in quotes, like "02-15"'
_RULES: Mapping[str, _Rule] = {
    "name": _Rule("a short text", _is_text),
    "start_urls": _Rule('a list of http:// or https:// addresses, like ["https://www.example.gov.cn/"]', _is_url_list),
    "title": _Rule("a text", _is_text),
    "division": _Rule(
        'a code of 6 digits in quotes, like "220103"',
        lambda value: isinstance(value, str) and re.fullmatch(r"[1-9][0-9]{5}", value) is not None,
    ),
    "delay": _Rule("a number of seconds, 0 or more", _is_delay),
    "max_requests": _Rule("a whole number, 1 or more", lambda value: _is_count(value, 1)),
    "min_reports": _Rule("a whole number, 0 or more", lambda value: _is_count(value, 0)),
    "must_have_results": _Rule("true or false", lambda value: isinstance(value, bool)),
    "max_days_without": _Rule("a whole number of days, 1 or more", lambda value: _is_count(value, 1)),
    "withdrawn_after_days": _Rule("a whole number of days, 0 or more", lambda value: _is_count(value, 0)),
    "withdrawn_after_visits": _Rule("a whole number, 1 or more", lambda value: _is_count(value, 1)),
    "concurrency": _Rule("a whole number, 1 or more", lambda value: _is_count(value, 1)),
    "hours": _Rule('a time of day in China, like "22:00-06:00"', lambda value: _parse_hours(value) is not None),
    "max_bytes": _Rule("a whole number of bytes, 1 or more", lambda value: _is_count(value, 1)),
    "verify_tls": _Rule("true or false", lambda value: isinstance(value, bool)),
    "legacy_tls": _Rule("true or false", lambda value: isinstance(value, bool)),
    "render": _Rule("true or false", lambda value: isinstance(value, bool)),
    "contact": _Rule("an address in plain ASCII without brackets, like an e-mail address or a URL", is_contact),
    "agencies": _Rule('a list of names, like ["青石区教育局"]', _is_text_list),
    "agency": _Rule("[[site.agency]] above the keys of each agency", _is_table_list),
    "streets_due": _Rule(_A_DAY, lambda value: _parse_day(value) is not None),
}
_AGENCY_RULES: Mapping[str, _Rule] = {
    "name": _Rule("the agency's name", _is_text),
    "since": _Rule("a year, like 2019", _is_year),
    "until": _Rule("a year, like 2023", _is_year),
    "due": _Rule(_A_DAY, lambda value: _parse_day(value) is not None),
}
_REQUIRED = ("name", "start_urls")
_HOW_TO_BEGIN = "`gongkai sites add NAME URL` writes one, or name another with --sites"


def load_sites(path: str | Path) -> SitesFile:
    """Read a sites file; raise `SitesFileError` with one line that says what to correct."""
    path = Path(path)
    try:
        table = load_toml(path, _HOW_TO_BEGIN)
    except ValueError as error:
        raise SitesFileError(str(error)) from error
    contact = table.get("contact")
    if contact is not None and not is_contact(contact):
        raise SitesFileError(f"{path}: contact is {contact!r}: write {_RULES['contact'].wanted}")
    entries = table.get("site")
    if not isinstance(entries, list) or not entries:
        raise SitesFileError(f"{path}: no sites: add a [[site]] table with name and start_urls")
    warnings = [f"{path}: unknown key {key!r} left aside" for key in table if key not in {"site", "contact"}]
    sites: list[Site] = []
    for number, entry in enumerate(entries, 1):
        site = _read_site(path, number, entry, contact)
        if any(site.name == other.name for other in sites):
            raise SitesFileError(f"{path}: two sites are named {site.name!r}: give each its own name")
        sites.append(site)
        warnings += [
            f"{path}: site {site.name!r}: unknown key {key!r} left aside" for key in entry if key not in _RULES
        ]
        warnings += [
            f"{path}: site {site.name!r}: agency {agency['name']!r}: unknown key {key!r} left aside"
            for agency in entry.get("agency", ())
            for key in agency
            if key not in _AGENCY_RULES
        ]
    warnings += [f"{path}: {warning}" for warning in _find_twins(sites)]
    return SitesFile(tuple(sites), tuple(warnings))


def _find_twins(sites: list[Site]) -> Iterator[str]:
    """Yield a warning for each site that begins where one before it does: all of it would be visited and kept twice."""
    firsts: dict[tuple[str, str, str], str] = {}
    for site in sites:
        for url in site.start_urls:
            if (parts := split_url(url)) is None:
                continue
            start = (parts.netloc.lower(), parts.path.rstrip("/"), parts.query)
            first = firsts.setdefault(start, site.name)
            if first != site.name:
                yield f"sites {first!r} and {site.name!r} both begin at {url}: all would be kept twice; take one out"


def select_sites(sites: tuple[Site, ...], names: tuple[str, ...]) -> tuple[Site, ...]:
    """Keep the sites of those names, in file order; no names keep all."""
    unknown = sorted(set(names) - {site.name for site in sites})
    if unknown:
        known = ", ".join(site.name for site in sites)
        raise SitesFileError(f"no site is named {unknown[0]!r}: the sites file has {known}")
    return tuple(site for site in sites if not names or site.name in names)


def shard_sites(sites: tuple[Site, ...], number: int, count: int) -> tuple[Site, ...]:
    """Keep the part `number` (from 1) of `count` that a site falls into by its name, the same on every machine."""
    return tuple(site for site in sites if zlib.crc32(site.name.encode()) % count == number - 1)


def _read_site(path: Path, number: int, entry: object, contact: str | None) -> Site:
    if not isinstance(entry, dict):
        raise SitesFileError(f"{path}: site {number} is not a table: write [[site]] above its keys")
    called = repr(entry["name"]) if _is_text(entry.get("name")) else f"number {number}"
    for key in _REQUIRED:
        if key not in entry:
            raise SitesFileError(f"{path}: site {called}: {key} is missing: add {_RULES[key].wanted}")
    for key, rule in _RULES.items():
        if key in entry and not rule.holds(entry[key]):
            raise SitesFileError(f"{path}: site {called}: {key} is {entry[key]!r}: write {rule.wanted}")
    values = {field.name: entry[field.name] for field in fields(Site) if field.name in entry}
    values["start_urls"] = tuple(entry["start_urls"])
    values["delay"] = float(entry.get("delay", 2.0))
    values["hours"] = _parse_hours(entry.get("hours"))
    values["streets_due"] = _parse_day(entry.get("streets_due"))
    values["agencies"] = _read_agencies(f"{path}: site {called}", entry)
    return Site(**{"contact": contact, **values})


def _read_agencies(where: str, entry: Mapping[str, Any]) -> tuple[ExpectedAgency, ...]:
    """Return the agencies of a site, those that are only named and those with keys of their own, each once."""
    agencies = [ExpectedAgency(name) for name in entry.get("agencies", ())]
    for number, keys in enumerate(entry.get("agency", ()), 1):
        if "name" not in keys:
            raise SitesFileError(f"{where}: agency {number}: name is missing: add {_AGENCY_RULES['name'].wanted}")
        for key, rule in _AGENCY_RULES.items():
            if key in keys and not rule.holds(keys[key]):
                raise SitesFileError(f"{where}: agency {keys['name']!r}: {key} is {keys[key]!r}: write {rule.wanted}")
        agency = ExpectedAgency(keys["name"], keys.get("since"), keys.get("until"), _parse_day(keys.get("due")))
        if agency.since and agency.until and agency.since > agency.until:
            raise SitesFileError(f"{where}: agency {agency.name!r}: since is after until: correct one of them")
        agencies.append(agency)
    names = [agency.name for agency in agencies]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise SitesFileError(f"{where}: two agencies are named {twice!r}: keep one")
    return tuple(agencies)
