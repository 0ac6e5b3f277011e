"""How time, memory and room grow with the archive: one world at several sizes, asked the same at each.

    python -m benchmarks.scale [--sizes 10000,100000] [--folder FOLDER] [--only report,words2] [--write PAGE]

One archive grows from size to size (`scale_world`, `scale_filling`), and at each everything is asked of it
(`scale_measures`), each measure in a process of its own. 10,000 reports take some minutes; 1,000,000 take hours, and
52 GB of room. In a folder of yours the archive stays, with what was measured; whoever is interrupted calls the same
again.
"""

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.results import Comparison, comparison_to_section, write_sections
from benchmarks.scale_filling import Progress, fill
from benchmarks.scale_measures import MEASURES, measure_tables, take
from benchmarks.scale_table import sum_up_visits, to_comparison
from benchmarks.scale_world import SITE_REPORTS

ROOT = Path(__file__).resolve().parents[1]
ARCHIVE, FILLED, MEASURED = "gongkai.db", "filled.jsonl", "measured.json"
"""Files of the folder: the archive, a line for each visit that filled it, and what was measured by size."""
ROOM = 52_000
"""Bytes that a report takes on the disk at most while all is measured: in the archive, its copy and an export."""


def main() -> int:
    """Measure and print; return 0."""
    given = parse_arguments(sys.argv[1:])
    if given.fill:
        _fill(given.folder, given.fill)
    elif given.take:
        print(json.dumps(take(given.take, given.folder / ARCHIVE, given.sizes[0])._asdict()))
    else:
        found = _measure_somewhere(given.folder, given.sizes, given.only)
        print(found.to_json() if given.json else comparison_to_section(found))
        if given.write:
            write_sections(given.write, [found])
    return 0


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """Return what the command line asks for."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__.partition("\n")[0])
    options.add_argument("--sizes", type=_parse_sizes, default=[10_000], help="reports, with commas (10000)")
    options.add_argument("--folder", type=Path, help="where the archive is to stay; else it is thrown away")
    options.add_argument("--only", type=_parse_names, default=list(MEASURES), help=f"of: {', '.join(MEASURES)}")
    options.add_argument("--json", action="store_true", help="print the value, as one line of JSON")
    options.add_argument("--write", type=Path, metavar="PAGE", help="write the section into this page")
    options.add_argument("--fill", type=int, help=argparse.SUPPRESS)
    options.add_argument("--take", choices=MEASURES, help=argparse.SUPPRESS)
    return options.parse_args(arguments)


def _parse_sizes(text: str) -> list[int]:
    sizes = sorted(map(int, text.split(",")))
    if any(size % SITE_REPORTS for size in sizes[:-1]):
        raise argparse.ArgumentTypeError(f"a site has {SITE_REPORTS:,} reports: all sizes but the last are to be whole")
    return sizes


def _parse_names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := [name for name in names if name not in MEASURES]:
        raise argparse.ArgumentTypeError(f"no measure {', '.join(unknown)}; there are {', '.join(MEASURES)}")
    return names


def _measure_somewhere(folder: Path | None, sizes: Sequence[int], names: Iterable[str]) -> Comparison:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        return measure_all(folder, sizes, names)
    with TemporaryDirectory() as name:
        return measure_all(Path(name), sizes, names)


def measure_all(folder: Path, sizes: Sequence[int], names: Iterable[str]) -> Comparison:
    """Grow the archive in a folder from size to size, ask it at each, and return all that was ever measured of it."""
    kept = folder / MEASURED
    found = {int(size): one for size, one in json.loads(kept.read_text()).items()} if kept.exists() else {}
    for size in sizes:
        _require_room(folder, size)
        _run_apart("--fill", str(size), "--folder", str(folder))
        now = found.setdefault(size, {})
        now["ingest"] = sum_up_visits(_load_visits(folder, size), size)
        now["tables"] = measure_tables(folder / ARCHIVE)
        for name in names:
            now[name] = json.loads(_run_apart("--take", name, "--sizes", str(size), "--folder", str(folder)))
            print(f"{size:9,} {name:12} {now[name]}", file=sys.stderr, flush=True)
            kept.write_text(json.dumps(found, indent=1))
    return to_comparison(found)


def _require_room(folder: Path, size: int) -> None:
    free, wanted = shutil.disk_usage(folder).free, size * ROOM
    taken = sum(file.stat().st_size for file in folder.glob(f"{ARCHIVE}*"))
    if free + taken < wanted:
        raise SystemExit(f"{folder} has {free:,} bytes free, {size:,} reports need {wanted:,}; name another --folder")


def _run_apart(*arguments: str) -> str:
    """Run a part in a process of its own, so that its memory is its own, and return the last line that it prints."""
    command = [sys.executable, "-m", "benchmarks.scale", *arguments]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - our own
    return next(iter(done.stdout.splitlines()[-1:]), "")


def _fill(folder: Path, reports: int) -> None:
    """Fill the archive of a folder and write down each visit."""
    with (folder / FILLED).open("a", encoding="utf-8") as log:

        def tell(progress: Progress) -> None:
            log.write(json.dumps(progress) + "\n")
            log.flush()
            print(f"{progress.reports:9,} of {reports:,} reports are in", file=sys.stderr, flush=True)

        fill(folder / ARCHIVE, reports, tell)


def _load_visits(folder: Path, reports: int) -> list[Progress]:
    lines = (folder / FILLED).read_text(encoding="utf-8").splitlines()
    return [one for one in (Progress(*json.loads(line)) for line in lines) if one.reports <= reports]


if __name__ == "__main__":
    sys.exit(main())
