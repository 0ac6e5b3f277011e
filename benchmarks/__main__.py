"""Run every comparison with others, print its table, and write the page of benchmarks.

    python -m benchmarks [--only KEY,…] [--quick] [--write docs/benchmarks.md]

Each comparison is a process of its own, so that its memory and its imports are its own. A section that is not run stays
in the page as it stands.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.results import Comparison, comparison_to_section, write_sections

ROOT = Path(__file__).resolve().parents[1]
COMPARISONS: Mapping[str, str] = {
    "rebuilding": "benchmarks.against_rebuilding",
    "documents": "benchmarks.against_documents",
    "crawling": "benchmarks.against_crawling",
    "ingest": "benchmarks.against_ingest",
    "searching": "benchmarks.against_searching",
    "changes": "benchmarks.against_changes",
}
"""The module of each comparison, by the key of its section, in the order of the page."""
BY_HAND = ("scale",)
"""Sections behind those, which take hours and are measured by commands of their own."""
INTRO = """\
# Benchmarks

What this project does, measured beside what others do. `make bench` measures all of it anew and writes this page, but
for the last table, which takes hours:
`python -m benchmarks.scale --sizes 10000,100000,1000000 --write docs/benchmarks.md`. All figures of a table are
those of one run on one machine, unless it says otherwise under it. Ratios within a run say more than times, which
differ from machine to machine. What each comparison needs is made up by the project itself, so anybody can run it; rows
of real documents stand only where those documents are at hand.

Under every table stands where we lose. A tool that could not be installed is named in its row, and nothing is said of
it.
"""


def main() -> int:
    """Run what is asked for; return 0, or 1 where a comparison failed."""
    given = parse_arguments(sys.argv[1:])
    found, failed = [], []
    for key in given.only or COMPARISONS:
        started = time.monotonic()
        comparison = run_apart(COMPARISONS[key], quick=given.quick)
        print(f"{key}: {time.monotonic() - started:.0f} s", file=sys.stderr)
        if comparison is None:
            failed.append(key)
            continue
        found.append(comparison)
        print(comparison_to_section(comparison), flush=True)
    if given.write:
        write_sections(given.write, found, order=(*COMPARISONS, *BY_HAND), intro=INTRO)
    if failed:
        print(f"These comparisons failed, see above: {', '.join(failed)}", file=sys.stderr)
    return int(bool(failed))


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """Return what the command line asks for: `only` (keys), `quick`, `write` (a path or None)."""
    options = argparse.ArgumentParser(prog="python -m benchmarks", description="Compare gongkai with others.")
    options.add_argument("--only", type=_parse_keys, help=f"some of these, with commas: {', '.join(COMPARISONS)}")
    options.add_argument("--quick", action="store_true", help="measure less, to see that it works; writes nothing")
    options.add_argument("--write", type=Path, metavar="PAGE", help="write the sections that were run into this page")
    given = options.parse_args(arguments)
    if given.quick and given.write:
        options.error("the figures of a quick run are not written; leave out --quick or --write")
    return given


def _parse_keys(text: str) -> list[str]:
    keys = text.split(",")
    unknown = [key for key in keys if key not in COMPARISONS]
    if unknown:
        raise argparse.ArgumentTypeError(f"no comparison {', '.join(unknown)}; there are {', '.join(COMPARISONS)}")
    return keys


def run_apart(module: str, *, quick: bool) -> Comparison | None:
    """Run a comparison in a process of its own; return None where it failed, its error is on standard error then."""
    command = [sys.executable, "-m", module, "--json", *(["--quick"] if quick else [])]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603 - our own
    return Comparison.from_json(done.stdout.splitlines()[-1]) if done.returncode == 0 else None


if __name__ == "__main__":
    sys.exit(main())
