"""What a person sees: nothing wider than the terminal, colours and a pager on a terminal alone, no page that steers."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.text import Text

from gongkai.cli.columns import Columns, iter_table_lines
from gongkai.cli.grid import DrawnCell, draw_grid
from gongkai.cli.view import iter_report_lines
from gongkai.cli.wrapping import wrap_text
from tests.gongkai.made_versions import FIRST, SECOND, make_cells, make_version, save_versions
from tests.gongkai.terminals import make_environment, plain_lines, run_on_terminal, watch_on_terminal

COMMANDS = [("show", "白杨"), ("diff", "白杨"), ("changes",), ("reports",), ("check",)]
WIDTHS = [40, 60, 100]
STEERING = ("\x1b]", "\x1b[41m", "\x9b", "\u202e", "\x07")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an archive with a report in two versions, of which the later is hostile."""
    path = tmp_path_factory.mktemp("terminal") / "made.db"
    save_versions(path, FIRST, SECOND)
    return path


@pytest.fixture
def pager(tmp_path: Path) -> Path:
    """Make a pager that says that it was asked."""
    path = tmp_path / "pager"
    path.write_text(f"#!{sys.executable}\nimport sys\nprint('PAGED')\nsys.stdout.write(sys.stdin.read())\n")
    path.chmod(0o755)
    return path


def run_in_pipe(*arguments: str, archive: Path, settings: dict[str, str] | None = None) -> str:
    """Run gongkai as a script does, and return what it wrote."""
    command = [sys.executable, "-m", "gongkai", *arguments, "--archive", str(archive)]
    environment = make_environment({"TERM": "xterm-256color", **(settings or {})})
    ended = subprocess.run(command, env=environment, check=True, capture_output=True, timeout=60)  # noqa: S603 - our own
    return ended.stdout.decode()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_no_line_is_wider_than_the_terminal(archive: Path, command: tuple[str, ...], width: int) -> None:
    """However wide the terminal, each line fits it, Chinese characters counted as two; and nothing steers it."""
    code, written = run_on_terminal(*command, archive=archive, columns=width)

    assert code == 0
    assert max(map(cell_len, plain_lines(written)), default=0) <= width
    assert not any(sign in written for sign in STEERING)


@pytest.mark.parametrize("width", [12, 20, 33, 47, 60, 61, 79, 80, 100, 200])
@pytest.mark.parametrize("form", ["2014", "2019", "2021"])
def test_every_form_fits_and_keeps_its_figures(form: str, width: int) -> None:
    """The tables of a form fit any terminal; where they are drawn in parts, each figure still stands there once."""
    names = [".".join(cell.key) for cell in make_cells(form)]
    report = make_version(form=form, figures={name: 100 + number for number, name in enumerate(names)})

    drawn = [line.plain for line in iter_report_lines(report, width) if line.plain[:1] in "│├┌└"]

    figures = " ".join(drawn).replace("│", " ").split()
    assert max(map(cell_len, drawn)) <= width
    assert [figures.count(str(100 + number)) for number in range(len(names))] == [1] * len(names)


def test_a_table_in_parts_repeats_the_labels_of_its_rows() -> None:
    """A table that is too wide is drawn in parts under each other; each begins with the labels of its rows."""
    rows = [[DrawnCell("规章"), *(DrawnCell(f"{number}00", is_figure=True) for number in range(1, 7))]]

    lines = [line.plain for line in draw_grid(rows, 7, 16) if "00" in line.plain]

    assert [line.count("│") - 2 for line in lines] == [3, 3]
    assert all(line.startswith("│规") for line in lines)


def test_a_span_that_is_cut_keeps_its_label_and_gives_its_figure_once() -> None:
    """Where a part ends within a cell, a label stands in both parts, a figure only where its cell begins."""
    rows = [
        [DrawnCell("申请", colspan=4)],
        [DrawnCell("777", is_figure=True, colspan=4)],
        [DrawnCell(f"{number}000", is_figure=True) for number in range(1, 5)],
    ]

    drawn = "\n".join(line.plain for line in draw_grid(rows, 4, 12))

    assert (drawn.count("申请"), drawn.count("777")) == (2, 1)


@pytest.mark.parametrize("width", range(4, 130, 7))
def test_rows_fit_and_lose_nothing(width: int) -> None:
    """Rows are drawn side by side, one under the other, or as blocks, as the terminal allows; no word is lost."""
    columns = Columns(("id", "version", "what"), frozenset({"version"}))
    rows = [[Text("990101-白杨街道-2020"), Text("2"), Text("青石区白杨街道2020年政府信息公开工作年度报告")]]

    lines = [line.plain for line in iter_table_lines(columns, rows, width)]

    assert max(map(cell_len, lines)) <= width
    letters = "".join("".join(lines).split())
    assert "2020年政府信息公开工作年度报告" in letters
    assert "990101-白杨街道-2020" in letters


def test_chinese_is_broken_as_it_is_printed() -> None:
    """A line may end between any two characters, but neither within a number nor before a full stop."""
    lines = wrap_text(Text("受理申请12345件，均已按期办结。"), 12)

    assert [line.plain for line in lines] == ["受理申请", "12345件，均", "已按期办结。"]


def test_colours_are_for_terminals(archive: Path) -> None:
    """Colours come on a terminal alone, never with NO_COLOR, in a pipe only where FORCE_COLOR asks for them."""
    on_terminal = run_on_terminal("diff", "白杨", archive=archive)[1]
    refused = [
        run_on_terminal("diff", "白杨", archive=archive, settings=settings)[1]
        for settings in ({"NO_COLOR": "1"}, {"TERM": "dumb"}, {"NO_COLOR": "1", "FORCE_COLOR": "1"})
    ]
    piped = run_in_pipe("diff", "白杨", archive=archive)
    forced = run_in_pipe("diff", "白杨", archive=archive, settings={"FORCE_COLOR": "1"})

    assert "\x1b[31m" in on_terminal
    assert not any("\x1b" in written for written in (*refused, piped))
    assert "\x1b[31m-" in forced


def test_in_a_pipe_a_row_is_a_line(archive: Path) -> None:
    """A script gets tab-separated lines as long as they are, whatever the terminal, the pager or the title."""
    written = run_in_pipe("reports", archive=archive, settings={"COLUMNS": "40", "GONGKAI_PAGER": "false"})

    lines = written.splitlines()
    assert [line.count("\t") for line in lines] == [6, 6]
    assert lines[1].endswith("2020年政府信息公开工作年度报告（更正）")
    assert not any(sign in written for sign in STEERING)


def test_a_pager_comes_where_it_is_longer_than_the_screen(archive: Path, pager: Path) -> None:
    """On a terminal what is longer than the screen goes through the pager, with its colours; nothing else does."""
    settings = {"GONGKAI_PAGER": str(pager), "PAGER": "false"}
    long = run_on_terminal("show", "白杨", archive=archive, settings=settings)[1]
    short = run_on_terminal("show", "白杨", archive=archive, settings=settings, rows=500)[1]

    assert plain_lines(long) == ["PAGED", *plain_lines(short)]
    assert "\x1b[1m" in long


@pytest.mark.parametrize(
    "settings",
    [
        {"GONGKAI_PAGER": "PAGER", "TERM": "dumb"},
        {"PAGER": "PAGER", "GONGKAI_PAGER": "cat"},
        {"PAGER": "PAGER", "GONGKAI_PAGER": ""},
        {"GONGKAI_PAGER": "/no/such/pager"},
        {"GONGKAI_PAGER": "'unclosed"},
    ],
)
def test_no_pager_is_no_loss(archive: Path, pager: Path, settings: dict[str, str]) -> None:
    """Where no pager is wanted, or it is not there, all is written to the terminal."""
    named = {name: value.replace("PAGER", str(pager)) for name, value in settings.items()}

    code, written = run_on_terminal("show", "白杨", archive=archive, settings=named)

    assert code == 0
    assert "PAGED" not in written
    assert plain_lines(written)[-1].startswith("http://127.0.0.1")


def test_in_a_pipe_there_is_no_pager(archive: Path, pager: Path) -> None:
    """A script never meets the pager."""
    assert "PAGED" not in run_in_pipe("show", "白杨", archive=archive, settings={"GONGKAI_PAGER": str(pager)})


ENDLESS = """
from gongkai.cli.output import paged, print_lines
from rich.text import Text
with paged():
    print_lines(Text(str(number)) for number in range(10_000_000))
"""


def test_leaving_the_pager_is_no_failure(pager: Path) -> None:
    """The pager shows what there is at once; whoever leaves it has had enough: nothing more is made, nothing said."""
    pager.write_text(f"#!{sys.executable}\nprint(input())\n")

    code, written = watch_on_terminal([sys.executable, "-c", ENDLESS], settings={"GONGKAI_PAGER": str(pager)})

    assert (code, plain_lines(written)) == (0, ["0"])


@pytest.mark.parametrize("arguments", [("show", "白杨"), ("reports", "--json"), ("changes",), ("diff", "白杨")])
def test_leaving_a_pipe_is_no_failure(archive: Path, arguments: tuple[str, ...]) -> None:
    """A reader that closes the pipe, as `head` does, has all it wanted: exit code 0, and nothing is said."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "gongkai", *arguments, "--archive", str(archive)]
    with os.fdopen(writer, "wb") as pipe:
        ended = subprocess.run(command, check=False, stdout=pipe, stderr=subprocess.PIPE, timeout=60)  # noqa: S603 - our own

    assert (ended.returncode, ended.stderr) == (0, b"")
