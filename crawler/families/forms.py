"""Lists that turn by sending a form: `goPage(2)` sets a field and submits, ASP.NET calls `__doPostBack('Pager','2')`.

No CMS of its own. The first page of a list names all others; what a later page's form holds (a view state, a token)
differs from answer to answer, so that the same page would get a second name there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from crawler.families.family import Expansion, Family
from crawler.hosts import netloc_of
from crawler.links import Link, Page, Post
from crawler.paging import PAGES_LIMIT, count_pages, find_current, follow_next_link, follow_numbered_links

FORM_LIMIT = 300_000
"""A form longer than so many characters is not read; view states make them long."""

_FORM = re.compile(r"<form\b(?P<attributes>[^<>]{0,2000})>(?P<inside>.*?)(?=</form|<form\b|</body|\Z)", re.I | re.S)
_FIELD = re.compile(r"<(?P<tag>input|select)\b(?P<attributes>[^<>]{0,200000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"(?<![\w:-])([\w:-]++)\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_PAGE_FIELD = re.compile(
    r"(?:.*[.\[_])?(?:page|page_?index|page_?no|page_?num|page_?number|cur(?:rent|r)?_?page(?:_?no)?|to_?page|go_?page|cpage|"
    r"now_?page|pn)\]?",
    re.IGNORECASE,
)
_NAMES_FIELD = re.compile(
    r"<(?:input|select)\b[^<>]{0,400}?\bname\s*=\s*[\"']?[\w.\[]{0,40}?(?:page|\bpn\b)", re.IGNORECASE
)
_SENT_TYPES = frozenset({"hidden", "text", ""})
_CALLED_PAGE = re.compile(
    r"(?:href|onclick)\s*+=\s*+[\"']?\s*+(?:javascript:)?[^\"'<>]{0,20}?\b(?!openWin|show|detail)\w{0,40}(?:page|go|jump|next|turn)\w{0,40}"
    r"\s*\(\s*'?(\d{1,4})'?\s*[,)]",
    re.IGNORECASE,
)
_POST_BACK = re.compile(
    r"__doPostBack\(\s*(?:'|&#39;)([\w$:]+)(?:'|&#39;)\s*,\s*(?:'|&#39;)(?:Page\$)?(\d{1,4})(?:'|&#39;)"
)
_POST_BACK_NEXT = re.compile(
    r"__doPostBack\(\s*(?:'|&#39;)([\w$:]+)(?:'|&#39;)\s*,\s*(?:'|&#39;)(?:'|&#39;)\s*\)[^<>]{0,400}>\s*(?:下一?页|后一页)"
)
_NAMES_PAGE = "Page$"


@dataclass(frozen=True, slots=True)
class Form:
    """A form as a browser would send it: where to, how, and its fields in order."""

    action: str
    is_post: bool
    fields: tuple[tuple[str, str], ...]

    def to_link(self, **changed: str) -> Link:
        """Return the request that sends the form with some fields set anew."""
        fields = [(name, changed.get(name, value)) for name, value in self.fields]
        fields += [(name, value) for name, value in changed.items() if name not in dict(self.fields)]
        if self.is_post:
            return Link(self.action, post=Post(urlencode(fields)))
        parts = urlsplit(self.action)
        kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in dict(fields)]
        return Link(parts._replace(query=urlencode([*kept, *fields])).geturl())


def recognise(page: Page) -> bool:
    """Whether a page has a form that a script sends, and no other way to turn."""
    if "__doPostBack(" not in page.source and not (".submit(" in page.source and _NAMES_FIELD.search(page.source)):
        return False
    return not follow_next_link(page) and not follow_numbered_links(page)


def expand(page: Page) -> Expansion:
    """Spell out the requests that bring the other pages of the list."""
    for form in iter_forms(page):
        more = _turn_by_post_back(form, page) or _turn_by_field(form, page)
        if more:
            return Expansion(more=more)
    return Expansion()


def iter_forms(page: Page) -> Iterator[Form]:
    """Yield the forms of a page that go to its own host."""
    for match in _FORM.finditer(page.source):
        if len(match["inside"]) > FORM_LIMIT:
            continue
        attributes = _read_attributes(match["attributes"])
        action = urljoin(page.url, attributes.get("action") or page.url)
        if netloc_of(action) == netloc_of(page.url):
            yield Form(action, attributes.get("method", "").lower() == "post", tuple(_iter_fields(match["inside"])))


def _read_attributes(text: str) -> dict[str, str]:
    found = _ATTRIBUTE.findall(text)
    return {name.lower(): unescape(double or single or bare) for name, double, single, bare in found}


def _iter_fields(inside: str) -> Iterator[tuple[str, str]]:
    for match in _FIELD.finditer(inside):
        attributes = _read_attributes(match["attributes"])
        is_sent = match["tag"].lower() == "select" or attributes.get("type", "").lower() in _SENT_TYPES
        if is_sent and attributes.get("name"):
            yield attributes["name"], attributes.get("value", "")


def _turn_by_field(form: Form, page: Page) -> tuple[Link, ...]:
    """Turn by the field that holds the page's number; where nothing says how many there are, guess the next."""
    name = next((name for name, _ in form.fields if _PAGE_FIELD.fullmatch(name)), None)
    if name is None:
        return ()
    value = dict(form.fields)[name]
    current = find_current(page) or (int(value) if value.isdecimal() and int(value) else 1)
    called = {int(number) for number in _CALLED_PAGE.findall(page.source)}
    last = max(count_pages(page) or 0, *called, 0)
    return tuple(form.to_link(**{name: str(number)}) for number in _numbers_from(current, last, called))


def _turn_by_post_back(form: Form, page: Page) -> tuple[Link, ...]:
    """Turn as ASP.NET does, by the name of the pager and an argument, or the name of its next button alone."""
    names = dict(form.fields)
    if "__VIEWSTATE" not in names:
        return ()
    shown = [(target, int(number)) for target, number in _POST_BACK.findall(page.source)]
    if shown:
        pager = shown[-1][0]
        numbers = {number for target, number in shown if target == pager}
        mark = _NAMES_PAGE if _NAMES_PAGE in page.source else ""
        missing = set(range(1, max(numbers))) - numbers
        current = find_current(page) or (missing.pop() if len(missing) == 1 else 1)
        last = max(count_pages(page) or 0, *numbers)
        turns = _numbers_from(current, last, numbers)
        return tuple(form.to_link(__EVENTTARGET=pager, __EVENTARGUMENT=f"{mark}{number}") for number in turns)
    after = _POST_BACK_NEXT.search(page.source)
    return (form.to_link(__EVENTTARGET=after[1], __EVENTARGUMENT=""),) if after else ()


def _numbers_from(current: int, last: int, shown: set[int]) -> range:
    """Return the pages to turn to: from the first page all, from a later one those that the first did not show.

    A pager that shows ten numbers at a time goes on where its next ten begin.
    """
    others = [number for number in shown if number > 1]
    is_first_of_window = bool(others) and min(others) >= current - 1
    if current == 1 or is_first_of_window:
        return range(current + 1, min(last, PAGES_LIMIT) + 1)
    return range(0)


FAMILY = Family("forms", "lists turned by a form (表单翻页)", recognise, expand)
