"""Every story is struck by every accident that can strike it: all is whole then, and done again it ends as without."""

import os
import random
import re
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from archive import Archive, BusyError
from tests.accidents.small_disks import LEVELS, SAID, empty, make_disk
from tests.accidents.stories import NAME, STORIES, Story, is_made, require_whole
from tests.accidents.striking import TICKERS, Blow, Outcome, Say, run_child, start_child
from tests.archive.made_reports import select

Struck = Callable[..., None]
Played = tuple[Path, Any, Any]
"""A story's folder as it is before the act, and what is told before and after it."""
INTERRUPTED = ("statement", "file")
MOST_INTERRUPTIONS = 3
DISK_LEVELS = {"disk": LEVELS[::2], "limit": LEVELS[:2], "log": LEVELS[2:4]}
TAKEN = re.compile(r"holds files already; name another folder, or remove it$")
"""What the second one is told whose result is there already."""
PATIENCE = 60.0
"""Seconds after which two that wait for each other are given up."""


@pytest.fixture(scope="module")
def play(memory: Path) -> Callable[[str], Played]:
    """Return what plays a story once without any accident; then it is known."""

    @cache
    def played(name: str) -> Played:
        story, folder = STORIES[name], memory / f"{len(list(memory.iterdir()))}"
        folder.mkdir()
        run_child(lambda _: story.prepare(folder))
        undisturbed = Path(shutil.copytree(folder, memory / f"{folder.name}-done"))
        before = tell_in_child(story, undisturbed)
        assert run_child(partial(story.do, undisturbed)).refusal is None
        return folder, before, tell_in_child(story, undisturbed)

    return played


def tell_in_child(story: Story, folder: Path) -> Any:
    """Return what a story tells, None where there is no archive yet."""
    return story.tell(folder) if is_made(folder / NAME) or story.prepare.__name__ == "put" else None


def lay_out(folder: Path, target: Path) -> None:
    """Put a story's folder at another place, and nothing else there."""
    empty(target)
    shutil.copytree(folder, target, dirs_exist_ok=True)


def check_struck(story: Story, folder: Path, outcome: Outcome, played: Played) -> None:
    """See that what is there is whole, that all that was there before is, and the rest wholly or not at all."""
    _, before, after = played
    if story.is_one_act:
        assert tell_in_child(story, folder) in (before, after)
    elif is_made(folder / NAME):
        require_whole(folder / NAME)
        kept = select(folder / NAME, "SELECT id FROM captures ORDER BY id")
        there = {number for (number,) in kept}
        assert there >= set(outcome.said)
        assert {record[0] for record in (before or {}).get("captures", ())} <= there
        assert there <= {record[0] for record in after["captures"]}
    else:
        assert outcome.said == ()


def complete(story: Story, folder: Path, played: Played) -> None:
    """Do the act again, and see that all is there as if nothing had happened."""
    if not story.is_one_act or tell_in_child(story, folder) != played[2]:
        again = run_child(partial(story.do, folder))
        assert again.refusal is None, again.refusal
    assert story.tell(folder) == played[2]


def strike(story: Story, played: Played, target: Path, blow: Blow) -> bool:
    """Play a story that is struck, see what is left of it, and go on with it; return whether the blow fell."""
    lay_out(played[0], target)
    outcome = run_child(partial(story.do, target), blow)
    check_struck(story, target, outcome, played)
    complete(story, target, played)
    return outcome.is_struck


def choose(name: str, story: Story, played: Played, target: Path, ticker: str) -> Iterator[int]:
    """Choose at which of a story's points to strike."""
    lay_out(played[0], target)
    met = run_child(partial(story.do, target), Blow(TICKERS[ticker])).points
    dice = random.Random(f"{name} {ticker}")  # noqa: S311 - not for secrets
    yield from sorted(dice.sample(range(met), min(story.points.get(ticker, 0), met)))


@pytest.fixture
def target(memory: Path) -> Path:
    """Return the folder in which stories are struck."""
    (memory / "struck").mkdir(exist_ok=True)
    return memory / "struck"


@pytest.mark.parametrize("name", STORIES)
def test_who_is_killed_loses_nothing(name: str, play: Callable[[str], Played], target: Path, struck: Struck) -> None:
    """Killed at a statement, a commit, within a statement, at a file or at any moment; done again all is there."""
    story, played = STORIES[name], play(name)

    for ticker in story.points:
        for point in choose(name, story, played, target, ticker):
            fell = strike(story, played, target, Blow(TICKERS[ticker], point))
            assert fell or ticker == "moment", (ticker, point)
            struck("killed", name, fell)


@pytest.mark.parametrize("name", STORIES)
def test_who_is_interrupted_loses_nothing(
    name: str, play: Callable[[str], Played], target: Path, struck: Struck
) -> None:
    """Ctrl-C at a statement or a file is as a kill, and the process ends by itself."""
    story, played = STORIES[name], play(name)

    for ticker in INTERRUPTED:
        for point in list(choose(f"interrupted {name}", story, played, target, ticker))[:MOST_INTERRUPTIONS]:
            struck("interrupted", name, strike(story, played, target, Blow(TICKERS[ticker], point, signal.SIGINT)))


@pytest.mark.parametrize("kind", DISK_LEVELS)
@pytest.mark.parametrize("name", STORIES)
def test_a_full_disk_is_said_and_nothing_is_half_done(
    name: str, kind: str, play: Callable[[str], Played], tmp_path: Path, struck: Struck
) -> None:
    """Wherever the room ends one line says so, what was there is there, and with room it completes."""
    story, played = STORIES[name], play(name)

    with make_disk(kind, tmp_path / "small") as disk:
        for level in DISK_LEVELS[kind]:
            lay_out(played[0], disk.folder)
            with disk.leave(level):
                outcome = run_child(partial(story.do, disk.folder))
            assert outcome.refusal is None or SAID.fullmatch(outcome.refusal), outcome.refusal
            check_struck(story, disk.folder, outcome, played)
            complete(story, disk.folder, played)
            struck("full disk", name, outcome.refusal is not None)


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Let a process of its own hold an archive open to write while inside."""
    ready, go_on = os.pipe(), os.pipe()

    def hold(_: Say) -> None:
        os.close(go_on[1])
        with Archive.create(path, "gongkai crawl --site qingshi"):
            os.write(ready[1], b"x")
            os.read(go_on[0], 1)

    holder = start_child(hold)
    os.close(ready[1])
    assert os.read(ready[0], 1) == b"x"
    try:
        yield
    finally:
        for end in (ready[0], go_on[0], go_on[1]):
            os.close(end)
        holder.wait()


BESIDE = [name for name, story in STORIES.items() if "migrate" not in name]
"""A process that holds an older archive has migrated it."""


@pytest.mark.parametrize("name", BESIDE)
def test_beside_a_writer_it_is_done_or_refused(
    name: str, play: Callable[[str], Played], target: Path, struck: Struck
) -> None:
    """Who reads or notes goes on undisturbed; who writes is told in one line who does already, and changes nothing."""
    story, played = STORIES[name], play(name)
    lay_out(played[0], target)

    with held(target / NAME):
        outcome = run_child(partial(story.do, target))

    if story.is_beside:
        assert outcome.refusal is None
        assert story.tell(target) == played[2]
    else:
        assert "is being written by `gongkai crawl --site qingshi` (process" in str(outcome.refusal)
        assert played[1] is None or tell_in_child(story, target) == played[1]
    complete(story, target, played)
    struck("another writer", name)


@pytest.mark.parametrize("name", STORIES)
def test_two_that_do_the_same_at_once_end_as_one(
    name: str, play: Callable[[str], Played], target: Path, struck: Struck
) -> None:
    """Two processes that begin the same act at the same time, each waiting for the other, end as one that was alone."""
    story, played = STORIES[name], play(name)
    lay_out(played[0], target)
    told, gate = os.pipe(), os.pipe()

    def insist(say: Say) -> None:
        os.close(gate[1])
        os.read(gate[0], 1)  # ends when the parent lets both go
        os.write(told[1], b"begun ")
        ends = time.monotonic() + PATIENCE
        try:
            while True:
                try:
                    return story.do(target, say)
                except BusyError:
                    if time.monotonic() > ends:
                        raise
                    time.sleep(0.002)
        finally:
            os.write(told[1], b"ended ")

    both = start_child(insist), start_child(insist)
    os.close(gate[1])
    said = {one.wait().refusal for one in both}
    order = os.read(told[0], 100).split()
    for end in (gate[0], *told):
        os.close(end)

    assert None in said
    assert [words for words in said if words and not TAKEN.search(words)] == []
    assert story.tell(target) == played[2]
    struck("two at once", name, order[:2] == [b"begun", b"begun"])
