"""Archives that older programs left: each schema's, as the program of that time made it, is carried on whole."""

import gzip
import json
import multiprocessing
import os
import random
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import archive.file.database as database_module
from archive import Archive, CannotOpenError, DamagedError
from archive.file.migrations import MIGRATIONS, SCHEMA_VERSION, read_statements
from gongkai.cli import DAMAGED, DONE, FAILED, run
from tests.archive.made_reports import SITE, crawl, find_broken_links, make_cell, make_report, select
from tests.archive.old_archives import make

FOLDER = Path(make.__file__).parent
SCHEMAS = range(1, SCHEMA_VERSION)
BUREAU = "990201-档案局-2024"
LATE_MIRROR = 20
"""The capture of the mirror that showed what the report said no more."""


def unpack(schema: int, path: Path) -> None:
    """Put the archive of a schema at a path."""
    path.write_bytes(gzip.decompress((FOLDER / f"schema_{schema}.db.gz").read_bytes()))


@pytest.fixture(params=SCHEMAS)
def schema(request: pytest.FixtureRequest, path: Path) -> int:
    """Return an older schema whose archive stands at the path."""
    number = int(request.param)
    unpack(number, path)
    return number


def expect(schema: int) -> dict[str, Any]:
    """Return what the program of a schema said of its archive, with what today's has to say beside it."""
    told: dict[str, Any] = json.loads((FOLDER / f"schema_{schema}.json").read_text(encoding="utf-8"))
    if schema < 3:
        _add_what_the_third_tells(told)
    return told


def _add_what_the_third_tells(told: dict[str, Any]) -> None:
    """Add moves and withdrawals, which no older program told, and the finding about the mirror that was left behind."""
    entry: dict[str, Any] = {"cells": [], "site": "qingshi"}
    bureau = {**entry, "id": BUREAU, "title": "青石区档案局2024年政府信息公开工作年度报告", "version": 2}
    town = {**entry, "id": "990201-柳影镇人民政府-2024", "title": "青石区柳影镇人民政府2024年政府信息公开工作年度报告"}
    page, moved_page = f"{make.HOST}/nb/4.html", f"{make.HOST}/nb/3.html"
    told["changes"] += [
        {**bureau, "kind": "moved", "url": page, "seen_at": "2025-03-04T01:30:00Z", "new_url": f"{page}?from=4"},
        {**bureau, "kind": "moved", "url": f"{page}?from=4", "seen_at": "2025-03-06T01:30:00Z", "new_url": page},
        {**bureau, "kind": "withdrawn", "url": page, "seen_at": "2025-03-28T01:30:00Z", "new_url": None},
        {**town, "kind": "moved", "url": moved_page, "version": 1, "seen_at": "2025-03-04T01:30:00Z",
         "new_url": f"{make.HOST}/xin/3.html"},
    ]  # fmt: skip
    (withdrawn,) = (report for report in told["reports"] if report["id"] == BUREAU)
    withdrawn["status"] = "withdrawn"
    (late,) = (sighting for sighting in told["sightings"] if sighting[0] == LATE_MIRROR)
    late[1:3] = None, None  # it shows no version of its day
    mirror = ["990201-白杨街道办事处-2024", 3, "report.locations", f"{make.HOST}/zt/1.html", None, None, late[3]]
    told["findings"] = sorted([*told["findings"], mirror], key=repr)


def sort_changes(told: dict[str, Any]) -> dict[str, Any]:
    """Return what was told with its changes, findings and matches in an order that says nothing."""
    changes = sorted(told["changes"], key=lambda change: json.dumps(change, sort_keys=True))
    found = {word: sorted(map(without_snippet, matches)) for word, matches in told["found"].items()}
    return {**told, "changes": changes, "findings": sorted(told["findings"], key=repr), "found": found}


def without_snippet(match: str) -> str:
    """Return a match without the part of the text that is shown of it, which the fourth schema chooses otherwise."""
    return json.dumps({key: value for key, value in json.loads(match).items() if key != "snippet"}, ensure_ascii=False)


def test_there_is_an_archive_of_every_schema_that_has_ended() -> None:
    """Whoever adds a migration keeps an archive of the schema before it: run `old_archives/make.py` first."""
    kept = {file.name for file in FOLDER.glob("schema_*")}

    assert kept >= {f"schema_{number}.{ending}" for number in SCHEMAS for ending in ("db.gz", "json")}


def test_an_old_archive_is_what_a_program_of_its_schema_makes(schema: int, path: Path) -> None:
    """The kept file has the number and the tables of its schema, as the migrations up to it make them to this day."""
    made = path.with_name("made.db")
    with closing(sqlite3.connect(made, isolation_level=None)) as connection:
        for _, steps in MIGRATIONS[:schema]:
            for statement in (one for step in steps if isinstance(step, str) for one in read_statements(step)):
                if "kept_sightings" not in statement:  # what carries rows over from one table to the next
                    connection.execute(statement)

    assert select(path, "PRAGMA user_version") == [(schema,)]
    assert describe(path) == describe(made)


def describe(path: Path) -> list[tuple[Any, ...]]:
    """Return the schema of a file, white space aside."""
    rows = select(
        path, "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE '%_sqlite_%' ORDER BY 2"
    )
    return [(*row[:3], " ".join((row[3] or "").split())) for row in rows]


def test_the_maker_makes_an_archive_of_today(tmp_path: Path) -> None:
    """The script that made the kept files runs with this program, so that it can make the next one."""
    make.main(tmp_path)

    assert {file.name for file in tmp_path.iterdir()} == {f"schema_{SCHEMA_VERSION}.{end}" for end in ("db.gz", "json")}
    (tmp_path / "gongkai.db").write_bytes(gzip.decompress((tmp_path / f"schema_{SCHEMA_VERSION}.db.gz").read_bytes()))
    told = json.loads((tmp_path / f"schema_{SCHEMA_VERSION}.json").read_text(encoding="utf-8"))
    assert make.tell(tmp_path / "gongkai.db") == told


def test_an_old_archive_says_what_it_said(schema: int, path: Path) -> None:
    """Captures, bodies, readings, versions, figures, changes and searches are what the program of its time told."""
    Archive.create(path).close()

    assert sort_changes(make.tell(path)) == sort_changes(expect(schema))


def test_an_old_archive_becomes_one_like_any_other(schema: int, path: Path) -> None:
    """After migrating it has the schema of a new one, is whole, hashed from its first capture on, and guarded."""
    captures = len(expect(schema)["captures"])
    new = path.with_name("new.db")
    Archive.create(new).close()

    Archive.create(path).close()

    assert describe(path) == describe(new)
    assert select(path, "PRAGMA integrity_check") == [("ok",)]
    assert select(path, "PRAGMA foreign_key_check") == []
    assert select(path, "SELECT capture_id, previous_id FROM ledger") == [
        (number, number - 1 or None) for number in range(1, captures + 1)
    ]
    assert find_broken_links(path) == []
    assert len(select(path, "SELECT DISTINCT uid FROM runs WHERE uid <> ''")) == len(expect(schema)["runs"])


def test_an_old_archive_is_crawled_on(schema: int, path: Path) -> None:
    """What comes after migrating is filed onto what was there: a change of a figure is one, and the rest stays."""
    with Archive.create(path) as archive:
        archive.save_site(SITE)
        crawl(archive, 1, {f"{make.HOST}/neu": make_report(make_cell("granted", 1))})
        make.visit_district(archive, 60, (("/nb/1.html", make.WHITE_1), ("/xin/3.html", "304")))
        changes = archive.list_changes(since="2025-04-01")

    assert [(change.kind, change.id) for change in changes] == [
        ("figures", "990201-白杨街道办事处-2024"),
        ("new", "990101-听松街道办事处-2020"),
    ]
    assert len(select(path, "SELECT * FROM captures")) == len(expect(schema)["captures"]) + 3
    assert find_broken_links(path) == []


@pytest.mark.parametrize("command", [["reports"], ["changes"], ["search", "公开"], ["show", BUREAU]])
def test_an_old_archive_is_not_read_before_it_is_migrated(
    schema: int, path: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Who wants to read it is told in one line what to do, and the file stays as it is."""
    before = path.read_bytes()

    code = run([*command, "--archive", str(path)])

    said = capsys.readouterr()
    assert (code, said.out, said.err.count("\n")) == (FAILED, "", 1)
    assert "gongkai.db is of an older gongkai" in said.err
    assert "a crawl brings it up to date" in said.err
    assert f"`gongkai reparse --archive {path}`" in said.err
    for opener in (Archive.open, Archive.join):
        with pytest.raises(CannotOpenError, match="older gongkai"):
            opener(path)
    assert path.read_bytes() == before
    assert schema < SCHEMA_VERSION


def test_an_old_archive_can_be_read_after_the_command_that_is_named(schema: int, path: Path) -> None:
    """Whoever was handed an old archive and visits no site brings it up to date all the same."""
    assert run(["reparse", "--archive", str(path)]) == DONE

    assert select(path, "PRAGMA user_version") == [(SCHEMA_VERSION,)]
    assert run(["reports", "--archive", str(path)]) == DONE
    assert schema < SCHEMA_VERSION


# Interrupted


class Interruption(BaseException):
    """What ends a process at a moment of its own choosing."""


def dump(path: Path) -> list[str]:
    """Return all that a file holds as SQL, and its number."""
    with closing(sqlite3.connect(path)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [
            f"{table} {row!r}"
            for table in sorted(tables)
            if not table.startswith("search_")
            for row in connection.execute(f"SELECT * FROM {table}")  # noqa: S608 - names from the file
        ]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        return [f"version {version}", *rows]


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int | None], list[str]]]:
    """Return how to have the statement of a number fail (None: none), which gives the list of those that came."""
    run_one = database_module.Connection.execute

    def fail_at(number: int | None) -> list[str]:
        met: list[str] = []

        def execute(connection: Any, statement: str, *values: Any) -> Any:
            met.append(statement)
            if number is not None and len(met) == number + 1:
                raise Interruption
            return run_one(connection, statement, *values)

        monkeypatch.setattr(database_module.Connection, "execute", execute)
        return met

    yield fail_at
    monkeypatch.undo()


MOST_STATEMENTS = 90


def test_a_migration_that_fails_at_any_statement_changes_nothing(
    schema: int, path: Path, statements: Callable[[int | None], list[str]]
) -> None:
    """Wherever it ends the file is what it was, to the row, and the next one finishes."""
    before = dump(path)
    met = statements(None)
    Archive.create(path).close()
    whole = sort_changes(make.tell(path))
    of_opening = met.index("BEGIN IMMEDIATE")
    of_making = len(met) - 1 - next(n for n, one in enumerate(reversed(met)) if one == "COMMIT")
    dice = random.Random(schema)  # noqa: S311 - not for secrets
    numbers = sorted(dice.sample(range(of_opening, of_making), min(MOST_STATEMENTS, of_making - of_opening)))

    for number in [of_opening, *numbers, of_making]:
        unpack(schema, path)
        statements(number)
        with pytest.raises(Interruption):
            Archive.create(path)
        assert dump(path) == before, number
    statements(None)
    Archive.create(path).close()

    assert sort_changes(make.tell(path)) == whole


def test_a_migration_that_is_killed_changes_nothing_or_all(schema: int, path: Path) -> None:
    """After a kill at any moment the file is the old one, or the new one; the next program finishes."""
    before = dump(path)
    dice = random.Random(schema)  # noqa: S311 - not for secrets
    fork = multiprocessing.get_context("fork")
    outcomes = set()

    for _ in range(25):
        unpack(schema, path)
        child = fork.Process(target=_migrate, args=(path,))
        child.start()
        time.sleep(dice.uniform(0, 0.25))
        os.kill(child.pid or 0, signal.SIGKILL)
        child.join()
        is_new = select(path, "PRAGMA user_version") == [(SCHEMA_VERSION,)]
        outcomes.add(is_new)
        assert is_new or dump(path) == before
        assert select(path, "PRAGMA integrity_check") == [("ok",)]
        for ending in ("-wal", "-shm"):
            path.with_name(f"gongkai.db{ending}").unlink(missing_ok=True)
    unpack(schema, path)
    Archive.create(path).close()

    assert sort_changes(make.tell(path)) == sort_changes(expect(schema))


def _migrate(path: Path) -> None:
    Archive.create(path).close()
    os._exit(0)


# Tampered with


EDITS = (
    "UPDATE captures SET status = 404 WHERE id = 7",
    "UPDATE captures SET chain = 'x' WHERE id = 44",
    "UPDATE captures SET headers = '[]' WHERE id = 1",
    "UPDATE captures SET body_id = 1 WHERE id = 7",
    "UPDATE pages SET url = url || '?' WHERE id = 3",
    "UPDATE bodies SET sha256 = 'x' WHERE id = 2",
    "DELETE FROM captures WHERE id = 20",
)


@pytest.mark.parametrize("schema", [1, 2], indirect=True)  # the third has the ledger, which `verify` looks into
@pytest.mark.parametrize("edit", EDITS)
def test_an_old_archive_that_was_tampered_with_is_not_migrated(
    schema: int, path: Path, edit: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An edited chain ends it in one clear line and exit code 4, and nothing is changed."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for action in ("edited", "deleted"):
            connection.execute(f"DROP TRIGGER captures_are_not_{action}")
        connection.execute(edit)
    before = dump(path)

    with pytest.raises(DamagedError, match=r"capture \d+ \(.*\) is not what was stored, or one before it is gone"):
        Archive.create(path)
    code = run(["reparse", "--archive", str(path)])

    said = capsys.readouterr()
    assert (code, said.err.count("\n")) == (DAMAGED, 1)
    assert dump(path) == before
    assert schema < SCHEMA_VERSION


def test_a_writing_command_brings_an_old_archive_up_to_date(schema: int, path: Path) -> None:
    """What the refusal advises works: after a command that writes, those that read do."""
    assert run(["reparse", "--archive", str(path)]) == DONE

    assert run(["reports", "--archive", str(path)]) == DONE
    assert schema < SCHEMA_VERSION
