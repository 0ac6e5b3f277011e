"""How long each stage of the route takes for the demo's reports, each as a ratio to the parsing of its bytes.

    .venv/bin/python benchmarks/route.py

Figures of one machine say little: what counts is the ratio within one run.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from archive import Archive, Capture, SiteIdentity, utc_now
from gongkai.demo import build_sites
from gongkai.reading import read_captures
from parsers import ParserError, parse

ROUNDS = 7


def main() -> None:
    """Measure and print."""
    pages = [
        (f"http://127.0.0.1{path}", page.body, page.content_type)
        for site in build_sites(2)
        for path, page in site.files.items()
        if _is_report(page.body, page.content_type)
    ]
    print(f"{len(pages)} reports of the demo sites, the median of {ROUNDS} rounds, Python {sys.version.split()[0]}")
    parsing = _measure(lambda: [parse(body, kind) for _, body, kind in pages])
    stages = {
        "parse": parsing,
        "save the captures": _measure(lambda: _archive(pages, read=False)),
        "save, parse and file": _measure(lambda: _archive(pages, read=True)),
    }
    for name, seconds in stages.items():
        print(f"{name:22} {seconds / len(pages) * 1000:7.2f} ms a report   {seconds / parsing:5.2f} × parsing")
    bare = _measure(lambda: _run("-c", "pass"))
    print(f"gongkai --help         {_measure(lambda: _run('-m', 'gongkai', '--help')) / bare:7.2f} × an empty Python")


def _is_report(body: bytes, content_type: str) -> bool:
    try:
        return bool(parse(body, content_type).cells)
    except ParserError:
        return False


def _archive(pages: list[tuple[str, bytes, str]], *, read: bool) -> None:
    with TemporaryDirectory() as folder, Archive.create(Path(folder) / "a.db") as archive:
        archive.save_site(SiteIdentity("demo", "云汀区人民政府", "990101"))
        for url, body, kind in pages:
            headers = (("Content-Type", kind),)
            archive.save_capture(Capture("demo", url, "report", utc_now(), 200, headers, body))
        if read:
            read_captures(archive)


def _run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command


def _measure(work: Callable[[], object]) -> float:
    """Return the median of several runs, in seconds."""
    rounds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        rounds.append(time.perf_counter() - start)
    return statistics.median(rounds)


if __name__ == "__main__":
    main()
