"""Sites, runs, visits and pages of one archive into another."""

from archive.captures.records import Run
from archive.joining.imports import keep_run
from archive.joining.places import MetPage, keep_page
from archive.joining.union import Union, sortable

_SITE = ("title", "division", "withdrawn_after_days", "withdrawn_after_visits")
_SITES = f"""
SELECT sites.id, name, added_at, {", ".join(_SITE)}, newest FROM sites LEFT JOIN (
  SELECT site_id, max(fetched_at) AS newest FROM captures JOIN pages ON pages.id = captures.page_id GROUP BY site_id
) ON site_id = sites.id
"""  # noqa: S608 - names of ours
_VISIT = (
    "ended_at",
    "started_at",
    "mode",
    "requests",
    "captures",
    "reports",
    "new",
    "changed",
    "withdrawn",
    "failed",
    "complete",
    "notes",
)
"""What is known of a visit: where two archives say different things of one, the one that ended later stands."""
_VISITS = f"SELECT id, run_id, site_id, {', '.join(_VISIT)} FROM visits"  # noqa: S608 - the same


def unite_places(union: Union) -> None:
    """Join sites, runs, visits and pages."""
    _unite_sites(union)
    for row in union.iter_rows("SELECT id, uid, started_at, command FROM runs ORDER BY id"):
        union.runs[row["id"]] = keep_run(union.target, Run(*row[1:]))
    _unite_visits(union)
    _unite_pages(union)
    _unite_ids(union)


def _unite_sites(union: Union) -> None:
    """Let each site be called as the archive with its newest capture calls it."""
    known = {row["name"]: row for row in union.target.execute(_SITES)}
    for row in union.iter_rows(_SITES):
        mine = known.get(row["name"])
        said = [row[column] for column in _SITE]
        if mine is None:
            columns = ("name", "added_at", *_SITE)
            union.sites[row["id"]] = union.insert("sites", columns, (row["name"], row["added_at"], *said))
            continue
        union.sites[row["id"]] = mine["id"]
        if row["added_at"] < mine["added_at"]:
            union.update("sites", mine["id"], ("added_at",), (row["added_at"],))
        kept = [mine[column] for column in _SITE]
        if said != kept and sortable((row["newest"], *said)) > sortable((mine["newest"], *kept)):
            union.update("sites", mine["id"], _SITE, said)


def _unite_visits(union: Union) -> None:
    for row in union.iter_rows(_VISITS):
        names = (union.runs[row["run_id"]], union.sites[row["site_id"]])
        mine = union.find(f"{_VISITS} WHERE run_id = ? AND site_id = ?", names)
        said = tuple(row)[3:]
        if mine is None:
            union.insert("visits", ("run_id", "site_id", *_VISIT), (*names, *said))
        elif sortable(said) > sortable(tuple(mine)[3:]):
            union.update("visits", mine["id"], _VISIT, said)


def _unite_ids(union: Union) -> None:
    for row in union.iter_rows("SELECT key, division, district, agency_key, year, given_at FROM ids"):
        union.target.execute(
            """
            INSERT INTO ids (key, division, district, agency_key, year, given_at) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET given_at = excluded.given_at WHERE excluded.given_at < given_at
            """,
            tuple(row),
        )


def _unite_pages(union: Union) -> None:
    for row in union.iter_rows("SELECT id, site_id, url, kind, found_on, link_text, first_seen FROM pages ORDER BY id"):
        place, met = (union.sites[row["site_id"]], row["url"]), MetPage(*tuple(row)[3:])
        if union.find("SELECT 1 FROM pages WHERE site_id = ? AND url = ?", place) is None:
            union.added["pages"] += 1
        union.pages[row["id"]] = keep_page(union.target, *place, met)
