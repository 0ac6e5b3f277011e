"""A bundle of evidence: files that a stranger can check offline, from what the archive can prove."""

import csv
import io
import json
import os
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from hashlib import sha256
from importlib import resources
from pathlib import Path
from secrets import token_hex
from string import Template
from typing import Any

from archive import ArchiveError, ShownReport
from archive.errors import CannotOpenError
from archive.proof.evidence import CaptureProof, Evidence
from gongkai.labels import find_labels
from gongkai.proof.check import COLUMNS, SUMS, guard
from parsers import PARSER_VERSION, Cell, Parsed, ParserError, Report, parse_steps
from parsers.carriers.sniff import sniff
from parsers.explain import ExplainedLine, explain
from parsers.options import DEFAULT_OPTIONS

_CONTEXT = 2
"""Lines before and after the one with the figure that are shown with it."""
_ENDINGS = {"text": "txt", "gzip": "gz"}
"""Endings of names of files where they are not what the kind is called."""
_READABLE = 0o644
_NOT_IN_NAMES = frozenset('/\\:*?"<>|')
"""What leads a name to another place, or means something to some system; an agency is called as its page says."""
_SAYS = {
    "check.py": "recomputes all of this 核验程序",
    "SHA256SUMS": "SHA-256 of every file 各文件哈希清单",
    "body": "the body as received 正文原件",
    "headers.txt": "the headers of the answer 响应头",
    "capture.json": "all that the digest covers 采集记录（摘要所涵盖的全部内容）",
    "capture.warc.gz": "the same capture in the format of web archives 网页存档格式（WARC）",
    "chain.txt": "digests from this capture to the head of the chain 自本次采集至链末端的摘要",
    "report.json": "what was read from the body 解析结果",
    "figures.csv": "its figures as a table 数据表",
    "cell.json": "one figure and its place 一项数据及其位置",
    "change.json": "what changed to this version, and when it was noticed 变更内容",
    "before/": "the capture that stood before the change 变更前的采集",
}


def find_cells(report: Report, name: str) -> list[Cell]:
    """Return the cells that a name means: `requests.granted.total`, or any end of it that begins with a whole key."""
    named = {".".join(cell.key): cell for cell in report.cells}
    if name in named:
        return [named[name]]
    return [cell for dotted, cell in named.items() if dotted.endswith(f".{name}")]


def build_bundle(evidence: Evidence, cell: Cell | None = None) -> dict[str, bytes]:
    """Return the files of a bundle by their names; the same evidence gives the same bytes."""
    files = dict(_iter_capture_files("", evidence.capture))
    files.update(_iter_report_files("", evidence.shown))
    if cell is not None:
        files["cell.json"] = _to_json(_describe_cell(evidence, cell))
    if evidence.change is not None and evidence.before is not None and _concerns(evidence, cell):
        digests = {"capture": evidence.capture.record.digest, "before": evidence.before.record.digest}
        files["change.json"] = _to_json({**asdict(evidence.change), **digests})
        files.update(_iter_capture_files("before/", evidence.before))
        if evidence.shown_before is not None:
            files.update(_iter_report_files("before/", evidence.shown_before))
    files["check.py"] = _read_resource("check.py").encode()
    files["README.md"] = _write_readme(evidence, files)
    lines = (f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    files[SUMS] = "".join(lines).encode()
    return files


def _concerns(evidence: Evidence, cell: Cell | None) -> bool:
    """Whether the change that a version came with is one of this cell; without a cell it is of all."""
    change = evidence.change
    if cell is None or change is None:
        return True
    return any((one["table"], one["row"], one["column"]) == cell.key for one in change.cells)


def _iter_capture_files(folder: str, proof: CaptureProof) -> Iterator[tuple[str, bytes]]:
    body_file = None if proof.body is None else f"body.{_find_ending(proof.body)}"
    record, chain = proof.record, proof.chain
    value = {
        "format": 1,
        "digest": record.digest,
        "link": sha256(f"{chain.previous}{record.digest}".encode()).hexdigest(),
        "head": chain.head,
        "body_file": body_file,
        "parts": proof.parts,
        "kind": record.capture.kind,
        "found_on": record.capture.found_on,
        "link_text": record.capture.link_text,
        "run": asdict(record.run),
    }
    yield f"{folder}capture.json", _to_json(value)
    headers = "".join(f"{name}: {text}\n" for name, text in json.loads(str(proof.parts["headers"])))
    yield f"{folder}headers.txt", headers.encode(errors="surrogatepass")
    lines = (f"previous {chain.previous or '-'}", *chain.digests, f"head {chain.head}", "")
    yield f"{folder}chain.txt", "\n".join(lines).encode()
    if body_file is not None and proof.body is not None:
        yield f"{folder}{body_file}", proof.body
    if proof.warc is not None:
        yield f"{folder}capture.warc.gz", proof.warc


def _iter_report_files(folder: str, shown: ShownReport) -> Iterator[tuple[str, bytes]]:
    value = {"source": shown.row.url, **shown.to_json(), "error": None}
    yield f"{folder}report.json", _to_json(value)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([guard(getattr(cell, name)) for name in COLUMNS] for cell in shown.report.cells)
    yield f"{folder}figures.csv", out.getvalue().encode("utf-8-sig")


def _describe_cell(evidence: Evidence, cell: Cell) -> dict[str, Any]:
    """Return a cell with its labels, its place in the document, and how it was read."""
    labels = find_labels(evidence.shown.report, cell.key)
    place = _find_place(evidence.capture, cell)
    return {
        "report": evidence.shown.row.id,
        "version": evidence.shown.version,
        "name": ".".join(cell.key),
        "labels": asdict(labels) if labels else None,
        "cell": cell._asdict(),
        "place": place,
        "reading": asdict(evidence.reading),
    }


def _find_place(proof: CaptureProof, cell: Cell) -> dict[str, Any] | None:
    """Return the line or table row with the figure, as the present parser finds it, and whether it reads the same."""
    parsed = _parse(proof)
    if parsed is None:
        return None
    lines = explain(parsed)
    found = next((number for number, line in enumerate(lines) if _holds(line, cell)), None)
    read = next((one for one in parsed.report.cells if one.key == cell.key), None)
    agrees = {"parser": PARSER_VERSION, "reads_the_same": read == cell}
    if found is None:
        return {"at": cell.at, "text": None, "why": None, "around": [], **agrees}
    parts = [part for part in lines[found].parts if cell.key in part.cells]
    around = lines[max(0, found - _CONTEXT) : found + _CONTEXT + 1]
    return {
        "at": lines[found].at,
        "text": lines[found].text,
        "why": [part.why for part in parts],
        "around": [{"at": line.at, "text": line.text} for line in around],
        **agrees,
    }


def _holds(line: ExplainedLine, cell: Cell) -> bool:
    """Whether the figure of a cell stands in a line: what heads its row elsewhere names it as well."""
    figures = (part for part in line.parts if part.kind in {"figure", "blank"} and cell.key in part.cells)
    return any(cell.at is None or part.at == cell.at for part in figures)


def _parse(proof: CaptureProof) -> Parsed | None:
    try:
        return parse_steps(proof.body or b"", proof.content_type)
    except ParserError:
        return None


def _find_ending(body: bytes) -> str:
    try:
        carrier = sniff(body, DEFAULT_OPTIONS)
    except ParserError:
        return "bin"
    return _ENDINGS.get(carrier, carrier)


def _write_readme(evidence: Evidence, files: Mapping[str, bytes]) -> bytes:
    capture, shown = evidence.capture, evidence.shown
    own = json.loads(files["capture.json"])
    body_file = own["body_file"] or ""
    rows = {name: _SAYS.get(name, "") for name in sorted(files) if "/" not in name}
    rows[body_file] = _SAYS["body"]
    rows[SUMS] = _SAYS[SUMS]
    if any(name.startswith("before/") for name in files):
        rows["before/"] = _SAYS["before/"]
    values = {
        "id": shown.row.id,
        "version": shown.version,
        "url": capture.record.capture.url,
        "fetched_at": capture.parts["fetched_at"],
        "files": "\n".join(f"| `{name}` | {said} |" for name, said in rows.items()),
        "body_sha256": capture.record.body_sha256,
        "body_file": body_file,
        "digest": capture.record.digest,
        "head": capture.chain.head,
        "later": len(capture.chain.digests) - 1,
        "parser": evidence.reading.parser,
    }
    return Template(_read_resource("README.md")).substitute(values).encode(errors="replace")


def _read_resource(name: str) -> str:
    return resources.files("gongkai.proof").joinpath(name).read_text(encoding="utf-8")


def _to_json(value: Mapping[str, Any]) -> bytes:
    """Return JSON as people read it; half a character stands in it as the escape that it is."""
    text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    return text.encode(errors="backslashreplace")


def write_bundle(files: Mapping[str, bytes], path: Path) -> None:
    """Write a bundle as a folder, or as a zip where the path ends so; it is there whole or not at all."""
    if path.exists() or path.is_symlink():
        raise ArchiveError(f"{path} is there already; name another place with --output")
    part = path.with_name(f"{path.name}.{token_hex(4)}.part")
    try:
        if path.suffix.lower() == ".zip":
            _write_zip(files, part)
        else:
            _write_folder(files, part)
        part.rename(path)
    except OSError as problem:
        raise CannotOpenError(f"{path} cannot be written ({problem.strerror}); name another place") from problem
    finally:
        shutil.rmtree(part, ignore_errors=True)
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _write_zip(files: Mapping[str, bytes], path: Path) -> None:
    folder = path.name.rpartition(".zip.")[0]
    with path.open("xb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            for name in sorted(files):
                entry = zipfile.ZipInfo(f"{folder}/{name}")  # of 1980, as long as nobody says otherwise
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.create_system = 3  # or the names of the system that made it would stand in it
                entry.external_attr = _READABLE << 16
                packed.writestr(entry, files[name])
        file.flush()
        os.fsync(file.fileno())


def _write_folder(files: Mapping[str, bytes], path: Path) -> None:
    path.mkdir()
    for name, content in files.items():
        target = path / name
        target.parent.mkdir(exist_ok=True)
        with target.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


def name_bundle(shown: ShownReport, cell: Cell | None) -> str:
    """Return what a bundle is called where nobody says it."""
    parts: Sequence[str] = ("evidence", shown.row.id, f"v{shown.version}", *(cell.key if cell else ()))
    return "".join("-" if sign in _NOT_IN_NAMES or not sign.isprintable() else sign for sign in "-".join(parts))
