"""Columns paged by jpage: what stands in the page, and the servers behind it, each with a habit of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from tests.crawler.hanweb_site import (
    COLUMNS,
    WEBID,
    article_address,
    build_hanweb,
    items_of,
    section_by_column,
)
from tests.crawler.static_site import StaticSite
from tests.crawler.world import DISTRICT, NOT_FOUND, Answer, Asked, FamilySite, Handler, Item, World, anchor

XML = "text/xml; charset=utf-8"
EMPTY = b"<datastore><recordset></recordset></datastore>        "
"""What a server answers that does not know the identifiers it is asked with: 54 bytes."""

_CUT = 300
"""Servers hand out no more records at once."""

Choose = Callable[[Sequence[Item], Mapping[str, str]], Sequence[Item]]
"""Which records a server hands out, given all of a column and what it was asked."""


@dataclass(frozen=True, slots=True)
class Habit:
    """How a column is drawn and served: `at_hand` records stand in the page, of which it shows `per_page`."""

    choose: Choose
    proxy: str = "/module/web/jpage/dataproxy.jsp"
    at_hand: int = 15
    per_page: int = 5
    says_total: bool = True
    has_call: bool = True
    is_array: bool = False
    encrypted: bool = False


def by_page(items: Sequence[Item], asked: Mapping[str, str]) -> Sequence[Item]:
    """Obey `page` and `perpage` alone: whatever range is asked for, the first page comes where no page is named."""
    size = min(_number(asked, "perpage", 15), _CUT)
    start = (_number(asked, "page", 1) - 1) * size
    return items[start : start + size]


def by_range(items: Sequence[Item], asked: Mapping[str, str]) -> Sequence[Item]:
    """Obey `startrecord` and `endrecord` alone."""
    start, end = _number(asked, "startrecord", 1), _number(asked, "endrecord", 15)
    return items[start - 1 : min(end, start - 1 + _CUT)]


def by_own_size(items: Sequence[Item], asked: Mapping[str, str]) -> Sequence[Item]:
    """Obey `page`, in pages of the server's own size."""
    start = (_number(asked, "page", 1) - 1) * 5
    return items[start : start + 5]


def build_jpage(world: World, habit: Habit, *, refuses_get: bool = False) -> FamilySite:
    """Draw the district with columns of jpage; where `refuses_get`, the service is not there for a GET."""
    serve = _serve(world, habit)

    def handle(asked: Asked) -> Answer:
        if refuses_get and asked.method == "GET":
            return NOT_FOUND
        return serve(asked)

    def draw(_: StaticSite, name: str, items: Sequence[Item]) -> str:
        return draw_column(name, items, habit)

    return build_hanweb(world, draw, {habit.proxy: handle})


def draw_column(name: str, items: Sequence[Item], habit: Habit) -> str:
    """Write the list of a column: a store with the first records, and the call that pages through the others."""
    unit = unit_of(name)
    params = _params(name, habit)
    href = f"{habit.proxy}?page=1&appid=1&appid=1&" + "&".join(f"{key}={value}" for key, value in params.items())
    records = "\n".join(_record(item) for item in items[: habit.at_hand])
    store = (
        f'<datastore>\n<nextgroup><![CDATA[<a href="{href}"></a>]]></nextgroup>\n'
        f"<recordset>\n{records}\n</recordset></datastore>"
    )
    if habit.is_array:
        strings = ",".join(f"'{_row(item)}'".replace("\n", "") for item in items[: habit.at_hand])
        return f'<div id="{unit}"></div><script>var InitData{unit} = [{strings}];{_call(name, items, habit)}</script>'
    call = f"<script>{_call(name, items, habit)}</script>" if habit.has_call else ""
    return f'<div id="{unit}"><script type="text/xml">{store}</script></div>{call}'


def unit_of(name: str) -> str:
    """Return the number of a column's unit."""
    return f"5{COLUMNS[name][-5:]}"


def _params(name: str, habit: Habit) -> dict[str, str]:
    column = f"x+Q/{COLUMNS[name][::-1]}==" if habit.encrypted else COLUMNS[name]
    return {
        "webid": WEBID,
        "path": "/",
        "columnid": column,
        "unitid": unit_of(name),
        "webname": f"{DISTRICT}人民政府",
        "permissiontype": "0",
    }


def _call(name: str, items: Sequence[Item], habit: Habit) -> str:
    values = {"col": "1", "appid": "1", "sourceContentType": "1", **_params(name, habit)}
    literal = ",".join(f"{key}:{value if value.isdecimal() else repr(value)}" for key, value in values.items())
    literal = literal.replace(f"unitid:{unit_of(name)}", f"unitid:'{unit_of(name)}'")
    return (
        f"$(function(){{$('#{unit_of(name)}').jpage({{themeName:'default',showMode:'full',totalRecord:{len(items)},"
        f"dataBefore:'<table>',dataStore:{f'InitData{unit_of(name)}' if habit.is_array else 'store'},groupSize:3,"
        f"proxyUrl:'{habit.proxy}',perPage:{habit.per_page},ajaxParam:{{{literal}}}}});}});"
    )


def _row(item: Item) -> str:
    """Write a record, its date broken over lines as templates do."""
    year, month, day = f"{item.day}".split("-")
    return (
        f"<tr><td>{anchor(article_address(item), escape(item.title[:20]) + '...', item.title)}</td>"
        f"<td>{year}-\n{month}-\n{day}</td></tr>"
    )


def _record(item: Item) -> str:
    return f"<record><![CDATA[\n{_row(item)}]]></record>"


def _serve(world: World, habit: Habit) -> Handler:
    by_number = {_params(name, habit)["columnid"]: name for name in COLUMNS}

    def serve(asked: Asked) -> Answer:
        params = asked.query | asked.form
        name = by_number.get(params.get("columnid", ""))
        is_known = name is not None and params.get("unitid") == unit_of(name) and params.get("webid") == WEBID
        if not is_known or (habit.encrypted and asked.method == "GET"):
            return Answer(EMPTY, content_type=XML)
        items = items_of(world, section_by_column(COLUMNS[name or ""]))
        total = f"<totalrecord>{len(items)}</totalrecord>" if habit.says_total else ""
        records = "".join(_record(item) for item in habit.choose(items, params))
        return Answer(f"<datastore>{total}<recordset>{records}</recordset></datastore>".encode(), content_type=XML)

    return serve


def _number(asked: Mapping[str, str], name: str, otherwise: int) -> int:
    text = asked.get(name, "")
    return int(text) if text.isdecimal() else otherwise
