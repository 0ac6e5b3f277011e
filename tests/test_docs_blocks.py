"""Every block of code that the documents show is run: commands, Python, SQL, and the files that they tell to write.

What cannot be run here stands behind a comment `<!--- skip: next "why" -->`, and there are few of those.
"""

import json
import os
import shlex
import sqlite3
import tomllib
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from unittest import SkipTest

import pytest
from sybil import Document, Example, Region
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser

from gongkai.cli import run

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
SKIPPED_AT_MOST = 12
"""Blocks that need a real site, a mail server, or another program's files."""


def run_commands(example: Example) -> None:
    """Run each line that is a command of ours, in the folder of the demo's archive."""
    for line in example.parsed.splitlines():
        words = shlex.split(line, comments=True)
        if words[:1] == ["gongkai"]:
            code = run(words[1:])
            assert code == 0, f"{line}: exit code {code}"


def run_sql(example: Example) -> None:
    """Ask the demo's archive."""
    with closing(sqlite3.connect("file:gongkai.db?mode=ro", uri=True)) as connection:
        connection.execute(example.parsed).fetchall()


def read_toml(example: Example) -> None:
    """Read a file that is to be written."""
    tomllib.loads(example.parsed)


def read_json(example: Example) -> None:
    """Read JSON, one object or one a line."""
    try:
        json.loads(example.parsed)
    except ValueError:
        for line in example.parsed.splitlines():
            json.loads(line)


PARSERS: tuple[Callable[[Document], Iterator[Region] | list[Region]], ...] = (
    CodeBlockParser("sh", run_commands),
    CodeBlockParser("sql", run_sql),
    CodeBlockParser("toml", read_toml),
    CodeBlockParser("json", read_json),
    PythonCodeBlockParser(),
    SkipParser(),
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the folder that a demo leaves behind, with the lists of sites and alerts of the documents."""
    folder = tmp_path_factory.mktemp("documents")
    assert run(["demo", "--archive", str(folder / "gongkai.db")]) == 0
    for file in (ROOT / "docs").glob("*.toml"):
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_shows_runs(page: Path, demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader who types what the page says gets what it says, without an error."""
    monkeypatch.chdir(demo)
    monkeypatch.setenv("GONGKAI_PAGER", "cat")

    for example in Document.parse(os.fspath(page), *PARSERS):
        with suppress(SkipTest):  # what follows on the page is run all the same
            example.evaluate()


def test_the_notebook_runs(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its cells run in order beside the demo's archive, and end with a chart that shows itself."""
    monkeypatch.chdir(demo)
    notebook = json.loads((ROOT / "examples" / "answers_by_year.ipynb").read_text(encoding="utf-8"))
    names: dict[str, Any] = {}

    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)  # noqa: S102 - ours

    assert names["share"].between(0, 1).all()
    assert names["chart"]._repr_svg_().startswith("<?xml")
    assert (demo / "district.svg").stat().st_size > 0


def test_few_blocks_are_not_run() -> None:
    """What is skipped is counted, so that the number does not grow by and by."""
    skipped = sum(page.read_text(encoding="utf-8").count("<!--- skip: next") for page in PAGES)

    assert skipped <= SKIPPED_AT_MOST
