"""Pages that a person saved: a file, and what it or the person says of where and when it came from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import PurePath
from typing import TYPE_CHECKING

from crawler.hosts import without_user
from gongkai.foreign import Found

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

SAVED_NAMES = (
    *(".html", ".htm", ".mht", ".mhtml", ".txt", ".pdf", ".doc", ".docx", ".wps", ".xls", ".xlsx", ".et", ".rtf"),
    *(".zip", ".rar"),
)
"""What the files of saved pages and documents end in."""

MAX_SAVED = 64 * 1024 * 1024
"""Bytes of a file that are taken: as many as a crawl takes of a page."""

_HEAD = 8192
# Browsers count the characters of the address: <!-- saved from url=(0035)http://… -->
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d{4}\)(https?://[^\s<>\"]+)\s*-->", re.IGNORECASE)
_SINGLE_FILE = re.compile(rb"<!--\s*Page saved with SingleFile\s*\n\s*url:\s*(https?://[^\s<>\"]+)", re.IGNORECASE)
_SINGLE_FILE_DATE = re.compile(rb"\n\s*saved date:\s*([^\n(]+)", re.IGNORECASE)
_MHT = (".mht", ".mhtml")


class SavedPageError(ValueError):
    """A file that cannot be taken as a saved page; the text says what is missing and how to give it."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What the person says: the address, the moment, or that the file's own moment is to be believed."""

    url: str | None = None
    saved_at: datetime | None = None
    trust_mtime: bool = False


def is_saved_page(path: Path) -> bool:
    """Whether a file is a page or document that somebody saved, by its name."""
    return path.suffix.lower() in SAVED_NAMES


def read_saved(path: Path, origin: Origin) -> Found:
    """Return the page that a file holds; what the person says goes before what the file says of itself."""
    with path.open("rb") as file:
        content = file.read(MAX_SAVED + 1)
    if len(content) > MAX_SAVED:
        raise SavedPageError(f"it has more than {MAX_SAVED} bytes")
    url, saved_at, headers, body = _read_mht(content) if _is_mht(path) else (*_find_notes(content), (), content)
    url = origin.url or url
    if url is None:
        raise SavedPageError("nothing in it says where it was saved from; give its address with --url")
    if not url.startswith(("http://", "https://")):
        raise SavedPageError(f"its address is not one of the web ({url}); give it with --url")
    saved_at = origin.saved_at or saved_at
    if saved_at is None and origin.trust_mtime:
        saved_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    if saved_at is None:
        raise SavedPageError(
            "nothing in it says when it was saved; give the day with --date, or believe the file with --date-from-mtime"
        )
    return Found(
        without_user(url.split("#")[0]), saved_at, None, headers, body, f"saved page {sha256(content).hexdigest()}"
    )


def _is_mht(path: Path) -> bool:
    return PurePath(path).suffix.lower() in _MHT


def _find_notes(content: bytes) -> tuple[str | None, datetime | None]:
    """Return address and moment as browsers and SingleFile note them at the top of a page."""
    head = content[:_HEAD]
    found = _SAVED_FROM.search(head) or _SINGLE_FILE.search(head)
    dated = _SINGLE_FILE_DATE.search(head) if _SINGLE_FILE.search(head) else None
    return (found[1].decode("latin-1") if found else None), (_parse_date(dated[1].decode("latin-1")) if dated else None)


def _parse_date(text: str) -> datetime | None:
    """Return a moment as JavaScript writes it or as e-mail does, None for one without a time zone.

    >>> _parse_date("Sat Jan 31 2026 16:00:00 GMT+0800 ")
    datetime.datetime(2026, 1, 31, 8, 0, tzinfo=datetime.timezone.utc)
    """
    try:
        found = datetime.strptime(text.strip(), "%a %b %d %Y %H:%M:%S GMT%z")
    except ValueError:
        try:
            found = parsedate_to_datetime(text.strip())
        except ValueError:
            return None
    return found.astimezone(UTC) if found.tzinfo else None


def _read_mht(content: bytes) -> tuple[str | None, datetime | None, tuple[tuple[str, str], ...], bytes]:
    """Return address, moment, headers and bytes of the page in a web archive of one file."""
    message: EmailMessage = message_from_bytes(content, policy=policy.default)
    for part in message.walk():
        if part.get_content_type() != "text/html":
            continue
        body = part.get_payload(decode=True)
        if not isinstance(body, bytes):
            break
        url = str(message.get("Snapshot-Content-Location") or part.get("Content-Location") or "").strip() or None
        return url, _parse_date(str(message.get("Date", ""))), (("Content-Type", str(part["Content-Type"])),), body
    raise SavedPageError("no page stands in it")
