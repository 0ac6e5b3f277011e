"""The process that is killed while it makes an archive smaller. Run as `python -m tests.archive.compacting PATH`."""

import sys
from pathlib import Path

from archive.upkeep.compaction import compact_archive

LOADED = "loaded"

if __name__ == "__main__":
    print(LOADED, flush=True)
    compact_archive(Path(sys.argv[1]))
    print("done", flush=True)
