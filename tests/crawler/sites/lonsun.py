"""LonSun: `/public/column/<agency>?type=3` are an agency's annual reports; a script fetches the rows as HTML."""

from collections.abc import Sequence
from html import escape

from tests.crawler.static_site import DISCLOSURE, OPENNESS, SLUGS, Addresses, StaticSite
from tests.crawler.world import (
    ANNUAL,
    BESIDE,
    NOT_FOUND,
    Answer,
    Asked,
    FamilySite,
    File,
    Item,
    World,
    anchor,
    html_answer,
    serve_pages,
    short_name,
    slices,
)

_SITE = "6781961"
_OFFICE = 6_600_000
_DIRECTORY = "镇街部门信息公开"
_TYPES = {ANNUAL: "3", BESIDE[2]: "1", BESIDE[3]: "2"}
_LABEL = "/qsxxgk/site/label/8888"


def _item(item: Item) -> str:
    if item.section in {ANNUAL, *BESIDE}:
        return f"/public/{_OFFICE}/{item.number}.html"
    return f"/content/detail/{item.number}.html"


def _file(item: Item, file: File) -> str:
    return f"/group6/M00/00/{item.number % 97:02}/{item.number}.{file.name.rpartition('.')[2]}"


def _column_of(agency: int, name: str) -> str:
    if name in _TYPES:
        return f"/public/column/{agency}?type={_TYPES[name]}&action=list"
    return f"/public/column/{agency}?type=4&action=list&catId={7_000 + list(SLUGS).index(name)}"


def _column(name: str) -> str:
    if name == DISCLOSURE:
        return f"/public/column/{_OFFICE}?type=4&action=list"
    if name in {ANNUAL, *BESIDE}:
        return _column_of(_OFFICE, name)
    return f"/content/column/{6_790_000 + list(SLUGS).index(name)}"


def _fragment(items: Sequence[Item], number: int, size: int, *, counts: bool) -> str:
    """Write what the script fetches; `counts` says whether it tells how many pages there are."""
    pages = slices(items, size)
    shown = pages[number - 1] if number <= len(pages) else ()
    entries = "".join(
        f'<li><a class="title" href="{_item(item)}" title="{escape(item.title)}">{item.title[:20]}…</a>'
        f'<span class="date">{item.day}</span></li>'
        for item in shown
    )
    pager = f"<script>$('#page').lsPage({{pageIndex:{number},pageCount:{len(pages)}}});</script>" if counts else ""
    return f'<ul class="xxgk_nav_list">{entries or "暂无相关信息"}</ul>{pager}'


def _script(agency: int, kind: str, size: int, counted: int | None = None) -> str:
    """Write the script of a column; it puts together the address that it asks."""
    pages = f"var pageCount = {counted};" if counted else ""
    return (
        f'<script>var siteId = "{_SITE}";{pages} function load(n) {{ $.ajax({{ type: "GET", url: "{_LABEL}?IsAjax=1'
        f'&dataType=html&_=" + Math.random() + "&labelName=publicInfoList&siteId={_SITE}&pageSize={size}'
        f'&pageIndex=" + n + "&action=list&isDate=true&dateFormat=yyyy-MM-dd&length=80&organId={agency}'
        f'&type={kind}&catId=&cId=&result=%E6%9A%82%E6%97%A0&file=/c2/qsxxgk/publicInfoList_newest" }}); }}</script>'
        '<div id="list"></div>'
    )


def _draw_list(name: str, items: Sequence[Item]) -> dict[str, str]:
    """Draw a list of news as a static page with a pager, or the shell of a column."""
    if name in {ANNUAL, *BESIDE}:
        return {_column(name): _script(_OFFICE, _TYPES.get(name, "4"), 15, 4 if name == ANNUAL else None)}
    targets = [_column(name) + (f"?pageIndex={number}" if number > 1 else "") for number in (1, 2, 3)]
    turns = "".join(anchor(target, str(number)) for number, target in enumerate(targets, 1))
    third = -(-len(items) // 3) or 1
    parts = zip(targets, (items[:third], items[third : 2 * third], items[2 * third :]), strict=True)
    entry = "<li>{}<span>{}</span></li>"
    return {
        target: "".join(entry.format(anchor(_item(one), one.title), one.day) for one in part) + turns
        for target, part in parts
    }


def _finish(site: StaticSite, lists: dict[tuple[str, str], Sequence[Item]], *, counts: bool) -> FamilySite:
    """Serve the pages, and the rows by agency and type."""
    pages = serve_pages(site.pages)

    def handle(asked: Asked) -> Answer:
        if asked.path != _LABEL:
            return pages(asked)
        wanted = asked.query
        found = lists.get((wanted["organId"], wanted["type"]))
        is_known = wanted.get("siteId") == _SITE and wanted.get("labelName") == "publicInfoList"
        if found is None or not is_known or not wanted.get("file"):
            return NOT_FOUND
        return html_answer(_fragment(found, int(wanted["pageIndex"]), int(wanted["pageSize"]), counts=counts))

    def is_way(target: str) -> bool:
        return target in site.way or (target.startswith(_LABEL) and "type=3" in target)

    return FamilySite(handle, site.report_targets(), is_way)


def build(world: World) -> FamilySite:
    """Put all reports into the office's column, whose script says how many pages there are."""
    site = StaticSite(world, Addresses(_item, _file, _column), _draw_list)
    site.add_surroundings()
    site.add_list(ANNUAL, world.annual, (OPENNESS, DISCLOSURE), is_way=True)
    site.add_articles(world.annual, (OPENNESS, DISCLOSURE, ANNUAL))
    return _finish(site, {(str(_OFFICE), "3"): world.annual}, counts=False)


def build_agencies(world: World) -> FamilySite:
    """Give each agency a column to which nothing leads but the link to all its information."""
    site = StaticSite(world, Addresses(_item, _file, _column), _draw_list)
    site.add_surroundings()
    site.add_articles(world.annual, (OPENNESS, DISCLOSURE))
    agencies = {
        agency: _OFFICE + 1 + number for number, agency in enumerate(dict.fromkeys(i.agency for i in world.reports))
    }
    named = "".join(
        f"<li>{anchor(f'/public/column/{number}?type=4&action=list', short_name(agency))}</li>"
        for agency, number in agencies.items()
    )
    site.add(_column(DISCLOSURE), DISCLOSURE, site.links(*BESIDE) + anchor("/public/agencies", _DIRECTORY), is_way=True)
    site.add("/public/agencies", _DIRECTORY, f"<ul>{named}</ul>", is_way=True)
    lists: dict[tuple[str, str], Sequence[Item]] = {}
    for agency, number in agencies.items():
        lists[str(number), "3"] = [item for item in world.reports if item.agency == agency]
        site.add(_column_of(number, ANNUAL), ANNUAL, _script(number, "3", 2), is_way=True)
        site.add(
            f"/public/column/{number}?type=4&action=list",
            f"{short_name(agency)}信息公开目录",
            "<p>目录</p>",
            is_way=True,
        )
    return _finish(site, lists, counts=True)
