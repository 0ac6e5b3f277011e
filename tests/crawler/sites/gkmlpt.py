"""gkmlpt: shells whose script holds the tree of columns or the article; lists come from `api/all/<column>`."""

import json
import re
from collections.abc import Mapping, Sequence

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
    neighbours,
    rows,
    serve_pages,
    short_name,
    slices,
)

_SIZE = 20
_SITE = "755041"
_COLUMNS = {name: 2600 + number for number, name in enumerate(SLUGS)}
_TOWNS = "镇街年报"
_DIRECTORY = "部门街道信息公开"
_API = re.compile(r"(?P<front>/(?:[\w-]+/)?)gkmlpt/api/all/(?P<column>\d+)")


def _is_platform(name: str) -> bool:
    return name in {ANNUAL, *BESIDE}


def _item(item: Item) -> str:
    if _is_platform(item.section):
        return f"/gkmlpt/content/{item.number // 1000}/{item.number}/post_{item.number}.html"
    return f"/{SLUGS[item.section]}/content/post_{item.number}.html"


def _file(item: Item, file: File) -> str:
    return f"/attachment/0/{item.number}/{item.files.index(file)}.{file.name.rpartition('.')[2]}"


def _column(name: str) -> str:
    if name == DISCLOSURE:
        return "/gkmlpt/index"
    return f"/gkmlpt/index?{_COLUMNS[name]}" if _is_platform(name) else f"/{SLUGS[name]}/"


def _draw_list(name: str, items: Sequence[Item]) -> dict[str, str]:
    """Draw the news as static pages, the only lists of the site that are."""
    pages = slices(items, _SIZE)
    targets = [_column(name), *(f"{_column(name)}index_{number}.html" for number in range(2, len(pages) + 1))]
    turns = "".join(anchor(target, str(number)) for number, target in enumerate(targets, 1))
    return {target: f"{rows(shown, _item)}<p>{turns}</p>" for target, shown in zip(targets, pages, strict=True)}


def _shell(site: str, **more: object) -> str:
    """Write what a page of the platform holds: nothing but a script."""
    values = {"SERVICE_AREA_ID": 755, **more}
    written = ", ".join(f"{name}: {json.dumps(value)}" for name, value in values.items()).replace("</", "<\\/")
    config = f"{{ SID: '{site}', {written}, DEBUG: window.debug || false }}"
    return f"<div id='app'></div><script>window._CONFIG = {config};</script>"


def _node(number: int, name: str, *children: object) -> dict[str, object]:
    return {"id": number, "name": name, "jump_url": "", "is_show": 1, "children": list(children)}


def _tree(*annual: object) -> list[object]:
    statutory = _node(2500, "法定主动公开内容", _node(2501, "规划计划"), _node(2502, "行政许可"))
    guide = {**_node(2503, BESIDE[3]), "jump_url": _column(BESIDE[3])}
    beside = [_node(_COLUMNS[name], name) for name in BESIDE[:3]]
    return [guide, *beside, statutory, _node(_COLUMNS[ANNUAL], ANNUAL, *annual)]


def _detail(item: Item) -> dict[str, object]:
    """Write an article as the script holds it; its files are named in its text or beside it."""
    links = [(_file(item, file), file.name) for file in item.files]
    inside = "".join(f"<p>附件：{anchor(*link)}</p>" for link in links) if item.number % 2 else ""
    beside = [] if item.number % 2 else [{"id": 1, "name": name, "url": address} for address, name in links]
    return {"id": item.number, "title": item.title, "content": item.html + inside, "attachment": beside}


def _article_row(item: Item, host: str) -> dict[str, object]:
    address = f"http://{host}{_item(item)}"
    return {
        "id": item.number,
        "title": item.title,
        "url": address,
        "post_url": address,
        "publisher": item.agency,
        "date": 1_600_000_000 + item.number,
        "created_at": f"{item.day} 10:00:00",
        "display_publish_time": 1_600_000_000 + item.number,
        "is_expired": 0,
        "attachment": [{"id": 1, "name": file.name, "url": _file(item, file)} for file in item.files],
    }


def _answer_list(items: Sequence[Item], asked: Asked) -> Answer:
    """Answer with a page of a column: 0 and 1 are the same one."""
    pages = slices(items, _SIZE)
    number = max(int(asked.query.get("page", "1")), 1)
    shown = pages[number - 1] if number <= len(pages) else ()
    articles = [_article_row(item, asked.headers["host"]) for item in shown]
    data = {"articles": articles, "classify": {"post_count": len(items)}, "total": len(items)}
    return Answer(json.dumps(data).encode(), content_type="application/json")


def _finish(site: StaticSite, lists: Mapping[tuple[str, str, str], Sequence[Item]]) -> FamilySite:
    """Serve the pages and the lists, the latter by path in front, column and number of the site."""
    pages = serve_pages(site.pages)

    def handle(asked: Asked) -> Answer:
        match = _API.fullmatch(asked.path)
        if match is None:
            return pages(asked)
        found = lists.get((match["front"], match["column"], asked.query.get("sid", "")))
        return NOT_FOUND if found is None else _answer_list(found, asked)

    def is_way(target: str) -> bool:
        match = _API.match(target)
        return target in site.way or (match is not None and match["column"] in {str(_COLUMNS[ANNUAL]), "2999"})

    return FamilySite(handle, site.report_targets(), is_way)


def _start(world: World) -> StaticSite:
    """Draw all but what shows the columns of reports; half the articles of the platform are shells."""
    site = StaticSite(world, Addresses(_item, _file, _column), _draw_list)
    site.add_surroundings()
    site.add_articles(world.annual, (OPENNESS, DISCLOSURE, ANNUAL))
    for item in (item for item in (*world.annual, *world.beside) if item.number % 4):
        column = world.annual if item in world.annual else world.beside
        beside = neighbours(column, item, _item)
        turns = "".join(f"<p>{anchor(*way)}</p>" for way in beside)
        site.add(_item(item), item.title, _shell(_SITE, DETAIL=_detail(item), TREE=_tree()) + turns)
    return site


def build(world: World) -> FamilySite:
    """Draw one column of all reports, with a column inside it."""
    site = _start(world)
    towns = [item for item in world.annual if "镇" in item.agency]
    site.add(_column(DISCLOSURE), DISCLOSURE, _shell(_SITE, TREE=_tree(_node(2999, _TOWNS))), is_way=True)
    lists = {("/", str(_COLUMNS[name]), _SITE): world.of(name) for name in (ANNUAL, *BESIDE)}
    return _finish(site, {**lists, ("/", "2999", _SITE): towns})


def build_departments(world: World) -> FamilySite:
    """Give departments and streets the platform each under a path of its own, behind a directory."""
    site = _start(world)
    agencies = list(dict.fromkeys(item.agency for item in world.reports))
    fronts = {agency: f"/bm{number}/" for number, agency in enumerate(agencies)}
    links = "".join(f"<li>{anchor(f'{fronts[agency]}gkmlpt/index', short_name(agency))}</li>" for agency in agencies)
    site.add("/bmjd/", _DIRECTORY, f"<ul>{links}</ul>", is_way=True)
    site.add(_column(DISCLOSURE), DISCLOSURE, anchor("/bmjd/", _DIRECTORY) + _shell(_SITE, TREE=[]), is_way=True)
    lists: dict[tuple[str, str, str], Sequence[Item]] = {}
    for number, agency in enumerate(agencies):
        own = str(756_000 + number)
        lists[fronts[agency], str(_COLUMNS[ANNUAL]), own] = [one for one in world.reports if one.agency == agency]
        site.add(
            f"{fronts[agency]}gkmlpt/index", f"{short_name(agency)}政府信息公开", _shell(own, TREE=_tree()), is_way=True
        )
    return _finish(site, lists)
