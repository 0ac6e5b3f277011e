"""Reports whose words are alike: a list of the pairs, and one pair with what both say lit side by side."""

from collections.abc import Sequence
from typing import NamedTuple, get_args

from archive import Archive
from archive.judgements.resemblances import ResemblanceKind, Resembling
from gongkai.copies.options import DETECTOR
from gongkai.web.exchange import Answer, Ask, BadRequestError, NotFoundError, Page
from gongkai.web.lit import LitPiece, light_passages
from gongkai.web.pages.changes import list_site_names

PAGE = 50
"""Pairs on a page."""
_MOST_PAGES = 100_000
_LAST_YEAR = 9999
_KINDS: tuple[ResemblanceKind, ...] = get_args(ResemblanceKind)


class LitSection(NamedTuple):
    """A section of a report with its passages lit; the heading is empty for what stands before the first one."""

    heading: str
    pieces: tuple[LitPiece, ...]


def show_copies(archive: Archive, ask: Ask) -> Answer:
    """Show a page of the pairs that stand, the most alike first."""
    page = max(1, ask.get_number("page", 1, _MOST_PAGES))
    site, year, district = ask.get("site") or None, ask.get_number("year", 0, _LAST_YEAR) or None, ask.get("district")
    pairs = archive.list_resemblances(ask.get("report") or None, site, year, _read_kind(ask))
    rows = [pair for pair in pairs if not district or district in _places_of(pair.report)]
    context = {
        "rows": rows[(page - 1) * PAGE : page * PAGE],
        "page": page,
        "has_more": len(rows) > page * PAGE,
        "total": len(rows),
        "uncompared": archive.remember("uncompared", _count_uncompared),
        "kinds": _KINDS,
        "districts": archive.list_districts(),
        "sites": list_site_names(archive),
    }
    return Page("copies.html", context)


def _count_uncompared(archive: Archive) -> int:
    return archive.count_uncompared(DETECTOR)


def show_pair(archive: Archive, ask: Ask) -> Answer:
    """Show the two reports of a pair, the later one left, with the passages that they share."""
    names = (ask.parts["report"], ask.parts["other"])
    for pair in archive.list_resemblances(names[0]):
        if (pair.report.id, pair.other.id) in {names, names[::-1]}:
            break
    else:
        raise NotFoundError(f"{names[0]} and {names[1]} are no pair of reports that stand")
    sides = (
        (pair.report, _light(archive, pair.report, [one.text for one in pair.passages])),
        (pair.other, _light(archive, pair.other, [one.other for one in pair.passages])),
    )
    return Page("copies_pair.html", {"pair": pair, "sides": sides})


def _light(archive: Archive, side: Resembling, passages: Sequence[str]) -> tuple[LitSection, ...]:
    """Return the sections of a version of a report in order, its passages lit."""
    report = archive.show_report(side.id, side.version).report
    headings = ("", *(section.heading for section in report.sections))
    lit = light_passages((report.preamble, *(section.text for section in report.sections)), passages)
    return tuple(LitSection(*section) for section in zip(headings, lit, strict=True) if any(section))


def _places_of(side: Resembling) -> set[str | None]:
    return {side.district, side.division}


def _read_kind(ask: Ask) -> ResemblanceKind | None:
    asked = ask.get("kind")
    kind = next((one for one in _KINDS if one == asked), None)
    if asked and kind is None:
        raise BadRequestError(f"{asked!r} is no kind of resemblance; there are {', '.join(_KINDS)}")
    return kind
