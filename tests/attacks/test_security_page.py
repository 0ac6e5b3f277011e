"""The threat model and its tests: no line of the page without a test, no test of an attack without a line."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "security.md"
ADVERSARIES = ("A hostile site", "A hostile document", "A hostile reader", "A hostile archive file")
LINE = re.compile(r"^\| (?!threat |---)(?P<threat>[^|]+) \| (?P<stop>[^|]+) \| (?P<tests>[^|]+) \|$", re.MULTILINE)
TEST = re.compile(r"`(?P<file>[\w/]+\.py)::(?P<name>test_\w+)`")
MODULE = re.compile(r"`((?:gongkai|crawler|archive|parsers|tests)/[\w/]+\.\w+)`")


def read_page() -> str:
    """Return the page."""
    return PAGE.read_text(encoding="utf-8")


def find_tests(file: Path) -> frozenset[str]:
    """Return the tests that stand in a file where they are collected: functions at its margin."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def iter_named() -> Iterator[tuple[str, str]]:
    """Yield each test that the page names: its file within tests/ and its name."""
    for line in LINE.finditer(read_page()):
        for found in TEST.finditer(line["tests"]):
            yield found["file"], found["name"]


@pytest.mark.parametrize("adversary", ADVERSARIES)
def test_every_adversary_has_his_lines(adversary: str) -> None:
    """Of each it is said what he can do, what is done, what remains, and in a table what shows it."""
    part = read_page().partition(f"\n## {adversary}")[2].partition("\n## ")[0]

    assert [words for words in ("**He can**", "**We**", "**What remains**") if words not in part] == []
    assert len(list(LINE.finditer(part))) > 5


def test_every_line_names_a_test_and_what_stops_the_threat() -> None:
    """No line is a promise alone: it names a module or setting that is there, and a test."""
    lines = list(LINE.finditer(read_page()))
    rows = [
        line
        for line in read_page().splitlines()
        if line.startswith("| ") and not line.startswith(("| threat", "| ---"))
    ]

    assert len(lines) == len(rows)
    assert [line["threat"] for line in lines if not TEST.search(line["tests"])] == []
    assert [TEST.sub("", line["tests"]).strip(", ") for line in lines if TEST.sub("", line["tests"]).strip(", ")] == []
    modules = {line["threat"]: MODULE.findall(line["stop"]) for line in lines}
    assert [threat for threat, found in modules.items() if not found] == []
    assert [name for found in modules.values() for name in found if not (ROOT / name).is_file()] == []


def test_every_test_that_is_named_is_there() -> None:
    """A test that is renamed or removed takes its line along."""
    named = sorted(set(iter_named()))
    files = {file: ROOT / "tests" / file for file, _ in named}

    assert [file for file, path in files.items() if not path.is_file() or not path.name.startswith("test_")] == []
    known = {file: find_tests(path) for file, path in files.items()}
    assert [f"{file}::{name}" for file, name in named if name not in known[file]] == []


def test_every_attack_that_is_tested_has_a_line() -> None:
    """A test of an attack that stands in no line belongs to no adversary."""
    named = set(iter_named())
    files = [file for file in sorted(Path(__file__).parent.glob("test_*.py")) if file != Path(__file__)]

    missing = [
        f"attacks/{file.name}::{name}"
        for file in files
        for name in sorted(find_tests(file))
        if (f"attacks/{file.name}", name) not in named
    ]
    assert len(files) > 5
    assert missing == []


def test_a_line_without_a_test_would_be_seen() -> None:
    """The pattern that reads the table takes a line apart as it is written."""
    (line,) = LINE.finditer(
        "| threat | what stops it | tests |\n|---|---|---|\n| a b | `crawler/hosts.py` | `x.py::test_y` |"
    )

    assert (line["threat"], TEST.findall(line["tests"])) == ("a b", [("x.py", "test_y")])
