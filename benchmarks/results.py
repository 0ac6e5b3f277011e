"""What a comparison with others found, as a value: written as Markdown, handed from process to process as JSON.

A module `benchmarks/against_….py` measures and ends with

    if __name__ == "__main__":
        run_alone(compare)

where `compare(*, quick: bool) -> Comparison`. Run by hand it prints its section; `python -m benchmarks` runs them all.
"""

import argparse
import json
import os
import platform
import re
import sqlite3
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

NOT_INSTALLED = "not installed"
NOTHING = "–"
"""What a cell of a table says where nothing was measured."""
_NUMBER = re.compile(r"(?:[<≈~]\s?)?[-+]?[\d,]+(?:\.\d+)?(?:\s?(?:%|×|ms|s|µs|MB|GB|KB|B))?")
_MARKER = re.compile(r"^<!-- bench: ([\w-]+) -->$", re.MULTILINE)
_GIGABYTE = 1 << 30
_RULE = 3
"""Signs that the rule under a column has at least."""

Row = tuple[str, ...]
"""One text for each column; the first says who or what."""
Compare = Callable[..., "Comparison"]
"""`compare(*, quick: bool) -> Comparison`."""


def describe_machine() -> str:
    """Return where and when this is measured: day, processor, cores, memory, kernel, Python, SQLite."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / _GIGABYTE
    return ", ".join(
        (
            f"{datetime.now(UTC):%Y-%m-%d}",
            _find_processor(),
            f"{os.cpu_count()} cores",
            f"{memory:.0f} GB of memory",
            f"{platform.system()} {platform.release().split('-')[0]}",
            f"Python {platform.python_version()}",
            f"SQLite {sqlite3.sqlite_version}",
        )
    )


def _find_processor() -> str:
    """Return the name of the processor, as Linux tells it."""
    told = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*:\s*(.+)$", told.read_text(), re.MULTILINE) if told.exists() else None
    return found[1].strip() if found else platform.processor() or platform.machine()


@dataclass(frozen=True, slots=True)
class Comparison:
    """One table of the page of benchmarks.

    `key` names its section; `about` says in a sentence or two what is compared on what; each row has a text for each of
    `columns`; `losses` say where we lose; `versions` are those of the tools compared, by name; `machine` is where the
    figures come from.
    """

    key: str
    title: str
    about: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    losses: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    machine: str = field(default_factory=describe_machine)

    def __post_init__(self) -> None:
        """Refuse a row that has not one text for each column."""
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{self.key}: a row of {len(row)} texts under {len(self.columns)} columns: {row}")

    def to_json(self) -> str:
        """Return the comparison as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Comparison":
        """Make a comparison again from what `to_json` gave."""
        found: dict[str, Any] = json.loads(text)
        rows = tuple(map(tuple, found["rows"]))
        return cls(**{**found, "columns": tuple(found["columns"]), "rows": rows, "losses": tuple(found["losses"])})


def find_versions(*names: str) -> dict[str, str]:
    """Return the version of each distribution by its name; `NOT_INSTALLED` of one that is not there."""
    return {name: _find_version(name) for name in names}


def is_installed(name: str) -> bool:
    """Return whether a distribution is there."""
    return _find_version(name) != NOT_INSTALLED


def _find_version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return NOT_INSTALLED


def absent_row(before: Sequence[str], columns: Sequence[str]) -> Row:
    """Return the row of a tool that is not installed: what it begins with, the word for it, and nothing measured.

    >>> absent_row(["pandas"], ["tool", "right", "ms"])
    ('pandas', 'not installed', '–')
    """
    row = (*before, NOT_INSTALLED)
    return (*row, *([NOTHING] * (len(columns) - len(row))))


def comparison_to_section(comparison: Comparison) -> str:
    """Return the section of a comparison in Markdown: heading, table, losses, machine, versions; one newline behind."""
    losses = comparison.losses or ("Nowhere in this table.",)
    versions = ", ".join(f"{name} {version}" for name, version in comparison.versions.items())
    parts = [
        f"## {comparison.title}",
        comparison.about,
        "\n".join(rows_to_table(comparison.columns, comparison.rows)),
        "**Where we lose**",
        "\n".join(f"* {loss}" for loss in losses),
        f"Measured: {comparison.machine}.",
        *([f"Versions: {versions}."] if versions else []),
    ]
    return "\n\n".join(parts) + "\n"


def rows_to_table(columns: Sequence[str], rows: Iterable[Row]) -> list[str]:
    """Return the lines of a Markdown table whose columns stand below each other; columns of numbers are set right."""
    cells = [[escape_cell(text) for text in row] for row in (columns, *rows)]
    widths = [max(_RULE, *(width_of(text) for text in column)) for column in zip(*cells, strict=True)]
    is_right = [_is_numeric(column[1:]) for column in zip(*cells, strict=True)]
    rule = ["-" * (width - 1) + ":" if right else "-" * width for width, right in zip(widths, is_right, strict=True)]
    drawn = [
        [_pad(text, width, right=right) for text, width, right in zip(row, widths, is_right, strict=True)]
        for row in cells
    ]
    return [f"| {' | '.join(row)} |" for row in (drawn[0], rule, *drawn[1:])]


def escape_cell(text: str) -> str:
    r"""Return a text as a cell of a Markdown table has it: on one line, its pipes escaped.

    >>> print(escape_cell("甲|乙\n丙"))
    甲\|乙 丙
    """
    return " ".join(text.split()).replace("|", "\\|")


def width_of(text: str) -> int:
    """Return how many places a text takes where a wide character takes two.

    >>> width_of("表a")
    3
    """
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _is_numeric(column: Sequence[str]) -> bool:
    measured = [text for text in column if text not in {NOTHING, NOT_INSTALLED, ""}]
    return bool(measured) and all(_NUMBER.fullmatch(text) for text in measured)


def _pad(text: str, width: int, *, right: bool) -> str:
    room = " " * (width - width_of(text))
    return room + text if right else text + room


def page_to_sections(page: str) -> dict[str, str]:
    """Return the sections of a page by key, each without its marker; what stands before the first has the key ""."""
    parts = _MARKER.split(page)
    keys, texts = ["", *parts[1::2]], parts[::2]
    return {key: text.strip("\n") + "\n" for key, text in zip(keys, texts, strict=True)}


def sections_to_page(sections: Mapping[str, str], order: Sequence[str]) -> str:
    """Return a page: what stands before the sections, then those in `order`, then all others as they come."""
    keys = [*(key for key in order if key and key in sections), *(key for key in sections if key and key not in order)]
    marked = [f"<!-- bench: {key} -->\n\n{sections[key]}" for key in keys]
    return "\n".join([sections.get("", ""), *marked])


def write_sections(path: Path, comparisons: Iterable[Comparison], order: Sequence[str] = (), intro: str = "") -> None:
    """Write the sections of some comparisons into a page; every other section stays as it stands.

    `intro` replaces what stands before the first section, where it is not empty.
    """
    sections = page_to_sections(path.read_text(encoding="utf-8")) if path.exists() else {"": "# Benchmarks\n"}
    if intro:
        sections[""] = intro
    sections.update((comparison.key, comparison_to_section(comparison)) for comparison in comparisons)
    path.write_text(sections_to_page(sections, order or list(sections)), encoding="utf-8")


def run_alone(compare: Compare) -> None:
    """Measure as a process of its own: print the section, or with `--json` the value; `--quick` measures less."""
    options = argparse.ArgumentParser(description="Measure and print one comparison.")
    options.add_argument("--json", action="store_true", help="print the value, as one line of JSON")
    options.add_argument("--quick", action="store_true", help="measure less, to see that it works")
    given = options.parse_args()
    found = compare(quick=given.quick)
    sys.stdout.write(found.to_json() + "\n" if given.json else comparison_to_section(found))
