"""A site of made reports on the loopback, for crawlers that are compared: `python -m benchmarks.crawl_server PAGES`.

It has lists and report pages, all in memory. The pages have 30 KB, no two alike, a report each.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.parsers.fillings import consistent, dice
from tests.parsers.made import report_to_html, table_to_html

ROOT = Path(__file__).resolve().parents[1]
SHOWN = 50
"""Reports on a list page."""
SIZE = 30_000
"""Bytes of a report's page."""
LINKS = 90
"""Links of the site on a report's page."""
STYLE = "font-size:12.0pt;mso-bidi-font-size:10.5pt;font-family:仿宋_GB2312;border:solid windowtext 1.0pt;" * 4
MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


@contextmanager
def served(pages: int) -> Iterator[str]:
    """Serve so many reports in a process of its own while inside; the value is the address."""
    command = [sys.executable, "-m", "benchmarks.crawl_server", str(pages)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - this very file
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.kill()


def serve(pages: int) -> None:
    """Serve lists and pages from memory until killed; print the port first."""
    answers = dict(_make_answers(pages))

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                writer.write(answers.get(head.split(b" ", 2)[1].decode(), MISSING))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()

    asyncio.run(run())


def count_lists(pages: int) -> int:
    """Return how many list pages the site has."""
    return -(-pages // SHOWN)


def name_list(number: int) -> str:
    """Return the path of a list page."""
    return f"/nb/index{f'_{number}' if number else ''}.html"


def _make_answers(pages: int) -> Iterator[tuple[str, bytes]]:
    for number in range(count_lists(pages)):
        shown = range(number * SHOWN, min(pages, (number + 1) * SHOWN))
        rows = "".join(
            f'<li><a href="/nb/t{one}.html">青石区第{one}街道2023年政府信息公开工作年度报告</a>2024-01-20</li>'
            for one in shown
        )
        script = f'<script>createPageHTML({count_lists(pages)}, {number}, "index", "html")</script>'
        yield name_list(number), _make_page("政府信息公开年报", rows + script)
    yield "/", _make_page("青石区人民政府", '<a href="/nb/index.html">政府信息公开年报</a>')
    for number in range(pages):
        yield f"/nb/t{number}.html", _respond(make_report_page(number))


def make_report_page(number: int) -> str:
    """Make the page of one street's report as sites have them: most of its bytes are what Word left behind."""
    figures = {key: str(raw) for key, raw in consistent("2021", dice(f"crawl {number}")).items()}
    page = report_to_html("2021", figures, table_to_html).replace("白杨街道", f"第{number}街道")
    links = "".join(f'<li><a href="/col/col{number}x{link}.html">政务栏目{link}</a></li>' for link in range(LINKS))
    page = page.replace("</body>", f"<ul>{links}</ul></body>")
    room = (SIZE - len(page.encode())) // page.count("<td") - len(" style=''")
    return page.replace("<td", f"<td style='{STYLE[: max(0, room)]}'")


def _make_page(title: str, inner: str) -> bytes:
    return _respond(f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{inner}</body></html>")


def _respond(page: str) -> bytes:
    body = page.encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


if __name__ == "__main__":
    serve(int(sys.argv[1]))
