"""Entries into a list of sites, written so that a crawl reads them as they were meant."""

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile

from crawler import SitesFileError, load_sites


def format_entry(entry: Mapping[str, object]) -> str:
    """Return a site as TOML; keys without a value are left out.

    >>> print(format_entry({"name": "a", "title": None, "start_urls": ["http://a.example/"]}))
    [[site]]
    name = "a"
    start_urls = ["http://a.example/"]
    """
    lines = [
        f"{key} = {json.dumps(value, ensure_ascii=False)}"
        for key, value in entry.items()
        if value not in (None, "", [], ())
    ]
    return "\n".join(["[[site]]", *lines])


def append_entry(path: Path, entry: Mapping[str, object]) -> None:
    """Add a site to a file, made where it is not there; `SitesFileError` says what is wrong, and nothing is written."""
    try:
        before = path.read_bytes().rstrip() if path.exists() else b""
        content = before + (b"\n\n" if before else b"") + format_entry(entry).encode() + b"\n"
        _require_sound(content, path)
        path.write_bytes(content)
    except OSError as problem:
        raise SitesFileError(f"{path}: cannot be written ({problem.strerror}); name another file") from problem


def _require_sound(content: bytes, path: Path) -> None:
    """Read a file to be as a crawl will, before it is written; messages name the file itself."""
    with NamedTemporaryFile(suffix=".toml") as file:
        file.write(content)
        file.flush()
        try:
            load_sites(file.name)
        except SitesFileError as problem:
            raise SitesFileError(str(problem).replace(file.name, str(path))) from problem
