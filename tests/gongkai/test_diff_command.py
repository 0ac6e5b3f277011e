"""`gongkai diff`: which versions, and what is printed of them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.gongkai.conftest import Outcome
from tests.gongkai.made_versions import FIRST, HOSTILE, NAME, SECOND, THIRD, make_version, save_versions
from tests.gongkai.terminals import plain_lines, run_on_terminal

Gongkai = Callable[..., Outcome]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an archive with a report in three versions."""
    path = tmp_path_factory.mktemp("diff") / "made.db"
    save_versions(path, FIRST, SECOND, THIRD)
    return path


@pytest.mark.parametrize(
    ("numbers", "versions"),
    [((), (2, 3)), (("2",), (1, 2)), (("1", "3"), (1, 3)), (("3", "1"), (3, 1))],
)
def test_the_newest_stands_beside_the_one_before(
    gongkai: Gongkai, archive: Path, numbers: tuple[str, ...], versions: tuple[int, int]
) -> None:
    """Without numbers the last two versions are compared, with one that and the one before, with two just those."""
    outcome = gongkai("diff", "白杨", *numbers, "--json", "--archive", str(archive))

    told = json.loads(outcome.out)
    assert (outcome.code, outcome.err) == (0, "")
    assert (told["id"], told["a"], told["b"]) == (NAME, *versions)


def test_in_a_pipe_it_reads_without_colours(gongkai: Gongkai, archive: Path) -> None:
    """Elsewhere than on a terminal each difference has its name, then its old lines with -, its new ones with +."""
    outcome = gongkai("diff", "白杨", "1", "2", "--archive", str(archive))

    lines = outcome.out.splitlines()
    assert lines[:2] == [f"--- {NAME} version 1", f"+++ {NAME} version 2"]
    place = lines.index("@@ requests.new_requests.total 一、本年新收政府信息公开申请数量 · 总计 @@")
    assert lines[place + 1 : place + 3] == ["-5", "+６"]
    place = lines.index("@@ 一、总体情况 @@")
    assert lines[place + 1 : place + 3] == ["-公开政府信息312条，受理申请5件。", "+公开政府信息321条，受理申请6件。"]
    assert lines[place + 5 : place + 9] == [
        "+新设窗口。",
        "@@ 六、其他需要报告的事项 → 六、其他事项  (moved) @@",
        "-无。",
        "+无其他需要报告的事项。",
    ]
    assert lines[-6:-1] == [" … 1 row …", "-会议 | 3", "+会议 | 5", "-文件 | 7", " … 1 row …"]
    assert all(line[0] in "@+- " and line != "+" for line in lines)


def test_what_cannot_be_compared_is_said(gongkai: Gongkai, archive: Path, tmp_path: Path) -> None:
    """One version alone, a first one, and two that are the same are no failure; a version that is not there is one."""
    save_versions(tmp_path / "one.db", make_version())
    alone = gongkai("diff", "白杨", "--archive", str(tmp_path / "one.db"))
    first, same, absent, unknown = (
        gongkai("diff", *asked, "--archive", str(archive))
        for asked in (("白杨", "1"), ("白杨", "2", "2"), ("白杨", "1", "9"), ("无此街道",))
    )

    assert (alone.code, first.code, same.code, absent.code, unknown.code) == (0, 0, 0, 1, 1)
    assert alone.err == f"gongkai: {NAME} has one version only; there is nothing to compare\n"
    assert first.err == f"gongkai: {NAME} has no version before 1; there is nothing to compare\n"
    assert same.err == f"gongkai: {NAME}: versions 2 and 2 say the same\n"
    assert absent.err == f"gongkai: {NAME} has no version 9; it has 1, 2, 3\n"
    assert "no report answers to '无此街道'" in unknown.err
    assert not any(outcome.out for outcome in (alone, first, same, absent, unknown))


def test_a_version_is_a_number(gongkai: Gongkai, archive: Path) -> None:
    """What is no number of a version is wrong usage."""
    outcomes = [gongkai("diff", "白杨", number, "--archive", str(archive)) for number in ("x", "0", "9" * 30)]

    assert [(outcome.code, outcome.out) for outcome in outcomes] == [(2, "")] * 3


def test_json_holds_the_words_as_they_stand(gongkai: Gongkai, archive: Path) -> None:
    """Programs get hostile words unchanged, and escaped, so that no byte of them can steer a terminal."""
    outcome = gongkai("diff", "白杨", "1", "2", "--json", "--archive", str(archive))

    told = json.loads(outcome.out)
    assert HOSTILE in told["facts"][0]["new"]
    assert outcome.out.rstrip("\n").isprintable()


def test_on_a_terminal_old_and_new_are_coloured(archive: Path) -> None:
    """On a terminal what was removed is red and struck out, what was added green, and what is the same is folded."""
    code, written = run_on_terminal("diff", "白杨", "1", "2", archive=archive, columns=100)

    assert code == 0
    assert "公开政府信息\x1b[9;31m312\x1b[0m\x1b[32m321\x1b[0m条" in written
    assert any(" characters … " in line for line in plain_lines(written))


def test_without_colours_there_are_marks(archive: Path) -> None:
    """Where colours are not wanted, a terminal shows [-removed-] and {+added+}, and no escape sequence."""
    code, written = run_on_terminal("diff", "白杨", "1", "2", archive=archive, settings={"NO_COLOR": "1"})

    assert code == 0
    assert "公开政府信息[-312-]{+321+}条" in written
    assert "\x1b" not in written
