"""Make many reports with some copies among them, find these, and print how many were found, how surely and how fast.

    .venv/bin/python benchmarks/copies.py                           # 5,000 reports, 50 copies
    .venv/bin/python benchmarks/copies.py --reports 20000 --seed 2 --show 5

Exits with 1 where recall or precision is below 0.98, or it takes 60 seconds or more.
"""

import argparse
import resource
import sys
import time
from pathlib import Path
from statistics import mean

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gongkai.copies import compare_texts
from tests.gongkai.copies_world import make_world, score

_FLOOR = 0.98
_MOST_SECONDS = 60


def main() -> int:
    """Make, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=5000)
    parser.add_argument("--copies", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, help="how many of the missed and of the wrong to print")
    wanted = parser.parse_args()
    world = make_world(wanted.reports, wanted.copies, wanted.seed)
    length = mean(sum(map(len, text.parts)) for text in world.texts)
    print(f"{len(world.texts)} reports of {length:.0f} characters, {len(world.planted)} copies among them")
    started = time.perf_counter()
    pairs = compare_texts(world.texts)
    seconds = time.perf_counter() - started
    found = score(world, pairs)
    own = sum(pair.kind == "own_year" for pair in pairs)
    print(
        f"recall {found.recall:.3f}  precision {found.precision:.3f}  {seconds:.1f} s  (and {own} of the year before)"
    )
    print(f"at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    for missed in found.missed[: wanted.show]:
        print("MISSED", missed)
    for wrong in found.wrong[: wanted.show]:
        print("WRONG", wrong.source.report, wrong.other.report, wrong.similarity, [one.text for one in wrong.passages])
    return 0 if min(found.recall, found.precision) >= _FLOOR and seconds < _MOST_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
