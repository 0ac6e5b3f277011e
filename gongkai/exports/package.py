"""The data package: CSV with its schema (Data Package, version 2), a README, and the hash of each file."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gongkai.exports.dictionary import Column, ColumnType, Table, list_values, load_tables
from gongkai.exports.readme import LICENSE_TEXT, write_readme
from parsers.forms import load_forms

DATA = "data"
"""The folder of the CSV files."""
SUMS = "SHA256SUMS"

_TYPES: Mapping[ColumnType, str] = {
    "text": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "date": "date",
    "moment": "datetime",
}
_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_CHUNK = 2**20


def write_package(folder: Path, rows: Mapping[str, int], moment: str, asked: str) -> None:
    """Put beside the CSV in a folder what describes and proves it; `moment` stands where others write when they ran."""
    resources = [_describe(table, folder, rows[table.name]) for table in load_tables().values()]
    package = {
        "$schema": _PROFILE,
        "name": "gongkai",
        "id": f"gongkai-{moment}",
        "title": "政府信息公开工作年度报告数据 · Yearly reports on disclosure of government information in China",
        "description": asked,
        "created": moment,
        "version": moment,
        "sources": [{"title": f"{form.source} {form.name}"} for form in load_forms().values()],
        "resources": resources,
    }
    text = json.dumps(package, ensure_ascii=False, indent=2)
    (folder / "datapackage.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    (folder / "README.md").write_text(write_readme(rows, moment, asked), encoding="utf-8", newline="\n")
    (folder / "LICENSE.md").write_text(LICENSE_TEXT, encoding="utf-8", newline="\n")
    sums = "".join(f"{hash_file(file)}  {name}\n" for name, file in _iter_files(folder))
    (folder / SUMS).write_text(sums, encoding="utf-8", newline="\n")


def hash_file(file: Path) -> str:
    """Return the SHA-256 of a file."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _iter_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield every file in a folder with its name in it, in one order everywhere."""
    names = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}
    yield from sorted(names.items())


def _describe(table: Table, folder: Path, rows: int) -> dict[str, Any]:
    file = folder / DATA / f"{table.name}.csv"
    return {
        "name": table.name.replace("_", "-"),
        "type": "table",
        "path": f"{DATA}/{table.name}.csv",
        "title": f"{table.zh} · {table.en}",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.stat().st_size,
        "hash": f"sha256:{hash_file(file)}",
        "rows": rows,
        "dialect": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "lineTerminator": "\r\n", "header": True},
        "schema": _to_schema(table),
    }


def _to_schema(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_to_field(column) for column in table.columns], "missingValues": [""]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    if table.points_to:
        names = list(table.of)
        reference = {"resource": table.points_to.replace("_", "-"), "fields": names}
        schema["foreignKeys"] = [{"fields": names, "reference": reference}]
    return schema


def _to_field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES[column.type],
        "title": column.zh,
        "description": column.en,
    }
    constraints: dict[str, Any] = {"required": True} if column.is_required else {}
    if values := list_values(column.name):
        constraints["enum"] = list(values)
    if constraints:
        field["constraints"] = constraints
    if column.is_printed:
        field["missingValues"] = []
    return field
