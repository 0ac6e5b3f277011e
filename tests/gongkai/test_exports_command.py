import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from archive import Archive, Figure, Said, make_review
from archive.questions.tidy import TidyScope
from gongkai.exports.errors import ExportError
from gongkai.exports.export import FORMATS, Format, export_tables
from gongkai.exports.folders import whole_folder
from parsers.report import CellKey
from tests.archive.made_reports import HOST, PAGE, SITE, at_day, crawl, make_report
from tests.gongkai.conftest import Outcome
from tests.gongkai.exported import export, find_figure, hash_all, read_table
from tests.gongkai.made_versions import FIRST, NAME, SECOND, save_versions
from tests.gongkai.web_archives import make_story

ROOT = Path(__file__).parents[2]
SECONDS = 120
KILLED = """
import os, pathlib, signal, sys
from archive import Archive, Figure, Said, make_review
from archive.questions.tidy import TidyScope
from gongkai.exports.export import export_tables

def die(*_):
    os.kill(os.getpid(), getattr(signal, sys.argv[5]))

if sys.argv[4] == "replace":
    pathlib.Path.replace = die
with Archive.open(sys.argv[1]) as archive:
    export_tables(archive, pathlib.Path(sys.argv[2]), sys.argv[3], TidyScope(all_versions=True),
                  show=die if sys.argv[4] == "show" else None)
"""

Command = Callable[..., Outcome]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the archive of two districts."""
    return make_story(tmp_path_factory.mktemp("story") / "gongkai.db")


def correct(path: Path, cell: str, raw: str, value: float, *, day: int = 1) -> None:
    """Let a person correct a cell of the report as it stands, on a day."""
    table, *row, column = cell.split(".")
    said = Said(CellKey(table, ".".join(row), column), "corrected", Figure(raw, value), "见原件")
    with Archive.note(path) as archive:
        (version,) = archive.iter_tidy(TidyScope())
        archive.save_review(make_review(version.report, version.sha256, said, at_day(day)))


def run_python(script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own."""
    return subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script, *arguments], cwd=environment.pop("cwd", ROOT), check=False, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment}, capture_output=True, timeout=SECONDS,
    )  # fmt: skip


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_archive_gives_the_same_bytes(story: Path, tmp_path: Path, form: Format) -> None:
    """Two processes with other seeds, time zones and languages, in other folders, write the same bytes."""
    script = "import sys; from gongkai.cli import run; sys.exit(run(sys.argv[1:]))"
    worlds = (
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Shanghai", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "77", "TZ": "America/New_York", "LC_ALL": "C.UTF-8"},
    )

    for number, world in enumerate(worlds):
        place = tmp_path / f"a 'place' {number}"
        place.mkdir()
        done = run_python(
            script,
            "export",
            "--format",
            form,
            "out",
            "--all-versions",
            "--archive",
            str(story),
            cwd=str(place),
            **world,
        )
        assert done.returncode == 0, done.stderr

    first, second = (hash_all(tmp_path / f"a 'place' {number}" / "out") for number in range(2))
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_the_command_prints_its_files_and_counts(story: Path, gongkai: Command) -> None:
    """The files that were written stand on standard output, what is in them on standard error."""
    outcome = gongkai("export", "--format", "csv", "out", "--archive", str(story))

    assert outcome.code == 0
    assert sorted(outcome.out.splitlines()) == sorted(str(file) for file in Path("out").iterdir())
    assert outcome.err.startswith("gongkai: 7 reports, 400 figures, ")
    assert outcome.err.strip().endswith("Z")


def test_the_command_answers_programs(story: Path, gongkai: Command) -> None:
    """With --json one object says files, rows of each table, and the moment."""
    outcome = gongkai(
        "export", "--format", "datapackage", "out", "--as-of", "2026-02-01", "--json", "--archive", str(story)
    )

    told = json.loads(outcome.out)
    assert set(told) == {"files", "rows", "as_of", "left_out"}
    assert told["as_of"] == "2026-02-01T23:59:59Z"
    assert told["rows"]["reports"] == len(read_table(Path("out/data"), "reports"))
    assert all(Path(file).is_file() for file in told["files"])


def test_the_command_chooses_as_it_is_told(story: Path, gongkai: Command) -> None:
    """Site, year, district and all versions reach the export."""
    outcome = gongkai(
        "export", "--format", "csv", "out", "--archive", str(story), "--site", "yunting", "--year", "2020",
        "--district", "青石区", "--all-versions",
    )  # fmt: skip

    assert outcome.code == 0
    assert [(row["report"], row["version"]) for row in read_table(Path("out"), "reports")] == [
        (NAME, "1"), (NAME, "2"), (NAME, "3"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "arguments",
    [
        ("--format", "csv", "out", "白杨街道办事处-2020"),
        ("--format", "warc", "out", "--district", "青石区"),
        ("--format", "wacz", "out", "--all-versions"),
        ("--format", "csv"),
        ("--format", "tsv", "out"),
    ],
)
def test_wrong_usage_is_said(story: Path, gongkai: Command, arguments: tuple[str, ...]) -> None:
    """What a format does not take is wrong usage, and nothing is written."""
    outcome = gongkai("export", *arguments, "--archive", str(story))

    assert (outcome.code, outcome.out) == (2, "")
    assert list(Path().iterdir()) == []


def test_nothing_that_fits_is_said(story: Path, gongkai: Command) -> None:
    """Where no report fits the exit code is 3, one line says so, and nothing is written."""
    outcome = gongkai("export", "--format", "xlsx", "out", "--year", "1999", "--archive", str(story))

    assert (outcome.code, outcome.out) == (3, "")
    assert outcome.err == "gongkai: no report fits; `gongkai reports` and `gongkai sites` list what there is\n"
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize("form", FORMATS)
def test_a_folder_that_holds_files_is_refused(story: Path, gongkai: Command, form: str) -> None:
    """A folder with anything in it is left as it is, and one line says what to do."""
    Path("out").mkdir()
    Path("out/mine.txt").write_text("mine", encoding="utf-8")

    outcome = gongkai("export", "--format", form, "out", "--archive", str(story))

    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err == "gongkai: out holds files already; name another folder, or remove it\n"
    assert hash_all(Path()) == {"out/mine.txt": b"mine"}


def test_an_empty_folder_is_taken(story: Path, gongkai: Command) -> None:
    """A folder that is there and empty is filled, and so is one whose parents are not there."""
    Path("out").mkdir()

    assert gongkai("export", "--format", "csv", "out", "--archive", str(story)).code == 0
    assert gongkai("export", "--format", "csv", "some/where", "--archive", str(story)).code == 0
    assert hash_all(Path("out")) == hash_all(Path("some/where"))


def test_a_file_in_the_place_is_refused(tmp_path: Path) -> None:
    """A file is not taken for a folder."""
    (tmp_path / "out").write_text("mine", encoding="utf-8")

    with pytest.raises(ExportError, match="is a file"), whole_folder(tmp_path / "out"):
        pass

    assert hash_all(tmp_path) == {"out": b"mine"}


def test_a_folder_that_holds_files_is_refused_at_once(tmp_path: Path) -> None:
    """What is refused is refused before anything is written."""
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(ExportError, match="holds files already"), whole_folder(tmp_path):
        pytest.fail("it was begun")


def test_a_folder_filled_meanwhile_is_left_alone(tmp_path: Path) -> None:
    """What another program put there while an export ran stays, and the export is not there."""

    def fill_meanwhile() -> None:
        with whole_folder(tmp_path / "out") as scratch:
            (scratch / "a.csv").write_text("a", encoding="utf-8")
            (tmp_path / "out").mkdir()
            (tmp_path / "out" / "mine.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(ExportError, match="holds files already"):
        fill_meanwhile()

    assert hash_all(tmp_path) == {"out/mine.txt": b"mine"}


def test_a_folder_filled_in_the_last_moment_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two exports that end at once the second is told that the folder is taken, and not to make room."""

    def be_late(scratch: Path, target: Path) -> None:
        target.mkdir()
        (target / "mine.txt").write_text("mine", encoding="utf-8")
        raise OSError(errno.ENOTEMPTY, "Directory not empty", str(scratch))

    monkeypatch.setattr(Path, "replace", be_late)

    with pytest.raises(ExportError, match="holds files already"), whole_folder(tmp_path / "out") as scratch:
        (scratch / "a.csv").write_text("a", encoding="utf-8")

    assert hash_all(tmp_path) == {"out/mine.txt": b"mine"}


def test_an_empty_folder_keeps_its_rights(tmp_path: Path) -> None:
    """Who made a folder that others must not read finds it so."""
    (tmp_path / "out").mkdir(mode=0o700)

    with whole_folder(tmp_path / "out") as scratch:
        (scratch / "a.csv").write_text("a", encoding="utf-8")

    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o700
    assert hash_all(tmp_path) == {"out/a.csv": b"a"}


def test_a_disk_is_no_folder_to_replace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty disk cannot be renamed; what to do instead is said before anything is written."""
    (tmp_path / "out").mkdir()
    monkeypatch.setattr(Path, "is_mount", lambda _: True)

    with pytest.raises(ExportError, match="name a folder in it"), whole_folder(tmp_path / "out"):
        pytest.fail("it was begun")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("step", ["show", "replace"])
def test_a_killed_export_leaves_nothing_half(story: Path, tmp_path: Path, form: str, step: str) -> None:
    """Killed amid the figures or at the very end an export is not there, and can be made then."""
    done = run_python(KILLED, str(story), str(tmp_path / "out"), form, step, "SIGKILL")

    assert done.returncode == -signal.SIGKILL
    assert not (tmp_path / "out").exists()
    assert export(story, tmp_path / "out").rows["figures"] == 400


@pytest.mark.parametrize("form", FORMATS)
def test_an_interrupted_export_cleans_up(story: Path, tmp_path: Path, form: Format) -> None:
    """Interrupted by a person an export takes all away that it wrote, and lets go of its files."""

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    with Archive.open(story) as archive, pytest.raises(KeyboardInterrupt):
        export_tables(archive, tmp_path / "out", form, TidyScope(), show=interrupt)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_place_that_cannot_be_written_is_said(story: Path, tmp_path: Path) -> None:
    """Where nothing can be written one line says so."""
    tmp_path.chmod(0o500)

    with pytest.raises(ExportError, match="cannot be written"):
        export(story, tmp_path / "out")


def test_a_missing_library_is_named(story: Path, gongkai: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the library of a format is not installed one line says how to install it."""
    for name, form in (("duckdb", "parquet"), ("xlsxwriter", "xlsx")):
        monkeypatch.setitem(sys.modules, name, None)

        outcome = gongkai("export", "--format", form, "out", "--archive", str(story))

        assert outcome.code == 1
        assert "pip install 'gongkai[export]'" in outcome.err
    assert list(Path().iterdir()) == []


def test_corrections_stand_beside_what_is_printed(tmp_path: Path) -> None:
    """What a person corrected is told in columns of its own; what is printed stays, and the wide table has that."""
    save_versions(tmp_path / "gongkai.db", FIRST)
    correct(tmp_path / "gongkai.db", "requests.granted.total", "8", 8)

    export(tmp_path / "gongkai.db", tmp_path / "out")

    row = find_figure(tmp_path / "out", "requests.granted.total")
    assert (row["raw"], row["value"], row["is_corrected"]) == ("3", "3", "true")
    assert (row["correction"], row["correction_value"], row["correction_note"]) == ("8", "8", "见原件")
    (wide,) = read_table(tmp_path / "out", "wide_2019")
    assert wide["requests.granted.total"] == "3"
    others = [row["is_corrected"] for row in read_table(tmp_path / "out", "figures")]
    assert others.count("true") == 1


def test_corrections_lapse_with_the_source(tmp_path: Path) -> None:
    """A correction of an earlier version says nothing of the one that stands now."""
    save_versions(tmp_path / "gongkai.db", FIRST)
    correct(tmp_path / "gongkai.db", "requests.granted.total", "8", 8)
    with Archive.create(tmp_path / "gongkai.db", "test") as archive:
        crawl(archive, 2, {PAGE: SECOND})

    export(tmp_path / "gongkai.db", tmp_path / "out")

    assert find_figure(tmp_path / "out", "requests.granted.total")["is_corrected"] == "false"


@pytest.mark.parametrize(("folder", "said"), [(".", "is the folder you are in"), ("/", "holds files already")])
def test_a_folder_that_cannot_be_put_in_place_is_refused(story: Path, gongkai: Command, folder: str, said: str) -> None:
    """The folder that the shell stands in is not replaced under it, nor is the root of all; both are said."""
    outcome = gongkai("export", "--format", "csv", folder, "--archive", str(story))

    assert outcome.code == 1
    assert outcome.err.startswith(f"gongkai: {folder} {said}")
    assert list(Path().iterdir()) == []


def test_a_correction_is_not_known_before_it_was_made(tmp_path: Path) -> None:
    """As of a day an export holds what persons had said by then."""
    save_versions(tmp_path / "gongkai.db", FIRST)
    correct(tmp_path / "gongkai.db", "requests.granted.total", "8", 8, day=3)

    export(tmp_path / "gongkai.db", tmp_path / "out", as_of="2026-01-01T23:59:59Z")

    assert find_figure(tmp_path / "out", "requests.granted.total")["is_corrected"] == "false"


def test_a_district_is_meant_whole_whatever_its_reports_say(tmp_path: Path, gongkai: Command) -> None:
    """By its name as by its division an export holds all reports of a district, also those that do not name it."""
    path = tmp_path / "a.db"
    with Archive.create(path, "test") as archive:
        archive.save_site(SITE)
        crawl(archive, 1, {PAGE: make_report(), f"{HOST}/2.html": make_report(agency="青山镇", district=None)})

    counts = [
        json.loads(gongkai("export", "--format", "csv", f"out{number}", "--json", "--district", name,
                           "--archive", str(path)).out)["rows"]["reports"]
        for number, name in enumerate(("云汀区", "990101"))
    ]  # fmt: skip

    assert counts == [2, 2]
