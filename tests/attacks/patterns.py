"""Every pattern of the four rooms: those that modules hold, those that functions compile, those that data files hold.

What a module holds is found by walking its values, and those that its functions without an argument load. What is
compiled inside a function is found in its source; where such a pattern has names of the function in it, `LOCALS` says
what they may be. A call that neither shows is an error, so that no pattern is left out unseen.
"""

import ast
import dataclasses
import functools
import importlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("parsers", "archive", "crawler", "gongkai")
CALLS = frozenset({"compile", "findall", "finditer", "fullmatch", "match", "search", "split", "sub", "subn"})
LITERAL = re.compile(r"re\.escape\(\w+\)")
"""A pattern that takes a text as it stands, whatever that is, and has no loop."""

_CALLS_OF_RE = frozenset(f"re.{call}" for call in CALLS)
ANCHORED = frozenset({"fullmatch", "match"})
ANYHOW = "search"
"""How a pattern is taken to be used that is handed on as a value."""
DEEPEST = 6
"""How deep values lie within values of a module and are still looked at."""

LOADED = frozenset({"parsers.carriers.rtf_words", "parsers.facts", "parsers.headings"})
"""Modules that compile what a table of theirs or a data file holds: the values that they load are walked."""

Names = Mapping[str, object]
LOCALS: Mapping[tuple[str, str], tuple[Names, ...]] = {
    ("parsers.carriers.mhtml", "mark"): ({"mark": re.escape(b"----=_Next.0")},),
    ("parsers.forms.series", "self"): ({"self": SimpleNamespace(titles=("政府信息公开(?:工作)?年度报告",))},),
    ("parsers.forms.sound", "pattern"): (),
    ("parsers.titles", "series"): (),
    ("crawler.series", "series"): (),
    ("parsers.strangers", "kind"): ({"kind": 0}, {"kind": 1}),
    ("crawler.families._literals", "name"): ({"name": "_CONFIG"},),
    ("crawler.families.epoint", "name"): ({"name": "categorynum", "value": r"[\"']([\w-]{1,64})[\"']"},),
    ("crawler.families.hanweb_jpage", "named"): ({"named": ("", "dataStore")},),
    ("crawler.families.truecms", "name"): ({"name": "perPage"},),
    ("crawler.sites", "clock"): ({"clock": r"(?:[01]\d|2[0-3]):[0-5]\d"},),
}
"""What the names inside a function may be, by module and the name that is met first; nothing where only
form files of the user's own bring one, or where a text is only tried as one."""

TABLES: Mapping[tuple[str, str], str] = {
    ("parsers.carriers.sniff", "magic"): "[row[0] for row in (*_PICTURES, *_OTHERS)]",
    ("parsers.carriers.sniff", "pattern"): "[row[0] for row in (*_ZIP_KINDS, *_XML_OTHERS)]",
    ("crawler.blocks", "pattern"): "[pattern for row in SIGNATURES for pattern in row.cookies]",
}
"""Where the patterns that a function takes from its module's tables stand."""


@dataclasses.dataclass(frozen=True, slots=True)
class Held:
    """A pattern, where it was found (a module, with the line for what stands in a function) and how it is used.

    `ways` are `fullmatch` and `match` where it is only ever tried at one place of a text, else `search` alone.
    """

    place: str
    pattern: re.Pattern[Any]
    ways: frozenset[str]


class UnseenError(AssertionError):
    """A pattern whose text the walk cannot know."""


def find_patterns() -> list[Held]:
    """Return every pattern once, by text and flags, in the order of modules; raises `UnseenError`."""
    found: dict[tuple[str | bytes, int], tuple[str, re.Pattern[Any], set[str]]] = {}
    for name, file in iter_modules():
        module, tree = importlib.import_module(name), ast.parse(file.read_text(encoding="utf-8"))
        uses = _find_uses(tree)
        held = [(place, pattern, uses.get(as_name, {ANYHOW})) for place, pattern, as_name in _iter_held(name, module)]
        for place, pattern, ways in (*held, *_iter_written(name, module, tree)):
            found.setdefault((pattern.pattern, pattern.flags), (place, pattern, set()))[2].update(ways)
    return [Held(place, pattern, _told_apart(ways)) for place, pattern, ways in found.values()]


def _told_apart(ways: set[str]) -> frozenset[str]:
    ways -= {"compile"}
    return frozenset(ways) if ways and ways <= ANCHORED else frozenset({ANYHOW})


def iter_modules() -> Iterator[tuple[str, Path]]:
    """Yield the dotted name and the file of each module that runs nothing when it is loaded."""
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            parts = file.relative_to(ROOT).with_suffix("").parts
            if parts[-1] != "__main__" and parts[:2] != ("gongkai", "proof"):
                yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), file


def _find_uses(tree: ast.AST) -> dict[str, set[str]]:
    """Return by name which methods of it a module uses; a name that stands alone may be used anyhow."""
    uses: dict[str, set[str]] = {}
    owners = {id(node.value): node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            way = owners.get(id(node), ANYHOW)
            uses.setdefault(node.id, set()).update({way} & CALLS if way != "pattern" else ())
    return uses


def _iter_held(name: str, module: ModuleType) -> Iterator[tuple[str, re.Pattern[Any], str]]:
    """Yield what the values of a module hold, with the name under which a pattern itself stands."""
    for known_as, value in list(vars(module).items()):
        for pattern in _iter_within(value, DEEPEST):
            yield name, pattern, known_as if pattern is value else ""
        if isinstance(value, functools._lru_cache_wrapper) and value.__module__ == name and _asks_nothing(value):
            for pattern in _iter_within(value(), DEEPEST):
                yield name, pattern, ""


def _asks_nothing(function: Any) -> bool:
    return function.__wrapped__.__code__.co_argcount == 0


def _iter_within(value: object, depth: int) -> Iterator[re.Pattern[Any]]:
    """Yield the patterns that are, or lie within, a value; what classes hold as well."""
    if isinstance(value, re.Pattern):
        yield value
    elif depth:
        for inner in _iter_parts(value):
            yield from _iter_within(inner, depth - 1)


def _iter_parts(value: object) -> Iterable[object]:
    if isinstance(value, Mapping):
        return [*value.keys(), *value.values()]
    if isinstance(value, tuple | list | set | frozenset):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, field.name) for field in dataclasses.fields(value)]
    if isinstance(value, type) and value.__module__.partition(".")[0] in ROOMS:
        return list(vars(value).values())
    return ()


def _iter_written(name: str, module: ModuleType, tree: ast.AST) -> Iterator[tuple[str, re.Pattern[Any], set[str]]]:
    """Yield the patterns that the calls of `re` in a source have as their first argument, and how they are used."""
    for call in _iter_calls(tree):
        for pattern in _evaluate(call, name, module):
            yield f"{name}:{call.lineno}", pattern, {ast.unparse(call.func).removeprefix("re.")}


def _iter_calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in _CALLS_OF_RE:
            yield node


def _evaluate(call: ast.Call, name: str, module: ModuleType) -> Iterator[re.Pattern[Any]]:
    """Yield what the call compiles: once, or once for each thing that a name of its function may be."""
    source = ast.unparse(call.args[0])
    flags = _flags(call, module)
    try:
        texts = [eval(source, vars(module))]  # noqa: S307 - our own source
    except NameError as problem:
        texts = list(_texts_of_locals(source, str(problem.name), name, module))
    for text in texts:
        yield text if isinstance(text, re.Pattern) else re.compile(text, flags)


def _texts_of_locals(source: str, missing: str, name: str, module: ModuleType) -> Iterator[Any]:
    if name in LOADED or LITERAL.fullmatch(source):
        return
    if table := TABLES.get((name, missing)):
        yield from eval(table, vars(module))  # noqa: S307
    elif (name, missing) in LOCALS:
        for names in LOCALS[name, missing]:
            yield eval(source, {**vars(module), **names})  # noqa: S307
    else:
        raise UnseenError(f"{name}: the pattern {source} has {missing} in it; say in LOCALS what that may be")


def _flags(call: ast.Call, module: ModuleType) -> int:
    """Return the flags that a call is given: `re.NAME`, alone or joined, by place or by name."""
    given = [word.value for word in call.keywords if word.arg == "flags"]
    given += [argument for argument in call.args[1:] if "re." in ast.unparse(argument)]
    flags = 0
    for argument in given:
        if re.fullmatch(r"re\.[A-Z]+(?: \| re\.[A-Z]+)*", ast.unparse(argument)):
            flags |= int(eval(ast.unparse(argument), vars(module)))  # noqa: S307
    return flags
