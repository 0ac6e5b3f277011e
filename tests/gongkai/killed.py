"""The nursery of the crawls that are killed: it imports once, and forks a crawl for every line that it is told.

Run as `python -m tests.gongkai.killed URL ARCHIVE`. Each line on its input is the mode of a crawl; it says the crawl's
process id, and then, when that is gone, `gone`. A crawl that ends leaves its summary beside the archive.
"""

import json
import os
import sys
import traceback
from pathlib import Path
from typing import cast

import crawler.run  # noqa: F401 - what takes long to import is there before the first fork
from archive import Archive, VisitMode
from gongkai.crawling import crawl_sites
from tests.gongkai.district import NAME, make_site

GONE = "gone"


def summary_file(path: Path) -> Path:
    """Return where a crawl into this archive leaves its summary."""
    return path.with_suffix(".json")


def crawl_once(url: str, path: Path, mode: VisitMode) -> None:
    """Crawl, and leave the summary."""
    with Archive.create(path) as archive:
        (summary,) = crawl_sites([make_site(url)], archive, modes={NAME: mode})
    summary_file(path).write_text(json.dumps(summary.to_json()))


def main(url: str, path: Path) -> None:
    """Fork a crawl for every line of the input."""
    for line in sys.stdin:
        child = os.fork()
        if not child:
            try:
                crawl_once(url, path, cast("VisitMode", line.strip()))
            except BaseException:  # whatever ends the crawl must not go on as a second nursery
                traceback.print_exc()
            os._exit(0)
        print(child, flush=True)
        os.waitpid(child, 0)
        print(GONE, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
