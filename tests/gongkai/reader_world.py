"""What a crawl of a made-up district brings: pages, files and mirrors of some streets' reports, in any order."""

import random

from archive import Archive, Capture, SiteIdentity
from archive.captures.capture import utc_now

SITE = SiteIdentity("yunting", "云汀区人民政府", "990101")
HOST = "http://127.0.0.1:9"
POISON = b"<!-- poison -->"
_NAMES = ("听松街道", "听松街道办事处", "望舒街道办事处", "云汀区望舒街道")
_BARE = "政府信息公开工作年度报告"
_PARTS = (
    "<p>一、总体情况</p><p>{}</p><p>二、主动公开政府信息情况</p><p>三、收到和处理政府信息公开申请情况</p>"
    "<p>四、政府信息公开行政复议、行政诉讼情况</p><p>五、存在的主要问题及改进情况</p>"
)
_RULES = (
    "<table><tr><td>信息内容</td><td>本年新制作数量</td><td>本年新公开数量</td><td>对外公开总数量</td></tr>"
    "<tr><td>规章</td><td>0</td><td>0</td><td>0</td></tr>"
    "<tr><td>规范性文件</td><td>1</td><td>2</td><td>{}</td></tr></table>"
)


def make_page(title: str, words: str, figure: int | None = None) -> bytes:
    """Make the page of a report, with a table where it has a figure."""
    inner = _PARTS.format(words) + (_RULES.format(figure) if figure is not None else "")
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{inner}</body></html>".encode()


def make_crawl(seed: int, count: int = 24) -> list[Capture]:
    """Make the captures of one crawl in the order of their arrival: each file comes after the page that it hangs on."""
    dice = random.Random(seed)  # noqa: S311 - not for secrets
    captures: list[Capture] = []
    for number in range(count):
        title = f"{dice.choice(_NAMES)}{dice.randint(2019, 2021)}年{_BARE}"
        url, words = f"{HOST}/nb/{number}.html", f"第{dice.randint(1, 3)}稿。"
        page = make_page(title, words, dice.choice((None, 3, 4)))
        if dice.random() < 0.2:
            page = dice.choice((b"%PDF-1.4 cut off", "<html><h1>系统维护中</h1></html>".encode()))
        captures.append(_capture(url, page, title))
        if dice.random() < 0.4:
            file = make_page(dice.choice((title, _BARE)), "附件。", dice.choice((3, 5)))
            captures.append(_capture(f"{HOST}/files/{number}.html", file, "附件", found_on=url))
        if captures and dice.random() < 0.3:
            again = dice.choice(captures)
            captures.append(_capture(f"{HOST}/mirror/{number}.html", again.body or b"", again.link_text))
    return captures


def _capture(url: str, body: bytes, link_text: str | None, found_on: str | None = None) -> Capture:
    kind = "attachment" if found_on else "report"
    headers = (("Content-Type", "text/html; charset=utf-8"),) if len(url) % 2 else ()
    return Capture(
        SITE.name, url, kind, _NOW, status=200, headers=headers, body=body, found_on=found_on, link_text=link_text
    )


_NOW = utc_now()


def store(archive: Archive, captures: list[Capture]) -> None:
    """Save what a crawl brings, as one run."""
    archive.save_site(SITE)
    archive.begin_run()
    for capture in captures:
        archive.save_capture(capture)
