"""UCAP: columns are shells that name their channel; a search over the channel gives the rows as JSON."""

import json
from collections.abc import Sequence
from hashlib import md5

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
    serve_pages,
    slices,
)

_SIZE = 15
_CODES = {name: f"c{100_200 + number}" for number, name in enumerate(SLUGS)}
_BODY = "<UCAPCONTENT>{}</UCAPCONTENT>"


def _hex(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()


def _item(item: Item) -> str:
    return f"/qsq/{_CODES[item.section]}/{item.day:%Y%m}/{_hex(str(item.number))}.shtml"


def _file(item: Item, file: File) -> str:
    return f"{_item(item).removesuffix('.shtml')}/files/{_hex(file.name)}.{file.name.rpartition('.')[2]}"


def _column(name: str) -> str:
    return f"/qsq/{_CODES[name]}/list.shtml"


def _result(item: Item, host: str) -> dict[str, object]:
    files = [{"fileName": file.name, "filePath": _file(item, file)} for file in item.files]
    return {
        "title": item.title,
        "url": f"//{host}{_item(item)}",
        "publishedTimeStr": f"{item.day} 09:30:00",
        "content": "略",
        "contentHtml": item.html,
        "domainMetaList": [{"resultList": [{"key": "syh", "value": f"QS-{item.number}"}]}],
        "resList": files,
    }


def _search(items: Sequence[Item], asked: Asked) -> Answer:
    number, size = int(asked.query["page"]), min(int(asked.query["_pageSize"]), _SIZE)
    pages = slices(items, size)
    shown = pages[number - 1] if number <= len(pages) else ()
    results = [_result(item, asked.headers["host"]) for item in shown]
    data = {"page": number, "rows": size, "total": len(items), "results": results}
    return Answer(json.dumps({"data": data}).encode(), content_type="application/json;charset=utf-8")


def _draw(world: World, service: str, *, by_meta: bool) -> FamilySite:
    """Draw the site; its columns name their channel in a meta tag, or only in the address that their script asks."""
    channels = {_hex(name): world.of(name) for name in SLUGS}

    def draw_list(name: str, _: Sequence[Item]) -> dict[str, str]:
        site.head = f'<meta name="channelid" content="{_hex(name)}">' if by_meta else ""
        url = f"{service}{'' if by_meta else _hex(name)}"
        script = f"<script>var url = '{url}' + '?_isAgg=true&_isJson=true&page=' + n; $.getJSON(url, draw);</script>"
        return {_column(name): f"<div id='list'></div><div class='page'></div>{script}"}

    site = StaticSite(world, Addresses(_item, _file, _column), draw_list, _BODY)
    site.add_surroundings()
    above = (OPENNESS, DISCLOSURE)
    site.add_list(ANNUAL, world.annual, above, is_way=True)
    site.head = f'<meta name="channelid" content="{_hex(ANNUAL)}">'
    site.add_articles(world.annual, (*above, ANNUAL))
    pages = serve_pages(site.pages)

    def handle(asked: Asked) -> Answer:
        if not asked.path.startswith(service):
            return pages(asked)
        items = channels.get(asked.path.removeprefix(service))
        return NOT_FOUND if items is None or asked.query.get("_isJson") != "true" else _search(items, asked)

    own = f"{service}{_hex(ANNUAL)}?"
    return FamilySite(handle, site.report_targets(), lambda target: target in site.way or target.startswith(own))


def build(world: World) -> FamilySite:
    """Channels stand in a meta tag; the search is at its usual address."""
    return _draw(world, "/common/search/", by_meta=True)


def build_shown(world: World) -> FamilySite:
    """Channels stand in the address that the column's script asks."""
    return _draw(world, "/searchList/", by_meta=False)
