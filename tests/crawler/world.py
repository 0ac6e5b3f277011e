"""A made-up district (青石区) with years of reports, news and look-alikes, and the means to serve it as any CMS would.

The same items stand behind every fixture site; a site module only says at which addresses they lie and how its lists
are paged. All names, sentences and figures are invented.
"""

import hashlib
import io
import random
import threading
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

DISTRICT = "青石区"
ANNUAL = "政府信息公开年报"
BESIDE = ("法治政府建设年度报告", "政府网站工作年度报表", "政府信息公开制度", "政府信息公开指南")
"""Columns that stand beside the annual reports and hold look-alikes."""

NEWS = ("青石要闻", "部门动态", "镇街动态", "通知公告", "公示公告", "政策文件", "政策解读", "图片新闻")
NAV = (
    "首页",
    "走进青石",
    "新闻中心",
    "政务公开",
    "政务服务",
    "互动交流",
    "专题专栏",
    "数据开放",
    "领导之窗",
    "机构职能",
    "人事信息",
    "规划计划",
    "统计数据",
    "应急管理",
    "营商环境",
    "乡村振兴",
    "文化旅游",
    "联系我们",
)
"""The header of every page; the way to the reports begins at 政务公开 alone."""

_TREES = [
    "白杨",
    "柏树",
    "青松",
    "梧桐",
    "银杏",
    "槐荫",
    "柳溪",
    "桃园",
    "杏林",
    "榆关",
    "枫桥",
    "桂岭",
    "樟木",
    "松岭",
    "竹溪",
    "梅岭",
    "楠山",
    "桑园",
    "枣林",
    "橡谷",
    "椿坪",
    "榕江",
    "椰岛",
    "桦甸",
    "栗川",
]
_BODIES = ("街道办事处", "镇人民政府", "乡人民政府")
_DEPARTMENTS = [
    "财政局",
    "教育局",
    "水务局",
    "民政局",
    "住房和城乡建设局",
    "退役军人事务局",
    "卫生健康委员会",
    "农业农村局",
    "审计局",
    "统计局",
    "司法局",
    "发展和改革局",
]
_FIRST_STREETS, _FIRST_DEPARTMENTS = 8, 6
_YEARS = range(2019, 2026)
_CUT = 26
"""Lists shorten a longer title to this many characters and keep the whole in the title attribute."""


@dataclass(frozen=True, slots=True)
class File:
    """A document behind a page."""

    name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Item:
    """One page of content: a report, a look-alike or a piece of news. `html` is the body alone, without a title."""

    number: int
    title: str
    day: date
    agency: str
    year: int
    section: str
    html: str
    files: tuple[File, ...] = ()
    is_report: bool = False


@dataclass(frozen=True, slots=True)
class World:
    """The district. `annual` is the column of reports with the look-alikes in it, newest first, as a list shows it."""

    agencies: tuple[str, ...]
    annual: tuple[Item, ...]
    beside: tuple[Item, ...]
    news: tuple[Item, ...]
    district: str = DISTRICT

    @property
    def reports(self) -> tuple[Item, ...]:
        """The reports, newest first."""
        return tuple(item for item in self.annual if item.is_report)

    @property
    def items(self) -> tuple[Item, ...]:
        """Everything."""
        return self.annual + self.beside + self.news

    def of(self, section: str) -> tuple[Item, ...]:
        """Return what stands in a column, newest first."""
        return tuple(item for item in self.items if item.section == section)


# ---- making it


def make_world(seed: int = 0, *, reports: int = 48, news: int = 300) -> World:
    """Make the district with so many reports and pieces of news; one seed, one district."""
    chance = random.Random(seed)  # noqa: S311 - made-up data, not a secret
    agencies = _name_agencies(reports)
    pairs = [(agency, year) for agency in agencies for year in _YEARS]
    if reports > len(pairs):
        raise ValueError(f"at most {len(pairs)} reports")
    chosen = chance.sample(pairs, reports)
    annual = [_make_report(10_000 + n, agency, year, chance) for n, (agency, year) in enumerate(sorted(chosen))]
    annual += [_make_lookalike(20_000 + n, title, ANNUAL, chance) for n, title in enumerate(_lookalikes_inside())]
    beside = [_make_lookalike(30_000 + n, *pair, chance) for n, pair in enumerate(_lookalikes_beside())]
    others = [_make_news(40_000 + n, chance) for n in range(news)]
    return World(tuple(agencies), _newest_first(annual), _newest_first(beside), _newest_first(others))


def _newest_first(items: list[Item]) -> tuple[Item, ...]:
    return tuple(sorted(items, key=lambda item: (item.day, item.number), reverse=True))


def _name_agencies(reports: int) -> list[str]:
    """Name the government, streets and departments; more towns where the reports would not fit into half the years."""
    streets = [tree + ("街道办事处" if n % 3 else "镇人民政府") for n, tree in enumerate(_TREES[:_FIRST_STREETS])]
    names = [f"{DISTRICT}人民政府", *streets, *_DEPARTMENTS[:_FIRST_DEPARTMENTS]]
    spare = _DEPARTMENTS[_FIRST_DEPARTMENTS:] + [tree + body for tree in _TREES for body in _BODIES]
    for name in spare:
        if len(names) * len(_YEARS) * 0.6 >= reports:
            break
        if name not in names:
            names.append(name)
    return names


def short_name(agency: str) -> str:
    """Return an agency's name as columns and titles shorten it: 白杨街道, 柳溪镇, 财政局."""
    return agency if agency.startswith(DISTRICT) else agency.removesuffix("办事处").removesuffix("人民政府")


def _make_title(agency: str, year: int, way: int) -> str:
    """Write a title in one of the ways in which real ones are written (domain.md §2.2)."""
    full = agency if agency.startswith(DISTRICT) else DISTRICT + agency
    short = short_name(agency)
    chinese = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(year))
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in str(year))
    return (
        f"{full}{year}年度政府信息公开工作年度报告",
        f"{year}年度{short}政府信息公开工作年度报告",
        f"{full}关于{year}年政府信息公开工作的年度报告",
        f"{year}年政府信息公开工作年度报告（{short}）",
        f"{short}{year}年度政府信息公开年报",
        f"{full}{chinese}年政府信息公开工作年度报告",
        f"{full}（{DISTRICT}政务公开领导小组成员单位）{year}年政府信息公开工作年度报告",
        f"{short}{wide}年政府信息公开工作年度报告",
    )[way % 8]


def _make_report(number: int, agency: str, year: int, chance: random.Random) -> Item:
    title = _make_title(agency, year, number)
    has_file = number % 3 == 0
    is_bare = number % 12 == 0  # the page holds nothing but the file
    text = "<p>报告全文请下载附件查看。</p>" if is_bare else _report_html(agency, year, chance)
    files = (_make_file(f"{title}.{('docx', 'pdf', 'doc')[number % 9 // 3]}", number),) if has_file else ()
    day = date(year + 1, 1, 8) + timedelta(days=chance.randrange(60))
    return Item(number, title, day, agency, year, ANNUAL, text, files, is_report=True)


def _report_html(agency: str, year: int, chance: random.Random) -> str:
    new, old = chance.randrange(1, 90), chance.randrange(4)
    granted = chance.randrange(new + 1)
    rows = (
        ("一、本年新收政府信息公开申请数量", new),
        ("二、上年结转政府信息公开申请数量", old),
        ("（一）予以公开", granted),
        ("（七）总计", new + old),
        ("四、结转下年度继续办理", 0),
    )
    table = "".join(f"<tr><td>{label}</td><td>{count}</td></tr>" for label, count in rows)
    name = short_name(agency)
    return (
        f"<p>本报告由{agency}编制，所列数据自{year}年1月1日起，至{year}年12月31日止。</p>"
        f"<p>一、总体情况</p><p>{year}年，{name}发布各类信息{chance.randrange(90, 2000)}条，信箱每日查看两次。</p>"
        f"<p>二、主动公开政府信息情况</p><p>本年制发规范性文件{chance.randrange(5)}件，均已上网。</p>"
        f"<p>三、收到和处理政府信息公开申请情况</p><table border='1'>{table}</table>"
        f"<p>四、政府信息公开行政复议、行政诉讼情况</p><p>全年行政复议{chance.randrange(3)}件，行政诉讼0件。</p>"
        f"<p>五、存在的主要问题及改进情况</p><p>{name}的窗口人手偏少，下一年添{chance.randrange(1, 4)}人。</p>"
        f"<p>六、其他需要报告的事项</p><p>本年收取信息处理费{chance.randrange(3) * 10}元。</p>"
    )


def _lookalikes_inside() -> list[str]:
    """Name what stands in the very column of reports and is none."""
    return [
        f"一图读懂{DISTRICT}2022年政府信息公开工作年度报告",
        f"《{DISTRICT}2021年政府信息公开工作年度报告》解读",
        "关于做好2021年度政府信息公开工作年度报告编制发布工作的通知",
        "政府信息公开工作年度报告格式模板",
        f"{DISTRICT}政府网站工作年度报表（2021年度）",
        f"{DISTRICT}2020年法治政府建设年度报告",
        f"{DISTRICT}召开2023年政府信息公开年度报告编制培训会",
        f"{DISTRICT}2022年上半年政府信息公开数据统计",
        f"{DISTRICT}政府信息公开指南（2023年版）",
        f"{DISTRICT}2020年政务公开工作总结",
    ]


def _lookalikes_beside() -> list[tuple[str, str]]:
    """Name what stands in the columns beside, as (title, column)."""
    years = range(2019, 2025)
    return [
        *((f"{DISTRICT}{year}年法治政府建设年度报告", BESIDE[0]) for year in years),
        *((f"{DISTRICT}人民政府网站工作年度报表（{year}年度）", BESIDE[1]) for year in years),
        ("政府信息公开工作年度报告制度", BESIDE[2]),
        ("依申请公开办理制度", BESIDE[2]),
        (f"{DISTRICT}政府信息公开指南", BESIDE[3]),
    ]


def _make_lookalike(number: int, title: str, section: str, chance: random.Random) -> Item:
    text = f"<p>{title}。</p>" + "".join(f"<p>第{n}条，按时办理，逐项核对。</p>" for n in range(1, 6))
    files = (_make_file(f"{title}.docx", number),) if "模板" in title or "报表" in title else ()
    return Item(number, title, _any_day(chance), DISTRICT, 0, section, text, files)


def _make_news(number: int, chance: random.Random) -> Item:
    section = NEWS[number % len(NEWS)]
    who = chance.choice(_TREES[:_FIRST_STREETS])
    what = chance.choice(
        ("春季植树", "河道清淤", "便民集市", "安全检查", "防汛演练", "读书活动", "广场舞比赛", "垃圾分类")
    )
    title = (
        f"{who}举办第{number % 97 + 1}次{what}" if section != "政策解读" else f"《{DISTRICT}{what}办法》解读之{number}"
    )
    files = (_make_file(f"{what}报名表.docx", number),) if number % 10 == 3 else ()
    text = f"<p>{title}，到场{chance.randrange(20, 900)}人。</p><p>活动由居民自发组织，天气晴好。</p>"
    return Item(number, title, _any_day(chance), DISTRICT, 0, section, text, files)


def _any_day(chance: random.Random) -> date:
    return date(2020, 1, 6) + timedelta(days=chance.randrange(2100))


def _make_file(name: str, number: int) -> File:
    """Make a document that begins as its kind does; a .docx is whole, the others hold a line of their own."""
    if name.endswith(".docx"):
        return File(name, _make_docx(f"{name} {number}"))
    mark = b"%PDF-1.4\n" if name.endswith(".pdf") else b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    return File(name, mark + f"made up {number}\n".encode() * 40)


def _make_docx(text: str) -> bytes:
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    space = "http://schemas.openxmlformats.org"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{space}/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{space}/package/2006/relationships"><Relationship Id="r1" '
        f'Type="{space}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{space}/wordprocessingml/2006/main"><w:body><w:p><w:r>'
        f"<w:t>{escape(text)}</w:t></w:r></w:p></w:body></w:document>",
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content)
    return packed.getvalue()


# ---- drawing pages

Way = Sequence[tuple[str, str]]
"""Links as (address, words)."""


def anchor(address: str, words: str, title: str = "") -> str:
    """Write a link."""
    named = f' title="{escape(title)}"' if title else ""
    return f'<a href="{escape(address)}"{named} target="_blank">{words}</a>'


def row(item: Item, address: str) -> str:
    """Write a row of a list as most sites do: a title, cut where it is long, and the day."""
    cut = item.title if len(item.title) <= _CUT else f"{item.title[:_CUT]}..."
    return f"<li>{anchor(address, cut, item.title)}<span>{item.day}</span></li>"


def rows(items: Sequence[Item], address_of: Callable[[Item], str]) -> str:
    """Write the rows of a list."""
    return "<ul class='list'>" + "\n".join(row(item, address_of(item)) for item in items) + "</ul>"


def slices(items: Sequence[Item], size: int) -> list[Sequence[Item]]:
    """Cut a list into its pages; an empty list has one."""
    return [items[at : at + size] for at in range(0, len(items), size)] or [()]


def layout(title: str, *inner: str, nav: Way, crumbs: Way = (), head: str = "") -> str:
    """Write a page as the site draws all of them: header, menu, search form, where one is, what it holds, footer."""
    menu = "".join(f"<li>{anchor(address, words)}</li>" for address, words in nav)
    place = " &gt; ".join(anchor(address, words) for address, words in crumbs)
    position = f'<div class="position">当前位置：{place}</div>' if crumbs else ""
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}_{DISTRICT}人民政府</title>{head}'
        '<script src="/visit/counter.js?id=1"></script></head>'
        f'<body><div class="header"><ul class="nav">{menu}</ul>'
        '<form action="/search/"><input name="q"><a href="/search/?q=%E5%B9%B4%E6%8A%A5">搜索</a></form></div>'
        f'{position}<div class="main">{"".join(inner)}</div><div class="footer">'
        '<a href="/login/">登录</a><a href="/about/">关于我们</a><a href="http://www.example.gov.cn/">友情链接</a>'
        f'<p>主办：{DISTRICT}人民政府办公室　今天第<b id="today"></b>位访客</p></div>'
        '<iframe src="/visitcount.jsp?id=1" width="0" height="0"></iframe></body></html>'
    )


def article(item: Item, *, files: Way = (), beside: Way = (), body: str = '<div class="content">{}</div>') -> str:
    """Write the inside of an article's page: title, source, body, its files, and 上一篇/下一篇 (`beside`)."""
    named = "".join(f"<p>附件：{anchor(address, words)}</p>" for address, words in files)
    turns = "".join(f"<p>{which}：{anchor(*way)}</p>" for which, way in zip(("上一篇", "下一篇"), beside, strict=False))
    return (
        f"<h1>{item.title}</h1><p>发布日期：{item.day}　来源：{item.agency}　浏览次数：<span id='hits'></span></p>"
        f"{body.format(item.html)}{named}<div class='turns'>{turns}</div>"
    )


def neighbours(items: Sequence[Item], item: Item, address_of: Callable[[Item], str]) -> Way:
    """Return the links to the item before and the item behind in its column, as (address, title)."""
    at = items.index(item)
    return [(address_of(other), other.title) for other in (*items[max(at - 1, 0) : at], *items[at + 1 : at + 2])]


def home_inside(world: World, address_of: Callable[[Item], str], more: Callable[[str], str]) -> str:
    """Write the inside of the home page: blocks of news, each with a link to its column (`more` of its name)."""
    blocks = (
        f"<div class='block'><h2>{anchor(more(name), name)}</h2>{rows(world.of(name)[:8], address_of)}"
        f"{anchor(more(name), '更多')}</div>"
        for name in NEWS
    )
    return "".join(blocks)


# ---- serving it


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: `query` and `form` hold the last value of each name, `headers` lower-case names."""

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered with."""

    body: bytes
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()


Handler = Callable[[Asked], Answer]
NOT_FOUND = Answer("没有这个地址".encode(), 404)


@dataclass(frozen=True, slots=True)
class FamilySite:
    """A site as one CMS serves the district.

    `reports` are the request targets (path?query; of a POST too) at which reports and their files are taken; `way` says
    of a target whether it is the home page, on the way to a column of reports, or one of its lists or data answers.
    """

    handler: Handler
    reports: frozenset[str]
    way: Callable[[str], bool]
    start: str = "/"


@dataclass
class RunningSite:
    """A site being served; `asked` holds "METHOD target" of every request, in order."""

    url: str
    asked: list[str] = field(default_factory=list)
    sent: int = 0
    """Bytes of bodies sent."""

    @property
    def targets(self) -> list[str]:
        """The targets asked for, in order, without robots.txt."""
        return [line.partition(" ")[2] for line in self.asked if not line.endswith(" /robots.txt")]


def html_answer(text: str, charset: str = "utf-8") -> Answer:
    """Answer with a page."""
    return Answer(text.encode(charset, errors="replace"), content_type=f"text/html; charset={charset}")


def serve_pages(pages: dict[str, Answer]) -> Handler:
    """Answer by the target (path, and query where a page has one) alone; anything else is not there."""

    def handle(asked: Asked) -> Answer:
        query = "&".join(f"{name}={value}" for name, value in asked.query.items())
        return pages.get(f"{asked.path}?{query}" if query else asked.path, NOT_FOUND)

    return handle


def _last_values(text: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(text, keep_blank_values=True).items()}


def _request_handler(handle: Handler, site: RunningSite) -> type[BaseHTTPRequestHandler]:
    class RequestHandler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else the body, sent after the head, waits for the head's receipt
        timeout = 20

        def do_GET(self) -> None:
            body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 1_000_000))
            site.asked.append(f"{self.command} {self.path}")
            parts = urlsplit(self.path)
            is_form = "urlencoded" in (self.headers.get("Content-Type") or "")
            form = _last_values(body.decode("utf-8", errors="replace")) if is_form else {}
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, parts.path, _last_values(parts.query), form, headers, body)
            self._send(handle(asked), headers.get("if-none-match"))

        do_POST = do_GET  # noqa: N815 - the name that http.server asks for

        def _send(self, answer: Answer, known: str | None) -> None:
            etag = f'"{hashlib.sha256(answer.body).hexdigest()[:16]}"'
            is_known = answer.status == 200 and self.command == "GET" and known == etag
            body = b"" if is_known else answer.body
            self.send_response(304 if is_known else answer.status)
            self.send_header("Content-Type", answer.content_type)
            if answer.status == 200 and self.command == "GET":
                self.send_header("ETag", etag)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            site.sent += len(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return RequestHandler


@contextmanager
def serve_site(site: FamilySite, address: str = "127.0.0.1") -> Iterator[RunningSite]:
    """Serve a site on a free port of a loopback address while inside."""
    running = RunningSite("")
    web = ThreadingHTTPServer((address, 0), _request_handler(site.handler, running))
    web.daemon_threads = True
    running.url = f"http://{address}:{web.server_port}"
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        web.shutdown()
        web.server_close()
        thread.join(5)
