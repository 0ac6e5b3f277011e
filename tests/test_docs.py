"""What the documents show is what the program does."""

import re
import sqlite3
import tomllib
from contextlib import closing
from pathlib import Path

import pytest

from crawler import load_sites
from crawler.contact import make_user_agent
from gongkai.cli import COMMANDS, run
from gongkai.hints import find_hint
from parsers.forms import load_forms

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DATA = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
SCHEMA = (ROOT / "docs" / "schema.md").read_text(encoding="utf-8")


def block(name: str) -> str:
    """Return the code block of README behind the comment of that name."""
    found = re.search(rf"<!-- {name}:.*?-->\n```\w*\n(.*?)```", README, re.DOTALL)
    assert found, name
    return found[1]


def squeeze(text: str) -> list[str]:
    """Return lines as they are compared: ports, moments and white space made alike."""
    alike = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1", re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "MOMENT", text))
    return [" ".join(line.split()) for line in alike.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the archive that a demo leaves behind."""
    path = tmp_path_factory.mktemp("docs") / "gongkai.db"
    assert run(["demo", "--archive", str(path)]) == 0
    return path


def test_readme_shows_what_the_demo_prints(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The README's run of the demo is what the demo prints."""
    run(["demo", "--archive", str(tmp_path / "gongkai.db")])

    shown = squeeze(block("demo"))
    assert squeeze(capsys.readouterr().out)[: len(shown)] == shown


def test_readme_shows_what_show_prints(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The README's table is what `gongkai show` draws."""
    run(["show", "听松街道-2022", "--archive", str(demo)])

    assert block("show") in capsys.readouterr().out


def test_readme_query_gives_what_it_says(demo: Path) -> None:
    """The README's query gives the rows that stand behind it."""
    query = re.search(r"```sql\n(.*?)```", README, re.DOTALL)
    assert query
    table = README[query.end() :].split("\n\n")[1].splitlines()[2:]

    with closing(sqlite3.connect(demo)) as connection:
        rows = connection.execute(query[1]).fetchall()

    assert [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in table] == [
        tuple(map(str, row)) for row in rows
    ]


def test_readme_sites_can_be_crawled() -> None:
    """The README's sites.toml is the one in docs, and is read without a warning."""
    file = load_sites(ROOT / "docs" / "sites.toml")

    assert tomllib.loads(block("sites")) == tomllib.loads((ROOT / "docs" / "sites.toml").read_text(encoding="utf-8"))
    assert (len(file.sites), file.warnings) == (5, ())
    assert make_user_agent(file.sites).endswith("(+you@example.org)")


def test_readme_names_every_command() -> None:
    """Every command stands in the README."""
    assert [name for name in COMMANDS if name != "demo" and f"gongkai {name}" not in README] == []


def test_every_link_leads_somewhere() -> None:
    """No link between the documents is dead."""
    for file in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"), ROOT / "CHANGELOG.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", file.read_text(encoding="utf-8")):
            assert (file.parent / target).exists(), f"{file.name}: {target}"


def test_data_names_every_table_and_view(demo: Path) -> None:
    """docs/data.md names every view of the archive, docs/schema.md every table, and the first every key of a cell."""
    with closing(sqlite3.connect(demo)) as connection:
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
            if not re.match(r"sqlite_|_sqlite|search_[a-z]+_", name)
        ]
        views = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'")]
    keys = {
        part for form in load_forms().values() for cell in form.iter_cells() for part in (cell.table, cell.column)
    } | {cell.row for form in load_forms().values() for cell in form.iter_cells() if "." not in cell.row}

    assert [name for name in names if f"`{name}`" not in DATA and f"### {name}\n" not in SCHEMA] == []
    assert [view for view in views if f"`{view}`" not in DATA] == []
    assert [key for key in sorted(keys) if f"`{key}`" not in DATA] == []


def test_data_query_runs(demo: Path) -> None:
    """The query from a figure to its evidence finds it."""
    query = re.search(r"```sql\n(.*?)```", DATA, re.DOTALL)
    assert query

    with closing(sqlite3.connect(demo)) as connection:
        rows = connection.execute(query[1]).fetchall()

    assert len(rows) == 1
    assert rows[0][1].startswith("http://127.0.0.1:")
    assert len(rows[0][2]) == 64


def test_sites_doc_has_every_key() -> None:
    """docs/sites.md has a row for each key of a site, and a hint stands behind each reason that can be mended."""
    text = (ROOT / "docs" / "sites.md").read_text(encoding="utf-8")
    keys = ("name", "start_urls", "title", "division", "contact", "delay", "max_requests", "min_reports", "verify_tls")

    assert [key for key in keys if f"| `{key}` |" not in text] == []
    assert find_hint("no annual-report column found")
    assert find_hint("max_requests reached, 3 links not visited")
