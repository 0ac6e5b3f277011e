"""Which alerts were written, to whom they went, and which events they told: so that none is told twice.

A message is written down with its events before anything is sent (`save_alert`); each delivery of it is `sending` from
before it is given away (`begin_delivery`) until it is known what came of that (`settle_delivery`). What is still
`sending` when nobody sends any more may have arrived: `find_unknown` says so of it, and nobody sends it again unless
a person asks (`resend`). Whoever calls these sees to it that nobody else does at the same time.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple, get_args
from uuid import uuid4

from archive.errors import ArchiveError
from archive.file.database import atomic, durable
from archive.moments import moment

DeliveryState = Literal["waiting", "sending", "sent", "failed", "unknown"]
"""How a delivery stands: `unknown` where the process ended between giving it away and writing down what came of it."""

Settled = Literal["sent", "failed", "unknown"]
"""What can come of a delivery; `failed` where it has not arrived for certain."""


class ToldEvent(NamedTuple):
    """An event that a message tells, by its key, and when it was noticed (UTC text)."""

    key: str
    noticed_at: str


@dataclass(frozen=True, slots=True)
class NewAlert:
    """A message that is to be sent: of a rule, with the events that it tells, to targets by their names."""

    rule: str
    title: str
    body: str
    events: tuple[ToldEvent, ...]
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message at one target, and what came of it after so many `tries`; moments are UTC text.

    `error` is what the last try failed with, None where it did not; `events` are the keys of those that it tells.
    """

    uid: str
    rule: str
    target: str
    state: DeliveryState
    tries: int
    made_at: str
    settled_at: str | None
    error: str | None
    title: str
    body: str
    events: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return an object for programs, without the words of the message."""
        fields = {name: getattr(self, name) for name in self.__slots__ if name != "body"}
        return {**fields, "events": list(self.events)}


class AlertBook:
    """What is written down of alerts in one archive."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def begin_rules(self, rules: Sequence[str], now: datetime) -> Mapping[str, str]:
        """Return since when each rule watches (UTC text); one that is new watches from now on."""
        known = self.list_rules()
        with durable(self._connection), atomic(self._connection):
            self._connection.executemany(
                "INSERT INTO alert_rules (rule, since) VALUES (?, ?) ON CONFLICT DO NOTHING",
                [(rule, moment(now)) for rule in rules if rule not in known],
            )
        known = self.list_rules()
        return {rule: known[rule] for rule in rules}

    def list_rules(self) -> Mapping[str, str]:
        """Return since when each rule watches that ever ran (UTC text)."""
        return {row["rule"]: row["since"] for row in self._connection.execute("SELECT rule, since FROM alert_rules")}

    def list_told(self, rule: str) -> frozenset[str]:
        """Return the keys of the events that a rule has told."""
        rows = self._connection.execute("SELECT event FROM alert_events WHERE rule = ?", (rule,))
        return frozenset(row["event"] for row in rows)

    def find_last(self, rule: str) -> str | None:
        """Return when the last message of a rule was made (UTC text), None where there is none."""
        row = self._connection.execute("SELECT max(made_at) AS last FROM alerts WHERE rule = ?", (rule,)).fetchone()
        last: str | None = row["last"]
        return last

    def save_alert(self, alert: NewAlert, now: datetime) -> str:
        """Write down a message that waits to be sent, all of it or nothing, and return its uid.

        `ArchiveError` where the rule has told one of the events before.
        """
        uid = uuid4().hex
        with durable(self._connection), atomic(self._connection):
            number = self._connection.execute(
                "INSERT INTO alerts (uid, rule, made_at, title, body) VALUES (?, ?, ?, ?, ?)",
                (uid, alert.rule, moment(now), alert.title, alert.body),
            ).lastrowid
            try:
                self._connection.executemany(
                    "INSERT INTO alert_events (rule, event, noticed_at, alert_id) VALUES (?, ?, ?, ?)",
                    [(alert.rule, event.key, event.noticed_at, number) for event in alert.events],
                )
            except sqlite3.IntegrityError as problem:
                raise ArchiveError(f"the rule {alert.rule!r} has told one of these events before") from problem
            self._connection.executemany(
                "INSERT INTO alert_deliveries (alert_id, target, state) VALUES (?, ?, 'waiting')",
                [(number, target) for target in alert.targets],
            )
        return uid

    def begin_delivery(self, delivery: Delivery) -> None:
        """Write down that a message is given away now; `ArchiveError` unless it waits, or failed before."""
        changed = self._update(
            "state = 'sending', tries = tries + 1, settled_at = NULL", "state IN ('waiting', 'failed')", delivery
        )
        if not changed:
            raise ArchiveError(f"alert {delivery.uid} is not waiting for {delivery.target}; `gongkai notify --list`")

    def settle_delivery(
        self, delivery: Delivery, state: Settled, now: datetime, error: str | None = None, *, tries: int | None = None
    ) -> None:
        """Write down what came of a delivery, and why where it did not arrive for certain.

        `tries` is said where it is to count as tried so often.
        """
        values = "state = ?, settled_at = ?, error = ?, tries = coalesce(?, tries)"
        self._update(values, "state <> 'sent'", delivery, state, moment(now), error, tries)

    def _update(self, values: str, condition: str, delivery: Delivery, *given: str | int | None) -> int:
        """Change the row of a delivery where the condition holds, and return how many rows that were."""
        with durable(self._connection), atomic(self._connection):
            cursor = self._connection.execute(
                f"UPDATE alert_deliveries SET {values} WHERE {condition} AND target = ? "  # noqa: S608 - SQL of ours
                "AND alert_id = (SELECT id FROM alerts WHERE uid = ?)",
                (*given, delivery.target, delivery.uid),
            )
        return cursor.rowcount

    def find_unknown(self, now: datetime) -> list[Delivery]:
        """Call unknown what was left `sending`, and return it: nobody may be sending now."""
        left = self.list_deliveries(("sending",))
        with durable(self._connection), atomic(self._connection):
            self._connection.execute(
                "UPDATE alert_deliveries SET state = 'unknown', settled_at = ? WHERE state = 'sending'", (moment(now),)
            )
        names = {(one.uid, one.target) for one in left}
        return [one for one in self.list_deliveries(("unknown",)) if (one.uid, one.target) in names]

    def resend(self, uid: str) -> list[Delivery]:
        """Let the deliveries of a message that failed or are unknown wait again, and return them.

        `ArchiveError` where there is no such message.
        """
        if not self._connection.execute("SELECT 1 FROM alerts WHERE uid = ?", (uid,)).fetchone():
            raise ArchiveError(f"no alert has the uid {uid!r}; `gongkai notify --list` shows those there are")
        with durable(self._connection), atomic(self._connection):
            self._connection.execute(
                """
                UPDATE alert_deliveries SET state = 'waiting', tries = 0
                WHERE alert_id = (SELECT id FROM alerts WHERE uid = ?) AND state IN ('failed', 'unknown')
                """,
                (uid,),
            )
        return [one for one in self.list_deliveries(("waiting",)) if one.uid == uid]

    def find_delivery(self, uid: str, target: str) -> Delivery:
        """Return the delivery of a message to a target, which is there."""
        return next(one for one in self._select("uid = ? AND target = ?", uid, target))

    def list_deliveries(self, states: Sequence[DeliveryState] = get_args(DeliveryState)) -> list[Delivery]:
        """Return the deliveries that stand so, the oldest first."""
        return self._select(f"state IN ({', '.join('?' * len(states))})", *states)

    def _select(self, condition: str, *values: str) -> list[Delivery]:
        rows = self._connection.execute(
            f"""
            SELECT alerts.id, uid, alerts.rule, target, state, tries, made_at, settled_at, error, title, body
            FROM alert_deliveries JOIN alerts ON alerts.id = alert_deliveries.alert_id
            WHERE {condition} ORDER BY alerts.id, target
            """,  # noqa: S608 - conditions of ours
            values,
        ).fetchall()
        return [_to_delivery(dict(row), self._list_events(row["id"])) for row in rows]

    def _list_events(self, alert_id: int) -> tuple[str, ...]:
        rows = self._connection.execute(
            "SELECT event FROM alert_events WHERE alert_id = ? ORDER BY noticed_at, event", (alert_id,)
        )
        return tuple(row["event"] for row in rows)


def _to_delivery(row: dict[str, Any], events: tuple[str, ...]) -> Delivery:
    del row["id"]
    return Delivery(**row, events=events)
