import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archive import Archive
from archive import migrations as migrations_module
from archive.migrations import APPLICATION_ID, SCHEMA_VERSION, migrate
from tests.archive.made_reports import PAGE, SITE, crawl, make_cell, make_report, select

TABLES = {"bodies", "captures", "cell_names", "changes", "documents", "figures", "findings", "locations", "pages",
          "readings", "reports", "runs", "sightings", "sites", "versions"}  # fmt: skip
VIEWS = {"cells", "reports_now", "figures_now"}


def describe(path: Path) -> list[tuple[str, ...]]:
    """Return the schema of a file as SQL."""
    return select(path, "SELECT type, name, sql FROM sqlite_master ORDER BY name")


def test_a_new_file_says_what_it_is(archive: Archive, path: Path) -> None:
    """A new archive carries its application id, the number of its schema, and one record of each migration."""
    archive.close()

    assert select(path, "PRAGMA application_id") == [(APPLICATION_ID,)]
    assert select(path, "PRAGMA user_version") == [(SCHEMA_VERSION,)]
    assert select(path, "PRAGMA journal_mode") == [("wal",)]
    assert select(path, "SELECT migration_set, name FROM _sqlite_migrations") == [("gongkai", "001_first")]


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
    assert {name for name, kind, _ in rows if kind == "view"} == VIEWS


@pytest.mark.parametrize("view", sorted(VIEWS))
def test_every_view_can_be_queried(archive: Archive, path: Path, view: str) -> None:
    """Any other tool can read the views, and they show the report that was filed."""
    crawl(archive, 1, {PAGE: make_report(make_cell("granted", 1))})
    crawl(archive, 2, {PAGE: make_report(make_cell("granted", 2))})

    rows = select(path, f"SELECT * FROM {view}")  # noqa: S608 - the names above

    assert len(rows) == (2 if view == "cells" else 1)


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
    assert len(select(path, "SELECT * FROM _sqlite_migrations")) == 1


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
        patch.setattr(migrations_module, "_statements", fail)
        with pytest.raises(KeyboardInterrupt):
            Archive.create(path)

    with Archive.create(path) as archive:
        archive.save_site(SITE)
