"""Which report a page shows: by agency and year within a division or a site, and by content where nobody signed."""

import sqlite3
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, count

from archive.readings.naming import agency_key, report_key, split_series

UNSIGNED = "未署名"
"""How the key of an agency begins that nothing names; what follows is made from the page's address."""
_MARK_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose report of which year a page was taken for, and the date of publication that the page before it gave.

    Of another series than that on disclosure the agency's name has the series behind it (`naming.name_with_series`).
    """

    agency: str | None
    district: str | None
    year: int | None
    published: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where it was seen: the page, its site, and the site's division (its name where it has none)."""

    page_id: int
    url: str
    site_id: int
    division: str
    has_division: bool


def load_place(connection: sqlite3.Connection, page_id: int) -> Place:
    """Return where a page stands."""
    row = connection.execute(
        """
        SELECT pages.id, url, sites.id, coalesce(division, name), division IS NOT NULL
        FROM pages JOIN sites ON sites.id = pages.site_id WHERE pages.id = ?
        """,
        (page_id,),
    ).fetchone()
    return Place(row[0], row[1], row[2], row[3], bool(row[4]))


def save_identity(connection: sqlite3.Connection, identity: Identity) -> int:
    """Keep an identity once and return its number."""
    parts = (identity.agency, identity.district, identity.year, identity.published)
    row = connection.execute(
        """
        SELECT id FROM identities
        WHERE ifnull(agency, '') = ifnull(?, '') AND ifnull(district, '') = ifnull(?, '')
          AND ifnull(year, 0) = ifnull(?, 0) AND ifnull(published, '') = ifnull(?, '')
        """,
        parts,
    ).fetchone()
    if row is not None:
        return int(row["id"])
    cursor = connection.execute("INSERT INTO identities (agency, district, year, published) VALUES (?, ?, ?, ?)", parts)
    return int(cursor.lastrowid or 0)


def find_or_add_report(
    connection: sqlite3.Connection, place: Place, identity: Identity, hashes: tuple[str, str], seen_at: str
) -> int:
    """Return the report that a page shows, added where it is new. `hashes` are those of what it says."""
    district = identity.district or ""
    agency, series = split_series(identity.agency)
    if agency is None:
        key = f"{UNSIGNED}{sha256(place.url.encode()).hexdigest()[:_MARK_LENGTH]}{series}"
        row = _find_unsigned(connection, place, (identity.year, series), hashes)
    else:
        key = agency_key(identity.agency or "", identity.district)
        row = _find_report(connection, place, (key, identity.year, district), hashes)
    if row is None:
        return _add_report(connection, place, identity, key, seen_at)
    learns_division = place.has_division and row["division"] != place.division and row["site_id"] == place.site_id
    if learns_division or (district and not row["district"]):
        # What the site did not say at first (its division, its district) it says now; the id stays what it was.
        connection.execute(
            "UPDATE reports SET division = ?, district = ? WHERE id = ?",
            (place.division if learns_division else row["division"], district or row["district"], row["id"]),
        )
        _record_id(connection, row["id"], seen_at)
    return int(row["id"])


def _find_report(
    connection: sqlite3.Connection, place: Place, name: tuple[str, int | None, str], hashes: tuple[str, str]
) -> sqlite3.Row | None:
    """Return the report of that agency and year in this division or at this site; a district not known is any.

    Where one of the two sites names no division, a page elsewhere that says the very same is the same report.
    """
    row: sqlite3.Row | None = connection.execute(
        """
        SELECT reports.id, reports.division, reports.district, pages.site_id
        FROM reports JOIN pages ON pages.id = reports.page_id JOIN sites ON sites.id = pages.site_id
        WHERE agency_key = ?1 AND year = ?2 AND (district = ?3 OR district = '' OR ?3 = '')
          AND (reports.division = ?4 OR pages.site_id = ?5 OR (NOT ?6 OR sites.division IS NULL) AND EXISTS (
            SELECT 1 FROM locations JOIN readings ON readings.body_id = locations.body_id
            JOIN documents ON documents.id = readings.document_id
            WHERE locations.report_id = reports.id AND figures_hash = ?7 AND words_hash = ?8))
        ORDER BY reports.division = ?4 DESC, pages.site_id = ?5 DESC, district = ?3 DESC, reports.key LIMIT 1
        """,
        (*name, place.division, place.site_id, place.has_division, *hashes),
    ).fetchone()
    return row


def _find_unsigned(
    connection: sqlite3.Connection, place: Place, told: tuple[int | None, str], hashes: tuple[str, str]
) -> sqlite3.Row | None:
    """Return the report that nobody signed at this page, else one of this site that says the very same.

    `told` are its year and its series, as it stands behind an agency's name.
    """
    year, series = told
    row: sqlite3.Row | None = connection.execute(
        """
        SELECT reports.id, reports.division, reports.district, tellers.site_id
        FROM reports JOIN pages AS tellers ON tellers.id = reports.page_id
        JOIN locations ON locations.report_id = reports.id
        LEFT JOIN readings ON readings.body_id = locations.body_id
        LEFT JOIN documents ON documents.id = readings.document_id
        WHERE year = ? AND tellers.site_id = ? AND agency_key GLOB ? AND (
          locations.page_id = ? OR figures_hash = ? AND words_hash = ?)
        ORDER BY locations.page_id = ? DESC, reports.key LIMIT 1
        """,
        (year, place.site_id, f"{UNSIGNED}{'?' * _MARK_LENGTH}{series}", place.page_id, *hashes, place.page_id),
    ).fetchone()
    return row


def _add_report(connection: sqlite3.Connection, place: Place, identity: Identity, key: str, seen_at: str) -> int:
    cursor = connection.execute(
        "INSERT INTO reports (key, division, district, agency_key, year, page_id, is_stale) "
        "VALUES (?, ?, ?, ?, ?, ?, 1)",
        (
            _free_key(connection, place, identity, key),
            place.division,
            identity.district or "",
            key,
            identity.year,
            place.page_id,
        ),
    )
    number = int(cursor.lastrowid or 0)
    _record_id(connection, number, seen_at)
    return number


def _record_id(connection: sqlite3.Connection, report_id: int, seen_at: str) -> None:
    """Put on record which id a report has as what it is taken for now."""
    connection.execute(
        """
        INSERT INTO ids (key, division, district, agency_key, year, given_at)
        SELECT key, division, district, agency_key, year, ? FROM reports WHERE id = ?
        ON CONFLICT DO UPDATE SET given_at = excluded.given_at WHERE excluded.given_at < given_at
        """,
        (seen_at, report_id),
    )


def _iter_given(connection: sqlite3.Connection, place: Place, agency: str, district: str, year: int) -> list[str]:
    """Return the ids that this report was ever given, the first first."""
    rows = connection.execute(
        """
        SELECT key FROM ids WHERE agency_key = ?1 AND year = ?2 AND division = ?3
          AND (district = ?4 OR district = '' OR ?4 = '')
        GROUP BY key ORDER BY min(given_at), key
        """,
        (agency, year, place.division, district),
    )
    return [row["key"] for row in rows if not _is_taken(connection, row["key"])]


def _is_taken(connection: sqlite3.Connection, key: str) -> bool:
    return connection.execute("SELECT 1 FROM reports WHERE key = ?", (key,)).fetchone() is not None


def _free_key(connection: sqlite3.Connection, place: Place, identity: Identity, agency: str) -> str:
    """Return the id that the report had before, else one that no other ever had.

    That is made with the agency's short name, else its whole one, else a number.
    """
    year = identity.year or 0
    for key in _iter_given(connection, place, agency, identity.district or "", year):
        return key
    named = identity.agency if split_series(identity.agency)[0] else None
    named = named or agency
    whole = report_key(place.division, named, None, year)
    numbered = (f"{whole}-{number}" for number in count(2))
    sibling = _find_sibling_name(connection, place, agency, identity.district or "")
    short = report_key(place.division, sibling or named, identity.district, year)
    for key in chain((short, whole), numbered):
        was_given = connection.execute("SELECT 1 FROM ids WHERE key = ?", (key,)).fetchone() is not None
        if not was_given and not _is_taken(connection, key):
            return key
    raise AssertionError("count never ends")


def _find_sibling_name(connection: sqlite3.Connection, place: Place, agency: str, district: str) -> str | None:
    """Return how the agency is named in the ids of its other years, so that all begin alike."""
    sibling = connection.execute(
        "SELECT key, year FROM reports WHERE agency_key = ? AND division = ? AND district = ? ORDER BY id LIMIT 1",
        (agency, place.division, district),
    ).fetchone()
    if sibling is None:
        return None
    name: str = sibling["key"]
    return name.removeprefix(f"{place.division}-").removesuffix(f"-{sibling['year']}")
