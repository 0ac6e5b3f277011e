"""The loop that joins parser and archive: unread captures become readings, filed site by site."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import groupby

from archive import Archive, Filed, Reading, Unread
from crawler import Failure
from parsers import PARSER_VERSION, ParserError, Report, parse
from parsers.errors import FormError
from parsers.forms import load_series
from parsers.identity import find_district, is_about_report, parse_title

_UNREAD_TABLES = "its official tables stand in a shape that cannot be read; its words are kept"


@dataclass(frozen=True, slots=True)
class SiteReadings:
    """What the captures of one site were found to hold.

    `reports` are the ids of the reports met, `failed` the addresses where one was to be expected and is not.
    """

    reports: frozenset[str] = frozenset()
    new: int = 0
    changed: int = 0
    failed: tuple[Failure, ...] = ()

    def __add__(self, other: "SiteReadings") -> "SiteReadings":
        return SiteReadings(
            self.reports | other.reports,
            self.new + other.new,
            self.changed + other.changed,
            (*self.failed, *other.failed),
        )


@dataclass(frozen=True, slots=True)
class _Parent:
    """The page that a capture was met on: what it was read as, and how it was called itself."""

    report: Report | None
    link_text: str | None

    @property
    def has_tables(self) -> bool:
        return self.report is not None and bool(self.report.cells)


@dataclass(frozen=True, slots=True)
class _Read:
    """A capture with its parent, what the parser made of it, and where that was filed."""

    unread: Unread
    reading: Reading
    parent: _Parent | None = None
    filed: Filed | None = None


def read_captures(archive: Archive) -> dict[str, SiteReadings]:
    """Parse every capture that is not filed yet, file it, and return what came of it by site.

    Before all, what stands and an older parser read is read again, so that a better reading is never taken for a
    change; at last the captures that brought nothing are worked in, which may say that a report is gone.
    """
    for outdated in archive.iter_outdated(PARSER_VERSION):
        body = archive.load_capture_body(outdated.capture_id)
        report, error = parse_body(body, outdated.content_type)
        archive.file_rereading(Reading(outdated.capture_id, PARSER_VERSION, report, error))
    found: dict[str, SiteReadings] = {}
    for (_, site), group in groupby(archive.iter_unread(), key=lambda unread: (unread.run_id, unread.site)):
        read = _parse_captures(archive, list(group))
        filed = archive.file_readings([item.reading for item in read])
        items = [replace(item, filed=one) for item, one in zip(read, filed, strict=True)]
        found[site] = found.get(site, SiteReadings()) + _sum_up(items)
    archive.tell_stale()
    return found


def recall_failures(archive: Archive, site: str) -> tuple[Failure, ...]:
    """Return what was missing in the visit of a site that is under way, by all its captures that are filed.

    What an interrupted crawl filed and could not say any more is said by the one that goes on with it.
    """
    filed = dict(archive.iter_filed(site))
    read = _parse_captures(archive, list(filed))
    return tuple(_iter_failures(replace(item, filed=filed[item.unread]) for item in read))


def _parse_captures(archive: Archive, group: list[Unread]) -> list[_Read]:
    """Return what this parser makes of the captures of a crawl of a site; the same bytes are parsed once."""
    parsed: dict[bytes, tuple[Report | None, str | None]] = {}

    def read(unread: Unread) -> Reading:
        known = archive.find_reading(unread.capture_id, PARSER_VERSION)
        if known is None:
            body = archive.load_capture_body(unread.capture_id)
            key = sha256(body).digest()  # the first capture says what they are, as it does for a reader ahead
            known = parsed[key] = parsed.get(key) or parse_body(body, unread.content_type)
        return Reading(unread.capture_id, PARSER_VERSION, *known)

    items = [_Read(unread, read(unread)) for unread in group]
    reports = {item.unread.url: item.reading.report for item in items}
    return [_identify(replace(item, parent=_find_parent(archive, item.unread, reports))) for item in items]


def parse_body(body: bytes, content_type: str | None) -> tuple[Report | None, str | None]:
    """Return the report that a body holds, or the reason why there is none; raises for nothing that a page holds."""
    try:
        return parse(body, content_type), None
    except FormError:  # no fault of the page's; what is read with such a file would be read again
        raise
    except ParserError as error:
        return None, str(error)
    except Exception as error:  # a page that trips the parser is a stored error, never a lost crawl
        return None, f"the parser failed ({type(error).__name__}: {error})"


def _find_parent(archive: Archive, unread: Unread, reports: Mapping[str, Report | None]) -> _Parent | None:
    if unread.kind != "attachment" or unread.found_on is None:
        return None
    if unread.found_on in reports:
        return _Parent(reports[unread.found_on], unread.parent_link_text)
    return _Parent(archive.find_page_report(unread.site, unread.found_on), unread.parent_link_text)


def _identify(item: _Read) -> _Read:
    """Give a reading its agency, district and year: its own, or those of the link or the page that led to it.

    The title goes first. Who signed or published a page is believed less than the link: one office may publish for all.
    """
    own = item.reading.report
    above = item.parent.report if item.parent else None
    names = (own and own.title, item.unread.link_text, above and above.title, item.parent and item.parent.link_text)
    series = next((one.series for one in (own, above) if one), None)
    titled, linked, *called = (parse_title(name or "", series) for name in names)
    agency = next((one.agency for one in (titled, linked, own, *called, above) if one and one.agency), None)
    year = next((one.year for one in (own, linked, *called, above) if one and one.year), None)
    district = (own and own.district) or find_district(agency) or find_district(item.unread.site_title)
    published = above.published if above else None
    reading = replace(item.reading, agency=agency, district=district, year=year, published=published)
    return replace(item, reading=reading)


def _sum_up(items: list[_Read]) -> SiteReadings:
    filed = [item.filed for item in items if item.filed]
    return SiteReadings(
        reports=frozenset(one.report for one in filed if one.report),
        new=sum(one.change == "new" for one in filed),
        changed=sum(one.change in {"figures", "text"} for one in filed),
        failed=tuple(_iter_failures(sorted(items, key=lambda item: item.unread.capture_id))),
    )


def _iter_failures(items: Iterable[_Read]) -> Iterator[Failure]:
    listed = list(items)
    files: dict[str, list[_Read]] = {}
    for item in listed:
        if item.parent:
            files.setdefault(item.unread.found_on or "", []).append(item)
    for item in listed:
        if reason := _find_reason(item, files.get(item.unread.url, [])):
            yield Failure(item.unread.url, reason)


def _find_reason(item: _Read, files: list[_Read]) -> str | None:
    """Say why a capture gave no report though it should have.

    A file beside a page that has the tables owes nothing, nor does what is only about a report, as an explanation is.
    """
    report = item.reading.report
    if item.filed and item.filed.report:
        has_lost_tables = report is not None and report.form is None and not (item.parent and item.parent.has_tables)
        return item.filed.note or (_UNREAD_TABLES if has_lost_tables else None)
    if item.parent and item.parent.has_tables:
        return None
    if item.filed and item.filed.note:  # not read, or its year is nowhere stated
        return item.filed.note
    if item.unread.lost_files or any(file.filed and (file.filed.report or file.filed.note) for file in files):
        return None  # what is wrong with the file is said of the file
    names = [item.unread.link_text, report and report.title]
    if any(name and is_about_report(name, series) for name in names for series in (None, *load_series())):
        return None
    return f"taken for a report by its link or its words ({item.unread.link_text or 'no name'}), but it holds none"
