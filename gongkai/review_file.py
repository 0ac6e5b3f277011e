"""Reviews as a file that lives well beside code: TOML, one entry a review, always in the same order.

An archive's reviews go out whole, and come in again wherever the same reports are known: each entry is looked at by
itself, and one that does not fit is refused with its reason while the others are kept.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any, Literal, cast, get_args

from archive import (
    Archive,
    ArchiveError,
    Figure,
    FindingKey,
    Review,
    ReviewError,
    Said,
    ShownReport,
    Verdict,
    make_review,
    name_subject,
)
from archive.judgements.review import VERDICTS, Subject, parse_moment
from crawler.toml_files import parse_toml
from gongkai.reviewing import find_bytes, find_cell, parse_correction, parse_subject
from parsers.forms import load_forms
from parsers.report import CellKey
from parsers.rules import load_rules

CLOCKS_DIFFER = timedelta(days=1)
"""How far ahead of this machine's clock the moment of a review may be."""
_ANY_TIME = datetime.max.replace(tzinfo=UTC) - CLOCKS_DIFFER
_HEADER = "# Reviews of gongkai: what people said of findings and cells. `gongkai review --import` takes them in.\n"
_KEYS = frozenset({"report", "finding", "cell", "verdict", "raw", "value", "unit", "note", "by", "at", "sha256"})
_TEXTS = _KEYS - {"value", "at"}
_NEEDED = ("report", "verdict", "at", "sha256")

Outcome = Literal["new", "known", "lapsed", "refused"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one entry of a file: its number from 1, what it is about, and why it was refused.

    One that is lapsed was kept as well, and holds as soon as the bytes that it is about stand again.
    """

    number: int
    report: str
    subject: str
    outcome: Outcome
    reason: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the fields by name."""
        return {name: getattr(self, name) for name in self.__slots__}


def write_reviews(archive: Archive, path: Path) -> int:
    """Write all that was ever said of reports into a file, and return how many reviews that is.

    `ReviewError` where the file holds something else, or reviews that the archive does not.
    """
    reviews = archive.list_reviews(with_lapsed=True)
    try:
        if path.exists():
            _require_replaceable(path, {review.uid for review in reviews})
        part = path.with_name(f"{path.name}.{token_hex(4)}.part")  # two that write at once have one each
        try:
            part.write_text(format_reviews(reviews), encoding="utf-8")
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as problem:
        raise ReviewError(f"{path} cannot be written ({problem.strerror}); name another file") from problem
    return len(reviews)


def format_reviews(reviews: list[Review]) -> str:
    """Return reviews as a file: by report, subject, moment."""
    ordered = sorted(reviews, key=lambda one: (one.report, name_subject(one.subject), one.reviewed_at, one.uid))
    return "\n".join([_HEADER, *map(_format_entry, ordered)])


def import_reviews(archive: Archive, content: bytes, now: datetime) -> list[Imported]:
    """Take in the reviews of a file, and say of each entry what became of it; `ReviewError` where it is no such file.

    All that are not refused come in, or none.
    """
    reports = _Reports(archive)
    kept = {review.uid for review in archive.list_reviews(with_lapsed=True)}
    told: list[Imported | Review] = []
    for number, entry in enumerate(read_entries(content), 1):
        try:
            review = parse_entry(entry, now)
            told.append(review if review.uid in kept else reports.place(review))
        except ArchiveError as problem:
            told.append(Imported(number, *_name_entry(entry), "refused", str(problem)))
    are_new = iter(archive.save_reviews(one for one in told if isinstance(one, Review)))
    lapsed = {review.uid for review in archive.list_reviews(with_lapsed=True) if review.lapsed}
    return [
        one if isinstance(one, Imported) else _tell(number, one, lapsed, is_new=next(are_new))
        for number, one in enumerate(told, 1)
    ]


def read_entries(content: bytes) -> list[Mapping[str, Any]]:
    """Return the entries of a file; `ReviewError` where it is no TOML or has anything else in it."""
    try:
        table = parse_toml(content)
    except ValueError as problem:
        raise ReviewError(f"the file is {problem}") from problem
    entries = table.get("review", [])
    if table.keys() - {"review"} or not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise ReviewError("the file has something else than [[review]] in it")
    return entries


def parse_entry(entry: Mapping[str, Any], now: datetime) -> Review:
    """Return the review that an entry states; `ReviewError` says what of it does not fit."""
    _require_shape(entry)
    moment = _to_utc(entry["at"])
    if moment > now + CLOCKS_DIFFER:
        raise ReviewError(f"it was said at {moment:%Y-%m-%dT%H:%M:%SZ}, which has not come yet")
    if entry["verdict"] not in VERDICTS:
        raise ReviewError(f"{entry['verdict']!r} is no verdict; there are {', '.join(VERDICTS)}")
    verdict = cast("Verdict", entry["verdict"])
    said = Said(_parse_subject(entry), verdict, _parse_figure(entry), entry.get("note", ""), entry.get("by"))
    return make_review(entry["report"], entry["sha256"], said, moment)


def _to_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ReviewError(f"its moment {moment} is beyond all calendars") from None


class _Reports:
    """The reports that entries name, each looked up once."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._known: dict[str, tuple[ShownReport, str]] = {}

    def place(self, review: Review) -> Review:
        """Return a review under the id that its report has here; an error where there is no such report or cell."""
        if review.report not in self._known:
            shown = self._archive.show_report(review.report)
            self._known[review.report] = shown, find_bytes(self._archive, shown)
        if isinstance(review.subject, FindingKey) and review.subject.rule not in load_rules():
            raise ReviewError(f"no such rule: {review.subject.rule}")
        shown, sha256 = self._known[review.report]
        is_read = sha256 == review.sha256
        if isinstance(review.subject, CellKey) and not _has_cell(shown, review.subject, is_read=is_read):
            raise ReviewError(f"no such cell: {name_subject(review.subject)}")
        if shown.row.id == review.report:
            return review
        return make_review(shown.row.id, review.sha256, review.said, parse_moment(review.reviewed_at))


def _has_cell(shown: ShownReport, key: CellKey, *, is_read: bool) -> bool:
    """Whether the report has a cell; of bytes that do not stand, whether any form has it."""
    if is_read:
        return find_cell(shown.report.cells, key) is not None
    return any(key in set(table.iter_cells()) for form in load_forms().values() for table in form.tables)


def _tell(number: int, review: Review, lapsed: set[str], *, is_new: bool) -> Imported:
    outcome: Outcome = "known" if not is_new else "lapsed" if review.uid in lapsed else "new"
    return Imported(number, review.report, name_subject(review.subject), outcome)


def _require_shape(entry: Mapping[str, Any]) -> None:
    """See that an entry has the keys of one and no others, each of its type."""
    if unknown := sorted(entry.keys() - _KEYS):
        raise ReviewError(f"{unknown[0]!r} is no key of a review; there are {', '.join(sorted(_KEYS))}")
    if missing := next((key for key in _NEEDED if key not in entry), None):
        raise ReviewError(f"it has no {missing!r}")
    if wrong := next((key for key in sorted(_TEXTS & entry.keys()) if not isinstance(entry[key], str)), None):
        raise ReviewError(f"its {wrong!r} is no text in quotes")
    if not isinstance(entry["at"], datetime) or entry["at"].tzinfo is None:
        raise ReviewError("its 'at' is no moment like 2026-01-31T08:00:00Z, without quotes")
    if ("finding" in entry) == ("cell" in entry):
        raise ReviewError("it names either a 'finding' (RULE@PLACE) or a 'cell' (TABLE.ROW.COLUMN)")


def _parse_subject(entry: Mapping[str, Any]) -> Subject:
    key = "finding" if "finding" in entry else "cell"
    subject = parse_subject(entry[key])
    if isinstance(subject, FindingKey) != (key == "finding"):
        raise ReviewError(f"{entry[key]!r} is no {key}")
    return subject


def _parse_figure(entry: Mapping[str, Any]) -> Figure | None:
    """Return the figure of a correction, None where none is given; it must be the one that its raw text means."""
    if "raw" not in entry:
        if entry.keys() & {"value", "unit"}:
            raise ReviewError("it has a value or a unit without a 'raw'")
        return None
    figure = parse_correction(entry["raw"], entry.get("unit"))
    if "value" in entry and (type(entry["value"]), entry["value"]) != (type(figure.value), figure.value):
        raise ReviewError(f"its value {entry['value']!r} is not what {entry['raw']!r} means ({figure.value})")
    if "unit" in entry and entry["unit"] != figure.unit:
        raise ReviewError(f"its unit {entry['unit']!r} is not that of {entry['raw']!r}")
    return figure


def _name_entry(entry: Mapping[str, Any]) -> tuple[str, str]:
    """Return how an entry names its report and subject, whatever stands there."""
    return str(entry.get("report", "")), str(entry.get("finding", entry.get("cell", "")))


def _format_entry(review: Review) -> str:
    key = "finding" if isinstance(review.subject, FindingKey) else "cell"
    lines = [f"{name} = {_quote(value)}" for name, value in _iter_values(review, key) if value is not None]
    return "\n".join(["[[review]]", *lines, f"at = {review.reviewed_at}", f'sha256 = "{review.sha256}"', ""])


def _iter_values(review: Review, key: str) -> Iterator[tuple[str, str | int | float | None]]:
    yield "report", review.report
    yield key, name_subject(review.subject)
    yield "verdict", review.verdict
    if review.figure:
        yield from zip(("raw", "value", "unit"), review.figure, strict=True)
    yield "note", review.note or None
    yield "by", review.reviewer


def _quote(value: str | float) -> str:
    r"""Return a value as TOML writes it; signs that are not seen are escaped.

    >>> print(_quote('a"b\x7f'), _quote(2.5))
    "a\"b\u007F" 2.5
    """
    if not isinstance(value, str):
        return repr(value)
    text = json.dumps(value, ensure_ascii=False)
    return "".join(sign if sign.isprintable() else _escape(sign) for sign in text)


def _escape(sign: str) -> str:
    number = ord(sign)
    return f"\\u{number:04X}" if number <= 0xFFFF else f"\\U{number:08X}"


def _require_replaceable(path: Path, kept: set[str]) -> None:
    """Refuse to write over a file that is not one of these, or that says what would be lost."""
    content = path.read_bytes()
    if content.strip() and not content.decode("utf-8-sig", "replace").startswith(_HEADER):
        raise ReviewError(f"{path} is there already and holds something else; name another file")
    if not all(_is_kept(entry, kept) for entry in read_entries(content)):
        raise ReviewError(f"{path} holds reviews that the archive does not; take them in first, with --import")


def _is_kept(entry: Mapping[str, Any], kept: set[str]) -> bool:
    try:
        return parse_entry(entry, _ANY_TIME).uid in kept
    except ReviewError:
        return False
