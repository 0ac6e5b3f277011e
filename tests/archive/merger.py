"""The process that is killed while it merges. Run as `python -m tests.archive.merger TARGET SOURCE…`."""

import sys
from pathlib import Path

from archive import Archive
from archive.joining.merging import merge

LOADED = "loaded"

if __name__ == "__main__":
    target, *sources = map(Path, sys.argv[1:])
    print(LOADED, flush=True)
    with Archive.create(target) as archive:
        merge(archive._connection, sources)  # noqa: SLF001,RUF100
