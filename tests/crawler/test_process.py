import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.crawler.served import link, page, report, serve

ROOT = Path(__file__).parents[2]
TITLE = "青石区白杨街道办事处2020年政府信息公开工作年度报告"
ENVIRONMENT = {**os.environ, "SCRAPY_SETTINGS_MODULE": "crawler.settings", "PYTHONPATH": str(ROOT)}

INTERRUPTED_CRAWL = """
import json, sys
from crawler.run import run_crawl
from crawler.sites import Site
from tests.crawler.served import MemoryArchive

archive = MemoryArchive(lambda capture: print("stored", flush=True))
site = Site("qingshi", (sys.argv[1],), delay=0.2)
result = run_crawl([site], open_archive=lambda: archive)["qingshi"]
print(json.dumps([result.interrupted, result.complete, result.captures, result.failed[-1].reason]))
"""


def test_scrapy_lists_the_spider() -> None:
    """`scrapy list` finds the spider, by settings alone."""
    command = [sys.executable, "-m", "scrapy", "list"]

    done = subprocess.run(  # noqa: S603 - our own command
        command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.split() == ["annual_reports"]


def test_scrapy_crawls_by_its_own_command(tmp_path: Path) -> None:
    """`scrapy crawl annual_reports` reads the sites file, and crawls the sites that are named."""
    pages = {"/nb/": page("政府信息公开年报", link("a.html", TITLE)), "/nb/a.html": report(TITLE)}
    with serve(pages) as wanted, serve(pages) as other:
        sites = tmp_path / "sites.toml"
        sites.write_text(
            f'[[site]]\nname = "one"\nstart_urls = ["{wanted.url}/nb/"]\ndelay = 0\n'
            f'[[site]]\nname = "two"\nstart_urls = ["{other.url}/nb/"]\n'
        )
        command = [
            sys.executable,
            "-m",
            "scrapy",
            "crawl",
            "annual_reports",
            "-a",
            f"sites={sites}",
            "-a",
            "site=one",
        ]
        command += ["-s", "GONGKAI_ARCHIVE_OPENER=tests.crawler.served.MemoryArchive"]

        done = subprocess.run(  # noqa: S603 - our own command
            command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=True, timeout=60
        )

        assert wanted.paths == ["/nb/", "/nb/a.html"]
        assert other.asked == []
    assert "'item_scraped_count': 2" in done.stderr
    assert "] ERROR:" not in done.stderr


def test_an_interrupt_ends_a_crawl_in_order() -> None:
    """Ctrl-C lets the visit under way finish, stores it, and says that the site was not done."""
    titles = [f"青石区第{number}街道办事处2020年政府信息公开工作年度报告" for number in range(50)]
    pages = {f"/nb/{number}.html": report(title) for number, title in enumerate(titles)}
    pages["/nb/"] = page("政府信息公开年报", *(link(f"{n}.html", title) for n, title in enumerate(titles)))
    with serve(pages) as server:
        command = [sys.executable, "-c", INTERRUPTED_CRAWL, server.url + "/nb/"]
        process = subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)  # noqa: S603
        assert process.stdout is not None
        assert process.stdout.readline() == "stored\n"
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=30)

    *stored, result = said.splitlines()
    interrupted, complete, captures, reason = json.loads(result)
    assert process.returncode == 0
    assert (interrupted, complete) == (True, False)
    assert captures == len(stored) + 1 < 10
    assert reason == f"interrupted, {51 - captures} links not visited"
    assert time.monotonic() - began < 5
