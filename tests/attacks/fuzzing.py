"""What hostile bytes are thrown at: each reader as a target, with its corpus and the errors that it may raise.

The tests and `python -m benchmarks.fuzz` use the same targets. A target's corpus are the files in the folder of its
name in `corpus/`, each named by what it is; files that once made it fail stay there.
"""

import json
import random
import sqlite3
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from archive import QueryError, ReviewError, match_expression
from archive.captures.headers import join_headers, split_headers
from archive.search.query import parse_query
from archive.warc.reading import iter_warc
from crawler import SitesFileError, load_sites
from crawler.families import expand_page, list_families, read_data
from crawler.families._literals import iter_literals
from crawler.filenames import find_file_name
from crawler.html import parse_page
from crawler.links import Link
from gongkai.alerts.errors import AlertsError
from gongkai.alerts.rules import load_alerts
from gongkai.review_file import parse_entry, read_entries
from parsers import ParserError, parse
from parsers.errors import FormError
from parsers.forms.loading import parse_form, parse_series
from tests.attacks.guarding import GivenUpError, guarded
from tests.parsers.mutations import mutate

CORPUS = Path(__file__).with_name("corpus")
FIXTURES = Path(__file__).resolve().parents[1] / "parsers" / "fixtures"
FORMS = Path(__file__).resolve().parents[2] / "parsers" / "forms"
GIVE_UP_AFTER = 60.0
"""Seconds of the processor after which an input is said to have no end."""

PAGE = "http://qs.example/zwgk/list.html"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Target:
    """A reader of bytes by name, the errors that it may raise, and files of its corpus that stand elsewhere."""

    name: str
    read: Callable[[bytes], object]
    errors: tuple[type[Exception], ...] = ()
    elsewhere: tuple[Path, ...] = ()

    def iter_corpus(self) -> Iterator[tuple[str, bytes]]:
        """Yield the files of its corpus by name."""
        folder = CORPUS / self.name
        for file in (*(sorted(folder.iterdir()) if folder.is_dir() else ()), *self.elsewhere):
            yield file.name, file.read_bytes()


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that failed, how, and the words for it."""

    target: str
    kind: str
    text: str
    body: bytes


def try_input(target: Target, body: bytes) -> Failure | None:
    """Read an input; return how it failed, None where it was read or refused by a named error of one line."""
    try:
        with guarded(target.name, GIVE_UP_AFTER):
            target.read(body)
    except target.errors as error:
        said = str(error)
        return None if said and "\n" not in said else Failure(target.name, "an error of no line", repr(error), body)
    except (Exception, GivenUpError) as error:  # the very thing that is looked for
        place = traceback.extract_tb(error.__traceback__)[-1]
        kind = f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
        return Failure(target.name, kind, str(error)[:200], body)
    return None


def damaged(target: Target, seed: int, number: int) -> bytes:
    """Return an input: one file of the corpus damaged, the same for the same seed and number."""
    chance = random.Random(f"{seed}/{target.name}/{number}")  # noqa: S311 - damage, no secret
    return mutate(chance.choice([body for _, body in target.iter_corpus()]), chance)


def _read_report(body: bytes) -> object:
    return json.dumps(parse(body).to_json(), ensure_ascii=False).encode()


def _read_page(body: bytes) -> object:
    page = expand_page(parse_page(body, PAGE))
    return [(link.url, link.words, link.context) for link in (*page.links, *page.more)]


def _read_answers(body: bytes) -> object:
    """Read a body as the answer that each of the families had asked for."""
    page = parse_page(body, PAGE)
    asked = [Link(PAGE, family=family.name) for family in list_families()]
    return [len(read_data(page, link).links) for link in asked]


def _read_form(body: bytes) -> object:
    text = body.decode("utf-8", "replace")
    return parse_form(text), parse_series(text)


def _read_literals(body: bytes) -> object:
    return list(iter_literals(body.decode("utf-8", "replace")))


def _read_headers(body: bytes) -> object:
    lines = [line.partition(":") for line in body.decode("latin-1").splitlines()]
    headers = tuple((name, value.strip()) for name, _, value in lines)
    kept = join_headers(*split_headers(headers))
    if kept != headers:
        raise AssertionError(f"{kept} was {headers}")
    types = [value for name, value in headers if name.lower() == "content-type"]
    parse_page(b"<title>x</title>", PAGE, types[0] if types else None)
    return find_file_name(headers, PAGE)


def _read_query(body: bytes) -> object:
    """Read a query, and let SQLite say whether what is made of a word is one."""
    text = body.decode("utf-8", "replace")
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE search_words USING fts5(words)")
        connection.execute(
            "SELECT * FROM search_words WHERE search_words MATCH ?", (match_expression(text),)
        ).fetchall()
    return parse_query(text)


def _read_warc(body: bytes) -> object:
    return [type(record) for record in iter_warc(BytesIO(body))]


def _read_reviews(body: bytes) -> object:
    return [parse_entry(entry, NOW) for entry in read_entries(body)]


def _from_file(read: Callable[[Path], object]) -> Callable[[bytes], object]:
    """Return a reader of bytes for one that reads a file."""

    def read_bytes(body: bytes) -> object:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "file.toml")
            file.write_bytes(body)
            return read(file)

    return read_bytes


CARRIERS = (
    *("text", "html", "mhtml", "docx", "rtf", "odt", "xlsx", "ods", "ofd", "pdf", "zip", "gzip", "rar"),
    *("doc", "xls"),
)
"""Every kind of file that a report comes in; `doc` is what WPS calls `.wps` as well."""

_ELSEWHERE = {
    "doc": (FIXTURES / "marks.doc", FIXTURES / "report_2021.doc"),
    "xls": (FIXTURES / "report_2021.xls",),
    "rtf": (FIXTURES / "marks.rtf",),
    "form": (FIXTURES / "canteens.toml", *sorted(FORMS.glob("*.toml"))),
}
TARGETS = (
    *(Target(name, _read_report, (ParserError,), _ELSEWHERE.get(name, ())) for name in CARRIERS),
    Target("page", _read_page),
    Target("answer", _read_answers),
    Target("script", _read_literals),
    Target("headers", _read_headers),
    Target("form", _read_form, (FormError,), _ELSEWHERE["form"]),
    Target("sites", _from_file(load_sites), (SitesFileError,)),
    Target("alerts", _from_file(load_alerts), (AlertsError,)),
    Target("reviews", _read_reviews, (ReviewError,)),
    Target("query", _read_query, (QueryError,)),
    Target("warc", _read_warc),
)
