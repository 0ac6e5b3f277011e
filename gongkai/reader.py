"""A second process that parses what a crawl stores, while the crawl goes on.

Fetching keeps one core busy and parsing another; the archive stands between them. The reader only makes readings ready:
filing them stays with the process that crawls. When the crawl is over the two share what is left: the reader goes on
from the oldest, the crawling process comes from the newest until they meet. The reader ends when its standard input
does, so that it never outlives whoever started it.

It may be killed, or a document may bring it down. What it kept is kept then, the crawling process does the rest, and a
document that brought it down is recorded as one that cannot be read, for it would bring down the next process as well.
"""

import logging
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from archive import Archive, ArchiveError, Reading, Unparsed
from gongkai.reading import parse_body
from parsers import PARSER_VERSION

_BATCH = 5
"""Readings a transaction: short enough that the crawl hardly ever waits for it, and little is read twice."""

_PAUSE = 0.1
"""Seconds between two looks for more."""

_ENOUGH = 20
"""With so many reports stored a second process is worth its start."""

_CRASHES = frozenset({signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGABRT})
"""What a process ends with when code in C fails; any other signal came from outside."""

_PLACE_SIZE = 20
"""Bytes of the number of the capture that the reader is at, as it writes it down for the crawling process."""

_logger = logging.getLogger(__name__)


class BackgroundReader:
    """The second process as the crawling one sees it: started when there is enough to do."""

    def __init__(self, archive_path: Path, module: str = "gongkai.reader") -> None:
        self._archive_path = archive_path
        self._module = module
        self._stored = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._place: BinaryIO | None = None

    def note_stored(self) -> None:
        """Count one report stored, and start the process with the one that makes it worth while."""
        self._stored += 1
        if self._stored == _ENOUGH:
            self._start()

    def _start(self) -> None:
        paths = os.pathsep.join(path for path in sys.path if path)
        self._place = TemporaryFile()  # noqa: SIM115 - it is closed with the process
        try:
            self._process = subprocess.Popen(  # noqa: S603 - this very module
                [sys.executable, "-m", self._module, str(self._archive_path.absolute()), str(self._place.fileno())],
                stdin=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": paths},
                pass_fds=[self._place.fileno()],
            )
        except OSError as problem:  # no process to be had: what it would have read is read where it is filed
            self._place.close()
            _logger.warning("no second process to read the reports (%s)", problem)

    def finish(self) -> None:
        """Read what is left together with the process, and wait for it; record the document that brought it down."""
        if self._process is None or self._process.stdin is None:
            return
        self._process.stdin.close()  # which tells the process that nothing more comes
        with suppress(ArchiveError), Archive.join(self._archive_path) as archive:  # whoever files meets the trouble too
            read_from_the_end(archive, before_batch=lambda: self._note_crash(archive))
            self._process.wait()
            self._note_crash(archive)
        self._process.wait()
        self._process = None
        if self._place is not None:
            self._place.close()

    def _note_crash(self, archive: Archive) -> None:
        """Record the document that brought the process down, so that nobody parses it again."""
        code = self._process.poll() if self._process is not None else None
        if code is None or self._place is None:
            return
        number = int(os.pread(self._place.fileno(), _PLACE_SIZE, 0) or 0)
        if -code in _CRASHES and number and not archive.is_read(number, PARSER_VERSION):
            reason = f"the parser crashed ({signal.Signals(-code).name})"
            _logger.warning("capture %d: %s", number, reason)
            archive.save_readings([Reading(number, PARSER_VERSION, None, reason)])


@contextmanager
def background_reader(archive_path: Path) -> Iterator[BackgroundReader]:
    """Hold a reader for the length of a crawl."""
    reader = BackgroundReader(archive_path)
    try:
        yield reader
    finally:
        reader.finish()


def read_in_background(archive: Archive, *, is_over: "select.poll", place: int) -> int:
    """Parse what is stored until told that it is over; return how many bodies were parsed.

    The number of the capture that is being parsed is written to the file `place`.
    """
    count, last = 0, 0
    while True:
        ended = bool(is_over.poll(0))
        while batch := list(islice(archive.iter_unparsed(PARSER_VERSION, last), _BATCH)):
            archive.save_readings(_parse_all(archive, batch, place))
            count, last = count + len(batch), batch[-1].capture_id
        if ended:
            return count
        is_over.poll(_PAUSE * 1000)


def read_from_the_end(archive: Archive, *, before_batch: Callable[[], None] = lambda: None) -> int:
    """Parse what is stored and not read, from the newest down to what is read; return how many bodies were parsed.

    Nothing may be stored meanwhile: of the same bytes the first capture is read, here as there.
    """
    left = list(archive.iter_unparsed(PARSER_VERSION))
    count = 0
    while left:
        before_batch()
        left, some = left[:-_BATCH], left[-_BATCH:]
        batch = [one for one in some if not archive.is_read(one.capture_id, PARSER_VERSION)]
        if not batch:
            break
        archive.save_readings(_parse_all(archive, batch))
        count += len(batch)
    return count


def _parse_all(archive: Archive, unparsed: Iterable[Unparsed], place: int | None = None) -> list[Reading]:
    readings = []
    for one in unparsed:
        if place is not None:
            os.pwrite(place, b"%0*d" % (_PLACE_SIZE, one.capture_id), 0)
        outcome = parse_body(archive.load_capture_body(one.capture_id), one.content_type)
        readings.append(Reading(one.capture_id, PARSER_VERSION, *outcome))
    return readings


def main() -> int:
    """Read the archive named on the command line until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches both; the crawling process says when it is over
    poller = select.poll()
    poller.register(sys.stdin, select.POLLHUP | select.POLLIN)
    try:
        with Archive.join(Path(sys.argv[1])) as archive:
            read_in_background(archive, is_over=poller, place=int(sys.argv[2]))
    except ArchiveError:
        return 1  # the crawling process meets the same trouble, and says so
    return 0


if __name__ == "__main__":
    sys.exit(main())
