"""Texts that would steer a terminal: no command lets a sign of them through, in words, in JSON, or in an error."""

import logging
import sys
from pathlib import Path

import pytest

from archive import Archive
from gongkai.cli import COMMANDS, run
from gongkai.cli.progress import open_log
from tests.attacks.steering import FORBIDDEN, OWN_COLOURS, SIGNS, make_steering
from tests.gongkai.terminals import run_on_terminal

PRINTING = (
    ("reports",),
    ("reports", "--json"),
    ("show", "白杨"),
    ("show", "白杨", "--json"),
    ("show", "made"),
    ("show", "2020"),
    ("show", f"nowhere{SIGNS}"),
    ("changes",),
    ("changes", "--json"),
    ("diff", "白杨"),
    ("diff", "白杨", "--json"),
    ("check",),
    ("check", "--json"),
    ("check", "2020"),
    ("coverage",),
    ("coverage", "--json"),
    ("coverage", "--agency", "2020"),
    ("search", "公开"),
    ("search", "公开", "--json"),
    ("search", f"site:{SIGNS}"),
    ("search", f'"{SIGNS}'),
    ("sites", "list", "--sites", "none.toml"),
    ("sites", "list", "--sites", "none.toml", "--json"),
    ("review",),
    ("review", "白杨"),
    ("review", "--list"),
    ("verify",),
    ("verify", "--json"),
    ("evidence", "2020"),
    ("evidence", "made"),
    ("notify", "--alerts", "alerts.toml", "--dry-run"),
    ("merge", "none.db"),
    ("serve", "--port", "0", "--host", f"a{SIGNS}"),
    ("reparse", "--dry-run"),
    ("compact", "--json"),
    ("backup", "none/x.db"),
)
"""Commands that print what is stored, or an error that names it, each as it is typed."""
DRAWN = (("reports",), ("show", "白杨"), ("changes",), ("diff", "白杨"), ("check",), ("coverage",), ("search", "公开"))
ALERTS = '[[alert]]\nname = "a"\nto = ["json://127.0.0.1:9/"]\nsince = "2020-01-01"\n'


@pytest.fixture(scope="module")
def steering(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the archive that would steer."""
    return make_steering(tmp_path_factory.mktemp("steering") / "a.db")


def test_the_archive_of_these_tests_does_try(steering: Path) -> None:
    """What is stored holds the signs, in names as in texts: else nothing below could fail."""
    with Archive.open(steering) as archive:
        rows = archive.list_reports()
        sites = archive.list_sites()

    assert all(FORBIDDEN.search(row.title or "") for row in rows)
    assert any(FORBIDDEN.search(row.id) for row in rows)
    assert FORBIDDEN.search(str(sites[0]["name"]))


@pytest.mark.parametrize("arguments", PRINTING, ids=lambda arguments: ascii(" ".join(arguments)))
def test_no_command_lets_a_sign_through(
    steering: Path,
    arguments: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """On standard output and standard error, and in the names of files that it makes, nothing steers a terminal."""
    monkeypatch.chdir(tmp_path)
    Path("alerts.toml").write_text(ALERTS, encoding="utf-8")

    run([*arguments, "--archive", str(steering)])

    out, err = capfd.readouterr()
    made = " ".join(str(file) for file in tmp_path.rglob("*"))
    assert out or err
    assert [ascii(found) for text in (out, err, made) for found in FORBIDDEN.findall(text)] == []


@pytest.mark.parametrize("arguments", DRAWN, ids=" ".join)
def test_on_a_terminal_a_command_sends_colours_and_nothing_else(steering: Path, arguments: tuple[str, ...]) -> None:
    """What is drawn has the colours of the command, and no other sequence."""
    _, written = run_on_terminal(*arguments, archive=steering)

    assert written
    assert [ascii(found) for found in FORBIDDEN.findall(OWN_COLOURS.sub("", written))] == []
    assert "\x1b[41m" not in written


def fail() -> None:
    """Fail with words that would steer a terminal."""
    raise ValueError(SIGNS)


def test_no_line_of_a_log_is_another_s(tmp_path: Path) -> None:
    """A log has one line a record whatever an address says, and a traceback in it steers nothing."""
    with open_log(tmp_path / "log.txt") as log:
        assert log is not None
        record = logging.LogRecord("a", logging.INFO, "", 0, "%s %s", ("http 404", f"http://a/{SIGNS}"), None)
        log.handle(record)
        try:
            fail()
        except ValueError:
            failure = logging.LogRecord("a", logging.ERROR, "", 0, "cannot read", (), sys.exc_info())
        log.handle(failure)

    text = (tmp_path / "log.txt").read_text(encoding="utf-8")
    first, second, *_ = text.splitlines()
    assert first.endswith("X-Made: 1")
    assert second.endswith("error: cannot read")
    assert FORBIDDEN.findall(text) == []


def test_every_command_that_reads_an_archive_is_tried() -> None:
    """A command that is added prints nothing unseen by these tests."""
    without_texts = {"demo", "crawl", "discover", "watch", "parse", "export", "import"}

    assert {arguments[0] for arguments in PRINTING} == set(COMMANDS) - without_texts
