"""What a person is told of each rule, by its id: the catalogue in rules.toml, and what a form says of its own rules."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import Any, Literal, get_args

from parsers.errors import FormError
from parsers.forms import load_forms
from parsers.report import Level

Scope = Literal["document", "years", "district", "copies", "calendar"]
"""What a rule looks at: one report, two years, a district, two texts or pages, or the days on which it is due."""


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule as a person reads it: what it asks (`formula`), what a breach is called (`zh`, `en`), what asks for it.

    `mark` is the rule's short name in the list of formulas: B1, X1.
    """

    id: str
    level: Level
    scope: Scope
    mark: str
    formula: str
    zh: str
    en: str
    source: str


@cache
def load_rules() -> Mapping[str, RuleText]:
    """Return every rule by its id, in the order of the catalogue; rules that a form alone knows stand behind.

    >>> load_rules()["requests.row_sum"].level
    'hard'
    """
    listed = parse_rules(resources.files(__package__).joinpath("rules.toml").read_text(encoding="utf-8"))
    own = {
        rule.id: RuleText(
            rule.id, rule.level, "document", rule.id, rule.says, rule.zh or rule.says, rule.en or rule.says, form.source
        )
        for form in load_forms().values()
        for rule in form.list_rules()
    }
    return {**listed, **{key: rule for key, rule in own.items() if key not in listed}}


def parse_rules(text: str) -> Mapping[str, RuleText]:
    """Read a catalogue; `FormError` names the entry that lacks a key, has a strange one or comes twice."""
    try:
        entries = tomllib.loads(text)["rules"]
    except (tomllib.TOMLDecodeError, KeyError) as problem:
        raise FormError(f"rules.toml: {problem!r}") from problem
    rules: dict[str, RuleText] = {}
    for number, entry in enumerate(entries, 1):
        rule = _rule(entry, number)
        if rule.id in rules:
            raise FormError(f"rules.toml: {rule.id} stands twice")
        rules[rule.id] = rule
    return rules


def _rule(entry: Mapping[str, Any], number: int) -> RuleText:
    name = entry.get("id", f"entry {number}")
    wanted = {field.name for field in fields(RuleText)}
    if wrong := sorted(wanted ^ set(entry)):
        raise FormError(f"rules.toml: {name} lacks or has beyond what is known: {', '.join(wrong)}")
    if empty := sorted(key for key, value in entry.items() if not isinstance(value, str) or not value.strip()):
        raise FormError(f"rules.toml: {name} says nothing under {', '.join(empty)}")
    if entry["level"] not in get_args(Level) or entry["scope"] not in get_args(Scope):
        raise FormError(f"rules.toml: {name} has the level {entry['level']!r} and the scope {entry['scope']!r}")
    return RuleText(**entry)
