"""A copy of the rooms with one more form file, pages of reports that follow it, and a site that lists them."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from parsers.forms import Form, load_forms, parse_form
from parsers.report import CellKey
from tests.parsers.made import ROOT, WriteTable, page_of, table_to_html

ROOMS = ("gongkai", "crawler", "archive", "parsers")
FORM_FILE = ROOT / "tests" / "parsers" / "fixtures" / "canteens.toml"
CANTEENS = parse_form(FORM_FILE.read_text(encoding="utf-8"), FORM_FILE.name)
SERIES = "社区食堂运行统计年报"
AGENCY = "青石区白杨街道办事处"
TITLE = f"{AGENCY}2023年{SERIES}"
DISCLOSURE_TITLE = f"{AGENCY}2023年政府信息公开工作年度报告"
KEY = f"990101-白杨街道办事处〔{SERIES}〕-2023"
DISCLOSURE_KEY = "990101-白杨街道办事处-2023"
UNSIGNED_TITLE = f"2022年{SERIES}"
"""The title of a report whose agency nothing tells."""
SECONDS = 120

_MEALS = {
    "elders.sixty": (120, 3400, 980, 4500),
    "elders.eighty": (60, 1200, 340, 1600),
    "staff": (15, 800, 5, 820),
    "residents": (5, 100, 75, 180),
    "everyone": (200, 5500, 1400, 7100),
}
_INSPECTIONS = {"own": (24, 3), "above": (4, 1)}
FIGURES: Mapping[CellKey, int] = {
    CellKey(table, row, column): value
    for table, columns, rows in (
        ("meals", ("breakfast", "lunch", "dinner", "total"), _MEALS),
        ("inspections", ("times", "faults"), _INSPECTIONS),
    )
    for row, values in rows.items()
    for column, value in zip(columns, values, strict=True)
}
"""A report of canteens whose sums hold."""

Texts = Mapping[CellKey, str]


def canteen_texts(changed: Mapping[CellKey, int] | None = None) -> Texts:
    """Return the figures as they are printed, some of them changed."""
    return {key: str(value) for key, value in {**FIGURES, **(changed or {})}.items()}


def draw_tables(form: Form, texts: Texts) -> dict[str, str]:
    """Return each table as HTML, by its label, which is that of its section."""
    return {table.label: table_to_html(table, texts) for table in form.tables}


def write_page(title: str, sections: Mapping[str, str], signed: str = "白杨街道办事处") -> str:
    """Return a page with a title, a paragraph or a table under each heading, and who signs below."""
    parts = "".join(
        f"<p>{number}、{heading}</p>{text if text.startswith('<') else f'<p>{text}</p>'}"
        for number, (heading, text) in zip("一二三四五六", sections.items(), strict=False)
    )
    return page_of(title, f"<h1>{title}</h1><p>发布日期：2024-01-20</p>{parts}<p>{signed}</p>")


def canteen_page(texts: Texts, title: str = TITLE, signed: str = "白杨街道办事处") -> str:
    """Return a report of canteens as a web page."""
    return write_page(title, _canteen_sections(draw_tables(CANTEENS, texts)), signed)


def _canteen_sections(tables: Mapping[str, str]) -> Mapping[str, str]:
    return {
        "社区食堂基本情况": "全街道有社区食堂五家，全年运行平稳，没有停业。",
        **tables,
        "下一年度工作安排": "再开两家食堂，方便老年人就近用餐。",
    }


def canteen_lines(texts: Texts, write_table: WriteTable) -> str:
    """Return the same as text, its tables flattened."""
    tables = {table.label: "\n".join(write_table(table, texts)) for table in CANTEENS.tables}
    parts = (
        f"{number}、{heading}\n{text}"
        for number, (heading, text) in zip("一二三四", _canteen_sections(tables).items(), strict=True)
    )
    return "\n".join((TITLE, "发布日期：2024-01-20", *parts, "白杨街道办事处"))


def disclosure_page() -> str:
    """Return a report on disclosure by the same agency for the same year."""
    form = load_forms()["2021"]
    tables = draw_tables(form, dict.fromkeys(form.iter_cells(), "0"))
    said = {"总体情况": "本街道认真公开政府信息。", **tables}
    more = {"存在的主要问题及改进情况": "栏目还不够清楚，明年改。", "其他需要报告的事项": "无其他事项，未收取费用。"}
    return write_page(DISCLOSURE_TITLE, {**said, **more})


def list_page(title: str, links: Mapping[str, str]) -> str:
    """Return a page of links, each address with its words."""
    items = "".join(f"<li><a href='{url}'>{words}</a> <span>2024-01-20</span></li>" for url, words in links.items())
    return page_of(title, f"<h2>{title}</h2><ul>{items}</ul>")


def site_pages(texts: Texts) -> dict[str, str]:
    """Return a site by path: a home page, a column for each kind of report, a report in each."""
    return {
        "/": list_page("青石区人民政府", {"/gknb/": "政府信息公开年报", "/shst/": "社区食堂", "/xw/": "青石新闻"}),
        "/gknb/": list_page("政府信息公开年报", {"/gknb/1.html": DISCLOSURE_TITLE}),
        "/shst/": list_page(
            "社区食堂", {"/shst/1.html": TITLE, "/shst/2.html": f"{TITLE}解读", "/shst/3.html": UNSIGNED_TITLE}
        ),
        "/xw/": list_page("青石新闻", {"/xw/1.html": "街道举办读书会"}),
        "/gknb/1.html": disclosure_page(),
        "/shst/1.html": canteen_page(texts),
        "/shst/3.html": canteen_page(canteen_texts(), UNSIGNED_TITLE, signed=""),
        "/shst/2.html": write_page(f"{TITLE}解读", {"说明": "一图读懂社区食堂。"}),
        "/xw/1.html": write_page("街道举办读书会", {"新闻": "读书会今天举办。"}),
    }


@contextmanager
def serve(pages: Mapping[str, str]) -> Iterator[str]:
    """Serve pages on the loopback; yield the address of the home page. `pages` may change meanwhile."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = pages.get(self.path)
            body = (text or "<title>404</title>").encode()
            self.send_response(200 if text else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(SECONDS)


@dataclass(frozen=True, slots=True)
class House:
    """A copy of the four rooms in a folder of its own."""

    folder: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `gongkai` in the copy."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith("GONGKAI_")}
        environment |= {"PYTHONPATH": str(self.folder), "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "gongkai", *arguments],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )

    def read(self, *arguments: str) -> list[dict[str, Any]]:
        """Run a command that gives NDJSON and return its objects; where there are none, say why."""
        done = self.run(*arguments)
        assert done.stdout or done.returncode in {0, 3}, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]


def build_house(folder: Path) -> House:
    """Copy the four rooms into a folder and add the one file."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(FORM_FILE, folder / "parsers" / "forms" / FORM_FILE.name)
    return House(folder)
