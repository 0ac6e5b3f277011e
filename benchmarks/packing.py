"""What bodies cost on disk, and what packing them costs, on made pages of made sites.

    .venv/bin/python benchmarks/packing.py [--sites 20] [--pages 100]

A site's pages share its frame, its navigation and its way of pasting tables out of a word processor; its words, its
figures and the articles beside it are each page's own. A page has some 87 KB. Figures of one machine say little: what
counts are shares and ratios.
"""

import argparse
import random
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from archive import Archive, Capture, SiteIdentity  # noqa: E402 - the path comes first
from archive.captures.bodies import digest, load_body, pack  # noqa: E402
from archive.captures.packing import (  # noqa: E402
    SMALL_LEVEL,
    make_base,
    make_dictionary,
    make_page_dictionary,
    pack_against,
    pack_with,
    train_dictionary,
    unpack,
    unpack_against,
)
from archive.file.connection import open_for_reading  # noqa: E402
from archive.upkeep.compaction import compact_archive  # noqa: E402
from parsers.forms import Table  # noqa: E402
from parsers.forms.printed import PrintedCell, table_to_printed  # noqa: E402
from tests.parsers.fillings import consistent, dice  # noqa: E402
from tests.parsers.made import form_of  # noqa: E402

SIZE = 87_000
_CHARACTERS = [chr(0x4E00 + number * 7) for number in range(2500)]
_FORMULAS = (
    "根据《中华人民共和国政府信息公开条例》的规定，现公布本机关年度报告",
    "本年度主动公开政府信息",
    "进一步加强组织领导，健全工作机制",
    "严格落实信息发布审核制度",
    "不断提高政府信息公开工作的质量和水平",
    "一是公开内容还不够全面",
    "二是工作人员业务能力有待提高",
    "下一步将加强学习培训，完善公开目录",
    "如对本报告有疑问，请与办公室联系",
    "所列数据的统计期限自1月1日起至12月31日止",
)


NOW = datetime(2026, 3, 1, tzinfo=UTC)
COUNTERS = (1021, 1307)


@dataclass(frozen=True)
class MadeSite:
    """A site that writes pages: all that its pages share comes of its number."""

    number: int

    @cached_property
    def _own(self) -> random.Random:
        return random.Random(f"site {self.number}")  # noqa: S311 - not for secrets

    @cached_property
    def name(self) -> str:
        """Its name in an archive."""
        return f"site{self.number:02}"

    @cached_property
    def style(self) -> str:
        """How a cell is written, with places for a width, a colour of the border and what stands in the cell."""
        font = self._own.choice(("宋体", "仿宋_GB2312", "微软雅黑", "SimSun"))
        size = self._own.choice(("14px", "10.5pt", "16px", "12.0000pt"))
        border = self._own.choice(("windowtext", "rgb(0,0,0)", "#000000"))
        pad = self._own.choice(("0.0000pt 5.4000pt", "0 7px", "1px"))
        return (
            f'<td width="{{0}}" colspan="{{1}}" rowspan="{{2}}" style="padding:{pad};'
            f'border:1.0000pt solid {border}"><p class="MsoNormal" style="text-align:center">'
            f'<span style="font-family:{font};font-size:{size}">{{3}}</span></p></td>\n'
        )

    @cached_property
    def navigation(self) -> str:
        """The links that stand on every page, with the site's scripts."""
        own = self._own
        links = "\n".join(
            f'<li class="n{own.randrange(9)}"><a href="/{own.choice("abcdxz")}{own.randrange(10**5)}/index.shtml" '
            f'target="_blank">{make_words(own, 1, 3)}</a></li>'
            for _ in range(own.randint(100, 180))
        )
        script = "".join(f"var _{own.getrandbits(24):x}={own.randrange(10**6)};" for _ in range(own.randint(90, 200)))
        return f"<ul>{links}</ul>\n<script>{script}</script>"

    @cached_property
    def articles(self) -> list[str]:
        """The articles of which some stand beside each report."""
        return [
            f'<li><a href="/art/{self._own.randint(2016, 2025)}/{self._own.randint(1, 12)}/{self._own.randint(1, 28)}/'
            f'art_{self._own.randrange(10**4)}_{self._own.randrange(10**7)}.html">{make_words(self._own, 4, 12)}</a>'
            f"<span>2025-{self._own.randint(1, 12):02}-{self._own.randint(1, 28):02}</span></li>\n"
            for _ in range(400)
        ]

    def make_page(self, number: int, counter: int = 0) -> bytes:
        """Make a report's page; `counter` is how often it was read."""
        chance = random.Random(f"site {self.number} page {number}")  # noqa: S311 - not for secrets
        agency = f"{make_words(chance, 1, 1)}街道"
        form = chance.choice(("2019", "2021", "2021"))
        figures = {key: str(raw) for key, raw in consistent(form, dice(self.number, number)).items()}
        tables = [self._table(table, figures, chance) for table in form_of(form).tables]
        texts = [f"<p>　　{make_prose(chance, chance.randint(200, 500))}</p>\n" for _ in range(6)]
        beside = "".join(chance.sample(self.articles, 12))
        page = (
            f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{agency}年度报告</title></head><body>\n'
            f"{self.navigation}<h1>{agency}政府信息公开工作年度报告</h1><p>浏览次数：<b>{counter}</b></p>\n"
            f"{''.join(text + table for text, table in zip(texts, [*tables, '', '', ''], strict=True))}"
            f"<ul>{beside}</ul>\n"
        )
        return (page + self._filling(SIZE - len(page.encode())) + "</body></html>").encode()

    def _table(self, table: Table, figures: dict[tuple[str, str, str], str], chance: random.Random) -> str:
        """Draw a table as it was pasted: columns as wide as in that document, here and there a row moved by hand."""
        widths = [chance.randint(30, 130) for _ in range(16)]
        rows = table_to_printed(table, figures)  # type: ignore[arg-type]
        drawn = (
            f'<tr style="height:{chance.randint(20, 60)}px">{self._row(row, widths, chance)}</tr>\n' for row in rows
        )
        return f"<table>{''.join(drawn)}</table>\n"

    def _row(self, row: tuple[PrintedCell, ...], widths: list[int], chance: random.Random) -> str:
        shift = chance.randint(1, 9) if chance.random() < 0.3 else 0
        return "".join(
            self.style.format(widths[-1 - number] + shift, cell.colspan, cell.rowspan, cell.text)
            for number, cell in enumerate(row)
        )

    def _filling(self, size: int) -> str:
        """Return a foot of a site's own that brings a page to its size: styles that every page carries."""
        own = random.Random(f"foot {self.number}")  # noqa: S311 - not for secrets
        rules = []
        while size > 0:
            rules.append(f".c{own.randrange(10**3)} .d{own.randrange(99)}{{margin:{own.randrange(40)}px;float:left}}\n")
            size -= len(rules[-1])
        return f"<style>{''.join(rules)}</style>"


def make_words(chance: random.Random, least: int, most: int) -> str:
    """Return some words, frequent ones often, as words come in a language."""
    numbers = (int(chance.paretovariate(0.4)) % 4000 for _ in range(chance.randint(least, most)))
    return "".join(_CHARACTERS[number % 2500] + _CHARACTERS[number * 37 % 2500] for number in numbers)


def make_prose(chance: random.Random, characters: int) -> str:
    """Return sentences of so many characters, some of them those that every office writes."""
    text = ""
    while len(text) < characters:
        is_formula = chance.random() < 0.35
        text += chance.choice(_FORMULAS) if is_formula else make_words(chance, 5, 12)
        text += f"{chance.randrange(500)}件，" if chance.random() < 0.2 else "，"
    return text


def main() -> None:
    """Measure and print."""
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--sites", type=int, default=20)
    wanted.add_argument("--pages", type=int, default=100)
    options = wanted.parse_args()
    sites = [MadeSite(number) for number in range(options.sites)]
    print(f"{options.sites} sites of {options.pages} pages, Python {sys.version.split()[0]}")
    measure_ways(sites)
    with TemporaryDirectory() as folder:
        measure_archive(Path(folder) / "packing.db", sites, options.pages)


def measure_ways(sites: list[MadeSite]) -> None:
    """Print what each way of packing makes of pages that no dictionary was made of, and how long it takes."""
    tried = [(site, site.make_page(1000 + number)) for site in sites for number in range(3)]
    trained = train_dictionary([site.make_page(number) for number in range(12) for site in sites], 112 << 10)
    general = make_dictionary(trained or make_page_dictionary(tried[0][1]))
    own = {site.number: make_dictionary(make_page_dictionary(site.make_page(0))) for site in sites}
    other = {site.number: make_base(site.make_page(0)) for site in sites}
    last = {page: make_base(page.replace(b"<b>0</b>", b"<b>1307</b>")) for _, page in tried}
    print_way("zstd 3 alone", tried, lambda _, page: pack(page).data)
    print_way("zstd 12 alone", tried, lambda _, page: pack(page, SMALL_LEVEL).data)
    print_way("zstd 3, trained dictionary", tried, lambda _, page: pack_with(page, general).data)
    print_way("zstd 12, trained dictionary", tried, lambda _, page: pack_with(page, general, SMALL_LEVEL).data)
    print_way("zstd 3, a page of the site as dictionary", tried, lambda n, page: pack_with(page, own[n]).data)
    print_way("zstd 12, the same", tried, lambda n, page: pack_with(page, own[n], SMALL_LEVEL).data)
    print_way("zstd 3, a page of the site as base", tried, lambda n, page: pack_against(page, other[n]).data)
    print_way("zstd 3, the page's last body as base", tried, lambda _, page: pack_against(page, last[page]).data)
    print_way("SHA-256", tried, lambda _, page: digest(page).encode())
    packed = {page: (pack(page).data, pack_against(page, last[page]).data) for _, page in tried}
    print_way("unpacked, alone", tried, lambda _, page: unpack("zstd", packed[page][0], len(page)))
    print_way("unpacked, base", tried, lambda _, page: unpack_against(packed[page][1], len(page), last[page]))


def print_way(name: str, tried: list[tuple[MadeSite, bytes]], work: Callable[[int, bytes], bytes]) -> None:
    """Print share of the HTML, bytes and time of one way, over all pages a second time."""
    for site, page in tried:
        work(site.number, page)
    start = time.perf_counter()
    size = sum(len(work(site.number, page)) for site, page in tried)
    spent = (time.perf_counter() - start) / len(tried)
    whole = sum(len(page) for _, page in tried)
    print(f"  {name:42} {size / whole:8.2%} {size / len(tried):8.0f} bytes {spent * 1000:7.2f} ms")


def measure_archive(path: Path, sites: list[MadeSite], pages: int) -> None:
    """Print what first bodies cost in an archive, and those that differ by a counter, before and after compaction."""
    crawl(path, "first bodies", sites, range(pages), 0)
    for counter in COUNTERS:
        crawl(path, "differing by a counter", sites, range(pages), counter)
    start = time.perf_counter()
    summary = compact_archive(path)
    spent = time.perf_counter() - start
    print(f"compaction: {spent:.1f} s, {summary.to_json()}")
    start = time.perf_counter()
    again = compact_archive(path)
    print(f"again: {time.perf_counter() - start:.2f} s, {again.repacked} packed anew")
    crawl(path, "new pages of the same sites", sites, range(pages, pages + 5), 0)
    crawl(path, "differing by a counter", sites, range(pages), 1703)
    strangers = [MadeSite(site.number + len(sites)) for site in sites]
    crawl(path, "pages of new sites", strangers, range(3), 0)
    with closing(open_for_reading(path)) as connection:
        print_bodies(connection, "all whole bodies", "base_id IS NULL")
        print_bodies(connection, "all others", "base_id IS NOT NULL")
        numbers = [row["id"] for row in connection.execute("SELECT id FROM bodies ORDER BY random() LIMIT 2000")]
        start = time.perf_counter()
        for number in numbers:
            load_body(connection, number)
        print(f"  read, in any order: {(time.perf_counter() - start) / len(numbers) * 1000:.2f} ms a body")


def crawl(path: Path, name: str, sites: Iterable[MadeSite], pages: Iterable[int], counter: int) -> None:
    """Save a capture of each page and print what their bodies cost."""
    seconds, saved = 0.0, 0
    with Archive.create(path) as archive, closing(open_for_reading(path)) as connection:
        last = connection.execute("SELECT coalesce(max(id), 0) FROM bodies").fetchone()[0]
        for site in sites:
            archive.save_site(SiteIdentity(site.name, site.name, "990101"))
            for page in pages:
                url = f"http://127.0.0.1/{site.name}/{page}.html"
                body = site.make_page(page, counter)
                start = time.perf_counter()
                archive.save_capture(Capture(site.name, url, "report", NOW, 200, (("Server", "nginx"),), body))
                seconds, saved = seconds + time.perf_counter() - start, saved + 1
        print_bodies(connection, f"{name} ({seconds / saved * 1000:.2f} ms a capture)", f"id > {last}")


def print_bodies(connection: sqlite3.Connection, name: str, where: str) -> None:
    """Print the share of their bytes that some bodies take, and how much that is of each."""
    count, size, stored = connection.execute(
        f"SELECT count(*), total(size), total(length(data)) FROM bodies WHERE {where}"  # noqa: S608 - words of this file
    ).fetchone()
    print(f"  {name:50} {stored / (size or 1):8.2%} {stored / (count or 1):8.0f} bytes a body, {count} bodies")


if __name__ == "__main__":
    main()
