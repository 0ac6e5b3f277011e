"""The made-up district drawn page by page, for sites whose pages are all there before anyone asks.

A site module says where things lie (`Addresses`) and how its lists are paged (`DrawList`); home page, menu, articles,
files and the columns around are the same for all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.crawler.world import (
    ANNUAL,
    BESIDE,
    NAV,
    NEWS,
    Answer,
    FamilySite,
    File,
    Handler,
    Item,
    Way,
    World,
    anchor,
    article,
    home_inside,
    html_answer,
    layout,
    neighbours,
    row,
    serve_pages,
)

OPENNESS, DISCLOSURE, STATUTORY, ON_REQUEST = "政务公开", "政府信息公开", "法定主动公开内容", "依申请公开"
MENU = tuple(name for name in NAV if name != "首页")
SLUGS: Mapping[str, str] = {
    OPENNESS: "zwgk",
    DISCLOSURE: "zfxxgk",
    STATUTORY: "fdzdgknr",
    ON_REQUEST: "ysqgk",
    ANNUAL: "zfxxgknb",
    BESIDE[0]: "fzzfjs",
    BESIDE[1]: "wznb",
    BESIDE[2]: "gkzd",
    BESIDE[3]: "gkzn",
    **{name: f"xw{number}" for number, name in enumerate(NEWS, 1)},
    **{name: f"lm{number}" for number, name in enumerate(MENU, 1) if name != OPENNESS},
}
"""The names that columns have in addresses."""

_TYPES = {"docx": "application/octet-stream", "pdf": "application/pdf", "doc": "application/msword"}

DrawList = Callable[[str, Sequence[Item]], dict[str, str]]
"""The pages of a column, given its name and all that stands in it: what each shows, by target."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a site keeps an article, a file and (its first page) a column, as targets."""

    item: Callable[[Item], str]
    file: Callable[[Item, File], str]
    column: Callable[[str], str]


def file_answer(file: File, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """Answer with a document."""
    return Answer(file.body, content_type=_TYPES[file.name.rpartition(".")[2]], headers=headers)


@dataclass
class StaticSite:
    """Collects the pages of a site; `way` are the targets of home page, way and lists of reports.

    `hidden` are columns that no page links to; `trap` stands on home page and way.
    """

    world: World
    addresses: Addresses
    draw_list: DrawList
    body: str = '<div class="content">{}</div>'
    head: str = ""
    charset: str = "utf-8"
    hidden: frozenset[str] = frozenset()
    trap: str = ""
    pages: dict[str, Answer] = field(default_factory=dict)
    way: set[str] = field(default_factory=set)

    @property
    def menu(self) -> Way:
        """The header's links."""
        shown = (name for name in MENU if name not in self.hidden)
        return [("/", "首页"), *((self.addresses.column(name), name) for name in shown)]

    def links(self, *names: str) -> str:
        """Write a block of links to columns."""
        shown = (name for name in names if name not in self.hidden)
        return "<ul>" + "".join(f"<li>{anchor(self.addresses.column(name), name)}</li>" for name in shown) + "</ul>"

    def add(self, target: str, title: str, inner: str, *, is_way: bool = False, crumbs: Sequence[str] = ()) -> None:
        """Draw a page; `crumbs` are the names of the columns above it."""
        above = [("/", "首页"), *((self.addresses.column(name), name) for name in crumbs if name not in self.hidden)]
        text = layout(title, inner + (self.trap if is_way else ""), nav=self.menu, crumbs=above, head=self.head)
        self.pages[target] = html_answer(text, self.charset)
        if is_way:
            self.way.add(target)

    def add_list(self, name: str, items: Sequence[Item], crumbs: Sequence[str] = (), *, is_way: bool = False) -> None:
        """Draw all pages of a column."""
        for target, inner in self.draw_list(name, items).items():
            self.add(target, name, f"<h2>{name}</h2>{inner}", is_way=is_way, crumbs=(*crumbs, name))

    def add_articles(self, items: Sequence[Item], crumbs: Sequence[str]) -> None:
        """Draw the page of each item and put its files beside it."""
        for item in items:
            files = [(self.addresses.file(item, file), file.name) for file in item.files]
            beside = neighbours(items, item, self.addresses.item)
            inner = article(item, files=files, beside=beside, body=self.body)
            self.add(self.addresses.item(item), item.title, inner, crumbs=crumbs)
            self.pages |= {self.addresses.file(item, file): file_answer(file) for file in item.files}

    def add_surroundings(self) -> None:
        """Draw the home page, the columns of the menu, the news, and the way to the reports, but not their column."""
        world, item_at, column = self.world, self.addresses.item, self.addresses.column
        self.add("/", world.district, home_inside(world, item_at, column), is_way=True)
        for number, name in enumerate(name for name in MENU if name != OPENNESS):
            some = "".join(row(item, item_at(item)) for item in world.news[number : number + 10])
            self.add(column(name), name, f"{self.links(*NEWS[:4])}<ul>{some}</ul>", crumbs=(name,))
        for name in NEWS:
            self.add_list(name, world.of(name))
            self.add_articles(world.of(name), (name,))
        for name in BESIDE:
            self.add_list(name, world.of(name), (OPENNESS, DISCLOSURE))
            self.add_articles(world.of(name), (OPENNESS, DISCLOSURE, name))
        beside = (STATUTORY, ON_REQUEST, *BESIDE)
        self.add(column(OPENNESS), OPENNESS, self.links(*NEWS[3:7], DISCLOSURE), is_way=True)
        self.add(column(DISCLOSURE), DISCLOSURE, self.links(*beside, ANNUAL), is_way=True, crumbs=(OPENNESS,))
        self.add(column(STATUTORY), STATUTORY, self.links(*NEWS[3:7]), crumbs=(OPENNESS, DISCLOSURE))
        self.add(column(ON_REQUEST), ON_REQUEST, "<form action='/ysq/'><input name='what'></form>")

    def report_targets(self) -> frozenset[str]:
        """Return where the reports and their files are."""
        files = {self.addresses.file(item, file) for item in self.world.reports for file in item.files}
        return frozenset({self.addresses.item(item) for item in self.world.reports} | files)

    def finish(self, handler: Handler | None = None) -> FamilySite:
        """Return the site; `handler` where more than these pages is served."""
        return FamilySite(handler or serve_pages(self.pages), self.report_targets(), self.way.__contains__)


def build_static(site: StaticSite) -> FamilySite:
    """Draw a site whose reports stand in one column."""
    site.add_surroundings()
    site.add_list(ANNUAL, site.world.annual, (OPENNESS, DISCLOSURE), is_way=True)
    site.add_articles(site.world.annual, (OPENNESS, DISCLOSURE, ANNUAL))
    return site.finish()
