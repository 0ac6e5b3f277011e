"""A visitor of the web pages without a socket, and what is looked at in their answers."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpx
from lxml import html

from gongkai.web.serving import build_site

ORIGIN = "http://127.0.0.1:8001"
Document = html.HtmlElement


class Visitor:
    """Asks a served archive, in process and in one event loop; `async` stays inside."""

    def __init__(self, path: Path, hosts: frozenset[str] | None = frozenset()) -> None:
        self.path = path
        self._runner = asyncio.Runner()
        self._runner.get_loop()  # Datasette would make one of its own, and leave it open
        self._site = build_site(path, hosts)
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app=self._site.app), base_url=ORIGIN)

    def get(self, address: str, **headers: str) -> httpx.Response:
        """Ask for an address; headers by their names, `_` for `-`. Cookies are not kept from one to the next."""
        return self.ask("GET", address, **headers)

    def ask(self, method: str, address: str, **headers: str) -> httpx.Response:
        """Ask with any method."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            return self._runner.run(self._client.request(method, address, headers=named))
        finally:
            self._client.cookies.clear()

    def get_all(self, addresses: Iterable[str]) -> list[httpx.Response]:
        """Ask for all of them at once."""

        async def ask_all() -> list[httpx.Response]:
            return await asyncio.gather(*(self._client.get(address) for address in addresses))

        return self._runner.run(ask_all())

    def open(self, address: str, **headers: str) -> Document:
        """Return a page that is there, parsed."""
        answer = self.get(address, **headers)
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        return parse_page(answer)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()
        self._site.close()


@contextmanager
def visit(path: Path) -> Iterator[Visitor]:
    """Serve an archive for as long as this lasts."""
    with Visitor(path) as visitor:
        yield visitor


def parse_page(answer: httpx.Response) -> Document:
    """Return an answer's page as a tree."""
    return html.document_fromstring(answer.content.decode())


def texts(page: Document, selector: str) -> list[str]:
    """Return the texts of the elements that a selector finds, white space folded."""
    return [" ".join(one.text_content().split()) for one in page.cssselect(selector)]


def links(page: Document, attribute: str = "href", selector: str = "a[href]") -> list[str]:
    """Return the addresses in a page, as they stand there."""
    return [one.get(attribute, "") for one in page.cssselect(selector)]


def iter_own(address: str, page: Document) -> Iterator[str]:
    """Yield the addresses of ours that a page at an address leads to or loads, without the part after `#`."""
    found = [*links(page), *links(page, "src", "[src]"), *links(page, "href", "link[href]")]
    for one in found:
        whole = urljoin(f"{ORIGIN}{address}", one)
        if whole.startswith(f"{ORIGIN}/"):
            yield whole.removeprefix(ORIGIN).partition("#")[0]


def is_elsewhere(address: str) -> bool:
    """Whether an address leaves this archive."""
    parts = urlsplit(address)
    return bool(parts.netloc or parts.scheme)


def shape(page: Document) -> list[tuple[str, tuple[str, ...]]]:
    """Return each element of a page with the names of its attributes, in order: what no text may change."""
    return [(one.tag, tuple(sorted(one.keys()))) for one in page.iter() if isinstance(one.tag, str)]


def policies(answer: httpx.Response) -> Sequence[str]:
    """Return the content security policies of an answer."""
    return answer.headers.get_list("content-security-policy")
