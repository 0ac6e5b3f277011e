"""A list of a fixture site read to its end by its family alone: the site's handler answers, no network."""

from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from crawler.families import expand_page, read_data
from crawler.html import parse_page
from crawler.links import Link, Page
from crawler.words import LIKELY_COLUMN, column_score
from tests.crawler.world import Answer, Asked, FamilySite

HOST = "http://127.0.0.1"
REQUESTS_LIMIT = 200


@dataclass
class ReadList:
    """What came of it: `requests` are the links asked, in order, `targets` the path and query of each link found."""

    requests: list[Link] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)

    @property
    def targets(self) -> set[str]:
        """Where the links lead."""
        return {link.url.removeprefix(HOST) for link in self.links}


def read_list(site: FamilySite, start: str) -> ReadList:
    """Read the list that begins at a target, each request once: its pages, and the columns that are data."""
    done, waiting = ReadList(), [Link(HOST + start)]
    asked: set[str] = set()
    while waiting and len(asked) < REQUESTS_LIMIT:
        link = waiting.pop(0)
        if link.key in asked:
            continue
        asked.add(link.key)
        done.requests.append(link)
        page = _read(link, ask(site, link))
        done.links += page.links
        waiting += [*page.more, *(one for one in page.links if one.family and column_score(one.words) >= LIKELY_COLUMN)]
    return done


def ask(site: FamilySite, link: Link) -> Answer:
    """Send a request to the site's handler."""
    parts = urlsplit(link.url)
    body = link.post.body if link.post else ""
    form = _last_values(body)
    return site.handler(
        Asked("POST" if link.post else "GET", parts.path, _last_values(parts.query), form, {}, body.encode())
    )


def _read(link: Link, answer: Answer) -> Page:
    if link.family:
        return read_data(Page(link.url, source=answer.body.decode()), link)
    return expand_page(parse_page(answer.body, link.url, answer.content_type))


def _last_values(text: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(text, keep_blank_values=True).items()}
