"""Who, when, what: what a document and the page around it say of agency, district, year and day, weighed in order."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from parsers.agencies import find_author, find_signature, is_sure_agency
from parsers.card import Card, Index, find_step_agency, read_card
from parsers.chrome import clean_lines
from parsers.dates import YEAR, Period, find_period, fold, iter_stated_years, parse_year
from parsers.divisions import find_code_name, find_district, find_division, find_place, is_zone
from parsers.document import Document, TextLine
from parsers.options import Options
from parsers.titles import Title, find_title, is_about_report, parse_title

__all__ = [
    "Identity",
    "Title",
    "find_district",
    "find_division",
    "find_identity",
    "is_about_report",
    "parse_title",
    "parse_year",
]

_PERIOD_WORDS = ("期限", "时限", "時限", "12月31", "12 月 31", "１２月３１", "1231日", "截止", "截至")
_AUTHOR_WORDS = ("编制", "编写", "撰写", "現將", "现将", "公布", "联系", "聯繫")
_STREET = re.compile("(?:街道|办事处|街办|镇|乡|苏木|镇人民政府|乡人民政府)$")
_YEAR_ALONE = re.compile(rf"(?P<year>{YEAR})年?度?(?:年报|年度报告|报告)?")


@dataclass(frozen=True, slots=True)
class Identity:
    """What a document calls itself. `end` is the index of the first line after the title."""

    title: str | None
    agency: str | None
    district: str | None
    division: str | None
    year: int | None
    published: date | None
    end: int
    is_false_friend: bool
    warnings: tuple[str, ...] = ()


def find_identity(document: Document, lines: Sequence[TextLine], options: Options) -> Identity:
    """Return what a document says about itself: its title first, then its period, its signature and its page.

    Lines are looked at near the top, near the end, and where they hold a telling word.
    """
    index = Index(lines)
    lines = clean_lines(lines, index.text)
    title, is_false_friend = find_title(document, lines, options)
    end = title.end if title else 0
    card = read_card(document, lines, index, end, options)
    signer, signed_on = find_signature(lines[end:], options)
    title = _without_banner(title, signer, card, options)
    agency = (title.agency if title else next(filter(is_sure_agency, _iter_pieces(document)), None)) or signer
    agency = agency or _find_author(lines, index, end, options)
    agency = agency or card.publisher or find_step_agency(card)
    year, year_warnings = _find_year(document, title, lines, index, options)
    published, date_warnings = _choose_date((*card.dates, *signed_on), year)
    district = _find_district(agency, card)
    division = find_division(agency, district, card.places, site_code=card.site_code, year=year)
    return Identity(
        title=title.text if title else None,
        agency=agency,
        district=district,
        division=division,
        year=year,
        published=published,
        end=end,
        is_false_friend=is_false_friend,
        warnings=(*year_warnings, *date_warnings, *_warn_of_site(district, division, card.site_code)),
    )


def _without_banner(title: Title | None, signer: str | None, card: Card, options: Options) -> Title | None:
    """Return a title without the name of the site in the line above it, told by the street that signs below."""
    if title is None or signer is None or title.agency is None or title.end - title.start < 2:
        return title
    is_banner = title.agency.endswith("人民政府") and not _STREET.search(title.agency) and _STREET.search(signer)
    bare = parse_title(title.text.removeprefix(title.agency), options.series) if is_banner else None
    if bare is None or not (title.agency in card.places or find_district(signer)):
        return title
    return replace(title, text=bare.text, agency=None)


def _find_author(lines: Sequence[TextLine], index: Index, end: int, options: Options) -> str | None:
    numbers = sorted(index.iter_lines(_AUTHOR_WORDS, options.max_keyword_lines))
    texts = (
        lines[number].text[: options.max_stated_length]
        for number in numbers
        if end <= number < end + options.card_lines
    )
    return next((author for text in texts if (author := find_author(text))), None)


def _find_district(agency: str | None, card: Card) -> str | None:
    """Return the district of the agency's name, else the one whose site the page is of: streets have no sites.

    A development zone is of no district, whatever the site says.
    """
    if is_zone(agency):
        return None
    return find_district(agency) or find_place(card.places) or find_code_name(card.site_code)


def _iter_pieces(document: Document) -> Iterator[str]:
    """Yield the pieces of the page's own title, for some say it in pieces alone: 某镇_2017年_某网."""
    for name in (document.find_meta("articletitle"), document.title):
        if name and len(name) <= 200:
            yield from ("".join(fold(piece).split()) for piece in re.split(r"[_|｜—–-]", name))


def _find_year(
    document: Document, title: Title | None, lines: Sequence[TextLine], index: Index, options: Options
) -> tuple[int | None, tuple[str, ...]]:
    """Return the year of the title, else of the period, else the one year on which the first lines say to report."""
    period = _find_period(lines, index, options)
    if title and title.year:
        differs = period is not None and period.end != title.year
        warning = f"the title says {title.year}, the period of the figures ends in {period.end if period else None}"
        return title.year, (warning,) if differs else ()
    if period:
        return period.end, ()
    pieces = (match for piece in _iter_pieces(document) if (match := _YEAR_ALONE.fullmatch(piece)))
    if piece := next(pieces, None):
        return parse_year(piece["year"]), ()
    start = title.end if title else 0
    texts = (line.text[: options.max_stated_length] for line in lines[start : start + options.title_lines] if line.text)
    stated = sorted({year for text in texts if "公" in text for year in iter_stated_years(text)})
    if len(stated) > 1:
        return None, (f"the text speaks of reports on {' and '.join(map(str, stated))}; no year is taken from it",)
    return (stated[0] if stated else None), ()


def _find_period(lines: Sequence[TextLine], index: Index, options: Options) -> Period | None:
    for number in sorted(index.iter_lines(_PERIOD_WORDS, options.max_keyword_lines)):
        text = lines[number].text
        if period := find_period(text if len(text) <= options.max_stated_length else _around_word(text, options)):
            return period
    return None


def _around_word(text: str, options: Options) -> str:
    """Return what stands around the first telling word of a very long line."""
    place = min(found for word in _PERIOD_WORDS if (found := text.find(word)) >= 0)
    return text[max(0, place - options.max_stated_length // 2) : place + options.max_stated_length // 2]


def _choose_date(dates: Iterable[date], year: int | None) -> tuple[date | None, tuple[str, ...]]:
    """Return the earliest day of publication, and what is odd about it.

    A day before the year on which the report reports is passed over where a later one stands beside it.
    """
    listed = sorted(set(dates))
    if not listed:
        return None, ()
    if year is None:
        return listed[0], ()
    likely = [day for day in listed if day.year >= year]
    if not likely:
        return listed[0], (f"published {listed[0]}, before the end of the year on which it reports, {year}",)
    warnings = [f"the page also says {day}, before the year of the report, {year}" for day in listed if day.year < year]
    if likely[0].year > year + 1:
        warnings.append(f"published {likely[0]}, later than the year after {year}: perhaps posted again")
    return likely[0], tuple(warnings)


def _warn_of_site(district: str | None, division: str | None, site_code: str | None) -> tuple[str, ...]:
    site = find_code_name(site_code)
    if site is None or district is None or site == district or division == site_code:
        return ()
    return (f"the agency is of {district}, the site's number {site_code} is that of {site}",)
