"""What a person said of a finding or of a cell, as a value: it is named by what it says, wherever it was said."""

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple, get_args

from archive.errors import ReviewError
from archive.moments import moment
from parsers.report import CellKey

Verdict = Literal["confirmed", "dismissed", "corrected", "retracted"]
"""It is so; it is not so; something else is to stand there; what was said before is taken back."""
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
NOTE_LENGTH = 2000
"""Characters that a note may have."""
REVIEWER_LENGTH = 100
"""Characters that the name of a reviewer may have."""
PLACE_LENGTH = 500
"""Characters that each part of a subject may have, and a figure as a person writes it."""
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Signs that are not seen, and may turn or hide what is near them."""
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"


class FindingKey(NamedTuple):
    """The name of a finding of a report: its rule, and where that does not hold."""

    rule: str
    place: str


Subject = FindingKey | CellKey


class Figure(NamedTuple):
    """What is to stand in a cell: as it is printed (`raw`), and as a number in `unit`; None where it is a blank."""

    raw: str
    value: int | float | None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What is said: of which subject, and with which verdict. `figure` stands there where a cell is corrected."""

    subject: Subject
    verdict: Verdict
    figure: Figure | None = None
    note: str = ""
    reviewer: str | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """What was said of a report while it was read from the bytes `sha256`, and what became of that.

    `reviewed_at` is UTC text, `uid` the SHA-256 of all that was said. The last three are known to the archive alone:
    `id` is the report's present id, `version` the number of the version that the review is about, and `stands` says
    whether it is the last word on its subject and was not taken back.
    """

    uid: str
    report: str
    sha256: str
    said: Said
    reviewed_at: str
    id: str | None = None
    version: int | None = None
    stands: bool = False

    @property
    def subject(self) -> Subject:
        """The finding or the cell that it is about."""
        return self.said.subject

    @property
    def verdict(self) -> Verdict:
        """What was said of it."""
        return self.said.verdict

    @property
    def figure(self) -> Figure | None:
        """What is to stand in the cell, None where nothing was corrected."""
        return self.said.figure

    @property
    def note(self) -> str:
        """Why, in the person's own words; they may be none."""
        return self.said.note

    @property
    def reviewer(self) -> str | None:
        """Who said it, None where that was not told."""
        return self.said.reviewer

    @property
    def lapsed(self) -> bool:
        """Whether the version asked for is read from other bytes, or there is none: then it says nothing of it."""
        return self.version is None

    def to_json(self) -> dict[str, Any]:
        """Return an object for programs, keys alike for findings and cells."""
        return {
            "uid": self.uid,
            "report": self.id or self.report,
            "sha256": self.sha256,
            "subject": name_subject(self.subject),
            **to_columns(self.said),
            "reviewed_at": self.reviewed_at,
            "version": self.version,
            "lapsed": self.lapsed,
            "stands": self.stands,
        }


def make_review(report: str, sha256: str, said: Said, reviewed_at: datetime) -> Review:
    """Return a review with its uid; `ReviewError` where something in it is too long, hidden or does not fit."""
    if not report or not _SHA256.fullmatch(sha256):
        raise ReviewError("it must name a report, and the SHA-256 of the bytes that were looked at (64 hexadecimals)")
    _require_fitting(said)
    _require_plain("note", said.note, NOTE_LENGTH)
    _require_plain("name of the reviewer", said.reviewer or "", REVIEWER_LENGTH)
    figure = (said.figure.raw, said.figure.unit or "") if said.figure else ()
    for text in (report, *said.subject, *figure):
        _require_short("part of what it is about", text, PLACE_LENGTH)
    return with_uid(Review("", report, sha256, said, moment(reviewed_at)))


def with_uid(review: Review) -> Review:
    """Return a review named by what it says."""
    said = [review.report, review.sha256, *to_columns(review.said).values(), review.reviewed_at]
    return replace(review, uid=hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest())


def parse_moment(text: str) -> datetime:
    """Return the moment that the archive's text for it means; `ValueError` for any other text.

    >>> parse_moment("2026-01-31T08:00:00Z").isoformat()
    '2026-01-31T08:00:00+00:00'
    """
    return datetime.strptime(text, _MOMENT).replace(tzinfo=UTC)


def name_subject(subject: Subject) -> str:
    """Return a subject as people type it.

    >>> name_subject(FindingKey("requests.balance", "total")), name_subject(CellKey("requests", "granted", "total"))
    ('requests.balance@total', 'requests.granted.total')
    """
    return "@".join(subject) if isinstance(subject, FindingKey) else ".".join(subject)


def _require_fitting(said: Said) -> None:
    if said.verdict not in VERDICTS:
        raise ReviewError(f"{said.verdict!r} is no verdict; there are {', '.join(VERDICTS)}")
    if (said.verdict == "corrected") != (said.figure is not None):
        raise ReviewError("a figure belongs to a correction, and to nothing else")
    if said.figure is not None and isinstance(said.subject, FindingKey):
        raise ReviewError("a finding cannot be corrected, only a cell that it is about")


def _require_plain(name: str, text: str, length: int) -> None:
    _require_short(name, text, length)
    hidden = next((sign for sign in text if unicodedata.category(sign) in _HIDDEN), None)
    if hidden is not None:
        raise ReviewError(f"the {name} has a sign in it that is not seen (U+{ord(hidden):04X}); write it in one line")


def _require_short(name: str, text: str, length: int) -> None:
    if len(text) > length:
        raise ReviewError(f"the {name} has {len(text):,} characters; {length:,} are the most")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ReviewError(f"the {name} holds half a character; write it anew") from None


def to_columns(said: Said) -> dict[str, Any]:
    """Return what is said by the names of its columns, in their order."""
    rule, place = said.subject if isinstance(said.subject, FindingKey) else (None, None)
    table, row, column = said.subject if isinstance(said.subject, CellKey) else (None, None, None)
    raw, value, unit = said.figure or (None, None, None)
    return {
        "rule": rule,
        "place": place,
        "table": table,
        "row": row,
        "column": column,
        "verdict": said.verdict,
        "raw": raw,
        "value": value,
        "unit": unit,
        "note": said.note,
        "reviewer": said.reviewer,
    }
