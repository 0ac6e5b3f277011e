"""What a page is asked and what it gives back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import quote, urlencode

from gongkai.register import Register
from gongkai.web.words import Language

HTML = "text/html; charset=utf-8"


class NotFoundError(Exception):
    """Nothing stands at that address; the text says what was looked for."""


class BadRequestError(Exception):
    """What was asked cannot be meant; the text says why and what can be."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: the parts of its path by name, its arguments (the last of each name), and the reader's language.

    `path` is the address without arguments, as the browser sent it; `origin` the scheme and host that were asked;
    `today` the day in China, `register` what is expected of the sites.
    """

    path: str
    parts: Mapping[str, str] = field(default_factory=dict)
    arguments: Mapping[str, str] = field(default_factory=dict)
    language: Language = "zh"
    origin: str = ""
    today: date = date.max
    register: Register = field(default_factory=Register)

    def get(self, name: str) -> str:
        """Return an argument without white space around it, "" where it is not there."""
        return self.arguments.get(name, "").strip()

    def get_number(self, name: str, default: int, most: int) -> int:
        """Return an argument as a number of at least 0 and at most `most`; `BadRequestError` where it is none."""
        text = self.get(name)
        if not text:
            return default
        if not text.isascii() or not text.isdigit():
            raise BadRequestError(f"{name}={text} is no number")
        return min(int(text[:9]), most)

    def link(self, **changes: object) -> str:
        """Return this address with other arguments; None takes one away."""
        return make_link(self.path, {**self.arguments, **changes})


@dataclass(frozen=True, slots=True)
class Page:
    """A page: the template and what it shows."""

    template: str
    context: Mapping[str, object]
    status: int = 200


@dataclass(frozen=True, slots=True)
class Download:
    """Bytes as they are. `filename` makes the browser save them; `headers` are further ones."""

    body: bytes
    content_type: str
    filename: str | None = None
    headers: Sequence[tuple[str, str]] = ()
    status: int = 200


@dataclass(frozen=True, slots=True)
class Redirect:
    """Another address of ours."""

    path: str


Answer = Page | Download | Redirect


def make_path(*parts: object) -> str:
    """Return the path of these parts, each encoded whole.

    >>> make_path("report", "220103-柳影/2020")
    '/report/220103-%E6%9F%B3%E5%BD%B1%2F2020'
    """
    return "/" + "/".join(quote(str(part), safe="") for part in parts)


def make_link(path: str, arguments: Mapping[str, object]) -> str:
    """Return a path with its arguments, those without a value left out.

    >>> make_link("/search", {"q": "公开", "page": None, "as_of": ""})
    '/search?q=%E5%85%AC%E5%BC%80'
    """
    given = {name: str(value) for name, value in arguments.items() if value not in {None, ""}}
    return f"{path}?{urlencode(given)}" if given else path
