"""Pages of made reports for watchers that are compared: a state of a page, and how a site draws it.

A `State` holds all that a page shows on a day. Kinds of change (`changes_kinds.py`) are edits of it. Streets, figures
and sentences are made up; each template draws a page as another publishing system does.
"""

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from parsers import CellKey
from parsers.forms import Table
from tests.parsers.fillings import consistent, dice
from tests.parsers.made import Figures, one_cell_a_line, table_to_html, write_report
from tests.parsers.made_office import report_to_docx

FORM, YEAR = "2021", 2023
SENTENCE = "栏目还不够清楚，明年改。"
"""What every made report says of its problems; an edit says something else there."""
_OVERVIEW = "这一年，街道把该说的都说了。"
_MADE_STREET = "白杨街道"
_BLOCK = re.compile(r"(<(?:td[^>]*|p)>)([^<]*)(</(?:td|p)>)")

Served = Literal["page", "gone", "redirect", "refused", "wall", "broken", "busy", "home", "cut", "half"]
"""What a page's address answers: the page; 404; a redirect to the page's new place; a wall with 412 or with 200; an
error with 500 or with 200; the home page; a connection that ends in the middle; half of the page, as if whole."""


@dataclass(frozen=True, slots=True)
class State:
    """What a street's page shows on one day, and how its address answers."""

    street: str
    figures: Mapping[CellKey, str]
    template: int
    sentence: str = SENTENCE
    more: str = ""
    place: str = "nb"
    counter: int = 1021
    is_counted_inside: bool = False
    today: str = "2026年3月2日 星期一"
    related: int = 3
    banner: str = ""
    menu: int = 6
    session: str = ""
    script: str = "a81f"
    is_respaced: bool = False
    is_pasted: bool = False
    charset: str = "utf-8"
    served: Served = "page"
    is_attached: bool = False
    packed_at: int = 2024

    @property
    def agency(self) -> str:
        """Return who reports."""
        return f"{self.street}办事处"

    @property
    def title(self) -> str:
        """Return the report's title."""
        return f"{self.street}{YEAR}年政府信息公开工作年度报告"

    @property
    def path(self) -> str:
        """Return the path of the page, as links have it."""
        return f"/{self.place}/{self.street[1:-2]}.html" + (f";jsessionid={self.session}" if self.session else "")

    @property
    def file_path(self) -> str:
        """Return the path of the attached document."""
        return f"/nb/{self.street[1:-2]}.docx"


@dataclass(frozen=True, slots=True)
class Template:
    """How a publishing system draws an article, and the XPath of the element that holds what it says."""

    draws: str
    content: str
    write_table: Callable[[Table, Figures], str]


def _flat(table: Table, figures: Figures) -> str:
    """Write a table as paragraphs, a cell each, as some editors leave it."""
    return "".join(f"<p>{text}</p>" for text in one_cell_a_line(table, figures))


_HEAD = "<!DOCTYPE html><html><head><title>{title}</title><script>var t='{script}'</script></head><body>{banner}"
TEMPLATES: Sequence[Template] = (
    Template(
        _HEAD + '<div class="top"><ul>{menu}</ul><span>今天是{today}</span></div><h1>{title}</h1><div class="info">'
        '发布日期：2024-01-20　浏览次数：{counter}　【打印】【关闭】</div><div id="zoom">{content}</div><div>'
        "<h3>相关阅读</h3><ul>{related}</ul></div><div class=foot>主办：青石区人民政府</div></body></html>",
        '//div[@id="zoom"]',
        table_to_html,
    ),
    Template(
        _HEAD
        + '<table width="1000"><tr><td>{today}</td><td><ul>{menu}</ul></td></tr></table><table><tr><td class="bt">'
        '{title}</td></tr><tr><td>来源：青石区　访问量：<span id="hits">{counter}</span></td></tr><tr>'
        '<td class="bt_content">{content}</td></tr></table><table><tr><td><ul>{related}</ul></td></tr></table>'
        "</body></html>",
        '//td[@class="bt_content"]',
        table_to_html,
    ),
    Template(
        _HEAD
        + '<nav><ul>{menu}</ul></nav><div class="wz">当前位置：<a href="/">首页</a> &gt; 年报</div><h2>{title}</h2>'
        '<div class="TRS_Editor"><div>{content}</div></div><aside><ul>{related}</ul></aside><footer>{today}　您是第'
        "{counter}位访问者</footer></body></html>",
        '//div[@class="TRS_Editor"]',
        table_to_html,
    ),
    Template(
        _HEAD
        + '<div id="header"><ul>{menu}</ul></div><div class="article"><h1>{title}</h1><p class="tip">阅读：{counter}次'
        '</p><div class="con" id="UCAP-CONTENT">{content}</div></div><div class="right"><h3>热点</h3><ul>{related}</ul>'
        "</div><div>{today}</div></body></html>",
        '//div[@id="UCAP-CONTENT"]',
        _flat,
    ),
)


def make_figures(street: str) -> dict[CellKey, str]:
    """Return the figures of a street's report, whose sums hold."""
    return {key: str(raw) for key, raw in consistent(FORM, dice(f"watched {street}")).items()}


def draw_page(state: State) -> str:
    """Return the page of a report."""
    page = TEMPLATES[state.template].draws.format(
        title=state.title,
        script=state.script,
        banner=f'<div class="banner">{state.banner}</div>' if state.banner else "",
        menu=_draw_links("栏目", state.menu, state),
        today=state.today,
        counter=state.counter,
        content=draw_content(state),
        related=_draw_links("又一条新闻", state.related, state),
    )
    return _space_otherwise(page) if state.is_respaced else page


def draw_content(state: State) -> str:
    """Return what the element with the report holds: the report, or a link to the document that is it."""
    if state.is_attached:
        return f'<p>年度报告全文见附件。</p><p>附件：<a href="{state.file_path}">{state.title}.docx</a></p>'
    write_table = TEMPLATES[state.template].write_table
    lines = write_report(FORM, lambda table, figures: [write_table(table, figures)], state.figures)
    drawn = "\n".join(line if line.startswith("<") else f"<p>{line}</p>" for line in lines)
    drawn = drawn.replace(_MADE_STREET, state.street).replace(SENTENCE, state.sentence)
    drawn = drawn.replace(_OVERVIEW, _OVERVIEW + state.more)
    if state.is_pasted:
        drawn = _BLOCK.sub(r'\1<span style="font-family:宋体">\2</span>\3', drawn)
    return drawn + (f"<p>浏览次数：{state.counter}</p>" if state.is_counted_inside else "")


def draw_list(states: Sequence[State]) -> str:
    """Return the list of a site's reports."""
    rows = "".join(
        f'<li><a href="{state.path}">{state.title}</a><span>2024-01-20</span></li>'
        for state in states
        if state.served != "gone"
    )
    return f"<!DOCTYPE html><html><head><title>政府信息公开年报</title></head><body><ul>{rows}</ul></body></html>"


def draw_home(name: str) -> str:
    """Return the home page of a site."""
    news = "".join(f'<li><a href="/xw/{number}.html">{name}新闻{number}</a></li>' for number in range(30))
    column = '<a href="/nb/">政府信息公开年报</a>'
    return f"<!DOCTYPE html><html><head><title>{name}人民政府</title></head><body>{column}<ul>{news}</ul></body></html>"


def make_document(state: State) -> bytes:
    """Return the attached Word document; `packed_at` is the year that its parts are dated with."""
    made = report_to_docx(FORM, state.figures)
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part).replace(_MADE_STREET.encode(), state.street.encode())
            new.writestr(zipfile.ZipInfo(part.filename, (state.packed_at, 1, 2, 0, 0, 0)), content)
    return packed.getvalue()


def _draw_links(words: str, count: int, state: State) -> str:
    end = f";jsessionid={state.session}" if state.session else ""
    return "".join(f'<li><a href="/xw/{number}.html{end}">{words}{number}</a></li>' for number in range(count))


def _space_otherwise(page: str) -> str:
    """Return a page with other white space between and in front of what it says, as another editor writes it."""
    return page.replace("><", ">\r\n\t<").replace("<p>", "<p>\u3000\u3000").replace("</p>", "&nbsp;</p>")
