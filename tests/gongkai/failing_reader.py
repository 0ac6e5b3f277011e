"""The second process with an accident: run as the reader is, with the accident named in FAILING_READER.

`crash` is a document that brings the process down, `stop` one at which it waits to be killed, `full` a disk with no
more room.
"""

import os
import resource
import signal
import sys
import time
from pathlib import Path

from gongkai import reader
from parsers import Report
from tests.gongkai.reader_world import POISON

PATIENCE = 60
"""Seconds that a process stands still before it gives up by itself."""


def parse_or_fail(body: bytes, content_type: str | None) -> tuple[Report | None, str | None]:
    """Parse a body, but for the one that is not survived."""
    if POISON in body:
        if os.environ["FAILING_READER"] == "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        time.sleep(PATIENCE)
    return parse_body(body, content_type)


parse_body = reader.parse_body

if __name__ == "__main__":
    if os.environ["FAILING_READER"] == "full":
        log = Path(f"{sys.argv[1]}-wal")
        room = log.stat().st_size if log.exists() else 0
        resource.setrlimit(resource.RLIMIT_FSIZE, (max(room, 4096), max(room, 4096)))
    else:
        reader.parse_body = parse_or_fail
    sys.exit(reader.main())
