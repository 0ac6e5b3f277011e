"""Sending alerts: each event once to each who asked for it, whatever ends the process between two steps.

A message is written down with its events, then it is said that it is given away, then it is given away, then what came
of that is written down. Who is killed before the second step sends it later; who is killed between the second and the
last cannot know whether it arrived: that is said, and nobody sends it again unless a person asks.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from archive import Archive, BusyError, CannotOpenError, Delivery, NewAlert, ToldEvent, utc_now
from archive.moments import moment
from gongkai.alerts.addresses import Outcome, Target, find_targets, send
from gongkai.alerts.choosing import choose_events, find_latest
from gongkai.alerts.gathering import World, gather_events
from gongkai.alerts.messages import Message, write_messages, write_test
from gongkai.alerts.rules import AlertRule, AlertsFile
from gongkai.calendar import CHINA, day_of
from gongkai.register import Register

TRIES = 5
"""How often a message that did not arrive is tried, once a run."""
GONE = "its address is in the list of alerts no more"
"""Why a message is not sent that was written for an address that somebody took away."""

Sender = Callable[[Target, Message, str, AlertRule], Outcome]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did: how many messages it wrote, what came of those that it sent, what earlier ones left unknown.

    `begun` are the alerts that ran for the first time: what was noticed before tells nobody.
    """

    written: int
    settled: tuple[Delivery, ...]
    unknown: tuple[Delivery, ...]
    begun: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether everything that there was to send is sent."""
        return not self.unknown and all(one.state == "sent" for one in self.settled)


class Draft(NamedTuple):
    """A message that a rule would send now, and to whom."""

    rule: AlertRule
    message: Message
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Notifier:
    """Sends the alerts of a list from one archive. `now` and `sender` are what tests put other things in for."""

    archive_path: Path
    file: AlertsFile
    register: Register = field(default_factory=Register)
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    now: Callable[[], datetime] = utc_now
    sender: Sender = send

    def run(self, resent: str | None = None) -> Summary:
        """Send what was noticed since the last run, and what is left of it; `resent` is a message to send again.

        `BusyError` while another does it, `AlertsError` where an address cannot be meant; then nothing is written.
        """
        targets = self.find_targets()
        with hold_notify(self.archive_path):
            with Archive.note(self.archive_path, "gongkai notify") as archive:
                ran = archive.alerts.list_rules()
                begun = tuple(rule.name for rule in self.file.alerts if rule.name not in ran and rule.since is None)
                archive.alerts.begin_rules([rule.name for rule in self.file.alerts], self.now())
            # Sending takes its time, and nobody is to be kept from crawling by it.
            with Archive.join(self.archive_path) as archive:
                unknown = archive.alerts.find_unknown(self.now())
                if resent is not None:
                    waiting = archive.alerts.resend(resent)
                    return Summary(0, tuple(self._deliver(archive, waiting, targets)), tuple(unknown))
                written = self._write(archive, targets)
                waiting = archive.alerts.list_deliveries(("waiting", "failed"))
                settled = tuple(self._deliver(archive, waiting, targets))
                return Summary(written, settled, tuple(unknown), begun)

    def find_targets(self) -> Mapping[str, tuple[Target, ...]]:
        """Return the addresses of each rule; `AlertsError` where one cannot be meant."""
        return {rule.name: find_targets(rule, self.environment) for rule in self.file.alerts}

    def draft(self, archive: Archive) -> Iterator[Draft]:
        """Yield the messages that a run would write now; nothing is written or sent."""
        known = archive.alerts.list_rules()
        now = moment(self.now())
        since = {rule.name: rule.since or known.get(rule.name, now) for rule in self.file.alerts}
        world = World(self.now().astimezone(CHINA).date(), self.register)
        events = gather_events(archive, self.file, min(since.values()), world)
        targets, latest = self.find_targets(), find_latest(events)
        for rule in self.file.alerts:
            if self._is_told_today(archive, rule):
                continue
            told = archive.alerts.list_told(rule.name)
            fresh = [event for event in events if event.key not in told]
            chosen = list(choose_events(archive, rule, fresh, since[rule.name], latest))
            for message in write_messages(archive, rule, chosen, self.file.base_url):
                yield Draft(rule, message, targets[rule.name])

    def _is_told_today(self, archive: Archive, rule: AlertRule) -> bool:
        """Whether a rule that speaks once a day has spoken on this day in China."""
        last = archive.alerts.find_last(rule.name) if rule.every == "day" else None
        if last is None:
            return False
        return day_of(last) == self.now().astimezone(CHINA).date()

    def _write(self, archive: Archive, targets: Mapping[str, tuple[Target, ...]]) -> int:
        """Write down the messages that are to be sent, and return how many."""
        drafts = list(self.draft(archive))
        for rule, message, _ in drafts:
            events = tuple(ToldEvent(event.key, event.noticed_at) for event in message.events)
            names = tuple(target.name for target in targets[rule.name])
            archive.alerts.save_alert(NewAlert(rule.name, message.title, message.body, events, names), self.now())
        return len(drafts)

    def _deliver(
        self, archive: Archive, waiting: Sequence[Delivery], targets: Mapping[str, tuple[Target, ...]]
    ) -> Iterator[Delivery]:
        """Send what waits, and what failed and was not tried too often, and yield what came of it."""
        rules = {rule.name: rule for rule in self.file.alerts}
        for delivery in waiting:
            if delivery.tries >= TRIES:
                continue
            target = next((one for one in targets.get(delivery.rule, ()) if one.name == delivery.target), None)
            if target is None:
                archive.alerts.settle_delivery(delivery, "failed", self.now(), GONE, tries=TRIES)
            else:
                archive.alerts.begin_delivery(delivery)
                message = Message(delivery.title, delivery.body, ())
                outcome = self.sender(target, message, delivery.uid, rules[delivery.rule])
                archive.alerts.settle_delivery(delivery, outcome.state, self.now(), outcome.error)
            yield archive.alerts.find_delivery(delivery.uid, delivery.target)

    def test(self, name: str) -> list[tuple[Target, Outcome]]:
        """Send a message that says no more than that it is a test to the addresses of a rule, and return what came."""
        rule = next(rule for rule in self.file.alerts if rule.name == name)
        return [
            (target, self.sender(target, write_test(rule), "test", rule)) for target in self.find_targets()[rule.name]
        ]


@contextmanager
def hold_notify(archive_path: Path) -> Iterator[None]:
    """Be the one who sends the alerts of an archive, or raise `BusyError`."""
    archive = archive_path.resolve()
    if not archive.parent.is_dir():
        raise CannotOpenError(f"cannot write {archive_path}: there is no folder {archive.parent}; make it")
    lock = FileLock(f"{archive}.notify.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise BusyError(f"the alerts of {archive_path} are being sent by another process; wait until it ends") from None
    except OSError as problem:
        raise CannotOpenError(f"cannot write beside {archive_path} ({problem}); check its folder") from problem
    try:
        yield
    finally:
        lock.release()
