"""Check this folder of evidence with nothing but Python 3.8 or newer: `python3 check.py`, or `python3 check.py LINK`.

It recomputes every hash that README.md speaks of and prints OK, or what does not hold. LINK is a link of the chain that
was noted elsewhere: whether this capture is proven by it is said as well. Nothing is written, no network is used.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FOLDER = Path(__file__).resolve().parent
SUMS = "SHA256SUMS"
PARTS = ("site", "url", "fetched_at", "status", "failure", "headers", "body_sha256", "final_url", "facts")
COLUMNS = ("table", "row", "column", "raw", "value", "unit", "status", "at")


def sha256(content: bytes) -> str:
    """Return the SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def read(name: str) -> bytes:
    """Return the bytes of a file of this folder."""
    return (FOLDER / name).read_bytes()


def list_files() -> list[str]:
    """Return the names of all files here but the list of sums."""
    names = (path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file())
    return sorted(name for name in names if name != SUMS and "__pycache__" not in name)


def check_sums() -> Iterator[str]:
    """Compare every file with the list of sums."""
    found = {name: sha256(read(name)) for name in list_files()}
    told = {}
    for line in read(SUMS).decode("utf-8").splitlines():
        told[line[66:]] = line[:64]
    for name in sorted({*found, *told}):
        if name not in found:
            yield name + ": is missing 缺失"
        elif name not in told:
            yield name + ": is not listed in " + SUMS + " 未列入清单"
        elif found[name] != told[name]:
            yield name + ": was changed (its SHA-256 is not the one in " + SUMS + ") 已被改动"
    if "".join(told[name] + "  " + name + "\n" for name in sorted(told)).encode("utf-8") != read(SUMS):
        yield SUMS + ": is not as it was written 已被改动"


def check_capture(folder: str, noted: str | None) -> Iterator[str]:
    """Recompute body hash, digest and chain of a capture."""
    capture = json.loads(read(folder + "capture.json"))
    parts = capture["parts"]
    if list(parts) != list(PARTS):
        yield folder + "capture.json: has not the parts of a digest 摘要项目不符"
        return
    digest = sha256(json.dumps([parts[name] for name in PARTS], ensure_ascii=False).encode("utf-8"))
    if digest != capture["digest"]:
        yield folder + "capture.json: its digest does not follow from its parts 摘要不符"
    if parts["body_sha256"] is not None and sha256(read(folder + capture["body_file"])) != parts["body_sha256"]:
        yield folder + capture["body_file"] + ": is not the body that was captured 正文不符"
    lines = "".join(name + ": " + value + "\n" for name, value in json.loads(parts["headers"]))
    if read(folder + "headers.txt") != lines.encode("utf-8", "surrogatepass"):
        yield folder + "headers.txt: are not the headers of the digest 响应头不符"
    yield from check_chain(folder, capture, digest, noted)
    if (FOLDER / folder / "capture.warc.gz").exists():
        yield from check_warc(folder, capture, digest)


def check_chain(folder: str, capture: Mapping[str, Any], digest: str, noted: str | None) -> Iterator[str]:
    """Recompute the links from this capture to the head."""
    lines = read(folder + "chain.txt").decode("ascii").split("\n")
    previous, digests, head = lines[0], lines[1:-2], lines[-2]
    link = "" if previous == "previous -" else previous[len("previous ") :]
    links = []
    for one in digests:
        link = sha256((link + one).encode("ascii"))
        links.append(link)
    if not digests or digests[0] != digest or links[0] != capture["link"]:
        yield folder + "chain.txt: does not begin with this capture 链的起点不符"
    elif head != "head " + link or lines[-1] or link != capture["head"]:
        yield folder + "chain.txt: does not lead to its head 链的末端不符"
    if noted is not None and noted not in links:
        yield folder + "chain.txt: the link " + noted + " is not in it 链中无此哈希"


def iter_warc(folder: str) -> Iterator[tuple[dict[bytes, bytes], bytes]]:
    """Yield type, fields and content of each record of the WARC file."""
    content = gzip.decompress(read(folder + "capture.warc.gz"))
    while content:
        head, _, rest = content.partition(b"\r\n\r\n")
        pairs = (line.split(b":", 1) for line in head.split(b"\r\n")[1:])
        fields = {name.strip().lower(): value.strip() for name, value in pairs}
        length = int(fields[b"content-length"])
        yield fields, rest[:length]
        content = rest[length + 4 :]


def check_warc(folder: str, capture: Mapping[str, Any], digest: str) -> Iterator[str]:
    """See that the WARC file holds the same capture and the same body."""
    wanted = capture["parts"]["body_sha256"]
    holds_body = wanted is None
    holds_digest = False
    for fields, content in iter_warc(folder):
        kind = fields[b"warc-type"]
        if kind == b"metadata":
            holds_digest = holds_digest or json.loads(content.decode("utf-8"))["digest"] == digest
        body = content.partition(b"\r\n\r\n")[2] if kind == b"response" else content
        holds_body = holds_body or (kind in (b"response", b"resource") and sha256(body) == wanted)
    if not (holds_body and holds_digest):
        yield folder + "capture.warc.gz: does not hold this capture with its body 与采集记录不符"


def check_report(folder: str) -> Iterator[str]:
    """See that what was read is the same in all its files."""
    report = json.loads(read(folder + "report.json"))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([guard(cell[name]) for name in COLUMNS] for cell in report["cells"])
    if out.getvalue().encode("utf-8-sig") != read(folder + "figures.csv"):
        yield folder + "figures.csv: are not the figures of report.json 数据与 report.json 不符"
    if not folder and (FOLDER / "cell.json").exists():
        told = json.loads(read("cell.json"))["cell"]
        if told not in report["cells"]:
            yield "cell.json: is not a cell of report.json 与 report.json 不符"


def guard(value: object) -> object:
    """Return a value for a table; no program may take a text for a formula, one with full-width signs neither."""
    if isinstance(value, str) and value[:1] in tuple("=+-@＝＋－＠\t\r\n") and len(value) > 1:
        return "'" + value
    return value


def check_change() -> Iterator[str]:
    """See that the change speaks of these captures."""
    change = json.loads(read("change.json"))
    names = {"capture": "capture.json", "before": "before/capture.json"}
    for key, name in names.items():
        if change[key] != json.loads(read(name))["digest"]:
            yield "change.json: speaks of another capture than " + name + " 与采集记录不符"


def iter_problems(noted: str | None) -> Iterator[str]:
    """Yield everything that does not hold."""
    yield from check_sums()
    for folder in ("", "before/"):
        if not folder or (FOLDER / folder).exists():
            yield from check_capture(folder, noted if not folder else None)
            if (FOLDER / folder / "report.json").exists():
                yield from check_report(folder)
    if (FOLDER / "change.json").exists():
        yield from check_change()


def main(arguments: Sequence[str]) -> int:
    """Check and say so."""
    noted = arguments[0].lower() if arguments else None
    problems: list[str] = []
    try:
        for problem in iter_problems(noted):
            problems.append(problem)  # noqa: PERF402 - those found before one that cannot be read are said as well
    except Exception as error:
        problems.append("the folder cannot be read to its end 无法读完: " + type(error).__name__ + ": " + str(error))
    for problem in problems:
        print("NOT OK 不符  " + problem)
    if problems:
        return 1
    capture = json.loads(read("capture.json"))
    print("OK 相符  every file, the body, the digest and the chain hold 文件、正文、摘要与哈希链均相符")
    print("  url      " + capture["parts"]["url"])
    print("  moment   " + capture["parts"]["fetched_at"])
    print("  body     " + str(capture["parts"]["body_sha256"]))
    print("  digest   " + capture["digest"])
    print("  head     " + capture["head"])
    if noted:
        print("  noted    " + noted + " is in the chain, and nothing up to it was changed 该哈希在链中")
    print("The head proves the moment only to whom it was made known before: README.md says how.")
    return 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(main(sys.argv[1:]))
