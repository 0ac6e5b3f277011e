"""Epoint: columns are shells; the rows come as JSON for a POST of column, agency and site."""

import json
from collections.abc import Sequence

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
    rows,
    serve_pages,
    slices,
)

_SIZE = 20
"""More rows are not given, whatever is asked."""

_GUID = "7eb5f7f1-0000-4a3d-8e13-aabbccddeeff"
_SERVICE = "/EWB-FRONT/rest/lightfrontaction/getgovinfolist"
_NUMBERS = {name: f"003{number:03}" for number, name in enumerate(SLUGS)}


def _item(item: Item) -> str:
    front = "zwgk" if item.section in {ANNUAL, *BESIDE} else "xwzx"
    return f"/{front}/{_NUMBERS[item.section]}/{item.day:%Y%m%d}/{item.number}.html"


def _file(item: Item, file: File) -> str:
    return f"/EWB-FRONT/file/{item.number}{item.files.index(file)}.{file.name.rpartition('.')[2]}"


def _column(name: str) -> str:
    if name in {ANNUAL, *BESIDE}:
        return f"/dynamic/zwgk/govInfoPub.html?categorynum={_NUMBERS[name]}&deptcode="
    return f"/{SLUGS[name]}/about.html"


def _rows(items: Sequence[Item], asked: Asked, first: int) -> Answer:
    sent = json.loads(asked.body)
    if sent.get("siteGuid") != _GUID or "application/json" not in asked.headers["content-type"]:
        return Answer(b'{"custom": {"data": []}, "status": {"code": "0"}}', content_type="application/json")
    pages = slices(items, min(int(sent["pageSize"]), _SIZE))
    number = max(int(sent["pageIndex"]) - first, 0)
    shown = pages[number] if number < len(pages) else ()
    data = [
        {
            "title": f"<font>{item.title[:12]}</font>…",
            "realtitle": item.title,
            "infourl": _item(item),
            "infodate": str(item.day),
        }
        for item in shown
    ]
    found = {"custom": {"data": data, "total": len(items)}, "status": {"code": "1"}}
    return Answer(json.dumps(found).encode(), content_type="application/json;charset=UTF-8")


def _draw(world: World, script: str, first: int) -> FamilySite:
    """Draw the site; `first` is the number of the first page of a list."""

    def draw_list(name: str, items: Sequence[Item]) -> dict[str, str]:
        if name in {ANNUAL, *BESIDE}:
            return {_column(name): f"{script}<div id='infolist'></div><div id='pager'></div>"}
        pages = slices(items, _SIZE)
        targets = [_column(name), *(f"/{SLUGS[name]}/{number}.html" for number in range(2, len(pages) + 1))]
        turns = "".join(anchor(target, str(number)) for number, target in enumerate(targets, 1))
        return {target: rows(shown, _item) + turns for target, shown in zip(targets, pages, strict=True)}

    site = StaticSite(world, Addresses(_item, _file, _column), draw_list)
    site.add_surroundings()
    site.add_list(ANNUAL, world.annual, (OPENNESS, DISCLOSURE), is_way=True)
    site.add_articles(world.annual, (OPENNESS, DISCLOSURE, ANNUAL))
    info = {"siteGuid": _GUID, "projectName": "/EWB-FRONT"}
    common = Answer(f"var siteInfo = {json.dumps(info)};\nvar pageIndex = 0;".encode(), content_type="text/javascript")
    pages = serve_pages(site.pages)
    lists = {_NUMBERS[name]: world.of(name) for name in (ANNUAL, *BESIDE)}

    def handle(asked: Asked) -> Answer:
        if asked.path == "/js/webBuilderCommon.js":
            return common
        if asked.path != _SERVICE:
            return pages(asked)
        items = lists.get(str(json.loads(asked.body or b"{}").get("categorynum")))
        return NOT_FOUND if asked.method != "POST" or items is None else _rows(items, asked, first)

    def is_way(target: str) -> bool:
        return target in site.way or target.startswith(("/js/webBuilderCommon.js", _SERVICE))

    return FamilySite(handle, site.report_targets(), is_way)


def build(world: World) -> FamilySite:
    """Keep the number of the site in a script file; pages count from 0."""
    return _draw(world, '<script src="/js/webBuilderCommon.js"></script><script src="/js/govInfoPub.js"></script>', 0)


def build_named(world: World) -> FamilySite:
    """Keep the number of the site in the page; pages count from 1, and 0 is the first as well."""
    info = f"var siteInfo = {{siteGuid: '{_GUID}'}}; var api = '{_SERVICE}';"
    return _draw(world, f"<script>{info}</script>", 1)
