"""Reports in every shape of page: behind signposts, in frames, in viewers, and as files whose address tells nothing."""

from collections.abc import Sequence
from urllib.parse import quote

from tests.crawler.static_site import DISCLOSURE, OPENNESS, SLUGS, Addresses, StaticSite, file_answer
from tests.crawler.world import ANNUAL, Answer, FamilySite, File, Item, World, anchor, html_answer, rows, slices

_SIZE = 15


def _item(item: Item) -> str:
    return f"/art/{item.day:%Y}/{item.number}.html"


def _file(item: Item, file: File) -> str:
    return f"/upload/{item.number}.{file.name.rpartition('.')[2]}"


def _column(name: str) -> str:
    return f"/site/{SLUGS[name]}/"


def _draw_list(name: str, items: Sequence[Item]) -> dict[str, str]:
    """Draw the list behind the column's signpost, under a name of its own."""
    first, pages = f"{_column(name)}main.html", slices(items, _SIZE)
    targets = [first, *(f"{_column(name)}main_{number}.html" for number in range(2, len(pages) + 1))]
    pager = "".join(anchor(target, str(number)) for number, target in enumerate(targets, 1))
    drawn = {target: rows(shown, _item) + pager for target, shown in zip(targets, pages, strict=True)}
    return drawn if name == ANNUAL else {_column(name): drawn[first], **drawn}


def _disposition(name: str, way: int) -> str:
    """Name a file as servers do: RFC 5987, percent codes in quotes, or bare GBK bytes."""
    forms = (
        f"attachment; filename*=UTF-8''{quote(name)}",
        f'attachment; filename="{quote(name)}"',
        f"attachment;filename={name.encode('gbk').decode('latin-1')}",
    )
    return forms[way % len(forms)]


def _draw_report(item: Item, number: int) -> tuple[str, dict[str, Answer]]:
    """Return the inside of a report's page, and what else belongs to it, in one of five shapes."""
    pdf = File(f"{item.title}.pdf", b"%PDF-1.4\n" + f"made up {item.number}\n".encode() * 30)
    heading = f"<h1>{item.title}</h1><p>发布日期：{item.day}</p>"
    download = f"/common/file?id={item.number}"
    service = {download: file_answer(pdf, (("Content-Disposition", _disposition(pdf.name, number)),))}
    match number % 5:
        case 0:
            frame = f"/body/{item.number}.html"
            inside = html_answer(f"<html><head><title>{item.title}</title></head><body>{item.html}</body></html>")
            return f'{heading}<iframe src="{frame}" width="100%"></iframe>', {frame: inside}
        case 1:
            shown = f"/upload/v{item.number}.pdf"
            return f'{heading}<iframe src="/pdfjs/web/viewer.html?file={shown}"></iframe>', {shown: file_answer(pdf)}
        case 2:
            return f"{heading}<p>{anchor(download, pdf.name)}</p>", service
        case 3:
            return f"{heading}<p>附件：{anchor(download, '点击下载')}</p>", service
        case _:
            shown = f"/upload/e{item.number}.pdf"
            return f'{heading}<embed src="{shown}" type="application/pdf">', {shown: file_answer(pdf)}


def build(world: World) -> FamilySite:
    """Draw columns that are only signposts, and reports in all shapes."""
    site = StaticSite(world, Addresses(_item, _file, _column), _draw_list)
    site.add_surroundings()
    above = (OPENNESS, DISCLOSURE)
    site.pages["/site/zfxxgk/main.html"] = site.pages[_column(DISCLOSURE)]
    site.pages[_column(DISCLOSURE)] = html_answer('<script>window.location.href="main.html";</script>')
    site.pages[_column(ANNUAL)] = html_answer('<meta http-equiv="refresh" content="0; url=./main.html"><body></body>')
    site.way |= {"/site/zfxxgk/main.html", _column(ANNUAL)}
    site.add_list(ANNUAL, world.annual, above, is_way=True)
    site.add_articles([item for item in world.annual if not item.is_report], (*above, ANNUAL))
    targets: set[str] = set()
    for number, item in enumerate(world.reports):
        inner, files = _draw_report(item, number)
        site.add(_item(item), item.title, inner, crumbs=(*above, ANNUAL))
        site.pages |= files
        targets |= {_item(item), *files}
    return FamilySite(site.finish().handler, frozenset(targets), site.way.__contains__)
