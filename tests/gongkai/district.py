"""A made-up district on a server that can change overnight, and its crawl into a real archive."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from archive import Archive, VisitMode
from crawler import Site
from gongkai.crawling import SiteSummary, crawl_sites
from tests.crawler.world import (
    ANNUAL,
    Answer,
    Asked,
    FamilySite,
    Item,
    RunningSite,
    World,
    make_world,
    serve_site,
)

NAME = "qingshi"
NEW_DAY = date(2027, 1, 9)
"""The day of a report newer than all of the district's."""

Build = Callable[[World], FamilySite]


def make_district(reports: int, *, news: int = 40, files: bool = False) -> World:
    """Make a district whose reports stand on their pages, whole; with `files` some have a document beside that."""
    world = make_world(reports=reports, news=news)
    return replace(world, annual=tuple(_fill(item, files=files) for item in world.annual))


def _fill(item: Item, *, files: bool) -> Item:
    if not item.is_report:
        return replace(item, files=())
    docx = tuple(file for file in item.files if file.name.endswith(".docx")) if files else ()
    return replace(item, html=write_text(item.agency, item.year), files=docx)


def write_text(agency: str, year: int, count: int = 3) -> str:
    """Write the body of a report, which says one number."""
    return (
        f"<p>本报告由{agency}编制，所列数据自{year}年1月1日起，至{year}年12月31日止。</p>"
        f"<p>一、总体情况</p><p>全年发布信息{count}条。</p><p>二、主动公开政府信息情况</p><p>制发文件两件。</p>"
        "<p>三、收到和处理政府信息公开申请情况</p><p>没有收到申请。</p>"
        "<p>四、政府信息公开行政复议、行政诉讼情况</p><p>没有。</p>"
        "<p>五、存在的主要问题及改进情况</p><p>窗口人手偏少，公告栏离大门远，雨天要打伞才能看。下一年把它搬到门厅里，"
        "再添一盏灯、两把椅子，每周一早上换一次告示，旧的收进柜子里备查。</p>"
        "<p>六、其他需要报告的事项</p><p>没有。</p>"
    )


def make_report(number: int, agency: str, year: int, day: date) -> Item:
    """Make a report that the district has not got yet."""
    title = f"{agency}{year}年政府信息公开工作年度报告"
    return Item(number, title, day, agency, year, ANNUAL, write_text(agency, year), is_report=True)


NEW = make_report(19_990, "青石区人民政府", 2026, NEW_DAY)


def edit_report(world: World, number: int) -> World:
    """Return the district with another number said in one report."""
    edited = tuple(
        replace(item, html=write_text(item.agency, item.year, 99)) if item.number == number else item
        for item in world.annual
    )
    return replace(world, annual=edited)


@dataclass
class District:
    """The district being served; `asked` holds the target of each request, and whether it was conditional.

    `build` draws it; what is in `broken` is answered with that instead.
    """

    build: Build
    site: FamilySite
    running: RunningSite
    asked: list[tuple[str, bool]] = field(default_factory=list)
    broken: dict[str, Answer] = field(default_factory=dict)

    @property
    def targets(self) -> list[str]:
        """The targets asked for, in order, without robots.txt."""
        return [target for target, _ in self.asked if target != "/robots.txt"]

    def change(self, world: World) -> None:
        """Serve another state of the district from now on."""
        self.site = self.build(world)

    def forget(self) -> None:
        """Count requests and bytes anew."""
        self.asked.clear()
        self.running.sent = 0

    def target_of(self, number: int) -> str:
        """Return where an item lies."""
        return next(target for target in sorted(self.site.reports) if str(number) in target)

    def answer(self, asked: Asked) -> Answer:
        """Answer as the district stands now."""
        query = "&".join(f"{name}={value}" for name, value in asked.query.items())
        target = f"{asked.path}?{query}" if query else asked.path
        self.asked.append((target, "if-none-match" in asked.headers))
        return self.broken.get(asked.path) or self.site.handler(asked)


@contextmanager
def serve_district(build: Build, world: World, address: str = "127.0.0.1") -> Iterator[District]:
    """Serve a district, drawn by a site's `build`, while inside."""
    site = build(world)
    district = District(build, site, RunningSite(""))
    with serve_site(replace(site, handler=district.answer), address) as running:
        district.running = running
        yield district


def make_site(url: str, **fields: Any) -> Site:
    """Return the entry of sites.toml for a district."""
    return Site(NAME, (f"{url}/",), **{"delay": 0.0, "max_requests": 5000, **fields})


def crawl(district: District, path: Path, mode: VisitMode = "full", **fields: Any) -> SiteSummary:
    """Crawl the district into an archive, as the command does."""
    modes: Mapping[str, VisitMode] = {NAME: mode}
    with Archive.create(path) as archive:
        (summary,) = crawl_sites([make_site(district.running.url, **fields)], archive, modes=modes)
    return summary
