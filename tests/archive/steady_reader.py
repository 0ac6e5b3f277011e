"""A process that reads all bodies of an archive again and again until its input ends, and says how often it did.

Run as `python -m tests.archive.steady_reader PATH`; it prints a line once it has read all for the first time.
"""

import select
import sys
from pathlib import Path

from tests.archive.stored_pages import load_all

LOADED = "loaded"


def main(path: Path) -> None:
    """Read; an error ends the process."""
    first = load_all(path)
    print(LOADED, flush=True)
    rounds = 0
    while not select.select([sys.stdin], [], [], 0)[0]:
        assert load_all(path) == first
        rounds += 1
    print(rounds, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
