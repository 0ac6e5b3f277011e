"""What may stand in a form file: each part with its keys, what each must be, and which of them it needs."""

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple

from parsers.errors import FormError


class _Field(NamedTuple):
    """What stands under a key: a kind of `_KINDS`, and the part that each item is, where it has keys of its own."""

    kind: str
    is_needed: bool = False
    part: str | None = None


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_list_of(is_one: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list) and all(map(is_one, value))


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_part(value: object) -> bool:
    return isinstance(value, dict)


_KINDS: Mapping[str, Callable[[object], bool]] = {
    "a text in quotes": _is_text,
    "a list of texts": _is_list_of(_is_text),
    "a whole number above 0": _is_number,
    "a list of whole numbers above 0": _is_list_of(_is_number),
    "true or false": lambda value: isinstance(value, bool),
    "a list of tables": _is_list_of(_is_part),
    "the name of a series, or a table [series]": lambda value: _is_text(value) or _is_part(value),
}
_TEXT, _TEXTS, _NUMBER, _NUMBERS, _YES, _PARTS, _SERIES = _KINDS

_TOLD = {"level": _Field(_TEXT), "zh": _Field(_TEXT), "en": _Field(_TEXT)}
_PLACED = {key: _Field(_TEXT, is_needed=True) for key in ("id", "table", "along")}
_FIELDS: Mapping[str, Mapping[str, _Field]] = {
    "form": {
        "form": _Field(_TEXT, is_needed=True),
        "name": _Field(_TEXT, is_needed=True),
        "source": _Field(_TEXT, is_needed=True),
        "series": _Field(_SERIES, part="series"),
        "tables": _Field(_PARTS, is_needed=True, part="table"),
        "rules": _Field(_PARTS, part="rule"),
    },
    "series": {
        "name": _Field(_TEXT, is_needed=True),
        "titles": _Field(_TEXTS, is_needed=True),
        "columns": _Field(_TEXTS, is_needed=True),
        "sections": _Field(_PARTS, is_needed=True, part="section"),
    },
    "section": {
        "key": _Field(_TEXT, is_needed=True),
        "label": _Field(_TEXT, is_needed=True),
        "words": _Field(_TEXTS),
    },
    "table": {
        "key": _Field(_TEXT, is_needed=True),
        "section": _Field(_TEXT, is_needed=True),
        "label": _Field(_TEXT, is_needed=True),
        "width": _Field(_NUMBER, is_needed=True),
        "columns": _Field(_TEXTS, is_needed=True),
        "lines": _Field(_PARTS, is_needed=True, part="line"),
    },
    "line": {
        "labels": _Field(_PARTS, is_needed=True, part="label"),
        "rows": _Field(_TEXTS),
        "columns": _Field(_TEXTS),
        "spans": _Field(_NUMBERS),
        "unit": _Field(_TEXT),
    },
    "label": {
        "text": _Field(_TEXT, is_needed=True),
        "cs": _Field(_NUMBER),
        "rs": _Field(_NUMBER),
        "column": _Field(_TEXT),
        "also": _Field(_TEXTS),
    },
    "rule": {
        **_PLACED,
        **_TOLD,
        "says": _Field(_TEXT, is_needed=True),
        "kind": _Field(_TEXT),
        "places": _Field(_TEXTS),
        "left": _Field(_TEXTS),
        "right": _Field(_TEXTS),
        "but": _Field(_TEXTS),
        "signed": _Field(_TEXTS),
        "levels": _Field(_TEXTS),
        "unit": _Field(_TEXT),
        "parts_of": _Field(_TEXT),
        "is_stated": _Field(_YES),
        "is_open": _Field(_YES),
    },
}
"""Of every part of a file its keys. A rule without a `kind` is a sum."""


def require_fields(data: Mapping[str, Any], file: str) -> None:
    """Raise a `FormError` for the first key of a file that is missing, unknown or not what it must be."""
    for problem in _iter_problems(data, "form", ""):
        raise FormError(f"{file}: {problem}")


def _iter_problems(data: Mapping[str, Any], part: str, where: str) -> Iterator[str]:
    known = _FIELDS[part]
    for key in data:
        if key not in known:
            near = get_close_matches(key, known, 1)
            advice = f"did you mean `{near[0]}`?" if near else f"the keys known here are {', '.join(known)}"
            yield f"{where}`{key}` is not known; {advice}"
    for key, field in known.items():
        if key not in data:
            if field.is_needed:
                yield f"{where}`{key}` is missing; write {field.kind} there"
        elif not _KINDS[field.kind](data[key]):
            yield f"{where}`{key}` is {data[key]!r}; it must be {field.kind}"
        elif field.part:
            yield from _iter_inside(data[key], field.part, where)


def _iter_inside(value: Any, part: str, where: str) -> Iterator[str]:  # noqa: ANN401 - what a file holds is not known
    """Go through the parts under a key; each is called by its name, else by its number."""
    if isinstance(value, dict):
        yield from _iter_problems(value, part, f"{where}{part}: ")
        return
    for number, one in enumerate(value if isinstance(value, list) else (), 1):
        name = one.get("id") or one.get("key") or number
        yield from _iter_problems(one, part, f"{where}{part} {name}: ")
