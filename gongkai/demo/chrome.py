"""What stands around the content of a demo page: head, navigation, breadcrumbs, lines about an article."""

from dataclasses import dataclass
from functools import cache
from html import escape
from importlib import resources
from string import Template

from gongkai.demo.catalogue import CHINA_TIME, District, Entry

_META_DATE = "%Y-%m-%d %H:%M"
# Old systems name the smallest set, whatever they write.
_CHARSET_NAMES = {"utf-8": "utf-8", "gb18030": "gb2312"}


@dataclass(frozen=True, slots=True)
class Link:
    """A place on the same site, and the words that lead there."""

    text: str
    path: str

    def to_html(self) -> str:
        """Return the anchor."""
        return f'<a href="{escape(self.path)}">{escape(self.text)}</a>'


@cache
def read_frame(name: str) -> str:
    """Return the text of a file under frames/."""
    return resources.files(__package__).joinpath("frames", name).read_text(encoding="utf-8")


def draw_page(
    site: District, title: str, main: str, *, metas: dict[str, str] | None = None, encoding: str = "utf-8"
) -> bytes:
    """Return a whole page with `main` in its middle."""
    tags = _site_metas(site) | (metas or {}) if site.tagged else {}
    html = Template(read_frame("page.html")).substitute(
        charset=_CHARSET_NAMES[encoding],
        title=escape(f"{title}_{site.title}" if title != site.title else title),
        metas="\n".join(f'<meta name="{name}" content="{escape(text)}">' for name, text in tags.items()),
        site=site.title,
        nav="\n".join(f"<li>{link.to_html()}</li>" for link in navigation(site)),
        main=main,
        code=f"{site.division}0001",
    )
    return html.encode(encoding)


def navigation(site: District) -> tuple[Link, ...]:
    """Return the links at the head of every page."""
    home, public = (Link(*step) for step in site.trail[:2])
    return home, Link("新闻中心", "/xwzx/"), public, Link("办事服务", "/bsfw/"), Link("互动交流", "/hdjl/")


@dataclass(frozen=True, slots=True)
class Around:
    """What a page says of its article: who put it out, how often it was read, what lies beside it."""

    source: str
    views: int
    newer: Link | None = None
    older: Link | None = None


def draw_article(site: District, entry: Entry, content: str, around: Around) -> str:
    """Return the middle of an article's page."""
    return Template(read_frame("article.html")).substitute(
        crumbs=crumbs(site),
        particulars=_particulars(site, entry, around.source),
        title=escape(entry.title).replace("\n", "<br>"),
        date=_local(entry, site.date_label),
        source=around.source,
        views=around.views,
        container=site.container,
        content=content,
        newer=around.newer.to_html() if around.newer else "没有了",
        older=around.older.to_html() if around.older else "没有了",
    )


def crumbs(site: District) -> str:
    """Return the way from the home page to the column."""
    return " &gt; ".join(Link(*step).to_html() for step in site.trail)


def article_metas(entry: Entry, source: str) -> dict[str, str]:
    """Return the official tags of an article of the column."""
    return column_metas() | {
        "ArticleTitle": entry.one_line,
        "PubDate": _local(entry, _META_DATE),
        "ContentSource": source,
    }


def column_metas() -> dict[str, str]:
    """Return the official tags of the column."""
    return {
        "ColumnName": "政府信息公开年报",
        "ColumnDescription": "各单位政府信息公开工作年度报告",
        "ColumnKeywords": "政府信息公开,年度报告",
        "ColumnType": "信息公开年报",
    }


def _site_metas(site: District) -> dict[str, str]:
    domain = f"{site.name}.example"
    return {"SiteName": site.title, "SiteDomain": domain, "SiteIDCode": f"{site.division}0001"}


def _particulars(site: District, entry: Entry, source: str) -> str:
    """Return the table of 索引号 and the like that some systems put over an article."""
    if site.lists != "year_folders":
        return ""
    return (
        '<table class="particulars"><tbody>\n'
        f"<tr><td>索引号</td><td>{site.division}001/{entry.published.year}-{entry.serial:05}</td>"
        f"<td>发布机构</td><td>{source}</td></tr>\n"
        f"<tr><td>公开日期</td><td>{entry.published.isoformat()}</td><td>文号</td><td>无</td></tr>\n"
        "</tbody></table>"
    )


def _local(entry: Entry, pattern: str) -> str:
    """Return the time of publication as the site prints it, in its own time zone."""
    return entry.at.astimezone(CHINA_TIME).strftime(pattern)
