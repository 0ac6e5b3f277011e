r"""Objects and lists as scripts write them, read tolerantly.

Keys without quotes, single quotes, comments, a comma too many: all read. What is no literal (a name, a call, a sum of
strings) is None, since its value is not known. Reading takes time in proportion to the text: what was read once is not
read again but for what stands inside a function, and that only so many functions deep.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

SIZE_LIMIT = 8_000_000
"""Characters looked at; what stands behind them is not read."""

DEPTH_LIMIT = 40
"""Objects within objects, and functions within functions."""

_SPACE = re.compile(r"(?:\s++|//[^\n]*+|/\*.*?(?:\*/|\Z))*+", re.DOTALL)
_QUOTED = {
    '"': re.compile(r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"', re.DOTALL),
    "'": re.compile(r"'([^'\\]*+(?:\\.[^'\\]*+)*+)'", re.DOTALL),
    "`": re.compile(r"`([^`\\]*+(?:\\.[^`\\]*+)*+)`", re.DOTALL),
}
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w$.])")
_WORD = re.compile(r"(?:true|false|null|undefined)(?![\w$.(\[])")
_WORDS: dict[str, object] = {"true": True, "false": False}
_KEY = re.compile(r"[\w$-]+")
_PLAIN = re.compile(r"[^\"'`()\[\]{},/;]++")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r\n|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": "", "\r": ""}
_SURROGATE = re.compile("[\ud800-\udfff]")
_OPENING = re.compile(r"\{\s*+(?:\"[\w$-]{1,60}+\"|'[\w$-]{1,60}+'|[\w$-]{1,60}+)\s*+:|\[\s*+\{")


class _BrokenError(ValueError):
    """Here is no literal that can be read."""


class _Reader:
    """One walk over a text: `at` is how far it came, `skipped` are the spans of what is no literal."""

    def __init__(self, text: str, at: int, end: int) -> None:
        self.text = text
        self.at = at
        self.end = end
        self.skipped: list[tuple[int, int]] = []

    def read_value(self, depth: int = 0) -> object:
        """Return what stands here up to the next comma or closing bracket; None for what is no literal."""
        sign = self._peek()
        start = self.at
        value = self._read_outer(sign, depth) if sign and sign in "{[" else self._read_simple(sign)
        if depth and self._peek() not in {",", "}", "]"}:
            self._skip_expression()
            self.skipped.append((start, self.at))
            return None
        return value

    def _read_outer(self, sign: str, depth: int) -> object:
        if depth >= DEPTH_LIMIT:
            raise _BrokenError
        return self._read_object(depth) if sign == "{" else self._read_list(depth)

    def _peek(self) -> str:
        """Go over white space and comments; return the sign that comes, or nothing at the end."""
        match = _SPACE.match(self.text, self.at, self.end)
        self.at = match.end() if match else self.at
        return self.text[self.at] if self.at < self.end else ""

    def _read_simple(self, sign: str) -> object:
        if sign in _QUOTED:
            return self._read_string(sign)
        if match := _NUMBER.match(self.text, self.at, self.end):
            self.at = match.end()
            number = float(match[0])
            return int(number) if number.is_integer() else number
        if match := _WORD.match(self.text, self.at, self.end):
            self.at = match.end()
            return _WORDS.get(match[0])
        return None

    def _read_string(self, quote: str) -> str:
        match = _QUOTED[quote].match(self.text, self.at, self.end)
        if match is None:
            self.at = self.end
            raise _BrokenError
        self.at = match.end()
        return _unescape(match[1])

    def _read_object(self, depth: int) -> dict[str, object]:
        self.at += 1
        found: dict[str, object] = {}
        while (sign := self._peek()) != "}":
            if sign == ",":
                self.at += 1
                continue
            key = self._read_key(sign)
            if self._peek() == ":":
                self.at += 1
                found[key] = self.read_value(depth + 1)
            else:  # a method, or a name that stands for its own value
                start = self.at
                self._skip_expression()
                self.skipped.append((start, self.at))
        self.at += 1
        return found

    def _read_key(self, sign: str) -> str:
        if sign in _QUOTED:
            return self._read_string(sign)
        match = _KEY.match(self.text, self.at, self.end)
        if match is None:
            raise _BrokenError
        self.at = match.end()
        return match[0]

    def _read_list(self, depth: int) -> list[object]:
        self.at += 1
        found: list[object] = []
        while (sign := self._peek()) != "]":
            if sign == ",":
                self.at += 1
            elif sign in {"", "}"}:
                raise _BrokenError
            else:
                found.append(self.read_value(depth + 1))
        self.at += 1
        return found

    def _skip_expression(self) -> None:
        """Go to the comma or the bracket that ends an expression."""
        depth = 0
        while sign := self._peek():
            if depth == 0 and sign in ",}]":
                return
            if depth == 0 and sign in ");":
                break
            if sign in _QUOTED:
                match = _QUOTED[sign].match(self.text, self.at, self.end)
                self.at = match.end() if match else self.end
                continue
            depth += (sign in "([{") - (sign in ")]}")
            plain = _PLAIN.match(self.text, self.at, self.end)
            self.at = plain.end() if plain else self.at + 1
        raise _BrokenError


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    plain = _ESCAPE.sub(lambda match: _escaped(match[1]), text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if _SURROGATE.search(plain) else plain


def _escaped(sign: str) -> str:
    return chr(int(sign[1:], 16)) if len(sign) > 2 else _ESCAPES.get(sign, sign)


def read_literal(text: str, at: int = 0) -> object:
    r"""Return the literal that begins at a place of a text; None where there is none.

    >>> read_literal("{id: 7, name: 'a\u4e2d', sum: 1 + 2, list: [1, 'x',], /* no */ }")
    {'id': 7, 'name': 'a中', 'sum': None, 'list': [1, 'x']}
    """
    try:
        return _Reader(text, at, min(len(text), at + SIZE_LIMIT)).read_value()
    except _BrokenError:
        return None


def find_literal(text: str, name: str) -> object:
    """Return the first object or list that a script gives to a name, as variable or as key; None where none does.

    >>> find_literal("window._CONFIG = { SID: '755041' };", "_CONFIG")
    {'SID': '755041'}
    """
    given = re.compile(rf"(?<![\w$]){re.escape(name)}[\"']?\s*+[:=]\s*+(?=[\[{{])")
    for match in islice(given.finditer(text, 0, SIZE_LIMIT), DEPTH_LIMIT):
        value = read_literal(text, match.end())
        if value is not None:
            return value
    return None


def iter_literals(text: str) -> Iterator[object]:
    """Yield the objects, and the lists of objects, that stand in scripts, wherever they stand."""
    spans = [(0, min(len(text), SIZE_LIMIT), 0)]
    while spans:
        at, end, level = spans.pop()
        while match := _OPENING.search(text, at, end):
            reader = _Reader(text, match.start(), end)
            with suppress(_BrokenError):
                yield reader.read_value()
            if level < DEPTH_LIMIT:
                spans.extend((start, stop, level + 1) for start, stop in reader.skipped)
            at = max(reader.at, match.start() + 1)
