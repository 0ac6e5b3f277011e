"""Pairs of days at a served site: each kind of change alone, and all at once, under the same design and another."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import pytest

from archive import Archive
from crawler import Site
from crawler.run import run_crawl
from gongkai.crawling import crawl_sites
from parsers import CellKey
from tests.crawler.world import NOT_FOUND, Answer, Asked, FamilySite, html_answer, serve_site
from tests.parsers.fillings import consistent, dice
from tests.parsers.made import report_to_html, table_to_html

QUICK = {"GONGKAI_RETRY_PAUSE": 0.01, "GONGKAI_FIRST_BACKOFF": 0.0002, "RETRY_TIMES": 1}
CELL = CellKey("requests", "granted", "total")
BLANK = CellKey("proactive_disclosure", "fees", "fee_amount")
STREETS = tuple(
    f"{name}街道"
    for name in ("松涛", "竹影", "梅溪", "兰亭", "荷塘", "桂香", "柳岸", "枫林", "榆荫", "槐花", "桑田", "杏坛")
)

SLUGS = {street: f"t2024_{number}" for number, street in enumerate(STREETS)}


@dataclass(frozen=True)
class Sheet:
    """What one street publishes, and where."""

    street: str
    figures: Mapping[CellKey, str]
    words: str = "栏目还不够清楚，明年改。"
    place: str = ""
    leads_from: tuple[str, ...] = ()
    is_there: bool = True

    @property
    def target(self) -> str:
        """Return the path of its page."""
        return f"/nb/{self.place}{SLUGS.get(self.street, 'new')}.html"

    def draw(self) -> str:
        """Return the page without its surroundings."""
        page = report_to_html("2021", self.figures, table_to_html).replace("白杨街道", self.street)
        return page.replace("栏目还不够清楚，明年改。", self.words)


Edit = Callable[[Sheet], Sheet]


def with_figure(key: CellKey, raw: str) -> Edit:
    """Return the edit that prints something else in a cell."""
    return lambda sheet: replace(sheet, figures={**sheet.figures, key: raw})


EDITS: Mapping[str, tuple[Edit, tuple[str, ...]]] = {
    "nothing": (lambda sheet: sheet, ()),
    "a figure": (with_figure(CELL, "977"), ("figures",)),
    "blank to 0": (with_figure(BLANK, "0"), ("figures",)),
    "blank to 5": (with_figure(BLANK, "5"), ("figures",)),
    "words": (lambda sheet: replace(sheet, words="窗口搬到了一楼。"), ("text",)),
    "moved": (lambda sheet: replace(sheet, place="x"), ("moved",)),
    "moved, with a redirect": (
        lambda sheet: replace(sheet, place="x", leads_from=(sheet.target,)), ("moved",)
    ),
    "moved and edited": (
        lambda sheet: with_figure(CELL, "977")(replace(sheet, place="x")), ("moved", "figures")
    ),
    "gone": (lambda sheet: replace(sheet, is_there=False), ("withdrawn",)),
}  # fmt: skip
"""What happens to a street's report overnight, and what the log is to say of it."""


@dataclass
class Town:
    """The site as it stands; `design` is drawn around the reports, `spoil` says what becomes of a report's page."""

    sheets: dict[str, Sheet]
    design: int = 0
    visits: int = 0
    spoil: Callable[[Answer], Answer] | None = None

    def serve(self, asked: Asked) -> Answer:
        """Answer as the site stands now, and spoil what is a report."""
        answer = self.answer(asked)
        is_report = asked.path.startswith("/nb/") and asked.path.endswith(".html")
        return self.spoil(answer) if self.spoil is not None and is_report else answer

    def answer(self, asked: Asked) -> Answer:
        """Answer as the site stands now."""
        self.visits += 1
        here = [sheet for sheet in self.sheets.values() if sheet.is_there]
        if asked.path == "/":
            return self.draw("云汀区人民政府", '<a href="/nb/">政府信息公开年报</a>')
        if asked.path == "/nb/":
            title = "2023年政府信息公开工作年度报告"
            links = [
                f'<li><a href="{one.target}">{one.street}{title}</a><span>2024-01-{20 + self.design}</span></li>'
                for one in here
            ]
            return self.draw("政府信息公开年报", f"<ul>{''.join(links)}</ul>")
        for sheet in here:
            if asked.path == sheet.target:
                return self.draw(sheet.street, sheet.draw())
            if asked.path in sheet.leads_from:
                return Answer(b"", 301, headers=(("Location", sheet.target),))
        return NOT_FOUND

    def draw(self, title: str, inner: str) -> Answer:
        """Draw a page in the design of the day, with a counter that never says the same twice."""
        if not self.design:
            return html_answer(f"<title>{title}</title><body><p>浏览次数：{self.visits}</p>{inner}</body>")
        related = "".join(
            f'<li><a href="/xw/{number}.html">又一条新闻{number}</a></li>' for number in range(self.design * 7)
        )
        menu = '<div class="top"><a href="/">网站首页</a> <a href="/xw/">新闻中心</a></div>'
        return html_answer(
            f"<!DOCTYPE html><html><head><title>{title}-云汀区</title></head><body>{menu}"
            f"<div id=c{self.design}><div><div>{inner}</div></div></div>"
            f'<div class="side"><h3>相关新闻</h3><ul>{related}</ul></div>'
            f"<p>访问量 {self.visits * 31} 次　打印　关闭</p><footer>版权所有 云汀区人民政府</footer></body></html>"
        )


@dataclass
class Observer:
    """Who crawls the town, day by day."""

    url: str
    path: Path
    names: dict[str, str] = field(default_factory=dict)

    def crawl(self) -> list[tuple[str, str]]:
        """Crawl once and return what the log says since, as (street, kind)."""
        site = Site("yunting", (f"{self.url}/",), "云汀区人民政府", "990101", delay=0.0,
                    withdrawn_after_days=0, withdrawn_after_visits=1)  # fmt: skip
        with Archive.create(self.path) as archive:
            before = self._count(archive)
            crawl_sites([site], archive)
            return sorted((self._count(archive) - before).elements())

    def list_failed(self) -> list[tuple[str, str]]:
        """Return what the last visit could not have, as (URL, reason)."""
        with Archive.create(self.path) as archive:
            return [(url, reason) for url, reason in archive.list_visits(limit=1)[0].failed or ()]

    @staticmethod
    def _count(archive: Archive) -> Counter[tuple[str, str]]:
        return Counter(
            (change.id.split("-")[1].removesuffix("办事处"), change.kind) for change in archive.list_changes()
        )


@contextmanager
def watch(path: Path) -> Iterator[tuple[Town, Observer]]:
    """Serve a town of some streets, and crawl it for the first time."""
    figures = {street: dict(consistent("2021", dice(street))) for street in STREETS}
    town = Town(
        {s: Sheet(s, {key: "" if key == BLANK else str(raw) for key, raw in figures[s].items()}) for s in STREETS}
    )
    with serve_site(FamilySite(town.serve, frozenset(), lambda _: True)) as running:
        observer = Observer(running.url, path)
        assert observer.crawl() == sorted((street, "new") for street in STREETS)
        yield town, observer


@pytest.mark.parametrize("design", [0, 1], ids=["the same design", "a new design"])
@pytest.mark.parametrize("name", EDITS)
def test_one_kind_alone_is_that_and_nothing_else(tmp_path: Path, name: str, design: int) -> None:
    """What happens to one street's report overnight is logged of that street, and nothing of any other."""
    edit, kinds = EDITS[name]
    with watch(tmp_path / "gongkai.db") as (town, observer):
        town.design = design
        town.sheets[STREETS[0]] = edit(town.sheets[STREETS[0]])

        logged = observer.crawl()

    assert logged == sorted((STREETS[0], kind) for kind in kinds)


@pytest.mark.parametrize("design", [0, 2], ids=["the same design", "a new design"])
def test_all_kinds_at_once_are_those_and_nothing_else(tmp_path: Path, design: int) -> None:
    """All kinds in one night, under a redesign around them, give exactly their changes, and the day after none."""
    with watch(tmp_path / "gongkai.db") as (town, observer):
        first = dict(town.sheets)
        town.design = design
        for street, (edit, _) in zip(STREETS, EDITS.values(), strict=False):
            town.sheets[street] = edit(town.sheets[street])
        new = replace(first[STREETS[0]], street="新荷街道")
        town.sheets[new.street] = new

        logged = observer.crawl()
        quiet = observer.crawl()
        town.sheets = {**town.sheets, **{street: replace(town.sheets[street], is_there=True) for street in STREETS}}
        restored = observer.crawl()

    expected = [(street, kind) for street, (_, kinds) in zip(STREETS, EDITS.values(), strict=False) for kind in kinds]
    assert logged == sorted([*expected, (new.street, "new")])
    assert quiet == []
    assert restored == [(STREETS[list(EDITS).index("gone")], "restored")]


@pytest.mark.parametrize("status", [403, 412, 500, 503])
def test_a_wall_or_a_broken_site_withdraws_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """Visits that meet walls and errors say nothing of the reports, however often."""
    monkeypatch.setattr("crawler.run.run_crawl", partial(run_crawl, settings_overrides=QUICK))
    with watch(tmp_path / "gongkai.db") as (town, observer):
        town.spoil = lambda _: Answer(b"", status)

        logged = [observer.crawl() for _ in range(2)]

        failed = observer.list_failed()

    assert logged == [[], []]
    assert failed


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_half_of_a_page_changes_nothing(tmp_path: Path, share: float) -> None:
    """Pages that end in the middle, served as if they were whole, are failures: no figure of theirs has changed."""
    with watch(tmp_path / "gongkai.db") as (town, observer):
        town.design = 1
        observer.crawl()
        town.spoil = lambda answer: html_answer(answer.body.decode()[: int(len(answer.body.decode()) * share)])

        halves = observer.crawl()
        failed = dict(observer.list_failed())
        town.spoil = None
        wholes = observer.crawl()

    assert (halves, wholes) == ([], [])
    reports = {f"{observer.url}{sheet.target}" for sheet in town.sheets.values()}
    assert {failed.get(url) for url in reports} == {"incomplete, the page ends in the middle"}
