"""The three kinds of list: next-page links, pages that a script numbers, and folders by year."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from gongkai.demo.catalogue import DISTRICTS, DemoReport, District, Notice
from gongkai.demo.chrome import Link, crumbs

Item = DemoReport | Notice

_CUT_AT = 22  # TRS templates cut long titles and keep the whole one in the attribute


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list: where it stands, its heading, what is in its middle, and the items on it."""

    path: str
    heading: str
    main: str
    items: tuple[Item, ...]


def draw_lists(site: District, items: Sequence[Item]) -> Iterator[ListPage]:
    """Yield every list page of a site's column; `items` are newest first."""
    match site.lists:
        case "next_links":
            yield from _with_next_links(site, items)
        case "trs":
            yield from _numbered_by_script(site, items)
        case "year_folders":
            yield from _in_year_folders(site, items)


def _with_next_links(site: District, items: Sequence[Item]) -> Iterator[ListPage]:
    stem = site.column.removesuffix(".html")
    pages = _cut(items, site.page_size)
    paths = [site.column, *(f"{stem}_{number}.html" for number in range(2, len(pages) + 1))]
    yield from _linked_pages(site, site.trail[-1][0], pages, paths)


def _in_year_folders(site: District, items: Sequence[Item]) -> Iterator[ListPage]:
    years = sorted({item.folder for item in items}, reverse=True)
    folders = "\n".join(f"<li>{Link(f'{year}年', f'{site.column}{year}n/').to_html()}</li>" for year in years)
    yield ListPage(site.column, site.trail[-1][0], f'{_head(site)}\n<ul class="list">\n{folders}\n</ul>', ())
    for year in years:
        pages = _cut([item for item in items if item.folder == year], site.page_size)
        first = f"{site.column}{year}n/"
        paths = [first, *(f"{first}?page={number}" for number in range(2, len(pages) + 1))]
        yield from _linked_pages(site, f"{year}年", pages, paths)


def _linked_pages(
    site: District, heading: str, pages: Sequence[tuple[Item, ...]], paths: Sequence[str]
) -> Iterator[ListPage]:
    for number, (path, shown) in enumerate(zip(paths, pages, strict=True)):
        steps = [Link("上一页", paths[number - 1])] if number else []
        steps += [Link("下一页", paths[number + 1])] if number + 1 < len(paths) else []
        pager = "　".join([f"第{number + 1}页/共{len(pages)}页", *(step.to_html() for step in steps)])
        yield ListPage(path, heading, f'{_list(site, shown)}\n<div class="pages">{pager}</div>', shown)


def _numbered_by_script(site: District, items: Sequence[Item]) -> Iterator[ListPage]:
    folder = site.column.removesuffix("index.html")
    pages = _cut(items, site.page_size)
    for number, shown in enumerate(pages):
        call = f'createPageHTML({len(pages)}, {number}, "index", "html");'
        pager = f'<div class="pages"><script src="/js/page.js"></script><script>\n{call}\n</script></div>'
        path = f"{folder}index_{number}.html" if number else site.column
        yield ListPage(path, site.trail[-1][0], f"{_list(site, shown)}\n{pager}", shown)


def _cut(items: Sequence[Item], size: int) -> list[tuple[Item, ...]]:
    return [tuple(items[start : start + size]) for start in range(0, len(items), size)]


def _head(site: District) -> str:
    return f'<div class="crumbs">当前位置：{crumbs(site)}</div>'


def _list(site: District, items: Sequence[Item]) -> str:
    rows = "\n".join(f"<li>{_item(item)}<span>{item.published.isoformat()}</span></li>" for item in items)
    return f'{_head(site)}\n<ul class="list">\n{rows}\n</ul>'


def _item(item: Item) -> str:
    site = DISTRICTS[item.site]
    title = escape(item.one_line)
    if site.lists != "trs":
        return f'<a href="{item.path}" target="_blank">{title}</a>'
    shown = title if len(title) <= _CUT_AT else f"{title[:_CUT_AT]}…"
    below = item.path.removeprefix(site.column.removesuffix("index.html"))
    return f'<a href="./{below}" title="{title}">{shown}</a>'
