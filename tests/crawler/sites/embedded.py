"""Lists drawn by a script from data in the page, or from an interface whose address stands in the page."""

import json
from collections.abc import Sequence

from tests.crawler.static_site import DISCLOSURE, OPENNESS, SLUGS, Addresses, StaticSite
from tests.crawler.world import (
    ANNUAL,
    NOT_FOUND,
    Answer,
    Asked,
    FamilySite,
    File,
    Item,
    World,
    anchor,
    serve_pages,
    slices,
)

_SIZE = 12
_NUMBERS = {name: 310 + number for number, name in enumerate(SLUGS)}


def _item(item: Item) -> str:
    return f"/info/{SLUGS[item.section]}/{item.number}.html"


def _file(item: Item, file: File) -> str:
    return f"/static/{item.number}.{file.name.rpartition('.')[2]}"


def _column(name: str) -> str:
    return f"/channel/{SLUGS.get(name, name.removesuffix('年'))}/"


def _literal(items: Sequence[Item]) -> str:
    """Write rows as a script does: names without quotes, single quotes, a comma too many."""
    rows = (
        f"{{id: {item.number}, title: '{item.title}', url: \"{_item(item)}\", date: '{item.day}',}}" for item in items
    )
    return f"[{', '.join(rows)},]"


def build(world: World) -> FamilySite:
    """Draw year folders, each with all its rows in a variable of its script."""

    def draw_list(name: str, items: Sequence[Item]) -> dict[str, str]:
        script = (
            f"<script>/* rows */ var newsList = {_literal(items)}; $(function () {{ draw(newsList, 10); }});</script>"
        )
        return {_column(name): f"{script}<ul id='list'></ul>"}

    site = StaticSite(world, Addresses(_item, _file, _column), draw_list)
    site.add_surroundings()
    years = sorted({item.day.year for item in world.annual}, reverse=True)
    above = (OPENNESS, DISCLOSURE)
    folders = "".join(f"<li>{anchor(f'{_column(ANNUAL)}{year}/', f'{year}年')}</li>" for year in years)
    site.add(_column(ANNUAL), ANNUAL, f"<ul>{folders}</ul>", is_way=True, crumbs=above)
    for year in years:
        script = f"<script>var list{year} = {_literal([one for one in world.annual if one.day.year == year])};</script>"
        site.add(f"{_column(ANNUAL)}{year}/", f"{year}年", script, is_way=True, crumbs=(*above, ANNUAL))
    site.add_articles(world.annual, (*above, ANNUAL))
    return site.finish()


def _answer(items: Sequence[Item], asked: Asked) -> Answer:
    pages = slices(items, int(asked.query["pageSize"]))
    number = int(asked.query["pageNo"])
    shown = pages[number - 1] if number <= len(pages) else ()
    entries = [{"TITLE": one.title, "URL": _item(one), "PUBLISHED_TIME_FORMAT": str(one.day)} for one in shown]
    data = {"code": 0, "data": {"allRow": len(items), "totalPage": len(pages), "list": entries}}
    return Answer(json.dumps(data).encode(), content_type="application/json")


def build_fetched(world: World) -> FamilySite:
    """Draw columns whose script names an interface of the site, with the number of a page in its query."""

    def draw_list(name: str, _: Sequence[Item]) -> dict[str, str]:
        url = f"/api/article/list?channelId={_NUMBERS[name]}&pageSize={_SIZE}&pageNo="
        call = f"turn(n) {{ axios.get('{url}' + n).then(this.draw) }}"
        script = f"<script>new Vue({{ el: '#app', methods: {{ {call} }} }})</script>"
        return {_column(name): f"<div id='app'><ul><li v-for='one in list'>{{{{ one.TITLE }}}}</li></ul></div>{script}"}

    site = StaticSite(world, Addresses(_item, _file, _column), draw_list)
    site.add_surroundings()
    site.add_list(ANNUAL, world.annual, (OPENNESS, DISCLOSURE), is_way=True)
    site.add_articles(world.annual, (OPENNESS, DISCLOSURE, ANNUAL))
    pages = serve_pages(site.pages)
    lists = {str(number): world.of(name) for name, number in _NUMBERS.items()}

    def handle(asked: Asked) -> Answer:
        if asked.path != "/api/article/list":
            return pages(asked)
        items = lists.get(asked.query.get("channelId", ""))
        return NOT_FOUND if items is None else _answer(items, asked)

    own = f"/api/article/list?channelId={_NUMBERS[ANNUAL]}&"
    return FamilySite(handle, site.report_targets(), lambda target: target in site.way or target.startswith(own))
