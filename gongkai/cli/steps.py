"""How far a long command is: on a terminal a bar that moves for the step under way, nothing elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from gongkai.cli.output import stderr

Show = Callable[[str, int, int], None]
"""Is told what is done now, and how much of how much of it is behind; of 0 where that is not known."""


@contextmanager
def steps_shown() -> Iterator[Show]:
    """Give what shows the step that a command is at, on standard error where that is a terminal."""
    console = stderr()
    if not console.is_terminal:
        yield lambda _step, _done, _total: None
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        task = bars.add_task("", total=None)
        yield lambda step, done, total: bars.update(task, description=step, completed=done, total=total or None)
