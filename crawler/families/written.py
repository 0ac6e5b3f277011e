"""Lists that the page writes by script, row by row, without asking for data: `document.writeln('<li><a href="'+url+…`.

Met with TRS above all (`var url="./…"; title="…"; document.writeln(...)`), but no mark of it. Only straight code is
read: literals, variables set to literals, and sums of both. Whatever else is written is left out.
"""

import re
from collections.abc import Iterator

from crawler.families.family import Expansion, Family
from crawler.html import parse_links
from crawler.links import Link, Page

WRITES_LIMIT = 2000
"""Calls read on one page; no list shows so many rows."""

_STRING = r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
_STATEMENT = re.compile(
    rf"\bdocument\.write(?:ln)?\s*(?P<call>\()|(?<![\w$])(?P<name>[A-Za-z_$][\w$]*+)\s*+=\s*+(?P<value>{_STRING})(?=\s*[;,\n}}]|\s*$)"
)
_OPERAND = re.compile(
    rf"\s*(?:(?P<string>{_STRING})|(?P<name>[A-Za-z_$][\w$]*)(?:\.\w+(?:\([^()\"']*\))?)*)\s*(?P<after>[+)])"
)
_WRITES_LINK = re.compile(r"\bdocument\.write(?:ln)?\s*\(")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))")
_LETTERS = {"n": "\n", "t": "\t", "r": "\r"}


def recognise(page: Page) -> bool:
    """Whether a page writes something by script that may be a link."""
    return _WRITES_LINK.search(page.scripts) is not None and "href" in page.scripts


def expand(page: Page) -> Expansion:
    """Return the links in what the page's scripts write."""
    return Expansion(links=parse_written_links(page.scripts, page.url))


def parse_written_links(scripts: str, base: str) -> tuple[Link, ...]:
    """Return the links in what scripts write into the page, in order."""
    written = "\n".join(_iter_written(scripts))
    return parse_links(written, base) if "href" in written else ()


def _iter_written(scripts: str) -> Iterator[str]:
    """Yield what each `document.write` writes; variables have the values that they have at that place."""
    variables: dict[str, str] = {}
    writes = 0
    for match in _STATEMENT.finditer(scripts):
        if match["name"]:
            variables[match["name"]] = _unescape(match["value"])
            continue
        writes += 1
        if writes > WRITES_LIMIT:
            return
        if (text := _find_sum(scripts, match.end(), variables)) is not None:
            yield text


def _find_sum(scripts: str, start: int, variables: dict[str, str]) -> str | None:
    """Add up strings and variables from `start` to the closing bracket; None where something else stands.

    A method of a variable (`title.substring(0,20)`) is passed over: what a list shortens is wanted whole.
    """
    parts: list[str] = []
    while operand := _OPERAND.match(scripts, start):
        name = operand["name"]
        if name is not None and name not in variables:
            return None
        parts.append(variables[name] if name is not None else _unescape(operand["string"]))
        if operand["after"] == ")":
            return "".join(parts)
        start = operand.end()
    return None


def _unescape(quoted: str) -> str:
    """Return what a JavaScript string holds."""
    return _ESCAPE.sub(_read_escape, quoted[1:-1]) if "\\" in quoted else quoted[1:-1]


def _read_escape(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _LETTERS.get(match[3], match[3])


FAMILY = Family("written", "lists written by script (document.write)", recognise, expand)
