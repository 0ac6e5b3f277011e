"""Messages: what is written of one event, or of several together."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from archive import Archive, CaptureRef
from gongkai.alerts.events import Event, say_evidence
from gongkai.alerts.phrases import phrase
from gongkai.alerts.plain import plain
from gongkai.alerts.rules import JUDGED, AlertRule, Kind, Language

_SHOWN_OF_HASH = 16
"""Hexadecimal digits of a hash in a message; `gongkai evidence` has all."""
NAMES_TOLD = 100
"""Events beyond a rule's limit that are named at least; the number says how many more there are."""
_LATER: Mapping[Kind, int] = {"figures": 0, "withdrawn": 0, "restored": 0, **dict.fromkeys(JUDGED, 2)}
"""Which kinds a message tells first and last, 1 for all others: what was published and is no more what it was must not
be lost behind many findings, of which the last are only named."""
MOST_TITLE = 120
"""Signs of a title: a mail shows no more in its list."""


class Message(NamedTuple):
    """A message, with the events that it tells; `body` are blocks of lines with an empty line between two."""

    title: str
    body: str
    events: tuple[Event, ...]


def write_messages(
    archive: Archive, rule: AlertRule, events: Sequence[Event], base_url: str | None
) -> tuple[Message, ...]:
    """Return what a rule says of events: one message each, or all in one, as it asks.

    More than its limit go together, and of those in one message beyond the limit only their titles are told. Changed
    figures, withdrawals and restorations come first, findings and copies last, and among them the earliest first.
    """
    ordered = sorted(events, key=lambda event: (_LATER.get(event.kind, 1), event.noticed_at, event.key))
    if not ordered:
        return ()
    if rule.mode == "at_once" and len(ordered) <= rule.limit:
        return tuple(_write_one(archive, rule, event, base_url) for event in ordered)
    return (_write_digest(archive, rule, ordered, base_url),)


def _write_one(archive: Archive, rule: AlertRule, event: Event, base_url: str | None) -> Message:
    kind = phrase(rule.language, f"kind_{event.kind}")
    title = phrase(rule.language, "event_title", rule=plain(rule.name), kind=kind, title=plain(event.title))
    return Message(_cut(title), _write_event(archive, event, base_url, rule.language), (event,))


def _write_digest(archive: Archive, rule: AlertRule, events: Sequence[Event], base_url: str | None) -> Message:
    title = phrase(rule.language, "digest_title", rule=plain(rule.name), count=len(events))
    blocks = [_write_event(archive, event, base_url, rule.language) for event in events[: rule.limit]]
    left = events[rule.limit :]
    if left:
        more = phrase(rule.language, "and_more", count=len(left))
        blocks.append("\n".join([more, *(_name_event(event, rule.language) for event in left[:NAMES_TOLD])]))
        if base_url is not None:
            blocks.append(phrase(rule.language, "all_changes", url=f"{base_url}/changes"))
    return Message(_cut(title), "\n\n".join(blocks), tuple(events))


def _name_event(event: Event, language: Language) -> str:
    return f"■ {phrase(language, f'kind_{event.kind}')} · {plain(event.title)}"


def _write_event(archive: Archive, event: Event, base_url: str | None, language: Language) -> str:
    """Return the block of lines that tells an event: what, old and new, when, and where the evidence is."""
    place = " · ".join(plain(name) for name in (event.where.district, event.where.agency) if name)
    lines = [_name_event(event, language), *([place] if place else [])]
    lines += [line.say(language) for line in event.lines]
    lines.append(phrase(language, "noticed", moment=event.noticed_at))
    lines += say_evidence(event.evidence, base_url, language)
    for moment, sha256 in _find_captures(archive, event):
        lines.append(phrase(language, "capture", moment=moment, sha256=sha256[:_SHOWN_OF_HASH]))
    return "\n".join(lines)


def _find_captures(archive: Archive, event: Event) -> list[tuple[str, str]]:
    """Return moment and hash of the captures that prove an event, the newest first."""
    refs: Sequence[CaptureRef] = event.captures
    if refs or event.report is None or not event.versions:
        return [(ref.fetched_at, ref.sha256) for ref in refs]
    known = {facts.number: facts for facts in archive.list_versions(event.report)}
    return [(known[number].fetched_at, known[number].sha256) for number in event.versions if number in known]


def write_test(rule: AlertRule) -> Message:
    """Return the message that says that a rule reaches whom it is for."""
    title = phrase(rule.language, "test_title", rule=plain(rule.name))
    return Message(_cut(title), phrase(rule.language, "test_body"), ())


def fit_body(body: str, uid: str, most: int, language: Language) -> str:
    r"""Return a body with its uid, of `most` signs at most (0: any); it says where it was cut.

    >>> fit_body("one\n\ntwo", "7", 0, "en")
    'one\n\ntwo\n\nmessage 7'
    """
    last = phrase(language, "uid", uid=uid)
    whole = f"{body}\n\n{last}"
    if not most or len(whole) <= most:
        return whole
    ending = f"\n\n{phrase(language, 'cut')}\n{last}"
    room = most - len(ending)
    kept = body[: max(room, 0)]
    at = kept.rfind("\n\n") if "\n\n" in kept else kept.rfind("\n")
    return (kept[:at] if at > 0 else kept) + ending


def _cut(title: str) -> str:
    return title if len(title) <= MOST_TITLE else f"{title[: MOST_TITLE - 1]}…"
