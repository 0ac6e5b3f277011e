"""truecms: rows come as JSONP around XML, by the numbers of the first and the last, to nobody without a Referer."""

import json
from collections.abc import Sequence
from uuid import UUID

from tests.crawler.static_site import DISCLOSURE, OPENNESS, SLUGS, Addresses, StaticSite
from tests.crawler.world import ANNUAL, NOT_FOUND, Answer, Asked, FamilySite, File, Item, World, row, serve_pages

_SERVICE = "/truecms/messageController/getMessage.do"
_IDS = {name: str(UUID(int=0x754F6DB5 << 96 | number)) for number, name in enumerate(SLUGS)}


def _item(item: Item) -> str:
    return f"/qsq/{SLUGS[item.section]}/content/{UUID(int=item.number)}.html"


def _file(item: Item, file: File) -> str:
    return f"/qsq/upload/{UUID(int=item.number)}.{file.name.rpartition('.')[2]}"


def _column(name: str) -> str:
    return f"/qsq/{SLUGS[name]}/{SLUGS[name]}.html"


def _records(items: Sequence[Item]) -> str:
    return "".join(f"<record><![CDATA[{row(item, _item(item))}]]></record>" for item in items)


def _script(name: str, items: Sequence[Item], numbers: str, shown: int) -> str:
    """Write the pager of a list, with the rows that the page brings along."""
    data = f"<totalrecord>{len(items)}</totalrecord><recordset>{_records(items[:shown])}</recordset>"
    return (
        f"<script>$(function(){{ $('#list').jpage({{ {numbers} proxyUrl:'{_SERVICE}', barPosition:'bottom',"
        f" ajaxParam:{{ columnId:'{_IDS[name]}' }} }}); }});</script>"
        f'<div id="list"><script type="text/xml"><datastore>{data}</datastore></script></div>'
    )


def _answer(items: Sequence[Item], asked: Asked, limit: int) -> Answer:
    wanted = asked.query
    if int(wanted["perpage"]) > limit or not asked.headers.get("referer", "").startswith("http://127.0.0."):
        return NOT_FOUND
    start, end = int(wanted["startrecord"]), int(wanted["endrecord"])
    xml = f"<datastore><recordset>{_records(items[start - 1 : end])}</recordset></datastore>"
    text = f"{wanted['callback']}({json.dumps({'result': xml})});"
    return Answer(text.encode(), content_type="text/javascript;charset=UTF-8")


def _draw(world: World, *, is_counted: bool, limit: int) -> FamilySite:
    """Draw the site; its lists say how many rows there are, or do not; more than `limit` are not given."""

    def draw_list(name: str, items: Sequence[Item]) -> dict[str, str]:
        numbers = f"totalRecord:{len(items)}, perPage:{limit}, groupSize:2," if is_counted else ""
        return {_column(name): _script(name, items, numbers, limit if is_counted else 0)}

    site = StaticSite(world, Addresses(_item, _file, _column), draw_list)
    site.add_surroundings()
    site.add_list(ANNUAL, world.annual, (OPENNESS, DISCLOSURE), is_way=True)
    site.add_articles(world.annual, (OPENNESS, DISCLOSURE, ANNUAL))
    pages = serve_pages(site.pages)
    lists = {_IDS[name]: world.of(name) for name in SLUGS}

    def handle(asked: Asked) -> Answer:
        if asked.path != _SERVICE:
            return pages(asked)
        items = lists.get(asked.query.get("columnId", ""))
        return NOT_FOUND if items is None else _answer(items, asked, limit)

    def is_way(target: str) -> bool:
        return target in site.way or (target.startswith(_SERVICE) and _IDS[ANNUAL] in target)

    return FamilySite(handle, site.report_targets(), is_way)


def build(world: World) -> FamilySite:
    """Draw pages that bring the first rows and say how many there are."""
    return _draw(world, is_counted=True, limit=10)


def build_uncounted(world: World) -> FamilySite:
    """Draw pages that say nothing; who asks for more than 20 rows at once is answered with an error."""
    return _draw(world, is_counted=False, limit=20)
