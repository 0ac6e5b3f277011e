"""The process that is killed: it saves captures and files readings, and says on its output what it has done.

Run as `python -m tests.archive.accident PATH`.
"""

import sys
from pathlib import Path

from archive import Archive
from gongkai.reading import read_captures
from tests.archive.made_reports import HOST, SITE, make_capture

PAGES_A_DAY = 4
DAYS = 400
LOADED = "loaded"


def make_body(page: int, day: int) -> bytes:
    """Make a report as a page whose words change every second day."""
    title = f"云汀区第{'一二三四'[page]}街道2020年政府信息公开工作年度报告"
    return (
        f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>一、总体情况</p><p>这是第{day // 2}稿。</p>"
        f"<p>二、主动公开政府信息情况</p><p>公开{day // 2}条。</p></body></html>"
    ).encode()


def visit(archive: Archive, day: int, page: int) -> int:
    """Save one visit."""
    return archive.save_capture(make_capture(f"{HOST}/{page}.html", make_body(page, day), day=1 + day % 28))


def main(path: Path) -> None:
    """Crawl and read day by day, saying the number of each capture once it is saved."""
    print(LOADED, flush=True)
    with Archive.create(path) as archive:
        archive.save_site(SITE)
        for day in range(DAYS):
            archive.begin_run()
            for page in range(PAGES_A_DAY):
                print(visit(archive, day, page), flush=True)
            read_captures(archive)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
