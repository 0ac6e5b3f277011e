"""The alerts that a person wants, as they are written down in `alerts.toml`."""

import fnmatch
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from archive.moments import moment
from crawler.toml_files import load_toml
from gongkai.alerts.errors import AlertsError
from gongkai.indicators import INDICATORS
from parsers.rules import load_rules

Kind = Literal[
    "new",
    "figures",
    "text",
    "moved",
    "withdrawn",
    "restored",
    "finding",
    "copied",
    "missing",
    "late",
    "source_failing",
    "source_recovered",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
MEASURED: tuple[Kind, ...] = ("new", "figures")
"""The kinds that an indicator can be asked of: a report is there, or has other figures."""
JUDGED: frozenset[Kind] = frozenset({"finding", "copied"})
"""The kinds of which `rules` and `level` can be asked."""
TOLD_AS_LATE = "report.published_late"
"""A finding that is the calendar's, and is told by that."""
Mode = Literal["at_once", "digest"]
Language = Literal["zh", "en"]
_MOST_LISTED = 1000
_DAY_LENGTH = len("2026-03-01")


@dataclass(frozen=True, slots=True)
class AlertRule:
    """One `[[alert]]`: which events are told to whom. Nothing given means any.

    `to` are addresses as Apprise writes them, `to_env` names a variable of the environment that holds more of them.
    `districts`, `sites`, `agencies` and `rules` (of findings) are names, parts of names or patterns with `*`;
    `level` is that of a finding. The figure of the `indicator` must lie above `above` and below `below`, and differ
    from that of the year before by more than the share `change_above`. `limit` is how many events one message tells,
    and how many messages one run sends before the rest go together; `since` is from when on events are told (UTC).
    """

    name: str
    to: tuple[str, ...] = field(default=(), repr=False)
    to_env: str | None = None
    kinds: tuple[Kind, ...] = KINDS
    districts: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    level: str | None = None
    indicator: str | None = None
    above: float | None = None
    below: float | None = None
    change_above: float | None = None
    language: Language = "zh"
    mode: Mode = "digest"
    every: str | None = None
    limit: int = 20
    since: str | None = None


@dataclass(frozen=True, slots=True)
class AlertsFile:
    """A list of alerts as read.

    `base_url` is where `gongkai serve` is reached, without a slash at its end; None where it is not. A site counts as
    failing after `failing_after` visits in a row that were not complete.
    """

    alerts: tuple[AlertRule, ...]
    base_url: str | None = None
    failing_after: int = 2


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a key must hold, said in words for the message. With `is_secret` no message shows what it holds."""

    words: str
    holds: Callable[[Any], bool]
    is_secret: bool = False


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_text, value))


def _is_number(value: object, least: float = float("-inf")) -> bool:
    is_real = isinstance(value, int | float) and not isinstance(value, bool)
    return is_real and least <= value < float("inf")  # type: ignore[operator]


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _MOST_LISTED


def _is_one_of(*names: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and value in names


def _is_address(value: object) -> bool:
    if not _is_text(value) or not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not (parts.query or parts.fragment)


_MOMENT = "%Y-%m-%dT%H:%M:%SZ"


def _parse_since(value: object) -> str | None:
    """Return the moment (UTC text) that a day, its first second, or a moment means; None where it is neither."""
    try:
        if isinstance(value, datetime):
            return moment(value) if value.tzinfo else None
        said = value.isoformat() if isinstance(value, date) else value
        if not isinstance(said, str):
            return None
        pattern = "%Y-%m-%d" if len(said) == _DAY_LENGTH else _MOMENT
        return moment(datetime.strptime(said, pattern).replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


_NAMES = 'a list of names, or patterns with *, like ["青石区", "*街道办事处"]'
_KEYS: Mapping[str, _Wanted] = {
    "name": _Wanted("a short text", _is_text),
    "to": _Wanted(
        'a list of addresses as Apprise writes them, like ["mailto://user:password@example.org"]',
        _is_texts,
        is_secret=True,
    ),
    "to_env": _Wanted(
        "the name of a variable of the environment, like GONGKAI_ALERT_URLS",
        lambda value: isinstance(value, str) and re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value) is not None,
        is_secret=True,
    ),
    "kinds": _Wanted(
        f"a list out of {', '.join(KINDS)}",
        lambda value: isinstance(value, list) and bool(value) and all(one in KINDS for one in value),
    ),
    "districts": _Wanted(_NAMES, _is_texts),
    "sites": _Wanted(_NAMES, _is_texts),
    "agencies": _Wanted(_NAMES, _is_texts),
    "rules": _Wanted('a list of rules of findings, or patterns with *, like ["requests.*"]', _is_texts),
    "level": _Wanted('"hard" or "soft"', _is_one_of("hard", "soft")),
    "indicator": _Wanted(f"one of {', '.join(INDICATORS)}", _is_one_of(*INDICATORS)),
    "above": _Wanted("a number", _is_number),
    "below": _Wanted("a number", _is_number),
    "change_above": _Wanted("a share, 0 or more, like 0.5", lambda value: _is_number(value, 0)),
    "language": _Wanted('"zh" or "en"', _is_one_of("zh", "en")),
    "mode": _Wanted('"digest" or "at_once"', _is_one_of("digest", "at_once")),
    "every": _Wanted('"day", or leave it off', _is_one_of("day")),
    "limit": _Wanted(f"a whole number from 1 to {_MOST_LISTED}", _is_count),
    "since": _Wanted(
        'a day or a moment in quotes, like "2026-03-01" or "2026-03-01T08:00:00Z"',
        lambda value: _parse_since(value) is not None,
    ),
}
_TOP: Mapping[str, _Wanted] = {
    "base_url": _Wanted("the address of `gongkai serve`, like https://reports.example.org", _is_address),
    "failing_after": _Wanted(f"a whole number from 1 to {_MOST_LISTED}", _is_count),
}
_HOW_TO_BEGIN = "docs/alerts.md has one to begin with; or name another with --alerts"
_LISTS = ("to", "kinds", "districts", "sites", "agencies", "rules")
_THRESHOLDS = ("above", "below", "change_above")


def load_alerts(path: Path) -> AlertsFile:
    """Read a list of alerts; raise `AlertsError` with one line that says what to correct."""
    try:
        table = load_toml(path, _HOW_TO_BEGIN)
    except ValueError as error:
        raise AlertsError(str(error)) from error
    for key in table:
        if key not in {"alert", *_TOP}:
            raise AlertsError(f"{path}: unknown key {key!r}: correct it; there are {', '.join(_TOP)} and [[alert]]")
    _require_wanted(str(path), table, _TOP)
    entries = table.get("alert")
    if not isinstance(entries, list) or not entries:
        raise AlertsError(f"{path}: no alerts: add an [[alert]] table with name and to")
    rules: list[AlertRule] = []
    for number, entry in enumerate(entries, 1):
        rule = _read_rule(path, number, entry)
        if any(rule.name == other.name for other in rules):
            raise AlertsError(f"{path}: two alerts are named {rule.name!r}: give each its own name")
        rules.append(rule)
    top = {key: table[key] for key in _TOP if key in table}
    if "base_url" in top:
        top["base_url"] = top["base_url"].rstrip("/")
    return AlertsFile(tuple(rules), **top)


def _require_wanted(called: str, table: Mapping[str, Any], keys: Mapping[str, _Wanted]) -> None:
    for key, wanted in keys.items():
        if key in table and not wanted.holds(table[key]):
            shown = "not that" if wanted.is_secret else repr(table[key])
            raise AlertsError(f"{called}: {key} is {shown}: write {wanted.words}")


def _read_rule(path: Path, number: int, entry: object) -> AlertRule:
    if not isinstance(entry, dict):
        raise AlertsError(f"{path}: alert {number} is not a table: write [[alert]] above its keys")
    called = f"{path}: alert {entry['name']!r}" if _is_text(entry.get("name")) else f"{path}: alert number {number}"
    for key in entry:
        if key not in _KEYS:
            raise AlertsError(f"{called}: unknown key {key!r}: correct it; there are {', '.join(_KEYS)}")
    if "name" not in entry:
        raise AlertsError(f"{called}: name is missing: add {_KEYS['name'].words}")
    _require_wanted(called, entry, _KEYS)
    _require_sense(called, entry)
    values = {**entry, **{key: tuple(entry[key]) for key in _LISTS if key in entry}}
    if "since" in entry:
        values["since"] = _parse_since(entry["since"])
    if "indicator" in entry and "kinds" not in entry:
        values["kinds"] = MEASURED
    return AlertRule(**values)


def _require_sense(called: str, entry: Mapping[str, Any]) -> None:
    """Refuse keys that say nothing together, or contradict each other."""
    if "to" not in entry and "to_env" not in entry:
        raise AlertsError(f"{called}: to is missing: add {_KEYS['to'].words}, or to_env")
    given = [key for key in _THRESHOLDS if key in entry]
    if given and "indicator" not in entry:
        raise AlertsError(f"{called}: {given[0]} without an indicator: add {_KEYS['indicator'].words}")
    if "indicator" in entry and not given:
        raise AlertsError(f"{called}: indicator without a threshold: add one of {', '.join(_THRESHOLDS)}")
    if "above" in entry and "below" in entry and entry["above"] >= entry["below"]:
        raise AlertsError(f"{called}: above is not less than below: nothing lies between; correct one of them")
    if "indicator" in entry and (odd := [kind for kind in entry.get("kinds", ()) if kind not in MEASURED]):
        raise AlertsError(f"{called}: an indicator says nothing of {odd[0]!r}: leave kinds to {', '.join(MEASURED)}")
    if "indicator" in entry and entry.get("kinds", MEASURED) == ["new"]:
        raise AlertsError(f'{called}: what is corrected before the next run would be missed: add "figures" to kinds')
    for pattern in entry.get("rules", ()):
        if not fnmatch.filter(load_rules(), pattern):
            raise AlertsError(f"{called}: no rule is {pattern!r}: correct it; docs/checks.md lists them")
    _require_judged(called, entry)
    if "every" in entry and entry.get("mode", "digest") != "digest":
        raise AlertsError(f'{called}: every is for digests alone: write mode = "digest", or leave every off')


def _require_judged(called: str, entry: Mapping[str, Any]) -> None:
    """Refuse what is asked of findings where none is told, or of the one finding that the kind `late` tells."""
    kinds = entry.get("kinds", KINDS)
    asked = next((key for key in ("rules", "level") if key in entry), None)
    if asked and JUDGED.isdisjoint(kinds):
        raise AlertsError(f"{called}: {asked} are of findings: add {' or '.join(sorted(JUDGED))} to kinds")
    if any(fnmatch.filter(load_rules(), pattern) == [TOLD_AS_LATE] for pattern in entry.get("rules", ())):
        raise AlertsError(f'{called}: {TOLD_AS_LATE} is told by the calendar: write kinds = ["late"] without it')
