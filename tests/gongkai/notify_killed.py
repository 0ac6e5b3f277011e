"""Alerts that are sent by a process that is killed between two steps.

Each run is a child of its own: it dies before or after any step that can be told from outside (a transaction is
written, a message is given away), and the next one goes on.
"""

import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from gongkai.alerts.addresses import Outcome, Target
from gongkai.alerts.messages import Message
from gongkai.alerts.notifying import Notifier
from gongkai.alerts.rules import AlertRule, AlertsFile
from gongkai.register import Register


@dataclass(frozen=True)
class Sending:
    """A run to be: over which archive, of which list, when; `sender` gives messages away."""

    path: Path
    file: AlertsFile
    now: datetime
    sender: Callable[[Target, Message, str, AlertRule], Outcome]
    register: Register = field(default_factory=Register)


def run_child(run: Sending, point: int | None) -> int:
    """Send in a child that is killed at a point (None: at none); return how many points it met, -1 if it was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:  # nothing of the parent's may run from here on
        os.close(reading)
        try:
            os.write(writing, f"{_notify(run, point)}".encode())
        except BaseException:
            traceback.print_exc(file=sys.__stderr__)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as said:
        text = said.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return -1
    assert text, "the child failed; its traceback stands above"
    return int(text)


def _notify(run: Sending, point: int | None) -> int:
    """Send, and come by before and after each step; return how often that was."""
    met = 0

    def tick() -> None:
        nonlocal met
        if met == point:
            os.kill(os.getpid(), signal.SIGKILL)
        met += 1

    def give(target: Target, message: Message, uid: str, rule: AlertRule) -> Outcome:
        tick()
        outcome = run.sender(target, message, uid, rule)
        tick()
        return outcome

    _tick_at_commits(tick)
    Notifier(run.path, run.file, run.register, now=lambda: run.now, sender=give).run()
    return met


def _tick_at_commits(tick: Callable[[], None]) -> None:
    """Come by before and after each transaction that is written."""
    from archive.file import database  # noqa: PLC0415 - in the child alone

    run = database.Connection.execute

    def execute(connection: Any, statement: str, *values: Any) -> Any:
        if statement != "COMMIT":
            return run(connection, statement, *values)
        tick()
        done = run(connection, statement, *values)
        tick()
        return done

    database.Connection.execute = execute  # type: ignore[method-assign,assignment]
