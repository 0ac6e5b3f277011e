"""Watchers that are compared: each looks at the sites on two days and says of which pages it told a change.

What a watcher says of a page is a set of words. Ours says the kinds of change of its log. All others say `changed`, or
`error` where the page could not be had. Others are given the addresses of pages and documents; ours is given the site.
"""

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from archive import Archive
from benchmarks.changes_kinds import Pair
from benchmarks.changes_pages import TEMPLATES
from benchmarks.changes_server import MadeSite, Served
from crawler import Site
from gongkai.crawling import crawl_sites

NEW, CHANGED, ERROR = "new", "changed", "error"
Told = dict[str, set[str]]
"""What was said of each street's page; nothing of a street that is not in it."""
Watcher = Callable[[Served, Path], Told]
SECONDS = 20
_VERB = re.compile(r"^\d+\. (NEW|CHANGED|ERROR)\b[^:]*: (watched-\d+)\b", re.MULTILINE)
_NO_NETWORK = {"https_proxy": "http://127.0.0.1:9", "no_proxy": "127.0.0.1"}
"""A tool that asks whether there is a newer version of itself gets no answer."""


def watch_ourselves(served: Served, folder: Path) -> Told:
    """Crawl all sites on both days and read the log of changes."""
    sites = [
        Site(site.name, (f"{site.url}/",), f"青石{number}区人民政府", f"99{number:04}", delay=0.0,
             withdrawn_after_days=0, withdrawn_after_visits=1)
        for number, site in enumerate(served.sites)
    ]  # fmt: skip
    before: Counter[tuple[str, str]] = Counter()
    for served.day in range(2):
        with Archive.create(folder / "gongkai.db") as archive:
            crawl_sites(sites, archive)
            logged = Counter((change.id, change.kind) for change in archive.list_changes())
        first, before = before, logged
    told: Told = {}
    for report, kind in before - first:
        told.setdefault(report.split("-")[1].removesuffix("办事处"), set()).add(kind)
    return told


def watch_bytes(served: Served, _: Path) -> Told:
    """Compare the SHA-256 of what each address answers."""
    return _watch_by(served, lambda body: hashlib.sha256(body).digest())


def watch_words(served: Served, _: Path) -> Told:
    """Compare the main text that trafilatura takes out of each page, and the bytes of documents."""
    from trafilatura import extract  # noqa: PLC0415 - it may not be there

    return _watch_by(served, lambda body: body if body.startswith(b"PK") else extract(body, include_tables=True))


def _watch_by(served: Served, look: Callable[[bytes], object]) -> Told:
    told: Told = {}
    seen: dict[str, object] = {}
    for served.day in range(2):
        for pair, _, address in iter_addresses(served.sites):
            body = _fetch(address)
            shown = look(body) if body is not None else None
            if served.day and (shown is None or shown != seen[address]):
                told.setdefault(pair.first.street, set()).add(ERROR if shown is None and body is None else CHANGED)
            seen[address] = shown
    return told


def _fetch(address: str) -> bytes | None:
    """Return what an address answers, None where that is an error."""
    with (
        suppress(URLError, HTTPException, OSError),
        build_opener(ProxyHandler({})).open(address, timeout=SECONDS) as got,
    ):
        body: bytes = got.read()
        return body
    return None


def watch_by_webchanges(served: Served, folder: Path) -> Told:
    """Let webchanges watch each page, as text."""
    return _watch_by_jobs(served, folder, lambda _: ["html2text"])


def watch_by_webchanges_part(served: Served, folder: Path) -> Told:
    """Let webchanges watch the element of each page that holds the report, as text."""
    return _watch_by_jobs(served, folder, _filters_of_part)


def _filters_of_part(pair: Pair) -> list[object]:
    return [{"xpath": TEMPLATES[pair.first.template].content}, "html2text"]


def _watch_by_jobs(served: Served, folder: Path, choose: Callable[[Pair], Sequence[object]]) -> Told:
    """Run webchanges by its command on both days, with a job for each address, and read what it prints."""
    import yaml  # noqa: PLC0415 - it comes with webchanges

    watched = {f"watched-{number}": one for number, one in enumerate(iter_addresses(served.sites))}
    jobs = [
        {"name": name, "url": address, "filter": ["sha1sum"] if is_file else list(choose(pair))}
        for name, (pair, is_file, address) in watched.items()
    ]
    (folder / "jobs.yaml").write_text(yaml.safe_dump_all(jobs, allow_unicode=True), encoding="utf-8")
    (folder / "hooks.py").write_text("", encoding="utf-8")
    options = ("--jobs", "jobs.yaml", "--config", "config.yaml", "--hooks", "hooks.py", "--database", "kept.db")
    command = [sys.executable, "-m", "webchanges", *options]
    seen, told = _list_verbs(_run(command, folder)), Told()
    if seen.keys() != watched.keys() or set(seen.values()) != {NEW}:
        raise RuntimeError(f"webchanges did not see all pages on the first day: {len(seen)} of {len(watched)}")
    served.day = 1
    for name, verb in _list_verbs(_run(command, folder)).items():
        told.setdefault(watched[name][0].first.street, set()).add(verb)
    return told


def _list_verbs(printed: str) -> dict[str, str]:
    """Return what webchanges says of each job in the list with which its report begins."""
    return {name: verb.lower() for verb, name in _VERB.findall(printed)}


def _run(command: Sequence[str], folder: Path) -> str:
    env = {**os.environ, **_NO_NETWORK, "HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    done = subprocess.run(  # noqa: S603 - named above
        command, cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    if not done.stdout:
        raise RuntimeError(f"{' '.join(command)} said nothing: {done.stderr[-1000:]}")
    return done.stdout


def iter_addresses(sites: Sequence[MadeSite]) -> Iterator[tuple[Pair, bool, str]]:
    """Yield what a person would have watched: each page, each document, as (pair, is a document, address)."""
    for site in sites:
        for pair in site.pairs:
            yield pair, False, site.url + pair.first.path
            if pair.first.is_attached:
                yield pair, True, site.url + pair.first.file_path
