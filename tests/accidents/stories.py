"""What gongkai is doing when an accident strikes, as data: what was there before, the act, and what is there then.

Each story plays in a folder of its own, with the archive it writes or reads at `gongkai.db`. The act done again
after an accident completes it.
"""

import gzip
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb  # noqa: F401 - what takes long to import is there before the first fork
import sqlite_utils  # noqa: F401 - the same
import warcio.warcwriter  # type: ignore[import-untyped] # noqa: F401 - the same
import xlsxwriter  # noqa: F401 - the same

from archive import Archive, ArchiveError, Reading
from archive.captures.records import iter_records
from archive.joining import imports as imports_module
from archive.joining.merging import merge_archives
from archive.proof.verifying import verify_archive
from archive.questions.tidy import TidyScope
from archive.upkeep.compaction import compact_archive
from archive.upkeep.copies import back_up
from archive.warc.export import Selection
from gongkai import reading as reading_module
from gongkai.exports.export import FORMATS, Format, export_tables
from gongkai.importing import import_files
from gongkai.reading import parse_body, read_captures
from gongkai.rereading import reread
from gongkai.review_file import import_reviews, write_reviews
from gongkai.surveying import ImportOptions
from parsers import PARSER_VERSION
from tests.accidents.striking import Say
from tests.archive import machines
from tests.archive.accident import make_body
from tests.archive.contents import tell_contents
from tests.archive.kill_story import live
from tests.archive.made_reports import HOST, SITE, at_day, find_broken_links, make_capture, select
from tests.archive.old_archives import make as old_archives
from tests.gongkai.web_archives import make_story

OLD_FOLDER = Path(old_archives.__file__).parent
OLD_SCHEMAS = (1, 2, 3, 4, 5)
NAME = "gongkai.db"
ALL_POINTS = {"statement": 6, "commit": 5, "within": 4, "file": 4, "moment": 2}
"""At how many points at most a story is struck, by the way in which they are met."""
FILE_POINTS = {"statement": 2, "file": 8, "moment": 5}
"""The same where files are written and the archive is only read."""
BATCH = 5
COMPARED = {
    "visits": "mode, requests, captures, reports, new, changed, withdrawn, complete",
    "pages": "url, present_body_id, last_good, last_changed, failures",
    "reviews": "*",
    "ledger": "id, capture_id, previous_id, link",
}


@dataclass(frozen=True, slots=True)
class Story:
    """An act in a folder: `prepare` makes what is there before, `do` is done, `tell` says all that is there, whole.

    `is_one_act` where after an accident all of it is there or nothing; otherwise what is said to be saved is there, and
    the archive is whole. `is_beside` where a writer of the same archive is no hindrance.
    """

    prepare: Callable[[Path], None]
    do: Callable[[Path, Say], None]
    tell: Callable[[Path], Any]
    is_one_act: bool = True
    is_beside: bool = False
    points: Mapping[str, int] = field(default_factory=lambda: ALL_POINTS)


def require_whole(path: Path) -> None:
    """See that `verify` finds nothing wrong, and neither does who works out the ledger anew."""
    assert verify_archive(path).problems == ()
    assert find_broken_links(path) == []


def tell_archive(folder: Path) -> dict[str, Any]:
    """Return all that a whole archive holds, bytes of captures and what each page adds up to among it."""
    path = folder / NAME
    require_whole(path)
    told: dict[str, Any] = tell_contents(path)
    with Archive.open(path) as archive:
        records = list(iter_records(archive._connection))  # noqa: SLF001,RUF100 - below the front door
    told["captures"] = [(record.id, record.digest, record.body_sha256, record.capture.body) for record in records]
    for table, columns in COMPARED.items():
        told[table] = select(path, f"SELECT {columns} FROM {table} ORDER BY 1")  # noqa: S608 - the columns above
    return told


def is_made(path: Path) -> bool:
    """Whether a file has come so far that it can be read as an archive."""
    try:
        Archive.open(path).close()
    except ArchiveError:
        if not path.exists():
            return False
        with closing(sqlite3.connect(path)) as connection:
            return bool(connection.execute("PRAGMA user_version").fetchone()[0])
    return True


def tell_settled(folder: Path) -> dict[str, Any]:
    """Return the same once the next writer has worked out what a merge left to it."""
    Archive.create(folder / NAME).close()
    return tell_archive(folder)


def tell_old(folder: Path) -> list[str]:
    """Return every row of an archive of whatever schema, but for random names and moments of now."""
    assert select(folder / NAME, "PRAGMA integrity_check") == [("ok",)]
    with closing(sqlite3.connect(folder / NAME)) as connection:
        if connection.execute("PRAGMA user_version").fetchone()[0] > OLD_SCHEMAS[-1]:
            return [repr(tell_archive(folder))]
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [
            f"{table} {row!r}"
            for table in sorted(tables)
            if not table.startswith("search_")
            for row in connection.execute(f"SELECT * FROM {table}")  # noqa: S608 - names from the file
        ]


def tell_files(folder: Path) -> dict[str, bytes]:
    """Return every file of an export with its bytes; hidden ones and parts are left by one that was killed."""
    files = (file for file in sorted((folder / "out").rglob("*")) if file.is_file())
    told = {str(file.relative_to(folder)): file.read_bytes() for file in files}
    return {name: content for name, content in told.items() if "/." not in name and not name.endswith(".part")}


def warm_up(folder: Path) -> None:
    """Load once what every child would load again: parsers, forms, columns. DuckDB would start threads."""
    folder.mkdir()
    parse_body(make_body(0, 0), "text/html")
    make_story(folder / NAME)
    for form in FORMATS:
        if form != "parquet":
            with Archive.open(folder / NAME) as archive:
                export_tables(archive, folder / form, form, TidyScope())


# Acts


def put_nothing(_folder: Path) -> None:
    """Begin with an empty folder."""


def put_lived(folder: Path) -> None:
    """Begin with an archive that holds all that an archive can hold."""
    live(folder / NAME)


def put_old(schema: int) -> Callable[[Path], None]:
    """Begin with the archive of an older program."""

    def put(folder: Path) -> None:
        content = gzip.decompress((OLD_FOLDER / f"schema_{schema}.db.gz").read_bytes())
        (folder / NAME).write_bytes(content)

    return put


def put_machines(folder: Path) -> None:
    """Begin with the archives of three machines."""
    first, *_ = machines.record_three(folder)
    first.rename(folder / NAME)
    for file in folder.glob("*.db.lock"):
        file.unlink()


def merge(folder: Path, _say: Say) -> None:
    """Join two archives into the third."""
    merge_archives(folder / NAME, [folder / "b.db", folder / "c.db"])


def put_backed_up(folder: Path) -> None:
    """Begin with an archive and an older copy of it."""
    with Archive.create(folder / NAME) as archive:
        archive.save_site(SITE)
        archive.save_capture(make_capture())
    back_up(folder / NAME, folder / "copy.db")
    (folder / NAME).unlink()
    live(folder / NAME)


def tell_copy(folder: Path) -> dict[str, Any]:
    """Return what a copy holds, once copy and archive are found whole."""
    require_whole(folder / NAME)
    with closing(sqlite3.connect(folder / "copy.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        rows = connection.execute("SELECT captures.id, sha256 FROM captures LEFT JOIN bodies ON bodies.id = body_id")
        return {"captures": rows.fetchall(), "reports": connection.execute("SELECT count(*) FROM figures").fetchall()}


def put_story(folder: Path) -> None:
    """Begin with an archive of reports that changed, went and came."""
    make_story(folder / NAME)


def export_as(form: Format) -> Callable[[Path, Say], None]:
    """Export the figures."""

    def export(folder: Path, _say: Say) -> None:
        with Archive.open(folder / NAME) as archive:
            export_tables(archive, folder / "out", form, TidyScope())

    return export


def export_warc(folder: Path, _say: Say) -> None:
    """Export the captures, into several files."""
    with Archive.open(folder / NAME) as archive:
        archive.export_warc(folder / "out", Selection(), size=4000)


def put_warc(folder: Path) -> None:
    """Begin with captures as WARC files, and an archive that has some of them."""
    with Archive.create(folder / "other.db") as other:
        other.save_site(SITE)
        for day in range(1, 5):
            other.begin_run()
            for page in range(4):
                other.save_capture(make_capture(f"{HOST}/{page}.html", make_body(page, day), day=day))
        other.export_warc(folder / "warc", Selection(), size=4000)
    with Archive.create(folder / NAME) as archive:
        archive.save_site(SITE)
        archive.save_capture(make_capture(f"{HOST}/own.html", make_body(0, 9), day=9))
        read_captures(archive)


def import_warc(folder: Path, _say: Say) -> None:
    """Take them in, a few at a time, and read them."""
    imports_module._BATCH = 3  # type: ignore[attr-defined] # noqa: SLF001,RUF100 - of this process alone
    with Archive.create(folder / NAME) as archive:
        if import_files(archive, sorted((folder / "warc").glob("*.warc.gz")), ImportOptions()).added:
            archive.work_out()
        read_captures(archive)


def put_outdated(folder: Path) -> None:
    """Begin with captures that an older parser read, which found nothing in them."""
    now, parse = reading_module.PARSER_VERSION, reading_module.parse
    with Archive.create(folder / NAME) as archive:
        archive.save_site(SITE)
        for day in range(1, 4):
            archive.begin_run()
            for page in range(4):
                archive.save_capture(make_capture(f"{HOST}/{page}.html", make_body(page, 2 * day), day=day))
        try:
            reading_module.PARSER_VERSION = "0"
            reading_module.parse = lambda body, _: parse(body.replace("公开".encode(), b"GK"), _)
            read_captures(archive)
        finally:
            reading_module.PARSER_VERSION, reading_module.parse = now, parse


def reparse(folder: Path, _say: Say) -> None:
    """Read all again, and let that stand."""
    with Archive.create(folder / NAME) as archive:
        list(reread(archive, accept=True))


def put_unread(folder: Path) -> None:
    """Begin with captures that nobody has read."""
    with Archive.create(folder / NAME) as archive:
        archive.save_site(SITE)
        for number in range(6 * BATCH):
            archive.save_capture(make_capture(f"{HOST}/{number}.html", make_body(0, 2 * number)))


def read_ahead(folder: Path, _say: Say) -> None:
    """Do what the second process beside a crawl does: parse, and leave readings a batch at a time."""
    with Archive.join(folder / NAME) as archive:
        unparsed = archive.iter_unparsed(PARSER_VERSION)
        while batch := list(islice(unparsed, BATCH)):
            read = [(one, parse_body(archive.load_capture_body(one.capture_id), one.content_type)) for one in batch]
            archive.save_readings([Reading(one.capture_id, PARSER_VERSION, *made) for one, made in read])


REVIEWS = """
[[review]]
report = "{report}"
cell = "requests.granted.total"
verdict = "confirmed"
note = "{note}"
at = 2026-02-0{day}T08:00:00Z
sha256 = "{sha256}"
"""


def put_reviews(folder: Path) -> None:
    """Begin with an archive and a file of what people said of one of its reports."""
    make_story(folder / NAME)
    with Archive.open(folder / NAME) as archive:
        version = next(iter(archive.iter_tidy(TidyScope())))
    entries = (
        REVIEWS.format(report=version.report, sha256=version.sha256, note=f"第{day}次看过", day=day)
        for day in range(1, 6)
    )
    (folder / "reviews.toml").write_text("".join(entries), encoding="utf-8")


def take_reviews(folder: Path, _say: Say) -> None:
    """Take that in."""
    with Archive.note(folder / NAME) as archive:
        import_reviews(archive, (folder / "reviews.toml").read_bytes(), at_day(99))


def put_said(folder: Path) -> None:
    """Begin with an archive that has reviews."""
    put_reviews(folder)
    take_reviews(folder, lambda _: None)


def give_reviews(folder: Path, _say: Say) -> None:
    """Write them into a file."""
    (folder / "out").mkdir(exist_ok=True)
    with Archive.open(folder / NAME) as archive:
        write_reviews(archive, folder / "out" / "reviews.toml")


STORIES: dict[str, Story] = {
    "crawl, file, reparse, import": Story(
        put_nothing,
        lambda folder, say: live(folder / NAME, say),
        tell_archive,
        is_one_act=False,
        points={"statement": 30, "commit": 20, "within": 15, "file": 6, "moment": 5},
    ),
    "read ahead": Story(put_unread, read_ahead, tell_archive, is_one_act=False, is_beside=True),
    "reparse": Story(put_outdated, reparse, tell_archive, is_one_act=False),
    "import WARC": Story(put_warc, import_warc, tell_archive, is_one_act=False),
    "compact": Story(put_lived, lambda folder, _: compact_archive(folder / NAME) and None, tell_archive),
    "merge": Story(put_machines, merge, tell_settled),
    **{
        f"migrate from schema {schema}": Story(
            put_old(schema), lambda folder, _: Archive.create(folder / NAME).close(), tell_old
        )
        for schema in OLD_SCHEMAS
    },
    "back up": Story(
        put_backed_up,
        lambda folder, _: back_up(folder / NAME, folder / "copy.db", replace=True) and None,
        tell_copy,
        is_beside=True,
    ),
    **{
        f"export {form}": Story(put_story, export_as(form), tell_files, is_beside=True, points=FILE_POINTS)
        for form in FORMATS
    },
    "export warc": Story(put_lived, export_warc, tell_files, is_beside=True, points=FILE_POINTS),
    "import reviews": Story(put_reviews, take_reviews, tell_archive, is_beside=True),
    "export reviews": Story(put_said, give_reviews, tell_files, is_beside=True, points=FILE_POINTS),
}
