"""Who sends alerts is killed at each of all steps in turn; a webhook and a mail server on loopback hear what comes."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive import Archive, Delivery
from gongkai.alerts.addresses import find_targets, send
from gongkai.alerts.rules import AlertRule, AlertsFile, Kind
from tests.archive.made_reports import HOST, SITE, crawl, make_report
from tests.gongkai.notify_killed import Sending, run_child
from tests.gongkai.receivers import SINCE
from tests.gongkai.receivers_apart import listen_apart

pytest.importorskip("apprise")
NOW = datetime(2026, 3, 1, tzinfo=UTC)
LOST = "nothing; of a message in the air it is said that nobody knows whether it came"
EVENTS = 3
PLAN = 2 + EVENTS
"""Deliveries of the story: a digest to two, and a message for each event to one."""
STEPS = 2 * (1 + 1 + EVENTS) + 2 * 3 * PLAN
"""Steps that there are at least, before and after each: messages are written down; each is begun, sent and settled."""


@dataclass(frozen=True)
class World:
    """An archive with three new reports of which nothing is told yet, and who is to be told."""

    path: Path
    run: Sending
    received: Path

    def begin(self, folder: Path) -> Sending:
        """Return the run over a copy of the archive, with nothing received."""
        self.received.write_text("", encoding="utf-8")
        shutil.copy(self.path, folder / "gongkai.db")
        return replace(self.run, path=folder / "gongkai.db")

    def count(self) -> Counter[str]:
        """Return how often each message was received, by uid and by whom."""
        return Counter(self.received.read_text(encoding="utf-8").splitlines())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Make the archive and listen."""
    path = tmp_path_factory.mktemp("killed") / "first.db"
    with Archive.create(path, "test") as archive:
        archive.save_site(SITE)
        crawl(archive, 1, {f"{HOST}/{year}.html": make_report(year=year) for year in range(2020, 2020 + EVENTS)})
    with listen_apart(path.with_name("received")) as (webhook, mailbox):
        kinds: tuple[Kind, ...] = ("new",)
        file = AlertsFile(
            (
                AlertRule("desk", to=(webhook, mailbox), kinds=kinds, since=SINCE),
                AlertRule("one", to=(webhook,), kinds=kinds, mode="at_once", since=SINCE),
            )
        )
        for rule in file.alerts:
            find_targets(rule)  # loads what takes long before the first fork
        yield World(path, Sending(path, file, NOW, send), path.with_name("received"))


def name_receipt(delivery: Delivery) -> str:
    """Return what the receiver's side calls a delivery."""
    return f"{delivery.target.partition('-')[0]} {delivery.uid}"


def list_deliveries(path: Path) -> list[Delivery]:
    """Return all deliveries of an archive."""
    with Archive.open(path) as archive:
        return archive.alerts.list_deliveries()


def check(world: World, path: Path) -> list[Delivery]:
    """Assert that nothing came twice and nothing is lost without a word; return the deliveries that are unknown."""
    deliveries = list_deliveries(path)
    received = world.count()
    told = Counter((one.rule, one.target, event) for one in deliveries for event in one.events)
    assert max(received.values()) == 1
    assert len(deliveries) == PLAN
    assert set(told.values()) == {1}
    assert len(told) == 2 * EVENTS + EVENTS
    assert set(received) <= set(map(name_receipt, deliveries))
    assert {name_receipt(one) for one in deliveries if one.state == "sent"} <= set(received)
    assert {one.state for one in deliveries} <= {"sent", "unknown"}
    return [one for one in deliveries if one.state == "unknown"]


def test_a_run_undisturbed_sends_all(world: World, tmp_path: Path) -> None:
    """Both receive the digest, the webhook each event; the run has as many steps as the test below counts on."""
    run = world.begin(tmp_path)

    points = run_child(run, None)

    assert points >= STEPS
    assert check(world, run.path) == []
    assert Counter(one.partition(" ")[0] for one in world.count()) == {"json": 1 + EVENTS, "mailto": 1}


def test_killed_at_each_step_nothing_is_sent_twice_or_lost(
    world: World, tmp_path: Path, struck: Callable[..., None]
) -> None:
    """After a kill at any step the next run sends the rest, and says of what was in the air that nobody knows."""
    points = run_child(world.begin(tmp_path), None)
    unknown_at = []

    for point in range(points):
        (folder := tmp_path / str(point)).mkdir()
        run = world.begin(folder)
        assert run_child(run, point) == -1
        in_the_air = [one for one in list_deliveries(run.path) if one.state == "sending"]
        assert run_child(run, None) >= 0
        unknown = check(world, run.path)

        assert [(one.uid, one.target) for one in unknown] == [(one.uid, one.target) for one in in_the_air]
        unknown_at += [point] * len(unknown)

    # In the air is each delivery from behind its beginning until it is settled: at four of its steps.
    assert len(unknown_at) == 4 * PLAN
    assert run_child(world.begin(tmp_path), points) == points
    struck("killed", "notify", points, LOST)


def test_killed_twice_nothing_is_sent_twice_or_lost(world: World, tmp_path: Path, struck: Callable[..., None]) -> None:
    """A second kill, at any step of the run that goes on after one in the midst, changes nothing of that."""
    run = world.begin(tmp_path)
    points = run_child(run, None)
    middle = points // 2

    for point in range(points - middle + 4):
        (folder := tmp_path / str(point)).mkdir()
        run = world.begin(folder)
        run_child(run, middle)
        run_child(run, point)
        run_child(run, None)

        assert len(check(world, run.path)) <= 2
    struck("killed", "notify", 2 * (points - middle + 4), LOST)
