"""The tally of the suite: each test of an accident says how often it struck, and the end of a run shows it all."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from archive import Archive
from tests.accidents.expected import EXPECTED
from tests.accidents.stories import warm_up
from tests.accidents.tally import NOTHING, Tally, format_table
from tests.archive.made_reports import SITE

HERE = Path(__file__).parent
TALLY = pytest.StashKey[Tally]()
Struck = Callable[..., None]


def find_tally(config: pytest.Config) -> Tally:
    """Return the tally of this run."""
    return config.stash.setdefault(TALLY, Tally())


def is_whole_run(config: pytest.Config) -> bool:
    """Whether the suite is run as a whole: nothing was chosen of it, and nothing stops it before its end."""
    chosen = config.option.keyword or config.option.markexpr or config.option.maxfail or config.option.collectonly
    roots = [Path(argument.partition("::")[0]).resolve() for argument in config.args]
    return not chosen and any(root in (HERE, *HERE.parents) for root in roots)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail where an accident of the list struck nothing: a suite that strikes nothing proves nothing."""
    tally = find_tally(session.config)
    if exitstatus == pytest.ExitCode.OK and is_whole_run(session.config) and tally.find_missing(EXPECTED):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show what struck how often, and what was lost."""
    tally = find_tally(config)
    if rows := tally.list_rows():
        terminalreporter.section("accidents")
        terminalreporter.write_line("\n".join(format_table(rows)))
    if is_whole_run(config):
        for pair in tally.find_missing(EXPECTED):
            terminalreporter.write_line(f"struck nothing: {' while '.join(pair)}", red=True)


@pytest.fixture
def struck(request: pytest.FixtureRequest) -> Struck:
    """Return what a test tells what struck: accident, story, how often, and what was lost."""
    tally = find_tally(request.config)

    def add(accident: str, story: str, times: int = 1, lost: str = NOTHING) -> None:
        tally.add(accident, story, times, lost)

    return add


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the archive of a test stands."""
    return tmp_path / "gongkai.db"


@pytest.fixture
def archive(path: Path) -> Iterator[Archive]:
    """Return an archive that is open to write and knows one site."""
    with Archive.create(path) as opened:
        opened.save_site(SITE)
        yield opened


@pytest.fixture(scope="session")
def memory() -> Iterator[Path]:
    """Return a folder in memory where there is one: a kill takes nothing of what was written, synced or not."""
    shared = Path("/dev/shm")  # noqa: S108 - a folder of its own in it
    with TemporaryDirectory(dir=shared if os.access(shared, os.W_OK) else None) as made:
        warm_up(Path(made) / "warm")
        yield Path(made)
