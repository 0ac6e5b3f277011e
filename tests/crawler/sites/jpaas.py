"""Hanweb jpaas: each list is a unit that a script fetches, and its pager is in what comes."""

import json
from collections.abc import Sequence

from tests.crawler.hanweb_site import COLUMNS, article_address, build_hanweb, items_of, section_by_column
from tests.crawler.static_site import StaticSite
from tests.crawler.world import Answer, Asked, FamilySite, Item, World, rows, slices

_SERVICE = "/api-gateway/jpaas-publish-server/front/page/build/unit"
_WEB, _TEMPLATES = "a9c0ffee51", "Qs7tUw"
_SIZE = 15
_LIST, _MENU = "当前栏目列表", "左侧导航"


def build(world: World) -> FamilySite:
    """Obey the number of a page inside `paramJson` alone; beside it, page 1 comes again."""

    def draw(_: StaticSite, name: str, __: Sequence[Item]) -> str:
        return "".join(_unit(COLUMNS[name], tag) for tag in (_MENU, _LIST))

    def serve(asked: Asked) -> Answer:
        name = section_by_column(asked.query.get("pageId", ""))
        is_known = asked.query.get("webId") == _WEB and asked.query.get("tplSetId") == _TEMPLATES
        if name is None or not is_known or asked.query.get("parseType") != "bulidstatic":
            return _answer(success=False, markup="")
        if asked.query.get("tagId") == _MENU:
            return _answer(success=True, markup='<ul><li><a href="/ysq/index.html">网上申请</a></li></ul>')
        number = json.loads(asked.query.get("paramJson", "{}")).get("pageNo", 1)
        return _answer(success=True, markup=_draw_page(items_of(world, name), number))

    return build_hanweb(world, draw, {_SERVICE: serve})


def _unit(page_id: str, tag: str) -> str:
    """Write the script element of a unit, as the vendor does."""
    data = {
        "parseType": "bulidstatic",
        "webId": _WEB,
        "tplSetId": _TEMPLATES,
        "pageType": "column",
        "tagId": tag,
        "editType": "null",
        "pageId": page_id,
    }
    literal = "{" + ",".join(f"'{key}':'{value}'" for key, value in data.items()) + "}"
    return (
        f'<div id="u{page_id}"><script id="s{page_id}" src="/script/AuthorizedRead/unitbuild.js" '
        f'url="{_SERVICE}" queryData="{literal}"></script></div>'
    )


def _draw_page(items: Sequence[Item], number: int) -> str:
    pages = slices(items, _SIZE)
    shown = pages[number - 1] if 0 < number <= len(pages) else ()
    return f'{rows(shown, article_address)}<div class="pagination" rows="{_SIZE}" count="{len(items)}"></div>'


def _answer(*, success: bool, markup: str) -> Answer:
    text = json.dumps({"success": success, "code": "200", "data": {"html": markup}}, ensure_ascii=False)
    return Answer(text.encode(), content_type="application/json;charset=UTF-8")
