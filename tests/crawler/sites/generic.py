"""Sites of no known CMS: what the generic strategies must manage from the words and addresses on the page alone."""

from collections.abc import Sequence

from tests.crawler.static_site import DISCLOSURE, MENU, OPENNESS, SLUGS, Addresses, StaticSite, build_static
from tests.crawler.world import (
    ANNUAL,
    BESIDE,
    NEWS,
    Answer,
    Asked,
    FamilySite,
    File,
    Item,
    World,
    anchor,
    html_answer,
    layout,
    rows,
    short_name,
    slices,
)

_SIZE = 12
_NUMBERS = {name: 40 + number for number, name in enumerate(SLUGS)}
_STREETS = "镇街信息公开"


def _item(item: Item) -> str:
    return f"/content/{item.day:%Y-%m-%d}/{item.number}.html"


def _file(item: Item, file: File) -> str:
    return f"/upload/{item.day:%Y%m}/{item.number}.{file.name.rpartition('.')[2]}"


def _folder(name: str) -> str:
    return f"/site/{SLUGS.get(name, 'zjxxgk')}/"


def _cut_rows(items: Sequence[Item]) -> str:
    """Write rows that cut long titles and keep the whole nowhere."""
    cells = (
        f"<tr><td>{anchor(_item(item), item.title if len(item.title) < 24 else item.title[:22] + '…')}</td>"
        f"<td>[{item.day:%m-%d}]</td></tr>"
        for item in items
    )
    return f"<table>{''.join(cells)}</table>"


def build(world: World) -> FamilySite:
    """Draw lists of a program with a page parameter, a link to the next page only, and titles that are cut off."""

    def column(name: str) -> str:
        return f"/list?column={_NUMBERS[name]}"

    def draw_list(name: str, items: Sequence[Item]) -> dict[str, str]:
        pages = slices(items, _SIZE)

        def draw(number: int, shown: Sequence[Item]) -> str:
            back = anchor(f"{column(name)}&pageIndex={number - 1}", "上一页") if number > 1 else "上一页"
            turn = anchor(f"{column(name)}&pageIndex={number + 1}", "下一页") if number < len(pages) else "下一页"
            return f"{_cut_rows(shown)}<div>{back} {turn}</div>"

        return {
            f"{column(name)}{f'&pageIndex={number}' if number > 1 else ''}": draw(number, shown)
            for number, shown in enumerate(pages, 1)
        }

    return build_static(StaticSite(world, Addresses(_item, _file, column), draw_list))


def build_called(world: World) -> FamilySite:
    """Draw lists whose pager only calls a script; the pages behind it are `index_2.html` and so on."""

    def draw_list(name: str, items: Sequence[Item]) -> dict[str, str]:
        pages = slices(items, _SIZE)

        def draw(number: int, shown: Sequence[Item]) -> str:
            calls = (
                f'<a href="javascript:next({number + 1})">下一页</a><a href="javascript:next({len(pages)})">尾页</a>'
            )
            return f'{rows(shown, _item)}<div class="fy">{calls} 共{len(pages)}页 第{number}页</div>'

        return {
            _folder(name) if number == 1 else f"{_folder(name)}index_{number}.html": draw(number, shown)
            for number, shown in enumerate(pages, 1)
        }

    return build_static(StaticSite(world, Addresses(_item, _file, _folder), draw_list))


def build_framed(world: World) -> FamilySite:
    """Draw lists that stand in a frame of the column; the frame's pager has numbered links."""

    def frame(name: str, number: int) -> str:
        return f"/app/list.aspx?cat={_NUMBERS[name]}&pn={number}"

    def draw_list(name: str, items: Sequence[Item]) -> dict[str, str]:
        pages = slices(items, _SIZE)
        numbers = "".join(anchor(frame(name, number), str(number)) for number in range(1, len(pages) + 1))
        drawn = {frame(name, number): rows(shown, _item) + numbers for number, shown in enumerate(pages, 1)}
        return {_folder(name): f'<iframe src="{frame(name, 1)}" width="100%"></iframe>', **drawn}

    return build_static(StaticSite(world, Addresses(_item, _file, _folder), draw_list))


def _numbered_list(first: str, items: Sequence[Item], size: int) -> dict[str, str]:
    """Draw a list in a folder: `2.html` and so on, all linked to by number."""
    pages = slices(items, size)
    targets = [first, *(f"{first}{number}.html" for number in range(2, len(pages) + 1))]
    pager = "".join(anchor(target, str(number)) for number, target in enumerate(targets, 1)) if len(pages) > 1 else ""
    return {target: rows(shown, _item) + pager for target, shown in zip(targets, pages, strict=True)}


def _folders(site: StaticSite, inside: str, names: Sequence[str], crumbs: Sequence[str]) -> None:
    """Draw a page with nothing but links to folders."""
    site.add(site.addresses.column(inside), inside, site.links(*names), is_way=True, crumbs=(*crumbs, inside))


def build_agencies(world: World) -> FamilySite:
    """Draw a folder a kind of agency in the column, in each a folder an agency, in that its reports."""
    agencies = sorted({item.agency for item in world.reports})
    groups = {"区政府部门": agencies[:7], "镇街": agencies[7:]}
    paths = {group: f"g{number}" for number, group in enumerate(groups)}
    paths |= {
        short_name(agency): f"g{agency not in groups['区政府部门']:d}/a{number}"
        for number, agency in enumerate(agencies)
    }

    def column(name: str) -> str:
        return f"{_folder(ANNUAL)}{paths[name]}/" if name in paths else _folder(name)

    site = StaticSite(
        world, Addresses(_item, _file, column), lambda name, items: _numbered_list(column(name), items, 2)
    )
    site.add_surroundings()
    above = (OPENNESS, DISCLOSURE)
    _folders(site, ANNUAL, list(groups), above)
    for group, members in groups.items():
        _folders(site, group, [short_name(agency) for agency in members], (*above, ANNUAL))
        for agency in members:
            items = [item for item in world.reports if item.agency == agency]
            site.add_list(short_name(agency), items, (*above, ANNUAL, group), is_way=True)
            site.add_articles(items, (*above, ANNUAL, group))
    return site.finish()


def build_streets(world: World) -> FamilySite:
    """Draw pages of each street's own behind a directory, on each a column of its reports."""
    agencies = sorted({item.agency for item in world.reports})
    numbers = {short_name(agency): number for number, agency in enumerate(agencies)}

    def column(name: str) -> str:
        street, _, inner = name.partition("/")
        return f"/jz/{numbers[street]}/{'xxgknb/' if inner else ''}" if street in numbers else _folder(name)

    site = StaticSite(
        world, Addresses(_item, _file, column), lambda name, items: _numbered_list(column(name), items, 2)
    )
    site.add_surroundings()
    above = (OPENNESS, DISCLOSURE)
    site.add(column(DISCLOSURE), DISCLOSURE, site.links(*BESIDE, *MENU[9:12], _STREETS), is_way=True, crumbs=above)
    _folders(site, _STREETS, list(numbers), above)
    for agency in agencies:
        street, annual = short_name(agency), f"{short_name(agency)}/{ANNUAL}"
        inner = f"{site.links(*NEWS[:5])}{anchor(column(annual), '信息公开年报')}"
        site.add(column(street), street, inner, is_way=True, crumbs=(*above, street))
        items = [item for item in world.reports if item.agency == agency]
        for target, shown in site.draw_list(annual, items).items():
            site.add(target, "信息公开年报", shown, is_way=True, crumbs=(*above, street))
        site.add_articles(items, (*above, street))
    return site.finish()


def build_years(world: World) -> FamilySite:
    """Draw a folder a year, each of several pages, with the look-alikes in the newest."""
    years = sorted({item.year for item in world.reports}, reverse=True)
    names = {f"{year}年度": str(year) for year in years}

    def column(name: str) -> str:
        return f"{_folder(ANNUAL)}{names[name]}/" if name in names else _folder(name)

    site = StaticSite(
        world, Addresses(_item, _file, column), lambda name, items: _numbered_list(column(name), items, 3)
    )
    site.add_surroundings()
    above = (OPENNESS, DISCLOSURE)
    _folders(site, ANNUAL, list(names), above)
    for name, year in names.items():
        items = [item for item in world.annual if str(item.year or years[0]) == year]
        site.add_list(name, items, (*above, ANNUAL), is_way=True)
        site.add_articles(items, (*above, ANNUAL, name))
    return site.finish()


def build_mapped(world: World) -> FamilySite:
    """Draw a site whose pages lead nowhere near the reports: only its sitemap names their column, among all else."""
    site = StaticSite(
        world, Addresses(_item, _file, _folder), lambda name, items: _numbered_list(_folder(name), items, _SIZE)
    )
    site.hidden = frozenset({OPENNESS, DISCLOSURE, ANNUAL})
    built = build_static(site)
    places = "".join(f"<url><loc>{target}</loc></url>" for target in site.pages if "/content/" not in target)
    articles = "".join(f"<url><loc>{_item(item)}</loc></url>" for item in world.items)
    text = f'<?xml version="1.0" encoding="UTF-8"?><urlset>{articles}{places}</urlset>'
    site.pages["/sitemap.xml"] = Answer(text.encode(), content_type="application/xml")
    site.way.add("/sitemap.xml")
    return built


def build_traps(world: World) -> FamilySite:
    """Draw a site with a calendar, a search and session ids that have no end, all of them named like disclosure."""

    def draw_list(name: str, items: Sequence[Item]) -> dict[str, str]:
        return _numbered_list(_folder(name), items, _SIZE)

    site = StaticSite(world, Addresses(_item, _file, _folder), draw_list)
    site.trap = "".join(
        f"<li>{anchor(address, words)}</li>"
        for address, words in (
            ("/calendar/?month=1", "信息公开日历"),
            ("/search/?q=政务公开&from=1", "更多政务公开"),
            ("/zt/a.html;jsessionid=0", "政务公开"),
        )
    )
    built = build_static(site)

    def handle(asked: Asked) -> Answer:
        if asked.path.startswith(("/calendar/", "/search/", "/zt/")):
            number = int(next((value for value in asked.query.values() if value.isdecimal()), asked.path[-1:] or "0"))
            return html_answer(_draw_trap(site, number + 1))
        return built.handler(asked)

    return site.finish(handle)


def _draw_trap(site: StaticSite, number: int) -> str:
    """Draw a page of a trap: each leads on to two that nobody has seen."""
    ways = (
        (f"/calendar/?month={number}", "下一月"),
        (f"/search/?q=信息公开&from={number}", "政府信息公开"),
        (f"/zt/b.html;jsessionid={number % 10}", "信息公开"),
    )
    inner = "".join(f"<li>{anchor(address, words)}</li>" for address, words in ways)
    return layout("政务公开日历", f"<ul>{inner}</ul>", nav=site.menu)
