"""Each event is told once, whatever is restarted: a year of made visits, and a process killed between any two steps."""

import json
import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import Archive, BusyError
from gongkai.alerts.addresses import Outcome, Target, find_targets
from gongkai.alerts.messages import Message
from gongkai.alerts.notifying import Notifier, hold_notify
from gongkai.alerts.rules import AlertRule, AlertsFile
from gongkai.register import load_register
from tests.gongkai.made_year import SITES_TOML, iter_steps
from tests.gongkai.notify_killed import Sending, run_child

pytest.importorskip("apprise")
BEGINNING = datetime(2025, 12, 1, tzinfo=UTC)
SINCE = "2025-12-01T00:00:00Z"
FILE = AlertsFile(
    (
        AlertRule("desk", to=("json://127.0.0.1:9/a", "json://127.0.0.1:9/b"), since=SINCE),
        AlertRule("one", to=("json://127.0.0.1:9/c",), mode="at_once", limit=3, since=SINCE),
    )
)
for rule in FILE.alerts:
    find_targets(rule)  # loads what takes long before the first fork
MOST_KILLS = 6
"""Kills in a row after one visit, before a run may end."""


def read_received(path: Path) -> list[dict[str, str]]:
    """Return what was received, in order."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def write_down(received: Path, target: Target, uid: str, rule: AlertRule) -> Outcome:
    """Receive a message."""
    line = json.dumps({"uid": uid, "rule": rule.name, "target": target.name})
    with received.open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    return Outcome("sent")


def prepare(folder: Path) -> tuple[Sending, Path]:
    """Return the runs over a year to be, and where what they give away is written down."""
    received = folder / "received"
    sites = folder / "sites.toml"
    sites.write_text(SITES_TOML, encoding="utf-8")

    def take(target: Target, _message: Message, uid: str, rule: AlertRule) -> Outcome:
        return write_down(received, target, uid, rule)

    return Sending(folder / "gongkai.db", FILE, BEGINNING, take, load_register(sites)), received


def test_a_year_with_kills_tells_each_event_once(tmp_path: Path) -> None:
    """Whoever is killed between any two steps of any run: nothing arrives twice, all has arrived or is unknown."""
    chance = random.Random(1)  # noqa: S311 - a repeatable walk
    run, received = prepare(tmp_path)
    kills = 0

    for step in iter_steps():
        with Archive.create(run.path) as archive:
            step.save(archive)
        run = replace(run, now=step.moment + timedelta(hours=2))
        for _ in range(MOST_KILLS):
            if run_child(run, chance.randrange(24)) >= 0:
                break
            kills += 1
        assert run_child(run, None) >= 0

    got = read_received(received)
    times = Counter((one["uid"], one["target"]) for one in got)
    with Archive.open(run.path) as archive:
        deliveries = archive.alerts.list_deliveries()
        left = list(Notifier(run.path, FILE, run.register, now=lambda: run.now).draft(archive))
    told = Counter((one.rule, event, one.target) for one in deliveries for event in one.events)
    kinds = {event.partition(":")[0] for one in deliveries for event in one.events}
    assert kills > 10
    assert set(times.values()) == {1}
    assert set(told.values()) == {1}
    assert {one.state for one in deliveries} <= {"sent", "unknown"}
    assert {(one.uid, one.target) for one in deliveries if one.state == "sent"} <= set(times)
    assert set(times) <= {(one.uid, one.target) for one in deliveries}
    assert {"change", "missing", "late", "source"} <= kinds
    assert left == []


def test_the_same_year_undisturbed_tells_the_same_events(tmp_path: Path) -> None:
    """Without a kill everything is sent, nothing is unknown, and a second run has nothing to say."""
    run, received = prepare(tmp_path)
    for step in iter_steps():
        with Archive.create(run.path) as archive:
            step.save(archive)
        run = replace(run, now=step.moment + timedelta(hours=2))

        run_child(run, None)
        before = len(read_received(received))
        run_child(run, None)

        assert len(read_received(received)) == before
    with Archive.open(run.path) as archive:
        deliveries = archive.alerts.list_deliveries()
    assert {one.state for one in deliveries} == {"sent"}
    assert any("gongkai coverage '990303-乡村振兴局' --year 2025" in one.body for one in deliveries)


def test_two_at_a_time_are_refused(tmp_path: Path) -> None:
    """A second process that would send the same alerts is refused, and says why."""
    path = tmp_path / "gongkai.db"

    with hold_notify(path), pytest.raises(BusyError, match="sent by another process"), hold_notify(path):
        pass
