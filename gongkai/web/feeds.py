"""Feeds: the same entries as Atom (RFC 4287) and as JSON Feed 1.1."""

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import quote

from feedgen.feed import FeedGenerator

from gongkai.web.exchange import Download
from gongkai.web.words import Language

ATOM = "application/atom+xml; charset=utf-8"
JSON_FEED = "application/feed+json; charset=utf-8"
_TAG = "tag:gongkai,2026:"
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed without entries was last another one."""
_KEPT = "\n"
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
_NO_XML = "\ufffe\uffff"


class Category(NamedTuple):
    """What an entry is about: a word for programs, and what it is called."""

    term: str
    label: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: `name` are the parts of its id, `updated` is UTC text.

    `path` is the page of ours that it is about, `related` are others that its text ends with.
    """

    name: tuple[str, ...]
    title: str
    updated: str
    path: str
    categories: tuple[Category, ...]
    lines: tuple[str, ...]
    related: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed, its entries the newest first. `path` is its own, `home` the page's that shows the same; both with `/`.

    `note` says what is not in it, where something is left out.
    """

    title: str
    origin: str
    path: str
    home: str
    language: Language
    entries: Sequence[Entry]
    note: str = ""

    @property
    def tongue(self) -> str:
        """Its language as the web calls it."""
        return "zh-Hans" if self.language == "zh" else "en"


def to_atom(feed: Feed) -> bytes:
    """Return a feed as Atom."""
    made = FeedGenerator()
    made.id(f"{_TAG}feed:{quote(feed.path, safe='/?=&%')}")
    made.title(feed.title)
    if feed.note:
        made.subtitle(feed.note)
    made.author({"name": "gongkai"})
    made.language(feed.tongue)
    made.link(href=f"{feed.origin}{feed.path}", rel="self", type="application/atom+xml")
    made.link(href=f"{feed.origin}{feed.home}", rel="alternate", type="text/html")
    made.generator("gongkai")
    made.updated(_parse(feed.entries[0].updated) if feed.entries else _NEVER)
    for entry in feed.entries:
        _add_entry(made, entry, feed.origin)
    body: bytes = made.atom_str(pretty=True)
    return body


def _add_entry(made: FeedGenerator, entry: Entry, origin: str) -> None:
    added = made.add_entry(order="append")
    added.id(_name(entry))
    added.title(_visible(entry.title))
    added.updated(_parse(entry.updated))
    added.link(href=f"{origin}{entry.path}", rel="alternate")
    for category in entry.categories:
        added.category({"term": _visible(category.term), "label": _visible(category.label)})
    added.content(_write(entry, origin), type="text")


def to_json_feed(feed: Feed) -> bytes:
    """Return a feed as JSON Feed 1.1, with the ids that it has as Atom."""
    items = [
        {
            "id": _name(entry),
            "url": f"{feed.origin}{entry.path}",
            "title": _visible(entry.title),
            "content_text": _write(entry, feed.origin),
            "date_published": entry.updated,
            "tags": [_visible(category.term) for category in entry.categories],
        }
        for entry in feed.entries
    ]
    made = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": f"{feed.origin}{feed.home}",
        "feed_url": f"{feed.origin}{feed.path}",
        "language": feed.tongue,
        **({"description": feed.note} if feed.note else {}),
        "authors": [{"name": "gongkai"}],
        "items": items,
    }
    return json.dumps(made, ensure_ascii=False, indent=1).encode()


def give_feed(feed: Feed, content_type: str) -> Download:
    """Return the answer to whoever asks for a feed, with a tag by which a reader sees that nothing is new."""
    body = to_atom(feed) if content_type == ATOM else to_json_feed(feed)
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    return Download(body, content_type, headers=(("ETag", tag), ("Vary", "Accept-Language, Cookie")))


def _name(entry: Entry) -> str:
    return _TAG + ":".join(quote(part, safe="") for part in entry.name)


def _write(entry: Entry, origin: str) -> str:
    # They are not links of the entry: what writes Atom here calls all those of an entry the entry itself.
    return "\n".join([_visible("\n".join(entry.lines)), *(f"{origin}{path}" for path in entry.related)])


def _parse(moment: str) -> datetime:
    return datetime.strptime(moment, _MOMENT).replace(tzinfo=UTC)


def _visible(text: str) -> str:
    r"""Return a text without the signs that XML has no room for or that nobody sees; rare letters of names stay.

    >>> _visible("\ue863\u202e村\U00031350\x00") == "\ue863村\U00031350"
    True
    """
    return "".join(
        sign for sign in text
        if sign in _KEPT or (unicodedata.category(sign) not in _UNSEEN and sign not in _NO_XML)
    )  # fmt: skip
