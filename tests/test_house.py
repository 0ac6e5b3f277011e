"""The house: which room may import what, so that each knows only what it must."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("parsers", "archive", "crawler", "gongkai")
FILES = [file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py"))]

MAY_IMPORT = {  # room → modules of other rooms that it may import
    "parsers": set[str](),
    "archive": {"parsers.report"},
    "crawler": {"archive", "parsers.forms"},
}
LEAVES_THE_PROCESS = {"parsers.carriers.rar": {"threading"}}  # packed rar archives need a tool, with a limit of time
WORLD = {  # what reaches out of a pure function
    *("asyncio", "http", "logging", "os", "random", "socket", "sqlite3", "ssl", "subprocess", "tempfile", "threading"),
    *("time", "urllib", "scrapy", "twisted", "sqlite_utils"),
}
MOST_LINES = 350
"""Lines of a module."""
MOST_LINES_OF_FUNCTION = 60
"""Lines of a function, its docstring among them."""
HEAVY = {"scrapy", "twisted", "lxml", "bs4", "rich", "sqlite3", "archive", "crawler", "parsers"}


def module_name(file: Path) -> str:
    """Return the dotted name of a file."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(file: Path) -> Iterator[str]:
    """Yield the dotted names that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            yield node.module or ""


def room_of(name: str) -> str:
    """Return the first part of a dotted name."""
    return name.partition(".")[0]


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_imports_run_down_only(file: Path) -> None:
    """A room imports of the others only what stands below it, and that only through the door left open for it."""
    room = room_of(module_name(file))
    others = {name for name in imports(file) if room_of(name) in ROOMS and room_of(name) != room}

    forbidden = set() if room == "gongkai" else others - MAY_IMPORT[room]

    assert not forbidden


@pytest.mark.parametrize("file", [file for file in FILES if room_of(module_name(file)) == "parsers"], ids=module_name)
def test_parsers_do_not_reach_into_the_world(file: Path) -> None:
    """The parsers know no network, clock, log, environment or database."""
    allowed = LEAVES_THE_PROCESS.get(module_name(file), set())

    assert not {name for name in imports(file) if room_of(name) in WORLD} - allowed


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_only_the_archive_knows_sqlite(file: Path) -> None:
    """Nothing but the archive talks to a database, and nothing but the crawler to Scrapy."""
    room = room_of(module_name(file))
    names = {room_of(name) for name in imports(file)}

    assert room == "archive" or not names & {"sqlite3", "sqlite_utils"}
    assert room == "crawler" or "scrapy" not in names


def test_no_module_imports_itself_by_a_circle() -> None:
    """Imports make no circle, within a room either."""
    known = {module_name(file): file for file in FILES}
    below = {
        name: {found for target in imports(file) if (found := target) in known and found != name}
        for name, file in known.items()
    }
    for package in [name for name, file in known.items() if file.name == "__init__.py"]:
        # A package that hands on names imports its modules; they import each other by their own names.
        below[package] = {name for name in below[package] if not name.startswith(f"{package}.")}
    done: set[str] = set()

    def walk(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " → ".join((*path, name))
        if name not in done:
            for target in below[name]:
                walk(target, (*path, name))
            done.add(name)

    for name in known:
        walk(name, ())


def test_help_imports_nothing_heavy() -> None:
    """`gongkai --help` answers before anything heavy is imported."""
    script = (
        "import sys; from gongkai.cli import run; code = run(['--help']); "
        f"print(code, sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)"
    )

    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )

    assert "gongkai crawl --sites sites.toml" in done.stdout
    assert done.stderr.strip() == "0 []"


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_a_module_is_read_in_one_go(file: Path) -> None:
    """No module has more lines than one can keep in mind, and no function more than fit on a screen."""
    text = file.read_text(encoding="utf-8")
    functions = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    long = [one.name for one in functions if (one.end_lineno or 0) - one.lineno >= MOST_LINES_OF_FUNCTION]

    assert (text.count("\n") <= MOST_LINES, long) == (True, [])


def test_no_start_requests() -> None:
    """No spider uses `start_requests`, which Scrapy no longer calls and does not miss."""
    assert not [file for file in FILES if "def start_requests" in file.read_text(encoding="utf-8")]


def test_no_lock_file_names_a_host() -> None:
    """The pinned requirements hold names, versions and hashes, and no address."""
    pins = {file.name: file.read_text(encoding="utf-8") for file in ROOT.glob("requirements*.txt")}

    assert set(pins) == {"requirements.txt", "requirements-dev.txt", "requirements-bench.txt"}
    assert all("--hash=sha256:" in text and "://" not in text for text in pins.values())
