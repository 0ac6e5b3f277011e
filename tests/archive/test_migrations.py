import hashlib
import json
import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest

from archive import Archive, CannotOpenError
from archive.file import migrations as migrations_module
from archive.file.migrations import APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION, migrate
from tests.archive.made_reports import (
    PAGE,
    SITE,
    at_day,
    crawl,
    find_broken_links,
    make_capture,
    make_cell,
    make_report,
    select,
)

TABLES = {
    "alert_deliveries", "alert_events", "alert_rules", "alerts", "bodies", "captures", "cell_names", "changes",
    "compared", "dictionaries", "documents", "facts", "figures", "findings", "header_shapes", "identities", "ids",
    "ledger", "locations", "pages", "properties", "readings", "reports", "resemblances", "reviews", "runs", "sightings",
    "sites", "states", "versions", "visits",
}  # fmt: skip
VIEWS = {  # and how many rows they have of one report in two versions
    "captures_whole": 2,
    "cells": 2,
    "figures_now": 1,
    "figures_over_time": 2,
    "reports_now": 1,
    "reports_over_time": 2,
}


def describe(path: Path) -> list[tuple[str, ...]]:
    """Return the schema of a file as SQL."""
    return select(path, "SELECT type, name, sql FROM sqlite_master ORDER BY name")


def test_a_new_file_says_what_it_is(archive: Archive, path: Path) -> None:
    """A new archive carries its application id, the number of its schema, and one record of each migration."""
    archive.close()

    assert select(path, "PRAGMA application_id") == [(APPLICATION_ID,)]
    assert select(path, "PRAGMA user_version") == [(SCHEMA_VERSION,)]
    assert select(path, "PRAGMA journal_mode") == [("wal",)]
    assert select(path, "SELECT migration_set, name FROM _sqlite_migrations") == [
        ("gongkai", "001_first"),
        ("gongkai", "002_visits"),
        ("gongkai", "003_evidence"),
        ("gongkai", "004_search"),
        ("gongkai", "005_judgements"),
        ("gongkai", "006_cells"),
    ]


def test_an_archive_in_use_is_sound(archive: Archive, path: Path) -> None:
    """After reports, changes and failures SQLite finds no fault and no row that points nowhere."""
    crawl(archive, 1, {PAGE: make_report(make_cell("granted", 1))})
    crawl(archive, 2, {PAGE: None})
    crawl(archive, 3, {PAGE: make_report(make_cell("granted", 2))})

    assert select(path, "PRAGMA integrity_check") == [("ok",)]
    assert select(path, "PRAGMA foreign_key_check") == []
    assert archive._connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1  # noqa: SLF001,RUF100


def test_every_table_is_strict(archive: Archive, path: Path) -> None:
    """The tables are those of the house, and each refuses a value of another type."""
    archive.close()

    rows = select(path, "SELECT name, type, strict FROM pragma_table_list WHERE schema = 'main'")
    tables = {name: strict for name, kind, strict in rows if kind == "table"}
    own = {name: strict for name, strict in tables.items() if not name.startswith(("sqlite_", "_sqlite_"))}

    assert own == dict.fromkeys(TABLES, 1)
    assert {name for name, kind, _ in rows if kind == "view"} == set(VIEWS)


@pytest.mark.parametrize("view", sorted(VIEWS))
def test_every_view_can_be_queried(archive: Archive, path: Path, view: str) -> None:
    """Any other tool can read the views, and they show the report that was filed."""
    crawl(archive, 1, {PAGE: make_report(make_cell("granted", 1))})
    crawl(archive, 2, {PAGE: make_report(make_cell("granted", 2))})

    rows = select(path, f"SELECT * FROM {view}")  # noqa: S608 - the names above

    assert len(rows) == VIEWS[view]


def test_figures_now_are_those_of_the_newest_version(archive: Archive, path: Path) -> None:
    """The view for people shows the figure that stands there now, with the names of report and cell."""
    for day, value in enumerate((1, 2.5), 1):
        crawl(archive, day, {PAGE: make_report(make_cell("granted", value, unit="件"))})

    rows = select(
        path, 'SELECT report, year, agency, "table", "row", "column", raw, value, unit, status FROM figures_now'
    )

    assert rows == [
        (
            "990101-听松街道办事处-2020",
            2020,
            "云汀区听松街道办事处",
            "requests",
            "granted",
            "total",
            "2.5",
            2.5,
            "件",
            "reported",
        )
    ]


def test_opening_again_changes_nothing(archive: Archive, path: Path) -> None:
    """Migrating is recorded once, and a ready file is left as it is."""
    archive.close()
    before = describe(path)
    for _ in range(2):
        Archive.create(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection)

    assert describe(path) == before
    assert len(select(path, "SELECT * FROM _sqlite_migrations")) == SCHEMA_VERSION


def test_an_archive_whose_number_was_not_written_is_finished(archive: Archive, path: Path) -> None:
    """A process that ended between the last migration and its number leaves an archive that opens again."""
    crawl(archive, 1, {PAGE: make_report()})
    archive.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 0")

    with Archive.create(path) as again:
        assert len(again.list_reports()) == 1
    assert select(path, "PRAGMA user_version") == [(SCHEMA_VERSION,)]


def test_an_archive_that_was_cut_short_in_its_making_is_made_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that ends in the middle of the first migration leaves a file that the next one finishes."""

    def fail(_: str) -> list[str]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(migrations_module, "read_statements", fail)
        with pytest.raises(KeyboardInterrupt):
            Archive.create(path)

    with Archive.create(path) as archive:
        archive.save_site(SITE)


# An archive of the first schema

LANDED = {
    "001_first": "097d478fa961f60c67c9e91282613ed334eb89071aa5434c996ea9117cc2f104",
    "002_visits": "2c6c67c68e5d5ea3c12eeb944e39a345deabd7afea369d2e856702399e19af80",
    "003_evidence": "42bb058a3cf22f042efa2fc8af98b1b21ac047f0eb7dac3bed011b909c7eba16",
    "003_worked_out": "8098f458cbd3ed96b0dabaac67ed8438986722003251ee2feb7ef136fe157fd7",
    "004_search": "594ae55cf542aadefbbbe24fdbe279f68060d744747f772f1eb863d4ef07b2da",
    "005_judgements": "91d0b7a161d9dc66535abf6139cbe725d8221f15eb08bce5c7c00fea640c29ca",
}
VISITED = {  # page → its captures as (day, body or None, failure)
    "http://127.0.0.1:9/kept": [(1, 1, None), (2, 1, None), (3, None, "timeout"), (4, 1, None)],
    "http://127.0.0.1:9/changed": [(1, 1, None), (2, 2, None), (3, 1, None), (4, 1, None), (5, None, "http 404")],
    "http://127.0.0.1:9/never": [(1, None, "timeout"), (2, None, "timeout")],
    "http://127.0.0.1:9/confirmed nothing": [(1, None, None)],
}


def make_first_archive(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write the file of a program that knew the first migration alone, with captures in it."""
    with monkeypatch.context() as patch, closing(sqlite3.connect(path, isolation_level=None)) as connection:
        patch.setattr(migrations_module, "MIGRATIONS", MIGRATIONS[:1])
        patch.setattr(migrations_module, "SCHEMA_VERSION", 1)
        patch.setattr(migrations_module, "_work_out_what_is_stale", lambda _: None)
        migrate(connection)
        connection.execute("INSERT INTO sites VALUES (1, ?, NULL, NULL, '2026-01-01T00:00:00Z')", (SITE.name,))
        connection.execute("INSERT INTO runs VALUES (1, '2026-01-01T00:00:00Z', 'gongkai crawl')")
        hashes = [hashlib.sha256(content).hexdigest() for content in (b"one", b"two")]
        connection.executemany(
            "INSERT INTO bodies (sha256, size, codec, data) VALUES (?, 3, 'raw', ?)",
            zip(hashes, (b"one", b"two"), strict=True),
        )
        last = ""
        for page_id, (url, captures) in enumerate(VISITED.items(), 1):
            connection.execute("INSERT INTO pages VALUES (?, 1, ?, 'report', NULL, '年报', '2026')", (page_id, url))
            for day, body_id, failure in captures:
                moment = f"{at_day(day):%Y-%m-%dT%H:%M:%SZ}"
                sha256 = hashes[body_id - 1] if body_id else None
                parts = [last, SITE.name, url, page_id, 1, moment, 200, failure, "[]", sha256, None]
                last = hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
                connection.execute(
                    "INSERT INTO captures (page_id, run_id, fetched_at, status, failure, headers, body_id, chain) "
                    "VALUES (?, 1, ?, 200, ?, '[]', ?, ?)",
                    (page_id, moment, failure, body_id, last),
                )


@pytest.mark.parametrize("name", LANDED)
def test_a_migration_that_has_landed_is_never_edited(name: str) -> None:
    """Archives made by it stand elsewhere; what is to change is another migration."""
    content = (files("archive.schema") / f"{name}.sql").read_bytes()

    assert hashlib.sha256(content).hexdigest() == LANDED[name]


def test_every_migration_but_the_newest_has_landed() -> None:
    """Whoever adds a migration writes down the one before as it stands."""
    earlier = {step for _, steps in MIGRATIONS[:-1] for step in steps if isinstance(step, str)}

    assert earlier <= set(LANDED)


def test_an_archive_of_the_first_schema_is_brought_up_to_date(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its captures stay as they were, are guarded still, hash onto the next ones, and have no facts and no visits."""
    make_first_archive(path, monkeypatch)
    kept = "SELECT id, page_id, run_id, fetched_at, status, failure, body_id, final_url FROM captures"
    before = select(path, kept)

    with Archive.create(path) as archive:
        number = archive.save_capture(make_capture(day=9, facts={"tries": 2}))
        visits = archive.list_visits()

    assert select(path, f"{kept} WHERE id < ?", (number,)) == before
    assert select(path, "SELECT id, facts FROM captures_whole WHERE facts NOT NULL") == [(number, '{"tries": 2}')]
    assert select(path, "SELECT capture_id FROM ledger ORDER BY id") == [(row[0],) for row in (*before, (number,))]
    assert (find_broken_links(path), visits) == ([], [])
    guards = "SELECT tbl_name, count(*) FROM sqlite_master WHERE type = 'trigger' GROUP BY 1"
    assert dict(select(path, guards)) == {"captures": 3, "ledger": 3, "reviews": 3}
    assert select(path, "PRAGMA integrity_check") == [("ok",)]
    assert select(path, "PRAGMA foreign_key_check") == []


def test_what_captures_add_up_to_is_the_same_after_a_migration(
    archive: Archive, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An old archive knows of its pages what it would know had it always counted."""
    old = path.with_name("old.db")
    make_first_archive(old, monkeypatch)
    for url, captures in VISITED.items():
        for day, body_id, failure in captures:
            body = (b"one", b"two")[body_id - 1] if body_id else None
            archive.save_capture(make_capture(url, body, day=day, failure=failure))

    Archive.create(old).close()

    columns = "SELECT url, present_body_id, last_good, last_changed, failures FROM pages ORDER BY id"
    assert select(old, columns) == select(path, columns)


def test_a_file_of_the_first_schema_is_not_read_before_it_is_migrated(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a reader nor a process that joins changes the schema; both say what brings it up to date."""
    make_first_archive(path, monkeypatch)

    for opener in (Archive.open, Archive.join):
        with pytest.raises(CannotOpenError, match="older gongkai"):
            opener(path)
    assert select(path, "PRAGMA user_version") == [(1,)]
