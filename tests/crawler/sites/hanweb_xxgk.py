"""Hanweb's module of government information: a search that every column shares, and pages that are reports."""

from collections.abc import Sequence
from itertools import product

from tests.crawler.hanweb_site import ADDRESSES, COLUMNS, WEBID, article_address, build_hanweb
from tests.crawler.static_site import StaticSite
from tests.crawler.world import (
    ANNUAL,
    BESIDE,
    NOT_FOUND,
    Answer,
    Asked,
    FamilySite,
    Item,
    World,
    anchor,
    article,
    html_answer,
    layout,
    rows,
    slices,
)

_TREE = "/module/xxgk/tree.jsp"
_SEARCH, _REPORTS = "/module/xxgk/search.jsp", "/module/xxgk/xxgkAnnualReport.jsp"
_AREA = "002418999"
_SIZE = 15
_SHELLS = frozenset({ANNUAL, *BESIDE})


def build(world: World) -> FamilySite:
    """Answer each column's search with the entries of the whole district, by POST alone; its tree cannot be had."""
    return _build(world, has_tree=False)


def build_tree(world: World) -> FamilySite:
    """Let a tree of subjects stand beside each list; a subject's search keeps to it."""
    return _build(world, has_tree=True)


def _build(world: World, *, has_tree: bool) -> FamilySite:
    kinds = {f"A00{number}": name for number, name in enumerate((*BESIDE, ANNUAL), 1)}

    def draw(_: StaticSite, name: str, items: Sequence[Item]) -> str:
        return _shell(name) if name in _SHELLS else rows(items, article_address)

    def search(asked: Asked) -> Answer:
        is_asked_well = asked.form.get("area") == _AREA and asked.form.get("currpage", "").isdecimal()
        if asked.method != "POST" or not is_asked_well or asked.form.get("fbtime") != "-1":
            return NOT_FOUND
        section = kinds.get(asked.form.get("infotypeId", ""))
        own = [item for item in world.items if section in {None, item.section}]
        entries = sorted(own, key=lambda item: (item.day, item.number), reverse=True)
        return html_answer(_draw_results(slices(entries, _SIZE), int(asked.form["currpage"])))

    def tree(asked: Asked) -> Answer:
        return html_answer(_draw_tree(kinds)) if has_tree and asked.query.get("area") == _AREA else NOT_FOUND

    return build_hanweb(world, draw, {_SEARCH: search, _TREE: tree})


def _draw_tree(kinds: dict[str, str]) -> str:
    nodes = "".join(
        f"d.add({number},0,'<a onclick=\"funclick(\\'{kind}\\',\\'{_AREA}\\');\">{name}</a>');\n"
        for number, (kind, name) in enumerate(kinds.items(), 1)
    )
    return f"<html><body><script>var d = new dTree('d');\n{nodes}document.write(d);</script></body></html>"


def _shell(name: str) -> str:
    divid = f"div{COLUMNS[name]}"
    return (
        f'<iframe src="/module/xxgk/tree.jsp?standardXxgk=0&amp;area={_AREA}&amp;divid={divid}"></iframe>'
        f'<div id="{divid}">正在加载…</div><script>var jdid = "{WEBID}"; var kind = "";\n'
        f"loadDynamic('/module/xxgk/search.jsp?infotypeId='+kind+'&vc_title=&vc_number=&area={_AREA}', '{divid}', '', "
        f"'', '', '{WEBID}');</script>"
    )


def _draw_results(pages: Sequence[Sequence[Item]], number: int) -> str:
    shown = pages[number - 1] if 0 < number <= len(pages) else ()
    lines = "".join(
        f"<tr class='tr_main_value_{'even' if at % 2 else 'odd'}'><td>{at + 1}</td>"
        f"<td>{anchor(article_address(item), item.title[:20], item.title)}</td><td>{item.day}</td></tr>"
        for at, item in enumerate(shown)
    )
    pager = (
        f"<a onclick=\"loadDynamic('currpage={number + 1}')\">下一页</a>&nbsp;&nbsp;共{len(pages)}页&nbsp;第{number}页"
    )
    return f"<table><tr class='tb_title'><td>索引</td><td>名称</td><td>日期</td></tr>{lines}</table>{pager}"


def build_annual(world: World) -> FamilySite:
    """Let the column choose agency and year; the page that the two name is the report, where there is one."""
    areas = {agency: f"{_AREA}{number:03}" for number, agency in enumerate(world.agencies)}
    years = sorted({item.year for item in world.reports}, reverse=True)
    by_target = {report_target(areas[item.agency], item.year): item for item in world.reports}

    def draw(_: StaticSite, name: str, items: Sequence[Item]) -> str:
        return _chooser(areas, years) if name == ANNUAL else rows(items, article_address)

    def show(asked: Asked) -> Answer:
        target = report_target(asked.query.get("area", ""), asked.query.get("fbtime", "0"))
        item = by_target.get(target)
        if item is None:
            return html_answer(layout(ANNUAL, "<p>该年度报告不存在或已被删除</p>", nav=()))
        files = [(ADDRESSES.file(item, file), file.name) for file in item.files]
        return html_answer(layout(item.title, _chooser(areas, years), article(item, files=files), nav=()))

    site = build_hanweb(world, draw, {_REPORTS: show})
    files = {target for target in site.reports if "downfile.jsp" in target}
    targets = frozenset(by_target) | files
    offered = {report_target(area, year) for area, year in product(areas.values(), years)}
    return FamilySite(site.handler, targets, lambda target: target in offered or site.way(target))


def report_target(area: str, year: int | str) -> str:
    """Return where an agency's report of a year is shown."""
    return f"{_REPORTS}?area={area}&fbtime={year}"


def _chooser(areas: dict[str, str], years: Sequence[int]) -> str:
    agencies = "".join(f'<option value="{area}">{agency}</option>' for agency, area in areas.items())
    choices = "".join(f'<option value="{year}">{year}年</option>' for year in years)
    return (
        f'<form action="{_REPORTS}"><select name="area"><option value="">请选择</option>{agencies}</select>'
        f'<select name="fbtime">{choices}</select></form>'
    )
