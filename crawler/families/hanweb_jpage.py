"""Hanweb JCMS (大汉) columns paged by the jpage plug-in.

A column page holds its first records as XML inside a script, and a call that says where the others are:
`$('#7').jpage({totalRecord:98, perPage:15, proxyUrl:'/module/web/jpage/dataproxy.jsp', ajaxParam:{…}})`. Servers differ
in what they obey: the range (`startrecord`, `endrecord`), or `page` and `perpage` alone; some make pages of their own
size. So each request says all of it in one breath, the nearest page is asked for first, and what it brings decides how
the others are. A GET comes first, since it can be asked for again on condition; some servers answer to POST only, and
give a GET a 404 or a store without records.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from crawler.families._hanweb import (
    GUESS,
    count_pages,
    find_column,
    find_own,
    join_query,
    query_of,
    read_object,
    rows_to_links,
    split_query,
    with_query,
)
from crawler.families.family import Expansion, Family
from crawler.links import Link, Page, Post

NAME = "hanweb_jpage"

SIZE_WANTED = 100
"""Records asked for at once where the page does not say how many it shows; servers cut what is over some 300."""

LEAST_SIZE = 5
"""No server makes pages of fewer records: an answer with fewer is the end of a list, not a page of another size."""

CALL_LIMIT, CALLS_LIMIT = 4000, 50
"""Characters of a call of the plug-in, and calls on a page, that are looked at."""

PAGING = ("startrecord", "endrecord", "perpage", "page")
"""What a request says of itself, in the query whichever way the rest is sent."""

UNCOUNTED = "?"
"""Stands in a request's text for the number of records that nobody said."""

_FINGERPRINT = re.compile(r"jpage/(?:more\w*)?dataproxy\.jsp", re.IGNORECASE)
_STORE = re.compile(r"<datastore>((?:(?!<datastore>).)*?)</datastore>", re.DOTALL)
_HREF = re.compile(r"href\s*=\s*\\?[\"']([^\"'\\]+)")
_TOTAL = re.compile(r"<totalrecord>\s*(\d{1,9})")
_CALL = re.compile(r"\$\(\s*[\"']#(\w+)[\"']\s*\)\s*\.jpage\(\s*\{")
_CALL_END = re.compile(r"\}\s*\)")
_PROXY = re.compile(r"proxyUrl\s*:\s*[\"']([^\"']+)")
_NUMBER = re.compile(r"\b(totalRecord|perPage)\s*:\s*[\"']?(\d{1,9})")
_STORE_NAME = re.compile(r"dataStore\s*:\s*(\w+)")
_OBJECT = re.compile(r"\{[^{}]*\}")
_ARRAY_ITEM = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"", re.DOTALL)
_ASKED_TOTAL = re.compile(r"\d+-\d+/(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Unit:
    """One list on a page: where the rest of it is, what to ask with, and the rows that are there already."""

    proxy: str
    params: dict[str, str]
    rows: tuple[str, ...] = ()
    total: int | None = None
    per_page: int = 0


@dataclass(frozen=True, slots=True)
class Range:
    """One page of a list: the `number`th of `size` records each; `total` is None where nobody said it."""

    number: int
    size: int
    total: int | None = None

    @property
    def start(self) -> int:
        """The first record, counted from 1."""
        return (self.number - 1) * self.size + 1

    @property
    def end(self) -> int:
        """The last record of a full page: it stays the same when a list grows, and with it the address."""
        return self.number * self.size

    @property
    def expected(self) -> int:
        """How many records there are to be."""
        return self.size if self.total is None else min(self.size, max(self.total - self.start + 1, 0))

    @property
    def is_last(self) -> bool:
        """Whether no page follows."""
        return self.total is not None and self.end >= self.total


def recognises(page: Page) -> bool:
    """Whether a page names the service of jpage."""
    return _FINGERPRINT.search(page.source) is not None


def expand(page: Page) -> Expansion:
    """Find the records that stand in a column page, and the nearest page of those that do not."""
    units = _own_units(tuple(iter_units(page)), page.url)
    rows = [row for unit in units for row in unit.rows]
    more = [link for unit in units if (link := _first_request(unit)) is not None]
    return Expansion(rows_to_links(rows, page.url), tuple(more))


def read(page: Page, asked: Link) -> Expansion:
    """Read an answer of the service; a GET that brings nothing where records are expected is sent again as a POST."""
    rows = find_rows(page.source)
    unit, wanted = parse_request(asked, _find_total(page.source))
    is_post = asked.post is not None
    if not rows:
        return Expansion() if is_post or not wanted.expected else Expansion(more=(_make_retry(unit, wanted, asked),))
    more = (make_request(unit, one, is_post=is_post) for one in _ranges_behind(wanted, len(rows)))
    return Expansion(rows_to_links(rows, page.url), tuple(more))


def find_rows(source: str) -> tuple[str, ...]:
    """Return the rows in the XML of jpage, as HTML."""
    records = (part.partition("</record>")[0].strip() for part in source.split("<record>")[1:])
    rows = (record.removeprefix("<![CDATA[").removesuffix("]]>") for record in records)
    return tuple(re.sub(r"\\([\"'/])", r"\1", row) for row in rows if row.strip())


def iter_units(page: Page) -> Iterator[Unit]:
    """Walk the lists of a page: each has a store of records, a call of the plug-in, or both."""
    literals = (match[0] for match in _OBJECT.finditer(page.source))
    objects = [read_object(literal) for literal in literals if "unitid" in literal]
    by_id = {params["unitid"]: params for params in objects if params.get("unitid")}
    calls = dict(_iter_calls(page.source))
    for match in _STORE.finditer(page.source):
        following = _HREF.search(match[1].partition("<nextgroup>")[2].partition("</nextgroup>")[0])
        href = following[1] if following else ""
        ident = query_of(href).get("unitid") or _call_behind(page.source, match.end())
        call = calls.pop(ident, "")
        yield from _make_unit(page.url, call, href, by_id.get(ident, {}), find_rows(match[1]))
    for ident, call in calls.items():
        yield from _make_unit(page.url, call, "", by_id.get(ident, {}), _rows_of_array(page.source, call))


def _iter_calls(source: str) -> Iterator[tuple[str, str]]:
    """Walk the calls of the plug-in, as (unit, what stands in the call)."""
    for match in islice(_CALL.finditer(source), CALLS_LIMIT):
        body = source[match.end() : match.end() + CALL_LIMIT]
        end = _CALL_END.search(body)
        yield match[1], body[: end.start()] if end else body


def _call_behind(source: str, position: int) -> str:
    """Name the call that follows a store which does not say whose it is."""
    match = _CALL.search(source, position)
    return match[1] if match else ""


def _make_unit(page_url: str, call: str, href: str, params: dict[str, str], rows: tuple[str, ...]) -> Iterator[Unit]:
    """Put together what the call and the store say; nothing where neither says where the service is."""
    named = _PROXY.search(call)
    proxy = find_own(named[1] if named else href.partition("?")[0], page_url)
    known = {**query_of(href), **params}
    if proxy and known and _FINGERPRINT.search(proxy):
        numbers = {match[1]: int(match[2]) for match in _NUMBER.finditer(call)}
        yield Unit(proxy, known, rows, numbers.get("totalRecord"), numbers.get("perPage", 0))


def _rows_of_array(source: str, call: str) -> tuple[str, ...]:
    """Read the records of older pages: an array of strings that the call names."""
    named = _STORE_NAME.search(call)
    array = re.search(rf"\b{named[1]}\s*=\s*\[(?:(.*?)\][^\S\n]*+[;\n])?", source, re.DOTALL) if named else None
    items = (match[1] or match[2] or "" for match in _ARRAY_ITEM.finditer(array[1] or "")) if array else ()
    return tuple(re.sub(r"\\(.)", r"\1", item) for item in items if item.strip())


def _own_units(units: tuple[Unit, ...], page_url: str) -> tuple[Unit, ...]:
    """Keep the lists of the page's own column, where it can be told which they are: others are news beside them."""
    column = find_column(page_url)
    own = tuple(unit for unit in units if column and column in unit.params.get("columnid", "").split(","))
    return own or units


def _first_request(unit: Unit) -> Link | None:
    """Ask for the first page that goes beyond the rows at hand; None when those are all."""
    had = len(unit.rows)
    if unit.total is not None and had >= unit.total:
        return None
    size = had if LEAST_SIZE <= had <= SIZE_WANTED else _even_size(unit.per_page)
    return make_request(unit, Range(had // size + 1, size, unit.total))


def _even_size(per_page: int) -> int:
    """Ask for a multiple of what the server shows on a page: it can then be told if it keeps to its own size."""
    return SIZE_WANTED // per_page * per_page if 0 < per_page <= SIZE_WANTED else SIZE_WANTED


def make_request(unit: Unit, wanted: Range, *, is_post: bool = False) -> Link:
    """Write the request for one page; its text says which records, and of how many."""
    paging = dict(zip(PAGING, map(str, (wanted.start, wanted.end, wanted.size, wanted.number)), strict=True))
    return Link(
        with_query(unit.proxy, paging if is_post else {**unit.params, **paging}),
        text=f"{wanted.start}-{wanted.end}/{wanted.total or UNCOUNTED}",
        rel=GUESS if wanted.total is None and wanted.number > 1 else "",
        family=NAME,
        post=Post(join_query(unit.params)) if is_post else None,
    )


def _make_retry(unit: Unit, wanted: Range, asked: Link) -> Link:
    """Ask by POST for what a GET did not bring; a loss if it fails, unless it is known that nobody counted."""
    retry = make_request(unit, wanted, is_post=True)
    return retry if asked.text.endswith(UNCOUNTED) else replace(retry, rel="")


def parse_request(asked: Link, total: int | None) -> tuple[Unit, Range]:
    """Read a request back; `total` is what the answer says, which is newer than what the request knew."""
    query = query_of(asked.url)
    known = _ASKED_TOTAL.fullmatch(asked.text)
    params = split_query(asked.post.body) if asked.post else {k: v for k, v in query.items() if k not in PAGING}
    count = total or (int(known[1]) if known else None)
    wanted = Range(_as_number(query.get("page"), 1), _as_number(query.get("perpage"), SIZE_WANTED), count)
    return Unit(with_query(asked.url, {}), params), wanted


def _as_number(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch(r"[1-9][0-9]{0,8}", text) else otherwise


def _find_total(source: str) -> int | None:
    match = _TOTAL.search(source)
    return int(match[1]) if match else None


def _ranges_behind(wanted: Range, had: int) -> Iterator[Range]:
    """Name the other pages behind one that brought `had` records, in the size that the server keeps to.

    A server with its own size may have answered with records that lie before those asked for.
    """
    is_other = _is_other_size(wanted, had)
    size = had if is_other else wanted.size
    first = (wanted.start - 1) // size + 1
    if wanted.total is not None:
        last = count_pages(wanted.total, size)
    else:
        last = max(first, wanted.number + 1) if is_other or had == size else 0
    for number in range(first, last + 1):
        if number != wanted.number:
            yield Range(number, size, wanted.total)


def _is_other_size(wanted: Range, had: int) -> bool:
    """Whether a server makes pages of its own size: so many records say so, and not only that the list ends early.

    Totals count records that nobody may see, so the last page can be a little short.
    """
    if had < LEAST_SIZE or had == wanted.expected:
        return False
    is_divisor = wanted.size % had == 0
    if wanted.total is None:
        return is_divisor or had > wanted.size
    return is_divisor or not wanted.is_last or had > wanted.expected or had * 2 <= wanted.expected


FAMILY = Family(NAME, "Hanweb JCMS jpage (大汉版通)", recognises, expand, read)
