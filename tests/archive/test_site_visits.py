"""Visits of whole sites: which goes on where an earlier one was cut off, and what is told of them."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import Archive, PastVisit, SiteIdentity, VisitFindings, VisitOutcome
from tests.archive.made_reports import (
    MIRROR,
    PAGE,
    SITE,
    THIRD,
    crawl,
    file_report,
    make_capture,
    make_cell,
    make_report,
    select,
)

OUTCOME = VisitOutcome(
    requests=7,
    captures=5,
    reports=2,
    new=1,
    changed=0,
    failed=((PAGE, "timeout"), (MIRROR, "robots")),
    complete=False,
    notes=("failing since 2026-01-01",),
    withdrawn=3,
)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
OTHER = SiteIdentity("baiyang", "白杨街道办事处")


def list_runs(path: Path) -> list[int]:
    """Return the run of every capture, in order."""
    return [row[0] for row in select(path, "SELECT run_id FROM captures ORDER BY id")]


def make_old(archive: Archive, started_at: str) -> None:
    """Let all visits have begun at that moment."""
    archive._connection.execute("UPDATE visits SET started_at = ?", (started_at,))  # noqa: SLF001,RUF100


def test_a_visit_is_told_as_it_ended(archive: Archive) -> None:
    """What is handed in at the end of a visit comes back from the list, with its mode and its moments."""
    before = datetime.now(UTC) - timedelta(seconds=1)
    start = archive.begin_visit(SITE.name, "light")
    archive.end_visit(SITE.name, OUTCOME)

    (visit,) = archive.list_visits()

    assert visit.ended_at is not None
    assert before < start.started_at <= visit.ended_at
    assert visit == PastVisit(
        SITE.name,
        "light",
        start.started_at,
        visit.ended_at,
        requests=7,
        captures=5,
        reports=2,
        new=1,
        changed=0,
        failed=OUTCOME.failed,
        complete=False,
        notes=OUTCOME.notes,
        withdrawn=3,
    )
    assert (start.mode, start.is_resumed) == ("light", False)


def test_a_visit_that_never_ended_is_told_without_an_outcome(archive: Archive) -> None:
    """Nothing is said of what came of a visit before it is done."""
    start = archive.begin_visit(SITE.name, "full")

    assert archive.list_visits() == [PastVisit(SITE.name, "full", start.started_at, *(None,) * 9)]


def test_visits_are_listed_the_newest_first(archive: Archive) -> None:
    """The list is that of one site or of all, and no longer than asked for."""
    archive.save_site(OTHER)
    for number in range(3):
        for site in (SITE, OTHER):
            archive.begin_visit(site.name, "full")
            archive.end_visit(site.name, VisitOutcome(number, 0, 0, 0, 0, (), complete=True))

    def told(*arguments: str | int | None) -> list[tuple[str, int | None]]:
        return [(visit.site, visit.requests) for visit in archive.list_visits(*arguments)]  # type: ignore[arg-type]

    assert told(None, 3) == [(OTHER.name, 2), (SITE.name, 2), (OTHER.name, 1)]
    assert told(SITE.name) == [(SITE.name, 2), (SITE.name, 1), (SITE.name, 0)]
    assert told("unknown") == []
    assert len(archive.list_visits()) == 6


def test_visits_of_one_command_share_its_run(archive: Archive, path: Path) -> None:
    """All sites of a crawl are one run; what is saved of a site outside of a visit belongs to it as well."""
    archive.save_site(OTHER)
    number = archive.begin_run()
    archive.begin_visit(SITE.name, "full")
    archive.begin_visit(OTHER.name, "full")
    archive.save_capture(make_capture())
    archive.end_visit(SITE.name, OUTCOME)
    archive.save_capture(make_capture(day=2))

    assert list_runs(path) == [number, number]
    assert select(path, "SELECT DISTINCT run_id FROM visits") == [(number,)]


def test_a_second_visit_of_a_site_is_another_run(archive: Archive, path: Path) -> None:
    """What a process saved of a site before a visit, or in an earlier one, is of another crawl than this one's."""
    archive.save_capture(make_capture())
    for _ in range(2):
        archive.begin_visit(SITE.name, "full")
        archive.save_capture(make_capture())
        archive.end_visit(SITE.name, OUTCOME)

    assert list_runs(path) == [1, 2, 3]


def test_an_interrupted_visit_goes_on(archive: Archive, path: Path) -> None:
    """The next process goes on with the visit's run and mode, whatever it asked for, and ends that one visit."""
    start = archive.begin_visit(SITE.name, "full")
    archive.save_capture(make_capture())
    archive.close()

    with Archive.create(path) as again:
        again.begin_run()
        resumed = again.begin_visit(SITE.name, "light", resume_after=LONG_AGO)
        again.save_capture(make_capture(MIRROR))
        again.end_visit(SITE.name, OUTCOME)
        visits = again.list_visits()

    assert (resumed.mode, resumed.started_at, resumed.is_resumed) == ("full", start.started_at, True)
    assert list_runs(path) == [1, 1]
    assert [(visit.mode, visit.complete) for visit in visits] == [("full", False)]


def test_a_visit_that_ended_is_not_taken_up_again(archive: Archive) -> None:
    """However recent, a visit that is done is done."""
    archive.begin_visit(SITE.name, "full")
    archive.end_visit(SITE.name, OUTCOME)

    assert not archive.begin_visit(SITE.name, "full", resume_after=LONG_AGO).is_resumed


@pytest.mark.parametrize(
    ("resume_after", "is_resumed"),
    [
        (None, False),
        (datetime(2026, 1, 1, 7, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 1, 1, 8, 0, 0, 500, tzinfo=UTC), True),
        (datetime.fromisoformat("2026-01-01T16:00:00+08:00"), True),
        (datetime(2026, 1, 1, 8, 0, 1, tzinfo=UTC), False),
    ],
)
def test_a_visit_that_is_too_old_is_not_taken_up_again(
    archive: Archive, resume_after: datetime | None, *, is_resumed: bool
) -> None:
    """What was cut off before the moment named, or where none is named, stays as it is, and another one begins."""
    archive.begin_visit(SITE.name, "full")
    make_old(archive, "2026-01-01T08:00:00Z")

    start = archive.begin_visit(SITE.name, "light", resume_after=resume_after)

    assert (start.is_resumed, start.mode) == (is_resumed, "full" if is_resumed else "light")
    assert len(archive.list_visits()) == (1 if is_resumed else 2)


def test_only_the_last_visit_is_taken_up_again(archive: Archive) -> None:
    """A visit that was cut off stays so once another of the site has ended, and another site's is no concern."""
    archive.save_site(OTHER)
    archive.begin_visit(SITE.name, "full")
    archive.begin_visit(SITE.name, "full")
    archive.end_visit(SITE.name, OUTCOME)
    archive.begin_visit(OTHER.name, "full")

    assert not archive.begin_visit(SITE.name, "full", resume_after=LONG_AGO).is_resumed


def test_what_is_not_under_way_cannot_end(archive: Archive) -> None:
    """Ending or summing up a visit that this process did not begin is a mistake that is said."""
    archive.begin_visit(SITE.name, "full")
    archive.end_visit(SITE.name, OUTCOME)

    for act in (lambda: archive.end_visit(SITE.name, OUTCOME), lambda: archive.sum_up_visit(SITE.name)):
        with pytest.raises(ValueError, match="no visit of 'yunting' is under way"):
            act()


def test_a_visit_is_summed_up_from_what_its_captures_were_filed_as(archive: Archive, path: Path) -> None:
    """Reports met, new and changed ones are counted from before an interruption too, and from no other crawl."""
    gone = make_report(agency="云汀区青石街道办事处")
    crawl(archive, 1, {PAGE: make_report(make_cell("granted", 1)), THIRD: gone})
    archive.begin_visit(SITE.name, "full")
    changed = make_report(make_cell("granted", 2))
    file_report(archive, archive.save_capture(make_capture(PAGE, b"changed", day=2)), changed)
    archive.close()
    with Archive.create(path) as again:
        again.begin_visit(SITE.name, "full", resume_after=LONG_AGO)
        new = make_report(agency="云汀区白杨街道办事处")
        file_report(again, again.save_capture(make_capture(MIRROR, b"new", day=2)), new)

        findings = again.sum_up_visit(SITE.name)

    reports = {"990101-听松街道办事处-2020", "990101-白杨街道办事处-2020"}
    assert findings == VisitFindings(frozenset(reports), new=1, changed=1)


def test_sites_tell_how_their_last_visit_ended(archive: Archive) -> None:
    """The result is that of the last visit alone; a site without one has none."""
    told: list[tuple[str | None, str | None]] = []

    def note() -> None:
        (site,) = archive.list_sites()
        told.append((site["last_result"], site["last_mode"]))

    note()
    archive.begin_visit(SITE.name, "full")
    note()
    archive.end_visit(SITE.name, OUTCOME)
    note()
    archive.begin_visit(SITE.name, "light")
    archive.end_visit(SITE.name, VisitOutcome(1, 1, 1, 0, 0, (), complete=True))
    note()

    assert told == [(None, None), ("interrupted", "full"), ("incomplete", "full"), ("complete", "light")]


def test_a_site_is_visited_once_in_a_run(archive: Archive, path: Path) -> None:
    """The file itself refuses two visits of a site that share a run."""
    archive.begin_visit(SITE.name, "full")

    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        archive._connection.execute(  # noqa: SLF001,RUF100
            "INSERT INTO visits (run_id, site_id, mode, started_at) SELECT run_id, site_id, 'light', '2026' FROM visits"
        )
    assert len(select(path, "SELECT * FROM visits")) == 1
