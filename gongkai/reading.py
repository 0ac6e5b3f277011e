"""The loop that joins parser and archive: unread captures become readings, filed site by site."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from archive import Archive, Filed, Reading, Unread
from crawler import Failure
from parsers import PARSER_VERSION, ParserError, Report, parse
from parsers.identity import find_district, is_about_report, parse_title


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
class _Read:
    """A capture with what the parser made of it, and where that was filed."""

    unread: Unread
    reading: Reading
    filed: Filed | None = None


def read_captures(archive: Archive) -> dict[str, SiteReadings]:
    """Parse every capture that is not filed yet, file it, and return what came of it by site.

    Within a crawl, the page that holds the most of a report is filed first, so that it tells the report's history.
    """
    found: dict[str, SiteReadings] = {}
    for (_, site), group in groupby(archive.iter_unread(), key=lambda unread: (unread.run_id, unread.site)):
        read = _complete_identities([_Read(unread, _parse_capture(archive, unread)) for unread in group])
        ordered = sorted(read, key=lambda item: (-item.reading.quality, item.unread.capture_id))
        filed = [replace(item, filed=archive.file_reading(item.reading)) for item in ordered]
        found[site] = found.get(site, SiteReadings()) + _sum_up(filed)
    return found


def _parse_capture(archive: Archive, unread: Unread) -> Reading:
    """Return what this parser makes of a capture; the same bytes are parsed once."""
    known = archive.find_reading(unread.capture_id, PARSER_VERSION)
    report, error = known or _parse_body(archive.load_capture_body(unread.capture_id), unread.content_type)
    return Reading(unread.capture_id, PARSER_VERSION, report, error)


def _parse_body(body: bytes, content_type: str | None) -> tuple[Report | None, str | None]:
    try:
        return parse(body, content_type), None
    except ParserError as error:
        return None, str(error)
    except Exception as error:  # a page that trips the parser is a stored error, never a lost crawl
        return None, f"the parser failed ({type(error).__name__}: {error})"


def _complete_identities(items: list[_Read]) -> list[_Read]:
    """Give each reading its agency, district and year: its own, or those of the link or the page that led to it."""
    by_url = {item.unread.url: item for item in items}
    return [replace(item, reading=_identify(item, by_url.get(item.unread.found_on or ""))) for item in items]


def _identify(item: _Read, parent: _Read | None) -> Reading:
    chain = [each for each in (item, parent) if each]
    said = [each.reading.report for each in chain]
    called = [parse_title(each.unread.link_text or "") for each in chain]
    own, above = said[0], said[1:]
    sources = [source for source in (own, *called, *above) if source]
    agency = next((source.agency for source in sources if source.agency), None)
    year = next((source.year for source in sources if source.year), None)
    district = (own and own.district) or find_district(agency) or find_district(item.unread.site_title)
    return replace(item.reading, agency=agency, district=district, year=year)


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
    by_url = {item.unread.url: item for item in listed}
    files: dict[str, list[_Read]] = {}
    for item in listed:
        if item.unread.kind == "attachment":
            files.setdefault(item.unread.found_on or "", []).append(item)
    for item in listed:
        if reason := _find_reason(item, by_url, files.get(item.unread.url, [])):
            yield Failure(item.unread.url, reason)


def _find_reason(item: _Read, by_url: Mapping[str, _Read], files: list[_Read]) -> str | None:
    """Say why a capture gave no report though it should have.

    A file beside a page that has the tables owes nothing, nor does what is only about a report, as an explanation is.
    """
    if item.filed and item.filed.report:
        return item.filed.note
    parent = by_url.get(item.unread.found_on or "") if item.unread.kind == "attachment" else None
    if parent and parent.filed and parent.filed.report and parent.reading.report and parent.reading.report.cells:
        return None
    if item.filed and item.filed.note:  # not read, or its year is nowhere stated
        return item.filed.note
    if any(file.filed and (file.filed.report or file.filed.note) for file in files):
        return None
    names = [item.unread.link_text, item.reading.report and item.reading.report.title]
    if any(name and is_about_report(name) for name in names):
        return None
    return f"taken for a report by its link or its words ({item.unread.link_text or 'no name'}), but it holds none"
