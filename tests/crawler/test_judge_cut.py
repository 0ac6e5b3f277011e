"""Pages that end in the middle, served with a good status and a length that fits."""

from collections.abc import Iterator

import pytest

from archive import PageKind
from crawler.answers import Answer
from crawler.html import parse_page
from crawler.judge import Verdict, judge_answer, make_home
from parsers import Cell, parse
from tests.crawler.served import REPORT_TEXT, link
from tests.parsers.fillings import consistent, dice
from tests.parsers.made import report_to_html, table_to_html

URL = "http://www.example.gov.cn/nb/1.html"
CUT = ("cut", "incomplete, the page ends in the middle")
CUTS = 20
HEAD = "<!DOCTYPE html><html><head><title>白杨街道2023年政府信息公开工作年度报告</title></head><body>"
MENU = '<div class="top"><ul><li><a href="/">网站首页</a></li><li><a href="/xw/">新闻中心</a></li></ul></div>'
SCRIPT = "<script>function print() { w.write('<html><body>' + text + '</body></html>') }</script>"
END = "</div></div><!-- 页脚 --></BODY></HTML>"
ROWS = "".join(
    link(f"/nb/{number}.html", f"{name}街道2023年政府信息公开工作年度报告") for number, name in enumerate("甲乙丙丁")
)


def draw(inner: str, *, end: str = END) -> str:
    """Draw a page as many a site does: boxes in boxes, with a script that writes a page of its own."""
    return f'{HEAD}{SCRIPT}{MENU}<div id="main"><div class="con">{inner}{end}'


def judge(body: str | bytes, kind: PageKind = "report", url: str = URL) -> Verdict:
    """Judge bytes that came as a whole page."""
    data = body.encode() if isinstance(body, str) else body
    answer = Answer(url, 200, (("Content-Type", "text/html"),), data, url)
    return judge_answer(answer, kind, parse_page(data, url, "text/html"), None)


def seen(body: str | bytes, kind: PageKind = "report", url: str = URL) -> tuple[str, str | None]:
    """Return what a page looks like, and the reason why it is not believed."""
    verdict = judge(body, kind, url)
    return verdict.looks, verdict.failure


def draw_report(seed: str) -> str:
    """Draw a page with a whole report, its figures those of the seed."""
    figures = {key: str(raw) for key, raw in consistent("2021", dice(seed)).items()}
    return draw(report_to_html("2021", figures, table_to_html))


def iter_halves(whole: bytes, seed: str) -> Iterator[bytes]:
    """Cut a page at some places, none of them behind the tags that end it."""
    places = dice(seed)
    for _ in range(CUTS):
        yield whole[: places.randrange(len(HEAD.encode()), len(whole) - len("</BODY></HTML>"))]


def read_cells(body: bytes) -> tuple[Cell, ...]:
    """Read the figures of a page."""
    return parse(body, "text/html").cells


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_half_of_a_report_is_refused_or_has_all_figures(charset: str) -> None:
    """Wherever a report is cut, it is refused, or nothing that is figured in it is missing."""
    whole = draw_report(charset).encode(charset)
    figures = read_cells(whole)

    halves = list(iter_halves(whole, charset))
    wrong = [half for half in halves if seen(half) != CUT and read_cells(half) != figures]

    assert seen(whole) == ("report", None)
    assert figures
    assert wrong == []
    assert CUT in map(seen, halves)


ENDS = {
    "inside a tag": "<p>正文</p><p clas",
    "at the beginning of a tag": "<p>正文</p><",
    "inside a closing tag": "<p>正文</p></di",
    "inside a comment": "<p>正文</p><!-- 下一段",
    "inside a script": "<p>正文</p><script>show('</html>')",
    "inside a style": "<p>正文</p><style>p { color",
    "inside a table": "<p>正文</p><table><tr><td>1</td>",
    "inside a table, behind another": "<table><tr><td>1</td></tr></table></table><table><tr>",
    "inside a heading": "<p>正文</p><h2>三、",
    "inside a list": "<p>正文</p><UL><li>一</li>",
    "inside a paragraph": "<p>正文</p><P class='x'>窗口",
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_each_sign_of_a_cut_is_one_alone(end: str) -> None:
    """A page with the parts of a report is refused by any one thing that it began and did not end."""
    assert seen(f"<html><body>{REPORT_TEXT}{end}") == CUT


@pytest.mark.parametrize("box", ["div", "ol", "dl", "section", "article", "main"])
def test_a_cut_is_seen_where_a_box_is_left_open(box: str) -> None:
    """Between two paragraphs nothing but the box around the report is open."""
    assert seen(f"<body><{box} class=con>{REPORT_TEXT}") == CUT


def test_nothing_makes_up_for_a_cut() -> None:
    """Half of a list is refused although it has a title, rows, files and the newest report."""
    everything = draw(f"{REPORT_TEXT}{ROWS}{link('/f/1.doc', '附件')}", end="")

    assert seen(everything, "list") == CUT


@pytest.mark.parametrize(("kind", "inner"), [("list", ROWS), ("column", MENU + ROWS), ("attachment", REPORT_TEXT)])
def test_every_kind_of_page_can_be_cut(kind: PageKind, inner: str) -> None:
    """Half of a list would lose its rows, and half of a page on the way its links."""
    url = "http://www.example.gov.cn/f/1.doc" if kind == "attachment" else URL

    assert seen(draw(inner), kind, url)[1] is None
    assert seen(draw(inner, end=""), kind, url) == CUT


@pytest.mark.parametrize(("end", "looks"), [("", "report"), (END, "cut")], ids=["careless", "careful"])
def test_a_site_that_ends_no_page_is_believed(end: str, looks: str) -> None:
    """Where the home page is ended by no tag, a page that leaves a box open is as whole as all others of that site."""
    url = "http://www.example.gov.cn/"
    home = draw(MENU, end=end).encode()
    page = draw(REPORT_TEXT, end="").encode()
    answer = Answer(URL, 200, (("Content-Type", "text/html"),), page, URL)

    known = make_home(parse_page(home, url, "text/html"), home)

    assert seen(home, "home", url)[1] is None
    assert judge_answer(answer, "report", parse_page(page, URL, "text/html"), known).looks == looks


def test_half_of_a_page_does_not_say_that_it_is_gone() -> None:
    """Words of an error on half of a page prove nothing of the report."""
    assert seen(draw("<p>您访问的页面不存在</p>", end="")) == CUT


WHOLES = {
    "never closed, but whole": f"<html><body>{MENU}<div>{REPORT_TEXT}</div>",
    "never closed, as HTML allows": f"<html><body><h1>白杨街道</h1>{REPORT_TEXT.replace('</p>', '')}",
    "never closed, entries neither": f"<html><body>{REPORT_TEXT}<ul><li>一<li>二</ul><table><tr><td>1<td>2</table>",
    "never closed, with the foot of the site": draw(f"{REPORT_TEXT}<div><p>版权所有 青石区人民政府</p>", end=""),
    "never closed, with its number": draw(f"{REPORT_TEXT}<div>某ICP备00000000号-1", end=""),
    "never closed, with its number in full width": draw(f"{REPORT_TEXT}<div>某ＩＣＰ备00000000号", end=""),
    "never closed, with who made it": draw(f"{REPORT_TEXT}<div><p>主办单位：青石区人民政府", end=""),
    "never closed, text with a sign": f"<html><body>{REPORT_TEXT}<p>1 < 2</p>甲 < 乙",
    "closed by one of two": f"<html><body><div>{REPORT_TEXT}</html >\n",
    "closed before a script": f"<html><body><div>{REPORT_TEXT}</body></html><script>count('</div>')</script>",
    "closed long before its end": f"<html><body><div>{REPORT_TEXT}</body>{SCRIPT * 20}",
    "closed in capitals": f"<HTML><BODY><DIV>{REPORT_TEXT}</BODY>",
    "closed after a comment that is not": f"<html><body>{REPORT_TEXT}<!-- 页脚 </body></html>",
    "boxes in a comment": f"<html><body>{REPORT_TEXT}<!-- <div> --><style>div {{}}</style>",
    "a box closed too often": f"<html><body></div>{REPORT_TEXT}</div>",
    "a piece without a body": f"<div>{REPORT_TEXT}<table>",
    "a piece whose script writes a page": f"<div>{REPORT_TEXT}{SCRIPT}",
}


@pytest.mark.parametrize("body", WHOLES.values(), ids=WHOLES)
def test_a_page_that_is_whole_need_not_be_closed(body: str) -> None:
    """Careless pages are believed: what they began they ended, or the foot of the site stands under it."""
    assert seen(body) == ("report", None)


def test_the_foot_counts_where_it_is_shown_alone() -> None:
    """Words of a foot in a tag of the head, or far above the end, do not make a page whole."""
    meta = '<html><head><meta name="copyright" content="版权所有"></head><body><div><p>白杨街道</p>'
    above = f"<html><body><p>版权所有</p><div>{'<p>正文</p>' * 400}"

    assert (seen(meta), seen(above)) == (CUT, CUT)
