"""The change log as an Atom feed: one entry a change, which leads to the report or to the two versions side by side."""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote

from feedgen.feed import FeedGenerator

from archive import ChangeRow
from gongkai.labels import label_cell
from gongkai.web.exchange import make_link, make_path
from gongkai.web.words import Language, say
from parsers.report import CellKey

_TAG = "tag:gongkai,2026:change"
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_CELLS_TOLD = 20
_KEPT = "\n"


def changes_to_atom(rows: Sequence[ChangeRow], origin: str, path: str, language: Language) -> bytes:
    """Return the feed of these changes, newest first; `origin` is where it is served, `path` the feed's own."""
    feed = FeedGenerator()
    feed.id(f"{_TAG}s:{path}")
    feed.title(say(language, "feed_title"))
    feed.author({"name": "gongkai"})
    feed.language("zh-Hans" if language == "zh" else "en")
    feed.link(href=f"{origin}{path}", rel="self")
    feed.link(href=f"{origin}/changes", rel="alternate")
    feed.generator("gongkai")
    feed.updated(_parse(rows[0].seen_at) if rows else _NEVER)
    for row in rows:
        _add_entry(feed, row, origin, language)
    body: bytes = feed.atom_str(pretty=True)
    return body


def _add_entry(feed: FeedGenerator, row: ChangeRow, origin: str, language: Language) -> None:
    entry = feed.add_entry(order="append")
    entry.id(f"{_TAG}:{quote(row.id, safe='')}:{row.version}:{row.kind}:{row.seen_at}")
    entry.title(_visible(f"{say(language, f'kind_{row.kind}')}: {row.title or row.id}"))
    entry.updated(_parse(row.seen_at))
    entry.link(href=f"{origin}{_address(row)}", rel="alternate")
    entry.category({"term": row.kind, "label": say(language, f"kind_{row.kind}")})
    entry.content(_visible("\n".join(_tell(row, language))), type="text")


def _address(row: ChangeRow) -> str:
    if row.kind in {"figures", "text"} and row.version > 1:
        return make_link(make_path("report", row.id, "compare"), {"a": row.version - 1, "b": row.version})
    return make_link(make_path("report", row.id), {"version": row.version})


def _tell(row: ChangeRow, language: Language) -> list[str]:
    lines = [row.id, row.url if not row.new_url else f"{row.url} → {row.new_url}"]
    for cell in row.cells[:_CELLS_TOLD]:
        label = label_cell(CellKey(cell["table"], cell["row"], cell["column"]))
        old, new = (say(language, "no_figure") if value is None else value for value in (cell["old"], cell["new"]))
        lines.append(f"{label}: {old} → {new}")
    if len(row.cells) > _CELLS_TOLD:
        lines.append(say(language, "and_more", count=len(row.cells) - _CELLS_TOLD))
    return lines


def _parse(moment: str) -> datetime:
    return datetime.strptime(moment, _MOMENT).replace(tzinfo=UTC)


def _visible(text: str) -> str:
    """Return a text without the signs that XML has no room for or that nobody sees."""
    return "".join(sign for sign in text if sign in _KEPT or unicodedata.category(sign)[0] != "C")
