"""The made-up district as Hanweb lays it out: numbered columns, dated articles, files behind a service."""

import hashlib
from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from tests.crawler.static_site import DISCLOSURE, OPENNESS, SLUGS, Addresses, StaticSite
from tests.crawler.world import ANNUAL, NOT_FOUND, Answer, Asked, FamilySite, File, Handler, Item, World, serve_pages

WEBID = "3"
COLUMNS = {name: str(1_229_400 + number) for number, name in enumerate(SLUGS)}
"""The number of each column."""

DOWNLOAD = "/module/download/downfile.jsp"
_ATTACHED = "/attach/0/"

DrawColumn = Callable[[StaticSite, str, Sequence[Item]], str]
"""What a column's page holds, given the site, the column's name, and all that stands in it."""


def article_address(item: Item) -> str:
    """Return the address of an article; the newest are named by a hash, as newer versions do."""
    column = COLUMNS[item.section]
    if item.number % 5 == 0:
        named = hashlib.md5(str(item.number).encode()).hexdigest()  # noqa: S324 - a name, not a secret
        return f"/col/col{column}/art/{item.day.year}/art_{named}.html"
    return f"/art/{item.day.year}/{item.day.month}/{item.day.day}/art_{column}_{item.number}.html"


def stored_name(item: Item, file: File) -> str:
    """Return the name under which a file is kept."""
    named = hashlib.md5(f"{item.number} {file.name}".encode()).hexdigest()  # noqa: S324 - a name, not a secret
    return f"{named}.{file.name.rpartition('.')[2]}"


def _file_address(item: Item, file: File) -> str:
    return f"{DOWNLOAD}?{urlencode({'classid': '0', 'filename': stored_name(item, file)})}"


ADDRESSES = Addresses(article_address, _file_address, lambda name: f"/col/col{COLUMNS[name]}/index.html")


def section_by_column(number: str) -> str | None:
    """Find the name of a column by its number."""
    return next((name for name, one in COLUMNS.items() if one == number), None)


def items_of(world: World, section: str | None) -> Sequence[Item]:
    """Return what stands in a column."""
    return world.annual if section == ANNUAL else world.of(section or "")


def build_hanweb(world: World, draw: DrawColumn, services: dict[str, Handler], *, address: str = "") -> FamilySite:
    """Draw the district with columns of that kind; `services` answer by path, and what they are asked is on the way.

    `address` is that of the annual-report column's page where it is not what the number says.
    """

    def draw_list(name: str, items: Sequence[Item]) -> dict[str, str]:
        return {address if address and name == ANNUAL else ADDRESSES.column(name): draw(site, name, items)}

    def column(name: str) -> str:
        return address if address and name == ANNUAL else ADDRESSES.column(name)

    addresses = Addresses(ADDRESSES.item, ADDRESSES.file, column)
    site = StaticSite(world, addresses, draw_list, body='<div id="zoom">{}</div>')
    site.add_surroundings()
    site.add_list(ANNUAL, world.annual, (OPENNESS, DISCLOSURE), is_way=True)
    site.add_articles(world.annual, (OPENNESS, DISCLOSURE, ANNUAL))
    _store_files(site)
    built = site.finish(_handle(site.pages, services))

    def is_way(target: str) -> bool:
        path = target.partition("?")[0]
        return built.way(target) or path in services or path.startswith(_ATTACHED)

    return FamilySite(built.handler, built.reports, is_way)


def _store_files(site: StaticSite) -> None:
    """Put each file where the download service leads to."""
    for item in site.world.items:
        for file in item.files:
            name = stored_name(item, file)
            target = _file_address(item, file)
            site.pages[f"{_ATTACHED}{name}"] = site.pages[target]
            site.pages[target] = Answer(b"", 302, headers=(("Location", f"{_ATTACHED}{name}"),))


def _handle(pages: dict[str, Answer], services: dict[str, Handler]) -> Handler:
    still = serve_pages(pages)

    def handle(asked: Asked) -> Answer:
        if asked.path in services:
            return services[asked.path](asked)
        return still(asked) if asked.method == "GET" else NOT_FOUND

    return handle
