"""A process that saves captures until its input ends, and says the number of each once it is saved.

Run as `python -m tests.archive.steady_writer PATH`.
"""

import select
import sys
from pathlib import Path

from archive import Archive
from tests.archive.made_reports import HOST, SITE, make_capture

LOADED = "loaded"


def main(path: Path) -> None:
    """Write, a few kilobytes a capture, so that the file grows while it is copied."""
    with Archive.create(path) as archive:
        archive.save_site(SITE)
        print(LOADED, flush=True)
        number = 0
        while not select.select([sys.stdin], [], [], 0)[0]:
            number += 1
            body = b"".join(b"%d," % (number * place % 9973) for place in range(3000))
            print(archive.save_capture(make_capture(f"{HOST}/{number}.html", body)), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
