"""The corpus of each fuzz target, made up: `python -m tests.attacks.made_corpus` writes the files that lack.

What stands in `corpus/` is never written over, so that a file that once made a reader fail goes on being tried.
"""

import gzip
import json
from collections.abc import Iterator
from itertools import islice

from tests.archive.made_warcs import PAGE as WARC_PAGE
from tests.attacks.fuzzing import CORPUS
from tests.attacks.hostile import circular_ole, doctypes, hostile_pdfs, with_doctype
from tests.parsers import made
from tests.parsers.made_archives import (
    make_mhtml,
    make_odt,
    make_ofd,
    make_ole,
    overlapping_zip,
    rar3_files,
    rar5_files,
    report_to_odt,
    report_to_ofd,
    zip_files,
)
from tests.parsers.made_office import (
    make_rtf,
    make_zip,
    marks_to_docx,
    report_to_docx,
    report_to_xlsx,
    rtf_row,
    rtf_text,
)
from tests.parsers.made_pdf import lines_to_pdf, rows_to_pdf

Made = Iterator[tuple[str, bytes]]
FORM = "2021"
ROW = "<tr><td>规章</td><td>1</td><td>0</td><td>1</td></tr>"
SMALL = f"<h1>听松街道2021年政府信息公开工作年度报告</h1><table>{ROW}</table>"


def write_corpus() -> None:
    """Write each file that is made here and not kept yet."""
    for name, body in iter_corpus():
        file = CORPUS / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.write_bytes(body)


def iter_corpus() -> Made:
    """Yield the files by folder and name."""
    yield from _iter_texts()
    yield from _iter_packed()
    yield from _iter_office()
    yield from _iter_drawn()
    yield from _iter_answers()
    yield from _iter_lists()


def _iter_texts() -> Made:
    figures = made.distinct_figures(FORM)
    for flatten in (made.one_cell_a_line, made.tab_led, made.pipe_rows, made.spaced_rows):
        yield f"text/{flatten.__name__}.txt", "\n".join(made.write_report(FORM, flatten, figures)).encode()
    yield "text/gb18030.txt", "\n".join(made.write_report(FORM, made.tab_led, figures)).encode("gb18030")
    yield "html/report.html", made.report_to_html(FORM, figures).encode()
    yield "html/spans.html", f"{SMALL}<table><tr><td rowspan=65534 colspan=1000>规章<td>1<tr><td>2</table>".encode()
    yield "html/entities.html", f"{doctypes()['laughs']}<p>&fe;{SMALL}".encode()
    yield "mhtml/page.mhtml", make_mhtml(SMALL)
    yield "mhtml/boundary_of_nothing.mhtml", make_mhtml(SMALL).replace(b"----=_Next.0", b"")


def _iter_packed() -> Made:
    inner = {"年报.htm": SMALL.encode(), "../../名.txt": b"x"}
    yield "zip/two_files.zip", zip_files(inner)
    yield "zip/in_itself.zip", zip_files({"a.zip": zip_files(inner), "b.gz": gzip.compress(SMALL.encode(), mtime=0)})
    yield "zip/overlapping.zip", overlapping_zip(20, SMALL.encode())
    yield "gzip/page.gz", gzip.compress(SMALL.encode(), mtime=0)
    yield "gzip/two_streams.gz", gzip.compress(SMALL.encode(), mtime=0) + gzip.compress(b"<p>2", mtime=0)
    yield "rar/version_5.rar", rar5_files(inner)
    yield "rar/version_3.rar", rar3_files({"年报.htm".encode("gbk"): SMALL.encode()})
    yield "doc/streams_of_nothing.doc", make_ole({"WordDocument": b"\xec\xa5" + bytes(100), "1Table": bytes(200)})
    yield "doc/chain_in_a_circle.doc", circular_ole("WordDocument")
    yield "xls/chain_in_a_circle.xls", circular_ole("Workbook")


def _iter_office() -> Made:
    figures = made.distinct_figures(FORM)
    yield "docx/report.docx", report_to_docx(FORM, figures)
    yield "docx/marks.docx", marks_to_docx()
    yield "xlsx/report.xlsx", report_to_xlsx(FORM, figures)
    yield "odt/report.odt", report_to_odt(FORM, figures)
    yield "odt/marks.odt", make_odt("<text:p>规章<text:s/><text:tab/>1<text:line-break/></text:p>")
    yield "ods/sheet.ods", make_ods([["听松街道2021年政府信息公开工作年度报告"], ["规章", "1", "0", "1"]])
    yield "ofd/report.ofd", report_to_ofd(FORM, figures)
    yield "ofd/two_pages.ofd", make_ofd([[(1, 1, "规章"), (30, 1, "1")], [(1, 1, "第二页")]])
    yield "rtf/row.rtf", make_rtf(rtf_row([(rtf_text("规章"), 1000, ""), ("1", 2000, "")]))
    for carrier in ("docx", "xlsx", "odt", "ods", "ofd"):
        yield f"{carrier}/entities.{carrier}", with_doctype(carrier, doctypes()["laughs"])


def make_ods(rows: list[list[str]]) -> bytes:
    """Return an ODS file with one sheet."""
    spaces = ("office", "text", "table")
    names = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in spaces)
    cells = ("".join(f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in row) for row in rows)
    lines = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    sheet = f'<office:spreadsheet><table:table table:name="1">{lines}</table:table></office:spreadsheet>'
    content = f"<office:document-content {names}><office:body>{sheet}</office:body></office:document-content>"
    mime = "application/vnd.oasis.opendocument.spreadsheet"
    return make_zip({"mimetype": mime, "content.xml": content})


def _iter_drawn() -> Made:
    lines = islice(made.write_report(FORM, made.tab_rows, made.distinct_figures(FORM)), 12)
    yield "pdf/lines.pdf", lines_to_pdf(lines)
    yield "pdf/table.pdf", rows_to_pdf([["规章", "1", "0", "1"], ["行政规范性文件", "2", "0", "2"]])
    for name, body in hostile_pdfs().items():
        if len(body) < 10_000:
            yield f"pdf/{name.replace(' ', '_')}.pdf", body


def _iter_answers() -> Made:
    row = '<li><a href="/nb/1.html">青石区2021年政府信息公开年报</a><i>2022-01-20</i>'
    pager = "<script>createPageHTML(3, 0, 'index', 'html');</script><div class='pagination' count=9 rows=2>共3页</div>"
    written = "<script>document.writeln('<a href=\"'+url+'\">2021年报</a>');var url='/a/1.html';</script>"
    back = "<a href=\"javascript:__doPostBack('g','Page$2')\">2</a><input type=hidden name=__VIEWSTATE>"
    rows = {"data": {"list": [{"title": "青石区2021年年报", "url": "/1.html"}]}, "total": 3}
    place = "<url><loc>http://qs.example/xxgk/nb/</loc></url>"
    named = "Content-Type: application/pdf\nContent-Disposition: attachment; filename"
    yield "page/list.html", f"<title>信息公开年报</title>当前位置：首页 &gt; 年报<ul>{row * 2}</ul>{pager}".encode()
    yield "page/written.html", f"<title>年报</title>{written}<form action=/q><input name=page value=1></form>".encode()
    yield "page/post_back.html", back.encode()
    yield "answer/rows.json", json.dumps(rows).encode()
    yield "answer/records.xml", f"<totalrecord>2</totalrecord><record><![CDATA[{row}]]></record>".encode()
    yield "answer/sitemap.xml", f"<?xml version='1.0'?><urlset>{place}</urlset>".encode()
    yield "script/objects.js", rb"var _CONFIG = { SID: '755041', list: [1, 2.5, null, true, '\u5e74'] };"
    yield "script/deep.js", b"var a = " + b"[" * 300 + b"{a:'x'}" + b"]" * 300
    yield "headers/file.txt", f"{named}*=UTF-8''%E5%B9%B4.pdf\nETag: \"5e1\"".encode()
    yield "headers/words.txt", f'{named}="=?gbk?B?xOo=?=.doc"\nX: 年1'.encode()


def _iter_lists() -> Made:
    yield "sites/two.toml", _SITES.encode()
    yield "alerts/one.toml", _ALERTS.encode()
    yield "reviews/one.toml", _REVIEWS.encode()
    yield "query/words.txt", '(主动公开 OR 依申请) -诉讼 "行政复议" 年:2021 机关:街道 >10'.encode()
    yield "query/one_sign.txt", "公".encode()
    yield "query/quotes.txt", '"规章" NEAR(a, 3) * ^x {y} : AND'.encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + WARC_PAGE
    record = (
        b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>\r\n"
        b"WARC-Date: 2026-01-01T00:00:00Z\r\nWARC-Target-URI: http://qs.example/nb/1.html\r\n"
        b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n"
    ) % (len(head), head)
    yield "warc/plain.warc", record * 2
    yield "warc/packed.warc.gz", gzip.compress(record, mtime=0) + gzip.compress(record, mtime=0)


_SITES = """contact = "mailto:who@example.org"
[[site]]
name = "qingshi"
title = "青石区"
start_urls = ["http://qs.example/"]
hours = "08:00-18:30"
[[site.agency]]
name = "白杨街道办事处"
from = 2019
[[site]]
name = "b"
start_urls = ["https://b.example/"]
"""
_ALERTS = """base_url = "https://reports.example.org"
[[alert]]
name = "a"
to = ["mailto:who@example.org"]
kinds = ["figures"]
above = 10
indicator = "refused"
"""
_REVIEWS = f"""[[review]]
report = "qingshi/2021"
sha256 = "{"0" * 64}"
verdict = "corrected"
cell = "requests.granted.total"
raw = "3"
value = 3
at = 2025-01-02T03:04:05Z
note = "对过原件"
"""

if __name__ == "__main__":
    write_corpus()
