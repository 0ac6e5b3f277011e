"""OpennessContent: `/OpennessContent/showList/1/<column>/page_N.html`; of one agency `/BranchOpennessContent/…`."""

from collections.abc import Sequence

from tests.crawler.static_site import DISCLOSURE, OPENNESS, SLUGS, Addresses, StaticSite, build_static
from tests.crawler.world import ANNUAL, BESIDE, NEWS, FamilySite, File, Item, World, anchor, rows, short_name, slices

_SIZE = 12
_COLUMNS = {name: 96_000 + number for number, name in enumerate(SLUGS)}
_DIRECTORY = "街道部门信息公开"


def _is_openness(name: str) -> bool:
    return SLUGS[name][:2] not in {"lm", "xw"}


def _item(item: Item) -> str:
    return f"/{'OpennessContent' if _is_openness(item.section) else 'News'}/show/{item.number}.html"


def _file(item: Item, file: File) -> str:
    return f"/OpennessContent/download/{item.number}{item.files.index(file)}.html"


def _column(name: str) -> str:
    if name == OPENNESS:
        return "/Zwgk/index.html"
    if _is_openness(name):
        return f"/OpennessContent/showList/1/{_COLUMNS[name]}/page_1.html"
    return f"/News/showList/{_COLUMNS[name]}/page_1.html"


def _draw_pages(first: str, items: Sequence[Item]) -> dict[str, str]:
    """Draw a list whose pager is a script that knows the count."""
    pages = slices(items, _SIZE)

    def draw(number: int, shown: Sequence[Item]) -> str:
        calls = "".join(
            f'<a href="javascript:void(0)" onclick="gotoPage({at})">{at}</a>' for at in range(1, len(pages) + 1)
        )
        return rows(shown, _item) + f'<div class="pages">{calls} 共{len(pages)}页 第{number}页</div>'

    return {first.replace("page_1.", f"page_{number}."): draw(number, shown) for number, shown in enumerate(pages, 1)}


def build(world: World) -> FamilySite:
    """Draw one column of all reports."""
    addresses = Addresses(_item, _file, _column)
    return build_static(StaticSite(world, addresses, lambda name, items: _draw_pages(_column(name), items)))


def build_branches(world: World) -> FamilySite:
    """Give each agency columns of its own, behind a directory of agencies; one of them holds its reports."""
    agencies = list(dict.fromkeys(item.agency for item in world.reports))
    branches = {short_name(agency): 700 + number for number, agency in enumerate(agencies)}

    def column(name: str) -> str:
        branch, _, inner = name.partition("/")
        if branch in branches:
            path = "BranchOpennessContent/showList" if inner else "BranchOpenness/index"
            return (
                f"/{path}/{branches[branch]}/{_COLUMNS[ANNUAL]}/page_1.html"
                if inner
                else f"/{path}/{branches[branch]}.html"
            )
        return "/OpennessBranch/index.html" if name == _DIRECTORY else _column(name)

    site = StaticSite(world, Addresses(_item, _file, column), lambda name, items: _draw_pages(column(name), items))
    site.add_surroundings()
    above = (OPENNESS, DISCLOSURE)
    site.add(
        column(DISCLOSURE),
        DISCLOSURE,
        site.links(*BESIDE, _DIRECTORY),
        is_way=True,
    )
    site.add(column(_DIRECTORY), _DIRECTORY, site.links(*branches), is_way=True, crumbs=above)
    for branch in branches:
        annual = f"{branch}/{ANNUAL}"
        inner = site.links(*NEWS) + f"<ul><li>{anchor(column(annual), ANNUAL)}</li></ul>"
        site.add(column(branch), f"{branch}信息公开", inner, is_way=True, crumbs=(*above, branch))
        items = [item for item in world.reports if short_name(item.agency) == branch]
        for target, shown in site.draw_list(annual, items).items():
            site.add(target, ANNUAL, shown, is_way=True, crumbs=(*above, branch))
        site.add_articles(items, (*above, branch))
    return site.finish()
