"""What is tried breaks off by itself where it would never end."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


class GivenUpError(AssertionError):
    """A piece of work that did not end."""


@contextmanager
def guarded(what: str, seconds: float) -> Iterator[None]:
    """Break off work that uses the processor for so many seconds, and say what it was."""

    def give_up(*_: object) -> None:
        raise GivenUpError(f"no end in sight: {what}")

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
