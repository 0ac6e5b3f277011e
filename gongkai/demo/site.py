"""What the demo serves: a page, and a site as its pages by path."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a demo site: bytes, their Content-Type header, and when they last changed (UTC)."""

    body: bytes
    content_type: str
    last_modified: datetime


@dataclass(frozen=True, slots=True)
class DemoSite:
    """A made-up district's site; the keys of `files` are paths, with the query where there is one."""

    name: str
    title: str
    division: str
    files: Mapping[str, Page]
