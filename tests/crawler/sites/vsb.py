"""VSB: lists by a program (`list.jsp?…&a1154p=2`), or static pages that count down; files behind download.jsp."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from tests.crawler.static_site import SLUGS, Addresses, StaticSite, build_static
from tests.crawler.world import FamilySite, File, Item, World, rows, slices

_SIZE = 12
_BODY = (
    '<div id="vsb_content_2"><div class="v_news_content">{}</div></div>'
    '<script>_showDynClicks("wbnews", 130, 1)</script>'
)
_SCRIPTS = '<script src="/system/resource/js/counter.js"></script>'
_TREES = {name: 1150 + number for number, name in enumerate(SLUGS)}
_FILES = "/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=130&wbfileid="


def _static_item(item: Item) -> str:
    return f"/info/{_TREES[item.section]}/{item.number}.htm"


def _file(item: Item, file: File) -> str:
    return f"{_FILES}{item.number}{item.files.index(file)}"


def _program_list(tree: int, **paged: int) -> str:
    query = "".join(f"{name}={value}&" for name, value in paged.items())
    return f"/list.jsp?{query}urltype=tree.TreeTempUrl&wbtreeid={tree}"


def build(world: World) -> FamilySite:
    """Draw lists by the program; the pager shows the neighbouring page alone and names the count."""

    def column(name: str) -> str:
        return _program_list(_TREES[name])

    def item(item: Item) -> str:
        return f"/content.jsp?urltype=news.NewsContentUrl&wbtreeid={_TREES[item.section]}&wbnewsid={item.number}"

    addresses = Addresses(item, _file, column)

    def draw_list(name: str, items: Sequence[Item]) -> dict[str, str]:
        tree, pages = _TREES[name], slices(items, _SIZE)

        def page_at(number: int) -> str:
            return _program_list(tree, **{f"a{tree}t": len(pages), f"a{tree}p": number, f"a{tree}c": _SIZE})

        def draw(number: int, shown: Sequence[Item]) -> str:
            turn = f'<a href="{urlsplit(page_at(number + 1))._replace(path="").geturl()}" class="Next">下页</a>'
            last = number == len(pages)
            count = f'<td id="fanye{tree}">共{len(items)}条&nbsp;&nbsp;{number}/{len(pages)}&nbsp;</td>'
            return rows(shown, addresses.item) + f"<table><tr>{count}<td>{'下页' if last else turn}</td></tr></table>"

        drawn = {page_at(number): draw(number, shown) for number, shown in enumerate(pages, 1)}
        return {column(name): drawn[page_at(1)], **drawn}

    return build_static(StaticSite(world, addresses, draw_list, body=_BODY, head=_SCRIPTS))


def build_counting_down(world: World) -> FamilySite:
    """Draw static lists: `nb.htm`, then `nb/3.htm` down to `nb/1.htm`; the pager links to the next and the last."""

    def column(name: str) -> str:
        return f"/{SLUGS[name]}.htm"

    addresses = Addresses(_static_item, _file, column)

    def draw_list(name: str, items: Sequence[Item]) -> dict[str, str]:
        pages = slices(items, _SIZE)

        def page_at(number: int) -> str:
            return column(name) if number == 1 else f"/{SLUGS[name]}/{len(pages) - number + 1}.htm"

        def draw(number: int, shown: Sequence[Item]) -> str:
            turn = f'<a href="{page_at(number + 1)}">下页</a><a href="{page_at(len(pages))}">尾页</a>'
            call = f"_simple_list_gotopage_fun({len(pages)},&quot;u13_goto&quot;,2)"
            goto = f'<a href="javascript:;" onclick="{call}">跳转</a>'
            pager = f"<span>共{len(pages)}页</span>{goto}{turn if number < len(pages) else '下页尾页'}"
            return rows(shown, addresses.item) + f'<div class="pb_sys_common">{pager}</div>'

        return {page_at(number): draw(number, shown) for number, shown in enumerate(pages, 1)}

    return build_static(StaticSite(world, addresses, draw_list, body=_BODY, head=_SCRIPTS))
