"""`verify` and `evidence` as they are typed, and the bundle in a stranger's hands."""

import ast
import gzip
import io
import json
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from archive import Archive
from archive.warc.records import MissingWarcError
from gongkai.labels import find_labels
from gongkai.reading import read_captures
from parsers import Cell, CellKey, Report
from parsers.forms import load_forms
from tests.gongkai.conftest import Outcome
from tests.gongkai.reader_world import HOST, SITE, make_crawl, make_page

Gongkai = Callable[..., Outcome]

TITLE = "云汀区听松街道办事处2020年政府信息公开工作年度报告"
KEY = "990101-听松街道办事处-2020"
CELL = "proactive_disclosure.normative_documents.total_published"


@pytest.fixture(scope="session")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an archive in which one figure of a report changed from 7 to 8."""
    path = tmp_path_factory.mktemp("crawled") / "gongkai.db"
    page = replace(make_crawl(1, 1)[0], url=f"{HOST}/nb/a.html", link_text=TITLE, kind="report", headers=())
    with Archive.create(path) as archive:
        archive.save_site(SITE)
        for number, (day, figure) in enumerate(((1, 7), (2, 8))):
            archive.begin_run()
            moment = page.fetched_at.replace(year=2026, month=3, day=day, microsecond=0)
            headers = (("Content-Type", "text/html"), ("Date", f"no. {number}"), ("X-备注", "=1+1"))
            body = make_page(TITLE, "本街道认真公开。", figure)
            archive.save_capture(replace(page, fetched_at=moment, body=body, headers=headers, facts={"tries": 1}))
            read_captures(archive)
    return path


@pytest.fixture
def asked(gongkai: Gongkai, crawled: Path, tmp_path: Path) -> Gongkai:
    """Run a command in a folder with a copy of the archive."""
    shutil.copyfile(crawled, tmp_path / "gongkai.db")
    return gongkai


@pytest.fixture(scope="session")
def bundle(crawled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the evidence of a figure that changed."""
    from gongkai.cli import run  # noqa: PLC0415 - as it is typed

    folder = tmp_path_factory.mktemp("bundle") / "proof"
    assert run(["evidence", KEY, CELL, "--archive", str(crawled), "--output", str(folder)]) == 0
    return folder


def check(folder: Path, *arguments: str) -> tuple[int, str]:
    """Check a bundle as a stranger does: with nothing but Python, in a folder of its own."""
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-I", "-S", str(folder / "check.py"), *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def write(path: Path, statement: str) -> None:
    """Change the archive past gongkai."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER captures_are_not_edited")
        connection.execute(statement)


def test_verify_says_whole_and_prints_the_head(asked: Gongkai) -> None:
    """A whole archive is said to be whole, with the link to note; that link holds when it is asked for."""
    outcome = asked("verify")
    told = json.loads(asked("verify", "--json").out)

    link = told["heads"][0]["link"]
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines() == [
        "whole (2 captures, 2 bodies, 1 reports looked at)",
        f"head {link} (capture 2, 2 in the chain)",
    ]
    assert (told["whole"], told["problems"]) == (True, [])
    assert [asked("verify", "--head", one).code for one in (link, "0" * 64, "short")] == [0, 4, 2]
    assert [asked("verify", *more).code for more in (["--quick"], ["--deep"])] == [0, 0]


def test_verify_names_what_is_wrong_and_leaves_with_4(asked: Gongkai, tmp_path: Path) -> None:
    """A damaged archive is said to be damaged: where, what, what it means; for programs as an object."""
    write(tmp_path / "gongkai.db", "UPDATE captures SET status = 203 WHERE id = 1")

    outcome, told = asked("verify"), json.loads(asked("verify", "--json").out)

    assert outcome.code == 4
    assert f"✗ capture 1 ({HOST}/nb/a.html): it is not what was stored" in outcome.out
    assert "restore a copy of the archive" in outcome.out
    assert (told["whole"], len(told["problems"])) == (False, 2)


def test_verify_repairs_what_is_worked_out_and_no_more(asked: Gongkai, tmp_path: Path) -> None:
    """`--repair` mends figures and index; a capture that was edited stays edited, and the archive damaged."""
    path = tmp_path / "gongkai.db"
    write(path, "UPDATE figures SET value = 999 WHERE value = 7")

    codes = [asked("verify").code, asked("verify", "--repair").code, asked("verify").code]
    write(path, "UPDATE captures SET status = 203 WHERE id = 1")

    assert codes == [4, 0, 0]
    assert [asked("verify", "--repair").code, asked("verify").code] == [4, 4]


def test_a_file_that_cannot_be_opened_is_one_line(gongkai: Gongkai, tmp_path: Path) -> None:
    """What SQLite cannot open at all is one clear line and damaged; what is not there is a failure."""
    (tmp_path / "gongkai.db").write_bytes(b"\0" * 5000)

    outcomes = [gongkai("verify"), gongkai("verify", "--repair"), gongkai("verify", "--archive", "none.db")]

    assert [outcome.code for outcome in outcomes] == [4, 4, 1]
    assert [len(outcome.err.splitlines()) for outcome in outcomes] == [1, 1, 1]
    assert not (tmp_path / "none.db").exists()


def test_deep_parses_the_bytes_again(asked: Gongkai, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With `--deep` a parser that reads the stored bytes otherwise than is on record shows."""
    monkeypatch.setattr("gongkai.reading.parse_body", lambda _, __: (None, "nothing in it"))

    outcome = asked("verify", "--deep")

    assert outcome.code == 4
    assert "the parser reads it otherwise than is on record" in outcome.out


def test_on_a_terminal_it_is_seen_how_far_it_is(asked: Gongkai, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits at a terminal sees what is looked at; what stays on the screen is the outcome alone."""
    screen = io.StringIO()
    monkeypatch.setattr("gongkai.cli.verify.stderr", lambda: Console(file=screen, force_terminal=True, width=80))

    outcome = asked("verify")

    assert outcome.out.startswith("whole (2 captures")
    assert "search index" in screen.getvalue() or "reports" in screen.getvalue()


def test_evidence_ends_at_the_link_that_was_noted(asked: Gongkai, tmp_path: Path) -> None:
    """With `--head` the chain in the bundle ends at a link that its reader holds."""
    link = asked("verify", "--json").out.split('"link": "')[1][:64]
    codes = [asked("evidence", KEY, "--head", one, "--output", one[:4]).code for one in (link, "0" * 64, "x")]

    assert codes == [0, 1, 2]
    assert check(tmp_path / link[:4], link)[0] == 0


def test_a_bundle_holds_for_a_stranger(bundle: Path) -> None:
    """One command with nothing but Python says OK, with the head; it leaves nothing behind."""
    before = sorted(bundle.rglob("*"))

    code, said = check(bundle)

    head = json.loads((bundle / "capture.json").read_bytes())["head"]
    assert (code, said.splitlines()[0][:2]) == (0, "OK")
    assert f"head     {head}" in said
    assert sorted(bundle.rglob("*")) == before
    assert {path.name for path in bundle.iterdir()} == {
        *("README.md", "SHA256SUMS", "before", "body.html", "capture.json", "capture.warc.gz", "cell.json"),
        *("chain.txt", "change.json", "check.py", "figures.csv", "headers.txt", "report.json"),
    }
    assert ast.parse((bundle / "check.py").read_text(encoding="utf-8"), feature_version=(3, 8))


def test_a_noted_link_is_looked_for_in_the_chain(bundle: Path) -> None:
    """Whoever noted a link hears whether this capture is proven by it."""
    head = json.loads((bundle / "capture.json").read_bytes())["head"]

    assert check(bundle, head)[0] == 0
    assert check(bundle, "0" * 64)[0] == 1


def test_tampering_with_any_file_shows(bundle: Path, tmp_path: Path) -> None:
    """One byte more, one byte other, or a file less: the check names the file; a file more is named as well."""
    names = sorted(path.relative_to(bundle) for path in bundle.rglob("*") if path.is_file())
    for number, name in enumerate(names):
        for way in ("more", "other", "less"):
            copy = tmp_path / f"{number}-{way}"
            shutil.copytree(bundle, copy)
            content = (copy / name).read_bytes()
            if way == "less" and name.name == "check.py":
                continue
            if way == "less":
                (copy / name).unlink()
            elif way == "more" or name.name == "check.py":
                (copy / name).write_bytes(content + b"\n")
            else:
                half = len(content) // 2
                (copy / name).write_bytes(content[:half] + bytes([content[half] ^ 1]) + content[half + 1 :])
            code, said = check(copy)
            assert (code, "NOT OK" in said, name.as_posix() in said) == (1, True, True), (name, way, said)
    shutil.copytree(bundle, tmp_path / "stranger")
    (tmp_path / "stranger" / "more.txt").write_text("x", encoding="utf-8")
    assert "more.txt: is not listed" in check(tmp_path / "stranger")[1]


def reseal(folder: Path) -> None:
    """Write the list of sums anew, as a forger would."""
    from hashlib import sha256  # noqa: PLC0415 - here alone

    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    lines = (f"{sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names if name != "SHA256SUMS")
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("body.html", ">8<", ">9<", "is not the body that was captured"),
        ("headers.txt", "no. 1", "no. 2", "are not the headers of the digest"),
        ("capture.json", '"status": 200', '"status": 203', "its digest does not follow from its parts"),
        ("capture.json", "2026-03-02", "2025-03-02", "its digest does not follow from its parts"),
        ("capture.json", '"head": "', '"head": "0', "does not lead to its head"),
        ("chain.txt", "head ", "head 0", "does not lead to its head"),
        ("chain.txt", "previous ", "previous 0", "does not begin with this capture"),
        ("figures.csv", ",8,8,", ",9,9,", "are not the figures of report.json"),
        ("report.json", '"value": 8', '"value": 9', "are not the figures of report.json"),
        ("cell.json", '"value": 8', '"value": 9', "is not a cell of report.json"),
        ("change.json", '"capture": "', '"capture": "0', "speaks of another capture"),
        ("before/body.html", ">7<", ">6<", "before/body.html: is not the body that was captured"),
    ],
)
def test_a_forger_who_writes_the_sums_anew_is_found_out(
    bundle: Path, tmp_path: Path, name: str, old: str, new: str, said: str
) -> None:
    """Whoever changes a file and the list of sums with it is found out by digest, chain, or the other files."""
    copy = tmp_path / "forged"
    shutil.copytree(bundle, copy)
    content = (copy / name).read_bytes()
    assert old.encode() in content
    (copy / name).write_bytes(content.replace(old.encode(), new.encode(), 1))
    reseal(copy)

    code, told = check(copy)

    assert code == 1
    assert said in told


@pytest.mark.parametrize(
    ("old", "new"), [(b">8<", b">9<"), (b'"digest": "', b'"digest": "0'), (b"response", b"resxonse")]
)
def test_a_warc_file_of_another_capture_is_found_out(bundle: Path, tmp_path: Path, old: bytes, new: bytes) -> None:
    """The WARC file is compared with the capture: one with another body or another digest is said to be another."""
    copy = tmp_path / "forged"
    shutil.copytree(bundle, copy)
    content = gzip.decompress((copy / "capture.warc.gz").read_bytes())
    assert old in content
    if len(old) != len(new):  # a record says how long it is
        size = len(content.rpartition(b"\r\n\r\n{")[2].partition(b"\r\n\r\n")[0]) + 1
        content = content.replace(b"Content-Length: %d" % size, b"Content-Length: %d" % (size + len(new) - len(old)))
    (copy / "capture.warc.gz").write_bytes(gzip.compress(content.replace(old, new)))
    reseal(copy)

    assert "capture.warc.gz: does not hold this capture" in check(copy)[1]


@pytest.mark.parametrize(
    ("key", "row", "column"),
    [
        (
            CellKey("proactive_disclosure", "penalties", "decisions"),
            ("行政处罚",),
            ("第二十条第（六）项", "处理决定数量"),
        ),
        (
            CellKey("review_and_litigation", "litigation.direct", "upheld"),
            (),
            ("行政诉讼", "未经复议直接起诉", "结果维持"),
        ),
    ],
)
def test_a_cell_is_named_by_what_stands_beside_and_above_it(
    key: CellKey, row: tuple[str, ...], column: tuple[str, ...]
) -> None:
    """The labels of a cell are those of its own block of the form, whatever spans they have."""
    cells = tuple(Cell(*one, "1", 1, None, "reported", None) for one in load_forms()["2019"].iter_cells())
    report = Report("annual_report", "2019", None, None, None, None, None, None, cells=cells)

    labels = find_labels(report, key)

    assert labels is not None
    assert (labels.row, labels.column) == (row, column)
    assert find_labels(report, CellKey("requests", "x", "y")) is None


def test_a_cell_is_shown_with_its_labels_and_its_place(bundle: Path) -> None:
    """`cell.json` says how the form names the cell, where in the document it stands, and which parser read it."""
    told = json.loads((bundle / "cell.json").read_bytes())

    assert (told["report"], told["version"], told["name"]) == (KEY, 2, CELL)
    assert told["labels"] == {
        "table": "主动公开政府信息情况",
        "row": ["规范性文件"],
        "column": ["第二十条第（一）项", "对外公开总数量"],
    }
    assert (told["cell"]["raw"], told["cell"]["value"], told["cell"]["status"]) == ("8", 8, "reported")
    assert told["place"]["text"] == "规范性文件 | 1 | 2 | 8"
    assert (told["place"]["reads_the_same"], told["reading"]["form"]) == (True, "2019")
    change = json.loads((bundle / "change.json").read_bytes())
    assert [(cell["old"], cell["new"]) for cell in change["cells"]] == [(7, 8)]


def test_a_version_without_a_change_comes_alone(asked: Gongkai, tmp_path: Path) -> None:
    """The first version has nothing before it; a cell that did not change neither. Any end of a name will do."""
    outcomes = [
        asked("evidence", "听松", "--version", "1"),
        asked("evidence", "听松", "regulations.newly_made"),
        asked("evidence", "听松", "--as-of", "2026-03-01", "--output", "old"),
    ]

    assert [outcome.code for outcome in outcomes] == [0, 0, 0]
    folders = [outcome.out.strip() for outcome in outcomes]
    assert folders == [f"evidence-{KEY}-v1", f"evidence-{KEY}-v2-proactive_disclosure-regulations-newly_made", "old"]
    assert not any((tmp_path / folder / "before").exists() for folder in folders)
    assert [check(tmp_path / folder)[0] for folder in folders] == [0, 0, 0]


def test_a_zip_is_the_same_byte_for_byte(asked: Gongkai, tmp_path: Path) -> None:
    """Two zips of the same evidence are the same file, and hold one folder that checks."""
    codes = [asked("evidence", KEY, "--output", f"{folder}/proof.zip").code for folder in ("a", "b") if not
             (tmp_path / folder).mkdir()]  # fmt: skip

    assert codes == [0, 0]
    assert (tmp_path / "a/proof.zip").read_bytes() == (tmp_path / "b/proof.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a/proof.zip") as packed:
        assert packed.namelist() == sorted(packed.namelist())
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        packed.extractall(tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["proof"]
    assert check(tmp_path / "out/proof")[0] == 0


def test_a_cell_that_is_not_one_is_wrong_usage(asked: Gongkai) -> None:
    """A name that several cells end in is answered with those; one that none has with some that there are."""
    many, none = asked("evidence", KEY, "newly_made"), asked("evidence", KEY, "nothing.here")

    assert (many.code, none.code) == (2, 2)
    assert "may mean proactive_disclosure.regulations.newly_made, " in many.err
    assert "no cell of the report ends in 'nothing.here'" in none.err


def test_a_damaged_archive_gives_no_evidence(asked: Gongkai, tmp_path: Path) -> None:
    """Where the body is damaged nothing is written, and the exit code says so; a place that is taken is kept."""
    (tmp_path / "taken").mkdir()
    taken = asked("evidence", KEY, "--output", "taken")
    write(tmp_path / "gongkai.db", "UPDATE bodies SET codec = 'raw', data = CAST('x' AS BLOB), base_id = NULL")

    damaged = asked("evidence", KEY, "--output", "proof")

    assert (taken.code, damaged.code) == (1, 4)
    assert "is not what was stored" in damaged.err or "restore a copy" in damaged.err
    assert sorted(path.name for path in tmp_path.iterdir() if "proof" in path.name) == []
    assert list((tmp_path / "taken").iterdir()) == []


def test_without_the_library_for_warc_the_rest_is_written(
    asked: Gongkai, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bundle without its WARC file still proves; that it is missing is said, with what to install."""

    def refuse(*_: object) -> None:
        raise MissingWarcError("no warcio")

    monkeypatch.setattr("archive.proof.evidence.WarcWriter", refuse)
    outcome = asked("evidence", KEY, "--output", "proof", "--json")

    assert outcome.code == 0
    assert "pip install 'gongkai[warc]'" in outcome.err
    assert "capture.warc.gz" not in json.loads(outcome.out)["files"]
    assert check(tmp_path / "proof")[0] == 0
