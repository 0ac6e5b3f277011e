"""Open archives for the pages: each thread of a small pool has one, opened again when another file stands there."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from archive import Archive

Result = TypeVar("Result")
FileState = tuple[int, int]
"""Device and inode: another archive may be put in the place of the one that is served."""
READERS = 4
"""Pages that are made at the same time; a page is a few milliseconds of one core."""


class Readers:
    """Threads that read one archive file, none of which ever waits for whoever writes it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="gongkai-reader")
        self._own = threading.local()

    async def read(self, question: Callable[[Archive], Result]) -> Result:
        """Ask the archive in a thread and return the answer; what it raises is raised here."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._ask, question)

    def _ask(self, question: Callable[[Archive], Result]) -> Result:
        return question(self._archive())

    def _archive(self) -> Archive:
        state = self._find_state()
        if state is None or state != getattr(self._own, "state", None):
            if opened := getattr(self._own, "archive", None):
                opened.close()
            self._own.state = None  # until the new one is open, so that a failure is met again and said again
            self._own.archive = Archive.open(self.path)
            self._own.state = state
        archive: Archive = self._own.archive
        return archive

    def _find_state(self) -> FileState | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def close(self) -> None:
        """End the threads and close what each has open, as soon as no page is being made."""
        for _ in range(READERS):
            self._pool.submit(self._close_own)
        self._pool.shutdown()

    def _close_own(self) -> None:
        if opened := getattr(self._own, "archive", None):
            opened.close()
            self._own.archive, self._own.state = None, None
