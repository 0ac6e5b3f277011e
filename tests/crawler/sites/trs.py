"""TRS WCM: static pages, `index_k.html` from 0, counted by a script with figures, with variables, or both."""

from collections.abc import Callable, Sequence

from tests.crawler.static_site import DISCLOSURE, OPENNESS, SLUGS, Addresses, StaticSite, build_static
from tests.crawler.world import ANNUAL, FamilySite, File, Item, World, anchor, rows, slices

_SIZE = 15
_EDITOR = '<div class="TRS_Editor"><div class="Custom_UnionStyle">{}</div></div>'


def _folder_of(name: str) -> str:
    if name in {OPENNESS, *(name for name in SLUGS if SLUGS[name][:2] in {"lm", "xw"})}:
        return f"/{SLUGS[name]}/"
    if name == DISCLOSURE:
        return "/zwgk/zfxxgk/"
    year = name.removesuffix("年")
    return f"/zwgk/zfxxgk/zfxxgknb/{year}n/" if year.isdecimal() else f"/zwgk/zfxxgk/{SLUGS[name]}/"


def _addresses(ending: str, section_of: Callable[[Item], str]) -> Addresses:
    def folder(item: Item) -> str:
        return f"{_folder_of(section_of(item))}{item.day:%Y%m}/"

    def file(item: Item, file: File) -> str:
        return f"{folder(item)}P0{item.day:%Y%m%d}{item.number}.{file.name.rpartition('.')[2]}"

    return Addresses(lambda item: f"{folder(item)}t{item.day:%Y%m%d}_{item.number}.{ending}", file, _folder_of)


def _relative(address: str, column: str) -> str:
    """Write an address as TRS does: from the folder of the list."""
    return f"./{address.removeprefix(column)}" if address.startswith(column) else address


def _draw(addresses: Addresses, pager: str, ending: str, size: int = _SIZE, *, by_script: bool = False) -> StaticSite:
    def draw_list(name: str, items: Sequence[Item]) -> dict[str, str]:
        column, pages = addresses.column(name), slices(items, size)

        def address_of(item: Item) -> str:
            return _relative(addresses.item(item), column)

        draw_rows = _written_rows if by_script else rows
        return {
            column if number == 0 else f"{column}index_{number}.{ending}": draw_rows(shown, address_of)
            + f'<div class="page"><script>{pager.format(count=len(pages), current=number)}</script></div>'
            for number, shown in enumerate(pages)
        }

    return StaticSite(World((), (), (), ()), addresses, draw_list, body=_EDITOR)


def _written_rows(items: Sequence[Item], address_of: Callable[[Item], str]) -> str:
    """Write rows as scripts that write them."""
    calls = (
        f'var url="{address_of(item)}"; var title="{item.title}"; var time="{item.day}";\n'
        "document.writeln('<li><a href=\"'+url+'\" title=\"'+title+'\">'+title.substring(0,20)+'</a>"
        "<span>'+time+'</span></li>');"
        for item in items
    )
    return "<ul>" + "".join(f"<script>\n{call}\n</script>" for call in calls) + "</ul>"


def build(world: World) -> FamilySite:
    """Draw one column of all reports; the pager is called with figures."""
    site = _draw(
        _addresses("html", lambda item: item.section), 'createPageHTML({count}, {current}, "index", "html");', "html"
    )
    site.world = world
    return build_static(site)


def build_written(world: World) -> FamilySite:
    """Draw lists that the page writes by script; the pager counts in variables, without a call that names the pages."""
    pager = "var currentPage = {current};//所在页从0开始\nvar countPage = {count}//共多少页\nshow(countPage);"
    site = _draw(_addresses("html", lambda item: item.section), pager, "html", by_script=True)
    site.world = world
    return build_static(site)


def build_years(world: World) -> FamilySite:
    """Draw a folder a year, each of several pages; the pager is called with variables; pages end in .shtml, in GBK."""

    def section_of(item: Item) -> str:
        return f"{item.year}年" if item.is_report else item.section

    pager = 'var countPage = {count};var currentPage = {current};createPageHTML(countPage,currentPage,"index","shtml");'
    addresses = _addresses("shtml", section_of)
    site = _draw(addresses, pager, "shtml", 3)
    site.world, site.charset = world, "gbk"
    site.add_surroundings()
    above = (OPENNESS, DISCLOSURE, ANNUAL)
    years = sorted({section_of(item) for item in world.reports}, reverse=True)
    folders = "".join(f"<li>{anchor(_relative(_folder_of(year), _folder_of(ANNUAL)), year)}</li>" for year in years)
    site.add(_folder_of(ANNUAL), ANNUAL, f"<ul>{folders}</ul>", is_way=True, crumbs=above)
    for year in years:
        items = [item for item in world.annual if section_of(item) == year]
        site.add_list(year, items, above, is_way=True)
        site.add_articles(items, (*above, year))
    return site.finish()
