"""The schema as a page for people, made from the migrations themselves: `python -m archive.schema.describe`."""

import re
import sqlite3
from contextlib import closing
from typing import NamedTuple

from archive.file.migrations import MIGRATIONS, read_statements

_NAMED = re.compile(
    r"(?:CREATE (?:VIRTUAL )?(?:TABLE|VIEW)|ALTER TABLE) (?P<name>\w+)(?P<added> ADD COLUMN)?", re.IGNORECASE
)
_EVIDENCE = (
    "properties",
    "sites",
    "pages",
    "runs",
    "visits",
    "captures",
    "ledger",
    "bodies",
    "dictionaries",
    "header_shapes",
    "facts",
    "readings",
    "documents",
    "identities",
    "ids",
    "sightings",
    "cell_names",
    "reviews",
    "resemblances",
    "compared",
    "alerts",
    "alert_deliveries",
    "alert_events",
    "alert_rules",
)
"""The tables whose rows no crawl can bring back, in the order of the route; all others are worked out from them."""

_INTRODUCTION = """# The schema

Made from the migrations in `archive/schema/` (`make schema`). One SQLite file; every table is STRICT, moments are UTC
text (`2026-01-31T08:00:00Z`), hashes are SHA-256 in hexadecimal. `table`, `row` and `column` are words of SQL: write
them in double quotes. What a change is, and how to ask, is in [archive.md](archive.md).

## As of a day

`reports_now` and `figures_now` say what is known now. What was known on a day stands in `reports_over_time` and
`figures_over_time`, one row for each state of a report, from `known_from` until `known_until` (NULL: still):

```sql
SELECT report, version, status, url FROM reports_over_time
WHERE known_from <= '2026-03-01T23:59:59Z' AND coalesce(known_until, '9') > '2026-03-01T23:59:59Z'
```

## The digest of a capture, and the ledger

The digest is the SHA-256 of a JSON list, in UTF-8, characters as they are, `, ` between its parts: site, URL, moment,
status, failure, headers (their JSON as a text: a list of [name, value]), SHA-256 of the body (for a 304 of the body
that it confirms), final URL, facts (their JSON as a text); null where there is none. `ledger.link` is the SHA-256 of
the link before it (nothing where there is none) and the digest, both in hexadecimal, one after the other.
"""

_FIRST_WORDS = {
    "sites": "A site, as `sites.toml` names it.",
    "pages": "An address of a site: what it is to the crawl, and where it was met. A request by POST has its body "
    "in the address, behind `__wb_method=POST`.",
    "bodies": "Bytes as they were received, once by their hash; `size` is theirs, `data` what is stored, packed "
    "as `codec` says.",
    "runs": "A run of a command that brought captures.",
    "cell_names": "The names of all cells, so that a figure says its own by a number.",
    "figures": "The figures of every version. `cells` shows them with their names.",
    "findings": "What does not add up in a version: `rule`, where, both sides of the sum.",
    "figures_over_time": "The figures of the reports as they were known over time.",
    "figures_now": "The figures of the reports as they are known now.",
}
"""What the first migration left unsaid."""

_MOVED = {"archive/search_index.py": "archive/search/index.py"}
"""Files that a migration names by the place which they had when it landed; its text is never edited."""


class _Said(NamedTuple):
    """What the migrations say of a table or view: when it was made, and of columns that came later."""

    made: str
    added: tuple[str, ...] = ()


def describe_schema() -> str:
    """Return the page, in Markdown."""
    said = _collect_comments()
    with closing(_make_empty()) as connection:
        rows = connection.execute(
            "SELECT name, type FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual', 'view')"
        ).fetchall()
        own = [(name, kind) for name, kind in rows if not name.startswith(("sqlite_", "_sqlite_"))]
        tables = {name for name, kind in own if kind != "view"}
        worked_out = sorted(tables - set(_EVIDENCE))
        parts = [_INTRODUCTION, "## What no crawl can bring back\n"]
        parts += [_describe(connection, name, said) for name in _EVIDENCE]
        parts.append("## What is worked out from it\n\nIt can be thrown away and made again.\n")
        parts += [_describe(connection, name, said) for name in worked_out]
        parts.append("## Views\n")
        parts += [_describe(connection, name, said) for name in sorted(name for name, kind in own if kind == "view")]
    page = "\n".join(parts)
    for was, now in _MOVED.items():
        page = page.replace(was, now)
    return page


def _make_empty() -> sqlite3.Connection:
    """Return an empty archive in memory; the steps that carry rows over have none to carry."""
    connection = sqlite3.connect(":memory:")
    for _, steps in MIGRATIONS:
        for step in steps:
            for statement in read_statements(step) if isinstance(step, str) else ():
                if "kept_sightings" not in statement:
                    connection.execute(statement)
    return connection


def _collect_comments() -> dict[str, _Said]:
    """Return by table or view what stands before the statement that last made it, and before those that add to it."""
    found: dict[str, _Said] = {}
    for _, steps in MIGRATIONS:
        for step in steps:
            for statement in read_statements(step) if isinstance(step, str) else ():
                match = _NAMED.search(statement)
                if match is None:
                    continue
                lines = [line[3:] for line in statement.splitlines() if line.startswith("-- ")]
                text, name = " ".join(lines), match["name"]
                if match["added"]:
                    was = found[name]
                    found[name] = _Said(was.made, (*was.added, text) if text else was.added)
                elif not statement.upper().lstrip().startswith("ALTER") and "CREATE" in statement:
                    found[name] = _Said(text)
    return found


def _describe(connection: sqlite3.Connection, name: str, said: dict[str, _Said]) -> str:
    texts = [_FIRST_WORDS.get(name, ""), *((said[name].made, *said[name].added) if name in said else ())]
    keys = {row[3]: f"{row[2]}.{row[4]}" for row in connection.execute(f"PRAGMA foreign_key_list({name})")}
    columns = connection.execute(f"PRAGMA table_xinfo({name})").fetchall()
    rows = [
        _to_line(f"`{column}`", kind or "–", "yes" if needed or key else "", _say_key(keys, column, is_key=bool(key)))
        for _, column, kind, needed, _, key, hidden in columns
        if hidden != 1
    ]
    table = "\n".join(["| column | type | never NULL | |", "|---|---|---|---|", *rows])
    return "\n\n".join([f"### {name}", *(text for text in texts if text), table]) + "\n"


def _to_line(*parts: str) -> str:
    return f"| {' | '.join(parts)} |"


def _say_key(keys: dict[str, str], column: str, *, is_key: bool) -> str:
    return " ".join(filter(None, ("key" if is_key else "", f"→ `{keys[column]}`" if column in keys else "")))


if __name__ == "__main__":
    print(describe_schema(), end="")  # noqa: T201,RUF100 - what it is for
