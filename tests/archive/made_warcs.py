"""Visits of every sort, the WARC files made of them, and WARC records as other programs write them."""

import gzip
import hashlib
from argparse import Namespace
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from warcio.checker import Checker  # type: ignore[import-untyped] # no stubs

from archive import Archive, Capture, SiteIdentity
from archive.warc.reading import WarcRecord, WarcTrouble, iter_warc
from tests.archive.made_reports import SITE, at_day

HOST = "http://qs.example"
PAGE = "<html><body><h1>白杨街道年报</h1><table><tr><td>本年新收</td><td>12</td></tr></table></body></html>".encode()
OTHER_SITE = SiteIdentity("danshui", "淡水区", "990102")
HTML = (("Content-Type", "text/html; charset=utf-8"), ("ETag", '"5e1"'))


def visit(path: str, body: bytes | None = PAGE, day: int = 1, **fields: object) -> Capture:
    """Make a visit; one without a body is a 304 unless `failure` or `status` say otherwise."""
    made: dict[str, object] = {"status": 200 if body is not None else 304, "headers": HTML, "kind": "report", **fields}
    return Capture(str(made.pop("site", SITE.name)), f"{HOST}{path}", fetched_at=at_day(day), body=body, **made)  # type: ignore[arg-type]


def every_sort() -> list[Capture]:
    """Make a visit of every sort that a crawl stores."""
    packed = (*HTML, ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked"), ("Content-Length", "77"))
    odd = (("X-Name", "值".encode().decode("latin-1")), ("X-Bad\r\nName", "1"), ("X-Split", "a\r\nX-Made: 1"))
    return [
        visit("/nb/1.html", headers=packed, facts={"score": 0.85, "names": ["年报"]}, found_on=f"{HOST}/nb/"),
        visit("/nb/1.html", None, 30, headers=(("ETag", '"5e1"'), ("Date", "Sat, 31 Jan 2026 08:00:00 GMT"))),
        visit("/nb/2.html", PAGE + b"2", final_url=f"{HOST}/moved/2.html", link_text="白杨街道 2020 年年报"),
        visit("/nb/mirror.html", headers=(("Content-Type", "text/html"),)),
        visit("/q?x=1&__wb_method=POST&page=2", b"<li>rows</li>", kind="list"),
        visit("/q?__wb_method=POST&__wb_post_data=%7B%22page%22%3A2%7D", b'{"rows": []}', kind="list"),
        visit("/f/年报 1.pdf", b"%PDF-1.4 made", headers=(("Content-Type", "application/pdf"),), kind="attachment"),
        visit("/odd.html", b"", headers=odd),
        visit("/lost.html", None, status=None, headers=(), failure="timeout"),
        visit("/gone.html", None, status=404, failure="http 404"),
        visit("/soft.html", None, status=200, final_url=f"{HOST}/", failure="looks like the home page"),
        visit("/nb/a.html\r\nWARC-Type: response\r\n\r\n", b"<p>line ends in its address", site="danshui"),
    ]


def fill(archive: Archive, captures: Iterable[Capture] | None = None) -> None:
    """Store visits, each sort once unless some are given."""
    archive.save_site(SITE)
    archive.save_site(OTHER_SITE)
    for capture in every_sort() if captures is None else captures:
        archive.save_capture(capture)


def read_all(files: Iterable[Path]) -> list[WarcRecord | WarcTrouble]:
    """Return what stands in files, in order."""
    found: list[WarcRecord | WarcTrouble] = []
    for file in files:
        with file.open("rb") as stream:
            found.extend(iter_warc(stream))
    return found


def read_bytes(content: bytes) -> list[WarcRecord | WarcTrouble]:
    """Return what stands in the bytes of a file."""
    return list(iter_warc(BytesIO(content)))


def check(files: Iterable[Path]) -> int:
    """Have files checked by warcio, which prints what it finds, and return its exit code."""
    return int(Checker(Namespace(inputs=[str(file) for file in files], verbose=False)).process_all())


def write_record(kind: str, url: str, block: bytes, date: str = "2016-03-01T02:03:04Z", **fields: str) -> bytes:
    """Write a record as other programs do; `_` in the name of a field stands for `-`."""
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    names = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:{hashlib.md5(block + url.encode(), usedforsecurity=False).hexdigest()}>",
        "WARC-Date": date,
        "WARC-Target-URI": url,
        "Content-Type": "application/http;msgtype=response" if kind == "response" else "application/octet-stream",
        "Content-Length": str(len(block)),
        **named,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in names.items())
    return f"WARC/1.0\r\n{head}\r\n".encode() + block + b"\r\n\r\n"


def write_answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """Write an answer of a server as it went over the wire."""
    lines = (f"HTTP/1.1 {status}", *(headers or ("Content-Type: text/html; charset=utf-8",)))
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1") + b"\r\n" + body


def pack(*records: bytes) -> bytes:
    """Compress records one by one, as WARC files are."""
    return b"".join(gzip.compress(record, mtime=0) for record in records)
